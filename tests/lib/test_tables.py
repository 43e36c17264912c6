import csv
import io
import time
from datetime import date, datetime
from datetime import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from civportal.lib import tables
from civportal.lib.tables import TableRefused, read

from . import hostile

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
LIST = "单位名称,统一社会信用代码\n县水利局,11999901W5AKAWX666\n"

REFUSED = [
    ("0 bytes", lambda: b"", "empty"),
    ("a picture", lambda: PNG, "not a spreadsheet"),
    ("a pdf", lambda: b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n\x00\x01", "not a spreadsheet"),
    ("nul bytes", lambda: b"a,b\n\x00\x00", "not a spreadsheet"),
    ("control characters", lambda: "单位\x01名称".encode(), "not a spreadsheet"),
    ("a web page", lambda: b"<html><table><tr><td>x", "not a spreadsheet"),
    ("a web page in xml", lambda: b'<?xml version="1.0"?><html>', "not a spreadsheet"),
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
    ("too many lines", lambda: b"a\n" * 60_001, "bomb"),
    ("GB18030 broken far down", lambda: (LIST * 20).encode("gb18030") + b"\xff\xff\xff\n", "damaged"),
]


@pytest.mark.parametrize(("make", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_lies_is_refused_quickly_in_words(make, code):
    content = make()
    started = time.monotonic()

    with pytest.raises(TableRefused) as refusal:
        read(content, "名册.xlsx")

    assert refusal.value.code == code
    assert len(str(refusal.value)) > 8
    assert time.monotonic() - started < 3


def test_a_file_over_the_limit_is_refused_with_its_size():
    with pytest.raises(TableRefused, match="60 MB") as refusal:
        tables.check_size(60 * tables.MIB)

    assert refusal.value.code == "too big"


def test_the_place_of_an_unreadable_character_is_named():
    with pytest.raises(TableRefused, match="41"):
        read((LIST * 20).encode("gb18030") + b"\xff\xff\xff\n", "x.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-mark", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_whatever_its_dialect(encoding, delimiter):
    text = LIST.replace(",", delimiter)
    content = (
        b"\xfe\xff" + text.encode("utf-16-be") if encoding == "utf-16-be-mark" else text.encode(encoding)
    )

    [sheet] = read(content, "夹/名册.csv")

    assert sheet.name == "名册"
    assert sheet.rows[1] == ["县水利局", "11999901W5AKAWX666"]


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


def test_hidden_sheets_are_named_and_not_read():
    book = Workbook()
    book.active.append(["单位名称"])
    book.create_sheet("旧名单").append(["县药监局"])
    book["旧名单"].sheet_state = "hidden"

    _seen, hidden = read(hostile.saved(book))

    assert (hidden.name, hidden.hidden, hidden.rows) == ("旧名单", True, [])


def test_merged_cells_are_known():
    book = Workbook()
    book.active.append(["主管部门"])
    book.active.append(["县教育局"])
    book.active.merge_cells("A2:A4")

    [sheet] = read(hostile.saved(book))

    assert sheet.merged == [(1, 0, 3, 0)]


def test_an_empty_sheet_has_no_rows():
    [sheet] = read(hostile.workbook([]))

    assert sheet.rows == []


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


DANGEROUS = ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", " =1", '"=1', "＝1", "'=1", "''+1"]


def test_nothing_in_a_written_workbook_is_a_formula():
    content = tables.write_xlsx("表/一", ["名称", "数"], [[text, 7] for text in DANGEROUS] + [[None, None]])

    sheet = load_workbook(io.BytesIO(content)).active

    assert {cell.data_type for cell in sheet["A"] if cell.value} == {"s"}
    assert sheet["B2"].value == 7
    assert [row[0] for row in read(content)[0].rows[1 : len(DANGEROUS) + 1]] == DANGEROUS


def test_nothing_in_written_text_is_a_formula_and_it_comes_back():
    content = tables.write_csv(["名称"], [[text] for text in DANGEROUS])

    first = [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]

    assert all(text.startswith("'") for text in first[1:])
    assert [row[0] for row in read(content, "x.csv")[0].rows[1:]] == DANGEROUS


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_defusing_can_be_undone_exactly(text):
    assert tables.undefused(tables.defused(text)) == text


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        try:
            assert read(start + content, "x")
        except TableRefused as refusal:
            assert refusal.message


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_a_few_bytes_changed_is_read_or_refused(place, bytes_):
    content = bytearray(hostile.workbook())
    content[place : place + len(bytes_)] = bytes_

    try:
        read(bytes(content), "x.xlsx")
    except TableRefused as refusal:
        assert refusal.message
