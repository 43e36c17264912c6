"""Internal notes: what reviewers tell each other about a record."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import InternalNote
from units.actions import trail
from units.actions.move import lock


@transaction.atomic
def write(entry, text, *, by, indicator=None):
    """A reviewer leaves a note for the colleagues, about the record or about one indicator it claims.

    History tells that a note was written, not what it says. Nobody is told: whoever reviews finds it.
    Raises ValidationError for a note without words, or about an indicator that the record does not claim.
    """
    entry = lock(entry)
    if not text.strip():
        raise ValidationError(_("Write something; an empty note tells nobody anything."))
    if indicator and not entry.claims.filter(indicator=indicator).exists():
        raise ValidationError(_("The record does not claim this indicator any more."))
    note = InternalNote.objects.create(entry=entry, text=text.strip(), indicator=indicator, by=by)
    trail.record(note, "write", by=by)
    return note
