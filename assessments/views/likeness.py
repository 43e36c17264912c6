"""What is worth a look in an entry: the unit explains, a reviewer judges."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from assessments.actions import likeness
from assessments.forms.likeness import ExplainForm, JudgeForm
from civportal.lib.web import allow, way_back

from .evidence import entry_for


@require_safe
def show(request, pk):
    """What there is now, for the page on which the record is being written."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    context = {
        "entry": entry,
        "looks": ExplainForm.each(likeness.findings(entry, for_user=request.user)),
        "who": "unit",
        "live": True,
        "back": reverse("assessments:entry_edit", args=[pk]),
    }
    return render(request, "assessments/likeness/_findings.html", context)


@require_POST
def explain(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.explain_likeness_entry", entry)
    refusal = why_not(ExplainForm(request.POST), likeness.explain, entry, request.user)
    return back(request, entry, refusal, _("Your line goes along to the reviewer."))


@require_POST
def judge(request, pk):
    """The reviewer's word; htmx takes over the finding as it stands now, and the page stays as it is."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.judge_likeness_entry", entry)
    form = JudgeForm(request.POST)
    refusal = why_not(form, likeness.judge, entry, request.user)
    return (
        judged(request, entry, form, refusal) if request.htmx else back(request, entry, refusal, _("Noted."))
    )


def why_not(form, act, entry, user):
    """Keep what was said; the sentence that says why not, where it is refused."""
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        act(entry, **form.cleaned_data, by=user)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""


def back(request, entry, refusal, thanks):
    """To where the form stood."""
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, thanks)
    return redirect(f"{way_back(request, entry.get_absolute_url())}#likeness")


def judged(request, entry, form, refusal):
    """The findings as the review page shows them, with what the return would say of them now."""
    found = likeness.findings(entry, for_user=request.user)
    if refusal and form.key not in [finding.key for finding in found]:
        messages.error(request, refusal)
        return HttpResponseClientRefresh()
    if refusal and not form.has_error("note"):
        form.add_error("note", refusal)
    context = {
        "entry": entry,
        "looks": JudgeForm.each(found, form if refusal else None),
        "who": "office",
        "back": way_back(request, entry.get_absolute_url()),
        "letter": likeness.reasons(found),
    }
    return render(request, "assessments/likeness/_findings.html", context)
