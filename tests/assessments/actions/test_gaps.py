"""What is missing of each unit: the four gaps, who hardly takes part, who wakes up for the award."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware

from assessments.actions import gaps
from assessments.actions.gaps import Mark
from assessments.models import Document, Duty, LedgerEntry, UnitYear
from civportal.lib import clock
from tests.assessments import spring as springs
from tests.assessments.spring import LATE_PLAN, NO_ACTIVITY, NO_DEPLOYMENT, NO_PLAN, NOT_SIGNED, at
from tests.factories import (
    CycleFactory,
    DutyFactory,
    EntryFactory,
    LetterFactory,
    UnitFactory,
    UnitYearFactory,
    WindowFactory,
)
from units.models import Unit

pytestmark = pytest.mark.django_db

SPRING = {"opens_on": date(2026, 1, 1), "due_on": date(2026, 3, 31), "closes_on": date(2026, 5, 31)}


def moment(month, day, hour=9, minute=0, year=2026):
    return make_aware(datetime.combine(date(year, month, day), time(hour, minute)))


@pytest.fixture
def unit_year(year, school):
    year.stages.update(opens_on="2026-01-01", due_on="2026-11-30", closes_on="2026-12-10")
    return UnitYearFactory(cycle=year, unit=school)


def marks(unit_year, month=4, day=1):
    """Name → mark on that day."""
    with at(month, day):
        return {cell.name: cell.mark for cell in gaps.of_unit(unit_year)}


# ── the spring of forty units ────────────────────────────────────────────────────────────────────


def test_the_four_gaps_after_a_spring_of_forty_units(rui):
    spring = springs.told(rui)

    with at(4, 1):
        rows = list(gaps.rows(UnitYear.objects.all(), spring.cycle))
        sums = gaps.totals(gaps.rows(UnitYear.objects.all(), spring.cycle))

    assert len(rows) == 40
    lacking = {
        name: {row.unit_id for row in rows if getattr(row, f"{name}_mark") == Mark.MISSING}
        for name in gaps.COLUMNS
    }
    assert lacking == {
        "plan": spring.lacking(NO_PLAN),
        "deployment": spring.lacking(NO_DEPLOYMENT),
        # A deployment counts as activity, a report does not.
        "activity": spring.lacking(NO_ACTIVITY) & spring.lacking(NO_DEPLOYMENT),
        "documents": spring.lacking(NOT_SIGNED),
    }
    assert {row.unit_id for row in rows if row.plan_mark == Mark.LATE} == (
        spring.lacking(LATE_PLAN) - spring.lacking(NO_PLAN)
    )
    assert sums == {
        "units": 40, "plan": 10, "deployment": 8, "activity": 1, "documents": 4, "letters": 0,
        "any": len(set.union(*lacking.values())),
    }  # fmt: skip
    assert [row.gap_count for row in rows] == sorted((row.gap_count for row in rows), reverse=True)
    assert rows[0].unit_id == spring.units[0].pk and rows[0].gap_count == 4


def test_on_the_last_day_of_march_only_the_plan_and_the_document_are_missing(rui):
    spring = springs.told(rui)

    with at(3, 31):
        sums = gaps.totals(gaps.rows(UnitYear.objects.all(), spring.cycle))

    assert (sums["plan"], sums["documents"]) == (10, 4)
    assert (sums["deployment"], sums["activity"]) == (0, 0), "not due before the day has ended"


# ── each mark ────────────────────────────────────────────────────────────────────────────────────

KINDS = [("plan", Duty.Kind.ANNUAL_PLAN), ("deployment", Duty.Kind.DEPLOYMENT)]


@pytest.mark.parametrize(("name", "kind"), KINDS)
@pytest.mark.parametrize(
    ("facts", "mark"),
    [
        ({}, Mark.MISSING),
        ({"extended_to": date(2026, 4, 1), "extension_note": "防汛"}, Mark.OWED),
        ({"handed_in_at": moment(3, 31), "fulfilled_at": moment(3, 31)}, Mark.DONE),
        ({"handed_in_at": moment(4, 1), "fulfilled_at": moment(4, 1)}, Mark.LATE),
        ({"returned_at": moment(3, 30), "supplement_by": date(2026, 4, 1)}, Mark.OWED),
        ({"returned_at": moment(3, 20), "supplement_by": date(2026, 3, 31)}, Mark.MISSING),
        ({"returned_at": moment(3, 20)}, Mark.OWED),
        ({"lapsed_note": "并入其他单位"}, Mark.NOT_ASKED),
    ],
)
def test_a_duty_gives_the_mark(unit_year, name, kind, facts, mark):
    DutyFactory(cycle=unit_year.cycle, unit=unit_year.unit, kind=kind, **SPRING, **facts)

    assert marks(unit_year)[name] == mark


def test_whoever_the_calendar_excepts_is_not_asked(unit_year):
    assert marks(unit_year)["plan"] == marks(unit_year)["documents"] == Mark.NOT_ASKED


@pytest.mark.parametrize(
    ("handed_in", "mark"),
    [(date(2026, 1, 1), Mark.MISSING), (date(2026, 1, 2), Mark.DONE), (date(2026, 4, 1), Mark.DONE)],
)
def test_activity_is_a_record_of_the_last_three_months(unit_year, handed_in, mark):
    day = make_aware(datetime.combine(handed_in, time(12)))
    EntryFactory(cycle=unit_year.cycle, unit=unit_year.unit, submitted=True, first_submitted_at=day)

    assert marks(unit_year)["activity"] == mark


@pytest.mark.parametrize("kind", LedgerEntry.Kind.values)
def test_reports_and_rules_alone_are_no_activity(unit_year, kind):
    EntryFactory(
        cycle=unit_year.cycle, unit=unit_year.unit, submitted=True, kind=kind, first_submitted_at=moment(3, 1)
    )

    is_quiet = kind in ("report", "self_check", "rules", "four_togethers", "party_goals", "service_standard")
    assert marks(unit_year)["activity"] == (Mark.MISSING if is_quiet else Mark.DONE)


def test_a_draft_is_no_activity(unit_year):
    EntryFactory(cycle=unit_year.cycle, unit=unit_year.unit, first_submitted_at=moment(3, 1))

    assert marks(unit_year)["activity"] == Mark.MISSING


def test_nobody_lacks_activity_while_the_year_is_young(unit_year):
    assert marks(unit_year, 3, 31)["activity"] == Mark.OWED
    assert marks(unit_year, 4, 1)["activity"] == Mark.MISSING


@pytest.mark.parametrize(
    ("receipts", "mark"),
    [
        (["done"], Mark.DONE),
        (["done", "late"], Mark.LATE),
        (["late", "open"], Mark.OWED),
        (["done", "overdue", "open"], Mark.MISSING),
        (["done", "withdrawn"], Mark.DONE),
        (["withdrawn"], Mark.NOT_ASKED),
    ],
)
def test_of_several_documents_the_worst_counts(unit_year, ou, receipts, mark):
    facts = {
        "done": {"handed_in_at": moment(3, 4), "fulfilled_at": moment(3, 4)},
        "late": {"handed_in_at": moment(4, 1), "fulfilled_at": moment(4, 1)},
        "open": {"extended_to": date(2026, 4, 30), "extension_note": "补发"},
        "overdue": {},
        "withdrawn": {},
    }
    for number, receipt in enumerate(receipts):
        document = springs.issued(unit_year.cycle, [], ou, number=f"{number}号")
        if receipt == "withdrawn":
            Document.objects.filter(pk=document.pk).update(status="withdrawn", withdrawal_note="发错了")
        DutyFactory(cycle=unit_year.cycle, unit=unit_year.unit, kind="receipt", document=document,
                    **SPRING, **facts[receipt])  # fmt: skip

    assert marks(unit_year)["documents"] == mark


def test_the_letter_of_the_year_is_told(unit_year, bank):
    UnitYearFactory(cycle=unit_year.cycle, unit=bank)
    LetterFactory(unit=unit_year.unit, year=2026)
    LetterFactory(unit=bank, year=2025)

    rows = gaps.rows(UnitYear.objects.all(), unit_year.cycle)

    assert {row.unit_id: row.has_letter for row in rows} == {unit_year.unit_id: True, bank.pk: False}


def test_a_year_that_is_over_is_looked_at_as_on_its_last_day(unit_year):
    EntryFactory(cycle=unit_year.cycle, unit=unit_year.unit, accepted=True, first_submitted_at=moment(11, 5))

    with clock.at(moment(6, 1, year=2027)):
        assert gaps.of_unit(unit_year)[2].mark == Mark.DONE


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 3, 31), date(2025, 12, 31)),
        (date(2026, 5, 31), date(2026, 2, 28)),
        (date(2028, 5, 30), date(2028, 2, 29)),
        (date(2026, 1, 1), date(2025, 10, 1)),
    ],
)
def test_three_months_before(day, before):
    assert gaps.months_before(day, 3) == before


def test_the_rows_are_one_statement(rui, django_assert_num_queries):
    spring = springs.told(rui)

    with django_assert_num_queries(1):
        list(gaps.rows(UnitYear.objects.all(), spring.cycle))


# ── who should take part and does not ────────────────────────────────────────────────────────────


@pytest.fixture
def long_ago(unit_year):
    """The school is enrolled since January; it is August."""
    with at(8, 1):
        yield unit_year


def absent():
    return list(gaps.absent(Unit.objects.all()))


def test_whoever_should_take_part_stands_first_with_the_reason(long_ago):
    required = UnitFactory(participation="required", participation_note="有窗口，群众反映多")

    assert absent() == [required, long_ago.unit]
    assert gaps.why_absent(required) == "有窗口，群众反映多"


def came_record(unit_year, day):
    EntryFactory(cycle=unit_year.cycle, unit=unit_year.unit, submitted=True, submitted_at=day)


def came_plan(unit_year, day):
    DutyFactory(cycle=unit_year.cycle, unit=unit_year.unit, handed_in_at=day, fulfilled_at=day)


@pytest.mark.parametrize("came", [came_record, came_plan])
def test_a_unit_from_which_something_came_within_six_months_takes_part(long_ago, came):
    came(long_ago, moment(2, 2))
    assert absent() == []

    with at(8, 3):
        assert absent() == [long_ago.unit]


def test_a_unit_that_was_enrolled_lately_is_not_called_absent(year, school):
    year.stages.update(opens_on="2026-05-01", due_on="2026-11-30", closes_on="2026-12-10")
    UnitYearFactory(cycle=year, unit=school)

    with at(8, 1):
        assert absent() == []


@pytest.mark.parametrize(
    ("participation", "is_listed"),
    [("outside", True), ("withdrawn", True), ("exempt", False), ("ended", False)],
)
def test_windows_outside_the_work_are_told(db, participation, is_listed):
    unit = UnitFactory(participation=participation)
    WindowFactory(unit=unit)
    UnitFactory(participation=participation)

    assert absent() == [unit] * is_listed


def test_a_closed_window_serves_nobody(db):
    WindowFactory(unit=UnitFactory(participation="outside"), closed_on=clock.today() - timedelta(days=1))

    assert absent() == []


# ── quiet all year, busy in October ──────────────────────────────────────────────────────────────


def test_the_day_on_which_it_came_counts_and_not_the_date_of_which_it_tells(year, school, bank):
    for month in (2, 4, 6, 8):
        backdated = {"held_on": date(2026, month, 5), "first_submitted_at": moment(10, 20)}
        EntryFactory(cycle=year, unit=school, submitted=True, **backdated)
        EntryFactory(cycle=year, unit=bank, submitted=True, first_submitted_at=moment(month, 6))

    found = gaps.rushed(Unit.objects.all(), year)

    assert [(rush.unit, rush.in_month, rush.total) for rush in found] == [(school, 4, 4)]


def test_drafts_and_other_years_do_not_count(year, school):
    last_year = CycleFactory(year=2025, status="closed")
    EntryFactory.create_batch(2, cycle=year, unit=school, submitted=True, first_submitted_at=moment(10, 20))
    EntryFactory(cycle=year, unit=school, first_submitted_at=moment(10, 21))
    EntryFactory(cycle=last_year, unit=school, submitted=True, first_submitted_at=moment(10, 22))

    assert gaps.rushed(Unit.objects.all(), year) == []


def test_months_are_those_of_china(year, school):
    evening = moment(11, 1, hour=0, minute=30)
    EntryFactory.create_batch(3, cycle=year, unit=school, submitted=True, first_submitted_at=evening)

    assert gaps.rushed(Unit.objects.all(), year) == [], "half past midnight on 1 November is November"
