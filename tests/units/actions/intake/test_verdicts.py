"""Which row is which unit: rules of the design, one test each."""

import pytest

from tests.factories import UnitFactory
from tests.units.lists import HEADINGS, code, unit_row, workbook
from units.actions import intake
from units.models import Category, Office, Unit, UnitName

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db):
    Office.objects.create(county="云泽县")


def judged(*rows, **options):
    """(verdict, first reason) of every unit's row."""
    seen = intake.look(workbook(*rows, **options), "名册.xlsx")
    return [verdict(row) for row in seen.rows if row.verdict != "skipped"]


def row_of(*rows, **options):
    seen = intake.look(workbook(*rows, **options), "名册.xlsx")
    return [row for row in seen.rows if row.verdict != "skipped"][-1]


def verdict(row):
    reasons = [
        problem["reason"]
        for problem in row.problems
        if problem["level"] in ("error", "duplicate", "suspected")
    ]
    return (row.verdict, *reasons)


def remarks(row):
    return {problem["reason"] for problem in row.problems if problem["level"] == "remark"}


# within the file


def test_the_same_code_is_a_duplicate_under_any_name():
    assert judged(unit_row("云泽县建设银行", 1), unit_row("建设银行", 1)) == [
        ("new",),
        ("duplicate", "same code"),
    ]


def test_the_same_name_under_the_same_supervisor_is_a_duplicate():
    assert judged(unit_row("县水利局", 1), unit_row("县 水 利 局")) == [("new",), ("duplicate", "same name")]


def test_the_same_name_under_two_towns_is_two_units():
    rows = [unit_row("中心小学", 1, "学校", "东坝镇"), unit_row("中心小学", 2, "学校", "西渡镇")]

    assert judged(*rows) == [("new",), ("new",)]


def test_numbered_names_are_never_alike():
    assert judged(unit_row("县第一小学"), unit_row("县第二小学")) == [("new",), ("new",)]


def test_full_and_short_name_without_codes_are_suspected():
    assert judged(unit_row("云泽县教育局", 1), unit_row("县教育局")) == [
        ("new",),
        ("suspected", "full and short name"),
    ]


def test_two_different_codes_prove_two_units():
    assert judged(unit_row("云泽县教育局", 1), unit_row("县教育局", 2)) == [("new",), ("new",)]


def test_the_same_contact_and_phone_is_suspected_unless_codes_differ():
    who = {"contact": "赵梅", "mobile": "13900000001"}

    assert judged(unit_row("甲局", 1, **who), unit_row("乙所", **who)) == [
        ("new",),
        ("suspected", "same contact and phone"),
    ]
    assert judged(unit_row("甲局", 1, **who), unit_row("乙所", 2, **who)) == [("new",), ("new",)]


def test_a_short_name_that_is_another_rows_name_is_suspected():
    headings = ["单位名称", "简称"]

    assert judged(["建设银行云泽支行", "建行"], ["建行", ""], headings=headings) == [
        ("new",),
        ("suspected", "alias"),
    ]
    assert judged(["建行", ""], ["建设银行云泽支行", "建行"], headings=headings) == [
        ("new",),
        ("suspected", "alias"),
    ]


def test_a_namesake_without_supervisor_is_suspected():
    rows = [unit_row("中心小学", supervisor="东坝镇"), unit_row("中心小学", supervisor="")]

    assert judged(*rows) == [("new",), ("suspected", "supervisor unknown")]


# against the register


def test_a_unit_is_known_by_its_code_and_takes_the_new_name():
    UnitFactory(name="县药品监督管理局", uscc=code(1))

    row = row_of(unit_row("县市场监督管理局", 1))

    assert row.verdict == "update"
    assert row.changes["name"] == ["县药品监督管理局", "县市场监督管理局"]


def test_a_unit_is_not_renamed_to_a_name_it_is_known_by():
    unit = UnitFactory(name="中国建设银行云泽支行", uscc=code(1))
    UnitName.objects.create(unit=unit, name="建设银行")

    assert "name" not in row_of(unit_row("建设银行", 1)).changes


def test_blank_cells_erase_nothing():
    body = UnitFactory(name="县人民政府", participation="outside", category=None)
    UnitFactory(
        name="县水利局", uscc=code(1), supervisor=body, contact="赵梅", staff_count=7, has_window=True
    )

    assert judged(unit_row("县水利局", 1)) == [("same",)]
    assert judged(unit_row("县水利局")) == [("same",)]


def test_only_what_differs_is_an_update():
    body = UnitFactory(name="县人民政府", participation="outside", category=None)
    UnitFactory(name="县水利局", supervisor=body, contact="赵梅", staff_count=7)

    row = row_of(unit_row("县水利局", contact="孙涛", staff="约8人"))

    assert row.changes == {"contact": ["赵梅", "孙涛"], "staff_count": ["7", "≈8"]}


