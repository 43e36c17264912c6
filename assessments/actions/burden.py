"""How much the office asks of a unit in a year: items, files, photos, and who asked for what.

Counted and not judged; nothing here is stored. The formulas:
- an item is a duty (what the calendar asks for, or the receipt of a document) or an indicator that
  the ledger proves and that applies to the unit;
- the files of an indicator are those that its recipe asks for (`files_at_least`); they count as
  photos where the recipe says what has to be seen (`must_show`);
- of a kind of unit it is the sum over its units divided by their number.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Duty, Indicator, UnitYear
from units.models import Category

CALENDAR, DOCUMENTS, STANDARD = "calendar", "documents", "standard"
SOURCES = {
    CALENDAR: gettext_lazy("calendar of the year"),
    DOCUMENTS: gettext_lazy("documents to sign for"),
    STANDARD: gettext_lazy("standard"),
}


@dataclass(frozen=True)
class Part:
    """One thing that is asked for: by what, how often, with how many files; sums over all units."""

    source: str
    name: str
    items: int
    files: int = 0
    photos: int = 0

    @property
    def asked_by(self):
        return SOURCES[self.source]


@dataclass
class Burden:
    """What is asked of some units, part by part; the figures are of one unit, on average."""

    name: str
    units: int
    parts: list[Part] = field(default_factory=list)

    def per_unit(self, what, source=None):
        """The sum over the parts, for one unit."""
        found = sum(getattr(part, what) for part in self.parts if source in (None, part.source))
        return rounded(found, self.units)

    @property
    def items(self):
        return self.per_unit("items")

    @property
    def files(self):
        return self.per_unit("files")

    @property
    def photos(self):
        return self.per_unit("photos")

    @property
    def by_source(self):
        """[(who asked, items of one unit)]"""
        return [(label, self.per_unit("items", source)) for source, label in SOURCES.items()]

    @property
    def shares(self):
        """[(part, items, files, photos of one unit)], the largest first."""
        names = ("items", "files", "photos")
        found = [(part, *(rounded(getattr(part, name), self.units) for name in names)) for part in self.parts]
        return sorted(found, key=lambda row: -row[1])


def rounded(total, units):
    """A figure of one unit: whole where it is, else with one decimal."""
    share = round(total / units, 1) if units else 0
    return int(share) if share == int(share) else share


# ── counting ─────────────────────────────────────────────────────────────────────────────────────


def by_kind(cycle):
    """The burden of each kind of unit, in the office's order of kinds."""
    years = UnitYear.objects.filter(cycle=cycle)
    kind = Coalesce("unit__category__parent", "unit__category")
    asked, traits = counted(cycle, years, kind)
    indicators = list(cycle.standard.indicators.proved_by_ledger())
    # Units without a category come last.
    names = {**dict(Category.objects.values_list("pk", "name")), None: _("without a category")}
    return [
        Burden(name, sum(traits[pk].values()), parts(indicators, asked[pk], traits[pk]))
        for pk, name in names.items()
        if pk in traits
    ]


def of_unit(unit_year):
    """The burden of one unit, exactly."""
    years = UnitYear.objects.filter(pk=unit_year.pk)
    asked, traits = counted(unit_year.cycle, years, "unit")
    unit = unit_year.unit_id
    indicators = unit_year.cycle.standard.indicators.proved_by_ledger()
    return Burden(str(unit_year.unit), 1, parts(indicators, asked[unit], traits[unit]))


def of_years(cycle, years):
    """The burden of these units' years together, for an average over all of them."""
    asked, traits = counted(cycle, years, "cycle")
    indicators = cycle.standard.indicators.proved_by_ledger()
    having = traits[cycle.pk]
    return Burden("", sum(having.values()), parts(indicators, asked[cycle.pk], having))


def counted(cycle, years, key):
    """({key: {kind of duty: how many}}, {key: {(has a window, is paired): how many units}})"""
    traits = defaultdict(Counter)
    having = years.order_by().values_list(key, "has_window", "is_paired")
    for value, has_window, is_paired, number in having.annotate(number=Count("pk")):
        traits[value][has_window, is_paired] += number
    asked = defaultdict(Counter)
    owed = Duty.objects.owed().filter(cycle=cycle, unit__in=years.values("unit")).order_by()
    for value, kind, number in owed.values_list(key, "kind").annotate(number=Count("pk")):
        asked[value][kind] += number
    return asked, traits


def parts(indicators, duties, traits):
    """What these duties and these indicators ask of units with these traits."""
    found = [
        Part(DOCUMENTS if kind == Duty.Kind.RECEIPT else CALENDAR, Duty.Kind(kind).label, number)
        for kind, number in duties.items()
    ]
    return found + [
        Part(
            STANDARD,
            str(indicator),
            units,
            units * indicator.recipe.get("files_at_least", 0),
            units * photos_asked(indicator.recipe),
        )
        for indicator in indicators
        if (units := concerned(indicator, traits))
    ]


def photos_asked(recipe):
    """The files that have to show something: pictures."""
    return recipe.get("files_at_least", 0) if recipe.get("must_show") else 0


def concerned(indicator, traits):
    """How many of the units the indicator applies to."""
    applies = {
        Indicator.Applies.ALL: lambda has_window, is_paired: True,
        Indicator.Applies.WINDOW: lambda has_window, is_paired: has_window,
        Indicator.Applies.PAIRED: lambda has_window, is_paired: is_paired,
    }[indicator.applies]
    return sum(number for having, number in traits.items() if applies(*having))


# ── before something more is asked ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Added:
    """What a new request adds: so many items for each of so many units, and how many each then has."""

    items: int
    units: int
    then: float


def added(cycle, units_count, *, years=None, items=1):
    """What `items` more for each of `units_count` units of the year mean, for `components/burden.html`.

    `years`, the UnitYears of those concerned, makes the average one of theirs and not of all.
    """
    before = of_years(cycle, UnitYear.objects.filter(cycle=cycle) if years is None else years)
    return Added(items, units_count, rounded(before.items * 10 + items * 10, 10))
