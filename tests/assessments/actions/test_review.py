"""Reviewing, one entry at a time and two people at once."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import review
from assessments.models import Indicator, Review, ScoreSheet
from tests.factories import ClaimFactory, EntryFactory, UnitYearFactory
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent


@pytest.fixture
def waiting(year, school, lan):
    """Lan's entry, handed in, claiming one indicator of four points."""
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)
    ClaimFactory(entry=entry)
    return entry


def full_marks(entry):
    return {claim.pk: Decimal(4) for claim in entry.claims.all()}


def test_accept_gives_points_and_the_sheet_follows_at_once(waiting, rui):
    entry = review.accept(waiting, full_marks(waiting), by=rui, note="很好")

    assert entry.status == "accepted"
    assert entry.claims.get().points == 4
    assert ScoreSheet.objects.get().raw == 4
    assert Review.objects.get().note == "很好"


def test_accept_without_points_for_every_claim_changes_nothing(waiting, rui, in_english):
    with pytest.raises(ValidationError, match="Give points"):
        review.accept(waiting, {}, by=rui)

    waiting.refresh_from_db()
    assert waiting.status == "submitted"
    assert not TrailEvent.objects.exists()


@pytest.mark.parametrize("points", [Decimal("-0.5"), Decimal("4.01")])
def test_points_stay_between_nothing_and_full_marks(waiting, rui, points, in_english):
    claim = waiting.claims.get()

    with pytest.raises(ValidationError, match="0 to 4 points"):
        review.accept(waiting, {claim.pk: points}, by=rui)


def test_full_marks_of_ten_are_called_ten(waiting, rui, in_english):
    claim = waiting.claims.get()
    Indicator.objects.filter(pk=claim.indicator_id).update(maximum=10)

    with pytest.raises(ValidationError, match="0 to 10 points"):
        review.accept(waiting, {claim.pk: Decimal("10.5")}, by=rui)


def test_send_back_needs_a_reason(waiting, rui, in_english):
    with pytest.raises(ValidationError, match="what the unit should change"):
        review.send_back(waiting, by=rui, note="  ")


def test_send_back_tells_the_unit_why(waiting, rui, lan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        entry = review.send_back(waiting, by=rui, note="缺签到表")

    assert entry.status == "returned"
    told = Notification.objects.get()
    assert (told.to, told.note) == (lan, "缺签到表")


def test_the_second_decision_is_refused_and_names_the_first(waiting, rui, ou):
    review.accept(waiting, full_marks(waiting), by=rui)

    with pytest.raises(MoveNotAllowed) as refused:
        review.send_back(waiting, by=ou, note="重拍")

    assert refused.value.event.by == rui
    assert refused.value.event.verb == "accept"
    assert Review.objects.count() == 1


def test_a_decision_on_another_version_than_the_one_read_is_refused(waiting, rui):
    with pytest.raises(MoveNotAllowed):
        review.accept(waiting, full_marks(waiting), by=rui, seen=waiting.version + 1)


def test_the_database_itself_allows_one_decision_per_round(waiting, rui):
    Review.objects.create(entry=waiting, round=1, verdict="accepted", by=rui)

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(entry=waiting, round=1, verdict="accepted", by=rui)


def test_reopen_takes_the_points_back_and_asks_for_a_new_decision(waiting, rui, ou):
    accepted = review.accept(waiting, full_marks(waiting), by=rui)

    entry = review.reopen(accepted, by=ou, note="照片与去年相同")

    assert entry.status == "submitted"
    assert entry.claims.get().points is None
    assert ScoreSheet.objects.get().raw == 0
    assert review.accept(entry, full_marks(entry), by=rui).round == 2


def test_reopen_needs_a_reason(waiting, rui, ou, in_english):
    accepted = review.accept(waiting, full_marks(waiting), by=rui)

    with pytest.raises(ValidationError, match="why"):
        review.reopen(accepted, by=ou, note="")


def test_only_the_first_opening_counts(waiting):
    assert review.open_entry(waiting) is True
    assert review.open_entry(waiting) is False
