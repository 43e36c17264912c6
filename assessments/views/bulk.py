"""Many entries decided on at once: what will happen is named first, and can be undone after."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import assignment, mark, review
from assessments.actions import bulk as bulks
from assessments.forms.bulk import FORMS, AssignAllForm, BulkFilter, ReturnedFilter
from assessments.models import BulkDecision, Claim, LedgerEntry, Review
from assessments.models.conflict import recusal
from civportal.lib.clock import today
from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, render_page, whole_number
from units.views.export import exported

from .review import filtered_queue

PERMISSIONS = {
    BulkDecision.Kind.ACCEPT: "assessments.accept_entry",
    BulkDecision.Kind.SEND_BACK: "assessments.send_back_entry",
    BulkDecision.Kind.EXTEND: "assessments.extend_entry",
}
# On the form that leads from the choice of a reviewer to the check, and not to be carried along.
OF_THE_CHECK = {*AssignAllForm.base_fields, "seen", "csrfmiddlewaretoken"}


def returned(request):
    """What the office returned and units have to correct, the nearest day first."""
    allow(request.user, "assessments.review_entries")
    form = ReturnedFilter(request.GET)
    entries = form.apply(LedgerEntry.objects.visible_to(request.user).to_be_corrected())
    page = keyset_page(request, review.with_return_seen(entries.for_listing()), "updated_at")
    context = {"form": form, "page": page, "today": today()}
    return render_page(request, "assessments/bulk/returned.html", "assessments/bulk/_returned.html", context)


def check(request, kind):
    """Name what would happen, to how many, and what is left out and why; a POST does it."""
    allow(request.user, "assessments.review_entries")
    form = FORMS[kind](request.POST or None)
    possible, skipped = sorted_out(request, kind)
    if request.method == "POST" and form.is_valid():
        return carry_out(request, kind, form, possible, skipped)
    back = "assessments:returned" if kind == BulkDecision.Kind.EXTEND else "assessments:queue"
    context = {"form": form, "possible": possible, "skipped": skipped, "back": reverse(back)}
    context["later"] = later(request, len(possible) + len(skipped))
    return render(request, f"assessments/bulk/check_{kind}.html", context)


def assign(request):
    """Choose a reviewer, then see which records they get, which not and why; a POST gives them."""
    allow(request.user, "assessments.assign_reviewers")
    sent = request.POST if request.method == "POST" else request.GET
    form = AssignAllForm(sent if "reviewer" in sent else None)
    possible, skipped = sorted_out(request, BulkDecision.Kind.ASSIGN)
    deal = form.deal if form.is_valid() else None
    if deal:
        possible, skipped = dealt(possible, skipped, deal)
    if deal and request.method == "POST":
        return carry_out(request, BulkDecision.Kind.ASSIGN, form, possible, skipped)
    context = {
        "form": form,
        "deal": deal,
        "possible": possible,
        "skipped": skipped,
        "later": later(request, len(possible) + len(skipped)),
        "back": reverse("assessments:queue"),
        # What was chosen goes along when a reviewer is.
        "carried": [
            (name, value) for name, values in sent.lists() for value in values if name not in OF_THE_CHECK
        ],
        "only_assigned": any(entry.cycle.only_assigned for entry in possible),
    }
    return render(request, "assessments/bulk/check_assign.html", context)


def dealt(possible, skipped, deal):
    """The same two lists, once it is known who gets the records."""
    reasons = assignment.hindrances(possible, deal)
    left = [bulks.Skipped(entry, reasons[entry.pk]) for entry in possible if reasons[entry.pk]]
    return [entry for entry in possible if not reasons[entry.pk]], [*left, *skipped]


def sorted_out(request, kind):
    """([entries that it can be done to], [Skipped]) of the ticked ones, or of all that the filter leaves."""
    return divided(request.user, kind, chosen_entries(request))


def divided(user, kind, entries, why_not=None):
    """([entries that this person may do it to], [Skipped]) of so many as are handled in one go.

    `why_not` answers what is in the way of one, by default as for what waits in the queue.
    """
    why_not = why_not or hindrance
    entries = entries.select_related("cycle", "unit__category")
    claims = Prefetch("claims", Claim.objects.select_related("indicator"))
    reviews = Prefetch("reviews", Review.objects.select_related("by"))
    possible, skipped = [], []
    for entry in mark.with_markers(entries.prefetch_related(claims, reviews)[: bulks.AT_ONCE]):
        reason = why_not(user, kind, entry)
        if reason:
            skipped.append(bulks.Skipped(entry, reason))
        else:
            possible.append(entry)
    return possible, skipped


def later(request, shown):
    """How many of the chosen entries no page shows now; they come in the next go."""
    return chosen_entries(request).count() - shown if shown == bulks.AT_ONCE else 0


def chosen_entries(request):
    """The ticked ones by their numbers, else everything that the queue's filter leaves."""
    numbers = request.POST.getlist("entry") or request.GET.getlist("entry")
    if not numbers and "all" in request.GET:
        return filtered_queue(request)[1]
    wanted = {whole_number(number) for number in numbers} - {None}
    return LedgerEntry.objects.visible_to(request.user).handed_in().filter(pk__in=wanted).order_by("pk")


