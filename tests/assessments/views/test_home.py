"""The first pages."""

import pytest
from django.urls import reverse

from assessments.actions import score
from assessments.models import Cycle, Duty
from tests.factories import ClaimFactory, EntryFactory, MembershipFactory, ReviewFactory, UnitYearFactory
from units.actions import office
from units.models import Role

HOME = reverse("assessments:home")


@pytest.fixture
def school_year(year, school):
    unit_year = UnitYearFactory(cycle=year, unit=school)
    score.open_sheets(year)
    Duty.objects.create(cycle=year, unit=school, kind="annual_plan", due_on=year.stage("planning").due_on)
    return unit_year


def test_a_liaison_sees_what_is_owed(client, lan, school_year):
    client.force_login(lan)

    owed = client.get(HOME).context["owed"]

    assert [task.href for task in owed] == [
        reverse("assessments:plan_new"), reverse("assessments:entry_new") + "?indicator=A1",
    ]  # fmt: skip


def test_a_liaison_sees_what_came_back_and_why(client, lan, school, school_year):
    entry = EntryFactory(unit=school, created_by=lan, returned=True)
    ReviewFactory(entry=entry, verdict="returned", note="缺签到表")
    client.force_login(lan)

    returned = client.get(HOME).context["returned"]

    assert [(task.title, task.note) for task in returned] == [(entry.title, "缺签到表")]


def test_what_is_handed_in_is_no_longer_owed(client, lan, school, school_year):
    ClaimFactory(entry=EntryFactory(unit=school, created_by=lan, submitted=True))
    Duty.objects.update(fulfilled_at=school_year.cycle.stages.first().opens_on.isoformat() + "T00:00Z")
    client.force_login(lan)

    context = client.get(HOME).context

    assert context["owed"] == []
    assert [indicator.code for indicator in context["done"]] == ["A1"]


def test_a_foreign_units_work_is_not_on_the_list(client, mei, school, lan, school_year, bank):
    UnitYearFactory(cycle=school_year.cycle, unit=bank)
    score.open_sheets(school_year.cycle)
    EntryFactory(unit=school, created_by=lan, title="只属于学校")
    client.force_login(mei)

    assert "只属于学校" not in client.get(HOME).content.decode()


def test_before_the_year_opens_a_liaison_is_told_to_wait(client, lan):
    client.force_login(lan)

    assert client.get(HOME).templates[0].name == "assessments/home/waiting.html"


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_a_liaisons_page_costs_the_same_queries(
    client, lan, school, school_year, rows, django_assert_max_num_queries
):
    for entry in EntryFactory.create_batch(rows, unit=school, created_by=lan, returned=True):
        ReviewFactory(entry=entry, verdict="returned", note="补充")
    client.force_login(lan)

    with django_assert_max_num_queries(10):
        client.get(HOME)


def test_an_empty_portal_shows_the_office_the_way(client, ou):
    client.force_login(ou)

    steps = client.get(HOME).context["steps"]

    assert [step.is_done for step in steps] == [False] * 5


@pytest.mark.parametrize(
    ("who", "links"),
    [
        ("admin", ["units:office", "units:import_new", "units:people"]),
        ("ou", ["units:office", "assessments:cycle_new"]),
        ("rui", []),
    ],
)
def test_the_way_links_only_what_one_may_do_and_says_whose_the_rest_is(client, request, who, links):
    client.force_login(request.getfixturevalue(who))

    page = client.get(HOME).content.decode()

    way = page[page.index('<ol class="rows">') :]
    addresses = [reverse(f"units:{name}") for name in ("office", "import_new", "people")]
    addresses.append(reverse("assessments:cycle_new"))
    assert [address for address in addresses if f'href="{address}"' in way] == [
        reverse(name) for name in links
    ]
    assert ("由系统管理员办理" in way) is (who != "admin")


def test_a_step_done_is_ticked(client, admin, ou, rui, lan, school):
    office.edit({"county": "云泽县"}, by=admin)
    client.force_login(admin)

    steps = client.get(HOME).context["steps"]

    assert [step.is_done for step in steps] == [True, True, True, False, False]


def test_a_prepared_year_waits_to_be_opened(client, ou, year):
    Cycle.objects.update(status="draft")
    client.force_login(ou)

    steps = client.get(HOME).context["steps"]

    assert steps[-1].href == reverse("assessments:cycle_open", args=[year.pk])


def test_the_office_sees_the_numbers_of_the_year(client, rui, school, lan, school_year):
    EntryFactory(unit=school, created_by=lan, submitted=True)
    EntryFactory(unit=school, created_by=lan, accepted=True)
    client.force_login(rui)

    context = client.get(HOME).context

    assert context["figures"]["units"] == 1
    assert context["figures"]["plans_missing"] == 1
    assert context["figures"]["entries_accepted"] == 1
    assert context["months"][5] == {"month": 6, "handed_in": 2, "accepted": 1}
    assert [duty.unit for duty in context["owing"]] == [school]


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_offices_page_costs_the_same_queries(client, rui, year, rows, django_assert_max_num_queries):
    for unit_year in UnitYearFactory.create_batch(rows, cycle=year):
        EntryFactory(unit=unit_year.unit, submitted=True)
        Duty.objects.create(cycle=year, unit=unit_year.unit, kind="annual_plan", due_on="2026-02-28")
    client.force_login(rui)

    with django_assert_max_num_queries(10):
        client.get(HOME)


def test_a_unit_without_a_score_sheet_still_sees_its_tasks(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)

    assert client.get(HOME).status_code == 200


def test_the_number_in_the_navigation_leaves_out_what_is_not_ones_own_to_decide(
    client, rui, lan, year, school, bank
):
    MembershipFactory(user=rui, role=Role.LIAISON, unit=bank)
    EntryFactory(unit=school, submitted=True)
    EntryFactory(unit=bank, submitted=True)
    client.force_login(rui)

    context = client.get(HOME).context

    assert context["queue_count"] == len(context["queue"]) == 1
