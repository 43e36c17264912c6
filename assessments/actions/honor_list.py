"""Lists of honors already held: one honor a row, or several in a cell of the unit list."""

import re
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from assessments.models import Award, HonorItem
from civportal.lib.names import clean_text, half_width
from civportal.lib.tables import TemplateColumn
from units.actions.intake import cells
from units.actions.intake.columns import Vocabulary
from units.actions.intake.kinds import NUMBERED, ListKind, Template
from units.actions.intake.reading import ListReader
from units.actions.intake.rows import known_words

from . import honor_taking, honor_verdict, honor_words

HEADINGS = {
    "seq": "序号 编号 No No. 序",
    "name": "单位名称 获奖单位 受表彰单位 命名单位 获得单位 单位全称 参创单位 名称 单位",
    "uscc": "统一社会信用代码 信用代码 社会信用代码 机构代码",
    "supervisor": "主管部门 主管单位 归口部门 隶属关系",
    "honor": "荣誉名称 荣誉类别 荣誉称号 命名称号 表彰项目 荣誉项目 称号 荣誉 奖项 类别",
    "level": "荣誉级别 级别 层级 等级",
    "year": "届次 年度 年份 届别 授予年度 获得时间 命名时间",
    "document": "批准文号 命名文号 文号 文件号 表彰文件 文件",
    "date": "发文日期 命名日期 授予日期 表彰日期 批准日期 日期",
    "state": "状态 命名状态 荣誉状态 命名情况",
    "held": "现有荣誉 已获称号 文明单位级别 现有称号 已获荣誉 获得荣誉",
    "private": "身份证 身份证号 身份证号码",
}
WEAK = frozenset({"名称", "单位", "参创单位"})
DAY = re.compile(
    r"((?:19|20)\d{2})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?|((?:19|20)\d{2})(\d{2})(\d{2})"
)
# What no longer is held is no honor to be taken over.
ENDED = {Award.Status.DROPPED, Award.Status.TRANSFERRED, Award.Status.TERMINATED, Award.Status.REVOKED}
LEVEL_WORDS = ("全国", "省级", "市级", "县级")
STATE_WORDS = ("已命名", "候选")
ONLY_YEARS = re.compile(r"[\d\s\-—–－~～至到年度]*")


