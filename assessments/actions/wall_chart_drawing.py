"""The wall chart as a drawing: a row per unit along an axis of months, in millimetres of an A3 sheet.

On paper everything stands on one page. Few units get large letters, with the words of each thing beside
its sign; more get smaller ones; many get numbered signs and their words in columns; and where even the
smallest are too large, the rows that come last, the least bad ones, are left out and counted.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

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
# From left to right: number and name of the unit, axis, why it is here or the words in columns.
NUMBER, NAME, UNIT, REASONS, WORDS = 8, 7, 62, 70, 192
# How many months before and after this one have their place; what lies beyond is gathered at the edge.
BACK, AHEAD = 2, 2
# So many em a thing's words keep, however long its people's names are, and these however long it is.
SHORTEST, SHORTEST_NAMES = 5, 4
# The lights counted beside the unit's name, and how many em each takes.
COUNTED, COUNT = (Light.RED, Light.AMBER, Light.GREEN), 2.3
# The em that a sign takes with the gaps around it, beside words and beside a number.
BESIDE, BESIDE_NUMBER = 2.6, 1.4
# How high a small line is, in its own letters.
LINE = 1.25


@dataclass(frozen=True)
class Size:
    """Letters in mm, and how many em the words of a thing may take."""

    font: float
    room: float
    # Words stand in so many columns, and beside the sign only its number; 0: words beside the sign.
    columns: int = 0

    @property
    def lane(self):
        return self.font * (1.28 if self.columns else 1.42)

    @property
    def pad(self):
        return self.font * (0.45 if self.columns else 0.8)


ON_SCREEN = Size(4.2, 22)
# From what is read on the wall to what is read in the hand; 2 mm are the least that is print.
ON_PAPER = [
    *(Size(font, 24) for font in (6, 5.2, 4.6, 4.2)),
    *(Size(font, 22) for font in (3.8, 3.4, 3)),
    *(Size(font, WORDS / 2 / font - 2, 2) for font in (3.6, 3.3)),
    *(Size(font, WORDS / 3 / font - 2, 3) for font in (3, 2.7, 2.45, 2.2, 2)),
]


@dataclass(frozen=True)
class Text:
    """Words of one thing: what, who and how it stands, and where they begin or end."""

    mark: Mark
    x: float
    y: float
    what: str
    people: str
    number: int = 0
    ends: bool = False


@dataclass(frozen=True)
class Sign:
    """The sign of a thing at its day."""

    mark: Mark
    x: float
    y: float
    size: float
    text: Text


@dataclass(frozen=True)
class DrawnRow:
    """A unit's band: number and name, its things, and why it is there or what they are."""

    row: Row
    number: int
    y: float
    height: float
    size: Size
    name: list
    # Where the counts stand: beside the name, or below it where there is room for both.
    counts_y: float
    signs: list
    reasons: list = field(default_factory=list)
    words: list = field(default_factory=list)

    @property
    def end(self):
        return round(self.y + self.height, 2)

    @property
    def is_striped(self):
        return self.number % 2 == 0

    @property
    def text_y(self):
        return round(self.y + self.height / 2 + self.size.font * 0.36, 2)

    @property
    def sign(self):
        return round(self.size.font * 0.9, 2)

    @property
    def sign_y(self):
        return round(self.counts_y - self.size.font * 0.8, 2)

    @property
    def is_below(self):
        return self.counts_y > self.text_y

    @property
    def counts(self):
        """(light, where its sign, where its number, how many) for what is open, the worst first."""
        each = self.size.font * COUNT
        left = NAME if self.is_below else NUMBER + UNIT - len(COUNTED) * each
        places = [(one, round(left + place * each, 2)) for place, one in enumerate(COUNTED)]
        lights = self.row.lights
        return [(one, x, round(x + self.size.font * 1.1, 2), lights[one]) for one, x in places if lights[one]]


