"""What a year's points would be if all reviewers were equally severe: plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from civportal.lib.money import half_up

from .agreement import Severity
from .sheet import HUNDRED, ZERO, scaled

# Of few marks little is believed: a severity of n marks counts n / (n + 10) of itself.
DOUBT = 10
# No reviewer's points are corrected by more than this, in percent of full marks.
LIMIT = Decimal(10)
# Of fewer claims that several reviewers marked nothing can be said.
ENOUGH = 10


def leaning(severity: Severity) -> Decimal:
    """What is believed of a severity, in percent of full marks and below zero where severe: shrunk towards
    zero where there are few marks, and limited."""
    believed = severity.difference * severity.count / (severity.count + DOUBT)
    return max(-LIMIT, min(LIMIT, believed))


@dataclass(frozen=True)
class Given:
    """What one record got for an indicator, and by whom; several marked blind, their mean counted."""

    points: Decimal
    by: tuple[int, ...] = ()

    def leaning(self, known: Mapping[int, Decimal]) -> Decimal:
        """How far those who gave it lean on average; who never marked beside others does not."""
        return sum((known.get(who, ZERO) for who in self.by), ZERO) / len(self.by) if self.by else ZERO


@dataclass(frozen=True)
class Moderated:
    """One indicator of one unit: what its records came to, and how far those who gave it lean."""

    maximum: Decimal
    found: Decimal
    leaning: Decimal

    @property
    def counted(self) -> Decimal:
        """What counts as it stands, never more than full marks."""
        return min(self.found, self.maximum)

    @property
    def corrected(self) -> Decimal:
        """The same without the leaning: between 0 and full marks, half up to cents.

        Where nothing was given nothing is: a severe reviewer does not turn no proof into points.
        """
        if not self.found:
            return ZERO
        even = half_up(self.found - self.leaning * self.maximum / HUNDRED)
        return max(ZERO, min(even, self.maximum))

    @property
    def difference(self) -> Decimal:
        return self.corrected - self.counted


def moderated(maximum: Decimal, given: Sequence[Given], known: Mapping[int, Decimal]) -> Moderated:
    """One indicator: its records weigh by their points, so that many small ones are not corrected often."""
    found = sum((one.points for one in given), ZERO)
    leans = sum((one.points * one.leaning(known) for one in given), ZERO)
    return Moderated(maximum, found, leans / found if found else ZERO)


def correction(raw: Decimal, applicable: Decimal, lines: Iterable[Moderated]) -> Decimal:
    """By how much the base score would move, so that it stays between 0 and 100."""
    moved = raw + sum((line.difference for line in lines), ZERO)
    return scaled(moved, applicable) - scaled(raw, applicable)
