"""Lists on their way into the administration, as import-export shows them.

Reading a list is the business of `units.actions.intake`; the admin hands it to the Resource, which
never saves a row itself. How lists leave the portal stands in `listings.py`.
"""

from import_export.results import Result, RowResult

KINDS = {"new": RowResult.IMPORT_TYPE_NEW, "update": RowResult.IMPORT_TYPE_UPDATE}


class ListResource:
    """A list of one kind on its way in through the one pipeline."""

    def __init__(self, intake, kind):
        self.intake, self.kind = intake, kind

    def import_data(
        self, dataset, dry_run=False, *, user=None, file_name="", batch=None, seen=None, **kwargs
    ):
        """Look at a list (dry run), or apply what was looked at; the result tells of every row.

        `dataset` is the file's content in bytes. Raises TableRefused when it is no list of this kind.
        """
        if dry_run:
            batch = self.intake.begin(dataset, file_name, by=user, kinds=(self.kind,))
        else:
            batch = self.intake.apply(batch, by=user, seen=seen)
        return result_of(batch)


def result_of(batch):
    """What import-export calls a result: one entry for each row of the batch that was judged."""
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
