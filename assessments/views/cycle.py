"""The creation year: its dates, its standard, who is in it."""

from datetime import date
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.actions import cycle as cycles
from assessments.actions import duty as duties
from assessments.forms.cycle import CalendarForm, PrepareForm, ReviewingForm, StageForm
from assessments.models import Cycle, Stage, WorkCalendar
from civportal.lib.clock import today
from civportal.lib.forms import refused_at
from civportal.lib.web import allow
from civportal.lib.workdays import days_of
from units.models import TrailEvent, Unit, User


def cycle_for(user, pk):
    """The year; everybody who works with the portal may know it."""
    allow(user, "assessments.view_cycle")
    return get_object_or_404(Cycle.objects.select_related("standard").prefetch_related("stages"), pk=pk)


def index(request):
    allow(request.user, "assessments.view_cycle")
    listed = Cycle.objects.select_related("standard").annotate(unit_count=Count("unit_years"))
    return render(request, "assessments/cycle/index.html", {"cycles": listed})


def detail(request, pk):
    """The calendar of the year: stages, what is owed by when, and how far it has come."""
    cycle = cycle_for(request.user, pk)
    context = {
        "cycle": cycle,
        "stages": cycle.stages.all(),
        "today": today(),
        "enrolled": cycle.unit_years.count(),
        "missing": cycles.not_enrolled(cycle).count(),
        "months": calendar_of(cycle, request.user),
        "unloaded": unloaded_year(cycle),
        "events": history_of(cycle, request.user),
    }
    return render(request, "assessments/cycle/detail.html", context)


def history_of(cycle, user):
    """What happened to the year; who reviews whom only for those who may see the assignments."""
    events = TrailEvent.objects.about(cycle)
    if user.has_perm("assessments.list_assignments"):
        return events
    return events.exclude(verb__in=Cycle.VERBS_OF_REVIEWERS)


def calendar_of(cycle, user):
    """[(first line's day, [line with its `numbers` and `remark`])] month by month."""
    numbers = cycle.duties.visible_to(user).numbers()
    workdays = WorkCalendar.workdays()
    lines = list(cycle.deadlines.for_listing())
    for line in lines:
        line.numbers = numbers.get(line.owes) if line.is_owed else None
        line.remark = duties.remarks(line.due_on, workdays)
    by_month = groupby(lines, key=lambda line: (line.due_on.year, line.due_on.month))
    months = [list(group) for _month, group in by_month]
    return [(month[0].due_on, month) for month in months]


def unloaded_year(cycle):
    """The year whose holiday table is missing although deadlines reach into it; None when all is known."""
    loaded = WorkCalendar.workdays().years
    wanted = {cycle.year, *cycle.deadlines.values_list("closes_on__year", flat=True)}
    return min(wanted - loaded, default=None)


def new(request):
    allow(request.user, "assessments.prepare_cycle")
    form = PrepareForm(request.POST or None, initial={"year": today().year})
    if request.method == "POST" and form.is_valid():
        cycle = cycles.prepare(**form.cleaned_data, by=request.user)
        return redirect("assessments:cycle", cycle.pk)
    return render(request, "assessments/cycle/new.html", {"form": form})


def stage_edit(request, pk):
    allow(request.user, "assessments.prepare_cycle")
    stage = get_object_or_404(Stage.objects.select_related("cycle"), pk=pk)
    form = StageForm(request.POST or None, instance=stage)
    if request.method == "POST" and form.is_valid():
        cycles.reschedule(stage, **form.cleaned_data, by=request.user)
        messages.success(request, _("The dates are saved."))
        return redirect("assessments:cycle", stage.cycle_id)
    return render(request, "assessments/cycle/stage.html", {"form": form, "stage": stage})


def open_cycle(request, pk):
    """Say what opening does, then open."""
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.open_cycle", cycle)
    if request.method == "GET":
        context = {
            "cycle": cycle,
            "unit_count": Unit.objects.participating().count(),
            "windows": [*cycle.stages.all(), *cycle.deadlines.filter(category=None, unit=None, is_owed=True)],
        }
        return render(request, "assessments/cycle/open.html", context)
    try:
        cycles.open(cycle, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The year %(year)s is open.") % {"year": cycle.year})
    return redirect("assessments:cycle", pk)


@require_POST
def open_planning(request, pk):
    """Let units write their plans before the year begins."""
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.open_planning_cycle", cycle)
    cycles.open_planning(cycle, by=request.user)
    messages.success(request, _("Units can write their plans of %(year)s now.") % {"year": cycle.year})
    return redirect("assessments:cycle", pk)


def reviewing(request, pk):
    """How the records of the year are reviewed."""
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.set_reviewing", cycle)
    form = ReviewingForm(request.POST or None, instance=cycle)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "pre_review"):
            cycles.set_reviewing(cycle, form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("assessments:cycle_reviewing", pk)
    context = {
        "cycle": cycle,
        "form": form,
        "reviewers": User.objects.reviewers().count(),
        "most_asked": max(cycles.most_reviewers(cycle), 2 if cycle.second_review_percent else 1),
    }
    return render(request, "assessments/cycle/reviewing.html", context)


@require_POST
def add_usual(request, pk):
    """The usual lines that this calendar does not have yet."""
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.prepare_cycle")
    count = cycles.add_usual_deadlines(cycle, by=request.user)
    said = ngettext("%(count)s line is added.", "%(count)s lines are added.", count)
    messages.success(request, said % {"count": count} if count else _("The usual lines are all there."))
    return redirect("assessments:cycle", pk)


def holidays(request):
    """The holiday tables by which working days are counted, and the way to load the next one."""
    allow(request.user, "assessments.load_holidays")
    tables = list(WorkCalendar.objects.all())
    next_year = max([table.year for table in tables], default=today().year - 1) + 1
    form = CalendarForm(request.POST or None, initial={"year": next_year})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values.pop("notice")
        with refused_at(form, "notice"):
            table = cycles.set_calendar(values.pop("year"), **values, by=request.user)
            messages.success(request, _("The holidays of %(year)s are loaded.") % {"year": table.year})
            return redirect("assessments:holidays")
    context = {"tables": [(table, *spelled(table)) for table in tables], "form": form, "today": today()}
    return render(request, "assessments/cycle/holidays.html", context)


def spelled(table):
    """(spans as (first, last, days), working weekends) as days."""
    spans = [days_of(span) for span in table.days_off]
    worked = [date.fromisoformat(day) for day in table.working_weekends]
    return [(days[0], days[-1], len(days)) for days in spans], worked


@require_POST
def close_cycle(request, pk):
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.close_cycle", cycle)
    cycles.close(cycle, by=request.user)
    messages.success(request, _("The year %(year)s is closed.") % {"year": cycle.year})
    return redirect("assessments:cycle", pk)


@require_POST
def enrol(request, pk):
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.enrol_units", cycle)
    count = cycles.enrol_missing(cycle, by=request.user)
    messages.success(
        request, ngettext("%(count)s unit enrolled.", "%(count)s units enrolled.", count) % {"count": count}
    )
    return redirect("assessments:cycle", pk)
