"""Whether one text was taken from another, and which passages both have.

Texts are compared without what changes from year to year by itself: blanks, signs, years, numbers. Every
six letters in a row are a piece; a text is kept by the 64 smallest numbers of its pieces (bottom-k
sketch, Broder 1997), which find the few texts to look at; those are then compared whole.
"""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b

# Two years' texts are the same when only the year in them differs, or what is written between the words.
NO_MATTER = re.compile(r"20\d\d|[\W_]+")
PIECE = 6
KEPT = 64
# Passages that are shorter are turns of speech that everybody uses.
PASSAGE = 10
# A text of fewer letters says too little to tell whether it was copied.
SHORTEST = 40
# From here on a text is called taken from another: that share of the shorter one; docs/likeness.md.
ALIKE = 0.45


def plain(text):
    """The form in which two years' texts are equal: one width, one case, without year, signs and blanks."""
    return NO_MATTER.sub("", unicodedata.normalize("NFKC", str(text)).casefold())


@dataclass(frozen=True)
class Read:
    """A text as it is compared, and where in the text itself each of its letters stands."""

    letters: str
    places: list

    @property
    def pieces(self):
        return [self.letters[start : start + PIECE] for start in range(len(self.letters) - PIECE + 1)]


def read(text):
    """The text for comparing: its letters in one width and case; every number is one sign."""
    letters, places = [], []
    for place, sign in enumerate(str(text)):
        for letter in unicodedata.normalize("NFKC", sign).casefold():
            if letter.isdecimal():
                letter = "0"
            repeats = letter == "0" and letters[-1:] == ["0"] and places[-1] in (place, place - 1)
            if letter.isalnum() and not repeats:
                letters.append(letter)
                places.append(place)
            elif repeats:
                places[-1] = place
    return Read("".join(letters), places)


def sketch(text):
    """The numbers under which a text is found, at most 64; none for a text that is too short."""
    found = read(text)
    if len(found.letters) < SHORTEST:
        return []
    return sorted({number_of(piece) for piece in found.pieces})[:KEPT]


def number_of(piece):
    """The piece as a number of 31 bits."""
    return int.from_bytes(blake2b(piece.encode("utf-8", "replace"), digest_size=4).digest()) >> 1


@dataclass(frozen=True)
class Compared:
    """What two texts have in common: the share of the shorter one, and the passages of each."""

    share: float
    # [(start, end)] in the texts themselves, in their order
    passages: list
    other_passages: list

    @property
    def is_alike(self):
        return self.share >= ALIKE


def compare(text, other):
    """The passages that stand in both texts, in whatever order, and how much that is of the shorter one."""
    one, two = read(text), read(other)
    shorter = min(len(one.letters), len(two.letters))
    if shorter < SHORTEST:
        return Compared(0.0, [], [])
    common, other_common = shared(one, two), shared(two, one)
    covered = min(sum(end - start for start, end in both) for both in (common, other_common))
    return Compared(covered / shorter, in_text(one, common), in_text(two, other_common))


def shared(one, two):
    """(start, end) of the stretches of letters that are made of pieces of the other text."""
    known, found = set(two.pieces), []
    for start, piece in enumerate(one.pieces):
        if piece not in known:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], start + PIECE)
        else:
            found.append((start, start + PIECE))
    return [(start, end) for start, end in found if end - start >= PASSAGE]


def in_text(one, stretches):
    return [(one.places[start], one.places[end - 1] + 1) for start, end in stretches]


def marked(text, passages):
    """The text in pieces, each with whether it is one of the passages, for showing both side by side."""
    pieces, last = [], 0
    for start, end in passages:
        # Two passages may share a sign that stands for several letters.
        start = max(start, last)
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [piece for piece in [*pieces, (text[last:], False)] if piece[0]]
