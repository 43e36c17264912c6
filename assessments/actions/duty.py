"""Duties: made from the calendar of the year, fulfilled by what comes in, extended by the office."""

from collections import defaultdict
from itertools import groupby, islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.models import Cycle, Deadline, Duty, UnitYear, WorkCalendar
from civportal.lib.clock import now, today
from civportal.lib.workdays import YearNotLoaded
from units.actions import trail

DATES = ("opens_on", "due_on", "closes_on")
# What a duty knows of that which came in for it.
CAME = ("handed_in_at", "fulfilled_at", "fulfilled_by", "returned_at", "supplement_by")
# Working days in which a returned plan comes back (domain: supplement after return).
SUPPLEMENT_DAYS = 5
BATCH = 2000


# what the calendar makes


@transaction.atomic
def make(cycle, units=None):
    """Make what these units (default: all of the year) owe by the calendar; called again, it changes nothing.

    A line for one unit goes before a line for its kind of unit, the lower level first, and this
    before the line for all. What is fulfilled keeps its dates, what was extended its extension;
    what is asked of a unit no more disappears unless something came.
    """
    years = UnitYear.objects.filter(cycle=cycle)
    if units is not None:
        years = years.filter(unit__in=units)
    takers = list(years.order_by("unit").values_list("unit", "unit__category", "unit__category__parent"))
    lines = sorted(cycle.deadlines.all(), key=lambda line: line.owes)
    shared = [
        (owes, *shares(list(group), takers)) for owes, group in groupby(lines, key=lambda line: line.owes)
    ]
    add_missing(cycle, shared)
    follow_dates(cycle, shared)
    ask_no_more(cycle, shared, [unit for unit, *_kinds in takers])


def make_anew():
    """Make what is missing in the years that are open, for units and lines that came later; how many."""
    count = Duty.objects.count()
    for cycle in Cycle.objects.filter(status__in=[Cycle.Status.OPEN, Cycle.Status.PLANNING]).order_by("year"):
        make(cycle)
    return max(Duty.objects.count() - count, 0)


def shares(lines, takers):
    """({line: units that owe by it}, units excepted) for the lines about one thing."""
    by_unit = {line.unit_id: line for line in lines if line.unit_id}
    by_kind = {line.category_id: line for line in lines if line.category_id}
    for_all = next((line for line in lines if not line.unit_id and not line.category_id), None)
    owing, excepted = defaultdict(list), []
    for unit, kind, upper in takers:
        line = by_unit.get(unit) or by_kind.get(kind) or by_kind.get(upper) or for_all
        if line and line.is_owed:
            owing[line].append(unit)
        else:
            excepted.append(unit)
    return owing, excepted


def add_missing(cycle, shared):
    """Make the duties that are not there yet."""
    fresh = (
        Duty(cycle=cycle, unit_id=unit, kind=kind, period=period, title=title, **dates_of(line))
        for (kind, period, title), owing, _excepted in shared
        for line, units in owing.items()
        for unit in units
    )
    while part := list(islice(fresh, BATCH)):
        Duty.objects.bulk_create(part, ignore_conflicts=True)


def follow_dates(cycle, shared):
    """Open duties follow the dates of their line; asked of the database only where some differ."""
    made = Duty.objects.filter(cycle=cycle, document__isnull=True).open().order_by()
    found = defaultdict(set)
    for *owes, opens_on, due_on, closes_on in made.values_list("kind", "period", "title", *DATES).distinct():
        found[tuple(owes)].add((opens_on, due_on, closes_on))
    for owes, owing, _excepted in shared:
        for line, units in owing.items():
            dates = dates_of(line)
            if found[owes] - {tuple(dates.values())}:
                for part in parts(units):
                    about(made, owes).filter(unit__in=part).exclude(**dates).update(**dates)


def ask_no_more(cycle, shared, units):
    """Drop untouched duties of units excepted, and of things for which no line is left."""
    made = Duty.objects.filter(cycle=cycle, document__isnull=True).order_by()
    known = set(made.values_list("kind", "period", "title").distinct())
    unasked = {owes: excepted for owes, _owing, excepted in shared if excepted}
    unasked |= dict.fromkeys(known - {owes for owes, *_rest in shared}, units)
    for owes in unasked.keys() & known:
        for part in parts(unasked[owes]):
            untouched(about(made, owes).filter(unit__in=part)).delete()


