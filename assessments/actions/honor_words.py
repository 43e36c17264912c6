"""What a cell says of honors held: "2019-2021年度省文明单位；2020年县文明单位" are two of them.

Plain functions on plain text. What the text does not say stays empty; nothing is guessed.
"""

import re
from dataclasses import asdict, dataclass, replace

from civportal.lib.documents import document_number
from civportal.lib.names import clean_text, half_width

FIRST_YEAR, LAST_YEAR = 1980, 2100

LEVELS = {
    "全国": "national", "国家": "national", "中央": "national",
    "省": "province", "市": "city", "县": "county", "区": "county",
}  # fmt: skip
# With one of these begins what an honor is called.
STEMS = re.compile(
    r"最佳文明(?!委|办)|创建文明(?!委|办)|文明(?!委|办)|先进|模范|示范|优秀|标兵|十佳|双拥|平安|卫生|绿色|节约型|和谐|青年文明号|五一|三八|巾帼|诚信"
)
LEVEL_BEFORE = re.compile(r"(全国|国家|中央|省|市|县|区)[级直]?[“\"「]?$")
LEVEL_WORD = re.compile(r"(全国|国家|中央|省|市|县|区)级?")
LEVEL_BEHIND = re.compile(r"[（(](全国|国家|中央|省|市|县|区)级?[)）]")
PENDING = re.compile(
    r"(?:[省市县区]级)?(?:拟命名|待命名|拟表彰|候选|公示中|拟推荐|推荐(?!示范))(?:名单|单位|对象)?"
)
BRACKETS = r"[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]"
DOCUMENT = re.compile(
    rf"[（(]\s*([\u4e00-\u9fff]{{1,20}}{BRACKETS}\s*第?\s*\d{{1,4}}\s*号)\s*[)）]"
    rf"|(?:^|(?<=[\s，,：:]))([\u4e00-\u9fff]{{1,20}}{BRACKETS}\s*第?\s*\d{{1,4}}\s*号)"
)
REPORTED = re.compile(r"[（(][^（()）]*(?:报道|截至|截止)[^（()）]*[)）]")
YEARS = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*年?\s*(?:[-—–－~～]+|至|到)\s*((?:19|20)?\d{2})(?!\d)(\s*年度?|\s*届)?"
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:\s*年度?|[.\-/]\d{1,2}(?:[.\-/]\d{1,2})?月?)?")
EDITION = re.compile(r"(?:全国|省|市|县)?第[一二三四五六七八九十百\d]{1,4}届(?:（[^（）]*）|\([^()]*\))?")
AROUND = re.compile(
    r"^[\s，,:：、“”\"「」]+|[\s，,:：、。“”\"「」]+$|(?:荣誉)?(?:称号|称谓)$|^(?:荣获|获得|获评|获|被评为|评为|被授予|授予|命名为|命名|蝉联)"
)
EMPTY_BRACKETS = re.compile(r"[（(]\s*[)）]")
SEPARATORS = "；;、\n，,"


@dataclass(frozen=True)
class Said:
    """One honor as a text says it. `level` is the catalogue's word; years are numbers or None."""

    level: str = ""
    name: str = ""
    first: int | None = None
    last: int | None = None
    edition: str = ""
    document: str = ""
    pending: bool = False
    text: str = ""
    # The day of the document in ISO form, where a column tells it.
    on: str = ""

    def as_json(self):
        return asdict(self)


def honors_in(text):
    """Every honor that a cell names, in its order; a part that only says a level shares the next name."""
    found, waiting = [], []
    for part in parts_of(text):
        said = honor_in(part)
        if said.document and not said.name and found:
            found[-1] = replace(found[-1], document=found[-1].document or said.document)
            continue
        if not said.name and said.level and said.text:
            waiting.append(said)
            continue
        found += [replace(early, name=said.name, first=early.first or said.first) for early in waiting]
        found.append(said)
        waiting = []
    return found + waiting


def parts_of(text):
    """The text cut at separators that stand outside brackets; a comma cuts only before another honor."""
    parts, depth, start = [], 0, 0
    text = clean_text(text)
    for place, character in enumerate(text):
        if character in "（(〔[【":
            depth += 1
        elif character in "）)〕]】":
            depth = max(0, depth - 1)
        elif character in SEPARATORS and not depth and cuts(character, text[place + 1 :]):
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def cuts(character, rest):
    """Whether the separator ends an honor: a comma may also stand before a document's number."""
    return character not in "，," or bool(STEMS.search(re.split(f"[{SEPARATORS}]", rest)[0]))


def honor_in(text):
    """One honor: its level, name, years, edition, document, and whether it is only a candidate."""
    whole = half_width(clean_text(text))
    rest, document = taken(DOCUMENT, whole)
    rest, _reported = taken(REPORTED, rest)
    rest, pending = taken(PENDING, rest)
    rest, first, last = years_in(rest)
    rest, edition = taken(EDITION, rest)
    level, name = level_and_name(rest)
    if not level and pending:
        level = level_of(pending)
    return Said(
        level=level,
        name=name[:60],
        first=first,
        last=last,
        edition=edition.strip()[:60],
        document=document_number(document)[:60] if document else "",
        pending=bool(pending),
        text=whole,
    )


def taken(pattern, text):
    """The text without what the pattern finds first, and what that was."""
    found = pattern.search(text)
    if not found:
        return text, ""
    inner = next((group for group in found.groups() if group), found[0])
    return EMPTY_BRACKETS.sub("", text[: found.start()] + text[found.end() :]), inner


def is_pending(text):
    """Whether the text says that the unit is only a candidate."""
    return bool(PENDING.search(text))


def years_in(text):
    """The text without its years, the first of them and the last; 2020-06 is a month of one year."""
    if (found := YEARS.search(text)) and (years := range_of(found)):
        return EMPTY_BRACKETS.sub("", text[: found.start()] + text[found.end() :]), *years
    found = YEAR.search(text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return text, None, None
    rest = EMPTY_BRACKETS.sub("", text[: found.start()] + text[found.end() :])
    return rest, int(found[1]), int(found[1])


def range_of(found):
    """(first, last) when what was found are years, and in this order; else None."""
    first, end = int(found[1]), found[2]
    last = int(end) if len(end) == 4 else first // 100 * 100 + int(end)
    is_month = len(end) == 2 and 1 <= int(end) <= 12 and not found[3]
    if is_month or not FIRST_YEAR <= first <= last <= LAST_YEAR:
        return None
    return first, last


def level_and_name(text):
    """(level, name) of what is left: 江苏省文明单位 → province, 文明单位."""
    behind = LEVEL_BEHIND.search(text)
    text = bare(LEVEL_BEHIND.sub("", text))
    stem = STEMS.search(text)
    if not stem:
        word = LEVEL_WORD.fullmatch(text)
        return (LEVELS[word[1]] if word else ""), ""
    head = text[: stem.start()].rstrip()
    before = LEVEL_BEFORE.search(head)
    word = (before and before[1]) or (behind and behind[1])
    return (LEVELS[word] if word else ""), bare(text[stem.start() :])


def bare(text):
    """Without quotes, verbs and the word 称号 around it."""
    previous = None
    while previous != text:
        previous, text = text, AROUND.sub("", text.strip())
    return text


def level_of(text):
    """The level that a cell of its own names: 全国级, 省级, 县; "" when it names none."""
    word = LEVEL_WORD.search(half_width(clean_text(text)))
    return LEVELS[word[1]] if word else ""
