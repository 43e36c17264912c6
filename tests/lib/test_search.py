import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib import search
from civportal.lib.search import Known, Sound

NAME = Known("云泽县教育局", sound=Sound.FULL)
TEXTS = st.text(st.sampled_from("云泽教育县aB1jy （）-_%\\'\"*~=\x00\u3000é😀ü"), max_size=12)


def haystack(*knowns):
    return search.entry_of(knowns)[0]


def tokens(*knowns):
    return set(search.entry_of(knowns)[1].split())


def holds(text, *knowns):
    """Whether every word of the text is in the haystack, as the database would say."""
    return all(
        any(needle in haystack(*knowns) for needle in search.needles(word)) for word in search.words(text)
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("县 教育局", ["县", "教育局"]),
        ("　ＹＺ－2026—0412 ", ["yz20260412"]),
        ("云文明委〔2026〕3号", ["云文明委20263号"]),
        ("教育 教育", ["教育"]),
        ("% _ \\ \x00 \u200b ()", []),
        ("一 二 三 四 五 六 七 八 九 十", list("一二三四五六七八")),
    ],
)
def test_a_query_is_taken_apart_into_words(text, words):
    assert search.words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "教育",
        "教",
        "云泽县教育局",
        "县 局",
        "jyj",
        "y",
        "yzxjyj",
        "jiaoyu",
        "JiaoYu",
        "jiaoyuju",
        "ju",
        "xianjiao",
    ],
)
def test_a_name_is_found_by_parts_initials_and_pinyin(text):
    assert holds(text, NAME)


@pytest.mark.parametrize("text", ["教局", "育云", "教育厅", "an", "iao", "uju"])
def test_a_name_is_not_found_by_what_nobody_would_say(text):
    assert not holds(text, NAME)


def test_nothing_is_found_across_two_texts():
    assert not holds("局文", NAME, Known("文教局"))


def test_what_is_not_for_everybody_stands_behind_the_divider():
    open_part, further = haystack(NAME, Known("11999901", is_open=False)).split(search.DIVIDER)

    assert "云泽县教育局" in open_part and "11999901" not in open_part
    assert "11999901" in further


@pytest.mark.parametrize(
    ("text", "words", "pieces"),
    [
        ("云泽县教育局", ["教育", "局"], [("云泽县", False), ("教育", True), ("局", True)]),
        ("YZ小学", ["yz"], [("YZ", True), ("小学", False)]),
        ("小学", ["xx"], [("小学", False)]),
        ("a.b", [], [("a.b", False)]),
        ("", ["a"], []),
    ],
)
def test_the_words_in_a_text_are_marked(text, words, pieces):
    assert search.marked(text, words) == pieces


def test_initials_are_enough_for_a_name_that_is_only_lent():
    lent = Known("云泽县教育局", sound=Sound.INITIALS)

    assert holds("jyj", lent) and not holds("jiaoyu", lent)


def test_a_very_long_sound_is_cut_on_both_sides():
    name = Known("中国" * 50, sound=Sound.FULL)

    assert holds("zhongguo" * 50, name)
    assert max(map(len, haystack(name).split(search.BREAK))) <= 100


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_whatever_holds_a_word_offers_what_the_word_needs(texts, query):
    """Or else the index would hide a record that the haystack finds."""
    knowns = [Known(text, sound=Sound.FULL) for text in texts]
    offered = tokens(*knowns)

    for word in search.words(query):
        needed = search.needed(word)
        if holds(word, *knowns) and needed:
            assert any(set(alternative) <= offered for alternative in needed)


@given(st.data())
def test_every_part_of_a_text_is_found(data):
    text = search.plain(data.draw(TEXTS))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    assert holds(text[start:end], Known(text))
