"""How a record is written well: the usual words for each kind, and the office's own."""

from functools import cache

from django.db import transaction

from assessments.models import LedgerEntry, RecordGuide, ReturnReason
from units.actions import trail
from units.actions.editing import differences

from .shipped import shipped

REASONS_SHOWN = 3


@cache
def usual():
    """{kind: its usual words}; a kind that has none is guided like any activity."""
    return shipped("record-guides.json")


def of(kind):
    """The guide to a kind of record: the office's own words, else the usual ones."""
    return RecordGuide.objects.filter(kind=kind).first() or usual_of(kind)


def why_returned(kind):
    """The reasons for which records of this kind came back most often, three at most."""
    return ReturnReason.objects.frequent(kind)[:REASONS_SHOWN]


def usual_of(kind):
    return RecordGuide(kind=kind, **usual().get(kind, usual()[LedgerEntry.Kind.ACTIVITY]))


def every():
    """The guides to all kinds of record, in their order."""
    own = {guide.kind: guide for guide in RecordGuide.objects.all()}
    return [own.get(kind) or usual_of(kind) for kind in LedgerEntry.Kind.values]


@transaction.atomic
def edit(kind, values, *, by):
    """The office words a guide anew; what changed from the words before is kept in its history."""
    guide = of(kind)
    RecordGuide.objects.get_or_create(kind=kind, defaults=words_of(guide))
    kept = RecordGuide.objects.select_for_update().get(kind=kind)
    changes = differences(kept, values)
    if changes:
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save()
        trail.record(kept, "edit", by=by, changes=changes)
    return kept


def words_of(guide):
    return {name: getattr(guide, name) for name in ("why", "good", "bad", "template")}
