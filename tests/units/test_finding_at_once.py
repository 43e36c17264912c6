"""Two people who name the same unit at once, on real connections: both names find it."""

from threading import Barrier

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.factories import UnitFactory
from tests.threads import at_once
from units.actions import finding
from units.models import SearchEntry, Unit, UnitName

pytestmark = pytest.mark.django_db(transaction=True)


def add(unit, name):
    return lambda: UnitName.objects.create(unit=unit, name=name)


def test_names_that_are_added_at_once_are_all_found():
    unit = UnitFactory(name="云泽县教育局")
    names = [f"别名{letter}" for letter in "甲乙丙丁戊己"]

    outcomes = at_once(*(add(unit, name) for name in names))

    assert [outcome.name for outcome in outcomes] == names
    assert all(unit in Unit.objects.finding(name) for name in names)
    assert finding.stale() == []


@pytest.mark.skipif(connection.vendor == "sqlite", reason="there writers queue from the beginning")
def test_without_the_lock_one_of_two_would_be_forgotten(monkeypatch):
    unit = UnitFactory(name="云泽县教育局")
    meet, about = Barrier(2), SearchEntry.about

    def about_together(record, kind):
        entry = about(record, kind)
        meet.wait(10)
        return entry

    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self)
    monkeypatch.setattr(SearchEntry, "about", about_together)
    at_once(add(unit, "别名甲"), add(unit, "别名乙"))
    monkeypatch.undo()

    assert finding.stale() == [(Unit, unit.pk)]
