"""The outbox: letters by e-mail, looked at, held back, let go."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from civportal.lib.web import allow, page_of, render_page
from units import listings
from units.actions import outbox
from units.forms.outbox import LetGoForm, LetterForm, OutboxFilter
from units.models import OutgoingLetter, TrailEvent

from .export import exported


def letter_for(user, pk):
    """The letter, or 404 when this user should not even know it exists."""
    return get_object_or_404(OutgoingLetter.objects.visible_to(user).for_listing(), pk=pk)


def index(request):
    """Every letter, the newest first."""
    allow(request.user, "units.list_mail")
    form = OutboxFilter(request.GET)
    listed = form.apply(OutgoingLetter.objects.visible_to(request.user).for_listing())
    if request.method == "POST":
        return exported(request, listings.OUTBOX, listed, form.said)
    context = {"form": form, "page": page_of(request, listed), "has_server": bool(settings.EMAIL_URL)}
    return render_page(request, "units/outbox/index.html", "units/outbox/_table.html", context)


def detail(request, pk):
    letter = letter_for(request.user, pk)
    allow(request.user, "units.view_mail", letter)
    return render(
        request, "units/outbox/detail.html", {"letter": letter, "events": TrailEvent.objects.about(letter)}
    )


def edit(request, pk):
    """Reword a letter that waits to be looked at, is held back or was not delivered."""
    letter = letter_for(request.user, pk)
    allow(request.user, "units.edit_mail", letter)
    form = LetterForm(request.POST or None, record=letter)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        seen = said["version"]
        outbox.edit(letter, subject=said["subject"], body=said["body"], by=request.user, seen=seen)
        messages.success(request, _("Saved."))
        return redirect(letter)
    return render(request, "units/outbox/edit.html", {"form": form, "letter": letter})


@require_POST
def queue(request, pk):
    letter = letter_for(request.user, pk)
    allow(request.user, "units.queue_mail", letter)
    outbox.queue(letter, by=request.user)
    messages.success(request, _("Let go; it leaves with the next run."))
    return redirect(letter)


@require_POST
def hold(request, pk):
    letter = letter_for(request.user, pk)
    allow(request.user, "units.hold_mail", letter)
    outbox.hold(letter, by=request.user)
    messages.success(request, _("Held back until somebody lets it go."))
    return redirect(letter)


@require_POST
def discard(request, pk):
    letter = letter_for(request.user, pk)
    allow(request.user, "units.discard_mail", letter)
    outbox.discard(letter, by=request.user)
    messages.success(request, _("Discarded; the person finds the messages in the portal."))
    return redirect(letter)


def let_go(request):
    """Let all letters of the filter go, after a page that says how many they are.

    Meanwhile there may be more or fewer of them: then the page says the new number first.
    """
    allow(request.user, "units.list_mail")
    form = OutboxFilter(request.GET)
    ready = form.apply(OutgoingLetter.objects.visible_to(request.user)).holding_still()
    count = ready.count()
    if request.method == "POST":
        allow(request.user, "units.let_mail_go")
        seen = LetGoForm(request.POST)
        if seen.is_valid() and seen.cleaned_data["count"] == count:
            gone = outbox.queue_all(ready, by=request.user)
            told = ngettext("%(count)s letter is let go.", "%(count)s letters are let go.", gone)
            messages.success(request, told % {"count": gone})
            return redirect("units:outbox")
        messages.warning(request, _("Meanwhile the number has changed; please look again."))
    context = {"form": form, "count": count, "some": ready.for_listing()[:10]}
    return render(request, "units/outbox/let_go.html", context)
