"""Records that hand in what the calendar asks for: in time, late, with more time, never."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware

from assessments.actions import duty as duties
from assessments.actions import ledger, review
from assessments.models import Duty, LedgerEntry
from civportal.lib import clock
from tests.factories import ClaimFactory, DutyFactory, EntryFactory

Kind, State = LedgerEntry.Kind, Duty.State
DATES = {"opens_on": date(2026, 1, 1), "due_on": date(2026, 3, 31), "closes_on": date(2026, 5, 31)}
WRITTEN = {"held_on": date(2026, 2, 10), "place": "会议室", "text": "部署全年创建工作。"}


def at(month, day):
    return clock.at(make_aware(datetime.combine(date(2026, month, day), time(9))))


@pytest.fixture(autouse=True)
def the_whole_year(year):
    """The ledger is open all year, so that only the dates of the duties decide."""
    year.stages.update(opens_on="2026-01-01", due_on="2026-11-30", closes_on="2026-12-10")


@pytest.fixture
def owed(year, school):
    return DutyFactory(cycle=year, unit=school, kind=Duty.Kind.DEPLOYMENT, **DATES)


@pytest.fixture
def answer(owed, lan):
    """A finished draft that was begun from the duty and proves no indicator."""
    entry = ledger.write(cycle=owed.cycle, unit=owed.unit, title="部署会", answers=owed, by=lan)
    return ledger.edit(entry, WRITTEN, by=lan).entry


def state_of(duty, month=6, day=1):
    with at(month, day):
        return Duty.objects.get(pk=duty.pk).state


def an_entry(owed, lan, **fields):
    entry = EntryFactory(cycle=owed.cycle, unit=owed.unit, created_by=lan, **WRITTEN, **fields)
    ClaimFactory(entry=entry)
    return entry


@pytest.mark.parametrize(
    ("asked", "written"),
    [("deployment", Kind.DEPLOYMENT), ("self_check", Kind.SELF_CHECK), ("request", Kind.REPORT)],
)
def test_a_record_begun_from_a_duty_has_the_kind_that_is_asked_for(year, school, lan, asked, written):
    duty = DutyFactory(
        cycle=year, unit=school, kind=asked, title="报送典型案例" if asked == "request" else ""
    )

    entry = ledger.write(cycle=year, unit=school, title="答复", answers=duty, by=lan)

    assert (entry.kind, entry.answers) == (written, duty)


def test_beginning_again_goes_on_with_the_record_that_is_there(answer, owed, lan):
    again = ledger.write(cycle=owed.cycle, unit=owed.unit, title="又一次", answers=owed, by=lan)

    assert again == answer


def test_what_answers_a_duty_needs_no_indicator(answer, owed, lan):
    with at(3, 31):
        entry = ledger.submit(answer, by=lan)

    assert not entry.claims.exists()
    assert state_of(owed) == State.DONE and not entry.is_late


def test_after_the_due_day_it_is_late(answer, owed, lan):
    with at(4, 1):
        entry = ledger.submit(answer, by=lan)

    assert state_of(owed) == State.LATE
    assert entry.is_late, "although the ledger itself is due in November"


def test_with_more_time_it_is_not_late(answer, owed, lan, ou):
    with at(3, 30):
        duties.extend(Duty.objects.filter(pk=owed.pk), until=date(2026, 6, 20), note="防汛", by=ou)
    with at(6, 20):
        entry = ledger.submit(answer, by=lan)

    assert state_of(owed, 6, 21) == State.DONE and not entry.is_late


def test_after_its_last_day_it_is_refused_although_the_ledger_is_open(answer, owed, lan, in_english):
    with at(6, 1), pytest.raises(ValidationError, match="not accept"):
        ledger.submit(answer, by=lan)

    assert state_of(owed) == State.MISSING


def test_more_time_reaches_beyond_the_ledgers_own_last_day(answer, owed, lan, ou):
    with at(12, 9):
        duties.extend(Duty.objects.filter(pk=owed.pk), until=date(2026, 12, 20), note="补报", by=ou)
    with at(12, 15):
        assert ledger.submit(answer, by=lan).status == "submitted"


def test_before_it_opens_it_is_refused(year, school, lan, in_english):
    duty = DutyFactory(cycle=year, unit=school, kind="self_check", opens_on=date(2026, 11, 1),
                       due_on=date(2026, 11, 30))  # fmt: skip
    entry = ledger.write(cycle=year, unit=school, title="自查", answers=duty, by=lan)
    entry = ledger.edit(entry, WRITTEN, by=lan).entry

    with at(10, 31), pytest.raises(ValidationError, match="not accept"):
        ledger.submit(entry, by=lan)


@pytest.mark.parametrize("kind", [Kind.DEPLOYMENT, Kind.SELF_CHECK])
def test_a_record_of_the_kind_fulfils_the_duty_though_not_begun_from_it(year, school, lan, kind):
    owed = DutyFactory(cycle=year, unit=school, kind=kind, **DATES)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, kind=kind, **WRITTEN)

    with at(3, 1):
        entry = ledger.submit(entry, by=lan)

    assert entry.answers == owed
    assert state_of(owed) == State.DONE


@pytest.mark.parametrize("kind", [Kind.ACTIVITY, Kind.MEETING, Kind.REPORT])
def test_a_record_of_another_kind_fulfils_nothing(owed, lan, kind):
    with at(3, 1):
        entry = ledger.submit(an_entry(owed, lan, kind=kind), by=lan)

    assert entry.answers is None
    assert state_of(owed) == State.MISSING


def test_once_the_duty_is_closed_such_a_record_is_an_ordinary_one(owed, lan, in_english):
    with at(6, 1):
        entry = ledger.submit(an_entry(owed, lan, kind=Kind.DEPLOYMENT), by=lan)

    assert entry.answers is None and not entry.is_late
    assert state_of(owed) == State.MISSING


def test_another_kind_on_the_form_makes_it_an_ordinary_record(answer, owed, lan, in_english):
    entry = ledger.edit(answer, {"kind": Kind.ACTIVITY}, by=lan).entry

    with at(3, 1), pytest.raises(ValidationError, match="indicator"):
        ledger.submit(entry, by=lan)
    assert state_of(owed) == State.MISSING


def test_a_request_may_be_answered_by_any_kind(year, school, lan):
    owed = DutyFactory(cycle=year, unit=school, kind="request", title="报送活动照片", **DATES)
    entry = ledger.write(cycle=year, unit=school, title="照片", answers=owed, by=lan)
    entry = ledger.edit(entry, {**WRITTEN, "kind": Kind.ACTIVITY}, by=lan).entry

    with at(3, 1):
        ledger.submit(entry, by=lan)

    assert state_of(owed) == State.DONE


def test_a_second_record_of_the_kind_leaves_the_duty_to_the_first(answer, owed, lan):
    with at(2, 20):
        first = ledger.submit(answer, by=lan)
        second = ledger.submit(an_entry(owed, lan, kind=Kind.DEPLOYMENT), by=lan)
        ledger.withdraw(second, by=lan)

    assert (first.answers, second.answers) == (owed, None)
    assert state_of(owed) == State.DONE


def test_a_draft_begun_from_the_duty_gives_way_to_the_record_handed_in_first(answer, owed, lan, in_english):
    with at(2, 20):
        ledger.submit(an_entry(owed, lan, kind=Kind.DEPLOYMENT), by=lan)
        with pytest.raises(ValidationError, match="indicator"):
            ledger.submit(answer, by=lan)


def test_taking_it_back_opens_the_duty_again(answer, owed, lan):
    with at(2, 20):
        entry = ledger.submit(answer, by=lan)
        ledger.withdraw(entry, by=lan)

    assert state_of(owed, 2, 21) == State.OWED
    assert state_of(owed) == State.MISSING


def test_sent_back_it_is_owed_again_and_can_come_back_after_the_last_day(answer, owed, lan, rui):
    with at(3, 30):
        entry = ledger.submit(answer, by=lan)
    with at(5, 30):
        entry = review.send_back(entry, note="缺签到表", by=rui)
    assert state_of(owed) == State.RETURNED

    with at(6, 5):
        entry = ledger.submit(entry, by=lan)

    assert entry.round == 2
    assert state_of(owed, 6, 6) == State.DONE, "first handed in in time"


def test_a_correction_taken_back_can_still_be_handed_in(answer, owed, lan, rui):
    with at(3, 30):
        entry = ledger.submit(answer, by=lan)
    with at(5, 30):
        entry = review.send_back(entry, note="缺签到表", by=rui)
    with at(6, 5):
        entry = ledger.withdraw(ledger.submit(entry, by=lan), by=lan)
        assert state_of(owed, 6, 5) == State.RETURNED

        entry = ledger.submit(entry, by=lan)

    assert state_of(owed, 6, 6) == State.DONE


def test_accepting_and_reopening_leave_the_duty_fulfilled(answer, owed, lan, rui, ou):
    with at(3, 1):
        entry = review.accept(ledger.submit(answer, by=lan), {}, by=rui)
        review.reopen(entry, note="再看一遍", by=ou)

    assert state_of(owed) == State.DONE


def test_only_open_duties_that_a_record_can_answer_are_offered(year, school, bank, owed):
    DutyFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=bank, kind="deployment")
    DutyFactory(cycle=year, unit=school, kind="self_check", done=True)

    assert list(ledger.answerable(year, school)) == [owed]


def test_nothing_of_the_duty_of_an_ended_unit_is_touched(answer, owed, lan, rui, bank):
    with at(3, 1):
        entry = ledger.submit(answer, by=lan)
    LedgerEntry.objects.filter(pk=entry.pk).update(unit=bank)

    with at(3, 2):
        review.send_back(entry, note="请改", by=rui)

    assert state_of(owed) == State.DONE
