"""A liaison binds a year of real size with one click; the book is counted, the archive unpacked."""

import json
import shutil
import subprocess
import zipfile
from hashlib import sha256
from urllib.parse import unquote

import pypdfium2
import pytest
from playwright.sync_api import expect

from assessments.models import EvidenceFile, LedgerClass, LedgerEntry
from tests.assessments import real_unit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

NARROW = {"width": 390, "height": 844}
# Drawing 180 files takes a while on a machine that does other things as well.
MILLISECONDS = 240_000


def downloaded(page, button, folder):
    """The path of what a button gives."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button").filter(has_text=button).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def unpacked(path, folder):
    """Name → content of everything in the zip; the system's own tool finds the same names."""
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        found = {name: package.read(name) for name in package.namelist()}
    if shutil.which("unzip"):
        call = ["unzip", "-q", str(path), "-d", str(folder)]
        subprocess.run(call, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}, check=True)
        names = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
        assert names == set(found)
    return found


def check_archive(found):
    """Every file is listed with its hash, every original of the unit is there."""
    top = next(iter(found)).partition("/")[0]
    manifest = json.loads(found[f"{top}/manifest.json"])
    for file in manifest["files"]:
        assert sha256(found[f"{top}/{file['path']}"]).hexdigest() == file["sha256"], file["path"]
    originals = {file["sha256"] for file in manifest["files"] if "number" in file}
    assert set(EvidenceFile.objects.values_list("sha256", flat=True)) <= originals
    assert manifest["records"] == real_unit.ENTRIES
    assert (
        len([file for file in manifest["files"] if "number" in file])
        == real_unit.FILES + real_unit.MORE_FILES
    )
    assert manifest["missing"] == []
    assert any("签到表（第0次）.jpg" in name for name in found)


def check_book(path):
    """A book with all records and all sixteen classes, whose last page has the highest number."""
    book = pypdfium2.PdfDocument(path)
    text = [page.get_textpage().get_text_range() for page in book]
    whole = "".join(text)
    assert len(book) > real_unit.ENTRIES
    assert str(len(book)) in text[-1]
    for title in LedgerEntry.objects.exclude(status="draft").values_list("title", flat=True):
        assert title in whole
    assert all(one.name in whole for one in LedgerClass.objects.all())
    assert "还没写完的草稿" not in whole
    assert [item.get_title()[:2] for item in book.get_toc() if item.level == 0][1:17] == [
        f"{number:02}" for number in range(1, 17)
    ]


def bind(page, unit):
    """One click on the unit's page, then waiting."""
    page.goto(unit.get_absolute_url())
    page.locator("form[action*='/binders/units/'] button").click()
    expect(page.locator("form[action$='/archive/'] button").first).to_be_visible(timeout=MILLISECONDS)


def test_one_click_binds_the_year(window, school, year, lan, tmp_path):
    real_unit.furnish(school, year, lan, edge=(400, 300))
    page = window(lan, accept_downloads=True)

    bind(page, school)
    book = downloaded(page, "PDF", tmp_path)
    package = downloaded(page, "zip", tmp_path)

    check_book(book)
    check_archive(unpacked(package, tmp_path / "unpacked"))


def test_page_and_archive_are_read_on_a_telephone(window, school, year, lan, tmp_path):
    real_unit.furnish(school, year, lan, entries=4, count=6, edge=(400, 300))
    page = window(lan, viewport=NARROW, accept_downloads=True)

    bind(page, school)
    found = unpacked(downloaded(page, "zip", tmp_path), tmp_path / "unpacked")

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    offline = window(None, viewport=NARROW)
    index = next((tmp_path / "unpacked").glob("*/index.html"))
    offline.goto(index.as_uri())
    expect(offline.locator("article")).to_have_count(4 + real_unit.MORE_RECORDS)
    assert offline.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    links = [link.get_attribute("href") for link in offline.locator("article li a").all()]
    assert len(links) == 6 + real_unit.MORE_FILES
    assert {f"{index.parent.name}/{unquote(link)}" for link in links} <= set(found)
