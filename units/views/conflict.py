"""Two people at once: the loser is told who decided what."""

from django.shortcuts import render

from units.actions.move import MoveNotAllowed


class ConflictMiddleware:
    """Turn MoveNotAllowed, from whatever view, into a 409 page that explains itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, MoveNotAllowed):
            return None
        context = {
            "record": exception.record,
            "event": exception.event,
            "written": written(request.POST),
        }
        return render(request, "units/conflict.html", context, status=409)


def written(sent):
    """The words that somebody wrote for nothing, to be copied: notes, and the lines of a return."""
    notes = [value.strip() for name, value in sent.items() if name == "note" or name.endswith("-note")]
    return "\n".join(filter(None, notes))
