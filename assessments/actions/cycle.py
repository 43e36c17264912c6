"""The creation year: prepared, opened, closed; units enrolled in it."""

import json
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assessments.models import Cycle, Duty, Stage, Standard, UnitYear, WorkCalendar
from units.actions import trail
from units.actions.move import lock, move
from units.models import Office, Unit

from . import score
from . import standard as standards

DATA = Path(__file__).resolve().parent.parent / "data"

# Stage → opens, due, closes as (month, day): the usual calendar of a county's year.
DEFAULT_STAGES = {
    Stage.Kind.PLANNING: ((1, 1), (2, 28), (3, 31)),
    Stage.Kind.LEDGER: ((1, 1), (11, 30), (12, 10)),
    Stage.Kind.REVIEW: ((3, 1), (12, 10), (12, 15)),
    Stage.Kind.RESULTS: ((12, 10), (12, 31), (12, 31)),
}


@transaction.atomic
def prepare(year, *, standard=None, by):
    """Set a year up with the default stages; nothing is asked of anybody until it opens.

    Without a standard the shipped one is loaded, as a new edition.
    """
    standard = standard or standards.load(standards.default_source(), year=year, by=by)
    cycle = Cycle.objects.create(year=year, standard=standard)
    Stage.objects.bulk_create(
        Stage(cycle=cycle, kind=kind, **default_dates(kind, year)) for kind in DEFAULT_STAGES
    )
    load_calendar(year, by=by)
    trail.record(cycle, "create", by=by)
    return cycle


def default_dates(kind, year):
    """The usual dates of a stage in that year."""
    names = ("opens_on", "due_on", "closes_on")
    return {name: date(year, *day) for name, day in zip(names, DEFAULT_STAGES[kind], strict=True)}


def load_calendar(year, *, by):
    """Take the shipped holiday table of that year, if there is one and none is loaded."""
    source = DATA / f"holidays-{year}.json"
    if not source.is_file() or WorkCalendar.objects.filter(year=year).exists():
        return None
    calendar = WorkCalendar.objects.create(**json.loads(source.read_text(encoding="utf-8")))
    trail.record(calendar, "create", by=by)
    return calendar


@transaction.atomic
def reschedule(stage, *, opens_on, due_on, closes_on, by):
    """Change the dates of a stage; duties not yet fulfilled follow the new due date."""
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
    if stage.kind == Stage.Kind.PLANNING:
        stage.cycle.duties.open().filter(kind=Duty.Kind.ANNUAL_PLAN).update(due_on=due_on)
    trail.record(stage.cycle, "reschedule", by=by, changes=changes)
    return stage


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
        pass
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
    due_on = cycle.stages.get(kind=Stage.Kind.PLANNING).due_on
    UnitYear.objects.bulk_create(
        UnitYear(cycle=cycle, unit=unit, has_window=bool(unit.has_window), is_paired=bool(unit.pairing_text))
        for unit in units
    )
    Duty.objects.bulk_create(
        Duty(cycle=cycle, unit=unit, kind=Duty.Kind.ANNUAL_PLAN, due_on=due_on) for unit in units
    )
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
