"""Values by workbook, or by a block that was pasted: as a preview, and then all changes at once."""

import json
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments import exports
from assessments.actions import grid, values
from assessments.actions.values import Cell, Place
from assessments.forms.grid import GridFilter
from assessments.forms.score import ApplyForm, BasisForm, WorkbookForm
from assessments.models import Cycle, ScoreSheet
from civportal.lib import files
from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.tables import TableRefused
from civportal.lib.uploads import accepts_files
from civportal.lib.web import allow, own_address
from units.actions import trail

FOLDER = "values"
SALT = "values-preview"
DAY = 24 * 3600
SHOWN = 500
# Where a session keeps the way back from its last pasted block.
UNDOABLE = "values-undoable"
# Refusals that are told one by one.
TOLD = 10


def current_or_404():
    """The year being worked in."""
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Http404
    return cycle


@require_POST
def export(request):
    """The year's workbook, or of it what the address narrows to; that somebody took it is in the trail."""
    allow(request.user, "assessments.import_values")
    cycle = current_or_404()
    form = GridFilter(request.GET)
    sheets = form.apply(ScoreSheet.objects.visible_to(request.user).filter(unit_year__cycle=cycle))
    groups = grid.groups(cycle.standard) if form.cleaned_data.get("group") else []
    content = exports.values_workbook(cycle, sheets, form.chosen(groups))
    trail.record(cycle, "export", by=request.user, note="；".join(form.said))
    name = _("Values of %(year)s.xlsx") % {"year": cycle.year}
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES["xlsx"],
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@accepts_files("IMPORT_FILE_BYTES")
def upload(request):
    """Choose a workbook; a readable one leads to its preview, nothing is written yet."""
    allow(request.user, "assessments.import_values")
    cycle = current_or_404()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = WorkbookForm(*sent, too_big=request.too_big)
    if sent and (token := kept(form, cycle, request.user)):
        return redirect(preview_address(token))
    return render(request, "assessments/score/values.html", {"form": form, "cycle": cycle})


def kept(form, cycle, user):
    """Keep a readable workbook under its hash; a token that names it, or None with the form's errors."""
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        exports.read_values(file.read(), file.name)
    except (TableRefused, exports.NoValueSheet) as refusal:
        form.add_error("file", str(refusal))
        return None
    return token_of(file, cycle, user, name=file.name)


def token_of(content, cycle, user, **about):
    """Keep the content under its hash; a token that names it, for this person and year."""
    about |= {"sha256": files.save(content, FOLDER), "cycle": cycle.pk, "by": user.pk}
    return signing.dumps(about, salt=SALT)


def token_of_cells(cells, cycle, user, *, back):
    """The same for cells that were read already, with the address of the page from which they came."""
    content = json.dumps([asdict(cell) for cell in cells]).encode()
    return token_of(content, cycle, user, name=_("Pasted block"), back=back)


def preview_address(token, basis=""):
    """Where the changes are shown; `basis` stands for those that bring none."""
    asked = {"token": token, **({"basis": basis} if basis else {})}
    return f"{reverse('assessments:values_preview')}?{urlencode(asked)}"


@dataclass(frozen=True)
class Kept:
    """What a token stands for: the cells of a workbook, or of a block that came from the page `back`."""

    cycle: Cycle
    name: str
    cells: list[Cell]
    passed_over: list[str]
    back: str = ""

    @property
    def verb(self):
        """What the trail calls taking it over."""
        return "set_values" if self.back else "import_values"


@require_safe
def preview(request):
    """Every change old → new, and everything that cannot be taken over; nothing is written."""
    allow(request.user, "assessments.import_values")
    token, basis_form = request.GET.get("token", ""), BasisForm(request.GET)
    workbook = workbook_of(token, request.user)
    if workbook is None:
        messages.error(request, _("This preview is no longer there. Choose the workbook again."))
        return redirect("assessments:values_import")
    basis = basis_form.cleaned_data["basis"] if basis_form.is_valid() else ""
    found = values.judge(workbook.cycle, workbook.cells, by=request.user, basis=basis)
    context = {
        "cycle": workbook.cycle,
        "name": workbook.name,
        "back": own_address(request, workbook.back),
        "preview": found,
        "passed_over": workbook.passed_over,
        "changes": found.changes[:SHOWN],
        "more": max(len(found.changes) - SHOWN, 0),
        "faults": found.faults[:SHOWN],
        "more_faults": max(len(found.faults) - SHOWN, 0),
        "basis_form": basis_form,
        "form": ApplyForm(initial={"token": token, "digest": found.digest, "basis": basis}),
    }
    return render(request, "assessments/score/values_preview.html", context)


