"""Questions often asked: for everybody to read, for the director to word."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import faq as faqs
from assessments.forms.faq import FaqFilter, FaqForm, WithdrawForm
from assessments.models import Faq
from civportal.lib.web import allow, page_of, render_page
from units.models import TrailEvent
from units.views.export import exported

from .question import question_for

# So many stand on one page: a county has dozens, not thousands.
PER_PAGE = 100


def faq_for(user, pk):
    """The published words, or 404."""
    return get_object_or_404(
        Faq.objects.visible_to(user).select_related("source__cycle", "source__unit"), pk=pk
    )


def index(request):
    """Every published answer, indicator by indicator."""
    form = FaqFilter(request.GET)
    rows = form.apply(Faq.objects.visible_to(request.user).published()).for_listing()
    if request.method == "POST":
        return exported(request, listings.FAQ, rows, form.said)
    context = {"form": form, "page": page_of(request, rows, PER_PAGE)}
    return render_page(request, "assessments/faq/index.html", "assessments/faq/_groups.html", context)


def publish(request, pk):
    """Word an answered question for all units."""
    source = question_for(request.user, pk)
    allow(request.user, "assessments.publish_faq", source)
    return write(request, Faq(source=source, **proposed(source)))


def proposed(source):
    """What the form begins with: the question as asked, and the office's newest word."""
    answers = [line.text for line in source.messages.all() if not line.is_units]
    answer = answers[-1] if answers else ""
    return {"indicator": source.indicator, "question": source.text[: Faq.LONGEST_QUESTION], "answer": answer}


def edit(request, pk):
    """Word it anew."""
    faq = faq_for(request.user, pk)
    allow(request.user, "assessments.edit_faq", faq)
    return write(request, faq)


def write(request, faq):
    form = FaqForm(request.POST or None, instance=faq)
    if request.method == "POST" and form.is_valid():
        saved = form.edit(by=request.user)
        if saved:
            messages.success(request, _("Every unit can read it now."))
            return redirect(saved)
    context = {"form": form, "faq": faq, "reason_form": WithdrawForm(record=faq, prefix="withdraw")}
    context["events"] = TrailEvent.objects.about(faq) if faq.pk else []
    return render(request, "assessments/faq/edit.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request, pk):
    """Take it from the list, with a reason."""
    faq = faq_for(request.user, pk)
    allow(request.user, "assessments.withdraw_faq", faq)
    form = WithdrawForm(request.POST, record=faq, prefix="withdraw")
    if not form.is_valid():
        messages.error(request, _("Say why it is withdrawn."))
        return redirect("assessments:faq_edit", pk)
    try:
        said = form.cleaned_data
        faqs.withdraw(faq, note=said["note"], seen=said["version"], by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("assessments:faq_edit", pk)
    messages.success(request, _("Withdrawn; units no longer read it."))
    return redirect("assessments:faq")
