"""Typed cells as the text that a person would have typed."""

from datetime import datetime

from .child import CONTROL, text_of

__all__ = ["CONTROL", "moment_text", "number_text", "once", "text_of"]

# Beyond that many different texts there is little to gain.
REMEMBERED = 50_000
# No number and no day is longer.
LONGEST = 400


def number_text(written):
    """A number as XML writes it; what is none stays as it is."""
    try:
        return text_of(float(written[:LONGEST]))
    except (ValueError, OverflowError):
        return CONTROL.sub("", written[:LONGEST])


def moment_text(written):
    """A day or moment as XML writes it (2026-03-15T00:00:00.000); what is none stays as it is."""
    try:
        return text_of(datetime.fromisoformat(written[:LONGEST]))
    except ValueError:
        return CONTROL.sub("", written[:LONGEST])


def once(text, known):
    """The same text object for equal texts of a list (县教育局, 机关), so that each is kept once."""
    if len(known) > REMEMBERED:
        known.clear()
    return known.setdefault(text, text)
