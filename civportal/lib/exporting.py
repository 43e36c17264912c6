"""Tables on their way out as streams of bytes: the first ones leave before the last row is read.

A row is a sequence of Python values, and the type of each says what the cell is: text stays text
whatever it begins with, numbers are numbers, dates are dates. Memory does not grow with the rows.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import islice
from typing import IO, Any, cast

from django.utils.timezone import is_aware, localtime
from openpyxl.utils import get_column_letter

from .tables import defused, sheet_title

# Rows that are written in one go.
ROWS_AT_ONCE = 500
# A spreadsheet program calls a file with longer texts damaged.
LONGEST_TEXT = 32_767
# Numbers beyond this would lose digits there, and stay text.
EXACT = 10**15
# What it prints below every page is shorter still.
LONGEST_FOOTER = 200

# Text that is safe in a csv as it stands: begins with nothing that starts a formula, holds no control.
PLAIN = re.compile(r"[^\s'\"=+\-@＝＋－＠\x00-\x1f][^\x00-\x09\x0b-\x1f]*")
# Text that cannot stand in XML as it is, or that a spreadsheet program would read as something else.
ODD = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|^\\s|\\s$|_x[0-9A-Fa-f]{4}_")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
WORDED = {int, float, Decimal, date, type(None)}
# Day 0 of a spreadsheet's calendar, which is right from 1 March 1900 on.
DAY_ZERO, FIRST_DAY = date(1899, 12, 30), date(1900, 3, 1)


class Kind(Enum):
    """What a column holds: the style of its cells, those still to be filled in too, and its usual width."""

    TEXT = (2, 24)
    # Text as well: a program that took it for a number would round its last digits.
    CODE = (2, 21)
    NUMBER = (6, 10)
    POINTS = (5, 10)
    DATE = (3, 12)
    MOMENT = (4, 17)

    @property
    def style(self) -> int:
        return self.value[0]

    @property
    def width(self) -> int:
        return self.value[1]


HEADING, LINE, REMARK = 1, 7, 8
TEXT, DATE, MOMENT, POINTS, NUMBER = (
    kind.style for kind in (Kind.TEXT, Kind.DATE, Kind.MOMENT, Kind.POINTS, Kind.NUMBER)
)


@dataclass
class Sheet:
    """A sheet of a workbook; `rows` may be a generator and is asked for once, in its turn."""

    title: str
    rows: Iterable[Sequence[Any]]
    headings: Sequence[str] = ()
    # (style, width) of every column
    columns: Sequence[tuple[int, int]] = ()
    # A line above the headings, which stays on the screen with them.
    line: str = ""
    # What is printed below every page.
    footer: str = ""
    # Filled in while the rows go by.
    height: int = field(default=0, init=False)

    @property
    def frozen(self) -> int:
        """The rows that stay on the screen: the line, and the headings."""
        return bool(self.line) + bool(self.headings)


# csv


def stream_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Delimited text that Excel knows to be UTF-8, every cell quoted and none of them a formula."""
    text = io.StringIO(newline="")
    write = csv.writer(text, quoting=csv.QUOTE_ALL).writerow
    write([csv_cell(heading) for heading in headings])
    yield taken(text).encode("utf-8-sig", "replace")
    rows, is_plain = iter(rows), PLAIN.fullmatch
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        for row in chunk:
            # What the writer words rightly itself is most of it, and a call for each costs a third.
            write(
                [
                    value
                    if (value.isalnum() or is_plain(value) if type(value) is str else type(value) in WORDED)
                    else csv_cell(value)
                    for value in row
                ]
            )
        yield taken(text).encode("utf-8", "replace")


def taken(text: io.StringIO) -> str:
    """What was written so far; the buffer is empty again."""
    found = text.getvalue()
    text.seek(0)
    text.truncate()
    return found


def csv_cell(value: Any) -> str:
    """A value as text; numbers and dates cannot be formulas, whatever sign they bear."""
    if type(value) is str:
        return value if PLAIN.fullmatch(value) else defused(value.replace("\r\n", "\n"))
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value).isoformat(" ", "minutes")
    if isinstance(value, int | float | Decimal | date):
        return str(value)
    return csv_cell(str(value))


def local(moment: datetime) -> datetime:
    """A moment as the clocks of the portal show it."""
    return localtime(moment).replace(tzinfo=None) if is_aware(moment) else moment


# xlsx


class Outlet:
    """A file that can only be written to, and is emptied from the other side."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Everything written is there already."""

    def taken(self) -> bytes:
        found = b"".join(self.parts)
        self.parts.clear()
        return found


