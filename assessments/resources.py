"""Scores as tables, as the administration gives them out; they come in by sheet and workbook only."""

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource

from .models import ScoreLine, ScoreSheet


class ScoreSheetResource(ModelResource):
    """One row per unit with its sum."""

    year = Field("unit_year__cycle__year", _("year"))
    unit = Field("unit_year__unit__name", _("unit"))
    kind = Field("unit_year__unit__category__name", _("category"))
    base = Field("base", _("base score"))
    bonus = Field("bonus", _("bonus"))
    deductions = Field("deductions", _("deductions"))
    total = Field("total", _("final score"))
    grade = Field("grade_name", _("grade"))
    unset_count = Field("unset_count", _("not yet assessed"))

    class Meta:
        model = ScoreSheet
        fields = ("year", "unit", "kind", "base", "bonus", "deductions", "total", "grade", "unset_count")
        export_order = fields

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("unit_year__unit__category", "unit_year__cycle__standard")


class ScoreLineResource(ModelResource):
    """One row per value of the office, bonus or deduction, with its basis and who entered it."""

    year = Field("sheet__unit_year__cycle__year", _("year"))
    unit = Field("sheet__unit_year__unit__name", _("unit"))
    indicator = Field("indicator", _("indicator"))
    adjustment = Field("adjustment", _("bonus or deduction"))
    value = Field("value", _("points"))
    basis = Field("basis", _("basis"))
    by = Field("by__name", _("entered by"))
    at = Field("at", _("entered at"))

    class Meta:
        model = ScoreLine
        fields = ("year", "unit", "indicator", "adjustment", "value", "basis", "by", "at")
        export_order = fields

    def filter_export(self, queryset, **kwargs):
        related = ("sheet__unit_year__unit", "sheet__unit_year__cycle", "indicator", "adjustment", "by")
        return queryset.select_related(*related)
