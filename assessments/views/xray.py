"""The x-ray: what is wrong, by kind of problem, with the place where it is mended."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import listings
from assessments.actions import review, xray
from assessments.actions.bulk import AT_ONCE
from assessments.actions.xray import returning
from assessments.actions.xray.subjects import PLANS
from assessments.forms.bulk import ReturnAllForm
from assessments.forms.gaps import UnitsFilter
from assessments.forms.xray import PlanReturnForm
from assessments.models import BulkDecision, LedgerEntry, UnitYear
from civportal.lib.policy import judged
from civportal.lib.web import allow, page_of, render_page, whole_number
from units.models import Unit
from units.views.export import exported

from . import bulk
from .score import year_of

RETURN = BulkDecision.Kind.SEND_BACK
RETURN_ACCEPTED = "assessments.return_accepted_entry"


def check_for(user, code):
    """The check of that name, unless it is the office's own and the person does not read everything."""
    check = xray.CHECKS.get(code)
    if check is None or not (user.reads_all or check.is_of_units):
        raise Http404
    return check


def asked_year(request):
    """The year that is looked at; before there is any there is nothing to look at."""
    cycle = year_of(request)
    if cycle is None:
        raise Http404
    return cycle


def units_of(request, form):
    """The numbers of the units that are looked at; None stands for all."""
    if request.user.reads_all and not form.is_narrowed:
        form.full_clean()
        return None
    seen = Unit.objects.all() if request.user.reads_all else Unit.objects.filter(pk__in=request.user.seen_ids)
    return form.apply(seen).order_by().values("pk")


def index(request):
    """Every kind of problem that there is, the gravest first."""
    allow(request.user, "assessments.list_xray")
    cycle = year_of(request)
    if cycle is None:
        return render(request, "assessments/home/early.html")
    form = UnitsFilter(request.GET)
    blocks = xray.blocks(cycle, request.user, units_of(request, form), of_units=not request.user.reads_all)
    context = {"cycle": cycle, "form": form, **told(blocks, request.user.reads_all)}
    return render_page(request, "assessments/xray/index.html", "assessments/xray/_blocks.html", context)


def told(blocks, reads_all):
    """What the pages show of the blocks: by severity, and which checks found nothing."""
    found = {block.check.code for block in blocks}
    return {
        "severities": xray.of_severity(blocks),
        "grave_count": sum(block.check.is_grave for block in blocks),
        "block_count": len(blocks),
        "passed": [
            check
            for check in xray.CHECKS.values()
            if check.code not in found and (reads_all or check.is_of_units)
        ],
    }


def of_unit(request, pk):
    """The same checks for one unit, in words meant for it."""
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    cycle = asked_year(request)
    allow(request.user, "assessments.view_xray", UnitYear(cycle=cycle, unit=unit))
    blocks = xray.blocks(cycle, request.user, [unit.pk], of_units=True)
    own = [block for block in blocks if block.check.note]
    context = {
        "cycle": cycle,
        "unit": unit,
        **told(blocks, reads_all=False),
        "severities": xray.of_severity(own),
        "own_count": len(own),
        "offices": [block for block in blocks if not block.check.note],
    }
    return render(request, "assessments/xray/unit.html", context)


def detail(request, code):
    """All records that have one problem."""
    allow(request.user, "assessments.list_xray")
    check, cycle, form = check_for(request.user, code), asked_year(request), UnitsFilter(request.GET)
    units = units_of(request, form)
    # What has no unit cannot be narrowed by units.
    rows = check.listed(cycle, units if check.subject.unit else None)
    if request.method == "POST":
        said = [str(cycle), *form.said]
        return exported(request, listings.xray(check, request.user), rows, said)
    page = page_of(request, rows)
    context = {
        "cycle": cycle,
        "check": check,
        "form": form,
        "page": page,
        "lines": [check.line(record, request.user) for record in page],
    }
    return render_page(request, "assessments/xray/detail.html", "assessments/xray/_table.html", context)


def send_back(request, code):
    """Say which records would be returned, which not and why; a POST returns them together."""
    allow(request.user, "assessments.review_entries")
    check, cycle = check_for(request.user, code), asked_year(request)
    if not check.is_returnable:
        raise Http404
    # What waits first: the rest is mostly only named.
    rows = check.listed(cycle, units_of(request, UnitsFilter(request.GET)))
    rows = rows.order_by("-status", *check.subject.order)
    context = {"cycle": cycle, "check": check, "later": max(rows.count() - AT_ONCE, 0)}
    context["back"] = f"{reverse('assessments:xray_check', args=[code])}?{urlencode({'year': cycle.year})}"
    return (return_plans if check.subject is PLANS else return_entries)(request, rows, context)


def return_entries(request, rows, context):
    """The same page and act as for records of the queue, and undone in the same way."""
    check, cycle = context["check"], context["cycle"]
    form = ReturnAllForm(request.POST or None, initial={"note": check.note})
    asked = bulk.chosen_entries(request) if request.method == "POST" else rows
    possible, skipped = bulk.divided(request.user, RETURN, asked, why_not_returned)
    if request.method == "POST":
        possible, skipped = returning.still(check, cycle, possible, skipped)
        if form.is_valid():
            return bulk.carry_out(request, RETURN, form, possible, skipped)
    context |= {"form": form, "possible": possible, "skipped": skipped}
    context["taken_back"] = sum(entry.status == LedgerEntry.Status.ACCEPTED for entry in possible)
    return render(request, "assessments/xray/return.html", context)


def why_not_returned(user, kind, entry):
    """As for any return; of what is accepted the director takes the decision back with it."""
    if entry.status != LedgerEntry.Status.ACCEPTED:
        return bulk.hindrance(user, kind, entry)
    if user.has_perm(RETURN_ACCEPTED, entry):
        return review.corrections_spent(entry)
    missing = judged(RETURN_ACCEPTED, user, entry).missing
    return _("It is accepted, and you cannot take the decision back: %(why)s.") % {"why": missing}


def return_plans(request, rows, context):
    """Plan by plan, pinned to the items that have the problem."""
    check = context["check"]
    form = PlanReturnForm(request.POST or None, initial={"note": check.note})
    if request.method == "POST":
        named = {whole_number(number) for number in request.POST.getlist("entry")} - {None}
        rows = rows.filter(pk__in=named)
    possible, skipped = returning.plans_divided(check, rows[:AT_ONCE], by=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = bulk.as_shown(request, possible)
        done, refused = returning.send_back_plans(check, chosen, by=request.user, **form.cleaned_data)
        tell_returned(request, len(done))
        bulk.tell_skipped(request, [*skipped, *refused])
        return redirect(context["back"])
    context |= {"form": form, "possible": possible, "skipped": skipped}
    return render(request, "assessments/xray/return_plans.html", context)


def tell_returned(request, count):
    done = ngettext("%(count)d plan is returned.", "%(count)d plans are returned.", count)
    if count:
        messages.success(request, done % {"count": count})
