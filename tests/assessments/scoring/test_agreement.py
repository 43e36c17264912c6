"""What several marks come to, and how far those who gave them agree."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.agreement import Marked, Severity, severities, spread_of
from assessments.scoring.sampling import is_drawn

D = Decimal
FULL = D(4)
points = st.decimals(min_value=0, max_value=4, places=2)
marked = st.builds(Marked, st.just(FULL), st.dictionaries(st.integers(1, 9), points, min_size=1, max_size=5))
receipts = st.integers(1, 9999).map("YZ-2026-{:04d}".format)
seeds = st.integers(0, 2**62)


def of(*values, maximum=FULL):
    return Marked(D(maximum), {number: D(value) for number, value in enumerate(values, 1)})


@pytest.mark.parametrize(
    ("values", "settled"),
    [
        (["3", "3"], "3.0"),
        (["3", "3.5"], "3.3"),
        (["3.1", "3.2"], "3.2"),
        (["3.14", "3.14"], "3.1"),
        (["3.15", "3.15"], "3.2"),
        (["0", "0.09"], "0.0"),
        (["1", "1", "2"], "1.3"),
    ],
)
def test_the_mean_is_rounded_half_up_to_a_tenth(values, settled):
    assert of(*values).settled == D(settled)


def test_rounding_never_gives_more_than_full_marks():
    assert of("2.25", "2.25", maximum="2.25").settled == D("2.25")


@pytest.mark.parametrize(
    ("values", "percent", "agreed"),
    [(["3.2", "4"], 20, True), (["3.19", "4"], 20, False), (["4", "4"], 0, True), (["0", "4"], 100, True)],
)
def test_marks_agree_within_a_share_of_full_marks(values, percent, agreed):
    assert of(*values).is_agreed(percent) is agreed


@given(marked)
def test_what_marks_come_to_lies_between_them(one):
    lowest, highest = min(one.points.values()), max(one.points.values())

    assert 0 <= one.settled <= one.maximum
    assert lowest - D("0.05") <= one.settled <= highest + D("0.05")


@given(marked)
def test_the_order_of_the_marks_changes_nothing(one):
    turned = Marked(one.maximum, dict(reversed(one.points.items())))

    assert (turned.settled, turned.spread) == (one.settled, one.spread)


@given(st.lists(marked, min_size=1, max_size=8))
def test_what_one_gives_too_much_another_gives_too_little(them):
    total = sum(one.difference * one.count for one in severities(them).values())

    assert abs(total) < D("1e-15")


def test_severity_is_the_mean_difference_in_percent_of_full_marks():
    found = severities([of("1", "3"), of("2", "4"), of("4", "4")])

    assert found == {1: Severity(D(-50) / 3, 3), 2: Severity(D(50) / 3, 3)}


def test_a_spread_tells_mean_largest_and_how_many_agree():
    found = spread_of([of("4", "4"), of("3", "4"), of("0", "4")], 25)

    assert (found.count, found.largest) == (3, 100)
    assert round(found.mean, 2) == D("41.67")
    assert round(found.agreed, 2) == D("66.67")


def test_of_nothing_there_is_no_spread():
    assert spread_of([], 20) is None


# ── the draw ─────────────────────────────────────────────────────────────────────────────────────


@given(receipts, seeds)
def test_none_is_drawn_of_nothing_and_all_of_a_hundred(receipt, seed):
    assert not is_drawn(receipt, 0, seed)
    assert is_drawn(receipt, 100, seed)


@given(receipts, seeds, st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_holds_the_smaller_one(receipt, seed, one, other):
    smaller, larger = sorted([one, other])

    assert is_drawn(receipt, larger, seed) or not is_drawn(receipt, smaller, seed)


@given(seeds)
def test_the_share_is_about_what_was_asked(seed):
    drawn = sum(is_drawn(f"YZ-2026-{number:04d}", 20, seed) for number in range(1, 1001))

    # 200 of 1000; six standard deviations of the binomial are 76.
    assert 124 <= drawn <= 276


def test_what_was_drawn_once_is_drawn_for_ever():
    drawn = [number for number in range(1, 51) if is_drawn(f"YZ-2026-{number:04d}", 10, 4711)]

    assert drawn == [1, 2, 4, 6, 7, 24, 42]
