"""Accounts: issued, replaced by one's own password, blocked."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.db import connection

from civportal.lib import clock
from tests.factories import LiaisonFactory, UnitFactory
from tests.threads import at_once
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

    with django_assert_max_num_queries(20):
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


# one-time passwords run out


def test_one_time_password_opens_nothing_after_two_weeks(admin, school, client):
    slip = issue(admin, units=[school])

    with clock.at(slip.until + timedelta(seconds=1)):
        response = client.post("/login/", {"username": "new", "password": slip.password})

    assert response.context["form"].errors
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_not_told_that_a_password_has_run_out(admin, school, client):
    slip = issue(admin, units=[school])

    with clock.at(slip.until + timedelta(days=1)):
        right, wrong = (
            client.post("/login/", {"username": "new", "password": password}).context["form"]
            for password in (slip.password, "abcd-efgh-jkmn")
        )

    assert right.errors.as_data()["__all__"][0].code == "expired"
    assert wrong.errors.as_data()["__all__"][0].code == "invalid_login"


def test_own_password_runs_out_never(admin, school):
    slip = issue(admin, units=[school])

    own = person.set_password(slip.person, "a-very-own-secret-7", by=slip.person)

    assert own.one_time_until is None and not own.code_has_expired


def test_a_new_one_time_password_counts_from_its_own_day(admin, school):
    slip = issue(admin, units=[school])

    later = slip.until + timedelta(days=30)

    with clock.at(later):
        again = person.reset_password(slip.person, by=admin)
        assert not again.person.code_has_expired

    assert again.until == later + timedelta(days=person.ONE_TIME_DAYS)


def test_expired_ones_are_found(admin, school, lan):
    slip = issue(admin, units=[school])

    assert list(User.objects.expired()) == []
    with clock.at(slip.until):
        assert list(User.objects.expired()) == [slip.person]


# roles


def test_a_role_in_an_ended_unit_or_a_second_time_is_refused(admin, lan, school, bank):
    Unit.objects.filter(pk=bank.pk).update(participation=Unit.Participation.ENDED)

    for unit in (school, bank):
        with pytest.raises(ValidationError):
            person.give_role(lan, Role.LIAISON, unit, by=admin)

    assert lan.memberships.count() == 1


@pytest.mark.parametrize(("role", "of"), [(Role.LIAISON, None), (Role.AUDITOR, "school")])
def test_role_and_unit_that_do_not_go_together_are_refused(admin, lan, school, role, of):
    with pytest.raises(ValidationError):
        person.give_role(lan, role, school if of else None, by=admin)

    assert not TrailEvent.objects.about(lan).exists()


def test_a_role_given_again_begins_anew_and_the_former_one_stays(admin, lan, school):
    first = person.take_role(lan.memberships.get(), by=admin)

    second = person.give_role(lan, Role.LIAISON, school, by=admin)

    assert list(lan.memberships.current()) == [second]
    assert list(lan.memberships.former()) == [first]


def test_a_role_ended_for_somebody_is_of_no_use_any_more(admin, lan, school):
    person.take_role(lan.memberships.get(), by=admin)

    assert not User.objects.get(pk=lan.pk).works_for(school)


def test_the_last_administrator_is_neither_blocked_nor_stripped(admin, ou):
    for act in (lambda: person.block(admin, by=ou), lambda: person.take_role(admin.memberships.get(), by=ou)):
        with pytest.raises(ValidationError):
            act()

    assert User.objects.get(pk=admin.pk).is_active and admin.memberships.current().exists()
    assert not TrailEvent.objects.about(admin).exists()


def test_an_administrator_who_is_blocked_already_does_not_count(admin, ou):
    other = issue(admin, role=Role.ADMINISTRATOR).person
    person.block(other, by=admin)

    with pytest.raises(ValidationError):
        person.block(admin, by=ou)


def test_one_of_two_administrators_can_go(admin):
    other = issue(admin, role=Role.ADMINISTRATOR).person

    person.block(other, by=admin)

    assert not User.objects.get(pk=other.pk).is_active


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_block_each_other_at_once_leave_one(admin):
    other = issue(admin, role=Role.ADMINISTRATOR).person

    outcomes = at_once(lambda: person.block(other, by=admin), lambda: person.block(admin, by=other))

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 1
    assert User.objects.filter(is_active=True).count() == 1


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time")
def test_control_without_the_lock_both_could_be_gone(admin, ou, monkeypatch):
    """Each looks before the other has written: that is what the lock is for."""
    other = issue(admin, role=Role.ADMINISTRATOR).person
    both_looked = Barrier(2, timeout=5)
    able = Membership.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)

    @contextmanager
    def careless():
        yield
        if not able.exists():
            raise ValidationError("last")
        both_looked.wait()

    monkeypatch.setattr(person, "keeping_an_administrator", careless)

    at_once(lambda: person.block(other, by=ou), lambda: person.block(admin, by=ou))

    assert not able.exists()


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_the_same_role_given_twice_at_once_is_held_once(admin, lan, bank):
    outcomes = at_once(*[lambda: person.give_role(lan, Role.DEPUTY, bank, by=admin)] * 3)

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 2
    assert lan.memberships.current().filter(unit=bank).count() == 1


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_role_ended_twice_at_once_ends_once(admin, lan):
    held = lan.memberships.get()

    outcomes = at_once(*[lambda: person.take_role(held, by=admin)] * 3)

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 2
    assert TrailEvent.objects.about(lan).count() == 1


# handing over


def test_roles_pass_at_one_moment_and_the_leaver_is_blocked(admin, lan, mei, school):
    person.hand_over(lan, list(lan.memberships.all()), mei, by=admin, note="调离")

    ended, begun = lan.memberships.get(), mei.memberships.get(unit=school)
    assert ended.ended_at is not None and begun.ended_at is None
    assert not User.objects.get(pk=lan.pk).is_active
    assert [event.verb for event in TrailEvent.objects.about(lan)] == ["hand_over", "block"]
    assert [event.verb for event in TrailEvent.objects.about(mei)] == ["take_over"]


def test_who_keeps_a_role_keeps_the_account(admin, lan, mei, school, bank):
    person.give_role(lan, Role.UNIT_LEADER, bank, by=admin)

    person.hand_over(lan, [lan.memberships.get(unit=school)], mei, by=admin)

    assert User.objects.get(pk=lan.pk).is_active


def test_what_the_successor_holds_already_is_not_held_twice(admin, lan, mei, school):
    person.give_role(mei, Role.LIAISON, school, by=admin)

    person.hand_over(lan, list(lan.memberships.all()), mei, by=admin)

    assert mei.memberships.current().filter(unit=school).count() == 1


def test_a_hand_over_that_cannot_be_changes_nothing(admin, lan, mei):
    person.block(mei, by=admin)
    foreign, own = list(mei.memberships.all()), list(lan.memberships.all())

    for roles, successor in ((own, mei), (own, lan), (foreign, admin)):
        with pytest.raises(ValidationError):
            person.hand_over(lan, roles, successor, by=admin)

    assert lan.memberships.current().exists() and User.objects.get(pk=lan.pk).is_active
    assert not TrailEvent.objects.about(lan).exists()


def test_the_last_administrator_can_hand_over_to_the_next_one(admin, ou, rui):
    person.hand_over(admin, list(admin.memberships.all()), rui, by=ou)

    assert User.objects.get(pk=rui.pk).has_role(Role.ADMINISTRATOR)
    assert not User.objects.get(pk=admin.pk).is_active


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_role_handed_over_to_two_at_once_has_one_successor(admin, lan, mei, rui, school):
    roles = list(lan.memberships.all())

    outcomes = at_once(*[lambda to=to: person.hand_over(lan, roles, to, by=admin) for to in (mei, rui)])

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 1
    assert Membership.objects.current().filter(unit=school).count() == 1
