"""The first pages."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils.timezone import now

from assessments.actions import score
from assessments.models import Cycle, Duty
from civportal.lib.clock import today
from tests.factories import (
    AwardFactory,
    ClaimFactory,
    DirectorFactory,
    DutyFactory,
    EntryFactory,
    MarkFactory,
    MembershipFactory,
    ModerationFactory,
    OverrideFactory,
    PlanFactory,
    ReleaseFactory,
    ReviewFactory,
    UnitFactory,
    UnitYearFactory,
    UserFactory,
)
from units.actions import office, trail
from units.models import Category, Role, Unit, User

HOME = reverse("assessments:home")


@pytest.fixture
def school_year(year, school):
    unit_year = UnitYearFactory(cycle=year, unit=school)
    score.open_sheets(year)
    DutyFactory(cycle=year, unit=school)
    return unit_year


def test_a_liaison_sees_what_is_owed(client, lan, school_year):
    client.force_login(lan)

    owed = client.get(HOME).context["owed"]

    assert [task.href for task in owed] == [
        Duty.objects.get().get_absolute_url(), reverse("assessments:entry_new") + "?indicator=A1",
    ]  # fmt: skip


def test_what_is_taken_no_more_stands_apart(client, lan, school_year):
    past = today() - timedelta(days=9)
    Duty.objects.update(opens_on=past, due_on=past, closes_on=past)
    client.force_login(lan)

    context = client.get(HOME).context

    assert [task.title for task in context["missed"]] == ["年度规划"]
    assert [task.code for task in context["owed"]] == ["A1"]


def test_a_liaison_sees_what_came_back_and_why(client, lan, school, school_year):
    entry = EntryFactory(unit=school, created_by=lan, returned=True)
    ReviewFactory(entry=entry, verdict="returned", note="缺签到表")
    client.force_login(lan)

    returned = client.get(HOME).context["returned"]

    assert [(task.title, task.note) for task in returned] == [(entry.title, "缺签到表")]


def test_what_is_handed_in_is_no_longer_owed(client, lan, school, school_year):
    ClaimFactory(entry=EntryFactory(unit=school, created_by=lan, submitted=True))
    Duty.objects.update(handed_in_at=now(), fulfilled_at=now())
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
    assert [(matter.kind, matter.open_count) for matter in context["owing"]] == [("annual_plan", 1)]


def test_the_office_sees_what_is_owed_and_opens_it(client, rui, school_year, year):
    DutyFactory(cycle=year, unit=UnitFactory(), kind="self_check", done=True)
    client.force_login(rui)

    page = client.get(HOME).content.decode()

    assert f"{reverse('assessments:owing')}?duty=2026-annual_plan-0-" in page
    assert "2026-self_check" not in page


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_offices_page_costs_the_same_queries(client, rui, year, rows, django_assert_max_num_queries):
    for unit_year in UnitYearFactory.create_batch(rows, cycle=year):
        EntryFactory(unit=unit_year.unit, submitted=True)
        DutyFactory(cycle=year, unit=unit_year.unit)
    client.force_login(rui)

    with django_assert_max_num_queries(10):
        client.get(HOME)


@pytest.mark.parametrize(
    ("who", "is_told"), [("ou", False), ("second", True), ("admin", True), ("rui", False)]
)
def test_a_moderation_waits_on_the_page_of_the_second_person(client, request, year, ou, who, is_told):
    found = ModerationFactory(cycle=year, proposed_by=ou)
    second = DirectorFactory(username="second") if who == "second" else request.getfixturevalue(who)
    client.force_login(second)

    assert (found.get_absolute_url() in client.get(HOME).content.decode()) is is_told


def test_a_moderation_that_is_decided_waits_no_more(client, year, admin):
    ModerationFactory(cycle=year, status="withdrawn")
    client.force_login(admin)

    assert client.get(HOME).context["figures"]["moderation_asked"] is None


@pytest.mark.parametrize(("who", "number"), [("ou", 1), ("admin", 0)])
def test_an_exception_from_recusal_waits_on_the_page_of_a_director(
    client, request, year, rui, ou, who, number
):
    OverrideFactory(person=rui)
    OverrideFactory(person=ou)
    client.force_login(request.getfixturevalue(who))

    assert client.get(HOME).context["figures"]["overrides_asked"] == number


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


# Everybody else's first page.


def template(client, user):
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(HOME).templates[0].name.removeprefix("assessments/home/")


def test_everybody_gets_the_page_of_the_own_role(
    client, school_year, lan, dai, qiao, guan, rui, ou, admin, shen, lin, xun
):
    pages = {
        "liaison.html": (lan, dai),
        "leader.html": (qiao,),
        "tree.html": (guan,),
        "office.html": (rui, ou, admin),
        "auditor.html": (shen,),
        "county_leader.html": (lin,),
        "inspector.html": (xun,),
        "none.html": (UserFactory(),),
    }

    assert {page: {template(client, user) for user in people} for page, people in pages.items()} == {
        page: {page} for page in pages
    }


@pytest.mark.parametrize(("who", "page"), [
    ("guan", "early.html"), ("lin", "early.html"), ("qiao", "waiting.html"), ("shen", "auditor.html"),
    ("xun", "inspector.html"),
])  # fmt: skip
def test_before_the_year_opens_every_page_says_so(client, request, who, page):
    assert template(client, request.getfixturevalue(who)) == page


# A supervising department.


@pytest.fixture
def branches(year, bureau, school):
    """Four units below the bureau: late, owing, corrected and fine, in the office's order reversed."""
    made = {}
    for order, name in enumerate(["fine", "corrects", "owes", "late"]):
        unit = UnitFactory(name=name, supervisor=bureau, sort_order=order)
        UnitYearFactory(cycle=year, unit=unit)
        made[name] = unit
    DutyFactory(cycle=year, unit=made["late"], overdue=True)
    DutyFactory(cycle=year, unit=made["owes"])
    PlanFactory(cycle=year, unit=made["owes"], goals="草稿")
    PlanFactory(cycle=year, unit=made["fine"], submitted=True, status="accepted")
    EntryFactory(cycle=year, unit=made["fine"], accepted=True)
    EntryFactory(cycle=year, unit=made["corrects"], returned=True)
    return made


