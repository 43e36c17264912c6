"""Lists on their way in: of units, people, honors, indicators, and whatever has a kind."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from civportal.lib import files
from civportal.lib.filetypes import CONTENT_TYPES
from civportal.lib.tables import TableRefused, write_xlsx
from civportal.lib.web import allow, page_of, render_page, way_back
from units import listings
from units.actions import intake
from units.actions.intake import giving
from units.forms.intake import (
    LEFT_OUT,
    NOTED,
    ApplyForm,
    DecisionForm,
    KindForm,
    LayoutForms,
    RowFilter,
    RowsForm,
    SeenForm,
    UploadForm,
    kinds_for,
)
from units.models import ImportBatch, ImportRow, TrailEvent
from units.models.intake_kinds import kind_of

from .export import exported
from .slip import show_slips


def batch_for(user, pk):
    """The import, or 404 when this user should not even know it exists."""
    return get_object_or_404(ImportBatch.objects.visible_to(user).for_listing(), pk=pk)


def index(request):
    allow(request.user, "units.view_import")
    listed = ImportBatch.objects.visible_to(request.user).for_listing()
    if request.method == "POST":
        return exported(request, listings.IMPORTS, listed)
    return render(request, "units/intake/index.html", {"page": page_of(request, listed)})


def new(request):
    """Choose the file; what is in it is shown before anything is written."""
    allow(request.user, "units.import_lists")
    kinds = kinds_for(request.user)
    chosen = {"kind": request.GET.get("kind", "")}
    asked = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*asked, kinds=kinds, initial=chosen)
    if request.method == "POST" and form.is_valid():
        batch = form.preview(by=request.user)
        if batch:
            return redirect(batch)
    return render(request, "units/intake/new.html", {"form": form, "kinds": kinds})


def detail(request, pk):
    """What every row of the list would do, or has done; how far the reading of a long one is."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.view_import", batch)
    if batch.is_reading:
        return render(request, "units/intake/reading.html", {"batch": batch})
    return show(request, batch, LayoutForms(batch))


@require_POST
def step(request, pk):
    """Read the next part of a long list; the page asks for it until all is read."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.preview_import", batch)
    try:
        batch = intake.advance(batch, by=request.user)
    except TableRefused as refusal:
        intake.discard(batch, by=request.user)
        messages.error(request, refusal.message)
        batch = None
    address = batch.get_absolute_url() if batch else reverse("units:import_new")
    if not request.htmx:
        return redirect(address)
    if batch and batch.is_reading:
        return render(request, "units/intake/_reading.html", {"batch": batch})
    return HttpResponseClientRedirect(address)


def show(request, batch, layouts, status=200):
    asked = (
        request.GET
        if "verdict" in request.GET or not batch.is_applied
        else {**request.GET.dict(), "verdict": LEFT_OUT}
    )
    form = RowFilter(asked, batch=batch)
    count = batch.writable_count
    kind = batch.listed
    context = {
        "batch": batch,
        "kind": kind,
        "headline": (kind.written if batch.is_applied else kind.would_be_written) % {"n": count},
        "write_label": kind.write % {"n": count},
        "kind_form": KindForm(
            initial={"kind": batch.kind, "seen": batch.version}, kinds=kinds_for(request.user)
        ),
        "form": form,
        "chips": chips(batch, form.data.get("verdict", "")),
        "page": page_of(request, form.apply(batch.rows.for_listing())),
        "layouts": layouts,
        "apply_form": ApplyForm(initial={"seen": batch.version}),
        "events": TrailEvent.objects.about(batch),
    }
    response = render_page(request, "units/intake/detail.html", "units/intake/_rows.html", context)
    response.status_code = status
    return response


def chips(batch, chosen):
    """(value, label, number, chosen?) for everything the rows can be narrowed to."""
    labels = dict(ImportRow.Verdict.choices)
    numbers = {"": batch.row_count, LEFT_OUT: batch.left_out_count, NOTED: batch.tally.get("noted", 0)}
    words = {"": _("All rows"), LEFT_OUT: _("Left out"), NOTED: _("To be supplied")}
    values = ["", *([LEFT_OUT] if batch.is_applied else []), *ImportRow.Verdict.values, NOTED]
    return [
        (value, words.get(value) or labels[value], number, value == chosen)
        for value in values
        if (number := numbers.get(value, batch.tally.get(value, 0))) or value in ("", chosen)
    ]


@require_POST
def rearrange(request, pk):
    """Another heading row, another meaning of a column: every row is judged anew."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.rearrange_import", batch)
    form, layouts = SeenForm(request.POST), LayoutForms(batch, request.POST)
    if not (form.is_valid() and layouts.is_valid()):
        return show(request, batch, layouts, status=422)
    try:
        batch = intake.rearrange(batch, layouts.arranged(), by=request.user, seen=form.cleaned_data["seen"])
    except TableRefused as refusal:
        messages.error(request, refusal.message)
    else:
        # A long list is read in parts again, and its page says how far that is.
        if not batch.is_reading:
            messages.success(request, _("The columns are assigned; every row was judged anew."))
    return redirect(batch)


