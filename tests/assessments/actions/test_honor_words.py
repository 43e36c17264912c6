"""What a cell says of honors held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions.honor_words import honor_in, honors_in, level_of

LEVELS = {"省": "province", "市": "city", "县": "county", "全国": "national"}
KINDS = ["文明单位", "文明村", "文明乡镇", "文明校园", "文明单位标兵", "创建文明行业工作先进行业"]


def told(text):
    return [(said.level, said.name, said.first, said.last, said.pending) for said in honors_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2019-2021年度省文明单位；2020年县文明单位",
            [("province", "文明单位", 2019, 2021, False), ("county", "文明单位", 2020, 2020, False)],
        ),
        ("2019—21年度市级文明行业", [("city", "文明行业", 2019, 2021, False)]),
        ("２０２０年县文明单位。", [("county", "文明单位", 2020, 2020, False)]),
        ("省、市文明单位", [
            ("province", "文明单位", None, None, False), ("city", "文明单位", None, None, False),
        ]),
        ("云泽县文明村\n全国文明单位(第六届)", [
            ("county", "文明村", None, None, False), ("national", "文明单位", None, None, False),
        ]),
        ("2017-2018年度市级文明单位候选", [("city", "文明单位", 2017, 2018, True)]),
        ("荣获“县级文明单位”称号", [("county", "文明单位", None, None, False)]),
        ("省级文明单位(2020-06)", [("province", "文明单位", 2020, 2020, False)]),
        ("省级文明单位（2015-02 报道）", [("province", "文明单位", None, None, False)]),
        ("文明单位（市级）", [("city", "文明单位", None, None, False)]),
    ],
)  # fmt: skip
def test_each_honor_is_understood_by_itself(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "获2020年度县级文明单位标兵（云文明委〔2021〕3号）",
        "2020年度县级文明单位标兵，云文明委[2021]3号",
        "云文明委(2021)3号 2020年度县级文明单位标兵",
    ],
)
def test_the_document_is_found_wherever_it_stands(text):
    [said] = honors_in(text)

    assert (said.level, said.name, said.first, said.document) == (
        "county", "文明单位标兵", 2020, "云文明委〔2021〕3号",
    )  # fmt: skip


def test_what_is_no_honor_stays_without_a_name():
    assert told("无") == [("", "", None, None, False)]
    assert told("A级信用单位") == [("", "", None, None, False)]
    assert told("") == []


def test_an_edition_is_kept_as_it_is_called():
    assert honor_in("省第五届").edition == "省第五届"


def test_a_level_may_have_a_cell_of_its_own():
    assert [level_of(text) for text in ("全国级", "省级", " 市 ", "县", "镇级", "")] == [
        "national", "province", "city", "county", "", "",
    ]  # fmt: skip


@given(st.text(max_size=80))
def test_any_text_is_read(text):
    for said in honors_in(text):
        assert len(said.name) <= 60 and len(said.edition) <= 60
        assert said.first is None or 1980 <= said.first <= said.last <= 2100


@given(st.lists(st.tuples(
    st.sampled_from(sorted(LEVELS)), st.sampled_from(KINDS), st.integers(1990, 2030), st.integers(0, 5),
), min_size=1, max_size=5), st.sampled_from("；;、\n"))  # fmt: skip
def test_whatever_is_written_down_is_read_again(honors, separator):
    text = separator.join(f"{first}-{first + more}年度{level}{kind}" for level, kind, first, more in honors)

    expected = [(LEVELS[level], kind, first, first + more, False) for level, kind, first, more in honors]
    assert told(text) == expected
