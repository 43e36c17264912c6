"""Cleaning one cell: what a clerk meant, and a word for what could not be understood.

Each cleaner takes text and gives (value, problem); `problem` is None or (level, reason).
Nothing that was lost is ever rebuilt.
"""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from civportal.lib import codes
from civportal.lib.names import INVISIBLE, clean_name, clean_text

NOTHING = {
    "无",
    "暂无",
    "没有",
    "-",
    "—",
    "——",
    "–",
    "/",
    "\\",
    "、",
    "N/A",
    "n/a",
    "#N/A",
    "#REF!",
    "空",
    "未",
    "?",
    "？",
}
AS_ABOVE = {
    "同上",
    "同 上",
    "〃",
    "″",
    '"',
    "“",
    "”",
    "''",
    "”“",
    "〞",
    "仝",
    "仝上",
    "上同",
    "..",
    "々",
    "ditto",
}
YES = {"是", "有", "√", "✓", "✔", "对", "Y", "YES", "TRUE", "☑", "○", "V"}
NO = {"否", "无", "没有", "×", "✗", "✘", "X", "N", "NO", "FALSE", "不是", "非", "-", "—", "/"}

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"(?:0[0-9]{2,3}-?)?[1-9][0-9]{6,7}(?:(?:转|-)[0-9]{1,6})?")
# 0515-87283783 kept as a number has lost its 0; which one it was is for a person to say.
WITHOUT_ZERO = re.compile(r"[1-9][0-9]{1,2}-[1-9][0-9]{6,7}|[2-9][0-9]{9,10}|10[2-9][0-9]{7}")
EXTENSION = re.compile(r"(?:转|分机|内线|ext\.?|[*#])(?=[0-9]{1,6}$)", re.IGNORECASE)
SHORT_NUMBER = re.compile(r"[1-9][0-9]{2,5}")
DESTROYED = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
WRITTEN_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9](?:-?[0-9]{4}){2}(?![0-9])")
COUNTRY = re.compile(r"(?<![0-9-])(?:[+＋]|00)?86[-\s]*(?=1[3-9])")
BETWEEN_NUMBERS = re.compile(
    r"[/／;；、,，|\\\n或和]+| (?=1[3-9][0-9]{9}\b)| (?=0[0-9]{2,3}-?[1-9][0-9]{6,7}\b)"
)
PADDED = re.compile(r"[\u4e00-\u9fff](?: [\u4e00-\u9fff]){1,3}")
APPROXIMATE = re.compile(r"约|余|多|左右|近|大概|以上|上下")
NUMBER_NOISE = re.compile(r"约|余|多|左右|近|大概|以上|上下|人|名|个|位|,|，|\s|共|\.$|。$")
# A number as pages and exports show it: 138****0001.
MASKED = re.compile(r"\*{4}[0-9]{4}(?![0-9])")
ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
CHINESE_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
}
CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
MOBILE_PROBLEMS = (
    ("warning", "mobile unreadable"),
    ("remark", "area code without 0"),
    ("remark", "landline"),
    ("remark", "words beside a number"),
)
MULTIPLES = {"亿": 100_000_000, "万": 10_000, "千": 1_000, "百": 100}
MULTIPLE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([亿万千百])")
MONEY_NOISE = re.compile(r"人民币|元|整|[¥￥]")
DAY = re.compile(r"([0-9]{4}|[0-9]{2})[年.\-/]([0-9]{1,2})(?:[月.\-/]([0-9]{1,2})日?|月)?(?: [0-9:]+)?")
YEAR = re.compile(r"((?:19|20)[0-9]{2})年?")
# Days since the end of 1899, as spreadsheets count them: from 1954 to 2064.
SERIAL = re.compile(r"[2-5][0-9]{4}(?:\.[0-9]+)?")
FIRST_DAY = date(1899, 12, 30)
MOST_STAFF = 1_000_000


def is_nothing(text):
    """Whether the cell says that there is nothing, as people write it."""
    if len(text) > 20:
        return text.isspace()
    plain = clean_text(text)
    return plain == "" or plain in NOTHING


