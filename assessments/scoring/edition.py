"""What is scored: the rules of one edition, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ALL = "all"
BONUS = "bonus"
DEDUCTION = "deduction"


def decimal(value):
    """A number of an edition's file as an exact decimal: 0.5 is a half, whatever JSON made of it.

    Raises ValueError for what is no finite number.
    """
    if isinstance(value, bool) or value is None:
        raise ValueError(value)
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(value) from None
    if not number.is_finite():
        raise ValueError(value)
    return number


@dataclass(frozen=True)
class Item:
    """An indicator: full marks, whether the ledger proves it, and to whom it applies."""

    code: str
    group: str
    maximum: Decimal
    from_ledger: bool = False
    applies: str = ALL

    def applies_to(self, traits):
        """Whether it counts for a unit with these traits (`window`, `paired`)."""
        return self.applies == ALL or self.applies in traits


@dataclass(frozen=True)
class Rule:
    """A bonus or deduction: what one matter gives, and how much the rule counts at most.

    `amounts` are the fixed amounts to choose from; `each` is an amount that may be given several
    times; with neither, the office sets the amount.
    """

    code: str
    kind: str
    amounts: tuple[Decimal, ...] = ()
    each: Decimal | None = None
    limit: Decimal | None = None

    @classmethod
    def of(cls, code, kind, points, limit):
        """From the form in which an edition keeps it: {"each": 1} or {"city": 1, "province": 2}."""
        amounts = {name: decimal(value) for name, value in points.items()}
        each = amounts.pop("each", None)
        return cls(code, kind, tuple(amounts.values()), each, None if limit is None else decimal(limit))


@dataclass(frozen=True)
class Grade:
    """A grade and the score from which it is reached."""

    code: str
    line: Decimal


@dataclass(frozen=True)
class Floor:
    """What an indicator must reach before its unit can be recommended: points, or a share of full marks."""

    code: str
    at_least: Decimal | None = None
    share: Decimal | None = None

    @classmethod
    def of(cls, floor):
        """From the form in which an edition keeps it: {indicator, at_least | at_least_share}."""
        least, share = floor.get("at_least"), floor.get("at_least_share")
        return cls(
            floor["indicator"],
            None if least is None else decimal(least),
            None if share is None else decimal(share),
        )

    def needed(self, maximum):
        """The points that have to be reached."""
        return self.at_least if self.at_least is not None else (self.share or Decimal(0)) * maximum


@dataclass(frozen=True)
class Edition:
    """One edition of the standard, ready to count with."""

    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()
    grades: tuple[Grade, ...] = ()
    floors: tuple[Floor, ...] = ()
    bonus_cap: Decimal = Decimal(10)


def grades_of(grades: Iterable[dict]):
    """Grade lines, the highest first, from the form in which an edition keeps them."""
    lines = (Grade(grade["code"], decimal(grade["from"])) for grade in grades)
    return tuple(sorted(lines, key=lambda grade: grade.line, reverse=True))
