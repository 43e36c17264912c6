"""Workbooks of LibreOffice (.ods) as sheets.

Read here and not by the library that reads the others: it knows no merged cells there, and believes a
cell that says it stands for sixteen thousand columns and a million rows.
"""

from .package import Package
from .sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Marks,
    Room,
    Sheet,
    damaged,
    protected,
    too_long,
    too_wide,
)
from .values import CONTROL, moment_text, number_text
from .xml import Reader, number

KIND = b"application/vnd.oasis.opendocument.spreadsheet"
MANY = 2**20
SPANS = {"table:number-rows-spanned", "table:number-columns-spanned"}


def is_spreadsheet(package: Package):
    """Whether the package is an .ods; other documents of that family are none."""
    return "content.xml" in package and package.part("mimetype", 200)[: len(KIND)] == KIND


def read(package):
    """The sheets of the workbook; raises TableRefused when it is locked, damaged or too large."""
    if b"encryption-data" in package.part("META-INF/manifest.xml"):
        raise protected()
    package.check()
    reader = Content().parse(package.chunks("content.xml"))
    if not reader.is_spreadsheet:
        raise damaged()
    return reader.sheets


class Content(Reader):
    """Reads from top to bottom; empty rows and cells are only counted until something follows them."""

    # Every program that writes .ods calls them so.
    BETWEEN = None
    NAMES = {
        "style:style": "style",
        "style:table-properties": "look",
        "office:spreadsheet": "spreadsheet",
        "office:annotation": "note",
        "table:table": "table",
        "table:table-column": "column",
        "table:table-row": "row",
        "table:table-cell": "cell",
        "table:covered-table-cell": "cell",
        "text:p": "line",
        "text:s": "blanks",
        "text:tab": "tab",
        "text:line-break": "break",
    }

    def __init__(self):
        super().__init__()
        self.sheets, self.room = [], Room()
        self.is_spreadsheet = False
        self.style, self.hidden_styles = "", set()
        self.depth = self.notes = self.columns = 0
        self.sheet = self.row = self.cell = self.lines = None
        self.empty_rows = self.empty_cells = 0
        self.about_row = {}

    # the workbook and its sheets

    def begin_style(self, attributes):
        self.style = attributes.get("style:name")

    def begin_look(self, attributes):
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def begin_spreadsheet(self, attributes):
        self.is_spreadsheet = True

    def begin_table(self, attributes):
        self.depth += 1
        if self.depth > 1 or not self.is_spreadsheet:
            return
        if len(self.sheets) >= MAX_SHEETS:
            raise too_long()
        hidden = attributes.get("table:style-name") in self.hidden_styles
        self.sheet = Sheet(attributes.get("table:name", ""), hidden=hidden, marks=Marks())
        self.sheets.append(self.sheet)
        self.empty_rows = self.columns = 0

    def end_table(self):
        self.depth -= 1
        if not self.depth:
            self.sheet = None

    @property
    def is_read(self):
        """Whether a row or cell here is one of a sheet that is shown."""
        return self.depth == 1 and self.sheet is not None and not self.sheet.hidden

    def begin_column(self, attributes):
        count = number(attributes.get("table:number-columns-repeated"), MANY)
        if self.is_read and attributes.get("table:visibility") in ("collapse", "filter"):
            last = min(self.columns + count, MAX_COLUMNS)
            self.sheet.marks.hidden_columns |= set(range(self.columns + 1, last + 1))
        self.columns += count

    # rows

    def begin_row(self, attributes):
        if self.is_read:
            self.row, self.empty_cells, self.about_row = [], 0, attributes

    def end_row(self):
        if not self.is_read or self.row is None:
            return
        count = number(self.about_row.get("table:number-rows-repeated"), MANY)
        if not self.row:
            self.empty_rows += count
        else:
            self.keep_row(count)
        self.row = None

    def keep_row(self, count):
        rows = self.sheet.rows
        first = len(rows) + self.empty_rows + 1
        for at in range(first, first + count):
            self.room.take(at, len(self.row))
        rows += [[] for _empty in range(self.empty_rows)]
        rows += [list(self.row) for _time in range(count)]
        self.empty_rows = 0
        if (look := self.about_row.get("table:visibility")) in ("collapse", "filter"):
            self.sheet.marks.hidden_rows |= set(range(first, first + count))
            self.sheet.marks.is_filtered = self.sheet.marks.is_filtered or look == "filter"

    # cells

    def begin_cell(self, attributes):
        if self.is_read and self.row is not None:
            self.cell, self.lines = attributes, []

    def end_cell(self):
        if self.cell is None or self.depth != 1:
            return
        repeated = self.cell.get("table:number-columns-repeated")
        count = number(repeated, MANY) if repeated else 1
        text = self.spelled()
        if text:
            if len(self.row) + self.empty_cells + count > MAX_COLUMNS:
                raise too_wide()
            self.row += [""] * self.empty_cells
            self.note_span()
            self.row += [text] * count
            self.empty_cells = 0
        else:
            self.empty_cells += count
        self.cell = None

    def spelled(self):
        """The cell as text: what it holds, not how it is shown."""
        kind = self.cell.get("office:value-type", "")
        if kind in ("float", "percentage", "currency"):
            return number_text(self.cell.get("office:value", ""))
        if kind == "date":
            return moment_text(self.cell.get("office:date-value", ""))
        if kind == "boolean":
            return self.cell.get("office:boolean-value", "").upper()
        return CONTROL.sub("", "".join(self.lines))

    def note_span(self):
        if not self.cell.keys() & SPANS:
            return
        high = number(self.cell.get("table:number-rows-spanned"), MAX_ROWS)
        wide = number(self.cell.get("table:number-columns-spanned"), MAX_COLUMNS)
        if high > 1 or wide > 1:
            top, left = len(self.sheet.rows) + self.empty_rows, len(self.row)
            self.sheet.merged.append((top, left, top + high - 1, left + wide - 1))

    # text

    def begin_note(self, attributes):
        self.notes += 1
        if self.is_read:
            self.sheet.marks.commented.add(len(self.sheet.rows) + self.empty_rows + 1)

    def end_note(self):
        self.notes -= 1

    def begin_line(self, attributes):
        if self.lines:
            self.write("\n")

    def begin_blanks(self, attributes):
        self.write(" " * number(attributes.get("text:c"), 100))

    def begin_tab(self, attributes):
        self.write("\t")

    def begin_break(self, attributes):
        self.write("\n")

    def write(self, text):
        if self.cell is not None and not self.notes:
            self.lines.append(text)

    say = write
