"""The four gaps: no plan, no deployment, no activity, documents not received; and who is hardly there.

Nothing is stored: what is missing follows at every look from duties, records and receipts.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerChoices,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractMonth, Greatest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Document, Duty, LedgerEntry, Plan, Stage, UnitYear
from assessments.scoring.rhythm import RUSH_MONTH, is_rushed
from civportal.lib.clock import end_of, today
from units.models import ResponsibilityLetter, Unit, Window

# So many months without a record count as no activity: the office looks at every unit once a
# quarter (domain 2.2), and from one look to the next something should have happened.
ACTIVITY_MONTHS = 3
# So many months without anything at all count as taking part in name only (domain row 96 leaves
# the number open): two quarters, so that a unit was named in the four gaps before.
ABSENT_MONTHS = 6

MONTHS = range(1, 13)


class Mark(IntegerChoices):
    """How one of the four stands; of several the highest counts."""

    NOT_ASKED = 0, gettext_lazy("not asked")
    DONE = 1, gettext_lazy("done")
    LATE = 2, gettext_lazy("done late")
    OWED = 3, gettext_lazy("not due yet")
    MISSING = 4, gettext_lazy("missing")


LOOKS = {
    Mark.NOT_ASKED: ("idle", "minus"),
    Mark.DONE: ("good", "check"),
    Mark.LATE: ("warn", "clock-alert"),
    Mark.OWED: ("info", "circle-dashed"),
    Mark.MISSING: ("bad", "x"),
}
# The four columns: what is looked for, and what it is called when it is missing.
COLUMNS = {
    "plan": gettext_lazy("Plan"),
    "deployment": gettext_lazy("Deployment"),
    "activity": gettext_lazy("Activities"),
    "documents": gettext_lazy("Documents received"),
}
GAPS = {
    "plan": gettext_lazy("no plan"),
    "deployment": gettext_lazy("no deployment"),
    "activity": gettext_lazy("no activity"),
    "documents": gettext_lazy("documents not received"),
}


def day_of(cycle):
    """The day as at which a year is looked at: today, or its last one."""
    return min(today(), date(cycle.year, 12, 31))


def months_before(day, months):
    """The same day so many months before, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# ── one row per unit of the year ─────────────────────────────────────────────────────────────────


def rows(years, cycle, on=None):
    """These units' years with the four marks, the number of gaps and the letter, in one statement.

    Who lacks most comes first, then the office's order of units.
    """
    found = marked(years.filter(cycle=cycle), on or day_of(cycle), cycle)
    gaps = [Case(When(**{f"{name}_mark": Mark.MISSING}, then=1), default=0) for name in COLUMNS]
    found = found.annotate(
        has_letter=Exists(ResponsibilityLetter.objects.filter(year=cycle.year, unit=OuterRef("unit"))),
        gap_count=sum(gaps[1:], gaps[0]),
    )
    return found.select_related("unit__category", "unit__town").order_by(
        "-gap_count", "unit__sort_order", "pk"
    )


def marked(years, on, cycle=None):
    """These units' years with the four marks of that day; of several years where none is given."""
    cycle = cycle or OuterRef("cycle")
    return years.annotate(
        plan_mark=duty_mark(cycle, Duty.Kind.ANNUAL_PLAN, on),
        deployment_mark=duty_mark(cycle, Duty.Kind.DEPLOYMENT, on),
        documents_mark=documents_mark(cycle, on),
        last_record_at=Subquery(
            records(cycle).order_by("-first_submitted_at").values("first_submitted_at")[:1]
        ),
        activity_mark=activity_mark(cycle, on),
    )


def mark_on(on):
    """How a duty stands on the day; what was returned is owed until the day on which it has to come back."""
    return Case(
        When(fulfilled_at__isnull=False, handed_in_at__date__gt=F("until"), then=Mark.LATE),
        When(fulfilled_at__isnull=False, then=Mark.DONE),
        When(returned_at__isnull=False, supplement_by__lt=on, then=Mark.MISSING),
        When(returned_at__isnull=False, then=Mark.OWED),
        When(until__lt=on, then=Mark.MISSING),
        default=Mark.OWED,
        output_field=IntegerField(),
    )


