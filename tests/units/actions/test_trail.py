"""History: written with the act, in order, and impossible to change unnoticed."""

from datetime import datetime
from decimal import Decimal
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError

from civportal.lib import clock
from tests.factories import UnitFactory
from units.actions import trail
from units.models import TrailEvent
from units.models.trail import TrailIsAppendOnly

pytestmark = pytest.mark.django_db


def history(subject):
    return list(TrailEvent.objects.about(subject))


def test_line_says_who_did_what_from_what_to_what_and_why(school, rui):
    trail.record(
        school,
        "edit",
        by=rui,
        note="更名",
        changes={"name": ["旧", "新"]},
        from_status="a",
        to_status="b",
    )

    (line,) = history(school)
    assert (line.verb, line.by, line.note) == ("edit", rui, "更名")
    assert (line.from_status, line.to_status) == ("a", "b")
    assert line.changes == {"name": ["旧", "新"]}


def test_each_record_counts_its_own_lines(school, bank, rui):
    for subject in (school, bank, school):
        trail.record(subject, "edit", by=rui)

    assert [line.number for line in history(school)] == [1, 2]
    assert [line.number for line in history(bank)] == [1]


def test_line_is_chained_to_the_one_before_it(school, rui):
    trail.record(school, "create", by=rui)
    trail.record(school, "edit", by=rui)

    first, second = history(school)
    assert first.previous_hash == ""
    assert second.previous_hash == first.hash


def test_many_records_take_as_many_queries_as_two(rui, django_assert_num_queries):
    units = UnitFactory.create_batch(60)
    trail.record_all(units[:1], "edit", by=rui)

    with django_assert_num_queries(4):
        trail.record_all(units, "import", by=rui, changes={units[1].pk: {"name": ["甲", "乙"]}})

    assert [line.number for line in history(units[0])] == [1, 2]
    assert history(units[1])[0].changes == {"name": ["甲", "乙"]}
    assert trail.first_broken() is None


def test_nothing_to_record_writes_nothing(rui):
    assert trail.record_all([], "edit", by=rui) == []


def test_more_than_one_statement_can_name_are_recorded(rui):
    units = UnitFactory.create_batch(501)

    trail.record_all(units, "import", by=rui)

    assert TrailEvent.objects.filter(verb="import").count() == 501
    assert trail.first_broken() is None


def test_points_and_dates_are_kept_as_text(school, rui):
    trail.record(school, "edit", by=rui, changes={"points": [None, Decimal("2.50")]})

    assert history(school)[0].changes == {"points": [None, "2.50"]}
    assert trail.first_broken() is None


def test_chain_is_whole_whatever_clock_the_story_was_told_by(school, rui):
    with clock.at(datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        trail.record(school, "edit", by=rui)

    assert trail.first_broken() is None


def test_line_is_gone_with_the_act_it_told_of(school, rui):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        trail.record(school, "edit", by=rui)
        raise ZeroDivisionError

    assert history(school) == []


def test_history_refuses_every_ordinary_way_of_changing_it(school, rui):
    line = trail.record(school, "edit", by=rui)

    for change in (
        line.save,
        line.delete,
        TrailEvent.objects.all().delete,
        lambda: TrailEvent.objects.update(note="x"),
    ):
        with pytest.raises(TrailIsAppendOnly):
            change()


def test_database_refuses_a_second_line_of_the_same_number(school, rui):
    line = trail.record(school, "edit", by=rui)
    twin = TrailEvent(
        content_type=line.content_type, object_id=line.object_id, number=line.number, by=rui, at=line.at
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.fixture
def told(school, bank, rui):
    """Three lines about the school, one about the bank."""
    for verb in ("create", "edit", "edit"):
        trail.record(school, verb, by=rui, changes={"name": ["甲", verb]})
    trail.record(bank, "create", by=rui)
    return history(school)


def tamper(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_whole_history_is_confirmed(told, capsys):
    call_command("verify_trail")

    assert "4 lines" in capsys.readouterr().out


@pytest.mark.parametrize("column", ["verb", "note", "to_status", "from_status"])
def test_a_changed_word_is_found(told, column):
    tamper(f"UPDATE units_trailevent SET {column} = 'x' WHERE id = %s", told[1].pk)

    assert trail.first_broken() == told[1]


def test_another_doer_is_found(told, lan):
    tamper("UPDATE units_trailevent SET by_id = %s WHERE id = %s", lan.pk, told[0].pk)

    with pytest.raises(CommandError, match="line 1 about"):
        call_command("verify_trail")


def test_a_changed_line_with_a_fitting_hash_breaks_the_next_one(told):
    told[1].note = "x"
    tamper(
        "UPDATE units_trailevent SET note = 'x', hash = %s WHERE id = %s",
        trail.fingerprint(told[1]),
        told[1].pk,
    )

    assert trail.first_broken() == told[2]


@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_line_is_found_at_the_one_after_it(told, missing):
    tamper("DELETE FROM units_trailevent WHERE id = %s", told[missing].pk)

    assert trail.first_broken() == told[missing + 1]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_the_numbers_one_to_twenty(school, rui):
    def write():
        trail.record(school, "edit", by=rui)
        connection.close()

    threads = [Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [line.number for line in history(school)] == list(range(1, 21))
    assert trail.first_broken() is None
