"""The wall chart: who is weak, what each unit has to put right, and the whole of it on one sheet of paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments import listings
from assessments.actions import wall_chart, weak_units
from assessments.actions import wall_chart_drawing as drawing
from assessments.forms.wall_chart import (
    CloseForm,
    CorrectForm,
    ItemForm,
    NamedForm,
    RemoveForm,
    ReopenForm,
    TickForm,
    WeakFilter,
    proposal,
)
from assessments.models import ChartedUnit, ChartItem, Cycle, Duty
from civportal.lib.clock import now
from civportal.lib.web import allow, page_of, render_page, whole_number
from units.forms.editing import tell_refusal
from units.views.export import exported

WEAK_PER_PAGE = 50


def charted_for(user, pk):
    """The unit on the chart, or 404 when this user should not even know that it is there."""
    visible = ChartedUnit.objects.visible_to(user).select_related("unit", "cycle", "listed_by")
    return get_object_or_404(visible, pk=pk)


def item_for(user, pk):
    """The item, or 404 like its unit."""
    visible = ChartItem.objects.visible_to(user).select_related("charted__unit", "charted__cycle", "duty")
    return get_object_or_404(visible, pk=pk)


def current_or_404():
    cycle = Cycle.objects.current()
    if cycle is None:
        raise Http404
    return cycle


def on_the_chart(user, cycle):
    """The units on the year's chart whom this person may see."""
    return ChartedUnit.objects.visible_to(user).filter(cycle=cycle).listed()


def allow_act(request, verb, record, permission):
    """Ask the policy, but leave an act that came too late to `move`, which says who was first."""
    if request.method == "POST" and not record.can(verb):
        allow(request.user, "assessments.keep_wall_chart")
    else:
        allow(request.user, permission, record)


# ── the chart ────────────────────────────────────────────────────────────────────────────────────


def index(request):
    """The chart as a picture with its table; of a unit's own people and departments, their rows."""
    cycle = Cycle.objects.current()
    charted = on_the_chart(request.user, cycle)
    if request.method == "POST":
        items = ChartItem.objects.filter(charted__in=charted).for_listing()
        return exported(request, listings.CHART_ITEMS, items)
    rows = wall_chart.rows(charted)
    context = {
        "cycle": cycle,
        "rows": rows,
        "lights": wall_chart.totals(rows),
        "drawing": drawing.on_screen(rows) if rows else None,
    }
    return render(request, "assessments/wall_chart/index.html", context)


def paper(request):
    """The chart on one page of A3, the worst first, as large as all of it can be printed."""
    cycle = Cycle.objects.current()
    rows = wall_chart.rows(on_the_chart(request.user, cycle))
    context = {
        "cycle": cycle,
        "lights": wall_chart.totals(rows),
        "drawing": drawing.on_paper(rows),
        "now": now(),
    }
    return render(request, "assessments/wall_chart/print.html", context)


# ── weak units ───────────────────────────────────────────────────────────────────────────────────


def weak(request):
    """The units that the rules find weak, with the reasons, to be ticked."""
    allow(request.user, "assessments.view_weak_units")
    cycle = Cycle.objects.current()
    form = WeakFilter(request.GET)
    found = wall_chart.weak(cycle, form.apply(weak_units.takers(cycle)), form.by_rule) if cycle else []
    if request.method == "POST":
        return exported(request, listings.WEAK_UNITS, found, form.said)
    page = page_of(request, found, WEAK_PER_PAGE)
    context = {"cycle": cycle, "form": form, "page": page, "may_list": listable(request.user, cycle, page)}
    page_name, fragment = "assessments/wall_chart/weak.html", "assessments/wall_chart/_weak.html"
    return render_page(request, page_name, fragment, context)


def listable(user, cycle, page):
    """Numbers of the units on the page that this person may put on the chart, and that are not on it."""
    return {one.unit.pk for one in page if not one.is_charted and may_list(user, cycle, one.unit)}


def may_list(user, cycle, unit):
    return user.has_perm("assessments.list_charted_unit", ChartedUnit(cycle=cycle, unit=unit))


@require_POST
def list_ticked(request):
    """Put the ticked units on the chart."""
    allow(request.user, "assessments.keep_wall_chart")
    cycle = current_or_404()
    form = TickForm(request.POST, cycle=cycle)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors.get("units", [])))
        return redirect("assessments:weak_units")
    return put_on(request, cycle, form.cleaned_data["units"]) or redirect("assessments:weak_units")


def put_on(request, cycle, units, note="", form=None):
    """List the units, or None when that is refused; each of them is asked about."""
    for unit in units:
        allow(request.user, "assessments.list_charted_unit", ChartedUnit(cycle=cycle, unit=unit))
    try:
        listed = wall_chart.list_units(cycle, units, note=note, by=request.user)
    except ValidationError as refusal:
        if form is not None:
            tell_refusal(form, refusal)
        else:
            messages.error(request, " ".join(refusal.messages))
        return None
    text = ngettext(
        "%(count)s unit was put on the wall chart.",
        "%(count)s units were put on the wall chart.",
        len(listed),
    )
    messages.success(request, text % {"count": len(listed)})
    return redirect(listed[0] if len(listed) == 1 else "assessments:wall_chart")