def test_a_list_without_supervisors_finds_the_only_unit_of_a_name():
    body = UnitFactory(name="县人民政府")
    UnitFactory(name="县水利局", supervisor=body)

    assert judged(["县水利局"], headings=["单位名称"]) == [("same",)]


def test_the_same_name_under_another_supervisor_is_another_unit():
    UnitFactory(name="中心小学", supervisor=UnitFactory(name="东坝镇"))

    assert judged(unit_row("中心小学", supervisor="西渡镇")) == [("new",)]


def test_a_namesake_whose_supervisor_nobody_knows_is_suspected():
    UnitFactory(name="中心小学", supervisor=None)

    assert judged(unit_row("中心小学", supervisor="西渡镇")) == [("suspected", "supervisor unknown")]


def test_a_former_name_is_suspected_and_points_at_the_unit():
    unit = UnitFactory(name="县自然资源和规划局")
    UnitName.objects.create(unit=unit, name="县国土局", is_alias=False)

    row = row_of(unit_row("县国土局"))

    assert (verdict(row), row.against["unit"]) == (("suspected", "alias"), unit.pk)


def test_another_units_other_name_is_no_matter_when_the_codes_differ():
    unit = UnitFactory(name="县自然资源和规划局", uscc=code(1))
    UnitName.objects.create(unit=unit, name="县国土局", is_alias=False)

    assert judged(unit_row("县国土局", 2)) == [("new",)]


def test_code_of_one_unit_and_name_of_another_is_an_error():
    UnitFactory(name="县水利局", uscc=code(1), supervisor=None)
    UnitFactory(name="县财政局", uscc=code(2), supervisor=None)

    assert judged(unit_row("县财政局", 1, supervisor="")) == [("error", "code of another unit")]


def test_two_rows_for_one_unit_of_the_register_are_a_duplicate():
    UnitFactory(name="县水利局", uscc=code(1), supervisor=None)

    assert judged(unit_row("县河道局", 1, supervisor=""), unit_row("县水利局", supervisor="")) == [
        ("update",),
        ("duplicate", "same name"),
    ]


def test_another_code_for_a_known_unit_is_an_update_with_a_warning():
    UnitFactory(name="县水利局", uscc=code(1), supervisor=None)

    row = row_of(unit_row("县水利局", 2, supervisor=""))

    assert row.changes["uscc"] == [code(1), code(2)]
    assert "code differs" in {problem["reason"] for problem in row.problems}


def test_a_missing_code_is_no_matter_where_the_register_has_it():
    UnitFactory(name="县水利局", uscc=code(1), supervisor=None)

    assert not row_of(unit_row("县水利局", supervisor="")).problems


def test_a_body_that_was_only_mentioned_becomes_the_unit_of_the_list():
    UnitFactory(name="县教育局", participation="outside", category=None)

    row = row_of(unit_row("云泽县教育局", 1))

    assert row.verdict == "update"
    assert row.changes["name"] == ["县教育局", "云泽县教育局"]
    assert row.changes["participation"] == ["outside", "participating"]


def test_the_register_may_know_the_kind_of_enterprise_better():
    body = UnitFactory(name="县国资办")
    UnitFactory(name="县农商行", supervisor=body, category=Category.objects.get(code="bank"))

    assert judged(unit_row("县农商行", category="企业", supervisor="县国资办")) == [("same",)]
    assert judged(unit_row("县农商行", category="机关", supervisor="县国资办")) == [("update",)]


# whom it belongs to


def test_a_supervisor_in_the_file_is_found_without_the_county():
    row = row_of(unit_row("云泽县教育局", 1), unit_row("县一中", 2, supervisor="县教育局"))

    assert row.wanted["supervisor_id"][1].name == "云泽县教育局"


def test_a_supervisor_in_the_register_is_found_by_its_other_name():
    office = UnitFactory(name="云泽县国有资产监督管理办公室")
    UnitName.objects.create(unit=office, name="县国资办")

    assert row_of(unit_row("县供水公司", 1, supervisor="县国资办")).wanted["supervisor_id"] == office.pk


def test_a_supervisor_in_the_file_may_be_a_known_unit_under_a_new_name():
    bureau = UnitFactory(name="县文教局", uscc=code(1))
    UnitFactory(name="县一中", supervisor=None, uscc=code(2))

    row = row_of(unit_row("县教育局", 1, supervisor=""), unit_row("县一中", 2, supervisor="县教育局"))

    assert row.wanted["supervisor_id"] == bureau.pk
    assert row.changes["supervisor"] == ["", "县文教局"]


