"""The pages of people, their accounts and their roles."""

import base64
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime
from openpyxl import load_workbook

from civportal.lib import clock
from tests.factories import LiaisonFactory, MembershipFactory, UnitFactory
from units.actions import life, person
from units.forms import fields
from units.models import Membership, Role, TrailEvent, Unit, UnitName, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin, client):
    """The administrator's browser."""
    client.force_login(admin)
    return client


def address(name, *args):
    return reverse(f"units:{name}", args=args)


def test_list_shows_who_works_where(desk, lan, mei):
    page = desk.get(address("people")).content.decode()

    assert "兰晓" in page and "云泽县第一小学" in page and "云泽县农商银行" in page


def test_list_costs_the_same_however_long(desk, django_assert_max_num_queries):
    desk.get(address("people"))
    costs = set()
    for more in (1, 4, 45):
        LiaisonFactory.create_batch(more)
        with django_assert_max_num_queries(8) as queries:
            desk.get(address("people"))
        costs.add(len(queries))

    assert len(costs) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "农商"}, {"mei"}),
        ({"q": "lan"}, {"lan"}),
        ({"q": "梅"}, {"mei"}),
        ({"role": "director"}, {"ou"}),
        ({"state": "blocked"}, {"mei"}),
        ({"state": "waiting"}, {"lan"}),
        ({"role": "no such role", "unit": "x"}, {"lan", "mei", "ou", "an"}),
    ],
)
def test_list_narrows(desk, lan, mei, ou, asked, found):
    User.objects.filter(pk=mei.pk).update(is_active=False)
    User.objects.filter(pk=lan.pk).update(must_set_password=True)

    page = desk.get(address("people"), asked).context["page"]

    assert {person.username for person in page.object_list} == found


def test_list_narrows_to_a_unit(desk, lan, mei, school):
    page = desk.get(address("people"), {"unit": school.pk}).context["page"]

    assert list(page.object_list) == [lan]


def test_person_with_two_units_is_listed_once(desk, lan, bank):
    Membership.objects.create(user=lan, role=Role.LIAISON, unit=bank)

    page = desk.get(address("people"), {"q": "云泽县"}).context["page"]

    assert list(page.object_list) == [lan]


def test_system_itself_is_no_person(desk):
    User.objects.system()

    assert "系统" not in [person.name for person in desk.get(address("people")).context["page"].object_list]


@pytest.mark.parametrize("name", ["people", "account_new", "accounts_issue"])
def test_liaison_may_not_look_at_accounts(client, lan, name):
    client.force_login(lan)

    assert client.get(address(name)).status_code == 403


def test_liaison_does_not_know_other_people(client, lan, mei):
    client.force_login(lan)

    assert client.get(address("person", mei.pk)).status_code == 404
    assert client.post(address("account_block", mei.pk)).status_code == 404


def test_director_sees_people_but_issues_nothing(client, ou, lan):
    client.force_login(ou)

    assert client.get(address("person", lan.pk)).status_code == 200
    assert client.post(address("password_reset", lan.pk)).status_code == 403
    assert client.get(address("account_new")).status_code == 403


def test_new_account_answers_with_a_slip_that_is_stored_nowhere(desk, school):
    answer = desk.post(address("account_new"), {"role": "liaison", "unit": school.name, "name": "新人"})

    slip = answer.context["slips"][0]
    assert slip.password in answer.content.decode()
    assert slip.person.username == f"xx{school.pk:04d}"
    assert "no-store" in answer["Cache-Control"]
    assert slip.password not in str(dict(desk.session))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit": ""}, "unit"),
        ({"role": "director"}, "unit"),
        ({"username": "lan"}, "username"),
        ({"username": "兰 晓"}, "username"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"unit": "没有这个单位"}, "unit"),
    ],
)
def test_wrong_account_is_refused_at_its_field(desk, lan, school, wrong, said):
    facts = {"role": "liaison", "unit": school.name, "name": "新人", "username": "new", **wrong}

    answer = desk.post(address("account_new"), facts)

    assert said in answer.context["form"].errors
    assert User.objects.filter(name="新人").count() == 0


def test_unit_named_in_the_address_is_chosen_already(desk, school):
    page = desk.get(address("account_new"), {"unit": school.pk})

    assert f'value="{school.name}"' in page.content.decode()


def test_nonsense_unit_in_the_address_chooses_nothing(desk):
    assert desk.get(address("account_new"), {"unit": "x"}).status_code == 200


def test_accounts_for_all_units_are_shown_once(desk, school, bank):
    assert len(desk.get(address("accounts_issue")).context["units"]) == 2

    answer = desk.post(address("accounts_issue"))

    page = answer.content.decode()
    assert all(slip.password in page for slip in answer.context["slips"])
    assert 'download="' in page and "no-store" in answer["Cache-Control"]
    assert desk.post(address("accounts_issue")).status_code == 302


