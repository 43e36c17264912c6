"""Web pages that call themselves .xls: every table is a sheet."""

import html
import re

from .sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Marks,
    Room,
    Sheet,
    too_long,
    too_long_page,
    too_wide,
    web_page,
)
from .values import CONTROL, number_text
from .xml import after_prologue

PAGE = re.compile(
    r"<(?:!doctype\s+html|html|head|meta|title|style|body|table|thead|tr|div|center|font)\b", re.IGNORECASE
)
# Saved as one file with its pictures; the tables are coded there in a way of their own.
ARCHIVE = re.compile(r"\s*MIME-Version:", re.IGNORECASE)
# Linear whatever comes: a tag ends at the next bracket.
TOKEN = re.compile(r"<!--|<(/?)(table|tr|td|th|br|p|div|li|script|style|title)\b([^<>]*)>", re.IGNORECASE)
OTHER_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
END_OF_UNSEEN = re.compile(r"</(?:script|style|title)[^<>]*>?", re.IGNORECASE)
# 100,000 rows of a dozen cells; more takes longer than anybody waits for a page.
MAX_TAGS = 3_000_000
SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?\s*([0-9]{1,9})", re.IGNORECASE)
# What Excel keeps of a number beside what it shows: 1.39E+10 stands for 13900000001.
EXACT = re.compile(r"\bx:num\s*=\s*[\"']?([0-9.E+-]+)", re.IGNORECASE)
SHORTENED = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
SHEET_NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>", re.IGNORECASE)
BLANKS = re.compile(r"[ \t\r\n\f]+")
UNSEEN = {"script", "style", "title"}
BREAKS = {"br", "p", "div", "li"}


def is_one(text):
    """Whether the text is a web page."""
    return bool(PAGE.match(after_prologue(text)) or ARCHIVE.match(text[:200]))


def read(text, file_name=""):
    """The tables of a page; raises TableRefused when there is none."""
    page = Page()
    at = 0
    while found := TOKEN.search(text, at):
        page.say(text[at : found.start()])
        at = found.end()
        if found[2] is None:
            at = after(text.find("-->", at), text)
        elif not found[1] and found[2].lower() in UNSEEN:
            end = END_OF_UNSEEN.search(text, at)
            at = end.end() if end else len(text)
        else:
            page.tag(found[2].lower(), bool(found[1]), found[3])
    page.say(text[at:])
    page.close_all()
    sheets = [table.as_sheet() for table in page.done if table.holds_text]
    if not sheets:
        raise web_page()
    return named(sheets, SHEET_NAME.findall(text[:100_000]))


def after(place, text):
    """Where a comment ends; the end of the page when it never does."""
    return len(text) if place < 0 else place + 3


def named(sheets, names):
    """Sheets as the program named them, or numbered."""
    names = list(dict.fromkeys(html.unescape(name) for name in names))
    for number, sheet in enumerate(sheets, 1):
        sheet.name = names[number - 1] if len(names) == len(sheets) else str(number)
    return sheets


class Page:
    """The tables that are open, the innermost last, and those that are complete."""

    def __init__(self):
        self.open, self.done, self.room = [], [], Room()
        self.tags = 0

    def say(self, text):
        if self.open and text:
            self.open[-1].say(text)

    def tag(self, name, closes, about):
        self.tags += 1
        if self.tags > MAX_TAGS:
            raise too_long_page()
        if name == "table":
            return self.close() if closes else self.begin()
        if not self.open:
            return None
        table = self.open[-1]
        if name in ("td", "th"):
            return table.end_cell() if closes else table.begin_cell(about)
        if name == "tr":
            return table.end_row() if closes else table.begin_row(about)
        if name in BREAKS:
            table.say("\x00")
        return None

    def begin(self):
        if len(self.open) + len(self.done) >= MAX_SHEETS:
            raise too_long()
        self.open.append(Table(self.room))

    def close(self):
        if self.open:
            table = self.open.pop()
            table.end_row()
            self.done.append(table)

    def close_all(self):
        while self.open:
            self.close()


class Table:
    """One table, row by row; a cell that spans others holds the text, the others are empty."""

    def __init__(self, room):
        self.room = room
        self.rows, self.merged, self.hidden_rows = [], [], set()
        self.row = self.cell = None
        self.about = ""
        # Column → how many more rows a cell above reaches into.
        self.spans = {}

    @property
    def holds_text(self):
        return any(cell.strip() for row in self.rows for cell in row)

    def as_sheet(self):
        last = len(self.rows) - 1
        merged = [(top, left, min(bottom, last), right) for top, left, bottom, right in self.merged]
        return Sheet("", self.rows, merged=merged, marks=Marks(hidden_rows=self.hidden_rows))

    def say(self, text):
        if self.cell is not None:
            self.cell.append(text)

    def begin_row(self, about=""):
        self.end_row()
        self.row = []
        if HIDDEN.search(about):
            self.hidden_rows.add(len(self.rows) + 1)

    def end_row(self):
        self.end_cell()
        if self.row is None:
            return
        self.room.take(len(self.rows) + 1, len(self.row))
        self.rows.append(self.row)
        self.row = None
        self.spans = {column: left - 1 for column, left in self.spans.items() if left > 1}

    def begin_cell(self, about):
        self.end_cell()
        if self.row is None:
            self.begin_row()
        self.cell, self.about = [], about

    def end_cell(self):
        if self.cell is None:
            return
        text, self.cell = shown("".join(self.cell), self.about), None
        spans = {way.lower(): int(number) for way, number in SPAN.findall(self.about)}
        self.place(text, max(spans.get("col", 1), 1), max(spans.get("row", 1), 1))

    def place(self, text, width, height):
        """Put a cell into the next free place of the row."""
        while len(self.row) in self.spans:
            self.row.append("")
        left, top = len(self.row), len(self.rows)
        if left + width > MAX_COLUMNS:
            raise too_wide()
        self.row += [text] + [""] * (width - 1)
        height = min(height, MAX_ROWS)
        if height > 1:
            self.spans |= dict.fromkeys(range(left, left + width), height)
        if width > 1 or height > 1:
            self.merged.append((top, left, top + height - 1, left + width - 1))


def shown(text, about):
    """The text of a cell as a browser shows it; a number that is shown shortened, in full."""
    text = OTHER_TAG.sub("", text) if "<" in text else text
    lines = [BLANKS.sub(" ", line).strip() for line in text.split("\x00")]
    seen = CONTROL.sub("", html.unescape("\n".join(filter(None, lines))))
    if about and SHORTENED.fullmatch(seen) and (exact := EXACT.search(about)):
        return number_text(exact[1])
    return seen
