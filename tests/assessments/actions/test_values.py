"""Many values at once: in the same few statements however many there are."""

import pytest

from assessments.actions import score, values
from assessments.actions.values import Cell, Place
from assessments.models import ScoreLine, ScoreSheet
from tests.factories import UnitYearFactory
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

    with django_assert_num_queries(19):
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
