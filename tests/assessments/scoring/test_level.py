"""Described levels: what fits into an indicator's full marks, and how a list writes them."""

from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import level
from assessments.scoring.level import Band


def band(least, most=None, words="材料齐全", name=""):
    return Band(D(least), D(most or least), words, name)


@pytest.mark.parametrize(
    ("bands", "problem"),
    [
        ([], None),
        ([band("4"), band("2", "3.99"), band("0", "1")], None),
        ([band("0"), band("4")], None),
        ([band("4.01")], level.ABOVE_FULL),
        ([band("3", "2")], level.BACKWARDS),
        ([band("-1", "2")], level.BACKWARDS),
        ([band("1.005", "2")], level.TOO_FINE),
        ([band("2", "4"), band("1", "2")], level.OVERLAP),
        ([band("1", "4"), band("2", "3")], level.OVERLAP),
        ([band("2"), band("2")], level.OVERLAP),
        ([band("4", words="")], level.NO_WORDS),
        ([band("4", words="长" * 201)], level.TOO_LONG),
        ([band("4", name="长" * 21)], level.TOO_LONG),
        ([band("4", name="优：")], level.COLON_IN_NAME),
        ([band(f"0.{place}") for place in range(1, 10)], None),
        ([band(f"0.{place:02}") for place in range(1, 11)], level.TOO_MANY),
    ],
)
def test_levels_lie_within_full_marks_and_share_no_points(bands, problem):
    found = level.fault(bands, D(4))

    assert (found and found[0]) == problem


def test_all_that_is_wrong_is_found_not_only_the_first():
    bands = [band("1", "10"), band("5"), band("3"), band("2", words=""), band("12")]

    found = set(level.faults(bands, D(11)))

    assert found == {(level.NO_WORDS, 3), (level.ABOVE_FULL, 4), (level.OVERLAP, 1), (level.OVERLAP, 2)}
    assert (level.ABOVE_FULL, 4) not in set(level.faults(bands, None))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("优秀 3.5～4分：满意率 95% 及以上", band("3.5", "4", "满意率 95% 及以上", "优秀")),
        ("4分：材料齐全", band("4")),
        ("好（8-10分）：材料齐全", band("8", "10", name="好")),
        ("一档 4 分 材料齐全", band("4", name="一档")),
        ("1档4分：材料齐全", band("4", name="1档")),
        ("材料齐全 4分", band("4")),
        ("5 至 3分，材料齐全", band("3", "5")),
    ],
)
def test_levels_are_read_as_people_write_them(line, found):
    assert level.band_in(line) == found


@pytest.mark.parametrize("line", ["材料齐全", "4", "优秀：4"])
def test_a_line_without_points_is_no_level(line):
    with pytest.raises(ValueError, match=line):
        level.bands_in(line)


points = st.integers(0, 400).map(lambda cents: D(cents) / 100)
texts = st.text("优良1档分40-～（）： ；ab", min_size=1, max_size=12).map(str.strip).filter(bool)
names = st.text("优良1档分40-～（） ；ab", max_size=12).map(str.strip)


@given(points, points, texts, names)
def test_what_was_written_is_read_again(one, other, words, name):
    least, most = sorted((one, other))
    written = Band(least, most, words, name)

    assert level.bands_in(level.text_of([written])) == [written]


@given(st.lists(st.tuples(points, points), max_size=6))
def test_what_fits_stands_from_high_to_low_without_a_shared_point(pairs):
    bands = [band(str(min(pair)), str(max(pair))) for pair in pairs]
    ordered = level.in_order(bands)

    apart = all(below.most < above.least for above, below in pairwise(ordered))

    assert (level.fault(bands, D(4)) is None) == apart
