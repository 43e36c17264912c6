"""Described levels of an indicator (档次): what an achievement is like, and the points that it gets."""

import re
from dataclasses import dataclass
from decimal import Decimal

from civportal.lib.money import plain_decimal

from .limits import CENTS

# More levels than digits on the keyboard nobody tells apart.
MOST = 9
NAME_LENGTH, TEXT_LENGTH = 20, 200

# What can be wrong with levels; whoever asks puts it into words.
TOO_MANY = "too_many"
NO_WORDS = "no_words"
TOO_LONG = "too_long"
COLON_IN_NAME = "colon_in_name"
TOO_FINE = "too_fine"
BACKWARDS = "backwards"
ABOVE_FULL = "above_full"
OVERLAP = "overlap"

NUMBER = r"\d{1,4}(?:\.\d{1,2})?"
RANGE = rf"(?P<least>{NUMBER})(?:\s*[~～\-－—–至]\s*(?P<most>{NUMBER}))?\s*分"
# As `Band.text` writes it, and as people do: 好（8-10分）：材料齐全.
WRITTEN = re.compile(rf"(?:(?P<name>[^：]+) )?{RANGE}：(?P<words>.+)")
FOUND = re.compile(rf"(?P<name>.*?)\s*[（(]?{RANGE}[)）]?\s*[:：,，]?\s*(?P<words>.*)")


@dataclass(frozen=True)
class Band:
    """One level: its points, from the least to the most, its name if it has one, and what it is like."""

    least: Decimal
    most: Decimal
    words: str
    name: str = ""

    @property
    def range_text(self):
        """“4”, or “3.5～4”."""
        ends = dict.fromkeys((plain_decimal(self.least), plain_decimal(self.most)))
        return "～".join(ends)

    @property
    def text(self):
        """The level as a list writes it; `band_in` reads it again."""
        return f"{self.name} {self.range_text}分：{self.words}".strip()


def in_order(bands):
    """The levels from the highest to the lowest."""
    return sorted(bands, key=lambda band: (-band.most, -band.least))


def fault(bands, maximum):
    """(what is wrong, the level) of the first that does not fit into the full marks, or None."""
    return next(((problem, bands[place]) for problem, place in faults(bands, maximum)), None)


def faults(bands, maximum):
    """(what is wrong, place of the level) of all that do not fit; without a maximum that is not asked.

    Two levels share no points: what one gives, the other does not. Points between levels may be free.
    """
    if len(bands) > MOST:
        yield TOO_MANY, len(bands) - 1
    wrong = {place: fault_in(band, maximum) for place, band in enumerate(bands)}
    yield from ((problem, place) for place, problem in wrong.items() if problem)
    yield from ((OVERLAP, place) for place in overlapping(bands, [one for one in wrong if not wrong[one]]))


def overlapping(bands, places):
    """Those of the places whose level shares points with one above it, from the highest."""
    lowest = None
    for place in sorted(places, key=lambda one: (-bands[one].most, -bands[one].least)):
        if lowest is not None and bands[place].most >= lowest:
            yield place
        lowest = bands[place].least if lowest is None else min(lowest, bands[place].least)


def fault_in(band, maximum):
    """What is wrong with one level by itself, or ""."""
    if not band.words:
        return NO_WORDS
    if len(band.name) > NAME_LENGTH or len(band.words) > TEXT_LENGTH:
        return TOO_LONG
    if "：" in band.name:
        return COLON_IN_NAME
    if band.least % CENTS or band.most % CENTS:
        return TOO_FINE
    if not 0 <= band.least <= band.most:
        return BACKWARDS
    return ABOVE_FULL if maximum is not None and band.most > maximum else ""


def text_of(bands):
    """All levels, one a line, the highest first."""
    return "\n".join(band.text for band in in_order(bands))


def bands_in(text):
    """The levels that a text names, one a line; raises ValueError(line) for a line that names none."""
    return [band_in(line) for line in map(str.strip, text.splitlines()) if line]


def band_in(line):
    """The level of one line; where no words follow the points, what stands before them is taken."""
    found = WRITTEN.fullmatch(line) or FOUND.fullmatch(line)
    if not found:
        raise ValueError(line)
    least = Decimal(found["least"])
    ends = sorted((least, Decimal(found["most"] or least)))
    name, words = (found["name"] or "").strip(" ：:"), found["words"].strip()
    return Band(*ends, words or name, name if words else "")
