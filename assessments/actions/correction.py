"""What a returned record lets its unit change: the pinned spots and nothing else."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from assessments.models import ReturnPoint
from units.actions.move import MoveNotAllowed


@dataclass(frozen=True)
class Correction:
    """What stands open in a record, and what the return asks there: {place: [words]}.

    A draft, and a record returned as a whole, are open everywhere. A pinned indicator opens its tick
    and further files; a pinned file can be replaced, described or removed, and for each that was removed
    another one can come. Whatever came in during the correction stays the unit's to change until it
    hands in again.
    """

    is_whole: bool = True
    fields: dict = field(default_factory=dict)
    indicators: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    since: datetime | None = None
    # So many pinned files were removed and nothing has come for them yet.
    room: int = 0

    @property
    def refuses_files(self):
        """Whether no further file is taken."""
        wanted = self.indicators or ReturnPoint.FILES in self.fields or self.room > 0
        return not (self.is_whole or wanted)

    def opens(self, name):
        """Whether this field can be written; of the indicators perhaps only some."""
        return self.is_whole or name in self.fields or (name == "indicators" and bool(self.indicators))

    def opens_tick(self, indicator):
        """Whether this indicator, by its number, can be ticked or not."""
        return self.is_whole or indicator in self.indicators

    def opens_file(self, file):
        return self.is_whole or file.pk in self.files or file.uploaded_at >= self.since


OPEN = Correction()


def of(entry):
    """What the unit can change in the entry now, as its last return pinned it."""
    # What was never handed in was never returned, and is asked nothing on every pause in typing.
    asked = entry.correction if entry.first_submitted_at else None
    points = list(asked.points.select_related("reason", "indicator", "file")) if asked else []
    if not points:
        return OPEN
    spots = {"field": defaultdict(list), "indicator_id": defaultdict(list), "file_id": defaultdict(list)}
    for point in points:
        for name, asked_at in spots.items():
            if getattr(point, name):
                asked_at[getattr(point, name)].append(point.words)
    is_whole = any(point.is_whole for point in points)
    return Correction(is_whole, *map(dict, spots.values()), since=asked.at, room=room(entry, asked, points))


def room(entry, asked, points):
    """How many files can come for pinned ones that were removed."""
    gone = {point.file_id for point in points if point.file and point.file.removed_at}
    return len(gone) - entry.files.filter(uploaded_at__gte=asked.at).count() if gone else 0


def check_fields(entry, changed):
    """Raise MoveNotAllowed where a frozen field would change; `changed` is {field: (old, new)}."""
    now_open = of(entry)
    for name, (old, new) in changed.items():
        ticks = (old ^ new) if name == "indicators" else ()
        if not now_open.opens(name) or not all(now_open.opens_tick(tick) for tick in ticks):
            raise MoveNotAllowed(entry, "edit")


def check_file(entry, verb, file=None):
    """Raise MoveNotAllowed where this file of the entry is frozen, or, without one, no file is taken."""
    now_open = of(entry)
    if not now_open.opens_file(file) if file else now_open.refuses_files:
        raise MoveNotAllowed(entry, verb)


def marked(files, now_open):
    """The files, each saying whether it `is_open` and what is `asked` of it."""
    files = list(files)
    for file in files:
        file.is_open = now_open.opens_file(file)
        file.asked = now_open.files.get(file.pk, [])
    return files
