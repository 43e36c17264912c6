"""Two or more people at the same moment: one act each, and the same result as one after the other."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.utils.timezone import localdate

from assessments.actions import assignment, conflict, faq, ledger, question, score, values
from assessments.actions import cycle as cycles
from assessments.actions import document as documents
from assessments.actions.assignment import Deal, Wish
from assessments.actions.values import Cell, Place
from assessments.models import Assignment, Claim, Conflict, Duty, LedgerEntry, Question, ScoreSheet, UnitYear
from tests.factories import (
    ClaimFactory,
    CycleFactory,
    DirectorFactory,
    DocumentFactory,
    EntryFactory,
    OverrideFactory,
    QuestionFactory,
    ReceiptFactory,
    StandardFactory,
    UnitFactory,
    UnitYearFactory,
)
from tests.threads import after_all, at_once
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

REFUSALS = (MoveNotAllowed, ValidationError)


def refused(outcomes):
    """How many were refused in words; anything else that was raised is a fault."""
    raised = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, REFUSALS) for one in raised), raised
    return len(raised)


def complete(year, unit, by):
    entry = EntryFactory(cycle=year, unit=unit, created_by=by)
    ClaimFactory(entry=entry)
    return entry


def test_units_enrolled_twice_at_once_are_enrolled_once(year, ou):
    UnitFactory.create_batch(30)

    outcomes = at_once(*[lambda: cycles.enrol_missing(year, by=ou)] * 3)

    assert sorted(outcomes, key=str) == [0, 0, 30]
    assert UnitYear.objects.count() == ScoreSheet.objects.count() == year.duties.count() == 30


def test_two_years_opened_at_once_leave_one_open(ou):
    years = [
        CycleFactory(year=year, status="draft", standard=StandardFactory(year=year)) for year in (2026, 2027)
    ]
    UnitFactory()

    outcomes = at_once(*[lambda year=year: cycles.open(year, by=ou) for year in years])

    assert refused(outcomes) == 1


def test_an_entry_handed_in_twice_at_once_gets_one_receipt(year, school, lan):
    entry = complete(year, school, lan)

    outcomes = at_once(*[lambda: ledger.submit(entry, by=lan)] * 4)

    assert refused(outcomes) == 3
    year.refresh_from_db()
    assert year.last_receipt == 1
    assert TrailEvent.objects.about(entry).filter(verb="submit").count() == 1


def test_eight_at_once_get_receipts_without_a_gap(year, lan):
    entries = [complete(year, UnitFactory(), lan) for _ in range(16)]

    def hand_in(mine):
        return lambda: [ledger.submit(entry, by=lan) for entry in mine]

    outcomes = at_once(*[hand_in(entries[n::8]) for n in range(8)])

    assert refused(outcomes) == 0
    receipts = sorted(LedgerEntry.objects.values_list("receipt", flat=True))
    assert receipts == [f"{receipts[0][:-4]}{number:04d}" for number in range(1, 17)]


@pytest.mark.parametrize("attempt", range(3))
def test_what_is_handed_in_while_it_is_edited_is_one_of_the_two_texts_whole(year, school, lan, attempt):
    entry = complete(year, school, lan)
    typed = {"title": "新题目", "held_on": entry.held_on, "place": "新地点", "text": "新正文"}

    outcomes = at_once(
        lambda: ledger.submit(entry, by=lan),
        lambda: ledger.edit(entry, {**typed, "indicators": set()}, by=lan),
    )

    # Without an indicator nothing can be handed in, so whoever came second was refused.
    assert refused(outcomes) == 1
    entry = LedgerEntry.objects.get(pk=entry.pk)
    assert (entry.status, entry.text == "新正文", entry.claims.exists()) in [
        ("submitted", False, True),
        ("draft", True, False),
    ]


def test_of_two_who_set_one_value_the_second_is_told(year, school, rui, ou):
    sheet = score.refresh(UnitYearFactory(cycle=year, unit=school))
    item = next(item for item in year.standard.indicators.items() if not item.comes_from_ledger)

    outcomes = at_once(
        *[
            lambda by=by, n=n: score.set_value(sheet, item, n, f"第{n}号文件", by=by, seen="")
            for n, by in enumerate((rui, ou), 1)
        ]
    )

    assert refused(outcomes) == 1
    line = sheet.lines.get()
    assert line.basis == f"第{line.value:.0f}号文件"
    assert ScoreSheet.objects.get().total == score.refresh(sheet.unit_year).total


def both_type_one_cell(act, year, school, rui, ou):
    """Two people type one cell of the score grid that both saw empty; the sheet and what became of it."""
    sheet = score.refresh(UnitYearFactory(cycle=year, unit=school))
    item = next(item for item in year.standard.indicators.items() if not item.comes_from_ledger)
    typed = [(by, str(n), f"第{n}号文件") for n, by in enumerate((rui, ou), 1)]

    return sheet, at_once(*[lambda said=said: act(year, sheet, item, *said) for said in typed])


def by_itself(year, sheet, item, by, text, basis):
    return values.put(sheet, item, text, basis, seen="", by=by)


def by_the_button(year, sheet, item, by, text, basis):
    place = Place("", sheet.pk, str(item.pk))
    cell = Cell(place, "", "", "", item.code, text, basis, sheet=sheet.pk, seen="")
    if faults := values.save(year, [cell], by=by).faults:
        raise ValidationError(faults[0].reason)


@pytest.mark.parametrize("act", [by_itself, by_the_button])
def test_of_two_who_type_one_cell_of_the_grid_the_second_is_told(act, year, school, rui, ou):
    sheet, outcomes = both_type_one_cell(act, year, school, rui, ou)

    assert refused(outcomes) == 1
    line = sheet.lines.get()
    assert line.basis == f"第{line.value:.0f}号文件"
    assert TrailEvent.objects.about(sheet).count() == 1


@pytest.mark.parametrize("act", [by_itself, by_the_button])
def test_without_what_was_seen_the_second_would_overwrite_the_first(act, year, school, rui, ou, monkeypatch):
    monkeypatch.setattr(score, "refuse_unseen", lambda line, seen: None)

    sheet, outcomes = both_type_one_cell(act, year, school, rui, ou)

    assert refused(outcomes) == 0
    assert TrailEvent.objects.about(sheet).count() == 2


def test_two_who_save_pages_of_the_same_units_lock_each_other_out_of_nothing(year, rui, ou):
    sheets = [score.refresh(UnitYearFactory(cycle=year)) for _ in range(6)]
    one, other = [item for item in year.standard.indicators.items() if not item.comes_from_ledger][:2]

    def page(item, by, order):
        cells = [
            Cell(Place("", sheet.pk, ""), "", "", "", item.code, "3", "检查", sheet=sheet.pk, seen="")
            for sheet in order
        ]
        return lambda: values.save(year, cells, by=by)

    outcomes = at_once(page(one, rui, sheets), page(other, ou, sheets[::-1]))

    assert refused(outcomes) == 0
    assert {sheet.raw for sheet in ScoreSheet.objects.all()} == {6}


def test_a_record_begun_by_a_double_click_is_one(year, school, lan):
    begun = at_once(*[lambda: ledger.write(cycle=year, unit=school, title="清洁行动", by=lan)] * 5)

    assert refused(begun) == 0
    assert len({entry.pk for entry in begun}) == LedgerEntry.objects.count() == 1
    assert Claim.objects.count() == 0


def test_a_receipt_signed_twice_at_once_is_signed_once(year, school, lan, dai):
    receipt = ReceiptFactory(document=DocumentFactory(cycle=year, issued=True), unit=school)

    outcomes = at_once(*[lambda by=by: documents.sign(receipt, by=by) for by in (lan, dai, lan, dai)])

    assert sorted(outcomes) == [False, False, False, True]
    [line] = TrailEvent.objects.about(receipt).filter(verb="sign")
    assert line.by == Duty.objects.get().fulfilled_by


@pytest.mark.parametrize("attempt", range(3))
def test_a_document_signed_while_it_is_withdrawn_is_one_of_the_two(year, school, lan, rui, attempt):
    document = DocumentFactory(cycle=year, issued=True, to=[school])
    receipt = document.receipts.get()

    outcomes = at_once(
        lambda: documents.sign(receipt, by=lan),
        lambda: documents.withdraw(document, note="发错范围", by=rui),
    )

    receipt.refresh_from_db()
    assert (receipt.fulfilled_at is not None, bool(receipt.lapsed_note), refused(outcomes)) in [
        (True, False, 0),
        (False, True, 1),
    ]


def test_a_document_issued_twice_at_once_goes_out_once(year, school, rui, ou):
    UnitYearFactory(cycle=year, unit=school)
    document = DocumentFactory(cycle=year)
    day = localdate()

    outcomes = at_once(
        *[lambda by=by: documents.issue(document, due_on=day, seen=0, by=by) for by in (rui, ou)]
    )

    assert refused(outcomes) == 1
    assert Duty.objects.count() == 1


def test_an_exception_decided_on_twice_at_once_is_decided_once(school, ou):
    override = OverrideFactory(unit=school)
    second = DirectorFactory()

    outcomes = at_once(
        lambda: conflict.approve(override, by=ou),
        lambda: conflict.approve(override, by=second),
        lambda: conflict.refuse(override, note="等人回来", by=second),
    )

    assert refused(outcomes) == 2
    assert TrailEvent.objects.about(override).count() == 1
    override.refresh_from_db()
    assert TrailEvent.objects.about(override).get().by == override.decided_by


def test_a_conflict_declared_twice_at_once_is_one(school, rui):
    outcomes = at_once(*[lambda: conflict.declare(school, ground="family", by=rui)] * 3)

    assert refused(outcomes) == 2
    assert Conflict.objects.count() == 1


def answering(asked, *people, **seen):
    """What becomes of everybody's own answer, given at the same moment."""
    return at_once(*[lambda by=by: question.answer(asked, f"{by}答复", by=by, **seen) for by in people])


