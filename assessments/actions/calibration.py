"""Calibration: a sample that several reviewers mark alone, to compare their measure and agree on a line.

What is marked here counts in no score: it names no claim, and nothing that adds up reads it.
"""

from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.models import (
    CalibrationItem,
    CalibrationMark,
    CalibrationRound,
)
from assessments.models.conflict import with_recusals
from civportal.lib.clock import now
from units.actions import editing, trail
from units.actions.move import lock, move

from . import review
from .calibration_sample import SMALLEST, locked

LINES_SHOWN = 3


# ── open ─────────────────────────────────────────────────────────────────────────────────────────


def open_round(found, *, by, seen=None):
    """Fix the sample and tell the reviewers; from now on they mark.

    Raises ValidationError for too small a sample, fewer than two reviewers, somebody who could mark
    nothing, or while another round of the year is open.
    """
    try:
        with move(found, "open", by=by, seen=seen) as found:
            check_ready(found)
            found.opened_at = now()
    except IntegrityError:
        raise ValidationError(_("Another calibration round is open; close it first.")) from None
    return found


def check_ready(found):
    """Raise ValidationError unless the round can be opened as it is."""
    if CalibrationRound.objects.filter(cycle=found.cycle, status="open").exclude(pk=found.pk).exists():
        raise ValidationError(_("Another calibration round is open; close it first."))
    items = list(found.items.at_hand().select_related("entry"))
    if len(items) < SMALLEST:
        raise ValidationError(
            _("A sample needs %(smallest)s records in the office's hands.") % {"smallest": SMALLEST}
        )
    people = with_recusals(one.person for one in found.reviewers.select_related("person"))
    if len(people) < 2:
        raise ValidationError(_("Choose at least two reviewers; one alone is compared with nobody."))
    idle = [person.name for person in people if all(item.bars(person) for item in items)]
    if idle:
        raise ValidationError(
            _("A conflict of interest with every record of the sample: %(names)s.")
            % {"names": _(", ").join(idle)}
        )


@transaction.atomic
def give(item, points, *, note="", by):
    """A reviewer's mark for one item, blind; it can be given anew until one's marks are finished.

    Raises ValidationError for points that are none, for who keeps away from the record, and when the
    marks are finished; MoveNotAllowed when the round is closed.
    """
    found = locked(item.round, "close")
    part = seat_of(found, by)
    if part.finished_at:
        raise ValidationError(_("Your marks are finished; they stay as they are."))
    if item.bars(by):
        raise ValidationError(_("You have a conflict of interest with this record; leave it out."))
    if not item.is_at_hand:
        raise ValidationError(_("The record is with its unit just now; leave it out."))
    mark, _is_new = CalibrationMark.objects.update_or_create(
        item=item,
        by=by,
        defaults={
            "points": review.checked_points(item.indicator, points),
            "note": note.strip()[:300],
            "at": now(),
        },
    )
    trail.record(found, "mark", by=by)
    return mark


def seat_of(found, person):
    """The person's part in the round, held; raises ValidationError for who has none."""
    part = found.reviewers.select_for_update().filter(person=person).first()
    if part is None:
        raise ValidationError(_("You take no part in this calibration round."))
    return part


@transaction.atomic
def finish(found, *, by):
    """A reviewer has marked everything; from now on these marks stay, and the others' can be seen.

    Raises ValidationError while something is left, MoveNotAllowed when the round is closed.
    """
    found = locked(found, "close")
    part = seat_of(found, by)
    if part.finished_at:
        return part
    if left(found, by).exists():
        raise ValidationError(_("Something is left to mark."))
    part.finished_at = now()
    part.save(update_fields=["finished_at"])
    trail.record(found, "finish", by=by)
    return part


def left(found, user):
    """The items that this person still has to mark, in the order of the sample."""
    return found.items.markable_by(user).exclude(marks__by=user)


def close(found, *, by, seen=None):
    """Nothing more is marked; everybody who took part compares. What was not finished counts as it is."""
    with move(found, "close", by=by, seen=seen) as found:
        found.closed_at = now()
    return found


# ── the talk ─────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def refer(item, reference, *, by, seen=None):
    """The director says what they would give; it is told with the marks.

    Raises ValidationError for points that are none and for a record from which the director keeps away,
    ChangedMeanwhile when somebody was quicker.
    """
    if item.bars(by):
        raise ValidationError(_("You have a conflict of interest with this record; leave it out."))
    reference = None if reference is None else review.checked_points(item.indicator, reference)
    return editing.edit(item, {"reference": reference}, by=by, seen=seen)


@transaction.atomic
def agree(item, line, *, by, seen=None):
    """Write down the line agreed on; it stands beside the indicator wherever it is reviewed this year.

    Only once the round is closed: before, it would tell those who still mark blind.
    """
    locked_round = lock(item.round)
    if not locked_round.is_closed:
        raise ValidationError(_("A line is agreed on when the round is closed: some still mark blind."))
    line = " ".join(line.split())
    if len(line) > 300:
        raise ValidationError({"line": _("A line has 300 characters at most.")})
    return editing.edit(item, {"line": line}, by=by, seen=seen)


def lines_of(cycle, indicators):
    """Indicator number → the lines agreed on this year, the newest first, in one query."""
    said = CalibrationItem.objects.filter(
        round__cycle=cycle, round__status="closed", indicator__in=indicators
    )
    found = defaultdict(list)
    for item in said.exclude(line="").select_related("round__cycle").order_by("-round__number", "position"):
        if len(found[item.indicator_id]) < LINES_SHOWN:
            found[item.indicator_id].append(item)
    return found
