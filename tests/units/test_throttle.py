"""Wrong passwords are held up, and nobody locks somebody else out.

Counted are real checks of a password: how often the hasher was asked.
"""

import re
from collections import Counter
from datetime import timedelta
from threading import Barrier

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth import get_user
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civportal.lib.clock import now
from tests.factories import LiaisonFactory
from tests.threads import at_once
from units.actions import person
from units.backends import Accounts
from units.throttle import Try

pytestmark = pytest.mark.django_db

PASSWORD = "lanterns-over-water-7"
DESK, ELSEWHERE = "10.0.0.8", "10.9.9.9"


@pytest.fixture
def checks(monkeypatch):
    """How often a password was really looked at, by account."""
    seen, check = Counter(), Accounts.authenticate

    def counted(self, request, username=None, password=None, **kwargs):
        seen[username] += 1
        return check(self, request, username=username, password=password, **kwargs)

    monkeypatch.setattr(Accounts, "authenticate", counted)
    return seen


@pytest.fixture
def xin(school):
    return with_password("xin")


def with_password(name):
    user = LiaisonFactory(username=name)
    user.set_password(PASSWORD)
    user.save()
    return user


def attempt(username, password="wrong", address=DESK, client=None, **headers):
    """The answer of the sign-in page to one try from an address."""
    client = client or Client()
    sent = {"username": username, "password": password}
    return client.post(reverse("units:login"), sent, REMOTE_ADDR=address, headers=headers)


def gets_in(username, address=DESK):
    client = Client()
    attempt(username, PASSWORD, address, client)
    return get_user(client).is_authenticated


def later(minutes):
    """Let so many minutes pass for everything that was counted."""
    for one in AccessAttempt.objects.all():
        moment = one.attempt_time - timedelta(minutes=minutes)
        AccessAttempt.objects.filter(pk=one.pk).update(attempt_time=moment)


# ── one account from one address ─────────────────────────────────────────────────────────────────


def test_after_ten_wrong_passwords_no_more_are_looked_at(xin, checks):
    answers = [attempt("xin").status_code for _try in range(60)]

    assert answers == [200] * 9 + [429] * 51
    assert checks["xin"] == 10


def test_control_without_the_turnstile_every_one_is_looked_at(xin, checks, settings):
    settings.AXES_ENABLED = False

    assert {attempt("xin").status_code for _try in range(60)} == {200}
    assert checks["xin"] == 60


def test_the_page_says_until_when_and_who_can_help(xin):
    for _try in range(10):
        answer = attempt("xin")

    page = answer.content.decode()
    until = answer.context["refusal"].until
    assert until.astimezone().strftime("%M") in page
    assert "一次性密码" in page
    assert 14 * 60 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1


def test_even_the_right_password_waits_there_and_opens_everywhere_else(xin):
    for _try in range(10):
        attempt("xin")

    assert not gets_in("xin", DESK)
    assert gets_in("xin", ELSEWHERE), "no lock-out weapon"


def test_after_a_quarter_of_an_hour_it_goes_on(xin):
    for _try in range(12):
        attempt("xin")

    later(14)
    assert not gets_in("xin")
    later(1)
    assert gets_in("xin")


def test_trying_on_while_locked_does_not_make_it_longer(xin):
    for _try in range(10):
        attempt("xin")
    later(14)

    attempt("xin")

    later(1)
    assert gets_in("xin")


def test_a_right_password_forgets_the_wrong_ones(xin, checks):
    for _round in range(3):
        for _try in range(9):
            attempt("xin")
        assert gets_in("xin")

    assert checks["xin"] == 30


def test_turning_the_forwarded_header_does_not_help(xin, checks):
    for number in range(60):
        attempt("xin", **{"x-forwarded-for": f"1.2.3.{number}"})

    assert checks["xin"] == 10


def test_neither_does_another_browser(xin, checks):
    for number in range(60):
        attempt("xin", **{"user-agent": f"browser {number}"})

    assert checks["xin"] == 10 and AccessAttempt.objects.count() == 1


def test_an_own_network_of_ipv6_is_one_address(xin, checks):
    for number in range(60):
        attempt("xin", address=f"2001:db8:1:2::{number:x}")

    assert checks["xin"] == 10


def test_a_new_one_time_password_is_not_held_up(xin, admin):
    for _try in range(10):
        attempt("xin")

    slip = person.reset_password(xin, by=admin)

    client = Client()
    attempt("xin", slip.password, client=client)
    assert get_user(client).is_authenticated


# ── one address, many accounts ───────────────────────────────────────────────────────────────────


def spray(number=60, address=DESK):
    return [attempt(f"somebody{one}", address=address).status_code for one in range(number)]


def test_one_password_on_many_accounts_is_stopped_at_fifty(xin, checks):
    answers = spray()

    assert checks.total() == 50 and answers.count(429) == 11
    assert not gets_in("xin", DESK)


