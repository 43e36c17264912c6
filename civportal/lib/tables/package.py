"""Zip packages (.xlsx, .ods): what they claim and what they really unpack to, checked before use."""

import io
import re
import struct
import zipfile
import zlib

from .sheet import MIB, bomb, damaged, not_a_spreadsheet, other_workbook, protected, word_document

ZIP_MAGIC = b"PK\x03\x04"
MAX_UNPACKED = 300 * MIB
MAX_MEMBERS = 5_000
# Texts, styles and the like; the sheets themselves are measured.
MAX_PART = 128 * MIB
PIECE = 65_536

DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Package:
    """The members of a zip package by name, none of them unpacked yet.

    Raises TableRefused when the directory is broken or claims too much.
    """

    def __init__(self, content):
        self.content = content
        try:
            members = zipfile.ZipFile(io.BytesIO(content)).infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            raise damaged() from error
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise bomb()
        self.members = {member.filename: member for member in members}
        if len(self.members) != len(members):
            raise damaged()

    def __contains__(self, name):
        return name in self.members

    def check(self, watch=lambda name, chunk: None):
        """Unpack every member once, keep nothing; `watch` is shown each piece of each member."""
        left = MAX_UNPACKED
        for name, member in self.members.items():
            # A longer member that is no sheet is no text of a list either.
            most = left if is_sheet(name) or not is_xml(name) else min(left, MAX_PART)
            left -= sum(map(len, self.shown(member, most, watch)))

    def shown(self, member, most, watch):
        for chunk in self.chunks(member.filename, most):
            watch(member.filename, chunk)
            yield chunk

    def chunks(self, name, most=MAX_UNPACKED):
        """A member piece by piece; raises TableRefused when it is more than it claims or than `most`."""
        member = self.members[name]
        if member.flag_bits & 0x1:
            raise protected()
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        size, tail = 0, b""
        for chunk in unpacked(self.content, member):
            size += len(chunk)
            if size > most or size > member.file_size:
                raise bomb()
            if is_xml(name) and b"<!" in (edge := tail + chunk) and DOCTYPE.search(edge):
                raise damaged()
            yield chunk
            tail = chunk[-20:]

    def part(self, name, most=MAX_PART):
        """A small member as a whole, b"" when there is none."""
        return b"".join(self.chunks(name, most)) if name in self.members else b""

    def with_parts(self, parts):
        """The package as bytes, some members replaced."""
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for name in self.members:
                with package.open(name, "w") as target:
                    for chunk in [parts[name]] if name in parts else self.chunks(name):
                        target.write(chunk)
        return kept.getvalue()

    def refusal(self):
        """What to say of a package that is no workbook we read."""
        if any(name.startswith("word/") for name in self.members):
            return word_document()
        if "xl/workbook.bin" in self.members or "content.xml" in self.members:
            return other_workbook()
        return not_a_spreadsheet()


def is_sheet(name):
    return name.lower().startswith("xl/worksheets/") or name == "content.xml"


def is_xml(name):
    return name.lower().endswith((".xml", ".rels"))


def unpacked(content, member):
    """The member's content piece by piece, straight from the compressed bytes."""
    start = member.header_offset
    header = content[start : start + 30]
    if len(header) < 30 or header[:4] != ZIP_MAGIC:
        raise damaged()
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start += 30 + name_length + extra_length
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + MIB]) for at in range(0, len(packed), MIB))
        return
    decompress = zlib.decompressobj(-15)
    try:
        for at in range(0, len(packed), PIECE):
            yield decompress.decompress(packed[at : at + PIECE], MIB)
            while decompress.unconsumed_tail:
                yield decompress.decompress(decompress.unconsumed_tail, MIB)
    except zlib.error as error:
        raise damaged() from error
