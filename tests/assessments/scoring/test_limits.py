from decimal import Decimal as D

import pytest

from assessments.scoring import limits
from assessments.scoring.edition import BONUS, Item, Rule

PLAIN = Item("D1", "D", D(5))


@pytest.mark.parametrize(
    ("item", "value", "problem"),
    [
        (PLAIN, "0", ""),
        (PLAIN, "5", ""),
        (PLAIN, "3.25", ""),
        (PLAIN, "5.01", limits.ABOVE_MAXIMUM),
        (PLAIN, "-0.01", limits.NEGATIVE),
        (PLAIN, "3.333", limits.TOO_FINE),
        (Item("A1", "A", D(3), from_ledger=True), "1", limits.FROM_LEDGER),
        (Item("D2", "D", D(3), applies="window"), "1", ""),
        (Item("F2", "F", D(4), applies="paired"), "1", limits.NOT_APPLICABLE),
    ],
)
def test_a_value_fits_its_indicator_and_unit(item, value, problem):
    assert limits.value_problem(item, D(value), {"window"}) == problem


LEVELS = Rule("P1", BONUS, (D(3), D(2), D(1)), limit=D(4))
EACH = Rule("N2", BONUS, each=D("0.5"), limit=D(3))
FREE = Rule("N9", BONUS)


@pytest.mark.parametrize(
    ("rule", "value", "problem"),
    [
        (LEVELS, "3", ""),
        (LEVELS, "2.5", limits.NOT_AN_AMOUNT),
        (LEVELS, "5", limits.ABOVE_LIMIT),
        (LEVELS, "0", limits.NOT_POSITIVE),
        (LEVELS, "-3", limits.NOT_POSITIVE),
        (EACH, "1.5", ""),
        (EACH, "1.2", limits.NOT_A_MULTIPLE),
        (EACH, "3.5", limits.ABOVE_LIMIT),
        (FREE, "7.25", ""),
        (FREE, "7.255", limits.TOO_FINE),
    ],
)
def test_points_fit_the_rule_of_a_bonus_or_deduction(rule, value, problem):
    assert limits.adjustment_problem(rule, D(value)) == problem
