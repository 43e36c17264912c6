"""Returning all entries of one kind at once: only those that still have the problem."""

from django.utils.translation import gettext as _

from assessments.actions.bulk import Skipped


def still(check, cycle, possible, skipped):
    """The same two lists, without what was put right since the page was shown, which is named as skipped."""
    numbers = [entry.pk for entry in possible]
    left = set(check.rows(cycle).filter(pk__in=numbers).values_list("pk", flat=True))
    mended = [
        Skipped(entry, _("It was put right in the meantime.")) for entry in possible if entry.pk not in left
    ]
    return [entry for entry in possible if entry.pk in left], [*mended, *skipped]
