"""Whether the portal is well, for the administrator."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.actions import health
from civportal.lib.web import allow
from units.actions import periodic


@require_safe
def detail(request):
    """The last run of each periodic job, and everything else that may go wrong quietly."""
    allow(request.user, "units.view_health")
    context = {"standings": periodic.standings(), "checks": health.checks()}
    return render(request, "assessments/health/detail.html", context)
