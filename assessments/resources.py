"""Catalogues as tables of the administration, out and in."""

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget, JSONWidget

from units.models import Category
from units.resources import RecordResource

from .models import HonorItem, WorkCalendar


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
