"""The workbook of values: a sheet for every way of assessing, as departments fill it in, and back.

Out: one row per unit, and for each indicator a column for the points and one for the basis beside
it; bonus and deductions stand on a sheet of their own, one row per matter. In: any of these sheets,
recognised by the codes in their headings, whatever their order and whatever was added around them.
"""

import io
import re
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from assessments.actions import score
from assessments.actions.values import CLEARING, NOT_APPLICABLE, Cell, Place, cleaned
from assessments.models import Indicator, ScoreLine, ScoreSheet
from civportal.lib import tables
from civportal.lib.money import plain_decimal

HEADING = PatternFill("solid", fgColor="F3EFE8")
OFF = PatternFill("solid", fgColor="E6E3DD")
ENTRY_FORMAT = "0.00"
# Unit, supervising unit, code; then pairs of points and basis.
WIDTHS, PAIR_WIDTHS = (26, 20, 22), (12, 30)
UNIT_COLUMNS = len(WIDTHS)
HEADING_WITHIN = 10
# The columns of a sheet on which every row is a matter of its own.
MATTER = ("rule", "points", "basis")
CODE = re.compile(r"([A-Z]{1,3}[0-9]{1,3})(?![A-Za-z0-9])")


class NoValueSheet(ValueError):
    """The workbook holds no sheet of values; the message is a sentence for the person."""

    def __init__(self):
        super().__init__(
            _(
                "No sheet with units and indicator codes such as D1 in its heading was found. "
                "Download the workbook here, fill it in, and choose it."
            )
        )


def words():
    """The headings of the columns that name a unit or a matter, in the reader's language."""
    return {
        "unit": _("Unit"),
        "supervisor": _("Supervising unit"),
        "uscc": _("Unified social credit code"),
        "rule": _("Rule"),
        "points": _("Points"),
        "basis": _("Basis"),
    }


def known_words():
    """Heading → what it names, in every language of the portal."""
    known = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known.update({heading.casefold(): name for name, heading in words().items()})
    return known


# Out


def values_workbook(cycle, sheets=None, group=None):
    """The year's office values as .xlsx bytes, in the same few queries however many units there are.

    Of these sheets, or of all of the year; of one group's indicators, or of all with bonus and deductions.
    """
    if sheets is None:
        sheets = ScoreSheet.objects.filter(unit_year__cycle=cycle)
    lines = ScoreLine.objects.filter(sheet__in=sheets.order_by().values("pk"), moderated=None)
    lines = lines.select_related("adjustment")
    rows = list(
        sheets.select_related("unit_year__unit__supervisor").order_by("unit_year__unit__sort_order", "pk")
    )
    values, adjustments = {}, defaultdict(list)
    for line in lines.order_by("adjustment__sort_order", "pk"):
        if line.indicator_id:
            values[line.sheet_id, line.indicator_id] = line
        else:
            adjustments[line.sheet_id].append(line)
    book = Workbook()
    book.remove(book.active)
    indicators = list(cycle.standard.indicators.items()) if group is None else group.items
    for way in Indicator.Method:
        of_way = [one for one in indicators if one.method == way and not one.comes_from_ledger]
        if of_way:
            write_values(book.create_sheet(tables.sheet_title(way.label)), rows, of_way, values)
    if group is None:
        write_adjustments(book.create_sheet(tables.sheet_title(_("Bonus and deductions"))), rows, adjustments)
    write_help(book.create_sheet(tables.sheet_title(_("How to fill in"))), cycle.standard)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def write_values(sheet, rows, indicators, values):
    """One sheet: units down, indicators across, points and basis side by side."""
    headings = unit_headings()
    for indicator in indicators:
        headings += [
            _("%(indicator)s (0 to %(maximum)s)")
            % {"indicator": indicator, "maximum": plain_decimal(indicator.maximum)},
            _("%(code)s basis") % {"code": indicator.code},
        ]
    write_heading(sheet, headings, [*WIDTHS, *PAIR_WIDTHS * len(indicators)])
    for number, row in enumerate(rows, 2):
        write_unit(sheet, number, row)
        traits = score.traits_of(row.unit_year)
        for place, indicator in enumerate(indicators):
            column = UNIT_COLUMNS + 1 + 2 * place
            if score.item_of(indicator).applies_to(traits):
                write_pair(sheet, number, column, values.get((row.pk, indicator.pk)))
            else:
                write_off(sheet, number, column)
    for place, indicator in enumerate(indicators):
        allow_range(sheet, UNIT_COLUMNS + 1 + 2 * place, len(rows) + 1, indicator.maximum)


def write_adjustments(sheet, rows, adjustments):
    """Bonus and deductions: one row per unit, rule and matter."""
    said = words()
    headings = [*unit_headings(), said["rule"], said["points"], said["basis"]]
    write_heading(sheet, headings, [*WIDTHS, 44, *PAIR_WIDTHS])
    number = 1
    for row in rows:
        for line in adjustments[row.pk]:
            number += 1
            write_unit(sheet, number, row)
            tables.put(sheet.cell(number, UNIT_COLUMNS + 1), str(line.adjustment))
            write_pair(sheet, number, UNIT_COLUMNS + 2, line)


