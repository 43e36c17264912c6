"""What can happen to a list: looked at, arranged, decided, applied, put aside, undone."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from civportal.lib import files
from civportal.lib.clock import today
from tests.factories import EntryFactory, LiaisonFactory, UnitFactory
from tests.units.lists import code, saved, unit_row, workbook
from units.actions import intake, life
from units.actions import unit as units
from units.actions.intake import writing
from units.actions.intake.columns import Layout, rearranged
from units.actions.move import MoveNotAllowed
from units.models import ImportBatch, TrailEvent, Unit, UnitName, UnitPast

pytestmark = pytest.mark.django_db


def previewed(by, *rows, **options):
    return intake.preview(workbook(*rows, **options), "名册.xlsx", by=by)


def row(batch, name):
    return batch.rows.get(name=name)


# looking


def test_a_preview_keeps_the_file_and_the_rows_and_touches_no_unit(admin):
    content = workbook(unit_row("县水利局", 1))

    batch = intake.preview(content, "..\\夹/名\u202e册.xlsx", by=admin)

    with files.open_file(intake.FOLDER, batch.sha256) as kept:
        assert kept.read() == content
    assert (batch.file_name, batch.size, batch.status) == ("名册.xlsx", len(content), "previewed")
    assert (batch.row_count, batch.writable_count, batch.left_out_count) == (3, 1, 0)
    assert not Unit.objects.exists()
    assert TrailEvent.objects.about(batch).get().verb == "preview"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\x89PNG\x00", "not a spreadsheet"),
        (workbook(headings=["甲", "乙"]), "no heading"),
        (workbook(), "no rows"),
        (workbook(["合计"]), "no rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_kept(admin, content, code):
    with pytest.raises(intake.TableRefused) as refusal:
        intake.preview(content, "x.xlsx", by=admin)

    assert refusal.value.code == code
    assert not ImportBatch.objects.exists() and not TrailEvent.objects.exists()


def test_a_file_over_the_limit_is_refused(admin, settings):
    settings.IMPORT_FILE_BYTES = 100

    with pytest.raises(intake.TableRefused):
        intake.preview(workbook(unit_row("县水利局")), "x.xlsx", by=admin)
    with pytest.raises(intake.TableRefused):
        intake.check_upload(101)


def test_queries_do_not_grow_with_the_rows(admin):
    def cost(count, first):
        rows = [unit_row(f"县第{number}局", number) for number in range(first, first + count)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            batch = previewed(admin, *rows)
            intake.apply(batch, by=admin)
        return len(asked)

    intake.apply(previewed(admin, unit_row("云泽县局", 500)), by=admin)

    assert cost(3, 100) == cost(30, 200)


# arranging


def layouts(batch, first=2, last=2, **fields):
    [layout] = [Layout.from_json(kept) for kept in batch.layout]
    by_heading = {column.heading: column.index for column in layout.columns}
    return [rearranged(layout, first, last, {by_heading[name]: value for name, value in fields.items()})]


def test_another_meaning_of_a_column_judges_every_row_anew(admin):
    batch = previewed(admin, ["县水利局", "赵梅"], headings=["单位名称", "包联干部"])

    batch = intake.rearrange(batch, layouts(batch, 包联干部="contact"), by=admin)

    assert row(batch, "县水利局").values["contact"] == "赵梅"
    assert batch.version == 1
    assert TrailEvent.objects.about(batch).last().verb == "rearrange"


def test_an_arrangement_is_remembered_once_it_was_applied(admin):
    batch = previewed(admin, ["县水利局", "赵梅"], headings=["单位名称", "包联干部"])
    intake.apply(intake.rearrange(batch, layouts(batch, 包联干部="contact"), by=admin), by=admin)

    batch = previewed(admin, ["县财政局", "孙涛"], headings=["单位名称", "包联干部"])

    assert row(batch, "县财政局").values["contact"] == "孙涛"


def test_columns_can_be_left_out(admin):
    batch = previewed(admin, ["县水利局", "赵梅"], headings=["单位名称", "包联干部"])

    batch = intake.rearrange(batch, layouts(batch, 包联干部="-"), by=admin)

    assert row(batch, "县水利局").values["extra"] == {}


# deciding


def test_the_same_unit_learns_its_other_name(admin):
    unit = UnitFactory(name="云泽县教育局", supervisor=None)
    batch = previewed(admin, unit_row("县教育局", contact="赵梅"))
    assert row(batch, "县教育局").verdict == "suspected"

    batch = intake.decide(batch, row(batch, "县教育局"), "same", by=admin)
    decided = row(batch, "县教育局")
    intake.apply(batch, by=admin)

    unit.refresh_from_db()
    assert (decided.verdict, decided.unit, decided.changes["names"]) == ("update", unit, ["", "县教育局"])
    assert (unit.name, unit.contact) == ("云泽县教育局", "赵梅")
    assert UnitName.objects.get().name == "县教育局"
    again = previewed(admin, unit_row("县教育局"))
    assert (row(again, "县教育局").verdict, row(again, "县教育局").unit) == ("same", unit)


def test_a_merged_units_name_finds_its_successor_without_a_question(admin):
    gone, heir = (
        UnitFactory(name="县国土局", supervisor=None),
        UnitFactory(name="县自然资源局", supervisor=None),
    )
    life.merge([gone, heir], into=heir, on=today(), document_number="云编〔2026〕1号", note="", by=admin)

    batch = previewed(admin, unit_row("县国土局", supervisor=""), unit_row("县国土局", 7, supervisor="别处"))

    first, second = batch.rows.filter(name="县国土局").order_by("pk")
    assert (first.verdict, first.unit) == ("same", heir)
    assert second.unit != heir or second.verdict != "same"


def test_a_settled_name_is_asked_about_where_something_speaks_against_it(admin):
    unit = UnitFactory(name="云泽县教育局", supervisor=None, uscc=code(3))
    UnitName.objects.create(unit=unit, name="教委", is_settled=True)

    batch = previewed(admin, unit_row("教委", 4, supervisor=""))

    assert row(batch, "教委").verdict == "new"


def test_a_new_unit_is_written_beside_the_other(admin):
    UnitFactory(name="云泽县教育局")
    batch = previewed(admin, unit_row("县教育局"))

    batch = intake.decide(batch, row(batch, "县教育局"), "new", by=admin)
    intake.apply(batch, by=admin)

    assert Unit.objects.filter(name="县教育局").exists()


def test_a_row_can_be_left_out_and_taken_back(admin):
    batch = previewed(admin, unit_row("县水利局", 1), unit_row("县财政局", 2))

    batch = intake.decide(batch, row(batch, "县水利局"), "leave", by=admin)
    assert (row(batch, "县水利局").verdict, batch.writable_count) == ("skipped", 1)
    batch = intake.decide(batch, row(batch, "县水利局"), "", by=admin)

    assert (row(batch, "县水利局").verdict, batch.writable_count) == ("new", 2)
    assert "县水利局" in TrailEvent.objects.about(batch).last().note


def test_undecided_rows_stay_out(admin):
    UnitFactory(name="云泽县教育局")

    batch = intake.apply(previewed(admin, unit_row("县教育局"), unit_row("县水利局", 2)), by=admin)

    assert (batch.writable_count, batch.left_out_count) == (1, 1)
    assert not Unit.objects.filter(name="县教育局").exists()


@pytest.mark.parametrize("act", ["decide", "rearrange"])
def test_a_list_that_somebody_else_changed_is_not_changed_unseen(admin, act):
    batch = previewed(admin, unit_row("县水利局", 1))
    intake.decide(batch, row(batch, "县水利局"), "leave", by=admin)

    with pytest.raises(MoveNotAllowed):
        if act == "decide":
            intake.decide(batch, row(batch, "县水利局"), "new", by=admin, seen=0)
        else:
            intake.rearrange(batch, layouts(batch), by=admin, seen=0)


# applying


def test_errors_and_duplicates_are_left_out_and_the_rest_is_written(admin):
    wrong = code(2)[:-1] + ("A" if code(2)[-1] != "A" else "B")
    rows = [unit_row("县水利局", 1), ["县财政局", wrong, "机关", "", "", "", ""], unit_row("县水利局")]

    batch = intake.apply(previewed(admin, *rows), by=admin)

    assert set(Unit.objects.participating().values_list("name", flat=True)) == {"县水利局"}
    assert {left.name for left in batch.rows.left_out()} == {"县财政局", "县水利局"}


def test_all_or_nothing_writes_nothing_when_any_row_is_left_out(admin):
    batch = previewed(admin, unit_row("县水利局", 1), unit_row("县水利局"))

    with pytest.raises(intake.ImportRefused) as refusal:
        intake.apply(batch, by=admin, strict=True)

    batch.refresh_from_db()
    assert refusal.value.count == 1
    assert batch.is_previewed and not Unit.objects.exists()


def test_all_or_nothing_writes_all_when_all_are_right(admin):
    batch = intake.apply(previewed(admin, unit_row("县水利局", 1)), by=admin, strict=True)

    assert batch.strict and Unit.objects.participating().count() == 1


def test_a_change_since_the_preview_is_not_overwritten_unseen(admin, rui):
    unit = UnitFactory(name="县水利局", supervisor=None, contact="赵梅")
    batch = previewed(admin, unit_row("县水利局", supervisor="", contact="孙涛"))
    units.edit(unit, {"contact": "何强"}, by=rui)

    batch = intake.apply(batch, by=admin)

    unit.refresh_from_db()
    assert unit.contact == "何强"
    assert row(batch, "县水利局").problems[0]["reason"] == "changed since the preview"
    assert batch.tally["error"] == 1


def test_a_unit_that_appeared_since_the_preview_is_not_made_twice(admin):
    first, second = previewed(admin, unit_row("县水利局", 1)), previewed(admin, unit_row("县水利局", 1))
    intake.apply(first, by=admin)

    second = intake.apply(second, by=admin)

    assert (second.tally["same"], second.writable_count) == (1, 0)
    assert Unit.objects.filter(name="县水利局").count() == 1


def test_the_second_to_apply_is_told(admin, ou):
    batch = previewed(admin, unit_row("县水利局", 1))
    intake.apply(batch, by=admin)

    with pytest.raises(MoveNotAllowed) as refusal:
        intake.apply(batch, by=ou)

    assert refusal.value.event.by == admin


def test_a_clash_in_the_database_is_a_sentence_and_writes_nothing(admin, monkeypatch):
    def clash(*args, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(writing, "write", clash)
    batch = previewed(admin, unit_row("县水利局", 1))

    with pytest.raises(intake.ImportRefused):
        intake.apply(batch, by=admin)

    assert ImportBatch.objects.get().is_previewed


def test_supervisors_of_the_list_are_written_before_their_units(admin):
    rows = [
        unit_row("中心小学", 1, supervisor="东坝镇"),
        unit_row("中心小学", 2, supervisor="西渡镇"),
        unit_row("东坝镇", 3, "乡镇"),
        unit_row("西渡镇", 4, "乡镇"),
    ]

    intake.apply(previewed(admin, *rows), by=admin)

    assert set(Unit.objects.filter(name="中心小学").values_list("supervisor__name", flat=True)) == {
        "东坝镇",
        "西渡镇",
    }
    assert list(Unit.objects.participating().values_list("name", flat=True)) == [
        "中心小学",
        "中心小学",
        "东坝镇",
        "西渡镇",
    ]


def test_a_town_that_names_itself_as_its_town_is_written(admin):
    headings = ["单位名称", "单位类别", "所在镇"]

    intake.take_in(workbook(["东坝镇", "乡镇", "东坝镇"], headings=headings), "x.xlsx", by=admin)

    assert Unit.objects.get(name="东坝镇").town is None


def test_a_town_that_hangs_below_its_own_unit_is_left_out_and_said(admin):
    headings = ["单位名称", "单位类别", "主管部门"]
    rows = [["东坝镇", "乡镇", "东坝镇水利站"], ["东坝镇水利站", "事业单位", ""]]

    batch = intake.take_in(workbook(*rows, headings=headings), "x.xlsx", by=admin)

    assert Unit.objects.get(name="东坝镇").supervisor.name == "东坝镇水利站"
    assert [problem["reason"] for problem in row(batch, "东坝镇水利站").problems] == ["town not found"]


def test_a_supervisor_that_is_left_out_becomes_an_outside_body(admin):
    rows = [
        unit_row("县教育局", 1),
        unit_row("县教育局（本级）", 1),
        unit_row("县一中", 2, supervisor="县教育局"),
    ]
    batch = previewed(admin, *rows)
    batch = intake.decide(batch, row(batch, "县教育局"), "leave", by=admin)

    intake.apply(batch, by=admin)

    assert Unit.objects.get(name="县一中").supervisor.participation == "outside"


def test_an_update_is_history_with_old_and_new_and_keeps_the_former_name(admin):
    unit = UnitFactory(name="县药监局", uscc=code(1), supervisor=None)

    intake.apply(previewed(admin, unit_row("县市场监管局", 1, supervisor="", staff="约9")), by=admin)

    unit.refresh_from_db()
    event = TrailEvent.objects.about(unit).last()
    assert event.changes == {"name": ["县药监局", "县市场监管局"], "staff_count": ["", "≈9"]}
    assert (unit.match_name, unit.version) == ("县市场监管局", 1)
    former = unit.names.get()
    assert (former.name, former.is_alias, former.to_on is None) == ("县药监局", False, False)


def test_a_merged_supervisor_and_a_short_name_arrive(admin):
    book = Workbook()
    sheet = book.active
    for values in (["单位名称", "简称", "主管部门"], ["县一中", "一中", "县教育局"], ["县二中", "", None]):
        sheet.append(values)
    sheet.merge_cells("C2:C3")

    intake.take_in(saved(book), "x.xlsx", by=admin)

    assert Unit.objects.filter(supervisor__name="县教育局").count() == 2
    assert UnitName.objects.get().name == "一中"


# putting aside and undoing


def test_a_list_put_aside_can_no_longer_be_applied(admin):
    batch = intake.discard(previewed(admin, unit_row("县水利局", 1)), by=admin)

    with pytest.raises(MoveNotAllowed):
        intake.apply(batch, by=admin)


@pytest.fixture
def updated(admin):
    """A unit that a list renamed and changed, and the batch that did it."""
    unit = UnitFactory(
        name="县药监局", uscc=code(1), supervisor=None, contact="赵梅", extra={"党员人数": "3"}
    )
    headings = ["单位名称", "统一社会信用代码", "主管部门", "联系人", "党员人数", "简称"]
    batch = previewed(admin, ["县市场监管局", code(1), "省局", "孙涛", "4", "市监局"], headings=headings)
    return unit, intake.apply(batch, by=admin)


def test_undoing_puts_an_updated_unit_back(admin, updated):
    unit, batch = updated

    intake.undo(batch, by=admin)

    unit.refresh_from_db()
    assert (unit.name, unit.match_name, unit.contact, unit.extra) == (
        "县药监局",
        "县药监局",
        "赵梅",
        {"党员人数": "3"},
    )
    assert unit.supervisor is None and not Unit.objects.filter(name="省局").exists()
    assert not UnitName.objects.exists()
    assert TrailEvent.objects.about(unit).last().changes["contact"] == ["孙涛", "赵梅"]


FURTHER = ["单位名称", "其他名称", "曾用名", "成立日期", "新参创单位", "标签"]
SAID = ["县水利局", "水利站", "县水电局（至2019-03-01）", "1949.10.1", "是", "A类、窗口"]


def told(unit):
    unit.refresh_from_db()
    tags = sorted(unit.tags.values_list("name", flat=True))
    names = list(unit.names.values_list("name", "is_alias", "to_on"))
    return unit.founded_on, unit.is_new_participant, tags, names


@pytest.fixture
def furthered(admin):
    """A unit of which a list told further names, the founding day and tags, and the batch."""
    unit = UnitFactory(name="县水利局", supervisor=None)
    unit.tags.create(name="旧")
    return unit, intake.apply(previewed(admin, SAID, headings=FURTHER), by=admin)


def test_names_days_and_tags_are_written_and_undone(admin, furthered):
    unit, batch = furthered
    names = [("水利站", True, None), ("县水电局", False, date(2019, 3, 1))]
    assert told(unit) == (date(1949, 10, 1), True, ["A类", "窗口"], names)

    intake.undo(batch, by=admin)

    assert told(unit) == (None, False, ["旧"], [])


def test_a_later_change_of_the_tags_hinders_undoing(admin, rui, furthered):
    unit, batch = furthered
    units.edit(unit, {}, tags="A类", by=rui)

    with pytest.raises(intake.UndoRefused, match="changed"):
        intake.undo(batch, by=admin)


def test_a_new_unit_with_names_days_and_tags_can_be_undone(admin):
    batch = intake.apply(previewed(admin, SAID, headings=FURTHER), by=admin)
    assert told(Unit.objects.get())[:3] == (date(1949, 10, 1), True, ["A类", "窗口"])

    intake.undo(batch, by=admin)

    assert not Unit.objects.exists()


def test_a_later_change_of_something_else_does_not_hinder_undoing(admin, rui, updated):
    unit, batch = updated
    units.edit(unit, {"address": "人民路1号"}, by=rui)

    intake.undo(batch, by=admin)

    unit.refresh_from_db()
    assert (unit.contact, unit.address) == ("赵梅", "人民路1号")


def test_a_later_change_of_the_same_hinders_undoing(admin, rui, updated):
    unit, batch = updated
    units.edit(unit, {"contact": "何强"}, by=rui)

    with pytest.raises(intake.UndoRefused, match="changed"):
        intake.undo(batch, by=admin)

    unit.refresh_from_db()
    assert unit.contact == "何强" and ImportBatch.objects.get().is_applied


@pytest.fixture
def created(admin):
    return intake.apply(previewed(admin, unit_row("县水利局", 1), unit_row("县财政局", 2)), by=admin)


def test_a_created_unit_that_was_corrected_hinders_undoing(admin, rui, created):
    units.edit(Unit.objects.get(name="县水利局"), {"address": "人民路1号"}, by=rui)

    with pytest.raises(intake.UndoRefused):
        intake.undo(created, by=admin)


def test_whatever_points_at_a_created_unit_hinders_undoing_and_is_named(admin, created):
    water = Unit.objects.get(name="县水利局")
    EntryFactory(unit=water)
    LiaisonFactory(memberships__unit=water)
    UnitFactory(name="河道所", supervisor=water)
    UnitFactory(name="县供水公司", town=Unit.objects.get(name="县人民政府"))

    with pytest.raises(intake.UndoRefused) as refusal:
        intake.undo(created, by=admin)

    named = {(name, str(what)) for name, what in refusal.value.blockers}
    assert {name for name, _what in named} == {"县水利局", "县人民政府"}
    assert len(named) >= 4
    assert Unit.objects.filter(name="县财政局").exists()


def test_a_unit_that_is_gone_hinders_undoing(admin, created):
    Unit.objects.get(name="县水利局").delete()

    with pytest.raises(intake.UndoRefused):
        intake.undo(created, by=admin)


def test_two_imports_are_undone_from_the_last_to_the_first(admin, created):
    second = intake.apply(previewed(admin, unit_row("县水利局", 1, contact="赵梅")), by=admin)
    with pytest.raises(intake.UndoRefused):
        intake.undo(created, by=admin)

    intake.undo(second, by=admin)
    intake.undo(created, by=admin)

    assert not Unit.objects.exists()


def test_undoing_twice_is_told(admin, created):
    intake.undo(created, by=admin)

    with pytest.raises(MoveNotAllowed):
        intake.undo(created, by=admin)


# what a list changes was otherwise until the day before


def test_a_changed_unit_is_known_as_it_was_before_the_list(admin):
    unit = UnitFactory(name="县水利局", uscc=code(1))
    batch = previewed(admin, unit_row("县水务局", 1))

    batch = intake.apply(batch, by=admin)

    past = UnitPast.objects.get(unit=unit)
    assert (past.name, past.supervisor, past.until_on) == ("县水利局", None, today())
    intake.undo(batch, by=admin)
    assert not UnitPast.objects.exists()


def test_what_a_list_adds_without_changing_who_it_is_makes_no_past(admin):
    above = UnitFactory(name="县人民政府")
    UnitFactory(name="县水利局", uscc=code(1), supervisor=above)
    batch = previewed(admin, unit_row("县水利局", 1, category="", contact="赵梅"))

    intake.apply(batch, by=admin)

    assert Unit.objects.get(name="县水利局").contact == "赵梅"
    assert not UnitPast.objects.exists()


def test_a_list_that_still_names_a_merged_unit_means_its_successor(admin, school, bank):
    life.merge([bank], into=school, on=today(), document_number="云编发〔2026〕3号", by=admin)

    batch = previewed(admin, unit_row(bank.name, contact="赵梅"))

    assert row(batch, bank.name).unit == school
