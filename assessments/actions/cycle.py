"""The creation year: prepared, opened, closed; units enrolled in it."""

from calendar import monthrange
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from assessments.models import Cycle, Deadline, Duty, ReturnReason, Stage, Standard, UnitYear, WorkCalendar
from civportal.lib.workdays import SATURDAY, days_of
from units.actions import trail
from units.actions.move import lock, move
from units.models import Office, Unit

from . import duty as duties
from . import reason as reasons
from . import score
from . import standard as standards
from .shipped import shipped

# Stage → opens, due, closes as (month, day): the usual calendar of a county's year.
DEFAULT_STAGES = {
    Stage.Kind.LEDGER: ((1, 1), (11, 30), (12, 10)),
    Stage.Kind.REVIEW: ((3, 1), (12, 10), (12, 15)),
    Stage.Kind.RESULTS: ((12, 10), (12, 31), (12, 31)),
}
# The last day of February, whatever the year.
LAST = 31
# What is owed, quarter or month → opens, due, closes. The first quarter's scheme comes with the annual
# plan, monthly arrangements begin in March (the month-by-month calendar of such an office).
DEFAULT_DEADLINES = {
    (Duty.Kind.ANNUAL_PLAN, 0): ((1, 1), (2, LAST), (3, 31)),
    (Duty.Kind.DEPLOYMENT, 0): ((1, 1), (3, 31), (5, 31)),
    (Duty.Kind.LOOK_BACK, 0): ((7, 1), (8, 31), (9, 30)),
    (Duty.Kind.SELF_CHECK, 0): ((11, 1), (11, 30), (12, 10)),
    (Duty.Kind.QUARTERLY_PLAN, 1): ((1, 1), (2, LAST), (3, 31)),
    **{
        (Duty.Kind.QUARTERLY_PLAN, quarter): ((first - 1, 20), (first, 10), (first, LAST))
        for quarter, first in ((2, 4), (3, 7), (4, 10))
    },
    **{
        (Duty.Kind.MONTHLY_PLAN, month): ((month - 1, 25), (month, 5), (month, LAST))
        for month in range(3, 13)
    },
}


@transaction.atomic
def prepare(year, *, standard=None, like=None, by):
    """Set a year up; nothing is asked of anybody until it opens.

    The dates are the usual ones, or those of the year `like`, shifted. Without a standard the
    shipped one is loaded, as a new edition; the library of reasons for returns, if there is none yet.
    """
    standard = standard or standards.load(standards.default_source(), year=year, by=by)
    rules = {name: getattr(like, name) for name in Cycle.REVIEW_RULES} if like else {}
    cycle = Cycle.objects.create(year=year, standard=standard, **rules)
    Stage.objects.bulk_create(copied(like.stages.all(), cycle) if like else default_stages(cycle))
    Deadline.objects.bulk_create(copied(like.deadlines.all(), cycle) if like else default_deadlines(cycle))
    load_calendar(year, by=by)
    if not ReturnReason.objects.exists():
        reasons.add_usual(by=by)
    trail.record(cycle, "create", by=by, changes={"like": ["", str(like)]} if like else None)
    return cycle


def default_stages(cycle):
    """The usual stages of the year, not saved yet."""
    return [
        Stage(cycle=cycle, kind=kind, **dates_in(cycle.year, days)) for kind, days in DEFAULT_STAGES.items()
    ]


def default_deadlines(cycle):
    """The usual lines of the year's calendar, not saved yet."""
    return [
        Deadline(cycle=cycle, kind=kind, period=period, **dates_in(cycle.year, days))
        for (kind, period), days in DEFAULT_DEADLINES.items()
    ]


def dates_in(year, days):
    """Opens, due, closes as dates of that year."""
    return {name: day_in(year, *day) for name, day in zip(duties.DATES, days, strict=True)}


