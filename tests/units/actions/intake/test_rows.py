import pytest

from civportal.lib.tables import Sheet
from units.actions.intake.columns import layout_of
from units.actions.intake.rows import Reader, category_in_title, category_of, county_of, rows_of


def read(*rows, headings=("序号", "单位名称", "主管部门", "手机", "备注"), merged=()):
    sheet = Sheet("名册", [["云泽县名册"], list(headings), *map(list, rows)], merged=list(merged))
    return rows_of(sheet, layout_of(sheet))[2:]


def reasons(rows):
    return [row.problems[0]["reason"] if row.verdict == "skipped" else row.name for row in rows]


def said(row):
    return {(problem["level"], problem["reason"]) for problem in row.problems}


def test_rows_that_are_no_units_are_skipped_with_their_reason():
    rows = read(
        ["一、党政机关（1个）"],
        ["1", "县水利局"],
        [],
        ["2", "", "", "", ""],
        ["小 计", "1"],
        ["云泽县名册"],
        ["序号", "单位名称", "主管部门", "手机", "备注"],
        ["（二）企业"],
        ["2", "县供水公司"],
        ["合计", "2"],
        ["填表人：何强"],
        ["本表一式两份"],
    )

    assert reasons(rows) == [
        "section", "县水利局", "empty", "empty", "subtotal", "title or heading", "title or heading",
        "section", "县供水公司", "total", "note", "note",
    ]  # fmt: skip


def test_empty_rows_below_the_list_are_not_worth_a_word():
    assert reasons(read(["1", "县水利局"], [], ["", " "])) == ["县水利局"]


def test_a_name_alone_is_a_unit_and_a_section_in_its_column_is_not():
    names = ["县水利局", "二、学校（3个）", "县一中", "备注：完", "合计"]
    rows = read(*([name] for name in names), headings=["单位名称", "备注"])

    assert reasons(rows) == ["县水利局", "section", "县一中", "note", "total"]


def test_two_cells_beside_the_name_are_a_section_or_else_a_unit_without_name():
    rows = read(["一、机关", "", "共3个"], ["7", "", "县人民政府"])

    assert reasons(rows)[0] == "section"
    assert (rows[1].verdict, said(rows[1])) == ("error", {("error", "no name")})


def test_as_above_is_the_supervisor_and_never_the_mobile():
    rows = read(
        ["1", "甲局", "县政府", "13900000001"], ["2", "乙局", "同上", "同上"], ["3", "丙局", "〃", ""]
    )

    assert [row.values["supervisor"] for row in rows] == ["县政府"] * 3
    assert [row.values["mobile"] for row in rows] == ["13900000001", "", ""]
    assert said(rows[1]) == {("remark", "as above not taken")}


def test_as_above_in_the_first_row_means_nothing():
    [row] = read(["1", "甲局", "同上"])

    assert row.values["supervisor"] == ""
    assert said(row) == {("remark", "as above not taken")}


def test_a_merged_supervisor_stands_for_all_its_rows():
    rows = read(
        ["1", "甲局", "县政府", "13900000001"], ["2", "乙局", "", ""], ["3", "丙局", "", ""],
        merged=[(2, 2, 3, 2), (2, 3, 4, 3), (0, 0, 0, 4)],
    )  # fmt: skip

    assert [row.values["supervisor"] for row in rows] == ["县政府", "县政府", ""]
    assert [row.values["mobile"] for row in rows] == ["13900000001", "", ""]


def test_a_landline_among_the_mobiles_joins_the_office_telephones():
    headings = ["单位名称", "手机", "办公电话"]
    rows = read(["甲局", "81805169", "81805170"], ["乙局", "81805169", ""], headings=headings)

    assert [row.values["tel"] for row in rows] == ["81805170 / 81805169", "81805169"]
    assert {row.values["mobile"] for row in rows} == {""}


def test_private_columns_and_identity_cards_do_not_come_in():
    headings = ["单位名称", "联系人", "身份证号", "摘要"]
    [row] = read(
        ["甲局", "张三11010519491231002X", "110105194912310", "11010519491231002X"], headings=headings
    )

    assert "1101" not in str((row.values, row.raw.get("private"), row.problems))
    assert row.values["contact"] == "张三"
    assert said(row) == {("remark", "ID number dropped")}


def test_columns_that_no_field_stands_for_are_kept_under_their_heading():
    [row] = read(["甲局", "12", "无"], headings=["单位名称", "党员人数", "传真"])

    assert row.values["extra"] == {"党员人数": "12"}


def test_a_short_row_is_read_as_far_as_it_goes():
    [row] = read(["1", "甲局"])

    assert row.values["mobile"] == ""


