"""Lists of indicators, from the file to a draft edition and back."""

import csv
import io
from decimal import Decimal as D

import pytest

from assessments.actions import standard as standards
from assessments.models import Indicator, Standard
from civportal.lib.clock import today
from tests.factories import CycleFactory
from tests.units.lists import filled_in, workbook
from units.actions import intake
from units.actions.intake import giving
from units.models import TrailEvent
from units.models.intake_kinds import kind_of

pytestmark = pytest.mark.django_db

COLUMNS = [
    "system",
    "year",
    "head",
    "head_points",
    "indicator",
    "points",
    "rule_type",
    "rule_note",
    "material_or_method",
]
# As the real collections are: two systems in one sheet, one of which does not add up.
ROWS = [
    ["甲县体系", "2021", "组织", "10", "研究", "4", "fixed", "每年2次", "材料"],
    ["甲县体系", "2021", "组织", "10", "经费", "6", "fixed", "", "实地"],
    ["甲县体系", "2021", "活动", "90", "志愿服务", "90", "min_count", "", "问卷"],
    ["乙县体系", "未注", "组织", "15", "研究", "4", "fixed", "", ""],
    ["乙县体系", "未注", "组织", "15", "细项截断", "", "fixed", "", ""],
    ["乙县体系", "未注", "宣传", "10", "未达标", "-1", "per_item", "", ""],
    ["乙县体系", "未注", "加分项", "不封顶", "表扬县/市/省", "1/2/3", "bonus_by_level", "取最高", ""],
    ["乙县体系", "未注", "否决项", "", "重大事故", "", "veto", "", ""],
]


def preview(by, *rows, headings=COLUMNS):
    return intake.preview(
        workbook(*rows, headings=headings, title=""), "指标.xlsx", by=by, kinds=("indicators",)
    )


def reasons(batch, name):
    return [problem["reason"] for problem in batch.rows.get(name=name).problems]


@pytest.fixture
def batch(ou):
    return preview(ou, *ROWS)


def test_sums_that_do_not_add_up_are_warnings_and_no_errors(batch):
    assert batch.tally["new"] == 7 and batch.tally["error"] == 1
    rows = {row.number: row for row in batch.rows.all()}
    assert [problem["reason"] for problem in rows[6].problems if problem["level"] == "warning"] == [
        "head differs", "total differs",
    ]  # fmt: skip
    assert not [problem for problem in rows[3].problems if problem["level"] == "warning"]


def test_every_system_becomes_a_draft_edition_of_its_year(ou, batch):
    intake.apply(batch, by=ou)

    first, second = Standard.objects.order_by("year")
    assert (first.name, first.year, first.status) == ("甲县体系", 2021, "draft")
    assert (second.year, second.vetoes) == (today().year, [{"id": "V1", "zh": "重大事故"}])
    items = first.indicators.items().values_list("code", "name", "maximum", "method", "rule")
    assert list(items) == [
        ("A1", "研究", D(4), "M", "每年2次；fixed；材料"),
        ("A2", "经费", D(6), "S", "fixed；实地"),
        ("B1", "志愿服务", D(90), "Q", "min_count；问卷"),
    ]
    assert TrailEvent.objects.about(first).get().verb == "load"


def test_a_head_keeps_what_the_list_says_until_somebody_corrects_it(ou, batch):
    intake.apply(batch, by=ou)

    group = Indicator.objects.get(standard__name="乙县体系", parent=None)
    assert group.maximum == 15 and group.items.get().maximum == 4


def test_what_is_no_indicator_becomes_a_rule(ou, batch):
    intake.apply(batch, by=ou)

    rules = Standard.objects.get(name="乙县体系").adjustments.values_list("kind", "code", "name", "points")
    assert list(rules) == [
        ("bonus", "J1", "表扬县/市/省", {"county": "1", "city": "2", "province": "3"}),
        ("deduction", "K1", "未达标", {"each": "1"}),
    ]


def test_a_row_without_points_is_left_out_and_says_so(batch):
    assert reasons(batch, "细项截断") == ["no points"]


def test_a_tree_of_three_levels_in_merged_columns(ou):
    headings = ["一级指标", "分值", "二级指标", "三级指标", "分值", "评分标准"]
    rows = [
        ["组织", "10", "领导", "研究", "4", "每年2次"],
        ["", "", "", "部署", "2", ""],
        ["", "", "保障", "经费", "4", ""],
        ["活动", "90", "志愿", "服务", "90", ""],
    ]

    intake.apply(preview(ou, *rows, headings=headings), by=ou)

    items = Indicator.objects.items().values_list("parent__name", "path", "name", "maximum")
    assert list(items) == [
        ("组织", "领导", "研究", 4), ("组织", "领导", "部署", 2), ("组织", "保障", "经费", 4),
        ("活动", "志愿", "服务", 90),
    ]  # fmt: skip
    assert list(Indicator.objects.filter(parent=None).values_list("maximum", flat=True)) == [10, 90]


