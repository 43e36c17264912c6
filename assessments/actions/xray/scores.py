"""Checks of the scores: sheets, values, bonus and deductions, and the rhythm behind them."""

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import Claim, Duty, Indicator, LedgerEntry, ScoreLine, ScoreSheet
from assessments.scoring import rhythm
from units.models import Unit

from .checks import Severity, Way, check
from .register import ranked
from .subjects import INDICATORS, SHEETS, UNIT_YEARS

POINTS = DecimalField(max_digits=10, decimal_places=2)
# Below that two sums of points are the same, however a database keeps decimals.
SAME = Value("0.005", output_field=POINTS)


def sheets(cycle):
    """The sheets of the units that are ranked."""
    taking = Unit.Participation.PARTICIPATING
    return ScoreSheet.objects.filter(unit_year__cycle=cycle, unit_year__unit__participation=taking)


def claims_of_sheet(**of):
    """The accepted claims of the unit and year of the outer sheet."""
    return Claim.objects.filter(
        entry__unit=OuterRef("unit_year__unit"),
        entry__cycle=OuterRef("unit_year__cycle"),
        entry__status=LedgerEntry.Status.ACCEPTED,
        **of,
    ).order_by()


def sum_of(rows, group, field):
    """The sum of the field over the rows, which all belong to one group; 0 where there are none."""
    summed = rows.order_by().values(group).annotate(sum=Sum(field)).values("sum")
    return Coalesce(Subquery(summed, output_field=POINTS), Value(0, output_field=POINTS))


def where_values_are(sheet, user):
    return reverse("assessments:sheet", args=[sheet.pk])


@check(
    Severity.LOOK,
    UNIT_YEARS,
    way=Way.REGISTER,
    title=_("Units of the year without a score sheet"),
    why=_("They get no place. The release asks for the director's word on them by itself."),
    remedy=_("Enroll them on the year's page again, or recompute the sheets."),
    place=lambda unit_year, user: reverse(
        "assessments:sheets" if user.reads_all else "assessments:my_scores"
    ),
)
def sheet_missing(cycle):
    return ranked(cycle).filter(sheet__isnull=True)


@check(
    Severity.LOOK,
    SHEETS,
    way=Way.SHEET,
    title=_("Sheets with values that are not assessed yet"),
    why=_("They count 0. The release names them and asks for the director's word by itself."),
    remedy=_("Enter the missing values on the sheet, or by workbook."),
)
def values_not_assessed(cycle):
    return sheets(cycle).with_missing_values()


@check(
    Severity.GRAVE,
    SHEETS,
    way=Way.SHEET,
    title=_("Sheets that do not follow what was decided"),
    why=_("The sum shows no points although records were accepted with points, or more than there are."),
    remedy=_("Have the administrator recompute the sheets of the year."),
)
def sheet_behind(cycle):
    everywhere = claims_of_sheet(points__gt=0, indicator__applies=Indicator.Applies.ALL)
    lines = ScoreLine.objects.filter(sheet=OuterRef("pk"), indicator__isnull=False)
    backed = sum_of(claims_of_sheet(), "entry__unit", "points") + sum_of(lines, "sheet", "value")
    found = sheets(cycle).alias(backed=backed + SAME)
    return found.filter(Q(raw__gt=F("backed")) | Q(Exists(everywhere), raw=0))


@check(
    Severity.GRAVE,
    SHEETS,
    way=Way.SHEET,
    title=_("Sheets with a value above full marks"),
    why=_("Only full marks count, so the value and its basis do not fit together."),
    remedy=_("Correct the value on the sheet."),
)
def value_above_maximum(cycle):
    above = ScoreLine.objects.filter(sheet=OuterRef("pk"), value__gt=F("indicator__maximum"))
    return sheets(cycle).filter(Exists(above))


@check(
    Severity.LOOK,
    SHEETS,
    way=Way.DECIDE,
    title=_("Units whose accepted records all gave 0"),
    why=_("Accepted means that it counts; a 0 everywhere may have been meant as “not looked at”."),
    remedy=_("Look at the decisions; reopen those that were not meant so."),
    note=_("Ask the office why the accepted records give no points, if the reasons do not say so."),
)
def zero_for_everything(cycle):
    return sheets(cycle).filter(Exists(claims_of_sheet(points=0)), ~Exists(claims_of_sheet(points__gt=0)))


@check(
    Severity.NOTE,
    SHEETS,
    way=Way.NONE,
    title=_("Sheets on which a bonus or deduction passes its limit"),
    why=_("Only the limit counts; what is above it changes nothing."),
    remedy=_("Nothing has to be done, unless a matter was entered twice."),
)
def adjustments_over_limit(cycle):
    lines = ScoreLine.objects.filter(sheet=OuterRef("pk"), adjustment__limit__isnull=False).order_by()
    summed = lines.values("adjustment", "adjustment__limit").annotate(sum=Sum("value"))
    return sheets(cycle).filter(Exists(summed.filter(sum__gt=F("adjustment__limit"))))


@check(
    Severity.NOTE,
    INDICATORS,
    way=Way.STANDARD,
    title=_("Indicators for which nobody handed in anything"),
    why=_("The indicator may be hard to understand, or does not fit this county."),
    remedy=_("Explain it with an example, or think of it when the next edition is made."),
)
def indicator_unclaimed(cycle):
    claims = Claim.objects.filter(
        indicator=OuterRef("pk"), entry__cycle=cycle, entry__removed_at__isnull=True
    )
    claims = claims.exclude(entry__status=LedgerEntry.Status.DRAFT)
    return Indicator.objects.proved_by_ledger().filter(~Exists(claims), standard=cycle.standard_id)


def came(**of):
    """What the unit of the outer query handed in in the year of it."""
    entries = LedgerEntry.objects.handed_in().filter(unit=OuterRef("unit"), cycle=OuterRef("cycle"), **of)
    return entries.order_by()


def number_of(rows):
    counted = rows.values("unit").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


@check(
    Severity.LOOK,
    UNIT_YEARS,
    way=Way.REMIND,
    title=_("Units from which no record has come although something is overdue"),
    why=_("They may not know what is asked, or have nobody who does it."),
    remedy=_("Call the unit; list it among the weak ones when nothing follows."),
    note=_("Begin with one record of what was done this year; the office helps."),
)
def unit_silent(cycle):
    overdue = Duty.objects.missing().filter(cycle=OuterRef("cycle"), unit=OuterRef("unit"))
    return ranked(cycle).filter(~Exists(came()), Exists(overdue))


@check(
    Severity.NOTE,
    UNIT_YEARS,
    way=Way.NONE,
    title=_("Units whose records all came in the month of applications"),
    why=_("Work that shows only before the award is looked at more closely."),
    remedy=_("Compare the days on which it took place with those on which it was written down."),
    note=_("Record what was done when it was done; all records of this year came in October."),
    is_inside=True,
)
def unit_busy_once(cycle):
    in_month = {"first_submitted_at__year": cycle.year, "first_submitted_at__month": rhythm.RUSH_MONTH}
    elsewhen = came().exclude(**in_month)
    found = ranked(cycle).filter(~Exists(elsewhen)).alias(number=number_of(came(**in_month)))
    return found.filter(number__gte=rhythm.LEAST_RECORDS)