def stream_xlsx(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """A workbook, written by hand into a zip that is sent while it grows."""
    outlet = Outlet()
    file = cast("IO[bytes]", outlet)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", content_types(len(sheets)))
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("xl/styles.xml", STYLES)
        package.writestr("xl/_rels/workbook.xml.rels", sheet_relations(len(sheets)))
        yield outlet.taken()
        for number, sheet in enumerate(sheets, 1):
            with package.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for text in sheet_xml(sheet, is_first=number == 1):
                    part.write(text.encode("utf-8"))
                    if outlet.parts:
                        yield outlet.taken()
        # Last, because only now it is known how far the filters reach.
        package.writestr("xl/workbook.xml", workbook_xml(sheets))
    yield outlet.taken()


def sheet_xml(sheet: Sheet, *, is_first: bool) -> Iterator[str]:
    """The sheet's XML piece by piece."""
    yield head_of(sheet, is_first)
    letters = [get_column_letter(number + 1) for number in range(max(len(sheet.columns), 1))]
    if sheet.line:
        sheet.height += 1
        yield row_xml(sheet.height, [sheet.line], letters, LINE)
    if sheet.headings:
        sheet.height += 1
        yield row_xml(sheet.height, sheet.headings, letters, HEADING)
    style = TEXT if sheet.headings else REMARK
    rows = iter(sheet.rows)
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        first = sheet.height + 1
        sheet.height += len(chunk)
        yield "".join([row_xml(number, row, letters, style) for number, row in enumerate(chunk, first)])
    yield tail_of(sheet)


def row_xml(number: int, row: Sequence[Any], letters: Sequence[str], style: int) -> str:
    """One row; empty cells are left out, their column knows what they will be."""
    place, text = str(number), f'" s="{style}" t="inlineStr"><is><t>'
    cells = [f'<row r="{place}">']
    for letter, value in zip(letters, row, strict=False):
        if value is None or value == "":
            continue
        if type(value) is str and (value.isalnum() or not ODD.search(value)):
            cells.append(f'<c r="{letter}{place}{text}{value[:LONGEST_TEXT]}</t></is></c>')
        else:
            cells.append(cell_xml(letter + place, value, style))
    cells.append("</row>")
    return "".join(cells)


def cell_xml(place: str, value: Any, style: int) -> str:
    """A cell of anything but a plain text."""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float | Decimal) and -EXACT < value < EXACT:
        return f'<c r="{place}" s="{POINTS if isinstance(value, Decimal) else NUMBER}"><v>{value}</v></c>'
    if isinstance(value, datetime):
        value = local(value)
        if value.date() >= FIRST_DAY:
            return f'<c r="{place}" s="{MOMENT}"><v>{serial(value)}</v></c>'
    elif isinstance(value, date) and value >= FIRST_DAY:
        return f'<c r="{place}" s="{DATE}"><v>{serial(value)}</v></c>'
    space, text = escaped(str(value))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'


def serial(day: date) -> float:
    """A day or moment as a spreadsheet counts it: days since the end of 1899."""
    if not isinstance(day, datetime):
        return (day - DAY_ZERO).days
    seconds = day.hour * 3600 + day.minute * 60 + day.second
    return round((day.date() - DAY_ZERO).days + seconds / 86_400, 8)


def escaped(text: str) -> tuple[str, str]:
    """The attribute that keeps outer blanks, and the text as XML holds it and a spreadsheet reads it back."""
    text = ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_TEXT]
    text = LOOKS_ESCAPED.sub("_x005F_", text)
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return space, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# the parts of a workbook

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

RELATIONS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
# The cell formats stand in the order of the numbers above.
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="3">'
    '<font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFA8322A"/><name val="等线"/></font></fonts><fills count="3">'
    '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill>'
    '<patternFill patternType="solid"><fgColor rgb="FFF3EFE8"/><bgColor indexed="64"/></patternFill></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" '
    'applyFill="1" applyAlignment="1"><alignment vertical="center"/></xf>'
    + "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        'applyAlignment="1"><alignment vertical="top"/></xf>'
        for number in (49, 164, 165, 2, 0)
    )
    + '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def content_types(count: int) -> str:
    """The list of everything in the package."""
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{SPREADSHEET}.styles+xml"/>{sheets}</Types>'
    )


def sheet_relations(count: int) -> str:
    """Where the workbook finds its sheets and styles."""
    sheets = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, count + 1)
    )
    return (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{sheets}'
        f'<Relationship Id="rId{count + 1}" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )


def workbook_xml(sheets: Sequence[Sheet]) -> str:
    """The sheets' names, the reach of their filters, and the headings that every printed page repeats."""
    entries, names = [], []
    for number, sheet in enumerate(sheets):
        title = sheet_title(sheet.title)
        entries.append(f'<sheet name="{attribute(title)}" sheetId="{number + 1}" r:id="rId{number + 1}"/>')
        if sheet.headings:
            place = attribute("'{}'!".format(title.replace("'", "''")))
            last = get_column_letter(len(sheet.columns))
            names += [
                f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" hidden="1">'
                f"{place}$A${sheet.frozen}:${last}${sheet.height}</definedName>",
                f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">'
                f"{place}$1:${sheet.frozen}</definedName>",
            ]
    defined = f"<definedNames>{''.join(names)}</definedNames>" if names else ""
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(entries)}</sheets>'
        f"{defined}</workbook>"
    )


def head_of(sheet: Sheet, is_first: bool) -> str:
    """Everything of a sheet that stands before its rows: what stays on the screen, widths, styles."""
    pane = (
        f'<pane ySplit="{sheet.frozen}" topLeftCell="A{sheet.frozen + 1}" '
        'activePane="bottomLeft" state="frozen"/>'
        if sheet.frozen
        else ""
    )
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" style="{style}" customWidth="1"/>'
        for number, (style, width) in enumerate(sheet.columns, 1)
    )
    return (
        f'{XML}<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView workbookViewId="0" tabSelected="{is_first:d}">{pane}</sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="16"/><cols>{columns}</cols><sheetData>'
    )


def tail_of(sheet: Sheet) -> str:
    """Everything that stands after the rows: the filter, and how it is printed."""
    last = get_column_letter(max(len(sheet.columns), 1))
    reach = f'<autoFilter ref="A{sheet.frozen}:{last}{sheet.height}"/>' if sheet.headings else ""
    footer = attribute(sheet.footer[:LONGEST_FOOTER].replace("&", "&&"))
    return (
        f'</sheetData>{reach}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" '
        'footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;L{footer}&amp;R&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def attribute(text: str) -> str:
    """Text for a place where XML holds no blanks of its own: a name, a footer."""
    return escaped(text)[1].replace('"', "&quot;")
