"""The part of the preview that touches untrusted files: a script that runs in a process of its own.

    python -I preview_child.py JOB [NUMBER …] < file > result

It first gives up memory, time and disk, then loads one parser, reads the file from standard input
and writes a picture or JSON. Ends with 0, or with 3 when the file cannot be shown, or is killed.
It imports nothing of the portal and sees none of its settings.
"""

import base64
import importlib.util
import io
import json
import sys
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 2**20
MEMORY = 768 * MEGABYTE
SECONDS = 15
RESULT_BYTES = 16 * MEGABYTE
UNREADABLE = 3

PIXELS = 50_000_000
QUALITY = 80
JPG_QUALITY = 76
SHEETS = 8
ROWS = 50
COLUMNS = 30
CELL = 200
DOCUMENT_PICTURES = 40
DOCUMENT_PICTURE_EDGE = 900
DOCUMENT_BYTES = 8 * MEGABYTE


def give_up_powers():
    """Limit memory, processor time and the size of what is written; Windows has no such limits."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, RESULT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


def photo(file, edge):
    """The photo upright, no larger than `edge`, as WebP without any of its remarks (EXIF, GPS)."""
    from PIL import Image  # noqa: PLC0415

    return as_webp(shrunk(Image, file, int(edge)))


def photo_jpg(file, edge):
    """The same as JPG, which a book takes as it is."""
    from PIL import Image  # noqa: PLC0415

    return as_jpg(shrunk(Image, file, int(edge)))


@contextmanager
def opened(image_module, file):
    """The picture, not decoded yet; one with too many pixels to decode is refused."""
    image_module.MAX_IMAGE_PIXELS = PIXELS
    with image_module.open(file, formats=["JPEG", "PNG", "GIF", "BMP"]) as image:
        if image.width * image.height > PIXELS:
            raise ValueError("too many pixels")
        yield image


def shrunk(image_module, file, edge):
    from PIL import ImageOps  # noqa: PLC0415

    with opened(image_module, file) as image:
        # A JPEG can be decoded at a half, a quarter or an eighth; it saves most of the work.
        image.draft("RGB", (edge * 2, edge * 2))
        # The fine resampling copies its input, so a large picture is halved and halved first.
        small = image.reduce(max(1, max(image.size) // (edge * 2)))
        small.thumbnail((edge, edge), image_module.Resampling.LANCZOS)
        return ImageOps.exif_transpose(small)


def marks(file):
    """By what the picture is known again, and when the camera says that it was taken."""
    from PIL import Image, ImageOps  # noqa: PLC0415

    drawing = neighbor("likeness/picture_marks.py")
    with opened(Image, file) as image:
        taken_at = drawing.taken_at(image)
        image.draft("RGB", (drawing.LARGEST * 2, drawing.LARGEST * 2))
        upright = ImageOps.exif_transpose(drawing.in_grey(image))
    return as_json({"taken_at": taken_at, **drawing.marks(upright)})


def remarks(file):
    """When and where the camera says that it was taken, of a whole picture or of its remarks alone."""
    from PIL import Image  # noqa: PLC0415

    camera = neighbor("camera.py")
    exif = camera.remarks_of(file.getvalue(), lambda: opened(Image, file))
    return as_json({"taken_at": camera.taken_at(exif), "place": camera.place(exif)})


def neighbor(path):
    """A module of the portal that imports nothing of it, loaded by its path."""
    place = Path(__file__).parent / path
    spec = importlib.util.spec_from_file_location(place.stem, place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def as_webp(image):
    """The picture alone: what a new image does not carry cannot be written."""
    plain = image.convert("RGBA" if has_alpha(image) else "RGB")
    plain.info.clear()
    result = io.BytesIO()
    plain.save(result, "WEBP", quality=QUALITY, method=2)
    return result.getvalue()


def as_jpg(image):
    """The picture alone, on white paper where it is transparent."""
    from PIL import Image  # noqa: PLC0415

    if has_alpha(image):
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    plain = image.convert("RGB")
    plain.info.clear()
    result = io.BytesIO()
    plain.save(result, "JPEG", quality=JPG_QUALITY, optimize=True)
    return result.getvalue()


def has_alpha(image):
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def pdf_facts(file):
    """How many pages, and the proportion (height by width) of the first ones."""
    document = open_pdf(file)
    count = len(document)
    sizes = [document.get_page_size(number) for number in range(min(count, 500))]
    return as_json({"pages": count, "ratios": [round(high / wide, 4) for wide, high in sizes]})


def pdf_page(file, number, edge):
    """One page as a WebP, `edge` wide, or as high when it is long and narrow."""
    return as_webp(drawn(file, number, edge))


def pdf_page_jpg(file, number, edge):
    """The same as JPG, which a book takes as it is."""
    return as_jpg(drawn(file, number, edge))


def drawn(file, number, edge):
    document = open_pdf(file)
    page = document[int(number) - 1]
    width, height = page.get_size()
    scale = min(int(edge) / width, 2 * int(edge) / height, 8)
    return page.render(scale=scale, may_draw_forms=True).to_pil()


def open_pdf(file):
    import pypdfium2  # noqa: PLC0415

    return pypdfium2.PdfDocument(file.read())


def docx(file):
    """The text of a Word file as HTML, its pictures made small; cleaned by the caller."""
    import mammoth  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    left = {"pictures": DOCUMENT_PICTURES, "bytes": DOCUMENT_BYTES}

    def picture(image):
        left["pictures"] -= 1
        alt = image.alt_text or ""
        if left["pictures"] < 0 or left["bytes"] < 0:
            return {"src": "", "alt": alt}
        try:
            with image.open() as source:
                webp = as_webp(shrunk(Image, io.BytesIO(source.read()), DOCUMENT_PICTURE_EDGE))
        except Exception:  # drawings in Windows' own formats, broken ones: the text still counts
            return {"src": "", "alt": alt}
        left["bytes"] -= len(webp)
        return {"src": "data:image/webp;base64," + base64.b64encode(webp).decode(), "alt": alt}

    # The page has its own first headings; the document's begin below them.
    headings = "\n".join(
        f"p[style-name='{word} {level}'] => h{min(level + 2, 6)}:fresh"
        for word in ("heading", "Heading")
        for level in range(1, 7)
    )
    result = mammoth.convert_to_html(
        file, style_map=headings, convert_image=mammoth.images.img_element(picture)
    )
    html = result.value
    return as_json({"html": html[: DOCUMENT_BYTES * 2], "cut": len(html) > DOCUMENT_BYTES * 2})


def xlsx(file):
    """The first rows and columns of the first sheets as text."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415

    workbook = CalamineWorkbook.from_filelike(file)
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    sheets = [rows_of(workbook.get_sheet_by_name(name)) for name in visible[:SHEETS]]
    return as_json({"sheets": sheets, "more_sheets": max(0, len(visible) - SHEETS)})


