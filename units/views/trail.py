"""The trail of everything that was done, newest first."""

from dataclasses import replace
from functools import partial

from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, render_page
from units import listings
from units.actions import history
from units.forms.trail import TrailFilter
from units.models import TrailEvent

from .export import exported


def index(request):
    """Who did what to which record, when, from what to what."""
    allow(request.user, "units.view_trail")
    form = TrailFilter(request.GET)
    events = form.apply(TrailEvent.objects.select_related("by", "content_type"))
    if request.method == "POST":
        return exported(request, trail_for(request.user), events.order_by("-at", "-pk"), form.said)
    page = keyset_page(request, events, "-at")
    context = {"form": form, "page": page, "lines": history.lines(page, request.user)}
    return render_page(request, "units/trail/index.html", "units/trail/_table.html", context)


def trail_for(user):
    """The trail as a table, as far as this person may know it."""
    return replace(listings.TRAIL, prepare=partial(history.lines, user=user))
