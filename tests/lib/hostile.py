"""Files that lie, made on the spot: each is a few bytes to a few kilobytes long."""

import io
import struct
import zipfile

import xlwt
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def workbook(rows=(("单位名称",), ("县水利局",)), title="名册"):
    """An ordinary workbook."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book):
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def old_workbook(rows):
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    return saved(book)


def repacked(changes, base=None):
    """The ordinary workbook with some members replaced or added."""
    source = zipfile.ZipFile(io.BytesIO(base or workbook()))
    members = {name: source.read(name) for name in source.namelist()} | changes
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return kept.getvalue()


def with_cells(*cells):
    return repacked({SHEET: HEAD + b"".join(cells) + TAIL})


def corners():
    """Two cells that claim the whole sheet: 17 billion cells."""
    return with_cells(
        b'<row r="1"><c r="A1"><v>1</v></c></row>', b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def hidden_corner():
    """The same behind a ">" in an attribute, which ends the tag for a careless reader."""
    return with_cells(b'<row r="1"><c t=">" r="XFD1048576"><v>1</v></c></row>')


def unnumbered():
    """Cells that do not say where they are, far to the right."""
    return with_cells(b"<row>" + b"<c><v>1</v></c>" * 400 + b"</row>")


def endless_rows():
    """One row more than is read, each with a value."""
    row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
    return with_cells(b"".join(row % (number, number) for number in range(1, 110_002)))


def wide_and_long():
    """Within both limits, beyond them multiplied."""
    return with_cells(
        b'<row r="1"><c r="IV1"><v>1</v></c></row>', b'<row r="59999"><c r="A59999"><v>1</v></c></row>'
    )


def big_member():
    """Half a gigabyte of zeros in half a megabyte."""
    return repacked({"xl/media/image1.bin": bytes(MANY)})


MANY = 320 * 2**20


def lying_size():
    """The directory claims a small member; it unpacks to ten times as much."""
    content = bytearray(repacked({"xl/big.bin": bytes(1_000_000)}))
    place = content.rindex(b"xl/big.bin") - 46
    struct.pack_into("<I", content, place + 24, 1000)
    return bytes(content)


def many_members():
    return repacked({f"xl/x{number}": b"" for number in range(5_100)})


def twice_the_same_member():
    kept = io.BytesIO(workbook())
    with zipfile.ZipFile(kept, "a") as package:
        package.writestr("xl/workbook.xml", b"<x/>")
    return kept.getvalue()


def billion_laughs():
    return repacked({SHEET: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + HEAD[21:] + TAIL})


def outside_entity():
    return repacked({"xl/sharedStrings.xml": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x"><sst/>'})


def encrypted_member():
    content = bytearray(workbook())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


def odd_compression():
    content = bytearray(workbook())
    struct.pack_into("<H", content, content.index(b"PK\x01\x02") + 10, 14)
    return bytes(content)


def broken_deflate():
    content = bytearray(workbook())
    start = content.index(b"xl/") + 40
    content[start : start + 60] = b"\xff" * 60
    return bytes(content)


def broken_header():
    content = bytearray(workbook())
    second = content.index(b"PK\x03\x04", 10)
    content[second : second + 4] = b"XXXX"
    return bytes(content)


def cut_off():
    return workbook()[:-80]


def zip_of(*names):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        for name in names:
            package.writestr(name, b"<x/>")
    return kept.getvalue()


def ole(*streams):
    """The beginning of a compound file that names these streams."""
    names = b"".join(stream.encode("utf-16-le").ljust(128, b"\x00") for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names


# a million empty formatted rows


def with_tail(tail, base=None):
    """The ordinary workbook, its sheet going on with `tail` below the list."""
    source = zipfile.ZipFile(io.BytesIO(base or workbook())).read(SHEET)
    return repacked({SHEET: source.replace(b"</sheetData>", tail + b"</sheetData>")}, base)


def formatted_rows(count=1_048_576, cells="ABCDEFGHIJ", nothing="/>"):
    """Rows that hold formats and nothing else, down to the end of the sheet."""
    row = '<row r="{0}" s="1">' + "".join(f'<c r="{c}{{0}}" s="1"{nothing}' for c in cells) + "</row>"
    return "".join(row.format(number) for number in range(3, count + 1)).encode()


def million_empty_rows():
    return with_tail(formatted_rows(cells="ABCD"))


def million_rows_in_two_tags():
    return with_tail(formatted_rows(cells="AB", nothing="></c>"))


def million_empty_rows_and_a_note():
    return with_tail(formatted_rows(cells="A") + b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>')


def formatted_to_the_right():
    """Each row formatted as far as the sheet goes, 16,384 columns."""
    names = [get_column_letter(column) for column in range(2, 16_385)]
    row = "".join(f'<c r="{name}{{0}}" s="1"/>' for name in names)
    source = zipfile.ZipFile(io.BytesIO(workbook())).read(SHEET)
    for number in (1, 2):
        cells = row.format(number).encode()
        at = source.index(b"</row>", source.index(b'<row r="%d"' % number))
        source = source[:at] + cells + source[at:]
    return repacked({SHEET: source})


# what a workbook keeps elsewhere


def shared_strings_bomb():
    """A long text that a hundred thousand cells refer to: three gigabytes."""
    text = b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>"
    cells = (
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (number, number) for number in range(1, 100_000)
    )
    return repacked({SHEET: HEAD + b"".join(cells) + TAIL, "xl/sharedStrings.xml": text})


def many_shared_strings():
    return repacked({"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 20_000_000 + b"</sst>"})


def endless_styles():
    return repacked({"xl/styles.xml": b"<styleSheet>" + b"<a/>" * 3_000_000 + b"</styleSheet>"})


def deep_styles():
    return repacked({"xl/styles.xml": b"<a>" * 100_000 + b"</a>" * 100_000})


def overlapping_merges():
    merges = b'<mergeCells count="9000">' + b'<mergeCell ref="A1:Z2"/>' * 9_000 + b"</mergeCells>"
    source = zipfile.ZipFile(io.BytesIO(workbook())).read(SHEET)
    return repacked({SHEET: source.replace(b"</sheetData>", b"</sheetData>" + merges)})


def claimed_dimension():
    source = zipfile.ZipFile(io.BytesIO(workbook())).read(SHEET)
    return repacked({SHEET: source.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"', 1)})


# .ods

ODS_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
)


def ods(body, styles="", members=None):
    """An .ods whose spreadsheet holds this XML; `members` are further files of the package."""
    content = (
        f"{ODS_HEAD}<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    return ods_package(content, members)


def ods_package(content, members=None):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", ODS_KIND, zipfile.ZIP_STORED)
        for name, text in {"content.xml": content, **(members or {})}.items():
            package.writestr(name, text)
    return kept.getvalue()


def ods_table(*rows, name="名册", about=""):
    """A table of texts; a row may also be XML already."""
    spelled = [row if isinstance(row, str) else ods_row(*row) for row in rows]
    return f'<table:table table:name="{name}" {about}>{"".join(spelled)}</table:table>'


def ods_row(*texts, about=""):
    return f"<table:table-row {about}>{''.join(map(ods_cell, texts))}</table:table-row>"


def ods_cell(text, about='office:value-type="string"', inside=""):
    return f"<table:table-cell {about}>{inside}<text:p>{text}</text:p></table:table-cell>"


def ods_repeated(columns, rows):
    cell = ods_cell("x", f'table:number-columns-repeated="{columns}" office:value-type="string"')
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return ods(f"<table:table>{row}</table:table>")


def ods_bomb():
    """One cell that says it stands for the whole sheet: 17 billion cells."""
    return ods_repeated(16_384, 1_048_576)


def ods_long():
    return ods_repeated(200, 1_048_576)


def ods_endless():
    return ods("<a/>" * 10_000_000)


def ods_entity():
    return ods_package(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')


def ods_with_entity_in_utf16():
    return ods_package('<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode("utf-16"))


def ods_locked():
    return ods("", members={"META-INF/manifest.xml": "<manifest:encryption-data/>"})


# web pages and XML


def page_bomb():
    return b"<table><tr><td colspan=1000000 rowspan=1000000>x</td></tr></table>"


def page_of_spans():
    """Each row's cell reaches down to the end, so that every row grows."""
    return b"<table>" + b"<tr><td rowspan=65000 colspan=2>x</td></tr>" * 1_000 + b"</table>"


