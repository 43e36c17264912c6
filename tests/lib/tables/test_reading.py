from datetime import date, datetime
from datetime import time as clock

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from civportal.lib import tables
from civportal.lib.tables import TableRefused, package, read, workbook
from tests.lib import hostile

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
LIST = "单位名称,统一社会信用代码\n县水利局,11999901W5AKAWX666\n"

REFUSED = [
    ("0 bytes", lambda: b"", "empty"),
    ("a picture", lambda: PNG, "not a spreadsheet"),
    ("a pdf", lambda: b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n\x00\x01", "not a spreadsheet"),
    ("nul bytes", lambda: b"a,b\n\x00\x00", "not a spreadsheet"),
    ("control characters", lambda: "单位\x01名称".encode(), "not a spreadsheet"),
    ("a web page without a table", lambda: b"<html><p>x", "not a spreadsheet"),
    ("a web page in xml", lambda: b'<?xml version="1.0"?><html>', "not a spreadsheet"),
    ("a web archive", lambda: b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "not a spreadsheet"),
    ("a docx", lambda: hostile.zip_of("[Content_Types].xml", "word/document.xml"), "not a spreadsheet"),
    ("an ods", lambda: hostile.zip_of("mimetype", "content.xml"), "not a spreadsheet"),
    ("any zip", lambda: hostile.zip_of("a.txt"), "not a spreadsheet"),
    ("a doc", lambda: hostile.ole("WordDocument"), "not a spreadsheet"),
    ("another compound file", lambda: hostile.ole("Contents"), "not a spreadsheet"),
    ("an encrypted xlsx", lambda: hostile.ole("EncryptionInfo", "EncryptedPackage"), "password"),
    ("an encrypted member", hostile.encrypted_member, "password"),
    ("a broken xls", lambda: hostile.ole("Workbook"), "damaged"),
    ("a cut xlsx", hostile.cut_off, "damaged"),
    ("no zip at all", lambda: b"PK\x03\x04" + b"x" * 100, "damaged"),
    ("odd compression", hostile.odd_compression, "damaged"),
    ("broken compression", hostile.broken_deflate, "damaged"),
    ("broken member header", hostile.broken_header, "damaged"),
    ("the same member twice", hostile.twice_the_same_member, "damaged"),
    ("billion laughs", hostile.billion_laughs, "damaged"),
    ("an entity from outside", hostile.outside_entity, "damaged"),
    ("a corner behind a bracket", hostile.hidden_corner, "damaged"),
    ("two corners", hostile.corners, "bomb"),
    ("wide and long", hostile.wide_and_long, "bomb"),
    ("too many columns", hostile.unnumbered, "bomb"),
    ("too many rows", hostile.endless_rows, "bomb"),
    ("a big member", hostile.big_member, "bomb"),
    ("a lying size", hostile.lying_size, "bomb"),
    ("many members", hostile.many_members, "bomb"),
    ("a quote without end", lambda: b'a,"' + b"x" * 200_000, "damaged"),
    ("too many columns of text", lambda: b"," * 300, "bomb"),
    ("too many lines", lambda: b"a\n" * (tables.MAX_ROWS + 1), "bomb"),
    ("an xlsx whose text is repeated without end", hostile.shared_strings_bomb, "bomb"),
    ("twenty million texts", hostile.many_shared_strings, "bomb"),
    ("endless styles", hostile.endless_styles, "bomb"),
    ("deep styles", hostile.deep_styles, "bomb"),
    ("merged cells on merged cells", hostile.overlapping_merges, "damaged"),
    ("a value below a million rows", hostile.million_empty_rows_and_a_note, "bomb"),
    ("an ods cell for the whole sheet", hostile.ods_bomb, "bomb"),
    ("an ods row for the whole sheet", hostile.ods_long, "bomb"),
    ("an ods without end", hostile.ods_endless, "bomb"),
    ("an ods with an entity", hostile.ods_entity, "damaged"),
    ("an ods with an entity in another encoding", hostile.ods_with_entity_in_utf16, "damaged"),
    ("an ods of text", lambda: hostile.ods_package(b"<x/>"), "damaged"),
    ("a cut ods", lambda: hostile.ods_package(b"<office:spreadsheet>"), "damaged"),
    ("a locked ods", hostile.ods_locked, "password"),
    ("a cell over a million columns", hostile.page_bomb, "bomb"),
    ("spans upon spans", hostile.page_of_spans, "bomb"),
    ("a web page without end", hostile.endless_page, "bomb"),
    ("a hundred tables and one", lambda: b"<table><tr><td>x</table>" * 101, "bomb"),
    ("XML with an entity", hostile.xml_bomb, "not a spreadsheet"),
    ("XML of 2003 with an entity", hostile.xml2003_entity, "not a spreadsheet"),
    ("XML of 2003 that is cut", lambda: hostile.xml2003("<Worksheet>")[:-20], "damaged"),
    ("XML of 2003 without a sheet", lambda: hostile.xml2003(""), "damaged"),
    ("XML of 2003 with a far cell", hostile.xml_corner, "bomb"),
    ("an old workbook's corners", hostile.old_corners, "bomb"),
    ("many old corners", hostile.many_old_corners, "bomb"),
    ("an old workbook in a circle", hostile.old_circle, "bomb"),
    ("GB18030 broken far down", lambda: (LIST * 20).encode("gb18030") + b"\xff\xff\xff\n", "damaged"),
]


@pytest.mark.parametrize(("make", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_lies_is_refused_in_words(make, code):
    content = make()

    with pytest.raises(TableRefused) as refusal:
        read(content, "名册.xlsx")

    assert refusal.value.code == code
    assert len(str(refusal.value)) > 8


READ_ALTHOUGH = [
    ("a million formatted rows below the list", hostile.million_empty_rows),
    ("a million rows of a program that writes two tags for nothing", hostile.million_rows_in_two_tags),
    ("rows formatted to the end of the sheet", hostile.formatted_to_the_right),
    ("comments without end", hostile.open_comments),
    ("a claim of the whole sheet", hostile.claimed_dimension),
]


@pytest.mark.parametrize("make", [case[1] for case in READ_ALTHOUGH], ids=[case[0] for case in READ_ALTHOUGH])
def test_a_file_that_only_claims_to_be_large_is_read(make):
    content = make()

    [sheet] = read(content, "名册.xls")

    assert sheet.rows == [["单位名称"], ["县水利局"]]


def test_a_file_over_the_limit_is_refused_with_its_size():
    with pytest.raises(TableRefused, match="60 MB") as refusal:
        tables.check_size(60 * tables.MIB)

    assert refusal.value.code == "too big"


def test_the_place_of_an_unreadable_character_is_named():
    with pytest.raises(TableRefused, match="41"):
        read((LIST * 20).encode("gb18030") + b"\xff\xff\xff\n", "x.csv")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_whatever_its_dialect(encoding, delimiter):
    text = LIST.replace(",", delimiter)
    content = (
        b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-mark" else text.encode(encoding)
    )

    [sheet] = read(content, "夹/名册.csv")

    assert sheet.name == "名册"
    assert sheet.rows[1] == ["县水利局", "11999901W5AKAWX666"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_text_without_a_mark_whose_bytes_are_zero_on_both_sides_is_read(encoding):
    [sheet] = read("单位名称,手机\n县第一中学,13900000001\n𠮷村,1\n".encode(encoding), "x.csv")

    assert sheet.rows[1:] == [["县第一中学", "13900000001"], ["𠮷村", "1"]]


@pytest.mark.parametrize("content", [b"\x00A\x00", b"A\x00\x00B", b"\x00a\x00b" * 9, bytes(64)])
def test_zero_bytes_that_tell_no_order_are_no_text(content):
    with pytest.raises(TableRefused):
        read(content, "x.csv")


def test_rare_characters_of_names_survive():
    [sheet] = read("单位名称\n𠮷㙍镇\n".encode("gb18030"), "x.csv")

    assert sheet.rows[1] == ["𠮷㙍镇"]


def test_quoted_line_breaks_stay_in_their_cell_and_blank_lines_count():
    [sheet] = read(b'a,b\n\n"x\ny",2\n', "x")

    assert sheet.rows == [["a", "b"], [], ["x\ny", "2"]]
    assert sheet.name == "x"


def test_rows_are_numbered_as_excel_numbers_them():
    book = Workbook()
    book.active["B4"] = "单位名称"

    [sheet] = read(hostile.saved(book))

    assert sheet.rows[3] == ["", "单位名称"]


def test_cells_become_the_text_a_person_would_type():
    values = [
        13900000001.0,
        313,
        1.5,
        True,
        False,
        date(2026, 3, 15),
        datetime.fromisoformat("2026-03-15T08:30"),
        clock(8, 30),
    ]

    [sheet] = read(hostile.workbook([values]))

    assert sheet.rows[0] == [
        "13900000001",
        "313",
        "1.5",
        "TRUE",
        "FALSE",
        "2026-03-15",
        "2026-03-15 08:30",
        "08:30:00",
    ]


def test_a_number_that_the_spreadsheet_rounded_does_not_look_whole():
    [sheet] = read(hostile.workbook([[913209001234567890]]))

    assert "E+17" in sheet.rows[0][0]


@pytest.mark.parametrize("make", [hostile.workbook, hostile.old_workbook])
def test_eighteen_digits_as_text_survive(make):
    [sheet] = read(make([["119999018029100001"]]))

    assert sheet.rows == [["119999018029100001"]]


@pytest.mark.parametrize("date_format", ["yyyy-mm-dd", "yyyy年m月d日"])
def test_days_are_days_in_either_calendar_of_the_spreadsheet(date_format):
    for epoch in (WINDOWS_EPOCH, MAC_EPOCH):
        book = Workbook()
        book.epoch = epoch
        book.active.append([date(2026, 3, 15)])
        book.active["A1"].number_format = date_format

        [sheet] = read(hostile.saved(book))

        assert sheet.rows == [["2026-03-15"]]


def test_days_of_an_old_workbook_are_days_in_either_calendar():
    for macintosh in (False, True):
        book = xlwt.Workbook()
        book.dates_1904 = macintosh
        serial = 46096 - (1462 if macintosh else 0)
        book.add_sheet("名册").write(0, 0, serial, xlwt.easyxf(num_format_str="yyyy-mm-dd"))

        [sheet] = read(hostile.saved(book))

        assert sheet.rows == [["2026-03-15"]]


def test_hidden_sheets_are_named_and_not_read():
    book = Workbook()
    book.active.append(["单位名称"])
    book.create_sheet("旧名单").append(["县药监局"])
    book["旧名单"].sheet_state = "hidden"

    _seen, hidden = read(hostile.saved(book))

    assert (hidden.name, hidden.hidden, hidden.rows) == ("旧名单", True, [])


def test_merged_cells_are_known_as_far_as_the_list_goes():
    book = Workbook()
    book.active.append(["主管部门"])
    for row in (["县教育局", "甲"], ["", "乙"], ["", "丙", "属地"]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C4:C900")

    [sheet] = read(hostile.saved(book))

    assert sheet.merged == [(1, 0, 3, 0)]


def test_an_empty_sheet_has_no_rows():
    [sheet] = read(hostile.workbook([]))

    assert sheet.rows == []


def test_what_a_sheet_says_by_its_looks_is_known():
    book = Workbook()
    sheet = book.active
    for row in (["单位名称", "手机"], ["甲局", "1"], ["乙局", "2"], ["丙局", "3"], ["丁局", "4"]):
        sheet.append(row)
    sheet["A2"].fill = PatternFill("solid", fgColor="FFFF00")
    sheet["B2"].fill = PatternFill("solid", fgColor="FFFFFF")
    sheet["A3"].font = Font(strike=True)
    sheet["B4"].comment = Comment("新增", "x")
    sheet["C9"].fill = PatternFill("solid", fgColor="FF0000")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.auto_filter.ref = "A1:B5"

    marks = read(hostile.saved(book))[0].marks

    assert (marks.filled, marks.struck, marks.commented) == ({2}, {3}, {4})
    assert (marks.hidden_rows, marks.hidden_columns, marks.is_filtered) == ({5}, {2}, True)


def test_an_unmarked_sheet_has_no_marks():
    assert read(hostile.workbook())[0].marks == tables.Marks()


def test_cells_that_do_not_say_where_they_are_are_read():
    [sheet] = read(
        hostile.with_cells(b"<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    )

    assert sheet.rows == [["1", "", "2"], ["3", "", ""]]


def test_an_empty_sheet_with_a_million_formatted_rows_is_empty():
    [sheet] = read(hostile.with_cells(hostile.formatted_rows(cells="AB")))

    assert sheet.rows == []


def test_a_member_that_is_far_too_long_for_its_kind_is_refused(monkeypatch):
    monkeypatch.setattr(package, "MAX_PART", 100)

    with pytest.raises(TableRefused):
        read(hostile.workbook())


def test_a_reader_that_crashes_says_that_the_file_is_damaged(monkeypatch, tmp_path):
    crashing = tmp_path / "child.py"
    crashing.write_text("import sys; sys.stdout.write('[[' ); raise RuntimeError")
    monkeypatch.setattr(workbook, "CHILD", crashing)

    with pytest.raises(TableRefused) as refusal:
        read(hostile.workbook())

    assert refusal.value.code == "damaged"


def test_a_reader_that_never_ends_is_ended(monkeypatch, tmp_path):
    hanging = tmp_path / "child.py"
    hanging.write_text("import sys; sys.stdin.close(); sys.stdout.flush()\nwhile True: pass")
    monkeypatch.setattr(workbook, "CHILD", hanging)
    monkeypatch.setattr(workbook, "PATIENCE", 0.2)

    with pytest.raises(TableRefused) as refusal:
        read(hostile.workbook(rows=[["单" * 9_000] for _row in range(99)]))

    assert refusal.value.code == "bomb"


def test_chart_sheets_are_no_tables():
    book = Workbook()
    book.active.append(["单位名称"])
    book.create_chartsheet("图")

    assert [sheet.name for sheet in read(hostile.saved(book))] == ["Sheet"]


def test_too_many_sheets_are_refused():
    book = Workbook()
    for _number in range(tables.MAX_SHEETS):
        book.create_sheet()

    with pytest.raises(TableRefused):
        read(hostile.saved(book))
