"""The score grid: many units, a few indicators, each cell saved when one leaves it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments.actions import grid, score, values
from assessments.forms.grid import GridFilter, PasteForm, bases_of_columns, given_basis, typed_cells
from assessments.models import Cycle, ScoreSheet
from civportal.lib.paging import keyset_page
from civportal.lib.tags import score as with_decimals
from civportal.lib.web import allow, render_page

from .score import sheet_for
from .values import preview_address, token_of_cells, undoable


class View:
    """What the address asks for: the year's sheets, narrowed, and one group of its standard."""

    def __init__(self, request, cycle):
        self.request, self.cycle = request, cycle
        self.form = GridFilter(request.GET)
        sheets = ScoreSheet.objects.visible_to(request.user).filter(unit_year__cycle=cycle)
        self.sheets = self.form.apply(sheets)
        self.groups = grid.groups(cycle.standard)
        self.group = self.form.chosen(self.groups)

    def page(self):
        rows = self.sheets.select_related("unit_year__unit__category", "unit_year__cycle")
        return keyset_page(self.request, rows, grid.ORDER, self.group.rows_per_page)


def index(request):
    """Units down, indicators across; without scripts the page is saved with one button."""
    allow(request.user, "assessments.list_sheets")
    cycle = Cycle.objects.current()
    if cycle is None:
        return render(request, "assessments/home/early.html")
    view = View(request, cycle)
    if request.method == "POST":
        return save(request, view)
    return page(request, view)


def page(request, view, faults=(), paste_form=None, status=200):
    """The page; cells that were refused stand as they were typed, with the reason."""
    context = {"cycle": view.cycle, "form": view.form, "groups": view.groups, "group": view.group}
    if view.group:
        sheets = view.page()
        rows = grid.rows(view.group, list(sheets), by=request.user)
        tell(rows, faults, request.POST)
        may_enter = any(not cell.why for row in rows for cell in row.cells)
        context |= {
            "page": sheets,
            "rows": rows,
            "columns": [(item, request.POST.get(f"basis-{item.pk}", "")) for item in view.group.items],
            "may_enter": may_enter,
            "paste_form": paste_form or PasteForm(sheets=sheets, items=view.group.items),
            "undoable": undoable(request, view.cycle),
            "clearing": _(values.CLEARING),
            "error_count": len(faults),
        }
    response = render_page(request, "assessments/grid/index.html", "assessments/grid/_table.html", context)
    response.status_code = status
    return response


def tell(rows, faults, sent):
    """Say at each cell what was refused there; a value that is sent once more keeps the basis it had."""
    said = {(fault.place.row, fault.place.column): fault for fault in faults}
    for cell in (cell for row in rows for cell in row.cells):
        if fault := said.get((cell.sheet.pk, str(cell.indicator.pk))):
            seen = sent.get(f"seen-{cell.key}", "")
            cell.given = given_basis(sent, cell.key, cell.indicator.pk) or seen.partition(" ")[2]
            cell.refused, cell.error = fault.value, fault.reason


def save(request, view):
    """Save what was typed on the page, whatever of it can be."""
    allow(request.user, "assessments.import_values")
    cells = typed_cells(request.POST, view.group.items if view.group else ())
    try:
        done = values.save(view.cycle, cells, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return page(request, view, status=422)
    if done.changes:
        messages.success(request, saved(len(done.changes)))
    if done.faults:
        return page(request, view, done.faults, status=422)
    if not done.changes:
        messages.info(request, _("Nothing was changed."))
    return redirect(request.get_full_path())


def saved(count):
    """How much was saved, as a sentence."""
    return ngettext("%(count)s value saved.", "%(count)s values saved.", count) % {"count": count}


@require_POST
def keep(request, pk, indicator):
    """Save one cell; answers how it stands now, or says why not and what stands there instead."""
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.set_value", sheet)
    item = get_object_or_404(sheet.standard.indicators.items(), pk=indicator)
    said = {name: request.POST.get(name, "") for name in ("value", "basis", "seen")}
    try:
        values.put(sheet, item, said["value"], said["basis"], seen=said["seen"], by=request.user)
    except score.ValueChanged as other:
        answer = {"error": " ".join(other.messages), "theirs": told(*grid.state(sheet, item))}
        return JsonResponse(answer, status=409)
    except ValidationError as refusal:
        return JsonResponse({"error": " ".join(refusal.messages)}, status=422)
    return JsonResponse(told(*grid.state(sheet, item)))


def told(sheet, cell):
    """How a cell stands, with the sums of its row."""
    line = cell.line
    return {
        "text": cell.text,
        "seen": cell.seen,
        "basis": line.basis if line else "",
        "told": f"{line.by} · {date_format(localtime(line.at), 'DATETIME_FORMAT')}" if line else "",
        "total": with_decimals(sheet.total),
        "unset": sheet.unset_count,
    }


@require_POST
def paste(request):
    """Judge a block from a spreadsheet; its preview shows every change, nothing is written yet."""
    allow(request.user, "assessments.import_values")
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Http404
    view = View(request, cycle)
    if view.group is None:
        raise Http404
    page_of_units = view.page()
    form = PasteForm(request.POST, sheets=page_of_units, items=view.group.items)
    bases = bases_of_columns(request.POST, view.group.items)
    if form.is_valid() and (cells := cells_of(form, view, page_of_units, bases)):
        back = f"{reverse('assessments:score_grid')}?{request.GET.urlencode()}"
        token = token_of_cells(cells, cycle, request.user, back=back)
        return redirect(preview_address(token, form.cleaned_data["basis"]))
    return page(request, view, paste_form=form, status=422)


def cells_of(form, view, sheets, bases):
    """The block's cells; None with the form's errors where the text is no block."""
    said = form.cleaned_data
    start = next(sheet for sheet in sheets if str(sheet.pk) == said["sheet"])
    indicator = next(item for item in view.group.items if str(item.pk) == said["indicator"])
    try:
        return grid.block_cells(said["block"], view.group, view.sheets, start, indicator, bases)
    except ValidationError as refusal:
        form.add_error("block", refusal)
        return None
