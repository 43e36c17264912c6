from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib.names import (
    clean_name,
    clean_text,
    local_name,
    names_in,
    plain_name,
    spelled_names,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("县 水 利 局", "县水利局"),
        ("张　三", "张三"),
        ("县烟草专卖局 ", "县烟草专卖局"),
        ("\ufeff县水利局\u200b", "县水利局"),
        ("县水利局\n（县河长办）", "县水利局（县河长办）"),
        ("ＡＢＣ公司（集团）", "ABC公司（集团）"),
        ("Yunze Water Co", "Yunze Water Co"),
        ("云泽县 IT 中心", "云泽县 IT 中心"),
    ],
)
def test_a_name_is_kept_on_one_line_without_padding(written, kept):
    assert clean_name(written) == kept


def test_line_breaks_inside_a_text_stay():
    assert clean_text("第一行 \r\n　第二行 ") == "第一行\n第二行"


@pytest.mark.parametrize(
    "twin", ["县水利局（本级）", "县水利局(本级)", "县 水利局（本级）", "县水利局（本级）\u200b"]
)
def test_spellings_of_one_name_are_equal(twin):
    assert plain_name(twin) == plain_name("县水利局（本级）")


def test_different_numbers_are_different_names():
    assert plain_name("县第一小学") != plain_name("县第二小学")


@pytest.mark.parametrize(
    ("plain", "local"),
    [
        ("云泽县教育局", "教育局"),
        ("县教育局", "教育局"),
        ("教育局", "教育局"),
        ("云泽县", "云泽县"),
        ("东坝镇", "东坝镇"),
    ],
)
def test_the_county_in_front_is_left_out(plain, local):
    assert local_name(plain, ["云泽县"]) == local


def test_without_a_county_a_name_stays_whole():
    assert local_name("县教育局", [""]) == "县教育局"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_name(clean_name(text)) == clean_name(text)
    assert len(plain_name(text)) <= 100
    assert plain_name(text).isprintable()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("县药监局", [("县药监局", None, None)]),
        ("县药监局、县工商局", [("县药监局", None, None), ("县工商局", None, None)]),
        ("县药监局；县工商局、物价局", [("县药监局", None, None), ("县工商局、物价局", None, None)]),
        ("县药监局（2019-01-01至2024-03-01）", [("县药监局", date(2019, 1, 1), date(2024, 3, 1))]),
        ("水泥厂（筹）(至2024-03-01)\n", [("水泥厂（筹）", None, date(2024, 3, 1))]),
        ("县药监局（至）", [("县药监局（至）", None, None)]),
        ("县药监局（2019-02-30至）", [("县药监局（2019-02-30至）", None, None)]),
    ],
)
def test_names_in_a_cell_are_told_apart_with_their_days(text, names):
    assert names_in(text) == names


DAYS = st.none() | st.dates()
NAMES = st.text("县药监局、，（）1", min_size=1, max_size=8).map(clean_name).filter(bool)


@given(st.lists(st.tuples(NAMES, DAYS, DAYS), max_size=4))
def test_names_come_back_as_they_were_spelled(names):
    assert names_in(spelled_names(names)) == names
