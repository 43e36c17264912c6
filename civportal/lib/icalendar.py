"""Calendar files (RFC 5545), as far as the portal writes them: events that last a day."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from .clock import now

# Octets of a line, its end not counted.
LINE = 75
PRODUCT = "-//civportal//due days//EN"


@dataclass(frozen=True)
class Event:
    """A day in somebody's calendar; `uid` stays the same, so that a file taken anew replaces it."""

    uid: str
    summary: str
    day: date
    description: str = ""


def calendar(name, events):
    """The text of the file, ready to be sent as UTF-8."""
    stamp = f"{now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        *(line for event in events for line in lines_of(event, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def lines_of(event, stamp):
    """An event as lines; DTEND is the day after, for it is not part of the event."""
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.summary)}",
        *([f"DESCRIPTION:{escaped(event.description)}"] if event.description else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text):
    """Text as a value: what has a meaning of its own is marked, what no value may hold is left out."""
    text = str(text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(sign for sign in text if sign in "\n\t" or (ord(sign) >= 32 and ord(sign) != 127))
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def folded(line):
    """The line in parts of at most 75 octets, a blank before each further part; no character is cut."""
    parts, part, size = [], "", 0
    for sign in line:
        octets = len(sign.encode("utf-8", "replace"))
        if size + octets > LINE:
            parts.append(part)
            part, size = " ", 1
        part, size = part + sign, size + octets
    return "\r\n".join([*parts, part])
