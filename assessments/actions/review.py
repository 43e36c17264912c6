"""Reviewing: an entry is accepted with points per indicator, or returned with a reason."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import (
    LedgerEntry,
    Mark,
    RankingRelease,
    ReturnPoint,
    ReturnReason,
    Review,
    ReviewDraft,
)
from civportal.lib.clock import now, today
from civportal.lib.money import plain_decimal
from units.actions.move import MoveNotAllowed, move

from . import duty as duties
from . import ledger, score


def open_entry(entry):
    """Note that the office has begun to read; the unit can no longer take the entry back.

    One conditional update, so that only the first opening counts.
    """
    return bool(
        LedgerEntry.objects.filter(
            pk=entry.pk, status=LedgerEntry.Status.SUBMITTED, opened_at__isnull=True
        ).update(opened_at=now())
    )


def see_return(entry, *, by):
    """Note that somebody of the unit has opened what was returned; only the first look counts.

    It is no act of the record: nothing waits for it, and it leaves no line in the history.
    """
    returned = Review.objects.filter(entry=entry, round=entry.round, verdict=Review.Verdict.RETURNED)
    return bool(returned.filter(seen_at__isnull=True).update(seen_at=now(), seen_by=by))


def with_return_seen(entries):
    """The entries with who of the unit opened the newest return when: `return_seen_at`, `return_seen_by`."""
    returned = Review.objects.filter(entry=OuterRef("pk"), verdict=Review.Verdict.RETURNED).order_by("-round")
    return entries.annotate(
        return_seen_at=Subquery(returned.values("seen_at")[:1]),
        return_seen_by=Subquery(returned.values("seen_by__name")[:1]),
    )


@transaction.atomic
def accept(entry, points, *, by, note="", seen=None, shown=None):
    """A reviewer accepts the entry and gives each claim its points, {claim number: points}.

    `shown` is what the reviewer saw in the files of what the recipes want seen, {claim number: names}.

    Raises ValidationError when a claim has no points or more than the indicator's full marks,
    MoveNotAllowed when somebody else decided first or the entry is not the version `seen`.
    """
    with move(entry, "accept", by=by, note=note, seen=seen) as entry:
        claims = list(entry.claims.select_related("indicator"))
        given = {claim.pk: checked_points(claim.indicator, points.get(claim.pk)) for claim in claims}
        for claim in claims:
            claim.points = given[claim.pk]
            claim.confirmed = [
                name for name in claim.indicator.must_show if name in (shown or {}).get(claim.pk, ())
            ]
            claim.save(update_fields=["points", "confirmed"])
        Review.objects.create(
            entry=entry, round=entry.round, verdict=Review.Verdict.ACCEPTED, by=by, note=note
        )
        ReviewDraft.objects.filter(entry=entry).delete()
    # After the move is saved: the sheet counts accepted entries only.
    score.refresh_unit(entry.cycle, entry.unit)
    return entry


def checked_points(indicator, points):
    """The points as a decimal between zero and the indicator's full marks; raises ValidationError."""
    if points is None:
        raise ValidationError(
            _("Give points for %(indicator)s; 0 when the entry does not prove it."),
            params={"indicator": indicator},
        )
    try:
        points = Decimal(points)
    except (ArithmeticError, TypeError, ValueError):
        points = Decimal("NaN")
    # What is no number is not even compared.
    if not points.is_finite() or not 0 <= points <= indicator.maximum:
        raise ValidationError(
            _("%(indicator)s takes 0 to %(maximum)s points."),
            params={"indicator": indicator, "maximum": plain_decimal(indicator.maximum)},
        )
    return points


@dataclass(frozen=True)
class Asked:
    """One thing that a reviewer wants changed: pinned to a field, an indicator or a file, or to none."""

    field: str = ""
    indicator_id: int | None = None
    file_id: int | None = None
    reason: ReturnReason | None = None
    note: str = ""


def send_back(entry, *, by, note="", points=(), due_on=None, seen=None):
    """A reviewer asks for changes and says which; the duty that it answers is owed again.

    With pinned `points` (Asked) only those places open for the unit, without any the whole record.
    The correction is expected `due_on`, by default within five working days (China time).
    Raises ValidationError without a reason, for a point that is not of this entry, for a day that
    has passed, and once the record came back as often as the year allows; MoveNotAllowed when
    somebody else decided first.
    """
    day_to_come(due_on)
    pins = [ReturnPoint(**vars(asked)) for asked in points]
    check_pins(entry, pins)
    note = "\n".join(filter(None, [note.strip(), *map(str, pins)]))
    if not note:
        raise ValidationError(_("Say what the unit should change."))
    with move(entry, "send_back", by=by, note=note, seen=seen) as entry:
        check_corrections(entry)
        returned = Review.objects.create(
            entry=entry, round=entry.round, verdict=Review.Verdict.RETURNED, by=by, note=note
        )
        entry.returned_count += 1
        entry.correct_by = due_on or duties.workdays_from_today(duties.SUPPLEMENT_DAYS)
        for pin in pins:
            pin.review = returned
        ReturnPoint.objects.bulk_create(pins)
        ReviewDraft.objects.filter(entry=entry).delete()
        duties.give_back(ledger.duty_of(entry), until=entry.correct_by)
    return entry


