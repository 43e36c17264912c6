"""The ledger as a unit writes it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import ledger
from assessments.models import LedgerEntry, Stage
from civportal.lib import clock
from tests.factories import ClaimFactory, EntryFactory, IndicatorFactory, ReviewFactory
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent

CONTENT = {"title": "清扫老街", "held_on": date(2026, 3, 5), "place": "老街", "text": "三十人参加。"}


@pytest.fixture
def draft(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)
    ClaimFactory(entry=entry)
    return entry


def verbs(record):
    return [event.verb for event in TrailEvent.objects.about(record)]


def test_write_begins_a_draft_with_its_first_line_of_history(year, school, lan):
    entry = ledger.write(cycle=year, unit=school, title="清扫老街", by=lan)

    assert entry.status == "draft"
    assert verbs(entry) == ["create"]


def test_edit_keeps_what_changed_from_and_to(draft, lan):
    indicator = IndicatorFactory(standard=draft.cycle.standard, parent=draft.claims.get().indicator.parent)

    entry = ledger.edit(draft, seen=draft.version, indicators=[indicator], by=lan, **CONTENT)

    event = TrailEvent.objects.about(entry).last()
    assert event.verb == "edit"
    assert event.changes["place"] == ["会议室", "老街"]
    assert event.changes["indicators"] == [["A1"], [indicator.code]]
    assert entry.version == draft.version + 1


def test_edit_that_changes_nothing_leaves_no_line(draft, lan):
    same = {name: getattr(draft, name) for name in ledger.FIELDS}

    ledger.edit(draft, seen=draft.version, indicators=[draft.claims.get().indicator], by=lan, **same)

    assert not TrailEvent.objects.exists()


def test_edit_of_an_older_version_is_refused_and_shows_the_newer_one(draft, lan):
    ledger.edit(draft, seen=draft.version, indicators=[], by=lan, **CONTENT)

    with pytest.raises(ledger.ChangedMeanwhile) as refused:
        ledger.edit(draft, seen=draft.version, indicators=[], by=lan, **{**CONTENT, "title": "另一个"})

    assert refused.value.entry.title == "清扫老街"
    draft.refresh_from_db()
    assert draft.title == "清扫老街"


def test_edit_of_a_submitted_entry_is_refused(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)

    with pytest.raises(MoveNotAllowed):
        ledger.edit(entry, seen=entry.version, indicators=[], by=lan, **CONTENT)


def test_submit_gives_a_receipt_and_the_next_one_counts_on(draft, year, school, lan):
    other = EntryFactory(cycle=year, unit=school, created_by=lan)
    ClaimFactory(entry=other)

    first, second = ledger.submit(draft, by=lan), ledger.submit(other, by=lan)

    assert first.status == "submitted"
    assert (first.receipt, second.receipt) == ("XX-2026-0001", "XX-2026-0002")
    assert verbs(first) == ["submit"]


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        ({"held_on": None}, "when it was done"),
        ({"place": ""}, "where"),
        ({"text": ""}, "what happened"),
        ({"held_on": date(2999, 1, 1)}, "future"),
    ],
)
def test_submit_says_what_is_missing(year, school, lan, gap, sentence, in_english):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, **gap)
    ClaimFactory(entry=entry)

    with pytest.raises(ValidationError, match=sentence):
        ledger.submit(entry, by=lan)

    entry.refresh_from_db()
    assert entry.status == "draft"
    assert entry.receipt is None


def test_submit_asks_for_an_indicator(year, school, lan, in_english):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)

    with pytest.raises(ValidationError, match="indicator"):
        ledger.submit(entry, by=lan)


def test_submit_is_possible_until_the_last_day_has_ended_in_china(draft, lan, last_moment):
    with clock.at(last_moment):
        entry = ledger.submit(draft, by=lan)

    assert entry.status == "submitted"
    assert entry.is_late


def test_submit_is_refused_once_the_last_day_has_ended_in_china(draft, lan, last_moment, in_english):
    with (
        clock.at(last_moment + timedelta(milliseconds=1)),
        pytest.raises(ValidationError, match="not accept"),
    ):
        ledger.submit(draft, by=lan)


@pytest.fixture
def last_moment(year):
    """23:59:59.999 in China on the day on which the ledger closes."""
    closes_on = year.stage(Stage.Kind.LEDGER).closes_on
    return clock.end_of(closes_on) - timedelta(milliseconds=1)


def test_submit_after_a_return_begins_the_next_round_with_the_same_receipt(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, returned=True)
    ClaimFactory(entry=entry)
    ReviewFactory(entry=entry, verdict="returned", note="照片不清")

    again = ledger.submit(entry, by=lan)

    assert again.round == 2
    assert again.receipt == entry.receipt
    assert again.opened_at is None


def test_withdraw_is_possible_until_the_office_opens_it(draft, lan):
    entry = ledger.submit(draft, by=lan)

    entry = ledger.withdraw(entry, by=lan)

    assert entry.status == "draft"


def test_withdraw_is_refused_once_the_office_has_opened_it(draft, lan):
    entry = ledger.submit(draft, by=lan)
    LedgerEntry.objects.filter(pk=entry.pk).update(opened_at=clock.now())

    with pytest.raises(MoveNotAllowed):
        ledger.withdraw(entry, by=lan)

    entry.refresh_from_db()
    assert entry.status == "submitted"


def test_handing_in_again_after_taking_back_is_still_the_first_round(draft, lan):
    entry = ledger.withdraw(ledger.submit(draft, by=lan), by=lan)

    entry = ledger.submit(entry, by=lan)

    assert entry.round == 1


def test_delete_throws_a_draft_away_and_keeps_its_history(draft, lan):
    number = draft.pk

    ledger.delete(draft, by=lan)

    assert not LedgerEntry.objects.filter(pk=number).exists()
    assert TrailEvent.objects.get(verb="delete").object_id == number


def test_delete_of_what_the_office_has_seen_is_refused(draft, lan):
    entry = ledger.withdraw(ledger.submit(draft, by=lan), by=lan)

    with pytest.raises(MoveNotAllowed):
        ledger.delete(entry, by=lan)


def test_handing_in_tells_nobody_in_the_unit(draft, lan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ledger.submit(draft, by=lan)

    assert not Notification.objects.exists()
