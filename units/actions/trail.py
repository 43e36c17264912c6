"""Writing history."""

import hashlib
import json
from datetime import UTC

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from civportal.lib.clock import now
from units.models import TrailEvent

# Number and hash of what stands before a record's first line.
NO_LINE = (0, "")


@transaction.atomic
def record(subject, verb, *, by, note="", changes=None, from_status="", to_status=""):
    """Write one line of history: who did what to which record, from what to what, and why.

    The subject's row is locked first, so that two lines about one record never race for a number.
    """
    rows = subject._meta.concrete_model._base_manager.select_for_update()
    rows.filter(pk=subject.pk).values_list("pk").first()
    kind = ContentType.objects.get_for_model(subject)
    lines = TrailEvent.objects.filter(content_type=kind, object_id=subject.pk).order_by("-number")
    event = line_after(
        lines.values_list("number", "hash").first() or NO_LINE,
        subject,
        verb=verb,
        by=by,
        at=now(),
        note=note,
        changes=plain(changes),
        from_status=from_status,
        to_status=to_status,
    )
    event.save()
    return event


@transaction.atomic
def record_all(subjects, verb, *, by, note="", changes=None):
    """Write the same act about many records of one model, in two statements.

    `changes` maps a record's number to its own {field: [old, new]}.
    """
    subjects = list(subjects)
    if not subjects:
        return []
    kind = ContentType.objects.get_for_model(subjects[0])
    last = last_lines(kind, subjects)
    at = now()
    events = [
        line_after(
            last.get(subject.pk, NO_LINE),
            subject,
            verb=verb,
            by=by,
            at=at,
            note=note,
            changes=plain((changes or {}).get(subject.pk)),
            to_status=getattr(subject, "status", ""),
        )
        for subject in subjects
    ]
    return TrailEvent.objects.bulk_create(events, batch_size=500)


def line_after(last, subject, **said):
    """The record's next line, not saved yet, chained to the last one: (its number, its hash)."""
    number, previous_hash = last
    event = TrailEvent(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=subject.pk,
        number=number + 1,
        **said,
    )
    seal(event, previous_hash)
    return event


def last_lines(kind, subjects):
    """Record number → (number, hash) of its newest line, for those that have one."""
    events = TrailEvent.objects.filter(content_type=kind)
    if len(subjects) <= 500:
        events = events.filter(object_id__in=[subject.pk for subject in subjects])
    newest = TrailEvent.objects.filter(content_type=kind, object_id=OuterRef("object_id")).order_by("-number")
    rows = (
        events.order_by()
        .values("object_id")
        .annotate(last=Max("number"), last_hash=Subquery(newest.values("hash")[:1]))
        .values_list("object_id", "last", "last_hash")
    )
    return {object_id: (number, last_hash) for object_id, number, last_hash in rows}


def plain(changes):
    """Changes as the database gives them back: points, dates and translated words are text."""
    return json.loads(json.dumps(changes or {}, default=str))


def seal(event, previous_hash):
    """Chain the line to the one before it: whoever edits history breaks every later hash."""
    event.previous_hash = previous_hash
    event.hash = fingerprint(event)


def fingerprint(event):
    """SHA-256 over everything the line says and the hash of the line before."""
    said = [
        event.previous_hash,
        event.content_type_id,
        event.object_id,
        event.number,
        event.verb,
        event.by_id,
        event.at.astimezone(UTC).isoformat(),
        event.from_status,
        event.to_status,
        event.note,
        event.changes,
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken():
    """The first line of history that was changed, or follows a missing one; None when all is whole.

    Reads every line once, record by record. What cannot be seen this way: that the newest lines
    of a record are missing, because nothing follows them.
    """
    previous = None
    lines = TrailEvent.objects.order_by("content_type", "object_id", "number")
    for event in lines.iterator(chunk_size=2000):
        if not follows(event, previous):
            return event
        previous = event
    return None


def follows(event, previous):
    """Whether the line is unchanged and comes right after the one read before it."""
    is_first = previous is None or about(previous) != about(event)
    number, last_hash = (1, "") if is_first else (previous.number + 1, previous.hash)
    return (event.number, event.previous_hash, event.hash) == (number, last_hash, fingerprint(event))


def about(event):
    return event.content_type_id, event.object_id
