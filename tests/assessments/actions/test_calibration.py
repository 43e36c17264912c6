"""A sample that several reviewers mark alone: drawn, marked blind, compared, and a line agreed on."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from assessments.actions import calibration, calibration_sample, calibration_standing, score
from assessments.models import (
    CalibrationItem,
    CalibrationMark,
    CalibrationRound,
    Claim,
    Cycle,
    Indicator,
    LedgerEntry,
    ScoreSheet,
)
from tests.factories import (
    CalibrationItemFactory,
    CalibrationMarkFactory,
    CalibrationRoundFactory,
    CaseOfficerFactory,
    ClaimFactory,
    ConflictFactory,
    EntryFactory,
    IndicatorFactory,
    MarkFactory,
    UnitYearFactory,
)
from tests.threads import at_once
from units.actions.editing import ChangedMeanwhile
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent, User

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def records(year):
    """Five records that wait for the office."""
    return [ClaimFactory(entry=EntryFactory(cycle=year, submitted=True)).entry for _ in range(5)]


@pytest.fixture
def being_marked(year, rui, ou):
    """An open round of three records, in which Rui and Ou take part."""
    found = CalibrationRoundFactory(cycle=year, opened=True, created_by=ou, people=[rui, ou])
    for _ in range(3):
        CalibrationItemFactory(round=found)
    return found


def marked(found, by, *values):
    for item, points in zip(found.items.all(), values, strict=True):
        calibration.give(item, D(points), by=by)
    return calibration.finish(found, by=by)


# ── the sample ───────────────────────────────────────────────────────────────────────────────────


def test_a_round_is_drawn_and_nobody_is_told_yet(year, records, rui, ou, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        found = calibration_sample.prepare(year, size=3, reviewers=[rui, ou], by=ou)

    assert found.is_draft
    assert found.items.count() == len(set(found.items.values_list("entry", flat=True))) == 3
    assert set(found.parts) == {rui.pk, ou.pk}
    assert not Notification.objects.exists()


def test_indicators_take_turns(year, records, rui, ou):
    other = IndicatorFactory(standard=year.standard, parent=year.standard.indicators.get(code="A"))
    for _ in range(2):
        ClaimFactory(entry=EntryFactory(cycle=year, submitted=True), indicator=other)

    found = calibration_sample.prepare(year, size=4, reviewers=[rui, ou], by=ou)

    assert found.items.filter(indicator=other).count() == 2


def test_another_draw_takes_another_number_and_says_so(year, records, rui, ou):
    found = calibration_sample.prepare(year, size=3, reviewers=[rui], by=ou)

    again = calibration_sample.draw(found, size=4, by=ou)

    assert again.seed != found.seed and again.items.count() == 4
    assert TrailEvent.objects.about(found).last().changes["seed"] == [found.seed, again.seed]


def test_drafts_returned_records_and_earlier_samples_are_not_drawn(year, records, rui):
    EntryFactory(cycle=year, returned=True)
    CalibrationItemFactory(round=CalibrationRoundFactory(cycle=year), entry=records[0])

    drawn = {one.whole for one in calibration_sample.pool(year)}

    assert drawn == {entry.pk for entry in records[1:]}


def test_a_waiting_record_that_several_mark_blind_is_not_drawn(year, records, rui):
    MarkFactory(claim=records[0].claims.get(), by=rui)
    accepted = ClaimFactory(entry=EntryFactory(cycle=year, accepted=True), points=1).entry
    assert {one.whole for one in calibration_sample.pool(year)} == {it.pk for it in [*records[1:], accepted]}

    Indicator.objects.update(reviewers_needed=2)

    assert {one.whole for one in calibration_sample.pool(year)} == {accepted.pk}


def test_a_record_drawn_for_a_second_reviewer_is_not_drawn_either(year, records):
    Cycle.objects.update(second_review_percent=100)

    assert calibration_sample.pool(Cycle.objects.get()) == []


@pytest.mark.parametrize("size", [0, 2, 21])
def test_a_sample_has_three_to_twenty_items(year, records, rui, ou, size):
    with pytest.raises(ValidationError) as refusal:
        calibration_sample.prepare(year, size=size, reviewers=[rui, ou], by=ou)

    assert "size" in refusal.value.message_dict
    assert not CalibrationRound.objects.exists()


def test_too_few_records_and_a_closed_year_are_said(year, rui, ou, in_english):
    with pytest.raises(ValidationError, match="Only 0 records"):
        calibration_sample.prepare(year, size=3, reviewers=[rui, ou], by=ou)
    Cycle.objects.update(status="closed")
    with pytest.raises(ValidationError, match="while the year is open"):
        calibration_sample.prepare(year, size=3, reviewers=[rui, ou], by=ou)


def test_who_may_not_review_takes_no_part(year, records, rui, ou, lan):
    found = calibration_sample.prepare(year, size=3, reviewers=[rui, lan], by=ou)

    assert set(found.parts) == {rui.pk}


def test_a_record_is_added_by_its_receipt_and_taken_out(year, records, ou):
    found = CalibrationRoundFactory(cycle=year, created_by=ou)

    item = calibration_sample.add_item(found, receipt=f" {records[0].receipt} ", by=ou)
    assert item.entry == records[0]

    calibration_sample.remove_item(item, by=ou)
    assert not found.items.exists()
    assert {event.verb for event in TrailEvent.objects.about(found)} == {"add_item", "remove_item"}


@pytest.mark.parametrize(
    ("receipt", "code", "field"),
    [("没有这号", "", "receipt"), ("", "", "receipt"), ("known", "Z9", "code"), ("there", "", "receipt")],
)
def test_what_cannot_be_added_is_said_at_the_field(year, records, ou, receipt, code, field):
    found = CalibrationRoundFactory(cycle=year, created_by=ou)
    CalibrationItemFactory(round=found, entry=records[1])
    receipt = {"known": records[0].receipt, "there": records[1].receipt}.get(receipt, receipt)

    with pytest.raises(ValidationError) as refusal:
        calibration_sample.add_item(found, receipt=receipt, code=code, by=ou)

    assert field in refusal.value.message_dict


def test_a_full_sample_takes_no_more(year, records, ou, in_english):
    found = CalibrationRoundFactory(cycle=year, created_by=ou)
    for _ in range(calibration_sample.LARGEST):
        CalibrationItemFactory(round=found)

    with pytest.raises(ValidationError, match="full: 20"):
        calibration_sample.add_item(found, receipt=records[0].receipt, by=ou)


def test_who_takes_part_is_chosen_anew(year, rui, ou):
    found = CalibrationRoundFactory(cycle=year, people=[rui])

    calibration_sample.choose(found, [ou], by=ou)

    assert list(found.reviewers.values_list("person", flat=True)) == [ou.pk]
    assert TrailEvent.objects.about(found).last().changes["reviewers"] == [rui.name, ou.name]


def test_a_round_that_was_never_opened_is_thrown_away(year, being_marked, ou):
    draft = CalibrationRoundFactory(cycle=year)

    calibration_sample.discard(draft, by=ou)

    assert not CalibrationRound.objects.filter(pk=draft.pk).exists()
    with pytest.raises(MoveNotAllowed):
        calibration_sample.discard(being_marked, by=ou)


# ── open ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def ready(year, records, rui, ou):
    return calibration_sample.prepare(year, size=3, reviewers=[rui, ou], by=ou)


def test_opening_fixes_the_sample_and_tells_the_reviewers(ready, rui, ou, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        found = calibration.open_round(ready, by=ou, seen=ready.version)

    assert found.is_open and found.opened_at
    assert rui.pk in Notification.objects.values_list("to", flat=True)
    for act in (
        lambda: calibration_sample.draw(found, size=3, by=ou),
        lambda: calibration_sample.choose(found, [rui], by=ou),
        lambda: calibration_sample.remove_item(found.items.first(), by=ou),
        lambda: calibration_sample.add_item(found, receipt="x", by=ou),
    ):
        with pytest.raises(MoveNotAllowed):
            act()


def test_one_alone_is_compared_with_nobody(ready, rui, ou, in_english):
    calibration_sample.choose(ready, [rui], by=ou)

    with pytest.raises(ValidationError, match="at least two"):
        calibration.open_round(ready, by=ou)


def test_too_small_a_sample_is_not_opened(ready, ou, in_english):
    calibration_sample.remove_item(ready.items.first(), by=ou)

    with pytest.raises(ValidationError, match="needs 3"):
        calibration.open_round(ready, by=ou)


def test_who_keeps_away_from_everything_is_named(ready, rui, ou, in_english):
    for item in ready.items.select_related("entry__unit"):
        ConflictFactory(person=rui, unit=item.entry.unit)

    with pytest.raises(ValidationError, match=rui.name):
        calibration.open_round(ready, by=ou)


@pytest.mark.parametrize("count", [1, 10])
def test_whether_it_can_be_opened_costs_the_same_statements_however_many_take_part(
    ready, rui, ou, count, django_assert_num_queries
):
    calibration_sample.choose(ready, [rui, ou, *CaseOfficerFactory.create_batch(count)], by=ou)

    with django_assert_num_queries(5):
        calibration.check_ready(ready)


def test_one_round_of_a_year_is_open_at_a_time(ready, being_marked, ou, in_english):
    with pytest.raises(ValidationError, match="Another calibration round is open"):
        calibration.open_round(ready, by=ou)
    with pytest.raises(IntegrityError), transaction.atomic():
        CalibrationRound.objects.filter(pk=ready.pk).update(status="open")


def test_a_sample_that_changed_since_it_was_seen_is_not_opened(ready, ou):
    calibration_sample.draw(ready, size=3, by=ou)

    with pytest.raises(MoveNotAllowed):
        calibration.open_round(ready, by=ou, seen=ready.version)


# ── marking ──────────────────────────────────────────────────────────────────────────────────────


def test_a_mark_is_kept_and_can_be_given_anew(being_marked, rui):
    item = being_marked.items.first()

    calibration.give(item, D("2.5"), note=" 缺签到表 ", by=rui)
    calibration.give(item, D(3), by=rui)

    mark = CalibrationMark.objects.get()
    assert (mark.points, mark.note) == (3, "")
    assert [event.verb for event in TrailEvent.objects.about(being_marked)] == ["mark", "mark"]
    assert "2.5" not in str(list(TrailEvent.objects.values()))


def test_a_calibration_mark_counts_in_no_score_and_touches_no_record(year, being_marked, rui, ou):
    item = being_marked.items.first()
    UnitYearFactory(cycle=year, unit=item.entry.unit)
    score.open_sheets(year)
    before = ScoreSheet.objects.values().get(), LedgerEntry.objects.values().get(pk=item.entry_id)

    calibration.give(item, D(4), by=rui)
    score.refresh_all(year)

    after = ScoreSheet.objects.values().get(), LedgerEntry.objects.values().get(pk=item.entry_id)
    assert before == after
    assert not Claim.objects.filter(points__isnull=False).exists()
    assert not TrailEvent.objects.about(item.entry).exists()


@pytest.mark.parametrize("points", ["-1", "4.01", "NaN", "sNaN", "Infinity", "-Infinity", "x", "", None, []])
def test_points_that_are_none_are_refused(being_marked, rui, points):
    with pytest.raises(ValidationError):
        calibration.give(being_marked.items.first(), points, by=rui)


def test_who_takes_no_part_marks_nothing(being_marked, in_english):
    with pytest.raises(ValidationError, match="take no part"):
        calibration.give(being_marked.items.first(), D(1), by=CaseOfficerFactory())


def test_who_keeps_away_from_the_unit_skips_the_record_and_finishes_without(being_marked, rui, in_english):
    first, second, third = being_marked.items.all()
    ConflictFactory(person=rui, unit=first.entry.unit)

    with pytest.raises(ValidationError, match="conflict of interest"):
        calibration.give(first, D(1), by=rui)
    for item in (second, third):
        calibration.give(item, D(1), by=rui)

    assert calibration.finish(being_marked, by=rui).finished_at


def test_who_entered_the_record_for_the_unit_skips_it(being_marked, rui):
    item = being_marked.items.first()
    LedgerEntry.objects.filter(pk=item.entry_id).update(on_behalf=True, created_by=rui)

    item = CalibrationItem.objects.get(pk=item.pk)

    assert item.bars(rui)
    assert not CalibrationItem.objects.markable_by(rui).filter(pk=item.pk).exists()


def test_a_record_that_goes_back_to_its_unit_is_left_out(being_marked, rui, in_english):
    first, *others = being_marked.items.all()
    LedgerEntry.objects.filter(pk=first.entry_id).update(status="returned")

    with pytest.raises(ValidationError, match="with its unit"):
        calibration.give(CalibrationItem.objects.get(pk=first.pk), D(1), by=rui)

    assert list(calibration.left(being_marked, rui)) == others


def test_finished_marks_stay(being_marked, rui, in_english):
    with pytest.raises(ValidationError, match="left to mark"):
        calibration.finish(being_marked, by=rui)
    marked(being_marked, rui, 1, 2, 3)

    with pytest.raises(ValidationError, match="they stay"):
        calibration.give(being_marked.items.first(), D(4), by=rui)


def test_the_list_and_the_question_agree_on_who_keeps_away(being_marked, rui, ou):
    ConflictFactory(person=rui, unit=being_marked.items.first().entry.unit)

    for person in (rui, ou):
        listed = set(CalibrationItem.objects.markable_by(person).values_list("pk", flat=True))
        asked = {item.pk for item in being_marked.items.for_marking() if not item.bars(person)}
        assert listed == asked


# ── blind, then compared ─────────────────────────────────────────────────────────────────────────


def test_marks_are_told_once_their_giver_has_finished_or_the_round_is_closed(being_marked, rui, ou):
    marked(being_marked, rui, 1, 2, 3)
    calibration.give(being_marked.items.first(), D(4), by=ou)
    assert {mark.by for mark in CalibrationMark.objects.told()} == {rui}

    calibration.close(being_marked, by=ou)

    assert {mark.by for mark in CalibrationMark.objects.told()} == {rui, ou}
    with pytest.raises(MoveNotAllowed):
        calibration.give(being_marked.items.last(), D(4), by=ou)


def test_without_leave_nobody_elses_mark_is_read_at_all(being_marked, rui, ou):
    marked(being_marked, rui, 1, 2, 3)

    places = calibration_standing.places(being_marked, ou, sees=False)

    assert [(place.own, place.marks) for place in places] == [(None, [])] * 3


def test_the_widest_spread_stands_first_with_median_and_mean(being_marked, rui, ou):
    third = CaseOfficerFactory()
    being_marked.reviewers.create(person=third)
    marked(being_marked, rui, 1, 2, 0)
    marked(being_marked, ou, 1, 3, 4)
    marked(being_marked, third, 1, 2, 3)

    places = calibration_standing.widest_first(calibration_standing.places(being_marked, rui, sees=True))
    found = calibration_standing.agreement_of(places)

    assert [place.spread for place in places] == [100, 25, 0]
    assert (places[0].marked.median, round(places[0].marked.mean, 2)) == (3, D("2.33"))
    assert found.total.largest == 100
    assert found.reviewers[0].name in (rui.name, ou.name)


def task_of(user):
    return calibration_standing.task_in(
        User.objects.filter(pk=user.pk).values(**calibration_standing.task_numbers(user)).get()
    )


def test_a_persons_task_counts_what_is_theirs(being_marked, rui, ou):
    first, second, _third = being_marked.items.all()
    ConflictFactory(person=rui, unit=first.entry.unit)
    calibration.give(second, D(1), by=rui)
    CalibrationMarkFactory(item=second, by=ou)

    task = task_of(rui)

    assert (task.round, task.marked, task.all) == (being_marked.pk, 1, 2)
    assert task_of(CaseOfficerFactory()) is None


# ── the talk ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def talked(being_marked, rui, ou):
    marked(being_marked, rui, 1, 2, 3)
    calibration.close(being_marked, by=ou)
    return being_marked


def test_the_line_agreed_on_stands_beside_its_indicator(year, talked, ou):
    item = talked.items.first()

    calibration.agree(item, "  有签到表\n才给满分  ", by=ou, seen=item.version)

    [line] = calibration.lines_of(year, [item.indicator_id])[item.indicator_id]
    assert line.line == "有签到表 才给满分"
    assert TrailEvent.objects.about(item).last().verb == "edit"


def test_no_line_is_told_while_some_still_mark_blind(being_marked, ou, in_english):
    item = being_marked.items.first()

    with pytest.raises(ValidationError, match="still mark blind"):
        calibration.agree(item, "有签到表才给满分", by=ou)
    CalibrationItem.objects.update(line="太早")

    assert not calibration.lines_of(being_marked.cycle, [item.indicator_id])


def test_of_two_who_write_a_line_the_second_is_told(talked, ou):
    item = talked.items.first()
    calibration.agree(item, "一", by=ou, seen=item.version)

    with pytest.raises(ChangedMeanwhile):
        calibration.agree(item, "二", by=ou, seen=item.version)


def test_a_line_that_is_too_long_is_said(talked, ou):
    with pytest.raises(ValidationError):
        calibration.agree(talked.items.first(), "长" * 301, by=ou)


def test_a_reference_is_set_and_taken_back(being_marked, ou):
    item = being_marked.items.first()

    item = calibration.refer(item, D("3.5"), by=ou)
    assert item.reference == D("3.5")
    item = calibration.refer(item, None, by=ou, seen=item.version)
    assert item.reference is None
    with pytest.raises(ValidationError):
        calibration.refer(item, D(5), by=ou)


def test_who_keeps_away_from_the_unit_sets_no_reference(being_marked, ou, in_english):
    item = being_marked.items.first()
    ConflictFactory(person=ou, unit=item.entry.unit)

    with pytest.raises(ValidationError, match="conflict of interest"):
        calibration.refer(item, D(1), by=ou)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite")
def test_a_mark_and_the_closing_at_once_never_leave_a_mark_after_the_end(being_marked, rui, ou):
    item = being_marked.items.first()

    outcomes = at_once(
        lambda: calibration.give(item, D(1), by=rui), lambda: calibration.close(being_marked, by=ou)
    )

    assert isinstance(outcomes[0], CalibrationMark | MoveNotAllowed)
    events = [event.verb for event in TrailEvent.objects.about(being_marked).order_by("number")]
    assert events in (["mark", "close"], ["close"])
