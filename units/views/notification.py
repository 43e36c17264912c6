"""What a person was told: one's own messages, newest first."""

from django.contrib.messages import info
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from civportal.lib.web import is_prefetch, page_of
from units.actions import notification
from units.models import Notification


def index(request):
    """All one's messages; looking at them changes nothing."""
    rows = Notification.objects.visible_to(request.user)
    return render(request, "units/notification/index.html", {"page": page_of(request, rows)})


def follow(request, pk):
    """Go to the record a message is about; asked one by one, so that the list stays cheap.

    Whoever opens a message has read it. It is the one GET that writes: the address stands in letters,
    where nothing can be sent but a link, and opening it again changes nothing.
    """
    message = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    if not is_prefetch(request):
        notification.open_message(message)
    if hasattr(message.subject, "get_absolute_url"):
        return redirect(message.subject)
    info(request, _("What this message is about has no page of its own, or was deleted."))
    return redirect("units:notifications")


@require_POST
def mark_seen(request):
    """The person says that all messages are read."""
    notification.mark_seen(request.user)
    return redirect("units:notifications")
