"""For which unit somebody works just now who serves several."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

CHOSEN = "workplace"


@require_POST
def work_for(request, pk):
    """From now on, until the session ends, what is begun is begun for that unit."""
    unit = next((unit for unit in request.user.workplaces if unit.pk == pk), None)
    if unit is None:
        raise Http404
    request.session[CHOSEN] = unit.pk
    messages.success(request, _("You now work for %(unit)s.") % {"unit": unit})
    return redirect("assessments:home")


class WorkplaceMiddleware:
    """Tells the person which unit the session has chosen; one that is no longer theirs counts for nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            request.user.chosen_unit_id = request.session.get(CHOSEN)
        return self.get_response(request)