def is_as_above(text):
    """Whether the cell stands for the one above it."""
    return len(text) < 9 and INVISIBLE.sub("", clean_text(text)) in AS_ABOVE


def is_masked(text):
    """Whether a number in it is masked, so that the cell can only mean: as it was."""
    return "****" in text and bool(MASKED.search(text))


def plain_text(text):
    """A free text; what says "nothing" becomes empty."""
    return ("", None) if is_nothing(text) else (clean_text(text).rstrip("。"), None)


def person(text):
    """A person's name or names, not padded for looks: 张　三 → 张三, but 张三 李四 stay two."""
    kept, problem = plain_text(text)
    return (kept.replace(" ", "") if PADDED.fullmatch(kept) else kept), problem


def name(text):
    """A unit's name on one line, without padding."""
    return ("", None) if is_nothing(text) else (clean_name(text).rstrip("。、，"), None)


def code(text):
    """A unified social credit code; what is wrong with it is said, never put right."""
    if is_nothing(text):
        return "", None
    cleaned = codes.clean_code(text)
    if without_id_numbers(cleaned)[1]:
        return "", ("error", "identity card")
    fault = codes.fault(cleaned)
    return (cleaned, None) if not fault else ("", ("error", fault))


def mobile(text):
    """Mobile numbers, separated by " / "; a landline found here comes back behind a "tel:"."""
    if is_nothing(text):
        return "", None
    mobiles, landlines, found_reasons = [], [], set()
    for part in BETWEEN_NUMBERS.split(COUNTRY.sub("", clean_text(text))):
        number = digits_of(part)
        if found := WRITTEN_MOBILE.search(number):
            mobiles.append(found[0].replace("-", ""))
            found_reasons |= {"words beside a number"} if found[0] != number else set()
        elif LANDLINE.fullmatch(number) or SHORT_NUMBER.fullmatch(number):
            landlines.append(number)
            found_reasons.add("landline")
        elif WITHOUT_ZERO.fullmatch(number):
            landlines.append(number)
            found_reasons.add("area code without 0")
        elif number:
            found_reasons.add("mobile unreadable")
    # The worst is said.
    problem = next(((level, reason) for level, reason in MOBILE_PROBLEMS if reason in found_reasons), None)
    return " / ".join(dict.fromkeys(mobiles)) + "".join(f"tel:{number}" for number in landlines), problem


def tel(text):
    """A landline as it is written, with or without area code; an odd one is kept and remarked."""
    if is_nothing(text):
        return "", None
    if DESTROYED.fullmatch(clean_text(text)):
        return "", ("warning", "number destroyed")
    parts = [digits_of(part) for part in BETWEEN_NUMBERS.split(clean_text(text))]
    parts = [part for part in parts if part]
    usual = all(LANDLINE.fullmatch(p) or SHORT_NUMBER.fullmatch(p) or MOBILE.fullmatch(p) for p in parts)
    if parts and usual:
        return " / ".join(parts), None
    if any(WITHOUT_ZERO.fullmatch(part) for part in parts):
        return clean_text(text), ("remark", "area code without 0")
    return clean_text(text), ("remark", "telephone unusual")


def digits_of(part):
    """A telephone number without blanks, dots and marks."""
    number = unicodedata.normalize("NFKC", part).replace("–", "-").replace("—", "-")
    bare = re.sub(r"[\s'‘’`]|(?<=[0-9])\.(?=[0-9]{3,})|(?<=[0-9]{6})\.0+$", "", number)
    return EXTENSION.sub("转", bare)


def count(text):
    """A headcount and whether it is only about: 约50人 and 50余人 → (50, True).

    Gives ((number or None, is approximate), problem).
    """
    if is_nothing(text):
        return (None, False), None
    cleaned = unicodedata.normalize("NFKC", clean_text(text))
    bare = re.sub(r"\.0+$", "", NUMBER_NOISE.sub("", cleaned))
    number = whole(bare)
    if number is None or number > MOST_STAFF:
        return (None, False), ("warning", "number unreadable")
    return (number, bool(APPROXIMATE.search(cleaned))), None


