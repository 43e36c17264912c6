"""The creation year: its dates, its standard, who is in it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.actions import cycle as cycles
from assessments.forms.cycle import PrepareForm, StageForm
from assessments.models import Cycle, Stage, WorkCalendar
from civportal.lib.clock import today
from civportal.lib.web import allow
from units.models import TrailEvent, Unit


def cycle_for(user, pk):
    """The year; everybody who works with the portal may know it."""
    allow(user, "assessments.view_cycle")
    return get_object_or_404(Cycle.objects.select_related("standard").prefetch_related("stages"), pk=pk)


def index(request):
    allow(request.user, "assessments.view_cycle")
    listed = Cycle.objects.select_related("standard").annotate(unit_count=Count("unit_years"))
    return render(request, "assessments/cycle/index.html", {"cycles": listed})


def detail(request, pk):
    cycle = cycle_for(request.user, pk)
    context = {
        "cycle": cycle,
        "stages": cycle.stages.all(),
        "today": today(),
        "enrolled": cycle.unit_years.count(),
        "missing": cycles.not_enrolled(cycle).count(),
        "calendar": WorkCalendar.objects.filter(year=cycle.year).first(),
        "duties": cycle.duties.aggregate(
            total=Count("pk"), open=Count("pk", Q(fulfilled_at__isnull=True, lapsed_note=""))
        ),
        "events": TrailEvent.objects.about(cycle),
    }
    return render(request, "assessments/cycle/detail.html", context)


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
        context = {"cycle": cycle, "unit_count": Unit.objects.participating().count()}
        return render(request, "assessments/cycle/open.html", context)
    try:
        cycles.open(cycle, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The year %(year)s is open.") % {"year": cycle.year})
    return redirect("assessments:cycle", pk)


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
