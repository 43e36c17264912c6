"""The review: a queue, an entry beside its judgement, the next one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import likeness, mark, recipe, review
from assessments.forms.likeness import JudgeForm
from assessments.forms.review import AcceptForm, QueueFilter, SendBackForm
from assessments.models import LedgerEntry, Review, WorkCalendar
from civportal.lib.clock import today
from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, render_page
from units.models import TrailEvent
from units.views.export import exported

from .ledger import entry_for


def queue(request):
    """What waits for a decision, oldest first."""
    allow(request.user, "assessments.review_entries")
    form, entries = filtered_queue(request)
    workdays = WorkCalendar.workdays()
    if request.method == "POST":
        return exported(request, listings.queue(workdays), entries.for_listing(), form.said)
    page = keyset_page(request, entries.for_listing(), "submitted_at")
    context = {"form": form, "page": page, "workdays": workdays, "today": today()}
    return render_page(request, "assessments/review/queue.html", "assessments/review/_table.html", context)


def filtered_queue(request):
    """The filter form and the waiting entries that it leaves."""
    form = QueueFilter(request.GET)
    return form, form.apply(LedgerEntry.objects.visible_to(request.user).to_decide_by(request.user))


def detail(request, pk):
    """Evidence left, judgement right."""
    allow(request.user, "assessments.review_entries")
    entry = entry_for(request.user, pk)
    if not entry.can("accept") or entry.is_marked_by(request.user):
        return redirect(entry)
    return page(request, entry, AcceptForm(entry=entry), SendBackForm(record=entry, prefix="back"))


def page(request, entry, accept_form, back_form, status=200):
    found = likeness.findings(entry, for_user=request.user)
    back_form.initial["note"] = likeness.reasons(found)
    context = {
        "entry": entry,
        "files": entry.files.all(),
        "editable": False,
        "recipes": recipe.of(entry),
        "accept_form": accept_form,
        "back_form": back_form,
        "events": TrailEvent.objects.about(entry),
        "next": next_after(request, entry),
        "query": request.GET.urlencode(),
        "waiting": filtered_queue(request)[1].count(),
        "decided": Review.objects.filter(by=request.user, at__date=today()).count(),
        "last_review": entry.last_review,
        "looks": JudgeForm.each(found),
        "marking": mark.standing(entry, request.user),
    }
    return render(request, "assessments/review/detail.html", context, status=status)


def next_after(request, entry):
    """The waiting entry after this one; the skipped ones come back last."""
    _form, waiting = filtered_queue(request)
    waiting = waiting.exclude(pk=entry.pk)
    later = Q(submitted_at__gt=entry.submitted_at) | Q(submitted_at=entry.submitted_at, pk__gt=entry.pk)
    return waiting.filter(later).first() or waiting.first()


@require_POST
def open_entry(request, pk):
    """Sent by the page itself once it is read; from then on the unit cannot take the entry back."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.open_entry", entry)
    review.open_entry(entry)
    return HttpResponse(status=204)


@require_POST
def accept(request, pk):
    entry = entry_for(request.user, pk)
    allow_decision(request.user, "assessments.accept_entry", entry)
    form = AcceptForm(request.POST, entry=entry)
    if not form.is_valid():
        return page(request, entry, form, SendBackForm(record=entry, prefix="back"), status=422)
    following = next_after(request, entry)
    try:
        decision = mark.decide(
            entry,
            form.points,
            by=request.user,
            note=form.cleaned_data["note"],
            seen=form.cleaned_data["version"],
            shown=form.shown,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return page(request, entry, form, SendBackForm(record=entry, prefix="back"), status=422)
    messages.success(request, decision.sentence)
    return redirect(address_of(following, request))


@require_POST
def send_back(request, pk):
    entry = entry_for(request.user, pk)
    allow_decision(request.user, "assessments.send_back_entry", entry)
    form = SendBackForm(request.POST, record=entry, prefix="back")
    if not form.is_valid():
        return page(request, entry, AcceptForm(entry=entry), form, status=422)
    following = next_after(request, entry)
    review.send_back(
        entry, by=request.user, note=form.cleaned_data["note"], seen=form.cleaned_data["version"]
    )
    messages.success(request, _("Returned to the unit: %(entry)s.") % {"entry": entry})
    return redirect(address_of(following, request))


def allow_decision(user, permission, record):
    """Ask the policy, but leave a decision that came too late to `move`, which says who was first."""
    if record.can("accept"):
        allow(user, permission, record)
    allow(user, "assessments.review_entries")


def address_of(following, request):
    """The next entry with the same filter, or the queue when nothing is left."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if following is None:
        return reverse("assessments:queue")
    return reverse("assessments:review", args=[following.pk]) + query
