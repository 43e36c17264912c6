"""The ranking beside the one corrected by severity, and the decision whether it counts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import moderation as moderations
from assessments.forms.moderation import DecideForm, ProposeForm, SayWhyForm
from assessments.forms.publication import YearForm
from assessments.models import Moderation, ScoreSheet
from assessments.scoring.moderation import DOUBT, ENOUGH, LIMIT
from civportal.lib.web import allow
from units.forms.editing import tell_refusal
from units.models import TrailEvent
from units.views.export import exported

from . import publication


def moderation_for(user, pk):
    """The moderation, or 404 when this person should not even know that there is one."""
    found = Moderation.objects.visible_to(user).select_related("cycle", "proposed_by", "decided_by")
    return get_object_or_404(found, pk=pk)


def index(request):
    """Both orders side by side, and what was decided so far."""
    allow(request.user, "assessments.view_moderation")
    cycle = YearForm(request.GET, cycles=publication.cycles()).cycle
    if request.method == "POST" and cycle:
        return exported(request, listings.MODERATED, moderations.preview(cycle).rows, [str(cycle)])
    return page(request, cycle)


def page(request, cycle, form=None, status=200):
    """The page of the preview; `form` is a proposal that was refused."""
    preview = cycle and moderations.preview(cycle)
    context = {
        "cycle": cycle,
        "preview": preview,
        "enough": ENOUGH,
        "doubt": DOUBT,
        "limit": LIMIT,
        "form": form or (preview and ProposeForm(initial={"digest": preview.digest})),
        "moderations": cycle and list(Moderation.objects.filter(cycle=cycle).for_listing()),
        "is_frozen": cycle and moderations.is_frozen(cycle),
    }
    context["standing"] = next(
        (one for one in context["moderations"] or () if one.status in one.STANDING), None
    )
    return render(request, "assessments/moderation/index.html", context, status=status)


def unit(request, pk):
    """Why one unit's score would move, record by record."""
    allow(request.user, "assessments.view_moderation")
    sheet = get_object_or_404(
        ScoreSheet.objects.visible_to(request.user).select_related("unit_year__cycle__standard"), pk=pk
    )
    preview = moderations.preview(sheet.unit_year.cycle)
    row = next((row for row in preview.rows if row.sheet.pk == pk), None)
    if row is None:
        raise Http404
    given = moderations.people_of(row)
    context = {
        "cycle": preview.cycle,
        "preview": preview,
        "row": row,
        "names": {one.who: one for one in preview.reviewers if one.who in given},
        "doubt": DOUBT,
        "limit": LIMIT,
    }
    return render(request, "assessments/moderation/unit.html", context)


@require_POST
def propose(request):
    """Propose that what is on the screen is adopted."""
    allow(request.user, "assessments.propose_moderation")
    cycle = YearForm(request.GET, cycles=publication.cycles()).cycle
    if cycle is None:
        raise Http404
    form = ProposeForm(request.POST)
    try:
        if form.is_valid():
            found = moderations.propose(cycle, **form.cleaned_data, by=request.user)
            messages.success(request, _("Proposed; it waits for a second person."))
            return redirect(found)
    except ValidationError as refusal:
        tell_refusal(form, refusal)
    if "digest" in form.errors:
        messages.error(request, _("The page was not complete; load it again."))
    # What was seen is another preview by now: the next try is made against the one on the page.
    form.data = {**form.data.dict(), "digest": moderations.preview(cycle).digest}
    return page(request, cycle, form, status=422)


def detail(request, pk):
    """One moderation with every number as it was looked at, and who decided what."""
    found = moderation_for(request.user, pk)
    allow(request.user, "assessments.view_moderation")
    return decision_page(request, found)


def decision_page(request, found, *, refuse_form=None, withdraw_form=None, status=200):
    lines = found.lines.select_related("sheet__unit_year__unit__category__parent", "sheet__unit_year__cycle")
    by_kind = Coalesce("sheet__unit_year__unit__category__parent", "sheet__unit_year__unit__category")
    context = {
        "moderation": found,
        "lines": lines.order_by(by_kind, "rank_before", "pk"),
        "decide_form": DecideForm(record=found),
        "refuse_form": refuse_form or SayWhyForm(record=found, prefix="refuse"),
        "withdraw_form": withdraw_form or SayWhyForm(record=found, prefix="withdraw"),
        "events": TrailEvent.objects.about(found),
    }
    return render(request, "assessments/moderation/detail.html", context, status=status)


def allow_act(request, verb, found):
    """Ask the policy, but leave an act that came too late to `move`, which says who was first."""
    if found.can(verb):
        allow(request.user, f"assessments.{verb}_moderation", found)
    else:
        allow(request.user, "assessments.view_moderation")


@require_POST
def adopt(request, pk):
    """Adopt it, as the second person."""
    found = moderation_for(request.user, pk)
    allow_act(request, "adopt", found)
    form = DecideForm(request.POST, record=found)
    if not form.is_valid():
        messages.error(request, _("The page was not complete; load it again."))
        return redirect(found)
    try:
        moderations.adopt(found, seen=form.cleaned_data["version"], by=request.user)
        messages.success(request, _("Adopted: the line stands on every score sheet that moves."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(found)


@require_POST
def refuse(request, pk):
    """Do not adopt it, with a reason."""
    found = moderation_for(request.user, pk)
    allow_act(request, "refuse", found)
    form = SayWhyForm(request.POST, record=found, prefix="refuse")
    if not said(request, form, moderations.refuse, found):
        return decision_page(request, found, refuse_form=form, status=422)
    messages.success(request, _("Refused."))
    return redirect(found)


@require_POST
def withdraw(request, pk):
    """Take it back, with a reason."""
    found = moderation_for(request.user, pk)
    allow_act(request, "withdraw", found)
    form = SayWhyForm(request.POST, record=found, prefix="withdraw")
    if not said(request, form, moderations.withdraw, found):
        return decision_page(request, found, withdraw_form=form, status=422)
    messages.success(request, _("Withdrawn: no score is moderated."))
    return redirect(found)


def said(request, form, action, found):
    """Whether the act was carried out with the reason; the form says why not."""
    if not form.is_valid():
        return False
    try:
        action(found, note=form.cleaned_data["note"], seen=form.cleaned_data["version"], by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True
