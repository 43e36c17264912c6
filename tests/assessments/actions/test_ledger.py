"""The ledger as a unit writes it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions import ledger
from assessments.models import LedgerEntry, Stage
from civportal.lib import clock
from tests.factories import (
    ClaimFactory,
    CycleFactory,
    EntryFactory,
    IndicatorFactory,
    LiaisonFactory,
    ReviewFactory,
)
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent

CONTENT = {"title": "清扫老街", "held_on": date(2026, 3, 5), "place": "老街", "text": "三十人参加。"}


@pytest.fixture
def dan(school):
    """Dan, Lan's colleague: they write for one unit."""
    return LiaisonFactory(username="dan", name="单丹", memberships__unit=school)


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

    entry = ledger.edit(draft, {**CONTENT, "indicators": {indicator.pk}}, by=lan).entry

    event = TrailEvent.objects.about(entry).last()
    assert event.verb == "edit"
    assert event.changes["place"] == ["会议室", "老街"]
    assert event.changes["indicators"] == [["A1"], [indicator.code]]
    assert entry.version == draft.version + 1


def test_edit_that_changes_nothing_leaves_no_line(draft, lan):
    same = {name: getattr(draft, name) for name in CONTENT}

    saved = ledger.edit(draft, {**same, "indicators": {draft.claims.get().indicator_id}}, by=lan)

    assert not TrailEvent.objects.exists()
    assert saved.entry.version == draft.version


def test_two_people_at_different_fields_lose_nothing(draft, lan, dan):
    opened_by_dan = LedgerEntry.objects.get(pk=draft.pk)
    ledger.edit(draft, {"place": "老街", "text": draft.text}, by=lan)

    saved = ledger.edit(opened_by_dan, {"place": opened_by_dan.place, "text": "三十人参加。"}, by=dan)

    assert (saved.entry.place, saved.entry.text) == ("老街", "三十人参加。")
    assert not saved.clashes


def test_two_people_at_one_field_keep_the_first_and_tell_the_second(draft, lan, dan):
    opened_by_dan = LedgerEntry.objects.get(pk=draft.pk)
    ledger.edit(draft, {"place": "老街"}, by=lan)

    saved = ledger.edit(opened_by_dan, {"place": "新街", "text": "三十人参加。"}, by=dan)

    assert saved.clashes == {"place": "老街"}
    assert (saved.entry.place, saved.entry.text) == ("老街", "三十人参加。")


def test_saving_again_with_the_other_ones_words_seen_replaces_them(draft, lan, dan):
    ledger.edit(draft, {"place": "老街"}, by=lan)

    saved = ledger.edit(draft, {"place": "新街"}, seen={"place": "老街"}, by=dan)

    assert saved.entry.place == "新街" and not saved.clashes


def test_ticks_of_two_people_are_joined(draft, lan, dan):
    old = draft.claims.get().indicator
    a, b = IndicatorFactory.create_batch(2, standard=draft.cycle.standard, parent=old.parent)
    opened = {old.pk}
    ledger.edit(draft, {"indicators": {old.pk, a.pk}}, seen={"indicators": opened}, by=lan)

    saved = ledger.edit(draft, {"indicators": {b.pk}}, seen={"indicators": opened}, by=dan)

    assert set(saved.entry.claims.values_list("indicator", flat=True)) == {a.pk, b.pk}


@given(
    words=st.lists(st.sampled_from("甲乙丙"), min_size=3, max_size=3),
    ticks=st.lists(st.frozensets(st.integers(1, 4)), min_size=3, max_size=3),
)
def test_a_merge_never_loses_a_word_silently(words, ticks):
    (there, read, typed), (on, shown, ticked) = words, map(set, ticks)

    wanted, clashes = ledger.merged(
        {"place": there, "indicators": on}, {"place": read, "indicators": shown},
        {"place": typed, "indicators": ticked},
    )  # fmt: skip

    stands = wanted.get("place", there)
    assert stands == (there if typed == read else typed) or clashes["place"] == there
    assert wanted["indicators"] >= ticked - shown, "what this person ticked is ticked"
    assert not wanted["indicators"] & (shown - ticked), "what this person took off is off"
    assert wanted["indicators"] >= on - shown, "what the other one ticked meanwhile stays"


# ── a sitting: saved while one writes, one line of history ───────────────────────────────────────


def typed(entry, by, **values):
    return ledger.edit(entry, values, by=by, goes_on=True).entry


def test_a_sitting_leaves_one_line_from_its_first_word_to_its_last(draft, lan):
    for text in ("三", "三十", "三十人参加。"):
        draft = typed(draft, lan, text=text)

    ledger.submit(draft, by=lan)

    edited, handed_in = TrailEvent.objects.about(draft)
    assert (edited.verb, edited.by, edited.changes["text"][1]) == ("edit", lan, "三十人参加。")
    assert handed_in.verb == "submit"


