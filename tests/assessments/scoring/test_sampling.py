"""Whoever knows the number draws the same units again, and nobody's chance is better than another's."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.sampling import Candidate, drawn, drawn_evenly

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


# ── in turn ──────────────────────────────────────────────────────────────────────────────────────

candidates = st.lists(
    st.builds(Candidate, st.integers(1, 99).map(str), st.sampled_from("ABC"), st.integers(1, 30)),
    max_size=40,
)


@given(candidates, st.integers(0, 20), st.integers(0, 2**62))
def test_no_whole_gives_two_parts_and_none_is_drawn_too_often(them, size, seed):
    drawn = drawn_evenly(them, size, seed)

    assert len(drawn) == len({one.whole for one in drawn}) <= size
    assert set(drawn) <= set(them)


@given(candidates, st.integers(0, 20), st.integers(0, 2**62))
def test_the_same_number_draws_the_same_in_whatever_order_they_come(them, size, seed):
    assert drawn_evenly(them, size, seed) == drawn_evenly(them[::-1], size, seed)


def test_strata_take_turns():
    them = [Candidate(f"{stratum}{number}", stratum, f"{stratum}{number}")
            for stratum, count in (("A", 9), ("B", 3), ("C", 1)) for number in range(count)]  # fmt: skip

    drawn = drawn_evenly(them, 9, 4711)

    assert Counter(one.stratum for one in drawn) == {"A": 5, "B": 3, "C": 1}


def test_where_there_are_fewer_fewer_are_drawn():
    assert len(drawn_evenly([Candidate("a", "A", 1), Candidate("b", "B", 1)], 5, 1)) == 1
