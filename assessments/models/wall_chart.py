"""The wall chart (挂图作战): weak units get extra attention, item by item."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now, today
from units.models import Stateful, User

from .cycle import Cycle
from .duty import Duty

# From so many days before its date an item is amber: the office looks at the chart once a week.
AMBER_DAYS = 7


class Light(models.TextChoices):
    """How something due on a day stands; on the chart a color, a sign and this word."""

    RED = "red", _("overdue")
    AMBER = "amber", _("due soon")
    GREEN = "green", _("not due yet")
    DONE = "done", _("closed off")


LIGHT_TONES = {Light.RED: "bad", Light.AMBER: "warn", Light.GREEN: "good", Light.DONE: "idle"}


class ChartedUnitQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.reads_all else self.filter(unit__in=user.seen_ids)

    def listed(self):
        return self.filter(status=ChartedUnit.Status.LISTED)

    def for_listing(self):
        """Everything the chart shows of its units and their items."""
        items = models.Prefetch("items", ChartItem.objects.select_related("duty"))
        return self.select_related("unit", "cycle").prefetch_related(items)


class ChartedUnit(Stateful):
    """A weak unit on the wall chart, with the reasons why it was put there."""

    class Status(models.TextChoices):
        LISTED = "listed", _("on the chart")
        REMOVED = "removed", _("taken off")

    MOVES = {"remove": ({Status.LISTED}, Status.REMOVED)}
    VERBS = {"list": _("put on the wall chart"), "remove": _("taken off the wall chart")}
    TONES = {"listed": "warn", "removed": "good"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="charted_units", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="chartings", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.LISTED)
    # Sentences as they stood on that day; they do not change with what comes in later.
    reasons = models.JSONField(_("why"), default=list)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    listed_at = models.DateTimeField(_("put on the chart"), default=now)
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    objects = ChartedUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit on the wall chart")
        verbose_name_plural = _("units on the wall chart")
        ordering = ["unit__sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit"], condition=Q(status="listed"), name="unit_once_on_the_chart"
            )
        ]

    def __str__(self):
        return f"{self.unit} {self.cycle}"

    def get_absolute_url(self):
        return reverse("assessments:charted_unit", args=[self.pk])

    def audience(self, verb):
        """The unit hears that it was put on the chart, and that it was taken off."""
        return User.objects.liaisons_of(self.unit)


class ChartItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(charted__in=ChartedUnit.objects.visible_to(user))

    def open(self):
        return self.filter(status=ChartItem.Status.OPEN)

    def for_listing(self):
        """The items by their deadline, each with its unit."""
        return self.select_related("charted__unit", "charted__cycle").order_by("due_on", "pk")


class ChartItem(Stateful):
    """One thing that a weak unit has to put right: by when, who does it, who oversees it."""

    class Status(models.TextChoices):
        OPEN = "open", _("to be put right")
        CLOSED = "closed", _("closed off")

    MOVES = {"close": ({Status.OPEN}, Status.CLOSED), "reopen": ({Status.CLOSED}, Status.OPEN)}
    VERBS = {
        "create": _("item added"),
        "edit": _("item changed"),
        "close": _("closed off"),
        "reopen": _("opened again"),
    }
    TONES = {"open": "info", "closed": "good"}

    charted = models.ForeignKey(ChartedUnit, models.CASCADE, related_name="items", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    what = models.CharField(_("what"), max_length=120)
    # What the unit owes anyway and the office took over: it stands on the chart once, as this item.
    duty = models.ForeignKey(
        Duty, models.SET_NULL, null=True, blank=True, related_name="chart_items", verbose_name=_("duty")
    )
    owner = models.CharField(_("owner"), max_length=60)
    overseer = models.CharField(_("overseer"), max_length=60)
    due_on = models.DateField(_("by when"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing_note = models.CharField(_("what was reached"), max_length=200, blank=True)

    objects = ChartItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the wall chart")
        verbose_name_plural = _("items of the wall chart")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["charted", "duty"], name="duty_once_on_the_chart"),
            models.CheckConstraint(
                condition=~Q(owner=F("overseer")), name="chart_item_owner_is_not_overseer"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_on__isnull=True)
                | (Q(status="closed", closed_on__isnull=False) & ~Q(closing_note="")),
                name="chart_item_closed_says_what",
            ),
        ]

    def __str__(self):
        return self.what

    def get_absolute_url(self):
        return self.charted.get_absolute_url()

    @property
    def unit(self):
        return self.charted.unit

    @property
    def cycle(self):
        return self.charted.cycle

    @property
    def light(self):
        return light(self.due_on, self.closed_on)

    def audience(self, verb):
        """The unit hears of every item that it gets, that is closed, or that comes back."""
        return User.objects.liaisons_of(self.unit) if verb in ("create", "close", "reopen") else []


def light(due_on, done_on=None, on=None):
    """How something due on a day stands: closed off, overdue, due within a week, or under way."""
    if done_on:
        return Light.DONE
    left = (due_on - (on or today())).days
    if left < 0:
        return Light.RED
    return Light.AMBER if left <= AMBER_DAYS else Light.GREEN
