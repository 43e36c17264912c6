"""Workbooks to be filled in: headings, hints, an example, choices to pick from, codes kept as text."""

import io
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from .writing import put, sheet_title

TITLE, HINTS, HEADINGS, EXAMPLE = 1, 2, 3, 4
# As far as the choices reach; more units than a county has.
LAST = 5_000
# Excel takes no longer list of choices inside a cell's rule.
LONGEST_LIST = 255
GRAY = "FF808080"
SHADE = PatternFill("solid", fgColor="FFF3EFE8")


@dataclass(frozen=True)
class TemplateColumn:
    """One column to be filled in; all but numbers are kept as text, so that no digit is lost."""

    heading: str
    example: str = ""
    hint: str = ""
    width: int = 16
    choices: tuple[str, ...] = ()
    is_number: bool = False
    is_required: bool = False


def template(title, columns):
    """An empty list as .xlsx bytes: title, hints, headings that stay in sight, and an example in gray."""
    book = Workbook()
    page = book.active
    page.title = sheet_title(title)
    put(page.cell(TITLE, 1), title)
    page.cell(TITLE, 1).font = Font(bold=True, size=16)
    page.cell(TITLE, 1).alignment = Alignment(horizontal="center", vertical="center")
    page.merge_cells(start_row=TITLE, start_column=1, end_row=TITLE, end_column=len(columns))
    page.row_dimensions[TITLE].height = 30
    page.row_dimensions[HINTS].height = 62
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.freeze_panes = page.cell(EXAMPLE, 3)
    for number, column in enumerate(columns, 1):
        write_column(page, number, column)
        if column.choices:
            offer(book, page, number, column.choices)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def write_column(page, number, column):
    """Heading, hint and example of a column, and the format of everything below."""
    letter = get_column_letter(number)
    page.column_dimensions[letter].width = column.width
    page.column_dimensions[letter].number_format = "0" if column.is_number else "@"
    for row, text, font in (
        (HINTS, column.hint, Font(color=GRAY, size=9)),
        (HEADINGS, f"{column.heading}*" if column.is_required else column.heading, Font(bold=True)),
        (EXAMPLE, column.example, Font(color=GRAY, italic=True)),
    ):
        cell = page.cell(row, number)
        put(cell, int(text) if column.is_number and text.isdigit() else text)
        cell.font = font
    page.cell(HEADINGS, number).fill = SHADE


def offer(book, page, number, choices):
    """Let people pick; something else may still be written, the import understands many words."""
    joined = ",".join(choices)
    if len(joined) <= LONGEST_LIST and not any("," in choice for choice in choices):
        source = f'"{joined}"'
    else:
        source = listed(book, number, choices)
    rule = DataValidation(
        "list", formula1=source, allow_blank=True, errorStyle="warning", showErrorMessage=True
    )
    letter = get_column_letter(number)
    rule.add(f"{letter}{EXAMPLE}:{letter}{LAST}")
    page.add_data_validation(rule)


def listed(book, number, choices):
    """Put many choices on a hidden sheet of their own; where they stand."""
    name, letter = "选项", get_column_letter(number)
    sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
    sheet.sheet_state = "hidden"
    for row, choice in enumerate(choices, 1):
        put(sheet.cell(row, number), choice)
    return f"{name}!${letter}$1:${letter}${len(choices)}"
