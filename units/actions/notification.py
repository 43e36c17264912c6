"""Telling people, after the fact is on disk."""

from django.contrib.contenttypes.models import ContentType

from civportal.lib.clock import now
from units.models import Notification


def announce(record, verb, *, by, note="", at=None):
    """Tell everybody whom the record names as audience of this move, except who made it."""
    announce_each([(record, person) for person in record.audience(verb)], verb, by=by, note=note, at=at)


def announce_each(pairs, verb, *, by, note="", at=None):
    """Tell each person of the one record that concerns them, [(record, person)], in one insert.

    `at` is when it happened; the telling waits for the commit and may come a moment later.
    """
    Notification.objects.bulk_create(
        Notification(
            to=person,
            content_type=ContentType.objects.get_for_model(record),
            object_id=record.pk,
            verb=verb,
            title=str(record)[:120],
            note=note,
            at=at or now(),
        )
        for record, person in pairs
        if person != by
    )


def mark_seen(user):
    """The person has looked at the list of messages."""
    Notification.objects.visible_to(user).unseen().update(seen_at=now())
