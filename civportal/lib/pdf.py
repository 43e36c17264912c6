"""Books as PDF: cover, table of contents, headings, facts, tables, pictures, "page n of m".

A book is a function that gives its parts in their order, called twice: the first time nothing is
drawn and only the pages are counted, so that the contents and the foot of every page can name them.
Text is text here, never markup.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

# Pictures go into the file as they are, instead of a quarter larger as plain text.
rl_config.useA85 = 0

EMBEDDED, BUILT_IN = "Book", "STSong-Light"
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "C:/Windows/Fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
# In this order: what official documents are set in, then what domestic systems and Linux bring along.
FONT_FILES = (
    *("simsun.ttc", "simsun.ttf", "FZSSK.TTF", "simfang.ttf", "msyh.ttc", "Songti.ttc"),
    *("NotoSerifSC-Regular.ttf", "NotoSansSC-Regular.ttf", "uming.ttc", "wqy-zenhei.ttc"),
    *("wqy-microhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf"),
)
SAMPLE = "明创第页"

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 27 * mm, 20 * mm, 20 * mm, 20 * mm
TEXT_WIDTH, TEXT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
GAP = 4 * mm
INK, SOFT, LINE, PAPER = (colors.HexColor(value) for value in ("#1f1d1a", "#6b655c", "#cfc8bb", "#f6f2ea"))
RED = colors.HexColor("#a8322a")
# A cell that is taller than a page could not be printed at all.
CELL = 1_500


@cache
def font() -> str:
    """The name of the font that knows Chinese: embedded from the system, else the readers' own."""
    for path in font_files():
        try:
            found = TTFont(EMBEDDED, path, subfontIndex=0)
        except (TTFError, OSError, ValueError):
            # Not there, drawn in a way that cannot be embedded, or not allowed to be.
            continue
        if all(ord(letter) in found.face.charToGlyph for letter in SAMPLE):
            pdfmetrics.registerFont(found)
            return EMBEDDED
    pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
    return BUILT_IN


def font_files() -> Iterator[str]:
    """The font that the settings name, then those of the system that fit, the best first."""
    if settings.PDF_FONT:
        yield settings.PDF_FONT
    found: dict[str, str] = {}
    for folder in map(Path, FONT_FOLDERS):
        if folder.is_dir():
            found |= {path.name.lower(): str(path) for path in folder.rglob("*.tt[cf]")}
            found |= {path.name.lower(): str(path) for path in folder.rglob("*.TT[CF]")}
    yield from (found[name.lower()] for name in FONT_FILES if name.lower() in found)


@dataclass
class Pages:
    """Where things stand, known from the first round on: 0 before."""

    total: int = 0
    places: dict[str, int] = field(default_factory=dict)

    def of(self, anchor: str) -> int:
        return self.places.get(anchor, 0)


Parts = Callable[[Pages], Iterator[Flowable]]


def write(file: IO[bytes], parts: Parts, *, title: str, author: str, head: str, foot: str) -> Pages:
    """Write a book to an open file and answer where everything stands.

    `parts(pages)` gives its parts anew each time it is called, the same number of lines in each round.
    `head` stands above every page but the first, `foot` below it: "{page} of {pages}".
    """
    pages = Pages()
    said = {"title": title, "author": author, "head": head, "foot": foot}
    with tempfile.TemporaryFile() as nothing:
        counted = Draft(nothing, pages, **said)
        counted.build(list(parts(pages)))
    pages.total = counted.page
    with tempfile.TemporaryDirectory() as folder:
        Draft(file, pages, **said, folder=folder).build(list(parts(pages)))
    return pages


