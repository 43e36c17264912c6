"""The register of units as a table: how it leaves the portal, and the way back in.

Reading a list is the business of `units.actions.intake`; the admin hands it to the Resource, which
never saves a row itself.
"""

from datetime import date
from decimal import Decimal

from django.contrib.admin.utils import label_for_field
from django.utils.encoding import force_str
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import ForeignKeyWidget

from .models import Category, Unit

# Column heading ← attribute; headings are those by which a list is recognized when it comes back.
COLUMNS = {
    "单位名称": "name",
    "统一社会信用代码": "uscc",
    "单位类别": "category__name",
    "主管部门": "supervisor__name",
    "所在镇": "town__name",
    "地址": "address",
    "在职人数": "headcount",
    "主要负责人": "top_leader",
    "分管领导": "leader_in_charge",
    "联系人": "contact",
    "手机": "mobile",
    "办公电话": "tel",
    "邮箱": "email",
    "是否窗口单位": "has_window",
    "现有荣誉": "honors_text",
    "申报类别": "application_text",
    "结对共建": "pairing_text",
    "备注": "remark",
}
PLAIN = (bool, int, float, str, Decimal, date)
KINDS = {"new": RowResult.IMPORT_TYPE_NEW, "update": RowResult.IMPORT_TYPE_UPDATE}


class ListedField(Field):
    """A column as the list shows it: the word of a choice, the name of a record, or the value itself."""

    def get_value(self, instance):
        word = getattr(instance, f"get_{self.attribute}_display", None)
        value = word() if word else getattr(instance, self.attribute)
        return value if value is None or isinstance(value, PLAIN) else str(value)


def listed_resource(model_admin):
    """A Resource that gives out what the administration lists, column by column."""
    columns = {
        name: ListedField(name, str(label_for_field(name, model_admin.model, model_admin)), readonly=True)
        for name in model_admin.list_display
    }
    meta = type(
        "Meta", (), {"model": model_admin.model, "fields": tuple(columns), "export_order": tuple(columns)}
    )
    return type("ListedResource", (ModelResource,), {**columns, "Meta": meta})


class RecordResource(ModelResource):
    """Rows of a catalogue, found again by their own names; `record` writes each one into the trail."""

    def __init__(self, record=None, **kwargs):
        super().__init__(**kwargs)
        self.record = record

    def after_save_instance(self, instance, row, **kwargs):
        self.record(instance)


class CategoryResource(RecordResource):
    """The kinds of unit, found again by their code."""

    parent = Field("parent", "parent", ForeignKeyWidget(Category, "code"))

    class Meta:
        model = Category
        fields = ("code", "name", "parent", "sort_order")
        import_id_fields = ("code",)
        skip_unchanged = True


class UnitResource(ModelResource):
    """Units out as a table; a list in through the one pipeline."""

    class Meta:
        model = Unit
        fields = []
        skip_unchanged = True

    def __init__(self, intake=None, **kwargs):
        super().__init__(**kwargs)
        self.intake = intake
        self.fields = {attribute: Field(attribute, heading) for heading, attribute in COLUMNS.items()}

    # out

    def get_queryset(self):
        return Unit.objects.select_related("category", "supervisor", "town").order_by("sort_order", "pk")

    def filter_export(self, queryset, **kwargs):
        return queryset.select_related("category", "supervisor", "town")

    def get_export_order(self):
        return list(self.fields)

    def get_import_order(self):
        return list(self.fields)

    def dehydrate_has_window(self, unit):
        return {True: "是", False: "否"}.get(unit.has_window, "")

    def export_field(self, field, instance, **kwargs):
        if field.attribute == "has_window":
            return self.dehydrate_has_window(instance)
        value = field.get_value(instance)
        return "" if value is None else force_str(value)

    # in

    def import_data(
        self, dataset, dry_run=False, *, user=None, file_name="", batch=None, seen=None, **kwargs
    ):
        """Look at a list (dry run), or apply what was looked at; the result tells of every row.

        `dataset` is the file's content in bytes. Raises TableRefused when it is no list.
        """
        if dry_run:
            batch = self.intake.preview(dataset, file_name, by=user)
        else:
            batch = self.intake.apply(batch, by=user, seen=seen)
        return result_of(batch)


def result_of(batch):
    """What import-export calls a result: one entry for each row of the batch."""
    result = Result()
    result.batch = batch
    for row in batch.rows.order_by("pk"):
        entry = RowResult()
        entry.import_type = KINDS.get(row.verdict, RowResult.IMPORT_TYPE_SKIP)
        entry.object_id, entry.object_repr = row.unit_id, row.name
        found = [str(problem["sentence"]) for problem in row.spelled_problems]
        found += [f"{label} {old} → {new}" for label, old, new in row.spelled_changes]
        entry.diff = [row.sheet, row.number, row.get_verdict_display(), row.name, " ".join(found)]
        result.append_row_result(entry)
        result.increment_row_result_total(entry)
    result.total_rows = len(result.rows)
    return result
