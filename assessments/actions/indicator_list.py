"""Lists of indicators: each becomes a draft edition of the standard."""

import re

from django.utils.translation import gettext_lazy, ngettext_lazy

from civportal.lib.names import clean_name, clean_text, half_width
from civportal.lib.tables import TemplateColumn
from units.actions.intake.columns import Vocabulary
from units.actions.intake.kinds import NUMBERED, ListKind, Template
from units.actions.intake.reading import ListReader

from . import indicator_taking, indicator_verdict, standard_tree

HEADINGS = {
    "code": "序号 编号 代码 No No. 序",
    "system": "system 测评体系 体系名称 标准名称 体系",
    "year": "year 年度 年份",
    "level": "level 级别",
    "applies": "applies_to 适用对象 适用范围",
    "head": "head 一级指标 测评项目 考核项目 大项 测评类别 项目",
    "head2": "subhead",
    "head3": "subsubhead",
    "head_points": "head_points 一级指标分值 项目分值 大项分值 项目总分 权重",
    "name": (
        "indicator 指标名称 测评指标 考核指标 四级指标 三级指标 二级指标 "
        "测评内容 考核内容 考评内容 指标 测评标准 内容"
    ),
    "points": "points 分值 标准分值 标准分 满分 满分值 分数",
    "rule_type": "rule_type 计分类型",
    "rule": "rule_note 评分标准 评分办法 评分细则 计分办法 考核标准 评分说明",
    "method": "material_or_method 测评方法 测评方式 考核方式 考评方式 评估方法 佐证材料 材料 备查资料",
    "reviewers": "reviewers 评审人数 审核人数",
    "levels": "levels 评分档次 档次 等级标准 分档标准",
    "limit": "limit 上限分值 封顶分值",
    "private": "身份证",
}
HEADS = ("head", "head2", "head3")
TEMPLATE = Template(
    "测评指标",
    (
        NUMBERED,
        TemplateColumn("体系名称", "文明单位测评体系", "写在第一行即可", 24),
        TemplateColumn("年度", "2026", "写在第一行即可", 10),
        TemplateColumn("一级指标", "组织领导", "与上一行相同的可以空着", 18),
        TemplateColumn("一级指标分值", "10", "", 14),
        TemplateColumn("指标名称", "每季度专题研究", "必填", 36, is_required=True),
        TemplateColumn("分值", "4", "必填；几个数写“1/2/3”，否决项空着", 14, is_required=True),
        TemplateColumn(
            "计分类型", "", "加分、扣分、否决项从下拉框里选；其余空着", 14, tuple(standard_tree.WAYS)
        ),
        TemplateColumn("评分标准", "少一次扣 1 分", "", 40),
        TemplateColumn("测评方法", "材料审核", "从下拉框里选", 14, tuple(indicator_verdict.WAYS_SAID)),
        TemplateColumn("评审人数", "1", "几名审核人分别评分，1 到 5；空着即 1 人", 12),
        TemplateColumn("评分档次", "好 3～4分：全年 4 次\n1分：1 次", "一行一档，分值不重叠；没有的空着", 40),
    ),
)
CARRIED = ("system", "year", "applies", "head_points")


class IndicatorReader(ListReader):
    """Reads where a row stands in the tree, what it is called and what it gives."""

    spanning = {*HEADS, *CARRIED}
    never_carried = {"code", "name", "points", "rule_type", "rule", "reviewers", "levels", "limit"}
    nameless = "no indicator"
    room = 1000

    def __init__(self, sheet, layout):
        super().__init__(sheet, layout)
        self.put_points_right()

    def put_points_right(self):
        """Of two columns called 分值 the left one belongs to the heads."""
        points, heads = self.by_field.get("points"), self.by_field.get("head_points")
        if points and heads and points.heading == heads.heading and points.index < heads.index:
            self.by_field |= {"points": heads, "head_points": points}

    def reason_to_skip(self, number, texts):
        """What is a section in other lists is a head here."""
        reason = super().reason_to_skip(number, texts)
        return "" if reason == "section" else reason

    def text(self, texts, field_name):
        """The cell of a field; a head that stands alone in its row is what the row lists."""
        found = super().text(texts, field_name)
        filled = [cell for cell in texts if cell.strip()]
        if field_name == "name" and not found.strip() and filled and len(filled) <= 2:
            return filled[0]
        return found

    def filled(self, row, number, texts):
        """Blank heads say the same as above, as long as the head above them has not changed."""
        before = {name: self.above.get(name, "") for name in (*HEADS, *CARRIED)}
        raw = super().filled(row, number, texts)
        is_new = False
        for name in ("system", *HEADS):
            is_new = is_new or (raw.get(name, "").strip() not in ("", before[name].strip()))
            if name in raw and not raw[name].strip() and not is_new:
                raw[name] = before[name]
        for name in ("year", "applies"):
            if name in raw and not raw[name].strip():
                raw[name] = before[name]
        if not is_new and not raw.get("head_points", "").strip():
            raw["head_points"] = before["head_points"]
        return raw

    def row(self, number, texts):
        row = self.new_row(number, texts)
        is_alone = not super().text(texts, "name").strip()
        written = half_width(self.text(texts, "name")).rstrip()
        stated = standard_tree.POINTS_IN_NAME.search(row.name)
        row.values |= {
            # A head alone in its row is listed itself, and does not stand below itself.
            "is_alone": is_alone,
            "heads": [] if is_alone else [text for name in HEADS if (text := self.head(row, name))],
            "head_points": half_width(self.plain(row, "head_points")),
            "points": half_width(self.plain(row, "points")) or (stated[1] if stated else ""),
            "number": clean_name(half_width(row.raw.get("code", ""))),
            "indent": len(written) - len(written.lstrip()),
            "name": standard_tree.POINTS_IN_NAME.sub("", row.name).strip(),
            "system": clean_name(row.raw.get("system", "")),
            "year": year_in(row.raw.get("year", "")),
            "applies": self.plain(row, "applies"),
            "rule_type": self.plain(row, "rule_type"),
            "rule": self.whole(row, "rule"),
            "limit": half_width(self.plain(row, "limit")),
            "method": self.plain(row, "method"),
            "reviewers": half_width(self.plain(row, "reviewers")),
            # A level stands in each line of the cell.
            "levels": self.whole(row, "levels"),
        }
        return row

    def whole(self, row, name):
        """The text of a field to its last full stop; what says "nothing" is empty."""
        return clean_text(row.raw.get(name, "")) if self.plain(row, name) else ""

    def head(self, row, name):
        """A head without its number and without the points behind it."""
        text = clean_name(row.raw.get(name, ""))
        return standard_tree.POINTS_IN_NAME.sub("", text).strip()


