"""Reminders: before a day has come, when it has passed, and to those above when it has long passed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, F, Q, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from assessments.models import Cycle, Duty, WorkCalendar
from assessments.models.duty import duty_label
from civportal.lib.clock import now, today
from units.actions import notification
from units.models import Membership, Notification, Role
from units.models.person import WRITING_ROLES

# Reminded in the last seven, three and one days; what a sleeping machine missed is made up for.
DAYS_BEFORE = (1, 3, 7)
# A receipt is due within three working days: reminded on the second, overdue from the fourth.
RECEIPT_REMINDED, RECEIPT_OVERDUE = 2, 4
# More working days overdue than that, and the department above is told.
PATIENCE = 5
# Names in one message to a department.
NAMED = 20
DUE_SOON, OVERDUE, LONG_OVERDUE = "due_soon", "overdue", "long_overdue"


@dataclass(frozen=True)
class Owed:
    """A duty as far as reminders go: whose it is, and on which day it has to come."""

    pk: int
    unit: int
    unit_name: str
    above: int | None
    kind: str
    period: int
    title: str
    opens_on: date
    day: date

    @property
    def label(self):
        return duty_label(self.kind, self.period, self.title)

    @property
    def is_receipt(self):
        return self.kind == Duty.Kind.RECEIPT


def remind():
    """Remind of what is owed in the years that are open; how many messages that were not told before.

    Who writes for a unit hears of it seven, three and one days before, on the first day after and
    every week from then on; from the first day after its leaders hear of it, too, and after five
    more working days the department above, once, in one message about all its units. What was
    extended, or returned, reminds by its new day; what is not taken any more reminds nobody.
    """
    duties = owed()
    with override(settings.LANGUAGE_CODE):
        messages = told_to_units(duties) + told_above(duties)
    return notification.tell_once(messages)


def open_duties():
    """What is open and is still taken, in the years that are open or open for plans, each with its day."""
    day = Case(When(returned_at__isnull=False, then=F("supplement_by")), default=F("until"))
    years = Q(cycle__status__in=[Cycle.Status.OPEN, Cycle.Status.PLANNING])
    is_taken = Q(closes_on__gte=today()) | Q(extended_to__gte=today()) | Q(returned_at__isnull=False)
    duties = Duty.objects.open().begun().filter(years, is_taken)
    return duties.annotate(day=day).filter(day__isnull=False).order_by()


def owed():
    """The same as plain values, those that are not near yet left out."""
    near = today().toordinal() + max(DAYS_BEFORE)
    duties = open_duties().filter(
        Q(day__lte=date.fromordinal(near)) | Q(kind=Duty.Kind.RECEIPT),
    )
    names = ("pk", "unit", "unit__name", "unit__supervisor", "kind", "period", "title", "opens_on", "day")
    return [Owed(*row) for row in duties.order_by("day", "unit__sort_order", "pk").values_list(*names)]


# ── to the unit ──────────────────────────────────────────────────────────────────────────────────


def told_to_units(duties):
    """The messages to the liaisons of the units, and once it is overdue to their leaders."""
    occasions = [(duty, *found) for duty in duties if (found := occasion(duty))]
    people = people_of({duty.unit for duty, _verb, _key in occasions})
    return [
        message(duty, verb, key, person, note_of(duty))
        for duty, verb, key in occasions
        for role, person in people[duty.unit]
        if role in WRITING_ROLES or verb == OVERDUE
    ]


def occasion(duty):
    """(verb, key) of what is to be told of the duty today, or None. The key is the same on every day
    of one stretch, so that one message comes in each."""
    left = (duty.day - today()).days
    about = f"duty {duty.pk} {duty.day:%Y-%m-%d}"
    if is_overdue(duty):
        return OVERDUE, f"{about} late {(-left - 1) // 7}"
    before = stretch(duty, left)
    return (DUE_SOON, f"{about} in {before}") if before else None


def is_overdue(duty):
    """A receipt counts working days from the day on which the document was issued."""
    if duty.is_receipt and duty.day < today():
        return worked_since(duty.opens_on) >= RECEIPT_OVERDUE
    return duty.day < today()


def stretch(duty, left):
    """Which of the stretches before the day has begun: the last seven days, the last three, the last."""
    if duty.is_receipt:
        return 1 if worked_since(duty.opens_on) >= RECEIPT_REMINDED else None
    return next((days for days in DAYS_BEFORE if left <= days), None)


def worked_since(day):
    return WorkCalendar.workdays().passed(day, today())


def note_of(duty):
    """By when, and how many days that is."""
    left = (duty.day - today()).days
    said = {"day": date_format(duty.day), "count": abs(left)}
    if left > 0:
        soon = ngettext("Due by %(day)s, in %(count)s day.", "Due by %(day)s, in %(count)s days.", left)
        return soon % said
    if left == 0:
        return _("Due by %(day)s, which is today.") % said
    late = ngettext(
        "Was due by %(day)s, %(count)s day ago.", "Was due by %(day)s, %(count)s days ago.", -left
    )
    return late % said


def people_of(units):
    """Unit → [(role, person)] of those who write for it or lead it, each person once, writers first."""
    held = Membership.objects.current().filter(
        role__in=[*WRITING_ROLES, Role.UNIT_LEADER], unit__in=units, user__is_active=True
    )
    found = defaultdict(dict)
    for unit, role, person in held.values_list("unit", "role", "user"):
        if person not in found[unit] or role in WRITING_ROLES:
            found[unit][person] = role
    return defaultdict(list, {unit: [(role, who) for who, role in us.items()] for unit, us in found.items()})


def message(duty, verb, key, person, note, title=""):
    """One message about the duty, not saved yet."""
    return Notification(
        to_id=person,
        content_type=ContentType.objects.get_for_model(Duty),
        object_id=duty.pk,
        verb=verb,
        title=(title or f"{duty.unit_name} {duty.label}")[:120],
        note=note,
        at=now(),
        key=key,
    )


# ── to the department above ──────────────────────────────────────────────────────────────────────


def told_above(duties):
    """One message to each department about each thing that its units owe for too long."""
    late = defaultdict(list)
    for duty in duties:
        if duty.above and duty.day < today() and worked_since(duty.day) > PATIENCE:
            late[duty.above, duty.kind, duty.period, duty.title, duty.day].append(duty)
    departments = defaultdict(list)
    held = Membership.objects.current().filter(
        role=Role.SUPERVISOR, unit__in={above for above, *_thing in late}, user__is_active=True
    )
    for unit, person in held.values_list("unit", "user"):
        departments[unit].append(person)
    return [
        message(those[0], LONG_OVERDUE, key_above(about), person, names_of(those), title_above(those))
        for about, those in late.items()
        for person in departments[about[0]]
    ]


def key_above(about):
    """The same for a department and a thing with its day, however many units owe it."""
    above, kind, period, title, day = about
    return f"above {above} {day:%Y-%m-%d} {kind} {period} {crc32(title.encode())}"


def title_above(duties):
    count = len(duties)
    said = ngettext("%(count)s unit, %(thing)s", "%(count)s units, %(thing)s", count)
    return said % {"count": count, "thing": duties[0].label}


def names_of(duties):
    """Who owes it, by name."""
    names = _(", ").join(duty.unit_name for duty in duties[:NAMED])
    more = len(duties) - NAMED
    if more > 0:
        names = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
            "names": names, "count": more,
        }  # fmt: skip
    return names
