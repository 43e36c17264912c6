"""Which units are weak, by rule: each rule finds its units and says why, with figures.

A rule is a function registered with `rule`; inspections and complaints join by registering theirs.
It takes the facts of the year and yields (number of the unit, sentence, address). Rules that look at
the same records share one statement: all that look at duties do, and all that look at the ledger.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.models import Cycle, Duty, LedgerEntry, Stage, UnitYear
from assessments.models.duty import standing
from civportal.lib.clock import today
from units.models import Unit

# No norm names these; they are what the office works by, and a unit is only proposed, never listed, by
# them. Three misses are a habit, one is an oversight; after a month nobody is merely late.
MANY_OVERDUE, LONG_OVERDUE_DAYS = 3, 30
# Two documents that were not even received: the fourth of the gaps the office asks about.
MANY_UNSIGNED = 2
# Something returned has five working days, a week with its weekend, where no holiday table says more.
COME_BACK_DAYS = 7
# The wall charts the office drew by hand said "60 days without a record".
SILENT_DAYS = 60
# Supplement after return goes two rounds; two records lying returned are one too many.
MANY_RETURNED = 2
# A draft a month old is not being written any more.
STALE_DRAFT_DAYS = 30

# What has a rule of its own, and does not count among what is overdue in general.
ALONE = {
    "plan": Duty.Kind.ANNUAL_PLAN,
    "deployment": Duty.Kind.DEPLOYMENT,
    "receipt": Duty.Kind.RECEIPT,
}


@dataclass(frozen=True)
class Reason:
    """Why a unit is weak: by which rule, in a sentence, and where it can be looked at."""

    rule: str
    sentence: str
    href: str


@dataclass(frozen=True)
class Rule:
    """One way of being weak: its name for the filter, and the function that finds the units."""

    code: str
    label: str
    finds: Callable


RULES: dict[str, Rule] = {}


def rule(label):
    """Register the function as a rule under its own name."""

    def register(function):
        RULES[function.__name__] = Rule(function.__name__, label, function)
        return function

    return register


def reasons(cycle, units=None, on=None):
    """Number of the unit → its reasons, in the order of the rules; only units that have one.

    `units` is a query; left out, everybody who takes part in the year.
    """
    units = takers(cycle) if units is None else units
    facts = Facts(cycle, units.order_by().values("pk"), on or today())
    found = defaultdict(list)
    for one in RULES.values():
        for unit, sentence, href in one.finds(facts):
            found[unit].append(Reason(one.code, sentence, href))
    return dict(found)


def takers(cycle):
    """The units that take part in the year."""
    return Unit.objects.participating().filter(years__cycle=cycle)


@dataclass(frozen=True)
class Facts:
    """What the rules look at: a year, a query of units' numbers, a day; each statement is asked once."""

    cycle: Cycle
    units: object
    on: date

    @cached_property
    def duties(self):
        """One row per unit that missed something or has something to bring back, in one statement."""
        stands = standing(self.on)
        missing = stands[Duty.State.MISSING]
        returned = stands[Duty.State.RETURNED] & self.is_back_late
        counted = {name: missing & Q(kind=kind) for name, kind in ALONE.items()}
        counted["others"] = missing & ~Q(kind__in=ALONE.values())
        figures = {f"{name}_count": Count("pk", holds) for name, holds in counted.items()}
        figures |= {f"{name}_first": Min("until", filter=holds) for name, holds in counted.items()}
        figures |= {name: Max("pk", filter=counted[name]) for name in ("plan", "deployment")}
        figures |= {"back_count": Count("pk", returned), "back_first": Min("returned_at", filter=returned)}
        owed = Duty.objects.filter(missing | returned, cycle=self.cycle, unit__in=self.units)
        return list(owed.order_by("unit").values("unit").annotate(**figures))

    @property
    def is_back_late(self):
        """What was returned was to come back by a day that is over; a week where no table tells the day."""
        a_week_ago = self.on - timedelta(days=COME_BACK_DAYS)
        return Q(supplement_by__lt=self.on) | Q(supplement_by__isnull=True, returned_at__date__lt=a_week_ago)

    @cached_property
    def records(self):
        """One row per unit of the year with how its records stand, in one statement."""
        of_year = Q(unit__entries__cycle=self.cycle)
        is_draft = of_year & Q(unit__entries__status=LedgerEntry.Status.DRAFT)
        handed_in = of_year & ~Q(unit__entries__status=LedgerEntry.Status.DRAFT)
        is_returned = of_year & Q(unit__entries__status=LedgerEntry.Status.RETURNED)
        years = UnitYear.objects.filter(cycle=self.cycle, unit__in=self.units).order_by("unit")
        return list(
            years.values("unit", "unit__name").annotate(
                last=Max("unit__entries__submitted_at", filter=handed_in),
                handed_in=Count("unit__entries", filter=handed_in),
                returned=Count("unit__entries", filter=is_returned),
                drafts=Count("unit__entries", filter=is_draft),
                begun=Min("unit__entries__created_at", filter=is_draft),
            )
        )


# ── what is owed ─────────────────────────────────────────────────────────────────────────────────


