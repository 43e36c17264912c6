from decimal import Decimal as D

import pytest

from assessments.scoring.edition import BONUS, Floor, Rule, decimal, grades_of


@pytest.mark.parametrize(
    ("value", "expected"), [(0.5, "0.5"), (0.1, "0.1"), (3, "3"), ("2.50", "2.50"), (-2, "-2")]
)
def test_numbers_of_a_file_become_exact_decimals(value, expected):
    assert decimal(value) == D(expected)


@pytest.mark.parametrize("value", [None, True, "many", "", float("nan"), float("inf"), [], {}])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError):
        decimal(value)


def test_a_rule_is_read_from_its_levels_or_its_amount_each():
    assert Rule.of("P1", BONUS, {"nation": 3, "city": 0.5}, 4) == Rule(
        "P1", BONUS, (D(3), D("0.5")), None, D(4)
    )
    assert Rule.of("P4", BONUS, {"each": 0.5}, None) == Rule("P4", BONUS, (), D("0.5"), None)


def test_a_floor_is_points_or_a_share():
    assert Floor.of({"indicator": "I1", "at_least": 2}).needed(D(4)) == 2
    assert Floor.of({"indicator": "C1", "at_least_share": 0.6}).needed(D(9)) == D("5.4")


def test_grades_come_highest_first():
    grades = grades_of([{"code": "fail", "from": 0}, {"code": "recommend", "from": 90}])

    assert [grade.code for grade in grades] == ["recommend", "fail"]