def test_an_unknown_supervisor_is_a_body_to_be_made():
    assert row_of(unit_row("县供电公司", supervisor="国网江苏电力")).wanted["supervisor_id"] == (
        "body",
        "国网江苏电力",
    )


def test_an_ambiguous_supervisor_stays_open():
    UnitFactory(name="中心小学", supervisor=UnitFactory(name="东坝镇"))
    UnitFactory(name="中心小学", supervisor=UnitFactory(name="西渡镇"))

    row = row_of(unit_row("中心幼儿园", 9, supervisor="中心小学"))

    assert "supervisor_id" not in row.wanted
    assert remarks(row) == {"supervisor ambiguous"}


def test_a_unit_does_not_supervise_itself_nor_in_a_ring():
    assert remarks(row_of(unit_row("县水利局", 1, supervisor="县水利局"))) == {"supervises itself"}

    seen = intake.look(
        workbook(unit_row("甲", 1, supervisor="乙"), unit_row("乙", 2, supervisor="甲")), "x.xlsx"
    )
    first, second = [row for row in seen.rows if row.verdict == "new"]
    assert remarks(first) == {"supervises itself"} and not remarks(second)


@pytest.mark.parametrize("in_register", [True, False])
def test_the_own_town_is_the_one_with_whose_name_the_village_begins(in_register):
    town = unit_row("南河镇", 1, "乡镇")
    if in_register:
        Unit.objects.create(name="南河镇", category=Category.objects.get(code="town"))
    rows = [] if in_register else [town]

    row = row_of(*rows, unit_row("南河镇和平村", 2, "村", "所在镇"))

    assert "supervisor_id" in row.wanted and row.wanted["town_id"] == row.wanted["supervisor_id"]


def test_a_town_that_is_nowhere_is_remarked():
    assert remarks(row_of(unit_row("南河镇和平村", 2, "村", "所在镇"))) == {"town not found"}


def test_a_town_column_names_the_town():
    headings = [*HEADINGS, "所属镇区"]
    town = [*unit_row("南河镇", 1, "乡镇"), ""]

    known = row_of(town, [*unit_row("县水泥厂", 2), "南河镇"], headings=headings)
    unknown = row_of(town, [*unit_row("县水泥厂", 2), "北河镇"], headings=headings)

    assert known.wanted["town_id"][1].name == "南河镇"
    assert remarks(unknown) == {"town not found"}


def test_several_towns_of_that_name_are_none():
    town = Category.objects.get(code="town")
    for above in ("甲县", "乙县"):
        UnitFactory(name="南河镇", category=town, supervisor=UnitFactory(name=above))

    row = row_of([*unit_row("县水泥厂", 2), "南河镇"], headings=[*HEADINGS, "所属镇区"])

    assert "town_id" not in row.wanted and remarks(row) == {"town not found"}


def test_no_town_at_all_can_be_said():
    Unit.objects.create(name="南河镇", category=Category.objects.get(code="town"))
    headings = [*HEADINGS, "所在镇"]

    said = row_of([*unit_row("南河镇水泥厂", 2), "无"], headings=headings)
    blank = row_of([*unit_row("南河镇水泥厂", 2), ""], headings=headings)

    assert "town_id" not in said.wanted and "town_id" in blank.wanted


@pytest.mark.parametrize("heading", ["简称", "其他名称", "曾用名"])
def test_another_name_that_is_another_rows_name_is_suspected(heading):
    rows = [["县自然资源局", "县国土局"], ["县国土局", ""]]

    assert judged(*rows, headings=["单位名称", heading]) == [("new",), ("suspected", "alias")]


def test_what_a_list_says_of_names_days_and_tags_is_a_change_in_words():
    unit = UnitFactory(name="县水利局", supervisor=None)
    unit.tags.create(name="窗口")
    UnitName.objects.create(unit=unit, name="水利站")
    headings = ["单位名称", "其他名称", "曾用名", "成立日期", "新参创单位", "标签"]

    row = row_of(["县水利局", "水利站", "县水电局", "1949.10.1", "是", "A类"], headings=headings)

    assert row.changes == {
        "names": ["", "县水电局"],
        "founded_on": ["", "1949-10-01"],
        "is_new_participant": [False, True],
        "tags": ["窗口", "A类"],
    }


def test_what_a_person_decided_is_the_verdict():
    rows = workbook(unit_row("云泽县教育局", 1), unit_row("县教育局"))

    def decided(decision):
        seen = intake.look(rows, "x.xlsx", decisions={("名册", 4): decision})
        return verdict(seen.rows[-1])

    assert decided("new") == ("new",)
    assert decided("same") == ("duplicate", "decided same")
    assert decided("leave") == ("suspected", "full and short name")
