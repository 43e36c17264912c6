"""Which units are weak, by rule: each rule finds its units in one statement and says why, with figures.

A rule is a function registered with `rule`; inspections and complaints join by registering theirs.
It takes the year, a query of units and the day, and yields (number of the unit, sentence, address).
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.models import Duty, LedgerEntry, Stage, UnitYear
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
COUNTED_ALONE = [Duty.Kind.ANNUAL_PLAN, Duty.Kind.DEPLOYMENT, Duty.Kind.RECEIPT]


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
    found = defaultdict(list)
    for one in RULES.values():
        for unit, sentence, href in one.finds(cycle, units.order_by().values("pk"), on or today()):
            found[unit].append(Reason(one.code, sentence, href))
    return dict(found)


def takers(cycle):
    """The units that take part in the year."""
    return Unit.objects.participating().filter(years__cycle=cycle)


# ── what is owed ─────────────────────────────────────────────────────────────────────────────────


@rule(gettext_lazy("no annual plan"))
def no_plan(cycle, units, on):
    """The annual plan did not come by its day."""
    for duty in missing(cycle, units, on).filter(kind=Duty.Kind.ANNUAL_PLAN):
        text = _("No annual plan: it was due by %(day)s, %(days)s days ago.")
        yield duty.unit_id, text % since(duty.until, on), duty.get_absolute_url()


@rule(gettext_lazy("no deployment"))
def no_deployment(cycle, units, on):
    """No record shows that the year's work was deployed."""
    for duty in missing(cycle, units, on).filter(kind=Duty.Kind.DEPLOYMENT):
        text = _("No record of a deployment: it was due by %(day)s, %(days)s days ago.")
        yield duty.unit_id, text % since(duty.until, on), duty.get_absolute_url()


@rule(gettext_lazy("much is overdue"))
def overdue(cycle, units, on):
    """Several things are missing, or one has been for long."""
    counted = per_unit(missing(cycle, units, on).exclude(kind__in=COUNTED_ALONE), first=Min("until"))
    long_ago = on - timedelta(days=LONG_OVERDUE_DAYS)
    for row in counted.filter(Q(number__gte=MANY_OVERDUE) | Q(first__lte=long_ago)):
        text = ngettext(
            "%(count)s thing is overdue: it was due by %(day)s, %(days)s days ago.",
            "%(count)s things are overdue, the first was due by %(day)s, %(days)s days ago.",
            row["number"],
        )
        said = {"count": row["number"], **since(row["first"], on)}
        yield row["unit"], text % said, reverse("unit", args=[row["unit"]])


@rule(gettext_lazy("documents not received"))
def unsigned(cycle, units, on):
    """Documents of the office were not signed for."""
    owed = missing(cycle, units, on).filter(kind=Duty.Kind.RECEIPT)
    for row in per_unit(owed, first=Min("until")).filter(number__gte=MANY_UNSIGNED):
        text = _("%(count)s documents are not signed for, the first was due by %(day)s, %(days)s days ago.")
        said = {"count": row["number"], **since(row["first"], on)}
        yield row["unit"], text % said, reverse("unit", args=[row["unit"]])


@rule(gettext_lazy("returned and not come back"))
def not_come_back(cycle, units, on):
    """What the office returned was to come back by a day that is over."""
    by_habit = Q(supplement_by__isnull=True, returned_at__date__lt=on - timedelta(days=COME_BACK_DAYS))
    returned = Duty.objects.returned().filter(cycle=cycle, unit__in=units)
    late = per_unit(returned.filter(Q(supplement_by__lt=on) | by_habit), first=Min("returned_at"))
    for row in late:
        text = ngettext(
            "%(count)s thing was returned on %(day)s, %(days)s days ago, and has not come back in time.",
            "%(count)s things were returned, the first on %(day)s, %(days)s days ago, "
            "and have not come back in time.",
            row["number"],
        )
        said = {"count": row["number"], **since(localdate(row["first"]), on)}
        yield row["unit"], text % said, reverse("unit", args=[row["unit"]])


