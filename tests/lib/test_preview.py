"""Previews come from a child process, are made once, and fail honestly."""

import io
import json
import subprocess
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from civportal.lib import files as store
from civportal.lib import preview
from tests.factories import files

FOLDER = "evidence"


def kept(content):
    return store.save(content, FOLDER)


def opened(webp):
    with webp as file:
        return Image.open(io.BytesIO(file.read()))


@pytest.fixture
def children(monkeypatch):
    """Counts the child processes."""
    started = []
    run = subprocess.run

    def counting(*args, **kwargs):
        started.append(args)
        return run(*args, **kwargs)

    monkeypatch.setattr(preview.subprocess, "run", counting)
    return started


def test_a_photo_becomes_smaller_and_keeps_its_shape():
    image = opened(preview.photo(FOLDER, kept(files.jpg(1200, 600)), 480))

    assert image.format == "WEBP"
    assert image.size == (480, 240)


def test_a_small_photo_is_not_blown_up():
    assert opened(preview.photo(FOLDER, kept(files.jpg(40, 30)), 480)).size == (40, 30)


def test_a_photo_is_turned_upright_and_tells_nothing_about_its_taker():
    image = opened(preview.photo(FOLDER, kept(files.jpg_taken_somewhere()), 480))

    assert image.size == (30, 40)
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile"} & set(image.info)


def test_a_transparent_picture_stays_so():
    assert opened(preview.photo(FOLDER, kept(files.png()), 480)).mode == "RGBA"


def test_a_pdf_shows_its_pages():
    sha256 = kept(files.pdf(pages=3))

    assert preview.pdf_facts(FOLDER, sha256) == {"pages": 3, "ratios": [1.3333] * 3}
    assert opened(preview.pdf_page(FOLDER, sha256, 3, 600)).size == (600, 800)


def test_a_word_document_shows_its_text_and_pictures():
    document = preview.docx(FOLDER, kept(files.docx(text="开展志愿服务", picture=files.jpg())))

    assert "<h3>活动总结</h3>" in document["html"]
    assert "<p>开展志愿服务</p>" in document["html"]
    assert 'src="data:image/webp;base64,' in document["html"]
    assert 'alt=""' in document["html"]
    assert document["cut"] is False


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<img src="https://elsewhere.example/pixel.gif">',
        '<img src="data:image/svg+xml;base64,AAAA">',
        '<p onclick="x()">a</p>',
        '<a href="javascript:x()">a</a>',
        '<iframe src="//elsewhere.example"></iframe>',
        '<p style="position:fixed">a</p>',
    ],
)
def test_nothing_but_plain_text_comes_out_of_a_document(evil):
    html = json.loads(preview.clean_document(json.dumps({"html": evil})))["html"]

    for word in ("script", "elsewhere", "svg", "onclick", "href", "iframe", "style"):
        assert word not in html


def test_a_workbook_shows_its_first_rows():
    rows = [(number, f"单位{number}", 0.5, True) for number in range(1, 61)]
    sha256 = kept(files.xlsx(rows=rows, sheets=["甲", "乙"]))

    workbook = preview.xlsx(FOLDER, sha256)

    assert [sheet["name"] for sheet in workbook["sheets"]] == ["甲", "乙"]
    assert workbook["sheets"][0]["rows"][0] == ["1", "单位1", "0.5", "TRUE"]
    assert len(workbook["sheets"][0]["rows"]) == 50
    assert workbook["sheets"][0]["more_rows"] == 10


def test_a_workbook_claiming_all_cells_in_the_world_is_not_shown():
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    sha256 = kept(replaced(files.xlsx(), "xl/worksheets/sheet1.xml", sheet))

    with pytest.raises(preview.NotShown):
        preview.xlsx(FOLDER, sha256)


def replaced(content, name, part):
    """The package with another content for one of its parts."""
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    return files.package({**parts, name: part})


def test_a_preview_is_made_once(children):
    sha256 = kept(files.jpg())

    first = preview.photo(FOLDER, sha256, 480).read()
    with preview.photo(FOLDER, sha256, 480) as again:
        second = again.read()

    assert first == second
    assert len(children) == 1


