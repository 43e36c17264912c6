"""The county's goals of a year."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assessments.actions import goal as goals
from assessments.forms.goal import GoalFormSet, goals_of
from civportal.lib.web import allow

from .cycle import cycle_for


def edit(request, pk):
    cycle = cycle_for(request.user, pk)
    allow(request.user, "assessments.edit_goals", cycle)
    rows = GoalFormSet(request.POST or None, instance=cycle)
    if request.method == "POST" and rows.is_valid():
        try:
            goals.put(cycle, goals_of(rows), by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The goals are saved."))
        return redirect("assessments:goals", pk)
    return render(request, "assessments/goal/edit.html", {"cycle": cycle, "rows": rows})
