"""Spreadsheets of any origin as sheets of text cells, numbered as Excel numbers them, and back.

Reads .xlsx, .xls (and .et), .ods, web pages and XML that call themselves .xls, and delimited text, told
apart by content and never by the name. What a file claims and what it really unpacks to are both checked
before anything is built in memory.
"""

from itertools import chain, count

from . import opendocument, text, webpage, workbook, xml2003
from .marking import Mark, mark_workbook
from .package import ZIP_MAGIC, Package
from .sheet import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    MIB,
    Marks,
    Sheet,
    TableRefused,
    check_size,
    damaged,
)
from .template import TemplateColumn, template
from .writing import CONTROL, FORMULA, defused, put, sheet_title, undefused, write_csv, write_xlsx

LONGEST_NAME = 100

__all__ = [
    "CONTROL",
    "FORMULA",
    "MAX_BYTES",
    "MAX_CELLS",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MAX_SHEETS",
    "MIB",
    "Mark",
    "Marks",
    "Sheet",
    "TableRefused",
    "TemplateColumn",
    "check_size",
    "defused",
    "mark_workbook",
    "put",
    "read",
    "sheet_title",
    "template",
    "undefused",
    "write_csv",
    "write_xlsx",
]


def read(content, file_name="", max_bytes=MAX_BYTES):
    """The sheets of a file given as bytes; raises TableRefused with a sentence when it is none."""
    check_size(len(content), max_bytes)
    sheets = sheets_of(content, file_name)
    name_apart(sheets)
    for sheet in sheets:
        clip_merged(sheet)
    return sheets


def sheets_of(content, file_name):
    if content.startswith(ZIP_MAGIC):
        package = Package(content)
        reader = opendocument.read if opendocument.is_spreadsheet(package) else workbook.read_xlsx
        return reader(package)
    if content.startswith(workbook.OLE_MAGIC):
        return workbook.read_xls(content)
    decoded = text.decode(content)
    for kind in (xml2003, webpage):
        if kind.is_one(decoded):
            return kind.read(decoded)
    return [text.read(decoded, file_name)]


def name_apart(sheets):
    """Every sheet has a short name of its own, as rows are found by it; a file may say otherwise."""
    taken = set()
    for place, sheet in enumerate(sheets, 1):
        name = CONTROL.sub("", sheet.name)[:LONGEST_NAME] or str(place)
        others = (f"{name[: LONGEST_NAME - 8]} ({number})" for number in count(2))
        sheet.name = next(one for one in chain([name], others) if one not in taken)
        taken.add(sheet.name)


def clip_merged(sheet):
    """Merged cells end with the list; where they cover each other the file is damaged, or lies."""
    height, width = len(sheet.rows), max(map(len, sheet.rows), default=0)
    sheet.merged = [
        (top, left, min(bottom, height - 1), min(right, width - 1))
        for top, left, bottom, right in sheet.merged
        if top < height and left < width and (min(bottom, height - 1), min(right, width - 1)) != (top, left)
    ]
    area = sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in sheet.merged)
    if area > height * width:
        raise damaged()
