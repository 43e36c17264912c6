"""The ledger as units write it and everybody concerned reads it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import ledger, likeness, review
from assessments.forms.ledger import EntryFilter, EntryForm, StartForm, WishForm, title_for
from assessments.forms.likeness import ExplainForm, OpinionForm
from assessments.forms.review import ReasonForm
from assessments.models import Claim, EvidenceFile, LedgerEntry, Review, UnitYear
from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, render_page, whole_number
from units.models import TrailEvent
from units.views.export import exported


def entry_for(user, pk):
    """The entry with all it shows, or 404 when this user should not even know it exists."""
    entries = LedgerEntry.objects.visible_to(user).select_related(
        "unit__category", "cycle__standard", "submitted_by", "created_by", "answers"
    )
    return get_object_or_404(
        entries.prefetch_related(
            Prefetch("claims", Claim.objects.select_related("indicator__parent")),
            Prefetch("files", EvidenceFile.objects.all()),
            Prefetch("reviews", Review.objects.select_related("by")),
            "cycle__stages",
        ),
        pk=pk,
    )


def index(request):
    """The entries one may see, last touched first."""
    form = EntryFilter(request.GET)
    entries = form.apply(LedgerEntry.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.ENTRIES, entries.order_by("-updated_at", "-pk"), form.said)
    page = keyset_page(request, entries, "-updated_at")
    context = {"form": form, "page": page}
    return render_page(request, "assessments/ledger/index.html", "assessments/ledger/_table.html", context)


def detail(request, pk):
    entry = entry_for(request.user, pk)
    context = {
        "entry": entry,
        "events": TrailEvent.objects.about(entry),
        "last_review": entry.last_review,
        "reason_form": ReasonForm(),
        "looks": OpinionForm.each(likeness.findings(entry, for_user=request.user)),
    }
    return render(request, "assessments/ledger/detail.html", context)


def new(request):
    """The one question with which a record begins; the rest follows on the next page.

    `?duty=` names what the record answers.
    """
    allow(request.user, "assessments.write_entry")
    unit_year = UnitYear.objects.current_of(request.user)
    if unit_year is None:
        return render(request, "assessments/ledger/closed.html")
    duty = duty_wished(request, unit_year)
    there = duty and ledger.in_hand_for(duty)
    if there:
        return redirect("assessments:entry_edit", there.pk)
    form = StartForm(request.POST or None, initial={"title": duty and title_for(duty)})
    if request.method == "POST" and form.is_valid():
        entry = ledger.write(
            cycle=unit_year.cycle,
            unit=unit_year.unit,
            title=form.cleaned_data["title"],
            answers=duty,
            indicators=wished_indicators(request, unit_year),
            by=request.user,
        )
        return redirect("assessments:entry_edit", entry.pk)
    context = {"form": form, "unit_year": unit_year, "duty": duty}
    return render(request, "assessments/ledger/new.html", context)


def duty_wished(request, unit_year):
    """The own unit's open duty that the address names, None when it names none, else 404."""
    if "duty" not in request.GET:
        return None
    owed = ledger.answerable(unit_year.cycle, unit_year.unit).select_related("cycle")
    return get_object_or_404(owed, pk=whole_number(request.GET["duty"]))


def wished_indicators(request, unit_year):
    """The indicator that the task list's link named, if it is one of the unit's."""
    indicators = unit_year.cycle.standard.indicators.proved_by_ledger().for_unit_year(unit_year)
    wish = WishForm(request.GET)
    return indicators.filter(code=wish.cleaned_data["indicator"] if wish.is_valid() else "")


def edit(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    unit_year = get_object_or_404(UnitYear, cycle=entry.cycle, unit=entry.unit)
    form = EntryForm(request.POST or None, instance=entry, unit_year=unit_year)
    if request.method == "POST" and form.is_valid():
        return save(request, form)
    return render(request, "assessments/ledger/edit.html", edit_context(request, form))


def save(request, form):
    """Save what was typed; if somebody else saved meanwhile, show both and let the person choose."""
    entry = LedgerEntry(pk=form.instance.pk)
    try:
        entry = ledger.edit(entry, by=request.user, **form.values())
    except ledger.ChangedMeanwhile as changed:
        form.data = {**form.data.dict(), "version": changed.entry.version}
        context = {**edit_context(request, form), "meanwhile": changed.entry}
        return render(request, "assessments/ledger/edit.html", context, status=409)
    messages.success(request, _("Saved."))
    return redirect(
        "assessments:entry_submit" if "check" in request.POST else "assessments:entry_edit", entry.pk
    )


def edit_context(request, form):
    entry = form.instance
    return {
        "form": form,
        "entry": entry,
        "files": entry.files.all(),
        "editable": True,
        "last_review": entry.last_review,
        "looks": ExplainForm.each(likeness.findings(entry, for_user=request.user)),
    }


def submit(request, pk):
    """Check your answers, then hand in."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    if request.method == "GET":
        context = {
            "entry": entry,
            "gaps": ledger.gaps(entry),
            "files": entry.files.all(),
            "looks": ExplainForm.each(likeness.findings(entry, for_user=request.user)),
        }
        return render(request, "assessments/ledger/submit.html", context)
    return hand_in(request, entry)


@require_POST
def hand_in(request, entry):
    allow(request.user, "assessments.submit_entry", entry)
    try:
        entry = ledger.submit(entry, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("assessments:entry_submit", entry.pk)
    messages.success(
        request, _("Handed in. Your receipt number is %(receipt)s.") % {"receipt": entry.receipt}
    )
    return redirect(entry)


@require_POST
def withdraw(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.withdraw_entry", entry)
    ledger.withdraw(entry, by=request.user)
    messages.success(request, _("Taken back; it is a draft again."))
    return redirect("assessments:entry_edit", pk)


@require_POST
def delete(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.delete_entry", entry)
    ledger.delete(entry, by=request.user)
    messages.success(request, _("The draft is thrown away."))
    return redirect("assessments:entries")


@require_POST
def reopen(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.reopen_entry", entry)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the decision is reopened."))
        return redirect(entry)
    review.reopen(entry, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, _("The decision is reopened."))
    return redirect("assessments:review", pk)
