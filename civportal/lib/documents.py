"""Numbers of official documents, brought to the form in which they are printed."""

import re

from .names import clean_text

# Whatever bracket was typed, the printed number has these.
OPENING = re.compile(r"[\[(（【［﹝「<＜《]")
CLOSING = re.compile(r"[\])）】］﹞」>＞》]")


def document_number(text):
    """云文明委[2026] 3 号 → 云文明委〔2026〕3号: no blanks, half-width digits, six-cornered brackets."""
    text = re.sub(r"\s+", "", clean_text(text))
    return CLOSING.sub("〕", OPENING.sub("〔", text))
