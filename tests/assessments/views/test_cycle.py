"""The year's pages."""

import pytest
from django.urls import reverse

from assessments.actions import assignment
from assessments.actions import cycle as cycles
from assessments.models import Cycle, Stage, UnitYear
from tests.factories import CycleFactory, UnitFactory, UnitYearFactory
from units.models import TrailEvent


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


def test_the_director_prepares_a_year_with_the_default_standard_and_opens_it(as_ou, school):
    as_ou.post(address("cycle_new"), {"year": 2026})
    cycle = Cycle.objects.get()
    asked = as_ou.get(address("cycle_open", cycle.pk))
    as_ou.post(address("cycle_open", cycle.pk))

    cycle.refresh_from_db()
    assert asked.context["unit_count"] == 1
    assert cycle.status == "open"
    assert cycle.standard.indicators.items().count() == 32
    assert UnitYear.objects.get().unit == school


def test_the_same_year_is_not_prepared_twice(as_ou, year):
    response = as_ou.post(address("cycle_new"), {"year": year.year})

    assert response.context["form"].errors["year"]


def test_a_second_open_year_is_refused_in_words(as_ou, year):
    as_ou.post(address("cycle_new"), {"year": 2027})
    other = Cycle.objects.get(year=2027)

    response = as_ou.post(address("cycle_open", other.pk), follow=True)

    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Cycle.objects.get(year=2027).status == "draft"


def test_dates_are_changed_and_must_be_in_order(as_ou, year):
    stage = year.stages.get(kind=Stage.Kind.LEDGER)
    form = address("stage_edit", stage.pk)

    wrong = as_ou.post(form, {"opens_on": "2026-03-01", "due_on": "2026-02-01", "closes_on": "2026-04-01"})
    right = as_ou.post(form, {"opens_on": "2026-01-01", "due_on": "2026-02-01", "closes_on": "2026-04-01"})

    assert wrong.context["form"].errors
    assert right.url == address("cycle", year.pk)
    stage.refresh_from_db()
    assert stage.due_on.isoformat() == "2026-02-01"


def test_late_comers_are_enrolled(as_ou, year):
    UnitFactory()

    as_ou.post(address("cycle_enrol", year.pk))

    assert UnitYear.objects.count() == 1


def test_the_year_is_closed(as_ou, year):
    as_ou.post(address("cycle_close", year.pk))

    assert Cycle.objects.get().status == "closed"


@pytest.mark.parametrize("name", ["cycle_open", "cycle_close", "cycle_enrol"])
def test_only_the_director_moves_the_year(client, rui, year, name):
    client.force_login(rui)

    assert client.post(address(name, year.pk)).status_code == 403


def test_everybody_reads_the_dates(client, lan, year):
    client.force_login(lan)

    assert client.get(address("cycle", year.pk)).status_code == 200
    assert client.get(address("cycles")).status_code == 200
    assert client.get(address("cycle_new")).status_code == 403


def test_units_do_not_read_who_reviews_them(client, lan, rui, ou, year, school):
    UnitYearFactory(cycle=year, unit=school)
    assignment.add(year, reviewer=rui, unit=school, by=ou)
    page = reverse("assessments:cycle", args=[year.pk])

    client.force_login(lan)
    assert rui.name not in client.get(page).content.decode()
    client.force_login(ou)
    assert rui.name in client.get(page).content.decode()


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(as_ou, rows, django_assert_max_num_queries):
    for number in range(rows):
        CycleFactory(year=2000 + number, status="draft")

    with django_assert_max_num_queries(8):
        response = as_ou.get(address("cycles"))

    assert len(response.context["cycles"]) == rows


def test_the_director_lets_departments_review_first_once_the_holidays_are_loaded(as_ou, year, ou):
    form = address("cycle_reviewing", year.pk)

    asked = {
        "pre_review": "on",
        "second_review_percent": "0",
        "spread_percent": "20",
        "corrections_allowed": "2",
    }

    refused = as_ou.post(form, asked)
    cycles.load_calendar(2026, by=ou)
    as_ou.post(form, asked)

    assert refused.context["form"].errors["pre_review"]
    year.refresh_from_db()
    assert year.pre_review
    assert TrailEvent.objects.about(year).last().changes == {"pre_review": [False, True]}


@pytest.mark.parametrize("who", ["rui", "lan", "shen"])
def test_only_the_director_says_how_records_are_reviewed(client, request, year, who):
    client.force_login(request.getfixturevalue(who))

    assert client.post(address("cycle_reviewing", year.pk), {"pre_review": "on"}).status_code == 403


def test_the_share_for_a_second_reviewer_is_set_and_too_few_reviewers_are_pointed_out(as_ou, year, rui):
    form = address("cycle_reviewing", year.pk)
    asked = {"second_review_percent": "10", "spread_percent": "15", "corrections_allowed": "3"}
    before = as_ou.get(form).content.decode()

    wrong = as_ou.post(form, {**asked, "second_review_percent": "101"})
    as_ou.post(form, asked)

    assert wrong.context["form"].errors["second_review_percent"]
    year.refresh_from_db()
    assert (year.second_review_percent, year.spread_percent, year.corrections_allowed) == (10, 15, 3)
    assert "callout" in as_ou.get(form).content.decode() and "callout" not in before


def test_the_seed_of_the_draw_is_shown_to_nobody(as_ou, year):
    assert str(year.review_seed) not in as_ou.get(address("cycle_reviewing", year.pk)).content.decode()
