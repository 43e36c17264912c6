"""The originals of a binder: read whole once, proved by their hash, and drawn for the book where possible."""

import hashlib
import time
import zlib

from civportal.lib import files, preview

# A step answers after so many seconds at the latest, and one file.
SECONDS = 4
# Of a longer PDF the book shows the first pages; all of it lies in the archive.
PDF_PAGES = 6
# So many pictures and pages a book shows; more would neither be read nor bound, nor fit into memory.
PICTURES = 400


def look_on(originals, checked, *, seconds=SECONDS):
    """Look at the next originals until the time is over; `checked` gains a line for each.

    Answers whether all were looked at. Drawn pictures are kept as previews, so that the book finds
    them there, and so does the next binder.
    """
    end = time.monotonic() + seconds
    for original in originals:
        if original.key in checked:
            continue
        if time.monotonic() > end:
            return False
        checked[original.key] = looked_at(original)
    return True


def looked_at(original):
    """{crc, size} of a whole original and {pictures, pages} of what the book shows, or a {problem}."""
    try:
        crc = crc_of(original)
    except (FileNotFoundError, Damaged) as why:
        return {"problem": "damaged" if isinstance(why, Damaged) else "missing"}
    whole = {"crc": crc, "size": original.size}
    try:
        return whole | drawn(original)
    except preview.NotShown as why:
        return whole | {"hidden": why.reason}


class Damaged(Exception):
    """The kept file is not the one that was taken in."""


def crc_of(original):
    """The checksum that a zip wants, while the hash proves that the original is what it was."""
    digest, crc, size = hashlib.sha256(), 0, 0
    with files.open_file(original.folder, original.sha256) as file:
        while chunk := file.read(files.CHUNK):
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
    if digest.hexdigest() != original.sha256 or size != original.size:
        raise Damaged(original.key)
    return crc


def drawn(original):
    """How many pictures the book can show of it, drawn and kept now; of how many pages."""
    if original.is_picture:
        preview.printed_photo(original.folder, original.sha256).close()
        return {"pictures": 1, "pages": 1}
    if original.kind != "pdf":
        return {"pictures": 0, "pages": 0}
    pages = preview.pdf_facts(original.folder, original.sha256)["pages"]
    shown = min(pages, PDF_PAGES)
    for number in range(1, shown + 1):
        preview.printed_page(original.folder, original.sha256, number).close()
    return {"pictures": shown, "pages": pages}


def is_whole(check):
    """Whether the original is there as it was taken in."""
    return "crc" in check