class HonorReader(ListReader):
    """Reads a row as a unit's name and the honors that are said of it."""

    spanning = {"honor", "level", "year", "document", "date", "supervisor"}
    never_carried = {"seq", "name", "uscc", "held"}

    def __init__(self, sheet, layout, names=()):
        super().__init__(sheet, layout)
        # What the catalogue knows is understood as it is called there.
        self.names = set(names)

    def row(self, number, texts):
        row = self.new_row(number, texts)
        # A code that is wrong finds nobody; the name then has to.
        row.values["uscc"] = cells.code(row.raw.get("uscc", ""))[0]
        row.values["supervisor"] = self.plain(row, "supervisor")
        row.values["honors"] = []
        if self.state(row) in ENDED:
            row.end("skipped", "honor not held any more", self.heading("state"), row.raw["state"])
            return row
        row.values["honors"] = [said.as_json() for said in self.honors(row)]
        if not row.values["honors"] and not row.verdict:
            self.end_without_honor(row)
        return row

    def state(self, row):
        """What the row says became of its honors, in the portal's words; candidates in the list's as well."""
        text = self.plain(row, "state")
        return Award.Status.PENDING if honor_words.is_pending(text) else known_words(Award.Status).get(text)

    def honors(self, row):
        """The honors of the row: those of its own columns, and those that one cell tells one by one."""
        found = self.told_in_columns(row)
        held = self.plain(row, "held")
        for said in honor_words.honors_in(held) if held else []:
            if said.name and said.level:
                found.append(said)
            else:
                row.say("warning", "honor not understood", self.heading("held"), said.text)
        return found

    def told_in_columns(self, row):
        text = self.plain(row, "honor")
        around = honor_words.honor_in(" ".join(row.raw.get(name, "") for name in ("level", "year")))
        around = replace(around, pending=around.pending or self.state(row) == Award.Status.PENDING)
        found = []
        for said in self.named(text):
            level = honor_words.level_of(row.raw.get("level", "")) or said.level
            if not said.name:
                row.say("error", "honor not understood", self.heading("honor"), said.text)
            elif not level:
                where = "level" if "level" in self.by_field else "honor"
                row.say("error", "level unknown", self.heading(where), row.raw.get("level") or said.text)
            else:
                found.append(self.completed(row, said, around, level))
        if any(problem["level"] == "error" for problem in row.problems):
            row.verdict = "error"
        return found

    def named(self, text):
        """The honors that a cell names: one of the catalogue, or what is told one by one."""
        if text in self.names:
            return [honor_words.Said(name=text, text=text)]
        return honor_words.honors_in(text) if text else []

    def completed(self, row, said, around, level):
        """The honor with what the columns beside it say: year, edition, document, candidate or not."""
        document = self.plain(row, "document")
        return honor_words.Said(
            level=level,
            name=said.name,
            first=said.first or around.first,
            last=said.last or around.last,
            edition=edition_of(row.raw.get("year", "")) or said.edition,
            document=honor_words.document_number(document)[:60] if has_digit(document) else said.document,
            pending=said.pending or around.pending,
            text=said.text,
            on=day_in(row.raw.get("date", "")),
        )

    def end_without_honor(self, row):
        """A unit of the unit list that holds nothing is no mistake; a row of a roll without honor is."""
        if "honor" in self.by_field and "held" not in self.by_field:
            row.verdict = "error"
            row.say("error", "no honor", self.heading("honor"), row.raw.get("honor", ""))
        elif not row.problems:
            row.end("skipped", "no honor held")


def edition_of(text):
    """What the list calls the edition, unless that is nothing but years."""
    text = clean_text(text).replace("\n", " ")
    return "" if ONLY_YEARS.fullmatch(text) else text[:60]


def has_digit(text):
    return any(character.isdigit() for character in text)


def day_in(text):
    """The day that a cell names, in ISO form, or ""; a month alone names no day."""
    found = DAY.search(half_width(text))
    if not found:
        return ""
    year, month, day = [int(number) for number in found.groups() if number]
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


