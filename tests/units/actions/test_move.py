"""The one door through which a status changes."""

from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from assessments.models import LedgerEntry
from tests.factories import EntryFactory
from units.actions.move import MoveNotAllowed, move
from units.models import Notification, TrailEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(lan, school, year):
    """Handed in by Lan, not decided yet."""
    return EntryFactory(submitted=True, unit=school, cycle=year, created_by=lan)


def stored(entry):
    return LedgerEntry.objects.get(pk=entry.pk)


def test_move_changes_status_and_version_and_writes_the_trail(entry, rui):
    with move(entry, "accept", by=rui, note="齐全", changes={"points": [None, "3"]}):
        pass

    assert stored(entry).status == "accepted"
    assert stored(entry).version == entry.version + 1
    line = TrailEvent.objects.about(entry).get()
    assert (line.verb, line.from_status, line.to_status) == ("accept", "submitted", "accepted")
    assert (line.by, line.note, line.changes) == (rui, "齐全", {"points": [None, "3"]})


def test_fields_changed_on_the_way_are_saved_with_it(entry, rui):
    with move(entry, "accept", by=rui) as moving:
        moving.place = "礼堂"

    assert stored(entry).place == "礼堂"


def test_record_given_is_left_alone_and_a_fresh_one_is_moved(entry, rui):
    LedgerEntry.objects.filter(pk=entry.pk).update(place="changed by somebody meanwhile")

    with move(entry, "accept", by=rui) as moving:
        assert moving is not entry

    assert stored(entry).place == "changed by somebody meanwhile"
    assert entry.status == "submitted"


def test_move_that_does_not_start_here_changes_nothing(entry, lan):
    with pytest.raises(MoveNotAllowed), move(entry, "submit", by=lan):
        pytest.fail("the body must not run")

    assert stored(entry).status == "submitted"
    assert not TrailEvent.objects.about(entry).exists()


def test_loser_is_told_who_decided_what(entry, rui, ou):
    with move(entry, "accept", by=rui):
        pass

    with pytest.raises(MoveNotAllowed) as told, move(entry, "send_back", by=ou):
        pass

    assert (told.value.event.by, told.value.event.verb) == (rui, "accept")
    assert told.value.record.status == "accepted"


def test_record_that_changed_since_it_was_seen_is_not_decided_on(entry, lan, rui):
    seen = entry.version
    with move(entry, "withdraw", by=lan):
        pass
    with move(entry, "submit", by=lan):
        pass

    with pytest.raises(MoveNotAllowed), move(entry, "accept", by=rui, seen=seen):
        pass

    assert stored(entry).status == "submitted"


def test_record_as_it_was_seen_is_decided_on(entry, rui):
    with move(entry, "accept", by=rui, seen=entry.version):
        pass

    assert stored(entry).status == "accepted"


def test_error_on_the_way_leaves_status_trail_and_people_alone(
    entry, rui, django_capture_on_commit_callbacks
):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        move(entry, "accept", by=rui),
    ):
        raise ZeroDivisionError

    assert stored(entry).status == "submitted"
    assert not TrailEvent.objects.about(entry).exists()
    assert not Notification.objects.exists()


def test_what_the_database_forbids_undoes_the_move(entry, rui):
    with pytest.raises(IntegrityError), transaction.atomic(), move(entry, "accept", by=rui) as moving:
        moving.receipt = None

    assert stored(entry).status == "submitted"
    assert not TrailEvent.objects.about(entry).exists()


def test_people_concerned_are_told_after_the_commit(entry, rui, lan, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), move(entry, "send_back", by=rui, note="缺照片"):
        assert not Notification.objects.exists()

    notice = Notification.objects.get()
    assert (notice.to, notice.verb, notice.note) == (lan, "send_back", "缺照片")


@pytest.mark.django_db(transaction=True)
def test_of_two_deciding_at_once_one_wins_and_the_other_is_told(entry, rui, ou):
    start, lost = Barrier(2), []

    def decide(verb, by):
        start.wait()
        try:
            with move(entry, verb, by=by):
                pass
        except MoveNotAllowed as refusal:
            lost.append(refusal.event.verb)
        connection.close()

    threads = [Thread(target=decide, args=act) for act in (("accept", rui), ("send_back", ou))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (line,) = TrailEvent.objects.about(entry)
    assert lost == [line.verb]
    assert stored(entry).status == line.to_status
