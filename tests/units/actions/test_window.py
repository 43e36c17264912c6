from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from civportal.lib.clock import today
from tests.factories import WindowFactory
from units.actions import window as windows
from units.actions.editing import ChangedMeanwhile
from units.models import TrailEvent, Unit, Window, WindowStaff

pytestmark = pytest.mark.django_db

VALUES = {"name": "社保窗口", "place": "一楼", "hours": "8:30—17:30", "services": "社会保险"}
STAFF = [{"badge_number": "101", "duty": "受理", "name": "林知远"}]


def test_with_the_first_window_the_register_says_that_the_unit_has_one(school, lan):
    window = windows.add(school, VALUES, STAFF, by=lan)

    assert Unit.objects.get(pk=school.pk).has_window is True
    assert TrailEvent.objects.about(school).get().changes == {"has_window": ["", True]}
    assert TrailEvent.objects.about(window).get().verb == "create"
    assert window.staff.get().name == "林知远"


def test_a_second_window_of_the_same_name_is_refused_in_words(school, bank, lan, in_english):
    windows.add(school, VALUES, by=lan)

    with pytest.raises(ValidationError, match="this name already"):
        windows.add(school, VALUES, by=lan)

    assert windows.add(bank, VALUES, by=lan).unit == bank
    with pytest.raises(IntegrityError), transaction.atomic():
        Window.objects.create(unit=school, **VALUES)


def test_a_badge_that_stands_there_twice_is_refused_and_nothing_is_kept(school, lan, in_english):
    with pytest.raises(ValidationError, match="101"):
        windows.add(school, VALUES, [*STAFF, *STAFF], by=lan)

    assert not Window.objects.exists() and not WindowStaff.objects.exists()


def test_an_edit_is_history_and_names_stay_out_of_it(school, lan):
    window = windows.add(school, VALUES, STAFF, by=lan)

    windows.edit(window, {**VALUES, "place": "二楼"}, [{**STAFF[0], "duty": "审核"}], by=lan, seen=0)

    event = TrailEvent.objects.about(window).last()
    assert event.changes == {"place": ["一楼", "二楼"], "staff": ["101 受理", "101 审核"]}
    assert Window.objects.get().version == 1


def test_saving_what_is_already_there_changes_nothing(school, lan):
    window = windows.add(school, VALUES, STAFF, by=lan)

    windows.edit(window, VALUES, STAFF, by=lan, seen=0)

    assert Window.objects.get().version == 0
    assert TrailEvent.objects.about(window).count() == 1


def test_the_second_clerk_is_told_what_the_first_changed(school, lan, rui):
    window = windows.add(school, VALUES, STAFF, by=lan)
    windows.edit(window, {**VALUES, "hours": "全天"}, STAFF, by=lan, seen=0)

    with pytest.raises(ChangedMeanwhile) as meanwhile:
        windows.edit(window, {**VALUES, "hours": "上午"}, [], by=rui, seen=0)

    assert [event.changes for event in meanwhile.value.events] == [{"hours": ["8:30—17:30", "全天"]}]
    assert Window.objects.get().hours == "全天" and WindowStaff.objects.count() == 1


def test_closing_the_last_open_window_is_known_to_the_register(school, lan):
    first, second = windows.add(school, VALUES, by=lan), WindowFactory(unit=school)

    windows.close(first, today(), by=lan)
    assert Unit.objects.get(pk=school.pk).has_window is True
    windows.close(second, today() - timedelta(days=3), by=lan)

    assert Unit.objects.get(pk=school.pk).has_window is False
    assert not Window.objects.open().exists()


def test_a_closed_window_opens_again(school, lan):
    window = windows.add(school, VALUES, by=lan)
    windows.close(window, today(), by=lan)

    windows.reopen(window, by=lan)
    windows.reopen(window, by=lan)

    assert Window.objects.get().is_open and Unit.objects.get(pk=school.pk).has_window is True
    assert [event.verb for event in TrailEvent.objects.about(window)] == ["create", "close", "reopen"]


def test_a_window_is_not_closed_ahead_of_its_day(school, lan, in_english):
    window = windows.add(school, VALUES, by=lan)

    with pytest.raises(ValidationError, match="future"):
        windows.close(window, today() + timedelta(days=1), by=lan)

    assert Window.objects.get().is_open


def test_public_addresses_are_long_and_differ(school):
    codes = {WindowFactory(unit=school).code for _ in range(30)}

    assert len(codes) == 30 and all(len(code) == 12 for code in codes)
