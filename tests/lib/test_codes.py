import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib import codes

GOOD = "91350100M000100Y43"
bodies = st.text(codes.ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (GOOD, ""),
        ("11999901W5AKAWX666", ""),
        ("91350100M000100Y4Z", "letter never used"),
        ("91999901W62YB0QG8D", "check digit"),
        ("91350100MO00100Y43", "letter never used"),
        ("9135010", "length"),
        (GOOD + "1", "length"),
        ("12345678-9", "old code"),
        ("12345678X", "old code"),
        ("320900000012345", "old registration number"),
        ("9.13209E+17", "rounded"),
        ("", "length"),
    ],
)
def test_a_code_is_valid_or_the_fault_has_a_name(code, fault):
    assert codes.fault(code) == fault
    assert codes.is_valid(code) is (fault == "")


@pytest.mark.parametrize(
    "written",
    [
        "91350100m000100y43",
        "9135 0100 M000 100Y 43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "\ufeff91350100M000100Y43\u3000",
    ],
)
def test_case_width_and_blanks_are_mended(written):
    assert codes.clean_code(written) == GOOD


def test_a_letter_for_a_digit_is_explained_and_never_mended():
    written = GOOD.replace("0", "O", 1)

    assert codes.clean_code(written) == written
    assert codes.likely(written) == GOOD


def test_nothing_is_guessed_where_the_guess_is_wrong_or_needless():
    assert codes.likely("91999901W62YB0QG8D") == ""
    assert codes.likely("9135OI00M000100Y44") == ""


@given(bodies)
def test_every_body_has_exactly_one_check_digit(body):
    valid = [last for last in codes.ALPHABET if codes.is_valid(body + last)]

    assert valid in ([codes.check_digit(body)], [])
    assert valid or codes.fault(body + codes.check_digit(body)) in ("rounded", "old registration number")


@given(bodies, st.integers(0, 16), st.sampled_from(codes.ALPHABET))
def test_one_mistyped_character_is_always_found(body, place, other):
    code = body + codes.check_digit(body)
    wrong = code[:place] + other + code[place + 1 :]

    assert wrong == code or not codes.is_valid(wrong)


@given(st.text())
def test_any_text_is_answered(text):
    cleaned = codes.clean_code(text)

    assert codes.fault(cleaned) in {
        "", "rounded", "old code", "old registration number", "length", "letter never used", "check digit",
    }  # fmt: skip
    assert codes.likely(cleaned) == "" or codes.is_valid(codes.likely(cleaned))
