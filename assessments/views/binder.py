"""Binders: asked for, made step by step while the page is open, downloaded, removed."""

import logging

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from assessments import listings
from assessments.actions import binder as binders
from assessments.actions import binder_archive
from assessments.forms.binder import BindersForm
from assessments.models import Binder, UnitYear
from civportal.lib import archive as archives
from civportal.lib import files
from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.web import allow, page_of
from units.models import TrailEvent
from units.views.export import exported

logger = logging.getLogger(__name__)


def binder_for(user, pk):
    """The binder, or 404 when this user should not even know it exists."""
    return get_object_or_404(Binder.objects.visible_to(user).for_listing(), pk=pk)


def volume_for(binder, number):
    """A unit's made part of the binder, else 404."""
    made = binder.volumes.filter(made_at__isnull=False).select_related("unit")
    return get_object_or_404(made, number=number)


def index(request):
    """The binders that are there, and the buttons that make one."""
    if request.method == "POST":
        return exported(request, listings.BINDERS, binders_of(request.user))
    may_make_many = request.user.has_perm("assessments.make_binders")
    return listed(request, BindersForm(user=request.user) if may_make_many else None)


def listed(request, form, status=200):
    user = request.user
    context = {
        "page": page_of(request, binders_of(user)),
        "form": form,
        "own_years": years_of(user.workplace) if user.workplace else [],
    }
    return render(request, "assessments/binder/index.html", context, status=status)


def binders_of(user):
    """The binders that this person sees and that are still there."""
    return Binder.objects.visible_to(user).kept().for_listing()


def years_of(unit):
    """The years of a unit of which a binder can be made, newest first."""
    return UnitYear.objects.filter(unit=unit).select_related("unit", "cycle").order_by("-cycle__year")


@require_POST
def make(request, pk, year):
    """One click: the binder of a unit's year."""
    years = UnitYear.objects.visible_to(request.user).select_related("unit", "cycle")
    unit_year = get_object_or_404(years, unit=pk, cycle__year=year)
    allow(request.user, "assessments.make_binder", unit_year)
    return redirect(binders.make(unit_year.cycle, Binder.Scope.UNIT, unit_year.unit, by=request.user))


@require_POST
def make_many(request):
    """Binders of a town, a department's tree, or of all."""
    allow(request.user, "assessments.make_binders")
    form = BindersForm(request.POST, user=request.user)
    if form.is_valid():
        cycle, scope, unit = form.asked()
        try:
            return redirect(binders.make(cycle, scope, unit, by=request.user))
        except ValidationError as refusal:
            form.add_error(None, refusal)
    return listed(request, form, status=422)


@require_safe
def detail(request, pk):
    """How far it is; once it is ready, everything there is to download."""
    binder = binder_for(request.user, pk)
    context = {
        "binder": binder,
        "numbers": binders.numbers_of(binder),
        "page": page_of(request, binder.volumes.select_related("unit"), count=binder.unit_count),
        "volume": binders.unmade(binder) if binder.is_making else None,
        "events": TrailEvent.objects.about(binder),
    }
    return render(request, "assessments/binder/detail.html", context)


@require_POST
def step(request, pk):
    """Make the next part; the page asks for it until all is made, or somebody stopped it."""
    binder = binder_for(request.user, pk)
    if binder.is_making:
        binder = advance(request, binder)
    if not request.htmx:
        return redirect(binder)
    if binder.is_making:
        context = {"binder": binder, "volume": binders.unmade(binder)}
        return render(request, "assessments/binder/_making.html", context)
    return HttpResponseClientRedirect(binder.get_absolute_url())


def advance(request, binder):
    """The binder after the step; one that failed says so, and the next try waits for the person."""
    allow(request.user, "assessments.finish_binder", binder)
    try:
        return binders.advance(binder, by=request.user)
    except OSError:
        logger.exception("a step of binder %s failed", binder.pk)
        binder.has_failed = True
        if not request.htmx:
            messages.error(request, _("The store did not take or give a file. Try again in a while."))
        return binder


@require_POST
def cancel(request, pk):
    binder = binder_for(request.user, pk)
    allow(request.user, "assessments.cancel_binder", binder)
    binders.cancel(binder, by=request.user)
    messages.success(request, _("Stopped; what was bound so far is thrown away."))
    return redirect("assessments:binders")


@require_POST
def remove(request, pk):
    binder = binder_for(request.user, pk)
    allow(request.user, "assessments.remove_binder", binder)
    binders.remove(binder, by=request.user)
    messages.success(request, _("Removed. Records and originals stay; it can be made anew."))
    return redirect("assessments:binders")


@require_POST
def book(request, pk, number):
    """A unit's bound book; that it was taken is in the trail."""
    binder = binder_for(request.user, pk)
    allow(request.user, "assessments.take_binder", binder)
    volume = volume_for(binder, number)
    try:
        whole = files.open_file(Binder.FOLDER, volume.book_sha256)
    except FileNotFoundError:
        return gone(request, binder)
    binders.note_taking(binder, "take_book", volume.unit, by=request.user)
    name = f"{binder.cycle.year}年台账 {volume.unit}.pdf"
    return FileResponse(whole, as_attachment=True, filename=name, content_type=CONTENT_TYPES["pdf"])


@require_POST
def archive(request, pk):
    """Everything in one zip, written while it is sent."""
    binder = binder_for(request.user, pk)
    allow(request.user, "assessments.take_binder", binder)
    binders.note_taking(binder, "take_archive", binder, by=request.user)
    return zipped(binder_archive.members(binder), binder.size, f"{binder.folder}.zip", binder)


@require_POST
def part(request, pk, number):
    """One unit's folder alone, of a binder of several."""
    binder = binder_for(request.user, pk)
    allow(request.user, "assessments.take_binder", binder)
    volume = volume_for(binder, number)
    try:
        members = list(binder_archive.members_of(volume))
    except FileNotFoundError:
        return gone(request, binder)
    binders.note_taking(binder, "take_archive", volume.unit, by=request.user)
    size = archives.length((member.path, member.size) for member in members)
    return zipped(members, size, f"{binder.cycle.year}年台账 {volume.unit}.zip", binder)


def zipped(members, size, name, binder):
    """The zip on its way. Its length is said before, so that a broken one is known to be broken."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name),
        "Content-Length": str(size),
        "Cache-Control": "no-store",
    }
    chunks = archives.stream(members, binder.begun_at)
    return StreamingHttpResponse(chunks, content_type="application/zip", headers=headers)


def gone(request, binder):
    """The store has lost what was bound; a new one can be made."""
    messages.error(request, _("The stored file is not there any more. Make the binder anew."))
    return redirect(binder)
