"""Several reviewers of one record: blind until all have marked, then the mean or an arbiter."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from assessments.actions import ledger, mark, review
from assessments.models import Cycle, Indicator, LedgerEntry, Mark, Review, ScoreSheet
from tests.factories import CaseOfficerFactory, ClaimFactory, EntryFactory, MembershipFactory, UnitYearFactory
from tests.threads import after_all, at_once
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def waiting(year, school, lan):
    """Lan's entry, handed in, claiming one indicator of four points that asks for two reviewers."""
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)
    ClaimFactory(entry=entry)
    asks_for(2)
    return entry


@pytest.fixture
def third(db):
    return CaseOfficerFactory(username="third")


def asks_for(count):
    Indicator.objects.update(reviewers_needed=count)


def gives(entry, value, **said):
    points = {claim.pk: D(value) for claim in entry.claims.all()}
    return mark.decide(LedgerEntry.objects.get(pk=entry.pk), points, **said)


def now_of(entry):
    return LedgerEntry.objects.get(pk=entry.pk)


# ── one reviewer is enough ───────────────────────────────────────────────────────────────────────


def test_where_one_is_enough_the_record_is_accepted_at_once(waiting, rui):
    asks_for(1)

    decision = gives(waiting, "3", by=rui, note="很好")

    assert decision.is_accepted
    assert now_of(waiting).claims.get().points == 3
    assert not Mark.objects.exists()


def test_what_claims_nothing_has_nothing_to_mark(waiting, rui):
    waiting.claims.all().delete()

    assert gives(waiting, "0", by=rui).is_accepted


# ── several ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("points", ["-1", "4.01", "NaN", "Infinity", "x", []])
@pytest.mark.parametrize("asked", [1, 2])
def test_points_that_are_none_are_refused(waiting, rui, points, asked):
    asks_for(asked)

    with pytest.raises(ValidationError):
        mark.decide(waiting, {waiting.claims.get().pk: points}, by=rui)

    assert now_of(waiting).status == "submitted" and not Mark.objects.exists()


def test_the_first_ones_marks_decide_nothing(waiting, rui):
    decision = gives(waiting, "3", by=rui)

    assert (decision.is_accepted, decision.missing) == (False, 1)
    entry = now_of(waiting)
    assert entry.status == "submitted"
    assert entry.claims.get().points is None
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "settled"),
    [("3", "3", "3"), ("3", "3.5", "3.3"), ("3.1", "3.2", "3.2"), ("4", "4", "4"), ("0", "0.8", "0.4")],
)
def test_close_marks_give_the_mean_rounded_half_up_to_a_tenth(waiting, rui, ou, first, second, settled):
    gives(waiting, first, by=rui, note="材料齐全")

    decision = gives(waiting, second, by=ou, note="注意日期")

    assert decision.is_accepted
    entry = now_of(waiting)
    assert entry.status == "accepted"
    assert entry.claims.get().points == D(settled)
    assert ScoreSheet.objects.get().raw == D(settled)
    assert Review.objects.get().note == "材料齐全\n注意日期"


def test_far_marks_wait_for_one_more_reviewer_whose_points_count(waiting, rui, ou, third):
    gives(waiting, "1", by=rui, note="照片不清")
    disputed = gives(waiting, "4", by=ou, note="很好")

    assert disputed.is_disputed
    assert now_of(waiting).status == "submitted"
    decision = gives(waiting, "2.5", by=third, note="折中")

    assert decision.is_accepted
    assert now_of(waiting).claims.get().points == D("2.5")
    assert Review.objects.get().note == "折中"
    found = Mark.objects.order_by("pk").values_list("by__username", "points", "settles")
    assert list(found) == [("rui", 1, False), ("ou", 4, False), ("third", D("2.5"), True)]


def test_who_may_arbitrate_hears_of_a_dispute_and_nobody_else(
    waiting, lan, rui, ou, third, django_capture_on_commit_callbacks
):
    gives(waiting, "0", by=rui)

    with django_capture_on_commit_callbacks(execute=True):
        gives(waiting, "4", by=ou)

    told = Notification.objects.get()
    assert (told.to, told.verb, told.object_id) == (third, "dispute", waiting.pk)


