"""What comes under the name of a spreadsheet and is read all the same: web pages, XML, .ods."""

import pytest

from civportal.lib import tables
from civportal.lib.tables import TableRefused, read, webpage
from tests.lib import hostile
from tests.lib.hostile import ods, ods_cell, ods_row, ods_table, xml2003


def page(body, encoding="utf-8", head=""):
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode(encoding), "名册.xls")


# web pages


def test_every_table_of_a_page_is_a_sheet_and_an_empty_one_is_none():
    sheets = page(
        "<table><tr><td>单位名称<td>手机<tr><td>县水利局<td>1</table><p>外</p><table></table>"
        "<table><tr><th>甲</th></tr></table>"
    )

    assert [(sheet.name, sheet.rows) for sheet in sheets] == [
        ("1", [["单位名称", "手机"], ["县水利局", "1"]]),
        ("2", [["甲"]]),
    ]


def test_sheets_are_called_as_excel_called_them():
    names = "<!--[if gte mso 9]><xml><x:Name>县直&amp;镇</x:Name></xml><![endif]-->"

    [sheet] = page("<table><tr><td>甲</table>", head=names)

    assert sheet.name == "县直&镇"


def test_cells_over_several_rows_and_columns_are_merged():
    [sheet] = page(
        "<table><tr><td rowspan=3>县教育局<td colspan='2'>联系方式<tr><td>甲<td>1<tr><td>乙<td>2</table>"
    )

    assert sheet.rows == [["县教育局", "联系方式", ""], ["", "甲", "1"], ["", "乙", "2"]]
    assert sheet.merged == [(0, 0, 2, 0), (0, 1, 0, 2)]


def test_a_cell_reads_as_a_browser_shows_it():
    [sheet] = page(
        "<table><tr><td><font color=red>县 <b>水利</b>\n 局</font></td><td>a<br>b<p>c</p></td>"
        "<td>&lt;1&nbsp;&amp;&#20013;</td><td><!-- x --><script>y<z</script></td><td>1 < 2</td></table>"
    )

    assert sheet.rows == [["县 水利 局", "a\nb\nc", "<1\xa0&中", "", "1 < 2"]]


def test_a_number_that_the_page_shows_shortened_is_read_in_full_where_it_stands_there():
    [sheet] = page("<table><tr><td x:num='13900000001'>1.39E+10<td>1.39E+10<td x:num>5</table>")

    assert sheet.rows == [["13900000001", "1.39E+10", "5"]]


def test_a_table_inside_a_table_is_a_sheet_of_its_own():
    sheets = page("<table><tr><td>外<table><tr><td>内</table><td>右</table>")

    assert [sheet.rows for sheet in sheets] == [[["内"]], [["外", "右"]]]


def test_rows_that_the_page_hides_are_known():
    [sheet] = page("<table><tr><td>甲<tr style='display:none'><td>乙</table>")

    assert sheet.marks.hidden_rows == {2}


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("gb18030", ""),
        ("gb18030", '<meta charset="gb2312">'),
        ("gb18030", '<meta http-equiv=Content-Type content="text/html; charset=GBK">'),
        ("gb18030", '<meta charset="utf-8">'),
        ("utf-8", '<meta charset="no-such-thing">'),
        ("big5", '<meta charset="big5">'),
    ],
)
def test_the_encoding_is_what_the_page_says_or_what_fits(encoding, head):
    [sheet] = page("<table><tr><td>中文</table>", encoding, head)

    assert sheet.rows == [["中文"]]


def test_a_short_page_in_gb_that_would_pass_for_utf8_is_believed():
    # The bytes of 联通 in GB 18030 are, by accident, two characters of UTF-8.
    [sheet] = page("<table><tr><td>联通</table>", "gb18030", '<meta charset="gb2312">')

    assert sheet.rows == [["联通"]]


def test_stray_tags_and_comments_without_end_do_no_harm():
    assert page("</table></td><tr><td>x<table><td>甲<!-- ")[0].rows == [["甲"]]


