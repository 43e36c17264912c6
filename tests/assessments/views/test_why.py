"""Why can I see this?"""

import pytest
from django.urls import reverse

from assessments.actions import access, score
from assessments.models import ScoreSheet
from civportal.lib.policy import CHAPTERS
from tests.factories import (
    AwardFactory,
    ChartedUnitFactory,
    DutyFactory,
    EntryFactory,
    MembershipFactory,
    PlanFactory,
    UnitFactory,
    UnitYearFactory,
    person_in,
)
from units.models import ImportBatch, LifeAct, Role, Succession, User

pytestmark = pytest.mark.django_db

ABSENT = 987_654


@pytest.fixture(autouse=True)
def english(client, in_english):
    """A browser that asks for the language of the message ids."""
    client.cookies["django_language"] = "en"


def why(client, user, concept, record):
    client.force_login(user)
    return client.get(reverse("assessments:why", args=[concept, getattr(record, "pk", record)]))


@pytest.fixture
def records(year, school, lan, ou):
    """One of each kind, of Lan's unit."""
    UnitYearFactory(cycle=year, unit=school)
    score.open_sheets(year)
    return {
        "unit": school,
        "duty": DutyFactory(cycle=year, unit=school),
        "plan": PlanFactory(cycle=year, unit=school, submitted=True),
        "entry": EntryFactory(cycle=year, unit=school, submitted=True),
        "sheet": ScoreSheet.objects.get(),
        "charted_unit": ChartedUnitFactory(cycle=year, unit=school, listed_by=ou),
        "award": AwardFactory(unit=school),
        "person": lan,
        "import": ImportBatch.objects.create(file_name="名册.xlsx", sha256="0" * 64, size=1, by=ou),
    }


def test_every_chapter_is_asked_about_or_excused(records):
    assert {*access.CONCEPTS, *access.NOT_ASKED} == set(CHAPTERS)
    assert set(records) == set(access.CONCEPTS)
    assert all(CHAPTERS[concept].view for concept in access.CONCEPTS)


@pytest.mark.parametrize("concept", access.CONCEPTS)
def test_a_foreign_record_answers_like_an_absent_one(client, records, mei, concept):
    foreign = why(client, mei, concept, records[concept])
    absent = why(client, mei, concept, ABSENT)

    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content


def test_what_is_nothing_is_not_there(client, lan):
    assert why(client, lan, "nonsense", 1).status_code == 404


@pytest.mark.parametrize("concept", access.CONCEPTS)
def test_the_office_is_told_about_every_kind(client, records, admin, concept):
    response = why(client, admin, concept, records[concept])

    assert response.status_code == 200
    assert response.context["seen"].verdict.holds
    assert response.context["reasons"][0].startswith("You are administrator. ")


@pytest.mark.parametrize("concept", access.CONCEPTS)
def test_every_records_page_asks_the_question(client, records, admin, concept):
    client.force_login(admin)

    page = client.get(records[concept].get_absolute_url()).content.decode()

    assert reverse("assessments:why", args=[concept, records[concept].pk]) in page


def reasons(client, user, concept, record):
    return why(client, user, concept, record).context["reasons"]


def test_each_role_is_told_what_it_opens(client, records, lan, guan, shen, rui, bureau, school):
    entry = records["entry"]

    assert reasons(client, lan, "entry", entry) == [
        f"You are unit liaison of {school}; it is a record of your own unit."
    ]
    assert reasons(client, guan, "entry", entry) == [
        f"You work in {bureau} as supervising department; {school} stands below it, and it was handed in."
    ]
    assert reasons(client, rui, "entry", entry) == [
        "You are case officer. The office reads whatever was handed in."
    ]
    assert reasons(client, shen, "entry", entry) == [
        "You are auditor. This role reads whatever was handed in."
    ]


def test_who_has_two_reasons_hears_both(client, records, rui, school):
    MembershipFactory(user=rui, role=Role.LIAISON, unit=school)

    assert len(reasons(client, User.objects.get(pk=rui.pk), "entry", records["entry"])) == 2