def owed_in(cycle, kind):
    """What the unit of the outer query owes of the kind, and has not lapsed."""
    return Duty.objects.owed().filter(cycle=cycle, unit=OuterRef("unit"), kind=kind).order_by()


def or_not_asked(subquery):
    return Coalesce(Subquery(subquery), Value(Mark.NOT_ASKED.value), output_field=IntegerField())


def duty_mark(cycle, kind, on):
    """The mark of something that is owed once a year."""
    return or_not_asked(owed_in(cycle, kind).annotate(mark=mark_on(on)).values("mark")[:1])


def documents_mark(cycle, on):
    """The worst mark of the receipts of all documents that are in force."""
    receipts = owed_in(cycle, Duty.Kind.RECEIPT).filter(document__status=Document.Status.ISSUED)
    return or_not_asked(receipts.values("unit").annotate(worst=Max(mark_on(on))).values("worst"))


def records(cycle):
    """The records that show activity: handed in, and more than a paper about the work or a rule for it."""
    shown = LedgerEntry.objects.handed_in().exclude(kind__in=LedgerEntry.QUIET)
    return shown.filter(cycle=cycle, unit=OuterRef("unit"))


def activity_mark(cycle, on):
    """Done with a record in the last months, else missing; not due before the ledger is open so long."""
    since = months_before(on, ACTIVITY_MONTHS)
    young = Stage.objects.filter(cycle=cycle, kind=Stage.Kind.LEDGER, opens_on__gt=since)
    return Case(
        When(last_record_at__gte=end_of(since), then=Mark.DONE),
        When(Exists(young), then=Mark.OWED),
        default=Mark.MISSING,
        output_field=IntegerField(),
    )


def totals(marked):
    """How many units there are, how many have each gap, and how many any, in one statement."""
    return marked.order_by().aggregate(
        units=Count("pk"),
        any=Count("pk", filter=Q(gap_count__gt=0)),
        letters=Count("pk", filter=Q(has_letter=True)),
        **{name: Count("pk", filter=Q(**{f"{name}_mark": Mark.MISSING})) for name in COLUMNS},
    )


@dataclass(frozen=True)
class Cell:
    """One mark of one unit, and where its reason stands."""

    name: str
    mark: Mark
    href: str

    @property
    def heading(self):
        return COLUMNS[self.name]

    @property
    def tone(self):
        return LOOKS[self.mark][0]

    @property
    def icon(self):
        return LOOKS[self.mark][1]

    @property
    def word(self):
        """What is said beside the icon; a gap is called by its name."""
        return GAPS[self.name] if self.mark == Mark.MISSING else self.mark.label


def cells(row):
    """The four marks of a row; each leads to its reason."""
    page = reverse("assessments:gaps_of", args=[row.unit_id])
    return [
        Cell(name, Mark(getattr(row, f"{name}_mark")), f"{page}?year={row.cycle.year}#{name}")
        for name in COLUMNS
    ]


def of_unit(unit_year):
    """The four marks of one unit, as the unit itself sees them; a row that is marked is not asked again."""
    day = day_of(unit_year.cycle)
    if day != today() or not hasattr(unit_year, "plan_mark"):
        years = UnitYear.objects.filter(pk=unit_year.pk).select_related("cycle")
        unit_year = marked(years, day).get()
    return cells(unit_year)


# ── the reasons behind the marks of one unit ─────────────────────────────────────────────────────


def reasons(row, user):
    """What the marks rest on: the plan, the deployment record, the last records, unsigned documents."""
    of_row = {"cycle": row.cycle_id, "unit": row.unit_id}
    owed = Duty.objects.owed().filter(**of_row).for_listing()
    asked = {Duty.Kind.ANNUAL_PLAN, Duty.Kind.DEPLOYMENT}
    duties = {duty.kind: duty for duty in owed.filter(kind__in=asked)}
    entries = LedgerEntry.objects.visible_to(user).filter(**of_row).handed_in()
    return {
        "plan_duty": duties.get(Duty.Kind.ANNUAL_PLAN),
        "plan": Plan.objects.visible_to(user).annual().filter(**of_row).first(),
        "deployment_duty": duties.get(Duty.Kind.DEPLOYMENT),
        "deployments": entries.filter(kind=LedgerEntry.Kind.DEPLOYMENT).order_by("-first_submitted_at")[:5],
        "records": entries.exclude(kind__in=LedgerEntry.QUIET).order_by("-first_submitted_at")[:5],
        "receipts": [
            duty
            for duty in owed.filter(kind=Duty.Kind.RECEIPT, document__status=Document.Status.ISSUED)
            if duty.fulfilled_at is None or duty.state == Duty.State.LATE
        ],
        "since": months_before(day_of(row.cycle), ACTIVITY_MONTHS) + timedelta(days=1),
        "months": ACTIVITY_MONTHS,
    }


