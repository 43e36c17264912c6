"""What the code on an invitation sheet opens: for the one it is for, once, and not for ever."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from civportal.lib import clock
from tests.factories import UnitFactory
from units.actions import person
from units.models import Role, User

pytestmark = pytest.mark.django_db
OWN = {"new_password1": "sunny-school-2026", "new_password2": "sunny-school-2026"}


@pytest.fixture
def slip(admin, school):
    return person.issue_account(username="new", name="新人", role=Role.LIAISON, units=[school], by=admin)


def link(slip, password=None):
    return reverse("units:join", args=[slip.person.username, password or slip.password])


def test_looking_shows_for_whom_it_is_and_changes_nothing(client, slip, school):
    before = User.objects.filter(pk=slip.person.pk).values().get()

    page = client.get(link(slip))

    assert page.status_code == 200
    assert "新人" in page.content.decode() and school.name in page.content.decode()
    assert User.objects.filter(pk=slip.person.pk).values().get() == before
    assert not get_user(client).is_authenticated


def test_accepting_leads_to_an_own_password_and_uses_the_invitation_up(client, slip):
    answer = client.post(link(slip))

    assert answer.url == reverse("units:password")
    assert client.post(answer.url, OWN).status_code == 302
    assert get_user(client) == slip.person
    assert Client().get(link(slip)).status_code == Client().post(link(slip)).status_code == 404


def test_wrong_used_expired_and_unknown_are_answered_alike(client, admin, slip, lan):
    used = person.issue_account(username="used", name="用过", role=Role.AUDITOR, by=admin)
    person.set_password(used.person, "a-very-own-secret-7", by=used.person)
    blocked = person.issue_account(username="gone", name="走了", role=Role.AUDITOR, by=admin)
    person.block(blocked.person, by=admin)
    renewed = person.issue_account(username="again", name="又来", role=Role.AUDITOR, by=admin)
    person.reset_password(renewed.person, by=admin)
    addresses = [
        link(slip, "abcd-efgh-jkmn"),
        link(used),
        link(blocked),
        link(renewed),
        reverse("units:join", args=["nobody", slip.password]),
        reverse("units:join", args=["lan", slip.password]),
    ]

    answers = [client.get(address) for address in addresses] + [client.post(one) for one in addresses]
    with clock.at(slip.until + timedelta(seconds=1)):
        answers += [client.get(link(slip)), client.post(link(slip))]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert not get_user(client).is_authenticated


def test_an_own_password_is_no_invitation(client, lan):
    lan.set_password("abcd-efgh-jkmn")
    lan.save()

    assert client.post(reverse("units:join", args=["lan", "abcd-efgh-jkmn"])).status_code == 404
    assert not get_user(client).is_authenticated


def test_the_address_is_told_to_nobody_and_kept_by_no_cache(client, slip):
    for address in (link(slip), link(slip, "abcd-efgh-jkmn")):
        headers = client.get(address).headers

        assert headers["Referrer-Policy"] == "strict-origin"
        assert "no-store" in headers["Cache-Control"]


def test_the_form_is_protected_by_its_token(slip):
    assert Client(enforce_csrf_checks=True).post(link(slip)).status_code == 403


def test_who_was_signed_in_here_is_signed_out(client, slip, mei):
    client.force_login(mei)
    assert "梅青" in client.get(link(slip)).content.decode()

    client.post(link(slip))

    assert get_user(client) == slip.person


@pytest.mark.parametrize("name", ["new", "王敏", "a b", "a/b", "x" * 60])
def test_every_account_name_fits_into_the_address(client, admin, name):
    slip = person.issue_account(username=name, name="新人", role=Role.AUDITOR, by=admin)

    assert client.get(link(slip)).status_code == 200


def test_what_is_no_code_is_no_address(client, slip):
    assert client.get(f"/join/new/{slip.password}%00/").status_code == 404
    assert client.get("/join/a%00b/abcd/").status_code == 404


def test_an_unknown_account_takes_as_much_work_as_a_known_one(client, slip, monkeypatch):
    """What is compared is not told apart by time: one comparison each."""
    compared = []
    real = person.check_password
    monkeypatch.setattr(person, "check_password", lambda *given: compared.append(1) or real(*given))

    client.get(link(slip, "abcd-efgh-jkmn"))
    client.get(reverse("units:join", args=["nobody", "abcd-efgh-jkmn"]))

    assert len(compared) == 2


def test_all_sheets_of_a_county_lead_somewhere(client, admin):
    UnitFactory.create_batch(5)

    slips = person.issue_accounts(by=admin)

    assert [client.get(link(slip)).status_code for slip in slips] == [200] * 5
