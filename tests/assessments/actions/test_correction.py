"""A return pins what is to be changed; only that opens, and the re-review begins with the difference."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import correction, difference, evidence, ledger, reason, review
from assessments.actions.review import Asked
from assessments.models import Indicator, LedgerEntry, ReturnReason, Stage
from civportal.lib.clock import now, today
from tests.factories import (
    ClaimFactory,
    EntryFactory,
    EvidenceFactory,
    ReleaseFactory,
    UnitYearFactory,
    files,
)
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent


@pytest.fixture
def entry(year, school, lan):
    """Lan's record with two photos, handed in the ordinary way."""
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, text="三十人参加，清运垃圾四车。")
    ClaimFactory(entry=entry)
    for position in range(2):
        EvidenceFactory(entry=entry, position=position)
    return ledger.submit(entry, by=lan)


def returned(entry, rui, *points, **more):
    return LedgerEntry.objects.get(pk=review.send_back(entry, by=rui, points=points, **more).pk)


def close_the_window(year):
    yesterday = today() - timedelta(days=1)
    Stage.objects.filter(cycle=year).update(opens_on=yesterday, due_on=yesterday, closes_on=yesterday)


def again(entry, lan):
    return LedgerEntry.objects.get(pk=ledger.submit(entry, by=lan).pk)


def test_only_the_pinned_field_opens(entry, lan, rui):
    entry = returned(entry, rui, Asked(field="held_on", note="与签到表不符"))

    ledger.edit(entry, {"held_on": today() - timedelta(days=3)}, by=lan)
    with pytest.raises(MoveNotAllowed):
        ledger.edit(entry, {"text": "换一段话。"}, by=lan)

    entry.refresh_from_db()
    assert entry.held_on == today() - timedelta(days=3)
    assert entry.text == "三十人参加，清运垃圾四车。"


def test_saying_again_what_is_frozen_changes_nothing_and_is_no_offence(entry, lan, rui):
    entry = returned(entry, rui, Asked(field="place", note="写全称"))

    ledger.edit(entry, {"place": "云泽县老街", "text": entry.text}, by=lan)

    entry.refresh_from_db()
    assert entry.place == "云泽县老街"


def test_only_the_pinned_photo_can_be_replaced(entry, lan, rui):
    blurred, fine = entry.files.all()
    entry = returned(entry, rui, Asked(file_id=blurred.pk, note="看不清"))

    new = evidence.add(entry, files.upload("重拍.jpg", files.jpg(777)), by=lan, replaces=blurred)
    for act in (evidence.remove, lambda file, by: evidence.describe(file, "改", by=by)):
        with pytest.raises(MoveNotAllowed):
            act(fine, by=lan)
    # What came in during the correction is still the unit's own.
    evidence.describe(new, "签到处", by=lan)

    assert [file.pk for file in entry.files.all()] == [new.pk, fine.pk]


def test_a_pinned_photo_takes_another_one_only_in_its_place(entry, lan, rui):
    blurred, _fine = entry.files.all()
    entry = returned(entry, rui, Asked(file_id=blurred.pk, note="看不清"))

    with pytest.raises(MoveNotAllowed):
        evidence.add(entry, files.upload("无关.jpg", files.jpg(778)), by=lan)
    evidence.remove(blurred, by=lan)
    evidence.add(entry, files.upload("重拍.jpg", files.jpg(779)), by=lan)
    with pytest.raises(MoveNotAllowed):
        evidence.add(entry, files.upload("再一张.jpg", files.jpg(780)), by=lan)

    assert entry.files.count() == 2


def test_a_pinned_field_takes_no_files(entry, lan, rui):
    entry = returned(entry, rui, Asked(field="text", note="写具体"))

    with pytest.raises(MoveNotAllowed):
        evidence.add(entry, files.upload("补充.jpg", files.jpg(778)), by=lan)

    assert entry.files.count() == 2


@pytest.mark.parametrize("field", ["files", "indicator"])
def test_wanted_files_and_a_pinned_indicator_take_files(entry, lan, rui, field):
    claimed = entry.claims.get().indicator_id
    pin = (
        Asked(field="files", note="缺签到表") if field == "files" else Asked(indicator_id=claimed, note="缺")
    )
    entry = returned(entry, rui, pin)

    evidence.add(entry, files.upload("签到表.jpg", files.jpg(779)), by=lan)

    assert entry.files.count() == 3


