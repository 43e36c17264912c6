"""Plans of the year, its quarters and months: written by units, decided on by the office."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import plan as plans
from assessments.actions import plan_chain, plan_text
from assessments.forms.plan import (
    AmendForm,
    BeginForm,
    DecisionForm,
    LookBackForm,
    PlanFilter,
    PlanForm,
    item_forms,
    items_of,
)
from assessments.models import EvidenceFile, Plan, UnitYear
from civportal.lib.web import allow, page_of, render_page
from units.models import TrailEvent
from units.views.export import exported

from .review import allow_decision


def plan_for(user, pk):
    """The plan, or 404 when this user should not even know it exists."""
    visible = Plan.objects.visible_to(user).select_related("unit", "cycle__standard", "submitted_by", "above")
    return get_object_or_404(visible.prefetch_related("items__goal", "cycle__stages"), pk=pk)


def index(request):
    form = PlanFilter(request.GET, user=request.user)
    listed = form.apply(Plan.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.PLANS, listed, form.said)
    context = {"form": form, "page": page_of(request, listed)}
    return render_page(request, "assessments/plan/index.html", "assessments/plan/_table.html", context)


def detail(request, pk):
    plan = plan_for(request.user, pk)
    is_own = request.user.works_for(plan.unit)
    text = plan_text.as_it_is(plan) if is_own else plan_text.in_force(plan)
    context = {
        "plan": plan,
        "text": text,
        "with_verdicts": not text.edition and plan.is_editable and plan.returned_count,
        "with_outcomes": not text.edition and plan.looked_back_at,
        "editions": plan.editions.all(),
        "chain": plan_chain.chain(plan.cycle, plan.unit, request.user),
        "events": list(TrailEvent.objects.about(plan)),
        "amend_form": AmendForm(),
    }
    return render(request, "assessments/plan/detail.html", context)


def edition(request, pk, number):
    """An accepted edition, with what the next one changed."""
    plan = plan_for(request.user, pk)
    kept = plan.editions.select_related("plan", "accepted_by").filter(number__in=(number, number + 1))
    editions = {it.number: it for it in kept}
    if number not in editions:
        raise Http404
    shown, following = editions[number], editions.get(number + 1)
    said = [plan_text.of_edition(it) for it in (shown, following) if it]
    context = {
        "plan": plan,
        "edition": shown,
        "next": following,
        "text": plan_text.as_kept(shown),
        "changes": plan_text.differences(*said) if following else [],
    }
    return render(request, "assessments/plan/edition.html", context)


# what the unit does


def new(request):
    """What is asked of the own unit, and with a POST: open one of its plans, beginning it if need be."""
    allow(request.user, "assessments.write_plan")
    unit_years = list(UnitYear.objects.planned_by(request.user))
    if not unit_years:
        messages.info(request, _("The year is not open yet."))
        return redirect("assessments:home")
    form = BeginForm({**request.GET.dict(), **request.POST.dict()}, unit_years=unit_years)
    if request.method == "POST" and form.is_valid():
        return begin(request, form)
    chains = [(it.cycle, plan_chain.chain(it.cycle, it.unit, request.user)) for it in unit_years]
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "chains": chains, "unit": unit_years[0].unit}
    return render(request, "assessments/plan/new.html", context, status=status)


def begin(request, form):
    """To the plan that is meant, to be written or read; back with the reason where there can be none."""
    allow(request.user, "assessments.write_plan")
    which = {name: form.cleaned_data[name] for name in ("kind", "period")}
    try:
        plan = plans.begin(form.unit_year.cycle, form.unit_year.unit, **which, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("assessments:plan_new")
    return redirect("assessments:plan_edit" if plan.is_editable else "assessments:plan", plan.pk)


def edit(request, pk):
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.edit_plan", plan)
    form = PlanForm(request.POST or None, instance=plan)
    items = item_forms(plan, request.POST or None)
    if request.method == "POST" and form.is_valid() and items.is_valid():
        plans.edit(
            plan,
            seen=form.cleaned_data["version"],
            goals=form.goals,
            items=items_of(items),
            key_points=form.key_points,
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("assessments:plan_submit" if "check" in request.POST else "assessments:plan_edit", pk)
    context = {
        "form": form,
        "items": items,
        "plan": plan,
        "rows": rows_of(plan, items),
        "record": plan,
        "files": form.attachments,
        "thrown_away": EvidenceFile.every.thrown_away_from(plan),
        "editable": True,
    }
    return render(request, "assessments/plan/edit.html", context)


def rows_of(plan, items):
    """(number, item, its form) in the order of the plan; a settled item has no form, a new one no item."""
    forms = {form.instance.pk: form for form in items.initial_forms}
    known = [(item, forms.get(item.pk)) for item in plan.items.all()]
    rows = [*known, *((None, form) for form in items.extra_forms)]
    return [(number, item, form) for number, (item, form) in enumerate(rows, 1)]


def submit(request, pk):
    """Check, then hand in."""
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.edit_plan", plan)
    if request.method == "GET":
        context = {
            "plan": plan,
            "text": plan_text.as_it_is(plan),
            "gaps": plan_text.gaps(plan),
            "repeats": plan_text.repeats(plan),
            "changes": plan_text.since_returned(plan),
        }
        return render(request, "assessments/plan/submit.html", context)
    allow(request.user, f"assessments.{plan.hand_in_verb}_plan", plan)
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
    messages.success(request, _("Taken back; you can go on writing."))
    return redirect("assessments:plan_edit", pk)


@require_POST
def amend(request, pk):
    """Begin to change an accepted plan."""
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.amend_plan", plan)
    form = AmendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the plan is changed."))
        return redirect(plan)
    plans.amend(plan, by=request.user, note=form.cleaned_data["note"])
    messages.success(
        request, _("You can change the plan now; until it is accepted again, it stands as it was.")
    )
    return redirect("assessments:plan_edit", pk)


def look_back(request, pk):
    """How each item went, and what follows from it."""
    plan = plan_for(request.user, pk)
    allow(request.user, "assessments.look_back_plan", plan)
    form = LookBackForm(request.POST or None, record=plan)
    if request.method == "POST" and form.is_valid():
        said = {"found": form.cleaned_data["found"], "outcomes": form.outcomes}
        plan = plans.look_back(plan, **said, by=request.user, seen=form.cleaned_data["version"])
        messages.success(request, _("The look-back is handed in."))
        return redirect(plan)
    rows = [(number, item, *form.fields_of(item)) for number, item in enumerate(form.items, 1)]
    return render(request, "assessments/plan/look_back.html", {"plan": plan, "form": form, "rows": rows})


# what the office does


def decide(request, pk):
    """Accept each item or say what is to be changed; a second return is laid before the director."""
    plan = plan_for(request.user, pk)
    allow_decision(request.user, "assessments.accept_plan", plan)
    if request.method == "GET" and not plan.can("accept"):
        return redirect(plan)
    form = DecisionForm(request.POST or None, record=plan)
    if request.method == "POST" and form.is_valid():
        return decided(request, plan, form)
    status = 422 if request.method == "POST" else 200
    return render(request, "assessments/plan/decide.html", to_decide(request, plan, form), status=status)


def to_decide(request, plan, form):
    """What the page of the decision shows: what changed comes first, and each item with its two fields."""
    fields = {item.pk: form.fields_of(item) for item in form.items}
    return {
        "plan": plan,
        "form": form,
        "rows": [(number, item, fields.get(item.pk)) for number, item in enumerate(plan.items.all(), 1)],
        "changes": plan_text.since_returned(plan),
        "files": plan.attachments,
        "repeats": plan_text.repeats(plan),
        "may_return": request.user.has_perm("assessments.send_back_plan", plan),
    }


def decided(request, plan, form):
    """Decide as the form says, or lay it before the director."""
    allow_decision(request.user, "assessments.accept_plan", plan)
    may_return = request.user.has_perm("assessments.send_back_plan", plan)
    act = plans.decide if may_return or not form.asks_for_changes else plans.lay_before
    plan = act(
        plan,
        reasons=form.reasons,
        goals_note=form.note,
        by=request.user,
        seen=form.cleaned_data["version"],
    )
    messages.success(request, DECIDED[plan.status]())
    return redirect(plan)


DECIDED = {
    Plan.Status.ACCEPTED: lambda: _("The plan is accepted."),
    Plan.Status.RETURNED: lambda: _("The plan is returned to the unit."),
    Plan.Status.SUBMITTED: lambda: _("The return is laid before the director."),
}
