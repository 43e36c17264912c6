"""A review is kept while it is being done; an indicator is judged alone, through all units."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions import review_draft
from assessments.forms.review import AcceptForm, DraftForm

from .review import address_of, allow_decision, entry_for, filtered_queue, next_after, page

# The page says so when it saves by itself, for what leaves with the page carries no header.
BY_ITSELF = "by_itself"


@require_POST
def keep(request, pk):
    """Keep what this reviewer has in hand. In the order of the indicators the next unit follows."""
    entry = entry_for(request.user, pk)
    allow_decision(request.user, "assessments.accept_entry", entry)
    if BY_ITSELF in request.POST:
        return kept_by_itself(request, entry)
    item = item_of(request, entry)
    form = AcceptForm(request.POST, entry=entry, item=item) if item else DraftForm(request.POST, entry=entry)
    if not form.is_valid():
        return page(request, entry, form, status=422)
    following = next_after(request, entry)
    try:
        put(request, entry, form)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return page(request, entry, form, status=422)
    return on_to(following, request, item) if item else stay(request, entry)


def item_of(request, entry):
    """The claimed indicator that is judged through all units, or None."""
    number = filtered_queue(request)[0].item
    return next((it.indicator for it in entry.claims.all() if it.indicator_id == number), None)


def put(request, entry, form):
    values = form.cleaned_data
    return review_draft.keep(
        entry,
        form.points,
        by=request.user,
        note=values.get("note"),
        shown=form.shown,
        seen=values["version"],
    )


def kept_by_itself(request, entry):
    """What can be kept is kept; answers when, and whether all of it."""
    form = DraftForm(request.POST, entry=entry)
    form.is_valid()
    if form.has_error("version"):
        return JsonResponse({}, status=422)
    try:
        draft = put(request, entry, form)
    except ValidationError:
        return JsonResponse({}, status=422)
    return JsonResponse({"at": f"{localtime(draft.at):%H:%M}", "whole": form.is_kept_whole})


def on_to(following, request, item):
    """The same indicator of the next unit; the list of indicators when all units have their points."""
    if following:
        return redirect(address_of(following, request))
    said = {"indicator": item}
    messages.success(request, _("You have given points to every unit that waits for %(indicator)s.") % said)
    return redirect("assessments:review_items")


def stay(request, entry):
    messages.success(request, _("Kept for you; nobody else sees it."))
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("assessments:review", args=[entry.pk]) + query)