def test_who_is_behind_stands_first(client, guan, branches):
    client.force_login(guan)

    rows = client.get(HOME).context["page"].object_list

    assert [unit.name for unit in rows] == ["late", "owes", "corrects", "fine"]


def test_a_tree_is_counted_without_its_drafts(client, guan, year, branches):
    EntryFactory(cycle=year, unit=branches["late"])
    client.force_login(guan)

    context = client.get(HOME).context

    assert context["totals"] == {
        "units": 4, "plans": 1, "plans_accepted": 1, "plans_overdue": 1, "records": 2, "to_review": 0,
        "to_correct": 1, "silent": 2,
    }  # fmt: skip
    assert [unit.plan_status for unit in context["page"]] == [None, None, None, "accepted"]


def test_a_unit_of_another_tree_is_not_there(client, guan, year, branches, bank):
    UnitYearFactory(cycle=year, unit=bank)
    client.force_login(guan)

    assert bank not in client.get(HOME).context["page"].object_list


def test_the_tree_goes_all_the_way_down(client, guan, year, branches):
    below = UnitFactory(supervisor=branches["fine"])
    UnitYearFactory(cycle=year, unit=below)
    client.force_login(guan)

    assert below in client.get(HOME).context["page"].object_list


def test_the_tree_has_an_address_of_its_own(client, guan, lan, branches):
    client.force_login(guan)
    assert client.get(reverse("assessments:tree")).status_code == 200

    client.force_login(lan)
    assert client.get(reverse("assessments:tree")).status_code == 403


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_a_tree_costs_the_same_queries(client, guan, bureau, year, rows, django_assert_num_queries):
    for unit in UnitFactory.create_batch(rows, supervisor=bureau):
        UnitYearFactory(cycle=year, unit=unit)
        EntryFactory(cycle=year, unit=unit, submitted=True)
    client.force_login(guan)

    # session, person, roles, two levels of the tree, year, sums, units, what waits for a word, unread
    with django_assert_num_queries(10):
        client.get(HOME)


