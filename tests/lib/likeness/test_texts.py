"""What two texts have in common, whatever was changed around it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib.likeness import texts
from tests.likeness import writings

SURELY = [
    "copied",
    "other numbers",
    "sentences shuffled",
    "10 % of the words replaced",
    "inside a longer report",
]
WORDS = writings.report("unit", "topic", 1)
anything = st.text(max_size=300) | st.text("文明创建志愿服务ab12，。 ", max_size=300)


@pytest.mark.parametrize("change", SURELY)
def test_a_text_that_is_used_again_is_known(change):
    again = writings.text_of(writings.CHANGES[change](WORDS, random.Random(1)))
    text = writings.text_of(WORDS)

    assert texts.compare(again, text).is_alike
    assert len(set(texts.sketch(again)) & set(texts.sketch(text))) >= 10


def test_two_reports_of_one_topic_are_two_texts():
    other = writings.text_of(writings.report("other unit", "topic", 2))

    assert not texts.compare(writings.text_of(WORDS), other).is_alike


def test_signs_blanks_years_and_numbers_do_not_count():
    text = (
        "2025年3月，机关党员在文化广场开展清洁家园活动，"
        "共36人参加，发放资料120份，受到群众好评，形成了长效机制。"
    )
    again = (
        "2026 年 11 月 机关党员 在文化广场 开展清洁家园活动 "
        "共４０８人参加 发放资料7份 受到群众好评 形成了长效机制"
    )

    assert texts.compare(text, again).share == 1


@pytest.mark.parametrize("text", ["", "活动", "组织干部职工开展志愿服务。"])
def test_a_short_text_is_never_called_copied(text):
    assert texts.sketch(text) == []
    assert texts.compare(text, text).share == 0


def test_the_same_passages_are_marked_in_both():
    common = "通过文明交通劝导活动营造了良好氛围"
    one = f"早高峰时段志愿者来到老街路口站岗执勤并且引导车辆有序停放，{common}。"
    two = f"{common}！下一步我们还要每月坚持开展一次集中整治并把清单交给网格员逐条销号。"

    both = texts.compare(one, two)

    assert [one[start:end] for start, end in both.passages] == [common]
    assert texts.marked(one, both.passages)[1] == (common, True)
    assert [two[start:end] for start, end in both.other_passages] == [common]


@given(anything)
def test_the_pieces_of_a_text_make_up_the_text(text):
    both = texts.compare(text, text)

    assert "".join(part for part, _same in texts.marked(text, both.passages)) == text


@given(anything)
def test_whoever_is_long_enough_is_the_same_as_itself(text):
    both = texts.compare(text, text)

    assert both.share in (0, 1)
    assert bool(texts.sketch(text)) == bool(both.share)


@given(anything, anything)
def test_likeness_is_the_same_from_both_sides(text, other):
    there, back = texts.compare(text, other), texts.compare(other, text)

    assert there.share == back.share
    assert 0 <= there.share <= 1
    assert there.passages == back.other_passages


@given(anything)
def test_every_letter_knows_where_it_stands(text):
    found = texts.read(text)

    assert len(found.letters) == len(found.places)
    assert found.places == sorted(found.places)
    assert all(0 <= place < len(text) for place in found.places)


@given(anything)
def test_a_sketch_is_small_and_fits_the_database(text):
    numbers = texts.sketch(text)

    assert len(numbers) <= texts.KEPT
    assert all(0 <= number < 2**31 for number in numbers)
