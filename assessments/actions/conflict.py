"""Conflicts of interest: declared, confirmed, lifted; and exceptions that a second person permits."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Conflict, ConflictHint, ConflictOverride
from civportal.lib.clock import now, today
from units.actions import notification, trail
from units.actions.move import lock, move

from . import conflict_hint

# An exception is for need, not for good: so many days at most.
LONGEST_EXCEPTION = 30


# ── declarations ─────────────────────────────────────────────────────────────────────────────────


def declare(unit, *, ground, note="", by):
    """Somebody says from which unit to keep away, and why; it is in force at once.

    Raises ValidationError when there is one in force already, or when “another reason” gives none.
    """
    return put_on_record(by, unit, ground, note, by=by)


@transaction.atomic
def put_on_record(person, unit, ground, note, *, by):
    """A conflict of this person with the unit; one at a time is in force."""
    note = note.strip()
    if ground == Conflict.Ground.OTHER and not note:
        raise ValidationError({"note": _("Say what the reason is.")})
    person = lock(person)
    if Conflict.objects.in_force().filter(person=person, unit=unit).exists():
        raise ValidationError({"unit": _("A conflict of interest with this unit is on record already.")})
    conflict = Conflict.objects.create(
        person=person, unit=unit, ground=ground, note=note[:200], declared_by=by
    )
    trail.record(conflict, "declare", by=by, note=note, to_status=conflict.status)
    transaction.on_commit(lambda: notification.announce(conflict, "declare", by=by, note=note))
    return conflict


def confirm(conflict, *, by, seen=None):
    """Somebody who keeps the list has looked at the declaration; it was in force before."""
    with move(conflict, "confirm", by=by, seen=seen) as conflict:
        pass
    return conflict


def lift(conflict, *, note, by, seen=None):
    """The conflict no longer exists, or never did; somebody else than the person says so, with a reason."""
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why it is lifted."))
    with move(conflict, "lift", by=by, note=note, seen=seen) as conflict:
        pass
    return conflict


# ── likely ones ──────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_hint(person, unit, *, by):
    """The likely conflict is one: it is on record and confirmed, with why the two were found.

    Raises ValidationError when nothing hints at it any more.
    """
    hint = hint_between(person, unit)
    conflict = put_on_record(person, unit, hint.ground, "；".join(hint.sentences), by=by)
    return confirm(conflict, by=by)


@transaction.atomic
def rule_out(person, unit, *, by):
    """The likely conflict is none; by the same rules the two are not found again."""
    hint, person = hint_between(person, unit), lock(person)
    known = set(ConflictHint.objects.filter(person=person, unit=unit).values_list("rule", flat=True))
    fresh = [
        ConflictHint.objects.create(person=person, unit=unit, rule=rule, by=by)
        for rule in hint.rules
        if rule not in known
    ]
    for one in fresh:
        trail.record(one, "rule_out", by=by, note="；".join(hint.sentences))
    return fresh


def hint_between(person, unit):
    """What hints at a conflict between the two now."""
    found = conflict_hint.hints(person=person, unit=unit)
    if not found:
        raise ValidationError(_("Nothing hints at a conflict of interest here any more."))
    return found[0]


# ── exceptions ───────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask(unit, *, entry=None, reason, until, by):
    """Somebody with a conflict asks to decide all the same: on one record, or about a unit until a day.

    Raises ValidationError without a reason, for a day that is over or too far off, or when the same
    is asked for already.
    """
    reason, person = reason.strip(), lock(by)
    if not reason:
        raise ValidationError({"reason": _("Say why nobody else can decide.")})
    check_last_day(until)
    if ConflictOverride.objects.asked().filter(person=person, unit=unit, entry=entry).exists():
        raise ValidationError(_("The same is asked for already and waits for a second person."))
    override = ConflictOverride.objects.create(
        person=person, unit=unit, entry=entry, reason=reason[:300], until=until
    )
    trail.record(override, "ask", by=by, note=reason, to_status=override.status)
    transaction.on_commit(lambda: notification.announce(override, "ask", by=by, note=reason))
    return override


def check_last_day(until):
    if until < today():
        raise ValidationError({"until": _("The day is over already.")})
    if until > today() + timedelta(days=LONGEST_EXCEPTION):
        text = _("An exception lasts %(days)s days at most.") % {"days": LONGEST_EXCEPTION}
        raise ValidationError({"until": text})


def approve(override, *, by, note="", seen=None):
    """A second person permits it; from now until its last day the first one may decide there.

    Raises ValidationError when that day has gone by, or for the person who asked; MoveNotAllowed when
    somebody else decided first.
    """
    with move(override, "approve", by=by, note=note.strip(), seen=seen) as override:
        check_second_person(override, by)
        check_last_day(override.until)
        note_decision(override, by)
        if override.entry:
            trail.record(override.entry, "permit_reviewer", by=by)
    return override


def refuse(override, *, by, note, seen=None):
    """A second person does not permit it, and says why."""
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why it is refused."))
    with move(override, "refuse", by=by, note=note, seen=seen) as override:
        check_second_person(override, by)
        note_decision(override, by)
    return override


def check_second_person(override, by):
    if override.person_id == by.pk:
        raise ValidationError(_("Nobody permits an exception to oneself; another person decides on it."))


def note_decision(override, by):
    override.decided_by, override.decided_at = by, now()


def end(override, *, by, note="", seen=None):
    """The exception is not needed any more, or should not go on."""
    with move(override, "end", by=by, note=note.strip(), seen=seen) as override:
        pass
    return override
