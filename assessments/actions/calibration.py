"""Calibration: a sample that several reviewers mark alone, to compare their measure and agree on a line.

What is marked here counts in no score: it names no claim, and nothing that adds up reads it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Prefetch, Q, Subquery
from django.utils.translation import gettext as _

from assessments.models import (
    CalibrationItem,
    CalibrationMark,
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
from assessments.scoring.agreement import Marked
from assessments.scoring.sampling import Candidate, drawn_evenly, is_drawn
from civportal.lib.clock import now, today
from civportal.lib.money import plain_decimal
from units.actions import editing, trail
from units.actions.move import MoveNotAllowed, lock, move
from units.models import User

from . import agreement, xray

SMALLEST, LARGEST = 3, 20
LINES_SHOWN = 3


# ── the sample ───────────────────────────────────────────────────────────────────────────────────


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
    if found.items.at_hand().count() < SMALLEST:
        raise ValidationError(
            _("A sample needs %(smallest)s records in the office's hands.") % {"smallest": SMALLEST}
        )
    people = [one.person for one in found.reviewers.select_related("person")]
    if len(people) < 2:
        raise ValidationError(_("Choose at least two reviewers; one alone is compared with nobody."))
    idle = [person.name for person in people if not found.items.markable_by(person).exists()]
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
        defaults={"points": checked(item, points), "note": note.strip()[:300], "at": now()},
    )
    trail.record(found, "mark", by=by)
    return mark


def seat_of(found, person):
    """The person's part in the round, held; raises ValidationError for who has none."""
    part = found.reviewers.select_for_update().filter(person=person).first()
    if part is None:
        raise ValidationError(_("You take no part in this calibration round."))
    return part


def checked(item, points):
    """The points as a decimal between zero and full marks."""
    points = Decimal(points)
    if not 0 <= points <= item.indicator.maximum:
        raise ValidationError(
            _("%(indicator)s takes 0 to %(maximum)s points.")
            % {"indicator": item.indicator, "maximum": plain_decimal(item.indicator.maximum)}
        )
    return points


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
    reference = None if reference is None else checked(item, reference)
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


# ── as it stands ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Task:
    """A person's work in the open round: how much is marked, and how much there is."""

    round: int
    marked: int
    all: int

    @property
    def is_marked(self):
        return self.marked >= self.all


def task_numbers(user):
    """What tells this person's task, as values of an outer statement, so that a page asks all at once."""
    own = CalibrationReviewer.objects.filter(person=user, finished_at__isnull=True, round__status="open")
    own = own.filter(round__cycle__status=Cycle.Status.OPEN).order_by()
    items = CalibrationItem.objects.filter(round__in=own.values("round")).markable_by(user).order_by()
    return {
        "calibration_round": Subquery(own.values("round")[:1]),
        "calibration_all": xray.number_of(items),
        "calibration_marked": xray.number_of(items.filter(marks__by=user)),
    }


def task_in(numbers):
    """The task of which these are the numbers; None when there is nothing to mark."""
    found, marked, everything = (numbers[f"calibration_{name}"] for name in ("round", "marked", "all"))
    return Task(found, marked, everything) if everything else None


@dataclass
class Place:
    """One item as a person may see it: the own mark, the others' where they may be seen."""

    item: CalibrationItem
    own: CalibrationMark | None = None
    marks: list = field(default_factory=list)
    is_barred: bool = False

    @property
    def marked(self):
        """The marks that are compared, as plain values; None without any."""
        points = {mark.by_id: mark.points for mark in self.marks}
        return Marked(self.item.indicator.maximum, points) if points else None

    @property
    def spread(self):
        return self.marked.spread if len(self.marks) > 1 else None

    @property
    def is_left(self):
        """Whether this person still has to mark it."""
        return not self.is_barred and self.item.is_at_hand and self.own is None


def places(found, user, *, sees):
    """The items as this person may see them, in the order of the sample; others' marks only if `sees`."""
    told = CalibrationMark.objects.told().select_related("by").order_by("-points", "pk")
    own = CalibrationMark.objects.filter(by=user)
    items = found.items.for_marking().prefetch_related(Prefetch("marks", own, to_attr="own_marks"))
    if sees:
        items = items.prefetch_related(Prefetch("marks", told, to_attr="told_marks"))
    return [
        Place(item, next(iter(item.own_marks), None), getattr(item, "told_marks", []), item.bars(user))
        for item in items
    ]


def widest_first(found):
    """The same, what lies farthest apart at the top: that is what there is to talk about."""
    return sorted(found, key=lambda place: (-(place.spread or 0), place.item.position))


def agreement_of(found):
    """How far the reviewers of a round agree, by indicator, and how severe each of them is."""
    return agreement.agreement_in(
        [compared(place) for place in found], found[0].item.round.cycle.spread_percent
    )


def marks_of(found):
    """The marks of a round that may be compared, item by item."""
    return (
        CalibrationMark.objects.told().filter(item__round=found).order_by("item__position", "-points", "pk")
    )


def compared(place):
    """An item with its marks, as agreement is computed of blind marks, too."""
    item = place.item
    return agreement.Compared(
        unit=item.entry.unit.name,
        indicator=str(item.indicator),
        maximum=item.indicator.maximum,
        points={mark.by_id: mark.points for mark in place.marks},
        names={mark.by_id: mark.by.name for mark in place.marks},
    )


def compared_in_year(cycle):
    """The items of the year's closed rounds with their marks, in one statement."""
    found = {}
    marks = CalibrationMark.objects.filter(item__round__cycle=cycle, item__round__status="closed")
    rows = marks.order_by().values_list(
        "item", "by", "by__name", "points", "item__entry__unit__name",
        "item__indicator__code", "item__indicator__name", "item__indicator__maximum",
    )  # fmt: skip
    for item, by, who, points, unit, code, name, maximum in rows:
        one = found.setdefault(item, agreement.Compared(unit, f"{code} {name}", maximum))
        one.points[by], one.names[by] = points, who
    return list(found.values())


def progress(found):
    """[(reviewer, how many are marked, how many there are for them, how many are skipped)], by name."""
    marked = dict(
        CalibrationMark.objects.filter(item__round=found).order_by().values_list("by").annotate(Count("pk"))
    )
    items = list(found.items.select_related("entry"))
    return [
        (part, marked.get(part.person_id, 0), len(items) - skipped, skipped)
        for part in found.reviewers.select_related("person")
        for skipped in [sum(one.bars(part.person) for one in items)]
    ]


def may_take_part():
    """Whoever may review for the office, by name."""
    return User.objects.reviewers().order_by("name", "pk").distinct()
