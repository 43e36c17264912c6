"""Opening a file: which kind of list it is, how its sheets are laid out, and its rows part by part."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from civportal.lib import tables
from civportal.lib.tables import TableRefused
from units.models import ImportBatch
from units.models.intake_kinds import UNITS, all_kinds, kind_of

from . import columns, looks, rows

# Earlier lists from which the meaning of odd headings is learnt.
REMEMBERED = 20


@dataclass
class Opened:
    """A file that was read: its kind, its sheets, and how each of them is laid out."""

    kind: object
    sheets: list
    layouts: list

    @property
    def county(self):
        return rows.county_of([sheet for sheet in self.sheets if not sheet.hidden])

    @property
    def read_sheets(self):
        """(sheet, layout) of those that hold a list."""
        pairs = zip(self.sheets, self.layouts, strict=True)
        return [(sheet, layout) for sheet, layout in pairs if layout.state == "read"]

    @property
    def row_count(self):
        """How many rows there are to be read."""
        return sum(rows.last_row(sheet) for sheet, _layout in self.read_sheets)

    def rows(self):
        """Every row of every sheet, cleaned."""
        return [
            row
            for sheet, layout in self.read_sheets
            for row in rows.rows_of(sheet, layout, self.kind.reader_of(sheet, layout))
        ]

    def holds_rows(self):
        """Whether any row is more than a heading, a total or a note; reads no further than that."""
        readers = [(self.kind.reader_of(*pair), rows.last_row(pair[0])) for pair in self.read_sheets]
        return any(
            row.verdict != "skipped" for reader, last in readers for row in reader.rows_between(1, last)
        )

    def remark(self, units):
        """Note in the layouts what the sheets say by their looks, when their rows were read in parts.

        `units` are (sheet, number) of the rows that seem to be units.
        """
        by_sheet = defaultdict(set)
        for sheet, number in units:
            by_sheet[sheet].add(number)
        for sheet, layout in self.read_sheets:
            layout.remarks = looks.remarks_on(sheet, by_sheet[layout.sheet])


def check_upload(size):
    """Refuse a file of no bytes or of too many before it is read; raises TableRefused."""
    tables.check_size(size, settings.IMPORT_FILE_BYTES)


def opened(content, file_name, layouts=None, kinds=(UNITS,)):
    """The file given as bytes, as a list of the one of these kinds that its headings speak of.

    `layouts` is how a person wants the sheets to be read; without it, it is found.
    Raises TableRefused when the file is no table, or has no row of headings.
    """
    sheets = tables.read(content, file_name, settings.IMPORT_FILE_BYTES)
    if layouts:
        return Opened(kind_of(kinds[0]), sheets, layouts)
    found = [found_as(kind, sheets) for kind in all_kinds() if kind.code in kinds]
    # Units stand first, and the first of two that are equally sure is taken.
    surest = max(found, key=likeness)
    if not surest.read_sheets:
        raise no_heading([one.kind for one in found])
    return surest


def found_as(kind, sheets):
    """The sheets read by the words of one kind, and by what clerks said of such lists before."""
    kept = ImportBatch.objects.filter(status=ImportBatch.Status.APPLIED, kind=kind.code).order_by("-pk")
    learnt = columns.learnt_from(reversed(kept.values_list("layout", flat=True)[:REMEMBERED]))
    return Opened(kind, sheets, [columns.layout_of(sheet, learnt, kind.vocabulary) for sheet in sheets])


def likeness(opened_as):
    """How sure it is that the file is a list of this kind."""
    layouts = [layout for _sheet, layout in opened_as.read_sheets]
    return max((opened_as.kind.recognizes(layout) for layout in layouts), default=-1)


def no_heading(kinds):
    """What is said of a file in which no sheet has a row of headings of these kinds of list."""
    headings = dict.fromkeys(kind.vocabulary.headings["name"].split(" ")[0] for kind in kinds)
    if len(kinds) > 1:
        sentence = _(
            "No row of headings was found. The list needs a heading that says what is listed: "
            "%(headings)s. Add it above the rows and choose the file anew."
        )
    else:
        sentence = _(
            "No row of headings was found. A list of the kind “%(kind)s” needs a heading such as "
            "%(headings)s. Add it above the rows and choose the file anew."
        )
    return TableRefused("no heading", sentence % {"kind": kinds[0].label, "headings": "、".join(headings)})


def no_rows(kind):
    """What is said of a file with headings and nothing else."""
    return TableRefused(
        "no rows",
        _(
            "There are headings of a list of the kind “%(kind)s” but nothing is listed below them. "
            "Choose the file that holds the list."
        )
        % {"kind": kind.label},
    )


def part(list_, batch, most):
    """The next rows after the batch's bookmark, at most so many; moves the bookmark behind them."""
    found = []
    for index, (sheet, layout) in enumerate(list_.read_sheets):
        last = rows.last_row(sheet)
        if index < batch.mark.get("sheet", 0) or len(found) == most:
            continue
        reader = list_.kind.reader_of(sheet, layout)
        first = 1
        if index == batch.mark.get("sheet", 0):
            first = reader.go_on(batch.mark)
        until = min(last, first + most - len(found) - 1)
        found += reader.rows_between(first, until)
        batch.mark = {"sheet": index, **reader.bookmark(until)}
        if until == last:
            batch.mark = {"sheet": index + 1}
    return found
