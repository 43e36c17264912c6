"""Which values may be entered: by the range of an indicator, by the rule of a bonus or deduction."""

from decimal import Decimal

from .edition import Item, Rule

# What can be wrong with a value; whoever asks puts it into words.
FROM_LEDGER = "from_ledger"
NOT_APPLICABLE = "not_applicable"
NEGATIVE = "negative"
TOO_FINE = "too_fine"
ABOVE_MAXIMUM = "above_maximum"
NOT_POSITIVE = "not_positive"
NOT_AN_AMOUNT = "not_an_amount"
NOT_A_MULTIPLE = "not_a_multiple"
ABOVE_LIMIT = "above_limit"

CENTS = Decimal("0.01")


def value_problem(item: Item, value: Decimal, traits) -> str:
    """What forbids this office value, or "".

    The ledger's indicators take none, nor do those that do not apply to the unit; a value lies
    between 0 and full marks and has at most two decimals.
    """
    if item.from_ledger:
        return FROM_LEDGER
    if not item.applies_to(traits):
        return NOT_APPLICABLE
    if value < 0:
        return NEGATIVE
    if value > item.maximum:
        return ABOVE_MAXIMUM
    return TOO_FINE if value % CENTS else ""


def adjustment_problem(rule: Rule, value: Decimal) -> str:
    """What forbids these points for one matter under a bonus or deduction rule, or "".

    Deductions are written as positive points. One matter never gives more than the rule's limit;
    several may exceed it together, and then only the limit counts (see `sheet`).
    """
    if value <= 0:
        return NOT_POSITIVE
    if rule.limit is not None and value > rule.limit:
        return ABOVE_LIMIT
    if rule.amounts and value not in rule.amounts:
        return NOT_AN_AMOUNT
    if rule.each and value % rule.each:
        return NOT_A_MULTIPLE
    return TOO_FINE if value % CENTS else ""
