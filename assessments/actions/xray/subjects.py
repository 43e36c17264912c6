"""What a line of the x-ray is about: how it is called, whose it is, and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Line:
    """One line: what, more about it, whose, and the page on which it is mended."""

    what: str
    hint: str
    unit: Any
    href: str

    def leading_to(self, href):
        return replace(self, href=href)


@dataclass(frozen=True)
class Subject:
    """A kind of record that checks find. `unit` leads to its unit, None where it has none."""

    unit: str | None
    related: tuple[str, ...]
    order: tuple[str, ...]
    tell: Callable[[Any, Any], Line]


def joined(*parts):
    """What there is of these, side by side."""
    return " · ".join(str(part) for part in parts if part)


def tell_unit(unit, user):
    return Line(unit.name, joined(unit.category, unit.town), unit, unit.get_absolute_url())


def tell_unit_year(unit_year, user):
    return tell_unit(unit_year.unit, user)


def tell_duty(duty, user):
    hint = _("due by %(day)s") % {"day": date_format(duty.until)}
    # Who signs opens the document, who asks sees the recipients.
    if duty.document_id and user.reads_all:
        return Line(
            str(duty.document),
            hint,
            duty.unit,
            reverse("assessments:document_receipts", args=[duty.document_id]),
        )
    return Line(str(duty.document or duty.label), hint, duty.unit, duty.get_absolute_url())


def tell_plan(plan, user):
    return Line(str(plan.label), plan.get_status_display(), plan.unit, plan.get_absolute_url())


def tell_entry(entry, user):
    """An entry that waits is mended where it is reviewed, by those who review."""
    waits = entry.status == "submitted" and user.has_perm("assessments.review_entries")
    href = reverse("assessments:review", args=[entry.pk]) if waits else entry.get_absolute_url()
    came = entry.submitted_at and date_format(localtime(entry.submitted_at), "SHORT_DATE_FORMAT")
    return Line(entry.title, joined(entry.get_status_display(), came, entry.receipt), entry.unit, href)


def tell_sheet(sheet, user):
    total = _("%(points)s points") % {"points": sheet.total}
    return Line(str(sheet.unit), total, sheet.unit, sheet.get_absolute_url())


def tell_indicator(indicator, user):
    page = reverse("assessments:standard", args=[indicator.standard_id])
    return Line(str(indicator), str(indicator.parent), None, f"{page}#{indicator.code}")


def tell_award(award, user):
    return Line(
        str(award.item), joined(award.term, award.document_number), award.unit, award.get_absolute_url()
    )


PLACE = ("unit__sort_order", "pk")
UNITS = Subject("pk", ("category", "town"), ("sort_order", "pk"), tell_unit)
UNIT_YEARS = Subject("unit", ("unit__category", "unit__town", "sheet"), PLACE, tell_unit_year)
DUTIES = Subject("unit", ("unit__town", "document"), ("until", *PLACE), tell_duty)
PLANS = Subject("unit", ("unit__town", "cycle"), PLACE, tell_plan)
ENTRIES = Subject("unit", ("unit__town", "cycle"), ("submitted_at", "pk"), tell_entry)
SHEETS = Subject(
    "unit_year__unit",
    ("unit_year__unit__town", "unit_year__cycle"),
    ("unit_year__unit__sort_order", "pk"),
    tell_sheet,
)
INDICATORS = Subject(None, ("parent",), ("sort_order", "pk"), tell_indicator)
AWARDS = Subject("unit", ("unit__town", "item"), PLACE, tell_award)
