"""Spreadsheets of any origin as sheets of text cells, numbered as Excel numbers them, and back.

Reads .xlsx, .xls (and .et) and delimited text, told apart by content and never by the name. What a
file claims and what it really unpacks to are both checked before anything is built in memory.
"""

import codecs
import csv
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time

import python_calamine
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PREAMBLE = 65_536
MIB = 2**20

MAX_BYTES = 50 * MIB
MAX_UNPACKED = 300 * MIB
MAX_MEMBERS = 5_000
MAX_SHEETS = 100
MAX_ROWS = 60_000
MAX_COLUMNS = 256
MAX_CELLS = 1_500_000

# A row or a cell as it opens, with everything it says of itself.
OPENING = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)")
PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")
DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# A formula once the program has cut blanks and folded full-width signs; "'" so that undoing is exact.
FORMULA = re.compile(r"'*[\s\"]*[=+\-@＝＋－＠\t\r]")
# Documents that can be text from the first byte to the last.
DOCUMENTS = ("%PDF-", "%!PS", "{\\rtf")
HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype\s+html|<html|<table|<head|<meta)", re.IGNORECASE)


class TableRefused(ValueError):
    """The file cannot be read as a table; the message is a sentence for the person who sent it.

    `code` is a stable word: empty, too big, not a spreadsheet, password, bomb, damaged.
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Sheet:
    """One sheet: `rows[0]` is Excel's row 1; every cell is text, an empty one is ""."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    hidden: bool = False
    # (first row, first column, last row, last column), counted from 0.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read(content, file_name="", max_bytes=MAX_BYTES):
    """The sheets of a file given as bytes; raises TableRefused with a sentence when it is none."""
    check_size(len(content), max_bytes)
    if content.startswith(ZIP_MAGIC):
        return read_xlsx(content)
    if content.startswith(OLE_MAGIC):
        return read_xls(content)
    return [read_text(content, file_name)]