@dataclass(frozen=True)
class Drawing:
    """All of it, for the template to write down."""

    axis: Axis
    top: float
    height: float
    size: Size
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
    def beside_x(self):
        """Where that begins which stands to the right of the axis."""
        return self.axis.right + 2

    @property
    def gap(self):
        """Between what, who and how it stands."""
        return round(self.size.font * 0.4, 2)

    @property
    def small(self):
        """The letters of what matters second."""
        return round(self.size.font * 0.84, 2)


def month_name(first, with_year):
    name = _("month %(number)s") % {"number": first.month}
    return f"{first.year} · {name}" if with_year or first.month == 1 else name


# ── on the screen, on paper ──────────────────────────────────────────────────────────────────────


def on_screen(rows):
    """As high as it needs to be; the reasons stand in the tables below it."""
    axis = axis_to(WIDTH)
    drawn = stacked([laid_out(row, axis, ON_SCREEN) for row in rows], ON_SCREEN, AXIS)
    drawing = Drawing(axis, AXIS, 0, ON_SCREEN, drawn)
    return replace(drawing, height=round(drawing.end + 1, 2))


def on_paper(rows):
    """On one page: with the largest letters that let everybody in, else with the worst that get in."""
    top = HEAD + AXIS
    space = HEIGHT - top - FOOT
    for size in ON_PAPER:
        axis = axis_to(WIDTH - (WORDS if size.columns else REASONS))
        bands = [laid_out(row, axis, size) for row in rows]
        if height_of(bands, size) <= space:
            break
    kept = bands[: fitting(bands, size, space)]
    drawn = stacked(kept, size, top, spare=space - height_of(kept, size), beside=axis.right + 2)
    return Drawing(axis, top, HEIGHT, size, drawn, left_out=len(rows) - len(kept), is_paper=True)


def axis_to(right):
    first = month_of(today(), -BACK)
    last = month_of(today(), AHEAD + 1) - timedelta(days=1)
    return Axis(first, last, NUMBER + UNIT, right)


@dataclass(frozen=True)
class Band:
    """A row with its things in lanes, before it is known where it will stand."""

    row: Row
    # (mark, its place, what it is, its people)
    places: list
    lanes: int

    def height(self, size):
        return self.lanes * size.lane + size.pad


def height_of(bands, size):
    return sum(band.height(size) for band in bands)


def fitting(bands, size, space):
    """How many of the bands, from the first, have room."""
    count = len(bands)
    while count and height_of(bands[:count], size) > space:
        count -= 1
    return count


