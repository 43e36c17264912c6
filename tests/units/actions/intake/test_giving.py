"""What an import gives back: the own list with its faults in red, and templates that are read unaided."""

import io

import pytest
from openpyxl import load_workbook

from civportal.lib import tables
from tests.units.lists import SAMPLE, code, unit_row, workbook
from units.actions import intake
from units.actions.intake import giving
from units.actions.intake.columns import FURTHER, IGNORED, OUR_REMARKS
from units.models import Office

pytestmark = pytest.mark.django_db


def marked(batch, content):
    return giving.marked(batch, content)


def filled_in(content, *rows):
    """The template with these rows below its example."""
    book = load_workbook(io.BytesIO(content))
    headings = [cell.value.rstrip("*") for cell in book.active[3]]
    for number, row in enumerate(rows, 5):
        for heading, value in row.items():
            book.active.cell(number, headings.index(heading) + 1).value = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("path", [SAMPLE, SAMPLE.with_suffix(".xls")], ids=["xlsx", "xls"])
def test_every_fault_of_the_list_stands_beside_its_row(admin, path):
    content = path.read_bytes()
    batch = intake.preview(content, path.name, by=admin)

    book = load_workbook(io.BytesIO(marked(batch, content)))

    reasons = {
        (sheet.title, row): sheet.cell(row, 14).value
        for sheet in book
        for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, 14).value not in (None, OUR_REMARKS)
    }
    assert reasons.keys() == {(row.sheet, row.number) for row in batch.rows.to_put_right()}
    assert all("：" in reason for reason in reasons.values())


def test_the_marked_list_put_right_is_taken_in_and_our_column_is_no_part_of_it(admin):
    content = workbook(unit_row("县水利局", 1), ["县财政局", code(2)[:-1] + "0", "机关"])
    batch = intake.preview(content, "x.xlsx", by=admin)
    book = load_workbook(io.BytesIO(marked(batch, content)))
    book["名册"]["B4"].value = code(2)
    kept = io.BytesIO()
    book.save(kept)

    again = intake.look(kept.getvalue(), "x.xlsx")

    assert [row.verdict for row in again.rows[2:]] == ["new", "new"]
    assert again.layouts[0].columns[-1].field == IGNORED
    assert again.rows[-1].values["extra"] == {}


def test_a_fault_without_a_column_marks_the_row(admin):
    content = workbook(unit_row("县水利局", 1))
    batch = intake.preview(content, "x.xlsx", by=admin)
    batch.rows.filter(name="县水利局").update(
        verdict="error", problems=[{"level": "error", "column": None, "value": None, "reason": "no name"}]
    )

    sheet = load_workbook(io.BytesIO(marked(batch, content)))["名册"]

    assert sheet["H3"].value and "：" not in sheet["H3"].value


def test_an_empty_template_holds_no_unit(admin):
    _name, content = giving.template_of("units")

    with pytest.raises(tables.TableRefused) as refusal:
        intake.look(content, "x.xlsx")

    assert refusal.value.code == "no rows"


def test_a_filled_in_template_is_read_unaided():
    name, content = giving.template_of("units")
    row = {
        "单位名称": "县水利局",
        "统一社会信用代码": code(1),
        "单位类别": "党政机关",
        "在职人数": 50,
        "手机": "13900000001",
        "是否窗口单位": "是",
    }

    found = intake.look(filled_in(content, row), name)

    [layout] = found.layouts
    assert {column.heading for column in layout.columns if column.field == FURTHER} == set()
    assert [seen.problems[0]["reason"] for seen in found.rows[:4]] == ["title or heading"] * 3 + ["example"]
    values = found.rows[4].values
    assert (found.rows[4].verdict, values["category"], values["uscc"]) == ("new", "organ", code(1))
    assert (values["staff_count"], values["mobile"], values["has_window"]) == (50, "13900000001", True)
    assert found.county == Office.current().county


def test_every_category_that_a_template_offers_is_understood():
    _name, content = giving.template_of("units")
    rows = [{"单位名称": f"县第{n}局", "单位类别": name} for n, name in enumerate(giving.CATEGORIES)]

    found = intake.look(filled_in(content, *rows), "x.xlsx")

    assert all(row.values["category"] for row in found.rows[4:])
