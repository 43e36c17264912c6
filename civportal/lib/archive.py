"""A zip that is written while it is sent: nothing is packed, and its length is known before.

Names are UTF-8 and say so (flag 11), which every tool of the last fifteen years reads; size and
checksum stand before each file and not behind it, so that tools that read from front to back (and
those that cannot look back) understand it as well. Beyond 4 GiB or 65,535 files the records of the
64-bit format follow.
"""

import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.utils.timezone import localtime

from . import filetypes

CHUNK = 2**16
UTF8, STORED = 0x800, 0
# Made on a system where names are what they are; a plain file that its owner may change.
UNIX, PLAIN_FILE = 3 << 8, 0o100644 << 16
OLD, LARGE = 20, 45
MOST, MOST_FILES = 0xFFFFFFFF, 0xFFFF
LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
END_LARGE, LOCATOR = struct.Struct("<4sQ2H2I4Q"), struct.Struct("<4sIQI")
EXTRA = struct.Struct("<2HQ")
# Windows opens no path of more than 260 letters, and the folder one unpacks into is long already.
NAME_LENGTH, FOLDER_LENGTH = 60, 30


class ArchiveBroken(Exception):
    """A file is not what it was when it was counted; what was sent so far must not look whole."""


@dataclass(frozen=True)
class Member:
    """A file of the archive: its path with slashes, what it will hold, and how it is opened."""

    path: str
    size: int
    crc: int
    opened: Callable[[], IO[bytes]]

    @property
    def name(self) -> bytes:
        return self.path.encode("utf-8")


def stream(members: Iterable[Member], at: datetime) -> Iterator[bytes]:
    """The zip piece by piece; all files bear the time `at`.

    Raises ArchiveBroken when a file has another size or checksum than its member says, and OSError
    when one cannot be read.
    """
    directory, offset = [], 0
    when = dos_time(at)
    for member in members:
        directory.append(central_of(member, offset, when))
        head = local_of(member, when)
        yield head
        yield from content_of(member)
        offset += len(head) + member.size
    yield from directory
    yield end_of(len(directory), sum(map(len, directory)), offset)


def length(members: Iterable[tuple[str, int]]) -> int:
    """How many bytes the zip of these files has: (path, size) of each."""
    offset = directory = count = 0
    for path, size in members:
        name = len(path.encode("utf-8"))
        directory += CENTRAL.size + name + (EXTRA.size if offset >= MOST else 0)
        offset += LOCAL.size + name + size
        count += 1
    return offset + directory + len(end_of(count, directory, offset))


def checksum(file: IO[bytes]) -> int:
    """The checksum that a zip wants of a file, read in pieces from where it stands."""
    crc = 0
    while chunk := file.read(CHUNK):
        crc = zlib.crc32(chunk, crc)
    return crc


def content_of(member: Member) -> Iterator[bytes]:
    size = crc = 0
    with member.opened() as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
            if size > member.size:
                break
            yield chunk
    if (size, crc) != (member.size, member.crc):
        raise ArchiveBroken(member.path)


def local_of(member: Member, when: tuple[int, int]) -> bytes:
    """What stands before a file."""
    name = member.name
    head = LOCAL.pack(
        b"PK\x03\x04", OLD, UTF8, STORED, *when, member.crc, member.size, member.size, len(name), 0
    )
    return head + name


def central_of(member: Member, offset: int, when: tuple[int, int]) -> bytes:
    """A file's line in the directory at the end."""
    name, large = member.name, offset >= MOST
    needed = LARGE if large else OLD
    extra = EXTRA.pack(1, 8, offset) if large else b""
    line = CENTRAL.pack(
        b"PK\x01\x02",
        UNIX | needed,
        needed,
        UTF8,
        STORED,
        *when,
        member.crc,
        member.size,
        member.size,
        len(name),
        len(extra),
        0,
        0,
        0,
        PLAIN_FILE,
        min(offset, MOST),
    )
    return line + name + extra


def end_of(count: int, size: int, offset: int) -> bytes:
    """What closes the zip: how many files, and where their directory stands."""
    large = b""
    if count >= MOST_FILES or size >= MOST or offset >= MOST:
        large = END_LARGE.pack(
            b"PK\x06\x06", END_LARGE.size - 12, UNIX | LARGE, LARGE, 0, 0, count, count, size, offset
        ) + LOCATOR.pack(b"PK\x06\x07", 0, offset + size, 1)
    files = min(count, MOST_FILES)
    return large + END.pack(b"PK\x05\x06", 0, 0, files, files, min(size, MOST), min(offset, MOST), 0)


def dos_time(at: datetime) -> tuple[int, int]:
    """Time and date as a zip writes them, by the clocks of the portal, in steps of two seconds."""
    at = localtime(at)
    return at.hour << 11 | at.minute << 5 | at.second // 2, at.year - 1980 << 9 | at.month << 5 | at.day


class Names:
    """Gives paths that every system can unpack, each once, whatever people called their files."""

    def __init__(self) -> None:
        self.given: set[str] = set()

    def path(self, *folders: str, name: str, kind: str = "") -> str:
        """The path of a file in these folders; a second one of the same name is numbered."""
        within = "/".join(plain(folder) for folder in folders)
        stem, dot, ending = shortened(filetypes.clean_name(name, kind)).rpartition(".")
        stem, ending = (stem, f".{ending}") if dot else (ending, "")
        for number in range(1, 10_000):
            mark = f"（{number}）" if number > 1 else ""
            found = f"{within}/{stem}{mark}{ending}".lstrip("/")
            # Windows and macOS do not tell large letters from small ones.
            if found.casefold() not in self.given:
                break
        self.given.add(found.casefold())
        return found


def plain(folder: str) -> str:
    """A folder's name as every system takes it: short, no slash, no dot at its end."""
    name = unicodedata.normalize("NFC", filetypes.clean_name(folder.replace("/", "／")))
    return name[:FOLDER_LENGTH].strip(". ") or "_"


def shortened(name: str) -> str:
    """A name of bearable length, its ending kept."""
    name = unicodedata.normalize("NFC", name)
    if len(name) <= NAME_LENGTH:
        return name
    ending = filetypes.extension_of(name)
    if not ending:
        return name[:NAME_LENGTH]
    return f"{name[: NAME_LENGTH - len(ending) - 1]}.{name[-len(ending) :]}"
