"""The one door through which a status changes."""

from contextlib import contextmanager
from functools import partial

from django.db import transaction

from civportal.lib.clock import now
from units.models import TrailEvent

from . import notification, trail


class MoveNotAllowed(Exception):
    """The record is no longer where this move starts; `event` says who decided what, and when.

    It is the last move, or the line of history that the caller names.
    """

    def __init__(self, record, verb, event=None):
        super().__init__(f"{verb} is not possible while {record.status}")
        self.record = record
        self.verb = verb
        self.event = event or TrailEvent.objects.about(record).exclude(to_status="").last()


@contextmanager
def move(record, verb, *, by, note="", seen=None, changes=None):
    """Change a status the only permitted way: all of it happens, or none of it.

    Locks the row, asks the model's MOVES, lets the caller change more fields, saves, writes the
    trail, and after the commit tells the people concerned. `seen` is the version on the caller's
    screen: a record that changed since then is not decided on unseen.
    Raises MoveNotAllowed when the move does not start here or the record is not the one seen.
    """
    with transaction.atomic():
        record = lock(record)
        starts, end = record.MOVES[verb]
        if record.status not in starts or seen not in (None, record.version):
            raise MoveNotAllowed(record, verb)
        start, record.status = record.status, end
        record.version += 1
        yield record
        record.save()
        trail.record(record, verb, by=by, note=note, changes=changes, from_status=start, to_status=end)
        tell = partial(notification.announce, record, verb, by=by, note=note, at=now())
        transaction.on_commit(tell)


def begin_as(record, status):
    """A record that is not saved yet and does not begin where its kind usually does."""
    record.status = status
    return record


def lock(record):
    """The record as the database has it now, held until the transaction ends."""
    return record._meta.concrete_model._base_manager.select_for_update().get(pk=record.pk)
