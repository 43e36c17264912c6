"""The score grid: units down, the indicators of one group across, and of every cell whether it takes a value.

Only reading; what is typed is written by `values`.
"""

import csv
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils import get_column_letter

from assessments.models import Cycle, Indicator, ScoreLine, ScoreSheet
from assessments.models.conflict import GROUNDS, recusal
from civportal.lib.listings import at_path
from civportal.lib.money import plain_decimal

from . import score
from .values import Cell, Place, cleaned

ORDER = "unit_year__unit__sort_order"
# A form may send a thousand fields; every cell sends up to three, every column its basis.
FIELDS = 900
ROWS = 50
# More than any county has units or any edition indicators: somebody has copied something else.
BLOCK_ROWS, BLOCK_COLUMNS = 5000, 200

FROM_LEDGER = gettext_lazy("These points come from accepted records of the ledger.")
WHY_NOT_APPLICABLE = {
    Indicator.Applies.WINDOW: gettext_lazy("The unit has no service window this year."),
    Indicator.Applies.PAIRED: gettext_lazy("The unit is not paired this year."),
}


@dataclass(frozen=True)
class Group:
    """A group of the standard with its indicators."""

    head: Indicator
    items: tuple[Indicator, ...]

    @property
    def rows_per_page(self):
        """So many units that the page's form can be sent."""
        columns = len(self.items)
        return max(min(ROWS, (FIELDS - columns) // (3 * columns)), 1)


@dataclass
class GridCell:
    """One unit and one indicator: the value that stands, and why it takes no other."""

    sheet: ScoreSheet
    indicator: Indicator
    line: ScoreLine | None = None
    # Points of accepted records, where the indicator takes them from there.
    found: Decimal | None = None
    # Why no value can be entered here, "" where it can.
    why: str = ""
    applies: bool = True
    # What was sent and refused, with its basis and the reason.
    refused: str | None = None
    given: str = ""
    error: str = ""

    @property
    def key(self):
        return f"{self.sheet.pk}-{self.indicator.pk}"

    @property
    def text(self):
        """The value as one types it."""
        if self.found is not None:
            return plain_decimal(self.found)
        return plain_decimal(self.line.value) if self.line else ""

    @property
    def typed(self):
        """What stands in the field: what was refused, else the value."""
        return self.text if self.refused is None else self.refused

    @property
    def seen(self):
        return score.seen_value(self.line)


@dataclass
class GridRow:
    """One unit with its cells."""

    sheet: ScoreSheet
    # Why this person enters nothing for the unit, "" where they may.
    why: str = ""
    cells: list[GridCell] = field(default_factory=list)


def groups(standard):
    """The groups of the edition in which the office enters values, in one query."""
    tree = list(standard.indicators.all())
    found = (Group(head, tuple(one for one in tree if one.parent_id == head.pk)) for head in tree)
    return [one for one in found if any(not item.comes_from_ledger for item in one.items)]


def rows(group, sheets, *, by):
    """The sheets as rows of the group's cells, in the same few queries however many there are."""
    lines = lines_of(group, sheets)
    claimed = claimed_on(group, sheets)
    return [row_of(group, sheet, lines, claimed, by=by) for sheet in sheets]


def lines_of(group, sheets):
    """(sheet, indicator) → the office's line."""
    lines = ScoreLine.objects.filter(sheet__in=[sheet.pk for sheet in sheets], indicator__in=group.items)
    return {(line.sheet_id, line.indicator_id): line for line in lines.select_related("by")}


def claimed_on(group, sheets):
    """Unit → code → points of accepted records; asked only where the group has such an indicator."""
    if not sheets or not any(item.comes_from_ledger for item in group.items):
        return {}
    return score.claimed_points(sheets[0].unit_year.cycle, [sheet.unit_year.unit_id for sheet in sheets])


def row_of(group, sheet, lines, claimed, *, by):
    row = GridRow(sheet, why_not(sheet, by))
    traits = score.traits_of(sheet.unit_year)
    for item in group.items:
        cell = GridCell(sheet, item, lines.get((sheet.pk, item.pk)))
        cell.applies = score.item_of(item).applies_to(traits)
        if item.comes_from_ledger:
            found = claimed.get(sheet.unit_year.unit_id, {}).get(item.code, Decimal(0))
            cell.found = min(found, item.maximum)
        cell.why = str(why_plain(cell) or row.why)
        row.cells.append(cell)
    return row


def why_plain(cell):
    """Why nobody enters a value in the cell, or ""."""
    if not cell.applies:
        return WHY_NOT_APPLICABLE[cell.indicator.applies]
    return FROM_LEDGER if cell.indicator.comes_from_ledger else ""


def why_not(sheet, user):
    """Why this person enters nothing on the sheet, "" where they may."""
    if user.has_perm("assessments.set_value", sheet):
        return ""
    if sheet.unit_year.cycle.status != Cycle.Status.OPEN:
        return _("The year is not open; its values can no longer be changed.")
    if ground := recusal(user).ground(sheet.unit.pk):
        return _("Somebody else enters the values of this unit, because %(ground)s.") % {
            "ground": GROUNDS[ground]
        }
    return _("Values are entered by the office's case officers and its director.")


def state(sheet, indicator):
    """How one cell stands now, with the sums of its unit, as a page is told after saving."""
    line = sheet.lines.filter(indicator=indicator).select_related("by").first()
    sheet = ScoreSheet.objects.only("total", "unset_count").get(pk=sheet.pk)
    return sheet, GridCell(sheet, indicator, line)


# A block that was pasted


def block_cells(text, group, sheets, start, indicator, bases):
    """The cells of a block copied from a spreadsheet: its first one stands at this sheet and indicator.

    `sheets` are those of the view; the block's rows fall on them in order. What lies beyond the last unit
    or column is a cell too, so that it is said and not lost. `bases` are those of the columns, by code,
    as for what is typed. Raises ValidationError when it is no block.
    """
    lines = lines_of_block(text)
    at = at_path(start, ORDER)
    onward = sheets.filter(Q(**{f"{ORDER}__gt": at}) | Q(**{ORDER: at, "pk__gte": start.pk}))
    below = list(onward.select_related("unit_year__unit").order_by(ORDER, "pk")[: len(lines)])
    codes = [item.code for item in group.items[group.items.index(indicator) :]]
    return [
        cell_of_block(row, column, said, below, codes, bases)
        for row, line in enumerate(lines)
        for column, said in enumerate(line)
        if said
    ]


def lines_of_block(text):
    """Rows of cleaned texts, as a spreadsheet writes them to the clipboard; the last empty ones left out."""
    try:
        lines = [[cleaned(one) for one in line] for line in csv.reader(text.splitlines(True), "excel-tab")]
    except csv.Error as problem:
        raise ValidationError(
            _("This is no block of cells; copy it from the spreadsheet once more.")
        ) from problem
    while lines and not any(lines[-1]):
        lines.pop()
    if not lines:
        raise ValidationError(_("Nothing was pasted."))
    refuse_large(lines)
    return lines


def refuse_large(lines):
    """Raise ValidationError for a block that is longer or wider than any values of units are."""
    columns = max(column for line in lines for column, said in enumerate(line, 1) if said)
    if len(lines) > BLOCK_ROWS or columns > BLOCK_COLUMNS:
        raise ValidationError(
            _(
                "The block has %(rows)s rows and %(columns)s columns; at most %(most_rows)s rows and"
                " %(most_columns)s columns are possible. Copy only the cells with the points."
            )
            % {
                "rows": len(lines),
                "columns": columns,
                "most_rows": BLOCK_ROWS,
                "most_columns": BLOCK_COLUMNS,
            }
        )


def cell_of_block(row, column, said, sheets, codes, bases):
    sheet = sheets[row] if row < len(sheets) else None
    code = codes[column] if column < len(codes) else ""
    return Cell(
        Place(_("pasted block"), row + 1, get_column_letter(column + 1)),
        unit=sheet.unit.name if sheet else "",
        supervisor="",
        uscc="",
        code=code,
        value=said,
        basis=bases.get(code, ""),
        # No sheet has the number 0: the block has more rows than the view has units.
        sheet=sheet.pk if sheet else 0,
    )
