"""Names of bodies as people type them, brought to one form for comparing."""

import re
import unicodedata
from datetime import date

# Blanks, and characters that are not seen: zero-width ones, direction marks, byte-order marks.
INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
BREAKS = re.compile(r" ?[\r\n\u2028\u2029\x85]+ ?")
HAN = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
BETWEEN_HAN = re.compile(rf"(?<=[{HAN}（）()]) +(?=[{HAN}（）()])")
# Several names in one cell, and the days from and up to which one was borne: 县药监局（2019-01-01至）.
BETWEEN_NAMES = re.compile(r"[；;\n]+")
ALSO_BETWEEN_NAMES = re.compile(r"[、，,\n]+")
BORNE = re.compile(r"(.+?) ?[（(](\d{4}-\d\d-\d\d)?至(\d{4}-\d\d-\d\d)?[）)]")
# Full-width digits and letters lie at a fixed distance from the half-width ones.
HALF_WIDTH = {
    wide: wide - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for wide in range(first, last + 1)
} | {0x3000: " ", 0xA0: " "}


def clean_text(value):
    """Text as it should be kept: half-width letters and digits, no stray or invisible blanks.

    Brackets and other punctuation keep the width they were typed in.
    """
    return BREAKS.sub("\n", BLANKS.sub(" ", UNSEEN.sub("", half_width(value)))).strip()


def clean_name(value):
    """A name as it should be kept: clean text on one line, not padded for looks (县 水 利 局)."""
    return BETWEEN_HAN.sub("", clean_text(value).replace("\n", " ")).strip()


def half_width(value):
    """Full-width letters, digits and blanks become half-width; everything else stays."""
    return str(value).translate(HALF_WIDTH)


def plain_name(value):
    """The form in which two spellings of one name are equal: no blanks, one width, one case."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", str(value))).casefold()
    if not text.isprintable():
        text = "".join(character for character in text if character.isprintable())
    return text[:100]


def local_name(plain, counties):
    """A plain name without the county in front: 云泽县教育局 and 县教育局 both give 教育局.

    `counties` are names such as 云泽县; a name that would be left with one character stays whole.
    """
    for county in counties:
        for prefix in (county, county[-1:]):
            if prefix and plain.startswith(prefix) and len(plain) - len(prefix) > 1:
                return plain[len(prefix) :]
    return plain


def spelled_names(names):
    """Several names, each with the days from and up to which it was borne, as text that `names_in` reads."""
    spelled = [
        f"{name}（{first or ''}至{last or ''}）" if first or last else name for name, first, last in names
    ]
    # A mark behind the only name says that nothing inside it is one.
    alone = len(spelled) == 1 and ALSO_BETWEEN_NAMES.search(spelled[0])
    return f"{spelled[0]}；" if alone else "；".join(spelled)


def names_in(text):
    """[(name, first day or None, last day or None)] of the names in a cell."""
    marks = BETWEEN_NAMES if BETWEEN_NAMES.search(text) else ALSO_BETWEEN_NAMES
    return [borne(name) for part in marks.split(text) if (name := clean_name(part))]


def borne(name):
    """The name, its first and its last day; what the calendar does not know stays with the name."""
    found = BORNE.fullmatch(name)
    if not found or not any(found.groups()[1:]):
        return name, None, None
    try:
        return (found[1], *(day and date.fromisoformat(day) for day in found.groups()[1:]))
    except ValueError:
        return name, None, None