def year_in(text):
    """The year that a cell names, or None."""
    found = re.search(r"(?:19|20)\d{2}", half_width(clean_text(text)))
    return int(found[0]) if found else None


class IndicatorList(ListKind):
    """A system of indicators of any depth, with its sums checked."""

    code = "indicators"
    label = gettext_lazy("Indicators of a standard")
    hint = gettext_lazy("Heads in columns, by numbers or by indentation; it becomes a draft edition.")
    permission = "assessments.import_standard"
    vocabulary = Vocabulary(
        HEADINGS,
        frozenset({"内容", "指标", "测评标准"}),
        {"name": "head3", "head3": "head2", "points": "head_points"},
    )
    needs = ("points",)
    reader = IndicatorReader
    shown_cells = ("name", "system", "head", "points", "rule_type")
    labels = {
        "code": gettext_lazy("number"),
        "system": gettext_lazy("name of the system"),
        "year": gettext_lazy("year"),
        "level": gettext_lazy("level"),
        "applies": gettext_lazy("applies to"),
        "head": gettext_lazy("head, first level"),
        "head2": gettext_lazy("head, second level"),
        "head3": gettext_lazy("head, third level"),
        "head_points": gettext_lazy("points of the head"),
        "name": gettext_lazy("indicator"),
        "points": gettext_lazy("points"),
        "rule_type": gettext_lazy("way of counting"),
        "rule": gettext_lazy("rule"),
        "method": gettext_lazy("way of assessing, materials"),
        "reviewers": gettext_lazy("how many reviewers"),
        "levels": gettext_lazy("described levels"),
        "limit": gettext_lazy("points at most"),
        "private": gettext_lazy("private: not taken in"),
        "becomes": gettext_lazy("becomes"),
    }
    reasons = {
        "no indicator": gettext_lazy("The row names no indicator. Fill it in, or delete the row."),
        "no points": gettext_lazy("The list does not say how many points it gives. Fill them in."),
        "head differs": gettext_lazy(
            "The items do not come to what the list says of the head. Both are kept; correct the draft."
        ),
        "total differs": gettext_lazy("The heads do not come to 100 points. Check whether that is meant."),
        "year of the edition": gettext_lazy("The list names no year; the edition is entered for this year."),
        "way of assessing": gettext_lazy(
            "How it is assessed is not said; the office enters its value. Change it in the edition if it is "
            "proved by the ledger."
        ),
        "reviewers not read": gettext_lazy(
            "The number of reviewers is one from 1 to 5, and only of what the ledger proves; one is taken."
        ),
        "levels not read": gettext_lazy(
            "Write one level a line, such as 4分：…, or 3～4分：…; they are left out."
        ),
        "levels do not fit": gettext_lazy(
            "The levels share points, are above the full marks, or say nothing; they are left out."
        ),
        "name shortened": gettext_lazy("The name is long; it is shortened, and stands whole in the rule."),
        "same row": gettext_lazy("The same indicator stands above under the same head."),
    }
    written = ngettext_lazy("%(n)s row of indicators is written", "%(n)s rows of indicators are written", "n")
    would_be_written = ngettext_lazy(
        "%(n)s row of indicators would be written; nothing is yet",
        "%(n)s rows of indicators would be written; nothing is yet",
        "n",
    )
    write = ngettext_lazy("Write %(n)s row as a draft edition", "Write %(n)s rows as a draft edition", "n")
    is_written = ngettext_lazy(
        "%(count)s row is written as a draft edition.",
        "%(count)s rows are written as a draft edition.",
        "count",
    )
    nothing_to_write = gettext_lazy("There is nothing to write: this edition is in the portal already.")
    column = gettext_lazy("Indicator")
    name_missing = gettext_lazy("Say which column holds the indicators.")
    template = TEMPLATE
    undoing = gettext_lazy(
        "The draft editions are deleted. If one was corrected or a year uses it by now, nothing is undone "
        "and you are told so."
    )

    def judge(self, layouts, county, *, locked=False):
        return indicator_verdict.Judge(layouts)

    def save(self, batch, judge, *, by):
        return indicator_taking.write(*judge.chosen_rows(), batch, judge, by=by)

    def take_back(self, batch, *, by):
        indicator_taking.take_back(batch, by=by)

    def facts(self, row):
        said = row.values
        return [
            text for text in (said.get("system"), " › ".join(said.get("heads", [])), said.get("rule")) if text
        ]