def day_in(year, month, day):
    """That day, or the last of the month where the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def copied(rows, cycle):
    """The same lines for another year, each date shifted by the years between; not saved yet."""
    fresh = []
    for row in rows:
        years = cycle.year - row.cycle.year
        row.pk, row._state.adding = None, True
        row.cycle = cycle
        for name in duties.DATES:
            setattr(row, name, shifted(getattr(row, name), years))
        fresh.append(row)
    return fresh


def shifted(day, years):
    """The same day so many years later; the last day of a month stays the last."""
    is_last = day.day == monthrange(day.year, day.month)[1]
    return day_in(day.year + years, day.month, LAST if is_last else day.day)


def load_calendar(year, *, by):
    """Take the shipped holiday table of that year, if there is one and none is loaded."""
    table = shipped(f"holidays-{year}.json")
    if table is None or WorkCalendar.objects.filter(year=year).exists():
        return None
    calendar = WorkCalendar.objects.create(**table)
    trail.record(calendar, "create", by=by)
    return calendar


@transaction.atomic
def set_calendar(year, *, days_off, working_weekends, source="", by):
    """Load the holiday table of a year, or put it right; deadlines in working days follow at once.

    `days_off` holds "2026-01-01/2026-01-03" or single days, `working_weekends` single days.
    Raises ValidationError for a day of another year, or a working weekend that is no weekend.
    """
    worked = [date.fromisoformat(day) for day in working_weekends]
    off = [day for span in days_off for day in days_of(span)]
    wrong = [day for day in (*off, *worked) if day.year != year]
    if wrong:
        raise ValidationError(_("%(day)s is not a day of %(year)s.") % {"day": wrong[0], "year": year})
    at_work_anyway = [day for day in worked if day.weekday() < SATURDAY]
    if at_work_anyway:
        raise ValidationError(_("%(day)s is no Saturday or Sunday.") % {"day": at_work_anyway[0]})
    table = {"days_off": days_off, "working_weekends": working_weekends, "source": source}
    before = WorkCalendar.objects.select_for_update().filter(year=year).values(*table).first() or {}
    calendar, created = WorkCalendar.objects.update_or_create(year=year, defaults=table)
    changes = {
        name: [before.get(name, ""), value] for name, value in table.items() if before.get(name) != value
    }
    if changes:
        trail.record(calendar, "create" if created else "edit", by=by, changes=changes)
    return calendar


@transaction.atomic
def add_usual_deadlines(cycle, *, by):
    """Put those usual lines into the calendar that it does not have yet. How many."""
    cycle = lock(cycle)
    known = {line.owes for line in cycle.deadlines.all()}
    missing = [line for line in default_deadlines(cycle) if line.owes not in known]
    Deadline.objects.bulk_create(missing)
    if missing:
        changes = {str(line): ["", line.due_on] for line in missing}
        trail.record(cycle, "add_deadline", by=by, changes=changes)
        duties.make(cycle)
    return len(missing)


@transaction.atomic
def reschedule(stage, *, opens_on, due_on, closes_on, by):
    """Change the dates of a stage."""
    stage = Stage.objects.select_for_update().select_related("cycle").get(pk=stage.pk)
    wanted = {"opens_on": opens_on, "due_on": due_on, "closes_on": closes_on}
    changes = {
        f"{stage.kind}.{name}": [getattr(stage, name).isoformat(), day.isoformat()]
        for name, day in wanted.items()
        if getattr(stage, name) != day
    }
    if not changes:
        return stage
    for name, day in wanted.items():
        setattr(stage, name, day)
    stage.save()
    trail.record(stage.cycle, "reschedule", by=by, changes=changes)
    return stage


def most_reviewers(cycle):
    """The most reviewers that an indicator of the year's standard asks for."""
    return cycle.standard.indicators.aggregate(most=Max("reviewers_needed"))["most"] or 1


@transaction.atomic
def set_reviewing(cycle, values, *, by):
    """Say how the records of the year are reviewed, {field: value}; history tells what was and what is.

    Raises ValidationError when departments shall review first and no holiday table of the year counts
    their working days.
    """
    if values.get("pre_review") and not WorkCalendar.objects.filter(year=cycle.year).exists():
        raise ValidationError(
            _("Load the holiday table of %(year)s first: working days cannot be counted without it.")
            % {"year": cycle.year}
        )
    cycle = lock(cycle)
    changes = {
        name: [getattr(cycle, name), value] for name, value in values.items() if getattr(cycle, name) != value
    }
    if changes:
        for name, value in values.items():
            setattr(cycle, name, value)
        cycle.save()
        trail.record(cycle, "set_reviewing", by=by, changes=changes)
    return cycle


def open_planning(cycle, *, by):
    """Let units write their plans of a year that has not begun; every participating unit is enrolled."""
    with move(cycle, "open_planning", by=by) as cycle:
        enrol_missing(cycle, by=by)
    return cycle


@transaction.atomic
def open(cycle, *, by):
    """Open the year: its standard freezes and every participating unit is enrolled.

    Raises ValidationError while another year is open, for a unit works in one year at a time.
    """
    # All years, in one order, so that of two opened at once the second sees the first.
    list(Cycle.objects.order_by("pk").select_for_update().values_list("pk"))
    with move(cycle, "open", by=by) as cycle:
        if Cycle.objects.filter(status=Cycle.Status.OPEN).exists():
            raise ValidationError(_("Another year is still open; close it first."))
        if cycle.standard.status == Standard.Status.DRAFT:
            standards.freeze(cycle.standard, by=by)
        enrol_missing(cycle, by=by)
    return cycle


def close(cycle, *, by):
    """Close the year: nothing more is handed in or scored."""
    with move(cycle, "close", by=by) as cycle:
        # Whoever saves a value holds its sheet: that is saved before, or finds the year closed.
        score.all_held(cycle)
    return cycle


@transaction.atomic
def enrol_missing(cycle, *, by):
    """Enrol every participating unit that is not yet in the year, with what it owes. How many.

    Under a lock of the year, so that a second click finds nobody left.
    """
    cycle = lock(cycle)
    return enrol(cycle, list(not_enrolled(cycle)), by=by)


def enrol(cycle, units, *, by):
    """Enrol these units in the year, whose row is locked, with what they owe. How many."""
    UnitYear.objects.bulk_create(
        UnitYear(cycle=cycle, unit=unit, has_window=bool(unit.has_window), is_paired=bool(unit.pairing_text))
        for unit in units
    )
    duties.make(cycle, units)
    # A year that is open for plans only may still get another standard.
    if cycle.status != Cycle.Status.PLANNING:
        score.open_sheets(cycle)
    if units:
        trail.record(cycle, "enrol", by=by, changes={"units": [0, len(units)]})
    return len(units)


def not_enrolled(cycle):
    """Units that take part but are not in this year yet."""
    return Unit.objects.participating().exclude(years__cycle=cycle)


def next_receipt(cycle):
    """The next receipt number of the year, such as YZ-2026-0412; call it inside a transaction.

    The update locks the cycle's row, so two receipts never share a number.
    """
    Cycle.objects.filter(pk=cycle.pk).update(last_receipt=F("last_receipt") + 1)
    number = Cycle.objects.values_list("last_receipt", flat=True).get(pk=cycle.pk)
    return f"{Office.current().letters}-{cycle.year}-{number:04d}"
