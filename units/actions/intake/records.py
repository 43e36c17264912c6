"""Judged rows as the database keeps them, and back, part by part."""

from collections import defaultdict
from itertools import islice

from django.db import connection

from units.models import ImportRow
from units.models.intake_kinds import kind_of

from . import rows
from .columns import Layout

# So many rows are in memory at once while a list is judged or written.
PART = 1000
BATCH = 500
# What hearing of a row takes.
HEARD = ("pk", "sheet", "number", "name", "raw", "values", "problems", "decision")


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


def batches(items, most=None):
    """The items, some at a time."""
    rest, most = iter(items), most or BATCH
    while some := list(islice(rest, most)):
        yield some


def unit_id_of(row):
    """The number of the unit that the row is, may be, or speaks of."""
    return row.unit.pk if row.unit else row.against.get("unit")


def is_noted(row):
    """Whether something is to be supplied for what is taken in."""
    return row.verdict != "skipped" and any(problem["level"] == "warning" for problem in row.problems)


def in_parts(records):
    """The records of a list in the file's order, some at a time.

    Each part is asked for anew behind the last one, as a list may be changed while it is gone through.
    """
    last = 0
    while last is not None and (part := list(records.filter(pk__gt=last).order_by("pk")[:PART])):
        yield part
        last = part[-1].pk if len(part) == PART else None


def heard_in_parts(batch):
    """All rows of a list, cleaned but not judged yet, some at a time, as lean as can be."""
    kept = batch.rows.order_by("pk").values_list(*HEARD).iterator(chunk_size=PART)
    return ([kept_row(*row) for row in part] for part in batches(kept, PART))


def row_of(record):
    """A kept row, cleaned but not judged yet."""
    return kept_row(*(getattr(record, name) for name in HEARD))


def kept_row(pk, sheet, number, name, raw, values, problems, decision):
    problems = [problem for problem in problems if not problem.get("judged")]
    levels = {problem["level"] for problem in problems}
    verdict = "skipped" if "skipped" in levels else "error" if "error" in levels else ""
    return rows.Row(sheet, number, name, raw, values, problems, verdict, decision=decision, pk=pk)


def no_tally():
    """A tally to which parts are added."""
    return dict.fromkeys([*ImportRow.Verdict.values, "noted"], 0)


def count(judged, tally):
    """Add judged rows to a tally, verdict → how many rows; gives the tally."""
    for row in judged:
        tally[row.verdict] += 1
    tally["noted"] += sum(is_noted(row) for row in judged)
    return tally


def save_rows(again, records):
    """Write the new verdicts of those rows for which anything changed."""
    changed, only_verdict = [], defaultdict(list)
    for row, record in zip(again, records, strict=True):
        said, kept = said_of(row), kept_in(record)
        if said[1:] != kept[1:]:
            record.verdict, record.changes, record.problems = row.verdict, row.changes, row.problems
            record.against, record.decision, record.is_noted = row.against, row.decision, is_noted(row)
            record.unit_id = unit_id_of(row)
            changed.append(record)
        elif said != kept:
            only_verdict[row.verdict, is_noted(row)].append(record.pk)
    for (verdict, noted), numbers in only_verdict.items():
        ImportRow.objects.filter(pk__in=numbers).update(verdict=verdict, is_noted=noted)
    update_each(changed, ("verdict", "changes", "problems", "against", "decision", "unit", "is_noted"))


def save_acts(records):
    """Write what the rows did, for showing and undoing it."""
    update_each([record for record in records if record.act], ("unit", "act", "written"))


def update_each(records, names):
    """Write these fields of rows that exist: one statement, sent once for each of them.

    Several times faster than an upsert, which sends all fields, or Django's bulk_update, which spells
    out a CASE for each field and row.
    """
    fields = [ImportRow._meta.get_field(name) for name in names]
    columns = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in fields)
    said = [
        [field.get_db_prep_save(getattr(record, field.attname), connection) for field in fields] + [record.pk]
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE units_importrow SET {columns} WHERE id = %s", said)  # noqa: S608 – our own names


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
