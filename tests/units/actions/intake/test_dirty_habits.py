"""The sixteen dirty habits of county lists, by their numbers: each has its rule, and here its rows.

1 titles and headings in two rows · 2 sections, totals, notes · 3 merged cells · 4 "as above" · 5 full width
and padding · 6 telephones · 7 credit codes · 8 doubles · 9 sheets, hidden parts, printed headings · 10 days ·
11 numbers in words · 12 kinds of files · 13 colors and comments · 14 line breaks, full stops, "none" ·
15 private data · 16 the official order
"""

import pytest

from civportal.lib import tables
from civportal.lib.tables import Marks, Sheet
from tests.lib import hostile
from tests.units.lists import code, unit_row, workbook
from units.actions import intake
from units.actions.intake import cells, report
from units.actions.intake.columns import layout_of
from units.actions.intake.rows import rows_of
from units.models import Unit

HEADINGS = ("单位名称", "信用代码", "主管部门", "联系人", "手机", "办公电话", "在职人数", "命名时间", "备注")


def seen(*rows, headings=HEADINGS, title=(["云泽县2026年度名册"],), merged=(), marks=None):
    """The cleaned rows of a list below its title and headings, and the layout that was found."""
    sheet = Sheet(
        "名册", [*title, list(headings), *map(list, rows)], merged=list(merged), marks=marks or Marks()
    )
    layout = layout_of(sheet)
    return rows_of(sheet, layout), layout


def one(**cells_of):
    """One row whose cells are given by heading."""
    rows, _layout = seen([cells_of.get(heading, "") for heading in HEADINGS])
    return rows[-1]


def said(row):
    return [problem["reason"] for problem in row.problems]


# what stands in a cell: habit, heading, as written, field, as understood, what is said