def test_only_the_pinned_indicator_can_be_given_up(entry, lan, rui):
    first = entry.claims.get().indicator
    other = Indicator.objects.filter(standard=entry.cycle.standard, method=first.method).exclude(pk=first.pk)
    second = other.first() or Indicator.objects.create(
        standard=first.standard,
        parent=first.parent,
        code="A9",
        name="志愿服务",
        method=first.method,
        maximum=4,
    )
    ClaimFactory(entry=entry, indicator=second)
    entry = returned(entry, rui, Asked(indicator_id=first.pk, note="与指标不对应"))

    with pytest.raises(MoveNotAllowed):
        ledger.edit(entry, {"indicators": {first.pk}}, by=lan)
    ledger.edit(entry, {"indicators": {second.pk}}, by=lan)

    assert [claim.indicator for claim in entry.claims.all()] == [second]


def test_a_return_without_a_place_opens_the_whole_record(entry, lan, rui):
    entry = returned(entry, rui, note="请重写")

    ledger.edit(entry, {"text": "新的一段话。"}, by=lan)

    assert correction.of(entry) == correction.OPEN


def test_taking_a_correction_back_opens_no_more_than_the_return_did(entry, lan, rui):
    entry = again(returned(entry, rui, Asked(field="place", note="写全称")), lan)

    entry = ledger.withdraw(entry, by=lan)

    with pytest.raises(MoveNotAllowed):
        ledger.edit(entry, {"text": "换一段话。"}, by=lan)


def test_the_words_of_the_points_reach_the_unit_and_the_history(entry, rui):
    usual = ReturnReason.objects.create(title="缺签到表", text="请补传签到表。")

    returned(entry, rui, Asked(field="files", reason=usual, note="6月1日的"), note="其他都好")

    told = entry.reviews.get().note
    assert told.splitlines()[0] == "其他都好"
    assert "请补传签到表。 6月1日的" in told
    assert TrailEvent.objects.about(entry).last().note == told
    assert ReturnReason.objects.with_use().get().use_count == 1


@pytest.mark.parametrize("pin", ["field", "indicator_id", "file_id", "empty"])
def test_a_place_that_is_not_in_the_record_is_refused_and_nothing_is_decided(entry, rui, pin):
    foreign = {
        "field": "status",
        "indicator_id": Indicator.objects.exclude(pk=entry.claims.get().indicator_id).first().pk,
        "file_id": EvidenceFactory().pk,
    }
    point = Asked(**{pin: foreign[pin]}, note="改") if pin != "empty" else Asked(field="text")

    with pytest.raises(ValidationError):
        review.send_back(entry, by=rui, points=[point])

    entry.refresh_from_db()
    assert (entry.status, entry.reviews.count()) == ("submitted", 0)


# its own day, and how often


def test_a_correction_is_taken_until_its_day_though_the_window_has_closed(entry, year, lan, rui):
    entry = returned(entry, rui, note="改日期", due_on=today() + timedelta(days=2))
    close_the_window(year)

    entry = again(LedgerEntry.objects.get(pk=entry.pk), lan)

    assert (entry.status, entry.round) == ("submitted", 2)


def test_without_a_day_of_its_own_the_closed_window_counts(entry, year, lan, rui):
    entry = returned(entry, rui, note="改日期")
    LedgerEntry.objects.update(correct_by=today() - timedelta(days=1))
    close_the_window(year)

    with pytest.raises(ValidationError):
        ledger.submit(LedgerEntry.objects.get(pk=entry.pk), by=lan)


def test_a_day_that_has_passed_is_refused(entry, rui):
    with pytest.raises(ValidationError):
        review.send_back(entry, by=rui, note="改", due_on=today() - timedelta(days=1))


def test_a_record_comes_back_only_as_often_as_the_year_allows(entry, year, lan, rui, in_english):
    year.corrections_allowed = 1
    year.save()
    entry = again(returned(entry, rui, note="第一次"), lan)

    with pytest.raises(ValidationError, match="as often as the year allows"):
        review.send_back(entry, by=rui, note="第二次")

    assert LedgerEntry.objects.get().status == "submitted"


# what is different now


