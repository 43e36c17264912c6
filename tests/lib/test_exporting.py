"""Tables on their way out: what is written is what is read, whoever reads it."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, islice
from xml.etree import ElementTree

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from civportal.lib import tables
from civportal.lib.exporting import ILLEGAL, LONGEST_TEXT, Kind, Sheet, stream_csv, stream_xlsx

TEXTS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "＝1",
    '"=1',
    "'=1",
    " =1",
    "a<b>&\"'",
    " 两头空 ",
    "第一\n第二",
]
COLUMNS = [(kind.style, kind.width) for kind in (Kind.TEXT, Kind.NUMBER, Kind.POINTS, Kind.DATE, Kind.MOMENT)]


def sheet(rows, headings=("甲", "乙"), columns=COLUMNS[:1] * 2, **more):
    return Sheet("名册", rows, headings, columns, **more)


def workbook(*sheets):
    return b"".join(stream_xlsx(sheets))


def cells(content):
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def text_file(rows, headings=("甲",)):
    return b"".join(stream_csv(headings, rows))


def plain(text):
    """What a spreadsheet can hold of a text: no controls, one kind of line break."""
    return ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_text_and_stays_as_it_is(text):
    content = workbook(sheet([[text, "x"]]))

    [_heading, [cell, _x]] = load_workbook(io.BytesIO(content)).active.iter_rows()
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert tables.read(text_file([[text]]))[0].rows[1] == [text]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(deadline=None)
def test_any_text_comes_back_from_a_workbook(text):
    content = workbook(sheet([[text, "x"]]))

    found = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert found[1][0] == plain(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
@settings(deadline=None)
def test_any_text_comes_back_from_a_text_file(text):
    assert tables.read(text_file([[text, "x"]], ("甲", "乙")))[0].rows[1][0] == text


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
@settings(deadline=None)
def test_any_workbook_is_well_formed(texts):
    content = workbook(sheet([texts], line=texts[0], footer=texts[0]), Sheet(texts[0], [texts]))

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            ElementTree.fromstring(package.read(name))


def test_numbers_dates_and_moments_are_what_they_are():
    moment = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    content = workbook(sheet([["x", 50, Decimal("-1.25"), date(2026, 11, 24), moment]], "abcde", COLUMNS))

    [_heading, row] = load_workbook(io.BytesIO(content)).active.iter_rows()
    assert [cell.value for cell in row[1:]] == [
        50,
        -1.25,
        datetime(2026, 11, 24, tzinfo=None),  # noqa: DTZ001 – a workbook knows no zones
        datetime(2026, 11, 24, 10, 30, tzinfo=None),  # noqa: DTZ001
    ]
    assert [cell.data_type for cell in row] == ["s", "n", "n", "d", "d"]
    assert row[2].number_format == "0.00"


def test_a_text_file_says_numbers_and_moments_plainly():
    moment = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)

    content = text_file([[-5, Decimal("86.50"), date(2026, 11, 24), moment, None, ""]], "abcdef")

    assert content.startswith(b"\xef\xbb\xbf")
    assert content.splitlines()[1].decode() == '"-5","86.50","2026-11-24","2026-11-24 10:30","",""'


@pytest.mark.parametrize(
    ("value", "text"),
    [(10**20, str(10**20)), (float("inf"), "inf"), (float("nan"), "nan"), (date(1880, 1, 1), "1880-01-01")],
)
def test_what_no_spreadsheet_can_hold_stays_text(value, text):
    assert cells(workbook(sheet([["x", value]])))[1][1] == text


def test_a_text_beyond_what_a_cell_holds_is_cut():
    for text in ("字" * 40_000, "&" * 40_000):
        assert len(cells(workbook(sheet([[text, "x"]])))[1][0]) == LONGEST_TEXT


def test_headings_stay_on_the_screen_and_on_paper():
    book = load_workbook(io.BytesIO(workbook(sheet([["a", "b"]] * 3, line="内部", footer="a & b"))))

    found = book.active
    assert (found.freeze_panes, found.auto_filter.ref, found.print_title_rows) == ("A3", "A2:B5", "$1:$2")
    assert found["A1"].value == "内部" and found["A2"].font.bold
    assert "a && b" in found.oddFooter.left.text
    assert found.page_setup.orientation == "landscape" and found.page_setup.fitToHeight == 0


def test_the_second_sheet_may_count_the_first():
    first = sheet([["a", "b"]] * 1234)

    content = workbook(first, Sheet("说明", ([f"{first.height - first.frozen} 行"] for _once in range(1))))

    assert load_workbook(io.BytesIO(content)).worksheets[1]["A1"].value == "1234 行"


@pytest.mark.parametrize("title", ["甲/乙[1]", "a'b & <c>", "长" * 50, "", "?"])
def test_any_title_names_a_sheet(title):
    book = load_workbook(io.BytesIO(workbook(Sheet(title, [["x"]], ["甲"], COLUMNS[:1]))))

    assert len(book.sheetnames[0]) <= 31


def test_endless_rows_leave_piece_by_piece():
    for chunks in (
        stream_csv(["甲"], ([number] for number in count())),
        stream_xlsx([sheet([number, "x"] for number in count())]),
    ):
        assert len(list(islice(chunks, 50))) == 50
        chunks.close()


def test_an_empty_list_is_its_headings():
    assert cells(workbook(sheet([]))) == [["甲", "乙"]]
    assert text_file([]).decode("utf-8-sig") == '"甲"\r\n'
