"""Annual plans: written by units, accepted or returned by the office."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import plan as plans
from assessments.forms.plan import ItemFormSet, PlanFilter, PlanForm, items_of
from assessments.forms.review import SendBackForm
from assessments.models import Plan, UnitYear
from civportal.lib.forms import VersionForm
from civportal.lib.web import allow, page_of, render_page
from units.models import TrailEvent
from units.views.export import exported

from .review import allow_decision


def plan_for(user, pk):
    """The plan, or 404 when this user should not even know it exists."""
    visible = Plan.objects.visible_to(user).select_related("unit", "cycle__standard", "submitted_by")
    return get_object_or_404(visible.prefetch_related("items", "cycle__stages"), pk=pk)


def index(request):
    form = PlanFilter(request.GET)
    listed = form.apply(Plan.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.PLANS, listed, form.said)
    context = {"form": form, "page": page_of(request, listed)}
    return render_page(request, "assessments/plan/index.html", "assessments/plan/_table.html", context)


def detail(request, pk):
    plan = plan_for(request.user, pk)
    return show(request, plan, SendBackForm(record=plan))


def show(request, plan, back_form, status=200):
    context = {"plan": plan, "events": list(TrailEvent.objects.about(plan)), "back_form": back_form}
    return render(request, "assessments/plan/detail.html", context, status=status)


@require_POST
def new(request):
    """Open the own unit's annual plan, beginning it if need be."""
    allow(request.user, "assessments.write_plan")
    unit_year = UnitYear.objects.current_of(request.user)
    if unit_year is None:
        messages.info(request, _("The year is not open yet."))
        return redirect("assessments:home")
    plan = plans.begin(unit_year.cycle, unit_year.unit, by=request.user)
    return redirect("assessments:plan_edit" if plan.is_editable else "assessments:plan", plan.pk)


def edit(request, pk):
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.edit_plan", plan)
    form = PlanForm(request.POST or None, instance=plan)
    items = ItemFormSet(request.POST or None, instance=plan)
    if request.method == "POST" and form.is_valid() and items.is_valid():
        plans.edit(
            plan,
            seen=form.cleaned_data["version"],
            goals=form.cleaned_data["goals"],
            items=items_of(items),
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("assessments:plan_submit" if "check" in request.POST else "assessments:plan_edit", pk)
    return render(request, "assessments/plan/edit.html", {"form": form, "items": items, "plan": plan})


def submit(request, pk):
    """Check, then hand in."""
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.edit_plan", plan)
    if request.method == "GET":
        return render(request, "assessments/plan/submit.html", {"plan": plan, "gaps": plans.gaps(plan)})
    allow(request.user, "assessments.submit_plan", plan)
    try:
        plan = plans.submit(plan, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("assessments:plan_submit", pk)
    messages.success(request, _("Handed in. Your receipt number is %(receipt)s.") % {"receipt": plan.receipt})
    return redirect(plan)


@require_POST
def withdraw(request, pk):
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.withdraw_plan", plan)
    plans.withdraw(plan, by=request.user)
    messages.success(request, _("Taken back; it is a draft again."))
    return redirect("assessments:plan_edit", pk)


@require_POST
def accept(request, pk):
    plan = plan_for(request.user, pk)
    allow_decision(request.user, "assessments.accept_plan", plan)
    form = VersionForm(request.POST, record=plan)
    if not form.is_valid():
        return show(request, plan, SendBackForm(record=plan), status=422)
    plans.accept(plan, by=request.user, seen=form.cleaned_data["version"])
    messages.success(request, _("The plan is accepted."))
    return redirect(plan)


@require_POST
def send_back(request, pk):
    plan = plan_for(request.user, pk)
    allow_decision(request.user, "assessments.send_back_plan", plan)
    form = SendBackForm(request.POST, record=plan)
    if not form.is_valid():
        return show(request, plan, form, status=422)
    plans.send_back(plan, by=request.user, note=form.cleaned_data["note"], seen=form.cleaned_data["version"])
    messages.success(request, _("The plan is returned to the unit."))
    return redirect(plan)
