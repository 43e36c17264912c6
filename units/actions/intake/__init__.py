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
from .records import (
    batches,
    count,
    heard_in_parts,
    in_parts,
    layouts_of,
    no_tally,
    place,
    record_of,
    row_of,
    save_acts,
    save_rows,
)

FOLDER = "imports"
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
        raise opening.no_rows(opened.kind)
    for row in seen:
        row.decision = (decisions or {}).get(place(row), "")
    judge = opened.kind.judge(opened.layouts, opened.county)
    judge.hear(seen)
    judge.settle()
    judge.speak(seen)
    return Look(opened.kind, opened.layouts, seen, opened.county)


@transaction.atomic
def preview(content, file_name, *, by, kinds=(UNITS,)):
    """Keep the file, and what every row of it would do, as a batch; touch nothing else.

    Raises TableRefused, and keeps nothing, when the file is no list of these kinds.
    """
    batch = begin(content, file_name, by=by, kinds=kinds)
    while batch.is_reading:
        batch = advance(batch, by=by)
    return batch


@transaction.atomic
def keep_look(opened, content, file_name, *, by):
    seen = look_at(opened)
    batch = new_batch(opened, content, file_name, by)
    batch.tally = count(seen.rows, no_tally())
    batch.done = batch.total
    batch.save()
    keep_rows(batch, seen.rows)
    trail.record(batch, "preview", by=by)
    return batch


def keep_rows(batch, found):
    """Write the rows of a list for the first time, some at a time."""
    for some in batches(found):
        ImportRow.objects.bulk_create([record_of(row, batch) for row in some])


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
    keep_rows(batch, found)
    batch.done = min(batch.total, batch.done + len(found)) if found else batch.total
    if batch.done == batch.total:
        opened.remark(batch.rows.exclude(verdict="skipped").values_list("sheet", "number").iterator())
        batch.layout = [layout.as_json() for layout in opened.layouts]
    batch.save()
    return batch


def judge_read(batch, *, by):
    """All rows are there: give each its verdict."""
    tally = judge_kept(batch)
    with move(batch, "preview", by=by) as batch:
        batch.tally = tally
        batch.mark = {}
    return batch


def judge_kept(batch):
    """Judge all rows of a list against the portal as it is now, and keep it; gives the tally.

    Raises TableRefused where none of them seems to be a unit.
    """
    judge, ends = heard(batch)
    if not ends:
        raise opening.no_rows(batch.listed)
    tally = no_tally()
    for again, kept in spoken(batch, judge):
        ended_by_notes(again, ends)
        save_rows(again, kept)
        count(again, tally)
    return tally


def heard(batch, *, locked=False):
    """The judge who has heard all rows of a list, and sheet → its last row that is more than a note."""
    judge, ends = batch.listed.judge(layouts_of(batch), batch.county, locked=locked), {}
    for part in heard_in_parts(batch):
        judge.hear(part)
        ends |= {row.sheet: row.number for row in part if row.verdict != "skipped"}
    judge.settle()
    return judge, ends


def spoken(batch, judge):
    """(judged rows, their records) of a list, some at a time."""
    for kept in in_parts(batch.rows):
        again = [row_of(record) for record in kept]
        judge.speak(again)
        yield again, kept


def ended_by_notes(again, ends):
    """What stands alone below the last unit of a sheet is a note, not a section."""
    for row in again:
        if row.number > ends.get(row.sheet, 0):
            rows.end_by_note(row)


def take_in(content, file_name, *, by, strict=False, kinds=(UNITS,)):
    """Look at a file and apply it at once, as a terminal does; when it is refused, no batch remains."""
    with transaction.atomic():
        return apply(preview(content, file_name, by=by, kinds=kinds), by=by, strict=strict)


@transaction.atomic
def rearrange(batch, layouts, *, by, seen=None):
    """A person says where the headings stand and what the columns mean; every row is judged anew."""
    batch = lock_previewed(batch, "rearrange", seen)
    opened = opening.opened(content_of(batch), batch.file_name, layouts, (batch.kind,))
    return renew(batch, opened, by=by)


@transaction.atomic
def change_kind(batch, kind, *, by, seen=None):
    """A person says that the list is of another kind; it is read anew by the words of that kind.

    Raises TableRefused, and changes nothing, when it cannot be read so.
    """
    batch = lock_previewed(batch, "rearrange", seen)
    opened = opening.opened(content_of(batch), batch.file_name, kinds=(kind,))
    changes = {"kind": [str(batch.listed.label), str(opened.kind.label)]}
    return renew(batch, opened, by=by, changes=changes)


def renew(batch, opened, *, by, changes=None):
    """Put the rows of another look in the place of those kept so far; a long list is read in parts again.

    Raises TableRefused, and changes nothing, when it holds no row in this reading.
    """
    if not opened.holds_rows():
        raise opening.no_rows(opened.kind)
    batch.rows.all().delete()
    if opened.row_count > AT_ONCE:
        with move(batch, "rearrange", by=by, changes=changes) as batch:
            read_as(batch, opened)
            batch.done, batch.mark, batch.tally = 0, {}, {}
        return batch
    again = look_at(opened)
    read_as(batch, opened)
    keep_rows(batch, again.rows)
    keep(batch, count(again.rows, no_tally()))
    trail.record(batch, "rearrange", by=by, changes=changes)
    return batch


def read_as(batch, opened):
    """How the file is read from now on."""
    batch.kind, batch.total = opened.kind.code, opened.row_count
    batch.layout = [layout.as_json() for layout in opened.layouts]


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
    batch.rows.filter(pk__in=[row.pk for row in chosen]).update(decision=decision)
    keep(batch, judge_kept(batch))
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
    judge, _ends = heard(batch, locked=True)
    tally = no_tally()
    for again, kept in spoken(batch, judge):
        leave_out_changed(again, kept)
        save_rows(again, kept)
        judge.choose(again, kept)
        count(again, tally)
    refuse_when_strict(tally, strict)
    written = batch.listed.save(batch, judge, by=by)
    save_acts([record for _row, record in judge.chosen])
    batch.made, batch.tally = written.made, tally
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


def refuse_when_strict(tally, strict):
    """All or nothing: any row that would be left out keeps all others out."""
    out = sum(tally[verdict] for verdict in ImportRow.LEFT_OUT)
    if strict and out:
        raise ImportRefused(
            _("Nothing was written: %(count)s rows would be left out, and all or nothing was asked for.")
            % {"count": out},
            out,
        )


def keep(batch, tally):
    """Save what changed about a previewed batch."""
    batch.tally = tally
    batch.version += 1
    batch.save()


def safe_name(file_name):
    """What the file is called, for people only; never used as a path."""
    name = "".join(
        character for character in file_name.replace("\\", "/").split("/")[-1] if character.isprintable()
    )
    return (name or "?")[:200]