@pytest.mark.parametrize("count", [1, 5, 20])
def test_telling_who_may_arbitrate_costs_the_same_statements_however_many_they_are(
    waiting, school, rui, ou, count, django_assert_num_queries
):
    Cycle.objects.update(only_assigned=True)
    for person in CaseOfficerFactory.create_batch(count):
        MembershipFactory(
            user=person, role="supervisor", unit=school, began_at=now() - timedelta(9), ended_at=now()
        )
    gives(waiting, "0", by=rui)
    entry = gives(waiting, "4", by=ou).entry
    ContentType.objects.get_for_model(entry)

    with django_assert_num_queries(9):
        mark.tell_arbiters(LedgerEntry.objects.get(pk=entry.pk), by=ou)


def test_whoever_gave_the_last_mark_has_marked_for_whatever_is_asked_next(waiting, rui, ou):
    gives(waiting, "0", by=rui)

    entry = gives(waiting, "4", by=ou).entry

    assert entry.is_marked_by(ou)
    assert not ou.has_perm("assessments.accept_entry", entry)


@pytest.mark.parametrize(("percent", "is_disputed"), [(19, True), (20, False)])
def test_the_year_says_how_far_marks_may_lie_apart(waiting, rui, ou, percent, is_disputed):
    Cycle.objects.update(spread_percent=percent)
    gives(waiting, "3.2", by=rui)

    assert gives(waiting, "4", by=ou).is_disputed is is_disputed


def test_one_claim_in_dispute_is_enough(waiting, year, rui, ou):
    other = year.standard.indicators.items().exclude(method="M").first()
    close, far = waiting.claims.get(), ClaimFactory(entry=waiting, indicator=other)
    mark.decide(waiting, {close.pk: 4, far.pk: 4}, by=rui)

    assert mark.decide(now_of(waiting), {close.pk: 4, far.pk: 0}, by=ou).is_disputed


def test_nobody_marks_twice_and_who_is_in_dispute_does_not_arbitrate(waiting, rui, ou, in_english):
    gives(waiting, "1", by=rui)
    with pytest.raises(ValidationError, match="given your marks already"):
        gives(waiting, "4", by=rui)
    gives(waiting, "4", by=ou)

    with pytest.raises(ValidationError, match="given your marks already"):
        gives(waiting, "4", by=ou)


@pytest.mark.parametrize("value", ["4.5", "-1"])
def test_marks_stay_between_nothing_and_full_marks(waiting, rui, value):
    with pytest.raises(ValidationError):
        gives(waiting, value, by=rui)

    assert not Mark.objects.exists()
    assert not TrailEvent.objects.exists()


def test_every_claim_gets_marks(waiting, rui, in_english):
    with pytest.raises(ValidationError, match="Give points"):
        mark.decide(waiting, {}, by=rui)


def test_a_return_by_any_of_them_returns_at_once_and_the_next_round_begins_anew(waiting, rui, ou, lan):
    gives(waiting, "1", by=rui)
    review.send_back(now_of(waiting), by=ou, note="缺照片")
    again = ledger.submit(now_of(waiting), by=lan)

    assert again.round == 2
    assert again.marker_ids == set()
    assert gives(again, "4", by=rui).missing == 1
    assert gives(again, "4", by=ou).is_accepted
    assert Mark.objects.filter(round=1).count() == 1


def test_a_reopened_record_is_marked_anew(waiting, rui, ou):
    gives(waiting, "1", by=rui)
    gives(waiting, "4", by=ou)
    gives(waiting, "2", by=CaseOfficerFactory())
    review.reopen(now_of(waiting), by=ou, note="复核")

    assert not now_of(waiting).is_disputed
    assert gives(waiting, "4", by=rui).missing == 1


def test_what_one_of_them_saw_in_the_files_was_seen(waiting, rui, ou):
    Indicator.objects.update(recipe={"must_show": ["单位名称", "横幅"]})
    claim = waiting.claims.get()
    gives(waiting, "4", by=rui, shown={claim.pk: ["横幅"]})
    gives(waiting, "4", by=ou, shown={claim.pk: []})

    assert now_of(waiting).claims.get().confirmed == ["横幅"]


def test_what_was_marked_cannot_be_taken_back_by_the_unit(waiting, rui, lan):
    gives(waiting, "1", by=rui)

    with pytest.raises(MoveNotAllowed):
        ledger.withdraw(now_of(waiting), by=lan)


