"""The files that prove an entry: added and removed while the entry is the unit's to change."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import EvidenceFile
from civportal.lib import files, filetypes, preview
from civportal.lib.clock import now
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock

from . import likeness

FOLDER = EvidenceFile.FOLDER


@dataclass(frozen=True)
class Refused:
    """A file that was not taken: its name, and the sentence that says why and what to do."""

    name: str
    reason: str


def add(entry, upload, *, by):
    """Keep a file as proof of an entry and answer its EvidenceFile.

    The file is on disk before its row is written, never the other way round.
    Raises ValidationError, with the reason and a remedy, for a file that is not taken: wrong or
    damaged content, too large, the same twice, one too many. Raises MoveNotAllowed when the entry
    is no longer the unit's to change.
    """
    name = filetypes.clean_name(upload.name)
    kind = check(upload, name)
    sha256 = files.save(upload, FOLDER)
    with changing(entry, "add_file") as entry:
        check_place(entry, sha256)
        file = EvidenceFile.objects.create(
            entry=entry,
            name=filetypes.clean_name(name, kind),
            kind=kind,
            sha256=sha256,
            size=upload.size,
            uploaded_by=by,
            uploaded_at=now(),
        )
        trail.record(entry, "add_file", by=by, note=file.name, changes={"sha256": ["", sha256]})
    # Once it is kept: reading a picture takes a moment, during which nobody should wait for the entry.
    likeness.mark(file)
    return file


def add_each(entry, uploads, *, by):
    """Add several files: the good ones stay, whatever the others are; answers (added, refused)."""
    added, refused = [], []
    for upload in uploads:
        try:
            added.append(add(entry, upload, by=by))
        except ValidationError as error:
            refused.append(Refused(filetypes.clean_name(upload.name), " ".join(error.messages)))
    return added, refused


def remove(file, *, by):
    """Take a file off its entry. Its content stays in the store, where the trail can point to it.

    Raises MoveNotAllowed when the entry is no longer the unit's to change; a file that somebody
    else has just removed is simply gone.
    """
    with changing(file.entry, "remove_file") as entry:
        removed, _per_model = entry.files.filter(pk=file.pk).delete()
        if removed:
            trail.record(entry, "remove_file", by=by, note=file.name, changes={"sha256": [file.sha256, ""]})


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


def check(upload, name):
    """The kind of an acceptable file; raises ValidationError for every other."""
    if upload.size > settings.EVIDENCE_FILE_BYTES:
        raise too_large()
    kind = filetypes.recognize(upload, name)
    # Many official PDFs are only locked against printing or copying; those can be read.
    if kind == "pdf" and filetypes.is_encrypted_pdf(upload) and not preview.opens(upload):
        raise filetypes.refusal("protected")
    return kind


def check_place(entry, sha256):
    """Refuse the same content twice in one entry, and one file more than an entry may hold."""
    same = entry.files.filter(sha256=sha256).first()
    if same:
        raise ValidationError(
            _("The entry has this file already, as “%(name)s”. Nothing needs to be done."),
            code="twice",
            params={"name": same.name},
        )
    if entry.files.count() >= settings.EVIDENCE_FILES_PER_ENTRY:
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
