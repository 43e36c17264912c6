"""The unified social credit code (GB 32100): 18 characters, the last of which checks the rest."""

import re

from .names import INVISIBLE, half_width

# I, O, S, V and Z are never used.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUE = {character: number for number, character in enumerate(ALPHABET)}
WEIGHTS = [3**place % 31 for place in range(17)]
LENGTH = 18

# What a hand or a scanner writes for what stands on the paper.
LOOKALIKES = str.maketrans("IOZS", "1025")
OLD_CODE = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
OLD_REGISTRATION = re.compile(r"[0-9]{13}|[0-9]{15}")
# What a spreadsheet leaves of a long number that it took for a quantity.
ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")


def clean_code(value):
    """The code as it is meant: half-width, upper case, without blanks; nothing else is changed."""
    return INVISIBLE.sub("", half_width(value)).upper()


def check_digit(body):
    """The 18th character for the first 17; raises KeyError when one of them is never used in codes."""
    total = sum(VALUE[character] * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code):
    """Whether a cleaned code has 18 permitted characters and the right check digit."""
    return fault(code) == ""


def fault(code):
    """What is wrong with a cleaned code, as a stable word, or "" when nothing is.

    "rounded", "old code", "old registration number", "length", "letter never used", "check digit".
    """
    if ROUNDED.fullmatch(code):
        return "rounded"
    if OLD_CODE.fullmatch(code):
        return "old code"
    if OLD_REGISTRATION.fullmatch(code):
        return "old registration number"
    if len(code) != LENGTH:
        return "length"
    if any(character not in VALUE for character in code):
        return "letter never used"
    return "" if check_digit(code[:-1]) == code[-1] else "check digit"


def likely(code):
    """The valid code that was probably meant where O stands for 0 and the like, or "".

    Only ever a hint for a person: a program that repairs codes invents units.
    """
    meant = code.translate(LOOKALIKES)
    return meant if meant != code and is_valid(meant) else ""
