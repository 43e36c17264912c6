"""The pages of what is missing: who sees which units, filters, files, reasons."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Duty
from civportal.lib.clock import now, today
from tests.assessments import spring as springs
from tests.factories import (
    DutyFactory,
    EntryFactory,
    PlanFactory,
    UnitFactory,
    UnitYearFactory,
    person_in,
)
from units.models import Category, Role

pytestmark = pytest.mark.django_db

LIST = "assessments:gaps"
LISTS = [LIST, "assessments:gaps_absent", "assessments:gaps_rushed"]


def unit_with(year, *gaps, **fields):
    """A unit of the year that lacks the plan, the deployment or both, and nothing else that is asked."""
    unit = UnitFactory(**fields)
    UnitYearFactory(cycle=year, unit=unit)
    EntryFactory(cycle=year, unit=unit, submitted=True)
    for name, kind in (("plan", Duty.Kind.ANNUAL_PLAN), ("deployment", Duty.Kind.DEPLOYMENT)):
        DutyFactory(cycle=year, unit=unit, kind=kind, overdue=name in gaps, done=name not in gaps)
    return unit


def shown(client, **query):
    return [row.unit for row, _cells in client.get(reverse(LIST), query).context["listed"]]


def test_whoever_lacks_most_stands_first_and_the_order_can_be_the_offices(client, rui, year):
    good, both, one = unit_with(year), unit_with(year, "plan", "deployment"), unit_with(year, "plan")
    client.force_login(rui)

    assert shown(client) == [both, one, good]
    assert shown(client, order="office") == [good, both, one]


def test_filters_narrow_by_gap_and_by_who_the_units_are(client, rui, year):
    town = UnitFactory(name="城关镇", category=Category.objects.get(code="town"))
    good = unit_with(year, town=town, name="县水利局")
    both = unit_with(year, "plan", "deployment", category=Category.objects.get(code="village"))
    one = unit_with(year, "plan", town=town)
    client.force_login(rui)

    assert shown(client, gap="deployment") == [both]
    assert shown(client, gap="plan", any="on") == [both, one]
    assert shown(client, any="on") == [both, one]
    assert shown(client, town=town.pk) == [one, good]
    assert shown(client, kind="village") == [both]
    assert shown(client, q="水利") == [good]
    assert shown(client, gap="nonsense", town="x", kind="?") == [both, one, good]


def test_the_totals_count_by_who_the_units_are_and_not_by_the_gap(client, rui, year):
    unit_with(year)
    unit_with(year, "plan", "deployment")
    unit_with(year, "plan")
    client.force_login(rui)

    page = client.get(reverse(LIST), {"gap": "deployment"})

    numbers = {name: number for name, _gap, number in page.context["counted"]}
    assert numbers == {"plan": 2, "deployment": 1, "activity": 0, "documents": 0}
    assert page.context["page"].paginator.count == 1


def test_a_department_sees_its_own_tree(client, guan, bureau, school, bank, year):
    for unit in (school, bank):
        UnitYearFactory(cycle=year, unit=unit)
        DutyFactory(cycle=year, unit=unit, overdue=True)
    client.force_login(guan)

    assert shown(client) == [school]
    assert client.get(reverse("assessments:gaps_of", args=[school.pk])).status_code == 200
    assert client.get(reverse("assessments:gaps_of", args=[bank.pk])).status_code == 404


def test_a_unit_sees_its_own_marks_on_its_first_page_and_why(client, lan, qiao, school, year):
    UnitYearFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=school, overdue=True)
    for person in (lan, qiao):
        client.force_login(person)

        home = client.get(reverse("assessments:home"))

        assert home.context["gaps"][0].mark == 4
        assert reverse("assessments:gaps_of", args=[school.pk]) in home.content.decode()
        assert client.get(reverse("assessments:gaps_of", args=[school.pk])).status_code == 200
        assert client.get(reverse(LIST)).status_code == 403


def test_a_mark_says_in_words_what_its_icon_shows(client, rui, year):
    unit_with(year, "plan")
    client.force_login(rui)

    html = client.get(reverse(LIST)).content.decode()

    assert "无规划" in html


def test_the_reasons_lead_to_the_records(client, rui, year, school, lan, ou):
    UnitYearFactory(cycle=year, unit=school)
    plan = PlanFactory(cycle=year, unit=school, submitted=True)
    deployment = EntryFactory(cycle=year, unit=school, submitted=True, kind="deployment", title="部署会")
    report = EntryFactory(cycle=year, unit=school, submitted=True, kind="report", title="半年总结")
    document = springs.issued(year, [school], ou)
    client.force_login(rui)

    page = client.get(reverse("assessments:gaps_of", args=[school.pk]))

    html = page.content.decode()
    assert plan.get_absolute_url() in html and deployment.get_absolute_url() in html
    assert report.get_absolute_url() not in html, "a report is no activity"
    assert document.title in html


def test_a_draft_of_the_plan_is_the_units_own(client, rui, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    plan = PlanFactory(cycle=year, unit=school)
    seen = {}
    for person in (rui, lan):
        client.force_login(person)
        page = client.get(reverse("assessments:gaps_of", args=[school.pk]))
        seen[person.username] = plan.get_absolute_url() in page.content.decode()

    assert seen == {"rui": False, "lan": True}


def test_a_unit_of_another_year_is_asked_for_by_the_address(client, rui, year, school):
    client.force_login(rui)

    assert client.get(reverse("assessments:gaps_of", args=[school.pk])).status_code == 404
    assert client.get(reverse(LIST), {"year": "2019"}).status_code == 404


@pytest.mark.parametrize("name", [LIST, "assessments:gaps_rushed", "assessments:gaps_absent"])
def test_before_there_is_a_year_the_pages_answer(client, rui, name):
    client.force_login(rui)

    assert client.get(reverse(name)).status_code == 200


def test_the_lists_of_the_absent_and_of_the_rushed(client, rui, year, school):
    unit = UnitFactory(participation="required", participation_note="窗口多")
    october = now().replace(year=2026, month=10, day=20)
    EntryFactory.create_batch(3, cycle=year, unit=school, submitted=True, first_submitted_at=october)
    client.force_login(rui)

    absent = client.get(reverse("assessments:gaps_absent"))
    rushed = client.get(reverse("assessments:gaps_rushed"))

    assert absent.context["listed"] == [(unit, "窗口多")]
    assert [rush.unit for rush in rushed.context["page"].object_list] == [school]
    assert rushed.content.decode().count('<rect class="fill') == 12


@pytest.mark.parametrize("name", LISTS)
def test_an_inspector_has_no_such_lists(client, xun, year, name):
    client.force_login(xun)

    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("rows", [1, 5, 50])
@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_queries_however_long(
    client, rui, year, name, rows, django_assert_max_num_queries
):
    springs_units = [unit_with(year, "plan") for _number in range(rows)]
    for unit in springs_units:
        UnitFactory(participation="required", participation_note="应创")
        EntryFactory.create_batch(3, cycle=year, unit=unit, submitted=True,
                                  first_submitted_at=now().replace(year=2026, month=10, day=20))  # fmt: skip
    client.force_login(rui)
    client.get(reverse(name))

    with django_assert_max_num_queries(8):
        client.get(reverse(name))


def test_the_page_of_one_unit_costs_little(client, rui, year, django_assert_max_num_queries):
    unit = unit_with(year, "plan")
    client.force_login(rui)

    with django_assert_max_num_queries(14):
        client.get(reverse("assessments:gaps_of", args=[unit.pk]))


def test_somebody_above_two_trees_sees_both(client, year, school, bank):
    UnitYearFactory(cycle=year, unit=school)
    UnitYearFactory(cycle=year, unit=bank)
    bureau, other = UnitFactory(), UnitFactory()
    type(school).objects.filter(pk=school.pk).update(supervisor=bureau)
    type(bank).objects.filter(pk=bank.pk).update(supervisor=other)
    client.force_login(person_in(Role.SUPERVISOR, bureau))

    assert shown(client) == [school]


def test_a_mark_that_is_not_due_yet_is_no_gap(client, rui, year):
    unit = unit_with(year)
    Duty.objects.filter(unit=unit).update(
        fulfilled_at=None, handed_in_at=None, due_on=today() + timedelta(days=1)
    )
    client.force_login(rui)

    assert shown(client, any="on") == []