# A unit's leader.


def test_a_leader_sees_the_own_unit_at_a_glance(client, qiao, lan, school, school_year):
    back = EntryFactory(unit=school, created_by=lan, returned=True)
    draft = EntryFactory(unit=school, created_by=lan)
    client.force_login(qiao)

    context = client.get(HOME).context

    assert list(context["returned"]) == [back] and set(context["newest"]) == {back, draft}
    assert context["numbers"] == {"returned": 1, "draft": 1}
    assert [indicator.code for indicator in context["open"]] == ["A1"]
    assert [duty.unit for duty in context["duties"]] == [school]


def test_a_leader_is_offered_nothing_to_write(client, qiao, school_year):
    client.force_login(qiao)

    page = client.get(HOME).content.decode()

    assert reverse("assessments:entry_new") not in page and 'method="post" action="/plans' not in page


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_a_leaders_page_costs_the_same_queries(
    client, qiao, lan, school, school_year, rows, django_assert_max_num_queries
):
    EntryFactory.create_batch(rows, unit=school, created_by=lan, returned=True)
    client.force_login(qiao)

    with django_assert_max_num_queries(10):
        client.get(HOME)


# A county leader, the auditor, an inspector.


def test_a_county_leader_sees_where_the_year_stands(client, lin, school, bank, school_year, year):
    Duty.objects.update(due_on=F("opens_on"))
    EntryFactory(unit=bank, accepted=True)
    UnitYearFactory(cycle=year, unit=bank)
    release = ReleaseFactory(cycle=year)
    AwardFactory(unit=bank, year=year.year)
    client.force_login(lin)

    context = client.get(HOME).context

    assert context["figures"]["units"] == 2 and context["release"] == release
    assert context["late"]["units"] == context["silent"]["units"] == [school]
    assert [count for _level, count in context["honors"]] == [0, 0, 0, 1]
    assert [sheet.unit for sheet in context["lowest"]] == [school]


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_a_county_leaders_page_costs_the_same_queries(client, lin, year, rows, django_assert_max_num_queries):
    for unit_year in UnitYearFactory.create_batch(rows, cycle=year):
        DutyFactory(cycle=year, unit=unit_year.unit, overdue=True)
    score.open_sheets(year)
    client.force_login(lin)

    with django_assert_max_num_queries(12):
        client.get(HOME)


def test_the_auditor_sees_what_left_its_place(client, shen, school, rui):
    trail.record(school, "unmask", by=rui)
    trail.record(school, "edit", by=rui)
    client.force_login(shen)

    context = client.get(HOME).context

    assert [line.event.verb for line in context["newest"]] == ["edit", "unmask"]
    assert [line.event.verb for line in context["protected"]] == ["unmask"]


def test_an_inspector_finds_a_unit(client, xun, school, bank):
    Unit.objects.filter(pk=bank.pk).update(participation="ended")
    client.force_login(xun)

    page = client.get(HOME)

    unit = Category.objects.get(code="unit")
    assert dict(page.context["kinds"])[unit] == 1
    assert f'action="{reverse("units:units")}"' in page.content.decode()
    assert school in client.get(reverse("units:units"), {"category": unit.pk}).context["page"]


def test_a_dispute_waits_on_the_page_of_who_may_arbitrate(client, year, school, rui, ou, admin):
    entry = EntryFactory(cycle=year, unit=school, submitted=True, disputed_round=1)
    MarkFactory(claim=ClaimFactory(entry=entry), by=rui)
    told = "1 件台账评分分歧较大，待您仲裁"

    for who, is_told in ((ou, True), (rui, False), (admin, False)):
        client.force_login(who)
        page = client.get("/home/").content.decode()
        assert (told in page) is is_told
        assert (f"/review/{entry.pk}/" in page) is is_told
