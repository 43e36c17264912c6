"""The sample of a calibration round: drawn or put together by hand, and who is to mark it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from assessments.models import (
    CalibrationItem,
    CalibrationReviewer,
    CalibrationRound,
    Claim,
    Cycle,
    Indicator,
    LedgerEntry,
    Mark,
)
from assessments.models.calibration import AT_HAND
from assessments.models.cycle import new_seed
from assessments.scoring.sampling import Candidate, drawn_evenly, is_drawn
from civportal.lib.clock import today
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock
from units.models import User

SMALLEST, LARGEST = 3, 20


@transaction.atomic
def prepare(cycle, *, size, reviewers, seed=None, by):
    """The director begins a round: a sample drawn by a new number, or the one given, and who takes part.

    The sample is looked at, and can be changed, before the round is opened. Raises ValidationError for
    a year that is not open, a size that is none, or when there are too few records to draw from.
    """
    cycle = lock(cycle)
    if cycle.status != Cycle.Status.OPEN:
        raise ValidationError(_("Reviewers are calibrated while the year is open."))
    last = cycle.calibration_rounds.aggregate(last=Max("number"))["last"] or 0
    found = CalibrationRound.objects.create(
        cycle=cycle, number=last + 1, seed=new_seed() if seed is None else seed, created_by=by
    )
    trail.record(found, "create", by=by, to_status=found.status)
    fill(found, size)
    seat(found, reviewers)
    return found


@transaction.atomic
def draw(found, *, size, by, seen=None):
    """Another sample in the place of this one, by another number."""
    found = locked(found, "open", seen)
    before, found.seed = found.seed, new_seed()
    raise_version(found)
    found.items.all().delete()
    fill(found, size)
    trail.record(found, "draw", by=by, changes={"seed": [before, found.seed]})
    return found


def fill(found, size):
    """Draw the items: indicator by indicator in turn, at most one of a record."""
    if not SMALLEST <= size <= LARGEST:
        raise ValidationError(
            {
                "size": _("A sample has %(smallest)s to %(largest)s items.")
                % {"smallest": SMALLEST, "largest": LARGEST}
            }
        )
    chosen = drawn_evenly(pool(found.cycle), size, found.seed)
    if len(chosen) < SMALLEST:
        raise ValidationError(
            _("Only %(count)s records can be drawn; a sample needs %(smallest)s.")
            % {"count": len(chosen), "smallest": SMALLEST}
        )
    CalibrationItem.objects.bulk_create(
        CalibrationItem(round=found, entry_id=one.whole, indicator_id=int(one.stratum), position=position)
        for position, one in enumerate(chosen, 1)
    )


def pool(cycle):
    """What can be drawn: claims of records that wait for the office or are accepted.

    Not those of an earlier sample, for its line is known; and no waiting record that several reviewers
    mark blind, for what is learnt here would open their eyes.
    """
    rows = claims_at_hand(cycle).values_list(
        "entry", "indicator", "entry__status", "entry__receipt", "indicator__reviewers_needed"
    )
    known = set(CalibrationItem.objects.filter(round__cycle=cycle).order_by().values_list("entry", flat=True))
    known |= waiting_for_several(cycle, rows)
    return [
        Candidate(f"{entry}:{indicator}", str(indicator), entry)
        for entry, indicator, *_rest in rows
        if entry not in known
    ]


def claims_at_hand(cycle):
    """The claims of records in the office's hands, those with a department above left out."""
    here = Claim.objects.filter(entry__cycle=cycle, entry__status__in=AT_HAND)
    waits = Q(entry__status=LedgerEntry.Status.SUBMITTED, entry__pre_review_until__gte=today())
    return here.exclude(waits).order_by("entry", "indicator")


