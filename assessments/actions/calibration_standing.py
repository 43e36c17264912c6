"""How a calibration round stands: what is left to whom, and what the marks say when they are compared."""

from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Subquery

from assessments.models import CalibrationItem, CalibrationMark, CalibrationReviewer, Cycle
from assessments.models.conflict import with_recusals
from assessments.scoring.agreement import Marked
from units.models import User

from . import agreement, xray


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
    parts = list(found.reviewers.select_related("person"))
    with_recusals([part.person for part in parts])
    return [
        (part, marked.get(part.person_id, 0), len(items) - skipped, skipped)
        for part in parts
        for skipped in [sum(one.bars(part.person) for one in items)]
    ]


def may_take_part():
    """Whoever may review for the office, by name."""
    return User.objects.reviewers().order_by("name", "pk").distinct()
