"""Who still owes what: all that is asked, one thing with its units, and a unit's own days as a calendar."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import listings
from assessments.actions import owing
from assessments.forms.owing import OwingFilter
from assessments.models import Duty
from civportal.lib.icalendar import Event, calendar
from civportal.lib.web import allow, render_page
from units.models import Office
from units.views.export import exported


def index(request):
    """Everything that can be done now, thing by thing; or one thing with the units that owe it."""
    allow(request.user, "assessments.view_owing")
    visible = Duty.objects.visible_to(request.user)
    form = OwingFilter(request.GET, duties=owing.asked_now(visible))
    duties = owing.asked_now(visible, form.asked_year)
    if request.method == "POST":
        listed = owing.for_names(form.apply(duties)).order_by("until", "unit__sort_order", "pk")
        return exported(request, listings.OWING, listed, form.said)
    if form.matter:
        return one(request, form, duties)
    matters = owing.matters(form.apply(duties))
    context = {"form": form, "matters": matters, "totals": owing.totals(matters)}
    context["several_years"] = len({matter.year for matter in matters}) > 1
    return render_page(request, "assessments/owing/index.html", "assessments/owing/_matters.html", context)


def one(request, form, duties):
    """Who owes this one thing; without a state asked for, those from whom it is still to come."""
    found = owing.matters(form.but_state(duties))
    matter = found[0] if found else form.matter
    shown = form.apply(duties)
    if not form.cleaned_data.get("state"):
        shown = shown.filter(standing__in=owing.OPEN_STATES)
    groups = owing.grouped(owing.for_names(shown))
    context = {"form": form, "matter": matter, "groups": groups, **texts(request, matter, groups)}
    context["extendable"] = next((duty for group in groups for duty in open_ones(group)), None)
    return render_page(request, "assessments/owing/detail.html", "assessments/owing/_groups.html", context)


def texts(request, matter, groups):
    """The reminder to all, and to each town or kind by itself; of what is still to come."""
    said = {"office": Office.current(), "address": settings.PORTAL_URL or request.build_absolute_uri("/")}
    waiting = [owing.Group(group.name, open_ones(group)) for group in groups]
    waiting = [group for group in waiting if group.duties]
    if not waiting:
        return {}
    by_group = [(group, owing.reminder(matter, [group], **said)) for group in waiting]
    return {"reminder": owing.reminder(matter, waiting, **said), "reminders": by_group}


def open_ones(group):
    return [duty for duty in group.duties if duty.is_open]


@require_safe
def mine(request):
    """What the own unit owes, as a file for the calendar of a telephone or an office program."""
    allow(request.user, "assessments.take_deadlines")
    unit = request.user.workplace
    duties = Duty.objects.filter(unit=unit, cycle__status__in=owing.YEARS).open().order_by("until", "pk")
    home = settings.PORTAL_URL or request.build_absolute_uri("/")
    events = [event_of(duty, home, request.get_host()) for duty in duties]
    text = calendar(_("Due days of %(unit)s") % {"unit": unit}, events)
    name = content_disposition_header(True, f"{unit}.ics")
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)


def event_of(duty, home, host):
    """A day of the calendar: what is due, and where it is done."""
    return Event(f"duty-{duty.pk}@{host}", str(duty.label), duty.next_day or duty.until, home)
