"""What is asked of units, as a page."""

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from assessments.actions.burden import Added
from tests.factories import DutyFactory, UnitYearFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owing(year, school):
    DutyFactory(cycle=year, unit=school)
    return UnitYearFactory(cycle=year, unit=school)


def test_everybody_sees_the_kinds_and_a_units_people_their_own(client, rui, lan, owing):
    seen = {}
    for person in (rui, lan):
        client.force_login(person)
        seen[person.username] = client.get(reverse("assessments:burden")).context

    assert [one.units for one in seen["rui"]["kinds"]] == [1] and seen["rui"]["own"] is None
    assert seen["lan"]["own"].name == "云泽县第一小学" and seen["lan"]["own"].items == 2


def test_a_department_is_told_of_no_own_unit(client, guan, owing):
    client.force_login(guan)

    assert client.get(reverse("assessments:burden")).context["own"] is None


def test_an_account_without_a_role_has_no_such_page(client, db):
    client.force_login(UserFactory())

    assert client.get(reverse("assessments:burden")).status_code == 403


def test_before_there_is_a_year_the_page_answers(client, rui):
    client.force_login(rui)

    assert client.get(reverse("assessments:burden")).status_code == 200


def test_the_warning_before_more_is_asked(in_english):
    html = render_to_string("components/burden.html", {"burden": Added(1, 412, 38)})

    assert "Adds 1 item for each of 412 units; each then has 38 this year." in html


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_page_costs_the_same_queries(client, rui, year, rows, django_assert_max_num_queries):
    for unit_year in UnitYearFactory.create_batch(rows, cycle=year):
        DutyFactory(cycle=year, unit=unit_year.unit)
    client.force_login(rui)

    with django_assert_max_num_queries(10):
        client.get(reverse("assessments:burden"))