def test_a_tree_by_numbers(ou):
    rows = [
        ["1", "组织", "10"],
        ["1.1", "研究", "4"],
        ["1.2", "经费", "6"],
        ["2", "活动", "90"],
        ["2.1", "服务", "90"],
    ]

    batch = intake.apply(preview(ou, *rows, headings=["序号", "指标名称", "分值"]), by=ou)

    assert batch.tally["noted"] == 0
    assert list(Indicator.objects.items().values_list("code", "name")) == [
        ("A1", "研究"), ("A2", "经费"), ("B1", "服务"),
    ]  # fmt: skip


def test_sections_with_points_are_heads(ou):
    rows = [["一、组织（10分）", ""], ["研究", "4"], ["经费", "6"], ["二、活动（90分）", ""], ["服务", "90"]]

    intake.apply(preview(ou, *rows, headings=["测评内容", "分值"]), by=ou)

    groups = Indicator.objects.filter(parent=None).values_list("name", "maximum")
    assert list(groups) == [("组织", 10), ("活动", 90)]


def test_the_same_list_again_changes_nothing(ou, batch):
    intake.apply(batch, by=ou)

    again = preview(ou, *ROWS)

    assert (again.writable_count, again.tally["same"]) == (0, 7)


def test_an_edition_that_is_as_it_was_loaded_can_be_undone(ou, batch):
    intake.undo(intake.apply(batch, by=ou), by=ou)

    assert not Standard.objects.exists()


def test_an_edition_that_was_corrected_stays(ou, batch):
    batch = intake.apply(batch, by=ou)
    item = Indicator.objects.items().first()
    standards.edit_indicator(item, name="研究部署", maximum="4", rule="", by=ou)

    with pytest.raises(intake.UndoRefused):
        intake.undo(batch, by=ou)

    assert Standard.objects.count() == 2


def test_an_edition_by_which_a_year_is_scored_stays(ou, batch):
    batch = intake.apply(batch, by=ou)
    CycleFactory(year=2031, status="draft", standard=Standard.objects.first())

    with pytest.raises(intake.UndoRefused):
        intake.undo(batch, by=ou)


def test_long_names_are_kept_whole_in_the_rule(ou):
    long = "坚持" * 90

    intake.apply(preview(ou, ["甲", "", "组织", "", long, "4", "", "", ""]), by=ou)

    item = Indicator.objects.items().get()
    assert len(item.name) == 120 and item.rule.startswith(long)


def test_a_filled_in_template_becomes_a_draft_edition(ou):
    name, content = giving.template_of(kind_of("indicators"))
    rows = [
        {"序号": "1", "体系名称": "云泽县测评体系", "年度": "2027", "一级指标": "组织领导",
         "一级指标分值": "10", "指标名称": "专题研究", "分值": "4", "评分标准": "少一次扣 1 分",
         "测评方法": "材料审核"},
        {"序号": "2", "指标名称": "经费保障", "分值": "6", "测评方法": "实地考察"},
        {"序号": "3", "一级指标": "文明服务", "一级指标分值": "90", "指标名称": "服务窗口", "分值": "90",
         "测评方法": "问卷调查"},
        {"序号": "4", "指标名称": "表彰县/市/省", "分值": "1/2/3", "计分类型": "加分"},
        {"序号": "5", "指标名称": "负面舆情", "分值": "2", "计分类型": "扣分"},
        {"序号": "6", "指标名称": "重大事故", "计分类型": "否决"},
    ]  # fmt: skip

    batch = intake.take_in(filled_in(content, *rows), name, by=ou, kinds=("units", "honors", "indicators"))

    assert (batch.tally["new"], batch.tally["skipped"], batch.tally["noted"]) == (6, 4, 0)
    edition = Standard.objects.get()
    assert (edition.name, edition.year, edition.vetoes) == (
        "云泽县测评体系", 2027, [{"id": "V1", "zh": "重大事故"}],
    )  # fmt: skip
    items = edition.indicators.items().values_list("parent__name", "name", "maximum", "method")
    assert list(items) == [
        ("组织领导", "专题研究", 4, "M"), ("组织领导", "经费保障", 6, "S"), ("文明服务", "服务窗口", 90, "Q"),
    ]  # fmt: skip
    assert list(edition.adjustments.values_list("kind", "name", "points")) == [
        ("bonus", "表彰县/市/省", {"county": "1", "city": "2", "province": "3"}),
        ("deduction", "负面舆情", {"each": "2"}),
    ]


def test_every_way_of_assessing_that_the_template_offers_is_understood(ou):
    columns = {column.heading: column.choices for column in kind_of("indicators").template.columns}
    rows = [["组织", f"第{n}项", "1", way] for n, way in enumerate(columns["测评方法"])]

    intake.apply(preview(ou, *rows, headings=["一级指标", "指标名称", "分值", "测评方法"]), by=ou)

    assert set(Indicator.objects.items().values_list("method", flat=True)) == set(Indicator.Method.values)


