"""Light or dark, normal or elder mode: kept in the browser, drawn by the server."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from civportal.lib.web import way_back

CHOICES = {"theme": {"light", "dark", "system"}, "elder": {"on", "off"}}
ONE_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def appearance(request):
    """Remember the look that was asked for and go back to where one was."""
    response = redirect(way_back(request, "/"))
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(
                name,
                value,
                max_age=ONE_YEAR,
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )
    return response