@require_POST
def change_kind(request, pk):
    """The list holds something else than its headings seemed to say; it is read anew."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.rearrange_import", batch)
    form = KindForm(request.POST, kinds=kinds_for(request.user))
    if form.is_valid():
        try:
            intake.change_kind(batch, **form.cleaned_data, by=request.user)
        except TableRefused as refusal:
            messages.error(request, refusal.message)
    return redirect(batch)


@require_POST
def decide_rows(request, pk):
    """Leave the ticked rows out, or take them after all."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.decide_import", batch)
    form = RowsForm(request.POST, batch=batch)
    if not form.is_valid():
        messages.error(request, _("Tick at least one row."))
    elif form.chosen:
        intake.decide_all(batch, form.chosen, form.decided, by=request.user, seen=form.cleaned_data["seen"])
    return redirect(way_back(request, batch.get_absolute_url()))


@require_POST
def decide(request, pk, row):
    """The same unit, a new one, or not this time."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.decide_import", batch)
    row = get_object_or_404(batch.rows, pk=row)
    form = DecisionForm(request.POST)
    if form.is_valid():
        intake.decide(
            batch, row, form.cleaned_data["decision"], by=request.user, seen=form.cleaned_data["seen"]
        )
    return redirect(f"{batch.get_absolute_url()}{verdict_query(request)}")


def verdict_query(request):
    """Back to the rows one was looking at."""
    verdict = request.POST.get("verdict", "")
    return f"?verdict={verdict}" if verdict in ImportRow.Verdict.values else ""


@never_cache
@require_POST
def apply(request, pk):
    """Write the rows that are new or changed; one-time passwords are in the answer and nowhere else."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.apply_import", batch)
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return redirect(batch)
    try:
        batch = intake.apply(batch, by=request.user, **form.cleaned_data)
    except intake.ImportRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, batch.listed.is_written % {"count": batch.writable_count})
        if batch.slips:
            return show_slips(request, batch.slips)
    return redirect(batch)


@require_POST
def discard(request, pk):
    batch = batch_for(request.user, pk)
    allow(request.user, "units.discard_import", batch)
    form = SeenForm(request.POST)
    intake.discard(batch, by=request.user, seen=form.cleaned_data["seen"] if form.is_valid() else None)
    messages.success(request, _("The list is put aside; nothing of it was written."))
    return redirect("units:imports")


@require_POST
def undo(request, pk):
    """Take everything back that this list wrote, unless something depends on it."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.undo_import", batch)
    try:
        intake.undo(batch, by=request.user)
    except intake.UndoRefused as refusal:
        return render(
            request, "units/intake/blocked.html", {"batch": batch, "blockers": refusal.blockers}, status=409
        )
    messages.success(request, _("The import is undone; the register is as it was before."))
    return redirect(batch)


def file(request, pk):
    """The list as it came in."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.download_import", batch)
    return FileResponse(
        files.open_file(intake.FOLDER, batch.sha256),
        as_attachment=True,
        filename=batch.file_name,
        content_type="application/octet-stream",
    )


def marked(request, pk):
    """The person's own list with what is wrong in red, and why; larger ones as an excerpt."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.download_import", batch)
    with files.open_file(intake.FOLDER, batch.sha256) as kept:
        content = giving.marked(batch, kept.read())
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    said = _("marked")
    return as_workbook(content, f"{stem} {said}.xlsx")


def template(request, kind):
    """An empty list to be filled in."""
    allow(request.user, "units.view_import")
    try:
        listed = kind_of(kind)
    except KeyError:
        raise Http404 from None
    name, content = giving.template_of(listed)
    return as_workbook(content, name)


def as_workbook(content, name):
    """A workbook to be saved under that name."""
    response = HttpResponse(content, content_type=CONTENT_TYPES["xlsx"])
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def left_out(request, pk):
    """What to put right in the list: each thing with sheet, row, column, value and reason."""
    batch = batch_for(request.user, pk)
    allow(request.user, "units.view_import", batch)
    headings = [_("Sheet"), _("Row"), _("Unit"), _("Verdict"), _("Column"), _("Value"), _("What to do")]
    rows = [
        [
            row.sheet,
            row.number,
            row.name,
            row.get_verdict_display(),
            said["column"],
            said["value"],
            said["sentence"],
        ]
        for row in batch.rows.to_put_right()
        for said in row.spelled_problems
    ]
    content = write_xlsx(_("To put right"), headings, rows, widths=(14, 6, 30, 12, 20, 24, 60))
    return as_workbook(content, f"import-{batch.pk}.xlsx")
