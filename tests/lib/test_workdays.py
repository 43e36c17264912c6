"""Working days by the State Council's table; the check values are those of the office."""

import json
from datetime import date
from pathlib import Path

import pytest

from civportal.lib.workdays import Workdays, YearNotLoaded, days_of

TABLE = Path(__file__).resolve().parents[2] / "assessments" / "data" / "holidays-2026.json"


@pytest.fixture(scope="module")
def workdays():
    return Workdays.from_tables([json.loads(TABLE.read_text(encoding="utf-8"))])


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
