"""Quiet all year and busy for the award: when that is said of a unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.rhythm import RUSH_MONTH, is_rushed

years = st.lists(st.integers(0, 6), min_size=12, max_size=12)
earlier_months = st.integers(0, RUSH_MONTH - 2)


def year(**months):
    """Twelve counts; m10=4 are four records in October."""
    return [months.get(f"m{month}", 0) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param(year(), False, id="nothing at all is another list"),
        pytest.param(year(m10=2), False, id="two records show no rhythm"),
        pytest.param(year(m10=3), True, id="three in October and nothing else"),
        pytest.param(year(m3=1, m10=3), True, id="one in March before"),
        pytest.param(year(m3=2, m10=2), True, id="half of all in October"),
        pytest.param(year(m3=3, m10=2), False, id="less than half in October"),
        pytest.param(year(m1=1, m4=1, m7=1, m10=3), True, id="three of nine months were active"),
        pytest.param(year(m1=1, m4=1, m7=1, m9=1, m10=9), False, id="four were"),
        pytest.param(year(m10=3, m11=4), False, id="most came after October"),
    ],
)
def test_the_rule(counts, expected):
    assert is_rushed(counts) is expected


@given(years)
def test_nobody_is_named_for_little(counts):
    assert not is_rushed(counts) or sum(counts) >= 3


@given(years, earlier_months)
def test_a_record_more_in_an_earlier_month_never_makes_it_worse(counts, month):
    more = [*counts]
    more[month] += 1

    assert sum(counts) < 3 or is_rushed(counts) or not is_rushed(more)


@given(years)
def test_a_record_more_in_the_month_itself_never_clears_it(counts):
    more = [*counts]
    more[RUSH_MONTH - 1] += 1

    assert not is_rushed(counts) or is_rushed(more)


@given(years, st.randoms(use_true_random=False))
def test_in_which_of_the_earlier_months_it_was_does_not_matter(counts, chance):
    before, rest = counts[: RUSH_MONTH - 1], counts[RUSH_MONTH - 1 :]
    chance.shuffle(before)

    assert is_rushed([*before, *rest]) is is_rushed(counts)


@given(years, st.integers(1, 5))
def test_the_same_year_with_more_of_everything_is_judged_alike(counts, times):
    assert not is_rushed(counts) or is_rushed([count * times for count in counts])
