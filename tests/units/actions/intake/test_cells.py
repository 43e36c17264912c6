import pytest
from hypothesis import given
from hypothesis import strategies as st

from units.actions.intake import cells

LOST = ("warning", "mobile unreadable")


@pytest.mark.parametrize(
    ("written", "kept", "problem"),
    [
        ("13900001231", "13900001231", None),
        ("１３９００００７１００", "13900007100", None),
        ("139-0000-8766", "13900008766", None),
        ("139 0000 8766", "13900008766", None),
        ("+86 13900008766", "13900008766", None),
        ("8613900008766", "13900008766", None),
        ("'13900008766", "13900008766", None),
        ("13900005697/13900001797", "13900005697 / 13900001797", None),
        ("13900005697；13900001797", "13900005697 / 13900001797", None),
        ("13900005697\n13900001797", "13900005697 / 13900001797", None),
        ("13900005697 13900001797", "13900005697 / 13900001797", None),
        ("13900005697/13900005697", "13900005697", None),
        ("1.39E+10", "", LOST),
        ("1390000", "tel:1390000", ("remark", "landline")),
        ("139000056", "", LOST),
        ("139000056971", "", LOST),
        ("0999-87283783", "tel:0999-87283783", ("remark", "landline")),
        ("13900005697/81805169", "13900005697tel:81805169", ("remark", "landline")),
        ("666123", "tel:666123", ("remark", "landline")),
        ("13900005697（张三）", "13900005697", ("remark", "words beside a number")),
        ("待定", "", LOST),
        ("无", "", None),
        ("-", "", None),
        ("", "", None),
        ("13900005697/", "13900005697", None),
    ],
)
def test_mobile_numbers_are_mended_or_lost_but_never_rebuilt(written, kept, problem):
    assert cells.mobile(written) == (kept, problem)


@pytest.mark.parametrize(
    ("written", "kept", "problem"),
    [
        ("0999-87283783", "0999-87283783", None),
        ("0999 87283783", "099987283783", None),
        ("81805169", "81805169", None),
        ("0999-8728378转801", "0999-8728378转801", None),
        ("81805169、81805170", "81805169 / 81805170", None),
        ("8.18E+7", "", ("warning", "number destroyed")),
        ("内线请转", "内线请转", ("remark", "telephone unusual")),
        ("无", "", None),
    ],
)
def test_a_landline_needs_no_area_code(written, kept, problem):
    assert cells.tel(written) == (kept, problem)


@pytest.mark.parametrize(
    ("written", "number", "about"),
    [
        ("75", 75, False),
        ("75.0", 75, False),
        ("７５", 75, False),
        ("75人", 75, False),
        ("约50人", 50, True),
        ("50余人", 50, True),
        ("1,200", 1200, False),
        ("十二", 12, False),
        ("二百零五", 205, False),
        ("一万二千", 12000, False),
        ("二〇", 20, False),
        ("近百人", 100, True),
        ("无", None, False),
        ("", None, False),
    ],
)
def test_headcounts_are_numbers_and_say_when_they_are_only_about(written, number, about):
    assert cells.count(written) == ((number, about), None)


@pytest.mark.parametrize("written", ["若干", "-5", "12.5", "9999999", "一" * 12, "12个科室3人"])
def test_what_is_no_headcount_stays_empty_with_a_warning(written):
    assert cells.count(written) == ((None, False), ("warning", "number unreadable"))


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        *((yes, True) for yes in ("是", "√", "1", "有", "3个")),
        *((no, False) for no in ("否", "0", "×", "无")),
        ("", None),
    ],
)
def test_yes_and_no_have_many_spellings(written, answer):
    assert cells.yes_no(written) == (answer, None)


def test_what_is_neither_yes_nor_no_stays_open():
    assert cells.yes_no("看情况") == (None, ("remark", "yes or no"))


@pytest.mark.parametrize("written", ["同上", "〃", "″", '"', "同　上", "仝上"])
def test_as_above_has_many_spellings(written):
    assert cells.is_as_above(written)


@pytest.mark.parametrize("written", ["", "无", "同上级机关一并管理", "县人民政府"])
def test_not_everything_means_as_above(written):
    assert not cells.is_as_above(written)


@pytest.mark.parametrize("written", ["", " ", "无", "暂无", "-", "——", "/", "#N/A", " " * 30])
def test_nothing_has_many_spellings(written):
    assert cells.plain_text(written) == ("", None)
    assert cells.name(written) == ("", None)


def test_a_long_text_is_never_nothing():
    assert cells.plain_text("县水利局" * 10 + "。") == ("县水利局" * 10, None)


def test_identity_cards_are_taken_out_and_other_numbers_are_not():
    # 11010519491231002X is the specimen of the standard.
    assert cells.without_id_numbers("张三 11010519491231002X") == ("张三", True)
    assert cells.without_id_numbers("文号 110105194912310021") == ("文号 110105194912310021", False)


@given(st.integers(0, 999_999))
def test_digits_come_back_as_they_were(number):
    assert cells.count(str(number)) == ((number, False), None)
    assert cells.count(f"约{number}人") == ((number, True), None)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "　", "\u200b", "+86"]))
def test_every_mobile_number_survives_its_dress(number, dress):
    wide = number.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})

    assert cells.mobile(dress + number) == (number, None)
    assert cells.mobile(wide) == (number, None)
    assert cells.mobile(f"{number[:3]}-{number[3:7]}-{number[7:]}") == (number, None)


@given(st.text())
def test_any_text_is_answered(text):
    for clean in (
        cells.plain_text,
        cells.name,
        cells.code,
        cells.mobile,
        cells.tel,
        cells.count,
        cells.yes_no,
    ):
        _value, problem = clean(text)
        assert problem is None or len(problem) == 2
