"""What the office asks of units this year, so that it sees it before it asks for more."""

from django.shortcuts import render

from assessments.actions import burden
from assessments.models import UnitYear
from civportal.lib.web import allow

from .score import year_of


def index(request):
    """The burden of each kind of unit, for who reads everything; that of the own unit for its people."""
    allow(request.user, "assessments.view_burden")
    cycle = year_of(request)
    if cycle is None:
        return render(request, "assessments/home/early.html")
    own = own_year(request.user, cycle)
    context = {
        "cycle": cycle,
        "kinds": burden.by_kind(cycle),
        "own": own and burden.of_unit(own),
    }
    return render(request, "assessments/burden/index.html", context)


def own_year(user, cycle):
    """The year of the unit to which the person belongs just now, or None."""
    unit = user.workplace
    if unit is None or not user.works_for(unit):
        return None
    return UnitYear.objects.filter(cycle=cycle, unit=unit).select_related("cycle__standard", "unit").first()
