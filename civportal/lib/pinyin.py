"""How Chinese names sound, so that they are found by pinyin and by its initials."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from itertools import islice, product

# Words of names that are cut out first: a dictionary of phrases reads 永兴会计学校 by 兴会, 街道长安村 by
# 道长, and places as the common word.
WORDS = {
    "会计": "kuai ji",
    "银行": "yin hang",
    "支行": "zhi hang",
    "分行": "fen hang",
    "行政": "xing zheng",
    "调解": "tiao jie",
    "音乐": "yin yue",
    "都市": "du shi",
    "重庆": "chong qing",
    "重阳": "chong yang",
    "重点": "zhong dian",
    "长安": "chang an",
    "长乐": "chang le",
    "长江": "chang jiang",
    "长城": "chang cheng",
    "朝阳": "chao yang",
    "戛洒": "ga sa",
    "乐清": "yue qing",
    "单县": "shan xian",
    "尉氏": "wei shi",
    "什邡": "shi fang",
    "大埔": "da bu",
    "黄埔": "huang pu",
    "长子县": "zhang zi xian",
    "阿勒": "a le",
}
# Surnames that the dictionary reads otherwise.
SURNAMES = {"曾": "zēng", "翟": "zhái", "缪": "miào", "冼": "xiǎn", "牟": "móu"}
# Characters of names that are read in two ways where no phrase decides; both are found.
OTHER_READING = {
    "长": ("chang", "zhang"),
    "行": ("xing", "hang"),
    "重": ("zhong", "chong"),
    "乐": ("le", "yue"),
    "朝": ("chao", "zhao"),
    "单": ("dan", "shan"),
    "解": ("jie", "xie"),
    "区": ("qu", "ou"),
    "仇": ("chou", "qiu"),
    "查": ("cha", "zha"),
    "盖": ("gai", "ge"),
    "朴": ("pu", "piao"),
    "覃": ("qin", "tan"),
    "尉": ("wei", "yu"),
    "泊": ("bo", "po"),
    "埔": ("pu", "bu"),
    "堡": ("bao", "pu"),
    "都": ("du", "dou"),
    "会": ("hui", "kuai"),
    "调": ("diao", "tiao"),
    "校": ("xiao", "jiao"),
    "车": ("che", "ju"),
    "盛": ("sheng", "cheng"),
    "召": ("zhao", "shao"),
    "种": ("zhong", "chong"),
    "藏": ("cang", "zang"),
    "涌": ("yong", "chong"),
    "圩": ("wei", "xu"),
    "六": ("liu", "lu"),
    "莘": ("shen", "xin"),
    "戛": ("ga", "jia"),
}
MOST_READINGS = 4
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007]")
RUNS = re.compile(rf"{HAN.pattern}+|(?:(?!{HAN.pattern}).)+")
# A name is read part by part, for 云泽县长沟村 has no 县长 in it; parts also come back, and are kept.
PARTS = re.compile(rf"(?<=[省市县乡镇])|(?<=街道)|(?<=[区村])(?=长)|({'|'.join(WORDS)})")
KEPT = 20_000


@cache
def dictionary():
    """The module that reads Chinese, with our surnames.

    Loaded on first use: it takes 60 MB and a tenth of a second, and only those who save a name need it.
    """
    module = import_module("pypinyin")
    module.load_single_dict({ord(character): sound for character, sound in SURNAMES.items()})
    return module


@dataclass(frozen=True)
class Reading:
    """One way in which a text is read."""

    syllables: list[str]
    initials: str


def readings(text):
    """The ways in which a text can be read, the likeliest first.

    Runs of letters and digits are read as they stand, as one syllable and one initial.
    """
    parts = (part for run in RUNS.findall(text) for part in PARTS.split(run) if part)
    options = [option for part in parts for option in options_of(part)]
    ways = islice(product(*options), MOST_READINGS)
    return [Reading([sound for sound, _ in way], "".join(first for _, first in way)) for way in ways]


@lru_cache(KEPT)
def options_of(part):
    """For every syllable of a part the readings it may have, each as (sound, initial)."""
    if not HAN.match(part):
        return [[(part, part)]]
    if part in WORDS:
        return [[(sound, sound[0])] for sound in WORDS[part].split()]
    module = dictionary()
    found = module.pinyin(part, style=module.Style.NORMAL, heteronym=True, errors=list)
    return [[(sound, sound[0]) for sound in either(*known)] for known in zip(part, found, strict=True)]


def either(character, sounds):
    """The readings of one character: one where a phrase decides, else also the other one of our table."""
    others = OTHER_READING.get(character, ()) if len(sounds) > 1 else ()
    return [sounds[0], *(sound for sound in others if sound != sounds[0])]
