"""Decimal arithmetic as offices do it."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def half_up(value):
    """Round half up to two decimals (四舍五入), the way printed results are checked by hand."""
    return Decimal(value).quantize(CENT, ROUND_HALF_UP)


def plain_decimal(value):
    """A number as people write it: 3, 3.5, 12.25, and 10 where `normalize` would say 1E+1."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
