"""Correcting a record: what history keeps of it, and what becomes of two clerks at one form."""

from django.db import transaction

from units.models import TrailEvent

from . import trail
from .move import lock


class ChangedMeanwhile(Exception):
    """Somebody saved the record after the form was opened; `events` are the lines of history since then."""

    def __init__(self, record, events):
        super().__init__(f"{record} is at version {record.version}")
        self.record = record
        self.events = events


@transaction.atomic
def edit(record, values, *, by, seen=None, lines=None, further=None):
    """Write new values on a record with a version; every change is kept, old and new.

    `values` maps fields to values; `seen` is the version the form was opened with; `lines` as in
    `check_seen`; `further` changes what is no column of the locked record and tells it as
    {name: [old, new]}. Saving what is already there changes nothing. Raises ChangedMeanwhile when somebody
    was quicker.
    """
    record = lock(record)
    check_seen(record, seen, lines)
    changes = differences(record, values) | (further(record) if further else {})
    if not changes:
        return record
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
    record.save()
    trail.record(record, "edit", by=by, changes=changes)
    return record


def check_seen(record, seen, lines=None):
    """Raise ChangedMeanwhile unless the locked record is still the one the form was opened with.

    `lines` are the lines of history that count its versions; left out, all that changed something.
    """
    if seen is not None and seen != record.version:
        raise ChangedMeanwhile(record, events_since(record, seen, lines))


def differences(record, values):
    """Field → [old, new] in words, for the fields that differ."""
    return {
        name: [worded(getattr(record, name)), worded(value)]
        for name, value in values.items()
        if getattr(record, name) != value
    }


def worded(value):
    """A value as history keeps it: yes and no, numbers and lists as they are, everything else as text."""
    if value is None:
        return ""
    return value if isinstance(value, bool | int | dict | list) else str(value)


def events_since(record, version, lines=None):
    """The newest lines of history, one for each change that the form has not seen."""
    missed = max(record.version - version, 1)
    if lines is None:
        lines = TrailEvent.objects.about(record)
    return list(reversed(lines.exclude(changes={}).order_by("-number")[:missed]))
