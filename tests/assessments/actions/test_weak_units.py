"""The rules by which a unit is weak: each given, when, then, at its threshold."""

from datetime import datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware

from assessments.actions import weak_units
from assessments.models import Duty, LedgerEntry, Stage
from civportal.lib.clock import today
from tests.factories import DutyFactory, EntryFactory, UnitFactory, UnitYearFactory
from units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def year_of_a_school(year, school):
    """The school takes part; the ledger has been open for only a month, so that nobody is silent yet."""
    UnitYearFactory(cycle=year, unit=school)


def days_ago(days):
    return today() - timedelta(days=days)


def moment(day):
    return make_aware(datetime.combine(day, time(12)))


def found(year, school):
    """Rule → sentence for the school."""
    return {reason.rule: reason.sentence for reason in weak_units.reasons(year).get(school.pk, ())}


def owed(school, kind, days, **more):
    """Something due so many days ago."""
    return DutyFactory(unit=school, kind=kind, due_on=days_ago(days), opens_on=days_ago(days + 20), **more)


def months(school, days, count):
    """So many monthly arrangements, the first due so many days ago, the others since."""
    for month in range(count):
        owed(school, Duty.Kind.MONTHLY_PLAN, days - month, period=month + 1)


# what is owed


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        (Duty.Kind.ANNUAL_PLAN, "no_plan", "No annual plan"),
        (Duty.Kind.DEPLOYMENT, "no_deployment", "No record of a deployment"),
    ],
)
def test_a_missing_plan_or_deployment_is_a_reason_from_the_day_after(year, school, kind, rule, words):
    duty = owed(school, kind, 1)

    reason = weak_units.reasons(year)[school.pk][0]

    assert reason.rule == rule
    assert reason.sentence.startswith(words) and reason.sentence.endswith("1 days ago.")
    assert reason.href == duty.get_absolute_url()


@pytest.mark.parametrize("kind", [Duty.Kind.ANNUAL_PLAN, Duty.Kind.DEPLOYMENT])
def test_what_is_due_today_is_not_missing(year, school, kind):
    owed(school, kind, 0)

    assert found(year, school) == {}


@pytest.mark.parametrize(("count", "is_weak"), [(2, False), (3, True)])
def test_three_overdue_things_are_a_reason(year, school, count, is_weak):
    months(school, days=10, count=count)

    assert ("overdue" in found(year, school)) is is_weak


@pytest.mark.parametrize(("days", "is_weak"), [(29, False), (30, True)])
def test_one_thing_overdue_for_a_month_is_a_reason(year, school, days, is_weak):
    months(school, days=days, count=1)

    assert ("overdue" in found(year, school)) is is_weak


def test_the_sentence_names_the_count_and_the_oldest_day(year, school):
    months(school, days=35, count=3)

    said = found(year, school)["overdue"]

    assert said.startswith("3 things are overdue") and "35 days ago" in said


def test_a_plan_with_a_rule_of_its_own_is_not_counted_twice(year, school):
    owed(school, Duty.Kind.ANNUAL_PLAN, 100)

    assert set(found(year, school)) == {"no_plan"}


def test_an_extension_and_what_lapsed_are_no_reason(year, school):
    owed(school, Duty.Kind.ANNUAL_PLAN, 40, extended_to=today(), extension_note="停电")
    owed(school, Duty.Kind.DEPLOYMENT, 40, lapsed_note="已撤并")

    assert found(year, school) == {}


@pytest.mark.parametrize(
    ("supplement", "returned", "is_weak"),
    [(1, 8, True), (0, 8, False), (None, 8, True), (None, 7, False)],
)
def test_what_was_returned_has_to_come_back_by_its_day(year, school, supplement, returned, is_weak):
    come_back = None if supplement is None else days_ago(supplement)
    owed(
        school, Duty.Kind.ANNUAL_PLAN, 20, handed_in_at=moment(days_ago(20)),
        returned_at=moment(days_ago(returned)), supplement_by=come_back,
    )  # fmt: skip

    assert (set(found(year, school)) == {"not_come_back"}) is is_weak


# the ledger


@pytest.fixture
def open_for_long(year):
    """The ledger has been open since a hundred days."""
    year.stages.filter(kind=Stage.Kind.LEDGER).update(opens_on=days_ago(100))
    return type(year).objects.get(pk=year.pk)


def handed_in(school, days, status="submitted"):
    entry = EntryFactory(unit=school, **{status: True})
    at = moment(days_ago(days))
    LedgerEntry.objects.filter(pk=entry.pk).update(submitted_at=at, first_submitted_at=at)


def test_a_unit_that_never_handed_in_is_silent_since_the_ledger_opened(open_for_long, school):
    assert "100 days ago" in found(open_for_long, school)["silent"]


@pytest.mark.parametrize(("days", "is_weak"), [(59, False), (60, True)])
def test_two_months_without_a_record_are_a_reason(open_for_long, school, days, is_weak):
    handed_in(school, days=90)
    handed_in(school, days=days)

    assert ("silent" in found(open_for_long, school)) is is_weak


def test_nobody_is_silent_while_the_ledger_is_newly_open(year, school):
    assert found(year, school) == {}


@pytest.mark.parametrize(("count", "is_weak"), [(1, False), (2, True)])
def test_two_records_that_lie_returned_are_a_reason(year, school, count, is_weak):
    for _ in range(count):
        handed_in(school, days=3, status="returned")

    assert ("many_returned" in found(year, school)) is is_weak


@pytest.mark.parametrize(("days", "others", "is_weak"), [(30, 0, True), (29, 0, False), (30, 1, False)])
def test_old_drafts_and_nothing_else_are_a_reason(year, school, days, others, is_weak):
    EntryFactory(unit=school, title="只在草稿里的话", created_at=moment(days_ago(days)))
    for _ in range(others):
        handed_in(school, days=1)

    said = found(year, school)

    assert ("drafts_only" in said) is is_weak
    assert "只在草稿里的话" not in "".join(said.values())


# all rules


def test_units_that_do_not_take_part_are_not_weak(year, school):
    owed(school, Duty.Kind.ANNUAL_PLAN, 40)
    Unit.objects.filter(pk=school.pk).update(participation=Unit.Participation.WITHDRAWN)

    assert weak_units.reasons(year) == {}


def test_every_rule_has_a_name_for_the_filter():
    assert all(rule.label and rule.code == code for code, rule in weak_units.RULES.items())


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_rules_cost_the_same_however_many_units(open_for_long, django_assert_num_queries, count):
    for _ in range(count):
        unit = UnitFactory()
        UnitYearFactory(cycle=open_for_long, unit=unit)
        owed(unit, Duty.Kind.ANNUAL_PLAN, 40)
        EntryFactory(unit=unit, created_at=moment(days_ago(40)))

    # the duties, the records, and the stages of the year
    with django_assert_num_queries(3):
        weak_units.reasons(open_for_long)
