"""Judged rows as the database keeps them, and back."""

from units.models import ImportRow
from units.models.intake_kinds import kind_of

from . import rows, writing
from .columns import Layout


def place(row):
    return row.sheet, row.number


def layouts_of(batch):
    return [Layout.from_json(layout) for layout in batch.layout]


def record_of(row, batch):
    """A judged row as the database keeps it."""
    shown = kind_of(batch.kind).shown_cells
    return ImportRow(
        batch=batch,
        sheet=row.sheet,
        number=row.number,
        name=row.name[:200],
        verdict=row.verdict,
        values=row.values,
        raw={name: row.raw[name] for name in shown if name in row.raw},
        changes=row.changes,
        problems=row.problems,
        against=row.against,
        unit_id=unit_id_of(row),
        is_noted=is_noted(row),
    )


def unit_id_of(row):
    """The number of the unit that the row is, may be, or speaks of."""
    return row.unit.pk if row.unit else row.against.get("unit")


def is_noted(row):
    """Whether something is to be supplied for what is taken in."""
    return row.verdict != "skipped" and any(problem["level"] == "warning" for problem in row.problems)


def row_of(record):
    """A kept row, cleaned but not judged yet."""
    row = rows.Row(record.sheet, record.number, record.name, record.raw, record.values)
    row.problems = [problem for problem in record.problems if not problem.get("judged")]
    levels = {problem["level"] for problem in row.problems}
    row.verdict = "skipped" if "skipped" in levels else "error" if "error" in levels else ""
    return row


def tally_of(judged):
    """Verdict → how many rows."""
    tally = dict.fromkeys(ImportRow.Verdict.values, 0)
    for row in judged:
        tally[row.verdict] += 1
    tally["noted"] = sum(is_noted(row) for row in judged)
    return tally


def save_rows(again, records, *more):
    """Write the new verdicts of those rows for which anything changed."""
    changed = []
    for row, record in zip(again, records, strict=True):
        if said_of(row) != kept_in(record) or record.act:
            record.verdict, record.changes, record.problems = row.verdict, row.changes, row.problems
            record.against, record.decision, record.is_noted = row.against, row.decision, is_noted(row)
            record.unit_id = unit_id_of(row)
            changed.append(record)
    columns = {"verdict", "changes", "problems", "against", "decision", "unit", "is_noted", *more}
    writing.upsert(ImportRow, changed, columns)


def said_of(row):
    return row.verdict, row.changes, row.problems, row.against, row.decision, unit_id_of(row)


def kept_in(record):
    return (
        record.verdict,
        record.changes,
        record.problems,
        record.against,
        record.decision,
        record.unit_id,
    )
