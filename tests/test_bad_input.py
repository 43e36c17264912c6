"""Values nobody means well, in every form and address: a clear answer, never a fault, never half a record."""

import pytest
from django.urls import reverse

from assessments.models import LedgerEntry
from tests import county

pytestmark = pytest.mark.django_db

BEYOND = "9" * 40


@pytest.mark.parametrize(
    "target", ["home", "a\0b", "²", BEYOND, "//elsewhere.example/", "https://elsewhere.example/"]
)
def test_only_an_address_of_ours_leads_back(client, target):
    response = client.post(reverse("units:appearance"), {"theme": "dark", "next": target})

    assert response.url == "/"


def test_a_choice_beyond_all_numbers_is_an_unknown_choice(client, year, school, lan, ou):
    records = county.furnish(year, school, lan, by=ou)
    client.force_login(lan)
    typed = {"title": "清洁行动", "version": records.entry.version, "indicators": [BEYOND]}

    response = client.post(reverse("assessments:entry_edit", args=[records.entry.pk]), typed)

    assert response.status_code == 200
    assert response.context["form"].errors["indicators"]


def test_a_second_click_begins_no_second_record(client, year, school, lan, ou):
    county.furnish(year, school, lan, by=ou)
    client.force_login(lan)

    first, second = (client.post(reverse("assessments:entry_new"), {"title": "清洁行动"}) for _ in range(2))

    assert first.url == second.url
    assert LedgerEntry.objects.filter(title="清洁行动").count() == 1


def test_a_link_with_a_hostile_code_claims_nothing(client, year, school, lan, ou):
    county.furnish(year, school, lan, by=ou)
    client.force_login(lan)

    response = client.post(reverse("assessments:entry_new") + "?indicator=%00", {"title": "清洁行动"})

    assert response.status_code == 302
    assert not LedgerEntry.objects.get(title="清洁行动").claims.exists()


def test_a_unit_beyond_all_numbers_narrows_nothing(client, lan, admin):
    client.force_login(admin)

    response = client.get(reverse("units:people"), {"unit": BEYOND})

    assert response.status_code == 200
    assert "兰晓" in response.content.decode()