CELLS = [
    # 4: "none" is no text, and "as above" is never a telephone
    (4, "主管部门", "——", "supervisor", "", []),
    (4, "主管部门", "/", "supervisor", "", []),
    (4, "手机", "同上", "mobile", "", ["as above not taken"]),
    (4, "手机", "", "mobile", "", []),
    # 5
    (5, "单位名称", "县　水 利\u00a0局", "name", "县水利局", []),
    (5, "单位名称", "\ufeff县\u200b水利局", "name", "县水利局", []),
    (5, "联系人", "张　三", "contact", "张三", []),
    (5, "联系人", "张三 李四", "contact", "张三 李四", []),
    (5, "手机", "１３９００００７１００", "mobile", "13900007100", []),
    (5, "信用代码", "９１３５０１００Ｍ０００１００Ｙ４３", "uscc", "91350100M000100Y43", []),
    # 6
    (6, "手机", "13900000001.0", "mobile", "13900000001", []),
    (6, "手机", "1.38E+10", "mobile", "", ["mobile unreadable"]),
    (6, "办公电话", "8.73E+07", "tel", "", ["number destroyed"]),
    (6, "手机", "'13900000001", "mobile", "13900000001", []),
    (6, "手机", "138-0000-0001", "mobile", "13800000001", []),
    (6, "手机", "+86 138 0000 0001", "mobile", "13800000001", []),
    (6, "手机", "13800000001/13900000002", "mobile", "13800000001 / 13900000002", []),
    (6, "手机", "13800000001；13900000002", "mobile", "13800000001 / 13900000002", []),
    (6, "手机", "13800000001\n13900000002", "mobile", "13800000001 / 13900000002", []),
    (6, "手机", "13800000001或13900000002", "mobile", "13800000001 / 13900000002", []),
    (6, "手机", "13800000001 0999-87283783", "tel", "0999-87283783", ["landline"]),
    (6, "手机", "81805169", "tel", "81805169", ["landline"]),
    (6, "手机", "661234", "tel", "661234", ["landline"]),
    (6, "办公电话", "0999-8728378转801", "tel", "0999-8728378转801", []),
    (6, "办公电话", "87283783 分机 801", "tel", "87283783转801", []),
    (6, "办公电话", "999-87283783", "tel", "999-87283783", ["area code without 0"]),
    (6, "手机", "99987283783", "tel", "99987283783", ["area code without 0"]),
    # 7
    (7, "信用代码", "9135 0100 m000 100y 43", "uscc", "91350100M000100Y43", []),
    (7, "信用代码", "9135O1OOM000100Y43", "uscc", "", ["letter never used"]),
    (7, "信用代码", "91350100M000100Y4Z", "uscc", "", ["letter never used"]),
    (7, "信用代码", "12345678-9", "uscc", "", ["old code"]),
    (7, "信用代码", "350100100000001", "uscc", "", ["old registration number"]),
    (7, "信用代码", "9.13209E+17", "uscc", "", ["rounded"]),
    (7, "信用代码", "91350100M000100Y44", "uscc", "", ["check digit"]),
    # 10: no field of a unit is a day, but a column of days is kept as days
    (10, "命名时间", "2026.3.15", "命名时间", "2026-03-15", []),
    (10, "命名时间", "2026年3月", "命名时间", "2026-03", []),
    (10, "命名时间", "26.3", "命名时间", "2026-03", []),
    (10, "命名时间", "20260315", "命名时间", "2026-03-15", []),
    (10, "命名时间", "46096", "命名时间", "2026-03-15", ["day by number"]),
    (10, "命名时间", "第六届", "命名时间", "第六届", []),
    # 11
    (11, "在职人数", "约50人", "staff_count", 50, []),
    (11, "在职人数", "50余人", "staff_count", 50, []),
    (11, "在职人数", "十二", "staff_count", 12, []),
    (11, "在职人数", "1.2万", "staff_count", 12_000, []),
    (11, "在职人数", "5000万元", "staff_count", None, ["number unreadable"]),
    # 14
    (14, "单位名称", "县水利局\n", "name", "县水利局", []),
    (14, "单位名称", "县水\n利局。", "name", "县水利局", []),
    (14, "备注", "已并入县市场监管局。", "remark", "已并入县市场监管局", []),
    (14, "备注", "第一行\r\n第二行", "remark", "第一行\n第二行", []),
    *((14, "联系人", nothing, "contact", "", []) for nothing in ("无", "暂无", "-", "—", "/", "#N/A")),
    # 15
    (15, "联系人", "张三11010519491231002X", "contact", "张三", ["ID number dropped"]),
    (15, "手机", "11010519491231002X", "mobile", "", ["ID number dropped"]),
    (15, "办公电话", "11010519491231002X", "tel", "", ["ID number dropped"]),
    (15, "备注", "身份证11010519491231002X", "remark", "身份证", ["ID number dropped"]),
    (15, "信用代码", "11010519491231002X", "uscc", "", ["ID number dropped"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "written", "field", "understood", "reasons"),
    [case[1:] for case in CELLS],
    ids=[f"{case[0]}-{case[1]}-{case[2]!r}" for case in CELLS],
)
def test_a_cell_is_understood_or_flagged_and_nothing_lost_is_rebuilt(
    heading, written, field, understood, reasons
):
    row = one(**{"单位名称": "县水利局", heading: written})

    values = row.values | row.values["extra"]
    assert values.get(field) == understood
    assert said(row) == reasons


def test_6_both_numbers_of_a_cell_are_kept_a_mobile_and_a_landline():
    row = one(单位名称="县水利局", 手机="13800000001、0999-87283783转8")

    assert (row.values["mobile"], row.values["tel"]) == ("13800000001", "0999-87283783转8")


def test_11_about_fifty_is_fifty_and_says_so():
    assert one(单位名称="县水利局", 在职人数="约50人").values["staff_count_is_approximate"]
    assert not one(单位名称="县水利局", 在职人数="50人").values["staff_count_is_approximate"]


def test_15_private_numbers_are_repeated_nowhere():
    number = "11010519491231002X"

    for heading in HEADINGS[1:]:
        row = one(**{"单位名称": "县水利局", heading: number})
        assert number not in str((row.values, row.raw, row.problems)), heading


def test_15_birth_dates_and_home_addresses_do_not_come_in():
    headings = ("单位名称", "出生年月", "家庭住址", "身份证号")

    rows, _layout = seen(["县水利局", "1985.3", "幸福路1号", "110105194912310"], headings=headings)

    assert not {"1985.3", "幸福路1号", "110105194912310"} & set(rows[-1].values["extra"].values())
    assert said(rows[-1]) == ["ID number dropped"]


# what the rows are

SKIPPED = [
    (1, ["填报单位：县文明办", "", "填报日期：2026年3月"], "note"),
    (2, ["一、党政机关（45个）"], "section"),
    (2, ["小计", "", "45"], "subtotal"),
    (2, ["合  计", "", "123"], "total"),
    (2, ["填表人：何强", "", "审核人：林兰"], "note"),
    (9, ["云泽县2026年度名册"], "title or heading"),
    (9, list(HEADINGS), "title or heading"),
]


@pytest.mark.parametrize(
    ("texts", "reason"), [case[1:] for case in SKIPPED], ids=[f"{case[0]}-{case[2]}" for case in SKIPPED]
)
def test_rows_that_are_no_units_are_skipped_with_their_reason(texts, reason):
    rows, _layout = seen(texts, ["县水利局", code(1)])

    assert (rows[2].verdict, rows[2].problems[0]["reason"]) == ("skipped", reason)
    assert rows[3].name == "县水利局"


def test_1_a_title_a_line_of_who_fills_in_and_headings_in_two_rows():
    title = (["云泽县2026年度名册"], ["填报单位（盖章）", "", "", "2026年3月"])
    upper = ["序号", "单位名称", "联系方式", "", ""]
    lower = ["", "", "联系人", "手机", "办公电话"]

    rows, layout = seen(lower, ["1", "县水利局", "何强", "13900000001", ""], headings=upper, title=title)

    assert (layout.first, layout.last) == (3, 4)
    assert [row.verdict for row in rows] == ["skipped"] * 4 + [""]
    assert rows[-1].values["contact"] == "何强"


@pytest.mark.parametrize("kind", ["xlsx", "ods", "page", "xml"])
def test_3_a_supervisor_over_several_rows_stands_for_all_of_them(kind):
    content = {"xlsx": merged_xlsx, "ods": merged_ods, "page": merged_page, "xml": merged_xml}[kind]()
    [sheet] = tables.read(content, "名册.xls")

    rows = rows_of(sheet, layout_of(sheet))

    assert [row.values.get("supervisor") for row in rows[1:]] == ["县教育局"] * 2


def merged_xlsx():
    book = hostile.Workbook()
    for texts in (["主管部门", "单位名称"], ["县教育局", "县一中"], ["", "县二中"]):
        book.active.append(texts)
    book.active.merge_cells("A2:A3")
    return hostile.saved(book)


def merged_ods():
    spanning = hostile.ods_cell("县教育局", 'office:value-type="string" table:number-rows-spanned="2"')
    return hostile.ods(
        hostile.ods_table(
            ["主管部门", "单位名称"],
            f"<table:table-row>{spanning}{hostile.ods_cell('县一中')}</table:table-row>",
            f"<table:table-row><table:covered-table-cell/>{hostile.ods_cell('县二中')}</table:table-row>",
        )
    )


def merged_page():
    rows = "<tr><td>主管部门<td>单位名称<tr><td rowspan=2>县教育局<td>县一中<tr><td>县二中"
    return f"<html><table>{rows}</table>".encode("gb18030")


def merged_xml():
    def cell(text, about=""):
        return f'<Cell {about}><Data ss:Type="String">{text}</Data></Cell>'

    rows = (
        cell("主管部门") + cell("单位名称"),
        cell("县教育局", 'ss:MergeDown="1"') + cell("县一中"),
        cell("县二中", 'ss:Index="2"'),
    )
    return hostile.xml2003(
        f"<Worksheet ss:Name='x'><Table>{''.join(f'<Row>{row}</Row>' for row in rows)}</Table></Worksheet>"
    )


@pytest.mark.parametrize("written", ["同上", "〃", '"', "″", "仝上"])
def test_4_as_above_repeats_the_supervisor(written):
    rows, _layout = seen(["县一中", "", "县教育局"], ["县二中", "", written])

    assert [row.values["supervisor"] for row in rows[2:]] == ["县教育局"] * 2


def test_9_what_is_hidden_is_read_and_told():
    marks = Marks(hidden_rows={4, 900}, hidden_columns={3, 99}, is_filtered=True)

    rows, layout = seen(["县一中"], ["县二中"], [], [], marks=marks)

    assert [row.name for row in rows[2:]] == ["县一中", "县二中"]
    assert layout.remarks == [
        {"reason": "filtered rows", "count": 1, "rows": [4]},
        {"reason": "hidden columns", "count": 1, "rows": [3]},
    ]


def test_9_a_thousand_formatted_rows_are_no_rows():
    content = hostile.with_tail(hostile.formatted_rows(1_000), workbook(unit_row("县水利局", 1)))

    [sheet] = tables.read(content)

    assert len(rows_of(sheet, layout_of(sheet))) == 3


def test_13_colors_strikes_and_comments_are_told_and_not_guessed():
    marks = Marks(filled={1, 2, 3}, struck={4}, commented={2, 5})

    rows, layout = seen(["甲局"], ["乙局"], ["丙局"], marks=marks)

    assert [row.verdict for row in rows[2:]] == [""] * 3
    assert layout.remarks == [
        {"reason": "struck rows", "count": 1, "rows": [4]},
        {"reason": "filled rows", "count": 1, "rows": [3]},
        {"reason": "commented rows", "count": 1, "rows": [5]},
    ]
    assert [(line["reason"], line["value"]) for line in report.of(rows, [layout])["remarks"]] == [
        ("struck rows", 1), ("filled rows", 1), ("commented rows", 1),
    ]  # fmt: skip


def test_13_colors_everywhere_are_there_to_be_pretty():
    _rows, layout = seen(["甲局"], ["乙局"], ["丙局"], marks=Marks(filled={3, 5}))

    assert layout.remarks == []


# what needs the register


@pytest.mark.django_db
def test_8_doubles_are_left_out_or_asked_about():
    found = intake.look(
        workbook(
            unit_row("县水利局", 1),
            unit_row("云泽县水利局", 1),
            unit_row("中心小学", supervisor="新民镇"),
            unit_row("中心小学", supervisor="三河镇"),
            unit_row("县财政局", 2),
            unit_row("云泽县财政局"),
        ),
        "x.xlsx",
    )

    assert [row.verdict for row in found.rows[2:]] == ["new", "duplicate", "new", "new", "new", "suspected"]


@pytest.mark.django_db
def test_9_several_sheets_with_headings_of_their_own_and_a_hidden_one():
    book = hostile.Workbook()
    book.active.append(["单位名称", "手机"])
    book.active.append(["县水利局", "13900000001"])
    other = book.create_sheet("学校")
    other.append(["序号", "学校名称", "联系电话"])
    other.append([1, "县一中", "13900000002"])
    book.create_sheet("旧名单").append(["单位名称"])
    book["旧名单"].sheet_state = "hidden"

    found = intake.look(hostile.saved(book), "x.xlsx")

    assert [(row.name, row.values["mobile"]) for row in found.rows if row.name] == [
        ("县水利局", "13900000001"),
        ("县一中", "13900000002"),
    ]
    assert [layout.state for layout in found.layouts] == ["read", "read", "hidden"]


def page(rows):
    lines = (f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
    return f"<table>{''.join(lines)}</table>".encode("gb18030")


def text_in(encoding, delimiter=","):
    return lambda rows: "\n".join(map(delimiter.join, rows)).encode(encoding)


KINDS = {
    "xlsx": hostile.workbook,
    "xls": hostile.old_workbook,
    "ods": lambda rows: hostile.ods(hostile.ods_table(*rows)),
    "a page called xls": page,
    **{f"csv in {name}": text_in(name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030")},
    "tabs called xls": text_in("gb18030", "\t"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_12_the_same_list_gives_the_same_whatever_kind_of_file_it_is(kind):
    rows = [
        ["单位名称", "信用代码", "手机"],
        ["县第一中学", code(1), "13900000001"],
        ["𠮷村", code(2), "13900000002"],
    ]

    found = intake.look(KINDS[kind](rows), "名册.xls")

    assert [(row.verdict, row.name, row.values["uscc"]) for row in found.rows[1:]] == [
        ("new", "县第一中学", code(1)),
        ("new", "𠮷村", code(2)),
    ]


@pytest.mark.django_db
def test_16_units_keep_the_official_order_of_the_list(admin):
    names = ["县委办公室", "县人大办公室", "县政府办公室", "县政协办公室", "县纪委监委"]

    intake.take_in(workbook(*(unit_row(name, at) for at, name in enumerate(names, 1))), "x.xlsx", by=admin)

    assert list(Unit.objects.participating().values_list("name", flat=True)) == names


# days and sums by themselves, for lists that hold them


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026.3.15", "2026-03-15"),
        ("2026年3月15日", "2026-03-15"),
        ("2026-03-15 08:30", "2026-03-15"),
        ("2026/3/15", "2026-03-15"),
        ("２０２６．３．１５", "2026-03-15"),
        ("二〇二六年三月十五日", "2026-03-15"),
        ("2026年", "2026"),
        ("2026", "2026"),
        ("202603", "2026-03"),
        ("98.5", "1998-05"),
        ("无", ""),
        ("", ""),
    ],
)
def test_10_days_are_written_in_many_ways(written, value):
    assert cells.day(written) == (value, None)


@pytest.mark.parametrize("written", ["2026.13.1", "2026.2.30", "20261399", "昨天", "1.5.2026", "123"])
def test_10_what_is_no_day_stays_empty_with_a_warning(written):
    assert cells.day(written) == ("", ("warning", "day unreadable"))


@pytest.mark.parametrize(
    ("written", "value", "about"),
    [
        ("5000万元", 50_000_000, False),
        ("1.2亿", 120_000_000, False),
        ("约3,000元", 3000, True),
        ("￥12.50", 12.5, False),
        ("三百元", 300, False),
        ("无", None, False),
    ],
)
def test_11_sums_of_money_are_written_in_many_ways(written, value, about):
    assert cells.amount(written) == ((value, about), None)


def test_11_what_is_no_sum_stays_empty_with_a_warning():
    assert cells.amount("若干") == ((None, False), ("warning", "number unreadable"))
