"""The archive of a binder: a folder for each unit with its book, its originals, a page and a manifest.

Nothing is packed on the server: what a folder holds is kept as a list, and the zip is written from
the list and the store while it is sent. Names of paths are Chinese, for people look at them.
"""

import json
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string

from assessments.models import Binder
from civportal.lib import archive, files
from civportal.lib.archive import Member, Names

PAGE, MANIFEST, STYLE, ORIGINALS = "index.html", "manifest.json", "style.css", "原件"
STYLES = ("tokens.css", "archive.css")


def folder_for(cycle, unit):
    """The one folder of an archive, so that unpacking does not litter; without a unit, of all."""
    return archive.plain(f"{cycle.year}年台账 {unit.name if unit else '全部单位'}")


def folder_within(number, unit):
    """A unit's folder among those of others."""
    return archive.plain(f"{number:03} {unit.name}")


def book_name(contents):
    """What the book is called: as the folder of a single unit."""
    return f"{folder_for(contents.cycle, contents.unit)}.pdf"


def keep_folder(volume, contents, plates, book):
    """Keep the page, the manifest and the list of a unit's folder; answers (list, bytes, fingerprint).

    `book` is the kept book as a part. Fingerprint is the manifest's.
    """
    parts = [book, style_part(), *originals_of(contents, plates)]
    manifest = keep(MANIFEST, as_json(manifest_of(volume, contents, plates, parts)))
    context = {"binder": volume.binder, "contents": contents, "book": book}
    page = keep(PAGE, render_to_string("assessments/binder/archive/unit.html", context).encode())
    return sealed([page, manifest, *parts], manifest)


def keep_root(binder, volumes):
    """What stands beside the units' folders: the page that leads to them, and their fingerprints."""
    listed = [
        {"unit": volume.unit.name, "folder": volume.folder, "manifest_sha256": volume.sha256}
        for volume in volumes
    ]
    manifest = keep(MANIFEST, as_json({**head_of(binder), "units": listed}))
    context = {"binder": binder, "volumes": volumes}
    page = keep(PAGE, render_to_string("assessments/binder/archive/root.html", context).encode())
    return sealed([page, style_part(), manifest], manifest)


def sealed(parts, manifest):
    """Keep the list of parts: (its hash, the bytes of all parts, the manifest's fingerprint)."""
    return keep("", as_json(parts))["sha256"], sum(part["size"] for part in parts), manifest["sha256"]


def originals_of(contents, plates):
    """The originals that are there, each at a path of its own: class, number, name."""
    names, parts = Names(), []
    for section in contents.sections:
        for original in (one for record in section.records for one in record.originals):
            plate = plates[original.number]
            original.remark = plate.remark
            if not plate.is_lost:
                original.path = path_of(original, section, names)
                check = plate.check
                kept = (original.folder, original.sha256, check["size"], check["crc"])
                parts.append(part_of(original.path, *kept))
    return parts


def path_of(original, section, names):
    name = f"{original.number} {original.name}"
    return names.path(ORIGINALS, f"{section.number} {section.name}", name=name, kind=original.kind)


def part_of(path, folder, sha256, size, crc):
    return {"path": path, "folder": folder, "sha256": sha256, "size": size, "crc": crc}


def style_part():
    """How the page looks: our own colors and a few rules, as a file beside it."""
    folder = settings.BASE_DIR / "static" / "css"
    return keep(STYLE, b"\n".join((folder / name).read_bytes() for name in STYLES))


def keep(path, content):
    """Keep a small file of the archive as a part of it."""
    sha256 = files.save(content, Binder.FOLDER)
    return part_of(path, Binder.FOLDER, sha256, len(content), archive.checksum(ContentFile(content)))


def as_json(value):
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def head_of(binder):
    return {
        "binder": binder.pk,
        "year": binder.cycle.year,
        "made_at": binder.begun_at.isoformat(timespec="seconds"),
        "hash": "SHA-256",
    }


def manifest_of(volume, contents, plates, parts):
    """Every file of the folder with its fingerprint, and what is missing."""
    numbers = {original.path: original for original in contents.originals if original.path}
    return {
        **head_of(volume.binder),
        "unit": contents.unit.name,
        "records": contents.entry_count,
        "files": [described(part, numbers.get(part["path"])) for part in parts],
        "missing": [
            {"number": number, "name": plate.original.name, "sha256": plate.original.sha256}
            for number, plate in plates.items()
            if plate.is_lost
        ],
    }


def described(part, original):
    """A file as the manifest lists it; of an original also its number, its name and what it shows."""
    said = {"path": part["path"], "size": part["size"], "sha256": part["sha256"]}
    if original is None:
        return said
    return said | {"number": original.number, "name": original.name, "caption": original.caption}


# on its way


def parts_of(sha256):
    """The list of a folder, as it was kept."""
    with files.open_file(Binder.FOLDER, sha256) as kept:
        return json.load(kept)


def members(binder):
    """Every file of the archive, unit after unit; one unit's list at a time is in memory."""
    if binder.parts_sha256:
        yield from members_in(binder.folder, binder.parts_sha256)
    for volume in binder.volumes.iterator():
        inner = binder.folder if binder.is_of_one else f"{binder.folder}/{volume.folder}"
        yield from members_in(inner, volume.parts_sha256)


def members_of(volume):
    """The files of one unit's folder alone."""
    return members_in(volume.folder, volume.parts_sha256)


def members_in(folder, sha256):
    for part in parts_of(sha256):
        opened = partial(files.open_file, part["folder"], part["sha256"])
        yield Member(f"{folder}/{part['path']}", part["size"], part["crc"], opened)


def stored_by(binder):
    """The hashes of what is kept for this binder alone: books, pages, manifests, lists."""
    lists = [binder.parts_sha256, *binder.volumes.values_list("parts_sha256", flat=True)]
    for sha256 in filter(None, lists):
        try:
            parts = parts_of(sha256)
        except FileNotFoundError:
            continue
        yield sha256
        # The style is every binder's.
        yield from (
            part["sha256"] for part in parts if part["folder"] == Binder.FOLDER and part["path"] != STYLE
        )
