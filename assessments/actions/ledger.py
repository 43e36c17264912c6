"""The ledger: written by the unit, handed in, taken back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Claim, Duty, LedgerEntry, Review
from civportal.lib.clock import now, today
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock, move

from . import cycle as cycles
from . import duty as duties
from . import likeness

FIELDS = ("title", "kind", "held_on", "place", "text")


class ChangedMeanwhile(Exception):
    """Somebody else saved the entry since the form was opened; `entry` is how it stands now."""

    def __init__(self, entry):
        super().__init__("the entry was saved by somebody else")
        self.entry = entry


@transaction.atomic
def write(*, cycle, unit, title, kind=LedgerEntry.Kind.ACTIVITY, answers=None, indicators=(), by):
    """Begin a record; everything but its title may come later.

    A second click begins no second record: an own draft of this title, for the same indicators, in
    which nothing is written yet, is the one that was meant. A duty is answered by one record: who
    begins from it again goes on with the one that is there.
    """
    lock(unit)
    there = answers and in_hand_for(answers)
    if there:
        return there
    if answers:
        kind = LedgerEntry.ASKED_BY[answers.kind]
    begun = LedgerEntry.objects.untouched().filter(cycle=cycle, unit=unit, title=title, created_by=by)
    for entry in begun:
        if set(entry.claims.values_list("indicator_id", flat=True)) == {one.pk for one in indicators}:
            return entry
    entry = LedgerEntry.objects.create(
        cycle=cycle, unit=unit, title=title, kind=kind, answers=answers, created_by=by
    )
    claim(entry, indicators)
    trail.record(entry, "create", by=by)
    return entry


def answerable(cycle, unit):
    """The unit's open duties that a record of the ledger can answer, due first."""
    owed = Duty.objects.open().filter(cycle=cycle, unit=unit, kind__in=LedgerEntry.ASKED_BY)
    return owed.order_by("until", "pk")


def in_hand_for(duty):
    """The record in the unit's hands that was begun to answer the duty, or None."""
    in_hand = [LedgerEntry.Status.RETURNED, LedgerEntry.Status.DRAFT]
    return duty.entries.filter(unit=duty.unit_id, status__in=in_hand).order_by("pk").first()


@transaction.atomic
def edit(entry, *, seen, indicators, by, **fields):
    """Save a draft, gaps and all; what is not given stays.

    Raises MoveNotAllowed when the entry is no longer the unit's to change, and ChangedMeanwhile
    when it is not the version `seen`.
    """
    entry = lock(entry)
    if not entry.is_editable:
        raise MoveNotAllowed(entry, "edit")
    if entry.version != seen:
        raise ChangedMeanwhile(entry)
    given = [name for name in FIELDS if name in fields]
    changes = {
        name: [str(getattr(entry, name) or ""), str(fields[name] or "")]
        for name in given
        if getattr(entry, name) != fields[name]
    }
    before, after = claim(entry, indicators)
    if before != after:
        changes["indicators"] = [before, after]
    if not changes:
        return entry
    for name in given:
        setattr(entry, name, fields[name])
    entry.version += 1
    entry.updated_at = now()
    entry.save()
    trail.record(entry, "edit", by=by, changes=changes)
    likeness.mark_text(entry)
    return entry


def claim(entry, indicators):
    """Make the ticked indicators the entry's claims; answers the codes before and after."""
    before = dict(entry.claims.values_list("indicator_id", "indicator__code"))
    wanted = {indicator.pk: indicator for indicator in indicators}
    entry.claims.exclude(indicator__in=wanted).delete()
    Claim.objects.bulk_create(
        Claim(entry=entry, indicator=indicator) for pk, indicator in wanted.items() if pk not in before
    )
    return sorted(before.values()), sorted(indicator.code for indicator in wanted.values())


def gaps(entry):
    """What still has to be filled in before the entry can be handed in: [(field, sentence)]."""
    asked = [
        ("title", entry.title, _("Say what was done.")),
        ("held_on", entry.held_on, _("Say when it was done.")),
        ("place", entry.place, _("Say where it was done.")),
        ("text", entry.text, _("Tell in a few sentences what happened.")),
    ]
    # What the calendar asks for is owed, whether it proves an indicator or not.
    if not entry.to_answer:
        asked.append(("indicators", entry.claims.exists(), _("Tick at least one indicator that it proves.")))
    found = [(field, sentence) for field, value, sentence in asked if not value]
    if entry.held_on and entry.held_on > today():
        found.append(("held_on", _("The date lies in the future.")))
    return found


def submit(entry, *, by):
    """The unit hands the entry in and gets a receipt number; the duty that it answers is fulfilled.

    Raises ValidationError while something is missing or the window is closed: the duty's for what
    answers a duty, else the ledger's.
    """
    with move(entry, "submit", by=by) as entry:
        returned = entry.receipt is not None and entry.reviews.filter(round=entry.round).exists()
        missing = gaps(entry)
        if missing:
            raise ValidationError([sentence for _field, sentence in missing])
        if not entry.can_come_in:
            raise ValidationError(_("The year does not accept records now; ask the office."))
        entry.answers = entry.to_answer
        entry.round += returned
        entry.receipt = entry.receipt or cycles.next_receipt(entry.cycle)
        entry.submitted_at = now()
        entry.submitted_by = by
        entry.first_submitted_at = entry.first_submitted_at or entry.submitted_at
        entry.updated_at = entry.submitted_at
        entry.opened_at = None
        duties.fulfil(duty_of(entry), by=by, at=entry.submitted_at)
        likeness.mark_text(entry)
    return entry


def duty_of(entry):
    """The duty that this entry fulfilled; none where the unit that owed it has ended since."""
    return Duty.objects.filter(pk=entry.answers_id, unit=entry.unit_id)


def withdraw(entry, *, by):
    """The unit takes the entry back while nobody in the office has opened it; its duty is open again.

    A correction that is taken back leaves the duty returned, or its day would have gone by.
    """
    with move(entry, "withdraw", by=by) as entry:
        if entry.opened_at is not None:
            raise MoveNotAllowed(entry, "withdraw")
        entry.updated_at = now()
        if entry.reviews.filter(verdict=Review.Verdict.RETURNED).exists():
            duties.give_back(duty_of(entry))
        else:
            duties.take_back(duty_of(entry))
    return entry


@transaction.atomic
def delete(entry, *, by):
    """Throw away a draft that was never handed in; its files stay in the store, its history in the trail.

    Raises MoveNotAllowed once the office has seen the entry.
    """
    entry = lock(entry)
    if entry.status != LedgerEntry.Status.DRAFT or entry.first_submitted_at:
        raise MoveNotAllowed(entry, "delete")
    trail.record(entry, "delete", by=by, note=entry.title)
    entry.delete()