def test_a_successor_hears_where_its_unit_came_from(client, records, ou, school):
    heir = UnitFactory()
    act = LifeAct.objects.create(kind="merge", on="2026-01-01", document_number="1", by=ou)
    Succession.objects.create(act=act, before=school, after=heir)
    liaison = person_in(Role.LIAISON, heir)

    [reason] = reasons(client, liaison, "entry", records["entry"])

    assert "came from" in reason and school.name in reason


def test_ones_own_account_needs_no_role(client, lan):
    assert reasons(client, lan, "person", lan) == ["It is your own account; everybody may look at that."]


def test_what_one_may_do_is_said_with_the_reason_against_it(client, records, rui):
    acts = why(client, rui, "entry", records["entry"]).context["acts"]

    said = {act.sentence: act.verdict for act in acts}
    assert said["accept the record and give points"].holds
    assert said["reopen the decision"].missing == "is not office director and it is not accepted"
    assert [act.verdict.holds for act in acts] == sorted([act.verdict.holds for act in acts], reverse=True)


def test_an_officer_of_the_unit_hears_why_nothing_is_to_decide(client, records, rui, school):
    MembershipFactory(user=rui, role=Role.LIAISON, unit=school)

    acts = why(client, User.objects.get(pk=rui.pk), "entry", records["entry"]).context["acts"]

    [verdict] = [act.verdict for act in acts if act.sentence == "return the record"]
    assert verdict.missing == "has a conflict of interest with the unit, and no exception"


def readers(client, user, concept, record):
    return {it.role.value: it.count for it in why(client, user, concept, record).context["readers"]}


def test_who_else_sees_it_is_counted(client, records, lan, mei, qiao, guan, rui, ou, shen, lin, xun, admin):
    assert readers(client, lan, "entry", records["entry"]) == {
        "administrator": 1,
        # Ou, and the one who granted the award.
        "director": 2,
        "case_officer": 1,
        "auditor": 1,
        "county_leader": 1,
        "supervisor": 1,
        "unit_leader": 1,
        "liaison": 1,
    }


def test_a_draft_is_seen_by_its_unit_only(client, year, school, lan, qiao, dai, guan, ou, shen):
    draft = EntryFactory(cycle=year, unit=school)

    assert readers(client, lan, "entry", draft) == {"unit_leader": 1, "liaison": 1, "deputy": 1}


def test_blocked_people_and_ended_roles_do_not_count(client, records, lan, qiao, dai):
    User.objects.filter(pk=qiao.pk).update(is_active=False)
    dai.memberships.update(ended_at="2999-01-01T00:00Z")

    counted = readers(client, lan, "entry", records["entry"])

    assert "unit_leader" not in counted and "deputy" not in counted


@pytest.mark.parametrize(("who", "named"), [("rui", False), ("lan", False), ("lin", False), ("ou", True)])
def test_names_are_for_those_who_may_list_people(client, request, records, who, named):
    qiao = request.getfixturevalue("qiao")

    page = why(client, request.getfixturevalue(who), "entry", records["entry"]).content.decode()

    assert (qiao.name in page) is named


def test_the_counts_are_those_of_the_lists(
    client, records, lan, mei, qiao, dai, guan, rui, ou, shen, lin, xun, admin
):
    """Whoever is counted sees the record, and whoever sees it by a role is counted."""
    for concept in ("unit", "plan", "entry", "charted_unit", "sheet", "award", "import"):
        record = records[concept]
        counted = {person for one in access.readers(concept, record) for person in one.people}
        sees = {user for user in User.objects.people() if access.records(concept, user).contains(record)}
        assert counted == sees, concept


@pytest.mark.parametrize("people", [1, 5, 50])
def test_the_page_costs_the_same_however_many_see_it(
    client, records, lan, school, people, django_assert_num_queries
):
    for _ in range(people):
        person_in(Role.DEPUTY, school)

    client.force_login(lan)

    # session, person, roles, record, stages, reviews, reviewers' marks, conflicts of interest, successors,
    # who holds which role, unread
    with django_assert_num_queries(11):
        client.get(reverse("assessments:why", args=["entry", records["entry"].pk]))