@pytest.mark.parametrize(
    ("name", "reason"), [("12345", "not a name"), ("（）", "not a name"), ("长" * 101, "too long")]
)
def test_what_is_no_name_is_an_error(name, reason):
    [row] = read(["1", name, "县政府"])

    assert row.verdict == "error"
    assert said(row) == {("error", reason)}


def test_a_text_longer_than_its_column_is_an_error_and_not_cut():
    [row] = read(["甲局", "张" * 61], headings=["单位名称", "联系人"])

    assert said(row) == {("error", "too long")}


def test_a_wrong_code_says_what_was_perhaps_meant():
    [row] = read(["甲局", "9135O1OOM000100Y43"], headings=["单位名称", "信用代码"])

    assert row.problems[0]["reason"] == "letter never used"
    assert row.problems[0]["meant"] == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("text", "founded", "kept"),
    [
        ("2003年3月15日", "2003-03-15", None),
        ("20030315", "2003-03-15", None),
        ("2003年3月", None, "2003-03"),
        ("建国初", None, "建国初"),
        ("无", None, None),
    ],
)
def test_what_is_no_whole_day_is_no_founding_day_but_kept(text, founded, kept):
    [row] = read(["县水利局", text], headings=["单位名称", "成立时间"])

    assert (row.values.get("founded_on"), row.values["extra"].get("成立时间")) == (founded, kept)
    assert (("remark", "no whole day") in said(row)) == bool(kept)


def test_names_and_tags_are_told_apart():
    [row] = read(
        ["县水利局", "水利站；河道所", "县水电局（至2019-03-01）", "窗口、A类 窗口"],
        headings=["单位名称", "其他名称", "曾用名", "标签"],
    )

    assert row.values["names"] == [["水利站", None, None], ["河道所", None, None]]
    assert row.values["former_names"] == [["县水电局", None, "2019-03-01"]]
    assert row.values["tags"] == ["窗口", "A类"]


@pytest.mark.parametrize("heading", ["其他名称", "曾用名", "标签"])
def test_names_and_tags_have_to_find_room(heading):
    [row] = read(["县水利局", "长" * 101], headings=["单位名称", heading])

    assert (row.verdict, row.problems[0]["reason"]) == ("error", "too long")


def test_a_masked_number_in_a_column_of_no_field_says_nothing():
    [row] = read(["县水利局", "乙 138****0001"], headings=["单位名称", "备用电话"])

    assert row.values["extra"] == {} and said(row) == {("remark", "masked number")}


def test_the_portals_own_heading_is_surer_than_any_other():
    layout = layout_of(Sheet("名册", [["单位名称", "所属镇区", "所在镇"], ["县水利局", "甲", "乙"]]))

    assert [column.field for column in layout.columns] == ["name", "", "town"]


def test_an_office_calls_its_categories_as_it_likes():
    sheet = Sheet("名册", [["单位名称", "单位类别"], ["县农商行", "银行"]])
    layout = layout_of(sheet)

    [row] = rows_of(sheet, layout, Reader(sheet, layout, {"银行": "finance"}))[1:]

    assert row.values["category"] == "finance"


def test_a_short_name_comes_along():
    [row] = read(["县水利局", "水利局"], headings=["单位名称", "简称"])

    assert row.values["short_name"] == "水利局"


def test_the_section_tells_the_category_where_the_column_is_missing():
    rows = read(["一、党政机关（1个）"], ["1", "甲局"], ["二、企事业单位"], ["2", "乙社"])

    assert [row.values.get("category") for row in rows] == [None, "organ", None, ""]


def test_an_unknown_category_is_remarked():
    [row] = read(["甲局", "协会类"], headings=["单位名称", "单位类别"])

    assert (row.values["category"], said(row)) == ("", {("remark", "category unknown")})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("机关", "organ"),
        ("党政机关", "organ"),
        ("企业", "enterprise"),
        ("国企", "soe"),
        ("学校", "campus"),
        ("乡镇", "town"),
        ("镇（街道）", "town"),
        ("村", "village"),
        ("社区", "community"),
        ("事业单位（公益一类）", "institution"),
        ("银行", "bank"),
        ("神秘", ""),
    ],
)
def test_categories_by_what_lists_call_them(text, code):
    assert category_of(text) == code


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("一、党政机关和群团（35个）", "organ"),
        ("二、行政村（36个）", "village"),
        ("三、全县中小学名单", "campus"),
        ("四、企事业单位", ""),
        ("五、银行学校", ""),
        ("六、其他", ""),
    ],
)
def test_a_section_names_one_category_or_none(title, code):
    assert category_in_title(title) == code


@pytest.mark.parametrize(("title", "county"), [("云泽县2026年度名册", "云泽县"), ("参创单位", ""), ("", "")])
def test_the_title_names_the_county(title, county):
    assert county_of([Sheet("名册", [[""], [title]])]) == county
