"""Accounts: issued, replaced by one's own password, blocked."""

from threading import Thread

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.db import connection

from tests.factories import LiaisonFactory, UnitFactory
from units.actions import person
from units.models import Membership, Office, Role, TrailEvent, Unit, User

pytestmark = pytest.mark.django_db


def issue(admin, **fields):
    facts = {"username": "new", "name": "新人", "role": Role.LIAISON, "units": [], "by": admin, **fields}
    return person.issue_account(**facts)


def test_issued_account_opens_with_its_one_time_password(admin, school, client):
    slip = issue(admin, units=[school])

    assert client.login(username="new", password=slip.password)
    assert slip.person.must_set_password


def test_issued_account_is_in_the_trail_without_its_password(admin, school):
    slip = issue(admin, units=[school])

    event = TrailEvent.objects.about(slip.person).get()
    assert (event.verb, event.by) == ("issue_account", admin)
    assert str(school) in event.changes["roles"][1]
    assert slip.password not in str(vars(event))


def test_one_liaison_works_for_several_units(admin, school, bank):
    slip = issue(admin, units=[school, bank])

    assert set(User.objects.get(pk=slip.person.pk).unit_ids) == {school.pk, bank.pk}


def test_office_account_has_no_unit(admin):
    slip = issue(admin, role=Role.DIRECTOR)

    assert slip.person.is_office and slip.person.workplace is None


def test_random_password_is_hashed_with_fewer_rounds_which_the_first_sign_in_strengthens(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

    stored = person.hash_of_random("abcd-efgh-jkmn")

    assert f"${person.ROUNDS_FOR_RANDOM}$" in stored
    assert PBKDF2PasswordHasher().must_update(stored)


def test_suggested_names_are_the_letters_and_the_number_of_the_unit_and_free(school, bank):
    Office.objects.create(letters="YZ")
    LiaisonFactory(username=f"yz{bank.pk:04d}")

    names = person.suggest_usernames([school, bank])

    assert names == {school: f"yz{school.pk:04d}", bank: f"yz{bank.pk:04d}-2"}


def test_account_without_a_name_gets_one(admin, school):
    assert issue(admin, username="", units=[school]).person.username == f"xx{school.pk:04d}"
    assert issue(admin, username="", role=Role.DIRECTOR).person.username == "xx-office"
    assert issue(admin, username="", role=Role.DIRECTOR).person.username == "xx-office-2"


def test_accounts_go_to_every_participating_unit_without_one(admin, lan, school, bank):
    exempt = UnitFactory(participation=Unit.Participation.EXEMPT)

    slips = person.issue_accounts(by=admin)

    assert [slip.units for slip in slips] == [(bank,)]
    assert not Membership.objects.filter(unit=exempt).exists()
    assert TrailEvent.objects.about(slips[0].person).get().by == admin
    assert person.issue_accounts(by=admin) == []


def test_a_unit_whose_only_liaison_is_blocked_counts_as_without_account(admin, lan, school):
    person.block(lan, by=admin)

    assert school in person.units_without_account()


def test_accounts_for_a_county_take_few_queries(admin, django_assert_max_num_queries):
    UnitFactory.create_batch(60)

    with django_assert_max_num_queries(26):
        slips = person.issue_accounts(by=admin)

    assert len(slips) == 60


def test_account_is_named_after_the_contact_of_the_unit(admin, school):
    Unit.objects.update(contact="王敏")

    (slip,) = person.issue_accounts(by=admin)

    assert slip.person.name == "王敏"


def test_reset_replaces_the_password(admin, lan, client):
    lan.set_password("an-old-secret")
    lan.save()

    slip = person.reset_password(lan, by=admin)

    assert not client.login(username="lan", password="an-old-secret")
    assert client.login(username="lan", password=slip.password)
    assert TrailEvent.objects.about(lan).get().verb == "reset_password"


def test_reset_ends_open_sessions_at_once(admin, lan, client):
    client.force_login(lan)

    person.reset_password(lan, by=admin)

    assert client.get("/password/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_block_ends_open_sessions_at_once_and_refuses_the_password(admin, lan, client):
    lan.set_password("a-good-secret")
    lan.save()
    client.force_login(lan)

    person.block(lan, by=admin, note="调离")

    assert client.get("/password/").url.startswith("/login/")
    assert not client.login(username="lan", password="a-good-secret")
    assert TrailEvent.objects.about(lan).get().note == "调离"


def test_unblock_lets_the_person_in_again(admin, lan, client):
    lan.set_password("a-good-secret")
    lan.save()
    person.block(lan, by=admin)

    person.unblock(lan, by=admin)

    assert client.login(username="lan", password="a-good-secret")
    assert [event.verb for event in TrailEvent.objects.about(lan)] == ["block", "unblock"]


def test_second_click_on_block_is_no_second_act(admin, lan):
    person.block(lan, by=admin)
    person.block(lan, by=admin)

    assert TrailEvent.objects.about(lan).count() == 1


def test_weak_password_is_refused_and_nothing_changes(lan):
    before = lan.password

    with pytest.raises(ValidationError):
        person.set_password(lan, "123", by=lan)

    lan.refresh_from_db()
    assert lan.password == before
    assert not TrailEvent.objects.about(lan).exists()


def test_own_password_through_the_page_is_in_the_trail(lan, client):
    lan.must_set_password = True
    lan.save()
    client.force_login(lan)

    choice = {"new_password1": "a-very-own-secret-7", "new_password2": "a-very-own-secret-7"}
    client.post("/password/", choice)

    assert [event.verb for event in TrailEvent.objects.about(lan)] == ["set_password"]


def test_own_password_ends_the_one_time_password(lan, client):
    lan.must_set_password = True
    lan.save()

    person.set_password(lan, "a-very-own-secret-7", by=lan)

    assert client.login(username="lan", password="a-very-own-secret-7")
    assert not lan.must_set_password


@pytest.mark.django_db(transaction=True)
def test_two_who_press_the_button_together_do_not_issue_twice(admin, bank, school):
    def press():
        person.issue_accounts(by=admin)
        connection.close()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Membership.objects.filter(role=Role.LIAISON, unit=bank).count() == 1
    assert Membership.objects.filter(role=Role.LIAISON, unit=school).count() == 1