@rule(gettext_lazy("no annual plan"))
def no_plan(facts):
    """The annual plan did not come by its day."""
    for row in facts.duties:
        if row["plan"]:
            text = _("No annual plan: it was due by %(day)s, %(days)s days ago.")
            yield row["unit"], text % since(row["plan_first"], facts.on), page_of(row["plan"])


@rule(gettext_lazy("no deployment"))
def no_deployment(facts):
    """No record shows that the year's work was deployed."""
    for row in facts.duties:
        if row["deployment"]:
            text = _("No record of a deployment: it was due by %(day)s, %(days)s days ago.")
            yield row["unit"], text % since(row["deployment_first"], facts.on), page_of(row["deployment"])


def page_of(duty):
    return reverse("assessments:duty", args=[duty])


@rule(gettext_lazy("much is overdue"))
def overdue(facts):
    """Several things are missing, or one has been for long."""
    long_ago = facts.on - timedelta(days=LONG_OVERDUE_DAYS)
    for row in facts.duties:
        count, first = row["others_count"], row["others_first"]
        if count < MANY_OVERDUE and not (first and first <= long_ago):
            continue
        text = ngettext(
            "%(count)s thing is overdue: it was due by %(day)s, %(days)s days ago.",
            "%(count)s things are overdue, the first was due by %(day)s, %(days)s days ago.",
            count,
        )
        yield row["unit"], text % {"count": count, **since(first, facts.on)}, unit_page(row["unit"])


@rule(gettext_lazy("documents not received"))
def unsigned(facts):
    """Documents of the office were not signed for."""
    for row in facts.duties:
        if row["receipt_count"] < MANY_UNSIGNED:
            continue
        text = _("%(count)s documents are not signed for, the first was due by %(day)s, %(days)s days ago.")
        said = {"count": row["receipt_count"], **since(row["receipt_first"], facts.on)}
        yield row["unit"], text % said, unit_page(row["unit"])


@rule(gettext_lazy("returned and not come back"))
def not_come_back(facts):
    """What the office returned was to come back by a day that is over."""
    for row in facts.duties:
        if not row["back_count"]:
            continue
        text = ngettext(
            "%(count)s thing was returned on %(day)s, %(days)s days ago, and has not come back in time.",
            "%(count)s things were returned, the first on %(day)s, %(days)s days ago, "
            "and have not come back in time.",
            row["back_count"],
        )
        said = {"count": row["back_count"], **since(localdate(row["back_first"]), facts.on)}
        yield row["unit"], text % said, unit_page(row["unit"])


def unit_page(unit):
    return reverse("unit", args=[unit])


def since(day, on):
    """The day and how long ago it was, as the sentences want it."""
    return {"day": date_format(day, "DATE_FORMAT"), "days": (on - day).days}


# ── the ledger ───────────────────────────────────────────────────────────────────────────────────


@rule(gettext_lazy("no record for long"))
def silent(facts):
    """No record was handed in for two months in which the ledger was open."""
    stage = facts.cycle.stage(Stage.Kind.LEDGER)
    until = min(facts.on, stage.closes_on) if stage else facts.on
    long_ago = until - timedelta(days=SILENT_DAYS)
    if stage is None or stage.opens_on > long_ago:
        return
    for row in facts.records:
        last = row["last"] and localdate(row["last"])
        if last is None or last <= long_ago:
            yield row["unit"], silence(last, stage.opens_on, until), ledger_of(row["unit__name"])


def silence(last, opened, until):
    """How long nothing came: since the last record, or since the ledger was opened."""
    if last is None:
        text = _("No record was handed in since the ledger opened on %(day)s, %(days)s days ago.")
        return text % since(opened, until)
    return _("The last record was handed in on %(day)s, %(days)s days ago.") % since(last, until)


@rule(gettext_lazy("many records returned"))
def many_returned(facts):
    """Several records lie with the unit for correction."""
    for row in facts.records:
        if row["returned"] >= MANY_RETURNED:
            text = _("%(count)s records were returned and are not corrected.") % {"count": row["returned"]}
            yield row["unit"], text, ledger_of(row["unit__name"], LedgerEntry.Status.RETURNED)


@rule(gettext_lazy("drafts only"))
def drafts_only(facts):
    """Records were begun a month ago and none was ever handed in; how many, and nothing of what they say."""
    stale = facts.on - timedelta(days=STALE_DRAFT_DAYS)
    for row in facts.records:
        if row["handed_in"] or not row["begun"] or localdate(row["begun"]) > stale:
            continue
        text = ngettext(
            "%(count)s record was begun on %(day)s, %(days)s days ago; none is handed in.",
            "%(count)s records were begun, the first on %(day)s, %(days)s days ago; none is handed in.",
            row["drafts"],
        )
        said = {"count": row["drafts"], **since(localdate(row["begun"]), facts.on)}
        yield row["unit"], text % said, ledger_of(row["unit__name"])


def ledger_of(name, status=""):
    """The list of the unit's records."""
    asked = {"q": name, "status": status} if status else {"q": name}
    return f"{reverse('assessments:entries')}?{urlencode(asked)}"
