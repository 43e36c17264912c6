"""Reminders: who hears what on which day, and nobody anything twice."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from assessments.actions import duty as duties
from assessments.actions import reminder
from assessments.models import Document, Duty
from assessments.models.cycle import WORKDAYS_KEY
from civportal.lib import clock
from civportal.lib.workdays import Workdays
from tests.factories import (
    CycleFactory,
    DeadlineFactory,
    DutyFactory,
    LiaisonFactory,
    MembershipFactory,
    PlanFactory,
    UnitFactory,
    UnitYearFactory,
)
from tests.threads import at_once
from units.models import Notification, User

pytestmark = pytest.mark.django_db

# A Wednesday on which the annual plan is due; nothing in it is a holiday.
DUE = date(2026, 11, 25)
DATES = {"opens_on": date(2026, 10, 1), "due_on": DUE, "closes_on": date(2026, 12, 31)}


@pytest.fixture
def duty(year, school):
    return DutyFactory(cycle=year, unit=school, **DATES)


@pytest.fixture(autouse=True)
def holidays(fresh_cache):
    """Those of the autumn of 2026."""
    table = {"year": 2026, "days_off": ["2026-10-01/2026-10-07"], "working_weekends": ["2026-10-10"]}
    cache.set(WORKDAYS_KEY, Workdays.from_tables([table]))


def on(day, hour=7):
    """That many days after the due day."""
    return clock.at(datetime.combine(DUE + timedelta(days=day), time(hour), UTC) - timedelta(hours=8))


def reminded(day):
    with on(day):
        return reminder.remind()


def heard(person):
    return list(Notification.objects.filter(to=person).order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize(
    ("day", "verb"),
    [(-8, None), (-7, "due_soon"), (-3, "due_soon"), (-1, "due_soon"), (1, "overdue"), (8, "overdue")],
)
def test_a_liaison_is_reminded(duty, lan, day, verb):
    assert reminded(day) == (1 if verb else 0)

    assert heard(lan) == ([verb] if verb else [])


def test_over_the_days_one_message_comes_in_each_stretch(duty, lan):
    told = {day: reminded(day) for day in range(-10, 17)}

    assert {day for day, count in told.items() if count} == {-7, -3, -1, 1, 8, 15}


def test_what_was_missed_is_made_up_for(duty, lan):
    assert [reminded(day) for day in (-5, -4, 0, 2, 3)] == [1, 0, 1, 1, 0]


def test_a_message_says_what_by_when_and_leads_there(duty, lan, school):
    reminded(-3)

    message = Notification.objects.get()
    assert message.title == f"{school} {duty.label}"
    assert "2026年11月25日" in message.note and "3" in message.note
    assert message.subject == duty


@pytest.mark.parametrize(
    "unasked",
    [
        dict.fromkeys(["handed_in_at", "fulfilled_at"], datetime(2026, 11, 1, tzinfo=UTC)),
        {"lapsed_note": "并入云泽县第二小学"},
        {"opens_on": DUE},
    ],
)
def test_what_is_done_lapsed_or_to_come_reminds_nobody(duty, lan, unasked):
    Duty.objects.update(**unasked)

    assert reminded(-3) == 0


def test_what_is_not_taken_any_more_reminds_nobody(duty, lan):
    Duty.objects.update(closes_on=DUE + timedelta(days=4))

    assert {day for day in range(-7, 20) if reminded(day)} == {-7, -3, -1, 1}


@pytest.mark.parametrize(("status", "told"), [("draft", 0), ("planning", 1), ("open", 1), ("closed", 0)])
def test_only_a_year_that_is_open_reminds(school, lan, status, told):
    DutyFactory(cycle=CycleFactory(year=2027, status=status), unit=school, **DATES)

    assert reminded(-3) == told


def test_what_was_extended_reminds_by_its_new_day(duty, lan, ou):
    with on(-7):
        reminder.remind()
        duties.extend(Duty.objects.all(), until=DUE + timedelta(days=10), note="停电", by=ou)

    assert {day for day in range(-7, 13) if reminded(day)} == {3, 7, 9, 11}


def test_what_was_returned_reminds_by_the_day_on_which_it_has_to_come_back(duty, lan):
    back = DUE - timedelta(days=4)
    Duty.objects.update(returned_at=datetime(2026, 11, 16, tzinfo=UTC), supplement_by=back)

    assert {day for day in range(-8, 0) if reminded(day)} == {-8, -7, -5, -3}


def test_leaders_hear_of_it_once_it_is_overdue(duty, lan, dai, qiao):
    for day in range(-8, 3):
        reminded(day)

    assert heard(lan) == heard(dai) == ["due_soon"] * 3 + ["overdue"]
    assert heard(qiao) == ["overdue"]


def test_the_department_hears_once_after_five_more_working_days(duty, lan, guan, school, year, bureau):
    other = UnitFactory(supervisor=bureau, name="云泽县第二小学")
    DutyFactory(cycle=year, unit=other, **DATES)

    told = [day for day in range(30) if reminded(day) and "long_overdue" in heard(guan)]

    # Wednesday to Wednesday are five working days; the sixth is Thursday.
    assert told[0] == 8 and heard(guan) == ["long_overdue"]
    message = Notification.objects.get(to=guan)
    assert "2" in message.title and "云泽县第一小学、云泽县第二小学" in message.note


def test_a_blocked_account_hears_nothing(duty, lan, qiao):
    User.objects.update(is_active=False)

    assert reminded(1) == 0


def test_who_writes_and_leads_hears_it_once(duty, lan, school):
    MembershipFactory(user=lan, role="unit_leader", unit=school)

    assert reminded(1) == 1 and reminded(-1) == 1


def test_another_units_duty_reminds_nobody_here(duty, lan, mei):
    reminded(-3)

    assert heard(mei) == []


@pytest.fixture
def receipt(year, school, ou):
    """A document of Wednesday the 18th that is to be signed within three working days: by Monday."""
    document = Document.objects.create(
        cycle=year, number="云文明办〔2026〕9号", title="关于报送材料的通知", issued_on=date(2026, 11, 18),
        created_by=ou,
    )  # fmt: skip
    return DutyFactory(
        cycle=year, unit=school, kind="receipt", title="关于报送材料的通知", document=document,
        opens_on=date(2026, 11, 18), due_on=date(2026, 11, 23), closes_on=date(2026, 12, 31),
    )  # fmt: skip


def test_a_receipt_reminds_on_the_second_working_day_and_is_overdue_on_the_fourth(receipt, lan):
    told = {day: reminded(day) for day in range(-7, 1)}

    # Friday the 20th is the second working day, Tuesday the 24th the fourth.
    assert {DUE.day + day for day, count in told.items() if count} == {20, 24}
    assert heard(lan) == ["due_soon", "overdue"]


def test_told_twice_nobody_hears_it_twice(duty, lan, qiao):
    assert (reminded(1), reminded(1)) == (2, 0)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_it_once(year, school, lan):
    DutyFactory(cycle=year, unit=school, overdue=True)

    outcomes = at_once(*[reminder.remind] * 3)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("units", [1, 5, 50])
def test_reminding_costs_the_same_however_many_units(year, units, django_assert_max_num_queries):
    for unit in UnitFactory.create_batch(units):
        LiaisonFactory(memberships__unit=unit)
        DutyFactory(cycle=year, unit=unit, **DATES)

    # duties, people, departments, the holidays, what was told; SQLite inserts some fifty rows at a time
    with on(1), django_assert_max_num_queries(9):
        assert reminder.remind() == units


def test_the_calendar_is_gone_through_anew(year, school, bank):
    UnitYearFactory(cycle=year, unit=school)
    duties.make(year)
    UnitYearFactory(cycle=year, unit=bank)
    DeadlineFactory(cycle=year, kind="self_check")
    CycleFactory(year=2027, status="draft")

    assert (duties.make_anew(), duties.make_anew()) == (3, 0)


def test_a_plan_handed_in_ends_the_reminders(client, duty, lan, year, school):
    plan = PlanFactory(cycle=year, unit=school)
    assert plan.get_absolute_url() == reverse("assessments:plan", args=[plan.pk])
    duties.fulfil(Duty.objects.all(), by=lan)

    assert reminded(-1) == 0
