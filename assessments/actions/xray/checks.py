"""What a check is, and the list of all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from assessments.models import WorkCalendar
from civportal.lib.clock import end_of, today
from civportal.lib.workdays import YearNotLoaded

from .subjects import Subject


class Severity(TextChoices):
    """How much a kind of problem weighs, the gravest first."""

    GRAVE = "grave", _("must be mended before scores are frozen")
    LOOK = "look", _("should be looked at")
    NOTE = "note", _("for information")


class Way(TextChoices):
    """By what a kind of problem is mended. Only a return can be made from the x-ray itself."""

    RETURN = "return", _("The unit corrects it: return it.")
    DECIDE = "decide", _("A decision of the office mends it, record by record; a return does not.")
    REMIND = "remind", _("The unit has it in its hands: remind or call it. There is nothing to return.")
    REGISTER = "register", _("It is corrected in the register or on the year's page; no return leads there.")
    SHEET = "sheet", _("It is corrected on the score sheet; no return leads there.")
    HONOR = "honor", _("It is settled at the honor; no return leads there.")
    STANDARD = "standard", _("It is mended in the standard or by explaining it; no return leads there.")
    NONE = "none", _("Nothing has to be done; there is nothing to return.")


TONES = {Severity.GRAVE: "bad", Severity.LOOK: "warn", Severity.NOTE: "info"}
ICONS = {Severity.GRAVE: "octagon-alert", Severity.LOOK: "eye", Severity.NOTE: "info"}


@dataclass(frozen=True)
class Check:
    """One kind of problem: why it matters, how it is mended, and the query that finds it.

    `find` gives the records of a year that have it, in one statement. `note` is what the unit reads and
    can do; without one the office sees to it alone. Of a check whose records can be returned it is also
    the reason of the return. What `is_inside` is the
    office's alone: it compares units, or is about the office's own work.
    """

    code: str
    severity: Severity
    subject: Subject
    find: Callable[[Any], QuerySet]
    way: Way
    title: str
    why: str
    remedy: str
    note: str = ""
    is_inside: bool = False
    # Of a plan: which of its items have the problem; else it is the plan as a whole.
    items: Callable[[Any], QuerySet] | None = None
    # Where a line is mended, given the record and the person; else where the subject itself leads.
    place: Callable[[Any, Any], str] | None = None

    def __str__(self):
        return str(self.title)

    @property
    def tone(self):
        return TONES[self.severity]

    @property
    def icon(self):
        return ICONS[self.severity]

    @property
    def is_grave(self):
        return self.severity == Severity.GRAVE

    @property
    def is_returnable(self):
        """Whether the records go back to their units from the page of the check."""
        return self.way == Way.RETURN

    @property
    def is_of_units(self):
        """Whether every line belongs to one unit, so that units and departments see their own."""
        return self.subject.unit is not None and not self.is_inside

    def rows(self, cycle, units=None):
        """The records of the year that have the problem, of these units or of all."""
        found = self.find(cycle)
        return found if units is None else found.filter(**{f"{self.subject.unit}__in": units})

    def listed(self, cycle, units=None):
        """The same with all that a line shows, in order."""
        rows = self.rows(cycle, units).select_related(*self.subject.related)
        return rows.order_by(*self.subject.order)

    def line(self, record, user):
        """The record as a line of the page: what, whose, and where it is mended."""
        line = self.subject.tell(record, user)
        return line.leading_to(self.place(record, user)) if self.place else line


CHECKS: dict[str, Check] = {}


def check(severity, subject, **said):
    """Make the function a check: its name is the code, its result the records that have the problem."""

    def make(find):
        CHECKS[find.__name__] = Check(find.__name__, severity, subject, find, **said)
        return find

    return make


def before_workdays(count):
    """What happened before this moment is longer ago than so many working days.

    Counted in days of the calendar where no holiday table reaches.
    """
    workdays, day, passed = WorkCalendar.workdays(), today(), 0
    try:
        while passed <= count:
            passed += workdays.is_worked(day)
            day -= timedelta(days=1)
    except YearNotLoaded:
        day = today() - timedelta(days=count + 1)
    return end_of(day)
