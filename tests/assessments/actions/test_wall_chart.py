"""The wall chart: units listed with their reasons, items closed one by one, lights by date."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import make_aware
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions import wall_chart
from assessments.models import ChartedUnit, ChartItem, Duty
from assessments.models.wall_chart import AMBER_DAYS, light
from civportal.lib import clock
from civportal.lib.clock import today
from tests.factories import ChartedUnitFactory, ChartItemFactory, DutyFactory, UnitYearFactory
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent, Unit

DAY = date(2026, 11, 22)
NOON = make_aware(datetime.combine(DAY, time(12)))
DAYS = st.integers(0, 7500).map(lambda days: date(2020, 1, 1) + timedelta(days=days))


# the lights


@pytest.mark.parametrize(
    ("due_on", "done_on", "expected"),
    [
        (date(2026, 11, 21), None, "red"),
        (date(2026, 11, 22), None, "amber"),
        (date(2026, 11, 29), None, "amber"),
        (date(2026, 11, 30), None, "green"),
        (date(2026, 12, 31), None, "green"),
        (date(2026, 11, 1), date(2026, 11, 20), "done"),
        (date(2026, 12, 31), date(2026, 11, 20), "done"),
    ],
)
def test_the_light_follows_the_date(due_on, done_on, expected):
    with clock.at(NOON):
        assert light(due_on, done_on) == expected


def test_the_day_ends_at_midnight_in_china():
    late = make_aware(datetime.combine(DAY, time(23, 59)))

    with clock.at(late):
        assert light(DAY) == "amber"
    with clock.at(late + timedelta(minutes=1)):
        assert light(DAY) == "red"


@given(due_on=DAYS, on=DAYS)
def test_the_lights_share_out_the_days_without_a_gap(due_on, on):
    left = (due_on - on).days

    expected = "red" if left < 0 else "amber" if left <= AMBER_DAYS else "green"

    assert light(due_on, on=on) == expected
    assert light(due_on, done_on=on, on=on) == "done"


@given(due_on=DAYS, on=DAYS, later=st.integers(0, 400))
def test_as_days_go_by_a_light_only_gets_worse(due_on, on, later):
    order = ["green", "amber", "red"]

    assert order.index(light(due_on, on=on)) <= order.index(light(due_on, on=on + timedelta(days=later)))


# units


@pytest.fixture
def weak(year, school):
    """Lan's school, whose plan is overdue."""
    UnitYearFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=school, overdue=True)
    return school


