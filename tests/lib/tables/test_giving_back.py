"""The workbook that comes back with its faults in red, and the empty one to be filled in."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from civportal.lib.tables import Mark, TemplateColumn, mark_workbook, marking, read, template
from tests.lib import hostile

HEADING = "问题说明"
LIST = [["名册", ""], ["单位名称", "手机"], ["县水利局", "1.39E+10"], ["=1+1", "x"]]
MARKS = [
    Mark("名册", 3, 2, "手机：数字已丢失"),
    Mark("名册", 3, None, "重复"),
    Mark("名册", 4, 1, "=cmd|' /C calc'!A0"),
]


TWO_KINDS = [hostile.workbook(rows=LIST), hostile.old_workbook(LIST)]


def given_back(content, marks=MARKS, name="名册.xlsx", row=2):
    """What comes back, opened; the sheets are read as the import reads them."""
    content = mark_workbook(content, read(content, name), marks, HEADING, {"名册": row})
    return load_workbook(io.BytesIO(content))


def is_red(cell):
    return cell.fill.fgColor.rgb == marking.RED.fgColor.rgb


@pytest.mark.parametrize(
    "content",
    [
        hostile.workbook(rows=LIST),
        hostile.old_workbook(LIST),
        hostile.ods(hostile.ods_table(*LIST)),
        "\n".join(",".join(row) for row in LIST).encode("gb18030"),
    ],
    ids=["xlsx", "xls", "ods", "csv"],
)
def test_faulty_cells_are_red_with_the_reason_in_the_same_row(content):
    sheet = given_back(content)["名册"]

    assert [is_red(sheet[place]) for place in ("A3", "B3", "C3", "A4", "B4")] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert [sheet.cell(row, 3).value for row in (2, 3)] == [HEADING, "手机：数字已丢失\n重复"]
    assert [cell.value for cell in sheet["A"]][:3] == ["名册", "单位名称", "县水利局"]


def test_an_own_workbook_comes_back_as_it_was_but_for_the_marks():
    book = Workbook()
    sheet = book.active
    sheet.title = "名册"
    for row in (["单位名称", "人数", "合计"], ["县水利局", 5, "=SUM(B2:B3)"], ["县一中", 7, None]):
        sheet.append(row)
    sheet["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B2"].comment = Comment("新增", "x")
    sheet.merge_cells("A5:B6")
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("旧").append(["=1+1"])
    book["旧"].sheet_state = "hidden"

    back = given_back(hostile.saved(book), [Mark("名册", 3, 2, "错")], row=1)

    sheet = back["名册"]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=SUM(B2:B3)", "f")
    assert (sheet["B2"].value, sheet["B2"].comment.text, is_red(sheet["B2"])) == (5, "新增", False)
    assert sheet["A2"].fill.fgColor.rgb.endswith("FFFF00") and sheet.column_dimensions["B"].hidden
    assert [str(span) for span in sheet.merged_cells.ranges] == ["A5:B6"]
    assert is_red(sheet["B3"]) and sheet["D3"].value == "错"
    assert (back["旧"].sheet_state, back["旧"]["A1"].value) == ("hidden", "=1+1")


@pytest.mark.parametrize(
    "content", [hostile.workbook(rows=LIST), hostile.old_workbook(LIST)], ids=["xlsx", "xls"]
)
def test_no_reason_and_no_text_becomes_a_formula(content):
    back = given_back(content)

    kinds = {cell.value: cell.data_type for row in back["名册"] for cell in row}
    assert kinds["=cmd|' /C calc'!A0"] == "s"
    # What was a formula in the own workbook stays one; a text of another file stays a text.
    assert kinds["=1+1"] == ("f" if content.startswith(b"PK") else "s")


def test_reasons_of_an_earlier_time_make_room_for_those_of_today():
    first = mark_workbook(content := hostile.workbook(rows=LIST), read(content), MARKS, HEADING, {"名册": 2})

    sheet = given_back(first, [Mark("名册", 4, None, "新")])["名册"]

    assert [sheet.cell(row, 3).value for row in (2, 3, 4)] == [HEADING, None, "新"]
    assert sheet.max_column == 3 and not is_red(sheet["C3"])


def test_merged_cells_of_other_files_come_along():
    page = "<table><tr><td colspan=2>名册<tr><td>单位名称<td>手机<tr><td>甲<td>1</table>"

    back = mark_workbook(page.encode(), read(page.encode()), [], HEADING, {"1": 2})

    sheet = load_workbook(io.BytesIO(back))["1"]
    assert [str(span) for span in sheet.merged_cells.ranges] == ["A1:B1"]


@pytest.mark.parametrize(
    "content", [hostile.workbook(rows=LIST), hostile.old_workbook(LIST)], ids=["xlsx", "xls"]
)
def test_of_a_very_large_list_the_marked_rows_come_back_with_their_numbers(content, monkeypatch):
    monkeypatch.setattr(marking, "MAX_REWRITTEN", 100)
    monkeypatch.setattr(marking, "MAX_COPIED", 5)

    sheet = given_back(content, MARKS[:2])["名册"]

    assert [[cell.value for cell in row] for row in sheet] == [
        [2, "单位名称", "手机", HEADING],
        [3, "县水利局", "1.39E+10", "手机：数字已丢失\n重复"],
    ]
    assert is_red(sheet["C2"])


def with_part_of_sheet(part):
    """The list with something more in its sheet, as a hostile hand would add it."""
    content = hostile.workbook(rows=LIST)
    source = zipfile.ZipFile(io.BytesIO(content)).read(hostile.SHEET)
    return hostile.repacked({hostile.SHEET: source.replace(b"</sheetData>", b"</sheetData>" + part)}, content)


@pytest.mark.parametrize(
    "part",
    [
        b'<mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>',
        b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
    ],
)
def test_ranges_over_the_whole_sheet_are_not_built(part):
    content = with_part_of_sheet(part)

    assert marking.own_workbook(content) is None
    assert given_back(content)["名册"]["C3"].value


@pytest.mark.parametrize("content", [b"PK\x03\x04x", hostile.zip_of("a.txt"), hostile.big_member(), b"a,b"])
def test_what_is_no_workbook_is_not_opened(content):
    assert marking.own_workbook(content) is None


def test_a_workbook_that_cannot_be_written_again_comes_back_as_a_new_one():
    content = hostile.repacked({"xl/styles.xml": b"<styleSheet/>"}, hostile.workbook(rows=LIST))
    content = hostile.repacked({"docProps/core.xml": b"<x/>"}, content)
    content = hostile.repacked({"xl/theme/theme1.xml": b"<"}, content)

    assert given_back(content)["名册"]["C2"].value == HEADING


def test_a_million_formatted_rows_do_not_come_back():
    content = hostile.with_tail(hostile.formatted_rows(150_000), hostile.workbook(rows=LIST))

    assert len(mark_workbook(content, read(content), MARKS, HEADING, {"名册": 2})) < 50_000


@pytest.mark.parametrize(
    ("reasons", "before", "after"),
    [
        (["代码不对"], None, None),
        (["代码不对"], 9, 15),
        (["代码不对"], 40, 40),
        (["代码不对", "没有单位名称"], None, 30),
        (["代码不对", "没有单位名称"], 13.5, 30),
        (["代码不对", "没有单位名称"], 62, 62),
        (["代码不对，请与证书核对。" * 5], None, 30),
    ],
)
def test_no_reason_is_cut_off_and_no_cell_beside_it(reasons, before, after):
    """Spreadsheet programs keep the height that a row has, or fit it to one line."""
    book = load_workbook(io.BytesIO(hostile.workbook(rows=LIST)))
    book["名册"].row_dimensions[3].height = before
    kept = io.BytesIO()
    book.save(kept)
    marks = [Mark("名册", 3, 1, reason) for reason in reasons]

    given = mark_workbook(kept.getvalue(), read(kept.getvalue()), marks, HEADING, {"名册": 2})

    assert load_workbook(io.BytesIO(given))["名册"].row_dimensions[3].height == after


COLUMNS = [
    TemplateColumn("序号", "示例", width=7),
    TemplateColumn("单位名称", "县水利局", "必填", is_required=True),
    TemplateColumn("在职人数", "50", is_number=True),
    TemplateColumn("单位类别", "机关", choices=("机关", "企业")),
    TemplateColumn("主管部门", choices=tuple(f"县第{number}局" for number in range(90))),
]


def test_a_template_keeps_codes_as_text_and_offers_choices():
    sheet = load_workbook(io.BytesIO(template("云泽县名册", COLUMNS))).active

    assert [cell.value for cell in sheet[3]] == ["序号", "单位名称*", "在职人数", "单位类别", "主管部门"]
    assert [cell.value for cell in sheet[4]][:3] == ["示例", "县水利局", 50]
    assert [sheet.column_dimensions[letter].number_format for letter in "BC"] == ["@", "0"]
    assert sheet.freeze_panes == "C4"
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules == {"D4:D5000": '"机关,企业"', "E4:E5000": "选项!$E$1:$E$90"}


def test_a_template_has_its_long_lists_out_of_sight():
    book = load_workbook(io.BytesIO(template("名册", COLUMNS)))

    assert book["选项"].sheet_state == "hidden" and book["选项"]["E90"].value == "县第89局"
