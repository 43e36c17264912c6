"""Previews of untrusted files: made once in a child process, then kept under the content's hash."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore

import nh3
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from . import files

logger = logging.getLogger(__name__)

CHILD = Path(__file__).with_name("preview_child.py")
SECONDS = 20
UNREADABLE = 3
# A child that crashed or ran out of time may do better on a quieter machine.
TRY_AGAIN_AFTER = 600
# What can be made up for later does not keep an upload waiting.
PATIENCE = 2
# PDFium and Pillow use a whole core each; more at once would starve the pages.
AT_ONCE = 2
_slots = BoundedSemaphore(AT_ONCE)
# Raised when what the child makes changes, so that the old previews are not used any more.
VERSION = 1

SMALL, LARGE = 480, 1600
# What a book prints: half a page's width and a whole page, at about 150 dots an inch or better.
PRINTED_PHOTO, PRINTED_PAGE = 900, 1300

# What may be in a Word file's text: no links, styles, scripts, nothing that is fetched from anywhere.
TAGS = {
    *("p", "br", "strong", "em", "s", "u", "sub", "sup", "ul", "ol", "li", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "img", "pre", "blockquote"),
}
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "img": {"src", "alt"}}
OWN_PICTURE = "data:image/webp;base64,"


class NotShown(Exception):
    """The file cannot be shown in the page: "missing", "unreadable", "old", or the machine is "busy"."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def photo(folder, sha256, edge):
    """The photo upright, within `edge` pixels, as an opened WebP file without EXIF; raises NotShown."""
    return made_once(folder, sha256, "webp", "photo", edge)


def pdf_page(folder, sha256, number, edge):
    """One page of a PDF, `edge` pixels wide, as an opened WebP file; raises NotShown."""
    return made_once(folder, sha256, "webp", "pdf_page", number, edge)


def printed_photo(folder, sha256):
    """The photo upright for printing, as an opened JPG without EXIF; raises NotShown."""
    return made_once(folder, sha256, "jpg", "photo_jpg", PRINTED_PHOTO)


def printed_page(folder, sha256, number):
    """One page of a PDF for printing, as an opened JPG; raises NotShown."""
    return made_once(folder, sha256, "jpg", "pdf_page_jpg", number, PRINTED_PAGE)


def pdf_facts(folder, sha256):
    """How many pages a PDF has and their proportions: {pages, ratios}; raises NotShown."""
    return json.load(made_once(folder, sha256, "json", "pdf_facts"))


def docx(folder, sha256):
    """The text of a Word file as clean HTML: {html, cut}; raises NotShown."""
    return json.load(made_once(folder, sha256, "json", "docx", clean=clean_document))


def xlsx(folder, sha256):
    """The first rows of a workbook: {sheets: [{name, rows, more_rows, more_columns}], more_sheets}."""
    return json.load(made_once(folder, sha256, "json", "xlsx"))


def csv(folder, sha256):
    """The first rows of a list in plain text, like `xlsx`; raises NotShown."""
    return json.load(made_once(folder, sha256, "json", "csv"))


def marks(folder, sha256):
    """By what a picture is known again: for `likeness.pictures.read`, and `taken_at`; raises NotShown."""
    with opened(folder, sha256) as source:
        return json.loads(run_child(source, "marks", patience=PATIENCE))


def remarks(source):
    """When and where a photo was taken: {taken_at, place}, read of an opened picture or of the remarks
    (EXIF) that came apart from it; the file is rewound. Raises NotShown."""
    try:
        return json.loads(run_child(source, "remarks", patience=PATIENCE))
    finally:
        source.seek(0)


def opens(file):
    """Whether a PDF can be read without a password, tried on the file itself; the file is rewound."""
    try:
        run_child(file, "pdf_facts")
    except NotShown as why:
        return why.reason == "busy"
    finally:
        file.seek(0)
    return True


def clean_document(result):
    """The child's HTML is not trusted either: only known tags, only pictures that came with it."""
    document = json.loads(result)
    document["html"] = nh3.clean(
        document["html"],
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"data"},
        attribute_filter=lambda tag, name, value: (
            value if name != "src" or value.startswith(OWN_PICTURE) else None
        ),
        link_rel=None,
    )
    return json.dumps(document, ensure_ascii=False).encode()


def made_once(folder, sha256, ending, job, *numbers, clean=bytes):
    """The kept result of a job on a kept file, made when it is asked for first; raises NotShown."""
    variant = "-".join([job, *map(str, numbers)])
    place = f"previews/{sha256[:2]}/{sha256}/{VERSION}-{variant}"
    try:
        return default_storage.open(f"{place}.{ending}")
    except FileNotFoundError:
        pass
    refuse_again(place)
    try:
        with opened(folder, sha256) as source:
            result = clean(run_child(source, job, *numbers))
    except NotShown as why:
        remember(place, why.reason)
        raise
    keep(f"{place}.{ending}", result)
    return ContentFile(result)


def keep(name, result):
    """Keep a preview for the next look; a full disk costs time then, not the page now."""
    try:
        default_storage.save(name, ContentFile(result))
    except OSError:
        logger.exception("preview %s could not be kept", name)


def refuse_again(place):
    """What failed before is not tried again at every look."""
    if reason := cache.get(f"preview:{place}"):
        raise NotShown(reason)
    if default_storage.exists(f"{place}.unreadable"):
        raise NotShown("unreadable")


def remember(place, reason):
    """An unreadable file stays so; a crash or a time-out is tried again after a while."""
    if reason == "unreadable":
        keep(f"{place}.unreadable", b"-")
    elif reason == "busy":
        cache.set(f"preview:{place}", "busy", TRY_AGAIN_AFTER)


@contextmanager
def opened(folder, sha256):
    """The kept file as one that a child can be given; raises NotShown when it is gone."""
    try:
        source = files.open_file(folder, sha256)
    except FileNotFoundError:
        raise NotShown("missing") from None
    with source:
        yield source


def run_child(source, job, *numbers, patience=SECONDS):
    """What the child writes about a file; raises NotShown, also when none is free within the patience.

    The child gets the file as its input and nothing else: no environment, no settings, no sockets.
    """
    if not _slots.acquire(timeout=patience):
        raise NotShown("busy")
    try:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as result:
            source.seek(0)
            for chunk in iter(lambda: source.read(files.CHUNK), b""):
                given.write(chunk)
            given.seek(0)
            child = subprocess.run(  # noqa: S603 – our own script, numbers only
                [sys.executable, "-I", "-B", str(CHILD), job, *map(str, numbers)],
                stdin=given,
                stdout=result,
                stderr=subprocess.PIPE,
                timeout=SECONDS,
                env=bare_environment(),
                check=False,
            )
            result.seek(0)
            output = result.read()
    except subprocess.TimeoutExpired:
        logger.warning("preview %s took longer than %s s", job, SECONDS)
        raise NotShown("busy") from None
    finally:
        _slots.release()
    if child.returncode == 0:
        return output
    logger.warning("preview %s ended with %s: %s", job, child.returncode, child.stderr[-300:])
    raise NotShown("unreadable" if child.returncode == UNREADABLE else "busy")


def bare_environment():
    """What Python needs to start, and nothing that the portal knows."""
    return {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "LANG") if name in os.environ}
