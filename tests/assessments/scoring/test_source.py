"""An edition's file is whole and adds up, or is refused with the place."""

import copy
from decimal import Decimal as D

import pytest

from assessments.scoring import source as sources

GOOD = {
    "total": 10,
    "indicators": [
        {
            "id": "A",
            "zh": "组织领导",
            "max": 6,
            "items": [
                {"id": "A1", "zh": "机构", "max": 4, "method": "M"},
                {"id": "A2", "zh": "责任", "max": 2, "method": "S", "applies": "window"},
            ],
        },
        {"id": "B", "zh": "诚信", "max": 4, "items": [{"id": "B1", "zh": "教育", "max": 4, "method": "D"}]},
    ],
    "bonus": [{"id": "P1", "zh": "荣誉", "points": {"nation": 3}, "limit": 4}],
    "deductions": [{"id": "N2", "zh": "文件", "each": -0.5, "limit": -3}],
    "floors": [{"indicator": "A1", "at_least": 2}],
    "grades": [{"from": 0, "zh": "不合格", "code": "fail"}],
    "ties": ["A", "shared rank"],
}


def changed(path, value):
    """The good source with one thing changed; `...` takes it away."""
    source = copy.deepcopy(GOOD)
    part = source
    for step in path[:-1]:
        part = part[step]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return source


def test_a_whole_source_is_accepted():
    sources.check(GOOD)


@pytest.mark.parametrize(
    ("path", "value", "kind", "place"),
    [
        (["indicators"], ..., sources.MISSING, ""),
        (["indicators"], [], sources.NO_INDICATORS, ""),
        (["indicators", 0], "A", sources.MISSING, ""),
        (["indicators", 0, "id"], ..., sources.MISSING, ""),
        (["indicators", 0, "items"], ..., sources.MISSING, "A"),
        (["indicators", 0, "zh"], ..., sources.MISSING, "A"),
        (["indicators", 0, "max"], 7, sources.GROUP_DIFFERS, "A"),
        (["indicators", 0, "max"], "six", sources.NOT_A_NUMBER, "A"),
        (["indicators", 0, "items", 1, "max"], 0, sources.NOT_POSITIVE, "A2"),
        (["indicators", 0, "items", 1, "method"], "X", sources.UNKNOWN_METHOD, "A2"),
        (["indicators", 0, "items", 1, "applies"], "moon", sources.UNKNOWN_TRAIT, "A2"),
        (["indicators", 0, "items", 1, "id"], "A1", sources.TWICE, "A1"),
        (["total"], 100, sources.TOTAL_DIFFERS, ""),
        (["total"], ..., sources.MISSING, ""),
        (["bonus", 0, "id"], "N2", sources.TWICE, "N2"),
        (["bonus", 0, "points", "nation"], "much", sources.NOT_A_NUMBER, "P1"),
        (["bonus", 0, "limit"], "much", sources.NOT_A_NUMBER, "P1"),
        (["bonus_cap"], "much", sources.NOT_A_NUMBER, ""),
        (["floors", 0, "indicator"], "Z9", sources.UNKNOWN_INDICATOR, "floors"),
        (["floors", 0, "at_least"], ..., sources.MISSING, "A1"),
        (["ties", 0], "Z", sources.UNKNOWN_GROUP, "ties"),
        (["grades"], ..., sources.MISSING, ""),
        (["grades", 0, "zh"], ..., sources.MISSING, "fail"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(path, value, kind, place):
    with pytest.raises(sources.SourceProblem) as refusal:
        sources.check(changed(path, value))

    assert (refusal.value.kind, refusal.value.place) == (kind, place)


def test_the_refusal_says_what_was_expected_and_found():
    with pytest.raises(sources.SourceProblem) as refusal:
        sources.check(changed(["indicators", 0, "max"], 7))

    assert (refusal.value.expected, refusal.value.found) == (D(7), D(6))


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        ({"id": "P1", "points": {"nation": 3, "city": 1}}, {"nation": 3, "city": 1}),
        ({"id": "N2", "each": -0.5}, {"each": 0.5}),
        ({"id": "N7", "by_level": {"county": -1, "city": -2}}, {"county": 1, "city": 2}),
        ({"id": "N9", "rule": "that item doubled"}, {}),
    ],
)
def test_points_are_positive_whichever_way_they_count(rule, points):
    assert sources.points_of(rule) == points


def test_limits_are_positive_or_none():
    assert sources.limit_of({"id": "N2", "limit": -3}) == 3
    assert sources.limit_of({"id": "N3"}) is None
