"""Accounts by approval: asked for by anybody, opened by the office alone."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import AccountRequestFactory
from tests.threads import at_once
from units.actions import account_request as requests
from units.actions.move import MoveNotAllowed
from units.models import AccountRequest, Notification, Role, TrailEvent, User

pytestmark = pytest.mark.django_db


def ask(**said):
    facts = {
        "name": "王敏",
        "phone": "13800000001",
        "unit_name": "云泽县第一小学",
        "unit": None,
        "role": Role.LIAISON,
        "reason": "",
    }
    return requests.ask(**facts | said)


def approve(request, unit, by, **said):
    return requests.approve(request, **{"role": Role.LIAISON, "unit": unit, "name": "王敏", "by": by} | said)


def test_asking_opens_nothing_and_tells_the_administrator(admin, ou, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        request = ask()

    assert request.status == "pending"
    assert not User.objects.filter(name="王敏").exists()
    assert [message.to for message in Notification.objects.all()] == [admin]
    event = TrailEvent.objects.about(request).get()
    assert (event.verb, event.by) == ("ask", User.objects.system())


def test_the_trail_does_not_repeat_the_number(admin):
    request = ask()
    ask(role=Role.DEPUTY)

    assert "13800000001" not in str(list(TrailEvent.objects.about(request).values()))


@pytest.mark.parametrize("phone", ["13800000001", "138 0000 0001", "138-0000-0001", "１３８０００００００１"])
def test_asked_twice_is_one_request_that_says_what_is_meant_now(phone):
    first = ask()

    second = ask(phone=phone, name="王 敏", role=Role.UNIT_LEADER)

    assert second == first and AccountRequest.objects.count() == 1
    assert (second.role, second.version) == (Role.UNIT_LEADER, 1)


def test_asked_twice_in_the_same_words_changes_nothing():
    ask()
    ask()

    assert AccountRequest.objects.get().version == 0
    assert TrailEvent.objects.filter(verb="ask").count() == 1


def test_the_database_holds_no_second_request_of_the_same_person():
    AccountRequestFactory(name="王敏", phone="13800000001")

    with pytest.raises(IntegrityError), transaction.atomic():
        AccountRequestFactory(name="王敏", phone="138-0000-0001")


def test_who_was_refused_may_ask_again(admin):
    requests.refuse(ask(), note="查无此人", by=admin)

    ask()

    assert AccountRequest.objects.pending().count() == 1


def test_agreeing_issues_the_account(admin, school, client):
    request = ask()

    slip = approve(request, school, admin)

    request.refresh_from_db()
    assert (request.status, request.person) == ("approved", slip.person)
    assert User.objects.get(pk=slip.person.pk).writes_for(school)
    assert client.login(username=slip.person.username, password=slip.password)


def test_a_decided_request_is_decided_once(admin, school):
    request = ask()
    requests.refuse(request, note="查无此人", by=admin)

    with pytest.raises(MoveNotAllowed):
        approve(request, school, admin)

    assert not User.objects.filter(name="王敏").exists()


def test_what_was_changed_meanwhile_is_not_agreed_to_unseen(admin, school):
    request = ask()
    seen = request.version
    ask(role=Role.SUPERVISOR)

    with pytest.raises(MoveNotAllowed):
        approve(request, school, admin, seen=seen)


def test_the_reason_of_a_refusal_stays(admin):
    request = requests.refuse(ask(), note="查无此人", by=admin)

    assert TrailEvent.objects.about(request).last().note == "查无此人"


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_asked_many_times_at_once_is_one_request():
    User.objects.system()

    outcomes = at_once(*[ask] * 4)

    assert len({one.pk for one in outcomes}) == 1 and AccountRequest.objects.count() == 1


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_issue_one_account(admin, school):
    request = ask()

    outcomes = at_once(*[lambda: approve(request, school, admin)] * 3)

    assert sum(isinstance(one, MoveNotAllowed) for one in outcomes) == 2
    assert User.objects.filter(name="王敏").count() == 1
