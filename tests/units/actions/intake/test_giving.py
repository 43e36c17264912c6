"""What an import gives back: the own list with its faults in red, and templates that are read unaided."""

import io

import pytest
from openpyxl import load_workbook

from civportal.lib import tables
from tests.units.lists import SAMPLE, code, filled_in, unit_row, workbook
from units.actions import intake
from units.actions.intake import giving
from units.actions.intake.columns import FURTHER, IGNORED, OUR_REMARKS
from units.models import Membership, Office, Role
from units.models.intake_kinds import all_kinds, kind_of

pytestmark = pytest.mark.django_db


def marked(batch, content):
    return giving.marked(batch, content)


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


# templates, of every kind there is

EVERY_KIND = [kind.code for kind in all_kinds()]
# The least that makes a row of each.
LEAST = {
    "units": {"单位名称": "甲"},
    "people": {"姓名": "甲"},
    "honors": {"单位名称": "甲"},
    "indicators": {"指标名称": "甲"},
}


def template_of(code):
    return giving.template_of(kind_of(code))


def offered(content):
    """Heading → what is offered below it."""
    book = load_workbook(io.BytesIO(content))
    found = {}
    for rule in book.active.data_validations.dataValidation:
        letter = str(rule.sqref)[0]
        source = rule.formula1
        words = source.strip('"').split(",") if source.startswith('"') else listed_in(book, source)
        found[book.active[f"{letter}3"].value.rstrip("*")] = words
    return found


def listed_in(book, source):
    name, _mark, area = source.rpartition("!")
    return [cell.value for (cell,) in book[name][area.replace("$", "")]]


@pytest.mark.parametrize("code", EVERY_KIND)
def test_an_empty_template_holds_nothing(code):
    name, content = template_of(code)

    with pytest.raises(tables.TableRefused) as refusal:
        intake.look(content, name, kinds=EVERY_KIND)

    assert refusal.value.code == "no rows"
    assert str(kind_of(code).label) in refusal.value.message


@pytest.mark.parametrize("code", EVERY_KIND)
def test_a_list_without_headings_is_told_what_its_kind_needs(code):
    with pytest.raises(tables.TableRefused) as refusal:
        intake.look(workbook(headings=["甲", "乙"]), "x.xlsx", kinds=[code])

    heading = kind_of(code).vocabulary.headings["name"].split(" ")[0]
    assert refusal.value.code == "no heading"
    assert str(kind_of(code).label) in refusal.value.message and heading in refusal.value.message


def test_where_the_headings_are_to_tell_the_kind_all_of_them_are_named():
    with pytest.raises(tables.TableRefused, match="单位名称、姓名"):
        intake.look(workbook(headings=["甲", "乙"]), "x.xlsx", kinds=EVERY_KIND)


@pytest.mark.parametrize("code", EVERY_KIND)
def test_a_template_is_recognized_with_all_its_columns(code):
    name, content = template_of(code)

    found = intake.look(filled_in(content, LEAST[code]), name, kinds=EVERY_KIND)

    [layout] = found.layouts
    assert found.kind.code == code
    assert [column.heading for column in layout.columns if column.field == FURTHER] == []
    assert [seen.problems[0]["reason"] for seen in found.rows[:4]] == ["title or heading"] * 3 + ["example"]
    assert found.county == Office.current().county


@pytest.mark.parametrize("code", EVERY_KIND)
def test_codes_stay_text_in_a_template(code):
    sheet = load_workbook(io.BytesIO(template_of(code)[1])).active
    formats = {
        cell.value.rstrip("*"): sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[3]
    }

    assert {heading for heading, how in formats.items() if how != "@"} <= {"在职人数"}


def test_a_filled_in_list_of_units_is_read_unaided():
    name, content = template_of("units")
    row = {
        "单位名称": "县水利局",
        "统一社会信用代码": code(1),
        "单位类别": "党政机关",
        "在职人数": 50,
        "手机": "13900000001",
        "是否窗口单位": "是",
    }

    found = intake.look(filled_in(content, row), name)

    values = found.rows[4].values
    assert (found.rows[4].verdict, values["category"], values["uscc"]) == ("new", "organ", code(1))
    assert (values["staff_count"], values["mobile"], values["has_window"]) == (50, "13900000001", True)


def test_every_category_that_a_template_offers_is_understood():
    _name, content = template_of("units")
    names = offered(content)["单位类别"]
    rows = [{"单位名称": f"县第{n}局", "单位类别": name} for n, name in enumerate(names)]

    found = intake.look(filled_in(content, *rows), "x.xlsx")

    assert len(names) == 12 and all(row.values["category"] for row in found.rows[4:])


def test_a_filled_in_list_of_people_becomes_accounts_of_every_role_it_offers(admin, school):
    name, content = template_of("people")
    roles = offered(content)["角色"]
    rows = [
        {"姓名": f"赵{letter}", "角色": role, "单位名称": school.name}
        for letter, role in zip("甲乙丙丁戊己庚辛壬癸", roles, strict=True)
    ]

    batch = intake.take_in(filled_in(content, *rows), name, by=admin, kinds=EVERY_KIND)

    assert (batch.tally["new"], batch.tally["skipped"], batch.left_out_count) == (10, 4, 0)
    given = Membership.objects.filter(user__name__startswith="赵").values_list("role", flat=True)
    assert set(given) == set(Role)
