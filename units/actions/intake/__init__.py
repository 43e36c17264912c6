"""The import of a list: read → clean → map → verdict → ImportRow → set-based apply.

`look` reads and judges and writes nothing; `preview` keeps what it saw as a batch, `begin` does the
same part by part where the file is long; the other acts happen to a batch. What tells units from
people or honors is a kind (`kinds`). The portal's page, the commands and the admin's Resource all
come through here.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civportal.lib import files
from civportal.lib.tables import TableRefused
from units.actions import trail
from units.actions.move import MoveNotAllowed, begin_as, lock, move
from units.models import ImportBatch, ImportRow
from units.models.intake_kinds import UNITS

from . import opening, rows
from .kinds import UndoRefused
from .opening import check_upload
from .records import layouts_of, place, record_of, row_of, save_rows, tally_of

FOLDER = "imports"
BATCH = 500
# Up to so many rows a list is looked at while the person waits; longer ones are read in parts.
AT_ONCE = 5_000
PART = 20_000

__all__ = [
    "FOLDER",
    "ImportRefused",
    "TableRefused",
    "UndoRefused",
    "advance",
    "apply",
    "begin",
    "change_kind",
    "check_upload",
    "decide",
    "decide_all",
    "discard",
    "layouts_of",
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

    kind: object
    layouts: list
    rows: list
    county: str


def look(content, file_name, layouts=None, decisions=None, kinds=(UNITS,)):
    """Read, clean and judge every row of a file given as bytes; write nothing.

    `layouts` is how a person wants the sheets to be read; without it, it is found. `kinds` are the
    kinds of list it may be. Raises TableRefused with a sentence when the file is no such list.
    """
    return look_at(opening.opened(content, file_name, layouts, kinds), decisions)


def look_at(opened, decisions=None):
    """Judge every row of an opened file."""
    seen = opened.rows()
    if not any(row.verdict != "skipped" for row in seen):
        raise opening.no_rows()
    judge_all(opened.kind, seen, opened.layouts, opened.county, decisions or {})
    return Look(opened.kind, opened.layouts, seen, opened.county)


def judge_all(kind, seen, layouts, county, decisions, *, locked=False):
    """Judge rows against the portal as it is now; gives the judge, who knows what each refers to."""
    for row in seen:
        row.decision = decisions.get(place(row), "")
    return kind.judge(seen, layouts, county, locked=locked)


def preview(content, file_name, *, by, kinds=(UNITS,)):
    """Keep the file, and what every row of it would do, as a batch; touch nothing else.

    Raises TableRefused, and keeps nothing, when the file is no list of these kinds.
    """
    return keep_look(opening.opened(content, file_name, kinds=kinds), content, file_name, by=by)


@transaction.atomic
def keep_look(opened, content, file_name, *, by):
    seen = look_at(opened)
    batch = new_batch(opened, content, file_name, by)
    batch.tally = tally_of(seen.rows)
    batch.done = batch.total
    batch.save()
    ImportRow.objects.bulk_create((record_of(row, batch) for row in seen.rows), batch_size=BATCH)
    trail.record(batch, "preview", by=by)
    return batch


def new_batch(opened, content, file_name, by):
    """What is known of a file before its rows are read; not saved yet."""
    return ImportBatch(
        kind=opened.kind.code,
        file_name=safe_name(file_name),
        sha256=files.save(content, FOLDER),
        size=len(content),
        by=by,
        county=opened.county,
        layout=[layout.as_json() for layout in opened.layouts],
        total=opened.row_count,
    )


def begin(content, file_name, *, by, kinds=(UNITS,)):
    """A person brings a file: a short one is previewed at once, a long one is read by `advance`.

    Raises TableRefused, and keeps nothing, when the file is no list of these kinds.
    """
    opened = opening.opened(content, file_name, kinds=kinds)
    if opened.row_count <= AT_ONCE:
        return keep_look(opened, content, file_name, by=by)
    with transaction.atomic():
        batch = begin_as(new_batch(opened, content, file_name, by), ImportBatch.Status.READING)
        batch.save()
        trail.record(batch, "begin", by=by)
    return batch


@transaction.atomic
def advance(batch, *, by):
    """Read the next part of a long file; when all is read, judge every row. Safe to call twice at once.

    Raises TableRefused when the file turns out to hold no row at all.
    """
    batch = lock(batch)
    if batch.status != ImportBatch.Status.READING:
        return batch
    return read_part(batch) if batch.done < batch.total else judge_read(batch, by=by)


def read_part(batch):
    """Clean the rows after the bookmark and keep them unjudged."""
    opened = opening.opened(content_of(batch), batch.file_name, layouts_of(batch), (batch.kind,))
    left = batch.total - batch.done
    # A small rest is not worth another reading of the file.
    found = opening.part(opened, batch, left if left <= PART * 5 // 4 else PART)
    ImportRow.objects.bulk_create((record_of(row, batch) for row in found), batch_size=BATCH)
    batch.done = min(batch.total, batch.done + len(found)) if found else batch.total
    if batch.done == batch.total:
        opened.remark(batch.rows.only("sheet", "number", "verdict"))
        batch.layout = [layout.as_json() for layout in opened.layouts]
    batch.save()
    return batch


def judge_read(batch, *, by):
    """All rows are there: give each its verdict."""
    kept = list(batch.rows.select_related("unit"))
    again = [row_of(record) for record in kept]
    for sheet in dict.fromkeys(row.sheet for row in again):
        rows.ended_by_notes([row for row in again if row.sheet == sheet])
    if not any(row.verdict != "skipped" for row in again):
        raise opening.no_rows()
    judge_all(batch.listed, again, layouts_of(batch), batch.county, {})
    save_rows(again, kept)
    with move(batch, "preview", by=by) as batch:
        batch.tally = tally_of(again)
        batch.mark = {}
    return batch


def take_in(content, file_name, *, by, strict=False, kinds=(UNITS,)):
    """Look at a file and apply it at once, as a terminal does; when it is refused, no batch remains."""
    with transaction.atomic():
        return apply(preview(content, file_name, by=by, kinds=kinds), by=by, strict=strict)


@transaction.atomic
def rearrange(batch, layouts, *, by, seen=None):
    """A person says where the headings stand and what the columns mean; every row is judged anew."""
    batch = lock_previewed(batch, "rearrange", seen)
    again = look(content_of(batch), batch.file_name, layouts, kinds=(batch.kind,))
    renew(batch, again)
    trail.record(batch, "rearrange", by=by)
    return batch


@transaction.atomic
def change_kind(batch, kind, *, by, seen=None):
    """A person says that the list is of another kind; it is read anew by the words of that kind.

    Raises TableRefused, and changes nothing, when it cannot be read so.
    """
    batch = lock_previewed(batch, "rearrange", seen)
    again = look(content_of(batch), batch.file_name, kinds=(kind,))
    changes = {"kind": [str(batch.listed.label), str(again.kind.label)]}
    batch.kind = kind
    renew(batch, again)
    trail.record(batch, "rearrange", by=by, changes=changes)
    return batch


def renew(batch, again):
    """Put the rows of another look in the place of those kept so far."""
    batch.rows.all().delete()
    ImportRow.objects.bulk_create((record_of(row, batch) for row in again.rows), batch_size=BATCH)
    batch.layout = [layout.as_json() for layout in again.layouts]
    keep(batch, again.rows)


def content_of(batch):
    with files.open_file(FOLDER, batch.sha256) as kept:
        return kept.read()


def decide(batch, row, decision, *, by, seen=None):
    """A person says of a row that it is the same, a new one, to be left out, or takes that back ("")."""
    return decide_all(batch, [row], decision, by=by, seen=seen)


@transaction.atomic
def decide_all(batch, chosen, decision, *, by, seen=None):
    """A person says the same of several rows; every row is judged anew."""
    batch = lock_previewed(batch, "decide", seen)
    kept = list(batch.rows.select_related("unit"))
    decisions = {place(record): record.decision for record in kept}
    decisions |= {place(row): decision for row in chosen}
    again = [row_of(record) for record in kept]
    judge_all(batch.listed, again, layouts_of(batch), batch.county, decisions)
    save_rows(again, kept)
    keep(batch, again)
    named = "；".join(f"{row.sheet} {row.number} {row.name}" for row in chosen[:20])
    more = f" +{len(chosen) - 20}" if len(chosen) > 20 else ""
    trail.record(batch, "decide", by=by, note=f"{named}{more}: {decision or '–'}"[:1000])
    return batch


def apply(batch, *, by, strict=False, seen=None):
    """Write the rows judged new or update, in one transaction; with `strict`, all rows or none.

    The rows are judged again against the portal of this moment: where somebody has changed a record
    since the preview, the row is not written but listed. The batch's `slips` are what has to be
    handed out now and is kept nowhere. Raises MoveNotAllowed when the batch was applied or changed by
    somebody else, ImportRefused when nothing can be written.
    """
    try:
        with move(batch, "apply", by=by, seen=seen) as batch:
            batch.strict = strict
            batch.listed.hold()
            batch.slips = write(batch, strict, by=by)
    except IntegrityError as error:
        raise ImportRefused(
            _("Somebody changed the register at this moment. Nothing was written; look at the list again.")
        ) from error
    return batch


def write(batch, strict, *, by):
    """Judge all rows once more and write those that are good; gives the slips."""
    kept = list(batch.rows.select_related("unit"))
    again = [row_of(record) for record in kept]
    decisions = {place(record): record.decision for record in kept}
    judge = judge_all(batch.listed, again, layouts_of(batch), batch.county, decisions, locked=True)
    leave_out_changed(again, kept)
    refuse_when_strict(again, strict)
    by_place = {place(record): record for record in kept}
    written = batch.listed.save(again, by_place, batch, judge, by=by)
    save_rows(again, kept, "unit", "act", "written")
    batch.made = written.made
    batch.tally = tally_of(again)
    return written.slips


def discard(batch, *, by, seen=None):
    """The list is put aside; nothing of it was written. What was read of a long one is forgotten."""
    with move(batch, "discard", by=by, seen=seen) as batch:
        if batch.done < batch.total or not batch.tally:
            batch.rows.all().delete()
    return batch


def undo(batch, *, by, seen=None):
    """Everything the import wrote is taken back, while nothing depends on it.

    Raises UndoRefused, naming what is in the way, and then changes nothing.
    """
    with move(batch, "undo", by=by, seen=seen) as batch:
        batch.listed.hold()
        batch.listed.take_back(batch, by=by)
    return batch


# helpers


def lock_previewed(batch, verb, seen):
    """The batch, held; raises MoveNotAllowed once it is applied, discarded, or not the one seen."""
    batch = lock(batch)
    if batch.status != ImportBatch.Status.PREVIEWED or seen not in (None, batch.version):
        raise MoveNotAllowed(batch, verb)
    return batch


def leave_out_changed(again, kept):
    """A row that would now do something else than what was shown does nothing, and says so."""
    for row, record in zip(again, kept, strict=True):
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


def safe_name(file_name):
    """What the file is called, for people only; never used as a path."""
    name = "".join(
        character for character in file_name.replace("\\", "/").split("/")[-1] if character.isprintable()
    )
    return (name or "?")[:200]
