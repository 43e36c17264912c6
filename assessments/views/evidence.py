"""Evidence files: added, removed, given back whole, and shown in the page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import evidence
from assessments.models import EvidenceFile, LedgerEntry
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, way_back

from . import content


def entry_for(user, pk):
    """The entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(LedgerEntry.objects.visible_to(user), pk=pk)


def file_for(user, pk):
    """The file with its entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(EvidenceFile.objects.visible_to(user).select_related("entry"), pk=pk)


@require_POST
@accepts_files("EVIDENCE_FILE_BYTES", at_once=10)
def add(request, pk):
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    added, refused = evidence.add_each(entry, request.FILES.getlist("files"), by=request.user)
    return answer(request, entry, added, refused + evidence.left_out(request.too_big))


@require_POST
def remove(request, pk):
    file = file_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", file.entry)
    evidence.remove(file, by=request.user)
    return answer(request, file.entry, removed=[file])


def answer(request, entry, added=(), refused=(), removed=()):
    """What became of the files: the list as it is now, or back to where the form stood."""
    if request.htmx:
        context = {
            "entry": entry,
            "files": entry.files.all(),
            "editable": True,
            "refused": refused,
            "next": request.POST.get("next", ""),
        }
        return render(request, "assessments/evidence/_files.html", context)
    tell(request, added, refused, removed)
    return redirect(way_back(request, entry))


def tell(request, added, refused, removed):
    """Say it in the messages of the next page."""
    if added:
        count = len(added)
        messages.success(
            request, ngettext("One file added.", "%(count)d files added.", count) % {"count": count}
        )
    for file in removed:
        messages.success(request, _("“%(name)s” is removed.") % {"name": file.name})
    for file in refused:
        messages.error(request, _("“%(name)s” is not added. %(reason)s") % vars(file))
    if not (added or refused or removed):
        messages.error(request, _("Choose a file first."))


@require_safe
def download(request, pk):
    """The whole original, under the name it came with."""
    file = file_for(request.user, pk)
    return content.given_back(request, file, file.name, "assessments/evidence/preview.html")


@require_safe
def show(request, pk):
    """What is in the file, on a page of its own or opened inside another."""
    return content.shown(request, file_for(request.user, pk), "assessments/evidence/preview.html")


@require_safe
def page(request, pk, number):
    """A picture of a PDF's page, or of the photo itself, in one of two sizes."""
    return content.page(request, file_for(request.user, pk), number)