def test_reset_shows_the_new_password_and_blocking_signs_out(desk, lan):
    answer = desk.post(address("password_reset", lan.pk))
    assert answer.context["slips"][0].password in answer.content.decode()

    desk.post(address("account_block", lan.pk), {"note": "调离"})
    assert not User.objects.get(pk=lan.pk).is_active
    assert "调离" in desk.get(address("person", lan.pk)).content.decode()

    desk.post(address("account_unblock", lan.pk))
    assert User.objects.get(pk=lan.pk).is_active


def test_nobody_blocks_or_resets_oneself(desk, admin):
    assert desk.post(address("account_block", admin.pk)).status_code == 403
    assert desk.post(address("password_reset", admin.pk)).status_code == 403
    assert not TrailEvent.objects.about(admin).exists()


@pytest.mark.parametrize("name", ["password_reset", "account_block", "account_unblock"])
def test_asking_changes_nothing(desk, lan, name):
    assert desk.get(address(name, lan.pk)).status_code == 405


def test_page_of_a_unit_without_account_names_the_contact(desk):
    UnitFactory(name="云泽县图书馆", contact="王敏")

    assert "王敏" in desk.get(address("accounts_issue")).content.decode()


def test_a_unit_that_has_ended_cannot_be_chosen(desk, school):
    Unit.objects.filter(pk=school.pk).update(participation=Unit.Participation.ENDED)

    answer = desk.post(address("account_new"), {"role": "liaison", "unit": school.name, "name": "新人"})

    assert "unit" in answer.context["form"].errors


@pytest.mark.parametrize("role", list(Role))
def test_every_role_can_be_given_with_the_account(desk, school, role):
    needs_unit = role in ("liaison", "deputy", "unit_leader", "supervisor")
    said = {"role": role, "unit": school.name if needs_unit else "", "name": "新人"}

    answer = desk.post(address("account_new"), said)

    assert answer.context["slips"]
    assert Membership.objects.get(user__name="新人").role == role


def test_every_role_is_explained_where_it_is_chosen(desk):
    groups = desk.get(address("account_new")).context["form"].role_groups

    assert sum(len(options) for _name, options in groups) == len(Role)
    assert all(str(meaning) for _name, options in groups for _button, meaning in options)


# the sheets


def test_the_sheet_leads_to_the_invitation_and_says_how_long_it_holds(desk, school):
    answer = desk.post(address("account_new"), {"role": "liaison", "unit": school.name, "name": "新人"})

    (sheet,) = answer.context["sheets"]
    assert sheet.link.endswith(f"/join/xx{school.pk:04d}/{sheet.slip.password}/")
    assert sheet.picture.startswith("data:image/svg+xml")
    days = sheet.slip.until - clock.now()
    assert timedelta(days=13, hours=23) < days <= timedelta(days=person.ONE_TIME_DAYS)


def test_the_workbook_says_how_long_each_password_holds(desk, school, bank):
    page = desk.post(address("accounts_issue"))

    coded = re.search(r"base64,([A-Za-z0-9+/=]+)", page.content.decode())[1]
    rows = list(load_workbook(io.BytesIO(base64.b64decode(coded))).active.values)
    until = localtime(page.context["slips"][0].until)
    assert any(f"{until:%H:%M}" in str(cell) for cell in rows[-1])


def test_accounts_of_a_large_county_are_issued_in_turns(desk, monkeypatch):
    monkeypatch.setattr(person, "ISSUED_AT_ONCE", 2)
    UnitFactory.create_batch(3)

    first = desk.post(address("accounts_issue"))
    second = desk.post(address("accounts_issue"))

    assert (len(first.context["slips"]), first.context["left"]) == (2, 1)
    assert (len(second.context["slips"]), second.context["left"]) == (1, 0)


# roles


def give(desk, who, **said):
    return desk.post(address("role_give", who.pk), {"role": "deputy", "unit": "", **said})


def test_a_role_is_given_and_ended_and_stays_on_record(desk, lan, bank):
    give(desk, lan, unit=bank.name)
    held = lan.memberships.current().get(unit=bank)

    desk.post(address("role_take", lan.pk, held.pk))

    page = desk.get(address("person", lan.pk))
    assert list(page.context["former"]) == [held]
    assert held not in page.context["held"]
    assert [event.verb for event in TrailEvent.objects.about(lan)] == ["give_role", "take_role"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"role": "deputy"}, "unit"),
        ({"role": "auditor", "unit": "云泽县第一小学"}, "unit"),
        ({"role": "liaison", "unit": "云泽县第一小学"}, "__all__"),
        ({"role": "king"}, "role"),
    ],
)
def test_a_role_that_cannot_be_is_refused_on_the_form(desk, lan, school, said, field):
    answer = give(desk, lan, **said)

    assert answer.status_code == 422 and field in answer.context["role_form"].errors
    assert lan.memberships.count() == 1


