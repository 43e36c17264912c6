"""The page that says whether the portal is well."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse

from assessments.actions import health
from assessments.models import WorkCalendar
from civportal.lib import clock
from tests.factories import OutgoingLetterFactory
from units.models import PeriodicRun

HEALTH = reverse("assessments:health")

pytestmark = pytest.mark.django_db


def tones():
    return {check.name: (check.tone, check.text) for check in health.checks()}


def test_every_job_is_shown_with_its_last_run(client, admin):
    PeriodicRun.objects.create(job="mail", slot="x", outcome="failed", error="ConnectionRefusedError: 111")
    client.force_login(admin)

    page = client.get(HEALTH)

    assert {one.job.name for one in page.context["standings"]} >= {"duties", "reminders", "letters", "mail"}
    assert "ConnectionRefusedError" in page.content.decode()


def test_letters_that_wait_or_failed_are_counted(settings, in_english):
    OutgoingLetterFactory(status="queued")
    OutgoingLetterFactory(status="failed")

    assert tones()["Waiting to be sent"] == ("info", "1 letter")
    assert tones()["Not delivered"] == ("bad", "1 letter")
    assert tones()["Mail server"][0] == "warn"
    settings.EMAIL_URL = "smtp://mail.example"
    assert tones()["Mail server"][0] == "good"


def test_the_holiday_table_of_the_next_year_is_asked_for_in_december(in_english):
    WorkCalendar.objects.create(year=2026)

    def at(month):
        with clock.at(datetime(2026, month, 5, tzinfo=UTC)):
            return [tones()[f"Holiday table {year}"][0] for year in (2026, 2027)]

    assert (at(6), at(12)) == (["good", "info"], ["good", "warn"])
    WorkCalendar.objects.all().delete()
    assert at(6)[0] == "bad"


@pytest.mark.parametrize(("gigabytes", "tone"), [(100, "good"), (5, "warn"), (1, "bad")])
def test_a_disk_that_fills_up_is_seen(monkeypatch, in_english, gigabytes, tone):
    usage = SimpleNamespace(free=gigabytes * 2**30)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda place: usage)

    assert tones()["Free room for files"] == (tone, f"{gigabytes} GB")


def test_the_database_is_named(in_english):
    assert tones()["Database"][1].startswith(("SQLite", "PostgreSQL"))


@pytest.mark.parametrize("who", ["ou", "rui", "shen", "lan"])
def test_it_is_the_administrators(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(HEALTH).status_code == 403


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_page_costs_the_same_queries(client, admin, rows, django_assert_max_num_queries):
    for number in range(rows):
        PeriodicRun.objects.create(job="mail", slot=str(number))
    client.force_login(admin)

    # session, person, roles, unread; jobs, letters twice, tables
    with django_assert_max_num_queries(9):
        client.get(HEALTH)
