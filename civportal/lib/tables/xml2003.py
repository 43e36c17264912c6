"""Workbooks of Excel 2003 as XML, which most often call themselves .xls."""

import re

from .sheet import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Marks, Room, Sheet, damaged, too_long, too_wide
from .values import CONTROL, moment_text, number_text
from .xml import Reader, after_prologue, number

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
EXCEL = "urn:schemas-microsoft-com:office:excel"
ONE = re.compile(r"<(?:\w+:)?Workbook\b[^>]*office:spreadsheet")


def is_one(text):
    """Whether the text is such a workbook."""
    return bool(ONE.match(after_prologue(text)))


def read(text, file_name=""):
    """Its worksheets; raises TableRefused when it is damaged or too large."""
    reader = Workbook()
    size = 2**20
    reader.parse(text[at : at + size].encode() for at in range(0, len(text), size))
    if not reader.sheets:
        raise damaged()
    return [Sheet(sheet.name, hidden=True) if sheet.hidden else sheet for sheet in reader.sheets]


def own(attributes, name):
    return attributes.get(f"{SPREADSHEET} {name}")


class Workbook(Reader):
    """Reads from top to bottom; rows and cells that are left out are told by an index."""

    NAMES = {
        f"{SPREADSHEET} Worksheet": "sheet",
        f"{SPREADSHEET} Column": "column",
        f"{SPREADSHEET} Row": "row",
        f"{SPREADSHEET} Cell": "cell",
        f"{SPREADSHEET} Data": "data",
        f"{SPREADSHEET} Comment": "comment",
        f"{EXCEL} Visible": "visible",
    }

    def __init__(self):
        super().__init__()
        self.sheets, self.room = [], Room()
        self.row = self.text = None
        self.number = self.columns = 0
        self.kind, self.span = "", (0, 0)
        self.in_comment = False

    def begin_sheet(self, attributes):
        if len(self.sheets) >= MAX_SHEETS:
            raise too_long()
        self.sheets.append(Sheet(own(attributes, "Name") or str(len(self.sheets) + 1), marks=Marks()))
        self.number = self.columns = 0

    def begin_column(self, attributes):
        index, span = own(attributes, "Index"), own(attributes, "Span")
        first = number(index, MAX_COLUMNS) if index else self.columns + 1
        self.columns = first + (number(span, MAX_COLUMNS) if span else 0)
        if own(attributes, "Hidden") == "1" and self.sheets:
            self.sheets[-1].marks.hidden_columns |= set(range(first, self.columns + 1))

    def begin_row(self, attributes):
        if not self.sheets:
            raise damaged()
        index = own(attributes, "Index")
        self.number = max(number(index, 2 * MAX_ROWS), self.number + 1) if index else self.number + 1
        self.row = []
        self.is_hidden = own(attributes, "Hidden") == "1"

    def begin_cell(self, attributes):
        if self.row is None:
            raise damaged()
        if index := own(attributes, "Index"):
            self.fill(number(index, 2 * MAX_COLUMNS) - 1)
        across, down = own(attributes, "MergeAcross"), own(attributes, "MergeDown")
        self.span = (
            number(across, MAX_COLUMNS) if across not in (None, "0") else 0,
            number(down, MAX_ROWS) if down not in (None, "0") else 0,
        )
        self.kind, self.text = "", []

    def fill(self, until):
        if until > MAX_COLUMNS:
            raise too_wide()
        self.row += [""] * (until - len(self.row))

    def begin_data(self, attributes):
        if not self.in_comment:
            self.kind = own(attributes, "Type") or "String"

    def begin_comment(self, attributes):
        self.in_comment = True
        if self.sheets:
            self.sheets[-1].marks.commented.add(self.number)

    def end_comment(self):
        self.in_comment = False

    def say(self, text):
        if self.text is not None and self.kind and not self.in_comment:
            self.text.append(text)
        elif self.is_asked_visible:
            self.visible += text

    def end_cell(self):
        if self.row is None or self.text is None:
            return
        text = spelled(self.kind, "".join(self.text))
        across, down = self.span
        left = len(self.row)
        self.fill(left)
        self.row.append(text)
        if across:
            self.fill(left + across + 1)
        if across or down:
            place = (self.number - 1, left, self.number - 1 + down, left + across)
            self.sheets[-1].merged.append(place)
        self.text = None
        if len(self.row) > MAX_COLUMNS:
            raise too_wide()

    def end_row(self):
        if self.row and any(self.row):
            self.room.take(self.number, len(self.row))
            rows = self.sheets[-1].rows
            rows += [[] for _empty in range(self.number - 1 - len(rows))]
            rows.append(self.row)
            if self.is_hidden:
                self.sheets[-1].marks.hidden_rows.add(self.number)
        self.row = None

    # whether the sheet is shown

    is_asked_visible = False
    visible = ""

    def begin_visible(self, attributes):
        self.is_asked_visible, self.visible = True, ""

    def end_visible(self):
        self.is_asked_visible = False
        if self.sheets and self.visible.strip() in ("SheetHidden", "SheetVeryHidden"):
            self.sheets[-1].hidden = True


def spelled(kind, text):
    """A typed cell as text."""
    if kind == "Number":
        return number_text(text)
    if kind == "DateTime":
        return moment_text(text)
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return CONTROL.sub("", text)
