"""Geometry of plots drawn by the server as SVG: numbers in, coordinates out."""

from dataclasses import dataclass

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 30, 26
LABELS_AT_MOST = 12


@dataclass(frozen=True)
class Bar:
    """One column: where it stands, how high it is, and the words beside it."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    start: object
    end: object
    count: int
    is_labelled: bool
    is_above: bool

    @property
    def count_y(self):
        """Where the figure stands on the column."""
        return round(self.y - 6, 1)


@dataclass(frozen=True)
class Histogram:
    """Columns on a common ground, and where the cut line crosses."""

    bars: list[Bar]
    floor: float
    cut: object
    cut_x: float | None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def label_y(self):
        return self.floor + 17

    @property
    def cut_text_x(self):
        return self.cut_x and round(self.cut_x + (-6 if self.cut_is_right else 6), 1)

    @property
    def cut_is_right(self):
        """Whether the words at the cut line have more room on its left."""
        return self.cut_x is not None and self.cut_x > self.width * 0.6


def histogram(bins, cut=None):
    """The drawing of bins that have `start`, `end` and `count`; None when there is nothing to draw."""
    if not bins:
        return None
    slot = (WIDTH - LEFT - RIGHT) / len(bins)
    floor = HEIGHT - BOTTOM
    highest = max(one.count for one in bins)
    every = -(-len(bins) // LABELS_AT_MOST)
    bars = []
    for number, one in enumerate(bins):
        height = round((floor - TOP) * one.count / highest, 1)
        x = LEFT + number * slot
        bars.append(
            Bar(
                x=round(x + slot * 0.08, 1),
                y=round(floor - height, 1),
                width=round(slot * 0.84, 1),
                height=height,
                middle=round(x + slot / 2, 1),
                start=one.start,
                end=one.end,
                count=one.count,
                is_labelled=number % every == 0,
                is_above=cut is not None and one.start >= cut,
            )
        )
    return Histogram(bars=bars, floor=floor, cut=cut, cut_x=crossing(bins, cut, slot))


SMALL_WIDTH, SMALL_HEIGHT = 120, 28


def columns(counts):
    """Small columns on a common ground, one for each count: [(x, y, width, height, count)]."""
    highest, slot = max(*counts, 1), SMALL_WIDTH / len(counts)
    found = []
    for number, count in enumerate(counts):
        height = round(SMALL_HEIGHT * count / highest, 1)
        x, y = round(number * slot + 1, 1), round(SMALL_HEIGHT - height, 1)
        found.append((x, y, round(slot - 2, 1), height, count))
    return found


def leaning(value, most=50):
    """A bar from the middle of 100, to the left below zero and to the right above: (x, width).

    Beyond `most` on either side it goes no farther than the edge.
    """
    length = min(abs(float(value)) / most, 1) * 50
    return (50 - length if value < 0 else 50.0), length


def crossing(bins, cut, slot):
    """Where the cut lies on the axis, or None when it lies outside of it."""
    first, last = bins[0].start, bins[-1].end
    if cut is None or not first <= cut <= last:
        return None
    return round(LEFT + float((cut - first) / (bins[0].end - first)) * slot, 1)
