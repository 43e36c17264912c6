"""Trees of indicators, whatever way a list says them."""

from decimal import Decimal as D
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions.standard_tree import (
    BONUS,
    DEDUCTION,
    INDICATOR,
    UNKNOWN,
    VETO,
    Line,
    amounts_of,
    kind_of,
    steps,
    tree_of,
)


def tree(*lines):
    return tree_of([Line(place, **line) for place, line in enumerate(lines)], "全部")


def shape(found):
    return [(group.name, [(line.name, line.path) for line in group.items]) for group in found.groups]


def test_heads_in_columns_of_their_own():
    found = tree(
        {"name": "研究", "points": "4", "heads": ("组织", "领导"), "head_points": "10"},
        {"name": "经费", "points": "6分", "heads": ("组织", "保障"), "head_points": "10"},
    )

    assert shape(found) == [("组织", [("研究", ("组织", "领导")), ("经费", ("组织", "保障"))])]
    assert (found.total, found.differences) == (D(10), [])


@pytest.mark.parametrize(
    "numbers",
    [("1", "1.1", "1.1.1", "1.2"), ("一、", "（一）", "1.", "（二）"), ("A", "A1.1", "A1.1.1", "A1.2")],
)
def test_heads_by_numbers(numbers):
    names = ["组织", "领导", "研究", "经费"]
    points = ["10", "4", "4", "6"]

    found = tree(
        *(
            {"name": name, "points": value, "number": number}
            for name, value, number in zip(names, points, numbers, strict=True)
        )
    )

    assert shape(found) == [("组织", [("研究", ("组织", "领导")), ("经费", ("组织",))])]
    assert (found.groups[0].stated, found.differences) == (D(10), [])


def test_heads_by_indentation():
    found = tree(
        {"name": "组织", "points": "10"},
        {"name": "领导", "indent": 2},
        {"name": "研究", "points": "4", "indent": 4},
        {"name": "经费", "points": "6", "indent": 2},
    )

    assert shape(found) == [("组织", [("研究", ("组织", "领导")), ("经费", ("组织",))])]


def test_a_flat_list_is_one_group():
    assert shape(tree({"name": "研究", "points": "4"}, {"name": "经费", "points": "6"})) == [
        ("全部", [("研究", ()), ("经费", ())])
    ]


def test_sums_that_differ_are_told_at_every_depth():
    found = tree(
        {"name": "组织", "points": "10", "number": "1"},
        {"name": "领导", "points": "5", "number": "1.1"},
        {"name": "研究", "points": "4", "number": "1.1.1"},
        {"name": "经费", "points": "5", "number": "1.2"},
    )

    assert [(name, stated, total) for _key, name, stated, total in found.differences] == [
        ("组织", D(10), D(9)), ("领导", D(5), D(4)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ({"points": "4"}, INDICATOR),
        ({"points": "3", "rule_type": "deduct_per_missing"}, INDICATOR),
        ({"points": "-1", "rule_type": "per_item"}, DEDUCTION),
        ({"points": "", "note": "-1~5", "rule_type": "discretionary_range"}, DEDUCTION),
        ({"points": "1", "rule_type": "bonus"}, BONUS),
        ({"points": "±0.5/-1"}, BONUS),
        ({"points": "", "rule_type": "veto"}, VETO),
        ({"points": "2", "path": ("否决项",)}, VETO),
        ({"points": "2", "path": ("加分项",)}, BONUS),
        ({"points": ""}, UNKNOWN),
        ({"points": "若干"}, UNKNOWN),
    ],
)
def test_what_a_line_becomes(line, kind):
    assert kind_of(Line(1, "名称", **line)) == kind


@pytest.mark.parametrize(
    ("name", "points", "amounts"),
    [
        ("村歌", "1", {"each": "1"}),
        ("创成县/市/省级文明村", "1/2/3", {"county": "1", "city": "2", "province": "3"}),
        ("四/五星礼堂", "0.5~1", {}),
        ("检查被要求整改", "-0.5", {"each": "0.5"}),
        ("镇党委会研究加分", "", {}),
    ],
)
def test_amounts_of_a_rule(name, points, amounts):
    assert amounts_of(Line(1, name, points)) == amounts


@given(st.lists(st.integers(0, 30)))
def test_depths_have_no_gaps(marks):
    depths = steps(marks)

    assert len(depths) == len(marks)
    assert all(later <= earlier + 1 for earlier, later in pairwise(depths))
    assert not depths or depths[0] == 0


TEXT = st.text(max_size=12)


@given(st.lists(st.builds(
    Line, key=st.integers(), name=TEXT, points=TEXT, number=TEXT, indent=st.integers(0, 9), note=TEXT,
    heads=st.lists(st.sampled_from("甲乙丙"), max_size=3).map(tuple),
)))  # fmt: skip
def test_any_list_gives_a_tree_that_holds_each_line_at_most_once(lines):
    found = tree_of(lines, "全部")

    held = [id(line) for group in found.groups for line in group.items]
    held += [id(line) for _kind, line in found.rules]
    assert len(held) == len(set(held)) <= len(lines)