@transaction.atomic
def send_back_accepted(entry, *, by, note="", points=(), due_on=None, seen=None):
    """The director takes an acceptance back and returns the record at once; its history tells both.

    Raises what `reopen` and `send_back` raise; then nothing has happened.
    """
    words = "\n".join(filter(None, [note.strip(), *(str(ReturnPoint(**vars(asked))) for asked in points)]))
    entry = reopen(entry, by=by, note=words, seen=seen)
    return send_back(entry, by=by, note=note, points=points, due_on=due_on)


def day_to_come(day):
    """The day by which something is to be corrected, which must not have passed; None stays None."""
    if day and day < today():
        raise ValidationError(_("This day has passed."))
    return day


def check_corrections(entry):
    """Raise ValidationError once the entry came back as often as its year allows."""
    spent = corrections_spent(entry)
    if spent:
        raise ValidationError(spent)


def corrections_spent(entry):
    """The sentence that says that the entry came back as often as its year allows; None while it has not."""
    returned, allowed = entry.returned_count, entry.cycle.corrections_allowed
    if returned < allowed:
        return None
    told = ngettext(
        "It came back once already, as often as the year allows. Decide it with the points that it is"
        " worth now.",
        "It came back %(count)s times already, as often as the year allows. Decide it with the points"
        " that it is worth now.",
        returned,
    )
    return told % {"count": returned}


def check_pins(entry, pins):
    """Raise ValidationError where a point says nothing, or its place is not in the entry."""
    fields = {"", ReturnPoint.FILES, *ledger.TOLD}
    indicators = {None, *entry.claims.values_list("indicator_id", flat=True)}
    files = {None, *entry.files.values_list("pk", flat=True)}
    for pin in pins:
        if not pin.words:
            raise ValidationError(_("Choose a reason or write one for each place that you pin."))
        if not (pin.field in fields and pin.indicator_id in indicators and pin.file_id in files):
            raise ValidationError(_("One of the places is no longer in the record; choose again."))


def undo(entry, *, by):
    """Whoever decided takes the decision back, as if it had not been made; the entry waits again.

    Possible until the unit began to correct, and until a ranking of the year was published after it.
    Raises ValidationError with the reason where it is too late, MoveNotAllowed without a decision.
    """
    with move(entry, "undo", by=by) as entry:
        decided = entry.reviews.filter(round=entry.round).first()
        if decided is None:
            raise MoveNotAllowed(entry, "undo")
        hindrance = why_not_undone(entry, decided)
        if hindrance:
            raise ValidationError(hindrance)
        if decided.verdict == Review.Verdict.RETURNED:
            entry.returned_count -= 1
            entry.correct_by = None
            duties.fulfil(ledger.duty_of(entry), by=entry.submitted_by, at=entry.submitted_at)
        decided.delete()
        entry.claims.update(points=None, reason="", confirmed=[])
    score.refresh_unit(entry.cycle, entry.unit)
    return entry


def why_not_undone(entry, decided):
    """The sentence that says why this decision stands; None while it can be undone."""
    if Mark.objects.of_round(entry).exists():
        return _("Several reviewers gave their marks; reopen the decision instead.")
    if entry.updated_at > decided.at:
        return _("The unit has begun to correct it.")
    published = RankingRelease.objects.filter(cycle=entry.cycle_id, status=RankingRelease.Status.PUBLISHED)
    if published.filter(released_at__gte=decided.at).exists():
        return _("A ranking of the year was published since; reopen the decision instead.")
    return None


@transaction.atomic
def reopen(entry, *, by, note, seen=None):
    """The director takes an acceptance back, with a reason; the entry waits for a new decision."""
    if not note.strip():
        raise ValidationError(_("Say why the decision is reopened."))
    with move(entry, "reopen", by=by, note=note, seen=seen) as entry:
        entry.claims.update(points=None, reason="", confirmed=[])
        entry.round += 1
        entry.opened_at = now()
    score.refresh_unit(entry.cycle, entry.unit)
    return entry
