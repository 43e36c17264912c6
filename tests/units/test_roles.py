"""What a person's roles open: the own unit, what it was, the tree below, and the first page."""

import pytest

from tests.factories import MembershipFactory, UnitFactory, UserFactory, person_in
from units.models import LifeAct, Role, Succession, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(school, ou):
    """A unit that was merged into Lan's, after an earlier one had been merged into it."""
    old, older = UnitFactory(), UnitFactory()
    act = LifeAct.objects.create(kind="merge", on="2026-01-01", document_number="1", by=ou)
    Succession.objects.create(act=act, before=old, after=school)
    Succession.objects.create(act=act, before=older, after=old)
    return {old.pk, older.pk}


def test_a_successor_sees_what_the_units_were_that_it_came_from(lan, school, merged, mei, bank):
    assert lan.seen_ids == {school.pk, *merged}
    assert mei.seen_ids == {bank.pk}


def test_who_came_from_nobody_is_not_asked_about_it(lan, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(lan.seen_ids) == 1


def test_a_department_sees_its_whole_tree_and_nothing_beside_it(guan, bureau, school, bank):
    class_room = UnitFactory(supervisor=school)

    assert guan.supervised_ids == guan.seen_ids == {bureau.pk, school.pk, class_room.pk}
    assert guan.supervises(class_room) and not guan.supervises(bank)
    assert not guan.works_for(school) and not guan.writes_for(bureau)


def test_a_role_that_ended_opens_nothing(lan, school):
    lan.memberships.update(ended_at="2999-01-01T00:00Z")

    assert User.objects.get(pk=lan.pk).seen_ids == set()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DEPUTY])
def test_a_leader_reads_and_a_deputy_writes(school, role):
    writer, leader = person_in(role, school), person_in(Role.UNIT_LEADER, school)

    assert writer.writes_for(school) and not leader.writes_for(school)
    assert leader.works_for(school)


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        ([], None),
        ([Role.AUDITOR], Role.AUDITOR),
        ([Role.INSPECTOR, Role.LIAISON], Role.LIAISON),
        ([Role.SUPERVISOR, Role.LIAISON], Role.LIAISON),
        ([Role.SUPERVISOR, Role.UNIT_LEADER], Role.UNIT_LEADER),
        ([Role.LIAISON, Role.CASE_OFFICER], Role.CASE_OFFICER),
        ([Role.ADMINISTRATOR, Role.DIRECTOR], Role.DIRECTOR),
        ([Role.AUDITOR, Role.SUPERVISOR], Role.SUPERVISOR),
    ],
)
def test_whose_first_page_comes_first(school, roles, first):
    person = UserFactory()
    for role in roles:
        at = school if role in (Role.LIAISON, Role.UNIT_LEADER, Role.SUPERVISOR) else None
        MembershipFactory(user=person, role=role, unit=at)

    assert person.first_role == first


def test_the_first_page_follows_the_place_one_works_for_now(school, bank):
    person = person_in(Role.LIAISON, school)
    MembershipFactory(user=person, role=Role.UNIT_LEADER, unit=bank)
    assert person.first_role == Role.LIAISON

    person.chosen_unit_id = bank.pk

    assert person.first_role == Role.UNIT_LEADER


def test_lists_name_the_unit_where_there_can_be_several(lan, guan, shen, xun):
    assert [user.sees_several for user in (lan, guan, shen, xun)] == [False, True, True, False]
