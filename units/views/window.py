"""Service windows: the list, each with its page, its public page and the sheet that leads there."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from civportal.lib.web import allow, page_of, render_page
from units import listings
from units.actions import window as windows
from units.forms.window import CloseForm, WindowFilter, WindowForm, staff_forms, staff_in
from units.models import TrailEvent, Unit, Window

from .export import exported
from .unit import unit_for


def window_for(user, pk):
    """The window, or 404 when this user should not even know it exists."""
    visible = Window.objects.visible_to(user).select_related("unit__supervisor", "unit__town")
    return get_object_or_404(visible, pk=pk)


def index(request):
    """Every window the person may see; the own ones first of all for people of a unit."""
    allow(request.user, "units.list_windows")
    visible = Window.objects.visible_to(request.user)
    form = WindowFilter(request.GET, windows=visible)
    listed = form.apply(visible.for_listing())
    if request.method == "POST":
        return exported(request, listings.WINDOWS, listed, form.said)
    page = page_of(request, listed)
    context = {"form": form, "page": page, "for_unit": unit_to_add_to(request.user, form)}
    return render_page(request, "units/window/index.html", "units/window/_table.html", context)


def unit_to_add_to(user, form):
    """The unit under which the list offers a new window: the one asked for, else the own one."""
    asked = form.cleaned_data.get("unit")
    unit = Unit.objects.visible_to(user).filter(pk=asked).first() if asked else user.workplace
    return unit if unit and user.has_perm("units.add_window", unit) else None


def detail(request, pk):
    window = window_for(request.user, pk)
    allow(request.user, "units.view_window", window.unit)
    return show(request, window, CloseForm())


def show(request, window, close_form, status=200):
    context = {
        "window": window,
        "staff": window.staff.all(),
        "close_form": close_form,
        "events": TrailEvent.objects.about(window),
    }
    return render(request, "units/window/detail.html", context, status=status)


def new(request, pk):
    """Register a window under a unit."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.add_window", unit)
    window = Window(unit=unit)
    form, staff = WindowForm(request.POST or None, instance=window), staff_forms(window, request.POST or None)
    if request.method == "POST" and form.is_valid() and staff.is_valid():
        added = form.add(unit, staff_in(staff), by=request.user)
        if added:
            messages.success(request, _("The window is registered. Print its sheet and hang it up there."))
            return redirect(added)
    return render(request, "units/window/edit.html", {"form": form, "staff": staff, "unit": unit})


def edit(request, pk):
    window = window_for(request.user, pk)
    allow(request.user, "units.edit_window", window.unit)
    form, staff = WindowForm(request.POST or None, instance=window), staff_forms(window, request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and staff.is_valid()
        and form.correct(staff_in(staff), by=request.user)
    ):
        messages.success(request, _("Saved."))
        return redirect(window)
    context = {"form": form, "staff": staff, "unit": window.unit, "window": window}
    return render(request, "units/window/edit.html", context)


@require_POST
def close(request, pk):
    window = window_for(request.user, pk)
    allow(request.user, "units.edit_window", window.unit)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return show(request, window, form, status=422)
    windows.close(window, form.cleaned_data["on"], by=request.user)
    messages.success(request, _("The window is closed; its public page says so."))
    return redirect(window)


@require_POST
def reopen(request, pk):
    window = window_for(request.user, pk)
    allow(request.user, "units.edit_window", window.unit)
    windows.reopen(window, by=request.user)
    messages.success(request, _("The window is open again."))
    return redirect(window)


def sheet(request, pk):
    """One A4 page to hang up at the window; its QR code leads to the public page."""
    window = window_for(request.user, pk)
    allow(request.user, "units.view_window", window.unit)
    address = request.build_absolute_uri(window.public_address)
    # Level Q still reads when a quarter of the code is scratched or covered.
    code = segno.make(address, error="q", boost_error=False)
    # Dark on white in every theme, or telephones do not read it.
    picture = code.svg_data_uri(border=4, omitsize=True, light="#fff")
    context = {"window": window, "address": address, "qr": picture}
    return render(request, "units/window/sheet.html", context)


@login_not_required
@require_safe
@cache_control(private=True, no_cache=True)
def public(request, code):
    """What everybody may know of a window: nothing that names or reaches a person."""
    window = get_object_or_404(Window.objects.select_related("unit"), code=code)
    context = {"window": window, "staff": window.staff.values("badge_number", "duty")}
    return render(request, "public/window.html", context)