def asked_at_once(year, school, lan):
    """The same words about an indicator, sent by three clicks."""
    indicator = year.standard.indicators.items().first()
    about = {"cycle": year, "unit": school, "indicator": indicator, "by": lan}
    return at_once(*[lambda: question.ask("联合开展的算不算？", **about)] * 3)


def test_a_question_asked_by_three_clicks_is_asked_once(year, school, lan):
    assert refused(asked_at_once(year, school, lan)) == 2
    assert Question.objects.count() == 1


def test_a_question_answered_twice_at_once_has_one_answer(year, school, rui, ou):
    asked = QuestionFactory(cycle=year, unit=school)

    outcomes = answering(asked, rui, ou, seen=asked.version)

    assert refused(outcomes) == 1
    assert asked.messages.filter(is_units=False).count() == 1


def test_control_without_what_was_seen_both_answers_stand(year, school, rui, ou):
    asked = QuestionFactory(cycle=year, unit=school)

    outcomes = answering(asked, rui, ou)

    assert refused(outcomes) == 0
    assert asked.messages.filter(is_units=False).count() == 2


def test_an_answer_published_twice_at_once_is_published_once(year, school, rui, ou):
    asked = question.answer(QuestionFactory(cycle=year, unit=school), "算。", by=rui)
    words = {"indicator": asked.indicator, "question": "联合开展的算不算？", "answer": "算。"}

    outcomes = at_once(*[lambda: faq.publish(asked, words, by=ou)] * 3)

    assert refused(outcomes) == 2
    assert asked.faqs.count() == 1


