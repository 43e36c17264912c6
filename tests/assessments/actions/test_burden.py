"""How much is asked of a unit: counted from duties, the standard and its recipes."""

import pytest

from assessments.actions import burden
from assessments.models import Duty, UnitYear
from tests.assessments import spring as springs
from tests.factories import CycleFactory, DutyFactory, IndicatorFactory, UnitFactory, UnitYearFactory
from units.models import Category

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard(year):
    """One indicator of all units with 2 files, one of windows with 4 photos, one of pairs without files."""
    year.standard.indicators.items().delete()
    group = year.standard.indicators.get(code="A")
    for code, applies, recipe in [
        ("A1", "all", {"files_at_least": 2, "must_show": []}),
        ("A2", "window", {"files_at_least": 4, "must_show": ["单位名称"]}),
        ("A3", "paired", {}),
    ]:
        IndicatorFactory(standard=year.standard, parent=group, code=code, applies=applies, recipe=recipe)
    IndicatorFactory(standard=year.standard, parent=group, code="B1", method="S")
    return year.standard


def unit_year(year, category="organ", **traits):
    unit = UnitFactory(category=Category.objects.get(code=category))
    return UnitYearFactory(cycle=year, unit=unit, **traits)


def owed(one, *kinds):
    for kind in kinds:
        DutyFactory(cycle=one.cycle, unit=one.unit, kind=kind)


def test_a_unit_is_asked_for_its_duties_and_for_what_applies_to_it(year, standard):
    plain, full = unit_year(year), unit_year(year, has_window=True, is_paired=True)
    owed(plain, "annual_plan", "deployment")

    one, other = burden.of_unit(plain), burden.of_unit(full)

    assert (one.items, one.files, one.photos) == (3, 2, 0)
    assert (other.items, other.files, other.photos) == (3, 6, 4)
    assert [items for _label, items in one.by_source] == [2, 0, 1]


def test_receipts_count_as_asked_by_the_documents(year, standard, ou):
    one = unit_year(year)
    springs.issued(year, [one.unit], ou)

    assert [items for _label, items in burden.of_unit(one).by_source] == [0, 1, 1]


def test_what_has_lapsed_is_asked_of_nobody(year, standard):
    one = unit_year(year)
    DutyFactory(cycle=year, unit=one.unit, lapsed_note="已撤销")

    assert burden.of_unit(one).items == 1


def test_what_is_done_was_asked_all_the_same(year, standard):
    one = unit_year(year)
    DutyFactory(cycle=year, unit=one.unit, done=True)

    assert burden.of_unit(one).items == 2


def test_a_kind_of_unit_has_the_average_of_its_units(year, standard):
    first, _second = unit_year(year, has_window=True), unit_year(year)
    owed(first, "annual_plan")
    owed(unit_year(year, "village"), "annual_plan", "self_check")

    found = {one.name: one for one in burden.by_kind(year)}

    assert len(found) == 2
    unit, village = found.values()
    assert (unit.units, unit.items, unit.files, unit.photos) == (2, 2, 4, 2)
    assert (village.units, village.items, village.files) == (1, 3, 2)


def test_other_years_are_not_counted(year, standard):
    one = unit_year(year)
    last_year = CycleFactory(year=2025, status="closed")
    UnitYearFactory(cycle=last_year, unit=one.unit)
    DutyFactory(cycle=last_year, unit=one.unit)

    assert burden.of_unit(one).items == 1
    assert [one.units for one in burden.by_kind(year)] == [1]


def test_the_parts_add_up(year, standard):
    one = unit_year(year, has_window=True)
    owed(
        one,
        *[kind for kind in Duty.Kind if kind not in ("receipt", "request", "quarterly_plan", "monthly_plan")],
    )

    found = burden.of_unit(one)

    assert sum(items for _part, items, _files, _photos in found.shares) == found.items
    assert sum(items for _label, items in found.by_source) == found.items


@pytest.mark.parametrize(
    ("total", "units", "expected"), [(4, 2, 2), (5, 2, 2.5), (10, 3, 3.3), (0, 5, 0), (3, 0, 0)]
)
def test_figures_of_one_unit_are_whole_where_they_can_be(total, units, expected):
    assert burden.rounded(total, units) == expected


def test_before_more_is_asked_it_is_said_how_much_each_then_has(year, standard):
    for _number in range(3):
        owed(unit_year(year), "annual_plan")
    busy = unit_year(year)
    owed(busy, "annual_plan", "deployment", "look_back")

    everybody = burden.added(year, 4)
    alone = burden.added(year, 1, years=UnitYear.objects.filter(pk=busy.pk), items=2)

    assert (everybody.items, everybody.units, everybody.then) == (1, 4, 3.5)
    assert (alone.items, alone.units, alone.then) == (2, 1, 6)


def test_before_anybody_is_enrolled_only_the_new_item_counts(year, standard):
    assert burden.added(year, 0).then == 1


@pytest.mark.parametrize("units", [1, 5, 50])
def test_counting_costs_the_same_however_many_units(year, standard, units, django_assert_num_queries):
    for number in range(units):
        owed(unit_year(year, "village" if number % 2 else "organ"), "annual_plan")

    with django_assert_num_queries(4):
        burden.by_kind(year)
