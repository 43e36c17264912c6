"""The wall chart as a drawing: a row per unit along an axis of months, in millimetres of an A3 sheet.

On paper everything has to stand on one page: letters are as large as lets all rows in, and where even
the smallest are too large, the rows that come last, the least bad ones, are left out and counted.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.models.wall_chart import Light
from civportal.lib.clock import today
from civportal.lib.timelines import Axis, Lanes, cut, ems, month_of, wrapped

from .wall_chart import Mark, Row

# A3 across without its margins of 8 mm; a millimetre is kept back for what printers round.
WIDTH, HEIGHT = 404, 280
# From top to bottom of the paper: title and signs, axis, rows, foot.
HEAD, AXIS, FOOT = 21, 10, 7
NUMBER, UNIT, REASONS = 8, 62, 70
# How many months before and after this one have their place; what lies beyond is gathered at the edge.
BACK, AHEAD = 2, 2
# Letters in mm, and how many em the words of one thing may take: from a wall to an arm's length.
SIZES = [
    (6, 26),
    (5.2, 26),
    (4.6, 26),
    (4.2, 24),
    (3.8, 24),
    (3.4, 22),
    (3, 20),
    (2.7, 18),
    (2.45, 16),
    (2.2, 14),
]
ON_SCREEN = (4.2, 22)
LANE, PAD = 1.42, 0.8
# So much of its words a thing keeps, however long the names of its people are.
SHORTEST = 5


@dataclass(frozen=True)
class DrawnMark:
    """A sign and its words, where they stand."""

    mark: Mark
    x: float
    y: float
    size: float
    text_x: float
    text_y: float
    what: str
    is_left: bool


@dataclass(frozen=True)
class DrawnRow:
    """A unit's band: number and name, its things, and why it is there."""

    row: Row
    number: int
    y: float
    height: float
    name: str
    reasons: list
    marks: list

    @property
    def end(self):
        return round(self.y + self.height, 2)

    @property
    def is_striped(self):
        return self.number % 2 == 0


@dataclass(frozen=True)
class Drawing:
    """All of it, for the template to write down."""

    axis: Axis
    top: float
    height: float
    font: float
    rows: list
    left_out: int = 0
    is_paper: bool = False
    width: int = WIDTH

    @property
    def end(self):
        """Where the rows end."""
        return self.rows[-1].end if self.rows else self.top

    @property
    def now_x(self):
        return self.axis.x(today())

    @property
    def axis_y(self):
        return self.top - AXIS

    @property
    def months(self):
        """(where, its name); the first one and January name the year as well."""
        return [(span, month_name(span.first, place == 0)) for place, span in enumerate(self.axis.months)]

    @property
    def weeks(self):
        return [(self.axis.x(day), day.day) for day in self.axis.mondays]

    @property
    def reasons_x(self):
        return self.axis.right + 2

    @property
    def small(self):
        """The letters of what matters second."""
        return round(self.font * 0.84, 2)


def month_name(first, with_year):
    name = _("month %(number)s") % {"number": first.month}
    return f"{first.year} · {name}" if with_year or first.month == 1 else name


# ── on the screen, on paper ──────────────────────────────────────────────────────────────────────


def on_screen(rows):
    """As high as it needs to be; the reasons stand in the table below it."""
    axis, (font, room) = axis_to(WIDTH), ON_SCREEN
    drawn = stacked([laid_out(row, axis, font, room) for row in rows], font, AXIS)
    drawing = Drawing(axis, AXIS, 0, font, drawn)
    return replace(drawing, height=round(drawing.end + 1, 2))


def on_paper(rows):
    """On one page: with the largest letters that let everybody in, else with the worst that get in."""
    axis, top = axis_to(WIDTH - REASONS), HEAD + AXIS
    space = HEIGHT - top - FOOT
    for font, room in SIZES:
        bands = [laid_out(row, axis, font, room) for row in rows]
        if height_of(bands, font) <= space:
            break
    kept = bands[: fitting(bands, font, space)]
    drawn = stacked(kept, font, top, spare=space - height_of(kept, font), with_reasons=True)
    return Drawing(axis, top, HEIGHT, font, drawn, left_out=len(rows) - len(kept), is_paper=True)


def axis_to(right):
    first = month_of(today(), -BACK)
    last = month_of(today(), AHEAD + 1) - timedelta(days=1)
    return Axis(first, last, NUMBER + UNIT, right)