def laid_out(row, axis, size):
    """The row's things in as few lanes as their words, or their numbers, allow.

    What is overdue has its words to the left, what is to come to the right: the line of today stays free.
    """
    lanes, places = Lanes(axis.left + 0.5, axis.right - 0.5), []
    for number, mark in enumerate(gathered(row.marks, axis), 1):
        # The first and the last days of a long axis are narrower than its margin.
        x = min(max(axis.x(mark.due_on), lanes.left), lanes.right)
        room = max(x - lanes.left, lanes.right - x) / size.font - BESIDE
        what, people = worded(mark, size.room if size.columns else min(size.room, room))
        words = f"{number}" if size.columns else f"{what}{people}{mark.said}"
        width = (ems(words) + (BESIDE_NUMBER if size.columns else BESIDE)) * size.font
        places.append((mark, lanes.place(x, width, to_left=mark.light == Light.RED), what, people))
    lines = -(-len(places) // size.columns) if size.columns else 1
    return Band(row, places, max(len(lanes.taken), lines, 1))


def worded(mark, room):
    """What it is, and its people: as much of both as fits, with how it stands always whole."""
    left = room - ems(mark.said)
    people = cut(mark.people, max(left - max(SHORTEST, left - ems(mark.people)), SHORTEST_NAMES))
    return cut(mark.what, max(left - ems(people), SHORTEST)), people


# ── every thing at its place ─────────────────────────────────────────────────────────────────────


def stacked(bands, size, top, *, spare=0.0, beside=0.0):
    """The bands one below the other; what is left of the page is shared, but no more than a lane each."""
    more = min(spare / len(bands), size.lane) if bands else 0
    drawn, y = [], top
    for number, band in enumerate(bands, 1):
        height = round(band.height(size) + more, 2)
        drawn.append(drawn_row(band, number, round(y, 2), height, size, beside))
        y += height
    return drawn


def drawn_row(band, number, y, height, size, beside):
    first = y + (height - band.lanes * size.lane) / 2
    name, counts_y = named(str(band.row.charted.unit), y, height, size.font)
    return DrawnRow(
        row=band.row,
        number=number,
        y=y,
        height=height,
        size=size,
        name=name,
        counts_y=counts_y,
        signs=[sign_at(*place, number, first, size) for number, place in enumerate(band.places, 1)],
        reasons=why(band.row.charted, y, height, size.font * 0.84) if beside and not size.columns else [],
        words=in_columns(band.places, beside, y, height, size) if size.columns else [],
    )


def named(name, y, height, font):
    """The lines of the unit's name, and where its counts stand: below it, or beside it in a low band."""
    room, line = (UNIT - 1) / font, font * LINE
    lines = wrapped(name, room, 2)
    if height < (len(lines) + 1.2) * line:
        beside = lines_of(name, room - len(COUNTED) * COUNT, y, height, font, at_most=2)
        return beside, round(y + height / 2 + font * 0.36, 2)
    first = y + (height - (len(lines) + 1) * line) / 2 + font * 0.99
    placed = [(text, round(first + place * line, 2)) for place, text in enumerate(lines)]
    return placed, round(first + len(lines) * line, 2)


def why(charted, y, height, font):
    """The reasons as they stood when the unit was put on the chart."""
    text = " ".join(filter(None, [charted.note, *charted.reasons]))
    return lines_of(text, (REASONS - 3) / font, y, height, font)


def lines_of(text, room, y, height, font, at_most=9):
    """(line, where it stands) for as much of the text as the band holds, in its middle."""
    lines = min(max(int((height - font * 0.2) // (font * LINE)), 1), at_most)
    found = wrapped(text, room, lines)
    first = y + (height - len(found) * font * LINE) / 2 + font * 0.99
    return [(line, round(first + place * font * LINE, 2)) for place, line in enumerate(found)]


def sign_at(mark, place, what, people, number, first, size):
    """The sign right beside its day, and its words or its number on the side that was free."""
    side = round(size.font * 0.9, 2)
    middle = first + (place.lane + 0.5) * size.lane
    x = place.end - side if place.is_left else place.start
    gap = size.font * (0.15 if size.columns else 0.3)
    text = Text(
        mark=mark,
        x=round(x - gap if place.is_left else x + side + gap, 2),
        y=round(middle + size.font * 0.36, 2),
        what="" if size.columns else what,
        people=people,
        number=number if size.columns else 0,
        ends=place.is_left,
    )
    return Sign(mark, round(x, 2), round(middle - side / 2, 2), side, text)


def in_columns(places, left, y, height, size):
    """The words of every thing under its number, line by line in columns."""
    width = (WIDTH - left) / size.columns
    lines = -(-len(places) // size.columns)
    first = y + (height - lines * size.lane) / 2 + size.lane * 0.5 + size.font * 0.36
    return [
        Text(
            mark=mark,
            x=round(left + number % size.columns * width, 2),
            y=round(first + number // size.columns * size.lane, 2),
            what=what,
            people=people,
            number=number + 1,
        )
        for number, (mark, _place, what, people) in enumerate(places)
    ]


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
    what = f"{text % {'count': len(marks)}} · {date_format(marks[0].due_on, 'SHORT_DATE_FORMAT')}"
    return [replace(marks[0], what=what, owner="", overseer="", href="", item=None, duty=None)]
