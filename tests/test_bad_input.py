"""Values nobody means well, in every form and address: a clear answer, never a fault, never half a record."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as file
from django.db import transaction
from django.urls import reverse

from assessments.models import LedgerEntry
from tests import browsing, county
from tests.units.lists import unit_row, workbook
from units.models import ImportBatch, Unit

pytestmark = pytest.mark.django_db

HOSTILE = {
    "long": "长" * 10_000,
    "nul": "a\0b",
    "strange": "\u202e😀<script>alert(1)</script>'\"%_\\{{ x }}",
    "superscript": "²",
    "no bigint": "9223372036854775808",
    "last day": "9999-12-31",
}
QUESTIONS = {"nul", "superscript", "no bigint"}
# What one field of its kind is refused for, whatever the form.
NO_NUMBERS = ["NaN", "Infinity", "1e9999", "1e-400", "-1", "9" * 5000, "", "0000-00-00"]
# What addresses are asked for, in all lists together.
ASKED = [
    *("after", "document_number", "duty", "entry", "format", "from", "granted_on", "indicator", "item"),
    *(
        "kind",
        "level",
        "missing",
        "next",
        "open",
        "order",
        "page",
        "q",
        "role",
        "sheet",
        "size",
        "state",
        "status",
        "token",
        "unit",
        "units",
        "verdict",
        "year",
    ),
]


@pytest.mark.parametrize("role", ["lan", "ou"])
def test_no_form_fails_at_a_hostile_value(client, request, furnished, role):
    client.force_login(request.getfixturevalue(role))
    client.raise_request_exception = False
    acts = browsing.acts(client, furnished.starts)

    failed = [
        (form.address, name)
        for form in acts
        for name, value in HOSTILE.items()
        if sent_and_taken_back(client, form, value).status_code >= 500
    ]

    assert failed == []
    assert len(acts) > 4


def sent_and_taken_back(client, form, value):
    """The answer to the form with the value in every field but the version, which must fit to get far."""
    sent = {name: kept if name in ("version", "seen") else value for name, kept in form.fields.items()}
    with transaction.atomic():
        response = client.post(form.address, sent)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("role", ["ou", "lan", None])
def test_no_address_fails_at_a_hostile_question(client, request, furnished, role):
    if role:
        client.force_login(request.getfixturevalue(role))
    client.raise_request_exception = False
    addresses = browsing.one_of_each(furnished.starts)

    failed = [
        (address, name)
        for address in addresses
        if client.get(address).status_code == 200
        for name, value in HOSTILE.items()
        if name in QUESTIONS and client.get(address, dict.fromkeys(ASKED, value)).status_code >= 500
    ]

    assert failed == []
    assert len(addresses) > 50


@pytest.mark.parametrize(
    "after", ["²", "x,1", "2026-01-01,1", "9999-12-31T23:59:59-12:00,1", "0001-01-01T00:00:00+12:00,1"]
)
@pytest.mark.parametrize("page", ["assessments:entries", "assessments:queue"])
def test_a_silly_place_in_a_list_shows_the_list(client, year, ou, page, after):
    client.force_login(ou)

    assert client.get(reverse(page), {"after": after}).status_code == 200


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


def test_a_number_the_database_cannot_hold_is_refused_on_the_form(client, school, rui):
    client.force_login(rui)
    address = reverse("units:unit_edit", args=[school.pk])
    typed = {"name": school.name, "participation": "participating", "seen": school.version}

    response = client.post(address, typed | {"staff_count": BEYOND})

    assert response.status_code == 200
    assert response.context["form"].errors["staff_count"]


@pytest.mark.parametrize(
    "cells",
    [
        {"staff": "99999999999999999999"},
        {"staff": 1e300},
        {"staff": "1e9999"},
        {"name": "长" * 10_000},
        {"contact": "长" * 10_000},
        {"supervisor": "长" * 10_000},
        {"category": "长" * 10_000},
        {"name": "县_x0000_局"},
        {"name": "县_xD800_局"},
        {"contact": "\u202e长\u200b😀"},
        {"mobile": "=cmd|' /C calc'!A0"},
        {"supervisor": "县_xD83D_"},
    ],
    ids=str,
)
def test_a_list_with_hostile_cells_is_judged_and_applied_without_a_fault(client, admin, cells):
    client.force_login(admin)
    content = workbook(unit_row(**{"name": "县水利局", "number": 1} | cells), unit_row("县林业局", 2))

    looked = client.post(reverse("units:import_new"), {"file": file("名册.xlsx", content)}, follow=True)
    batch = ImportBatch.objects.get()
    applied = client.post(
        reverse("units:import_apply", args=[batch.pk]), {"seen": batch.version}, follow=True
    )

    assert (looked.status_code, applied.status_code) == (200, 200)
    assert Unit.objects.filter(name="县林业局").exists()


@pytest.mark.parametrize(
    "name", ["长" * 400 + ".csv", "a\0b.csv", "\u202egnp.csv", "../../etc/passwd", "<script>.csv"]
)
def test_a_list_with_a_hostile_name_or_byte_is_taken_or_refused_in_words(client, admin, name):
    client.force_login(admin)
    content = "单位名称,联系人\n县水利局,甲\0乙\n".encode("gb18030")

    response = client.post(reverse("units:import_new"), {"file": file(name, content)}, follow=True)

    assert response.status_code == 200
    assert ImportBatch.objects.exists() or response.context["form"].errors


@pytest.mark.parametrize("value", ["a\0b", "²", BEYOND, "<script>"])
@pytest.mark.parametrize("page", ["admin:units_membership_add", "admin:units_unit_add"])
def test_the_admin_refuses_a_choice_that_is_no_number(client, admin, page, value):
    client.force_login(admin)

    response = client.post(reverse(page), dict.fromkeys(("user", "unit", "supervisor", "town"), value))

    assert response.status_code == 200
    assert response.context["adminform"].form.errors


def test_a_plan_that_claims_a_thousand_items_is_not_drawn_with_them(client, furnished, lan):
    plan = furnished.units["lan"].plan
    client.force_login(lan)
    claimed = {"items-TOTAL_FORMS": "9999", "items-INITIAL_FORMS": "0", "version": plan.version}

    response = client.post(reverse("assessments:plan_edit", args=[plan.pk]), claimed)

    assert response.status_code == 200
    assert len(response.context["items"].forms) <= 61


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_points_and_dates_that_are_none_are_refused_on_the_form(client, furnished, rui, lan, value):
    waiting, entry = furnished.units["lan"].waiting, furnished.units["lan"].entry
    claim = waiting.claims.get()
    client.force_login(rui)
    points = {"version": waiting.version, f"points_{claim.pk}": value}
    judged = client.post(reverse("assessments:entry_accept", args=[waiting.pk]), points)
    client.force_login(lan)
    dated = {"version": entry.version, "title": "清洁行动", "held_on": value or "0000"}
    written = client.post(reverse("assessments:entry_edit", args=[entry.pk]), dated)

    assert judged.status_code == 422 and judged.context["accept_form"].errors
    assert written.status_code == 200 and written.context["form"].errors["held_on"]
    waiting.refresh_from_db()
    assert waiting.status == "submitted" and waiting.claims.get().points is None
