"""Handing over a person's work: first what will happen, then the act."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from assessments.actions import handover
from assessments.forms.handover import HandOverForm
from civportal.lib.web import allow
from units.views.person import person_for
from units.views.slip import show_slips


@never_cache
@sensitive_variables("slip")
def hand_over(request, pk):
    """Roles and open work pass to a successor; a new one's invitation sheet is in the answer."""
    person = person_for(request.user, pk)
    allow(request.user, "units.hand_over", person)
    form = HandOverForm(request.POST or None, person=person)
    if request.method != "POST" or not form.is_valid() or "again" in request.POST:
        return ask(request, person, form)
    if "confirmed" not in request.POST:
        return check(request, person, form)
    said = {name: form.cleaned_data[name] for name in ("successor", "new_name", "note")}
    try:
        slip = handover.hand_over(person, list(form.cleaned_data["roles"]), **said, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return ask(request, person, form)
    if slip is not None:
        return show_slips(request, [slip], handed_over=person)
    messages.success(request, _("Handed over to %(successor)s.") % {"successor": said["successor"]})
    return redirect("units:person", pk)


def ask(request, person, form):
    return render(request, "assessments/handover/ask.html", {"person": person, "form": form})


def check(request, person, form):
    """Say what will happen to whom, before anything is written."""
    roles = form.cleaned_data["roles"]
    context = {
        "person": person,
        "form": form,
        "roles": roles,
        "works": [handover.open_work(unit) for unit in handover.units_to_write_for(roles)],
    }
    return render(request, "assessments/handover/check.html", context)
