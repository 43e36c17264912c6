"""Letters by e-mail: gathered from what people have not read, looked at or not, and sent once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from civportal.lib.clock import now
from units.models import Notification, Office, OutgoingLetter, User
from units.models.person import Cadence

from . import trail
from .move import MoveNotAllowed, begin_as, move

Status = OutgoingLetter.Status

# From that hour on the letters of the day are written, and on Mondays those of the week.
HOUR = 8
# So many messages are named in one letter; the rest is counted.
NAMED = 30
# So many letters go out in one run.
AT_ONCE = 200
BATCH = 500


# ── writing them ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Post:
    """One round of letters: what it is called, and up to when messages go into it."""

    slot: str
    until: datetime


@transaction.atomic
def gather():
    """Write everybody one letter of what waits unread, as often as the person wants one; how many.

    What was read in the portal is not written about, nor is anybody without an address. A message
    stands in one letter only, and a person gets one letter in one round.
    """
    posts = rounds(now())
    unread = unwritten(posts).select_for_update(of=("self",))
    taken = keys_taken(posts)
    letters, told = [], []
    with override(settings.LANGUAGE_CODE):
        for person, messages in groupby(unread, key=attrgetter("to")):
            messages = list(messages)
            letter = letter_to(person, messages, posts[person.cadence])
            if letter.key not in taken:
                letters.append(letter)
                told += [message.pk for message in messages]
    OutgoingLetter.objects.bulk_create(letters, batch_size=500)
    for start in range(0, len(told), BATCH):
        Notification.objects.filter(pk__in=told[start : start + BATCH]).update(mailed_at=now())
    trail.record_all(letters, "create", by=User.objects.system())
    return len(letters)


def rounds(moment):
    """Cadence → the round of letters that is on at the moment; before eight there is but that of at once.

    Who is written to weekly gets on Monday what came until then; a Monday that was missed is made up for.
    """
    local = localtime(moment)
    monday = (local - timedelta(days=local.weekday())).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    posts = {Cadence.AT_ONCE: Post(f"{local:%Y-%m-%d %H:%M}", moment)}
    if local.hour >= HOUR:
        posts[Cadence.DAILY] = Post(f"{local:%Y-%m-%d}", moment)
    if local >= monday:
        until = moment if local.date() == monday.date() else monday
        posts[Cadence.WEEKLY] = Post(f"{monday:%G-W%V}", until)
    return posts


def unwritten(posts):
    """The messages that go into the letters of these rounds, person by person."""
    due = Q()
    for cadence, post in posts.items():
        due |= Q(to__cadence=cadence, at__lte=post.until)
    waiting = Notification.objects.unmailed().filter(due, to__is_active=True).exclude(to__email="")
    return waiting.select_related("to").order_by("to", "at", "pk")


def keys_taken(posts):
    """The keys of the letters that were written in these rounds already."""
    some = Q()
    for post in posts.values():
        some |= Q(key__startswith=f"{post.slot}/")
    return set(OutgoingLetter.objects.filter(some).values_list("key", flat=True))


def letter_to(person, messages, post):
    """The person's letter of these messages, not saved yet."""
    start = Status.DRAFT if settings.OUTBOX_HOLD else Status.QUEUED
    letter = OutgoingLetter(
        to=person,
        address=person.email,
        subject=subject_of(messages),
        body=body_of(person, messages),
        key=f"{post.slot}/{person.pk}",
        written_at=now(),
    )
    return begin_as(letter, start)


def subject_of(messages):
    said = ngettext(
        "%(office)s: %(count)s message waits for you", "%(office)s: %(count)s messages wait for you",
        len(messages),
    )  # fmt: skip
    return (said % {"office": Office.current().office_name, "count": len(messages)})[:120]


def body_of(person, messages):
    """What happened to what; reasons and figures stay in the portal, behind the sign-in."""
    named = [f"- {message.title}{_(': ')}{message.verb_label}" for message in messages[:NAMED]]
    more = len(messages) - NAMED
    if more > 0:
        named.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    lines = [
        _("%(name)s, this is what you have not read in the portal yet:") % {"name": person.name},
        "",
        *named,
        "",
        _("Sign in to read it and to go on: %(address)s") % {"address": settings.PORTAL_URL}
        if settings.PORTAL_URL
        else _("Sign in to the portal to read it and to go on."),
        _("How often you are written to is chosen in the portal, under “Account security”."),
        str(Office.current()),
    ]
    return "\n".join(map(str, lines))


# ── looking at them ──────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def edit(letter, *, subject, body, by, seen=None):
    """Change the words of a letter that has not gone. Raises MoveNotAllowed when it has, or has changed."""
    letter = OutgoingLetter.objects.select_for_update().get(pk=letter.pk)
    if not letter.is_editable or seen not in (None, letter.version):
        raise MoveNotAllowed(letter, "edit")
    changes = {
        name: [getattr(letter, name), value]
        for name, value in (("subject", subject), ("body", body))
        if getattr(letter, name) != value
    }
    if changes:
        letter.subject, letter.body = subject, body
        letter.version += 1
        letter.save()
        trail.record(letter, "edit", by=by, changes=changes)
    return letter


def queue(letter, *, by):
    """Let it go with the next run; one that failed is tried again."""
    with move(letter, "queue", by=by) as letter:
        letter.error = ""
    return letter


def hold(letter, *, by):
    """Hold it back until somebody lets it go."""
    with move(letter, "hold", by=by) as letter:
        pass
    return letter


def discard(letter, *, by):
    """It is not sent; what it tells stays among the person's messages."""
    with move(letter, "discard", by=by) as letter:
        pass
    return letter


@transaction.atomic
def queue_all(letters, *, by):
    """Let all of these go that can; how many."""
    ready = list(letters.holding_still().order_by("pk").select_for_update(of=("self",)))
    for letter in ready:
        queue(letter, by=by)
    return len(ready)


# ── sending them ─────────────────────────────────────────────────────────────────────────────────


def send_waiting():
    """Give the letters that wait to the mail server, each once; how many it took.

    Without a mail server they go on waiting. A server that does not answer leaves them waiting, too.
    """
    waiting = OutgoingLetter.objects.waiting().order_by("pk")[:AT_ONCE] if settings.EMAIL_URL else []
    letters = list(waiting)
    if not letters:
        return 0
    system = User.objects.system()
    with get_connection() as connection:
        return sum(send(letter, connection, by=system) for letter in letters)


def send(letter, connection, *, by):
    """Send one letter, at most once: it counts as sent before the server has it; whether it was taken.

    A crash between the two loses this letter and never sends one twice; what the server refuses is
    recorded with its reason, and tried again by hand.
    """
    try:
        with move(letter, "send", by=by) as letter:
            letter.sent_at = now()
    except MoveNotAllowed:
        return False
    try:
        EmailMessage(letter.subject, letter.body, to=[letter.address], connection=connection).send()
    except (SMTPException, OSError, ValueError) as problem:
        fail(letter, f"{type(problem).__name__}: {problem}"[:300], by=by)
        # Refused or cut off: the next letter begins on a fresh line.
        connection.close()
        connection.open()
        return False
    return True


def fail(letter, reason, *, by):
    """It was not taken: record why."""
    with move(letter, "fail", by=by, note=reason) as letter:
        letter.sent_at, letter.error = None, reason
    return letter
