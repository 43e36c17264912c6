"""Score sheets: the list, the sheet that explains itself, and the values the office enters on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import score
from assessments.actions.explanation import explain
from assessments.forms.score import AdjustmentForm, ClearForm, SheetFilter, TraitsForm, ValueForm
from assessments.models import Cycle, ScoreSheet
from civportal.lib.web import allow, page_of, render_page, whole_number
from units.models import TrailEvent
from units.views.export import exported


def sheet_for(user, pk):
    """The sheet, or 404 when this person should not even know it exists."""
    return get_object_or_404(ScoreSheet.objects.visible_to(user).for_listing(), pk=pk)


def year_of(request):
    """The year that the address asks for, or the current one; None before there is any."""
    asked = whole_number(request.GET.get("year"))
    if asked is not None:
        return get_object_or_404(Cycle.objects.select_related("standard"), year=asked)
    return Cycle.objects.current()


def index(request):
    """Every unit's result of the year."""
    allow(request.user, "assessments.list_sheets")
    cycle = year_of(request)
    form = SheetFilter(request.GET)
    sheets = form.apply(ScoreSheet.objects.visible_to(request.user).filter(unit_year__cycle=cycle))
    if request.method == "POST" and cycle:
        return exported(request, listings.sheets(cycle), sheets.for_listing(), [str(cycle), *form.said])
    context = {"cycle": cycle, "form": form, "page": page_of(request, sheets.for_listing())}
    return render_page(request, "assessments/score/index.html", "assessments/score/_table.html", context)


def mine(request):
    """The own unit's sheet; a list for those who work for several units or years."""
    own = ScoreSheet.objects.filter(unit_year__unit__in=request.user.unit_ids).for_listing()
    sheets = list(own.order_by("-unit_year__cycle__year", "unit_year__unit__sort_order"))
    if len(sheets) == 1:
        return redirect(sheets[0])
    return render(request, "assessments/score/mine.html", {"sheets": sheets})


def detail(request, pk):
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.view_sheet", sheet)
    return page(request, sheet, explain(sheet))


def page(request, sheet, explanation, bound=None, adjustment_form=None):
    """The sheet with its forms; `bound` holds the form of an indicator that was refused."""
    for line in explanation.lines:
        line.form = (bound or {}).get(line.indicator.pk) or ValueForm(line=line)
    context = {
        "sheet": sheet,
        "explanation": explanation,
        "result": explanation.result,
        "adjustment_form": adjustment_form or AdjustmentForm(rules=explanation.rules),
        "traits_form": TraitsForm(instance=sheet.unit_year),
        "may_set": request.user.has_perm("assessments.set_value", sheet),
        "events": TrailEvent.objects.about(sheet),
    }
    return render_page(request, "assessments/score/detail.html", "assessments/score/_sheet.html", context)


def answer(request, sheet, anchor):
    """After an act: the changed part for htmx, else back to the same place of the page."""
    if request.htmx:
        sheet = sheet_for(request.user, sheet.pk)
        return page(request, sheet, explain(sheet))
    return redirect(f"{sheet.get_absolute_url()}#{anchor}")


def line_for(explanation, indicator):
    """The line of that indicator, or 404."""
    for line in explanation.lines:
        if line.indicator.pk == indicator:
            return line
    raise Http404


@require_POST
def set_value(request, pk, indicator):
    """Enter or replace the office's value of one indicator."""
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.set_value", sheet)
    explanation = explain(sheet)
    line = line_for(explanation, indicator)
    form = ValueForm(request.POST, line=line)

    def act(**values):
        score.set_value(sheet, line.indicator, **values, by=request.user)

    if not form.carry_out(act):
        return page(request, sheet, explanation, bound={indicator: form})
    messages.success(request, _("%(indicator)s is saved.") % {"indicator": line.indicator.code})
    return answer(request, sheet, line.indicator.code)


@require_POST
def clear_value(request, pk, indicator):
    """Take the office's value of one indicator back."""
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.set_value", sheet)
    line = line_for(explain(sheet), indicator)
    form = ClearForm(request.POST)

    def act(seen):
        score.clear_value(sheet, line.indicator, seen=seen, by=request.user)

    if form.carry_out(act):
        messages.success(
            request, _("%(indicator)s is not assessed again.") % {"indicator": line.indicator.code}
        )
    for error in form.non_field_errors():
        messages.error(request, error)
    return answer(request, sheet, line.indicator.code)


@require_POST
def set_traits(request, pk):
    """Say whether the unit has a window and is paired this year."""
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.set_value", sheet)
    form = TraitsForm(request.POST)
    if form.is_valid():
        try:
            score.set_traits(sheet, **form.cleaned_data, by=request.user)
            messages.success(request, _("What applies to the unit is saved."))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(sheet)


@require_POST
def adjust(request, pk):
    """Enter a bonus or deduction for one matter."""
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.set_value", sheet)
    explanation = explain(sheet)
    form = AdjustmentForm(request.POST, rules=explanation.rules)

    def act(**values):
        score.add_adjustment(sheet, **values, by=request.user)

    if not form.carry_out(act):
        return page(request, sheet, explanation, adjustment_form=form)
    messages.success(request, _("Entered."))
    return answer(request, sheet, "adjustments")


@require_POST
def unadjust(request, pk, line):
    """Take a bonus or deduction back; one that somebody else just took back is gone already."""
    sheet = sheet_for(request.user, pk)
    allow(request.user, "assessments.set_value", sheet)
    line = sheet.lines.filter(pk=line, adjustment__isnull=False).first()
    if line is None:
        messages.warning(request, _("It is no longer there as you saw it; look again."))
        return answer(request, sheet, "adjustments")
    try:
        score.remove_adjustment(line, by=request.user)
        messages.success(request, _("Taken back."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return answer(request, sheet, "adjustments")
