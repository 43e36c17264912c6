"""Files of entries and plans: added, removed, given back whole, and shown in the page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import correction, evidence
from assessments.forms.ledger import CaptionForm
from assessments.models import EvidenceFile, LedgerEntry, Plan
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, way_back, whole_number

from . import content

# A segment of a JPEG cannot be longer.
REMARKS_BYTES = 64 * 1024 + 4


def entry_for(user, pk):
    """The entry, or 404 when this user should not even know it exists."""
    return get_object_or_404(LedgerEntry.objects.visible_to(user), pk=pk)


def plan_for(user, pk):
    """The plan, or 404 when this user should not even know it exists."""
    return get_object_or_404(Plan.objects.visible_to(user), pk=pk)


def file_for(user, pk):
    """The file with what it belongs to, or 404 when this user should not even know it exists."""
    files = EvidenceFile.every.visible_to(user).select_related("entry", "plan__unit", "plan__cycle")
    return get_object_or_404(files, pk=pk)


def changed_file_for(request, pk):
    """The file to be changed, by whoever may write what it belongs to."""
    file = file_for(request.user, pk)
    allow_change(request.user, file.record)
    return file


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
    """Add files; `replaces` names the one in whose place the first of them comes."""
    allow_change(request.user, record)
    replaces = record.files.filter(pk=whole_number(request.POST.get("replaces"))).first()
    uploads = request.FILES.getlist("files")
    remarks = remarks_in(request.FILES.get("remarks"))
    added, refused = evidence.add_each(record, uploads, by=request.user, replaces=replaces, remarks=remarks)
    return answer(request, record, added, refused + evidence.left_out(request.too_big))


def remarks_in(sent):
    """What the camera wrote, sent apart from a photo; nothing when it is longer than it can be."""
    return sent.read() if sent and sent.size <= REMARKS_BYTES else b""


@require_POST
def remove(request, pk):
    file = changed_file_for(request, pk)
    evidence.remove(file, by=request.user)
    return answer(request, file.record, removed=[file])


@require_POST
def restore(request, pk):
    file = changed_file_for(request, pk)
    refused = []
    try:
        evidence.restore(file, by=request.user)
    except ValidationError as error:
        refused = [evidence.Refused(file.name, " ".join(error.messages))]
    return answer(request, file.record, () if refused else [file], refused)


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
    return redirect(way_back(request, file.record))


@require_POST
def shift(request, pk):
    file = changed_file_for(request, pk)
    evidence.shift(file, -1 if request.POST.get("step") == "-1" else 1, by=request.user)
    return answer(request, file.record, quietly=True)


def answer(request, record, added=(), refused=(), removed=(), quietly=False):
    """What became of the files: the list as it is now, or back to where the form stood."""
    if request.htmx:
        now_open = correction.OPEN if isinstance(record, Plan) else correction.of(record)
        context = {
            "record": record,
            "files": correction.marked(record.files.all(), now_open),
            "correction": now_open,
            "thrown_away": EvidenceFile.every.thrown_away_from(record),
            "editable": True,
            "refused": refused,
            "next": request.POST.get("next", ""),
        }
        return render(request, "assessments/evidence/_files.html", context)
    if not quietly:
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
