"""Accounts by approval: somebody asks, the office decides."""

from django.db import IntegrityError, transaction

from units.models import AccountRequest, User

from . import notification, trail
from . import person as people
from .move import move


@transaction.atomic
def ask(*, name, phone, **wish):
    """Somebody without an account asks for one; whoever issues accounts is told.

    `wish` is unit_name, unit, role and reason. Who asks again while the first time still waits says
    anew what is meant: one request, not two. The system signs, for nobody knows yet who this is.
    """
    request = waiting_from(name, phone).select_for_update().first()
    if request is not None:
        return say_anew(request, wish)
    try:
        with transaction.atomic():
            request = AccountRequest.objects.create(name=name, phone=phone, **wish)
    except IntegrityError:
        # A second click was quicker.
        return waiting_from(name, phone).first()
    system = User.objects.system()
    trail.record(request, "ask", by=system)
    notification.announce(request, "ask", by=system)
    return request


def waiting_from(name, phone):
    """The request of this person that still waits."""
    asked = AccountRequest(name=name, phone=phone)
    return AccountRequest.objects.pending().filter(**asked.matches)


def say_anew(request, wish):
    """What is wished now takes the place of what was wished before."""
    changes = {
        field: [str(getattr(request, field) or ""), str(value or "")]
        for field, value in wish.items()
        if getattr(request, field) != value
    }
    if changes:
        for field, value in wish.items():
            setattr(request, field, value)
        request.version += 1
        request.save()
        trail.record(request, "ask", by=User.objects.system(), changes=changes)
    return request


def approve(request, *, role, unit, name, by, seen=None):
    """The office agrees and issues the account; returns the slip with its one-time password.

    Raises MoveNotAllowed when it is decided already or says something else than the one `seen`.
    """
    with move(request, "approve", by=by, seen=seen) as request:
        slip = people.issue_account(username="", name=name, role=role, units=[unit], by=by)
        request.person = slip.person
    return slip


def refuse(request, *, note, by, seen=None):
    """The office does not agree, and says why.

    Raises MoveNotAllowed when it is decided already or says something else than the one `seen`.
    """
    with move(request, "refuse", by=by, note=note, seen=seen) as request:
        pass
    return request