class Draft(BaseDocTemplate):
    """One round through the book; only the last one draws pictures."""

    def __init__(
        self,
        file: IO[bytes],
        pages: Pages,
        *,
        title: str,
        author: str,
        head: str,
        foot: str,
        folder: str = "",
    ) -> None:
        super().__init__(file, pagesize=A4, title=title, author=author, lang="zh-CN")
        self.pages, self.head, self.foot = pages, head, foot
        # Where pictures pass through; without it none is drawn.
        self.folder = folder
        none = dict.fromkeys(("leftPadding", "rightPadding", "topPadding", "bottomPadding"), 0)
        frame = Frame(LEFT, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT, **none)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self.furnish)])

    def furnish(self, canvas: Any, _document: Any) -> None:
        """The head and the foot of a page; a cover has none."""
        canvas.folder, canvas.note = self.folder, self.note
        if self.page == 1 and self.head:
            return
        canvas.saveState()
        canvas.setFont(font(), 9)
        canvas.setFillColor(SOFT)
        canvas.drawString(LEFT, HEIGHT - 13 * mm, cut(self.head, 9, TEXT_WIDTH))
        foot = self.foot.format(page=self.page, pages=self.pages.total)
        canvas.drawCentredString(LEFT + TEXT_WIDTH / 2, 11 * mm, foot)
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:
        """Remember on which page an anchor stands, and put headings among the bookmarks."""
        anchor = getattr(flowable, "anchor", "")
        if not anchor:
            return
        self.note(anchor)
        level = getattr(flowable, "level", None)
        if level is not None:
            self.canv.addOutlineEntry(flowable.said, anchor, level, closed=level > 0)

    def note(self, anchor: str) -> None:
        """The anchor stands on this page."""
        self.pages.places.setdefault(anchor, self.page)
        self.canv.bookmarkPage(anchor)


@cache
def style(
    size: float = 10.5, *, color: Any = INK, after: float = 0, center: bool = False, indent: float = 0
) -> Any:
    """How a paragraph looks, by the size of its letters in points."""
    return ParagraphStyle(
        f"{size} {color} {after} {center} {indent}",
        fontName=font(),
        fontSize=size,
        leading=size * 1.6,
        textColor=color,
        spaceAfter=after,
        alignment=TA_CENTER if center else 0,
        leftIndent=indent,
        wordWrap="CJK",
    )


def cut(text: str, size: float, width: float) -> str:
    """The text as far as it has room in one line."""
    if pdfmetrics.stringWidth(text, font(), size) <= width:
        return text
    while text and pdfmetrics.stringWidth(f"{text}…", font(), size) > width:
        text = text[:-1]
    return f"{text}…"


def words(text: Any, **look: Any) -> Paragraph:
    """One paragraph of plain text; what cannot be printed is left out."""
    said = "".join(letter for letter in str(text) if letter.isprintable() or letter.isspace())
    return Paragraph(escape(said), style(**look))


def prose(text: str, size: float = 10.5) -> Iterator[Flowable]:
    """A text with its lines as paragraphs."""
    for line in text.splitlines():
        if line.strip():
            yield words(line, size=size, after=3)


def heading(text: str, level: int, anchor: str, *, room: float = 35 * mm) -> Iterator[Flowable]:
    """A heading that the contents can point to; it never stands alone at the foot of a page."""
    yield CondPageBreak(room)
    title = words(text, size=(18, 13, 11)[level], color=(RED, INK, INK)[level], after=(6, 4, 3)[level])
    title.anchor, title.level, title.said = anchor, level, text
    yield title


def new_page() -> Flowable:
    return PageBreak()


def space(height: float) -> Flowable:
    """So many millimetres of nothing."""
    return Spacer(1, height * mm)


def facts(pairs: list[tuple[str, Any]]) -> Flowable:
    """Labels with what belongs to them, a line each; what is too long for a line goes on in the next."""
    rows = []
    for label, value in pairs:
        text = f"{value}"
        for start in range(0, max(len(text), 1), CELL):
            over = words("" if start else label, color=SOFT, size=9.5)
            rows.append([over, words(text[start : start + CELL], size=10)])
    return table_of(rows, [0.24, 0.76], [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)])


def table(headings: list[str], rows: list[list[Any]], shares: list[float], size: float = 9) -> Flowable:
    """A table whose columns have these shares of the width; its headings come again on every page."""
    top = [words(one, size=size, color=SOFT) for one in headings]
    body = [[words(f"{cell}"[:CELL], size=size) for cell in row] for row in rows]
    lines = [("BACKGROUND", (0, 0), (-1, 0), PAPER), ("GRID", (0, 0), (-1, -1), 0.4, LINE)]
    return table_of([top, *body], shares, lines, repeated=1)


