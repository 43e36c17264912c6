"""No telephone number is to be read where a mask was put over the text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib.masking import mask
from civportal.lib.names import half_width

GAPS = ["", " ", "-", "\u3000", "\u2013", "\u00a0", "\u200b"]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"(0[1-9][0-9]{1,2})?[2-9][0-9]{6,7}", fullmatch=True)
# Words around a number, without digits and letters, which could make another number or a code of it.
around = st.text(st.sampled_from("电话：（微信同号）、，;/ 转办"), max_size=6)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("13800000001", "138****0001"),
        ("138 0000 0001", "138****0001"),
        ("138-0000-0001", "138****0001"),
        ("１３８００００００01", "138****0001"),
        ("+86 13800000001", "+86 138****0001"),
        ("13800000001/13900000002", "138****0001/139****0002"),
        ("1380000000113900000002", "****0002"),
        ("0999-88001234", "****1234"),
        ("（0999）8800 1234", "****1234"),
        ("8801234转801", "****1234转801"),
        ("13800000001、0999-8801234", "138****0001、****1234"),
        ("138****0001", "138****0001"),
        ("王敏", "王敏"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_number_is_masked(text, seen):
    assert mask(text) == seen


@pytest.mark.parametrize("text", ["91999901W62YB0QG8D", "2026-03-01", "2025-2026", "12345", "YZ-2026-0412"])
def test_what_is_no_number_is_left_alone(text):
    assert mask(text) == text


@given(around, mobiles, st.lists(st.sampled_from(GAPS), min_size=10, max_size=10), st.booleans(), around)
def test_no_mobile_can_be_read_however_it_is_written(before, number, gaps, is_wide, after):
    spelled = number[0] + "".join(gap + digit for gap, digit in zip(gaps, number[1:], strict=True))

    seen = mask(before + (spelled.translate(WIDE) if is_wide else spelled) + after)

    assert number[3:7] + number[7:] not in re.sub("[^0-9]", "", half_width(seen))
    assert f"{number[:3]}****{number[7:]}" in seen


@given(around, landlines, around)
def test_of_a_landline_only_the_last_four_digits_are_left(before, number, after):
    seen = mask(before + number + after)

    assert re.sub("[^0-9]", "", seen) == number[-4:]


@given(st.text(st.sampled_from("0123456789 -*电()+"), max_size=40))
def test_masking_twice_masks_no_more(text):
    assert mask(mask(text)) == mask(text)
