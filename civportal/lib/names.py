"""Names of bodies as people type them, brought to one form for comparing."""

import re
import unicodedata

INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


def clean_text(value):
    """Text as it should be kept: half-width letters and digits, no stray or invisible blanks.

    Brackets and other punctuation keep the width they were typed in.
    """
    text = "".join(half_width(character) for character in str(value))
    return re.sub(
        r"[ \t\u00a0\u3000]+", " ", re.sub(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]", "", text)
    ).strip()


def half_width(character):
    """Full-width letters, digits and blanks become half-width; everything else stays."""
    if (
        "\uff10" <= character <= "\uff19"
        or "\uff21" <= character <= "\uff3a"
        or "\uff41" <= character <= "\uff5a"
    ):
        return chr(ord(character) - 0xFEE0)
    return " " if character in "\u3000\u00a0" else character


def plain_name(value):
    """The form in which two spellings of one name are equal: no blanks, one width, one case."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", str(value))).casefold()[:100]
