"""Many values at once: in the same few statements however many there are."""

from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from assessments.actions import cycle as cycles
from assessments.actions import score, values
from assessments.actions.values import Cell, Place
from assessments.models import Adjustment, Cycle, ScoreLine, ScoreSheet
from tests.factories import UnitYearFactory
from tests.threads import at_once
from units.models import TrailEvent


@pytest.fixture
def sheets(year):
    """Sixty units' sheets."""
    UnitYearFactory.create_batch(60, cycle=year)
    score.open_sheets(year)
    return list(ScoreSheet.objects.order_by("pk"))


def cell(sheet, code, value, seen=""):
    return Cell(Place("", sheet.pk, code), "", "", "", code, value, "检查", sheet=sheet.pk, seen=seen)


@pytest.mark.parametrize("count", [1, 5, 50])
def test_a_page_of_the_grid_is_saved_in_the_same_statements(
    year, rui, sheets, count, django_assert_num_queries
):
    typed = [cell(sheet, "A2", "3.5") for sheet in sheets[:count]]
    rui.roles  # noqa: B018 – read once per request

    with django_assert_num_queries(20):
        values.save(year, typed, by=rui)

    assert ScoreLine.objects.count() == count


def test_several_cells_of_one_unit_are_one_line_of_its_history(year, rui, sheets):
    sheet = sheets[0]
    values.save(year, [cell(sheet, "A2", "3"), cell(sheet, "A3", "2.5")], by=rui)

    [event] = TrailEvent.objects.about(sheet)
    assert (event.changes["A2"], event.changes["A3"]) == (["", "3"], ["", "2.5"])
    assert ["0.00", str(ScoreSheet.objects.get(pk=sheet.pk).total)] in event.changes.values()


def test_what_cannot_be_saved_leaves_the_others_alone(year, rui, sheets):
    done = values.save(year, [cell(sheets[0], "A2", "9"), cell(sheets[1], "A2", "3")], by=rui)

    assert [len(done.changes), len(done.faults)] == [1, 1]
    assert ScoreLine.objects.get().sheet == sheets[1]


def test_more_cells_than_can_be_named_one_by_one_are_judged_all_the_same(year, rui, sheets, monkeypatch):
    monkeypatch.setattr(score, "FEW", 3)

    done = values.save(year, [cell(sheet, "A2", "3") for sheet in sheets[:10]], by=rui)

    assert len(done.changes) == 10
    assert ScoreSheet.objects.filter(raw=3).count() == 10


def test_two_cells_for_one_value_are_a_fault_even_where_they_name_one_place(year, rui, sheets):
    done = values.save(year, [cell(sheets[0], "A2", "3"), cell(sheets[0], "A2", "2")], by=rui)

    assert [len(done.changes), len(done.faults)] == [1, 1]
    assert ScoreLine.objects.get().value == 3


# ── the year closes meanwhile ────────────────────────────────────────────────────────────────────


def rule_of(standard):
    """A rule that takes a point away; in bulk, for the standard is frozen."""
    rule = Adjustment(standard=standard, kind="deduction", code="N1", name="无计划", points={"each": "1"})
    return Adjustment.objects.bulk_create([rule])[0]


def ways_to_save(year, sheet, by):
    """Every act that writes what the office enters, each with the year as it was read before."""
    item, rule = year.standard.indicators.get(code="A2"), rule_of(year.standard)
    typed = [cell(sheet, "A2", "3")]
    return [
        lambda: values.save(year, typed, by=by),
        lambda: values.apply(year, typed, digest=values.judge(year, typed, by=by).digest, source="x", by=by),
        lambda: values.put(sheet, item, "3", "检查", seen="", by=by),
        lambda: score.clear_value(sheet, item, by=by),
        lambda: score.add_adjustment(sheet, rule, Decimal(1), "事由", by=by),
        lambda: score.set_traits(sheet, has_window=True, is_paired=True, by=by),
    ]


@pytest.mark.parametrize("number", range(6))
def test_who_read_the_year_before_it_was_closed_saves_nothing_any_more(
    year, rui, ou, sheets, in_english, number
):
    save = ways_to_save(year, sheets[0], rui)[number]
    cycles.close(Cycle.objects.get(), by=ou)

    with pytest.raises(ValidationError, match="year is not open"):
        save()

    assert not ScoreLine.objects.exists()
    assert not TrailEvent.objects.about(sheets[0]).exists()


def during(monkeypatch, module, name, act):
    """What becomes of an act that another person begins just when this function has answered."""
    function, met = getattr(module, name), []

    def answer(*args, **kwargs):
        found = function(*args, **kwargs)
        met.extend(at_once(partial(impatient, act)))
        return found

    monkeypatch.setattr(module, name, answer)
    return met


@transaction.atomic
def impatient(act):
    """The act, given up as soon as it has to wait for somebody."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
    return act()


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite")
@pytest.mark.parametrize("number", range(6))
def test_the_year_is_not_closed_while_a_value_is_being_saved(year, rui, ou, sheets, monkeypatch, number):
    save = ways_to_save(year, sheets[0], rui)[number]
    met = during(monkeypatch, score, "refuse_closed", lambda: cycles.close(year, by=ou))

    save()

    assert [type(one) for one in met] == [OperationalError]


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="writers queue on SQLite")
@pytest.mark.parametrize("number", range(6))
def test_who_wants_to_save_while_the_year_is_being_closed_waits(year, rui, ou, sheets, monkeypatch, number):
    save = ways_to_save(year, sheets[0], rui)[number]
    met = during(monkeypatch, score, "all_held", save)

    cycles.close(year, by=ou)

    assert [type(one) for one in met] == [OperationalError]
    with pytest.raises(ValidationError):
        save()
