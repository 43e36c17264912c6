"""How far several reviewers of the same thing agree, and what their marks come to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Marked:
    """One thing that several reviewers marked: its full marks, and reviewer → points."""

    maximum: Decimal
    points: Mapping[int, Decimal]

    @property
    def mean(self) -> Decimal:
        """The mean as it is, not rounded."""
        return sum(self.points.values(), Decimal(0)) / len(self.points)

    @property
    def median(self) -> Decimal:
        """The mark in the middle, or the mean of the two there: one mark far off does not move it."""
        return median(self.points.values())

    @property
    def settled(self) -> Decimal:
        """What the marks come to: the mean, rounded half up to a tenth, and never more than full marks."""
        return min(self.mean.quantize(TENTH, ROUND_HALF_UP), self.maximum)

    @property
    def spread(self) -> Decimal:
        """The largest minus the smallest, in percent of full marks."""
        return (max(self.points.values()) - min(self.points.values())) * 100 / self.maximum

    def is_agreed(self, percent: int) -> bool:
        """Whether the marks lie within so many percent of full marks of each other."""
        return self.spread <= percent


@dataclass(frozen=True)
class Spread:
    """Many things together: how many, the mean and the largest spread in percent, the share agreed on."""

    count: int
    mean: Decimal
    largest: Decimal
    agreed: Decimal


def spread_of(marked: Iterable[Marked], percent: int) -> Spread | None:
    """What these have in common; None where there is nothing."""
    spreads = [one.spread for one in marked]
    if not spreads:
        return None
    count = len(spreads)
    agreed = sum(one <= percent for one in spreads)
    return Spread(count, sum(spreads, Decimal(0)) / count, max(spreads), Decimal(agreed) * 100 / count)


@dataclass(frozen=True)
class Severity:
    """How a reviewer marks beside the others: the mean difference in percent of full marks, and of how
    many marks. Below zero is severe, above zero mild."""

    difference: Decimal
    count: int


def severities(marked: Iterable[Marked]) -> dict[int, Severity]:
    """Reviewer → severity: the mean of (points − mean of all marks of the same thing), own mark included."""
    found = defaultdict(list)
    for one in marked:
        for reviewer, points in one.points.items():
            found[reviewer].append((points - one.mean) * 100 / one.maximum)
    return {who: Severity(sum(them, Decimal(0)) / len(them), len(them)) for who, them in found.items()}