def test_an_unreadable_file_is_tried_once(children):
    sha256 = kept(b"%PDF-1.7 nothing behind it")

    for _look in range(2):
        with pytest.raises(preview.NotShown) as why:
            preview.pdf_facts(FOLDER, sha256)
        assert why.value.reason == "unreadable"

    assert len(children) == 1


def test_a_missing_file_is_called_missing_and_not_remembered(children):
    content = files.jpg()
    sha256 = kept(content)
    store.delete(FOLDER, sha256)

    with pytest.raises(preview.NotShown) as why:
        preview.photo(FOLDER, sha256, 480)
    kept(content)

    assert why.value.reason == "missing"
    assert opened(preview.photo(FOLDER, sha256, 480)).size == (40, 30)


@pytest.mark.fault
def test_a_child_that_hangs_is_ended_and_tried_again_only_later(monkeypatch, tmp_path, children):
    script = tmp_path / "sleeps.py"
    script.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(preview, "CHILD", script)
    monkeypatch.setattr(preview, "SECONDS", 0.5)
    sha256 = kept(files.jpg())

    for _look in range(2):
        with pytest.raises(preview.NotShown) as why:
            preview.photo(FOLDER, sha256, 480)
        assert why.value.reason == "busy"

    assert len(children) == 1


@pytest.mark.fault
def test_a_child_that_crashes_costs_a_preview_and_nothing_else(monkeypatch, tmp_path):
    script = tmp_path / "crashes.py"
    script.write_text("import os; os.abort()")
    monkeypatch.setattr(preview, "CHILD", script)

    with pytest.raises(preview.NotShown) as why:
        preview.photo(FOLDER, kept(files.jpg()), 480)

    assert why.value.reason == "busy"


def test_no_child_is_started_while_all_places_are_taken(monkeypatch, children):
    monkeypatch.setattr(preview, "SECONDS", 0.01)
    for _place in range(preview.AT_ONCE):
        preview._slots.acquire()
    try:
        with pytest.raises(preview.NotShown) as why:
            preview.photo(FOLDER, kept(files.jpg()), 480)
    finally:
        for _place in range(preview.AT_ONCE):
            preview._slots.release()

    assert why.value.reason == "busy"
    assert children == []


@pytest.mark.fault
@pytest.mark.parametrize(
    ("attack", "sign"),
    [
        ("b'x' * (900 * 2**20)", "MemoryError"),
        ("open('/tmp/preview-child-writes', 'wb').write(b'x' * (20 * 2**20))", "File too large"),
    ],
)
def test_the_child_has_given_up_its_powers(attack, sign):
    pytest.importorskip("resource")
    code = (
        f"import sys, signal; sys.path.insert(0, {str(preview.CHILD.parent)!r}); import preview_child; "
        f"signal.signal(signal.SIGXFSZ, signal.SIG_IGN); preview_child.give_up_powers(); {attack}"
    )

    child = subprocess.run([preview.sys.executable, "-c", code], capture_output=True, check=False)
    Path("/tmp/preview-child-writes").unlink(missing_ok=True)

    assert child.returncode != 0
    assert sign in child.stderr.decode()


def test_the_child_knows_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "known")
    monkeypatch.setenv("DATABASE_URL", "known")

    assert "known" not in preview.bare_environment().values()


@pytest.mark.fault
def test_a_preview_that_cannot_be_kept_is_shown_all_the_same(monkeypatch):
    sha256 = kept(files.jpg())

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(preview.default_storage, "save", full)

    assert opened(preview.photo(FOLDER, sha256, 480)).size == (40, 30)


@pytest.mark.parametrize(
    ("make", "expected"),
    [(files.pdf, True), (files.pdf_locked_against_printing, True), (files.pdf_with_password, False)],
)
def test_only_a_pdf_that_asks_for_a_password_stays_closed(make, expected):
    assert preview.opens(ContentFile(make())) is expected
