"""The pre-review: what waits for a department's word, a record beside the word, the next one."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions import difference, likeness, pre_review, recipe
from assessments.forms.likeness import OpinionForm
from assessments.forms.pre_review import ApproveForm, DeclineForm
from assessments.forms.review import SendBackForm
from assessments.models import LedgerEntry, PreReview
from civportal.lib.clock import today
from civportal.lib.paging import beyond, keyset_page
from civportal.lib.web import allow, render_page
from units.forms.editing import attempt
from units.models import TrailEvent

from .ledger import entry_for

# As the list stands.
IN_LINE = ("submitted_at", "pk")
# What a department can say: its form, and the prefix of the fields.
FORMS = {"approve": ApproveForm, "send_back": SendBackForm, "decline": DeclineForm}


def index(request):
    """What waits for the department's word, oldest first."""
    allow(request.user, "assessments.pre_review_entries")
    entries = LedgerEntry.objects.to_pre_review_by(request.user).for_listing()
    page = keyset_page(request, entries, "submitted_at")
    context = {"page": page, "today": today()}
    return render_page(
        request, "assessments/pre_review/index.html", "assessments/pre_review/_table.html", context
    )


def detail(request, pk):
    """Evidence left, the department's word right; what waits no longer is read on its own page."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.pre_review_entries")
    if not entry.waits_for_department:
        return redirect(entry)
    allow(request.user, "assessments.pre_review_entry", entry)
    return page(request, entry)


def page(request, entry, said="", form=None, status=200):
    """The page with empty forms but the one that was sent."""
    forms = {name: make(record=entry, prefix=name) for name, make in FORMS.items()} | {said: form}
    context = {
        "entry": entry,
        "forms": forms,
        "files": entry.files.all(),
        "recipes": recipe.of(entry),
        "looks": OpinionForm.each(likeness.findings(entry, for_user=request.user)),
        "last_review": entry.last_review,
        "difference": difference.of(entry),
        "events": TrailEvent.objects.about(entry),
        "previous": previous_before(request.user, entry),
        "next": next_after(request.user, entry),
        "waiting": LedgerEntry.objects.to_pre_review_by(request.user).count(),
        "decided": PreReview.objects.filter(by=request.user, at__date=today()).count(),
        "today": today(),
    }
    return render(request, "assessments/pre_review/detail.html", context, status=status)


def next_after(user, entry):
    """The waiting record after this one; the skipped ones come back last."""
    waiting = others_in_line(user, entry)
    return waiting.filter(beyond(entry, IN_LINE)).first() or waiting.first()


def previous_before(user, entry):
    """The waiting record before this one, or None."""
    return others_in_line(user, entry).filter(beyond(entry, IN_LINE, forward=False)).last()


def others_in_line(user, entry):
    """What else waits for this person's word, as the list has it: oldest first."""
    return LedgerEntry.objects.to_pre_review_by(user).exclude(pk=entry.pk).order_by(*IN_LINE)


@require_POST
def approve(request, pk):
    return say(request, pk, "approve", pre_review.approve, _("Agreed: %(entry)s goes on to the office."))


@require_POST
def send_back(request, pk):
    entry = entry_for(request.user, pk)
    if entry.waits_for_department:
        allow(request.user, "assessments.pre_return_entry", entry)
    told = _("Returned to the unit: %(entry)s.")
    return say(request, pk, "send_back", pre_review.send_back, told, more=asked_in)


def asked_in(form):
    """What a return says besides its words: the pinned places, and by when they are to be corrected."""
    return {"points": form.asked, "due_on": form.cleaned_data["correct_by"]}


@require_POST
def decline(request, pk):
    return say(
        request, pk, "decline", pre_review.decline, _("Not supported: %(entry)s goes on with your reason.")
    )


def say(request, pk, said, act, told, more=None):
    """One of the three words, then the next record; `more` is what the form says besides its note."""
    entry = entry_for(request.user, pk)
    allow_word(request.user, entry)
    form = FORMS[said](request.POST, record=entry, prefix=said)
    following = next_after(request.user, entry)
    spoken = form.is_valid() and attempt(
        form,
        act,
        entry,
        by=request.user,
        note=form.cleaned_data["note"],
        seen=form.cleaned_data["version"],
        **(more(form) if more else {}),
    )
    if not spoken:
        return page(request, entry, said, form, status=422)
    messages.success(request, told % {"entry": entry})
    return redirect(address_of(following))


def address_of(following):
    """The next record, or the list when nothing is left."""
    if following is None:
        return reverse("assessments:pre_reviews")
    return reverse("assessments:pre_review", args=[following.pk])


def allow_word(user, entry):
    """Ask the policy, but leave a word that came too late to the action, which says what happened first."""
    allow(user, "assessments.pre_review_entries")
    if entry.waits_for_department or not user.stands_above(entry.unit):
        allow(user, "assessments.pre_review_entry", entry)
