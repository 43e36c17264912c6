"""The register of units."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from civportal.lib.web import allow, page_of, render_page
from units import listings
from units.forms.unit import PurposeForm, UnitFilter, UnitForm
from units.models import Unit
from units.models.life import as_they_were

from .export import exported


def unit_for(user, pk):
    """The unit, or 404 when this user should not even know it exists."""
    return get_object_or_404(Unit.objects.visible_to(user).for_listing(), pk=pk)


def index(request):
    """The register as it is now, or as it was on a day."""
    allow(request.user, "units.list_units")
    form = UnitFilter(request.GET)
    listed = form.apply(Unit.objects.visible_to(request.user).for_listing())
    if request.POST.get("format") == "contacts":
        return redirect(f"{reverse('units:units_export')}?{request.GET.urlencode()}")
    if request.method == "POST":
        return exported(request, listings.units(request.user, listed, form.day), listed, form.said)
    page = page_of(request, listed)
    if form.day:
        page.object_list = as_they_were(page.object_list, form.day)
    context = {"form": form, "page": page, "day": form.day}
    return render_page(request, "units/unit/index.html", "units/unit/_table.html", context)


def export(request):
    """The register with its telephone numbers: who takes them says what for, and the copies bear it."""
    allow(request.user, "units.list_units")
    allow(request.user, "units.view_contacts")
    asked = UnitFilter(request.GET)
    listed = asked.apply(Unit.objects.visible_to(request.user).for_listing())
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        listing = listings.units(request.user, listed, asked.day)
        return exported(request, listing, listed, asked.said, reason=form.cleaned_data["reason"])
    context = {"form": form, "said": asked.said, "count": listed.count(), "query": request.GET.urlencode()}
    return render(request, "units/unit/export.html", context)


def new(request):
    """A unit that came on no list."""
    allow(request.user, "units.create_unit")
    form = UnitForm(request.POST or None, instance=Unit())
    if request.method == "POST" and form.is_valid():
        unit = form.create(by=request.user)
        if unit:
            messages.success(request, _("The unit is in the register."))
            return redirect(unit)
    return render(request, "units/unit/new.html", {"form": form})


def edit(request, pk):
    """Correct by hand what the register says."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.edit_unit", unit)
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect(unit)
    return render(request, "units/unit/edit.html", {"unit": unit, "form": form})
