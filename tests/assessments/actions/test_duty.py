"""What the calendar makes of the units, and what becomes of it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions import cycle as cycles
from assessments.actions import duty as duties
from assessments.models import Deadline, Duty, WorkCalendar
from civportal.lib import clock
from civportal.lib.workdays import Workdays
from tests.factories import (
    DeadlineFactory,
    DutyFactory,
    EntryFactory,
    StandardFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Category, TrailEvent

CHINA = ZoneInfo("Asia/Shanghai")
WINDOW = {"opens_on": date(2026, 1, 1), "due_on": date(2026, 2, 28), "closes_on": date(2026, 3, 31)}


def china(*moment):
    return datetime(*moment, tzinfo=CHINA)


@pytest.fixture
def calendar(year):
    """The open year asks for nothing yet."""
    year.deadlines.all().delete()
    return year


@pytest.fixture
def taking_part(year):
    """Makes a unit of the year, of that category."""

    def make(name, category="organ"):
        unit = UnitFactory(name=name, category=Category.objects.get(code=category))
        UnitYearFactory(cycle=year, unit=unit)
        return unit

    return make


def line(cycle, **said):
    return DeadlineFactory(cycle=cycle, **{**WINDOW, **said})


def days(cycle):
    """Unit's name → the day by which it owes the only thing that is owed."""
    return dict(cycle.duties.values_list("unit__name", "until"))


# ── the calendar makes duties ────────────────────────────────────────────────────────────────────


def test_a_line_for_all_is_owed_by_every_unit_of_the_year(calendar, taking_part):
    taking_part("县水利局")
    UnitFactory(name="未参加单位")
    line(calendar)

    duties.make(calendar)

    assert days(calendar) == {"县水利局": date(2026, 2, 28)}


def test_a_line_for_one_unit_goes_before_its_kind_and_this_before_all(calendar, taking_part):
    taking_part("县水利局")
    taking_part("望湖村", "village")
    new = taking_part("临湖村", "village")
    line(calendar)
    late = {"due_on": date(2026, 3, 10), "closes_on": date(2026, 4, 30)}
    line(calendar, category=Category.objects.get(code="village"), **late)
    line(calendar, unit=new, **{**late, "due_on": date(2026, 4, 15)})

    duties.make(calendar)

    assert days(calendar) == {
        "县水利局": date(2026, 2, 28),
        "望湖村": date(2026, 3, 10),
        "临湖村": date(2026, 4, 15),
    }


def test_a_line_for_the_upper_kind_holds_for_the_kinds_below(calendar, taking_part):
    taking_part("云泽农商银行", "bank")
    line(calendar)
    line(calendar, category=Category.objects.get(code="unit"), due_on=date(2026, 3, 20))

    duties.make(calendar)

    assert days(calendar) == {"云泽农商银行": date(2026, 3, 20)}


def test_an_excepted_kind_owes_nothing(calendar, taking_part):
    taking_part("县水利局")
    taking_part("望湖村", "village")
    line(calendar, kind="quarterly_plan", period=2)
    line(
        calendar,
        kind="quarterly_plan",
        period=2,
        category=Category.objects.get(code="village"),
        is_owed=False,
    )

    duties.make(calendar)

    assert set(days(calendar)) == {"县水利局"}


def test_made_again_nothing_changes(calendar, taking_part):
    taking_part("县水利局")
    line(calendar)
    duties.make(calendar)
    before = list(Duty.objects.values())

    duties.make(calendar)

    assert list(Duty.objects.values()) == before


@pytest.mark.parametrize("units", [1, 5, 50])
def test_making_again_costs_the_same_queries_however_many_units(
    calendar, units, django_assert_max_num_queries
):
    for unit in UnitFactory.create_batch(units):
        UnitYearFactory(cycle=calendar, unit=unit)
    line(calendar)
    duties.make(calendar)

    with django_assert_max_num_queries(9):
        duties.make(calendar)


def test_open_duties_follow_a_changed_line_and_done_ones_keep_their_day(calendar, taking_part, ou):
    slow, quick = taking_part("县水利局"), taking_part("县农业局")
    deadline = line(calendar)
    duties.make(calendar)
    duties.fulfil(Duty.objects.filter(unit=quick), by=ou)

    deadline.due_on = date(2026, 3, 10)
    duties.set_deadline(deadline, by=ou)

    assert days(calendar) == {slow.name: date(2026, 3, 10), quick.name: date(2026, 2, 28)}
    changes = TrailEvent.objects.about(calendar).last().changes
    assert list(changes.values()) == [["2026-02-28", "2026-03-10"]]


def test_a_line_taken_out_is_owed_no_more_but_what_came_stays(calendar, taking_part, ou):
    taking_part("县水利局")
    done = taking_part("县农业局")
    deadline = line(calendar)
    duties.make(calendar)
    duties.fulfil(Duty.objects.filter(unit=done), by=ou)

    duties.remove_deadline(deadline, by=ou)

    assert set(days(calendar)) == {"县农业局"}
    assert TrailEvent.objects.about(calendar).last().verb == "remove_deadline"