def missing(cycle, units, on):
    """The duties of these units for which nothing came although their day is over."""
    return Duty.objects.missing(on).filter(cycle=cycle, unit__in=units).order_by("unit", "pk")


def per_unit(rows, **sums):
    """One row per unit: how many, and what else is asked."""
    return rows.order_by().values("unit").annotate(number=Count("pk"), **sums)


def since(day, on):
    """The day and how long ago it was, as the sentences want it."""
    return {"day": date_format(day, "DATE_FORMAT"), "days": (on - day).days}


# ── the ledger ───────────────────────────────────────────────────────────────────────────────────


@rule(gettext_lazy("no record for long"))
def silent(cycle, units, on):
    """No record was handed in for two months in which the ledger was open."""
    stage = cycle.stage(Stage.Kind.LEDGER)
    until = min(on, stage.closes_on) if stage else on
    long_ago = until - timedelta(days=SILENT_DAYS)
    if stage is None or stage.opens_on > long_ago:
        return
    handed_in = entries_of(cycle, OuterRef("unit")).exclude(status=LedgerEntry.Status.DRAFT)
    newest = handed_in.order_by("-submitted_at").values("submitted_at")[:1]
    years = UnitYear.objects.filter(cycle=cycle, unit__in=units).annotate(last=Subquery(newest))
    quiet = years.filter(Q(last__isnull=True) | Q(last__date__lte=long_ago)).order_by("unit")
    for unit, name, last in quiet.values_list("unit", "unit__name", "last"):
        yield unit, silence(localdate(last) if last else None, stage.opens_on, until), ledger_of(name)


def silence(last, opened, until):
    """How long nothing came: since the last record, or since the ledger was opened."""
    if last is None:
        text = _("No record was handed in since the ledger opened on %(day)s, %(days)s days ago.")
        return text % since(opened, until)
    return _("The last record was handed in on %(day)s, %(days)s days ago.") % since(last, until)


@rule(gettext_lazy("many records returned"))
def many_returned(cycle, units, on):
    """Several records lie with the unit for correction."""
    returned = entries_of(cycle).filter(unit__in=units, status=LedgerEntry.Status.RETURNED)
    named = returned.order_by().values("unit", "unit__name").annotate(number=Count("pk"))
    for row in named.filter(number__gte=MANY_RETURNED):
        text = _("%(count)s records were returned and are not corrected.") % {"count": row["number"]}
        yield row["unit"], text, ledger_of(row["unit__name"], LedgerEntry.Status.RETURNED)


@rule(gettext_lazy("drafts only"))
def drafts_only(cycle, units, on):
    """Records were begun a month ago and none was ever handed in; how many, and nothing of what they say."""
    is_draft = Q(status=LedgerEntry.Status.DRAFT)
    begun = entries_of(cycle).filter(unit__in=units).order_by().values("unit", "unit__name")
    counted = begun.annotate(
        number=Count("pk", is_draft), others=Count("pk", ~is_draft), first=Min("created_at")
    )
    stale = counted.filter(others=0, first__date__lte=on - timedelta(days=STALE_DRAFT_DAYS))
    for row in stale:
        text = ngettext(
            "%(count)s record was begun on %(day)s, %(days)s days ago; none is handed in.",
            "%(count)s records were begun, the first on %(day)s, %(days)s days ago; none is handed in.",
            row["number"],
        )
        said = {"count": row["number"], **since(localdate(row["first"]), on)}
        yield row["unit"], text % said, ledger_of(row["unit__name"])


def entries_of(cycle, unit=None):
    """The year's records, or those of one unit."""
    entries = LedgerEntry.objects.filter(cycle=cycle)
    return entries if unit is None else entries.filter(unit=unit)


def ledger_of(name, status=""):
    """The list of the unit's records."""
    asked = {"q": name, "status": status} if status else {"q": name}
    return f"{reverse('assessments:entries')}?{urlencode(asked)}"
