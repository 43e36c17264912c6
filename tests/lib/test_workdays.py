"""Working days by the State Council's table; the check values are those of the office."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib.workdays import Workdays, YearNotLoaded, days_of, read_notice

TABLE = Path(__file__).resolve().parents[2] / "assessments" / "data" / "holidays-2026.json"


def loaded():
    return Workdays.from_tables([json.loads(TABLE.read_text(encoding="utf-8"))])


@pytest.fixture(scope="module")
def workdays():
    return loaded()


@pytest.mark.parametrize(("start", "five", "five_with_start", "seven"), [
    ("2026-02-12", "2026-02-26", "2026-02-25", "2026-02-28"),
    ("2026-04-30", "2026-05-11", "2026-05-09", "2026-05-13"),
    ("2026-09-24", "2026-10-09", "2026-10-08", "2026-10-12"),
    ("2026-09-18", "2026-09-24", "2026-09-23", "2026-09-29"),
    ("2026-11-20", "2026-11-27", "2026-11-26", "2026-12-01"),
])  # fmt: skip
def test_working_days_are_counted_round_holidays(workdays, start, five, five_with_start, seven):
    start = date.fromisoformat(start)

    assert workdays.after(start, 5).isoformat() == five
    assert workdays.after(start, 5, counting_start=True).isoformat() == five_with_start
    assert workdays.after(start, 7).isoformat() == seven


def test_the_distance_between_two_days_is_the_way_there(workdays):
    assert workdays.between(date(2026, 9, 18), date(2026, 9, 24)) == 5
    assert workdays.between(date(2026, 9, 24), date(2026, 9, 18)) == -5
    assert workdays.between(date(2026, 9, 18), date(2026, 9, 18)) == 0


def test_past_the_last_loaded_year_nothing_is_guessed(workdays):
    with pytest.raises(YearNotLoaded) as refused:
        workdays.after(date(2026, 12, 31), 1)

    assert refused.value.year == 2027


def test_a_span_is_every_day_of_it_and_a_date_is_itself():
    assert days_of("2026-01-01/2026-01-03") == [date(2026, 1, day) for day in (1, 2, 3)]
    assert days_of("2026-01-04") == [date(2026, 1, 4)]


# ── properties ───────────────────────────────────────────────────────────────────────────────────

days_of_2026 = st.dates(date(2026, 1, 1), date(2026, 11, 1))


@given(days_of_2026, st.integers(1, 30))
def test_the_way_there_and_back_is_the_same(start, count):
    workdays = loaded()
    end = workdays.after(start, count)

    assert workdays.between(start, end) == count
    assert workdays.is_worked(end)
    assert workdays.between(end, start) == -count


@given(days_of_2026, st.integers(1, 20), st.integers(1, 20))
def test_first_some_days_and_then_some_more_are_all_of_them(start, some, more):
    workdays = loaded()

    assert workdays.after(workdays.after(start, some), more) == workdays.after(start, some + more)


@given(days_of_2026)
def test_the_last_working_day_before_has_only_days_off_behind_it(day):
    workdays = loaded()
    last = workdays.last_before(max(day, date(2026, 1, 10)))

    assert workdays.is_worked(last)
    between = (last + timedelta(days=n) for n in range(1, (max(day, date(2026, 1, 10)) - last).days))
    assert not any(workdays.is_worked(one) for one in between)


# ── the words of the notice ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("words", "off", "worked"), [
    ("元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。",
     ["2026-01-01/2026-01-03"], ["2026-01-04"]),
    ("春节：2月15日至23日放假调休，共9天。2月14日（周六）、2月28日（周六）上班。", ["2026-02-15/2026-02-23"],
     ["2026-02-14", "2026-02-28"]),
    ("国庆：9 月 30 日至 10 月 7 日放假。9月20日、28日上班",
     ["2026-09-30/2026-10-07"], ["2026-09-20", "2026-09-28"]),
    ("清明节：4月4日放假；劳动节：5月1日放假", ["2026-04-04", "2026-05-01"], []),
    ("请各单位安排好值班和安全保卫工作。", [], []),
    ("", [], []),
])  # fmt: skip
def test_the_notice_is_read_as_it_is_published(words, off, worked):
    assert read_notice(words, 2026) == (off, worked)


def test_a_day_that_no_calendar_has_is_refused():
    with pytest.raises(ValueError, match="day is out of range"):
        read_notice("2月30日放假", 2026)


@given(st.sets(st.tuples(st.integers(1, 12), st.integers(1, 24), st.integers(0, 4)), max_size=8, min_size=1))
def test_a_notice_written_from_a_table_reads_as_that_table(spans):
    spans = {month: (day, more) for month, day, more in spans}
    words = "\n".join(
        f"{month}月{day}日" + (f"至{day + more}日" if more else "") + f"放假，共{more + 1}天。"
        for month, (day, more) in spans.items()
    )

    off, worked = read_notice(words, 2027)

    expected = {date(2027, month, day + n) for month, (day, more) in spans.items() for n in range(more + 1)}
    assert {day for span in off for day in days_of(span)} == expected
    assert worked == []


@given(st.text(alphabet="0123456789月日至、，。放假上班（）() \n", max_size=80))
def test_no_words_break_the_reader(words):
    try:
        off, worked = read_notice(words, 2026)
    except ValueError:
        return
    assert all(days_of(span) for span in off) and all(days_of(day) for day in worked)
