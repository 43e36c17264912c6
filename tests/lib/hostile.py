"""Files that lie, made on the spot: each is a few bytes to a few kilobytes long."""

import io
import struct
import zipfile

import xlwt
from openpyxl import Workbook

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
    return with_cells(b"".join(b'<row r="%d"/>' % number for number in range(1, 70_000)))


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
