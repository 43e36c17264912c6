"""Plans in the browser's terms."""

import pytest
from django.urls import reverse

from assessments.models import Plan
from tests.factories import PlanFactory, UnitYearFactory


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_lan(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)
    return client


def filled(plan, *, overseer="校长", **more):
    management = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0}
    item = {
        "what": "道德讲堂",
        "owner": "兰晓",
        "overseer": overseer,
        "due_on": "2026-12-01",
        "measure": "四次",
        "proof": "照片",
    }
    fields = {f"items-0-{name}": value for name, value in item.items()}
    return {**management, **fields, "goals": "争创", "version": plan.version, **more}


def test_the_plan_is_written_checked_and_handed_in(as_lan):
    plan_page = as_lan.post(address("plan_new"))
    plan = Plan.objects.get()
    checked = as_lan.post(address("plan_edit", plan.pk), filled(plan, check="1"))
    handed_in = as_lan.post(address("plan_submit", plan.pk), follow=True)

    assert plan_page.url == address("plan_edit", plan.pk)
    assert checked.url == address("plan_submit", plan.pk)
    assert "XX-2026-0001" in handed_in.content.decode()


def test_the_same_person_cannot_do_and_oversee(as_lan):
    as_lan.post(address("plan_new"))
    plan = Plan.objects.get()

    response = as_lan.post(address("plan_edit", plan.pk), filled(plan, overseer="兰晓"))

    assert response.status_code == 200
    assert response.context["items"].forms[0].errors["overseer"]


def test_an_incomplete_plan_is_not_handed_in(as_lan):
    as_lan.post(address("plan_new"))
    plan = Plan.objects.get()

    page = as_lan.get(address("plan_submit", plan.pk))
    response = as_lan.post(address("plan_submit", plan.pk))

    assert len(page.context["gaps"]) == 2
    assert response.url == address("plan_submit", plan.pk)
    assert Plan.objects.get().status == "draft"


def test_the_plan_is_begun_again_only_while_there_is_an_open_year(client, lan):
    client.force_login(lan)

    assert client.post(address("plan_new")).url == address("home")


def test_the_office_accepts_or_returns(client, rui, year, school):
    accepted, returned = PlanFactory(unit=school, submitted=True), PlanFactory(submitted=True)
    client.force_login(rui)

    client.post(address("plan_accept", accepted.pk), {"version": accepted.version})
    refused = client.post(address("plan_send_back", returned.pk), {"version": returned.version})
    client.post(address("plan_send_back", returned.pk), {"version": returned.version, "note": "太笼统"})

    assert Plan.objects.get(pk=accepted.pk).status == "accepted"
    assert refused.status_code == 422
    assert Plan.objects.get(pk=returned.pk).status == "returned"


def test_who_comes_second_is_told(client, rui, year):
    plan = PlanFactory(submitted=True)
    client.force_login(rui)
    client.post(address("plan_accept", plan.pk), {"version": plan.version})

    response = client.post(address("plan_send_back", plan.pk), {"version": plan.version, "note": "太笼统"})

    assert response.status_code == 409


@pytest.mark.parametrize("version", ["", "²", "x"])
def test_a_plan_is_not_accepted_without_the_version_that_was_read(client, rui, year, version):
    plan = PlanFactory(submitted=True)
    client.force_login(rui)

    response = client.post(address("plan_accept", plan.pk), {"version": version})

    assert response.status_code == 422
    assert Plan.objects.get().status == "submitted"


def test_a_plan_can_be_taken_back_before_it_is_decided(as_lan, lan, school):
    plan = PlanFactory(unit=school, submitted=True)

    as_lan.post(address("plan_withdraw", plan.pk))

    assert Plan.objects.get().status == "draft"


@pytest.mark.parametrize("name", ["plan", "plan_edit", "plan_submit"])
def test_a_foreign_plan_is_not_there(client, mei, year, school, name):
    plan = PlanFactory(unit=school, submitted=True)
    client.force_login(mei)

    assert client.get(address(name, plan.pk)).status_code == 404


@pytest.mark.parametrize(
    "name", ["plan_edit", "plan_submit", "plan_withdraw", "plan_accept", "plan_send_back"]
)
def test_a_foreign_plan_is_not_there_to_be_changed(client, mei, year, school, name):
    plan = PlanFactory(unit=school, submitted=True)
    client.force_login(mei)

    assert client.post(address(name, plan.pk), filled(plan)).status_code == 404


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(client, rui, year, rows, django_assert_max_num_queries):
    PlanFactory.create_batch(rows, cycle=year, submitted=True)
    client.force_login(rui)

    with django_assert_max_num_queries(8):
        response = client.get(address("plans"))

    assert len(response.context["page"].object_list) == rows


def test_the_list_is_narrowed_by_unit_and_status(client, rui, year, school):
    plan = PlanFactory(unit=school, submitted=True)
    PlanFactory(submitted=True)
    client.force_login(rui)

    found = client.get(address("plans"), {"q": "小学", "status": "submitted"}).context["page"].object_list

    assert list(found) == [plan]
