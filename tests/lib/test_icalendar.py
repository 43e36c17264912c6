"""Calendar files as RFC 5545 wants them."""

import re
from datetime import UTC, date, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from civportal.lib import clock
from civportal.lib.icalendar import Event, calendar, escaped, folded

TEXT = st.text(st.characters(blacklist_categories=("Cs",)))


def unfolded(text):
    """Lines as a reader puts them together again."""
    return text.replace("\r\n ", "").split("\r\n")


def unescaped(value):
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


@given(TEXT.map(lambda text: f"SUMMARY:{escaped(text)}"))
@example("SUMMARY:" + "单" * 60)
@example("SUMMARY:" + "a" * 67)
def test_a_folded_line_is_short_and_comes_back_whole(line):
    parts = folded(line).split("\r\n")

    assert max(len(part.encode()) for part in parts) <= 75
    assert all(part.startswith(" ") and len(part) > 1 for part in parts[1:])
    assert unfolded(folded(line)) == [line]


@given(TEXT)
@example("逗号, 分号; 反斜\\ 换行\n末行")
def test_escaped_text_is_one_line_and_comes_back(text):
    value = escaped(text)

    kept = "".join(sign for sign in re.sub("\r\n?", "\n", text) if sign in "\n\t" or ord(sign) >= 32)
    assert unescaped(value) == kept.replace("\x7f", "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value) and "\n" not in value and "\r" not in value


def test_a_file_holds_a_day_for_each_event():
    event = Event(
        "duty-7@portal.example", "年度规划，含附件; 一式两份", date(2026, 2, 28), "https://portal.example/"
    )

    with clock.at(datetime(2026, 1, 12, 1, 30, tzinfo=UTC)):
        text = calendar("云泽县第一小学", [event])

    assert text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", "")
    lines = unfolded(text)
    for line in (
        "VERSION:2.0",
        "UID:duty-7@portal.example",
        "DTSTAMP:20260112T013000Z",
        "DTSTART;VALUE=DATE:20260228",
        "DTEND;VALUE=DATE:20260301",
        "SUMMARY:年度规划，含附件\\; 一式两份",
        "DESCRIPTION:https://portal.example/",
    ):
        assert line in lines
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1


def test_an_empty_calendar_is_still_one():
    assert unfolded(calendar("无", []))[0] == "BEGIN:VCALENDAR"
