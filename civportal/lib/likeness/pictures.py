"""Whether two pictures are the same one, from their marks: plain arithmetic, no picture is opened here.

Words that both have lead to how one would have to be turned, scaled and moved to lie on the other; then
the two stamp-sized pictures are laid on each other and compared point by point.
"""

import base64
import math
import operator
import struct
from collections import defaultdict
from dataclasses import dataclass

PLACE = 1000
POINT = struct.Struct(">IHHH")
# A pair is looked at from so many common words on; two that agree are seldom chance.
COMMON_WORDS = 2
# Two words agree about how one picture lies on the other within a fifth of size and these thousandths.
SAME_SCALE, SAME_PLACE = 0.2, 90
# From here on two pictures are called nearly the same; measured in docs/likeness.md.
ALIKE = 0.84
# So much of the smaller picture has to lie on the other one.
OVERLAP = 0.5
# Halved steps of turning the screws: scale, and thousandths of place.
STEPS = [(0.06, 30), (0.03, 15), (0.015, 8)]


@dataclass(frozen=True)
class Marks:
    """By what a kept picture is known again: [(word, x, y, size)], and its stamp of width × height."""

    points: list
    width: int
    height: int
    detail: bytes

    @property
    def words(self):
        return {word for word, *_place in self.points}


@dataclass(frozen=True)
class Asked:
    """A picture that asks who is like it: its marks, and per turn {word: [(x, y, size)]}."""

    marks: Marks
    turns: list

    @property
    def words(self):
        return {word for turn in self.turns for word in turn}


@dataclass(frozen=True)
class Lay:
    """How the asking picture lies on the kept one: turned, scaled, then moved by thousandths."""

    turn: int
    scale: float
    right: float
    down: float


def read(told):
    """What the child process tells about a picture, as an asking one."""
    points = [tuple(point) for point in told["points"]]
    marks = Marks(points, told["width"], told["height"], base64.b64decode(told["detail"]))
    turns = []
    for turn in told["asked"]:
        places = defaultdict(list)
        for word, *place in turn:
            places[word].append(tuple(place))
        turns.append(dict(places))
    return Asked(marks, turns)


def packed(points):
    """The points as bytes, for keeping."""
    return b"".join(POINT.pack(*point) for point in points)


def unpacked(content):
    return list(POINT.iter_unpack(content))


def likeness(asked, kept):
    """How alike the two are, 0 to 1, where they lie on each other; 0 when they cannot be laid so."""
    return max((agreement(asked.marks, kept, lay) for lay in lays(asked, kept)), default=0.0)


def lays(asked, kept):
    """How the asking picture might lie on the kept one: what most common words say, at most two ways."""
    said = [
        Lay(turn, size / kept_size, kept_x - x * size / kept_size, kept_y - y * size / kept_size)
        for word, kept_x, kept_y, kept_size in kept.points
        for turn, places in enumerate(asked.turns)
        for x, y, size in places.get(word, ())
    ]
    groups = sorted(([other for other in said if agree(lay, other)] for lay in said), key=len, reverse=True)
    groups = [group for group in groups if len(group) >= COMMON_WORDS]
    found = []
    for lay in map(middle, groups):
        if not any(agree(lay, other) for other in found):
            found.append(lay)
    return found[:2]


def agree(one, other):
    return (
        one.turn == other.turn
        and abs(math.log(one.scale / other.scale)) < SAME_SCALE
        and abs(one.right - other.right) < SAME_PLACE
        and abs(one.down - other.down) < SAME_PLACE
    )


def middle(lays):
    count = len(lays)
    return Lay(
        lays[0].turn,
        sum(lay.scale for lay in lays) / count,
        sum(lay.right for lay in lays) / count,
        sum(lay.down for lay in lays) / count,
    )


def agreement(marks, kept, lay):
    """How well the two stamps agree when they are laid so, and shifted a little to where they agree best."""
    upper = Stamp(*turned(marks, lay.turn))
    lower = Stamp(kept.width, kept.height, kept.detail)
    place, best = (lay.scale, lay.right, lay.down), -1.0
    best = correlation(upper, lower, place)
    for scale_step, place_step in STEPS:
        better = True
        while better:
            better = False
            for near in neighbors(place, scale_step, place_step):
                value = correlation(upper, lower, near)
                if value > best + 0.002:
                    place, best, better = near, value, True
    return max(best, 0.0)


def neighbors(place, scale_step, place_step):
    scale, right, down = place
    half = scale * scale_step * PLACE / 2
    yield scale * (1 + scale_step), right - half, down - half
    yield scale * (1 - scale_step), right + half, down + half
    for step in (-place_step, place_step):
        yield scale, right + step, down
        yield scale, right, down + step


@dataclass(frozen=True)
class Stamp:
    """A stamp-sized picture of bytes around 128."""

    width: int
    height: int
    detail: bytes

    @property
    def longest(self):
        return max(self.width, self.height)


def turned(marks, turn):
    """Width, height and content of the stamp after so many quarter turns to the left."""
    width, height, detail = marks.width, marks.height, marks.detail
    for _ in range(turn):
        detail = b"".join(detail[column::width] for column in reversed(range(width)))
        width, height = height, width
    return width, height, detail


def correlation(upper, lower, place):
    """How the details agree where the upper stamp lies on the lower one, -1 to 1; -1 if they hardly meet."""
    scale, right, down = place
    # One point of the lower stamp, in points of the upper one.
    step = upper.longest / (lower.longest * scale)
    start_x = -right / PLACE * upper.longest / scale + step / 2
    start_y = -down / PLACE * upper.longest / scale + step / 2
    columns = inside(start_x, step, lower.width, upper.width)
    rows = inside(start_y, step, lower.height, upper.height)
    met = len(columns) * len(rows)
    if met < OVERLAP * min(lower.width * lower.height, upper.width * upper.height / step**2):
        return -1.0
    above, below = [], []
    for row, other_row in rows:
        line = upper.detail[other_row * upper.width : (other_row + 1) * upper.width]
        above += [line[other] for _column, other in columns]
        below += lower.detail[row * lower.width + columns[0][0] : row * lower.width + columns[-1][0] + 1]
    return normalized(above, below)


def inside(start, step, count, limit):
    """(number, where it falls) of the points that fall inside the other stamp."""
    falls = ((number, math.floor(start + number * step)) for number in range(count))
    return [(number, place) for number, place in falls if 0 <= place < limit]


def normalized(above, below):
    """The correlation of two rows of numbers; 0 where one of them is all the same."""
    count = len(above)
    mean, other_mean = sum(above) / count, sum(below) / count
    spread = product(above, above) - count * mean * mean
    other_spread = product(below, below) - count * other_mean * other_mean
    if spread <= count or other_spread <= count:
        return 0.0
    both = product(above, below) - count * mean * other_mean
    return both / math.sqrt(spread * other_spread)


def product(above, below):
    """The sum of the products, number by number; here a comparison spends its time."""
    return sum(map(operator.mul, above, below))
