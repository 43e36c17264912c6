"""A unit's page: everything about it in one place, from both apps, today or as at a date."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.timezone import make_aware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from assessments.actions import field_survey
from assessments.models import Award, Cycle, Duty, LedgerEntry, Plan, SurveyedUnit, UnitYear
from civportal.lib.web import allow
from units.actions import unit as units
from units.forms.fields import DayForm
from units.models import LifeAct, Membership, Paper, TrailEvent
from units.models.life import as_they_were
from units.views.unit import unit_for

# As much of a long history as the page shows; the trail has all of it.
EVENTS_SHOWN, BRANCHES_SHOWN, PAPERS_SHOWN, SURVEYS_SHOWN = 40, 60, 5, 3


def detail(request, pk):
    """The unit as it is, or as it was on the day in the address."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.view_unit_page", unit)
    return render(request, "assessments/unit/detail.html", page_of_unit(request, unit))


@never_cache
@require_POST
def contacts(request, pk):
    """The telephone numbers in full; that somebody looked is recorded."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.view_contacts", unit)
    if request.user.works_for(unit):
        return redirect(unit)
    units.unmask(unit, by=request.user)
    context = page_of_unit(request, unit) | {"is_unmasked": True}
    template = "assessments/unit/_contacts.html" if request.htmx else "assessments/unit/detail.html"
    return render(request, template, context)


def page_of_unit(request, unit):
    """What the page shows; a number of queries that does not depend on how much there is."""
    form, user = DayForm(request.GET), request.user
    day = form.day
    pasts = list(unit.pasts.all())
    since = leaders_since(unit, pasts)
    if day:
        as_they_were([unit], day)
    return {
        "unit": unit,
        "form": form,
        "day": day,
        "since": since,
        "names": unit.names.order_by("to_on", "pk"),
        "tags": units.tags_of(unit),
        "acts": acts_of(unit, pasts),
        "came_from": unit.predecessors.select_related("before", "act"),
        "became": unit.successors.select_related("after", "act"),
        "branches": unit.branches.existing().order_by("sort_order", "pk")[:BRANCHES_SHOWN],
        "branch_count": unit.branches.existing().count(),
        "people": people_of(unit, day) if user.sees(unit) else [],
        "awards": awards_of(user, unit, day),
        "windows": unit.windows.order_by("sort_order", "pk"),
        "letter": unit.letters.order_by("-year").first(),
        "papers": Paper.objects.visible_to(user).filter(unit=unit)[:PAPERS_SHOWN],
        "year": year_of(unit) if user.sees(unit) else None,
        "surveyed": findings_of(user, unit),
        "events": newest_events(unit) if user.has_perm("units.view_history", unit) else [],
        # One's own numbers need no mask.
        "is_unmasked": user.works_for(unit),
    }


def leaders_since(unit, pasts):
    """Field → the day since which its present value holds, where the register knows it."""
    since = {}
    for past in reversed(pasts):
        for name in ("top_leader", "leader_in_charge"):
            if name not in since and getattr(past, name) != getattr(unit, name):
                since[name] = past.until_on
    return since


def acts_of(unit, pasts):
    """The acts that changed the unit, newest first, each with the past that it ended."""
    touched = Q(pasts__unit=unit) | Q(successions__before=unit) | Q(successions__after=unit)
    acts = LifeAct.objects.filter(touched).distinct().order_by("-on", "-pk")
    ended = {past.act_id: past for past in pasts}
    return [(act, ended.get(act.pk)) for act in acts]


def people_of(unit, day):
    """Who holds a role for the unit, or held one at the end of that day."""
    held = Membership.objects.filter(unit=unit).select_related("user").order_by("role", "pk")
    if day is None:
        return held.current().filter(user__is_active=True)
    return held.as_at(make_aware(datetime.combine(day + timedelta(days=1), time.min)))


def awards_of(user, unit, day):
    """The honors held today or on that day, those that wait to be recognized, and candidates."""
    awards = Award.objects.visible_to(user).filter(unit=unit).for_listing()
    if day is None:
        shown = [Award.Status.ACTIVE, Award.Status.AWAITING, Award.Status.PENDING]
        return awards.filter(status__in=shown)
    return awards.as_at(day)


def findings_of(user, unit):
    """(row, its answers) of the newest field surveys that are closed."""
    rows = SurveyedUnit.objects.visible_to(user).of_closed().filter(unit=unit).select_related("survey")
    newest = rows.order_by("-survey__held_on", "-pk")[:SURVEYS_SHOWN]
    return [(row, field_survey.answers(row)) for row in newest]


# What of a unit's duties its page names one by one; what came in is counted.
UNDONE = {Duty.State.OWED, Duty.State.MISSING, Duty.State.RETURNED}


def year_of(unit):
    """The unit's part in the year being worked in: duties, plan, records, score; None when it has none."""
    cycle = Cycle.objects.current()
    years = UnitYear.objects.select_related("unit", "cycle", "sheet")
    unit_year = cycle and years.filter(cycle=cycle, unit=unit).first()
    if not unit_year:
        return None
    records = dict(
        LedgerEntry.objects.filter(cycle=cycle, unit=unit)
        .exclude(status=LedgerEntry.Status.DRAFT)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    duties = list(Duty.objects.filter(cycle=cycle, unit=unit).for_listing())
    return {
        "cycle": cycle,
        "unit_year": unit_year,
        "duties": [duty for duty in duties if duty.state in UNDONE],
        "duty_numbers": Counter(duty.state.value for duty in duties),
        "plan": Plan.objects.annual()
        .filter(cycle=cycle, unit=unit)
        .exclude(status=Plan.Status.DRAFT)
        .first(),
        "records": records,
        "record_count": sum(records.values()),
        "sheet": getattr(unit_year, "sheet", None),
    }


def newest_events(unit):
    return TrailEvent.objects.about(unit).reverse()[:EVENTS_SHOWN]
