"""What is missing: the four gaps of every unit, who should take part, who wakes up for the award."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from assessments import listings
from assessments.actions import gaps
from assessments.forms.gaps import GapFilter, UnitsFilter
from assessments.models import Cycle, UnitYear
from assessments.scoring import rhythm
from civportal.lib.web import allow, page_of, render_page
from units.models import Unit
from units.views.export import exported

from .score import year_of


def index(request):
    """One row per unit of the year, with its four marks."""
    allow(request.user, "assessments.list_gaps")
    cycle = year_of(request)
    if cycle is None or cycle.status == Cycle.Status.DRAFT:
        return render(request, "assessments/home/early.html")
    form = GapFilter(request.GET)
    marked = gaps.rows(UnitYear.objects.visible_to(request.user), cycle)
    totals = gaps.totals(form.apply_who(marked))
    listed = form.apply(marked)
    if request.method == "POST":
        return exported(request, listings.gaps(cycle), listed, [str(cycle), *form.said])
    page = page_of(request, listed, count=count_of(form, totals))
    context = {
        "cycle": cycle,
        "form": form,
        "totals": totals,
        "counted": [(name, gap, totals[name]) for name, gap in gaps.GAPS.items()],
        "page": page,
        "listed": [(row, gaps.cells(row)) for row in with_cycle(page, cycle)],
        "columns": gaps.COLUMNS.values(),
    }
    return render_page(request, "assessments/gaps/index.html", "assessments/gaps/_table.html", context)


def count_of(form, totals):
    """How many rows the list has, where the totals have counted them already."""
    asked = form.cleaned_data
    if asked.get("gap"):
        return None if asked.get("any") else totals[asked["gap"]]
    return totals["any"] if asked.get("any") else totals["units"]


def with_cycle(rows, cycle):
    """The rows, each with the year at hand that they share."""
    for row in rows:
        row.cycle = cycle
        yield row


def detail(request, pk):
    """The four marks of one unit, and what each rests on."""
    cycle = year_of(request)
    if cycle is None:
        raise Http404
    years = UnitYear.objects.visible_to(request.user)
    row = get_object_or_404(gaps.rows(years, cycle).select_related("cycle"), unit=pk)
    allow(request.user, "assessments.view_gaps", row)
    context = {
        "row": row,
        "unit": row.unit,
        "cycle": cycle,
        "cells": {cell.name: cell for cell in gaps.cells(row)},
        **gaps.reasons(row, request.user),
    }
    return render(request, "assessments/gaps/detail.html", context)


def absent(request):
    """Units that should take part and do not, or do so in name only."""
    allow(request.user, "assessments.list_gaps")
    form = UnitsFilter(request.GET)
    units = form.apply(gaps.absent(Unit.objects.visible_to(request.user)))
    if request.method == "POST":
        return exported(request, listings.ABSENT, units, form.said)
    page = page_of(request, units)
    context = {
        "form": form,
        "page": page,
        "listed": [(unit, gaps.why_absent(unit)) for unit in page],
        "months": gaps.ABSENT_MONTHS,
    }
    return render_page(request, "assessments/gaps/absent.html", "assessments/gaps/_absent.html", context)


def rushed(request):
    """Units that were quiet all year and busy in the month of applications."""
    allow(request.user, "assessments.list_gaps")
    cycle = year_of(request)
    if cycle is None or cycle.status == Cycle.Status.DRAFT:
        return render(request, "assessments/home/early.html")
    form = UnitsFilter(request.GET)
    found = gaps.rushed(form.apply(Unit.objects.visible_to(request.user).order_by()), cycle)
    if request.method == "POST":
        return exported(request, listings.RUSHED, found, [str(cycle), *form.said])
    context = {
        "cycle": cycle,
        "form": form,
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "month": rhythm.RUSH_MONTH,
        "least": rhythm.LEAST_RECORDS,
    }
    return render_page(request, "assessments/gaps/rushed.html", "assessments/gaps/_rushed.html", context)
