"""Who signed the letters of a year and where the gaps are, along the tree of units.

The whole tree is read as plain values in one query, and summed up in memory: 5,000 units are a few
tens of milliseconds. Only the rows of one page are read as records.
"""

from dataclasses import dataclass, field

from civportal.lib.web import whole_number
from units.models import ResponsibilityLetter, Unit
from units.models.letter import bearing

from .letter import SIGNING

FACTS = ("pk", "name", "participation", "supervisor", "town", "town__name", "is_signed")
# A tree of so many rows is shown whole; a larger one level by level, each with its sums.
SHOWN_WHOLE = 100


@dataclass
class Row:
    """A unit's place in the tree, and how many of those below it have signed."""

    pk: int
    name: str
    owes: bool
    is_signed: bool
    town: int | None
    above: "Row | None" = None
    children: list = field(default_factory=list)
    depth: int = 0
    below: int = 0
    signed_below: int = 0
    # Shown only to say where the rows below it stand.
    is_context: bool = False
    is_open: bool = True
    # Records of the page's rows: the unit, and the letters it signed.
    unit: Unit | None = None
    letters: list = field(default_factory=list)

    @property
    def is_gap(self):
        return self.owes and not self.is_signed

    @property
    def gaps_below(self):
        return self.below - self.signed_below

    @property
    def step(self):
        """How far the row is set in; deeper levels look alike."""
        return min(self.depth, 4)

    @property
    def toggle(self):
        """What the address says to open the row, or to fold it again."""
        return self.pk if not self.is_open else self.above.pk if self.above else 0

    @property
    def line(self):
        """The rows above it, from the top down."""
        return [*self.above.line, self.above] if self.above else []


class Tree:
    """The units that sign, and those above them, as far as somebody may see them."""

    def __init__(self, units, year):
        self.year = year
        facts = bearing(units.existing(), year).order_by("sort_order", "pk").values_list(*FACTS)
        self.nodes, self.towns, supervisors = {}, {}, {}
        for pk, name, participation, supervisor, town, town_name, is_signed in facts:
            # An exempt unit that signed all the same is shown, and counted with those who should.
            owes = participation in SIGNING or is_signed
            self.nodes[pk] = Row(pk, name, owes, is_signed, town)
            supervisors[pk] = supervisor
            if town_name:
                self.towns[town] = town_name
        self.join(supervisors)
        self.rows = self.walk()
        self.asked = None
        self.only_gaps = False

    def join(self, supervisors):
        """Hang every unit below its supervising unit; who supervises unseen leaves a top behind."""
        for pk, supervisor in supervisors.items():
            row, above = self.nodes[pk], self.nodes.get(supervisor)
            if above:
                row.above = above
                above.children.append(row)

    def walk(self):
        """Every row that signs or stands above one that does, from the top down, with its sums."""
        rows = []
        waiting = [row for row in reversed(self.nodes.values()) if row.above is None]
        while waiting:
            row = waiting.pop()
            row.depth = row.above.depth + 1 if row.above else 0
            rows.append(row)
            waiting += reversed(row.children)
        for row in reversed(rows):
            if row.above:
                row.above.below += row.below + row.owes
                row.above.signed_below += row.signed_below + (row.owes and row.is_signed)
        return [row for row in rows if row.owes or row.below]

    # what is asked for

    def narrow(self, numbers):
        """Only these units; asked twice, those in both."""
        self.asked = set(numbers) if self.asked is None else self.asked & set(numbers)
        return self

    def in_town(self, town):
        return self.narrow(row.pk for row in self.rows if town in (row.town, row.pk))

    def under(self, number):
        """That unit and everything below it."""
        return self.narrow(
            row.pk for row in self.rows if number == row.pk or number in (one.pk for one in row.line)
        )

    def gaps(self):
        self.only_gaps = True
        return self

    # what is answered

    @property
    def supervisors(self):
        return [row for row in self.rows if row.below]

    @property
    def counted(self):
        """The units asked for that owe a letter."""
        return [row for row in self.rows if row.owes and (self.asked is None or row.pk in self.asked)]

    @property
    def signed_count(self):
        return sum(row.is_signed for row in self.counted)

    @property
    def is_narrowed(self):
        return self.asked is not None or self.only_gaps

    @property
    def is_large(self):
        """Whether the tree opens with its top only."""
        return len(self.rows) > SHOWN_WHOLE

    def shown(self, opened=""):
        """The rows to show: what was asked for with what stands above it, or the tree as far as it is open.

        `opened` is "all", or the number of one unit: those below it and below all above it are shown.
        """
        if self.is_narrowed:
            return self.matching()
        open_numbers = self.opened(opened)
        for row in self.rows:
            row.is_open = not self.is_large or opened == "all" or row.pk in open_numbers
        return [row for row in self.rows if row.above is None or row.above.is_open]

    def opened(self, number):
        """The unit of that number and all above it; when none is asked for, the top that holds the most."""
        tops = [row for row in self.rows if row.above is None and row.below > len(self.rows) / 2]
        asked = self.nodes.get(whole_number(number)) if number else next(iter(tops), None)
        return {row.pk for row in [*asked.line, asked]} if asked else set()

    def matching(self):
        wanted = {row.pk for row in self.counted if row.is_gap or not self.only_gaps}
        standing = wanted | {above.pk for row in self.rows if row.pk in wanted for above in row.line}
        for row in self.rows:
            row.is_context = row.pk not in wanted
        return [row for row in self.rows if row.pk in standing]

    def furnished(self, rows):
        """The rows of a page, after those above the first one, with their units and letters: two queries."""
        rows = list(rows)
        leading = rows[0].line if rows else []
        for row in leading:
            row.is_context = True
        rows = [*leading, *rows]
        numbers = [row.pk for row in rows]
        units = Unit.objects.in_bulk(numbers)
        letters = ResponsibilityLetter.objects.of_year(self.year).filter(unit__in=numbers)
        for row in rows:
            row.unit = units[row.pk]
        for letter in letters.select_related("upper", "paper").order_by("signed_on", "pk"):
            self.nodes[letter.unit_id].letters.append(letter)
        return rows
