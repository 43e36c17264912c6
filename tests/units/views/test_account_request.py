"""The page on which anybody asks for an account, and the office's pages about it."""

import pytest
from django.urls import reverse

from tests.factories import AccountRequestFactory
from units.models import AccountRequest, UnitName, User
from units.views import account_request

pytestmark = pytest.mark.django_db
ASK = "/accounts/request/"


@pytest.fixture
def desk(admin, client):
    """The administrator's browser."""
    client.force_login(admin)
    return client


def said(**more):
    facts = {
        "unit": "云泽县第一小学",
        "name": "王敏",
        "phone": "138 0000 0001",
        "role": "liaison",
        "reason": "",
    }
    return facts | more


def test_the_sign_in_page_leads_there(client):
    assert ASK in client.get(reverse("units:login")).content.decode()
    assert client.get(ASK).status_code == 200


def test_the_unit_is_recognized_by_name_other_name_or_not_at_all(client, school):
    UnitName.objects.create(unit=school, name="县一小")

    for number, unit in enumerate(("云泽县 第一小学", "县一小", "没有这个单位")):
        client.post(ASK, said(unit=unit, phone=f"1380000000{number}"))

    found = AccountRequest.objects.order_by("pk").values_list("unit", flat=True)
    assert list(found) == [school.pk, school.pk, None]


def test_the_answer_is_the_same_whatever_is_known(client, school, lan):
    answers = [
        client.post(ASK, said(unit=unit, name=name, phone=phone), follow=True)
        for unit, name, phone in [
            (school.name, "兰晓", "13800000001"),
            ("没有这个单位", "王敏", "13800000002"),
            (school.name, "兰晓", "13800000001"),
        ]
    ]

    told = [[str(message) for message in answer.context["messages"]] for answer in answers]
    assert told[0] == told[1] == told[2] and len(told[0]) == 1
    assert [answer.redirect_chain for answer in answers] == [[("/login/", 302)]] * 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "\u200b"}, "unit"),
        ({"name": " "}, "name"),
        ({"phone": "123"}, "phone"),
        ({"phone": "微信同号"}, "phone"),
        ({"phone": "+" * 30}, "phone"),
        ({"role": "administrator"}, "role"),
        ({"role": ""}, "role"),
        ({"reason": "长" * 400}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, wrong, field):
    answer = client.post(ASK, said(**wrong))

    assert field in answer.context["form"].errors
    assert not AccountRequest.objects.exists()


def test_a_flood_from_one_address_is_held_up_in_words(client, monkeypatch):
    monkeypatch.setattr(account_request, "ASKED_PER_HOUR", 2)
    answers = [client.post(ASK, said(phone=f"1380000000{n}")).status_code for n in range(4)]

    elsewhere = client.post(ASK, said(phone="13800000009"), REMOTE_ADDR="10.0.0.9").status_code

    assert answers == [302, 302, 429, 429] and elsewhere == 302
    assert AccountRequest.objects.count() == 3


def test_the_list_masks_numbers_and_the_page_shows_them_to_who_decides(desk):
    request = AccountRequestFactory(phone="13800000001")

    listed = desk.get(reverse("units:account_requests")).content.decode()
    page = desk.get(request.get_absolute_url()).content.decode()

    assert "138****0001" in listed and "13800000001" not in listed
    assert "13800000001" in page


def test_a_decided_request_shows_its_number_no_more(desk):
    request = AccountRequestFactory(phone="13800000001")
    desk.post(reverse("units:account_request_refuse", args=[request.pk]), {"note": "查无此人", "version": 0})

    page = desk.get(request.get_absolute_url()).content.decode()

    assert "138****0001" in page and "13800000001" not in page


def test_agreeing_answers_with_the_sheet(desk, school):
    request = AccountRequestFactory(unit=school)
    form = {"unit": school.name, "name": request.name, "role": "deputy", "version": 0}

    answer = desk.post(reverse("units:account_request_approve", args=[request.pk]), form)

    (slip,) = answer.context["slips"]
    assert slip.password in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert User.objects.get(name=request.name).has_role("deputy")


@pytest.mark.parametrize(
    "wrong", [{"unit": "没有这个单位"}, {"role": "director"}, {"version": "x"}, {"name": ""}]
)
def test_agreeing_to_what_cannot_be_is_refused_on_the_form(desk, school, wrong):
    request = AccountRequestFactory(unit=school)
    form = {"unit": school.name, "name": request.name, "role": "liaison", "version": 0, **wrong}

    answer = desk.post(reverse("units:account_request_approve", args=[request.pk]), form)

    assert answer.status_code == 422 and answer.context["approve_form"].errors
    assert AccountRequest.objects.pending().count() == 1


def test_what_was_changed_meanwhile_is_a_conflict(desk, school):
    request = AccountRequestFactory(unit=school, version=3)
    form = {"unit": school.name, "name": request.name, "role": "liaison", "version": 2}

    assert desk.post(reverse("units:account_request_approve", args=[request.pk]), form).status_code == 409


def test_a_refusal_needs_a_reason(desk):
    request = AccountRequestFactory()

    answer = desk.post(reverse("units:account_request_refuse", args=[request.pk]), {"version": 0})

    assert answer.status_code == 422 and "note" in answer.context["refuse_form"].errors


def test_the_page_of_people_says_how_many_wait(desk, client, ou):
    AccountRequestFactory.create_batch(2)

    assert desk.get(reverse("units:people")).context["request_count"] == 2

    client.force_login(ou)
    assert "request_count" not in client.get(reverse("units:people")).context


def test_the_director_does_not_know_requests(client, ou):
    request = AccountRequestFactory()
    client.force_login(ou)

    assert client.get(reverse("units:account_requests")).status_code == 403
    assert client.get(request.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("status", "number"), [("pending", 2), ("refused", 1), ("", 3), ("x", 3)])
def test_the_list_narrows(desk, admin, status, number):
    requests = AccountRequestFactory.create_batch(3)
    desk.post(reverse("units:account_request_refuse", args=[requests[0].pk]), {"note": "否", "version": 0})

    page = desk.get(reverse("units:account_requests"), {"status": status}).context["page"]

    assert len(page.object_list) == number


def test_the_list_costs_the_same_however_long(desk, django_assert_max_num_queries):
    costs = set()
    for more in (1, 4, 45):
        AccountRequestFactory.create_batch(more)
        with django_assert_max_num_queries(8) as queries:
            desk.get(reverse("units:account_requests"))
        costs.add(len(queries))

    assert len(costs) == 1
