"""What is taken and what is refused, case by case, with the advice given."""

import tracemalloc

import pytest
from django.core.exceptions import ValidationError

from civportal.lib import filetypes
from tests.factories import files

# case → name, content, kind
TAKEN = {
    "word document": ("总结.docx", files.docx, "docx"),
    "workbook": ("名单.xlsx", files.xlsx, "xlsx"),
    "pdf": ("方案.pdf", files.pdf, "pdf"),
    "photo": ("照片.jpg", files.jpg, "jpg"),
    "photo under another ending of its kind": ("IMG_0001.JPEG", files.jpg, "jpg"),
    "picture": ("截图.png", files.png, "png"),
    "no ending at all": ("照片", files.jpg, "jpg"),
    "a number is no ending": ("会议 1.2", files.pdf, "pdf"),
    "two endings, the last one true": ("run.exe.pdf", files.pdf, "pdf"),
    "photo with remarks": ("a.jpg", files.jpg_taken_somewhere, "jpg"),
    "many pixels within the limit": ("a.png", lambda: files.png_claiming(7000, 7000), "png"),
}

# What only evidence may be: case → name, content, kind.
OLDER = {
    "old word": ("a.doc", files.legacy, "doc"),
    # Old documents hold new ones whole, and nothing is ever opened in the page.
    "old word with a workbook in it": ("a.doc", lambda: files.legacy() + files.xlsx(), "doc"),
    "WPS": ("a.wps", files.legacy, "doc"),
    "old excel": ("a.xls", lambda: files.legacy("Workbook"), "xls"),
    "ofd": ("a.ofd", lambda: files.package({"OFD.xml": "<OFD/>"}), "ofd"),
    "list in Unicode": ("a.csv", lambda: "单位,人数\n一小,30\n".encode(), "csv"),
    "list as an office saves it": ("a.csv", lambda: "单位,人数\n一小,30\n".encode("gb18030"), "csv"),
    "list in UTF-16": ("a.csv", lambda: "单位\t人数\n".encode("utf-16"), "csv"),
    "list cut within a character": ("a.csv", lambda: ("单" * 30000).encode()[: 2**16 + 1], "csv"),
}
REFUSED_THOUGH_OLDER = {
    "old word with macros": ("a.doc", lambda: files.legacy("_VBA_PROJECT"), "macro"),
    "old word with a password": ("a.doc", lambda: files.legacy("EncryptedPackage"), "protected"),
    "old slides": ("a.ppt", lambda: files.legacy("PowerPoint Document"), "legacy"),
    "old word called excel": ("a.xls", files.legacy, "extension"),
    "text that is no list": ("a.txt", lambda: b"hello", "unknown"),
    "rubbish called a list": ("a.csv", lambda: bytes(range(256)) * 9, "unknown"),
    "page called a list": ("a.csv", lambda: b"<script>alert(1)</script>", "web"),
    "ofd that explodes": ("a.ofd", lambda: files.package({"OFD.xml": "0" * (60 * 2**20)}), "bomb"),
}