class HonorList(ListKind):
    """Honors held before the portal, and candidates that are about to be named."""

    code = "honors"
    label = gettext_lazy("Honors held")
    hint = gettext_lazy("A roll with one honor a row, or the unit list with a column of honors.")
    permission = "assessments.import_honors"
    vocabulary = Vocabulary(HEADINGS, WEAK)
    needs = ("honor", "held")
    reader = HonorReader
    lists_units = True
    shown_cells = ("name", "uscc", "honor", "level", "year", "document", "held")
    labels = {
        "seq": gettext_lazy("running number"),
        "name": gettext_lazy("name of the unit"),
        "uscc": gettext_lazy("unified social credit code"),
        "supervisor": gettext_lazy("supervising unit"),
        "honor": gettext_lazy("honor"),
        "level": gettext_lazy("level"),
        "year": gettext_lazy("year or edition"),
        "document": gettext_lazy("document number"),
        "date": gettext_lazy("date of the document"),
        "state": gettext_lazy("held or candidate"),
        "held": gettext_lazy("several honors in one cell"),
        "private": gettext_lazy("private: not taken in"),
        "honors": gettext_lazy("honors"),
    }
    reasons = {
        "no honor": gettext_lazy("The row names no honor. Fill it in, or delete the row."),
        "no honor held": gettext_lazy("The row names no honor."),
        "honor not held any more": gettext_lazy("This honor is not held any more."),
        "honor not understood": gettext_lazy(
            "This is not understood as an honor. Write level, name and year: 2020年县文明单位."
        ),
        "level unknown": gettext_lazy("The level is missing. Say whether it is 全国, 省, 市 or 县."),
        "unit unknown": gettext_lazy(
            "The unit is not in the register. It is entered as one that does not take part; leave the row "
            "out if it is a unit under another name, and give the unit that name first."
        ),
        "unit ambiguous": gettext_lazy(
            "Several units bear this name. Add the credit code or the supervisor."
        ),
        "honor not in the catalogue": gettext_lazy(
            "This honor is not in the catalogue; it is added. Check its term and for whom it is."
        ),
        "year unknown": gettext_lazy("The list does not say for which year; that stays open."),
        "year in the future": gettext_lazy("The year lies in the future. Correct it."),
        "term differs": gettext_lazy("The list names another term than the catalogue has for this honor."),
        "same honor": gettext_lazy("The same honor of the same unit stands above in this list."),
        "candidate already": gettext_lazy(
            "The unit is a candidate for it already; name or drop the candidate on its page."
        ),
    }
    written = ngettext_lazy(
        "The honors of %(n)s row are written", "The honors of %(n)s rows are written", "n"
    )
    would_be_written = ngettext_lazy(
        "The honors of %(n)s row would be written; nothing is yet",
        "The honors of %(n)s rows would be written; nothing is yet",
        "n",
    )
    write = ngettext_lazy("Write the honors of %(n)s row", "Write the honors of %(n)s rows", "n")
    is_written = ngettext_lazy(
        "The honors of %(count)s row are written.", "The honors of %(count)s rows are written.", "count"
    )
    nothing_to_write = gettext_lazy(
        "There is nothing to write: every honor of the list is in the portal already."
    )
    column = gettext_lazy("Unit")
    name_missing = gettext_lazy("Say which column holds the units' names.")
    undoing = gettext_lazy(
        "The honors, and the units and catalogue items that were made for them, are taken out again. If "
        "anything depends on them by now, nothing is undone and you are told what."
    )

    @property
    def template(self):
        names = dict.fromkeys(HonorItem.objects.values_list("name", flat=True))
        return Template(
            "荣誉名册",
            (
                NUMBERED,
                TemplateColumn("单位名称", "县水利局", "必填，写全称", 28, is_required=True),
                TemplateColumn("统一社会信用代码", "91350100M000100Y43", "单位有同名时填写", 22),
                TemplateColumn(
                    "荣誉名称", "文明单位", "必填，从下拉框里选", 22, tuple(names), is_required=True
                ),
                TemplateColumn("级别", "县级", "必填，从下拉框里选", 10, LEVEL_WORDS, is_required=True),
                TemplateColumn("年度", "2019-2021", "一年写“2020”，几年写“2019-2021”", 16),
                TemplateColumn("文号", "云文明委〔2022〕3号", "没有的空着", 24),
                TemplateColumn("发文日期", "2022-01-05", "写到日；不清楚的空着", 14),
                TemplateColumn("状态", "已命名", "从下拉框里选；空着就是已命名", 12, STATE_WORDS),
            ),
        )

    def reader_of(self, sheet, layout):
        return self.reader(sheet, layout, HonorItem.objects.values_list("name", flat=True))

    def judge(self, layouts, county, *, locked=False):
        return honor_verdict.Judge(layouts, county, locked=locked)

    def save(self, batch, judge, *, by):
        return honor_taking.write(*judge.chosen_rows(), batch, judge, by=by)

    def take_back(self, batch, *, by):
        honor_taking.take_back(batch, by=by)

    def hold(self):
        super().hold()
        # Whoever grants an honor waits here, too.
        list(HonorItem.objects.select_for_update().order_by("pk").values_list("pk"))

    def facts(self, row):
        # What would be new is told as a change.
        return [] if row.changes else [honor_verdict.spelled(said) for said in row.values.get("honors", [])]

    def beside(self, row):
        return super().beside(row) | {"over": _("Above in this list")}
