"""The pages of people and accounts."""

import pytest
from django.urls import reverse

from tests.factories import LiaisonFactory, UnitFactory
from units.models import Membership, Role, TrailEvent, User

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
    answer = desk.post(address("account_new"), {"role": "liaison", "units": [school.pk], "name": "新人"})

    slip = answer.context["slips"][0]
    assert slip.password in answer.content.decode()
    assert slip.person.username == f"xx{school.pk:04d}"
    assert "no-store" in answer["Cache-Control"]
    assert slip.password not in str(dict(desk.session))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"units": []}, "units"),
        ({"role": "director"}, "units"),
        ({"username": "lan"}, "username"),
        ({"username": "兰 晓"}, "username"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"units": ["999999"]}, "units"),
    ],
)
def test_wrong_account_is_refused_at_its_field(desk, lan, school, wrong, said):
    facts = {"role": "liaison", "units": [school.pk], "name": "新人", "username": "new", **wrong}

    answer = desk.post(address("account_new"), facts)

    assert said in answer.context["form"].errors
    assert User.objects.filter(name="新人").count() == 0


def test_unit_named_in_the_address_is_chosen_already(desk, school):
    page = desk.get(address("account_new"), {"unit": school.pk})

    assert f'<option value="{school.pk}" selected>' in page.content.decode()


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
