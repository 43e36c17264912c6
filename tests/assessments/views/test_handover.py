"""The page on which somebody's work is handed over: shown first, then done."""

import pytest
from django.urls import reverse

from assessments.actions import cycle as cycles
from tests.factories import EntryFactory, LiaisonFactory
from units.actions import person
from units.models import Membership, Role, TrailEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin, client):
    """The administrator's browser."""
    client.force_login(admin)
    return client


def address(who):
    return reverse("assessments:hand_over", args=[who.pk])


def form(lan, **more):
    roles = [held.pk for held in lan.memberships.current()]
    return {"roles": roles, "successor": "", "new_name": "", "note": "调离", **more}


def test_what_will_happen_is_shown_and_nothing_is_done_yet(desk, year, lan, mei, ou, school):
    cycles.enrol_missing(year, by=ou)
    EntryFactory(cycle=year, unit=school, created_by=lan, title="退回的台账", returned=True)
    EntryFactory(cycle=year, unit=school, created_by=lan, title="只有单位知道的草稿")

    page = desk.post(address(lan), form(lan, successor="mei")).content.decode()

    assert "退回的台账" in page and school.name in page and "梅青" in page
    assert "只有单位知道的草稿" not in page
    assert lan.memberships.current().exists() and not TrailEvent.objects.about(lan).exists()


def test_confirming_does_it(desk, lan, mei, school):
    answer = desk.post(address(lan), form(lan, successor="梅青", confirmed="1"))

    assert answer.url == reverse("units:person", args=[lan.pk])
    assert User.objects.get(pk=mei.pk).writes_for(school)
    assert not User.objects.get(pk=lan.pk).is_active


def test_the_leaver_is_signed_out_at_once(desk, lan, mei):
    browser = type(desk)()
    browser.force_login(lan)

    desk.post(address(lan), form(lan, successor="mei", confirmed="1"))

    assert browser.get(reverse("units:notifications")).url.startswith("/login/")


def test_somebody_new_is_answered_with_the_sheet(desk, lan, school):
    answer = desk.post(address(lan), form(lan, new_name="齐悦", confirmed="1"))

    (slip,) = answer.context["slips"]
    assert slip.password in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert User.objects.get(name="齐悦").writes_for(school)


def test_a_second_click_hands_over_nothing_more(desk, lan):
    said = form(lan, new_name="齐悦", confirmed="1")
    desk.post(address(lan), said)

    assert desk.post(address(lan), said).status_code == 403
    assert User.objects.filter(name="齐悦").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "successor"),
        ({"successor": "mei", "new_name": "齐悦"}, "successor"),
        ({"successor": "没有这个人"}, "successor"),
        ({"successor": "lan"}, "successor"),
        ({"successor": "同名"}, "successor"),
        ({"successor": "走了"}, "successor"),
        ({"successor": "mei", "roles": []}, "roles"),
        ({"successor": "mei", "roles": ["999999"]}, "roles"),
        ({"successor": "mei", "roles": ["²"]}, "roles"),
        ({"new_name": "长" * 61}, "new_name"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk, admin, lan, mei, wrong, field):
    LiaisonFactory.create_batch(2, name="同名")
    person.block(LiaisonFactory(name="走了"), by=admin)

    answer = desk.post(address(lan), form(lan, **{"confirmed": "1", **wrong}))

    assert field in answer.context["form"].errors
    assert lan.memberships.current().exists()


def test_another_persons_role_is_no_choice(desk, lan, mei, rui):
    foreign = [mei.memberships.get().pk]

    answer = desk.post(address(lan), form(lan, successor="rui", roles=foreign, confirmed="1"))

    assert "roles" in answer.context["form"].errors and mei.memberships.current().exists()


def test_the_entries_can_be_changed_once_more(desk, lan, mei):
    answer = desk.post(address(lan), form(lan, successor="mei", again="1"))

    assert answer.context["form"]["successor"].value() == "mei"
    assert lan.memberships.current().exists()


def test_who_keeps_a_role_is_not_blocked(desk, lan, mei, bank):
    kept = Membership.objects.create(user=lan, role=Role.UNIT_LEADER, unit=bank)
    given = [held.pk for held in lan.memberships.current() if held != kept]

    desk.post(address(lan), form(lan, successor="mei", roles=given, confirmed="1"))

    assert User.objects.get(pk=lan.pk).is_active and list(lan.memberships.current()) == [kept]


def test_the_director_hands_over_for_units_only(client, ou, rui, lan, mei, school):
    client.force_login(ou)

    assert client.get(address(rui)).status_code == 403
    client.post(address(lan), form(lan, successor="mei", confirmed="1"))

    assert User.objects.get(pk=mei.pk).writes_for(school)


def test_the_last_administrator_passes_on_and_never_just_goes(client, admin, rui):
    other = person.issue_account(username="zwei", name="二号", role=Role.ADMINISTRATOR, by=admin).person
    client.force_login(other)
    User.objects.filter(pk=other.pk).update(must_set_password=False)

    client.post(address(admin), form(admin, successor="rui", confirmed="1"))

    assert User.objects.get(pk=rui.pk).has_role(Role.ADMINISTRATOR)
    assert not User.objects.get(pk=admin.pk).is_active


def test_the_page_of_a_person_leads_there(desk, lan, admin):
    assert address(lan) in desk.get(reverse("units:person", args=[lan.pk])).content.decode()
    assert address(admin) not in desk.get(reverse("units:person", args=[admin.pk])).content.decode()
