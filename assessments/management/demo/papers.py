"""Photos and documents of the demo county: drawn and written by the program, nobody's real ones."""

import io
import random
import zipfile
from xml.sax.saxutils import escape

from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFilter

SKIES = ["#cfe0ea", "#e7dcc8", "#d8e4d2", "#e3d5d9", "#d5dbe8"]
GROUNDS = ["#9fae8b", "#b8a98c", "#a5b3bf", "#b79a8b", "#8fa6a1"]
CLOTHES = ["#a33a22", "#1f5566", "#6b7a3a", "#8a5a2b", "#4b4f7a"]
SIZE = (800, 600)


def photo(seed):
    """A JPEG of people at work in front of buildings; the same seed gives the same picture."""
    draw_from = random.Random(seed)  # noqa: S311 – a picture, no secret
    image = Image.new("RGB", SIZE, draw_from.choice(SKIES))
    canvas = ImageDraw.Draw(image)
    horizon = draw_from.randint(280, 375)
    houses(canvas, draw_from, horizon)
    canvas.rectangle([0, horizon, *SIZE], fill=draw_from.choice(GROUNDS))
    for _ in range(draw_from.randint(3, 7)):
        person(canvas, draw_from, horizon)
    file = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.2)).save(file, "JPEG", quality=82)
    return file.getvalue()


def houses(canvas, draw_from, horizon):
    left = -40
    while left < SIZE[0]:
        width, height = draw_from.randint(100, 200), draw_from.randint(80, 240)
        shade = draw_from.randint(150, 215)
        canvas.rectangle([left, horizon - height, left + width, horizon], fill=(shade, shade - 6, shade - 14))
        for column in range(left + 24, left + width - 30, 56):
            for row in range(horizon - height + 28, horizon - 40, 64):
                canvas.rectangle(
                    [column, row, column + 26, row + 34], fill=(shade - 50, shade - 44, shade - 36)
                )
        left += width + draw_from.randint(8, 40)


def person(canvas, draw_from, horizon):
    size = draw_from.randint(50, 90)
    left, top = draw_from.randint(40, SIZE[0] - 160), horizon + draw_from.randint(-30, 90)
    canvas.ellipse([left, top, left + size * 0.5, top + size * 0.5], fill="#e6c3a5")
    body = [left - size * 0.2, top + size * 0.5, left + size * 0.7, top + size * 1.7]
    canvas.rounded_rectangle(body, size * 0.2, fill=draw_from.choice(CLOTHES))


def scan(seed):
    """A PDF of one page that looks like a stamped paper seen from afar."""
    draw_from = random.Random(seed)  # noqa: S311 – a picture, no secret
    page = Image.new("RGB", (1240, 1754), "#fdfcf9")
    canvas = ImageDraw.Draw(page)
    canvas.rectangle([370, 180, 870, 214], fill="#a33a22")
    for row in range(300, 1400, 44):
        canvas.rectangle([180, row, draw_from.randint(760, 1060), row + 12], fill="#6b655c")
    canvas.ellipse([800, 1380, 1040, 1620], outline="#c23b28", width=10)
    file = io.BytesIO()
    page.save(file, "PDF", resolution=150)
    return file.getvalue()


def letter(title, paragraphs):
    """A Word document with a title and paragraphs."""
    lines = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in [title, *paragraphs])
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS,
        "word/document.xml": f'{XML}<w:document xmlns:w="{WORD}"><w:body>{lines}</w:body></w:document>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


def register(heading, rows):
    """A workbook with a heading and rows, such as a sign-in sheet."""
    book = Workbook()
    for row in [heading, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPENXML = "application/vnd.openxmlformats"
CONTENT_TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{OPENXML}-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" '
    f'ContentType="{OPENXML}-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
    "</Relationships>"
)
