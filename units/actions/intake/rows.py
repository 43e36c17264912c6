"""From a sheet to cleaned rows: which rows are units, what the others are, what the cells mean."""

import re
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils.translation import override

from civportal.lib import codes
from civportal.lib.names import INVISIBLE, clean_text, names_in, plain_name
from units.models import Unit
from units.models.unit import NO_TOWN

from . import cells, looks
from .columns import FURTHER, IGNORED, NEVER_CARRIED, SPANNING, plain_heading

SECTION = re.compile(
    r"^[（(]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2}|[IVX]+)[）)]?[、.．：: ]"
    r"|^[（(][一二三四五六七八九十]{1,3}[）)]"
)
COUNTED = re.compile(r"[（(]共?[0-9]+(?:个|家|所|户|人)[）)]$")
SUBTOTAL = re.compile(r"^(?:小计|分计)")
TOTAL = re.compile(r"^(?:合计|总计|共计|总数)")
NOTE = re.compile(
    r"^(?:备注|注|说明|填表人|填报人|制表|审核人|审核|负责人签字|单位[（(]盖章[）)]|填报单位|填报日期|联系电话)[:：]|^(?:填表人|审核人|注)\b|^注[0-9]?[、.．]|^以上"
)
# The row of a template that shows how to fill in.
EXAMPLE = re.compile(r"^[（(【\[]?(?:示例|样例)(?:[）)】\]：:行]|$)")
# Columns of no field whose cells are days.
DAY_HEADING = re.compile(r"(?:时间|日期|年月|年度)$")
COUNTY = re.compile(r"^([\u4e00-\u9fff]{1,8}?(?:自治县|县|市|区|旗))")
OWN_TOWN = {
    "所在镇",
    "所在乡镇",
    "所在街道",
    "所在镇（街道）",
    "所属镇",
    "所属乡镇",
    "属地镇",
    "属地",
    "所在镇区",
    "所在地",
    "所在镇政府",
}

# Field → the most characters it can hold.
ROOM = {
    "name": 100, "short_name": 100, "address": 200, "top_leader": 60, "leader_in_charge": 60,
    "contact": 60, "mobile": 60, "tel": 60, "email": 100, "supervisor": 100, "town": 100,
    "participation_note": 200,
}  # fmt: skip
LONGEST_TAG = 20
BETWEEN_TAGS = re.compile(r"[、，,;；\s]+")
LONG_TEXTS = ("honors_text", "application_text", "pairing_text", "remark")
PERSONS = ("top_leader", "leader_in_charge", "contact")
PLAIN_TEXTS = (
    "address",
    *PERSONS,
    "email",
    "supervisor",
    "town",
    "participation_note",
    *LONG_TEXTS,
)

# A section heading tells the category where the column is missing, in this order.
CATEGORY_WORDS = (
    ("organ", "党政机关 群团 机关 行政单位 行政"),
    ("soe", "国有企业 国企 央企"),
    ("bank", "银行 金融机构 金融"),
    ("vertical", "垂直管理 垂管 条管"),
    ("private", "民营企业 民企 两新组织 两新 非公"),
    ("institution", "事业单位 参公事业 事业"),
    ("enterprise", "企业 公司"),
    ("campus", "学校 中小学 幼儿园 校园 教育"),
    ("community", "社区 居委会"),
    ("village", "行政村 村居 村"),
    ("town", "乡镇 镇街 镇（街道） 街道 镇区 镇 乡"),
    ("industry", "行业 系统"),
)
CATEGORY_OF = {word: code for code, words in CATEGORY_WORDS for word in words.split(" ")}


@dataclass(eq=False)
class Row:
    """One row of the list on its way from text to verdict."""

    sheet: str
    number: int
    name: str = ""
    raw: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    verdict: str = ""
    # Set while judging: the unit it is, the one it may be, what would change.
    unit: object = None
    changes: dict = field(default_factory=dict)
    # Column of the database → value, or for a supervisor not made yet whom it means.
    wanted: dict = field(default_factory=dict)
    # Names that the unit gets, and the tags it is to bear, or None.
    names: list = field(default_factory=list)
    tags: list | None = None
    against: dict = field(default_factory=dict)
    decision: str = ""
    # The number of its record, once it is kept.
    pk: int | None = None

    def say(self, level, reason, column=None, value=None):
        """Note one problem; `column` is the list's own heading, `value` what stands there."""
        self.problems.append({"level": level, "column": column, "value": value, "reason": reason})

    def end(self, verdict, reason, column=None, value=None):
        """The verdict is reached; the reason is the first thing to be read."""
        self.verdict = verdict
        level = {"duplicate": "duplicate", "suspected": "suspected", "skipped": "skipped"}.get(
            verdict, "error"
        )
        self.problems.insert(0, {"level": level, "column": column, "value": value, "reason": reason})

    @property
    def plain(self):
        return plain_name(self.name)


