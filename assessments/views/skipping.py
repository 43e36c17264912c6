"""What a reviewer skips for now comes last in the own queue: remembered by the session, for a day."""

from datetime import timedelta

from django.db.models import Case, IntegerField, Value, When
from django.utils.dateparse import parse_datetime

from civportal.lib.clock import now

SKIPPED = "skipped"
REMEMBERED = timedelta(days=1)


def skipped(request):
    """The numbers of the records that were skipped within a day."""
    since = now() - REMEMBERED
    return [int(pk) for pk, at in request.session.get(SKIPPED, {}).items() if parse_datetime(at) > since]


def skip(request, entry):
    """From now on it comes last; what was skipped long ago is forgotten."""
    known = request.session.get(SKIPPED, {})
    kept = {str(pk): known[str(pk)] for pk in skipped(request)}
    request.session[SKIPPED] = {**kept, str(entry.pk): now().isoformat()}


def forget(request, entry):
    """It is decided; should it come back, it stands in line again."""
    if request.session.get(SKIPPED, {}).pop(str(entry.pk), None):
        request.session.modified = True


def skipped_last(entries, numbers, fields):
    """The entries in this order, the skipped ones behind all others, and the fields of that order."""
    if not numbers:
        return entries, fields
    is_skipped = Case(When(pk__in=numbers, then=Value(1)), default=Value(0), output_field=IntegerField())
    fields = ["is_skipped", *fields]
    return entries.annotate(is_skipped=is_skipped).order_by(*fields), fields
