"""The files of an entry or a plan: added and removed while it is the unit's to change."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import EvidenceFile, LedgerEntry, Plan
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


def add(record, upload, *, by):
    """Keep a file as proof of an entry, or with a plan, and answer its EvidenceFile.

    The file is on disk before its row is written, never the other way round.
    Raises ValidationError, with the reason and a remedy, for a file that is not taken: wrong or
    damaged content, too large, the same twice, one too many. Raises MoveNotAllowed when the record
    is no longer the unit's to change.
    """
    name = filetypes.clean_name(upload.name)
    kind = check(upload, name)
    sha256 = files.save(upload, FOLDER)
    with changing(record, "add_file") as record:
        check_place(record, sha256)
        file = EvidenceFile.objects.create(
            **{"plan" if isinstance(record, Plan) else "entry": record},
            name=filetypes.clean_name(name, kind),
            kind=kind,
            sha256=sha256,
            size=upload.size,
            uploaded_by=by,
            uploaded_at=now(),
        )
        trail.record(record, "add_file", by=by, note=file.name, changes={"sha256": ["", sha256]})
    return file


def add_each(record, uploads, *, by):
    """Add several files: the good ones stay, whatever the others are; answers (added, refused)."""
    added, refused = [], []
    for upload in uploads:
        try:
            added.append(add(record, upload, by=by))
        except ValidationError as error:
            refused.append(Refused(filetypes.clean_name(upload.name), " ".join(error.messages)))
    return added, refused


def remove(file, *, by):
    """Take a file off its entry or plan. Its content stays in the store, where the trail can point to it.

    An accepted edition of the plan that has it keeps it. Raises MoveNotAllowed when the record is no
    longer the unit's to change; a file that somebody else has just removed is simply gone.
    """
    with changing(file.record, "remove_file") as record:
        current = record.files.current().filter(pk=file.pk).first()
        if current is None:
            return
        if isinstance(record, Plan) and record.locks_file(current):
            raise MoveNotAllowed(record, "remove_file")
        take_off(current)
        trail.record(record, "remove_file", by=by, note=file.name, changes={"sha256": [file.sha256, ""]})


def take_off(file):
    """Out of sight; gone, unless an accepted edition has it."""
    if file.edition:
        file.removed_at = now()
        file.save(update_fields=["removed_at"])
    else:
        file.delete()


@contextmanager
def changing(record, verb):
    """The entry or plan locked; raises MoveNotAllowed unless it is editable.

    Its version stays: a file that arrives while the text is being written is no conflict with it.
    """
    with transaction.atomic():
        record = lock(record)
        if not record.is_editable:
            raise MoveNotAllowed(record, verb)
        yield record
        if isinstance(record, LedgerEntry):
            record.updated_at = now()
            record.save(update_fields=["updated_at"])


def check(upload, name):
    """The kind of an acceptable file; raises ValidationError for every other."""
    if upload.size > settings.EVIDENCE_FILE_BYTES:
        raise too_large()
    kind = filetypes.recognize(upload, name)
    # Many official PDFs are only locked against printing or copying; those can be read.
    if kind == "pdf" and filetypes.is_encrypted_pdf(upload) and not preview.opens(upload):
        raise filetypes.refusal("protected")
    return kind


def check_place(record, sha256):
    """Refuse the same content twice in one record, one file too many, and any with a month's few lines."""
    is_plan = isinstance(record, Plan)
    if is_plan and not record.takes_files:
        text = _("A monthly arrangement is a few lines; files go with the scheme of the quarter.")
        raise ValidationError(text, code="light")
    same = record.files.current().filter(sha256=sha256).first()
    if same:
        text = (
            _("The plan has this file already, as “%(name)s”. Nothing needs to be done.")
            if is_plan
            else _("The entry has this file already, as “%(name)s”. Nothing needs to be done.")
        )
        raise ValidationError(text, code="twice", params={"name": same.name})
    limit = Plan.MAX_FILES if is_plan else settings.EVIDENCE_FILES_PER_ENTRY
    if record.files.current().count() >= limit:
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
