"""Whatever comes is read or refused, in words and within the limits; nothing else ever happens."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civportal.lib.tables import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, TableRefused, read
from tests.examples import at_least
from tests.lib import hostile

LIST = [["云泽县名册"], ["单位名称", "手机"], ["县水利局", "13900000001"], ["县一中", "1.39E+10"]]
PAGE = "<html><meta charset=utf-8><table><tr><td rowspan=2>甲<td colspan=3>乙<tr><td>丙<br>x</table>".encode()
XML = hostile.xml2003(
    '<Worksheet ss:Name="名册"><Table><Row ss:Index="2"><Cell ss:MergeDown="2">'
    '<Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet>'
)
ODS = hostile.ods(hostile.ods_table(*LIST))
WORKBOOK = hostile.workbook(rows=LIST)
OLD = hostile.old_workbook(LIST)
CSV = "\n".join(",".join(row) for row in LIST)

few = settings(max_examples=at_least(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
pieces = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from(
        [b"<", b">", b'"', b"\x00", b"\xff\xff\xff\xff", b"<!DOCTYPE", b"</c>", b"&", b"99999999"]
    ),
)


def answered(content):
    """Read or refused; what is read lies within the limits."""
    try:
        sheets = read(content, "名册.xls")
    except TableRefused as refusal:
        assert refusal.message
        return
    for sheet in sheets:
        width = max(map(len, sheet.rows), default=0)
        assert len(sheet.rows) <= MAX_ROWS and width <= MAX_COLUMNS
        assert sum(map(len, sheet.rows)) <= 2 * MAX_CELLS
        assert all(isinstance(cell, str) and "\x00" not in cell for row in sheet.rows for cell in row)
        assert all(bottom < len(sheet.rows) and right < width for _t, _l, bottom, right in sheet.merged)


def changed(content, changes):
    """The content with pieces put over it, each at its place from 0 to 1."""
    content = bytearray(content)
    for place, piece in changes:
        at = int(place * len(content))
        content[at : at + len(piece)] = piece
    return bytes(content)


changes = st.lists(st.tuples(st.floats(0, 0.999), pieces), min_size=1, max_size=4)


@settings(few, max_examples=at_least(60))
@given(st.binary(max_size=400))
def test_any_bytes_are_answered(content):
    for start in (b"", b"PK\x03\x04", b"<table>", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        answered(start + content)


@few
@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "gb18030"]),
)
def test_any_text_is_answered(text, encoding):
    answered(text.encode(encoding))
    answered(("单位名称," + text).encode(encoding))


@pytest.mark.parametrize("content", [PAGE, XML, CSV.encode(), CSV.encode("gb18030"), CSV.encode("utf-16-le")])
@few
@given(changes=changes)
def test_texts_with_a_few_bytes_changed_are_answered(content, changes):
    answered(changed(content, changes))


@pytest.mark.parametrize("content", [WORKBOOK, ODS])
@few
@given(changes=changes)
def test_packages_with_a_few_bytes_changed_are_answered(content, changes):
    answered(changed(content, changes))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (WORKBOOK, hostile.SHEET),
        (WORKBOOK, "xl/styles.xml"),
        (WORKBOOK, "xl/workbook.xml"),
        (WORKBOOK, "xl/_rels/workbook.xml.rels"),
        (ODS, "content.xml"),
    ],
)
@few
@given(changes=changes)
def test_packages_with_a_few_bytes_changed_in_a_part_are_answered(content, name, changes):
    part = zipfile.ZipFile(BytesIO(content)).read(name)

    answered(hostile.repacked({name: changed(part, changes)}, content))


@few
@given(changes=changes)
def test_an_old_workbook_with_a_few_bytes_changed_is_answered(changes):
    answered(changed(OLD, changes))


TAGS = [
    *("<table>", "</table>", "<tr>", "</tr>", "<td>", "<br>", "x", "<!--", "-->", "<td", ">", "&#0;", "&amp"),
    *("<td rowspan=0>", "<td colspan=9 rowspan=99>", "<script>", "</script>", "<td x:num=1E+400>1E+9"),
]


@settings(few, max_examples=at_least(150))
@given(st.lists(st.sampled_from(TAGS), max_size=30))
def test_any_order_of_tags_is_answered(tags):
    answered(("<table>" + "".join(tags)).encode())


ELEMENTS = [
    "table:table",
    "table:table-row",
    "table:table-cell",
    "text:p",
    "office:annotation",
    "table:covered-table-cell",
]
ABOUT = [
    "",
    ' table:number-columns-repeated="300"',
    ' table:number-rows-repeated="99999999999"',
    ' table:number-rows-spanned="9" table:number-columns-spanned="0"',
    ' office:value-type="float"',
    ' office:value-type="date" office:date-value="x"',
    ' table:number-columns-repeated="-1"',
]
trees = st.recursive(
    st.sampled_from(["", "x"]),
    lambda inner: st.builds(
        lambda name, about, content: f"<{name}{about}>{''.join(content)}</{name}>",
        st.sampled_from(ELEMENTS),
        st.sampled_from(ABOUT),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(few, max_examples=at_least(150))
@given(st.lists(trees, max_size=3))
def test_any_tree_of_an_ods_is_answered(bodies):
    answered(hostile.ods("".join(bodies)))


SHEET_TAGS = [
    *('<row r="1">', "<row>", "</row>", '<c r="A1">', '<c r="IV9"/>', '<c r="ZZZ9999999">'),
    *("<c>", "</c>", "<c/>", '<c r="B2" t="s">', '<c r="A1" t="inlineStr">'),
    *("<v>1</v>", "<v>99999</v>", "<is><t>x</t></is>", "<f>1+1</f>"),
]


@few
@given(st.lists(st.sampled_from(SHEET_TAGS), max_size=16))
def test_any_order_of_cells_is_answered(tags):
    answered(hostile.with_cells("".join(tags).encode()))
