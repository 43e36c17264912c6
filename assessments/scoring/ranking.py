"""From totals to places: plain values in, plain values out."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Standing:
    """What one unit's place depends on: its total, and its points by group for breaking a tie."""

    key: Hashable
    total: Decimal
    groups: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """One unit's place; `is_shared` when the tie rule could not separate it from another."""

    key: Hashable
    rank: int
    is_shared: bool = False


def places(standings: Iterable[Standing], ties: Sequence[str] = ()) -> list[Place]:
    """Everybody's place, best first.

    The higher total comes first. Equal totals are separated by the points of the groups in `ties`,
    the first that differs deciding; a group without points counts 0. What stays equal shares the
    place, and the next place is left out (1, 1, 3); those who share keep the order they came in.
    """
    ordered = sorted(standings, key=lambda standing: strength(standing, ties), reverse=True)
    found: list[Place] = []
    for _strength, group in groupby(ordered, key=lambda standing: strength(standing, ties)):
        equals = list(group)
        rank = len(found) + 1
        found += [Place(standing.key, rank, len(equals) > 1) for standing in equals]
    return found


def strength(standing: Standing, ties: Sequence[str]) -> tuple[Decimal, ...]:
    """What is compared: the total, then the points of each tie group."""
    return (standing.total, *(standing.groups.get(code, NOTHING) for code in ties))


@dataclass(frozen=True)
class Bin:
    """How many totals lie from `start` up to, but not including, `end`."""

    start: Decimal
    end: Decimal
    count: int


def spread(totals: Iterable[Decimal], step: Decimal) -> list[Bin]:
    """Totals counted in bins of equal width, from the lowest to the highest, gaps included."""
    # Rounded to the floor: the operator // cuts towards zero and would misplace negative totals.
    counts = Counter(int((total / step).to_integral_value(ROUND_FLOOR)) for total in totals)
    if not counts:
        return []
    numbers = range(min(counts), max(counts) + 1)
    return [Bin(number * step, (number + 1) * step, counts[number]) for number in numbers]
