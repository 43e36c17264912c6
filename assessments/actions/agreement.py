"""How far the reviewers of a year agree: by indicator, by unit, and how severe each of them is."""

from collections import defaultdict
from dataclasses import dataclass, field

from assessments.models import Claim, LedgerEntry, Mark
from assessments.scoring.agreement import Marked, Severity, Spread, severities, spread_of

# So many disputes stand on the page, the newest; all are in the export.
SETTLED_SHOWN = 20


@dataclass(frozen=True)
class Line:
    """What is compared, and how far its marks lie apart."""

    label: str
    spread: Spread


@dataclass(frozen=True)
class Reviewer:
    """A reviewer, and how severe beside the others."""

    name: str
    severity: Severity


@dataclass(frozen=True)
class Agreement:
    """All of it; the widest spread stands first, and the reviewer farthest from the others."""

    total: Spread | None
    indicators: list[Line]
    units: list[Line]
    reviewers: list[Reviewer]


@dataclass
class Compared:
    """One claim in one round, with the blind marks of its reviewers."""

    unit: str
    indicator: str
    maximum: object
    points: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)

    @property
    def marked(self):
        return Marked(self.maximum, self.points)


def told(cycle):
    """The marks of the year that may be seen: those by which a round was decided."""
    return Mark.objects.told().filter(claim__entry__cycle=cycle)


def disputed(cycle):
    """The records of the year that wait for an arbiter, the oldest first."""
    return LedgerEntry.objects.awaiting_review().disputed().filter(cycle=cycle).select_related("unit")


@dataclass(frozen=True)
class Settled:
    """A dispute that an arbiter decided: what was given blind, and the mark that counts."""

    claim: Claim
    blind: list
    final: Mark


def settled(marks):
    """The disputes among these marks, the newest first, in two statements."""
    finals = list(
        marks.filter(settles=True)
        .select_related("by", "claim__entry__unit", "claim__indicator")
        .order_by("-at", "-pk")[:SETTLED_SHOWN]
    )
    given = marks.filter(claim__in=[final.claim_id for final in finals], settles=False)
    blind = defaultdict(list)
    for one in given.order_by("at", "pk"):
        blind[one.claim_id, one.round].append(one)
    return [Settled(final.claim, blind[final.claim_id, final.round], final) for final in finals]


def of(marks, percent):
    """How far these marks agree; they do within so many percent of full marks of each other.

    An arbiter saw the others' marks, so an arbiter's mark is compared with nobody's.
    """
    return agreement_in(compared_in(marks.filter(settles=False)), percent)


def agreement_in(compared, percent):
    """The same of things that are known with their marks; what one person marked alone is left out."""
    compared = [one for one in compared if len(one.points) > 1]
    marked = [one.marked for one in compared]
    names = {who: name for one in compared for who, name in one.names.items()}
    reviewers = [Reviewer(names[who], severity) for who, severity in severities(marked).items()]
    return Agreement(
        total=spread_of(marked, percent),
        indicators=lines_by(compared, "indicator", percent),
        units=lines_by(compared, "unit", percent),
        reviewers=sorted(reviewers, key=lambda one: (-abs(one.severity.difference), one.name)),
    )


def compared_in(marks):
    """The claims of these marks, round by round, in one statement."""
    found = {}
    rows = marks.values_list(
        "claim", "round", "by", "by__name", "points", "claim__entry__unit__name",
        "claim__indicator__code", "claim__indicator__name", "claim__indicator__maximum",
    )  # fmt: skip
    for claim, number, by, who, points, unit, code, name, maximum in rows:
        one = found.setdefault((claim, number), Compared(unit, f"{code} {name}", maximum))
        one.points[by], one.names[by] = points, who
    return list(found.values())


def lines_by(compared, name, percent):
    """The spread of each indicator, or of each unit, the widest first."""
    groups = defaultdict(list)
    for one in compared:
        groups[getattr(one, name)].append(one.marked)
    lines = [Line(label, spread_of(marked, percent)) for label, marked in groups.items()]
    return sorted(lines, key=lambda line: (-line.spread.mean, line.label))
