"""Places by total, ties by group, shared places: 1, 1, 3."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.ranking import Place, Standing, places, spread, strength

TIES = ["I", "C", "D"]


def standing(key, total, **groups):
    return Standing(key, Decimal(total), {code: Decimal(points) for code, points in groups.items()})


def ranks(*standings, ties=TIES):
    return [(place.key, place.rank) for place in places(standings, ties)]


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param([standing("a", "90")], [("a", 1)], id="one alone"),
        pytest.param(
            [standing("a", "88"), standing("b", "90")],
            [("b", 1), ("a", 2)],
            id="the higher total comes first",
        ),
        pytest.param(
            [standing("a", "90", I=3, C=9), standing("b", "90", I=4, C=1)],
            [("b", 1), ("a", 2)],
            id="group I decides a tie before C",
        ),
        pytest.param(
            [standing("a", "90", I=4, C=8), standing("b", "90", I=4, C=9)],
            [("b", 1), ("a", 2)],
            id="then C",
        ),
        pytest.param(
            [standing("a", "90", I=4, C=9, D=5), standing("b", "90", I=4, C=9, D=6)],
            [("b", 1), ("a", 2)],
            id="then D",
        ),
        pytest.param(
            [standing("a", "90", A=9), standing("b", "90", A=1), standing("c", "80")],
            [("a", 1), ("b", 1), ("c", 3)],
            id="another group decides nothing: shared place, the next is left out",
        ),
        pytest.param(
            [standing("a", "90"), standing("b", "90", I=1)], [("b", 1), ("a", 2)], id="no points count as 0"
        ),
        pytest.param(
            [standing("a", "90.10"), standing("b", "90.1")],
            [("a", 1), ("b", 1)],
            id="90.10 and 90.1 are one value",
        ),
        pytest.param(
            [standing("a", "-3"), standing("b", "0")], [("b", 1), ("a", 2)], id="a total may be negative"
        ),
    ],
)
def test_places(standings, expected):
    assert ranks(*standings) == expected


def test_only_those_who_share_a_place_are_marked_so():
    found = places([standing("a", "90"), standing("b", "90"), standing("c", "80")], TIES)

    assert found == [Place("a", 1, True), Place("b", 1, True), Place("c", 3, False)]


def test_without_a_tie_rule_equal_totals_share_the_place():
    assert ranks(standing("a", "90", I=1), standing("b", "90", I=2), ties=[]) == [("a", 1), ("b", 1)]


def test_a_word_in_the_tie_rule_that_is_no_group_changes_nothing():
    pair = standing("a", "90", I=1), standing("b", "90", I=2)

    assert ranks(*pair, ties=[*TIES, "shared rank"]) == ranks(*pair)


points = st.decimals(min_value=-20, max_value=115, places=2)
fields = st.lists(
    st.tuples(
        st.sampled_from(["80", "85.5", "90"]) | points, st.dictionaries(st.sampled_from("ICDA"), points)
    ),
    max_size=25,
).map(lambda rows: [Standing(key, Decimal(total), groups) for key, (total, groups) in enumerate(rows)])


@given(fields)
def test_everybody_gets_exactly_one_place(standings):
    assert sorted(place.key for place in places(standings, TIES)) == sorted(one.key for one in standings)


@given(fields)
def test_a_place_is_one_more_than_the_number_of_better_ones(standings):
    by_key = {one.key: strength(one, TIES) for one in standings}

    for place in places(standings, TIES):
        better = sum(other > by_key[place.key] for other in by_key.values())
        assert place.rank == better + 1
        assert place.is_shared == (list(by_key.values()).count(by_key[place.key]) > 1)


@given(fields, st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_the_input(standings, random):
    shuffled = random.sample(standings, len(standings))

    assert {(p.key, p.rank) for p in places(shuffled, TIES)} == {
        (p.key, p.rank) for p in places(standings, TIES)
    }


@given(fields)
def test_those_who_share_keep_the_order_they_came_in(standings):
    found = places(standings, TIES)

    for one, next_one in pairwise(found):
        assert one.rank < next_one.rank or one.key < next_one.key


def test_spread_counts_every_total_and_keeps_the_gaps():
    bins = spread([Decimal("78"), Decimal("79.99"), Decimal("80"), Decimal("85")], Decimal(2))

    assert [(bin.start, bin.end, bin.count) for bin in bins] == [
        (78, 80, 2),
        (80, 82, 1),
        (82, 84, 0),
        (84, 86, 1),
    ]


def test_spread_of_nothing_is_nothing():
    assert spread([], Decimal(2)) == []


@given(st.lists(points, min_size=1, max_size=60), st.sampled_from([Decimal(1), Decimal(2), Decimal("2.5")]))
def test_spread_loses_nobody_and_its_bins_join(totals, step):
    bins = spread(totals, step)

    assert sum(bin.count for bin in bins) == len(totals)
    assert all(one.end == after.start for one, after in pairwise(bins))
    assert bins[0].start <= min(totals) and max(totals) < bins[-1].end