def endless_page():
    return b"<table>" + b"<tr><td>" * 5_000_000


def open_comments():
    table = "<table><tr><td>单位名称</td></tr><tr><td>县水利局</td></tr></table>"
    return table.encode() + b"<!-- " * 1_000_000


def xml_bomb():
    return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


def xml2003_entity():
    return xml2003("").replace(b"<Workbook", b'<!DOCTYPE x [<!ENTITY a "a">]><Workbook', 1)


def xml2003(body):
    """A workbook of Excel 2003 as XML."""
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{body}</Workbook>'
    ).encode()


def xml_corner():
    cell = '<Row ss:Index="1048576"><Cell ss:Index="200"><Data ss:Type="String">x</Data></Cell></Row>'
    return xml2003(f'<Worksheet ss:Name="名册"><Table>{cell}</Table></Worksheet>')


# .xls


def old_corners():
    """Two cells at opposite corners of the old sheet, 16 million cells."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    sheet.write(0, 0, "x")
    sheet.write(65_535, 255, "x")
    return saved(book)


def many_old_corners():
    """The same on ninety sheets: a billion and a half cells."""
    book = xlwt.Workbook()
    for number in range(90):
        sheet = book.add_sheet(f"名册{number}")
        sheet.write(0, 0, "x")
        sheet.write(65_535, 255, "x")
    return saved(book)


def old_circle():
    """A compound file whose chain of sectors leads back to itself."""
    content = bytearray(old_workbook([["单位名称"]]))
    sector = 512 + 512 * struct.unpack_from("<I", content, 76)[0]
    for place in range(sector, sector + 400, 4):
        struct.pack_into("<I", content, place, 1)
    return bytes(content)
