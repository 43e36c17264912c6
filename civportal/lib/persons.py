"""Chinese names of people: surname and given name, and who may be related by them."""

import re

# Surnames of two characters that are still met; every other surname has one.
LONG_SURNAMES = (
    "欧阳太史上官端木司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘令狐百里呼延东郭南门羊舌微生公户"
)
TWO_CHARACTERS = frozenset(LONG_SURNAMES[place : place + 2] for place in range(0, len(LONG_SURNAMES), 2))
CHINESE = re.compile(r"[\u3400-\u9fff]{2,5}")
BETWEEN_NAMES = re.compile(r"[、，,；;/／\n]+")
BLANKS = re.compile(r"\s+")
# With given names of this length one of the characters often is the generation's.
GIVEN_WITH_GENERATION = 2


def bare_name(text):
    """The name without the blanks that lists put into short ones: 王　强 is 王强."""
    return BLANKS.sub("", text)


def names_in(text):
    """The names of people in a field that may hold several."""
    return [name for part in BETWEEN_NAMES.split(text) if (name := bare_name(part))]


def parted(name):
    """(surname, given name) of a Chinese name, or None where it is none."""
    name = bare_name(name)
    if not CHINESE.fullmatch(name):
        return None
    length = 2 if name[:2] in TWO_CHARACTERS and len(name) > 2 else 1
    return name[:length], name[length:]


def share_generation(one, other):
    """Whether two different names share the surname and, at the same place, a character of the given name.

    Brothers, sisters and cousins are often named so; two given names of one character tell nothing.
    """
    first, second = parted(one), parted(other)
    if first is None or second is None or first == second or first[0] != second[0]:
        return False
    given = first[1], second[1]
    if {len(part) for part in given} != {GIVEN_WITH_GENERATION}:
        return False
    return any(mine == yours for mine, yours in zip(*given, strict=True))