def list_named(request):
    """Put a unit on the chart that no rule finds weak."""
    allow(request.user, "assessments.keep_wall_chart")
    cycle = current_or_404()
    form = NamedForm(request.POST or None, cycle=cycle)
    if request.method == "POST" and form.is_valid():
        unit, note = form.cleaned_data["unit"], form.cleaned_data["note"]
        if answer := put_on(request, cycle, [unit], note, form):
            return answer
    return render(request, "assessments/wall_chart/named.html", {"form": form, "cycle": cycle})


# ── one unit ─────────────────────────────────────────────────────────────────────────────────────


def detail(request, pk):
    charted = charted_for(request.user, pk)
    allow(request.user, "assessments.view_charted_unit", charted)
    row = wall_chart.rows(ChartedUnit.objects.filter(pk=charted.pk))[0]
    context = {
        "charted": charted,
        "row": row,
        "drawing": drawing.on_screen([row]) if row.marks else None,
        "events": wall_chart.history(charted),
    }
    return render(request, "assessments/wall_chart/detail.html", context)


def remove(request, pk):
    """Take the unit off the chart."""
    charted = charted_for(request.user, pk)
    allow_act(request, "remove", charted, "assessments.remove_charted_unit")
    form = RemoveForm(request.POST or None, record=charted)
    if request.method == "POST" and form.is_valid():
        note, seen = form.cleaned_data["note"], form.cleaned_data["version"]
        try:
            wall_chart.remove(charted, note=note, seen=seen, by=request.user)
        except ValidationError as refusal:
            form.add_error("note", refusal)
        else:
            messages.success(request, _("The unit is off the wall chart; its items stay on record."))
            return redirect("assessments:wall_chart")
    left = charted.items.open().count()
    context = {"charted": charted, "form": form, "left": left}
    return render(request, "assessments/wall_chart/remove.html", context)


# ── items ────────────────────────────────────────────────────────────────────────────────────────


def item_new(request, pk):
    """A new item, by hand or taken over from what the unit owes."""
    charted = charted_for(request.user, pk)
    allow(request.user, "assessments.add_chart_item", charted)
    duty = duty_asked(request, charted)
    form = ItemForm(request.POST or None, initial=proposal(duty))
    if request.method == "POST" and form.is_valid():
        try:
            wall_chart.add_item(charted, **form.cleaned_data, duty=duty, by=request.user)
        except ValidationError as refusal:
            tell_refusal(form, refusal)
        else:
            messages.success(request, _("The item is on the chart."))
            return redirect(charted)
    context = {"charted": charted, "form": form, "duty": duty}
    return render(request, "assessments/wall_chart/item.html", context)


def duty_asked(request, charted):
    """The open duty of the unit that is to be taken over, as the address says, or None."""
    number = whole_number(request.GET.get("duty", ""))
    owed = Duty.objects.open().filter(cycle=charted.cycle, unit=charted.unit)
    return number and get_object_or_404(owed, pk=number)


def item_edit(request, pk):
    item = item_for(request.user, pk)
    allow(request.user, "assessments.edit_chart_item", item)
    form = CorrectForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            wall_chart.edit_item(item, seen=values.pop("version"), **values, by=request.user)
        except ValidationError as refusal:
            tell_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(item.charted)
    context = {"charted": item.charted, "item": item, "form": form}
    return render(request, "assessments/wall_chart/item.html", context)


def item_close(request, pk):
    """Close an item off with what was reached."""
    item = item_for(request.user, pk)
    allow_act(request, "close", item, "assessments.close_chart_item")
    form = CloseForm(request.POST or None, record=item)
    if request.method == "POST" and form.is_valid():
        note, seen = form.cleaned_data["note"], form.cleaned_data["version"]
        wall_chart.close(item, note=note, seen=seen, by=request.user)
        messages.success(request, _("The item is closed off."))
        return redirect(item.charted)
    return render(request, "assessments/wall_chart/close.html", {"item": item, "form": form})


def item_reopen(request, pk):
    """Open a closed item again."""
    item = item_for(request.user, pk)
    allow_act(request, "reopen", item, "assessments.reopen_chart_item")
    form = ReopenForm(request.POST or None, record=item)
    if request.method == "POST" and form.is_valid():
        note, seen = form.cleaned_data["note"], form.cleaned_data["version"]
        wall_chart.reopen(item, note=note, seen=seen, by=request.user)
        messages.success(request, _("The item is open again."))
        return redirect(item.charted)
    return render(request, "assessments/wall_chart/reopen.html", {"item": item, "form": form})
