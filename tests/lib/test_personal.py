import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib import personal

DIGITS = st.text("0123456789", min_size=17, max_size=17)


@pytest.mark.parametrize(
    "text",
    [
        "110101199003070011",
        "11010119900307001x",
        "110101900307001",
        "110101 19900307 0011",
        "１１０１０１１９９００３０７００１１",
    ],
)
def test_identity_numbers_are_known_however_they_are_written(text):
    assert personal.is_id_number(text)


@pytest.mark.parametrize("text", ["", "101", "A-017", "窗口3号", "1101011990030700112", "0999-88001200"])
def test_badges_are_no_identity_numbers(text):
    assert not personal.is_id_number(text) and not personal.is_mobile(text)


@pytest.mark.parametrize(
    "text", ["13900000001", "139 0000 0001", "+86-139-0000-0001", "１３９００００００００１"[:11]]
)
def test_mobiles_are_known_however_they_are_written(text):
    assert personal.is_mobile(text)


def test_an_identity_number_is_found_inside_a_text_and_an_account_is_not():
    assert personal.holds_id_number("请携带身份证（110101199003070011）办理")
    assert personal.holds_id_number("证号 110101 19900307 001X。")
    assert personal.holds_id_number("旧证110101900307001")
    assert not personal.holds_id_number("缴费账号 622202110101199003070011888")
    assert not personal.holds_id_number("缴费账号 110101199099070011")
    assert not personal.holds_id_number("工作日 8:30—12:00，电话 0999-88001200")


@given(DIGITS, st.sampled_from("0123456789Xx"), st.sampled_from(["", " ", "-", "\u200b", "　"]))
def test_eighteen_characters_of_the_form_are_always_one(digits, last, gap):
    assert personal.is_id_number(f"{digits[:6]}{gap}{digits[6:]}{last}")


@given(st.text(max_size=60))
def test_any_text_is_judged_without_a_fault(text):
    assert isinstance(personal.is_id_number(text), bool)
    assert isinstance(personal.holds_id_number(text), bool)
