"""What a table is here, how large it may be, and what is said of a file that is none."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MIB = 2**20

MAX_BYTES = 50 * MIB
MAX_SHEETS = 100
# A list of 100,000 rows with its title, its sections and its totals.
MAX_ROWS = 110_000
MAX_COLUMNS = 256
MAX_CELLS = 2_000_000
# Cells for which memory is taken although they are empty: a list is a rectangle.
MAX_AREA = 2 * MAX_CELLS


class TableRefused(ValueError):
    """The file cannot be read as a table; the message is a sentence for the person who sent it.

    `code` is a stable word: empty, too big, not a spreadsheet, password, bomb, damaged.
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Marks:
    """What a sheet says by its looks; numbers are Excel's row numbers, columns are counted from 1.

    Nothing of it can be understood by a program, so people are told of it.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_filtered: bool = False
    struck: set[int] = field(default_factory=set)
    filled: set[int] = field(default_factory=set)
    commented: set[int] = field(default_factory=set)


@dataclass
class Sheet:
    """One sheet: `rows[0]` is Excel's row 1; every cell is text, an empty one is ""."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    hidden: bool = False
    # (first row, first column, last row, last column), counted from 0.
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)


class Room:
    """How much of what is allowed is taken; asked before anything is kept."""

    def __init__(self):
        self.cells = 0

    def take(self, row, width):
        """Make room for a row of that number (from 1) and width; raises TableRefused when there is none."""
        self.cells += width
        if row > MAX_ROWS or self.cells > MAX_CELLS:
            raise too_long()
        if width > MAX_COLUMNS:
            raise too_wide()


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


# what is said of a file that is refused


def not_a_spreadsheet():
    return TableRefused(
        "not a spreadsheet", _("This is not a spreadsheet. Choose the list as .xlsx, .xls or .csv.")
    )


def word_document():
    return TableRefused(
        "not a spreadsheet",
        _("This is a Word document. Copy its table into a spreadsheet and save it as .xlsx."),
    )


def other_workbook():
    return TableRefused(
        "not a spreadsheet",
        _("This kind of workbook cannot be read. Save it as .xlsx and choose it anew."),
    )


def web_page():
    return TableRefused(
        "not a spreadsheet",
        _("This is a web page with a spreadsheet's name. Open it, save it as .xlsx, choose it anew."),
    )


def too_long_page():
    return TableRefused(
        "bomb",
        _("This web page is too long for a list. Open it, save it as .xlsx, choose it anew."),
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
    return TableRefused("bomb", _("The file unpacks to far more than a list holds and was not opened."))


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
