"""The library of reasons for returns, as the office words it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.actions import reason as reasons
from assessments.forms.review import ReturnReasonForm
from assessments.models import ReturnReason
from civportal.lib.web import allow


def index(request):
    """All reasons, the most frequent first: what the guides should say before it goes wrong."""
    allow(request.user, "assessments.review_entries")
    return render(request, "assessments/reason/index.html", {"reasons": ReturnReason.objects.with_use()})


def new(request):
    allow(request.user, "assessments.edit_reason")
    return write(request, ReturnReason())


def edit(request, pk):
    allow(request.user, "assessments.edit_reason")
    return write(request, get_object_or_404(ReturnReason, pk=pk))


def write(request, reason):
    form = ReturnReasonForm(request.POST or None, instance=reason)
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect("assessments:reasons")
    return render(request, "assessments/reason/edit.html", {"form": form, "reason": reason})


@require_POST
def add_usual(request):
    allow(request.user, "assessments.edit_reason")
    count = reasons.add_usual(by=request.user)
    text = ngettext("One reason added.", "%(count)d reasons added.", count) % {"count": count}
    messages.success(request, text)
    return redirect("assessments:reasons")