def test_a_unit_is_listed_with_the_reasons_of_that_day(
    year, weak, rui, lan, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        charted = wall_chart.list_units(year, [weak], by=rui)[0]
    Duty.objects.update(fulfilled_at=NOON, handed_in_at=NOON)

    charted.refresh_from_db()
    assert len(charted.reasons) == 1 and charted.status == "listed"
    assert charted.reasons[0] in TrailEvent.objects.about(charted).get(verb="list").note
    assert Notification.objects.get(to=lan).verb == "list"


def test_who_is_on_the_chart_stays_as_it_is(year, weak, rui, ou):
    before = wall_chart.list_units(year, [weak], by=rui)

    again = wall_chart.list_units(year, [weak], by=ou)

    assert again == []
    assert list(ChartedUnit.objects.all()) == before


def test_a_unit_that_no_rule_finds_needs_a_remark(year, school, rui):
    with pytest.raises(ValidationError):
        wall_chart.list_units(year, [school], note="  ", by=rui)

    charted = wall_chart.list_units(year, [school], note="群众来信反映较多", by=rui)[0]

    assert (charted.reasons, charted.note) == ([], "群众来信反映较多")


def test_the_database_lists_a_unit_once_and_again_after_it_was_taken_off(year, school):
    ChartedUnitFactory(cycle=year, unit=school, removed=True)
    ChartedUnitFactory(cycle=year, unit=school)

    with pytest.raises(IntegrityError), transaction.atomic():
        ChartedUnitFactory(cycle=year, unit=school)


@pytest.mark.django_db
def test_a_unit_is_taken_off_when_all_is_closed(rui):
    charted = ChartItemFactory(closed=True).charted

    assert wall_chart.remove(charted, by=rui).status == "removed"


@pytest.mark.django_db
def test_a_unit_with_something_open_is_taken_off_with_a_reason_only(rui):
    charted = ChartItemFactory().charted

    with pytest.raises(ValidationError):
        wall_chart.remove(charted, note=" ", by=rui)
    assert wall_chart.remove(charted, note="单位撤并", by=rui).status == "removed"


# items

ITEM = {"what": "坡道能用", "owner": "王强", "overseer": "李敏"}


@pytest.fixture
def charted(year, weak):
    return ChartedUnitFactory(cycle=year, unit=weak)


def test_an_item_is_added_and_the_unit_hears_of_it(charted, rui, lan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        item = wall_chart.add_item(charted, **ITEM, due_on=today(), by=rui)

    assert (item.what, item.light) == ("坡道能用", "amber")
    assert Notification.objects.get(to=lan).title == "坡道能用"
    assert item.get_absolute_url() == charted.get_absolute_url()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"overseer": "王强"}, "overseer"), ({"due_on": date(2020, 1, 1)}, "due_on")],
)
def test_an_item_needs_a_second_person_and_a_day_to_come(charted, rui, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        wall_chart.add_item(charted, **{**ITEM, "due_on": today(), **wrong}, by=rui)

    assert set(refusal.value.message_dict) == {field}


def test_nothing_is_added_for_a_unit_that_was_taken_off(charted, rui):
    wall_chart.remove(charted, by=rui)

    with pytest.raises(MoveNotAllowed):
        wall_chart.add_item(charted, **ITEM, due_on=today(), by=rui)


def test_a_duty_is_taken_over_once_and_then_stands_on_the_chart_once(charted, weak, rui):
    duty = weak.duties.get()

    item = wall_chart.add_item(charted, **ITEM, due_on=today(), duty=duty, by=rui)

    assert [mark.item for mark in only_row().marks] == [item]
    with pytest.raises(ValidationError):
        wall_chart.add_item(charted, **ITEM, due_on=today(), duty=duty, by=rui)


def test_neither_a_strangers_duty_nor_a_done_one_can_be_taken_over(charted, weak, bank, rui):
    done = DutyFactory(cycle=charted.cycle, unit=weak, kind=Duty.Kind.DEPLOYMENT, done=True)
    for duty in (DutyFactory(cycle=charted.cycle, unit=bank), done):
        with pytest.raises(ValidationError):
            wall_chart.add_item(charted, **ITEM, due_on=today(), duty=duty, by=rui)


@pytest.mark.django_db
def test_an_item_is_closed_with_what_was_reached_and_opened_again(rui):
    item = ChartItemFactory()

    with pytest.raises(ValidationError):
        wall_chart.close(item, note=" ", by=rui)
    closed = wall_chart.close(item, note="坡道已修好", by=rui)
    assert (closed.closed_on, closed.closing_note, closed.light) == (today(), "坡道已修好", "done")

    with pytest.raises(ValidationError):
        wall_chart.reopen(item, note="", by=rui)
    opened = wall_chart.reopen(item, note="又坏了", by=rui)
    assert (opened.status, opened.closed_on, opened.closing_note) == ("open", None, "")
    assert [event.note for event in TrailEvent.objects.about(item)] == ["坡道已修好", "又坏了"]


@pytest.mark.django_db
def test_two_clerks_do_not_close_the_same_item_twice(rui, ou):
    item = ChartItemFactory()
    wall_chart.close(item, note="好了", by=rui)

    with pytest.raises(MoveNotAllowed):
        wall_chart.close(item, note="好了", by=ou)
    with pytest.raises(MoveNotAllowed):
        wall_chart.edit_item(item, **ITEM, due_on=today(), by=ou)


@pytest.mark.django_db
def test_an_overdue_item_is_corrected_without_a_new_day_but_not_put_into_the_past(rui):
    item = ChartItemFactory(due_on=today() - timedelta(days=3))

    wall_chart.edit_item(item, **ITEM, due_on=item.due_on, seen=0, by=rui)

    item.refresh_from_db()
    assert item.what == "坡道能用"
    with pytest.raises(ValidationError):
        wall_chart.edit_item(item, **ITEM, due_on=today() - timedelta(days=1), by=rui)
    with pytest.raises(MoveNotAllowed):
        wall_chart.edit_item(item, **ITEM, due_on=today(), seen=0, by=rui)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"overseer": "王强"}, {"status": "closed"}])
