"""Evidence files: added, removed, given back whole, and shown in the page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import evidence
from assessments.forms.ledger import CaptionForm
from assessments.models import EvidenceFile, LedgerEntry
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, way_back, whole_number

from . import content


def entry_for(user, pk):
    """The entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(LedgerEntry.objects.visible_to(user), pk=pk)


def file_for(user, pk):
    """The file with its entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(EvidenceFile.every.visible_to(user).select_related("entry"), pk=pk)


def changed_file_for(request, pk):
    """The file to be changed, by whoever may write its entry."""
    file = file_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", file.entry)
    return file


@require_POST
@accepts_files("EVIDENCE_FILE_BYTES", at_once=10)
def add(request, pk):
    """Add files; `replaces` names the one in whose place the first of them comes."""
    entry = entry_for(request.user, pk)
    allow(request.user, "assessments.edit_entry", entry)
    replaces = entry.files.filter(pk=whole_number(request.POST.get("replaces"))).first()
    uploads = request.FILES.getlist("files")
    added, refused = evidence.add_each(entry, uploads, by=request.user, replaces=replaces)
    return answer(request, entry, added, refused + evidence.left_out(request.too_big))


@require_POST
def remove(request, pk):
    file = changed_file_for(request, pk)
    evidence.remove(file, by=request.user)
    return answer(request, file.entry, removed=[file])


@require_POST
def restore(request, pk):
    file = changed_file_for(request, pk)
    refused = []
    try:
        evidence.restore(file, by=request.user)
    except ValidationError as error:
        refused = [evidence.Refused(file.name, " ".join(error.messages))]
    return answer(request, file.entry, () if refused else [file], refused)


@require_POST
def describe(request, pk):
    """The line under a file; while it is typed nothing but the answer's status is needed."""
    file = changed_file_for(request, pk)
    form = CaptionForm(request.POST)
    if form.is_valid():
        evidence.describe(file, form.cleaned_data["caption"], by=request.user)
    if request.htmx:
        return HttpResponse(status=204 if form.is_valid() else 422)
    for error in form.errors.get("caption", ()):
        messages.error(request, error)
    return redirect(way_back(request, file.entry))


@require_POST
def shift(request, pk):
    file = changed_file_for(request, pk)
    evidence.shift(file, -1 if request.POST.get("step") == "-1" else 1, by=request.user)
    return answer(request, file.entry, quietly=True)


def answer(request, entry, added=(), refused=(), removed=(), quietly=False):
    """What became of the files: the list as it is now, or back to where the form stood."""
    if request.htmx:
        context = {
            "entry": entry,
            "files": entry.files.all(),
            "thrown_away": EvidenceFile.every.thrown_away_from(entry),
            "editable": True,
            "refused": refused,
            "next": request.POST.get("next", ""),
        }
        return render(request, "assessments/evidence/_files.html", context)
    if not quietly:
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
