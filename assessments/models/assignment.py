"""Who of the office reviews what in a year: a unit, an indicator, one indicator of one unit, or a record."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Membership
from units.models.person import UNIT_ROLES

from .conflict import Conflict, former_since
from .cycle import Cycle
from .standard import Indicator


class AssignmentQuerySet(models.QuerySet):
    def whole_units(self):
        """Those of a unit with whatever it hands in."""
        return self.filter(unit__isnull=False, indicator__isnull=True)

    def whole_indicators(self):
        """Those of an indicator, of every unit."""
        return self.filter(unit__isnull=True, indicator__isnull=False)

    def single_records(self):
        """Those of one record alone, while it waits for a decision, in line."""
        waiting = self.filter(entry__status="submitted", entry__removed_at__isnull=True)
        return waiting.order_by("entry__in_line_at", "entry_id", "reviewer__name", "pk")

    def for_listing(self):
        """With who and what, and whether the two do not go together any more (`is_stray`).

        Known by one's own roles and declarations; what stands in one's department's tree is not asked.
        """
        pair = {"unit": OuterRef("about")}
        declared = Conflict.objects.in_force().filter(person=OuterRef("reviewer"), **pair)
        held = Membership.objects.filter(user=OuterRef("reviewer"), role__in=UNIT_ROLES, **pair)
        worked = held.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=former_since()))
        found = self.select_related("reviewer", "indicator", "unit", "entry__unit")
        found = found.alias(about=Coalesce("unit", "entry__unit"))
        return found.annotate(is_stray=Exists(declared) | Exists(worked)).order_by("reviewer__name", "pk")


class Assignment(models.Model):
    """One reviewer in a year for one unit, one indicator, one indicator of one unit, or one record."""

    VERBS = {
        "assign": _("assigned to you"),
        # Of single records, whose own history units read.
        "give": _("record assigned to a reviewer"),
        "take_back": _("record taken back from a reviewer"),
    }

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="assignments", verbose_name=_("year"))
    unit = models.ForeignKey(
        "units.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("unit"),
    )
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("indicator"),
    )
    # One record alone: the others of its unit are not touched.
    entry = models.ForeignKey(
        "assessments.LedgerEntry",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("record"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("reviewer")
    )
    # By which number it was dealt out; empty: by hand.
    seed = models.PositiveIntegerField(_("number of the draw"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("assigned by")
    )
    assigned_at = models.DateTimeField(_("assigned at"), default=now)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("review assignment")
        verbose_name_plural = _("review assignments")
        ordering = ["pk"]
        # Four of them, because to a database one missing unit differs from another.
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "indicator", "reviewer"], name="reviewer_once_for_unit_and_indicator"
            ),
            models.UniqueConstraint(
                fields=["cycle", "unit", "reviewer"],
                condition=Q(indicator__isnull=True),
                name="reviewer_once_for_unit",
            ),
            models.UniqueConstraint(
                fields=["cycle", "indicator", "reviewer"],
                condition=Q(unit__isnull=True),
                name="reviewer_once_for_indicator",
            ),
            models.UniqueConstraint(fields=["entry", "reviewer"], name="reviewer_once_for_record"),
            models.CheckConstraint(
                condition=(Q(entry__isnull=True) & (Q(unit__isnull=False) | Q(indicator__isnull=False)))
                | Q(entry__isnull=False, unit__isnull=True, indicator__isnull=True),
                name="assignment_is_of_something",
            ),
        ]

    def __str__(self):
        return f"{self.reviewer} · {self.what}"

    def get_absolute_url(self):
        """Where its work waits."""
        return f"{reverse('assessments:queue')}?assigned=on"

    @property
    def what(self):
        """“unit”, “A1 indicator”, both, or the record."""
        return " · ".join(str(one) for one in (self.unit, self.indicator, self.entry) if one)