def hindrance(user, kind, entry):
    """Why this cannot be done to the entry by this person; None where it can."""
    if is_possible(user, kind, entry):
        return limit(kind, entry)
    if recusal(user).bars(entry.unit_id, entry.pk):
        return _("You keep away from this unit because of a conflict of interest.")
    if kind == BulkDecision.Kind.SEND_BACK and entry.can("send_back") and entry.returned_count:
        return _("It was returned before; a second return takes the director.")
    return _("It is not waiting for this: %(status)s.") % {"status": entry.get_status_display()}


def limit(kind, entry):
    """Why nobody can do this to the entry together with others; None where it can be done."""
    if kind == BulkDecision.Kind.SEND_BACK:
        return review.corrections_spent(entry)
    is_marked = kind == BulkDecision.Kind.ACCEPT and mark.reviewers_asked(entry) > 1
    return bulks.several() if is_marked else None


def is_possible(user, kind, entry):
    """Whether the person may do this to the entry; who keeps away from it does not give it out, either."""
    if kind == BulkDecision.Kind.ASSIGN:
        return entry.can("accept") and not recusal(user).bars(entry.unit_id, entry.pk)
    return user.has_perm(PERMISSIONS[kind], entry)


def carry_out(request, kind, form, possible, skipped):
    """Do it to those that are still as the page showed them."""
    try:
        bulk, refused = form.act(as_shown(request, possible), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("assessments:queue")
    if count := bulk.lines.count():
        messages.success(request, done_sentence(kind, count))
    tell_skipped(request, [*skipped, *refused])
    return redirect(bulk)


def as_shown(request, possible):
    """The records with the version that stood on the page, as the actions take them."""
    shown = [text.partition(":") for text in request.POST.getlist("seen")]
    told = {whole_number(pk): whole_number(version) for pk, _colon, version in shown}
    seen = {pk: version for pk, version in told.items() if version is not None}
    # What the page did not show is not decided on: no record has such a version.
    return [(record, seen.get(record.pk, -1)) for record in possible]


def done_sentence(kind, count):
    """What was done to how many, as a sentence."""
    Kind = BulkDecision.Kind
    texts = {
        Kind.ACCEPT: ngettext("%(count)d record is accepted.", "%(count)d records are accepted.", count),
        Kind.SEND_BACK: ngettext("%(count)d record is returned.", "%(count)d records are returned.", count),
        Kind.EXTEND: ngettext("%(count)d record has more time.", "%(count)d records have more time.", count),
        Kind.ASSIGN: ngettext("%(count)d record is assigned.", "%(count)d records are assigned.", count),
    }
    return texts[kind] % {"count": count}


def tell_skipped(request, skipped):
    for one in skipped:
        messages.warning(request, f"{one.entry}: {one.reason}")


def index(request):
    """What was decided together, the newest first: one's own, and the director's all of it."""
    allow(request.user, "assessments.list_bulks")
    form = BulkFilter(request.GET)
    seen = bulks.with_standing(BulkDecision.objects.visible_to(request.user))
    made = form.apply(seen.filter(line_count__gt=0))
    if request.method == "POST":
        return exported(request, listings.BULKS, made.order_by("-at", "-pk"), form.said)
    context = {"form": form, "page": keyset_page(request, made.select_related("by"), "-at")}
    return render_page(request, "assessments/bulk/index.html", "assessments/bulk/_table.html", context)


def detail(request, pk):
    """What was done, and the way back."""
    allow(request.user, "assessments.review_entries")
    seen = BulkDecision.objects.visible_to(request.user).filter(pk=pk)
    if not seen and BulkDecision.objects.filter(pk=pk, kind=BulkDecision.Kind.ASSIGN).exists():
        # Who is told of records given together reads them in the queue.
        return redirect(f"{reverse('assessments:queue')}?assigned=on")
    bulk = bulk_for(request.user, pk)
    allow(request.user, "assessments.view_bulk", bulk)
    lines = bulk.lines.select_related("entry__unit", "review")
    return render(request, "assessments/bulk/detail.html", {"bulk": bulk, "lines": lines})


def bulk_for(user, pk):
    """The bulk decision with how it stands, or 404 for one that is not this person's to see; also one
    that did nothing, to whose page its maker is led."""
    seen = BulkDecision.objects.visible_to(user).select_related("by")
    return get_object_or_404(bulks.with_standing(seen), pk=pk)


@require_POST
def undo(request, pk):
    bulk = bulk_for(request.user, pk)
    allow(request.user, "assessments.undo_bulk", bulk)
    if bulk.kind == BulkDecision.Kind.ASSIGN:
        allow(request.user, "assessments.assign_reviewers")
    skipped = bulks.undo(bulk, by=request.user)
    count = bulk.lines.count() - len(skipped)
    text = ngettext("%(count)d record is put back.", "%(count)d records are put back.", count)
    messages.success(request, text % {"count": count})
    tell_skipped(request, skipped)
    return redirect(bulk)
