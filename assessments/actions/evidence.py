"""The files of an entry or a plan, while it is the unit's to change: added, described, ordered, removed."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessments.models import EvidenceFile, LedgerEntry, Plan
from civportal.lib import files, filetypes, preview
from civportal.lib.clock import now
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock

from . import correction, likeness

FOLDER = EvidenceFile.FOLDER
# A camera's remarks begin so, near the beginning of the file.
EXIF, BEGINNING = b"Exif", 128 * 1024


@dataclass(frozen=True)
class Refused:
    """A file that was not taken: its name, and the sentence that says why and what to do."""

    name: str
    reason: str


def add(record, upload, *, by, replaces=None, remarks=b""):
    """Keep a file as proof of an entry, or with a plan, and answer its EvidenceFile.

    The file is on disk before its row is written, never the other way round. With `replaces` it
    takes the place and the caption of that file, which goes into the bin. `remarks` is the EXIF of
    a photo that was made smaller on its way and has none any more.
    Raises ValidationError, with the reason and a remedy, for a file that is not taken: wrong or
    damaged content, too large, the same twice, one too many. Raises MoveNotAllowed when the record
    is no longer the unit's to change.
    """
    name = filetypes.clean_name(upload.name)
    kind = check(upload, name, older=True)
    sha256 = files.save(upload, FOLDER)
    taken = taken_of(upload, remarks) if kind in filetypes.PICTURES else {}
    with changing(record, "add_file", replaces) as record:
        there = record.files.filter(pk=replaces.pk).first() if replaces else None
        check_place(record, sha256, instead_of=there)
        file = EvidenceFile.objects.create(
            **{"plan" if isinstance(record, Plan) else "entry": record},
            name=filetypes.clean_name(name, kind),
            kind=kind,
            sha256=sha256,
            size=upload.size,
            uploaded_by=by,
            uploaded_at=now(),
            **taken,
            **(place_of(there) if there else {"position": next_position(record)}),
        )
        if there:
            put_away(there, by=by)
        trail.record(record, "add_file", by=by, note=file.name, changes={"sha256": ["", sha256]})
    # Once it is kept: reading a picture takes a moment, during which nobody should wait for the entry.
    if file.entry_id:
        likeness.mark(file)
    return file


def taken_of(upload, remarks=b""):
    """When and where a photo was taken, as fields of its EvidenceFile; {} when nothing can be read."""
    if not remarks and not has_remarks(upload):
        return {}
    try:
        told = preview.remarks(ContentFile(remarks) if remarks else upload)
    except preview.NotShown:
        return {}
    latitude, longitude = told["place"] or (None, None)
    return {
        "taken_at": likeness.moment_of(told["taken_at"]),
        "latitude": latitude,
        "longitude": longitude,
    }


def has_remarks(upload):
    """Whether a camera wrote anything into the file, so that a child process is asked only then."""
    upload.seek(0)
    beginning = upload.read(BEGINNING)
    upload.seek(0)
    return EXIF in beginning


def place_of(file):
    """What a file that comes in its place takes over."""
    return {"position": file.position, "caption": file.caption, "replaces": file}


def next_position(record):
    last = record.files.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def add_each(record, uploads, *, by, replaces=None, remarks=b""):
    """Add several files: the good ones stay, whatever the others are; answers (added, refused).

    The first good one comes in the place of the file that it `replaces`. `remarks` (EXIF, sent apart)
    are those of a single file.
    """
    added, refused = [], []
    remarks = remarks if len(uploads) == 1 else b""
    for upload in uploads:
        try:
            instead_of = None if added else replaces
            added.append(add(record, upload, by=by, replaces=instead_of, remarks=remarks))
        except ValidationError as error:
            refused.append(Refused(filetypes.clean_name(upload.name), " ".join(error.messages)))
    return added, refused


def remove(file, *, by):
    """Put a file into the bin of its entry or plan, from which it can be fetched back for a month.

    An accepted edition of the plan that has it keeps it. Raises MoveNotAllowed when the record is no
    longer the unit's to change; a file that somebody else has just removed is simply gone.
    """
    with changing(file.record, "remove_file", file) as record:
        there = record.files.filter(pk=file.pk).first()
        if there is None:
            return
        if isinstance(record, Plan) and record.locks_file(there):
            raise MoveNotAllowed(record, "remove_file")
        put_away(there, by=by)


def put_away(file, *, by):
    """The file into the bin, and the line of history about it."""
    take_off(file, by=by)
    trail.record(file.record, "remove_file", by=by, note=file.name, changes={"sha256": [file.sha256, ""]})


def take_off(file, *, by):
    file.throw_away(by=by)
    file.save(update_fields=["removed_at", "removed_by"])


def restore(file, *, by):
    """Fetch a file back out of the bin, to the end of the list.

    Raises ValidationError when the record has the same content again, or is full.
    """
    with changing(file.record, "restore_file") as record:
        there = EvidenceFile.every.filter(pk=file.pk, removed_at__isnull=False).first()
        if there is None:
            return
        check_place(record, there.sha256)
        there.fetch_back()
        there.position = next_position(record)
        there.save(update_fields=["removed_at", "removed_by", "position"])
        trail.record(record, "restore_file", by=by, note=there.name, changes={"sha256": ["", there.sha256]})


def describe(file, caption, *, by):
    """Say under a file what it shows; an empty caption takes it away."""
    with changing(file.record, "caption_file", file) as record:
        there = record.files.filter(pk=file.pk).first()
        if there is None or there.caption == caption:
            return
        changes = {"caption": [there.caption, caption]}
        there.caption = caption
        there.save(update_fields=["caption"])
        trail.record(record, "caption_file", by=by, note=there.name, changes=changes)


def shift(file, step, *, by):
    """Move a file one place up (-1) or down (1) in the order of its record; at the end it stays."""
    with changing(file.record, "order_files", file) as record:
        kept = list(record.files.all())
        at = next((at for at, one in enumerate(kept) if one.pk == file.pk), None)
        if at is None or not 0 <= at + step < len(kept):
            return
        kept[at], kept[at + step] = kept[at + step], kept[at]
        for position, one in enumerate(kept):
            one.position = position
        EvidenceFile.objects.bulk_update(kept, ["position"])
        trail.record(record, "order_files", by=by, note=file.name)


@contextmanager
def changing(record, verb, file=None):
    """The entry or plan locked; raises MoveNotAllowed unless it, and this file of it, can be changed.

    Its version stays: a file that arrives while the text is being written is no conflict with it.
    """
    with transaction.atomic():
        record = lock(record)
        if not record.is_editable:
            raise MoveNotAllowed(record, verb)
        if isinstance(record, LedgerEntry):
            correction.check_file(record, verb, file)
        yield record
        if isinstance(record, LedgerEntry):
            record.updated_at = now()
            record.save(update_fields=["updated_at"])


def check(upload, name, older=False):
    """The kind of an acceptable file, with or without the `older` ones; else raises ValidationError."""
    if upload.size > settings.EVIDENCE_FILE_BYTES:
        raise too_large()
    kind = filetypes.recognize(upload, name, older)
    # Many official PDFs are only locked against printing or copying; those can be read.
    if kind == "pdf" and filetypes.is_encrypted_pdf(upload) and not preview.opens(upload):
        raise filetypes.refusal("protected")
    return kind


def check_place(record, sha256, instead_of=None):
    """Refuse the same content twice in one record, one file too many, and any with a month's few lines."""
    is_plan = isinstance(record, Plan)
    if is_plan and not record.takes_files:
        text = _("A monthly arrangement is a few lines; files go with the scheme of the quarter.")
        raise ValidationError(text, code="light")
    same = record.files.filter(sha256=sha256).first()
    if same:
        text = (
            _("The plan has this file already, as “%(name)s”. Nothing needs to be done.")
            if is_plan
            else _("The entry has this file already, as “%(name)s”. Nothing needs to be done.")
        )
        raise ValidationError(text, code="twice", params={"name": same.name})
    limit = Plan.MAX_FILES if is_plan else settings.EVIDENCE_FILES_PER_ENTRY
    if not instead_of and record.files.count() >= limit:
        text = (
            _("A plan holds %(count)s files at most. Remove one, or put several into one PDF.")
            if is_plan
            else _("An entry holds %(count)s files at most. Remove one, or write a second entry.")
        )
        raise ValidationError(text, code="full", params={"count": limit})


def too_large():
    """The refusal of a file over the limit."""
    return ValidationError(
        _("The file is over %(limit)s MB. Make its pictures smaller, or split it."),
        code="large",
        params={"limit": settings.EVIDENCE_FILE_BYTES // 2**20},
    )


def left_out(names):
    """The files whose upload was cut off at the limit, as refusals."""
    reason = " ".join(too_large().messages)
    return [Refused(filetypes.clean_name(name), reason) for name in names]