def test_the_office_behind_that_address_goes_on(xin):
    assert gets_in("xin", DESK)

    spray(address=DESK)

    assert gets_in("xin", DESK)


def test_an_offices_own_mistakes_do_not_close_its_door(school):
    colleagues = [with_password(f"colleague{number}") for number in range(12)]
    for one in colleagues:
        assert gets_in(one.username)

    for one in colleagues:
        for _try in range(5):
            attempt(one.username)

    assert attempt("newcomer").status_code == 200, "60 mistakes of people known here count for nothing"


def test_signing_in_with_an_own_account_in_between_does_not_help(xin, checks):
    for number in range(60):
        attempt(f"somebody{number}", address=ELSEWHERE)
        if number % 5 == 0:
            gets_in("xin", ELSEWHERE)

    assert sum(count for name, count in checks.items() if name != "xin") == 50


# ── one account, many addresses ──────────────────────────────────────────────────────────────────


def test_guessing_from_everywhere_ends_and_the_owner_at_the_desk_goes_on(xin, checks):
    assert gets_in("xin", DESK)
    checks.clear()

    for number in range(60):
        attempt("xin", address=f"172.16.0.{number}")

    assert checks["xin"] == 30
    assert gets_in("xin", DESK)
    assert not gets_in("xin", ELSEWHERE)
    later(15)
    assert gets_in("xin", ELSEWHERE)


# ── what it tells and keeps ──────────────────────────────────────────────────────────────────────


def answers_to(name, address):
    """What eleven wrong tries are answered, and what each of them asked of the database."""
    answers = []
    for _try in range(11):
        with CaptureQueriesContext(connection) as asked:
            response = attempt(name, address=address)
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        answers.append((response.status_code, page.replace(name, "…"), len(asked)))
    return answers


def test_a_name_that_nobody_has_is_answered_like_an_account(xin, checks):
    assert answers_to("xin", "10.1.0.1") == answers_to("nix", "10.1.0.2")
    assert checks == {"xin": 10, "nix": 10}


def test_it_costs_the_same_to_hash_whoever_it_is(xin, admin, settings, monkeypatch):
    """A one-time password has few rounds; a wrong try at it takes as long as any other."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    rounds, encode = [], PBKDF2PasswordHasher.encode
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 30_000)
    person.reset_password(xin, by=admin)
    chosen = with_password("chosen")

    def counted(self, password, salt, iterations=None):
        rounds.append(iterations or self.iterations)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)

    costs = {}
    for name in ("xin", chosen.username, "nobody"):
        rounds.clear()
        attempt(name)
        costs[name] = sum(rounds)

    assert set(costs.values()) == {30_000}


def test_nothing_of_the_form_is_kept(xin):
    attempt("xin", "a-secret-typed-in-the-wrong-place")

    kept = AccessAttempt.objects.values_list().get()
    assert not any("secret" in str(value) for value in kept)


def test_the_tables_do_not_grow(xin):
    for number in range(20):
        attempt(f"somebody{number}")
    later(16)
    for _time in range(5):
        gets_in("xin", DESK)
    gets_in("xin", ELSEWHERE)

    assert AccessAttempt.objects.count() == 0
    assert AccessLog.objects.count() == 2


def test_an_address_is_known_for_ninety_days(xin):
    gets_in("xin", DESK)
    AccessLog.objects.update(attempt_time=now() - timedelta(days=91))

    spray(address=DESK)

    assert not gets_in("xin", DESK)
    gets_in("xin", ELSEWHERE)
    assert AccessLog.objects.count() == 1


def test_the_present_password_is_no_place_to_guess_in(xin, checks, client):
    client.force_login(xin)
    change = {"old_password": "wrong", "new_password1": "tide-lantern-3", "new_password2": "tide-lantern-3"}

    answers = [client.post(reverse("units:password"), change).status_code for _try in range(15)]

    assert checks["xin"] == 10 and answers[9:] == [429] * 6


def all_at_the_turnstile(monkeypatch, number):
    """So many tries that have all been found to be allowed before the first of them is counted."""
    gate, count = Barrier(number), Try.count

    def counted(tried):
        gate.wait(20)
        count(tried)

    monkeypatch.setattr(Try, "count", counted)
    return at_once(*[lambda: attempt("xin").status_code] * number)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_tries_at_once_do_not_outrun_the_count(xin, checks, monkeypatch):
    answers = all_at_the_turnstile(monkeypatch, 24)

    assert checks["xin"] <= 10
    assert set(answers) <= {200, 429} and answers.count(429) >= 14


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_control_without_the_second_look_they_do(xin, checks, monkeypatch):
    look = Try.refusal
    monkeypatch.setattr(Try, "refusal", lambda tried, counted=0: None if counted else look(tried))

    all_at_the_turnstile(monkeypatch, 24)

    assert checks["xin"] == 24
