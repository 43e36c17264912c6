"""Acts in a unit's life that concern the register alone: a new name, other facts from a day on."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from civportal.lib.web import allow
from units.actions import life
from units.forms.life import ChangeForm, RenameForm

from .unit import unit_for


def rename(request, pk):
    """A new name from a day on; the old one still finds the unit."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.rename_unit", unit)
    form = RenameForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if form.act(life.rename, unit, values["name"], **form.said, seen=values["seen"], by=request.user):
            messages.success(request, _("The unit has its new name; the old one still finds it."))
            return redirect(unit)
    return render(request, "units/life/rename.html", {"unit": unit, "form": form})


def change(request, pk):
    """Leaders, supervisor, participation … that are different from a day on."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.change_unit", unit)
    form = ChangeForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        if form.act(life.change, unit, form.facts, **form.said, seen=seen, by=request.user):
            messages.success(request, _("Saved. Until the day before, the register keeps how it was."))
            return redirect(unit)
    return render(request, "units/life/change.html", {"unit": unit, "form": form})
