"""A unit's page: everything about it in one place, from both apps."""

from django.shortcuts import render

from civportal.lib.web import allow
from units.models import TrailEvent
from units.views.unit import unit_for


def detail(request, pk):
    unit = unit_for(request.user, pk)
    allow(request.user, "units.view_unit_page", unit)
    context = {
        "unit": unit,
        "names": unit.names.all(),
        "branches": unit.branches.order_by("sort_order", "pk"),
        "events": TrailEvent.objects.about(unit),
    }
    return render(request, "units/unit/detail.html", context)
