"""Tables of the administration: scores go out only, catalogues come in as well."""

from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget, JSONWidget

from units.models import Category
from units.resources import RecordResource

from .models import HonorItem, ScoreLine, ScoreSheet, WorkCalendar


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


class HonorItemResource(RecordResource):
    """The honors catalogue, found again by level and name."""

    kind = Field("kind", "kind", ForeignKeyWidget(Category, "code"))

    class Meta:
        model = HonorItem
        fields = ("level", "name", "kind", "term_years", "issuer", "sort_order")
        import_id_fields = ("level", "name")
        skip_unchanged = True


class WorkCalendarResource(RecordResource):
    """Holiday tables, found again by their year; days as JSON lists of dates or spans."""

    days_off = Field("days_off", "days_off", JSONWidget())
    working_weekends = Field("working_weekends", "working_weekends", JSONWidget())

    class Meta:
        model = WorkCalendar
        fields = ("year", "source", "days_off", "working_weekends")
        import_id_fields = ("year",)
        skip_unchanged = True
