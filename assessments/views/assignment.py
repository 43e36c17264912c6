"""Who reviews what: coverage by unit and by reviewer, a proposal, single ones by hand."""

import secrets
from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import assignment as assignments
from assessments.forms.assignment import (
    MOST_SEED,
    AddForm,
    ApplyForm,
    CoverageFilter,
    ProposeForm,
    RuleForm,
)
from assessments.models import Assignment, Cycle
from civportal.lib.web import allow, page_of, render_page
from units.forms.editing import tell_refusal
from units.models import Unit
from units.views.export import exported

UNITS_PER_PAGE = 50


def current_or_404():
    cycle = current()
    if cycle is None:
        raise Http404
    return cycle


def current():
    """The year being worked in, with how many units take part and how many have a reviewer; or None."""
    covered = Assignment.objects.whole_units().filter(cycle=OuterRef("pk"), unit=OuterRef("unit_years__unit"))
    counted = Cycle.objects.by_use().annotate(
        unit_count=Count("unit_years", distinct=True),
        covered_count=Count("unit_years", filter=Exists(covered), distinct=True),
    )
    return counted.select_related("standard").first()


# ── who has what ─────────────────────────────────────────────────────────────────────────────────


def index(request):
    """Unit by unit, who is assigned to it."""
    allow(request.user, "assessments.list_assignments")
    cycle = current()
    if cycle is None:
        return render(request, "assessments/assignment/no_year.html")
    form = CoverageFilter(request.GET, cycle=cycle)
    units = form.apply(Unit.objects.filter(years__cycle=cycle)).order_by("sort_order", "pk")
    here = Prefetch("assignments", Assignment.objects.filter(cycle=cycle).for_listing(), to_attr="assigned")
    if request.method == "POST":
        return exported(request, listings.ASSIGNMENTS, units.prefetch_related(here), form.said)
    count = None if form.is_narrowed else cycle.unit_count
    page = page_of(request, units.prefetch_related(here), UNITS_PER_PAGE, count=count)
    context = {"cycle": cycle, "form": form, "page": page}
    page_name, fragment = "assessments/assignment/index.html", "assessments/assignment/_table.html"
    return render_page(request, page_name, fragment, context)


def load(request):
    """Person by person, how many units and which indicators; and by which rule it holds."""
    allow(request.user, "assessments.list_assignments")
    cycle = current()
    if cycle is None:
        return render(request, "assessments/assignment/no_year.html")
    of_year = Q(assignments__cycle=cycle)
    people = assignments.judges().annotate(
        unit_count=Count(
            "assignments",
            of_year & Q(assignments__unit__isnull=False, assignments__indicator__isnull=True),
        ),
        part_count=Count("assignments", of_year & Q(assignments__indicator__isnull=False)),
        record_count=Count("assignments", of_year & Q(assignments__entry__status="submitted")),
    )
    here = Assignment.objects.filter(cycle=cycle).for_listing()
    indicators = here.whole_indicators().order_by("indicator__sort_order", "reviewer__name", "pk")
    if request.method == "POST":
        return exported(request, listings.LOADS, with_indicators(people, indicators), [str(cycle)])
    context = {
        "cycle": cycle,
        "people": people,
        "indicators": indicators,
        "rule_form": RuleForm(initial={"only_assigned": cycle.only_assigned}),
    }
    return render(request, "assessments/assignment/load.html", context)


def with_indicators(people, assigned):
    """The people, each with the indicators that were assigned to them as a whole."""
    found = defaultdict(list)
    for one in assigned:
        found[one.reviewer_id].append(one.indicator)
    people = list(people)
    for person in people:
        person.whole_indicators = found[person.pk]
    return people


def records(request):
    """Record by record, what was given to somebody alone and waits."""
    allow(request.user, "assessments.list_assignments")
    cycle = current()
    if cycle is None:
        return render(request, "assessments/assignment/no_year.html")
    rows = Assignment.objects.filter(cycle=cycle).for_listing().single_records()
    if request.method == "POST":
        return exported(request, listings.ASSIGNED_RECORDS, rows)
    context = {"cycle": cycle, "page": page_of(request, rows, UNITS_PER_PAGE)}
    return render(request, "assessments/assignment/records.html", context)


# ── a proposal ───────────────────────────────────────────────────────────────────────────────────


def propose(request):
    """How it would be dealt out, as the address says; nothing is written."""
    allow(request.user, "assessments.assign_reviewers")
    cycle = current_or_404()
    if not request.GET:
        first = {"seed": secrets.randbelow(MOST_SEED + 1), "reviewers": assignments.judges()}
        return proposal_page(request, cycle, ProposeForm(initial=first))
    form = ProposeForm(request.GET)
    found = assignments.preview(cycle, form.wish) if form.is_valid() else None
    return proposal_page(request, cycle, form, found)


def proposal_page(request, cycle, form, found=None, sent=None):
    sent = sent or request.GET
    context = {
        "cycle": cycle,
        "form": form,
        "preview": found,
        "page": found and page_of(request, found.rows, UNITS_PER_PAGE),
        "sent": [
            (name, value)
            for name, values in sent.lists()
            if name in ProposeForm.base_fields
            for value in values
        ],
    }
    status = 200 if found or not form.is_bound else 422
    return render(request, "assessments/assignment/propose.html", context, status=status)


@require_POST
def apply(request):
    """Lock what was seen, all of it or nothing."""
    allow(request.user, "assessments.assign_reviewers")
    cycle = current_or_404()
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return proposal_page(request, cycle, form, sent=request.POST)
    try:
        made = assignments.apply(cycle, form.wish, digest=form.cleaned_data["digest"], by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        found = assignments.preview(cycle, form.wish)
        return proposal_page(request, cycle, form, found, sent=request.POST)
    text = ngettext("%(count)s assignment is made.", "%(count)s assignments are made.", len(made))
    messages.success(request, text % {"count": len(made)})
    return redirect("assessments:assignments")


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────


def add(request):
    """Assign one unit, one indicator, or one indicator of one unit to somebody."""
    allow(request.user, "assessments.assign_reviewers")
    cycle = current_or_404()
    form = AddForm(request.POST or None, cycle=cycle, initial={"unit": request.GET.get("unit", "")[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            made = assignments.add(cycle, **form.cleaned_data, by=request.user)
        except ValidationError as refusal:
            tell_refusal(form, refusal)
        else:
            messages.success(request, _("Assigned: %(what)s.") % {"what": made})
            return redirect(back_to(made))
    return render(request, "assessments/assignment/add.html", {"cycle": cycle, "form": form})


def back_to(assignment):
    """The list in which the assignment stands."""
    if assignment.entry_id:
        return reverse("assessments:assignments_records")
    return reverse("assessments:assignments" if assignment.unit_id else "assessments:assignments_load")


@require_POST
def remove(request, pk):
    """Take one back."""
    allow(request.user, "assessments.assign_reviewers")
    found = get_object_or_404(
        Assignment.objects.select_related("cycle", "unit", "indicator", "entry", "reviewer"), pk=pk
    )
    try:
        assignments.remove(found, by=request.user)
        messages.success(request, _("Taken back: %(what)s.") % {"what": found})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(back_to(found))


@require_POST
def rule(request):
    """Say whether only who is assigned decides."""
    allow(request.user, "assessments.assign_reviewers")
    form = RuleForm(request.POST)
    try:
        if form.is_valid() and assignments.set_rule(current_or_404(), **form.cleaned_data, by=request.user):
            messages.success(request, _("The rule of the year is saved."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("assessments:assignments_load")
