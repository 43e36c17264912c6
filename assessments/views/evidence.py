"""Files of entries and plans: added, removed, given back whole, and shown in the page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import evidence
from assessments.models import EvidenceFile, LedgerEntry, Plan
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, way_back

from . import content


def entry_for(user, pk):
    """The entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(LedgerEntry.objects.visible_to(user), pk=pk)


def plan_for(user, pk):
    """The plan, or 404 when this user should not even know it exists."""
    return get_object_or_404(Plan.objects.visible_to(user), pk=pk)


def file_for(user, pk):
    """The file with what it belongs to, or 404 when this user should not even know it exists."""
    files = EvidenceFile.objects.visible_to(user).select_related("entry", "plan__unit", "plan__cycle")
    return get_object_or_404(files, pk=pk)


def allow_change(user, record):
    """Files are changed by who may go on writing what they belong to."""
    allow(user, "assessments.edit_plan" if isinstance(record, Plan) else "assessments.edit_entry", record)


@require_POST
@accepts_files("EVIDENCE_FILE_BYTES", at_once=10)
def add(request, pk):
    return add_to(request, entry_for(request.user, pk))


@require_POST
@accepts_files("EVIDENCE_FILE_BYTES", at_once=10)
def add_to_plan(request, pk):
    return add_to(request, plan_for(request.user, pk))


def add_to(request, record):
    allow_change(request.user, record)
    added, refused = evidence.add_each(record, request.FILES.getlist("files"), by=request.user)
    return answer(request, record, added, refused + evidence.left_out(request.too_big))


@require_POST
def remove(request, pk):
    file = file_for(request.user, pk)
    allow_change(request.user, file.record)
    evidence.remove(file, by=request.user)
    return answer(request, file.record, removed=[file])


def answer(request, record, added=(), refused=(), removed=()):
    """What became of the files: the list as it is now, or back to where the form stood."""
    if request.htmx:
        context = {
            "record": record,
            "files": record.files.current(),
            "editable": True,
            "refused": refused,
            "next": request.POST.get("next", ""),
        }
        return render(request, "assessments/evidence/_files.html", context)
    tell(request, added, refused, removed)
    return redirect(way_back(request, record))


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
