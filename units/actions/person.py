"""Accounts: issued by the office, made one's own on first sign-in; the roles held with them."""

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.contrib.auth.hashers import check_password, get_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units import throttle
from units.models import Membership, Office, Role, Unit, User

from . import account, session, trail
from .move import lock
from .readable import READABLE

# A chosen password needs hundreds of thousands of rounds because people choose badly. A random
# one of 59 bits does not, and a county's accounts are issued in one go. Django strengthens the
# hash on the first sign-in.
ROUNDS_FOR_RANDOM = 20_000
# How long a one-time password opens an account. Paper lies about.
ONE_TIME_DAYS = 14
# How many accounts are issued in one go: making and hashing the passwords takes seconds.
ISSUED_AT_ONCE = 300

LAST_ADMINISTRATOR = _(
    "This is the last administrator. Make somebody else administrator first, or nobody can."
)


@dataclass(frozen=True)
class Slip:
    """What is handed to a person once, on paper: the account and its one-time password."""

    person: User
    password: str
    units: tuple = ()

    @property
    def until(self):
        """The last moment at which the password opens the account."""
        return self.person.one_time_until


def one_time_password():
    """Three groups of four, to be read out over the telephone."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def hash_of_random(password):
    """The stored form of a one-time password; only for passwords made by this module."""
    hasher = get_hasher()
    rounds = {"iterations": ROUNDS_FOR_RANDOM} if hasattr(hasher, "iterations") else {}
    return hasher.encode(password, hasher.salt(), **rounds)


def give_one_time_password(person):
    """Let a new one-time password be the only one that opens the account; it is not saved here."""
    password = one_time_password()
    person.password = hash_of_random(password)
    person.must_set_password = True
    person.one_time_until = now() + timedelta(days=ONE_TIME_DAYS)
    return password


# What that changes of a person.
ONE_TIME_FIELDS = ["password", "must_set_password", "one_time_until"]


def invited(username, password):
    """Whom account and one-time password invite, or None when they are wrong, used or have run out.

    Writes nothing, and takes as long for an account that does not exist, so that nobody can find
    out which ones do.
    """
    # A database takes no NUL, which an address may hold.
    waiting = User.objects.waiting().filter(username=username.replace("\0", " "))
    person = waiting.filter(one_time_until__gt=now()).first()
    is_right = check_password(password, person.password if person else hash_of_nobody())
    return person if person and is_right else None


@cache
def hash_of_nobody():
    """What a password is compared with where there is no account, so that it takes as long."""
    return hash_of_random(one_time_password())


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
    slip = new_account(username, name, tuple(units))
    Membership.objects.bulk_create(
        Membership(user=slip.person, role=role, unit=unit) for unit in slip.units or (None,)
    )
    trail.record(slip.person, "issue_account", by=by, changes={"roles": ["", role_text(role, slip.units)]})
    return slip


def new_account(username, name, units=()):
    """A saved account without a role yet; the caller gives one and writes the trail."""
    person = User(username=User.normalize_username(username) or suggest_username(units), name=name)
    password = give_one_time_password(person)
    person.save()
    return Slip(person, password, units)


@transaction.atomic
def issue_accounts(*, by):
    """Issue a liaison's account to the participating units that have none; returns the slips.

    At most ISSUED_AT_ONCE of them, in the office's order; the next call goes on. Two people who
    press the button together do not issue two accounts to one unit: the second waits for the lock,
    and only then reads which units still have none.
    """
    list(Unit.objects.participating().order_by("pk").select_for_update().values_list("pk"))
    units = list(units_without_account()[:ISSUED_AT_ONCE])
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
    person = User(username=username, name=(unit.contact or str(unit))[:60])
    return Slip(person, give_one_time_password(person), (unit,))


def role_text(role, units):
    """The roles as the trail keeps them."""
    return "、".join(f"{role}: {unit}" for unit in units) or str(role)


@transaction.atomic
def reset_password(person, *, by):
    """The office issues a new one-time password; the old one and all sessions end.

    Wrong tries are forgotten, so that the person is not held up with the new one.
    """
    password = give_one_time_password(person)
    person.save(update_fields=ONE_TIME_FIELDS)
    session.end_all(person)
    throttle.forgive(person.username)
    account.forgive_codes(person)
    trail.record(person, "reset_password", by=by)
    return Slip(person, password, tuple(held.unit for held in person.roles if held.unit_id))


@transaction.atomic
def choose_letters(person, *, email, cadence, by):
    """Where and how often somebody is written to; the trail does not tell the address itself."""
    person = lock(person)
    changes = {"cadence": [person.cadence, cadence]} if person.cadence != cadence else {}
    if person.email != email:
        changes["email"] = ["", _("changed")]
    if changes:
        person.email, person.cadence = email, cadence
        person.save(update_fields=["email", "cadence"])
        trail.record(person, "choose_letters", by=by, changes=changes)
    return person


@transaction.atomic
def set_password(person, password, *, by, keep=""):
    """A person chooses the own password; every session ends but the one with the key `keep`.

    Raises ValidationError when the password is too weak.
    """
    validate_password(password, person)
    person.set_password(password)
    person.must_set_password = False
    person.one_time_until = None
    person.save(update_fields=ONE_TIME_FIELDS)
    session.end_all(person, keep=keep)
    trail.record(person, "set_password", by=by)
    return person


def block(person, *, by, note=""):
    """A person who left may not sign in any more, from this moment; what they did stays signed by them.

    Raises ValidationError for the last administrator.
    """
    return switch(person, "block", active=False, by=by, note=note)


def unblock(person, *, by, note=""):
    """A blocked person may sign in again."""
    return switch(person, "unblock", active=True, by=by, note=note)


@transaction.atomic
def switch(person, verb, *, active, by, note):
    """Let in or keep out; a second click on the same button is no second act."""
    with keeping_an_administrator():
        person = lock(person)
        if person.is_active != active:
            person.is_active = active
            person.save(update_fields=["is_active"])
            session.end_all(person)
            trail.record(person, verb, by=by, note=note)
    return person


@contextmanager
def keeping_an_administrator():
    """Raises ValidationError when afterwards nobody could sign in and administer the portal.

    Whoever could take an administrator away waits here for the others. Locks are taken in one
    order: these, units, roles, people.
    """
    able = hold_administrators()
    had_one = able.exists()
    yield
    if had_one and not able.exists():
        raise ValidationError(LAST_ADMINISTRATOR)


def refuse_without(held):
    """Raises ValidationError when nobody but this administrator could administer the portal."""
    if not hold_administrators().exclude(pk=held.pk).exists():
        raise ValidationError(LAST_ADMINISTRATOR)


def hold_administrators():
    """The administrators' roles, held until the transaction ends; of those who may sign in."""
    held = Membership.objects.current().filter(role=Role.ADMINISTRATOR)
    list(held.order_by("pk").select_for_update().values_list("pk"))
    return held.filter(user__is_active=True)


