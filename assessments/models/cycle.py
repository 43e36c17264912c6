"""The creation year: its stages, and who takes part in it."""

import secrets

from django.core.cache import cache
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import today
from civportal.lib.workdays import Workdays
from units.models import Stateful

from .standard import Standard

WORKDAYS_KEY = "workdays"
WORKDAYS_SECONDS = 60


class WorkCalendar(models.Model):
    """The State Council's table of one year: days off, and the weekends worked for them."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    # ["2026-01-01/2026-01-03", …]
    days_off = models.JSONField(_("days off"), default=list)
    # ["2026-01-04", …]
    working_weekends = models.JSONField(_("working weekends"), default=list)

    class Meta:
        verbose_name = _("holiday table")
        verbose_name_plural = _("holiday tables")
        ordering = ["-year"]

    def __str__(self):
        return str(self.year)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        cache.delete(WORKDAYS_KEY)

    def delete(self, *args, **kwargs):
        cache.delete(WORKDAYS_KEY)
        return super().delete(*args, **kwargs)

    @classmethod
    def workdays(cls):
        """The working days of every loaded year, from the cache: the tables change once a year."""
        workdays = cache.get(WORKDAYS_KEY)
        if workdays is None:
            tables = list(cls.objects.values("year", "days_off", "working_weekends"))
            workdays = Workdays.from_tables(tables)
            cache.set(WORKDAYS_KEY, workdays, WORKDAYS_SECONDS)
        return workdays


def new_seed():
    """A number that nobody chose and nobody is shown, by which a year's samples are drawn."""
    return secrets.randbits(62)


class CycleQuerySet(models.QuerySet):
    def by_use(self):
        """The year being worked in first: the newest that is open, or the newest at all."""
        is_open = models.Case(models.When(status=Cycle.Status.OPEN, then=0), default=1)
        return self.order_by(is_open, "-year")

    def current(self):
        """The year being worked in."""
        return self.by_use().select_related("standard").first()


