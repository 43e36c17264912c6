"""Accounts: issued by the office, made one's own on first sign-in."""

import secrets

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from units.models import Membership, User

from . import trail

# No letter or digit that is mistaken for another one on paper.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password():
    """Three groups of four, to be read out over the telephone."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


@transaction.atomic
def issue_account(*, username, name, role, unit=None, by):
    """The office issues an account; returns it with the one-time password, shown only now."""
    password = one_time_password()
    user = User.objects.create_user(username, password, name=name, must_set_password=True)
    Membership.objects.create(user=user, role=role, unit=unit)
    trail.record(user, "issue_account", by=by, note=str(unit or ""))
    return user, password


@transaction.atomic
def reset_password(user, *, by):
    """The office issues a new one-time password; the old one and all sessions end."""
    password = one_time_password()
    user.set_password(password)
    user.must_set_password = True
    user.save(update_fields=["password", "must_set_password"])
    trail.record(user, "reset_password", by=by)
    return password


@transaction.atomic
def set_password(user, password, *, by):
    """A person chooses the own password.

    Raises ValidationError when the password is too weak.
    """
    validate_password(password, user)
    user.set_password(password)
    user.must_set_password = False
    user.save(update_fields=["password", "must_set_password"])
    trail.record(user, "set_password", by=by)
    return user


@transaction.atomic
def block(user, *, by, note=""):
    """A person who left may not sign in any more; what they did stays signed by them."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    trail.record(user, "block", by=by, note=note)


@transaction.atomic
def unblock(user, *, by, note=""):
    """A blocked person may sign in again."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    trail.record(user, "unblock", by=by, note=note)
