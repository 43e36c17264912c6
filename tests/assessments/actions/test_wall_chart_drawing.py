"""The chart as a drawing: everything on one page, nothing over anything else, the worst kept."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils.timezone import make_aware
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.actions import wall_chart_drawing as drawing
from assessments.actions.wall_chart import Mark, Row
from assessments.models import ChartedUnit
from assessments.models.wall_chart import light
from civportal.lib import clock
from civportal.lib.timelines import ems
from units.models import Unit

DAY = date(2026, 11, 22)
NOON = make_aware(datetime.combine(DAY, time(12)))
PAGE = drawing.HEIGHT - drawing.FOOT


@pytest.fixture(autouse=True)
def at_noon():
    with clock.at(NOON):
        yield


def row(*marks, name="云泽县第一小学", reasons=("没有年度规划。",)):
    charted = ChartedUnit(pk=1, unit=Unit(pk=1, name=name), reasons=list(reasons))
    return Row(charted, sorted(marks, key=lambda mark: mark.due_on))


def mark(days, what="窗口设施修好", owner="王强", overseer="李敏", done=False):
    due_on = DAY + timedelta(days=days)
    done_on = DAY if done else None
    return Mark(what, due_on, light(due_on, done_on), "/x/", owner, overseer, done_on)


def test_few_units_get_large_letters_with_the_words_beside_the_signs():
    drawn = drawing.on_paper([row(mark(-3), mark(20))])

    assert drawn.size.font == 6 and drawn.size.columns == 0
    assert [sign.text.what for sign in drawn.rows[0].signs] == ["窗口设施修好"] * 2
    assert drawn.left_out == 0


def test_many_units_get_numbers_and_columns():
    drawn = drawing.on_paper([row(*(mark(days) for days in (-30, -3, 4, 20)))] * 30)

    assert drawn.size.columns == 3 and drawn.left_out == 0
    assert [text.number for text in drawn.rows[0].words] == [1, 2, 3, 4]


def test_forty_units_with_six_things_each_have_room():
    assert drawing.on_paper([row(*(mark(days) for days in (-60, -20, -3, 3, 12, 30)))] * 40).left_out == 0


def test_what_finds_no_room_is_counted_and_the_first_are_kept():
    rows = [row(mark(3), name=f"单位{number}") for number in range(120)]

    drawn = drawing.on_paper(rows)

    assert drawn.left_out == 120 - len(drawn.rows) > 0
    assert drawn.rows[0].row is rows[0]
    assert drawn.end <= PAGE + 0.5


def test_an_empty_chart_is_an_empty_page():
    drawn = drawing.on_paper([])

    assert (drawn.rows, drawn.left_out, drawn.end) == ([], 0, drawn.top)


def test_the_first_and_the_last_day_of_a_long_axis_stand_on_it():
    days = (-200, -190, 0, 190, 200)
    drawn = drawing.on_paper([row(*(mark(day) for day in days)) for _ in range(40)])

    assert drawn.rows[0].size.columns == 3
    assert all(stands_inside(sign, band, drawn.axis) for band in drawn.rows for sign in band.signs)


MARKS = st.builds(
    mark,
    days=st.integers(-200, 200),
    what=st.text(alphabet="文明创建ab", min_size=1, max_size=120),
    owner=st.text(alphabet="王a", min_size=1, max_size=60),
    overseer=st.text(alphabet="李b", min_size=1, max_size=60),
    done=st.booleans(),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.builds(row, MARKS, MARKS, MARKS, MARKS, MARKS), max_size=45))
def test_whatever_is_on_the_chart_it_stays_inside_the_page(rows):
    drawn = drawing.on_paper(rows)

    assert drawn.end <= PAGE + 0.5
    for band in drawn.rows:
        assert all(stands_inside(sign, band, drawn.axis) for sign in band.signs)
        room = (drawing.WIDTH - drawn.beside_x) / (band.size.columns or 1)
        assert all(width_of(text) * band.size.font <= room for text in band.words)


def stands_inside(sign, band, axis):
    """The sign is in its band and on the axis, and so are the words beside it."""
    words = width_of(sign.text) if sign.text.what else 0
    end = sign.text.x + words * band.size.font * (-1 if sign.text.ends else 1)
    across = axis.left <= min(sign.x, end) and max(sign.x + sign.size, end) <= axis.right + 0.01
    return across and band.y <= sign.y and sign.y + sign.size <= band.end + 0.01


def width_of(text):
    return ems(f"{text.number or ''}{text.what}{text.people}{text.mark.said}")


def test_overdue_words_stand_to_the_left_and_coming_ones_to_the_right_of_today():
    signs = drawing.on_paper([row(mark(-10), mark(10))]).rows[0].signs

    assert [sign.text.ends for sign in signs] == [True, False]


def test_two_things_of_one_day_stand_on_both_sides_of_it():
    signs = drawing.on_paper([row(mark(8), mark(8))]).rows[0].signs

    assert len({sign.y for sign in signs}) == 1
    assert signs[0].x > signs[1].x


# what lies beyond the axis


def test_several_things_before_the_axis_become_one_and_closed_ones_go(in_english):
    axis = drawing.axis_to(400)

    marks = drawing.gathered([mark(-200), mark(-150), mark(-140, done=True), mark(-3)], axis)

    assert [one.what for one in marks] == ["2 earlier ones · 6 May", "窗口设施修好"]
    assert (marks[0].light, marks[0].people, marks[0].href) == ("red", "", "")


def test_a_single_thing_beyond_stays_itself():
    axis = drawing.axis_to(400)

    assert [one.people for one in drawing.gathered([mark(-200), mark(200)], axis)] == ["王强／李敏"] * 2


def test_the_axis_shows_two_months_back_and_two_ahead():
    axis = drawing.axis_to(400)

    assert (axis.first, axis.last) == (date(2026, 9, 1), date(2027, 1, 31))
