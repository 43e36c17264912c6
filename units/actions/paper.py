"""Papers: documents of a unit, kept with their number and date and, where there is one, the scan."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from civportal.lib import files, filetypes, preview
from civportal.lib.clock import now, today
from civportal.lib.documents import document_number
from units.models import Paper

from . import trail

# A scan: a photo of each page, or all pages in one PDF.
KINDS = {"jpg", "png", "pdf"}


def add(unit, *, title, number="", dated_on=None, file=None, by):
    """Keep a document of the unit: its number and date, and the scan if there is one.

    The file is on disk before its row is written, never the other way round. Raises ValidationError,
    with a remedy, when there is neither number nor file, when the date lies ahead, or when the file is
    not taken.
    """
    number = document_number(number)
    if not number and not file:
        raise ValidationError(_("Give the number of the document, or its scan."), code="empty")
    if dated_on and dated_on > today():
        raise ValidationError(_("The date of the document lies in the future."), code="future")
    about = keep(file) if file else {}
    with transaction.atomic():
        paper = Paper.objects.create(
            unit=unit, title=title, number=number, dated_on=dated_on, added_by=by, added_at=now(), **about
        )
        trail.record(unit, "add_paper", by=by, note=str(paper))
    return paper


def keep(file):
    """Store the scan and answer what a Paper says of it; raises ValidationError when it is not taken."""
    name = filetypes.clean_name(file.name)
    kind = check(file, name)
    sha256 = files.save(file, Paper.FOLDER)
    return {"file_name": filetypes.clean_name(name, kind), "kind": kind, "sha256": sha256, "size": file.size}


def check(file, name):
    """The kind of an acceptable scan; raises ValidationError for every other file."""
    if file.size > settings.EVIDENCE_FILE_BYTES:
        raise too_large()
    kind = filetypes.recognize(file, name)
    if kind not in KINDS:
        raise ValidationError(
            _("A scan is a PDF or a photo (JPG, PNG). Save the document as PDF."), code="kind"
        )
    if kind == "pdf" and filetypes.is_encrypted_pdf(file) and not preview.opens(file):
        raise filetypes.refusal("protected")
    return kind


def too_large():
    """The refusal of a file over the limit."""
    return ValidationError(
        _("The file is over %(limit)s MB. Make its pictures smaller, or split it."),
        code="large",
        params={"limit": settings.EVIDENCE_FILE_BYTES // 2**20},
    )
