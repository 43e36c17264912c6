"""Adding up one unit's year, by the rules of its edition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from civportal.lib.money import half_up

from .edition import BONUS, DEDUCTION, Edition, Floor, Grade, Item, Rule

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# Reaches the highest line and misses a floor.
NOT_RECOMMENDED = "not_recommended"

# What stands behind the points of a line.
SCORED = "scored"
NO_RECORD = "no_record"
UNSET = "unset"
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Facts:
    """What is known of the unit: traits, points found in the ledger, values of the office, and by how
    much an adopted moderation moves it."""

    traits: frozenset[str] = frozenset()
    claimed: Mapping[str, Decimal] = field(default_factory=dict)
    values: Mapping[str, Decimal] = field(default_factory=dict)
    adjusted: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    moderation: Decimal = ZERO


@dataclass(frozen=True)
class Line:
    """One indicator's result: what was found, what of it counts, and what stands behind it."""

    item: Item
    state: str
    found: Decimal = ZERO
    points: Decimal = ZERO

    @property
    def counts(self):
        return self.state != NOT_APPLICABLE

    @property
    def maximum(self):
        """Full marks that count for this unit."""
        return self.item.maximum if self.counts else ZERO

    @property
    def is_full(self):
        return self.points == self.item.maximum


@dataclass(frozen=True)
class Adjusted:
    """What was entered under a bonus or deduction rule, and what of it counts."""

    rule: Rule
    given: Decimal
    counted: Decimal


@dataclass(frozen=True)
class FloorResult:
    """Whether an indicator reaches what a recommendation asks of it."""

    floor: Floor
    line: Line
    needed: Decimal
    met: bool


@dataclass(frozen=True)
class Group:
    """A group's points, and the full marks of what applies in it."""

    points: Decimal
    maximum: Decimal


@dataclass(frozen=True)
class Sum:
    """A unit's result with everything it is made of."""

    lines: tuple[Line, ...]
    groups: dict[str, Group]
    raw: Decimal
    applicable: Decimal
    base: Decimal
    moderation: Decimal
    adjusted: tuple[Adjusted, ...]
    bonus: Decimal
    deductions: Decimal
    total: Decimal
    unset: int
    floors: tuple[FloorResult, ...]
    grade: str


def add_up(edition: Edition, facts: Facts) -> Sum:
    """The sum of a unit's year.

    base = points / full marks of what applies × 100, rounded half up to two decimals, once;
    final = base + moderation (adopted by a decision; base and moderation stay between 0 and 100)
    + bonus (each rule up to its limit, all together up to the edition's cap)
    − deductions (each rule up to its limit); it may pass 100 and may fall below 0.
    """
    lines = tuple(line_of(item, facts) for item in edition.items)
    raw = sum((line.points for line in lines), ZERO)
    applicable = sum((line.maximum for line in lines), ZERO)
    base = scaled(raw, applicable)
    moderation = within(base, facts.moderation)
    adjusted = tuple(adjustment(rule, facts.adjusted.get(rule.code, ())) for rule in edition.rules)
    bonus = min(counted(adjusted, BONUS), edition.bonus_cap)
    deductions = counted(adjusted, DEDUCTION)
    total = base + moderation + bonus - deductions
    floors = tuple(floor_results(edition.floors, lines))
    return Sum(
        lines=lines,
        groups=by_group(lines),
        raw=raw,
        applicable=applicable,
        base=base,
        moderation=moderation,
        adjusted=adjusted,
        bonus=bonus,
        deductions=deductions,
        total=total,
        unset=sum(line.state == UNSET for line in lines),
        floors=floors,
        grade=grade_of(total, edition.grades, floors),
    )


def line_of(item: Item, facts: Facts) -> Line:
    """One indicator: the ledger's sum or the office's value, never more than full marks.

    An office value that is missing is 未评: it counts 0 and is reported. A ledger indicator without
    accepted record also counts 0, but nothing is missing: the unit has shown nothing.
    """
    if not item.applies_to(facts.traits):
        return Line(item, NOT_APPLICABLE)
    known = facts.claimed if item.from_ledger else facts.values
    found = known.get(item.code)
    if found is None:
        return Line(item, NO_RECORD if item.from_ledger else UNSET)
    return Line(item, SCORED, found, min(found, item.maximum))


def scaled(raw: Decimal, applicable: Decimal) -> Decimal:
    """Points as of a hundred, half up to two decimals; 0 where nothing applies."""
    return half_up(raw * HUNDRED / applicable) if applicable else half_up(ZERO)


def within(base: Decimal, moderation: Decimal) -> Decimal:
    """What of a moderation counts: it lifts no base score above 100 and pushes none below 0."""
    return max(-base, min(moderation, HUNDRED - base))


def by_group(lines: Iterable[Line]) -> dict[str, Group]:
    """Group code → its points and its applicable full marks, in the order of the tree."""
    groups: dict[str, Group] = {}
    for line in lines:
        so_far = groups.get(line.item.group, Group(ZERO, ZERO))
        groups[line.item.group] = Group(so_far.points + line.points, so_far.maximum + line.maximum)
    return groups


def adjustment(rule: Rule, values: Iterable[Decimal]) -> Adjusted:
    """What was entered under a rule counts up to the rule's limit."""
    given = sum(values, ZERO)
    return Adjusted(rule, given, given if rule.limit is None else min(given, rule.limit))


def counted(adjusted: Iterable[Adjusted], kind: str) -> Decimal:
    """What the rules of one kind come to, each up to its limit."""
    return sum((one.counted for one in adjusted if one.rule.kind == kind), ZERO)


def floor_results(floors: Iterable[Floor], lines: Iterable[Line]):
    """How each floor stands; one on an indicator that does not apply asks nothing."""
    by_code = {line.item.code: line for line in lines}
    for floor in floors:
        line = by_code.get(floor.code)
        if line is not None and line.counts:
            needed = floor.needed(line.item.maximum)
            yield FloorResult(floor, line, needed, line.points >= needed)


def grade_of(total: Decimal, grades: Sequence[Grade], floors: Iterable[FloorResult]) -> str:
    """The highest line reached; the top one only with every floor met. Lines come highest first."""
    if not grades:
        return ""
    reached = next((grade for grade in grades if total >= grade.line), grades[-1])
    if reached is grades[0] and not all(result.met for result in floors):
        return NOT_RECOMMENDED
    return reached.code
