"""Books: cover, contents, page numbers, pictures; text is never markup; Chinese shows with any font."""

import io
from functools import partial

import pypdfium2
import pytest

from civportal.lib import pdf
from tests.factories import files

WORDS = {"title": "台账", "author": "云泽县第一小学", "head": "云泽县第一小学　台账"}
FOOT = "第 {page} 页　共 {pages} 页"


def written(parts, **said):
    file = io.BytesIO()
    pages = pdf.write(file, parts, **{**WORDS, "foot": FOOT, **said})
    return pypdfium2.PdfDocument(file.getvalue()), pages


def text_of(document, number):
    return document[number - 1].get_textpage().get_text_range()


def chapters(pages):
    yield from pdf.cover("云泽县文明委", "台账", "云泽县第一小学", ["2026年"])
    yield pdf.contents([(0, f"第{number}章", pages.of(f"c{number}")) for number in range(1, 4)])
    for number in range(1, 4):
        yield pdf.new_page()
        yield from pdf.heading(f"第{number}章", 0, f"c{number}")
        yield from pdf.prose("组织干部职工开展活动。\n\n第二段。")


def test_contents_and_feet_name_the_pages():
    document, pages = written(chapters)

    assert len(document) == pages.total == 5
    assert {pages.of(f"c{number}") for number in (1, 2, 3)} == {3, 4, 5}
    assert "第 4 页 共 5 页" in text_of(document, 4).replace("　", " ")
    assert "共 5 页" not in text_of(document, 1), "a cover has no foot"
    assert text_of(document, 2).split()[-6:-3] != [] and "第3章" in text_of(document, 2)


def test_headings_are_bookmarks():
    document, _pages = written(chapters)

    assert [item.get_title() for item in document.get_toc()] == ["第1章", "第2章", "第3章"]


def test_text_is_never_markup():
    def parts(_pages):
        yield pdf.words('<b>&amp;</b> <img src="file:///etc/passwd"/> & <para>\x07')
        yield pdf.facts([("<i>", "<u>")])

    document, _pages = written(parts, head="")

    assert '<b>&amp;</b> <img src="file:///etc/passwd"/>' in text_of(document, 1)


def test_a_long_text_in_a_cell_and_a_long_table_still_print():
    def parts(_pages):
        yield pdf.facts([("原因", "很长" * 5000)])
        yield pdf.table(["序号", "名称"], [[number, "照片.jpg"] for number in range(200)], [0.2, 0.8])

    document, _pages = written(parts)

    assert len(document) > 3
    assert "序号" in text_of(document, len(document)), "headings come again on every page"


def shown(content, caption="照片.jpg", anchor=""):
    return pdf.Shown(partial(io.BytesIO, content), caption, anchor)


def test_pictures_lie_in_the_book_as_they_are_and_each_once():
    picture = files.jpg(600, 400)

    def parts(_pages):
        yield from pdf.photos([shown(picture, anchor="first"), shown(picture), shown(files.jpg(300, 500))])
        yield pdf.whole_page(shown(files.jpg(800, 1000)))

    file = io.BytesIO()
    pages = pdf.write(file, parts, **WORDS, foot=FOOT)

    assert file.getvalue().count(picture) == 1
    assert pages.total == 2
    assert pages.of("first") == 1


def test_without_a_font_to_embed_the_readers_own_is_named(monkeypatch, settings):
    settings.PDF_FONT = "/nowhere/font.ttf"
    monkeypatch.setattr(pdf, "FONT_FOLDERS", ())
    pdf.font.cache_clear()
    pdf.style.cache_clear()
    try:
        assert pdf.font() == "STSong-Light"
        document, _pages = written(chapters)
        assert "第1章" in text_of(document, 3)
    finally:
        pdf.font.cache_clear()
        pdf.style.cache_clear()


@pytest.mark.parametrize("size", [8, 30])
def test_a_line_is_cut_where_the_room_ends(size):
    said = pdf.cut("云泽县第一小学" * 20, size, 200)

    assert said.endswith("…")
    assert pdf.pdfmetrics.stringWidth(said, pdf.font(), size) <= 200
