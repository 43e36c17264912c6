"""Why a sheet says what it says: every point with its rule, its basis, the person and the time.

It is counted again from the same facts by the same arithmetic, so the page cannot tell another story
than the sum.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch

from assessments.models import Adjustment, Claim, LedgerEntry, Review, ScoreLine
from assessments.scoring import sheet as sums

from . import score


@dataclass
class Proof:
    """An accepted claim, and who decided it when."""

    claim: Claim
    review: Review | None

    @property
    def entry(self):
        return self.claim.entry


@dataclass
class ExplainedLine:
    """One indicator on the sheet."""

    indicator: object
    line: sums.Line
    proofs: list[Proof] = field(default_factory=list)
    # How many entries that claim it are still undecided.
    waiting: int = 0
    value: ScoreLine | None = None

    @property
    def takes_value(self):
        """Whether the office values it on this sheet."""
        return self.line.counts and not self.indicator.comes_from_ledger

    @property
    def is_unset(self):
        return self.line.state == sums.UNSET

    @property
    def is_capped(self):
        """Whether more was found than full marks."""
        return self.line.found > self.line.points

    @property
    def seen(self):
        """What a form remembers of the value it was opened with."""
        return score.seen_value(self.value)


@dataclass
class ExplainedGroup:
    """A group of the tree with its lines."""

    indicator: object
    points: object
    maximum: object
    lines: list[ExplainedLine]


@dataclass
class ExplainedRule:
    """A bonus or deduction rule with what was entered under it."""

    adjustment: Adjustment
    adjusted: sums.Adjusted
    lines: list[ScoreLine]

    @property
    def is_capped(self):
        return self.adjusted.given > self.adjusted.counted


@dataclass
class Explanation:
    """A score sheet that explains itself."""

    sheet: object
    result: sums.Sum
    groups: list[ExplainedGroup]
    rules: list[ExplainedRule]
    # The line of an adopted moderation, or None.
    moderated: ScoreLine | None = None

    @property
    def lines(self):
        return [line for group in self.groups for line in group.lines]

    @property
    def bonuses(self):
        return self.used(Adjustment.Kind.BONUS)

    @property
    def deductions(self):
        return self.used(Adjustment.Kind.DEDUCTION)

    def used(self, kind):
        """The rules of one kind under which something was entered."""
        return [rule for rule in self.rules if rule.adjustment.kind == kind and rule.lines]

    @property
    def bonus_is_capped(self):
        """Whether the rules come to more than all bonus together may give."""
        return sums.counted(self.result.adjusted, Adjustment.Kind.BONUS) > self.result.bonus

    @property
    def floors(self):
        """(indicator, result) of every floor that asks something of this unit."""
        by_code = {line.indicator.code: line.indicator for line in self.lines}
        return [(by_code[floor.floor.code], floor) for floor in self.result.floors]

    @property
    def by_method(self):
        """(way of assessing, full marks) as the edition weighs them, the heaviest first."""
        weights = defaultdict(int)
        for line in self.lines:
            weights[line.indicator.get_method_display()] += line.indicator.maximum
        return sorted(weights.items(), key=lambda pair: -pair[1])


def explain(sheet):
    """The explanation of a sheet, in the same few queries however much there is to tell."""
    standard = sheet.unit_year.cycle.standard
    tree = list(standard.indicators.prefetch_related("levels"))
    rules = list(standard.adjustments.all())
    values = list(sheet.lines.select_related("by", "moderated__moderation"))
    moderated = next((line for line in values if line.moderated_id), None)
    proofs, waiting = claims_of(sheet)
    facts = sums.Facts(
        traits=score.traits_of(sheet.unit_year),
        claimed={code: sum((one.claim.points or 0 for one in found), 0) for code, found in proofs.items()},
        values=by_code(tree, values),
        adjusted=by_rule(rules, values),
        moderation=moderated.value if moderated else 0,
    )
    result = sums.add_up(score.edition_from(standard, tree, rules), facts)
    return Explanation(
        sheet=sheet,
        result=result,
        groups=groups_of(tree, result, proofs, waiting, values),
        rules=rules_of(rules, result, values),
        moderated=moderated,
    )


def claims_of(sheet):
    """Accepted claims and the number of undecided ones, both by indicator code."""
    decided = Prefetch("entry__reviews", Review.objects.select_related("by").order_by("-round"))
    claims = (
        Claim.objects.filter(
            entry__cycle=sheet.unit_year.cycle_id,
            entry__unit=sheet.unit_year.unit_id,
            entry__status__in=[LedgerEntry.Status.ACCEPTED, LedgerEntry.Status.SUBMITTED],
        )
        .select_related("entry", "indicator")
        .prefetch_related(decided)
        .order_by("entry__held_on", "pk")
    )
    proofs, waiting = defaultdict(list), defaultdict(int)
    for claim in claims:
        if claim.entry.status == LedgerEntry.Status.SUBMITTED:
            waiting[claim.indicator.code] += 1
        else:
            proofs[claim.indicator.code].append(Proof(claim, next(iter(claim.entry.reviews.all()), None)))
    return proofs, waiting


def by_code(tree, values):
    """Indicator code → the office's value."""
    codes = {indicator.pk: indicator.code for indicator in tree}
    return {codes[line.indicator_id]: line.value for line in values if line.indicator_id}


def by_rule(rules, values):
    """Rule code → the points entered under it."""
    return {rule.code: [line.value for line in values if line.adjustment_id == rule.pk] for rule in rules}


def groups_of(tree, result, proofs, waiting, values):
    """The tree with its results, group by group."""
    found = {line.item.code: line for line in result.lines}
    entered = {line.indicator_id: line for line in values if line.indicator_id}
    lines = defaultdict(list)
    for indicator in tree:
        if indicator.parent_id:
            lines[indicator.parent_id].append(
                ExplainedLine(
                    indicator,
                    found[indicator.code],
                    proofs.get(indicator.code, []),
                    waiting.get(indicator.code, 0),
                    entered.get(indicator.pk),
                )
            )
    return [
        ExplainedGroup(
            head, result.groups[head.code].points, result.groups[head.code].maximum, lines[head.pk]
        )
        for head in tree
        if head.pk in lines
    ]


def rules_of(rules, result, values):
    """Each rule with what was entered under it."""
    adjusted = {one.rule.code: one for one in result.adjusted}
    return [
        ExplainedRule(rule, adjusted[rule.code], [line for line in values if line.adjustment_id == rule.pk])
        for rule in rules
    ]
