"""The office's own names and addresses: data, because they change."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from civportal.lib.web import allow
from units.actions import office
from units.forms.office import OfficeForm
from units.models import Office, TrailEvent


def edit(request):
    allow(request.user, "units.edit_office")
    form = OfficeForm(request.POST or None, instance=Office.objects.filter(pk=1).first() or Office(pk=1))
    if request.method == "POST" and form.is_valid():
        office.edit(form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("units:office")
    events = TrailEvent.objects.about(Office(pk=1)).reverse()[:20]
    return render(request, "units/office/edit.html", {"form": form, "events": events})
