"""Things at their days along an axis, in lanes so that no words overlap: days in, coordinates out."""

import unicodedata
from bisect import insort
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

# How wide a letter is that is not a Chinese one, in em; digits and capitals of common fonts.
NARROW = 0.58


def ems(text):
    """How wide the text is, in em: an estimate on the safe side, for no font can be asked."""
    return sum(1 if unicodedata.east_asian_width(letter) in "WFA" else NARROW for letter in text)


def cut(text, room):
    """The text, or as much of it as fits into so many em, with a mark that something is missing."""
    if ems(text) <= room:
        return text
    kept = ""
    for letter in text:
        if ems(kept + letter) > room - 1:
            break
        kept += letter
    return f"{kept}…"


def wrapped(text, room, lines):
    """The text in at most so many lines of so many em; the last one says when something is missing."""
    found = []
    while text and len(found) < lines - 1 and ems(text) > room:
        line = head(text, room)
        found.append(line)
        text = text[len(line) :].lstrip()
    return [*found, cut(text, room)] if text else found


def head(text, room):
    """The letters of the text that fit; one at least, so that wrapping ends."""
    count = 1
    while count < len(text) and ems(text[: count + 1]) <= room:
        count += 1
    return text[:count]


def month_of(day, later=0):
    """The first day of the month that lies so many months after that of the day."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True)
class Span:
    """A month on the axis."""

    first: date
    x: float
    width: float

    @property
    def middle(self):
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True)
class Axis:
    """Days from left to right; both the first and the last one have their place on it."""

    first: date
    last: date
    left: float
    right: float

    @property
    def day_width(self):
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def x(self, day):
        """The middle of the day; what lies outside stands at the edge."""
        inside = min(max(day, self.first), self.last)
        return round(self.left + ((inside - self.first).days + 0.5) * self.day_width, 2)

    @property
    def months(self):
        found, first = [], self.first
        while first <= self.last:
            end = min(first.replace(day=monthrange(first.year, first.month)[1]), self.last)
            x = self.left + (first - self.first).days * self.day_width
            found.append(Span(first, round(x, 2), round(((end - first).days + 1) * self.day_width, 2)))
            first = end + timedelta(days=1)
        return found

    @property
    def mondays(self):
        first = self.first + timedelta(days=-self.first.weekday() % 7)
        return [first + timedelta(days=week * 7) for week in range((self.last - first).days // 7 + 1)]


@dataclass(frozen=True)
class Place:
    """Where a thing stands: in which lane, from where to where, and on which side of it its words are."""

    lane: int
    start: float
    end: float
    is_left: bool = False


@dataclass
class Lanes:
    """Lanes between two edges, filled from the top; nothing overlaps."""

    left: float
    right: float
    taken: list[list[tuple[float, float]]] = field(default_factory=list)

    def place(self, x, width, *, to_left=False):
        """The first free place for something at x with its words on the side asked for, if it can be."""
        for lane in range(len(self.taken) + 1):
            if lane == len(self.taken):
                self.taken.append([])
            for is_left in (to_left, not to_left):
                start = x - width if is_left else x
                if self.is_free(lane, start, start + width):
                    insort(self.taken[lane], (start, start + width))
                    return Place(lane, round(start, 2), round(start + width, 2), is_left)
        # Too wide for either side: alone in the last lane, beyond the edge, but at its own day.
        start = x - width if to_left else x
        insort(self.taken[-1], (start, start + width))
        return Place(len(self.taken) - 1, round(start, 2), round(start + width, 2), to_left)

    def is_free(self, lane, start, end):
        inside = self.left <= start and end <= self.right
        return inside and all(end <= other or start >= after for other, after in self.taken[lane])
