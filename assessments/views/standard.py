"""The standard: an edition to read, and to correct while it is a draft."""

from collections import defaultdict

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from assessments import listings
from assessments.actions import indicator_giving
from assessments.actions import standard as standards
from assessments.forms.standard import IndicatorForm
from assessments.models import Adjustment, Indicator, Standard
from civportal.lib.web import allow
from units.models import TrailEvent
from units.views.export import exported


def index(request):
    """All editions."""
    allow(request.user, "assessments.view_standard")
    listed = Standard.objects.prefetch_related("cycles")
    return render(request, "assessments/standard/index.html", {"standards": listed})


def detail(request, pk):
    allow(request.user, "assessments.view_standard")
    standard = get_object_or_404(Standard, pk=pk)
    if request.method == "POST":
        return exported(request, listings.edition(standard), list(indicator_giving.rows_of(standard)))
    tree = list(standard.indicators.prefetch_related("levels"))
    adjustments = list(standard.adjustments.all())
    context = {
        "standard": standard,
        "groups": groups_of(tree),
        "weights": weights_of(tree),
        "total": sum(indicator.maximum for indicator in tree if indicator.parent_id),
        "bonuses": [rule for rule in adjustments if rule.kind == Adjustment.Kind.BONUS],
        "deductions": [rule for rule in adjustments if rule.kind == Adjustment.Kind.DEDUCTION],
        "floors": floors_of(standard, tree),
        "ties": [indicator for code in standard.ties for indicator in tree if indicator.code == code],
        "events": TrailEvent.objects.about(standard),
    }
    return render(request, "assessments/standard/detail.html", context)


def groups_of(tree):
    """(group, its items), in order."""
    items = defaultdict(list)
    for indicator in tree:
        items[indicator.parent_id].append(indicator)
    return [(head, items[head.pk]) for head in items[None]]


def weights_of(tree):
    """(way of assessing, its full marks, how many items), the heaviest first."""
    found = [
        (
            way.label,
            sum(indicator.maximum for indicator in tree if indicator.method == way),
            sum(indicator.method == way for indicator in tree),
        )
        for way in Indicator.Method
    ]
    return sorted((one for one in found if one[2]), key=lambda one: -one[1])


def floors_of(standard, tree):
    """(indicator, what it must reach in points) of every floor."""
    by_code = {indicator.code: indicator for indicator in tree}
    return [
        (by_code[floor.code], floor.needed(by_code[floor.code].maximum))
        for floor in standards.floors_of(standard)
        if floor.code in by_code
    ]


def indicator_edit(request, pk):
    """Correct an indicator of a draft edition."""
    items = Indicator.objects.items().select_related("standard", "parent")
    indicator = get_object_or_404(items, pk=pk)
    allow(request.user, "assessments.edit_standard", indicator.standard)
    form = IndicatorForm(request.POST or None, instance=indicator)
    if request.method == "POST" and form.is_valid():
        standards.edit_indicator(indicator, **form.values, by=request.user)
        messages.success(request, _("%(indicator)s is saved.") % {"indicator": indicator.code})
        return redirect(f"{indicator.standard.get_absolute_url()}#{indicator.code}")
    return render(request, "assessments/standard/indicator.html", {"form": form, "indicator": indicator})
