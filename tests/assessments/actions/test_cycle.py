"""The creation year from preparation to its end."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import cycle as cycles
from assessments.actions import standard as standards
from assessments.models import Duty, ScoreSheet, Stage, UnitYear, WorkCalendar
from tests.factories import StandardFactory, UnitFactory
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent


@pytest.fixture
def prepared(ou):
    return cycles.prepare(2026, standard=StandardFactory(), by=ou)


def test_prepare_sets_the_usual_dates_and_loads_the_holidays(prepared):
    stage = prepared.deadlines.get(kind="annual_plan")

    assert (stage.opens_on, stage.due_on) == (date(2026, 1, 1), date(2026, 2, 28))
    assert WorkCalendar.objects.get().year == 2026


def test_a_year_without_a_shipped_holiday_table_is_prepared_without_one(ou):
    cycles.prepare(2031, standard=StandardFactory(), by=ou)

    assert not WorkCalendar.objects.exists()


def test_open_freezes_the_standard_and_enrols_who_takes_part(prepared, school, ou):
    UnitFactory(participation="outside")

    cycle = cycles.open(prepared, by=ou)

    cycle.standard.refresh_from_db()
    assert cycle.standard.is_frozen
    assert [it.unit for it in UnitYear.objects.all()] == [school]
    assert set(Duty.objects.values_list("unit", flat=True)) == {school.pk}
    assert ScoreSheet.objects.get().unit_year.unit == school


def test_open_while_another_year_is_open_is_refused(prepared, ou, in_english):
    cycles.open(prepared, by=ou)
    other = cycles.prepare(2027, standard=StandardFactory(), by=ou)

    with pytest.raises(ValidationError, match="still open"):
        cycles.open(other, by=ou)

    other.refresh_from_db()
    assert other.status == "draft"


def test_units_imported_later_are_enrolled_by_an_act_of_their_own(prepared, school, bank, ou):
    cycle = cycles.open(prepared, by=ou)
    late = UnitFactory(has_window=True, pairing_text="望湖村")

    count = cycles.enrol_missing(cycle, by=ou)

    assert count == 1
    unit_year = UnitYear.objects.get(unit=late)
    assert unit_year.has_window and unit_year.is_paired


@pytest.mark.parametrize("units", [1, 5, 50])
def test_open_costs_the_same_queries_however_many_units(prepared, ou, units, django_assert_max_num_queries):
    UnitFactory.create_batch(units)
    standards.freeze(prepared.standard, by=ou)
    prepared.standard.refresh_from_db()
    # SQLite takes some fifty rows in one statement; eighteen duties of each unit would not be its test.
    prepared.deadlines.exclude(kind="annual_plan").delete()

    with django_assert_max_num_queries(45):
        cycles.open(prepared, by=ou)


def test_open_twice_is_refused(prepared, ou):
    cycles.open(prepared, by=ou)

    with pytest.raises(MoveNotAllowed):
        cycles.open(prepared, by=ou)


def test_close_ends_the_year(prepared, ou):
    cycle = cycles.close(cycles.open(prepared, by=ou), by=ou)

    assert not cycle.accepts_entries


def test_reschedule_keeps_old_and_new(prepared, ou):
    stage = prepared.stages.get(kind=Stage.Kind.LEDGER)
    dates = {"opens_on": stage.opens_on, "due_on": date(2026, 12, 1), "closes_on": stage.closes_on}

    cycles.reschedule(stage, **dates, by=ou)

    event = TrailEvent.objects.about(prepared).last()
    assert event.changes == {"ledger.due_on": ["2026-11-30", "2026-12-01"]}


def test_reschedule_to_the_same_dates_leaves_no_line(prepared, ou):
    stage = prepared.stages.get(kind=Stage.Kind.LEDGER)
    dates = {name: getattr(stage, name) for name in ("opens_on", "due_on", "closes_on")}

    cycles.reschedule(stage, **dates, by=ou)

    assert not TrailEvent.objects.filter(verb="reschedule").exists()
