"""Pre-review: the department above says its word before the office decides."""

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import LedgerEntry, PreReview
from civportal.lib.clock import now
from units.actions import notification, trail
from units.actions.move import MoveNotAllowed, lock
from units.models import TrailEvent, User

from . import ledger, review


def approve(entry, *, by, note="", seen=None):
    """The department agrees; the record goes on to the office.

    Raises MoveNotAllowed when somebody else spoke first, the days have run out, or the record is not
    the version `seen`.
    """
    return say(entry, PreReview.Verdict.APPROVED, "pre_approve", by=by, note=note, seen=seen)


def decline(entry, *, by, note, seen=None):
    """The department does not support the record and says why; the office decides, the reason beside it.

    Raises ValidationError without a reason, MoveNotAllowed as `approve` does.
    """
    if not note.strip():
        raise ValidationError(_("Say why the department does not support it."))
    return say(entry, PreReview.Verdict.DECLINED, "pre_decline", by=by, note=note, seen=seen)


def send_back(entry, *, by, note="", points=(), due_on=None, seen=None):
    """The department returns the record to the unit, once, by the same door and place by place as the office.

    Raises ValidationError as `review.send_back` does and for what was returned before, MoveNotAllowed as
    `approve` does.
    """
    note_lapsed(entry)
    with transaction.atomic():
        entry = waiting(entry, "send_back", seen)
        check_first_return(entry)
        entry = review.send_back(entry, by=by, note=note, points=points, due_on=due_on, seen=seen)
        speak(entry, PreReview.Verdict.RETURNED, by=by, note=entry.last_review.note)
    return entry


def check_first_return(entry):
    """Raise ValidationError for what was returned before: whether it goes back again is the director's."""
    if entry.returned_count:
        raise ValidationError(
            _(
                "It was returned before. Only the director of the office returns a record a second time:"
                " agree, or say why it is not supported; the office reads your reason beside the record."
            )
        )


def say(entry, verdict, verb, *, by, note, seen):
    """Write the word down; from then on the unit can no longer take the record back."""
    note_lapsed(entry)
    with transaction.atomic():
        entry = waiting(entry, verb, seen)
        entry.opened_at = entry.opened_at or now()
        entry.version += 1
        speak(entry, verdict, by=by, note=note)
        trail.record(entry, verb, by=by, note=note)
        transaction.on_commit(partial(notification.announce, entry, verb, by=by, note=note, at=now()))
    return entry


def waiting(entry, verb, seen):
    """The record as it is now, locked, which has to wait for the department still."""
    entry = lock(entry)
    if not entry.waits_for_department or seen not in (None, entry.version):
        raise MoveNotAllowed(entry, verb, TrailEvent.objects.about(entry).last())
    return entry


def speak(entry, verdict, *, by, note=""):
    """Keep the department's word on this round; from now on the record waits for the office."""
    PreReview.objects.create(entry=entry, round=entry.round, verdict=verdict, by=by, note=note)
    entry.pre_review_until = None
    if by:
        ledger.stand_in_line(entry, since=now())
    entry.save(update_fields=["pre_review_until", "in_line_at", "opened_at", "version"])


# ── nobody spoke ─────────────────────────────────────────────────────────────────────────────────


def pass_on():
    """Note on every record whose days have run out that nobody spoke, and tell the office; how many.

    The record waits no longer from the first moment after its day, whether this has run or not.
    """
    late = list(LedgerEntry.objects.past_pre_review().order_by("submitted_at", "pk"))
    return sum(note_lapsed(entry) for entry in late)


def note_lapsed(entry):
    """The same for one record; whether there was something to note. Nobody notes it twice."""
    with transaction.atomic():
        entry = lock(entry)
        until = entry.pre_review_until
        if not LedgerEntry.objects.past_pre_review().filter(pk=entry.pk).exists():
            return False
        with override(settings.LANGUAGE_CODE):
            note = _("The department above had until %(day)s.") % {"day": date_format(until)}
        speak(entry, PreReview.Verdict.LAPSED, by=None)
        trail.record(entry, "pre_lapse", by=User.objects.system(), note=note)
        if entry.status == LedgerEntry.Status.SUBMITTED:
            transaction.on_commit(partial(tell_office, entry, note))
    return True


def tell_office(entry, note):
    """Whoever reviews hears, once, that nobody in the department spoke."""
    people = [(entry, person) for person in User.objects.reviewers()]
    notification.announce_each(people, "pre_lapse", by=None, note=note)
