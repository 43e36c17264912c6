"""Telephone numbers as they may be shown to people whose work does not need them."""

import re

# A mainland mobile, with or without the country's number and blanks or hyphens between its groups.
MOBILE = re.compile(r"(?<![0-9])((?:\+?86[ -]?)?1[3-9][0-9])([ -]?)([0-9]{4})([ -]?)([0-9]{4})(?![0-9])")
# A landline: an area code and seven or eight digits, or these alone.
LANDLINE = re.compile(r"(?<![0-9A-Za-z*])(?:\(?0[0-9]{2,3}\)?[ -]?)?[2-9][0-9]{2,3}([0-9]{4})(?![0-9A-Za-z])")


def mask(text):
    """The text with every mobile as 138****0001 and every landline as its last four digits."""
    text = MOBILE.sub(lambda found: f"{found[1]}****{found[5]}", str(text or ""))
    return LANDLINE.sub(lambda found: f"****{found[1]}", text)
