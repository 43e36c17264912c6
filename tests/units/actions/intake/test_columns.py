import pytest

from civportal.lib.tables import Sheet
from units.actions.intake.columns import Layout, layout_of, learnt_from, plain_heading, rearranged


def fields(layout):
    return {column.heading: column.field for column in layout.columns}


def found(*rows, learnt=None):
    return layout_of(Sheet("名册", [list(row) for row in rows]), learnt)


def test_the_heading_is_found_below_title_and_date():
    layout = found(
        ["云泽县名册"], ["填报单位：县文明办"], ["序号", "单位名称", "备注"], ["1", "县水利局", ""]
    )

    assert (layout.first, layout.last) == (3, 3)
    assert fields(layout) == {"序号": "seq", "单位名称": "name", "备注": "remark"}


def test_a_group_over_subheadings_is_one_heading_of_two_rows():
    layout = found(
        ["单位名称", "联系方式", "", "", "备注"],
        ["", "联系人", "手机", "微信号", ""],
        ["县水利局", "赵梅", "", "", ""],
    )

    assert (layout.first, layout.last) == (1, 2)
    assert fields(layout) == {
        "单位名称": "name", "联系人": "contact", "手机": "mobile", "微信号": "", "备注": "remark",
    }  # fmt: skip


def test_a_unit_below_the_heading_is_not_a_second_heading_row():
    layout = found(["单位名称", "单位类别"], ["县妇女联合会", "单位"])

    assert layout.last == 1


@pytest.mark.parametrize(
    ("heading", "field"),
    [("单 位 名 称*", "name"), ("单位名称（盖章）", "name"), ("手机\n号码", "mobile"), ("E-MAIL", "email"),
     ("组织机构代码(证)", "uscc"), ("在职人数：", "staff_count")],
)  # fmt: skip
def test_marks_brackets_and_blanks_in_headings_do_not_matter(heading, field):
    layout = found([heading, "单位名称" if field != "name" else "备注"], ["x", "y"])

    assert layout.columns[0].field == field


def test_the_surer_heading_takes_the_field_and_the_other_phone_is_the_office_telephone():
    layout = found(["单位名称", "联系电话", "手机"], ["a", "b", "c"])

    assert fields(layout) == {"单位名称": "name", "联系电话": "tel", "手机": "mobile"}


def test_a_third_phone_is_kept_under_its_heading():
    layout = found(["单位名称", "联系电话", "手机", "办公电话", "电话"], ["a", "b", "c", "d", "e"])

    assert fields(layout) == {
        "单位名称": "name",
        "联系电话": "",
        "手机": "mobile",
        "办公电话": "tel",
        "电话": "",
    }


def test_columns_without_heading_are_kept_by_their_letter():
    layout = found(["单位名称", ""], ["县水利局", "2019年改制"])

    assert fields(layout) == {"单位名称": "name", "B": ""}
    assert layout.columns[1].letter == "B"


def test_empty_columns_are_none():
    assert fields(found(["单位名称", "", ""], ["县水利局", "", ""])) == {"单位名称": "name"}


def test_a_lone_heading_is_enough():
    assert found(["单位名称"], ["县水利局"]).state == "read"


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], "empty"),
        ([["", " "]], "empty"),
        ([["县水利局", "机关"]], "no heading"),
        ([["单位", "x"]], "no heading"),
    ],
)
def test_a_sheet_without_heading_is_not_read(rows, state):
    assert found(*rows).state == state


def test_a_hidden_sheet_is_not_read():
    assert layout_of(Sheet("旧名单", hidden=True)).state == "hidden"


def test_what_a_clerk_said_of_a_heading_is_remembered():
    before = found(["单位名称", "包联干部"], ["县水利局", "赵梅"])
    taught = rearranged(before, 1, 1, {1: "contact"})
    learnt = learnt_from([[taught.as_json()]])

    assert learnt == {plain_heading("包联干部"): "contact"}
    assert fields(found(["单位名称", "包联干部"], ["a", "b"], learnt=learnt))["包联干部"] == "contact"


def test_a_layout_survives_being_kept():
    layout = found(["单位名称", "备注"], ["a", "b"])

    assert Layout.from_json(layout.as_json()) == layout
