"""Tables on their way out: workbooks and text in which no cell is a formula."""

import csv
import io
import re

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from .values import CONTROL

# A formula once the program has cut blanks and folded full-width signs; "'" so that undoing is exact.
FORMULA = re.compile(r"'*[\s\"]*[=+\-@＝＋－＠\t\r]")


def write_xlsx(title, headings, rows, widths=()):
    """A workbook of one sheet as bytes; every text is text, so that nothing in it is a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_title(title)
    for number, row in enumerate([headings, *rows], start=1):
        for column, value in enumerate(row, start=1):
            put(sheet.cell(number, column), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F3EFE8")
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sheet_title(text):
    """A name that a sheet may have."""
    return re.sub(r"[\\/*?:\[\]]", " ", str(text))[:31] or "1"


def put(cell, value):
    """A number as a number, everything else as text, whatever it begins with."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        return
    cell.value = CONTROL.sub("", "" if value is None else str(value))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def write_csv(headings, rows):
    """Delimited text as bytes, with the mark by which Excel knows UTF-8, and no cell a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [[defused(value) for value in row] for row in [headings, *rows]]
    )
    return text.getvalue().encode("utf-8-sig")


def defused(value):
    """Text that a spreadsheet program would run as a formula, made text by a leading apostrophe."""
    text = CONTROL.sub("", "" if value is None else str(value))
    return f"'{text}" if FORMULA.match(text) else text


def undefused(text):
    """What `defused` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