def rows_of(sheet):
    rows = sheet.to_python(skip_empty_area=False, nrows=ROWS)
    last_row, last_column = sheet.end or (-1, -1)
    return {
        "name": sheet.name,
        "rows": [[plain(cell) for cell in row[:COLUMNS]] for row in rows],
        "more_rows": max(0, last_row + 1 - ROWS),
        "more_columns": max(0, last_column + 1 - COLUMNS),
    }


def csv(file):
    """The first rows and columns of a list that is plain text, in whatever encoding offices write."""
    import csv  # noqa: PLC0415

    text = decoded(file.read())
    rows = list(csv.reader(text.splitlines(), dialect_of(text)))
    width = max(map(len, rows), default=0)
    sheet = {
        "name": "CSV",
        "rows": [[cell[:CELL] for cell in row[:COLUMNS]] for row in rows[:ROWS]],
        "more_rows": max(0, len(rows) - ROWS),
        "more_columns": max(0, width - COLUMNS),
    }
    return as_json({"sheets": [sheet], "more_sheets": 0})


def decoded(content):
    """Marked or strict Unicode first, then what a Chinese office program writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def dialect_of(text):
    """What separates the columns: a tab where the first line has one."""
    return "excel-tab" if "\t" in text.partition("\n")[0] else "excel"


def plain(cell):
    """A cell as people read it: 12 rather than 12.0, a day without a midnight."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    text = str(cell)
    return text.removesuffix(" 00:00:00")[:CELL]


def as_json(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


JOBS = {
    "photo": photo,
    "photo_jpg": photo_jpg,
    "marks": marks,
    "remarks": remarks,
    "pdf_facts": pdf_facts,
    "pdf_page": pdf_page,
    "pdf_page_jpg": pdf_page_jpg,
    "docx": docx,
    "xlsx": xlsx,
    "csv": csv,
}


def main(job, *numbers):
    give_up_powers()
    content = io.BytesIO(sys.stdin.buffer.read())
    try:
        result = JOBS[job](content, *numbers)
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}"[:500])
        return UNREADABLE
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
