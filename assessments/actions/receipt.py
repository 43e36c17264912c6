"""The receipt of a record that was handed in: what came in, when, from whom, with which files."""

from functools import partial

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from civportal.lib import pdf
from units.models import Office

from . import record_words


def is_there(entry):
    """Whether the receipt holds: while the record is with the office as it was handed in.

    Taken back or returned it may change, and handing it in again gives a new time.
    """
    return entry.receipt is not None and not entry.is_editable


def facts(entry):
    """[(label, value)] of everything but the text and the files; the time is the server's, to the second."""
    said = [
        (_("Receipt"), entry.receipt),
        (_("Handed in at"), date_format(localtime(entry.submitted_at), "Y-m-d H:i:s")),
        (_("Handed in by"), entry.submitted_by.name),
        (_("Unit"), entry.unit.name),
        (_("Year"), entry.cycle.year),
        (_("Record"), entry.title),
        *record_words.facts(entry),
    ]
    return [*said, (_("Round"), entry.round)] if entry.round > 1 else said


def rows(entry):
    """The files with their captions and fingerprints: [number, name, what it shows, size, SHA-256]."""
    return [
        [number, file.name, file.caption, filesizeformat(file.size), file.sha256]
        for number, file in enumerate(entry.files.all(), 1)
    ]


def write(file, entry):
    """Write the receipt as a PDF to an open file, in the office's language."""
    with override(settings.LANGUAGE_CODE):
        pdf.write(
            file,
            partial(parts, entry, Office.current()),
            title=_("Receipt %(number)s") % {"number": entry.receipt},
            author=Office.current().office_name,
            head="",
            foot=_("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        )


def parts(entry, office, _pages):
    yield pdf.words(office.office_name, size=11, center=True, color=pdf.SOFT, after=2)
    yield pdf.words(_("Receipt of a ledger record"), size=20, center=True, color=pdf.RED, after=8)
    yield pdf.facts(facts(entry))
    yield pdf.space(2)
    yield from pdf.prose(entry.text)
    yield pdf.space(4)
    listed = rows(entry)
    if listed:
        headings = [_("No."), _("File"), _("What it shows"), _("Size"), "SHA-256"]
        yield pdf.table(headings, listed, [0.06, 0.26, 0.22, 0.11, 0.35], 8.5)
    else:
        yield pdf.words(_("No file was handed in with it."), size=10)
    yield pdf.space(4)
    yield pdf.words(promise(), size=9.5, color=pdf.SOFT)


def promise():
    """What a receipt says, and what it does not."""
    return _(
        "The portal took this record and these files in at the time named above (Beijing time, the "
        "server's clock). The fingerprint changes with every byte of a file. A receipt is no decision."
    )