def test_when_somebody_else_begins_the_sitting_before_ends_in_the_writers_name(draft, lan, dan):
    draft = typed(draft, lan, place="老街")

    ledger.edit(draft, {"text": "三十人参加。"}, by=dan)

    first, second = TrailEvent.objects.about(draft)
    assert (first.by, list(first.changes)) == (lan, ["place"])
    assert (second.by, list(second.changes)) == (dan, ["text"])


def test_a_sitting_that_comes_to_nothing_leaves_no_line(draft, lan):
    was = draft.place
    draft = typed(draft, lan, place="老街")
    draft = typed(draft, lan, place=was)

    ledger.submit(draft, by=lan)

    assert verbs(draft) == ["submit"]


def test_asking_what_stands_there_changes_nothing(draft, lan):
    saved = ledger.edit(draft, {}, by=lan, goes_on=True)

    assert (saved.met, saved.entry.updated_at) == (draft.version, draft.updated_at)


def test_edit_of_a_submitted_entry_is_refused(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)

    with pytest.raises(MoveNotAllowed):
        ledger.edit(entry, CONTENT, by=lan)


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
        ({"held_on": date(2026, 3, 5), "held_until": date(2026, 3, 4)}, "ended before"),
        ({"held_on": date(2026, 3, 5), "recorded_on": date(2026, 3, 4)}, "written down before"),
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


def test_delete_puts_a_draft_into_the_bin_and_it_can_be_fetched_back(draft, lan):
    ledger.delete(draft, by=lan)
    assert not LedgerEntry.objects.filter(pk=draft.pk).exists()
    assert list(LedgerEntry.every.thrown_away_by(lan)) == [draft]

    ledger.restore(draft, by=lan)

    assert LedgerEntry.objects.get(pk=draft.pk).claims.exists()
    assert verbs(draft) == ["delete", "restore"]


def test_a_draft_is_gone_after_a_month_in_the_bin_and_its_history_stays(draft, lan):
    number = draft.pk
    ledger.delete(draft, by=lan)

    with clock.at(clock.now() + timedelta(days=31)):
        ledger.empty_bins()

    assert not LedgerEntry.every.filter(pk=number).exists()
    assert TrailEvent.objects.get(verb="delete").object_id == number


def test_delete_of_what_the_office_has_seen_is_refused(draft, lan):
    entry = ledger.withdraw(ledger.submit(draft, by=lan), by=lan)

    with pytest.raises(MoveNotAllowed):
        ledger.delete(entry, by=lan)


# ── as in an earlier year ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def earlier(school, lan):
    """A record of the year before, of an indicator that this year's standard has, too."""
    cycle = CycleFactory(year=2025, status="closed")
    entry = EntryFactory(cycle=cycle, unit=school, created_by=lan, accepted=True, text="去年三十人。")
    ClaimFactory(entry=entry)
    return entry


def test_a_record_begins_as_one_of_an_earlier_year_with_new_dates(earlier, year, lan):
    entry = ledger.write_like(earlier, cycle=year, by=lan)

    assert (entry.text, entry.based_on, entry.held_on) == ("去年三十人。", earlier, None)
    assert [claim.indicator.standard for claim in entry.claims.all()] == [year.standard]
    assert ledger.write_like(earlier, cycle=year, by=lan) == entry, "a second click goes on with it"


def test_what_is_done_again_says_what_is_different(earlier, year, lan):
    entry = ledger.write_like(earlier, cycle=year, by=lan)
    entry = ledger.edit(entry, {"held_on": date(2026, 3, 5)}, by=lan).entry

    assert [field for field, _sentence in ledger.gaps(entry)] == ["news"]
    entry = ledger.edit(entry, {"news": "多了两个村。"}, by=lan).entry
    assert ledger.submit(entry, by=lan).status == "submitted"


def test_handing_in_tells_nobody_in_the_unit(draft, lan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ledger.submit(draft, by=lan)

    assert not Notification.objects.exists()


# the place in the queue


def at(day, hour):
    return datetime(2026, 6, day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_of_one_day_a_units_first_record_stands_before_anothers_second():
    places = [
        ledger.place_in_line(at(1, 9), 0),
        ledger.place_in_line(at(1, 17), 0),
        ledger.place_in_line(at(1, 9), 1),
        ledger.place_in_line(at(1, 23), 1_000_000),
        ledger.place_in_line(at(2, 0), 0),
    ]

    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_a_record_stands_in_line_by_how_much_of_its_unit_came_in_before(draft, lan, year, school):
    EntryFactory(cycle=year, unit=school, accepted=True)
    EntryFactory(cycle=year, unit=school)
    EntryFactory(cycle=year, accepted=True)

    with clock.at(clock.now()):
        entry = ledger.submit(draft, by=lan)

    assert entry.in_line_at == ledger.place_in_line(entry.submitted_at, 1)