# roles


@transaction.atomic
def give_role(person, role, unit=None, *, by):
    """Give the person one more role from now on, for a unit where the role is for one.

    Raises ValidationError when the account is blocked, the unit has ended, or the role is held already.
    """
    unit = unit and lock(unit)
    person = lock(person)
    refuse_role(person, unit)
    if person.memberships.current().filter(role=role, unit=unit).exists():
        raise ValidationError(_("%(person)s has this role already.") % {"person": person})
    held = create_role(person, role, unit)
    trail.record(person, "give_role", by=by, changes={"roles": ["", role_text(role, units_of(held))]})
    return held


def refuse_role(person, unit):
    """Raises ValidationError where no role can begin: for a blocked account, in an ended unit."""
    if not person.is_active:
        raise ValidationError(_("The account of %(person)s is blocked.") % {"person": person})
    if unit is not None and unit.has_ended:
        raise ValidationError(_("%(unit)s no longer exists; nobody can work for it.") % {"unit": unit})


def create_role(person, role, unit):
    """The role, held from now on. Raises ValidationError when role and unit do not go together."""
    try:
        with transaction.atomic():
            return Membership.objects.create(user=person, role=role, unit=unit)
    except IntegrityError as refusal:
        raise ValidationError(_("A role in a unit needs the unit, any other role has none.")) from refusal


@transaction.atomic
def take_role(held, *, by, note=""):
    """End a role now; it stays on record, and whatever was done in it.

    Raises ValidationError when it has ended already, or nobody would administer the portal any more.
    """
    with keeping_an_administrator():
        held = end_role(held)
    changes = {"roles": [role_text(held.role, units_of(held)), ""]}
    trail.record(held.user, "take_role", by=by, note=note, changes=changes)
    return held


def end_role(held):
    """The role with its end. Raises ValidationError when it has ended already."""
    rows = Membership.objects.select_related("unit", "user").select_for_update(of=["self"])
    held = rows.get(pk=held.pk)
    if held.ended_at is not None:
        raise ValidationError(_("This role has ended already."))
    held.ended_at = max(now(), held.began_at)
    held.save(update_fields=["ended_at"])
    return held


def units_of(held):
    """The unit of a role as a list; none for a role of the whole county."""
    return [held.unit] if held.unit_id else []


@transaction.atomic
def hand_over(leaver, roles, successor, *, by, note=""):
    """Roles pass from one person to another at one moment; who has none left is blocked at once.

    What the leaver signed stays signed by the leaver. Returns the leaver.
    Raises ValidationError when a role is not the leaver's any more or the successor cannot take it,
    or nobody would administer the portal any more.
    """
    if leaver.pk == successor.pk or not all(held.user_id == leaver.pk for held in roles):
        raise ValidationError(_("A hand-over needs two people, and roles that the first one has."))
    with keeping_an_administrator():
        lock_all(Unit, [held.unit_id for held in roles if held.unit_id])
        ended = [end_role(held) for held in sorted(roles, key=lambda held: held.pk)]
        people = lock_all(User, [leaver.pk, successor.pk])
        leaver, successor = people[leaver.pk], people[successor.pk]
        for held in ended:
            pass_role(held, successor)
        text = "、".join(role_text(held.role, units_of(held)) for held in ended)
        trail.record(leaver, "hand_over", by=by, note=note, changes={"roles": [text, str(successor)]})
        trail.record(successor, "take_over", by=by, note=note, changes={"roles": [str(leaver), text]})
        if not leaver.memberships.current().exists():
            leaver = switch(leaver, "block", active=False, by=by, note=note)
    return leaver


def lock_all(model, numbers):
    """Number → record, held until the transaction ends, always in the same order."""
    rows = model.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    return {row.pk: row for row in rows}


def pass_role(ended, successor):
    """The successor holds the role that has just ended, unless it is held there already."""
    refuse_role(successor, ended.unit)
    if not successor.memberships.current().filter(role=ended.role, unit=ended.unit).exists():
        create_role(successor, ended.role, ended.unit)