def county_of(sheets):
    """The county as the titles name it (云泽县2026年度…), or ""."""
    for sheet in sheets:
        for row in sheet.rows[:3]:
            title = INVISIBLE.sub("", next((cell for cell in row if cell.strip()), ""))
            if found := COUNTY.match(title):
                return found[1]
    return ""


def rows_of(sheet, layout, reader=None):
    """Every row that holds anything, cleaned or skipped with its reason, in the sheet's order.

    What the sheet says by its looks is noted in the layout.
    """
    reader = reader or Reader(sheet, layout)
    found = ended_by_notes(list(reader.rows_between(1, last_row(sheet))))
    layout.remarks = looks.remarks_on(sheet, {row.number for row in found if row.verdict != "skipped"})
    return found


def last_row(sheet):
    """The number of the last row that holds anything, or 0."""
    return max((number for number, row in enumerate(sheet.rows, 1) if any(map(str.strip, row))), default=0)


def ended_by_notes(rows):
    """What stands alone below the last unit is a note, not a section."""
    for row in reversed(rows):
        if row.verdict != "skipped":
            break
        end_by_note(row)
    return rows


def end_by_note(row):
    if row.problems[0]["reason"] == "section":
        row.problems[0] = row.problems[0] | {"reason": "note"}


class Reader:
    """Reads one sheet from the top; knows what the rows above said."""

    spanning = SPANNING
    never_carried = NEVER_CARRIED

    def __init__(self, sheet, layout, own_categories=None):
        self.layout = layout
        # What this office calls its categories → their codes.
        self.own_categories = own_categories or {}
        self.columns = [column for column in layout.columns if column.field != IGNORED]
        self.by_field = {column.field: column for column in self.columns if column.field != FURTHER}
        # Titles and headings are printed anew on each page.
        self.repeated = {plain_row(row) for row in sheet.rows[: layout.last]}
        self.first_repeated = {plain[0] for plain in self.repeated if plain}
        self.spans = spans_of(sheet.merged)
        self.rows = sheet.rows
        self.above = {}
        self.section_category = ""

    def rows_between(self, first, last):
        """The rows with these numbers, one after the other; the reader has seen all above them."""
        for number, texts in enumerate(self.rows[first - 1 : last], first):
            if reason := self.reason_to_skip(number, texts):
                row = Row(self.layout.sheet, number)
                row.end("skipped", reason)
                self.after_skipped(texts, reason)
            else:
                row = self.row(number, texts)
            yield row

    def bookmark(self, number):
        """Where reading stopped, and what the rows above said: {row, above, section}."""
        return {"row": number, "above": self.above, "section": self.section_category}

    def go_on(self, mark):
        """Take up a bookmark; the number of the row that comes next."""
        self.above, self.section_category = mark.get("above", {}), mark.get("section", "")
        return mark.get("row", 0) + 1

    def text(self, texts, field_name):
        """The cell of a field as it stands in the file."""
        column = self.by_field.get(field_name)
        return texts[column.index] if column and column.index < len(texts) else ""

    # which rows are units

    def reason_to_skip(self, number, texts):
        """Why the row is no unit, or "" when it is one."""
        filled = [(index, cell) for index, cell in enumerate(texts) if cell and not cell.isspace()]
        if not filled or self.holds_only_a_number(filled):
            return "empty"
        if number <= self.layout.last or self.is_repeated(texts, filled[0][1]):
            return "title or heading"
        first = INVISIBLE.sub("", clean_text(filled[0][1]))
        named = INVISIBLE.sub("", clean_text(self.text(texts, "name")))
        if EXAMPLE.match(first) or EXAMPLE.match(named):
            return "example"
        for pattern, reason in ((SUBTOTAL, "subtotal"), (TOTAL, "total")):
            if pattern.match(first) or pattern.match(named):
                return reason
        if len(filled) > 2 or self.is_lone_unit(filled, first):
            return ""
        if NOTE.match(first):
            return "note"
        if len(filled) == 1 or SECTION.match(first):
            return "section"
        return ""

    def is_repeated(self, texts, first):
        return plain_heading(first) in self.first_repeated and plain_row(texts) in self.repeated

    def holds_only_a_number(self, filled):
        """A row that was numbered in advance and never filled in."""
        seq = self.by_field.get("seq")
        return seq is not None and len(filled) == 1 and filled[0][0] == seq.index and filled[0][1].isdigit()

    def is_lone_unit(self, filled, first):
        """A row with little in it is still a unit when its name stands where names stand."""
        places = [index for index, _text in filled]
        if self.by_field["name"].index not in places:
            return False
        looks_like_heading = SECTION.match(first) or COUNTED.search(first) or NOTE.match(first)
        return (len(filled) > 1 and not NOTE.match(first)) or not looks_like_heading

    def after_skipped(self, texts, reason):
        if reason == "section":
            title = next(clean_text(cell) for cell in texts if cell.strip())
            self.section_category = category_in_title(title)

    # what a unit's row says

    def row(self, number, texts):
        """The row cleaned; what could not be understood stands in its problems."""
        row = Row(self.layout.sheet, number)
        raw = self.filled(row, number, texts)
        row.raw = {name: raw.get(name, "") for name in self.by_field}
        self.clean_identity(row)
        self.leave_masked(row)
        self.clean_texts(row)
        self.clean_numbers(row)
        self.clean_names(row)
        self.clean_tags(row)
        self.keep_further(row, texts)
        self.clean_founded(row)
        self.category(row)
        self.standing(row)
        self.check_room(row)
        if any(problem["level"] == "error" for problem in row.problems):
            row.verdict = "error"
        return row

    def filled(self, row, number, texts):
        """Field → text, with merged cells and "as above" put in where that is meant."""
        raw = {}
        for name, column in self.by_field.items():
            text = self.text(texts, name)
            if name in self.spanning and not text.strip() and (number - 1, column.index) in self.spans:
                top, left = self.spans[number - 1, column.index]
                text = self.rows[top][left]
            if cells.is_as_above(text):
                if name in self.never_carried or name not in self.above:
                    row.say("remark", "as above not taken", column.heading, text)
                    text = ""
                else:
                    text = self.above[name]
            if text.strip():
                self.above[name] = text
            raw[name] = self.without_id_numbers(row, column, text)
        return raw

    def without_id_numbers(self, row, column, text):
        """The text of a cell without the numbers of identity cards; such a number is repeated nowhere."""
        if column.field == "private":
            return text
        kept, has_id = cells.without_id_numbers(text)
        if has_id:
            row.say("remark", "ID number dropped", column.heading, "")
        return kept if has_id else text

    def heading(self, name):
        return self.by_field[name].heading

    def clean_identity(self, row):
        """Name, short name and code."""
        name, _problem = cells.name(row.raw.get("name", ""))
        row.name = name
        row.values["name"] = name
        if not name:
            row.say("error", "no name", self.heading("name"), row.raw["name"])
        elif not re.search(r"[^\W\d_]", name):
            row.say("error", "not a name", self.heading("name"), row.raw["name"])
        if "short_name" in row.raw:
            row.values["short_name"] = cells.name(row.raw["short_name"])[0]
        if "uscc" in row.raw:
            row.values["uscc"], problem = cells.code(row.raw["uscc"])
            self.note(row, "uscc", problem)
            if problem and (meant := codes.likely(codes.clean_code(row.raw["uscc"]))):
                row.problems[-1]["meant"] = meant

    def leave_masked(self, row):
        """Cells with a masked number say nothing: what the register holds stays."""
        for name in (*PLAIN_TEXTS, "mobile", "tel"):
            if cells.is_masked(row.raw.get(name, "")):
                row.say("remark", "masked number", self.heading(name), row.raw[name])
                row.raw[name] = ""

    def clean_texts(self, row):
        for name in PLAIN_TEXTS:
            if name in row.raw:
                clean = cells.person if name in PERSONS else cells.plain_text
                row.values[name] = clean(row.raw[name])[0]
        if clean_text(row.raw.get("town", "")) == NO_TOWN:
            row.values["town"] = NO_TOWN
        if "private" in row.raw and not cells.is_nothing(row.raw["private"]):
            row.say("remark", "ID number dropped", self.heading("private"), "")
        row.raw.pop("private", None)

    def clean_numbers(self, row):
        if "tel" in row.raw:
            row.values["tel"], problem = cells.tel(row.raw["tel"])
            self.note(row, "tel", problem)
        if "mobile" in row.raw:
            number, problem = cells.mobile(row.raw["mobile"])
            row.values["mobile"], _sign, landlines = number.partition("tel:")
            if landlines:
                also = [row.values.get("tel", ""), *landlines.split("tel:")]
                row.values["tel"] = " / ".join(dict.fromkeys(filter(None, also)))
            self.note(row, "mobile", problem)
        if "staff_count" in row.raw:
            (number, about), problem = cells.count(row.raw["staff_count"])
            row.values["staff_count"], row.values["staff_count_is_approximate"] = number, about
            self.note(row, "staff_count", problem)
        for name in ("has_window", "is_new_participant"):
            if name in row.raw:
                row.values[name], problem = cells.yes_no(row.raw[name])
                self.note(row, name, problem)

    def clean_names(self, row):
        """What else the unit is or was called: [name, first day, last day] each."""
        for name in ("names", "former_names"):
            if name in row.raw:
                text = cells.plain_text(row.raw[name])[0]
                found = [[name, *(day and day.isoformat() for day in days)] for name, *days in names_in(text)]
                row.values[name] = found
                if any(len(one) > ROOM["name"] for one, *_days in found):
                    row.say("error", "too long", self.heading(name), row.raw[name])

    def clean_tags(self, row):
        if "tags" in row.raw:
            text = cells.plain_text(row.raw["tags"])[0]
            row.values["tags"] = list(dict.fromkeys(filter(None, BETWEEN_TAGS.split(text))))
            if any(len(tag) > LONGEST_TAG for tag in row.values["tags"]):
                row.say("error", "too long", self.heading("tags"), row.raw["tags"])

    def clean_founded(self, row):
        """The day since which the unit exists; what is no whole day is kept under its heading."""
        text = row.raw.get("founded_on", "")
        if cells.is_nothing(text):
            return
        day, problem = cells.day(text)
        if len(day) == len("2026-03-15"):
            row.values["founded_on"] = day
            self.note(row, "founded_on", problem)
        else:
            row.values["extra"][self.heading("founded_on")] = day or clean_text(text)
            row.say("remark", "no whole day", self.heading("founded_on"), text)

    def note(self, row, name, problem):
        if problem:
            row.say(*problem, self.heading(name), row.raw[name])

    def keep_further(self, row, texts):
        """Columns that no field stands for are kept under their heading."""
        row.values["extra"] = {}
        for column in self.columns:
            text = texts[column.index] if column.index < len(texts) else ""
            if column.field != FURTHER or cells.is_nothing(text):
                continue
            if cells.is_masked(text):
                row.say("remark", "masked number", column.heading, text)
                continue
            kept = clean_text(self.without_id_numbers(row, column, text))
            if kept:
                row.values["extra"][column.heading] = self.as_day(row, column, kept)

    def as_day(self, row, column, text):
        """A day is kept as the calendar writes it; what is none stays as it stands."""
        if not DAY_HEADING.search(column.heading):
            return text
        value, problem = cells.day(text)
        if value and problem:
            row.say(*problem, column.heading, text)
        return value or text

    def category(self, row):
        """The category by its column, else by the heading of the section."""
        text = cells.plain_text(row.raw.get("category", ""))[0]
        row.values["category"] = (
            self.own_categories.get(text) or category_of(text) if text else self.section_category
        )
        if text and not row.values["category"]:
            row.say("remark", "category unknown", self.heading("category"), row.raw["category"])

    def standing(self, row):
        """Whether the unit takes part, in the words of our own exports; what needs a reason brings one."""
        text = cells.plain_text(row.raw.get("participation", ""))[0]
        standing = known_words(Unit.Participation).get(text, "")
        if standing == Unit.Participation.ENDED:
            row.say("error", "unit has ended", self.heading("participation"), text)
        elif text and not standing:
            row.say("remark", "participation unknown", self.heading("participation"), text)
        elif standing in Unit.EXPLAINED and not row.values.get("participation_note"):
            row.say("warning", "participation not explained", self.heading("participation"), text)
            standing = ""
        row.values["participation"] = standing

    def check_room(self, row):
        for name, most in ROOM.items():
            if len(row.values.get(name) or "") > most:
                row.say("error", "too long", self.heading(name), row.raw[name])


