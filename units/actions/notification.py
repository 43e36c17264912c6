"""Telling people, after the fact is on disk."""

from django.contrib.contenttypes.models import ContentType

from civportal.lib.clock import now
from units.models import Notification

BATCH = 500


def announce(record, verb, *, by, note="", at=None):
    """Tell everybody whom the record names as audience of this move, except who made it."""
    announce_each([(record, person) for person in record.audience(verb)], verb, by=by, note=note, at=at)


def announce_each(pairs, verb, *, by, note="", at=None, title=""):
    """Tell each person of the one record that concerns them, [(record, person)], in one insert.

    `title` says what it is about where the record's name does not. `at` is when it
    happened; the telling waits for the commit and may come a moment later.
    """
    announce_notes([(record, person, note) for record, person in pairs], verb, by=by, at=at, title=title)


def announce_notes(told, verb, *, by, at=None, title=""):
    """The same where each is told something else, [(record, person, note)]."""
    Notification.objects.bulk_create(
        Notification(
            to=person,
            content_type=ContentType.objects.get_for_model(record),
            object_id=record.pk,
            verb=verb,
            title=(title or title_of(record, verb))[:120],
            note=note,
            at=at or now(),
        )
        for record, person, note in told
        if person != by
    )


def title_of(record, verb):
    """What the message is headed by; a record whose name tells nothing says it by `told_as`."""
    return record.told_as(verb) if hasattr(record, "told_as") else str(record)


def tell_once(messages):
    """Tell what was not told to that person under that key before, in few statements; how many.

    Whoever tells the same at the same moment is told apart by the database: the key is unique.
    """
    told = 0
    for start in range(0, len(messages), BATCH):
        part = messages[start : start + BATCH]
        known = Notification.objects.filter(key__in={message.key for message in part})
        known = set(known.values_list("to", "key"))
        fresh = [message for message in part if (message.to_id, message.key) not in known]
        Notification.objects.bulk_create(fresh, ignore_conflicts=True)
        told += len(fresh)
    return told


def open_message(message):
    """The person has opened this message; only the first time counts."""
    Notification.objects.filter(pk=message.pk).unseen().update(seen_at=now())


def mark_seen(user):
    """The person has looked at the list of messages."""
    Notification.objects.visible_to(user).unseen().update(seen_at=now())
