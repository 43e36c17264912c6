"""How a unit organizes its creation work: shown and written down."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from civportal.lib.clock import today
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow
from units.actions import organization as organizations
from units.forms.organization import OrganizationForm
from units.models import ResponsibilityLetter, Unit
from units.models.organization import tenures

from .unit import unit_for

POSTS = ("top_leader", "leader_in_charge")


def detail(request, pk):
    unit = unit_for(request.user, pk)
    allow(request.user, "units.view_organization", unit)
    year = today().year
    context = {
        "unit": unit,
        "organization": organizations.of(unit),
        "posts": [(Unit._meta.get_field(post).verbose_name, tenures(unit, post)) for post in POSTS],
        "year": year,
        "letters": ResponsibilityLetter.objects.of_year(year).filter(unit=unit).for_listing(),
        "events": organizations.lines_of(unit),
    }
    return render(request, "units/organization/detail.html", context)


@accepts_files("EVIDENCE_FILE_BYTES", at_once=4)
def edit(request, pk):
    unit = unit_for(request.user, pk)
    allow(request.user, "units.edit_organization", unit)
    organization = organizations.of(unit)
    if request.method != "POST":
        form = OrganizationForm(instance=organization)
    else:
        form = OrganizationForm(
            request.POST, instance=organization, files=request.FILES, too_big=request.too_big
        )
        if form.is_valid() and form.edit(by=request.user):
            messages.success(request, _("Saved."))
            return redirect(organization)
    return render(request, "units/organization/edit.html", {"unit": unit, "form": form})
