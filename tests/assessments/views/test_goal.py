"""The county's goals of a year."""

import pytest
from django.urls import reverse

from tests.factories import PlanFactory, PlanItemFactory
from units.models import TrailEvent


@pytest.fixture
def page(client, ou, year):
    client.force_login(ou)
    return reverse("assessments:goals", args=[year.pk])


def sent(*rows):
    """The page's form with these rows: (number or "", text)."""
    known = sum(1 for pk, _text in rows if pk)
    management = {"goals-TOTAL_FORMS": len(rows), "goals-INITIAL_FORMS": known}
    fields = [
        {f"goals-{number}-id": pk, f"goals-{number}-text": text} for number, (pk, text) in enumerate(rows)
    ]
    return management | {name: value for row in fields for name, value in row.items()}


def test_the_director_names_the_goals_in_their_order(client, page, year):
    client.post(page, sent(("", "建成文明城市"), ("", ""), ("", "优化营商环境")))

    assert [goal.text for goal in year.goals.all()] == ["建成文明城市", "优化营商环境"]
    assert TrailEvent.objects.about(year).last().verb == "put_goals"


def test_a_goal_stays_itself_and_two_may_trade_their_words(client, page, year):
    first, second = year.goals.create(text="甲"), year.goals.create(text="乙", sort_order=1)

    client.post(page, sent((first.pk, "乙"), (second.pk, "甲")))

    assert [(goal.pk, goal.text) for goal in year.goals.all()] == [(first.pk, "乙"), (second.pk, "甲")]


def test_a_goal_to_which_items_point_is_not_taken_out(client, page, year):
    goal = year.goals.create(text="建成文明城市")
    PlanItemFactory(plan=PlanFactory(cycle=year), goal=goal)

    client.post(page, sent((goal.pk, goal.text)) | {"goals-0-DELETE": "on"})

    assert year.goals.get() == goal


def test_a_goal_without_items_is_taken_out(client, page, year):
    goal = year.goals.create(text="建成文明城市")

    client.post(page, sent((goal.pk, goal.text)) | {"goals-0-DELETE": "on"})

    assert not year.goals.exists()


def test_the_same_goal_does_not_stand_twice(client, page, year):
    client.post(page, sent(("", "建成文明城市"), ("", "建成文明城市")))

    assert not year.goals.exists()


def test_goals_of_a_closed_year_stay(client, page, year):
    type(year).objects.update(status="closed")

    assert client.post(page, sent(("", "建成文明城市"))).status_code == 403
