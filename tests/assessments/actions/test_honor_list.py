"""Lists of honors already held, from the file to the roll and back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.actions import honor
from assessments.models import Award, HonorItem
from tests.factories import AwardFactory, UnitFactory
from tests.units.lists import filled_in, workbook
from units.actions import intake
from units.actions.intake import giving
from units.models import ImportBatch, TrailEvent, Unit, UnitName
from units.models.intake_kinds import kind_of

pytestmark = pytest.mark.django_db

STATED = ["单位名称", "荣誉名称", "级别", "年度", "状态"]
ROLL = ["单位名称", "荣誉类别", "级别", "地区", "届次", "文号", "日期"]


def preview(by, *rows, headings=ROLL, kinds=("honors",)):
    return intake.preview(workbook(*rows, headings=headings), "荣誉.xlsx", by=by, kinds=kinds)


def reasons(row):
    return [problem["reason"] for problem in row.problems]


def test_a_roll_becomes_awards_with_what_it_says(ou, school):
    batch = preview(
        ou, [school.name, "文明校园", "省级", "", "2019-2021年度", "苏文明委[2022] 3 号", "2022年1月5日"]
    )

    intake.apply(batch, by=ou)

    award = Award.objects.get()
    assert (award.unit, award.status, award.year, award.term) == (school, "active", 2019, "2019–2021")
    assert (award.document_number, str(award.granted_on)) == ("苏文明委〔2022〕3号", "2022-01-05")
    assert TrailEvent.objects.about(award).get().verb == "take_over"


def test_what_the_roll_does_not_say_stays_unknown(ou, school):
    intake.apply(preview(ou, [school.name, "文明校园", "省级", "", "往届保留(2015-02 报道)", "", ""]), by=ou)

    award = Award.objects.get()
    assert (award.year, award.document_number, award.granted_on) == (None, "", None)
    assert award.term == "往届保留(2015-02 报道)"


def test_candidates_are_pending_and_counted_apart(ou, school):
    intake.apply(preview(ou, [school.name, "文明单位", "市级", "", "2017-2018年度市级候选", "", ""]), by=ou)

    award = Award.objects.get()
    item = HonorItem.objects.for_listing().get(pk=award.item_id)
    assert award.status == "pending"
    assert (item.held_count, item.pending_count) == (0, 1)
    assert (
        not Award.objects.standing().exists() and not Award.objects.as_at(award.granted_by.joined_at).exists()
    )


def test_unknown_units_are_entered_once_and_do_not_take_part(ou):
    batch = preview(
        ou,
        ["河东县文明村", "文明村", "省级", "", "2017年度", "", ""],
        ["河东县文明村", "文明村", "市级", "", "2019年度", "", ""],
    )
    assert {reasons(row)[0] for row in batch.rows.filter(verdict="new")} == {"unit unknown"}

    intake.apply(batch, by=ou)

    unit = Unit.objects.get(name="河东县文明村")
    assert unit.participation == "outside" and unit.awards.count() == 2


def test_an_honor_the_catalogue_does_not_know_is_added_with_a_warning(ou, school):
    batch = preview(ou, [school.name, "最佳文明单位", "省级", "", "2020年度", "", ""])
    assert "honor not in the catalogue" in reasons(batch.rows.get(verdict="new"))

    intake.apply(batch, by=ou)

    assert HonorItem.objects.get(name="最佳文明单位").level == "province"


def test_several_honors_in_a_cell_of_the_unit_list_become_several(admin, school):
    headings = ["单位名称", "统一社会信用代码", "现有荣誉"]
    rows = ([school.name, "", "2019-2021年度省文明单位；2020年县文明单位"], ["县水利局", "", ""])
    batch = preview(admin, *rows, headings=headings)

    intake.apply(batch, by=admin)

    found = Award.objects.order_by("year").values_list("item__level", "item__name", "year")
    assert list(found) == [("province", "文明单位", 2019), ("county", "文明单位", 2020)]
    assert batch.rows.get(name="县水利局").verdict == "skipped"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "文明单位", "县级", "", "2020", "", ""], "no name"),
        (["县水利局", "", "县级", "", "2020", "", ""], "no honor"),
        (["县水利局", "文明单位", "", "", "2020", "", ""], "level unknown"),
        (["县水利局", "信用单位", "县级", "", "2020", "", ""], "honor not understood"),
        (["县水利局", "文明单位", "县级", "", "2099", "", ""], "year in the future"),
    ],
)
def test_a_row_that_cannot_be_taken_in_says_why(ou, row, reason):
    batch = preview(ou, row, ["县林业局", "文明单位", "县级", "", "2020", "", ""])

    assert reason in reasons(batch.rows.get(verdict="error"))


@pytest.mark.parametrize(
    ("headings", "row", "column"),
    [
        (STATED, ["县水利局", "文明单位", "", "2020", ""], "级别"),
        (["单位名称", "荣誉名称"], ["县水利局", "2020年文明单位"], "荣誉名称"),
        (STATED, ["县水利局", "文明单位", "县级", "2099", ""], "年度"),
        (["单位名称", "荣誉名称"], ["县水利局", "2099年县文明单位"], "荣誉名称"),
        (["单位名称", "现有荣誉"], ["县水利局", "2099年县文明单位"], "现有荣誉"),
    ],
)
def test_what_is_wrong_is_marked_in_the_column_that_says_it(ou, headings, row, column):
    batch = preview(ou, row, headings=headings)

    assert batch.rows.get(verdict="error").problems[0]["column"] == column


def test_the_same_roll_again_changes_nothing(ou, school):
    row = [school.name, "文明单位", "县级", "", "2020年度", "", ""]
    intake.apply(preview(ou, row), by=ou)

    again = preview(ou, row, row)

    assert (again.tally["same"], again.tally["duplicate"], again.writable_count) == (1, 1, 0)


def test_former_names_and_names_learnt_from_a_merger_find_the_unit(ou, school):
    UnitName.objects.create(unit=school, name="云泽县实验小学")

    intake.apply(preview(ou, ["云泽县实验小学", "文明校园", "县级", "", "2020", "", ""]), by=ou)

    award = Award.objects.get()
    assert (award.unit, award.unit_name) == (school, "云泽县实验小学")


def test_two_units_of_one_name_are_told_apart_by_the_supervisor(ou):
    above = [UnitFactory(name="甲镇"), UnitFactory(name="乙镇")]
    units = [UnitFactory(name="中心小学", supervisor=boss) for boss in above]
    row = ["中心小学", "文明校园", "县级", "2020", ""]
    headings = ["单位名称", "荣誉类别", "级别", "年度", "主管部门"]

    batch = preview(ou, [*row[:4], "乙镇"], row, headings=headings)

    assert batch.rows.get(verdict="new").unit == units[1]
    assert reasons(batch.rows.get(verdict="error")) == ["unit ambiguous"]


def test_undoing_takes_out_everything_that_was_entered(ou, school):
    batch = intake.apply(
        preview(
            ou,
            [school.name, "最佳文明单位", "省级", "", "2020", "", ""],
            ["河东县某村", "文明村", "市级", "", "2020", "", ""],
        ),
        by=ou,
    )

    intake.undo(batch, by=ou)

    assert not Award.objects.exists() and not Unit.objects.filter(name="河东县某村").exists()
    assert not HonorItem.objects.filter(name="最佳文明单位").exists()


def test_an_honor_that_was_decided_on_keeps_the_import(ou, school):
    batch = intake.apply(preview(ou, [school.name, "文明单位", "县级", "", "2020", "", ""]), by=ou)
    honor.revoke(Award.objects.get(), note="材料不实", by=ou)

    with pytest.raises(intake.UndoRefused) as refusal:
        intake.undo(batch, by=ou)

    assert refusal.value.blockers == [(school.name, "changed")]
    assert Award.objects.exists()


def test_an_honor_someone_else_holds_by_now_keeps_the_import(ou, school, bank):
    batch = intake.apply(preview(ou, [school.name, "最佳文明单位", "省级", "", "2020", "", ""]), by=ou)
    AwardFactory(item=HonorItem.objects.get(name="最佳文明单位"), unit=bank)

    with pytest.raises(intake.UndoRefused) as refusal:
        intake.undo(batch, by=ou)

    assert refusal.value.blockers[0][0] == "最佳文明单位"
    assert Award.objects.count() == 2


def test_a_unit_with_other_records_keeps_the_import(ou):
    batch = intake.apply(preview(ou, ["河东县某村", "文明村", "市级", "", "2020", "", ""]), by=ou)
    UnitFactory(name="河东县某组", supervisor=Unit.objects.get(name="河东县某村"))

    with pytest.raises(intake.UndoRefused):
        intake.undo(batch, by=ou)

    assert Award.objects.exists()


def test_rows_left_out_by_hand_stay_out(ou, school):
    batch = preview(
        ou,
        [school.name, "文明单位", "县级", "", "2020", "", ""],
        [school.name, "文明单位", "县级", "", "2021", "", ""],
    )
    batch = intake.decide(batch, batch.rows.filter(verdict="new").first(), "leave", by=ou)

    intake.apply(batch, by=ou)

    assert Award.objects.get().year == 2021


def test_queries_do_not_grow_with_the_rows(ou):
    def cost(count, year):
        rows = [[f"第{number}村", "文明村", "县级", "", str(year), "", ""] for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            intake.apply(preview(ou, *rows), by=ou)
        return len(asked)

    cost(40, 2018)

    assert cost(2, 2019) == cost(40, 2020)


def test_the_headings_tell_that_it_is_a_roll_of_honors(admin, school):
    kinds = ("units", "honors")

    roll = preview(admin, [school.name, "文明单位", "县级", "", "2020", "", ""], kinds=kinds)
    units = preview(
        admin, [school.name, "机关", "省文明单位"], headings=["单位名称", "单位类别", "现有荣誉"], kinds=kinds
    )

    assert (roll.kind, units.kind) == ("honors", "units")


def test_a_candidate_is_named_by_a_document_or_dropped(ou, school):
    named, dropped = AwardFactory(unit=school, status="pending"), AwardFactory(status="pending")

    named = honor.confirm(
        named, document_number="云文明委[2026]9号", granted_on=named.granted_on.replace(month=1), by=ou
    )
    dropped = honor.drop(dropped, note="公示有异议", by=ou)

    assert (named.status, named.document_number) == ("active", "云文明委〔2026〕9号")
    assert (dropped.status, dropped.ended_note) == ("dropped", "公示有异议")
    assert list(Award.objects.standing()) == [named]


def test_a_preview_of_the_kind_that_was_meant_can_be_asked_for(admin, school):
    rows = [[school.name, "机关", "2020年省文明单位"]]
    batch = preview(admin, *rows, headings=["单位名称", "单位类别", "现有荣誉"], kinds=("units",))

    batch = intake.change_kind(batch, "honors", by=admin)

    assert (batch.kind, batch.tally["new"]) == ("honors", 1)
    assert ImportBatch.objects.get().rows.get(verdict="new").changes["honors"][1].endswith("2020")


# a state of its own, and the template


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("", "active"),
        ("有效", "active"),
        ("已命名", "active"),
        ("候选", "pending"),
        ("公示中", "pending"),
        ("candidate", "pending"),
    ],
)
def test_a_column_may_say_whether_it_is_held(ou, school, state, status):
    intake.apply(preview(ou, [school.name, "文明校园", "县级", "2020", state], headings=STATED), by=ou)

    assert Award.objects.get().status == status


@pytest.mark.parametrize("state", ["已撤销", "未获命名", "自动终止", "revoked"])
def test_what_is_not_held_any_more_is_not_taken_over(ou, school, state):
    rows = [[school.name, "文明校园", "县级", year, said] for year, said in (("2020", state), ("2023", ""))]

    batch = preview(ou, *rows, headings=STATED)

    gone, held = batch.rows.filter(name=school.name)
    assert (gone.verdict, reasons(gone)) == ("skipped", ["honor not held any more"])
    assert held.verdict == "new"


def test_a_filled_in_template_becomes_awards(ou, school, bank):
    HonorItem.objects.create(level="county", name="书香之家、阅读点", sort_order=99)
    name, content = giving.template_of(kind_of("honors"))
    rows = [
        {"单位名称": school.name, "荣誉名称": "文明校园", "级别": "省级", "年度": "2019-2021",
         "文号": "苏文明委〔2022〕3号", "发文日期": "2022-01-05", "状态": "已命名"},
        {"单位名称": bank.name, "荣誉名称": "文明单位", "级别": "县级", "年度": "2025", "状态": "候选"},
        {"单位名称": bank.name, "荣誉名称": "书香之家、阅读点", "级别": "县级", "年度": "2025"},
        {"单位名称": bank.name, "荣誉名称": "文明单位", "级别": "", "年度": "2024"},
    ]  # fmt: skip

    batch = intake.take_in(filled_in(content, *rows), name, by=ou, kinds=("units", "honors"))

    assert (batch.tally["new"], batch.tally["skipped"], batch.tally["error"]) == (3, 4, 1)
    assert reasons(batch.rows.get(verdict="error")) == ["level unknown"]
    found = Award.objects.order_by("pk").values_list("unit", "item__level", "item__name", "year", "status")
    assert list(found) == [
        (school.pk, "province", "文明校园", 2019, "active"),
        (bank.pk, "county", "文明单位", 2025, "pending"),
        (bank.pk, "county", "书香之家、阅读点", 2025, "active"),
    ]


def test_every_honor_and_level_that_the_template_offers_is_understood(ou, school):
    HonorItem.objects.create(level="city", name="最美家庭", sort_order=99)
    columns = {column.heading: column.choices for column in kind_of("honors").template.columns}
    rows = [
        [school.name, name, level, "2020", state]
        for name in columns["荣誉名称"]
        for level in columns["级别"]
        for state in columns["状态"]
    ]

    batch = preview(ou, *rows, headings=STATED)

    assert "最美家庭" in columns["荣誉名称"] and set(columns["荣誉名称"]) == set(
        HonorItem.objects.values_list("name", flat=True)
    )
    # A candidate beside the same honor held is a duplicate, and no error.
    assert (batch.tally["error"], batch.tally["new"]) == (0, len(rows) // 2)