def plain_row(texts):
    """A row's cells for comparing: headings and titles return on each printed page."""
    return tuple(plain_heading(cell) for cell in texts if cell.strip())


def spans_of(merged):
    """(row, column) → (row, column) of the cell whose value stands for a vertically merged range."""
    return {
        (row, column): (top, left)
        for top, left, bottom, right in merged
        if bottom > top
        for row in range(top + 1, bottom + 1)
        for column in range(left, right + 1)
        if column == left
    }


@cache
def known_words(choices):
    """What every language of the portal calls each of these choices → its value."""
    known = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {str(label): value for value, label in choices.choices}
    return known


def category_of(text):
    """The category's code for what a list calls it, or ""."""
    plain = INVISIBLE.sub("", text)
    if plain in CATEGORY_OF:
        return CATEGORY_OF[plain]
    first = re.split(r"[（(、/，,和及]", plain)[0]
    return CATEGORY_OF.get(first, "")


def category_in_title(title):
    """The category in a section's heading: 一、党政机关和群团（35个） → organ; "" when it names two."""
    bare = COUNTED.sub("", SECTION.sub("", title)).strip()
    if exact := category_of(bare):
        return exact
    if "企事业" in bare:
        return ""
    named = {code for word, code in CATEGORY_OF.items() if len(word) > 1 and word in bare}
    return named.pop() if len(named) == 1 else ""


def says_own_town(text):
    """Whether a supervisor's cell means the town the unit lies in."""
    return INVISIBLE.sub("", text) in OWN_TOWN
