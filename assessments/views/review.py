"""The review: a queue, an entry beside its judgement, the next one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import listings
from assessments.actions import (
    calibration,
    difference,
    likeness,
    mark,
    recipe,
    review,
    review_context,
    review_draft,
)
from assessments.forms.likeness import JudgeForm
from assessments.forms.review import AcceptForm, QueueFilter, SendBackForm
from assessments.models import (
    Claim,
    DraftMark,
    EvidenceFile,
    InternalNote,
    LedgerEntry,
    Review,
    WorkCalendar,
)
from assessments.models.ledger import reviewers_by_entry
from civportal.lib.clock import today
from civportal.lib.paging import beyond, keyset_page
from civportal.lib.web import allow, page_of, render_page
from units.forms.editing import attempt
from units.models import TrailEvent
from units.views.export import exported

from . import ledger, saved_view, skipping
from .thread import asking, threads


def entry_for(user, pk):
    """The entry with its claims, or 404 when this person should not even know it exists."""
    entry = ledger.entry_for(user, pk)
    claims = Prefetch("claims", Claim.objects.select_related("indicator"))
    prefetch_related_objects([entry], claims, "claims__indicator__levels")
    return entry


def queue(request):
    """What waits for a decision, in line or unit by unit."""
    allow(request.user, "assessments.review_entries")
    form, entries = filtered_queue(request)
    workdays = WorkCalendar.workdays()
    names_reviewers = request.user.has_perm("assessments.list_assignments")
    if request.method == "POST":
        listing = listings.queue(workdays, names_reviewers=names_reviewers)
        return exported(request, listing, entries.for_listing(), form.said)
    rows = entries.for_listing().prefetch_related(EvidenceFile.objects.first_photos())
    skipped = skipping.skipped(request)
    rows, _fields = skipping.skipped_last(rows, skipped, form.fields_of_order)
    # A key knows no skipped ones; who has skipped some pages by number.
    is_numbered = bool(form.is_by_unit or skipped)
    page = page_of(request, rows) if is_numbered else keyset_page(request, rows, "in_line_at")
    context = {
        "form": form,
        "page": page,
        "is_numbered": is_numbered,
        "skipped": skipped,
        "first": first_of(form, rows, page, request.user),
        "kept": review_draft.points_for(form.item, list(page), request.user) if form.item else {},
        "reviewers": reviewers_by_entry([entry.pk for entry in page]) if names_reviewers else {},
        "workdays": workdays,
        "today": today(),
        # Beside a full queue the next page shows it.
        "last_decision": None if page else last_decision(request.user),
    }
    context |= saved_view.shown(request.user)
    return render_page(request, "assessments/review/queue.html", "assessments/review/_table.html", context)


def first_of(form, rows, page, user):
    """Where to begin: the first row, or the first unit without points for the indicator; None of none."""
    left = left_of(form, rows, user).first() if form.item and page else None
    return left or next(iter(page), None)


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
    # Whoever has a conflict of interest is told so before reading what there is to judge.
    allow(request.user, "assessments.accept_entry", entry)
    return page(request, entry)


def page(request, entry, accept_form=None, back_form=None, status=200):
    """The review page; a form that was refused stands there as it was sent."""
    form, waiting = filtered_queue(request)
    previous, following = around(request, entry, form, waiting)
    back_form = back_form or SendBackForm(record=entry, prefix="back")
    found = likeness.findings(entry, for_user=request.user)
    back_form.initial["note"] = likeness.reasons(found)
    marking = mark.standing(entry, request.user)
    claimed = {claim.indicator_id: claim.indicator for claim in entry.claims.all()}
    item = claimed.get(form.item)
    held = review_draft.held(entry, request.user)
    accept_form = accept_form or begun_form(entry, item, held)
    accept_form.arbitrate(marking.marks)
    context = {
        "entry": entry,
        "item": item,
        "lines": calibration.lines_of(entry.cycle_id, claimed),
        "anchor": review_context.last_decisions(item) if item else [],
        "held": held,
        "files": entry.files.all(),
        "editable": False,
        "recipes": recipe.of(entry),
        "accept_form": accept_form,
        "back_form": back_form,
        "events": TrailEvent.objects.about(entry),
        "previous": previous,
        "next": following,
        "query": request.GET.urlencode(),
        "last_review": entry.last_review,
        "difference": difference.of(entry),
        "last_decision": last_decision(request.user),
        "looks": JudgeForm.each(found),
        "marking": marking,
        "threads": threads(entry, request.user),
        "asking": asking(entry),
        "note_count": InternalNote.objects.visible_to(request.user).of(entry).count(),
    }
    context |= judged_now(entry, item, accept_form, held) | progress(request.user, form, waiting)
    return render(request, "assessments/review/detail.html", context, status=status)


def progress(user, form, waiting):
    """How much is done and left: decided today, or kept in hand for the indicator."""
    left = left_of(form, waiting, user).count()
    return {
        "waiting": left,
        "kept": waiting.count() - left if form.item else None,
        "decided": Review.objects.filter(by=user, at__date=today()).count(),
    }


def judged_now(entry, item, form, held):
    """The claims of the form, those of the item apart; and of the claims that are not asked for now what
    the reviewer has in hand."""
    rows = form.claim_fields
    further = [claim for claim in entry.claims.all() if claim not in form.claims]
    return {
        "claim_fields": [row for row in rows if item in (None, row[0].indicator)],
        "further_fields": [row for row in rows if item not in (None, row[0].indicator)],
        "further_claims": [(claim, held.points.get(claim.pk)) for claim in further],
    }


def begun_form(entry, item, held):
    """The form with what the reviewer has in hand: of the one indicator that is judged through all units,
    or of all, once only this one is missing for a decision."""
    claims = entry.claims.all()
    claim = next((claim for claim in claims if claim.indicator == item), None)
    is_alone = claim is not None and not held.has_all_but(claim, claims)
    return AcceptForm(entry=entry, item=item if is_alone else None, held=held)


def left_of(form, waiting, user):
    """What waits for this person; of one indicator judged through all units, what has no points in hand."""
    return waiting if form.item is None else DraftMark.objects.left_by(user, waiting, form.item)


def last_decision(user):
    """What this person decided last, while it can be undone; None otherwise."""
    decided = Review.objects.filter(by=user, at__date=today()).select_related("entry__cycle", "entry__unit")
    last = decided.order_by("-at", "-pk").first()
    return last if last and last.entry.can("undo") and not review.why_not_undone(last.entry, last) else None


def around(request, entry, form, waiting):
    """Numbers of the waiting entries before and after this one; the skipped ones come back last.

    Three short looks into the queue in one statement, so that a page costs the same wherever one stands.
    """
    numbers, fields = skipping.skipped(request), form.fields_of_order
    others = waiting.exclude(pk=entry.pk)
    # Back leads to the one that stood there before, skipped or not.
    before = others.filter(beyond(entry, fields, forward=False)).reverse()
    left, fields = skipping.skipped_last(left_of(form, others, request.user), numbers, fields)
    entry.is_skipped = int(entry.pk in numbers)
    after = left.filter(beyond(entry, fields))
    first, later, earlier = (Subquery(rows.values("pk")[:1]) for rows in (left, after, before))
    places = LedgerEntry.every.filter(pk=entry.pk).order_by()
    return places.values_list(earlier, Coalesce(later, first)).get()


def next_after(request, entry):
    """Number of the entry that comes after this one, or None when nothing else waits."""
    return around(request, entry, *filtered_queue(request))[1]


@require_safe
def first(request):
    """The first one that waits, with the same filter; the queue when nothing does."""
    allow(request.user, "assessments.review_entries")
    form, waiting = filtered_queue(request)
    left = left_of(form, waiting, request.user)
    rows, _fields = skipping.skipped_last(left, skipping.skipped(request), form.fields_of_order)
    return redirect(address_of(rows.values_list("pk", flat=True).first(), request))


@require_POST
def skip(request, pk):
    """On to the next one; this one comes last from now on."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.review_entries")
    following = next_after(request, entry)
    skipping.skip(request, entry)
    return redirect(address_of(following, request))


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
        return page(request, entry, form, status=422)
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
        return page(request, entry, form, status=422)
    skipping.forget(request, entry)
    messages.success(request, decision.sentence)
    return redirect(address_of(following, request))