def about(duties, owes):
    """Those about one thing: its kind, quarter or month, and title."""
    kind, period, title = owes
    return duties.filter(kind=kind, period=period, title=title)


def dates_of(line):
    return {name: getattr(line, name) for name in DATES}


def untouched(duties):
    """Those for which nothing ever came and nothing was decided."""
    return duties.open().filter(
        handed_in_at__isnull=True, returned_at__isnull=True, extended_to__isnull=True, entries__isnull=True
    )


def parts(numbers):
    """The numbers in parts that fit into one statement."""
    return [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]


# lines of the calendar


@transaction.atomic
def set_deadline(deadline, *, by):
    """Put a new or changed line into the calendar; what is owed by it follows at once.

    Raises ValidationError for a line that is there already, or whose dates are out of order.
    """
    deadline.full_clean()
    before = Deadline.objects.select_for_update().filter(pk=deadline.pk).first()
    deadline.save()
    verb = "reschedule" if before else "add_deadline"
    trail.record(deadline.cycle, verb, by=by, changes=differences(before, deadline))
    make(deadline.cycle)
    return deadline


@transaction.atomic
def remove_deadline(deadline, *, by):
    """Take a line out of the calendar; what came in by it stays."""
    cycle, gone = deadline.cycle, {str(deadline): [f"{deadline.audience} {deadline.due_on}", ""]}
    deadline.delete()
    trail.record(cycle, "remove_deadline", by=by, changes=gone)
    make(cycle)


def differences(before, after):
    """What changed in a line, under the name of what is owed."""
    names = ("title", "hint", "is_owed", *DATES)
    return {
        f"{after} {after.audience}.{name}": [getattr(before, name, ""), getattr(after, name)]
        for name in names
        if before is None or getattr(before, name) != getattr(after, name)
    }


@transaction.atomic
def extend(duties, *, until, note, by):
    """Give these duties, a query of open ones, more time, with a reason that stays on each. How many.

    Raises ValidationError without a reason, for a day that is over, or for one not after the day due.
    """
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why the deadline is extended; the reason stays on the record."))
    if until < today():
        raise ValidationError(_("The new day is over already."))
    chosen = list(duties.open().select_related("unit").select_for_update(of=["self"]).order_by("pk"))
    early = next((duty for duty in chosen if duty.due_on >= until), None)
    if early:
        raise ValidationError(_("The new day has to come after the day on which it is due anyway."))
    changes = {duty.pk: {"extended_to": [duty.extended_to, until]} for duty in chosen}
    for part in parts([duty.pk for duty in chosen]):
        Duty.objects.filter(pk__in=part).update(extended_to=until, extension_note=note[:200])
    trail.record_all(chosen, "extend", by=by, note=note, changes=changes)
    return len(chosen)


def remarks(day, workdays):
    """What to know of a deadline's day: it is a day off, or no holiday table reaches it; "" if nothing.

    Days are never moved by themselves: the office decides, and the law's table is not guessed.
    """
    try:
        if workdays.is_worked(day):
            return ""
        last = workdays.last_before(day)
    except YearNotLoaded as unknown:
        return _("No holiday table of %(year)s is loaded; whether it is a working day is not known.") % {
            "year": unknown.year
        }
    return _("A day off; the last working day before is %(day)s.") % {"day": date_format(last, "DATE_FORMAT")}


# what comes in


def fulfil(duties, *, by, at=None):
    """What these duties, usually one, ask for has come in; whether it was late, its first coming decides."""
    at = at or now()
    return duties.owed().update(
        fulfilled_at=at,
        fulfilled_by=by,
        handed_in_at=Coalesce(F("handed_in_at"), at),
        returned_at=None,
        supplement_by=None,
    )


def take_back(duties):
    """The unit took it back by itself: as if it had never come."""
    return duties.update(
        fulfilled_at=None, fulfilled_by=None, handed_in_at=None, returned_at=None, supplement_by=None
    )


def give_back(duties, *, until=None, at=None):
    """The office returned it: owed again, to come back `until` a day, by default within five working days.

    Past the loaded holiday tables no day is named, for nothing is guessed.
    """
    at = at or now()
    return duties.update(
        fulfilled_at=None,
        fulfilled_by=None,
        returned_at=at,
        supplement_by=until or workdays_from_today(SUPPLEMENT_DAYS),
    )


def workdays_from_today(count):
    """The last of so many working days after today, or None where no holiday table reaches."""
    try:
        return WorkCalendar.workdays().after(today(), count)
    except YearNotLoaded:
        return None
