"""What the columns of a county's list mean: the heading rows and the field behind each heading."""

import re
from dataclasses import asdict, dataclass, field
from functools import cached_property

from openpyxl.utils import get_column_letter

from civportal.lib.names import INVISIBLE, clean_text

# Field → headings by which offices name it, the portal's own first; the order decides where a heading
# fits two fields, and which of two columns fills one.
HEADINGS = {
    "seq": "序号 编号 No No. 序 排序",
    "name": "单位名称 参创单位名称 参创单位 单位全称 名称 申报单位 申报单位名称 学校名称 村名称 单位",
    "short_name": "简称 俗称 单位简称",
    "names": "其他名称 别名 又名",
    "former_names": "曾用名 曾用名称 原名 原名称 原单位名称",
    "uscc": "统一社会信用代码 信用代码 社会信用代码 机构代码 组织机构代码 组织机构代码证 统一信用代码",
    "category": "单位类别 单位类型 单位性质 性质 类别 类型",
    "supervisor": "主管部门 主管单位 归口部门 归口单位 隶属关系 隶属单位 条线 系统 上级主管部门",
    "town": "所在镇 所属镇区 所在乡镇 属地 街道 所属乡镇 所属镇 所在镇区 镇区",
    "address": "地址 单位地址 详细地址 通讯地址 办公地址",
    "staff_count": "在职人数 职工人数 编制人数 干部职工数 在编人数 在岗人数 人数 干部职工人数",
    "top_leader": "主要负责人 法定代表人 单位负责人 一把手 主要领导 负责人",
    "leader_in_charge": "分管领导 分管负责人 创建负责人",
    "contact": "联系人 联络员 经办人 具体负责人 联系人姓名 联络员姓名",
    "mobile": "手机 手机号 手机号码 移动电话 联系电话 联系方式 电话 联系人手机 联系人电话",
    "tel": "办公电话 座机 固话 固定电话 办公室电话",
    "email": "邮箱 电子邮箱 电子邮件 E-mail Email",
    "has_window": "是否窗口单位 窗口数 窗口单位 有无窗口 窗口",
    "honors_text": "现有荣誉 已获称号 文明单位级别 现有称号 已获荣誉 荣誉称号",
    "application_text": "申报类别 申报级别 申报项目 拟申报荣誉 拟申报类别",
    "pairing_text": "结对共建 结对村 结对共建单位 结对单位",
    "participation": "参创情况 参创状态",
    "participation_note": "情况说明 参创情况说明",
    "is_new_participant": "新参创单位 是否新参创单位 是否新参创",
    "founded_on": "成立日期 成立时间 设立日期",
    "tags": "标签",
    "remark": "备注 说明 备注说明",
    "private": "身份证 身份证号 身份证号码 公民身份号码 出生年月 出生日期 家庭住址 家庭地址 住址",
}
FURTHER = ""  # no field: kept under its heading
IGNORED = "-"  # left out by the clerk
# The column that we add to a list when we give it back; it is no part of the list.
OUR_REMARKS = "问题说明"
NEVER_CARRIED = {
    "seq",
    "name",
    "short_name",
    "names",
    "former_names",
    "uscc",
    "mobile",
    "tel",
    "email",
    "staff_count",
    "private",
}
# A cell merged over several rows stands for all of them in these columns only.
SPANNING = {"supervisor", "category", "town", "application_text", "address"}
# Where the preferred field is taken, the second column goes here.
SECOND_CHOICE = {"mobile": "tel"}
# Words that may also stand among the units: they need a second heading beside them.
WEAK_NAMES = {"名称", "单位", "参创单位", "申报单位"}
HEADING_SEARCH = 30


def plain_heading(text):
    """A heading without blanks, marks and remarks in brackets: 手 机*（必填） → 手机."""
    text = INVISIBLE.sub("", clean_text(text)).replace("(", "（").replace(")", "）")
    return re.sub(r"（[^）]*）|[*＊:：]", "", text).casefold()


@dataclass(frozen=True)
class Vocabulary:
    """The words by which one kind of list is read.

    `headings` maps each field to its synonyms, the surest first; the field "name" is the one a row
    cannot do without. `weak` are headings of it that need a second one beside them, `second` says
    where the next column goes when a field is taken.
    """

    headings: dict
    weak: frozenset = frozenset()
    second: dict = field(default_factory=dict)

    @cached_property
    def field_of(self):
        """Plain heading → field; where it fits two, the one that stands first."""
        return {
            plain_heading(heading): field_name
            for field_name, headings in reversed(self.headings.items())
            for heading in headings.split(" ")
        } | {OUR_REMARKS: IGNORED}


UNIT_LIST = Vocabulary(HEADINGS, frozenset(WEAK_NAMES), SECOND_CHOICE)


@dataclass
class Column:
    """One column of a sheet and the field it fills."""

    index: int
    heading: str
    field: str = FURTHER
    by_hand: bool = False

    @property
    def letter(self):
        return get_column_letter(self.index + 1)