def whole(bare):
    """12, 十二 or 1.2万 as a whole number; None when it is none."""
    if found := MULTIPLE.fullmatch(bare):
        value = Decimal(found[1]) * MULTIPLES[found[2]]
        return int(value) if value == int(value) else None
    return int(bare) if re.fullmatch(r"[0-9]{1,9}", bare) else chinese_number(bare)


def amount(text):
    """A sum of money in yuan and whether it is only about: 5000万元 → (50000000, False).

    Gives ((Decimal or None, is approximate), problem).
    """
    if is_nothing(text):
        return (None, False), None
    cleaned = unicodedata.normalize("NFKC", clean_text(text))
    bare = MONEY_NOISE.sub("", NUMBER_NOISE.sub("", cleaned))
    if found := MULTIPLE.fullmatch(bare):
        value = Decimal(found[1]) * MULTIPLES[found[2]]
    elif re.fullmatch(r"[0-9]{1,15}(?:\.[0-9]{1,4})?", bare):
        value = Decimal(bare)
    else:
        value = chinese_number(bare)
    if value is None:
        return (None, False), ("warning", "number unreadable")
    return (Decimal(value), bool(APPROXIMATE.search(cleaned))), None


def day(text):
    """A day, month or year as ISO writes it: 2026.3.15 → 2026-03-15, 26.3 → 2026-03, 2026年 → 2026.

    A number such as 46096 is the spreadsheet's own count of days; that is remarked, because some
    spreadsheets begin to count in 1904.
    """
    if is_nothing(text):
        return "", None
    plain = western(unicodedata.normalize("NFKC", clean_text(text)).rstrip("。."))
    if found := YEAR.fullmatch(plain):
        return found[1], None
    if SERIAL.fullmatch(plain):
        return (FIRST_DAY + timedelta(days=int(float(plain)))).isoformat(), ("remark", "day by number")
    if re.fullmatch(r"[0-9]{8}|[0-9]{6}", plain):
        plain = "-".join(filter(None, (plain[:4], plain[4:6], plain[6:])))
    found = DAY.fullmatch(plain)
    value = iso(*found.groups()) if found else ""
    return (value, None) if value else ("", ("warning", "day unreadable"))


def western(text):
    """二〇二六年三月十五日 → 2026年3月15日."""
    return re.sub("[〇零一二三四五六七八九十]+", lambda found: str(chinese_number(found[0])), text)


def iso(year, month, day):
    """The day or the month, "" when the calendar has none like it."""
    if len(year) == 2:
        year = ("20" if year < "50" else "19") + year
    try:
        whole_day = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return whole_day if day else whole_day[:7]


def chinese_number(text):
    """十二 → 12, 二百零五 → 205; None for anything else."""
    if not text or any(c not in CHINESE_DIGITS and c not in CHINESE_UNITS for c in text):
        return None
    if not any(c in CHINESE_UNITS for c in text):
        return int("".join(str(CHINESE_DIGITS[c]) for c in text)) if len(text) <= 9 else None
    total = section = digit = 0
    for character in text:
        if character in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * CHINESE_UNITS[character], 0
    return total + section + digit


def yes_no(text):
    """是, √, 有 or a number of windows → True; 否, ×, 0 → False; blank → None."""
    plain = unicodedata.normalize("NFKC", clean_text(text)).upper()
    if plain in YES or plain in NO:
        return plain in YES, None
    if is_nothing(plain):
        return None, None
    (number, _approximate), problem = count(plain)
    return (None, ("remark", "yes or no")) if problem else (number > 0, None)


def without_id_numbers(text):
    """The text without the numbers of identity cards, and whether there were any."""
    cleaned = ID_NUMBER.sub(lambda found: "" if is_id_number(found[0]) else found[0], text)
    return cleaned.strip(), cleaned != text


def is_id_number(number):
    """Whether the check digit is that of an identity card."""
    total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()
