"""A long list is read in parts: watched, stopped, taken up again."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import at_least
from tests.units.lists import SAMPLE, code, unit_row, workbook
from units.actions import intake, trail
from units.actions.intake import records
from units.actions.intake.columns import Layout, rearranged
from units.actions.move import MoveNotAllowed
from units.models import ImportBatch, ImportRow, TrailEvent, Unit

pytestmark = pytest.mark.django_db


def use_parts(patch):
    """Lists of more than five rows are long; seven are read, two judged and three written at once."""
    patch.setattr(intake, "AT_ONCE", 5)
    patch.setattr(intake, "PART", 7)
    patch.setattr(records, "PART", 2)
    patch.setattr(records, "BATCH", 3)


@pytest.fixture
def in_parts(monkeypatch):
    use_parts(monkeypatch)


def read_through(batch, by):
    seen = [batch.done]
    while batch.is_reading:
        batch = intake.advance(batch, by=by)
        seen.append(batch.done)
    return batch, seen


def verdicts(batch):
    return list(
        batch.rows.order_by("pk").values_list(
            "sheet", "number", "verdict", "name", "problems", "values", "changes"
        )
    )


def test_a_short_list_is_previewed_at_once(admin):
    batch = intake.begin(workbook(unit_row("县水利局", 1)), "名册.xlsx", by=admin)

    assert (batch.status, batch.tally["new"], batch.done) == ("previewed", 1, batch.total)


def test_a_long_list_is_read_part_by_part(admin, in_parts):
    rows = [unit_row(f"县第{number}局", number) for number in range(1, 21)]
    batch = intake.begin(workbook(*rows), "名册.xlsx", by=admin)
    assert (batch.status, batch.total, batch.rows.count()) == ("reading", 22, 0)

    batch, seen = read_through(batch, admin)

    assert seen == [0, 7, 14, 22, 22]
    assert (batch.status, batch.tally["new"], batch.row_count) == ("previewed", 20, 22)
    assert [event.verb for event in TrailEvent.objects.about(batch)] == ["begin", "preview"]
    assert not Unit.objects.exists()


def test_reading_in_parts_finds_the_same_as_reading_at_once(admin, monkeypatch):
    content = SAMPLE.read_bytes()
    whole = intake.preview(content, SAMPLE.name, by=admin)

    use_parts(monkeypatch)
    batch, _seen = read_through(intake.begin(content, SAMPLE.name, by=admin), admin)

    assert verdicts(batch) == verdicts(whole)
    assert batch.tally == whole.tally
    assert batch.row_count == batch.rows.count()


def test_a_list_that_was_read_in_parts_is_applied_like_any_other(admin, in_parts):
    batch, _seen = read_through(intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin), admin)

    batch = intake.apply(batch, by=admin)

    assert Unit.objects.participating().count() == batch.writable_count == 123


def test_one_step_more_than_there_are_changes_nothing(admin, in_parts):
    batch, _seen = read_through(intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin), admin)

    again = intake.advance(batch, by=admin)

    assert (again.version, again.status) == (batch.version, "previewed")


def test_stopping_forgets_what_was_read(admin, in_parts):
    batch = intake.advance(intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin), by=admin)

    batch = intake.discard(batch, by=admin)

    assert batch.status == "discarded"
    assert not ImportRow.objects.exists()
    with pytest.raises(MoveNotAllowed):
        intake.apply(batch, by=admin)


def test_what_is_still_being_read_cannot_be_applied(admin, in_parts):
    batch = intake.begin(SAMPLE.read_bytes(), SAMPLE.name, by=admin)

    with pytest.raises(MoveNotAllowed):
        intake.apply(batch, by=admin)


def test_a_long_file_without_a_row_is_refused_in_the_end(admin, in_parts):
    batch = intake.begin(workbook(*[["合计"]] * 9), "名册.xlsx", by=admin)

    with pytest.raises(intake.TableRefused):
        read_through(batch, admin)

    assert ImportBatch.objects.get().status == "reading"


# the same as at once, whatever the list


HEADINGS = [
    "单位名称",
    "统一社会信用代码",
    "单位类别",
    "主管部门",
    "联系人",
    "手机",
    "所在镇",
    "简称",
    "标签",
]
NAMES = ["县教育局", "云泽县教育局", "教育局", "东坝镇", "东坝镇小学", "县一中", "东坝镇东坝村", "西渡镇"]
CODES = ["", "", "123", *(code(number) for number in range(1, 6))]
UNITS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(CODES),
    st.sampled_from(["机关", "乡镇", ""]),
    st.sampled_from([*NAMES, "", "所在镇", "别处"]),
    st.sampled_from(["", "赵梅"]),
    st.sampled_from(["", "13900000001"]),
    st.sampled_from(["", "", "东坝镇", "县一中", "无"]),
    st.sampled_from(["", "", "教育局"]),
    st.sampled_from(["", "A类", "窗口"]),
)
ROWS = st.lists(st.one_of(UNITS, UNITS, UNITS, st.sampled_from([("一、机关",), ("合计", "3")])), max_size=14)
DECISIONS = st.lists(st.sampled_from(["", "", "same", "new", "leave"]), max_size=14)
LISTS = st.lists(st.tuples(ROWS, ROWS, DECISIONS, st.booleans()), min_size=2, max_size=3)


def told(batch):
    """Everything the rows say, with names in the place of numbers."""
    return [
        (
            row.sheet,
            row.number,
            row.verdict,
            row.values,
            row.changes,
            row.problems,
            row.against | {"unit": name_of(row.against.get("unit"))},
            row.unit and row.unit.name,
            row.act,
            row.is_noted,
            row.written.get("names"),
        )
        for row in batch.rows.select_related("unit")
    ]


def name_of(number):
    return Unit.objects.filter(pk=number).values_list("name", flat=True).first()


def register():
    """Every unit with its names, tags, history, and whom it belongs to."""
    return [
        (
            unit.name,
            unit.uscc,
            unit.sort_order,
            unit.participation,
            name_of(unit.supervisor_id),
            name_of(unit.town_id),
            unit.contact,
            unit.version,
            sorted(unit.names.values_list("name", "is_settled")),
            sorted(unit.tags.values_list("name", flat=True)),
            [(event.verb, event.changes) for event in TrailEvent.objects.about(unit)],
            unit.pasts.count(),
        )
        for unit in Unit.objects.order_by("sort_order", "pk")
    ]


def story(lists, by):
    """What becomes of the lists, one after the other, and of the register; nothing of it stays."""
    chapters = []
    with transaction.atomic():
        for first, second, decisions, is_undone in lists:
            content = workbook(*first, headings=HEADINGS, sheets={"乙": [["名册"], HEADINGS, *second]})
            try:
                chapters += chapter(content, decisions, is_undone, by)
            except (intake.TableRefused, intake.ImportRefused, intake.UndoRefused) as refusal:
                chapters.append(str(refusal))
        transaction.set_rollback(True)
    return chapters


def chapter(content, decisions, is_undone, by):
    batch = intake.preview(content, "名册.xlsx", by=by)
    yield told(batch), batch.tally
    for said in ("same", "new", "leave"):
        rows = [row for row, decision in zip(batch.rows.all(), decisions, strict=False) if decision == said]
        batch = intake.decide_all(batch, rows, said, by=by)
    yield told(batch), batch.tally
    batch = intake.apply(batch, by=by)
    yield told(batch), batch.tally, register()
    if is_undone:
        with transaction.atomic():
            intake.undo(batch, by=by)
        yield register()


@settings(
    max_examples=at_least(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lists=LISTS)
def test_parts_come_to_the_same_as_the_whole(lists, admin):
    whole = story(lists, admin)

    with pytest.MonkeyPatch.context() as patch:
        use_parts(patch)
        in_parts = story(lists, admin)

    assert in_parts == whole


def test_doubles_and_supervisors_are_found_across_parts(admin, in_parts):
    rows = [unit_row(f"县第{number}局", number, supervisor="县教育局") for number in range(1, 9)]
    batch = intake.preview(
        workbook(*rows, unit_row("县教育局", 9), unit_row("县第1局", supervisor="县教育局")),
        "x.xlsx",
        by=admin,
    )

    batch = intake.apply(batch, by=admin)

    assert (batch.tally["new"], batch.tally["duplicate"]) == (9, 1)
    above = Unit.objects.filter(name__startswith="县第").values_list("supervisor__name", "supervisor__uscc")
    assert set(above) == {("县教育局", code(9))}


@pytest.mark.fault
def test_a_failure_in_a_later_part_leaves_nothing_written(admin, in_parts, monkeypatch):
    rows = [unit_row(f"县第{number}局", number) for number in range(1, 11)]
    batch = intake.preview(workbook(*rows), "名册.xlsx", by=admin)
    written, record_all = [], trail.record_all

    def fails_in_the_end(subjects, *args, **kwargs):
        written.extend(subjects)
        if len(written) > 8:
            raise IntegrityError
        return record_all(subjects, *args, **kwargs)

    monkeypatch.setattr(trail, "record_all", fails_in_the_end)
    with pytest.raises(intake.ImportRefused):
        intake.apply(batch, by=admin)

    assert not Unit.objects.exists()
    assert ImportBatch.objects.get().is_previewed
    assert not batch.rows.exclude(act="").exists()


def test_undoing_goes_through_all_parts(admin, in_parts):
    rows = [unit_row(f"县第{number}局", number) for number in range(1, 11)]
    first = intake.apply(intake.preview(workbook(*rows), "x.xlsx", by=admin), by=admin)
    before = [unit[:8] for unit in register()]
    rows = [unit_row(f"云泽县第{number}局", number, contact="赵梅") for number in range(1, 11)]
    second = intake.apply(intake.preview(workbook(*rows), "x.xlsx", by=admin), by=admin)
    assert Unit.objects.filter(contact="赵梅").count() == second.tally["update"] == 10

    intake.undo(second, by=admin)
    after = [(*unit[:7], unit[7] - 2) if unit[7] else unit[:8] for unit in register()]
    intake.undo(first, by=admin)

    assert after == before
    assert not Unit.objects.exists()


def test_a_change_in_the_last_part_hinders_undoing_all_of_it(admin, in_parts):
    rows = [unit_row(f"县第{number}局", number) for number in range(1, 11)]
    batch = intake.apply(intake.preview(workbook(*rows), "x.xlsx", by=admin), by=admin)
    Unit.objects.filter(name="县第10局").update(contact="何强")

    with pytest.raises(intake.UndoRefused, match="县第10局"):
        intake.undo(batch, by=admin)

    assert Unit.objects.participating().count() == 10


# a long list is arranged anew


def arranged(batch, **fields):
    [layout] = [Layout.from_json(kept) for kept in batch.layout]
    columns = {column.heading: column.index for column in layout.columns}
    return [rearranged(layout, 2, 2, {columns[heading]: field for heading, field in fields.items()})]


@pytest.fixture
def long(admin, in_parts):
    """A long list with a column that nobody knows, read and judged."""
    rows = [[f"县第{number}局", "赵梅"] for number in range(1, 11)]
    return intake.preview(workbook(*rows, headings=["单位名称", "包联干部"]), "x.xlsx", by=admin)


def test_a_long_list_that_is_arranged_anew_is_read_in_parts_again(admin, long):
    batch = intake.rearrange(long, arranged(long, 包联干部="contact"), by=admin)
    assert (batch.status, batch.done, batch.rows.count(), batch.tally) == ("reading", 0, 0, {})

    batch, seen = read_through(batch, admin)

    assert seen == [0, 7, 12, 12]
    assert (batch.status, batch.tally["new"]) == ("previewed", 10)
    assert set(batch.rows.filter(verdict="new").values_list("values__contact", flat=True)) == {"赵梅"}
    assert [event.verb for event in TrailEvent.objects.about(batch)][-2:] == ["rearrange", "preview"]


def test_a_long_list_in_which_nothing_would_be_left_stays_as_it_was(admin, long):
    with pytest.raises(intake.TableRefused):
        intake.rearrange(long, [Layout("名册", "read", 1, 12, arranged(long)[0].columns)], by=admin)

    long.refresh_from_db()
    assert (long.status, long.rows.count()) == ("previewed", long.row_count)


def test_a_long_list_can_be_put_aside_while_it_is_read_anew(admin, long):
    batch = intake.rearrange(long, arranged(long), by=admin)

    batch = intake.discard(batch, by=admin)

    assert batch.status == "discarded" and not ImportRow.objects.exists()
