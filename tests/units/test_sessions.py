"""Sessions: new key at every step, known by person and place, and gone at once when they have to go."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from civportal.lib.clock import now
from tests.factories import SessionFactory
from tests.units.codes import code_of, telephone
from units.actions import account, person
from units.models import Session

pytestmark = pytest.mark.django_db

PASSWORD = "lanterns-over-water-7"
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/90.0 Safari/537.36"


@pytest.fixture
def lan(lan):
    lan.set_password(PASSWORD)
    lan.save()
    return lan


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(client):
    """Whether the next page still knows the person."""
    return client.get(reverse("units:notifications")).status_code == 200


def sign_in(client, **extra):
    return client.post(reverse("units:login"), {"username": "lan", "password": PASSWORD}, **extra)


def key(client):
    return client.cookies["sessionid"].value


def with_key(value):
    client = Client()
    client.cookies["sessionid"] = value
    return client


# ── fixation ─────────────────────────────────────────────────────────────────────────────────────


def test_the_key_changes_at_sign_in_and_the_old_one_is_dead(lan, client):
    session = client.session
    session["something"] = "remembered"
    session.save()
    before = key(client)

    sign_in(client)

    assert key(client) != before and is_in(client)
    assert not is_in(with_key(before))


def test_a_key_that_somebody_made_up_becomes_nobodys(lan):
    client = with_key("a" * 32)

    sign_in(client)

    assert key(client) != "a" * 32
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_the_key_changes_after_the_code(lan, client):
    device, _codes = telephone(lan)
    sign_in(client)
    before = key(client)

    client.post(reverse("units:code"), {"code": code_of(device)})

    assert key(client) != before and is_in(client)
    assert not is_in(with_key(before))


def test_signing_out_ends_the_session_on_the_server(lan, client):
    sign_in(client)
    before = key(client)

    client.post(reverse("units:logout"))

    assert not is_in(with_key(before)) and not Session.objects.exists()


# ── whose, from where, since when ────────────────────────────────────────────────────────────────


def test_a_session_knows_whose_it_is_and_from_where(lan, client):
    sign_in(client, REMOTE_ADDR="10.0.0.8", headers={"user-agent": CHROME})

    session = Session.objects.get()
    assert (session.user, session.address, session.device) == (lan, "10.0.0.8", "Chrome · Windows")
    assert session.started_at == pytest.approx(now(), abs=timedelta(minutes=1))


def test_a_change_of_the_key_does_not_make_it_younger(lan, client):
    device, _codes = telephone(lan)
    sign_in(client)
    Session.objects.update(started_at=now() - timedelta(hours=3))

    client.post(reverse("units:code"), {"code": code_of(device)})

    assert Session.objects.get().started_at < now() - timedelta(hours=2)


def test_last_seen_is_written_every_ten_minutes_at_most(lan, client):
    sign_in(client, REMOTE_ADDR="10.0.0.8")
    long_ago, lately = now() - timedelta(minutes=11), now() - timedelta(minutes=9)

    Session.objects.update(seen_at=lately)
    client.get(reverse("units:notifications"), REMOTE_ADDR="10.0.0.9")
    assert Session.objects.get().seen_at == lately

    Session.objects.update(seen_at=long_ago)
    client.get(reverse("units:notifications"), REMOTE_ADDR="10.0.0.9")
    seen = Session.objects.get()
    assert seen.seen_at > lately and seen.address == "10.0.0.9"


def test_a_stranger_leaves_no_session(client, db):
    client.get(reverse("units:login"))
    client.get(reverse("assessments:public_home"))

    assert not Session.objects.exists()


def test_what_has_run_out_is_cleared_away(lan):
    SessionFactory(user=lan, expire_date=now() - timedelta(minutes=1))
    fresh = SessionFactory(user=lan)

    call_command("clearsessions")

    assert list(Session.objects.all()) == [fresh]


# ── they end ─────────────────────────────────────────────────────────────────────────────────────

ENDS = {
    "blocked": lambda lan, admin: person.block(lan, by=admin),
    "a new one-time password": lambda lan, admin: person.reset_password(lan, by=admin),
    "second factor taken away": lambda lan, admin: account.reset_second_factor(lan, by=admin),
    "an own password": lambda lan, admin: person.set_password(lan, "tide-and-lantern-3", by=lan),
}


@pytest.mark.parametrize("what", ENDS)
def test_every_session_ends_at_once(lan, mei, admin, what):
    desk, telephone_of_lan, of_mei = signed_in(lan), signed_in(lan), signed_in(mei)

    ENDS[what](lan, admin)

    assert not is_in(desk) and not is_in(telephone_of_lan) and is_in(of_mei)
    assert not lan.sessions.exists()


def test_control_an_act_that_ends_nothing_leaves_them(lan, admin):
    desk = signed_in(lan)

    person.unblock(lan, by=admin)

    assert is_in(desk)


def test_whoever_changes_the_own_password_stays_and_is_out_everywhere_else(lan):
    desk, elsewhere = signed_in(lan), signed_in(lan)
    new = "tide-and-lantern-3"

    desk.post(
        reverse("units:password"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert is_in(desk) and not is_in(elsewhere)
    assert lan.sessions.count() == 1


def test_whoever_sets_a_second_factor_up_is_out_everywhere_else(lan):
    desk, elsewhere = signed_in(lan), signed_in(lan)
    desk.post(reverse("units:second_factor"), {"password": PASSWORD})

    desk.post(reverse("units:second_factor_confirm"), {"code": code_of(account.begun(lan))})

    assert is_in(desk) and not is_in(elsewhere)


def test_a_request_under_way_does_not_bring_an_ended_session_back(lan, admin):
    desk = signed_in(lan)
    session = desk.session
    session["something"] = "read before"
    person.block(lan, by=admin)

    with pytest.raises(UpdateError):
        session.save()

    assert not Session.objects.exists()