def test_a_duty_that_a_record_answers_is_not_dropped(calendar, taking_part, ou):
    unit = taking_part("县水利局")
    deadline = line(calendar, kind="deployment")
    duties.make(calendar)
    EntryFactory(cycle=calendar, unit=unit, answers=Duty.objects.get())

    duties.remove_deadline(deadline, by=ou)

    assert set(days(calendar)) == {"县水利局"}


def test_the_same_line_twice_is_refused(calendar, ou):
    line(calendar)

    with pytest.raises(ValidationError):
        duties.set_deadline(Deadline(cycle=calendar, kind="annual_plan", **WINDOW), by=ou)


def test_a_line_for_a_kind_and_a_unit_at_once_is_refused(calendar, school, ou):
    both = Deadline(cycle=calendar, kind="annual_plan", unit=school, category=school.category, **WINDOW)

    with pytest.raises(ValidationError):
        duties.set_deadline(both, by=ou)


@pytest.mark.parametrize(
    ("kind", "period", "fits"),
    [
        ("annual_plan", 0, True),
        ("annual_plan", 1, False),
        ("quarterly_plan", 4, True),
        ("quarterly_plan", 0, False),
        ("quarterly_plan", 5, False),
        ("monthly_plan", 12, True),
        ("monthly_plan", 13, False),
    ],
)
def test_quarters_and_months_stand_only_where_they_belong(calendar, ou, kind, period, fits):
    wanted = Deadline(cycle=calendar, kind=kind, period=period, **WINDOW)

    if fits:
        assert duties.set_deadline(wanted, by=ou).pk
    else:
        with pytest.raises(ValidationError):
            duties.set_deadline(wanted, by=ou)


# ── in time, late, extended, missed ──────────────────────────────────────────────────────────────

LAST_MOMENT = china(2026, 2, 28, 23, 59, 59, 999_000)


@pytest.fixture
def duty(year, school):
    return DutyFactory(cycle=year, unit=school, **WINDOW)


def state(duty, moment):
    """How it stands at that moment; the record, the lists and the counts say the same."""
    duty = Duty.objects.get(pk=duty.pk)
    with clock.at(moment):
        standing = duty.state
        assert [one for one in Duty.State if Duty.objects.in_state(one).exists()] == [standing]
        numbers = Duty.objects.numbers()[duty.kind, duty.period, duty.title]
    assert numbers["owed" if standing == Duty.State.TO_COME else standing] == numbers["all"] == 1
    return standing


def test_by_a_day_is_until_its_midnight_in_china(duty, lan):
    duties.fulfil(Duty.objects.all(), by=lan, at=LAST_MOMENT)

    assert state(duty, LAST_MOMENT + timedelta(days=9)) == "done"


def test_a_thousandth_later_is_late(duty, lan):
    duties.fulfil(Duty.objects.all(), by=lan, at=LAST_MOMENT + timedelta(milliseconds=1))

    assert state(duty, LAST_MOMENT + timedelta(days=9)) == "late"


def test_nothing_came_is_owed_then_missing(duty):
    assert state(duty, LAST_MOMENT) == "owed"
    assert state(duty, LAST_MOMENT + timedelta(milliseconds=1)) == "missing"
    assert state(duty, china(2025, 12, 31, 12)) == "to_come"


def test_between_due_and_closing_it_is_taken_and_after_that_not(duty):
    assert duty.accepts(date(2026, 3, 31))
    assert not duty.accepts(date(2026, 4, 1))
    assert not duty.accepts(date(2025, 12, 31))


def test_more_time_opens_it_again_and_what_comes_then_is_in_time(duty, lan, ou):
    with clock.at(china(2026, 4, 2, 9)):
        duties.extend(Duty.objects.all(), until=date(2026, 4, 10), note="换届，推迟报送", by=ou)

    duty.refresh_from_db()
    assert duty.until == date(2026, 4, 10)
    assert duty.accepts(date(2026, 4, 10)) and not duty.accepts(date(2026, 4, 11))
    duties.fulfil(Duty.objects.all(), by=lan, at=china(2026, 4, 10, 23, 59))
    assert state(duty, china(2026, 5, 1)) == "done"
    event = TrailEvent.objects.about(duty).get()
    assert (event.verb, event.note, event.by) == ("extend", "换届，推迟报送", ou)


@pytest.mark.parametrize(
    ("until", "note", "sentence"),
    [
        (date(2026, 4, 10), " ", "Say why"),
        (date(2026, 1, 5), "停电", "over already"),
        (date(2026, 2, 28), "停电", "after the day"),
    ],
)
def test_more_time_needs_a_reason_and_a_later_day(duty, ou, in_english, until, note, sentence):
    with clock.at(china(2026, 2, 1)), pytest.raises(ValidationError, match=sentence):
        duties.extend(Duty.objects.all(), until=until, note=note, by=ou)

    duty.refresh_from_db()
    assert duty.extended_to is None