def write_help(sheet, standard):
    """What an empty cell means, what the rules give."""
    texts = [
        _("One row per unit. Fill in the points and, beside them, the basis they rest on."),
        _("An empty cell changes nothing. To take a value back, write “%(word)s” instead of the points.")
        % {"word": _(CLEARING)},
        _("Grey cells do not apply to the unit."),
        _("Bonus and deductions: one row per unit and matter; points are always positive."),
        _("Sheets, rows and columns may be left out or moved; the codes in the heading stay."),
        "",
    ]
    for number, text in enumerate(texts, 1):
        tables.put(sheet.cell(number, 1), text)
    for number, rule in enumerate(standard.adjustments.all(), len(texts) + 1):
        tables.put(sheet.cell(number, 1), str(rule))
        tables.put(sheet.cell(number, 2), " · ".join(f"{level} {points}" for level, points in rule.amounts))
        limit = rule.limit and _("at most %(limit)s") % {"limit": plain_decimal(rule.limit)}
        tables.put(sheet.cell(number, 3), limit or "")
    for column, width in enumerate((70, 40, 16), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def unit_headings():
    said = words()
    return [said["unit"], said["supervisor"], said["uscc"]]


def write_heading(sheet, headings, widths):
    """The heading, bold and frozen together with the columns that name the unit."""
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True), 1):
        cell = sheet.cell(1, column)
        tables.put(cell, heading)
        cell.font, cell.fill = Font(bold=True), HEADING
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = sheet.cell(2, UNIT_COLUMNS + 1)


def write_unit(sheet, number, row):
    """The columns that name the unit; codes are text, or Excel would round them."""
    unit = row.unit
    for column, text in enumerate((unit.name, unit.supervisor or "", unit.uscc or ""), 1):
        tables.put(sheet.cell(number, column), text)


def write_pair(sheet, number, column, line):
    """Points as a number and the basis as text."""
    points, basis = sheet.cell(number, column), sheet.cell(number, column + 1)
    points.number_format = ENTRY_FORMAT
    points.alignment = Alignment(vertical="top")
    if line:
        points.value = line.value
    tables.put(basis, line.basis if line else "")


def write_off(sheet, number, column):
    """A pair that does not apply to the unit."""
    tables.put(sheet.cell(number, column), _(NOT_APPLICABLE))
    for cell in (sheet.cell(number, column), sheet.cell(number, column + 1)):
        cell.fill = OFF


def allow_range(sheet, column, last_row, maximum):
    """Let Excel itself warn of points out of range, without forbidding the words that take back."""
    letter = get_column_letter(column)
    rule = DataValidation("decimal", operator="between", formula1="0", formula2=plain_decimal(maximum))
    rule.errorStyle, rule.showErrorMessage, rule.allow_blank = "warning", True, True
    rule.error = _("Points from 0 to %(maximum)s.") % {"maximum": plain_decimal(maximum)}
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{max(last_row, 2)}")


# In


@dataclass(frozen=True)
class Layout:
    """Where a sheet keeps what: its heading row and columns, counted from 0."""

    heading: int
    unit: int
    supervisor: int | None
    uscc: int | None
    # (code, column of the points, column of the basis)
    pairs: tuple[tuple[str, int, int | None], ...] = ()
    # Columns of rule, points and basis where every row is a matter of its own.
    matter: tuple[int, int, int] | None = None

    def cells(self, sheet):
        """What every row below the heading says, cell by cell."""
        for number, row in enumerate(sheet.rows[self.heading + 1 :], self.heading + 2):
            if any(text.strip() for text in row):
                yield from self.cells_of(sheet.name, number, row)

    def cells_of(self, name, number, row):
        about = {
            "unit": at(row, self.unit),
            "supervisor": at(row, self.supervisor),
            "uscc": at(row, self.uscc),
        }
        if self.matter:
            rule, points, basis = self.matter
            place = Place(name, number, get_column_letter(points + 1))
            yield Cell(
                place, **about, code=code_in(at(row, rule)), value=at(row, points), basis=at(row, basis)
            )
        for code, points, basis in self.pairs:
            place = Place(name, number, get_column_letter(points + 1))
            yield Cell(place, **about, code=code, value=at(row, points), basis=at(row, basis))


def read_values(content, file_name=""):
    """What the cells of a workbook say: (cells, names of the sheets that hold no values).

    Raises TableRefused when it is no workbook, NoValueSheet when no sheet of it holds values.
    """
    known = known_words()
    found = [(sheet, layout_of(sheet, known)) for sheet in tables.read(content, file_name)]
    if not any(layout for _sheet, layout in found):
        raise NoValueSheet
    cells = [cell for sheet, layout in found if layout for cell in layout.cells(sheet)]
    return cells, [sheet.name for sheet, layout in found if not layout]


def layout_of(sheet, known):
    """The sheet's layout by the first row that can be its heading, or None."""
    for number, row in enumerate(sheet.rows[:HEADING_WITHIN]):
        layout = layout_by(number, row, known)
        if layout:
            return layout
    return None


def layout_by(number, row, known):
    """The layout if this row is a heading: it names the unit, and codes or a matter."""
    named = {}
    for column, text in enumerate(row):
        name = known.get(cleaned(text).casefold())
        if name:
            named.setdefault(name, column)
    if "unit" not in named:
        return None
    columns = defaultdict(list)
    for column, text in enumerate(row):
        if code := code_in(cleaned(text)):
            columns[code].append(column)
    # The points stand in the first column of a code, the basis in the second.
    pairs = tuple((code, *[*places, None][:2]) for code, places in columns.items())
    matter = tuple(named[name] for name in MATTER) if set(MATTER) <= named.keys() else None
    if not pairs and not matter:
        return None
    return Layout(number, named["unit"], named.get("supervisor"), named.get("uscc"), pairs, matter)


def code_in(text):
    """The code with which a heading or a rule begins, or ""."""
    found = CODE.match(text)
    return found[1] if found else ""


def at(row, column):
    """The cleaned text of a cell; "" beyond the end of the row."""
    return cleaned(row[column]) if column is not None and column < len(row) else ""
