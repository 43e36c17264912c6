"""The register of units."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from civportal.lib.web import allow, page_of, render_page
from units.forms.unit import UnitFilter, UnitForm
from units.models import Unit


def unit_for(user, pk):
    """The unit, or 404 when this user should not even know it exists."""
    return get_object_or_404(Unit.objects.visible_to(user).for_listing(), pk=pk)


def index(request):
    allow(request.user, "units.list_units")
    form = UnitFilter(request.GET)
    page = page_of(request, form.apply(Unit.objects.visible_to(request.user).for_listing()))
    context = {"form": form, "page": page}
    return render_page(request, "units/unit/index.html", "units/unit/_table.html", context)


def edit(request, pk):
    """Correct by hand what the register says."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.edit_unit", unit)
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid() and form.edit(by=request.user):
        messages.success(request, _("Saved."))
        return redirect(unit)
    return render(request, "units/unit/edit.html", {"unit": unit, "form": form})