@dataclass
class Layout:
    """How one sheet is read. `state`: read, hidden, empty, or no heading."""

    sheet: str
    state: str
    # Excel's numbers of the first and the last heading row.
    first: int = 0
    last: int = 0
    columns: list[Column] = field(default_factory=list)
    # What the sheet says by its looks: [{reason, count, rows}].
    remarks: list[dict] = field(default_factory=list)

    @property
    def heading_of(self):
        return {column.field: column.heading for column in self.columns}

    def as_json(self):
        return asdict(self)

    @classmethod
    def from_json(cls, kept):
        return cls(**{**kept, "columns": [Column(**column) for column in kept["columns"]]})


def layout_of(sheet, learnt=None, vocabulary=UNIT_LIST):
    """Find the heading rows of a sheet and what each column means.

    `learnt` holds plain heading → field as clerks decided it before; it wins over the synonyms.
    """
    if sheet.hidden:
        return Layout(sheet.name, "hidden")
    if not any(any(cell.strip() for cell in row) for row in sheet.rows):
        return Layout(sheet.name, "empty")
    known = vocabulary.field_of | (learnt or {})
    best = max(
        (place for place in range(min(len(sheet.rows), HEADING_SEARCH))),
        key=lambda place: (strength(sheet.rows[place], known), -place),
    )
    if not is_heading(sheet.rows[best], known, vocabulary.weak):
        return Layout(sheet.name, "no heading")
    # Headings of the unit list mark a second row of headings in every kind of list.
    last = best + has_second_row(sheet.rows, best, UNIT_LIST.field_of | known)
    headings = joined(sheet.rows[best], sheet.rows[last] if last > best else [])
    used = width(sheet.rows[last + 1 :])
    found = columns_of(headings, used, known, learnt or {}, vocabulary)
    return Layout(sheet.name, "read", best + 1, last + 1, found)


def strength(row, known):
    """How many different fields the row names."""
    fields = {known[plain_heading(cell)] for cell in row if plain_heading(cell) in known}
    return len(fields) + ("name" in fields) if "name" in fields else 0


def is_heading(row, known, weak=UNIT_LIST.weak):
    """A heading row names the column of names plainly, or together with another one."""
    cells = {plain_heading(cell) for cell in row if cell.strip()}
    names = {cell for cell in cells if known.get(cell) == "name"}
    others = {known[cell] for cell in cells if cell in known} - {"name"}
    return bool(names - weak) or (bool(names) and (bool(others) or len(cells) == 1))


def has_second_row(rows, place, known):
    """Whether the row below continues the heading: subheadings, and nothing under the unit's name."""
    if place + 1 >= len(rows):
        return False
    upper, lower = rows[place], rows[place + 1]
    cells = {index: plain_heading(cell) for index, cell in enumerate(lower) if cell.strip()}
    if not any(cell in known for cell in cells.values()):
        return False
    names = [index for index, cell in enumerate(upper) if known.get(plain_heading(cell)) == "name"]
    return all(cells.get(index, "") in ("", plain_heading(upper[index])) for index in names)


def joined(upper, lower):
    """Column → heading; a subheading wins over the group above it."""
    count = max(len(upper), len(lower))
    upper, lower = upper + [""] * (count - len(upper)), lower + [""] * (count - len(lower))
    return [clean_text(low or high).replace("\n", "") for high, low in zip(upper, lower, strict=True)]


def width(rows):
    """How many columns hold anything."""
    return max((index + 1 for row in rows for index, cell in enumerate(row) if cell.strip()), default=0)


def columns_of(headings, used, known, learnt, vocabulary):
    """The columns that bear a heading or hold anything; each field is filled by one column only."""
    taken, columns = set(), []
    headings = headings + [""] * (used - len(headings))
    wanted = [known.get(plain_heading(heading), FURTHER) if heading else FURTHER for heading in headings]
    # "手机" is surer than "电话": a column whose heading comes first in the list takes the field.
    order = sorted(range(len(headings)), key=lambda index: rank(headings[index], wanted[index], vocabulary))
    chosen = {}
    for index in order:
        name = wanted[index]
        while name in taken:
            name = vocabulary.second.get(name, FURTHER)
        chosen[index] = name
        if name not in (FURTHER, IGNORED, "private"):
            taken.add(name)
    for index, heading in enumerate(headings):
        if heading or index < used:
            by_hand = plain_heading(heading) in learnt
            columns.append(Column(index, heading or get_column_letter(index + 1), chosen[index], by_hand))
    return columns


def rank(heading, field_name, vocabulary):
    """The place of a heading among the synonyms of its field."""
    synonyms = [plain_heading(synonym) for synonym in vocabulary.headings.get(field_name, "").split(" ")]
    plain = plain_heading(heading)
    return synonyms.index(plain) if plain in synonyms else len(synonyms)


def learnt_from(layouts):
    """Plain heading → field wherever a clerk said so; later layouts win."""
    return {
        plain_heading(column["heading"]): column["field"]
        for layout in layouts
        for sheet in layout
        for column in sheet["columns"]
        if column["by_hand"]
    }


def rearranged(layout, first, last, fields):
    """The layout as a clerk wants it: heading rows, and the field of each column by its number."""
    columns = [
        Column(
            column.index,
            column.heading,
            fields.get(column.index, column.field),
            column.by_hand or fields.get(column.index, column.field) != column.field,
        )
        for column in layout.columns
    ]
    return Layout(layout.sheet, "read", first, last, columns)
