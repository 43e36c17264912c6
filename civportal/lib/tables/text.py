"""Delimited text (.csv, .txt, and .xls that is really that) as one sheet."""

import codecs
import csv
import re
import unicodedata

from django.utils.translation import gettext as _

from .sheet import Room, Sheet, TableRefused, damaged, not_a_spreadsheet
from .values import CONTROL, once
from .writing import undefused

PREAMBLE = 65_536
# Documents that can be text from the first byte to the last.
DOCUMENTS = ("%PDF-", "%!PS", "{\\rtf", "<?xml", "<!")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
DECLARED = 4096
DECLARATION = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
# GB 18030 holds all that the older ones hold.
ENCODINGS = {
    b"utf-8": "utf-8",
    b"gb2312": "gb18030",
    b"gbk": "gb18030",
    b"gb18030": "gb18030",
    b"big5": "big5",
}
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(text, file_name=""):
    """The one sheet of a delimited text file, named like the file without its ending."""
    if CONTROL.search(text) or text.lstrip().startswith(DOCUMENTS):
        raise not_a_spreadsheet()
    return Sheet(stem(file_name), split(text))


def decode(content):
    """Text by its byte-order mark, else UTF-16 where that is beyond doubt, else UTF-8, else GB18030."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return strictly(content, encoding)
    if encoding := declared(content[:DECLARED]):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            # Pages often claim what they are not.
            pass
    if b"\x00" in content[:PREAMBLE]:
        return strictly(content, utf16_order(content[:PREAMBLE]))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return strictly(content, "gb18030")


def declared(head):
    """The encoding that a web page or an XML document says it has, if it is one that we know."""
    found = DECLARATION.search(head) if head.lstrip()[:1] == b"<" else None
    return ENCODINGS.get(found[1].lower()) if found else None


def utf16_order(head):
    """The byte order of UTF-16 without a mark, when only one of the two makes sense.

    A line end of the one order is no character at all in the other. Raises TableRefused when that tells
    nothing: NULs of a picture or a program.
    """
    fitting = [order for order in ("utf-16-le", "utf-16-be") if makes_sense(head, order)]
    if len(fitting) != 1:
        raise not_a_spreadsheet()
    return fitting[0]


def makes_sense(head, order):
    """Whether the bytes are lines of known characters in that order."""
    try:
        # The last character may go on behind the head.
        text = codecs.getincrementaldecoder(order)().decode(head)
    except UnicodeDecodeError:
        return False
    kinds = {unicodedata.category(character) for character in set(text) - set("\t\r\n")}
    return not kinds & {"Cc", "Cn"} and bool(set(text) & set("\n\t,"))


def strictly(content, encoding):
    """Decode or refuse, saying where the first unreadable character stands."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        head = content[: error.start].decode(encoding, "ignore")
        # A picture or a program breaks at once; a list of units breaks far down, in a named line.
        if error.start < 200 or CONTROL.search(head):
            raise not_a_spreadsheet() from error
        raise TableRefused(
            "damaged",
            _("Line %(line)s of the text cannot be read. Save the list as .xlsx and choose it anew.")
            % {"line": head.count("\n") + 1},
        ) from error


def split(text):
    """The records of delimited text; quoted line breaks stay inside their cell."""
    # What stands in quotes is no delimiter.
    lines = re.sub(r'"[^"]*"', "", text[:PREAMBLE]).splitlines()[:50]
    delimiter = max(",\t;", key=lambda mark: sum(line.count(mark) for line in lines))
    rows, room, known = [], Room(), {}
    try:
        for number, row in enumerate(csv.reader(lines_of(text), delimiter=delimiter), 1):
            room.take(number, len(row))
            rows.append([once(undefused(cell), known) for cell in row])
    except csv.Error as error:
        raise damaged() from error
    return rows


def lines_of(text):
    """The lines one by one with their ends; a file object would take four bytes for each character."""
    return (found[0] for found in LINE.finditer(text))


def stem(file_name):
    """The file's name without folders and ending."""
    name = re.split(r"[\\/]", file_name)[-1]
    return (name.rpartition(".")[0] or name)[:100]
