"""The trail of everything that was done, newest first."""

from civportal.lib.paging import keyset_page
from civportal.lib.web import allow, render_page
from units.actions import history
from units.forms.trail import TrailFilter
from units.models import TrailEvent


def index(request):
    """Who did what to which record, when, from what to what."""
    allow(request.user, "units.view_trail")
    form = TrailFilter(request.GET)
    events = form.apply(TrailEvent.objects.select_related("by", "content_type"))
    page = keyset_page(request, events, "-at")
    context = {"form": form, "page": page, "lines": history.lines(page, request.user)}
    return render_page(request, "units/trail/index.html", "units/trail/_table.html", context)
