"""Whoever knows the number draws the same units again, and nobody's chance is better than another's."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.sampling import drawn

members = st.sets(st.integers(min_value=1, max_value=10_000), max_size=60)
seeds = st.integers(min_value=0, max_value=999_999)


@given(members, seeds)
def test_the_same_number_draws_the_same_whatever_the_order(among, seed):
    assert drawn(sorted(among), 10, seed) == drawn(sorted(among, reverse=True), 10, seed)


@given(members, st.integers(min_value=0, max_value=80), seeds)
def test_no_more_than_asked_nobody_twice_and_nobody_else(among, size, seed):
    sample = drawn(among, size, seed)

    assert len(sample) == len(set(sample)) == min(size, len(among))
    assert set(sample) <= among


@given(members, seeds)
def test_a_larger_sample_begins_with_the_smaller_one(among, seed):
    assert drawn(among, 20, seed)[:5] == drawn(among, 5, seed)


def test_what_was_drawn_once_is_drawn_for_ever():
    assert drawn(range(1, 101), 5, 4711) == [71, 14, 40, 82, 48]


def test_every_member_is_drawn_about_as_often():
    times = [0] * 20
    for seed in range(2000):
        for member in drawn(range(20), 5, seed):
            times[member] += 1

    # 500 each; five standard deviations of the binomial are 97.
    assert all(abs(count - 500) < 100 for count in times)