class Cycle(Stateful):
    """One creation year."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        # The next year's plans are written while the old year still runs.
        PLANNING = "planning", _("open for plans")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    MOVES = {
        "open_planning": ({Status.DRAFT}, Status.PLANNING),
        "open": ({Status.DRAFT, Status.PLANNING}, Status.OPEN),
        "close": ({Status.OPEN}, Status.CLOSED),
    }
    # What the history of the year tells of reviewers is not for those who are reviewed.
    VERBS_OF_REVIEWERS = ("assign_reviewers", "unassign_reviewer", "rule_assignment")
    VERBS = {
        "create": _("year prepared"),
        "open_planning": _("opened for plans"),
        "open": _("year opened"),
        "close": _("year closed"),
        "enrol": _("unit enrolled"),
        "reschedule": _("dates changed"),
        "add_deadline": _("deadline added"),
        "remove_deadline": _("deadline taken out"),
        "extend": _("deadline extended"),
        "put_goals": _("goals of the county named"),
        "set_reviewing": _("way of reviewing changed"),
        "export": _("exported"),
        "assign_reviewers": _("reviewers assigned"),
        "unassign_reviewer": _("assignment taken back"),
        "rule_assignment": _("rule of assignment changed"),
    }
    TONES = {"planning": "info", "open": "good"}
    # Plans can be written and handed in; next year's while the old year still runs.
    PLANS_IN = (Status.PLANNING, Status.OPEN)

    # What a year says of how its records are reviewed; the next year begins with the same.
    REVIEW_RULES = ("corrections_allowed", "pre_review", "second_review_percent", "spread_percent")

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="cycles", verbose_name=_("standard"))
    # How often a record may come back for correction; after that it is decided as it is.
    corrections_allowed = models.PositiveSmallIntegerField(
        _("corrections of a record"), default=2, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    # Where somebody is assigned, nobody else of the office decides.
    only_assigned = models.BooleanField(_("only who is assigned decides"), default=False)
    # Records wait for a word of the department above before they come to the office.
    pre_review = models.BooleanField(_("departments review first"), default=False)
    # Of a hundred records, so many go to a second reviewer; which, the seed draws.
    second_review_percent = models.PositiveSmallIntegerField(
        _("share for a second reviewer"), default=0, validators=[MaxValueValidator(100)]
    )
    review_seed = models.PositiveBigIntegerField(default=new_seed, editable=False)
    # Marks of several reviewers may lie so many percent of full marks apart.
    spread_percent = models.PositiveSmallIntegerField(
        _("marks may lie apart by"), default=20, validators=[MaxValueValidator(100)]
    )
    # The running number of the newest receipt; taken under a lock.
    last_receipt = models.PositiveIntegerField(default=0, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = _("creation year")
        verbose_name_plural = _("creation years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="open"), name="one_open_year")
        ]

    def __str__(self):
        return str(self.year)

    def stage(self, kind):
        """The stage of that kind; stages are read once per cycle object."""
        return next((stage for stage in self.stages.all() if stage.kind == kind), None)

    def accepts(self, kind, on=None):
        """Whether the window of that stage is open on the day."""
        stage = self.stage(kind)
        return self.status == self.Status.OPEN and stage is not None and stage.accepts(on or today())

    @property
    def accepts_plans(self):
        """Whether plans can be handed in at all; until when, each duty says."""
        return self.status in self.PLANS_IN

    @property
    def accepts_entries(self):
        return self.accepts(Stage.Kind.LEDGER)

    @property
    def recording(self):
        """The stage in which ledger records are handed in."""
        return self.stage(Stage.Kind.LEDGER)


class Stage(models.Model):
    """A part of the year with its window: opens, is due, and closes after the days of grace."""

    class Kind(models.TextChoices):
        LEDGER = "ledger", _("ledger records")
        REVIEW = "review", _("review and scoring")
        RESULTS = "results", _("ranking and honors")

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="stages", verbose_name=_("year"))
    kind = models.CharField(_("stage"), max_length=20, choices=Kind)
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due by"))
    closes_on = models.DateField(
        _("closes after"), help_text=_("Handed in after the due date counts as late.")
    )

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["opens_on", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "kind"], name="stage_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")) & Q(due_on__lte=F("closes_on")),
                name="stage_opens_is_due_closes",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def accepts(self, on):
        return self.opens_on <= on <= self.closes_on

    def is_late(self, on):
        return on > self.due_on

    @property
    def last_day(self):
        """The last day on which something is taken, as a duty has one."""
        return self.closes_on

    @property
    def is_to_come(self):
        return today() < self.opens_on

    @property
    def is_over(self):
        return today() > self.closes_on


class UnitYearQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who read everything see every unit's year, others those of the units they see."""
        return self if user.reads_all else self.filter(unit__in=user.seen_ids)

    def current_of(self, user):
        """The open year of the unit for which this person keeps the ledger just now, or None."""
        unit = user.workplace
        return self.current_at(unit) if unit is not None and user.writes_for(unit) else None

    def planned_by(self, user):
        """The years for which this person writes the plans of their unit just now, the running one first."""
        unit = user.workplace
        if unit is None or not user.writes_for(unit):
            return self.none()
        years = self.filter(unit=unit, cycle__status__in=Cycle.PLANS_IN)
        return years.select_related("cycle", "unit").order_by("cycle__year")

    def current_at(self, unit):
        """The open year of the unit, or None."""
        return (
            self.filter(unit=unit, cycle__status=Cycle.Status.OPEN)
            .select_related("cycle__standard", "unit__category", "sheet")
            .first()
        )


class UnitYear(models.Model):
    """A unit's part in one creation year, with what applies to it."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="unit_years", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="years", verbose_name=_("unit"))
    has_window = models.BooleanField(_("has a window"), default=False)
    is_paired = models.BooleanField(_("is paired"), default=False)

    objects = UnitYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit's year")
        verbose_name_plural = _("units' years")
        ordering = ["unit__sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="unit_once_per_cycle")]

    def __str__(self):
        return f"{self.unit} {self.cycle}"