# ── who should take part and does not ────────────────────────────────────────────────────────────


def absent(units, on=None):
    """Units that should take part and do not, do so in name only, or have windows without taking part.

    In name only: enrolled for months, and in these months no record, plan or receipt came.
    """
    since = months_before(on or today(), ABSENT_MONTHS)
    entries = LedgerEntry.objects.handed_in().filter(unit=OuterRef("pk")).order_by().values("unit")
    came = Duty.objects.filter(unit=OuterRef("pk")).order_by().values("unit")
    windows = Window.objects.open().filter(unit=OuterRef("pk")).order_by().values("unit")
    long_enrolled = UnitYear.objects.filter(
        unit=OuterRef("pk"), cycle__stages__kind=Stage.Kind.LEDGER, cycle__stages__opens_on__lte=since
    )
    last_entry = Subquery(entries.annotate(last=Max("submitted_at")).values("last"))
    last_duty = Subquery(came.annotate(last=Max("handed_in_at")).values("last"))
    found = units.existing().annotate(
        # Greatest of a moment and nothing would be nothing to some databases.
        last_at=Greatest(Coalesce(last_entry, last_duty), Coalesce(last_duty, last_entry)),
        window_count=Coalesce(Subquery(windows.annotate(n=Count("pk")).values("n")), Value(0)),
    )
    silent = Q(last_at__isnull=True) | Q(last_at__lt=end_of(since))
    stands = Unit.Participation
    return (
        found.filter(
            Q(participation=stands.REQUIRED)
            | (Q(participation=stands.PARTICIPATING) & silent & Exists(long_enrolled))
            | Q(participation__in=[stands.OUTSIDE, stands.WITHDRAWN], window_count__gt=0)
        )
        .select_related("category", "town")
        .order_by(Case(When(participation=stands.REQUIRED, then=0), default=1), "sort_order", "pk")
    )


def why_absent(unit):
    """Why the unit stands in that list, in words."""
    if unit.participation == Unit.Participation.REQUIRED:
        return unit.participation_note or _("should take part")
    if unit.participation == Unit.Participation.PARTICIPATING:
        return _("nothing came in for %(months)s months") % {"months": ABSENT_MONTHS}
    return _("serves the public and does not take part")


# ── quiet all year, busy in the month of applications ────────────────────────────────────────────


@dataclass(frozen=True)
class Rush:
    """A unit and how many of its records first came in each month."""

    unit: Unit
    counts: list[int]

    @property
    def total(self):
        return sum(self.counts)

    @property
    def in_month(self):
        """How many came in the month of applications."""
        return self.counts[RUSH_MONTH - 1]


def rushed(units, cycle):
    """The units that were quiet and woke up for the award, in the office's order.

    By the day on which a record was first handed in, not by the date of which it tells: that is
    easily written into a record in October.
    """
    counted = (
        LedgerEntry.objects.handed_in()
        .filter(cycle=cycle, unit__in=units, first_submitted_at__year=cycle.year)
        .annotate(month=ExtractMonth("first_submitted_at"))
        .order_by()
        .values_list("unit", "month")
        .annotate(number=Count("pk"))
    )
    by_unit = defaultdict(lambda: [0] * len(MONTHS))
    for unit, month, number in counted:
        by_unit[unit][month - 1] = number
    chosen = {unit: counts for unit, counts in by_unit.items() if is_rushed(counts)}
    found = units.filter(pk__in=chosen).select_related("category", "town").order_by("sort_order", "pk")
    return [Rush(unit, chosen[unit.pk]) for unit in found]
