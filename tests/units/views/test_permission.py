"""Who may do what, on pages."""

import pytest
from django.urls import reverse
from rules.permissions import permissions

from tests.factories import LiaisonFactory
from units.models import Role

INDEX = reverse("units:permissions")


@pytest.fixture(autouse=True)
def english(client, in_english):
    """A browser that asks for the language of the message ids."""
    client.cookies["django_language"] = "en"


def detail(name):
    return reverse("units:permission", args=[name])


def lines_of(context):
    """Permission → its line, over all chapters."""
    return {line["name"]: line for _title, may, never in context["chapters"] for line in (*may, *never)}


@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_told_every_permission(client, shen, role):
    client.force_login(shen)

    context = client.get(INDEX, {"role": role}).context

    assert context["role"] == role
    assert set(lines_of(context)) == set(permissions)


def test_the_answers_are_those_of_the_policies(client, ou):
    client.force_login(ou)

    lines = lines_of(client.get(INDEX, {"role": "case_officer"}).context)

    assert lines["assessments.review_entries"]["is_yes"]
    assert lines["units.merge_units"]["is_no"]
    assert lines["assessments.accept_entry"]["condition"] == (
        "has no conflict of interest with the unit, or an exception and did not write it for the unit and"
        " nobody is assigned to it alone, or the person is and it waits for a decision and its year is open"
        " and it does not wait for the department above and has not marked it yet"
    )


def test_a_role_for_a_unit_is_told_about_the_unit(client, ou):
    client.force_login(ou)

    lines = lines_of(client.get(INDEX, {"role": "liaison"}).context)

    assert (
        lines["assessments.edit_entry"]["condition"]
        == "writes for this unit and it is in the hands of the unit"
    )


@pytest.mark.parametrize("asked", ["", "nobody", "²", "a" * 500])
def test_an_unknown_role_shows_the_first(client, ou, asked):
    client.force_login(ou)

    assert client.get(INDEX, {"role": asked}).context["role"] == Role.ADMINISTRATOR


def test_a_permission_names_the_roles_and_the_people(client, ou, rui, lan, shen):
    client.force_login(ou)

    response = client.get(detail("assessments.accept_entry"))

    lines = {line["name"]: line for line in response.context["lines"]}
    assert {name for name, line in lines.items() if not line["is_no"]} == {"director", "case_officer"}
    assert set(response.context["page"]) == {ou, rui}
    assert rui.get_absolute_url() in response.content.decode()


def test_who_was_blocked_holds_nothing(client, ou, rui):
    rui.is_active = False
    rui.save()
    client.force_login(ou)

    assert rui not in client.get(detail("assessments.accept_entry")).context["page"]


def test_an_unknown_permission_is_not_there(client, ou):
    client.force_login(ou)

    assert client.get(detail("assessments.fly")).status_code == 404


@pytest.mark.parametrize("who", ["rui", "lan", "guan", "lin", "xun", "qiao", "dai"])
def test_the_pages_are_for_administrator_director_and_auditor(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(INDEX).status_code == client.get(detail("units.list_units")).status_code == 403


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_of_people_costs_the_same_however_long(client, ou, rows, django_assert_num_queries):
    LiaisonFactory.create_batch(rows)
    client.force_login(ou)

    # session, person, roles, number of people, people, their roles, queue, unread
    with django_assert_num_queries(8):
        client.get(detail("assessments.write_entry"))