# case → name, content, code of the refusal
REFUSED = {
    "0 byte": ("a.pdf", lambda: b"", "empty"),
    "1 byte": ("a.pdf", lambda: b"%", "unknown"),
    "text": ("a.txt", lambda: b"hello", "unknown"),
    "wrong ending": ("a.pdf", files.jpg, "extension"),
    "right ending, wrong content": ("a.docx", lambda: b"just words", "unknown"),
    "workbook called document": ("a.docx", files.xlsx, "extension"),
    "two endings, the last one a lie": ("a.pdf.exe", files.pdf, "extension"),
    "ending turned round by an override": ("a\u202egpj.exe", files.jpg, "extension"),
    "old word": ("a.doc", files.legacy, "legacy"),
    "old word renamed": ("a.docx", files.legacy, "legacy"),
    "old excel": ("a.xls", lambda: files.legacy("Workbook"), "legacy"),
    "office file with a password": ("a.docx", lambda: files.legacy("EncryptedPackage"), "protected"),
    "binary workbook": (
        "a.xlsb",
        lambda: files.office(main="spreadsheetml.binary", **{"xl/workbook.bin": b""}),
        "binary",
    ),
    "template": ("a.dotx", lambda: files.office(main="wordprocessingml.template.main+xml"), "unknown"),
    "macros": ("a.docm", files.docm, "macro"),
    "macros renamed": ("a.docx", files.docm, "macro"),
    "macros only in a part": ("a.docx", lambda: files.office(**{"word/vbaProject.bin": b"m"}), "macro"),
    "broken zip": ("a.docx", lambda: files.docx()[:2000], "damaged"),
    "zip with a flipped byte": ("a.docx", lambda: flipped(files.docx()), "damaged"),
    "definitions that explode": (
        "a.docx",
        lambda: files.office(**{"word/x.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
        "damaged",
    ),
    "bomb": ("a.docx", files.bomb, "bomb"),
    "bomb that packs too well": ("a.docx", lambda: files.bomb(50 * 2**20), "bomb"),
    "bomb that lies about its size": ("a.docx", files.lying_bomb, "damaged"),
    "thousands of parts": ("a.docx", files.with_many_parts, "bomb"),
    "64-bit archive": ("a.docx", lambda: with_64_bit_end(files.docx()), "bomb"),
    "archive": ("a.zip", lambda: files.package({"a.txt": "a"}), "archive"),
    "archive called document": ("a.docx", lambda: files.package({"a.txt": "a"}), "archive"),
    "empty archive": ("a.zip", lambda: files.package({}), "archive"),
    "rar": ("a.rar", lambda: b"Rar!\x1a\x07\x00" + bytes(99), "archive"),
    "ofd": ("a.ofd", lambda: files.package({"OFD.xml": "<OFD/>"}), "ofd"),
    "photo and archive in one": ("a.jpg", files.jpg_with_zip, "mixed"),
    "picture and archive in one": ("a.png", lambda: files.png() + files.package({"a": "a"}), "mixed"),
    "pdf and archive in one": ("a.pdf", lambda: files.pdf() + files.package({"a": "a"}), "mixed"),
    "document behind an archive's start": (
        "a.docx",
        lambda: b"PK\x03\x04" + bytes(40) + files.docx(),
        "mixed",
    ),
    "30000 × 30000 pixels": ("a.png", lambda: files.png_claiming(30_000, 30_000), "pixels"),
    "photo of 30000 × 30000 pixels": ("a.jpg", lambda: claiming(files.jpg(), 30_000, 30_000), "pixels"),
    "no pixels": ("a.png", lambda: files.png_claiming(0, 9), "damaged"),
    "photo broken off": ("a.jpg", lambda: files.jpg(400, 400)[:-200], "damaged"),
    "photo that is only a header": ("a.jpg", lambda: b"\xff\xd8\xff\xe0", "damaged"),
    "photo without a frame": ("a.jpg", lambda: b"\xff\xd8\xff\xda\x00\x08" + bytes(9), "damaged"),
    "photo with rubbish for markers": ("a.jpg", lambda: b"\xff\xd8\xff\xe0\x00\x04abcd", "damaged"),
    "picture broken off": ("a.png", lambda: files.png()[:-20], "damaged"),
    "pdf broken off": ("a.pdf", lambda: files.pdf()[:-200], "damaged"),
    "heic": ("IMG.heic", files.heic, "heic"),
    "heic renamed": ("IMG.jpg", files.heic, "heic"),
    "video": ("a.mp4", lambda: b"\x00\x00\x00\x18ftypmp42" + bytes(99), "video"),
    "svg": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "web"),
    "svg called png": ("a.png", lambda: b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "web"),
    "html called pdf": ("a.pdf", lambda: b"<html><script>alert(1)</script></html>", "web"),
    "virus test": ("eicar.pdf", lambda: rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR", "unknown"),
}


def flipped(content):
    position = len(content) // 2
    return content[:position] + bytes([content[position] ^ 255]) + content[position + 1 :]


def claiming(photo, width, height):
    """The photo with other numbers in its frame header."""
    frame = photo.index(b"\xff\xc0") + 5
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return photo[:frame] + size + photo[frame + 4 :]


def with_64_bit_end(content):
    end = content.rindex(b"PK\x05\x06")
    return content[:end] + b"PK\x06\x07" + bytes(16) + content[end:]


@pytest.mark.parametrize("case", TAKEN)
def test_a_good_file_is_known_by_its_content(case):
    name, content, kind = TAKEN[case]

    assert filetypes.recognize(files.upload(name, content()), name) == kind


@pytest.mark.parametrize("case", OLDER)
def test_an_older_file_is_known_where_it_may_be_kept(case):
    name, content, kind = OLDER[case]

    assert filetypes.recognize(files.upload(name, content()), name, older=True) == kind


@pytest.mark.parametrize("case", REFUSED_THOUGH_OLDER)
def test_of_older_files_the_bad_ones_are_refused_too(case):
    name, content, code = REFUSED_THOUGH_OLDER[case]

    with pytest.raises(ValidationError) as refused:
        filetypes.recognize(files.upload(name, content()), name, older=True)

    assert refused.value.code == code


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_its_reason(case):
    name, content, code = REFUSED[case]

    with pytest.raises(ValidationError) as refused:
        filetypes.recognize(files.upload(name, content()), filetypes.clean_name(name))

    assert refused.value.code == code
    assert "%(" not in refused.value.messages[0]


def test_every_advice_is_met_by_a_case():
    assert set(filetypes.REFUSALS) == {code for _name, _content, code in REFUSED.values()}


def test_the_ending_that_does_not_fit_is_named():
    with pytest.raises(ValidationError, match=r"\.pdf.*\.jpg"):
        filetypes.recognize(files.upload("a.pdf", files.jpg()), "a.pdf")


def test_the_file_is_read_from_its_start_and_left_there():
    upload = files.upload("a.jpg", files.jpg())
    upload.read()

    filetypes.recognize(upload, "a.jpg")

    assert upload.tell() == 0


@pytest.mark.fault
@pytest.mark.parametrize("make", [files.bomb, files.lying_bomb, lambda: files.bomb(190 * 2**20)])
def test_a_bomb_costs_no_memory(make):
    upload = files.upload("a.docx", make())
    tracemalloc.start()

    with pytest.raises(ValidationError):
        filetypes.recognize(upload, "a.docx")

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * 2**20


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("总结.docx", "总结.docx"),
        (r"..\..\总结.docx", "总结.docx"),
        ("../../etc/passwd", "passwd.docx"),
        (r"C:\用户\总结.docx", "总结.docx"),
        ("a\x00b.docx", "ab.docx"),
        ("a\r\nb.docx", "ab.docx"),
        ("a\u202excod.docx", "axcod.docx"),
        ("a\u200b\ufeff.docx", "a.docx"),
        ("\ud800a.docx", "a.docx"),
        ("  a   b .docx", "a b .docx"),
        ("CON", "_CON.docx"),
        ("con.docx", "_con.docx"),
        ("lpt1.docx", "_lpt1.docx"),
        ("console.docx", "console.docx"),
        ("", "docx.docx"),
        ("...", "docx.docx"),
        ('a<b>:"|?*.docx', "a_b______.docx"),
        ("长" * 300 + ".docx", "长" * 195 + ".docx"),
        ("长" * 300, "长" * 195 + ".docx"),
        ("¹ãÖÝ.docx", "¹ãÖÝ.docx"),
        ("𬭚铁.docx", "𬭚铁.docx"),
    ],
)
def test_a_name_is_kept_plain_and_short(given, kept):
    assert filetypes.clean_name(given, "docx") == kept
    assert len(kept) <= 200


def test_a_name_without_a_kind_is_cut_all_the_same():
    assert filetypes.clean_name("长" * 300) == "长" * 200


def test_bytes_are_found_across_the_pieces_of_a_file():
    content = b"x" * (filetypes.CHUNK - 2) + b"%%EOF" + b"x" * 10

    assert filetypes.contains(files.upload("a", content), b"%%EOF")
    assert not filetypes.contains(files.upload("a", content), b"%%EOG")
