"""Where the year stands: for the whole county, for a department's tree, for its weak spots."""

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractMonth

from assessments.models import (
    Award,
    Cycle,
    Duty,
    HonorItem,
    LedgerEntry,
    Plan,
    ScoreSheet,
    UnitYear,
)
from civportal.lib.clock import today

MONTHS = range(1, 13)


def figures(cycle, user=None, **more):
    """The numbers of the year in one statement, with what else a page wants to know.

    Of plans, those that wait for this person.
    """
    waiting = Plan.objects.to_decide_by(user) if user else Plan.objects.awaiting_review()
    return (
        Cycle.objects.filter(pk=cycle.pk)
        .values("pk")
        .annotate(
            units=number_of(UnitYear.objects),
            plans_waiting=number_of(waiting),
            plans_missing=number_of(Duty.objects.open().filter(kind=Duty.Kind.ANNUAL_PLAN)),
            entries_accepted=number_of(LedgerEntry.objects.filter(status=LedgerEntry.Status.ACCEPTED)),
            entries_returned=number_of(LedgerEntry.objects.filter(status=LedgerEntry.Status.RETURNED)),
            sheets_unset=number_of(ScoreSheet.objects.with_missing_values(), "unit_year__cycle"),
            **more,
        )
        .get()
    )


def number_of(rows, owner="cycle"):
    """How many of the rows belong to the record of the outer query, by default a year."""
    owned = rows.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(owned.annotate(number=Count("pk")).values("number")), Value(0))


def months(cycle):
    """Per month of the year: how many records tell of it, and how many of those are accepted."""
    rows = (
        LedgerEntry.objects.filter(cycle=cycle, held_on__year=cycle.year)
        .exclude(status=LedgerEntry.Status.DRAFT)
        .annotate(month=ExtractMonth("held_on"))
        .values("month")
        .order_by("month")
        .annotate(handed_in=Count("pk"), accepted=Count("pk", Q(status=LedgerEntry.Status.ACCEPTED)))
    )
    by_month = {row["month"]: row for row in rows}
    nothing = {"handed_in": 0, "accepted": 0}
    return [{"month": month, **nothing, **by_month.get(month, {})} for month in MONTHS]


# ── a department's tree ──────────────────────────────────────────────────────────────────────────

# Who is behind, the worst first; everybody else comes after, in the office's order.
BEHIND = (
    Q(is_overdue=True),
    Q(plan_due__isnull=False),
    Q(plan_status=Plan.Status.RETURNED) | Q(returned__gt=0),
    Q(handed_in=0),
)


def branches(units, cycle):
    """Those of the units that take part in the year, with what each handed in; who is behind comes first.

    Drafts count nowhere: what a unit has not handed in is its own.
    """
    of_unit = {"cycle": cycle, "unit": OuterRef("pk")}
    plans = Plan.objects.annual().filter(**of_unit).exclude(status=Plan.Status.DRAFT)
    owed = Duty.objects.open().filter(**of_unit, kind=Duty.Kind.ANNUAL_PLAN)
    entries = LedgerEntry.objects.filter(**of_unit).exclude(status=LedgerEntry.Status.DRAFT)
    sheets = ScoreSheet.objects.filter(unit_year__cycle=cycle, unit_year__unit=OuterRef("pk"))
    found = units.filter(Exists(UnitYear.objects.filter(**of_unit))).annotate(
        plan_status=Subquery(plans.values("status")[:1]),
        plan_number=Subquery(plans.values("pk")[:1]),
        plan_due=Subquery(owed.values("until")[:1]),
        is_overdue=Case(When(plan_due__lt=today(), then=True), default=False, output_field=BooleanField()),
        handed_in=count_of(entries),
        waiting=count_of(entries.filter(status=LedgerEntry.Status.SUBMITTED)),
        returned=count_of(entries.filter(status=LedgerEntry.Status.RETURNED)),
        last_at=Subquery(entries.order_by("-submitted_at").values("submitted_at")[:1]),
        sheet_number=Subquery(sheets.values("pk")[:1]),
        total=Subquery(sheets.values("total")[:1]),
        unset=Subquery(sheets.values("unset_count")[:1]),
    )
    order = [When(condition, then=Value(place)) for place, condition in enumerate(BEHIND)]
    return found.order_by(Case(*order, default=Value(len(order))), "handed_in", "sort_order", "pk")


def count_of(rows):
    """How many of the rows belong to the unit of the outer query."""
    counted = rows.order_by().values("unit").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def totals(rows):
    """The sums over all branches, in one statement."""
    return rows.order_by().aggregate(
        units=Count("pk"),
        plans=Count("pk", filter=Q(plan_status__isnull=False)),
        plans_accepted=Count("pk", filter=Q(plan_status=Plan.Status.ACCEPTED)),
        plans_overdue=Count("pk", filter=Q(is_overdue=True)),
        records=Coalesce(Sum("handed_in"), 0),
        to_review=Coalesce(Sum("waiting"), 0),
        to_correct=Coalesce(Sum("returned"), 0),
        silent=Count("pk", filter=Q(handed_in=0)),
    )


# ── weak spots and honors of the county ──────────────────────────────────────────────────────────


def without_plan(cycle):
    """The annual plans that are overdue, in the office's order of units."""
    overdue = Duty.objects.missing().filter(cycle=cycle, kind=Duty.Kind.ANNUAL_PLAN).select_related("unit")
    return overdue.order_by("unit__sort_order", "pk")


def silent(cycle):
    """The units' years for which no record was handed in yet."""
    entries = LedgerEntry.objects.filter(cycle=cycle, unit=OuterRef("unit"))
    handed_in = entries.exclude(status=LedgerEntry.Status.DRAFT)
    return UnitYear.objects.filter(~Exists(handed_in), cycle=cycle).select_related("unit")


def lowest(cycle):
    """The score sheets of the year, lowest first."""
    sheets = ScoreSheet.objects.filter(unit_year__cycle=cycle).for_listing()
    return sheets.order_by("total", "unit_year__unit__sort_order", "pk")


def honors_held(year):
    """(level, how many honors of it are in force that year), the highest level first."""
    rows = Award.objects.in_force(year).order_by().values("item__level").annotate(number=Count("pk"))
    numbers = {row["item__level"]: row["number"] for row in rows}
    return [(level.label, numbers.get(level.value, 0)) for level in HonorItem.Level]
