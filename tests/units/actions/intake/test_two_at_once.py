"""Two administrators at once, on real connections."""

import pytest

from tests.factories import UserFactory
from tests.threads import at_once
from tests.units.lists import unit_row, workbook
from units.actions import intake
from units.actions.move import MoveNotAllowed
from units.models import ImportBatch, Unit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two():
    return UserFactory(), UserFactory()


def preview(by, *names):
    rows = [unit_row(name, number) for number, name in enumerate(names, 1)]
    return intake.preview(workbook(*rows), "名册.xlsx", by=by)


def test_one_applies_the_list_and_the_other_is_told(two):
    one, other = two
    batch = preview(one, "县水利局", "县财政局")

    results = at_once(lambda: intake.apply(batch, by=one), lambda: intake.apply(batch, by=other))

    assert sorted(type(result).__name__ for result in results) == ["ImportBatch", "MoveNotAllowed"]
    [loser] = [result for result in results if isinstance(result, MoveNotAllowed)]
    assert loser.event.verb == "apply"
    assert Unit.objects.participating().count() == 2


def test_two_lists_of_the_same_units_make_each_unit_once(two):
    one, other = two
    first, second = preview(one, "县水利局", "县财政局"), preview(other, "县水利局", "县财政局")

    results = at_once(lambda: intake.apply(first, by=one), lambda: intake.apply(second, by=other))

    assert all(isinstance(result, ImportBatch) for result in results)
    assert sorted(result.writable_count for result in results) == [0, 2]
    assert Unit.objects.participating().count() == 2
