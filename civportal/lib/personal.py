"""Numbers that belong to a person and have no place in a public text."""

import re

from .names import INVISIBLE, half_width

# An identity number has 18 characters, the last of them a digit or X; the old ones had 15 digits.
ID_FORM = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
MOBILE = re.compile(r"(\+?86)?1[3-9][0-9]{9}")
DAY = r"(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
# Inside a text only what also holds a day of birth is one: accounts and orders have long numbers, too.
ID_INSIDE = re.compile(
    rf"(?<![0-9])([0-9]{{6}}(19|20)[0-9]{{2}}{DAY}[0-9]{{3}}[0-9X]|[0-9]{{8}}{DAY}[0-9]{{3}})(?![0-9X])"
)
SEPARATORS = re.compile(r"[-‐-―－.·_/]+")


def is_id_number(text):
    """Whether the whole text has the form of an identity number, however it is spaced or written."""
    return bool(ID_FORM.fullmatch(bare(text)))


def is_mobile(text):
    """Whether the whole text is a mobile number of the mainland."""
    return bool(MOBILE.fullmatch(bare(text)))


def holds_id_number(text):
    """Whether an identity number stands somewhere in the text."""
    return bool(ID_INSIDE.search(INVISIBLE.sub("", half_width(text)).upper()))


def bare(text):
    """The text without blanks and hyphens, half-width and upper case."""
    return SEPARATORS.sub("", INVISIBLE.sub("", half_width(text)).upper())
