"""What is owed: lines of the calendar, one unit's duty, and more time for those who need it."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.actions import burden
from assessments.actions import duty as duties
from assessments.forms.duty import DeadlineForm, ExtendForm
from assessments.models import Cycle, Deadline, Duty, LedgerEntry, Plan
from civportal.lib.forms import refused_at
from civportal.lib.web import allow, own_address, whole_number
from units.models import TrailEvent

# How many names the page about more time shows.
NAMES_SHOWN = 20
PLAN_KINDS = {f"{kind}_plan": kind for kind in Plan.Kind.values}


def deadline_new(request, pk):
    """A further line of the calendar of that year."""
    allow(request.user, "assessments.prepare_cycle")
    cycle = get_object_or_404(Cycle, pk=pk)
    return edit(request, Deadline(cycle=cycle))


def deadline_edit(request, pk):
    allow(request.user, "assessments.prepare_cycle")
    deadline = get_object_or_404(Deadline.objects.select_related("cycle", "category", "unit"), pk=pk)
    return edit(request, deadline)


def edit(request, deadline):
    form = DeadlineForm(request.POST or None, instance=deadline)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, None):
            duties.set_deadline(form.instance, by=request.user)
            messages.success(request, _("The calendar is saved; what units owe follows it."))
            return redirect("assessments:cycle", deadline.cycle_id)
    context = {"form": form, "deadline": deadline}
    if not deadline.pk:
        context["burden"] = burden.added(deadline.cycle, deadline.cycle.unit_years.count())
    return render(request, "assessments/duty/deadline.html", context)


@require_POST
def deadline_remove(request, pk):
    allow(request.user, "assessments.prepare_cycle")
    deadline = get_object_or_404(Deadline.objects.select_related("cycle"), pk=pk)
    duties.remove_deadline(deadline, by=request.user)
    messages.success(request, _("The line is taken out; what came in by it stays."))
    return redirect("assessments:cycle", deadline.cycle_id)


def detail(request, pk):
    """What it is, why and until when, how it stands, and the one way to do it."""
    duty = get_object_or_404(Duty.objects.visible_to(request.user).for_listing(), pk=pk)
    allow(request.user, "assessments.view_duty", duty)
    lines = duty.cycle.deadlines.filter(kind=duty.kind, period=duty.period, title=duty.title)
    for_it = lines.filter(Q(unit=duty.unit) | Q(unit__isnull=True)).exclude(hint="")
    context = {
        "duty": duty,
        "hint": for_it.values_list("hint", flat=True).first(),
        "plan": plan_of(duty, request.user),
        "entries": LedgerEntry.objects.visible_to(request.user).filter(answers=duty),
        "way": way_of(duty),
        "events": TrailEvent.objects.about(duty),
    }
    return render(request, "assessments/duty/detail.html", context)


def plan_of(duty, user):
    """The plan that was begun for it, if this person may see it."""
    kind = PLAN_KINDS.get(duty.kind, Plan.Kind.ANNUAL if duty.kind == Duty.Kind.LOOK_BACK else None)
    if kind is None:
        return None
    plans = Plan.objects.visible_to(user).filter(cycle=duty.cycle, unit=duty.unit)
    return plans.filter(kind=kind, period=duty.period).first()


def way_of(duty):
    """How it is done: "plan", "look_back" or "record"."""
    if duty.kind in PLAN_KINDS:
        return "plan"
    return "look_back" if duty.kind == Duty.Kind.LOOK_BACK else "record"


def extend(request):
    """More time for one unit, or for all who still owe the same thing; a reason goes with it."""
    allow(request.user, "assessments.extend_duties")
    chosen = chosen_duties(request)
    # Nobody gives more time to the own unit or tree.
    open_ones = chosen.open().exclude(unit__in=request.user.seen_ids).select_related("unit", "cycle")
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refused_at(form, "until"):
            count = duties.extend(open_ones, **form.cleaned_data, by=request.user)
            said = ngettext("%(count)s unit has more time.", "%(count)s units have more time.", count)
            messages.success(request, said % {"count": count})
            return redirect(after_extending(request, chosen))
    listed = list(open_ones.order_by("unit__sort_order", "pk")[: NAMES_SHOWN + 1])
    if not listed:
        messages.info(request, _("Nobody owes this any more, or the unit is your own."))
        return redirect("assessments:cycles")
    context = {"form": form, "first": listed[0], "listed": listed[:NAMES_SHOWN], "count": open_ones.count()}
    return render(request, "assessments/duty/extend.html", context)


def chosen_duties(request):
    """Those whom the address names: one by `duty`; or by `like` all alike, of a `town` or `category`."""
    one, like = whole_number(request.GET.get("duty")), whole_number(request.GET.get("like"))
    found = get_object_or_404(Duty, pk=one or like)
    if one:
        return Duty.objects.filter(pk=one)
    alike = Duty.objects.filter(
        cycle=found.cycle_id,
        kind=found.kind,
        period=found.period,
        title=found.title,
        document=found.document_id,
    )
    town, category = whole_number(request.GET.get("town")), whole_number(request.GET.get("category"))
    if town:
        alike = alike.filter(unit__town=town)
    if category:
        alike = alike.filter(Q(unit__category=category) | Q(unit__category__parent=category))
    return alike


def after_extending(request, chosen):
    """Back to where one came from, else to the duty or the year."""
    first = chosen.first()
    if first is None:
        raise Http404
    fallback = reverse("assessments:duty", args=[first.pk]) if "duty" in request.GET else None
    back = own_address(request, request.GET.get("next", ""))
    return back or fallback or reverse("assessments:cycle", args=[first.cycle_id])