def test_the_difference_names_fields_clauses_and_files(entry, lan, rui):
    blurred, gone = entry.files.all()
    points = [
        Asked(field="text", note="写具体"),
        Asked(file_id=blurred.pk, note="看不清"),
        Asked(field="place", note="写全称"),
        Asked(file_id=gone.pk, note="重复"),
    ]
    entry = returned(entry, rui, *points)
    ledger.edit(entry, {"text": "四十人参加，清运垃圾四车。"}, by=lan)
    new = evidence.add(entry, files.upload("重拍.jpg", files.jpg(777)), by=lan, replaces=blurred)
    evidence.remove(gone, by=lan)
    extra = evidence.add(entry, files.upload("另一张.jpg", files.jpg(778)), by=lan)

    found = difference.of(again(LedgerEntry.objects.get(pk=entry.pk), lan))

    text = next(change for change in found.changes if change.name == "text")
    assert text.parts == (("struck", "三十人参加，"), ("added", "四十人参加，"), ("kept", "清运垃圾四车。"))
    assert [(change.kind, change.file.pk) for change in found.files] == [
        ("replaced", new.pk), ("removed", gone.pk), ("added", extra.pk),
    ]  # fmt: skip
    assert [answer.is_touched for answer in found.points] == [True, True, False, True]


def test_what_was_never_returned_has_no_difference(entry):
    assert difference.of(entry) is None


def test_handing_in_unchanged_is_shown_as_such(entry, lan, rui):
    entry = again(returned(entry, rui, Asked(field="text", note="写具体")), lan)

    found = difference.of(entry)

    assert (found.changes, found.files) == ([], [])
    assert not found.points[0].is_touched


# taking a decision back


def full_marks(entry):
    return {claim.pk: 4 for claim in entry.claims.all()}


def test_an_acceptance_is_undone_as_if_it_had_not_been(entry, rui):
    review.accept(entry, full_marks(entry), by=rui)

    entry = review.undo(entry, by=rui)

    assert (entry.status, entry.round, entry.reviews.count()) == ("submitted", 1, 0)
    assert entry.claims.get().points is None
    assert [event.verb for event in TrailEvent.objects.about(entry)][-2:] == ["accept", "undo"]


def test_a_return_is_undone_and_does_not_count(entry, rui):
    returned(entry, rui, Asked(field="text", note="写具体"))

    entry = review.undo(entry, by=rui)

    assert (entry.status, entry.returned_count, entry.correct_by) == ("submitted", 0, None)


def test_a_return_stands_once_the_unit_has_begun(entry, lan, rui, in_english):
    entry = returned(entry, rui, note="重写")
    ledger.edit(entry, {"text": "新的一段话。"}, by=lan)

    with pytest.raises(ValidationError, match="begun to correct"):
        review.undo(entry, by=rui)

    assert LedgerEntry.objects.get().status == "returned"


def test_a_decision_stands_once_a_ranking_was_published(entry, year, rui, in_english):
    review.accept(entry, full_marks(entry), by=rui)
    ReleaseFactory(cycle=year)

    with pytest.raises(ValidationError, match="published"):
        review.undo(entry, by=rui)


def test_a_withdrawn_ranking_holds_nothing_up(entry, year, rui):
    review.accept(entry, full_marks(entry), by=rui)
    ReleaseFactory(cycle=year, status="withdrawn", withdrawn_at=now(), withdrawn_note="录入有误")

    assert review.undo(entry, by=rui).status == "submitted"


def test_what_nobody_decided_cannot_be_undone(entry, rui):
    with pytest.raises(MoveNotAllowed):
        review.undo(entry, by=rui)


# the library


def test_the_usual_reasons_are_added_once(rui):
    first = reason.add_usual(by=rui)

    assert first == ReturnReason.objects.count() > 5
    assert reason.add_usual(by=rui) == 0


def test_the_reasons_a_kind_comes_back_for_are_counted_by_kind(entry, rui):
    usual = ReturnReason.objects.create(title="缺签到表", text="请补传签到表。")
    ReturnReason.objects.create(title="日期不符", text="请核对日期。")
    returned(entry, rui, Asked(reason=usual))

    assert [one.title for one in ReturnReason.objects.frequent("activity")] == ["缺签到表"]
    assert not ReturnReason.objects.frequent("meeting")