def test_the_database_keeps_what_the_chart_promises(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        ChartItemFactory(**wrong)


# the chart as it stands


def only_row():
    return wall_chart.rows(ChartedUnit.objects.all())[0]


def test_items_and_what_is_owed_stand_in_the_order_of_their_days(charted, weak):
    later = ChartItemFactory(charted=charted)
    coming = {"opens_on": today() + timedelta(days=5), "due_on": today() + timedelta(days=9)}
    DutyFactory(cycle=charted.cycle, unit=weak, kind=Duty.Kind.DEPLOYMENT, **coming)

    marks = only_row().marks

    assert [mark.light for mark in marks] == ["red", "green"]
    assert marks[0].duty == weak.duties.get(kind=Duty.Kind.ANNUAL_PLAN)
    assert (marks[1].item, marks[1].people) == (later, "王强／李敏")


def test_a_returned_duty_is_due_when_it_has_to_come_back(charted, weak):
    weak.duties.update(returned_at=NOON, supplement_by=today() + timedelta(days=2))

    mark = only_row().marks[0]

    assert (mark.light, mark.due_on) == ("amber", today() + timedelta(days=2))


@pytest.mark.django_db
def test_the_worst_unit_comes_first(year):
    good, soon, bad = (ChartedUnitFactory(cycle=year) for _ in range(3))
    ChartItemFactory(charted=good)
    ChartItemFactory(charted=soon, due_on=today())
    ChartItemFactory(charted=bad, due_on=today() - timedelta(days=1))

    rows = wall_chart.rows(ChartedUnit.objects.all())

    assert [row.charted for row in rows] == [bad, soon, good]
    assert [count for _light, count in wall_chart.totals(rows)] == [1, 1, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_chart_costs_the_same_however_many_units(year, django_assert_num_queries, count):
    for _ in range(count):
        item = ChartItemFactory(charted__cycle=year)
        DutyFactory(cycle=year, unit=item.unit)

    # the units, their items, what they owe; no item stands for a duty here
    with django_assert_num_queries(3):
        rows = wall_chart.rows(ChartedUnit.objects.all())
    assert [len(row.marks) for row in rows] == [2] * count


def test_the_proposal_puts_who_has_most_reasons_first(year, weak, bank):
    UnitYearFactory(cycle=year, unit=bank)
    for kind in (Duty.Kind.ANNUAL_PLAN, Duty.Kind.DEPLOYMENT):
        DutyFactory(cycle=year, unit=bank, kind=kind, overdue=True)
    ChartedUnitFactory(cycle=year, unit=weak)

    found = wall_chart.weak(year, Unit.objects.all())

    assert [(one.unit, len(one.reasons), one.is_charted) for one in found] == [
        (bank, 2, False),
        (weak, 1, True),
    ]
    assert [one.unit for one in wall_chart.weak(year, Unit.objects.all(), "no_deployment")] == [bank]


def test_the_history_tells_of_the_unit_and_of_each_item(year, weak, rui):
    charted = wall_chart.list_units(year, [weak], by=rui)[0]
    item = wall_chart.add_item(charted, **ITEM, due_on=today(), by=rui)
    wall_chart.close(item, note="好了", by=rui)

    told = [(event.verb, event.what) for event in wall_chart.history(charted)]

    assert told == [("list", None), ("create", item), ("close", item)]
    assert ChartItem.objects.get().what == "坡道能用"
