"""Decimals as offices round and write them."""

from decimal import Decimal

import pytest

from civportal.lib.money import half_up, plain_decimal


@pytest.mark.parametrize(("value", "rounded"), [("86.125", "86.13"), ("86.115", "86.12"), ("3", "3.00")])
def test_half_a_cent_is_rounded_up(value, rounded):
    assert str(half_up(Decimal(value))) == rounded


@pytest.mark.parametrize(
    ("value", "text"), [("3.00", "3"), ("3.50", "3.5"), ("0.25", "0.25"), ("10", "10"), ("10.00", "10")]
)
def test_a_number_is_written_as_people_write_it(value, text):
    assert plain_decimal(Decimal(value)) == text
