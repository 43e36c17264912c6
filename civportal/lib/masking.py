"""Telephone numbers as they may be shown to people whose work does not need them."""

import re

from .names import half_width

# Between the groups of a number: a blank or a hyphen of any width, or a sign that is not seen.
GAP = "[ \\u00a0\\u2002-\\u200b\\u3000\\-\\u2010-\\u2015\\u2212\\uff0d\\ufeff]?"
FOUR = rf"((?:{GAP}[0-9]){{4}})"
# A mainland mobile, with or without the country's number, however its groups are spaced.
MOBILE = re.compile(rf"(?<![0-9])((?:(?:\+|00)?86{GAP})?)(1{GAP}[3-9]{GAP}[0-9]){FOUR}{FOUR}(?![0-9])")
# A landline: an area code and seven or eight digits, or these alone.
AREA = rf"(?:[(（]?0[0-9]{{2,3}}[)）]?{GAP})?"
LANDLINE = re.compile(
    rf"(?<![0-9A-Za-z*])(?<![A-Za-z]-){AREA}[2-9][0-9]{{2,3}}{GAP}([0-9]{{4}})(?![0-9A-Za-z])"
)
# Two years with a hyphen between them look like one, and are none.
YEARS = re.compile(r"(19|20)[0-9]{2}-(19|20)[0-9]{2}")
# Several numbers run together, or one that is none of these.
LONG = re.compile(r"(?<![0-9A-Za-z*])[0-9]{5,}([0-9]{4})(?![0-9A-Za-z])")


def mask(text):
    """The text with every mobile as 138****0001 and every landline as its last four digits.

    Made for what stands in a field for telephone numbers: what else is nine digits long is masked, too.
    """
    text = str(text or "")
    for pattern, shown in ((MOBILE, mobile), (LANDLINE, landline), (LONG, landline)):
        text = put(pattern, shown, text)
    return text


def put(pattern, shown, text):
    """Replace what the pattern finds, in whatever width its digits are written."""
    parts, end = [], 0
    for found in pattern.finditer(half_width(text)):
        parts += [text[end : found.start()], shown(found)]
        end = found.end()
    return "".join([*parts, text[end:]])


def mobile(found):
    return f"{found[1]}{bare(found[2])}****{bare(found[4])}"


def landline(found):
    return found[0] if YEARS.fullmatch(found[0]) else f"****{found[1]}"


def bare(digits):
    return re.sub("[^0-9]", "", digits)
