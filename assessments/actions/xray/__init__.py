"""The x-ray: every check of the year, always current, by kind of problem and not by record.

Nothing is stored: what is wrong follows at every look (docs/decisions/0038-the-x-ray.md). A kind of the
gravest severity has to be mended, or the director says why it may stand, before scores are frozen.
"""

from dataclasses import dataclass

from django.db.models import F, Func, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce

from assessments.models import Cycle

# The order in which they are imported is the order of the page.
from . import entries, scores, register, plans, honors  # isort: skip # noqa: F401
from .checks import CHECKS, Check, Severity, Way

# So many lines of a kind are shown on the page of all; the whole list is a link away.
SHOWN = 10

__all__ = [
    "CHECKS",
    "SHOWN",
    "Block",
    "Check",
    "Severity",
    "Way",
    "blocks",
    "counts",
    "grave",
    "grave_checks",
    "numbers",
    "of_severity",
]


@dataclass(frozen=True)
class Block:
    """One kind of problem as it stands: how many there are, and the first of them as lines."""

    check: Check
    count: int
    lines: list

    @property
    def more(self):
        return self.count - len(self.lines)


def counts(cycle, checks=None, units=None):
    """Check → how many records of the year have it, of these units or of all; one statement.

    Only those that have any, the gravest first.
    """
    checks = list(CHECKS.values() if checks is None else checks)
    if not checks:
        return {}
    found = Cycle.objects.filter(pk=cycle.pk).values("pk").annotate(**numbers(cycle, checks, units)).get()
    by_weight = sorted(checks, key=lambda check: list(Severity).index(check.severity))
    return {check: found[check.code] for check in by_weight if found[check.code]}


def numbers(cycle, checks, units=None):
    """Code of the check → how many records have it, as a value of an outer statement."""
    return {check.code: number_of(check.rows(cycle, units)) for check in checks}


def number_of(rows):
    """How many rows there are, as one value of an outer statement."""
    counted = rows.order_by().annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField()))
    return Coalesce(Subquery(counted.values("number")), Value(0))


def blocks(cycle, user, units=None, *, of_units=False):
    """The kinds of problem that there are, each with its first lines, in one statement each.

    `of_units` leaves out what is the office's own to see.
    """
    checks = [check for check in CHECKS.values() if check.is_of_units or not of_units]
    if units is not None:
        checks = [check for check in checks if check.subject.unit]
    found = counts(cycle, checks, units)
    return [
        Block(check, count, [check.line(record, user) for record in check.listed(cycle, units)[:SHOWN]])
        for check, count in found.items()
    ]


def of_severity(blocks):
    """(severity, its blocks), the gravest first; only those that there are."""
    by_weight = [(weight, [one for one in blocks if one.check.severity == weight]) for weight in Severity]
    return [(weight, found) for weight, found in by_weight if found]


def grave(cycle):
    """Check → number, of what has to be mended before scores are frozen."""
    return counts(cycle, grave_checks())


def grave_checks():
    return [check for check in CHECKS.values() if check.is_grave]