def test_three_reviewers_are_three(waiting, rui, ou, third):
    asks_for(3)

    assert [gives(waiting, "4", by=by).missing for by in (rui, ou, third)] == [2, 1, 0]
    assert now_of(waiting).status == "accepted"


# ── the second reviewer on a sample ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("percent", "asked"), [(0, 1), (100, 2)])
def test_what_is_drawn_goes_to_a_second_reviewer(waiting, percent, asked):
    asks_for(1)
    Cycle.objects.update(second_review_percent=percent)

    assert mark.reviewers_needed(now_of(waiting)) == asked


def test_marks_given_blind_count_whatever_is_set_afterwards(waiting, rui, ou):
    asks_for(1)
    Cycle.objects.update(second_review_percent=100)
    gives(waiting, "3", by=rui)
    Cycle.objects.update(second_review_percent=0)

    assert gives(waiting, "4", by=ou).is_disputed


def test_every_year_has_a_seed_of_its_own(year):
    other = Cycle.objects.create(year=2027, status="draft", standard=year.standard)

    assert year.review_seed != other.review_seed


# ── lists ────────────────────────────────────────────────────────────────────────────────────────


def test_who_has_marked_has_it_no_longer_in_the_queue(waiting, rui, ou):
    gives(waiting, "1", by=rui)

    assert not LedgerEntry.objects.to_decide_by(rui).exists()
    assert LedgerEntry.objects.to_decide_by(ou).get() == waiting
    LedgerEntry.objects.update(round=2)
    assert LedgerEntry.objects.to_decide_by(rui).get() == waiting


# ── two at once ──────────────────────────────────────────────────────────────────────────────────


def test_a_page_opened_before_the_dispute_arbitrates_nothing(waiting, rui, ou, third):
    seen = now_of(waiting).version
    gives(waiting, "1", by=rui, seen=seen)
    gives(waiting, "4", by=ou, seen=seen)

    with pytest.raises(MoveNotAllowed) as refused:
        gives(waiting, "4", by=third, seen=seen)

    assert refused.value.event.verb == "dispute"


def test_who_marks_after_the_decision_is_told_who_decided(waiting, rui, ou, third):
    gives(waiting, "4", by=rui)
    gives(waiting, "4", by=ou)

    with pytest.raises(MoveNotAllowed) as refused:
        gives(waiting, "4", by=third)

    assert (refused.value.event.by, refused.value.event.verb) == (ou, "accept")


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("values", [("4", "4"), ("1", "4")])
def test_two_last_reviewers_at_once_complete_it_once(waiting, rui, ou, third, values):
    """Two are asked for; of three at once two mark, and the third one is told."""
    seen = waiting.version

    outcomes = at_once(
        *[
            lambda by=by, value=value: gives(waiting, value, by=by, seen=seen)
            for by, value in zip((rui, ou, third), (*values, "2"), strict=True)
        ]
    )

    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [MoveNotAllowed]
    assert Mark.objects.count() == 2
    entry = now_of(waiting)
    assert (entry.status == "accepted") is not entry.is_disputed
    assert Review.objects.count() == (entry.status == "accepted")


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_one_reviewer_twice_at_once_marks_once(waiting, rui):
    outcomes = at_once(*[lambda: gives(waiting, "4", by=rui)] * 3)

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 2
    assert Mark.objects.count() == 1


@pytest.mark.fault
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_the_last_two_wait_for_each_other(waiting, rui, ou, monkeypatch):
    monkeypatch.setattr(mark, "lock", lambda record: record)
    monkeypatch.setattr(mark.trail, "record", lambda *args, **kwargs: None)
    monkeypatch.setattr(mark, "complete", after_all(mark.complete, 2))
    # Opened already: else both would write that into the row and wait for each other there.
    LedgerEntry.objects.update(opened_at=now())

    at_once(*[lambda by=by: gives(waiting, "4", by=by) for by in (rui, ou)])

    assert Mark.objects.count() == 2
    assert now_of(waiting).status == "submitted"


# ── the database ─────────────────────────────────────────────────────────────────────────────────


def test_the_database_itself_allows_one_mark_each_and_one_arbiter(waiting, rui, ou, third):
    said = {"claim": waiting.claims.get(), "round": 1, "points": 1}
    Mark.objects.create(**said, by=rui)
    Mark.objects.create(**said, by=ou, settles=True)

    for more in ({"by": rui}, {"by": third, "settles": True}, {"by": third, "points": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mark.objects.create(**said | more)
