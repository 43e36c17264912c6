"""Questions and answers between a unit and the office."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assessments.models import LedgerEntry, Question, QuestionMessage
from civportal.lib.clock import now
from units.actions import notification, trail
from units.actions.move import begin_as, lock, move


@transaction.atomic
def ask(text, *, cycle, unit, by, entry=None, indicator=None):
    """The unit asks about an indicator of the year's standard, or about a record that it handed in.

    Raises ValidationError without words, about nothing, about a record that is the unit's own still, and
    for the very question that waits for an answer already.
    """
    question = Question(cycle=cycle, unit=unit, entry=entry, indicator=indicator, text=text, asked_by=by)
    return begin(question, "ask", by=by)


@transaction.atomic
def put(text, *, entry, by, indicator=None):
    """The office asks the unit about a record; the unit's writers are told.

    Raises ValidationError like `ask`.
    """
    question = Question(
        cycle=entry.cycle, unit=entry.unit, entry=entry, indicator=indicator, text=text, asked_by=by
    )
    return begin(begin_as(question, Question.Status.ASKED), "put", by=by)


def begin(question, verb, *, by):
    """Save the question with its first message, write it down, and tell whom it concerns."""
    question.text = checked_text(question.text)
    check_about(question)
    question.save()
    add_message(question, question.text, is_units=verb == "ask", by=by)
    trail.record(question, verb, by=by, note=question.text, to_status=question.status)
    tell = partial(notification.announce, question, verb, by=by, note=question.text, at=now())
    transaction.on_commit(tell)
    return question


def checked_text(text):
    """The words without blanks around them; ValidationError when none are left."""
    if not text.strip():
        raise ValidationError(_("Write something; an empty message tells nobody anything."))
    return text.strip()


def check_about(question):
    """Raise ValidationError unless it is about what both sides may know, and not asked already."""
    entry, indicator = question.entry, question.indicator
    if entry is None and indicator is None:
        raise ValidationError({"indicator": _("Choose the indicator that the question is about.")})
    # Held, so that the unit does not take it back at this moment, and a second click finds the first.
    held = lock(entry or question.unit)
    if entry and held.status == LedgerEntry.Status.DRAFT:
        raise ValidationError(_("The record is not handed in; ask about one of its indicators instead."))
    if entry and indicator and not entry.claims.filter(indicator=indicator).exists():
        raise ValidationError({"indicator": _("The record does not claim this indicator any more.")})
    if indicator and indicator.standard_id != question.cycle.standard_id:
        raise ValidationError({"indicator": _("This indicator is not of the year's standard.")})
    same = Question.objects.filter(unit=question.unit, entry=entry, indicator=indicator, text=question.text)
    if same.exclude(status=Question.Status.ANSWERED).exists():
        raise ValidationError(_("This very question was asked already and is not answered yet."))


def answer(question, text, *, by, seen=None):
    """The office answers; the unit's writers are told. A further answer adds to the one before.

    Raises ValidationError without words, MoveNotAllowed when something was said since the `seen` version.
    """
    return say(question, "answer", text, by=by, seen=seen)


def ask_back(question, text, *, by, seen=None):
    """The office needs to know more; the unit has the turn. Raises what `answer` raises."""
    return say(question, "ask_back", text, by=by, seen=seen)


def follow_up(question, text, *, by, seen=None):
    """The unit goes on: it answers the office, asks again or adds something; the office has the turn.

    Whoever of the office answered before is told. Raises what `answer` raises.
    """
    return say(question, "follow_up", text, by=by, seen=seen)


@transaction.atomic
def say(question, verb, text, *, by, seen):
    """Add a message and give the turn on; what the other side wrote before has then been seen."""
    text = checked_text(text)
    with move(question, verb, by=by, note=text, seen=seen) as question:
        is_units = verb == "follow_up"
        mark_seen(question, is_units=not is_units, by=by)
        add_message(question, text, is_units=is_units, by=by)
        question.moved_at = now()
    return question


def add_message(question, text, *, is_units, by):
    return QuestionMessage.objects.create(question=question, text=text, is_units=is_units, by=by, at=now())


def with_turns(unit_years):
    """The years of units with how many questions wait for the unit (`asked_count`), and how many answers
    nobody there has read (`unread_count`), in the statement that fetches them."""
    return unit_years.annotate(
        asked_count=number_of(Question.objects.asked_of_units()),
        unread_count=number_of(Question.objects.unread_by_units()),
    )


def number_of(questions):
    of_unit = questions.filter(unit=OuterRef("unit")).order_by().values("unit")
    return Coalesce(Subquery(of_unit.annotate(number=Count("pk")).values("number")), Value(0))


def see(question, *, by):
    """Note that this person has read what the other side wrote; how many messages that were.

    Whoever belongs to the unit reads for it. Only the first look counts; it is no act of the record and
    leaves no line in its history.
    """
    return mark_seen(question, is_units=not by.works_for(question.unit), by=by)


def mark_seen(question, *, is_units, by):
    unseen = QuestionMessage.objects.filter(question=question, is_units=is_units, seen_at__isnull=True)
    return unseen.update(seen_at=now(), seen_by=by)
