"""Honors in the office: the catalogue, who was granted what, granting and revoking."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import honor
from assessments.forms.honor import (
    AwardFilter,
    ConfirmForm,
    DropForm,
    GrantForm,
    PickForm,
    RecognizeForm,
    RevokeForm,
    TerminateForm,
)
from assessments.models import Award, HonorItem
from civportal.lib.web import allow, page_of, render_page
from units.forms.editing import tell_refusal
from units.forms.fields import DayForm
from units.models import TrailEvent
from units.views.export import exported


def award_for(user, pk):
    """The award, or 404 when this user should not even know it exists."""
    awards = Award.objects.visible_to(user).select_related(
        "item", "unit", "granted_by", "passed_from", "passed_to"
    )
    return get_object_or_404(awards, pk=pk)


def catalogue(request):
    """What can be granted, and how much of it stands, or stood on a day."""
    allow(request.user, "assessments.list_awards")
    form = DayForm(request.GET)
    items = HonorItem.objects.for_listing(form.day)
    if request.method == "POST":
        return exported(request, listings.HONORS, items, form.said)
    context = {"form": form, "day": form.day, "items": items}
    return render(request, "assessments/honor/catalogue.html", context)


def index(request):
    allow(request.user, "assessments.list_awards")
    form = AwardFilter(request.GET)
    awards = form.apply(Award.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.AWARDS, awards, form.said)
    context = {"form": form, "page": page_of(request, awards)}
    return render_page(request, "assessments/honor/index.html", "assessments/honor/_table.html", context)


def detail(request, pk):
    award = award_for(request.user, pk)
    allow(request.user, "assessments.view_award", award)
    context = {"award": award, "events": TrailEvent.objects.about(award)}
    return render(request, "assessments/honor/detail.html", context)


def choose(request):
    """Pick the honor and the year; then the document and the units."""
    allow(request.user, "assessments.grant_award")
    pick = PickForm(request.GET or None)
    if not pick.is_valid():
        return render(request, "assessments/honor/pick.html", {"form": pick})
    came_back = "document_number" in request.GET
    return render_choice(request, pick, grant_form(request.GET, pick) if came_back else None)


def render_choice(request, pick, form=None):
    """The page on which units are ticked, each with its score and what it holds already.

    A fresh form has those ticked that the ranking suggests; one that came back keeps what was ticked.
    """
    item, year = pick.cleaned_data["item"], pick.cleaned_data["year"]
    sheets, holding = honor.score_sheets(year), honor.holders(item, year)
    suggested = honor.suggestion(item, year, scores=sheets, holding=holding)
    form = form or GrantForm(
        initial={**pick.cleaned_data, "units": suggested},
        units=honor.candidates(item, pick.cleaned_data["kind"]),
    )
    options = [
        {"option": option, "unit": unit, "sheet": sheets.get(unit.pk), "is_holder": unit.pk in holding}
        for option in form["units"]
        for unit in [option.data["value"].instance]
    ]
    context = {
        "form": form,
        "item": item,
        "year": year,
        "options": options,
        "suggested": [choice["unit"] for choice in options if choice["unit"].pk in suggested],
    }
    return render(request, "assessments/honor/choose.html", context)


def check(request):
    """Name the units and what will be skipped and why, before anything is written."""
    allow(request.user, "assessments.grant_award")
    pick = PickForm(request.GET)
    if not pick.is_valid():
        return render(request, "assessments/honor/pick.html", {"form": pick})
    form = grant_form(request.GET, pick)
    if not form.is_valid():
        return render_choice(request, pick, form)
    return render(request, "assessments/honor/check.html", check_context(form, request.GET))


def grant_form(asked, pick):
    return GrantForm(asked, units=honor.candidates(pick.cleaned_data["item"], pick.cleaned_data["kind"]))


def check_context(form, asked):
    """What the confirming page says: who is granted, who is left out, and the way back."""
    chosen = form.cleaned_data
    verdicts = honor.judge(chosen["item"], chosen["units"], chosen["year"])
    return {
        "form": form,
        **chosen,
        "granted": [verdict for verdict in verdicts if verdict.is_granted],
        "skipped": [verdict for verdict in verdicts if not verdict.is_granted],
        "back": reverse("assessments:grant") + "?" + asked.urlencode(),
    }


@require_POST
def grant(request):
    allow(request.user, "assessments.grant_award")
    pick = PickForm(request.POST)
    if not pick.is_valid():
        return render(request, "assessments/honor/pick.html", {"form": pick})
    form = grant_form(request.POST, pick)
    if not form.is_valid():
        return render_choice(request, pick, form)
    chosen = {name: form.cleaned_data[name] for name in ("item", "year", "document_number", "granted_on")}
    try:
        awards = honor.grant(units=form.cleaned_data["units"], **chosen, by=request.user)
    except ValidationError as error:
        form.add_error("units", error)
        return render_choice(request, pick, form)
    messages.success(request, granted_message(awards))
    return redirect(reverse("assessments:awards") + "?" + urlencode({"q": awards[0].document_number}))


def granted_message(awards):
    text = ngettext(
        "%(count)s unit was granted %(item)s.", "%(count)s units were granted %(item)s.", len(awards)
    )
    return text % {"count": len(awards), "item": awards[0].item}


def revoke(request, pk):
    award = award_for(request.user, pk)
    allow(request.user, "assessments.revoke_award", award)
    form = RevokeForm(request.POST or None, record=award)
    if request.method == "POST" and form.is_valid():
        honor.revoke(
            award, note=form.cleaned_data["note"], seen=form.cleaned_data["version"], by=request.user
        )
        messages.success(request, _("The honor is revoked; the record keeps the reason."))
        return redirect(award)
    return render(request, "assessments/honor/revoke.html", {"award": award, "form": form})


def recognize(request, pk):
    """A decision passes an honor that waits to a unit that came from its holder."""
    award = award_for(request.user, pk)
    allow(request.user, "assessments.recognize_award", award)
    form = RecognizeForm(request.POST or None, record=award)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("document_number", "decided_on")}
        try:
            passed = honor.recognize(
                award,
                form.cleaned_data["successor"],
                **values,
                seen=form.cleaned_data["version"],
                by=request.user,
            )
        except ValidationError as refusal:
            tell_refusal(form, refusal)
        else:
            messages.success(request, _("The honor has passed to %(unit)s.") % {"unit": passed.unit})
            return redirect(passed)
    return render(request, "assessments/honor/recognize.html", {"award": award, "form": form})


def terminate(request, pk):
    """An honor that waits ends with its unit."""
    award = award_for(request.user, pk)
    allow(request.user, "assessments.terminate_award", award)
    form = TerminateForm(request.POST or None, record=award)
    if request.method == "POST" and form.is_valid():
        honor.terminate(
            award, note=form.cleaned_data["note"], seen=form.cleaned_data["version"], by=request.user
        )
        messages.success(request, _("The honor has ended with its unit; the record keeps the reason."))
        return redirect(award)
    return render(request, "assessments/honor/terminate.html", {"award": award, "form": form})


def confirm(request, pk):
    """The document that names a candidate is out."""
    award = award_for(request.user, pk)
    allow(request.user, "assessments.confirm_award", award)
    form = ConfirmForm(request.POST or None, record=award)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("document_number", "granted_on")}
        try:
            honor.confirm(award, **values, seen=form.cleaned_data["version"], by=request.user)
        except ValidationError as refusal:
            tell_refusal(form, refusal)
        else:
            messages.success(request, _("The candidate is named and holds the honor."))
            return redirect(award)
    return render(request, "assessments/honor/confirm.html", {"award": award, "form": form})


def drop(request, pk):
    """A candidate was not named."""
    award = award_for(request.user, pk)
    allow(request.user, "assessments.drop_award", award)
    form = DropForm(request.POST or None, record=award)
    if request.method == "POST" and form.is_valid():
        honor.drop(award, note=form.cleaned_data["note"], seen=form.cleaned_data["version"], by=request.user)
        messages.success(request, _("The candidate was not named; the record keeps the reason."))
        return redirect(award)
    return render(request, "assessments/honor/drop.html", {"award": award, "form": form})
