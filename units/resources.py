"""Tables on their way into the administration.

Reading a list of units is the business of `units.actions.intake`; the admin hands it to the Resource,
which never saves a row itself. How tables leave the portal stands in `listings.py`.
"""

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.results import Result, RowResult
from import_export.widgets import ForeignKeyWidget

from .models import Category

KINDS = {"new": RowResult.IMPORT_TYPE_NEW, "update": RowResult.IMPORT_TYPE_UPDATE}


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


class UnitResource:
    """A list of units on its way in through the one pipeline, as import-export shows it."""

    def __init__(self, intake):
        self.intake = intake

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