@require_POST
def send_back(request, pk):
    entry = entry_for(request.user, pk)
    allow_decision(request.user, "assessments.send_back_entry", entry)
    form = SendBackForm(request.POST, record=entry, prefix="back")
    following = next_after(request, entry)
    returned = form.is_valid() and attempt(
        form,
        review.send_back,
        entry,
        by=request.user,
        note=form.cleaned_data["note"],
        points=form.asked,
        due_on=form.cleaned_data["correct_by"],
        seen=form.cleaned_data["version"],
    )
    if not returned:
        return page(request, entry, back_form=form, status=422)
    skipping.forget(request, entry)
    messages.success(request, _("Returned to the unit: %(entry)s.") % {"entry": entry})
    return redirect(address_of(following, request))


@require_POST
def undo(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.undo_entry", entry)
    try:
        review.undo(entry, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(entry)
    messages.success(request, _("Undone; it waits for a decision again."))
    return redirect("assessments:review", pk)


def allow_decision(user, permission, record):
    """Ask the policy, but leave a decision that came too late to `move`, which says who was first."""
    if record.can("accept"):
        allow(user, permission, record)
    allow(user, "assessments.review_entries")


def address_of(following, request):
    """The page of the next entry, by its number, with the same filter; the queue when nothing is left."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if following is None:
        return reverse("assessments:queue")
    return reverse("assessments:review", args=[following]) + query