def test_text_that_only_begins_like_a_page_is_refused():
    with pytest.raises(TableRefused):
        read(b"<!-- <table><tr><td>x</table>")


def test_a_page_with_too_many_tags_is_refused(monkeypatch):
    monkeypatch.setattr(webpage, "MAX_TAGS", 3)

    with pytest.raises(TableRefused):
        page("<table><tr><td>x<td>y<td>z</table>")


# XML of Excel 2003


def test_xml_of_excel_2003_is_read():
    [sheet, hidden] = read(
        xml2003(
            '<Worksheet ss:Name="县直"><Table><Column/><Column ss:Index="4" ss:Span="1" ss:Hidden="1"/>'
            '<Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">名册&amp;</Data></Cell>'
            '<Cell ss:Index="4"><Data ss:Type="Number">13900000001</Data>'
            "<Comment><Data>新增</Data></Comment></Cell></Row>"
            '<Row ss:Index="3" ss:Hidden="1"><Cell>'
            '<Data ss:Type="DateTime">2026-03-15T00:00:00.000</Data></Cell>'
            '<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell/>'
            '<Cell><Data ss:Type="Number">9.1320900123456E+17</Data></Cell></Row></Table></Worksheet>'
            '<Worksheet ss:Name="旧"><Table><Row><Cell><Data ss:Type="String">x</Data></Cell></Row></Table>'
            "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>"
        ),
        "名册.xls",
    )

    assert sheet.rows == [
        ["名册&", "", "", "13900000001"],
        [],
        ["2026-03-15", "TRUE", "", "9.1320900123456E+17"],
    ]
    assert sheet.merged == [(0, 0, 1, 1)]
    assert (sheet.marks.hidden_rows, sheet.marks.hidden_columns) == ({3}, {4, 5})
    assert sheet.marks.commented == {1}
    assert (hidden.name, hidden.hidden, hidden.rows) == ("旧", True, [])


@pytest.mark.parametrize(
    "body", ["<Row/>", "<Cell/>", "<Table><Row><Row></Row></Row></Table>", "<Data>x</Data>"]
)
def test_xml_with_rows_out_of_place_is_read_or_refused(body):
    for wrapped in (body, f"<Worksheet>{body}</Worksheet>"):
        try:
            assert read(xml2003(wrapped))
        except TableRefused as refusal:
            assert refusal.code == "damaged"


def test_xml_cells_beyond_the_last_column_are_refused():
    cell = '<Cell ss:Index="256" ss:MergeAcross="3"><Data>x</Data></Cell>'

    with pytest.raises(TableRefused):
        read(xml2003(f"<Worksheet><Table><Row>{cell}</Row></Table></Worksheet>"))


def test_too_many_sheets_of_xml_are_refused():
    with pytest.raises(TableRefused):
        read(xml2003("<Worksheet/>" * (tables.MAX_SHEETS + 1)))


# .ods


def test_an_ods_is_read():
    [sheet] = read(ods(ods_table(["单位名称", "手机"], ["县水利局", "1"])))

    assert (sheet.name, sheet.rows) == ("名册", [["单位名称", "手机"], ["县水利局", "1"]])


def test_cells_of_an_ods_are_what_they_hold_and_not_what_they_show():
    kinds = {
        "float": ("office:value", "13900000001", "13900000001"),
        "percentage": ("office:value", "0.5", "0.5"),
        "date": ("office:date-value", "2026-03-15", "2026-03-15"),
        "boolean": ("office:boolean-value", "true", "TRUE"),
        "string": ("office:value", "1", "所示"),
    }
    cells = [
        ods_cell("所示", f'office:value-type="{kind}" {name}="{value}"')
        for kind, (name, value, _text) in kinds.items()
    ]

    [sheet] = read(ods(ods_table(f"<table:table-row>{''.join(cells)}</table:table-row>")))

    assert sheet.rows == [[text for _name, _value, text in kinds.values()]]