def waiting_for_several(cycle, rows):
    """Numbers of the records among these that wait for more than one reviewer."""
    marked = Mark.objects.filter(claim__entry__cycle=cycle, claim__entry__status=LedgerEntry.Status.SUBMITTED)
    found = set(marked.order_by().values_list("claim__entry", flat=True))
    for entry, _indicator, status, receipt, needed in rows:
        by_lot = is_drawn(receipt or "", cycle.second_review_percent, cycle.review_seed)
        if status == LedgerEntry.Status.SUBMITTED and (needed > 1 or by_lot):
            found.add(entry)
    return found


@transaction.atomic
def add_item(found, *, receipt, code="", by, seen=None):
    """Put a record into the sample by hand, by its receipt; `code` says for which indicator.

    Raises ValidationError when there is no such record in the office's hands, it stands in a sample of
    the year already, several reviewers mark it blind, or the sample is full.
    """
    found = locked(found, "open", seen)
    choice = chosen_by_hand(found, receipt.strip(), code.strip())
    if found.items.count() >= LARGEST:
        raise ValidationError(_("The sample is full: %(largest)s items.") % {"largest": LARGEST})
    last = found.items.aggregate(last=Max("position"))["last"] or 0
    item = CalibrationItem.objects.create(
        round=found, entry_id=choice.whole, indicator_id=int(choice.stratum), position=last + 1
    )
    raise_version(found)
    trail.record(found, "add_item", by=by, changes={"item": ["", str(item)]})
    return item


def chosen_by_hand(found, receipt, code):
    """What the receipt and the code name, if it can stand in the sample."""
    entry = LedgerEntry.objects.filter(cycle=found.cycle, receipt=receipt, status__in=AT_HAND).first()
    if entry is None:
        raise ValidationError({"receipt": _("No record of the year in the office's hands has this receipt.")})
    among = [one for one in pool(found.cycle) if one.whole == entry.pk]
    if not among:
        raise ValidationError(
            {"receipt": _("This record stands in a sample already, or several reviewers mark it blind.")}
        )
    codes = dict(Indicator.objects.filter(claims__entry=entry).values_list("pk", "code"))
    fitting = [one for one in among if not code or codes[int(one.stratum)] == code]
    if not fitting:
        raise ValidationError({"code": _("The record does not claim this indicator.")})
    return fitting[0]


@transaction.atomic
def remove_item(item, *, by):
    """Take an item out of the sample, before the round is opened. Nothing happens when it is gone."""
    found = locked(item.round, "open")
    item = found.items.filter(pk=item.pk).first()
    if item:
        said = str(item)
        item.delete()
        raise_version(found)
        trail.record(found, "remove_item", by=by, changes={"item": [said, ""]})
    return found


@transaction.atomic
def choose(found, reviewers, *, by, seen=None):
    """Say who takes part, before the round is opened."""
    found = locked(found, "open", seen)
    before = names_of(found)
    found.reviewers.all().delete()
    seat(found, reviewers)
    raise_version(found)
    trail.record(found, "choose", by=by, changes={"reviewers": [before, names_of(found)]})
    return found


def seat(found, reviewers):
    """These take part, if they may review at all."""
    may = set(User.objects.reviewers().values_list("pk", flat=True))
    CalibrationReviewer.objects.bulk_create(
        CalibrationReviewer(round=found, person=person) for person in reviewers if person.pk in may
    )


def names_of(found):
    return _(", ").join(found.reviewers.values_list("person__name", flat=True))


@transaction.atomic
def discard(found, *, by):
    """Throw a round away that was never opened; the trail keeps that it was there."""
    found = locked(found, "open")
    trail.record(found, "delete", by=by, note=str(found))
    found.delete()


def locked(found, verb, seen=None):
    """The round, held, from where this move starts; raises MoveNotAllowed when somebody was quicker."""
    found = lock(found)
    if not found.can(verb) or seen not in (None, found.version):
        raise MoveNotAllowed(found, verb)
    return found


def raise_version(found):
    found.version += 1
    found.save(update_fields=["version", "seed"])
