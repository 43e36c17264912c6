"""Somebody who serves two units works for one of them at a time, and chooses which."""

import pytest
from django.urls import reverse

from tests.factories import MembershipFactory
from units.actions import person
from units.models import Membership, Role
from units.views.workplace import CHOSEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def serves_two(lan, bank):
    """Lan, who serves the bank as well."""
    MembershipFactory(user=lan, role=Role.DEPUTY, unit=bank)
    return lan


def switch(client, unit):
    return client.post(reverse("units:work_for", args=[unit.pk]))


def workplace(client):
    return client.get(reverse("units:notifications")).context["user"].workplace


def test_the_menu_offers_the_other_unit(client, serves_two, school, bank):
    client.force_login(serves_two)

    page = client.get(reverse("units:notifications")).content.decode()

    assert reverse("units:work_for", args=[bank.pk]) in page
    assert reverse("units:work_for", args=[school.pk]) not in page


def test_who_serves_one_unit_is_offered_none(client, lan, school):
    client.force_login(lan)

    assert "/work-for/" not in client.get(reverse("units:notifications")).content.decode()


def test_what_is_begun_after_switching_is_begun_for_that_unit(client, year, serves_two, school, bank):
    client.force_login(serves_two)
    assert workplace(client) == school

    assert switch(client, bank).url == reverse("assessments:home")

    assert workplace(client) == bank
    switch(client, school)
    assert workplace(client) == school


def test_a_foreign_unit_is_not_there(client, lan, bank):
    client.force_login(lan)

    assert switch(client, bank).status_code == 404
    assert CHOSEN not in client.session


def test_a_role_that_ended_is_no_workplace_any_more(client, admin, serves_two, school, bank):
    client.force_login(serves_two)
    switch(client, bank)

    person.take_role(Membership.objects.get(user=serves_two, unit=bank), by=admin)

    assert workplace(client) == school


def test_one_persons_choice_is_not_the_next_ones(client, serves_two, mei, bank):
    client.force_login(serves_two)
    switch(client, bank)

    client.post(reverse("units:logout"))
    client.force_login(serves_two)

    assert workplace(client) != bank


def test_knowing_the_workplace_costs_no_query(client, serves_two, bank, django_assert_num_queries):
    client.force_login(serves_two)
    switch(client, bank)
    client.get(reverse("units:notifications"))

    # session, person, roles, unread, count: as for everybody
    with django_assert_num_queries(5):
        client.get(reverse("units:notifications"))


def test_asking_does_not_switch(client, serves_two, bank):
    client.force_login(serves_two)

    assert client.get(reverse("units:work_for", args=[bank.pk])).status_code == 405
