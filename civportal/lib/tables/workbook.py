"""Workbooks of Excel and WPS (.xlsx, .xls, .et) as sheets."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Timer

from ..preview import bare_environment
from . import child, looks
from .measure import Measure
from .package import is_sheet
from .sheet import (
    MAX_AREA,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Marks,
    Sheet,
    bomb,
    damaged,
    not_a_spreadsheet,
    protected,
    too_long,
    too_wide,
    word_document,
)
from .values import once

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHILD = Path(child.__file__)
# Processor time: an old workbook ends at row 65,536.
SECONDS = {"xls": 3, "xlsx": 10}
PATIENCE = 60

REFUSALS = {
    child.PROTECTED: protected,
    child.TOO_LONG: too_long,
    child.TOO_WIDE: too_wide,
}


def read_xlsx(package):
    """The sheets of an Office Open XML workbook; a package without a workbook is refused in words."""
    if "xl/workbook.xml" not in package:
        raise package.refusal()
    measures = measured(package)
    sheets = sheets_of(without_tails(package, measures), "xlsx")
    marks = {
        name: whole_marks(package, path, measures[path])
        for path, name in looks.sheet_names(package).items()
        if path in measures
    }
    for sheet in sheets:
        sheet.marks = marks.get(sheet.name, sheet.marks) if not sheet.hidden else sheet.marks
    return sheets


def measured(package):
    """Path → how far each sheet reaches; refuses the package when one of them, or its size, goes too far."""
    measures = {}
    struck, filled = looks.marked_styles(package)

    def watch(name, chunk):
        if is_sheet(name) and name.endswith(".xml"):
            measures.setdefault(name, Measure(struck, filled)).add(chunk)

    package.check(watch)
    for measure in measures.values():
        measure.finish()
    return measures


def whole_marks(package, path, measure):
    """What the sheet says by its looks, together with the comments kept elsewhere."""
    measure.marks.commented = looks.commented_rows(package, path)
    return measure.marks


def without_tails(package, measures):
    """The workbook as bytes; where a million formatted rows follow the list, without them."""
    long = {name: measure for name, measure in measures.items() if measure.has_empty_tail}
    if not long:
        return package.content
    return package.with_parts(
        {name: measure.without_tail(package.chunks(name)) for name, measure in long.items()}
    )


def read_xls(content):
    """The sheets of an old binary workbook (.xls, .et), unless it is locked or something else."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise protected()
    if "WordDocument".encode("utf-16-le") in content:
        raise word_document()
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise not_a_spreadsheet()
    return sheets_of(content, "xls")


def sheets_of(content, kind):
    """What the reader's own process says of a workbook; raises TableRefused when it is ended."""
    command = [sys.executable, "-I", "-B", str(CHILD), str(SECONDS[kind])]
    reader = subprocess.Popen(  # noqa: S603 – our own script, numbers only
        [*command, *map(str, (MAX_SHEETS, MAX_ROWS, MAX_COLUMNS, MAX_AREA))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(),
    )
    patience = Timer(PATIENCE, reader.kill)
    patience.start()
    try:
        with reader:
            give(reader, content)
            sheets = sheets_in(reader.stdout)
    finally:
        patience.cancel()
    if reader.returncode:
        raise refusal_for(reader.returncode)
    return sheets


def give(reader, content):
    """Hand the file over; a reader that has ended already is asked why later."""
    try:
        reader.stdin.write(content)
        reader.stdin.close()
    except BrokenPipeError:
        pass


def sheets_in(lines):
    """The sheets as the reader writes them: a line about each, then its rows in blocks."""
    sheets, known = [], {}
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            # The reader was ended in mid-line; its number tells why.
            break
        if isinstance(found, dict):
            merged = [tuple(span) for span in found["merged"]]
            sheets.append(Sheet(found["name"], hidden=found["hidden"], merged=merged, marks=Marks()))
            continue
        sheets[-1].rows += [[once(text, known) for text in row] for row in found]
    return sheets


def refusal_for(number):
    """What to say when the reader gave up (a number), or was ended for memory or time (a signal)."""
    return REFUSALS.get(number, damaged)() if number > 0 else bomb()
