"""The files that prove an entry, while it is the unit's to change: added, described, ordered, removed."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assessments.models import EvidenceFile
from civportal.lib import files, filetypes, preview
from civportal.lib.clock import now
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock

FOLDER = EvidenceFile.FOLDER


@dataclass(frozen=True)
class Refused:
    """A file that was not taken: its name, and the sentence that says why and what to do."""

    name: str
    reason: str


def add(entry, upload, *, by, replaces=None):
    """Keep a file as proof of an entry and answer its EvidenceFile.

    The file is on disk before its row is written, never the other way round. With `replaces` it
    takes the place and the caption of that file, which goes into the bin.
    Raises ValidationError, with the reason and a remedy, for a file that is not taken: wrong or
    damaged content, too large, the same twice, one too many. Raises MoveNotAllowed when the entry
    is no longer the unit's to change.
    """
    name = filetypes.clean_name(upload.name)
    kind = check(upload, name, older=True)
    sha256 = files.save(upload, FOLDER)
    with changing(entry, "add_file") as entry:
        there = entry.files.filter(pk=replaces.pk).first() if replaces else None
        check_place(entry, sha256, instead_of=there)
        file = EvidenceFile.objects.create(
            entry=entry,
            name=filetypes.clean_name(name, kind),
            kind=kind,
            sha256=sha256,
            size=upload.size,
            uploaded_by=by,
            uploaded_at=now(),
            **(place_of(there) if there else {"position": next_position(entry)}),
        )
        if there:
            put_away(there, by=by)
        trail.record(entry, "add_file", by=by, note=file.name, changes={"sha256": ["", sha256]})
    return file


def place_of(file):
    """What a file that comes in its place takes over."""
    return {"position": file.position, "caption": file.caption, "replaces": file}


def next_position(entry):
    last = entry.files.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def add_each(entry, uploads, *, by, replaces=None):
    """Add several files: the good ones stay, whatever the others are; answers (added, refused).

    The first good one comes in the place of the file that it `replaces`.
    """
    added, refused = [], []
    for upload in uploads:
        try:
            added.append(add(entry, upload, by=by, replaces=None if added else replaces))
        except ValidationError as error:
            refused.append(Refused(filetypes.clean_name(upload.name), " ".join(error.messages)))
    return added, refused


def remove(file, *, by):
    """Put a file into the bin of its entry, from which it can be fetched back for a month.

    Raises MoveNotAllowed when the entry is no longer the unit's to change; a file that somebody
    else has just removed is simply gone.
    """
    with changing(file.entry, "remove_file") as entry:
        there = entry.files.filter(pk=file.pk).first()
        if there:
            put_away(there, by=by)


def put_away(file, *, by):
    """The file into the bin, and the line of history about it."""
    file.throw_away(by=by)
    file.save(update_fields=["removed_at", "removed_by"])
    trail.record(file.entry, "remove_file", by=by, note=file.name, changes={"sha256": [file.sha256, ""]})


def restore(file, *, by):
    """Fetch a file back out of the bin, to the end of the list.

    Raises ValidationError when the entry has the same content again, or is full.
    """
    with changing(file.entry, "restore_file") as entry:
        there = EvidenceFile.every.filter(pk=file.pk, removed_at__isnull=False).first()
        if there is None:
            return
        check_place(entry, there.sha256)
        there.fetch_back()
        there.position = next_position(entry)
        there.save(update_fields=["removed_at", "removed_by", "position"])
        trail.record(entry, "restore_file", by=by, note=there.name, changes={"sha256": ["", there.sha256]})


def describe(file, caption, *, by):
    """Say under a file what it shows; an empty caption takes it away."""
    with changing(file.entry, "caption_file") as entry:
        there = entry.files.filter(pk=file.pk).first()
        if there is None or there.caption == caption:
            return
        changes = {"caption": [there.caption, caption]}
        there.caption = caption
        there.save(update_fields=["caption"])
        trail.record(entry, "caption_file", by=by, note=there.name, changes=changes)


def shift(file, step, *, by):
    """Move a file one place up (-1) or down (1) in the order of its entry; at the end it stays."""
    with changing(file.entry, "order_files") as entry:
        kept = list(entry.files.all())
        at = next((at for at, one in enumerate(kept) if one.pk == file.pk), None)
        if at is None or not 0 <= at + step < len(kept):
            return
        kept[at], kept[at + step] = kept[at + step], kept[at]
        for position, one in enumerate(kept):
            one.position = position
        EvidenceFile.objects.bulk_update(kept, ["position"])
        trail.record(entry, "order_files", by=by, note=file.name)


@contextmanager
def changing(entry, verb):
    """The entry locked; raises MoveNotAllowed unless it is editable.

    Its version stays: a file that arrives while the text is being written is no conflict with it.
    """
    with transaction.atomic():
        entry = lock(entry)
        if not entry.is_editable:
            raise MoveNotAllowed(entry, verb)
        entry.updated_at = now()
        yield entry
        entry.save(update_fields=["updated_at"])


def check(upload, name, older=False):
    """The kind of an acceptable file, with or without the `older` ones; else raises ValidationError."""
    if upload.size > settings.EVIDENCE_FILE_BYTES:
        raise too_large()
    kind = filetypes.recognize(upload, name, older)
    # Many official PDFs are only locked against printing or copying; those can be read.
    if kind == "pdf" and filetypes.is_encrypted_pdf(upload) and not preview.opens(upload):
        raise filetypes.refusal("protected")
    return kind


def check_place(entry, sha256, instead_of=None):
    """Refuse the same content twice in one entry, and one file more than an entry may hold."""
    same = entry.files.filter(sha256=sha256).first()
    if same:
        raise ValidationError(
            _("The entry has this file already, as “%(name)s”. Nothing needs to be done."),
            code="twice",
            params={"name": same.name},
        )
    if not instead_of and entry.files.count() >= settings.EVIDENCE_FILES_PER_ENTRY:
        raise ValidationError(
            _("An entry holds %(count)s files at most. Remove one, or write a second entry."),
            code="full",
            params={"count": settings.EVIDENCE_FILES_PER_ENTRY},
        )


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
