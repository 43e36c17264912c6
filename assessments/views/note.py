"""Internal notes about a record, for who reviews; no page of a unit leads here."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from assessments.actions import note as notes
from assessments.forms.note import NoteForm
from assessments.models import InternalNote
from civportal.lib.web import allow, render_page
from units.forms.editing import attempt

from . import ledger


def index(request, pk):
    """The notes about the record; a POST adds one. Within the review page only the part is asked for."""
    allow(request.user, "assessments.review_entries")
    entry = ledger.entry_for(request.user, pk)
    allow(request.user, "assessments.view_notes", entry)
    form = NoteForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid() and add(request, entry, form):
        if not request.htmx:
            messages.success(request, _("Noted for colleagues."))
            return redirect("assessments:notes", pk)
        form = NoteForm(entry=entry)
    found = InternalNote.objects.visible_to(request.user).of(entry)
    context = {"entry": entry, "form": form, "notes": found}
    response = render_page(request, "assessments/note/index.html", "assessments/note/_notes.html", context)
    # An answer to the part of a page is shown whatever it says.
    response.status_code = 422 if form.errors and not request.htmx else 200
    return response


def add(request, entry, form):
    """The note as written, or None when it is refused; the form then says why."""
    allow(request.user, "assessments.write_note", entry)
    return attempt(form, notes.write, entry, **form.cleaned_data, by=request.user)