def proposal(year, people):
    for _ in range(12):
        UnitYearFactory(cycle=year)
    numbers = tuple(person.pk for person in people)
    return Wish(by="unit", each=1, limit=99, seed=7, reviewers=numbers)


def test_one_preview_locked_twice_at_once_is_written_once(year, rui, ou):
    asked = proposal(year, [rui, ou])
    seen = assignment.preview(year, asked).digest

    outcomes = at_once(*[lambda: assignment.apply(year, asked, digest=seen, by=ou)] * 3)

    assert refused(outcomes) == 2
    assert Assignment.objects.count() == 12
    assert TrailEvent.objects.about(year).filter(verb="assign_reviewers").count() == 1


def given_at_once(year, school, lan, rui, ou):
    """Six records given to one reviewer at the same moment, who is to have one; how many were refused."""
    entries = EntryFactory.create_batch(6, cycle=year, unit=school, created_by=lan, submitted=True)
    acts = [lambda entry=entry: assignment.give(entry, Deal(rui, 1), by=ou) for entry in entries]
    return refused(at_once(*acts))


def test_records_given_at_once_keep_the_limit(year, school, lan, rui, ou):
    assert given_at_once(year, school, lan, rui, ou) == 5
    assert Assignment.objects.count() == 1


# Controls: the same races without the lock. On SQLite the queue of writers is the defence.
without_lock = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")


@without_lock
def test_control_without_the_lock_units_are_enrolled_twice(year, ou, monkeypatch):
    missing = UnitFactory.create_batch(3)
    monkeypatch.setattr(cycles, "lock", lambda record: record)
    monkeypatch.setattr(cycles, "not_enrolled", after_all(lambda cycle: missing, 2))

    outcomes = at_once(*[lambda: cycles.enrol_missing(year, by=ou)] * 2)

    assert any(isinstance(one, IntegrityError) for one in outcomes)


@without_lock
def test_control_without_the_lock_a_question_is_asked_three_times(year, school, lan, monkeypatch):
    monkeypatch.setattr(question, "lock", lambda record: record)
    monkeypatch.setattr(question, "check_about", after_all(question.check_about, 3))

    asked_at_once(year, school, lan)

    assert Question.objects.count() == 3


@without_lock
def test_control_without_the_lock_a_double_click_begins_two(year, school, lan, monkeypatch):
    monkeypatch.setattr(ledger, "lock", lambda record: record)
    monkeypatch.setattr(ledger, "claim", after_all(ledger.claim, 2))

    at_once(*[lambda: ledger.write(cycle=year, unit=school, title="清洁行动", by=lan)] * 2)

    assert LedgerEntry.objects.count() == 2


@without_lock
def test_control_without_the_lock_one_preview_is_locked_twice(year, rui, ou, monkeypatch):
    asked = proposal(year, [rui, ou])
    seen = assignment.preview(year, asked).digest
    monkeypatch.setattr(assignment, "lock", lambda record: record)
    monkeypatch.setattr(assignment, "preview", after_all(assignment.preview, 2))

    outcomes = at_once(*[lambda: assignment.apply(year, asked, digest=seen, by=ou)] * 2)

    assert any(isinstance(one, IntegrityError) for one in outcomes)


@without_lock
def test_control_without_the_lock_the_limit_is_broken(year, school, lan, rui, ou, monkeypatch):
    monkeypatch.setattr(assignment, "held", lambda cycle: cycle)
    monkeypatch.setattr(assignment, "hindrances", after_all(assignment.hindrances, 6))

    given_at_once(year, school, lan, rui, ou)

    assert Assignment.objects.count() == 6
