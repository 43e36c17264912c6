"""The import of a unit list: read → clean → map → verdict → ImportRow → set-based apply.

`look` reads and judges and writes nothing; `preview` keeps what it saw as a batch; the other acts
happen to a batch. The portal's page, the command and the admin's Resource all come through here.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civportal.lib import files, tables
from civportal.lib.tables import TableRefused
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock, move
from units.models import Category, ImportBatch, ImportRow

from . import columns, rows, verdict, writing
from .columns import Layout
from .writing import UndoRefused

FOLDER = "imports"
BATCH = 500
# Earlier lists from which the meaning of odd headings is learnt.
REMEMBERED = 20
# Cells that are kept as they stand in the file, to be shown.
SHOWN = ("name", "uscc", "category", "supervisor")

__all__ = [
    "FOLDER",
    "ImportRefused",
    "TableRefused",
    "UndoRefused",
    "apply",
    "check_upload",
    "decide",
    "discard",
    "look",
    "preview",
    "rearrange",
    "take_in",
    "undo",
]


class ImportRefused(Exception):
    """Nothing was written; the message is a sentence, `count` the number of rows in the way."""

    def __init__(self, message, count=0):
        super().__init__(message)
        self.count = count


@dataclass
class Look:
    """What was seen in a file: the layout of each sheet and the judged rows."""

    layouts: list
    rows: list
    county: str


def look(content, file_name, layouts=None, decisions=None):
    """Read, clean and judge every row of a file given as bytes; write nothing.

    `layouts` is how a person wants the sheets to be read; without it, it is found.
    Raises TableRefused with a sentence when the file is no list of units.
    """
    sheets = tables.read(content, file_name, settings.IMPORT_FILE_BYTES)
    layouts = layouts or found_layouts(sheets)
    own = dict(Category.objects.values_list("name", "code"))
    seen = [
        row
        for sheet, layout in zip(sheets, layouts, strict=True)
        if layout.state == "read"
        for row in rows.rows_of(sheet, layout, own)
    ]
    if not any(row.verdict != "skipped" for row in seen):
        raise TableRefused(
            "no rows", _("There is a heading but no unit below it. Choose the file that holds the list.")
        )
    county = rows.county_of([sheet for sheet in sheets if not sheet.hidden])
    judge_all(seen, layouts, county, decisions or {})
    return Look(layouts, seen, county)


def check_upload(size):
    """Refuse a file of no bytes or of too many before it is read; raises TableRefused."""
    tables.check_size(size, settings.IMPORT_FILE_BYTES)


def found_layouts(sheets):
    """The layout of every sheet; raises TableRefused when none of them has a heading."""
    kept = ImportBatch.objects.filter(status=ImportBatch.Status.APPLIED).order_by("-pk")[:REMEMBERED]
    learnt = columns.learnt_from(reversed(kept.values_list("layout", flat=True)))
    layouts = [columns.layout_of(sheet, learnt) for sheet in sheets]
    if not any(layout.state == "read" for layout in layouts):
        raise TableRefused(
            "no heading",
            _(
                "No row of headings was found. The list needs a heading such as 单位名称 above the "
                "units' names; add it and choose the file anew."
            ),
        )
    return layouts


def judge_all(seen, layouts, county, decisions, *, locked=False):
    """Judge rows against the registry as it is now; gives the judge, who knows what each refers to."""
    for row in seen:
        row.decision = decisions.get((row.sheet, row.number), "")
    headings = {layout.sheet: layout.heading_of for layout in layouts}
    judge = verdict.Judge(seen, verdict.Registry([county], locked=locked), headings)
    judge.run()
    return judge


@transaction.atomic
def preview(content, file_name, *, by):
    """Keep the file, and what every row of it would do, as a batch; touch no unit.

    Raises TableRefused, and keeps nothing, when the file is no list of units.
    """
    seen = look(content, file_name)
    batch = ImportBatch.objects.create(
        file_name=safe_name(file_name),
        sha256=files.save(content, FOLDER),
        size=len(content),
        by=by,
        county=seen.county,
        layout=[layout.as_json() for layout in seen.layouts],
        tally=tally_of(seen.rows),
    )
    ImportRow.objects.bulk_create((record_of(row, batch) for row in seen.rows), batch_size=BATCH)
    trail.record(batch, "preview", by=by)
    return batch


@transaction.atomic
def take_in(content, file_name, *, by, strict=False):
    """Look at a file and apply it at once, as a terminal does; when it is refused, no batch remains."""
    return apply(preview(content, file_name, by=by), by=by, strict=strict)


@transaction.atomic
def rearrange(batch, layouts, *, by, seen=None):
    """A person says where the headings stand and what the columns mean; every row is judged anew."""
    batch = lock_previewed(batch, "rearrange", seen)
    with files.open_file(FOLDER, batch.sha256) as kept:
        content = kept.read()
    look_again = look(content, batch.file_name, layouts)
    batch.rows.all().delete()
    ImportRow.objects.bulk_create((record_of(row, batch) for row in look_again.rows), batch_size=BATCH)
    batch.layout = [layout.as_json() for layout in layouts]
    keep(batch, look_again.rows)
    trail.record(batch, "rearrange", by=by)
    return batch


@transaction.atomic
def decide(batch, row, decision, *, by, seen=None):
    """A person says of a row that it is the same unit, a new one, to be left out, or takes that back ("")."""
    batch = lock_previewed(batch, "decide", seen)
    records = list(batch.rows.select_related("unit"))
    decisions = {place(record): record.decision for record in records} | {place(row): decision}
    again = [row_of(record) for record in records]
    judge_all(again, layouts_of(batch), batch.county, decisions)
    save_rows(again, records)
    keep(batch, again)
    trail.record(batch, "decide", by=by, note=f"{row.sheet} {row.number} {row.name}: {decision or '–'}")
    return batch


def apply(batch, *, by, strict=False, seen=None):
    """Write the rows judged new or update, in one transaction; with `strict`, all rows or none.

    The rows are judged again against the registry of this moment: where somebody has changed a unit
    since the preview, the row is not written but listed. Raises MoveNotAllowed when the batch was
    applied or changed by somebody else, ImportRefused when nothing can be written.
    """
    try:
        with move(batch, "apply", by=by, seen=seen) as batch:
            batch.strict = strict
            hold_registry()
            records = list(batch.rows.select_related("unit"))
            again = [row_of(record) for record in records]
            decisions = {place(record): record.decision for record in records}
            judge = judge_all(again, layouts_of(batch), batch.county, decisions, locked=True)
            leave_out_changed(again, records, judge)
            refuse_when_strict(again, strict)
            by_place = {place(record): record for record in records}
            bodies = writing.write(again, by_place, batch, judge, by=by)
            save_rows(again, records, "unit", "act", "written")
            batch.made = [body.pk for body in bodies]
            batch.tally = tally_of(again)
    except IntegrityError as error:
        raise ImportRefused(
            _("Somebody changed the register at this moment. Nothing was written; look at the list again.")
        ) from error
    return batch


def discard(batch, *, by, seen=None):
    """The list is put aside; nothing of it was written."""
    with move(batch, "discard", by=by, seen=seen) as batch:
        return batch


def undo(batch, *, by, seen=None):
    """Everything the import wrote is taken back, while nothing depends on it.

    Raises UndoRefused, naming what is in the way, and then changes nothing.
    """
    with move(batch, "undo", by=by, seen=seen) as batch:
        hold_registry()
        writing.take_back(batch, by=by)
    return batch


# helpers


def lock_previewed(batch, verb, seen):
    """The batch, held; raises MoveNotAllowed once it is applied, discarded, or not the one seen."""
    batch = lock(batch)
    if batch.status != ImportBatch.Status.PREVIEWED or seen not in (None, batch.version):
        raise MoveNotAllowed(batch, verb)
    return batch


def hold_registry():
    """One import at a time: the next one waits here and then sees what this one wrote."""
    list(Category.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def leave_out_changed(again, records, judge):
    """A row that would now do something else than what was shown does nothing, and says so."""
    for row, record in zip(again, records, strict=True):
        if row.verdict not in ("new", "update"):
            continue
        unit_id = row.unit and row.unit.pk
        if (row.verdict, unit_id, row.changes) != (record.verdict, record.unit_id, record.changes):
            row.end("error", "changed since the preview", None, None)


def refuse_when_strict(again, strict):
    """All or nothing: any row that would be left out keeps all others out."""
    out = sum(row.verdict in ("error", "duplicate", "suspected") for row in again)
    if strict and out:
        raise ImportRefused(
            _("Nothing was written: %(count)s rows would be left out, and all or nothing was asked for.")
            % {"count": out},
            out,
        )


def keep(batch, judged):
    """Save what changed about a previewed batch."""
    batch.tally = tally_of(judged)
    batch.version += 1
    batch.save()


def tally_of(judged):
    """Verdict → how many rows."""
    tally = dict.fromkeys(ImportRow.Verdict.values, 0)
    for row in judged:
        tally[row.verdict] += 1
    tally["noted"] = sum(is_noted(row) for row in judged)
    return tally


def place(row):
    return row.sheet, row.number


def layouts_of(batch):
    return [Layout.from_json(layout) for layout in batch.layout]


def record_of(row, batch):
    """A judged row as the database keeps it."""
    return ImportRow(
        batch=batch,
        sheet=row.sheet,
        number=row.number,
        name=row.name[:200],
        verdict=row.verdict,
        values=row.values,
        raw={name: row.raw[name] for name in SHOWN if name in row.raw},
        changes=row.changes,
        problems=row.problems,
        against=row.against,
        unit_id=unit_id_of(row),
        is_noted=is_noted(row),
    )


def unit_id_of(row):
    """The number of the unit that the row is, or may be."""
    return row.unit.pk if row.unit else row.against.get("unit")


def is_noted(row):
    """Whether something is to be supplied for a unit that is taken in."""
    return any(problem["level"] == "warning" for problem in row.problems)


def row_of(record):
    """A kept row, cleaned but not judged yet."""
    row = rows.Row(record.sheet, record.number, record.name, record.raw, record.values)
    row.problems = [problem for problem in record.problems if not problem.get("judged")]
    levels = {problem["level"] for problem in row.problems}
    row.verdict = "skipped" if "skipped" in levels else "error" if "error" in levels else ""
    return row


def save_rows(again, records, *more):
    """Write the new verdicts of those rows for which anything changed."""
    changed = []
    for row, record in zip(again, records, strict=True):
        fresh = (row.verdict, row.changes, row.problems, row.against, row.decision, unit_id_of(row))
        kept = (
            record.verdict,
            record.changes,
            record.problems,
            record.against,
            record.decision,
            record.unit_id,
        )
        if fresh != kept or record.act:
            record.verdict, record.changes, record.problems, record.against, record.decision, _pk = fresh
            record.unit = row.unit
            changed.append(record)
    writing.upsert(
        ImportRow, changed, {"verdict", "changes", "problems", "against", "decision", "unit", *more}
    )


def safe_name(file_name):
    """What the file is called, for people only; never used as a path."""
    name = "".join(
        character for character in file_name.replace("\\", "/").split("/")[-1] if character.isprintable()
    )
    return (name or "?")[:200]