def blanks(labels: list[str]) -> Flowable:
    """Labels side by side, each with room and a line to be filled in by hand."""
    cells = [cell for label in labels for cell in (words(label, size=11), "")]
    shares = [0.13, 1 / len(labels) - 0.13] * len(labels)
    lines = [("LINEBELOW", (place, 0), (place, 0), 0.6, INK) for place in range(1, len(cells), 2)]
    return table_of([cells], shares, lines)


def table_of(rows: list[list[Any]], shares: list[float], lines: list[tuple], repeated: int = 0) -> Flowable:
    look = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            *lines,
        ]
    )
    widths = [share * TEXT_WIDTH for share in shares]
    return Table(rows, widths, repeatRows=repeated, style=look, spaceAfter=6)


def contents(lines: list[tuple[int, str, int]]) -> Flowable:
    """A table of contents: (level, text, page); page 0 leaves the place free."""
    rows = [
        [words(text, size=(11.5, 10)[level], indent=12 * level), words(page or "", size=10)]
        for level, text, page in lines
    ]
    return table_of(rows, [0.9, 0.1], [("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE)])


def cover(over: str, title: str, name: str, below: list[str]) -> Iterator[Flowable]:
    """The first page: what stands over the title, the title, whose it is, and a few lines at the foot."""
    yield Spacer(1, 45 * mm)
    yield words(over, size=14, center=True, color=SOFT, after=8)
    yield words(title, size=30, center=True, color=RED, after=10)
    yield Spacer(1, 8 * mm)
    yield words(name, size=20, center=True, after=6)
    yield Spacer(1, 75 * mm)
    yield from (words(line, size=11, center=True, color=SOFT, after=3) for line in below)
    yield PageBreak()


@dataclass(frozen=True)
class Shown:
    """A JPG to be shown: what opens it anew each time, its caption, and its anchor if it has one."""

    opened: Callable[[], IO[bytes]]
    caption: str
    anchor: str = ""


class Picture(Flowable):
    """A JPG with its caption below; it is read when it is drawn, and only in the last round."""

    def __init__(self, shown: Shown, width: float, height: float) -> None:
        super().__init__()
        self.opened, self.caption, self.anchor_within = shown.opened, shown.caption, shown.anchor
        self.room = (width, height - 6 * mm)
        self.hAlign = "CENTER"

    def wrap(self, *_available: float) -> tuple[float, float]:
        with self.opened() as file:
            wide, high = ImageReader(file).getSize()
        scale = min(self.room[0] / wide, self.room[1] / high)
        self.shown = (wide * scale, high * scale)
        self.width, self.height = self.room[0], self.shown[1] + 6 * mm
        return self.width, self.height

    def draw(self) -> None:
        canvas = self.canv
        wide, high = self.shown
        if self.anchor_within:
            canvas.note(self.anchor_within)
        if canvas.folder:
            left = (self.width - wide) / 2
            place_jpg(canvas, self.opened, left, 6 * mm, wide, high)
        canvas.setFont(font(), 8.5)
        canvas.setFillColor(SOFT)
        canvas.drawCentredString(self.width / 2, 1.5 * mm, cut(self.caption, 8.5, self.width))


def place_jpg(
    canvas: Any, opened: Callable[[], IO[bytes]], x: float, y: float, wide: float, high: float
) -> None:
    """Put a JPG on the page as it is: by a file, for what is given otherwise would be decoded first.

    The file's name is what tells pictures apart, so the same one lies in the book once.
    """
    with opened() as file:
        content = file.read()
    path = Path(canvas.folder) / f"{hashlib.sha256(content).hexdigest()}.jpg"
    path.write_bytes(content)
    canvas.drawImage(str(path), x, y, wide, high)
    path.unlink()


def photos(pictures: list[Shown]) -> Iterator[Flowable]:
    """Photos with their captions, two in a row."""
    width, height = (TEXT_WIDTH - GAP) / 2, 72 * mm
    made = [Picture(shown, width, height) for shown in pictures]
    look = [("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    look += [("RIGHTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (0, -1), GAP)]
    for number in range(0, len(made), 2):
        row = [*made[number : number + 2], ""][:2]
        yield Table([row], [width + GAP, width], style=TableStyle(look), spaceAfter=2)


def whole_page(shown: Shown) -> Flowable:
    """One picture as large as the page lets it be."""
    return Picture(shown, TEXT_WIDTH, TEXT_HEIGHT - 2 * mm)
