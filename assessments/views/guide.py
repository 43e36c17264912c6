"""How a record is written well: beside the form, and on a page where the office words it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assessments.actions import guide
from assessments.forms.guide import GuideForm
from assessments.models import LedgerEntry
from civportal.lib.web import allow


def index(request):
    """All kinds of record with their words."""
    return render(request, "assessments/guide/index.html", {"guides": guide.every()})


def beside(request):
    """The guide to the kind that was just chosen in the form."""
    kind = known(request.GET.get("kind", LedgerEntry.Kind.ACTIVITY))
    context = {"guide": guide.of(kind), "frequent": guide.why_returned(kind)}
    return render(request, "assessments/guide/_beside.html", context)


def edit(request, kind):
    allow(request.user, "assessments.edit_guide")
    there = guide.of(known(kind))
    form = GuideForm(request.POST or None, instance=there)
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("assessments:guides")
    return render(request, "assessments/guide/edit.html", {"form": form, "guide": there})


def known(kind):
    """The kind, or 404 when there is none of that name."""
    if kind not in LedgerEntry.Kind.values:
        raise Http404
    return kind
