"""What happens to service windows."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from civportal.lib.clock import today
from units.models import Unit, Window, WindowStaff

from . import trail
from . import unit as units
from .editing import check_seen, differences
from .move import lock


@transaction.atomic
def add(unit, values, staff=(), *, by):
    """A unit opens a window; the register then says that it has one.

    `values` maps fields of Window to values, `staff` are dicts with badge_number, duty and name.
    Raises ValidationError when the unit has a window of this name or a badge is given twice.
    """
    unit = lock(unit)
    check_name(unit, values["name"])
    window = Window.objects.create(unit=unit, **values)
    write_staff(window, staff)
    trail.record(window, "create", by=by, note=window.name)
    say_whether(unit, by=by)
    return window


@transaction.atomic
def edit(window, values, staff, *, by, seen=None):
    """Correct what is said of a window and who serves there; every change is kept, old and new.

    Raises ChangedMeanwhile when somebody was quicker, ValidationError as `add` does.
    """
    unit = lock(window.unit)
    window = lock(window)
    check_seen(window, seen)
    changes = differences(window, values)
    if "name" in changes:
        check_name(unit, values["name"])
    before, after = staff_of(window), kept(staff)
    if before != after:
        changes["staff"] = [staff_text(before), staff_text(after)]
        window.staff.all().delete()
        write_staff(window, staff)
    if not changes:
        return window
    for name, value in values.items():
        setattr(window, name, value)
    window.version += 1
    window.save()
    trail.record(window, "edit", by=by, changes=changes)
    return window


def close(window, on, *, by):
    """From that day on nobody is served here; raises ValidationError for a day that lies ahead.

    A second click is no second act.
    """
    if on > today():
        raise ValidationError(
            _("The day lies in the future; close the window when it has come."), code="future"
        )
    return switch(window, "close", on, by=by)


def reopen(window, *, by):
    """The public is served here again."""
    return switch(window, "reopen", None, by=by)


@transaction.atomic
def switch(window, verb, closed_on, *, by):
    unit = lock(window.unit)
    window = lock(window)
    if (window.closed_on is None) == (closed_on is None):
        return window
    changes = differences(window, {"closed_on": closed_on})
    window.closed_on = closed_on
    window.version += 1
    window.save()
    trail.record(window, verb, by=by, changes=changes)
    say_whether(unit, by=by)
    return window


def say_whether(unit: Unit, *, by):
    """Let the register say whether the unit has an open window."""
    units.edit(unit, {"has_window": unit.windows.open().exists()}, by=by)


def check_name(unit, name):
    if unit.windows.filter(name=name).exists():
        raise ValidationError(
            _("The unit has a window of this name already; if it is closed, open it again."), code="twice"
        )


def write_staff(window, staff):
    badges = [one["badge_number"] for one in staff]
    twice = next((badge for badge in badges if badges.count(badge) > 1), None)
    if twice:
        raise ValidationError(
            _("The badge number %(badge)s stands there twice.") % {"badge": twice}, code="twice"
        )
    WindowStaff.objects.bulk_create(WindowStaff(window=window, **one) for one in staff)


def staff_of(window):
    """Who serves there now, as plain values."""
    return list(window.staff.values_list("badge_number", "duty", "name"))


def kept(staff):
    return [(one["badge_number"], one["duty"], one["name"]) for one in staff]


def staff_text(staff):
    """Badges and duties as history keeps them; the names stay out of it."""
    return "、".join(f"{badge} {duty}".strip() for badge, duty, _name in staff)
