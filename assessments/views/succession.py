"""Units merged, split up or dissolved: first what will happen, then the act."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assessments.actions import succession
from civportal.lib.web import allow
from units.forms.life import DissolveForm, MergeForm, SplitForm
from units.views.unit import unit_for


def merge(request, pk):
    """Into a unit that goes on, or with others into a new one."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.merge_units", unit)
    form = MergeForm(request.POST or None, unit=unit)
    if not is_answered(request, form):
        return ask(request, "merge", unit, form)
    into, name, gone = form.cleaned_data["into"], form.cleaned_data["name"], form.gone
    if "go_ahead" not in request.POST:
        return check(request, "merge", unit, form, gone, heir=into or name)
    heir = form.act(succession.merge, gone, into=into, name=name, **form.said, by=request.user)
    if heir is None:
        return ask(request, "merge", unit, form)
    messages.success(request, _("Merged. What was open has passed to %(unit)s.") % {"unit": heir})
    return redirect(heir)


def split(request, pk):
    """Into new units, beside which it stays or not."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.split_unit", unit)
    form = SplitForm(request.POST or None, unit=unit)
    if not is_answered(request, form):
        return ask(request, "split", unit, form)
    names, stays = form.cleaned_data["names"], form.cleaned_data["stays"]
    if "go_ahead" not in request.POST:
        return check(request, "split", unit, form, [] if stays else [unit], heir=names[0] if names else "")
    parts = form.act(succession.split, unit, names, stays=stays, **form.said, by=request.user)
    if parts is None:
        return ask(request, "split", unit, form)
    messages.success(request, _("Split. The new units are in the register."))
    return redirect(parts[0])


def dissolve(request, pk):
    """Ended without a successor."""
    unit = unit_for(request.user, pk)
    allow(request.user, "units.dissolve_unit", unit)
    form = DissolveForm(request.POST or None, unit=unit)
    if not is_answered(request, form):
        return ask(request, "dissolve", unit, form)
    if "go_ahead" not in request.POST:
        return check(request, "dissolve", unit, form, [unit], heir="")
    if form.act(succession.dissolve, unit, **form.said, by=request.user) is None:
        return ask(request, "dissolve", unit, form)
    messages.success(request, _("Dissolved. The unit stays on record with everything it did."))
    return redirect(unit)


def is_answered(request, form):
    """Whether the form is filled in rightly, and its writer does not want to change it again."""
    return request.method == "POST" and form.is_valid() and "again" not in request.POST


def ask(request, act, unit, form):
    return render(request, f"assessments/succession/{act}.html", {"unit": unit, "form": form})


def check(request, act, unit, form, gone, *, heir):
    """Name what will happen to whom, before anything is written."""
    context = {
        "unit": unit,
        "form": form,
        "act": act,
        "outlooks": [(one, succession.outlook(one)) for one in gone],
        "heir": heir,
        "is_new": isinstance(heir, str),
    }
    return render(request, "assessments/succession/check.html", context)