def check_size(size, max_bytes=MAX_BYTES):
    """Refuse a file of nothing or of too much, before it is read."""
    if size == 0:
        raise TableRefused("empty", _("The file is empty (0 bytes). Save the list again and choose it anew."))
    if size > max_bytes:
        raise TableRefused(
            "too big",
            _("The file has %(size)s MB; at most %(limit)s MB can be read. Remove pictures or split it.")
            % {"size": -(-size // MIB), "limit": max_bytes // MIB},
        )


# xlsx


def read_xlsx(content):
    """The sheets of an Office Open XML workbook."""
    check_package(content)
    return sheets_of(content)


def check_package(content):
    """Refuse a package that is no workbook, or that unpacks to more than a list of units can hold."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        members = package.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
        raise damaged() from error
    if len(members) > MAX_MEMBERS:
        raise bomb()
    names = {member.filename for member in members}
    if len(names) != len(members):
        raise damaged()
    if "xl/workbook.xml" not in names:
        raise no_workbook(names)
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise bomb()
    left = MAX_UNPACKED
    for member in members:
        left -= check_member(content, member, left)


def no_workbook(names):
    """What to say of a package that holds something else."""
    if any(name.startswith("word/") for name in names):
        return TableRefused(
            "not a spreadsheet",
            _("This is a Word document. Copy its table into a spreadsheet and save it as .xlsx."),
        )
    if "xl/workbook.bin" in names or "content.xml" in names:
        return TableRefused(
            "not a spreadsheet",
            _("This kind of workbook cannot be read. Save it as .xlsx and choose it anew."),
        )
    return not_a_spreadsheet()


def check_member(content, member, left):
    """The bytes a member really unpacks to, whatever it claims; sheets are also measured."""
    if member.flag_bits & 0x1:
        raise protected()
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()
    is_xml = member.filename.endswith((".xml", ".rels"))
    measure = Measure() if member.filename.startswith("xl/worksheets/") else None
    size, tail = 0, b""
    for chunk in unpacked(content, member):
        size += len(chunk)
        if size > left or size > member.file_size:
            raise bomb()
        if is_xml and DOCTYPE.search(tail + chunk):
            raise damaged()
        if measure:
            measure.add(chunk)
        tail = chunk[-20:]
    if measure:
        measure.finish()
    return size


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
        for at in range(0, len(packed), PREAMBLE):
            piece = decompress.decompress(packed[at : at + PREAMBLE], MIB)
            yield piece
            while decompress.unconsumed_tail:
                yield decompress.decompress(decompress.unconsumed_tail, MIB)
    except zlib.error as error:
        raise damaged() from error


class Measure:
    """How far a sheet reaches, counted while it streams by, whatever it claims.

    A workbook with two cells at opposite corners stands for 17 billion cells in a few bytes.
    """

    def __init__(self):
        self.rest = b""
        self.row = self.column = self.cells = self.height = self.width = 0

    def add(self, chunk):
        """Measure all tags that are complete; the last one may go on in the next chunk."""
        text = self.rest + chunk
        cut = max(text.rfind(b"<"), 0)
        self.rest = text[cut:]
        if len(self.rest) > 2 * MIB:
            raise damaged()
        self.count(text[:cut])

    def finish(self):
        self.count(self.rest)

    def count(self, text):
        for tag, about in OPENING.findall(text):
            # A ">" inside quotes would hide what follows it.
            if about.count(b'"') % 2 or about.count(b"'") % 2:
                raise damaged()
            place = PLACE.search(about)
            if tag == b"row":
                self.row, self.column = int(place[2]) if place else self.row + 1, 0
            else:
                self.column = column_number(place[1]) if place else self.column + 1
                self.row = int(place[2]) if place else self.row
                self.cells += 1
            self.height, self.width = max(self.height, self.row), max(self.width, self.column)
        self.check()

    def check(self):
        if self.height > MAX_ROWS or self.cells > MAX_CELLS:
            raise too_long()
        if self.width > MAX_COLUMNS:
            raise too_wide()
        if self.height * self.width > 2 * MAX_CELLS:
            raise too_long()


def column_number(letters):
    """A → 1, AA → 27; no letters → 0."""
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number


# xls


def read_xls(content):
    """The sheets of an old binary workbook (.xls, .et), unless it is locked or something else."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise protected()
    if "WordDocument".encode("utf-16-le") in content:
        raise TableRefused(
            "not a spreadsheet",
            _("This is a Word document. Copy its table into a spreadsheet and save it as .xlsx."),
        )
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise not_a_spreadsheet()
    return sheets_of(content)


def sheets_of(content):
    """What calamine reads, as text."""
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(content))
        if len(workbook.sheets_metadata) > MAX_SHEETS:
            raise too_long()
        return [sheet_of(workbook, about) for about in workbook.sheets_metadata if is_worksheet(about)]
    except python_calamine.PasswordError as error:
        raise protected() from error
    except (python_calamine.CalamineError, OSError, ValueError, UnicodeError) as error:
        if isinstance(error, TableRefused):
            raise
        raise damaged() from error


def is_worksheet(about):
    return about.typ == python_calamine.SheetTypeEnum.WorkSheet


def sheet_of(workbook, about):
    """One sheet; a hidden one is named but not read."""
    if about.visible != python_calamine.SheetVisibleEnum.Visible:
        return Sheet(about.name, hidden=True)
    found = workbook.get_sheet_by_name(about.name)
    if found.end is None:
        return Sheet(about.name)
    if found.total_height > MAX_ROWS:
        raise too_long()
    if found.total_width > MAX_COLUMNS:
        raise too_wide()
    rows = [[text_of(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
    merged = [(*start, *end) for start, end in found.merged_cell_ranges or []]
    return Sheet(about.name, rows, merged=merged)


def text_of(cell):
    """A cell as the text that a person would have typed; whole numbers lose their ".0"."""
    if isinstance(cell, str):
        # A workbook can spell control characters out; PostgreSQL holds no NUL in a text.
        return CONTROL.sub("", cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        # Beyond 15 digits a spreadsheet has rounded: the number must not look whole.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).upper()
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


# delimited text


def read_text(content, file_name=""):
    """The one sheet of a delimited text file, named like the file without its ending."""
    text = decode(content)
    if HTML.match(text[:1000]):
        raise TableRefused(
            "not a spreadsheet",
            _("This is a web page with a spreadsheet's name. Open it, save it as .xlsx, choose it anew."),
        )
    if CONTROL.search(text) or text.startswith(DOCUMENTS):
        raise not_a_spreadsheet()
    return Sheet(stem(file_name), split(text))


def decode(content):
    """Text by its byte-order mark, else as strict UTF-8, else as GB18030; never guessed."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return strictly(content, encoding)
    if b"\x00" in content[:PREAMBLE]:
        raise not_a_spreadsheet()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return strictly(content, "gb18030")


def strictly(content, encoding):
    """Decode or refuse, saying where the first unreadable character stands."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        head = content[: error.start]
        # A picture or a program breaks at once; a list of units breaks far down, in a named line.
        if error.start < 200 or CONTROL.search(head.decode(encoding, "ignore")):
            raise not_a_spreadsheet() from error
        raise TableRefused(
            "damaged",
            _("Line %(line)s of the text cannot be read. Save the list as .xlsx and choose it anew.")
            % {"line": head.count(b"\n") + 1},
        ) from error


def split(text):
    """The records of delimited text; quoted line breaks stay inside their cell."""
    # What stands in quotes is no delimiter.
    lines = re.sub(r'"[^"]*"', "", text[:PREAMBLE]).splitlines()[:50]
    delimiter = max(",\t;", key=lambda mark: sum(line.count(mark) for line in lines))
    rows, cells = [], 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([undefused(cell) for cell in row])
            cells += len(row)
            if len(rows) > MAX_ROWS or cells > MAX_CELLS:
                raise too_long()
            if len(row) > MAX_COLUMNS:
                raise too_wide()
    except csv.Error as error:
        raise damaged() from error
    return rows


def stem(file_name):
    """The file's name without folders and ending."""
    name = re.split(r"[\\/]", file_name)[-1]
    return (name.rpartition(".")[0] or name)[:100]


# what is said of a file that is refused


def not_a_spreadsheet():
    return TableRefused(
        "not a spreadsheet", _("This is not a spreadsheet. Choose the list as .xlsx, .xls or .csv.")
    )


def protected():
    return TableRefused(
        "password", _("The file is protected by a password. Save it without one and choose it anew.")
    )


def damaged():
    return TableRefused(
        "damaged",
        _("The file is damaged or not what its ending says. Open it, save it as .xlsx, choose it anew."),
    )


def bomb():
    return TableRefused(
        "bomb", _("The file unpacks to far more than a list of units holds and was not opened.")
    )


def too_long():
    return TableRefused(
        "bomb",
        _("A sheet reaches beyond row %(rows)s. Delete the empty rows below the list, or split it.")
        % {"rows": MAX_ROWS},
    )


def too_wide():
    return TableRefused(
        "bomb",
        _("A sheet reaches beyond column %(columns)s. Delete the empty columns beside the list.")
        % {"columns": MAX_COLUMNS},
    )


# and back


def write_xlsx(title, headings, rows, widths=()):
    """A workbook of one sheet as bytes; every text is text, so that nothing in it is a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_title(title)
    for number, row in enumerate([headings, *rows], start=1):
        for column, value in enumerate(row, start=1):
            put(sheet.cell(number, column), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F3EFE8")
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sheet_title(text):
    """A name that a sheet may have."""
    return re.sub(r"[\\/*?:\[\]]", " ", str(text))[:31] or "1"


def put(cell, value):
    """A number as a number, everything else as text, whatever it begins with."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        return
    cell.value = CONTROL.sub("", "" if value is None else str(value))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)


def write_csv(headings, rows):
    """Delimited text as bytes, with the mark by which Excel knows UTF-8, and no cell a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [[defused(value) for value in row] for row in [headings, *rows]]
    )
    return text.getvalue().encode("utf-8-sig")


def defused(value):
    """Text that a spreadsheet program would run as a formula, made text by a leading apostrophe."""
    text = CONTROL.sub("", "" if value is None else str(value))
    return f"'{text}" if FORMULA.match(text) else text


def undefused(text):
    """What `defused` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
