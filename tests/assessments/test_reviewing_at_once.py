"""Two people at one entry, many times over: one decision, the other is told, nothing unseen gets through."""

from decimal import Decimal
from threading import Event

import pytest
from django.db import connection

from assessments.actions import ledger, mark, review, review_draft
from assessments.models import Claim, LedgerEntry, Review, ReviewDraft
from tests.factories import EntryFactory, UnitFactory, UnitYearFactory
from tests.threads import side_by_side
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

SEEN, UNSEEN = "审核人看到的正文。", "审核人没有看到的正文。"


@pytest.fixture
def waiting(year, lan):
    """Makes so many waiting entries of a few units; on SQLite, where writers queue, a few will do."""
    units = [UnitYearFactory(cycle=year, unit=UnitFactory()).unit for _ in range(5)]

    def make(count):
        count = count if connection.vendor == "postgresql" else 12
        entries = [
            EntryFactory(cycle=year, unit=units[n % 5], created_by=lan, submitted=True, text=SEEN)
            for n in range(count)
        ]
        indicator = year.standard.indicators.proved_by_ledger().first()
        Claim.objects.bulk_create(Claim(entry=entry, indicator=indicator) for entry in entries)
        return entries

    return make


def accepted(entry, by, **said):
    """As the page does it: with the version that stands on the screen."""
    points = {claim.pk: Decimal(4) for claim in entry.claims.all()}
    mark.decide(entry, points, by=by, **{"seen": entry.version} | said)


def outcome(act):
    """What became of an act: done, or told who was first."""
    try:
        act()
    except MoveNotAllowed as refused:
        return refused.event.by if refused.event else "nobody"
    return "done"


def test_of_two_reviewers_one_decides_and_the_other_is_told(waiting, rui, ou):
    entries = waiting(500)
    by_rui = [lambda entry=entry: outcome(lambda: accepted(entry, rui)) for entry in entries]
    by_ou = [
        lambda entry=entry: outcome(lambda: review.send_back(entry, by=ou, note="重拍", seen=entry.version))
        for entry in entries
    ]

    met = side_by_side(by_rui, by_ou)

    assert all(pair in [("done", rui), (ou, "done")] for pair in met)
    assert Review.objects.count() == len(entries)
    assert TrailEvent.objects.filter(verb__in=["accept", "send_back"]).count() == len(entries)


def rewrite(entry, lan):
    """Lan takes it back, writes something else and hands it in again."""
    mine = LedgerEntry.objects.get(pk=entry.pk)
    ledger.withdraw(mine, by=lan)
    ledger.edit(LedgerEntry.objects.get(pk=entry.pk), {"text": UNSEEN, "place": "老街"}, by=lan)
    ledger.submit(LedgerEntry.objects.get(pk=entry.pk), by=lan)


def meet(entries, rui, lan, **said):
    """Rui decides on what stood on the screen while Lan rewrites it: on every other one at the same
    moment, on the rest when it has just been handed in again. What became of each pair."""
    rewritten = [Event() for _ in entries]

    def decides(number):
        if number % 2:
            rewritten[number].wait(30)
        accepted(entries[number], rui, **said)

    def rewrites(number):
        try:
            rewrite(entries[number], lan)
        finally:
            rewritten[number].set()

    numbers = range(len(entries))
    return side_by_side(
        [lambda number=number: outcome(lambda: decides(number)) for number in numbers],
        [lambda number=number: outcome(lambda: rewrites(number)) for number in numbers],
    )


def accepted_unseen():
    return LedgerEntry.objects.filter(status="accepted", text=UNSEEN).count()


def test_what_is_rewritten_during_approval_is_never_accepted_unseen(waiting, rui, lan):
    entries = waiting(100)

    met = meet(entries, rui, lan)

    assert accepted_unseen() == 0
    decided = LedgerEntry.objects.filter(status="accepted").count()
    assert decided == sum(rui_got == "done" for rui_got, _lan_got in met)
    assert all("done" in pair for pair in met)
    # Of those handed in again first, Rui decides none and is told whose it was.
    assert {rui_got for rui_got, _lan_got in met[1::2]} == {lan}


def test_control_a_screen_that_is_not_asked_accepts_unseen_words(waiting, rui, lan):
    entries = waiting(8)[:8]

    meet(entries, rui, lan, seen=None)

    assert accepted_unseen() >= len(entries) // 2


def test_many_keep_at_once_and_nothing_is_kept_behind_a_decision(waiting, rui, ou):
    entries = waiting(60)

    def in_hand(entry, by):
        claim = entry.claims.get()
        return lambda: outcome(lambda: review_draft.keep(entry, {claim.pk: Decimal(1)}, by=by))

    twice = side_by_side(
        [in_hand(entry, rui) for entry in entries], [in_hand(entry, rui) for entry in entries]
    )
    met = side_by_side(
        [in_hand(entry, rui) for entry in entries],
        [lambda entry=entry: outcome(lambda: accepted(entry, ou)) for entry in entries],
    )

    assert set(twice) == {("done", "done")}
    assert all(one in ("done", ou) and other == "done" for one, other in met)
    assert not ReviewDraft.objects.exists()
