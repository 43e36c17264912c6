"""Reviewing: an entry is accepted with points per indicator, or returned with a reason."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import LedgerEntry, Review
from civportal.lib.clock import now
from civportal.lib.money import plain_decimal
from units.actions.move import move

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


@transaction.atomic
def accept(entry, points, *, by, note="", seen=None, shown=None):
    """A reviewer accepts the entry and gives each claim its points, {claim number: points}.

    `shown` is what the reviewer saw in the files of what the recipes want seen, {claim number: names}.

    Raises ValidationError when a claim has no points or more than the indicator's full marks,
    MoveNotAllowed when somebody else decided first or the entry is not the version `seen`.
    """
    with move(entry, "accept", by=by, note=note, seen=seen) as entry:
        claims = list(entry.claims.select_related("indicator"))
        given = {claim.pk: checked_points(claim, points.get(claim.pk)) for claim in claims}
        for claim in claims:
            claim.points = given[claim.pk]
            claim.confirmed = [
                name for name in claim.indicator.must_show if name in (shown or {}).get(claim.pk, ())
            ]
            claim.save(update_fields=["points", "confirmed"])
        Review.objects.create(
            entry=entry, round=entry.round, verdict=Review.Verdict.ACCEPTED, by=by, note=note
        )
    # After the move is saved: the sheet counts accepted entries only.
    score.refresh_unit(entry.cycle, entry.unit)
    return entry


def checked_points(claim, points):
    """The points as a decimal between zero and the indicator's full marks."""
    if points is None:
        raise ValidationError(
            _("Give points for %(indicator)s; 0 when the entry does not prove it."),
            params={"indicator": claim.indicator},
        )
    points = Decimal(points)
    if not 0 <= points <= claim.indicator.maximum:
        raise ValidationError(
            _("%(indicator)s takes 0 to %(maximum)s points."),
            params={"indicator": claim.indicator, "maximum": plain_decimal(claim.indicator.maximum)},
        )
    return points


def send_back(entry, *, by, note, seen=None):
    """A reviewer asks for changes and says which; the duty that it answers is owed again.

    Raises ValidationError without a reason, MoveNotAllowed when somebody else decided first.
    """
    if not note.strip():
        raise ValidationError(_("Say what the unit should change."))
    with move(entry, "send_back", by=by, note=note, seen=seen) as entry:
        Review.objects.create(
            entry=entry, round=entry.round, verdict=Review.Verdict.RETURNED, by=by, note=note
        )
        duties.give_back(ledger.duty_of(entry))
    return entry


@transaction.atomic
def reopen(entry, *, by, note):
    """The director takes an acceptance back, with a reason; the entry waits for a new decision."""
    if not note.strip():
        raise ValidationError(_("Say why the decision is reopened."))
    with move(entry, "reopen", by=by, note=note) as entry:
        entry.claims.update(points=None, reason="", confirmed=[])
        entry.round += 1
        entry.opened_at = now()
    score.refresh_unit(entry.cycle, entry.unit)
    return entry
