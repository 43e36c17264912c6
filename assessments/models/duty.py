"""The calendar of a year: what is asked of whom by when, and what each unit owes by it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import today

from .cycle import Cycle


class DutyKind(models.TextChoices):
    ANNUAL_PLAN = "annual_plan", _("annual plan")
    QUARTERLY_PLAN = "quarterly_plan", _("quarterly scheme")
    MONTHLY_PLAN = "monthly_plan", _("monthly arrangement")
    DEPLOYMENT = "deployment", _("deployment record")
    LOOK_BACK = "look_back", _("look-back on the plan")
    SELF_CHECK = "self_check", _("self-check report")
    RECEIPT = "receipt", _("receipt of a document")
    REQUEST = "request", _("request of the office")


# How many periods a year has of that kind; everything else is owed once.
PERIODS = {DutyKind.QUARTERLY_PLAN: 4, DutyKind.MONTHLY_PLAN: 12}
THERE_ALREADY = _("The calendar has such a line already; change that one.")
# What the office may put into the calendar; receipts come from the documents themselves.
CALENDAR_KINDS = [kind for kind in DutyKind if kind != DutyKind.RECEIPT]


def period_fits():
    """A quarter or a month where the kind has them, and none elsewhere."""
    return (
        Q(kind=DutyKind.QUARTERLY_PLAN, period__range=(1, 4))
        | Q(kind=DutyKind.MONTHLY_PLAN, period__range=(1, 12))
        | (~Q(kind__in=list(PERIODS)) & Q(period=0))
    )


def period_fits_plan():
    """The same for a plan, whose kinds have shorter names."""
    return (
        Q(kind="quarterly", period__range=(1, 4))
        | Q(kind="monthly", period__range=(1, 12))
        | Q(kind="annual", period=0)
    )


def period_label(kind, period):
    """“quarter 2”, “month 5”, or nothing."""
    if kind == DutyKind.QUARTERLY_PLAN:
        return _("quarter %(number)s") % {"number": period}
    return _("month %(number)s") % {"number": period} if kind == DutyKind.MONTHLY_PLAN else ""


def duty_label(kind, period=0, title=""):
    """What people call it: a request by its title, a plan of a quarter or month with its number."""
    named = title or DutyKind(kind).label
    part = period_label(kind, period)
    return f"{named} · {part}" if part else str(named)


class DeadlineQuerySet(models.QuerySet):
    def for_listing(self):
        return self.select_related("category", "unit").order_by("due_on", "kind", "period", "pk")


class Deadline(models.Model):
    """One line of the year's calendar: what is owed, by when, and by whom.

    A line for one unit goes before a line for its kind, and this before the line for all.
    """

    Kind = DutyKind

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="deadlines", verbose_name=_("year"))
    kind = models.CharField(_("what is owed"), max_length=20, choices=DutyKind)
    period = models.PositiveSmallIntegerField(_("quarter or month"), default=0)
    title = models.CharField(_("title"), max_length=80, blank=True)
    hint = models.CharField(_("what exactly, and why"), max_length=300, blank=True)
    category = models.ForeignKey(
        "units.Category",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of unit"),
    )
    unit = models.ForeignKey(
        "units.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    is_owed = models.BooleanField(
        _("owed"), default=True, help_text=_("Without it, those named here are excepted from what all owe.")
    )
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due by"))
    closes_on = models.DateField(
        _("closes after"), help_text=_("Handed in after the due date counts as late.")
    )

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "kind", "period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind", "period", "title"],
                condition=Q(category__isnull=True, unit__isnull=True),
                name="deadline_once_for_all",
                violation_error_message=THERE_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["cycle", "kind", "period", "title", "category"],
                condition=Q(category__isnull=False),
                name="deadline_once_for_category",
                violation_error_message=THERE_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["cycle", "kind", "period", "title", "unit"],
                condition=Q(unit__isnull=False),
                name="deadline_once_for_unit",
                violation_error_message=THERE_ALREADY,
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(unit__isnull=True), name="deadline_is_for_one_audience"
            ),
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("due_on")) & Q(due_on__lte=F("closes_on")),
                name="deadline_opens_is_due_closes",
            ),
            models.CheckConstraint(condition=period_fits(), name="deadline_period_fits"),
            models.CheckConstraint(
                condition=~Q(kind=DutyKind.RECEIPT) & (~Q(kind=DutyKind.REQUEST) | ~Q(title="")),
                name="deadline_request_has_title",
            ),
        ]

    def __str__(self):
        return duty_label(self.kind, self.period, self.title)

    @property
    def is_over(self):
        """Nothing is taken by it any more, as a stage would say."""
        return today() > self.closes_on

    @property
    def owes(self):
        """What it is, whoever it is asked of: the same for every line about one thing."""
        return self.kind, self.period, self.title

    @property
    def audience(self):
        """Of whom it is asked, in words."""
        return self.unit or self.category or _("all units")


def count_of(condition):
    return models.Count("pk", filter=condition)


def standing(on=None):
    """State → the condition under which a duty stands so on the day, as `Duty.state` says it; one holds."""
    on, state = on or today(), Duty.State
    owed = Q(lapsed_note="")
    done = owed & Q(fulfilled_at__isnull=False)
    still = owed & Q(fulfilled_at__isnull=True)
    waits = still & Q(returned_at__isnull=True)
    return {
        state.LAPSED: ~owed,
        state.LATE: done & Q(handed_in_at__date__gt=F("until")),
        state.DONE: done & Q(handed_in_at__date__lte=F("until")),
        state.RETURNED: still & Q(returned_at__isnull=False),
        state.MISSING: waits & Q(until__lt=on),
        state.OWED: waits & Q(until__gte=on, opens_on__lte=on),
        state.TO_COME: waits & Q(until__gte=on, opens_on__gt=on),
    }


class DutyQuerySet(models.QuerySet):
    def numbers(self, on=None):
        """How many stand how, by what is owed: {(kind, period, title): {state: number}}.

        What is still to come in the year is owed, too.
        """
        stands, state = standing(on), Duty.State
        rows = (
            self.order_by()
            .values("kind", "period", "title")
            .annotate(
                all=count_of(Q(lapsed_note="")),
                done=count_of(stands[state.DONE]),
                late=count_of(stands[state.LATE]),
                returned=count_of(stands[state.RETURNED]),
                missing=count_of(stands[state.MISSING]),
                owed=count_of(stands[state.OWED] | stands[state.TO_COME]),
                extended=count_of(Q(extended_to__isnull=False)),
            )
        )
        return {(row.pop("kind"), row.pop("period"), row.pop("title")): row for row in rows}

    def with_standing(self, on=None):
        """Each with its `standing`: the state in which it is on the day."""
        cases = [models.When(holds, then=models.Value(state.value)) for state, holds in standing(on).items()]
        return self.annotate(standing=models.Case(*cases, output_field=models.CharField()))

    def in_state(self, state, on=None):
        """Those that stand so on the day."""
        return self.filter(standing(on)[state])

    def visible_to(self, user):
        return self if user.reads_all else self.filter(unit__in=user.seen_ids)

    def of(self, cycle, unit, kind, period=0, title=""):
        """The one duty of the unit; a request is known by its title as well."""
        return self.filter(cycle=cycle, unit=unit, kind=kind, period=period, title=title)

    def owed(self):
        """What has not lapsed."""
        return self.filter(lapsed_note="")

    def open(self):
        """What is still owed, whether its day has come or not."""
        return self.owed().filter(fulfilled_at__isnull=True)

    def begun(self, on=None):
        """What can be done by now; the rest of the year is still to come."""
        return self.filter(opens_on__lte=on or today())

    def returned(self):
        return self.in_state(Duty.State.RETURNED)

    def missing(self, on=None):
        """Nothing came, and the day has passed."""
        return self.in_state(Duty.State.MISSING, on)

    def upcoming(self, on=None):
        """Open and not overdue yet."""
        return self.in_state(Duty.State.OWED, on)

    def done(self):
        return self.owed().filter(fulfilled_at__isnull=False)

    def late(self):
        """Done, but first handed in after the day it was due, China time."""
        return self.in_state(Duty.State.LATE)

    def in_time(self):
        return self.in_state(Duty.State.DONE)

    def for_listing(self):
        return self.select_related("unit", "cycle", "document", "fulfilled_by").order_by(
            "until", "kind", "period", "unit__sort_order", "pk"
        )


class Duty(models.Model):
    """Something a unit owes by a date; made by the calendar, so that absence can be counted.

    The receipt of a document is one, too: who signed it is who fulfilled it.
    """

    Kind = DutyKind

    class State(models.TextChoices):
        TO_COME = "to_come", _("to come")
        OWED = "owed", _("owed")
        MISSING = "missing", _("missing")
        RETURNED = "returned", _("returned")
        DONE = "done", _("done in time")
        LATE = "late", _("done late")
        LAPSED = "lapsed", _("lapsed")

    VERBS = {
        "extend": _("deadline extended"),
        "sign": _("receipt signed"),
        "fulfil": _("taken as done"),
        "due_soon": _("due soon"),
        "overdue": _("overdue"),
        "long_overdue": _("long overdue"),
    }
    TONES = {
        State.OWED: "info",
        State.MISSING: "bad",
        State.RETURNED: "bad",
        State.DONE: "good",
        State.LATE: "warn",
    }

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="duties", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="duties", verbose_name=_("unit"))
    kind = models.CharField(_("duty"), max_length=20, choices=DutyKind)
    period = models.PositiveSmallIntegerField(_("quarter or month"), default=0)
    title = models.CharField(_("title"), max_length=80, blank=True)
    document = models.ForeignKey(
        "assessments.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="receipts",
        verbose_name=_("document"),
    )
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due by"))
    closes_on = models.DateField(_("closes after"))
    extended_to = models.DateField(_("extended to"), null=True, blank=True)
    extension_note = models.CharField(_("why it was extended"), max_length=200, blank=True)
    # The day that counts.
    until = models.GeneratedField(
        expression=Coalesce("extended_to", "due_on"),
        output_field=models.DateField(_("due by")),
        db_persist=True,
    )
    # A recipient opened the document, whether it was signed or not.
    seen_at = models.DateTimeField(_("opened"), null=True, blank=True)
    # When it first came decides whether it was late; a later correction does not.
    handed_in_at = models.DateTimeField(_("first handed in"), null=True, blank=True)
    fulfilled_at = models.DateTimeField(_("fulfilled"), null=True, blank=True)
    fulfilled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fulfilled by"),
    )
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    # By when a returned one has to come back; unknown where no holiday table reaches.
    supplement_by = models.DateField(_("to come back by"), null=True, blank=True)
    # Why it is not owed any more although nothing came: its unit was merged or dissolved.
    lapsed_note = models.CharField(_("why it lapsed"), max_length=200, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "kind", "period", "title"],
                condition=Q(document__isnull=True),
                name="duty_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(document__isnull=False), name="receipt_once_per_unit"
            ),
            models.CheckConstraint(condition=period_fits(), name="duty_period_fits"),
            models.CheckConstraint(
                condition=Q(kind=DutyKind.RECEIPT, document__isnull=False)
                | (~Q(kind=DutyKind.RECEIPT) & Q(document__isnull=True)),
                name="duty_receipt_has_document",
            ),
            models.CheckConstraint(
                condition=Q(fulfilled_at__isnull=True) | Q(handed_in_at__isnull=False),
                name="duty_fulfilled_was_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True) | ~Q(extension_note=""),
                name="duty_extension_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["cycle", "kind", "period", "until"], name="duty_by_kind"),
            models.Index(fields=["unit", "cycle"], name="duty_of_unit"),
        ]

    def __str__(self):
        return f"{self.unit} {self.label}"

    def get_absolute_url(self):
        """Where it is done: a document where it is read and signed, everything else on its own page."""
        if self.document_id:
            return reverse("assessments:document", args=[self.document_id])
        return reverse("assessments:duty", args=[self.pk])

    @property
    def label(self):
        """What people call it."""
        return duty_label(self.kind, self.period, self.title)

    @property
    def last_day(self):
        """The last day on which it is taken, late or not."""
        return max(self.closes_on, self.extended_to or self.closes_on)

    @property
    def is_open(self):
        return self.fulfilled_at is None and not self.lapsed_note

    def accepts(self, on=None):
        """Whether it can be handed in on the day; what was returned can always come back."""
        on = on or today()
        return self.returned_at is not None or self.opens_on <= on <= self.last_day

    def is_late(self, on):
        """Whether the day counts as late; a longer time given moves it."""
        return on > self.until

    @property
    def state(self):
        """How it stands today."""
        if self.lapsed_note:
            return self.State.LAPSED
        if self.fulfilled_at:
            return self.State.LATE if localdate(self.handed_in_at) > self.until else self.State.DONE
        if self.returned_at:
            return self.State.RETURNED
        if self.until < today():
            return self.State.MISSING
        return self.State.OWED if self.opens_on <= today() else self.State.TO_COME

    @property
    def tone(self):
        return self.TONES.get(self.state, "idle")

    @property
    def is_to_come(self):
        return self.returned_at is None and today() < self.opens_on

    @property
    def is_over(self):
        return self.returned_at is None and today() > self.last_day

    @property
    def next_day(self):
        """The day by which it has to come next; None where a returned one has no counted day."""
        return self.supplement_by if self.returned_at else self.until

    @property
    def days_left(self):
        """Calendar days until it has to come; negative when overdue."""
        return (self.next_day - today()).days if self.next_day else None

    @property
    def overdue_days(self):
        """How many days ago it should have come, or come back."""
        return max(-(self.days_left or 0), 0)

    @property
    def late_days(self):
        """How many days overdue it is, or was when it came."""
        came = localdate(self.handed_in_at) if self.handed_in_at else today()
        return max((came - self.until) // timedelta(days=1), 0)
