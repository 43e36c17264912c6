"""The x-ray: what is wrong, by kind of problem, with the place where it is mended."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import listings
from assessments.actions import xray
from assessments.actions.xray import returning
from assessments.forms.gaps import UnitsFilter
from assessments.forms.xray import ReturnForm
from assessments.models import UnitYear
from civportal.lib.web import allow, page_of, render_page
from units.models import Unit
from units.views.export import exported

from .score import year_of

# So many names are said of what was skipped.
NAMED = 5


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
    """Say which entries would be returned, which not and why; then return them."""
    allow(request.user, "assessments.review_entries")
    check, cycle = check_for(request.user, code), asked_year(request)
    if not check.is_returnable:
        raise Http404
    units = units_of(request, UnitsFilter(request.GET))
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = returning.send_back_all(
            check, cycle, form.seen, by=request.user, more=form.cleaned_data["more"]
        )
        say(request, outcome)
        return redirect(f"{reverse('assessments:xray_check', args=[code])}?{urlencode({'year': cycle.year})}")
    outlook = returning.outlook(check, cycle, units, by=request.user)
    context = {"cycle": cycle, "check": check, "form": form, "outlook": outlook}
    return render(request, "assessments/xray/return.html", context)


def say(request, outcome):
    """Tell how many were returned, and of the others why not."""
    if outcome.returned:
        done = ngettext("%(count)s record returned.", "%(count)s records returned.", len(outcome.returned))
        messages.success(request, done % {"count": len(outcome.returned)})
    for why, entries in outcome.reasons:
        named = _(", ").join(f"“{entry}”" for entry in entries[:NAMED])
        skipped = ngettext(
            "%(count)s record not returned (%(named)s): %(why)s.",
            "%(count)s records not returned (%(named)s): %(why)s.",
            len(entries),
        )
        messages.warning(request, skipped % {"count": len(entries), "named": named, "why": why})
