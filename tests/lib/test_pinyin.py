import subprocess
import sys

import pytest

from civportal.lib import pinyin
from tests.names import unit_names


def said(text):
    return [" ".join(reading.syllables) for reading in pinyin.readings(text)]


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("云泽县农村商业银行", "yun ze xian nong cun shang ye yin hang"),
        ("云泽县长安村", "yun ze xian chang an cun"),
        ("戛洒镇", "ga sa zhen"),
        ("乐清市行政审批局", "yue qing shi xing zheng shen pi ju"),
        ("乡镇企业局", "xiang zhen qi ye ju"),
        ("绿化队", "lv hua dui"),
        ("永兴会计学校", "yong xing kuai ji xue xiao"),
        ("朝阳街道长安村", "chao yang jie dao chang an cun"),
        ("𠮷𠮷野", "𠮷 𠮷 ye"),
        ("曾庆红", "zeng qing hong"),
        ("", ""),
    ],
)
def test_a_name_is_read_as_people_say_it(text, sound):
    assert said(text)[0] == sound


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("长沟镇", {"chang gou zhen", "zhang gou zhen"}),
        ("单雄信", {"dan xiong xin", "shan xiong xin"}),
        ("教育局", {"jiao yu ju"}),
    ],
)
def test_a_name_that_can_be_read_in_two_ways_is_read_in_both(text, sounds):
    assert set(said(text)) == sounds


def test_a_name_of_many_readings_has_only_a_few():
    assert len(said("长行重乐朝单解区")) == pinyin.MOST_READINGS


def test_letters_and_numbers_stay_as_they_are():
    (reading,) = pinyin.readings("第12小学b部")

    assert reading.syllables == ["di", "12", "xiao", "xue", "b", "bu"]
    assert reading.initials == "d12xxbb"


def test_every_name_of_a_county_is_read_as_people_say_it():
    wrong = [name.text for name in unit_names(1000) if " ".join(name.syllables) not in said(name.text)]

    assert wrong == []


def test_the_dictionary_is_loaded_by_nobody_who_does_not_need_it():
    program = "import sys, civportal.lib.search; print('pypinyin' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "False"
