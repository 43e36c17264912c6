"""The headers that protect an answer are on every kind of answer, errors and files included."""

import pytest
from django.conf import settings as running
from django.http import Http404
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def protected(response):
    """What is missing from the answer's headers."""
    headers = response.headers
    wanted = {
        "policy": "default-src 'self'" in headers.get("Content-Security-Policy", ""),
        "no inline": "unsafe" not in headers.get("Content-Security-Policy", "unsafe"),
        "no framing": "frame-ancestors 'none'" in headers.get("Content-Security-Policy", ""),
        "type": headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
    }
    return [name for name, there in wanted.items() if not there]


def test_every_kind_of_answer_is_protected(client, furnished, lan, rui):
    client.force_login(lan)
    evidence = furnished.units["lan"].evidence.pk
    answers = [
        client.get(reverse("assessments:home")),
        client.get(reverse("assessments:entries"), headers={"HX-Request": "true"}),
        client.get(reverse("assessments:evidence", args=[evidence])),
        client.get(reverse("assessments:evidence_page", args=[evidence, 1])),
        client.get(reverse("assessments:evidence", args=[10**6])),
        client.get(reverse("assessments:queue")),
        client.put(reverse("assessments:entry_delete", args=[1])),
        client.get("/nowhere/"),
        Client().get(reverse("assessments:home")),
        Client().get(reverse("assessments:public_home")),
        Client(enforce_csrf_checks=True).post(reverse("units:login")),
        Client().get(reverse("admin:index")),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4 + [404, 403, 405, 404, 302, 200, 403, 302]
    assert [protected(answer) for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize("fault", [RuntimeError(), Http404()])
def test_a_fault_is_protected_too(monkeypatch, fault):
    def dispatch(self, request):
        raise fault

    monkeypatch.setattr("units.views.account.SignInView.dispatch", dispatch)

    response = Client(raise_request_exception=False).get(reverse("units:login"))

    assert response.status_code in (500, 404) and protected(response) == []


def test_a_file_is_never_a_page(client, furnished, lan):
    client.force_login(lan)

    response = client.get(reverse("assessments:evidence", args=[furnished.units["lan"].evidence.pk]))

    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_the_cookies_of_a_live_portal_are_closed_to_scripts_and_plain_http(client, lan, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    lan.set_password("geheim-genug-1")
    lan.save()

    client.post(reverse("units:login"), {"username": "lan", "password": "geheim-genug-1"})

    cookie = client.cookies[running.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"