def fitting(bands, font, space):
    """How many of the bands, from the first, have room."""
    count = len(bands)
    while count and height_of(bands[:count], font) > space:
        count -= 1
    return count


def height_of(bands, font):
    return sum(band.height(font) for band in bands)


@dataclass(frozen=True)
class Band:
    """A row with its things in lanes, before it is known where it will stand."""

    row: Row
    # (mark, its place, its words)
    places: list
    lanes: int

    def height(self, font):
        return (self.lanes * LANE + PAD) * font


def laid_out(row, axis, font, room):
    """The row's things in as few lanes as their words allow."""
    lanes, places = Lanes(axis.left + 0.5, axis.right - 0.5), []
    for mark in gathered(row.marks, axis):
        what = worded(mark, room)
        words = ems(f"{what}{mark.people}{mark.said}") + 1.4
        # The sign stands right beside its day, so that two of one day stand on both sides of it.
        places.append((mark, lanes.place(axis.x(mark.due_on), (words + 1.2) * font), what))
    return Band(row, places, max(len(lanes.taken), 1))


def worded(mark, room):
    """What it is, as much of it as its people and its state leave room for."""
    return cut(mark.what, max(room - ems(f"{mark.people}{mark.said}"), SHORTEST))


def stacked(bands, font, top, *, spare=0.0, with_reasons=False):
    """The bands one below the other, with what is left of the page between them, but no more than a line."""
    more = min(spare / len(bands), font * LANE) if bands else 0
    drawn, y = [], top
    for number, band in enumerate(bands, 1):
        height = band.height(font) + more
        drawn.append(drawn_row(band, number, round(y, 2), round(height, 2), font, with_reasons=with_reasons))
        y += height
    return drawn


def drawn_row(band, number, y, height, font, *, with_reasons):
    charted = band.row.charted
    first = y + (height - band.lanes * LANE * font) / 2
    why = "；".join(filter(None, [charted.note, *charted.reasons]))
    lines = int((height - font * 0.3) // (font * 0.84 * 1.25)) or 1
    return DrawnRow(
        row=band.row,
        number=number,
        y=y,
        height=height,
        name=cut(str(charted.unit), UNIT / font - 5.6),
        reasons=written(why, y, height, font * 0.84, lines) if with_reasons else [],
        marks=[drawn_mark(mark, place, what, first, font) for mark, place, what in band.places],
    )


def written(text, y, height, size, lines):
    """(line, where it stands) for every line of the text, in the middle of the band."""
    found = wrapped(text, (REASONS - 3) / size, lines)
    first = y + (height - len(found) * size * 1.25) / 2 + size
    return [(line, round(first + number * size * 1.25, 2)) for number, line in enumerate(found)]


def drawn_mark(mark, place, what, first, font):
    """The sign at its day and the words on the side that was free."""
    size = round(font * 0.9, 2)
    y = first + place.lane * LANE * font
    x = place.end - size if place.is_left else place.start
    return DrawnMark(
        mark=mark,
        x=round(x, 2),
        y=round(y + (LANE * font - size) / 2, 2),
        size=size,
        text_x=round(x - font * 0.3 if place.is_left else x + size + font * 0.3, 2),
        text_y=round(y + LANE * font * 0.5 + font * 0.36, 2),
        what=what,
        is_left=place.is_left,
    )


# ── what lies beyond the axis ────────────────────────────────────────────────────────────────────


def gathered(marks, axis):
    """The things in the order of their days; several open ones beyond an edge become one, closed ones go."""
    before = [mark for mark in marks if mark.due_on < axis.first and mark.light != Light.DONE]
    after = [mark for mark in marks if mark.due_on > axis.last and mark.light != Light.DONE]
    inside = [mark for mark in marks if axis.first <= mark.due_on <= axis.last]
    return [*as_one(before, _("%(count)s earlier ones")), *inside, *as_one(after, _("%(count)s later ones"))]


def as_one(marks, text):
    """One sign for several things, with the light of the first; a single one stays itself."""
    if len(marks) < 2:
        return marks
    what = f"{text % {'count': len(marks)}} · {short(marks[0].due_on)}"
    return [replace(marks[0], what=what, owner="", overseer="", href="", item=None, duty=None)]


def short(day: date):
    return date_format(day, "SHORT_DATE_FORMAT")
