"""Sessions end: at the wish of their owner, or with the account, the password, the second factor."""

from django.db import transaction

from civportal.lib.clock import now
from units.models import Session

from . import trail


def end_all(person, *, keep=""):
    """Sign a person out everywhere, at once; `keep` is the key of the session that may go on."""
    person.sessions.other_than(keep).delete()


@transaction.atomic
def end(session, *, by):
    """Sign one browser out."""
    trail.record(session.user, "end_sessions", by=by, note=str(session))
    session.delete()


@transaction.atomic
def end_others(person, *, by, keep):
    """Sign out every browser but the one that asks."""
    others = person.sessions.open().other_than(keep)
    if others:
        trail.record(person, "end_sessions", by=by, note="; ".join(map(str, others))[:1000])
    end_all(person, keep=keep)


def clear_away():
    """Forget the sessions that have run out, which open nothing any more; how many."""
    count, _by_model = Session.objects.filter(expire_date__lte=now()).delete()
    return count
