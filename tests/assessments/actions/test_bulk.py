"""Many entries at once: each by its own door, undone in one step."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import assignment, bulk, ledger, review
from assessments.actions.assignment import Deal
from assessments.models import Assignment, BulkDecision, BulkLine, LedgerEntry, ReturnReason
from civportal.lib.clock import today
from tests.factories import ClaimFactory, EntryFactory, ReleaseFactory, UnitYearFactory
from units.models import Notification, TrailEvent


@pytest.fixture
def waiting(year, school, lan):
    UnitYearFactory(cycle=year, unit=school)
    entries = EntryFactory.create_batch(3, cycle=year, unit=school, created_by=lan, submitted=True)
    for entry in entries:
        ClaimFactory(entry=entry)
    return entries


def seen(entries):
    return [(entry, entry.version) for entry in entries]


def states():
    return list(LedgerEntry.objects.order_by("pk").values_list("status", flat=True))


@pytest.mark.parametrize(("share", "points"), [(1, Decimal(4)), (0, Decimal(0))])
def test_all_are_accepted_each_with_its_own_decision(waiting, rui, share, points):
    done, skipped = bulk.accept(seen(waiting), share=share, by=rui)

    assert states() == ["accepted"] * 3
    assert {claim.points for entry in waiting for claim in entry.claims.all()} == {points}
    assert [line.review.by for line in done.lines.all()] == [rui] * 3
    assert not skipped


def test_what_changed_since_the_page_was_shown_is_left_out_and_named(waiting, rui, ou):
    chosen = seen(waiting)
    review.send_back(waiting[1], by=ou, note="缺签到表")

    done, skipped = bulk.accept(chosen, share=1, by=rui)

    assert states() == ["accepted", "returned", "accepted"]
    assert [one.entry for one in skipped] == [waiting[1]]
    assert skipped[0].reason
    assert done.lines.count() == 2


def test_one_reason_goes_to_all_and_is_counted(waiting, rui):
    usual = ReturnReason.objects.create(title="缺签到表", text="请补传签到表。")

    bulk.send_back(seen(waiting), reason=usual, note="本周五前", by=rui, due_on=today() + timedelta(days=3))

    assert {entry.last_review.note for entry in LedgerEntry.objects.all()} == {"请补传签到表。 本周五前"}
    assert {entry.correct_by for entry in LedgerEntry.objects.all()} == {today() + timedelta(days=3)}
    assert ReturnReason.objects.with_use().get().use_count == 3


@pytest.mark.parametrize("kind", ["accept", "send_back"])
def test_all_of_it_is_undone_in_one_step(waiting, rui, kind):
    more = {"share": 1} if kind == "accept" else {"note": "重拍"}
    done, _none = getattr(bulk, kind)(seen(waiting), by=rui, **more)

    skipped = bulk.undo(done, by=rui)

    assert (states(), skipped) == (["submitted"] * 3, [])
    assert not LedgerEntry.objects.filter(reviews__isnull=False)
    # Again does nothing.
    before = TrailEvent.objects.count()
    assert bulk.undo(done, by=rui) == []
    assert TrailEvent.objects.count() == before


def test_undoing_leaves_what_a_unit_built_on(waiting, lan, rui):
    done, _none = bulk.send_back(seen(waiting), note="写具体", by=rui)
    ledger.edit(LedgerEntry.objects.get(pk=waiting[0].pk), {"text": "新的一段。"}, by=lan)

    skipped = bulk.undo(done, by=rui)

    assert states() == ["returned", "submitted", "submitted"]
    assert [one.entry for one in skipped] == [waiting[0]]


def test_undoing_touches_no_later_decision(waiting, rui, ou):
    done, _none = bulk.accept(seen(waiting), share=1, by=rui)
    review.undo(waiting[0], by=rui)
    review.accept(waiting[0], {claim.pk: 2 for claim in waiting[0].claims.all()}, by=ou)

    skipped = bulk.undo(done, by=rui)

    assert states() == ["accepted", "submitted", "submitted"]
    assert len(skipped) == 1
    assert waiting[0].claims.get().points == 2


def test_nothing_is_undone_after_a_ranking(waiting, year, rui):
    done, _none = bulk.accept(seen(waiting), share=1, by=rui)
    ReleaseFactory(cycle=year)

    assert len(bulk.undo(done, by=rui)) == 3
    assert states() == ["accepted"] * 3


def test_more_time_is_given_with_a_reason_and_taken_back(waiting, rui):
    first, later = today() + timedelta(days=2), today() + timedelta(days=9)
    for entry in waiting[:2]:
        review.send_back(entry, by=rui, note="改", due_on=first)
    entries = list(LedgerEntry.objects.order_by("pk"))

    done, skipped = bulk.extend(seen(entries), until=later, note="停电", by=rui)

    assert [entry.correct_by for entry in LedgerEntry.objects.order_by("pk")] == [later, later, None]
    assert [one.entry for one in skipped] == [entries[2]]
    assert TrailEvent.objects.about(entries[0]).last().note == "停电"

    review.undo(entries[1], by=rui)
    bulk.undo(done, by=rui)
    assert LedgerEntry.objects.get(pk=entries[0].pk).correct_by == first


def test_no_time_is_given_that_has_passed(waiting, rui):
    with pytest.raises(ValidationError):
        bulk.extend(seen(waiting), until=today() - timedelta(days=1), note="停电", by=rui)

    assert not BulkLine.objects.exists()


def test_records_are_given_to_one_reviewer_who_is_told_once(waiting, rui, ou, in_english):
    done, skipped = bulk.assign(seen(waiting), Deal(rui, 10), by=ou)

    assert {one.entry for one in Assignment.objects.all()} == set(waiting)
    assert (done.note, done.lines.count(), skipped) == (str(rui), 3, [])
    assert [(one.to, one.title) for one in Notification.objects.all()] == [(rui, "3 records")]


def test_what_was_decided_since_or_is_over_the_limit_is_left_out_and_named(waiting, rui, ou):
    chosen = seen(waiting)
    review.send_back(waiting[0], by=rui, note="改")

    done, skipped = bulk.assign(chosen, Deal(rui, 1), by=ou)

    assert [line.entry for line in done.lines.all()] == [waiting[1]]
    assert [one.entry for one in skipped] == [waiting[0], waiting[2]]
    assert all(one.reason for one in skipped)


def test_assigning_is_undone_where_it_still_stands(waiting, rui, ou):
    done, _none = bulk.assign(seen(waiting), Deal(rui, 10), by=ou)
    assignment.remove(Assignment.objects.get(entry=waiting[0]), by=ou)

    skipped = bulk.undo(done, by=ou)

    assert not Assignment.objects.exists()
    assert [one.entry for one in skipped] == [waiting[0]]
    assert TrailEvent.objects.filter(verb="take_back").count() == 3


def test_who_loses_records_by_undoing_is_told_how_many(waiting, rui, ou, in_english):
    done, _none = bulk.assign(seen(waiting), Deal(rui, 10), by=ou)
    assignment.remove(Assignment.objects.get(entry=waiting[0]), by=ou)

    bulk.undo(done, by=ou)
    bulk.undo(done, by=ou)

    told = Notification.objects.get(verb="take_back")
    assert (told.to, told.title, str(told.verb_label)) == (rui, "2 records", "no longer assigned to you")


def test_nobody_assigned_tells_nobody(waiting, rui, ou):
    done, _skipped = bulk.assign(seen(waiting[:0]), Deal(rui, 10), by=ou)

    assert not done.lines.exists()
    assert not Notification.objects.exists()


# what still stands, told for a list and acted upon one by one


def standing(done):
    (listed,) = bulk.with_standing(BulkDecision.objects.filter(pk=done.pk))
    return listed.line_count, listed.standing_count


def returned(waiting, rui):
    return bulk.send_back(seen(waiting), note="写具体", by=rui)[0]


def extended(waiting, rui):
    for entry in waiting:
        review.send_back(entry, by=rui, note="改")
    entries = LedgerEntry.objects.order_by("pk")
    return bulk.extend(seen(entries), until=today() + timedelta(days=9), note="停电", by=rui)[0]


DONE = {
    "accept": lambda waiting, rui: bulk.accept(seen(waiting), share=1, by=rui)[0],
    "send_back": returned,
    "extend": extended,
    "assign": lambda waiting, rui: bulk.assign(seen(waiting), Deal(rui, 10), by=rui)[0],
}


def built_on(waiting, lan, rui, year):
    """What makes one of three decisions stand, for each kind."""
    return {
        "accept": lambda: review.undo(waiting[0], by=rui),
        "send_back": lambda: ledger.edit(
            LedgerEntry.objects.get(pk=waiting[0].pk), {"text": "新的一段。"}, by=lan
        ),
        "extend": lambda: review.undo(waiting[0], by=rui),
        "assign": lambda: assignment.remove(Assignment.objects.get(entry=waiting[0]), by=rui),
    }


@pytest.mark.parametrize("kind", DONE)
def test_the_list_counts_what_undoing_would_put_back(waiting, year, lan, rui, kind):
    done = DONE[kind](waiting, rui)
    at_first = standing(done)

    built_on(waiting, lan, rui, year)[kind]()
    then = standing(done)
    skipped = bulk.undo(done, by=rui)

    assert (at_first, then) == ((3, 3), (3, 2))
    assert [one.entry for one in skipped] == [waiting[0]]
    assert standing(done) == (3, 0)


def test_after_a_ranking_the_list_says_that_decisions_stand(waiting, year, rui):
    done = DONE["accept"](waiting, rui)
    ReleaseFactory(cycle=year)

    assert standing(done) == (3, 0)


@pytest.mark.parametrize(
    ("undone", "count", "said"),
    [
        (None, 3, "can be undone"),
        (None, 2, "can be undone for 2 of them"),
        (None, 0, "stands: it was built on, or published, since"),
        (today(), 0, "undone"),
    ],
)
def test_the_state_is_said_in_words(in_english, undone, count, said):
    assert bulk.state_of(undone, 3, count) == said