def workbook_of(token, user):
    """What the token keeps, if it was given to this person; else None."""
    try:
        about = signing.loads(token, salt=SALT, max_age=DAY)
        with files.open_file(FOLDER, about["sha256"]) as file:
            content = file.read()
    except (signing.BadSignature, FileNotFoundError):
        return None
    if about["by"] != user.pk:
        return None
    cells, passed_over = cells_in(content, about)
    cycle = get_object_or_404(Cycle.objects.select_related("standard"), pk=about["cycle"])
    return Kept(cycle, about["name"], cells, passed_over, about.get("back", ""))


def cells_in(content, about):
    """The cells that were kept, and the names of the workbook's sheets that hold none."""
    if "back" not in about:
        return exports.read_values(content, about["name"])
    return [Cell(**said | {"place": Place(**said["place"])}) for said in json.loads(content)], []


@require_POST
def apply(request):
    """Take over what the preview showed, all together."""
    allow(request.user, "assessments.import_values")
    form = ApplyForm(request.POST)
    workbook = workbook_of(form.data.get("token", ""), request.user)
    if workbook is None or not form.is_valid():
        messages.error(request, _("This preview is no longer there. Choose the workbook again."))
        return redirect("assessments:values_import")
    basis = form.cleaned_data["basis"]
    try:
        done = values.apply(
            workbook.cycle,
            workbook.cells,
            digest=form.cleaned_data["digest"],
            source=workbook.name,
            by=request.user,
            basis=basis,
            verb=workbook.verb,
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(preview_address(form.data["token"], basis))
    messages.success(request, applied(done))
    if workbook.back:
        remember(request, workbook, done)
    return redirect(own_address(request, workbook.back) or "assessments:sheets")


def remember(request, block, done):
    """Keep the way back from a pasted block for this session, in the place of an earlier one."""
    cells = values.way_back(done)
    token = token_of_cells(cells, block.cycle, request.user, back=block.back)
    request.session[UNDOABLE] = {"token": token, "count": len(cells), "cycle": block.cycle.pk}


def undoable(request, cycle):
    """What this session can still take back of its last pasted block: {"count": …}, or None."""
    kept = request.session.get(UNDOABLE)
    return kept if kept and kept["cycle"] == cycle.pk else None


@require_POST
def undo(request):
    """Put back what stood before the last pasted block, all of it that nobody changed since."""
    allow(request.user, "assessments.import_values")
    kept = request.session.pop(UNDOABLE, None)
    block = workbook_of(kept["token"], request.user) if kept else None
    if block is None:
        messages.error(request, _("There is no pasted block that could be taken back any more."))
        return redirect("assessments:score_grid")
    try:
        tell_undone(request, values.save(block.cycle, block.cells, by=request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(own_address(request, block.back) or "assessments:score_grid")


def tell_undone(request, done):
    """How many values are as before, and which are not and why."""
    count = len(done.changes)
    if count:
        text = ngettext("%(count)s value is as before.", "%(count)s values are as before.", count)
        messages.success(request, text % {"count": count})
    for fault in done.faults[:TOLD]:
        messages.warning(request, f"{fault.unit} · {fault.place.column}: {fault.reason}")
    if (more := len(done.faults) - TOLD) > 0:
        text = ngettext("%(count)s more value stays.", "%(count)s more values stay.", more)
        messages.warning(request, text % {"count": more})


def applied(done):
    """What was taken over, as a sentence."""
    count = len(done.changes)
    return ngettext("%(count)s value taken over.", "%(count)s values taken over.", count) % {"count": count}
