"""The library of reasons for returns: shipped once, then the office's own."""

from django.db import transaction
from django.db.models import Max

from assessments.models import ReturnReason
from units.actions import editing, trail

from .shipped import shipped


@transaction.atomic
def add_usual(*, by):
    """Add the shipped reasons that the library does not have by their title; how many."""
    known = set(ReturnReason.objects.values_list("title", flat=True))
    wanted = [words for words in shipped("return-reasons.json") if words["title"] not in known]
    for words in wanted:
        add(words, by=by)
    return len(wanted)


@transaction.atomic
def add(values, *, by):
    """A new reason, at the end of the list."""
    last = ReturnReason.objects.aggregate(last=Max("sort_order"))["last"]
    reason = ReturnReason.objects.create(**values, sort_order=(last or 0) + 1)
    trail.record(reason, "create", by=by)
    return reason


def edit(reason, values, *, by, seen=None):
    """Word a reason anew; returns that gave it before keep their own text in the unit's note.

    Raises ChangedMeanwhile when somebody was quicker.
    """
    return editing.edit(reason, values, by=by, seen=seen)