MORE = ["一级指标", "指标名称", "分值", "测评方法", "评审人数", "评分档次"]


def described(ou, **changes):
    """One indicator with two reviewers and two levels, its cells changed."""
    cells = {
        "一级指标": "组织", "指标名称": "研究", "分值": "100", "测评方法": "材料审核", "评审人数": "2人",
        "评分档次": "好 50～100分：全年 4 次\n10分：1 次", **changes,
    }  # fmt: skip
    return preview(ou, list(cells.values()), headings=MORE)


def test_reviewers_and_levels_come_with_the_list(ou):
    batch = intake.apply(described(ou), by=ou)

    item = Indicator.objects.items().get()
    assert (batch.tally["noted"], item.reviewers_needed) == (0, 2)
    assert [one.text for one in item.bands] == ["好 50～100分：全年 4 次", "10分：1 次"]


@pytest.mark.parametrize(
    ("heading", "cell", "reason"),
    [
        ("评审人数", "6", "reviewers not read"),
        ("评审人数", "若干", "reviewers not read"),
        ("测评方法", "实地考察", "reviewers not read"),
        ("评分档次", "视情况给分", "levels not read"),
        ("评分档次", "101分：太多", "levels do not fit"),
        ("评分档次", "2～3分：多\n1～2分：少", "levels do not fit"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_indicator_still_comes(ou, heading, cell, reason):
    batch = described(ou, **{heading: cell})

    assert reason in reasons(batch, "研究")
    intake.apply(batch, by=ou)
    item = Indicator.objects.items().get()
    assert item.reviewers_needed == 1 or not item.bands


def test_a_list_is_known_again_as_far_as_it_tells(ou):
    intake.apply(described(ou), by=ou)

    again = described(ou)
    shorter = preview(ou, ["组织", "研究", "100"], headings=MORE[:3])
    other = described(ou, 评分档次="好 60～100分：全年 4 次")

    assert [one.tally["same"] for one in (again, shorter, other)] == [1, 1, 0]


# ── out and in again ─────────────────────────────────────────────────────────────────────────────


def as_file(client, standard, kind="csv"):
    """The edition as a file."""
    answer = client.post(standard.get_absolute_url(), {"format": kind})
    return b"".join(answer.streaming_content)


def rows_of(client, standard):
    return list(csv.reader(io.StringIO(as_file(client, standard).decode("utf-8-sig"))))


def taken_again(client, standard, by, kind="csv"):
    """What comes of the edition when its file is taken in."""
    before = set(Standard.objects.values_list("pk", flat=True))
    content = as_file(client, standard, kind)
    intake.take_in(content, f"标准.{kind}", by=by, kinds=("indicators",))
    return Standard.objects.exclude(pk__in=before).get()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_shipped_edition_leaves_as_a_list_and_comes_back_the_same(client, ou, kind):
    shipped = standards.load(standards.default_source(), year=2026, by=ou)
    Indicator.objects.filter(code="A1").update(reviewers_needed=3, rule="按文件评定。")
    client.force_login(ou)

    again = taken_again(client, shipped, ou, kind)

    rows = rows_of(client, shipped)
    assert len(rows) == 1 + 32 + 15 + 11
    assert rows == rows_of(client, again)
    told = "name", "maximum", "method", "applies", "rule", "reviewers_needed", "levels__words"
    first, second = (one.indicators.items().values_list(*told) for one in (shipped, again))
    assert list(first) == list(second)


def test_heads_in_between_and_rules_of_a_list_come_back_as_well(client, ou):
    rows = [
        ["组织", "10", "领导", "研究", "10", "", "每年2次", "实地"],
        ["活动", "90", "志愿", "服务", "90", "", "", "材料"],
        ["", "", "", "表扬县/市/省", "1/2/3", "加分", "取最高", ""],
        ["", "", "", "酌情加分", "1~3", "加分", "", ""],
    ]
    headings = [
        "一级指标",
        "一级指标分值",
        "二级指标",
        "指标名称",
        "分值",
        "计分类型",
        "评分标准",
        "测评方法",
    ]
    intake.apply(preview(ou, *rows, headings=headings), by=ou)
    client.force_login(ou)

    first = Standard.objects.get()
    known = intake.look(as_file(client, first), "标准.csv", kinds=("indicators",))
    # What is there already under its name is not taken in twice.
    Standard.objects.update(source_name="")
    second = taken_again(client, first, ou)

    assert {row.verdict for row in known.rows} - {"skipped"} == {"same"}
    assert [one.path for one in second.indicators.items()] == ["领导", "志愿"]
    assert rows_of(client, first) == rows_of(client, second)