def test_text_of_an_ods_keeps_its_lines_and_blanks_and_not_its_comments():
    note = "<office:annotation><text:p>新增</text:p></office:annotation>"
    cell = ods_cell('县<text:s text:c="2"/>局<text:tab/>x<text:line-break/>y</text:p><text:p>z', inside=note)

    [sheet] = read(ods(ods_table(f"<table:table-row>{cell}</table:table-row>")))

    assert sheet.rows == [["县  局\tx\ny\nz"]]
    assert sheet.marks.commented == {1}


def test_repeated_cells_and_rows_of_an_ods_count_and_empty_ones_at_the_end_do_not():
    twice = ods_cell("是", 'office:value-type="string" table:number-columns-repeated="2"')
    nothing = '<table:table-cell table:number-columns-repeated="16381"/>'
    rows = (
        f'<table:table-row table:number-rows-repeated="2">{twice}{nothing}</table:table-row>'
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f"<table:table-row><table:table-cell/>{ods_cell('末')}{nothing}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048570">{nothing}</table:table-row>'
    )

    [sheet] = read(ods(f"<table:table>{rows}</table:table>"))

    assert sheet.rows == [["是", "是"], ["是", "是"], [], [], [], ["", "末"]]


def test_merged_cells_of_an_ods_are_known():
    spanning = ods_cell("县教育局", 'office:value-type="string" table:number-rows-spanned="3"')
    covered = "<table:covered-table-cell/>"

    [sheet] = read(
        ods(
            ods_table(
                f"<table:table-row>{spanning}{ods_cell('甲')}</table:table-row>",
                f"<table:table-row>{covered}{ods_cell('乙')}</table:table-row>",
                f"<table:table-row>{covered}{ods_cell('丙')}</table:table-row>",
            )
        )
    )

    assert sheet.rows == [["县教育局", "甲"], ["", "乙"], ["", "丙"]]
    assert sheet.merged == [(0, 0, 2, 0)]


def test_hidden_sheets_rows_and_columns_of_an_ods_are_known():
    style = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    columns = (
        '<table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:visibility="collapse"/>'
    )
    hidden_row = ods_row("乙", about='table:visibility="filter"')

    sheet, hidden = read(
        ods(
            ods_table(columns, ["甲"], hidden_row)
            + ods_table(["丙"], name="旧", about='table:style-name="ta2"'),
            style,
        )
    )

    assert (sheet.marks.hidden_rows, sheet.marks.hidden_columns, sheet.marks.is_filtered) == ({2}, {3}, True)
    assert (hidden.name, hidden.hidden, hidden.rows) == ("旧", True, [])


def test_a_table_inside_a_cell_of_an_ods_is_left_out():
    inner = ods_table(["内"])

    [sheet] = read(ods(ods_table(f"<table:table-row>{ods_cell('外', inside=inner)}</table:table-row>")))

    assert sheet.rows[0][0].endswith("外") and len(sheet.rows) == 1


def test_too_many_sheets_of_an_ods_are_refused():
    with pytest.raises(TableRefused):
        read(ods(ods_table(["甲"]) * (tables.MAX_SHEETS + 1)))


def test_another_document_of_that_family_is_refused():
    with pytest.raises(TableRefused) as refusal:
        read(hostile.zip_of("mimetype", "content.xml"))

    assert refusal.value.code == "not a spreadsheet"


def test_a_text_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("civportal.lib.tables.xml.MAX_TEXT", 10)

    with pytest.raises(TableRefused):
        read(ods(ods_table(["单位名称" * 9])))


def test_sheets_of_one_name_or_none_are_told_apart():
    sheets = read(ods(ods_table(["甲"]) + ods_table(["乙"]) + ods_table(["丙"], name="长" * 300) * 2))

    names = [sheet.name for sheet in sheets]
    assert names[:3] == ["名册", "名册 (2)", "长" * 100]
    assert names[3].endswith(" (2)") and len(names[3]) < 100
    assert read(ods(ods_table(["甲"], name="")))[0].name == "1"
