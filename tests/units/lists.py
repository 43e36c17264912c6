"""Lists of units for tests: the sample of 云泽县, and small ones made on the spot."""

import io
import json
from pathlib import Path

from openpyxl import Workbook, load_workbook

from civportal.lib import codes

DATA = Path(__file__).resolve().parent.parent / "data"
SAMPLE = DATA / "units-云泽县.xlsx"
EXPECTED = json.loads((DATA / "units-云泽县.expected.json").read_text(encoding="utf-8"))
HEADINGS = ["单位名称", "统一社会信用代码", "单位类别", "主管部门", "联系人", "手机", "在职人数"]


def code(number, start="11"):
    """A valid credit code of its own for each number."""
    body = f"{start}999901{number:09d}"
    return body + codes.check_digit(body)


def workbook(*rows, headings=HEADINGS, title="云泽县2026年度名册", sheets=None):
    """A list as bytes: a title, a heading row and the rows; `sheets` maps more names to their rows."""
    book = Workbook()
    book.active.title = "名册"
    for name, content in {"名册": [[title], headings, *rows], **(sheets or {})}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in content:
            sheet.append(row)
    return saved(book)


def saved(book):
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def unit_row(name, number=None, category="机关", supervisor="县人民政府", contact="", mobile="", staff=""):
    return [name, code(number) if number else "", category, supervisor, contact, mobile, staff]


def filled_in(content, *rows):
    """The template with these rows below its example."""
    book = load_workbook(io.BytesIO(content))
    headings = [cell.value.rstrip("*") for cell in book.active[3]]
    for number, row in enumerate(rows, 5):
        for heading, value in row.items():
            book.active.cell(number, headings.index(heading) + 1).value = value
    return saved(book)