def test_who_handed_in_already_gets_no_more_time(duty, lan, ou):
    duties.fulfil(Duty.objects.all(), by=lan, at=LAST_MOMENT)

    with clock.at(LAST_MOMENT):
        assert duties.extend(Duty.objects.all(), until=date(2026, 4, 10), note="停电", by=ou) == 0


def test_what_was_returned_comes_back_within_five_working_days_and_stays_in_time(duty, lan):
    calendar = {"year": 2026, "days_off": ["2026-02-15/2026-02-23"], "working_weekends": ["2026-02-28"]}
    WorkCalendar.objects.create(**calendar)
    duties.fulfil(Duty.objects.all(), by=lan, at=china(2026, 2, 10, 9))

    with clock.at(china(2026, 2, 27, 9)):
        duties.give_back(Duty.objects.all())

    duty.refresh_from_db()
    assert duty.supplement_by == date(2026, 3, 5)
    assert state(duty, china(2026, 4, 20)) == "returned"
    assert duty.accepts(date(2026, 4, 20))
    duties.fulfil(Duty.objects.all(), by=lan, at=china(2026, 4, 20))
    assert state(duty, china(2026, 5, 1)) == "done"


def test_past_the_last_holiday_table_no_day_is_named(duty, lan):
    duties.fulfil(Duty.objects.all(), by=lan)

    duties.give_back(Duty.objects.all())

    duty.refresh_from_db()
    assert duty.returned_at and duty.supplement_by is None and duty.days_left is None


def test_what_the_unit_took_back_never_came(duty, lan):
    duties.fulfil(Duty.objects.all(), by=lan, at=LAST_MOMENT)

    duties.take_back(Duty.objects.all())

    assert state(duty, LAST_MOMENT + timedelta(days=1)) == "missing"


# ── remarks on a day ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 2, 28), ""),
        (date(2026, 3, 1), "A day off; the last working day before is 28 February 2026."),
        (date(2027, 1, 4), "No holiday table of 2027 is loaded"),
    ],
)
def test_a_deadline_on_a_day_off_is_remarked_and_never_moved(in_english, day, said):
    table = {"year": 2026, "days_off": [], "working_weekends": ["2026-02-28"]}

    remark = duties.remarks(day, Workdays.from_tables([table]))

    assert remark.startswith(said) and bool(remark) is bool(said)


# ── one year like another ────────────────────────────────────────────────────────────────────────


def test_a_year_like_another_has_its_lines_with_shifted_dates(ou, school):
    standard = StandardFactory()
    old = cycles.prepare(2026, standard=standard, by=ou)
    DeadlineFactory(cycle=old, kind="request", title="志愿服务统计", unit=school, **WINDOW)

    new = cycles.prepare(2028, standard=standard, like=old, by=ou)

    assert new.deadlines.get(kind="annual_plan").due_on == date(2028, 2, 29)
    assert new.deadlines.get(title="志愿服务统计").unit == school
    assert new.deadlines.count() == old.deadlines.count() == 19
    assert new.stages.get(kind="ledger").due_on == date(2028, 11, 30)


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)), st.integers(-5, 9))
def test_a_shifted_date_keeps_its_month_and_the_last_day_stays_the_last(day, years):
    shifted = cycles.shifted(day, years)

    assert (shifted.year, shifted.month) == (day.year + years, day.month)
    is_last = (day + timedelta(days=1)).month != day.month
    assert ((shifted + timedelta(days=1)).month != shifted.month) >= is_last
    assert is_last or shifted.day == day.day


def test_the_usual_lines_are_added_once(calendar, taking_part, ou):
    taking_part("县水利局")
    line(calendar)

    assert cycles.add_usual_deadlines(calendar, by=ou) == 17
    assert cycles.add_usual_deadlines(calendar, by=ou) == 0
    assert calendar.duties.count() == 18


# ── a year open for plans ────────────────────────────────────────────────────────────────────────


def test_next_years_plans_open_before_this_year_closes(year, school, ou):
    following = cycles.prepare(2027, standard=year.standard, by=ou)

    following = cycles.open_planning(following, by=ou)

    assert following.accepts_plans and not following.accepts_entries
    assert following.duties.filter(unit=school, kind="annual_plan").exists()
    year.refresh_from_db()
    assert year.status == "open"


def test_a_year_open_for_plans_opens_whole_when_the_old_one_is_closed(year, school, ou):
    following = cycles.open_planning(cycles.prepare(2027, standard=year.standard, by=ou), by=ou)
    cycles.close(year, by=ou)

    following = cycles.open(following, by=ou)

    assert following.unit_years.get().sheet.pk
    assert following.duties.filter(kind="annual_plan").count() == 1
