"""How far a sheet of an .xlsx reaches, and what it says by its looks, told while it streams by."""

import re

from .sheet import MAX_AREA, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MIB, Marks, damaged, too_long, too_wide

# A row or a cell as it opens, with everything it says of itself.
OPENING = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>?(</(?:\w+:)?c>)?")
PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")
# The way in which every common program writes a cell, and what else may begin like one.
USUAL = b'<c r="'
ANY_CELL = re.compile(rb"<c[\s/>]")
# An empty cell is written in one tag or in two.
FILLED = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*(?<!/)>(?!</c>)')
PREFIXED = re.compile(rb"<\w+:sheetData")
HIDDEN_ROW = re.compile(rb"<row(?=\s)([^>]*\shidden=\"(?:1|true)\"[^>]*)>")
COLUMN = re.compile(rb"<col(?=\s)([^>]*\shidden=\"(?:1|true)\"[^>]*)>")
SPAN = re.compile(rb"\s(min|max)=\"([0-9]+)\"")
DIGITS, LETTERS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The sheet up to its last value; what is empty below is cut off.
MAX_READ = 160 * MIB
EMPTY_TAIL = 2 * MIB
# Within that many bytes a cell ends behind its value.
CELL_END = 4_096
OPEN, CLOSE = b"<sheetData>", b"</sheetData>"


class Measure:
    """Rows, columns and cells that hold something, counted while the sheet streams by.

    What the sheet claims of itself is not believed: two cells at opposite corners stand for 17 billion
    cells in a few bytes. Cells without a value do not count, as a formatted column has a million of them.
    """

    def __init__(self, struck=(), filled=()):
        self.rest = b""
        self.seen = 0
        self.row = self.column = self.cells = self.height = self.width = 0
        self.is_prefixed = False
        self.marks = Marks()
        self.looks = [(rows_with(struck), self.marks.struck), (rows_with(filled), self.marks.filled)]
        # Where the last value ends and where the cells begin and end, in bytes.
        self.begin = self.last = self.end = 0

    def add(self, chunk):
        """Measure all tags that are complete; the last one may go on in the next chunk."""
        text = self.rest + chunk
        cut = max(text.rfind(b"<"), 0)
        self.rest = text[cut:]
        if len(self.rest) > 2 * MIB:
            raise damaged()
        self.take(text[:cut])

    def finish(self):
        self.take(self.rest)
        self.rest = b""

    def take(self, text):
        self.is_prefixed = self.is_prefixed or bool(PREFIXED.search(text))
        if not holds_nothing(text):
            self.note_places(text)
            self.note_looks(text)
            self.count(text)
        self.seen += len(text)

    def note_places(self, text):
        """Remember where the cells begin, where the last value ends, and where the cells end."""
        begin, end = text.find(OPEN), text.rfind(CLOSE)
        if begin >= 0:
            self.begin = self.seen + begin + len(OPEN)
        if end >= 0:
            self.end = self.seen + end
        value = max(text.rfind(mark) for mark in (b"</v>", b"</is>", b"</f>"))
        if value >= 0:
            self.last = self.seen + value
        if self.last > MAX_READ:
            raise too_long()

    def note_looks(self, text):
        if b'hidden="' in text:
            for about in HIDDEN_ROW.findall(text):
                if place := PLACE.search(about):
                    self.marks.hidden_rows.add(int(place[2]))
            for about in COLUMN.findall(text):
                self.marks.hidden_columns |= columns_in(dict(SPAN.findall(about)))
        self.marks.is_filtered = self.marks.is_filtered or b"<autoFilter" in text
        for pattern, rows in self.looks:
            if pattern:
                rows.update(map(int, pattern.findall(text)))

    def count(self, text):
        usual = text.count(USUAL)
        if self.is_prefixed or usual != len(ANY_CELL.findall(text)):
            self.count_one_by_one(text)
        elif usual:
            self.count_at_once(FILLED.findall(text))
        self.check()

    def count_at_once(self, places):
        """Cells as Excel, WPS and LibreOffice write them: each says where it is."""
        if not places:
            return
        self.cells += len(places)
        both = b" ".join(places)
        self.height = max(self.height, *map(int, set(both.translate(None, LETTERS).split())))
        self.width = max(self.width, *map(column_number, set(both.translate(None, DIGITS).split())))
        last = places[-1]
        self.row, self.column = int(last.lstrip(LETTERS)), column_number(last.rstrip(DIGITS))

    def count_one_by_one(self, text):
        for tag, about, closes in OPENING.findall(text):
            # A ">" inside quotes would hide what follows it.
            if about.count(b'"') % 2 or about.count(b"'") % 2:
                raise damaged()
            place = PLACE.search(about)
            if tag == b"row":
                self.row, self.column = int(place[2]) if place else self.row + 1, 0
                continue
            self.column = column_number(place[1]) if place else self.column + 1
            self.row = int(place[2]) if place else self.row
            if not about.endswith(b"/") and not closes:
                self.cells += 1
                self.height, self.width = max(self.height, self.row), max(self.width, self.column)

    def check(self):
        if self.height > MAX_ROWS or self.cells > MAX_CELLS:
            raise too_long()
        if self.width > MAX_COLUMNS:
            raise too_wide()
        if self.height * self.width > MAX_AREA:
            raise too_long()

    # a million formatted rows below the list

    @property
    def has_empty_tail(self):
        """Whether far more empty cells than a list could need follow the last value."""
        return bool(self.begin and self.end) and self.end - max(self.last, self.begin) > EMPTY_TAIL

    def without_tail(self, chunks):
        """The sheet without what follows its last value; the same chunks that were measured."""
        kept, seen = bytearray(), 0
        until = self.last + CELL_END if self.last else self.begin
        tail = bytearray()
        for chunk in chunks:
            kept += chunk[: max(until - seen, 0)]
            tail += chunk[max(self.end - seen, 0) :]
            seen += len(chunk)
        if self.last:
            end = kept.find(b"</c>", self.last)
            if end < 0:
                raise damaged()
            kept[end:] = b"</c></row>"
        return bytes(kept + tail)


def holds_nothing(text):
    """Whether all that closes are rows and empty cells, so that none in between can hold a value.

    A cell that opens at the very end may get its value in the next piece.
    """
    if not text or text.count(b"</") != text.count(b"</row>") + text.count(b'"></c>'):
        return False
    last = text[text.rfind(b"<") :]
    return b"<sheetData" not in text and (last.startswith((b"<row", b"</row", b"</c>")) or b"/>" in last)


def rows_with(styles):
    """What finds the rows in which a cell with a value has one of these styles; None without styles."""
    if not styles:
        return None
    numbers = b"|".join(b"%d" % number for number in sorted(styles))
    return re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"[^>]*? s="(?:' + numbers + rb')"[^>]*(?<!/)>(?!</c>)')


def columns_in(span):
    """The columns from min to max; a whole hidden sheet beside the list is no news."""
    first, last = int(span.get(b"min", 1)), int(span.get(b"max", 0))
    return set(range(first, min(last, MAX_COLUMNS) + 1))


def column_number(letters):
    """A → 1, AA → 27; no letters → 0."""
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number
