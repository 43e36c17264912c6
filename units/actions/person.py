"""Accounts: issued by the office, made one's own on first sign-in."""

import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from units import throttle
from units.models import Membership, Office, Role, Unit, User

from . import account, session, trail
from .readable import READABLE

# A chosen password needs hundreds of thousands of rounds because people choose badly. A random
# one of 59 bits does not, and a county's accounts are issued in one go. Django strengthens the
# hash on the first sign-in.
ROUNDS_FOR_RANDOM = 20_000


@dataclass(frozen=True)
class Slip:
    """What is handed to a person once, on paper: the account and its one-time password."""

    person: User
    password: str
    units: tuple = ()


def one_time_password():
    """Three groups of four, to be read out over the telephone."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def hash_of_random(password):
    """The stored form of a one-time password; only for passwords made by this module."""
    hasher = get_hasher()
    rounds = {"iterations": ROUNDS_FOR_RANDOM} if hasattr(hasher, "iterations") else {}
    return hasher.encode(password, hasher.salt(), **rounds)


def suggest_usernames(units):
    """Unit → a free account name: the county's letters and the unit's number, as YZ's 12th is yz0012."""
    letters = Office.current().letters.lower()
    taken = names_taken(letters)
    return {unit: first_free(f"{letters}{unit.pk:04d}", taken) for unit in units}


def suggest_username(units):
    """A free account name for a liaison of these units, or for somebody of the office."""
    if units:
        return suggest_usernames(units[:1])[units[0]]
    letters = Office.current().letters.lower()
    return first_free(f"{letters}-office", names_taken(letters))


def names_taken(letters):
    return set(User.objects.filter(username__startswith=letters).values_list("username", flat=True))


def first_free(name, taken):
    """The name itself, or with -2, -3 … behind it when it is taken."""
    number = 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


@transaction.atomic
def issue_account(*, username, name, role, units=(), by):
    """The office issues an account; returns the slip with the one-time password, shown only now.

    A liaison may work for several units; the office's roles have none. An empty account name
    is chosen by the portal.
    """
    password = one_time_password()
    units = tuple(units)
    person = User(
        username=User.normalize_username(username) or suggest_username(units),
        name=name,
        password=hash_of_random(password),
        must_set_password=True,
    )
    person.save()
    Membership.objects.bulk_create(Membership(user=person, role=role, unit=unit) for unit in units or (None,))
    trail.record(person, "issue_account", by=by, changes={"roles": ["", role_text(role, units)]})
    return Slip(person, password, units)


@transaction.atomic
def issue_accounts(*, by):
    """Issue a liaison's account to every participating unit that has none; returns the slips.

    Two people who press the button together do not issue two accounts to one unit: the second
    waits for the lock, and only then reads which units still have none.
    """
    list(Unit.objects.participating().select_for_update().values_list("pk"))
    units = list(units_without_account())
    names = suggest_usernames(units)
    slips = [slip_for(unit, names[unit]) for unit in units]
    User.objects.bulk_create(slip.person for slip in slips)
    Membership.objects.bulk_create(
        Membership(user=slip.person, role=Role.LIAISON, unit=unit)
        for slip, unit in zip(slips, units, strict=True)
    )
    changes = {slip.person.pk: {"roles": ["", role_text(Role.LIAISON, slip.units)]} for slip in slips}
    trail.record_all([slip.person for slip in slips], "issue_account", by=by, changes=changes)
    return slips


def units_without_account():
    """Participating units nobody can sign in for, in the office's order."""
    served = Membership.objects.current().filter(role=Role.LIAISON, user__is_active=True)
    return Unit.objects.participating().exclude(pk__in=served.values("unit"))


def slip_for(unit, username):
    """An account, not saved yet, in the name of the unit's contact."""
    password = one_time_password()
    name = unit.contact or str(unit)
    person = User(
        username=username, name=name[:60], password=hash_of_random(password), must_set_password=True
    )
    return Slip(person, password, (unit,))


def role_text(role, units):
    """The roles as the trail keeps them."""
    return "、".join(f"{role}: {unit}" for unit in units) or str(role)


@transaction.atomic
def reset_password(person, *, by):
    """The office issues a new one-time password; the old one and all sessions end.

    Wrong tries are forgotten, so that the person is not held up with the new one.
    """
    password = one_time_password()
    person.password = hash_of_random(password)
    person.must_set_password = True
    person.save(update_fields=["password", "must_set_password"])
    session.end_all(person)
    throttle.forgive(person.username)
    account.forgive_codes(person)
    trail.record(person, "reset_password", by=by)
    return Slip(person, password, tuple(held.unit for held in person.roles if held.unit_id))


@transaction.atomic
def set_password(person, password, *, by, keep=""):
    """A person chooses the own password; every session ends but the one with the key `keep`.

    Raises ValidationError when the password is too weak.
    """
    validate_password(password, person)
    person.set_password(password)
    person.must_set_password = False
    person.save(update_fields=["password", "must_set_password"])
    session.end_all(person, keep=keep)
    trail.record(person, "set_password", by=by)
    return person


def block(person, *, by, note=""):
    """A person who left may not sign in any more, from this moment; what they did stays signed by them."""
    return switch(person, "block", active=False, by=by, note=note)


def unblock(person, *, by, note=""):
    """A blocked person may sign in again."""
    return switch(person, "unblock", active=True, by=by, note=note)


@transaction.atomic
def switch(person, verb, *, active, by, note):
    """Let in or keep out; a second click on the same button is no second act."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_active != active:
        person.is_active = active
        person.save(update_fields=["is_active"])
        session.end_all(person)
        trail.record(person, verb, by=by, note=note)
    return person
