"""What is worth a look in an entry: the unit explains, a reviewer judges."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

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
        "next": reverse("assessments:entry_edit", args=[pk]),
    }
    return render(request, "assessments/likeness/_findings.html", context)


@require_POST
def explain(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.explain_likeness_entry", entry)
    return said(
        request,
        entry,
        ExplainForm(request.POST),
        likeness.explain,
        _("Your line goes along to the reviewer."),
    )


@require_POST
def judge(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.judge_likeness_entry", entry)
    return said(request, entry, JudgeForm(request.POST), likeness.judge, _("Noted."))


def said(request, entry, form, act, thanks):
    """Keep what was said, or say why not; back to where the form stood."""
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        act(entry, **form.cleaned_data, by=request.user)
        messages.success(request, thanks)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{way_back(request, entry.get_absolute_url())}#likeness")
