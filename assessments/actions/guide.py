"""How a record is written well: the usual words for each kind, and the office's own."""

from functools import cache

from django.db import transaction

from assessments.models import LedgerEntry, RecordGuide, ReturnReason
from units.actions import editing

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
def edit(kind, values, *, by, seen=None):
    """The office words a guide anew; what changed from the words before is kept in its history.

    Raises ChangedMeanwhile when somebody was quicker; the usual words are version 0.
    """
    own, _is_new = RecordGuide.objects.get_or_create(kind=kind, defaults=words_of(usual_of(kind)))
    return editing.edit(own, values, by=by, seen=seen)


def words_of(guide):
    return {name: getattr(guide, name) for name in ("why", "good", "bad", "template")}