def test_nobody_ends_somebody_elses_role_under_a_wrong_address(desk, lan, mei):
    assert desk.post(address("role_take", lan.pk, mei.memberships.get().pk)).status_code == 404
    assert mei.memberships.current().exists()


def test_nobody_ends_the_own_role(desk, admin):
    assert desk.post(address("role_take", admin.pk, admin.memberships.get().pk)).status_code == 403


def test_an_ended_role_ends_no_second_time(desk, lan):
    held = lan.memberships.get()
    desk.post(address("role_take", lan.pk, held.pk))

    answer = desk.post(address("role_take", lan.pk, held.pk), follow=True)

    assert [message.level_tag for message in answer.context["messages"]][-1] == "error"
    assert TrailEvent.objects.about(lan).count() == 1


# as at a date


def day(year, month, number):
    return clock.end_of(date(year, month, number)) - timedelta(hours=12)


@pytest.fixture
def relay(school):
    """Bai was the school's liaison until 10 March 2026, then Cui, as liaison until today."""
    bai, cui = (LiaisonFactory(name=name, memberships__unit=school) for name in ("白露", "崔岩"))
    Membership.objects.filter(user=bai).update(began_at=day(2025, 9, 1), ended_at=day(2026, 3, 10))
    Membership.objects.filter(user=cui).update(began_at=day(2026, 3, 10))
    return bai, cui


@pytest.mark.parametrize(
    ("at", "names"),
    [
        ("2025-08-31", []),
        ("2025-09-01", ["白露"]),
        ("2026-03-09", ["白露"]),
        ("2026-03-10", ["崔岩"]),
        ("2026-03-11", ["崔岩"]),
    ],
)
def test_the_list_knows_who_it_was_on_any_day(desk, relay, at, names):
    page = desk.get(address("people"), {"at": at, "role": "liaison"})

    assert [who.name for who in page.context["page"]] == names
    assert all(who.held for who in page.context["page"])


def test_a_unit_is_called_on_that_day_as_it_was_called_then(desk, relay, school, admin):
    life.rename(school, "云泽县实验小学", on=date(2026, 2, 1), document_number="云编发〔2026〕3号", by=admin)

    then = desk.get(address("people"), {"at": "2026-01-15", "role": "liaison"}).content.decode()
    later = desk.get(address("people"), {"at": "2026-03-15", "role": "liaison"}).content.decode()

    assert "云泽县第一小学" in then and "云泽县实验小学" not in then
    assert "云泽县实验小学" in later


@pytest.mark.parametrize("at", ["9999-12-31", "0001-01-01", "2026-02-30", "²", "x"])
def test_a_day_that_is_none_asks_for_now(desk, lan, at):
    page = desk.get(address("people"), {"at": at})

    assert page.context["day"] is None and lan in page.context["page"].object_list


def test_the_list_of_a_past_day_costs_the_same_however_long(desk, django_assert_max_num_queries):
    costs = set()
    for more in (1, 4, 45):
        people = LiaisonFactory.create_batch(more)
        Membership.objects.filter(user__in=people).update(began_at=day(2026, 1, 1))
        with django_assert_max_num_queries(9) as queries:
            desk.get(address("people"), {"at": "2026-02-01"})
        costs.add(len(queries))

    assert len(costs) == 1


# names offered while one types


def test_units_are_offered_by_what_is_typed(desk, school, bank):
    UnitName.objects.create(unit=school, name="县一小")

    assert desk.get(address("people_units"), {"q": "农商"}).context["offers"] == [bank.name]
    assert desk.get(address("people_units"), {"unit": "县一小"}).context["offers"] == [school.name]
    assert desk.get(address("people_units")).context["offers"] == []


def test_namesakes_are_offered_with_their_supervisor(desk):
    for bank in ("农商银行", "工商银行"):
        UnitFactory(name="营业部", supervisor=UnitFactory(name=bank))

    offers = desk.get(address("people_units"), {"q": "营业部"}).context["offers"]

    assert sorted(offers) == ["营业部（农商银行）", "营业部（工商银行）"]


def test_the_form_offers_all_units_only_where_they_are_few(desk, school, monkeypatch):
    offer = f'<option value="{school.name}">'
    assert offer in desk.get(address("account_new")).content.decode()

    monkeypatch.setattr(fields, "OFFERED_AT_ONCE", 0)

    assert offer not in desk.get(address("account_new")).content.decode()


def test_the_page_of_a_person_costs_the_same_however_many_roles(desk, lan, django_assert_max_num_queries):
    costs = set()
    for more in (1, 4, 45):
        for unit in UnitFactory.create_batch(more):
            MembershipFactory(user=lan, role=Role.LIAISON, unit=unit)
        with django_assert_max_num_queries(13) as queries:
            desk.get(address("person", lan.pk))
        costs.add(len(queries))

    assert len(costs) == 1
