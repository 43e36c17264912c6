"""Decimal arithmetic as offices do it."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def half_up(value):
    """Round half up to two decimals (四舍五入), the way printed results are checked by hand."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)
