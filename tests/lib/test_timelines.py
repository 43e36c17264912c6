"""Things at their days along an axis: widths, months, lanes in which nothing overlaps."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib.timelines import Axis, Lanes, cut, ems, month_of, wrapped

AXIS = Axis(date(2026, 9, 1), date(2027, 1, 31), 70, 334)
LETTERS = st.text(alphabet="文明创建aB1 ／…", max_size=40)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [("年度规划", 4, "年度规划"), ("年度规划", 3, "年度…"), ("", 3, ""), ("abcdef", 2, "a…")],
)
def test_text_is_cut_to_its_room(text, room, expected):
    assert cut(text, room) == expected


@given(LETTERS, st.floats(1, 30), st.integers(1, 5))
def test_cut_and_wrapped_text_never_takes_more_than_its_room(text, room, lines):
    assert ems(cut(text, room)) <= max(room, 1)
    found = wrapped(text, room, lines)
    assert len(found) <= lines
    assert all(ems(line) <= max(room, 1) for line in found)


def test_wrapping_loses_nothing_that_has_room():
    assert wrapped("没有年度规划，六十天没有台账", 7, 3) == ["没有年度规划，", "六十天没有台账"]


@pytest.mark.parametrize(
    ("later", "expected"),
    [(0, date(2026, 11, 1)), (2, date(2027, 1, 1)), (-11, date(2025, 12, 1))],
)
def test_months_are_counted_across_the_year(later, expected):
    assert month_of(date(2026, 11, 25), later) == expected


def test_the_axis_shares_its_width_out_among_the_months():
    assert [span.first.month for span in AXIS.months] == [9, 10, 11, 12, 1]
    assert sum(span.width for span in AXIS.months) == pytest.approx(264, abs=0.1)
    assert AXIS.mondays[0] == date(2026, 9, 7) and AXIS.mondays[-1] == date(2027, 1, 25)


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 9, 1), date(2027, 1, 31), date(2028, 1, 1)])
def test_whatever_the_day_it_stands_on_the_axis(day):
    assert AXIS.left < AXIS.x(day) < AXIS.right


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 120), st.booleans()), max_size=25))
def test_nothing_in_a_lane_overlaps_and_everything_is_at_its_day(things):
    lanes = Lanes(0, 200)
    places = [(x, lanes.place(x, width, to_left=to_left)) for x, width, to_left in things]

    for x, place in places:
        assert x == (place.end if place.is_left else place.start)
    for lane in lanes.taken:
        assert all(after[0] >= before[1] for before, after in pairwise(lane))


def test_words_go_to_the_other_side_before_they_take_another_lane():
    lanes = Lanes(0, 100)

    places = [lanes.place(50, 20), lanes.place(50, 20), lanes.place(50, 20)]

    assert [(place.lane, place.is_left) for place in places] == [(0, False), (0, True), (1, False)]
