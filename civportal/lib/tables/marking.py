"""A person's own workbook given back, with the faulty cells red and the reasons beside them."""

import io
import math
import re
from collections import defaultdict
from dataclasses import dataclass

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from .measure import column_number
from .package import ZIP_MAGIC, Package, is_sheet
from .sheet import MIB, TableRefused
from .workbook import measured, without_tails
from .writing import put, sheet_title

RED = PatternFill("solid", fgColor="FFFF9C9C")
HEADED = PatternFill("solid", fgColor="FFF3EFE8")
REASONS_WIDE = 64
# How many narrow characters surely fit beside each other there, and what a line takes in points.
FITTING, LINE = 60, 15
# Larger workbooks would take minutes and hundreds of megabytes to write again: about 15,000 rows.
MAX_REWRITTEN = 8 * MIB
MAX_COPIED = 200_000


RANGE = re.compile(
    rb"<(?:\w+:)?(?:mergeCell|hyperlink)\s[^>]*?\bref\s*=\s*[\"']\$?([A-Za-z]+)\$?([0-9]{1,7})"
    rb":\$?([A-Za-z]+)\$?([0-9]{1,7})"
)


@dataclass(frozen=True)
class Mark:
    """What is wrong in a row: Excel's row number, the column from 1 (None for the row), the reason."""

    sheet: str
    row: int
    column: int | None
    reason: str


def mark_workbook(content, sheets, marks, heading, heading_rows):
    """The workbook as .xlsx bytes, its faulty cells red, a column of reasons at its right.

    `sheets` are what `read` gave of the content, `heading` is what the new column is called, and
    `heading_rows` says for each sheet in which row its headings stand. An .xlsx comes back as it was:
    other cells, formulas, formats and hidden sheets are not touched. Other files become a new workbook
    with the same sheets and rows. Of very large ones only the headings and the marked rows come back,
    with their row numbers.
    """
    by_sheet = defaultdict(list)
    for mark in marks:
        by_sheet[mark.sheet].append(mark)
    book = own_workbook(content)
    if book is None and sum(len(row) for sheet in sheets for row in sheet.rows) > MAX_COPIED:
        return saved(excerpt(sheets, by_sheet, heading, heading_rows))
    names = {sheet.name: sheet.name for sheet in sheets}
    if book is None:
        book, names = copied(sheets)
    for sheet in sheets:
        if sheet.name in heading_rows and names[sheet.name] in book.sheetnames:
            page, row = book[names[sheet.name]], heading_rows[sheet.name]
            mark_sheet(page, by_sheet[sheet.name], width_of(sheet), heading, row)
    return saved(book)


def width_of(sheet):
    return max(map(len, sheet.rows), default=0)


def own_workbook(content):
    """The .xlsx opened for writing again, or None when it is none, too large, or cannot be."""
    if not content.startswith(ZIP_MAGIC):
        return None
    try:
        package = Package(content)
        content = without_tails(package, measured(package))
        package = Package(content)
    except TableRefused:
        return None
    size = sum(member.file_size for name, member in package.members.items() if is_heavy(name))
    if "xl/workbook.xml" not in package or size > MAX_REWRITTEN or spread(package) > MAX_COPIED:
        return None
    try:
        return load_workbook(io.BytesIO(content), rich_text=True)
    except Exception:  # it stumbles over odd styles and drawings in many ways; the texts still come back
        return None


def spread(package):
    """How many cells are merged or linked as ranges: openpyxl makes every one of them, all 17 billion."""
    return sum(
        area(found)
        for name in package.members
        if is_sheet(name) and name.endswith(".xml")
        for found in RANGE.findall(package.part(name))
    )


def area(found):
    """The cells of a range as the pattern finds it."""
    left, top, right, bottom = found
    wide = column_number(right) - column_number(left) + 1
    return max(wide, 1) * max(int(bottom) - int(top) + 1, 1)


def is_heavy(name):
    return is_sheet(name) or name.lower() == "xl/sharedstrings.xml"


def copied(sheets):
    """A new workbook with the same texts in the same rows; what its sheets are called now."""
    book, names = Workbook(), {}
    book.remove(book.active)
    for sheet in sheets:
        if sheet.hidden:
            continue
        page = book.create_sheet(sheet_title(sheet.name))
        names[sheet.name] = page.title
        for number, row in enumerate(sheet.rows, 1):
            for column, text in enumerate(row, 1):
                if text:
                    put(page.cell(number, column), text)
        for top, left, bottom, right in sheet.merged:
            page.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
    return book, defaultdict(str, names)


def mark_sheet(page, marks, width, heading, heading_row):
    """Fill the faulty cells and write the reasons into a column of their own."""
    place = reasons_column(page, width, heading, heading_row)
    put(page.cell(heading_row, place), heading)
    page.cell(heading_row, place).font = Font(bold=True)
    page.cell(heading_row, place).fill = HEADED
    page.column_dimensions[get_column_letter(place)].width = REASONS_WIDE
    for row, reasons in together(marks).items():
        put(page.cell(row, place), "\n".join(reasons))
        page.cell(row, place).fill = RED
        page.row_dimensions[row].height = height_for(reasons, page.row_dimensions[row].height)
    for mark in marks:
        if mark.column:
            page.cell(mark.row, mark.column).fill = RED


def height_for(reasons, before):
    """The height of a row that cuts no reason off; None leaves it to the program that opens the list."""
    lines = sum(
        math.ceil(sum(2 - character.isascii() for character in reason) / FITTING) for reason in reasons
    )
    if lines > 1:
        return max(before or 0, lines * LINE)
    return before and max(before, LINE)


def reasons_column(page, width, heading, heading_row):
    """The first column right of the list; the one of an earlier time is emptied and used again."""
    for column in range(1, width + 1):
        if page.cell(heading_row, column).value == heading:
            for row in range(heading_row + 1, page.max_row + 1):
                page.cell(row, column).value = None
                page.cell(row, column).fill = PatternFill()
            return column
    return width + 1


def together(marks):
    """Row → its reasons, each once, in their order."""
    reasons = defaultdict(dict)
    for mark in marks:
        reasons[mark.row][mark.reason] = None
    return reasons


def excerpt(sheets, by_sheet, heading, heading_rows):
    """The headings and the marked rows alone, the number of each row in front and the reasons behind."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        if sheet.name not in heading_rows:
            continue
        page = book.create_sheet(sheet_title(sheet.name))
        reasons, width = together(by_sheet[sheet.name]), width_of(sheet)
        red = {(mark.row, mark.column) for mark in by_sheet[sheet.name]}
        for at, number in enumerate([heading_rows[sheet.name], *sorted(reasons)], 1):
            texts = sheet.rows[number - 1]
            put(page.cell(at, 1), number)
            for column, text in enumerate(texts, 1):
                put(page.cell(at, column + 1), text)
                if (number, column) in red:
                    page.cell(at, column + 1).fill = RED
            put(page.cell(at, width + 2), "\n".join(reasons.get(number, [heading])))
        page.column_dimensions[get_column_letter(width + 2)].width = REASONS_WIDE
        page.freeze_panes = "B2"
    return book


def saved(book):
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
