"""A unit's score of the year: the office's own values, and the sum that follows from everything."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .cycle import UnitYear
from .standard import Adjustment, Indicator


class ScoreSheetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who read everything see every sheet, others those of the units they see."""
        return self if user.reads_all else self.filter(unit_year__unit__in=user.seen_ids)

    def with_missing_values(self):
        """Sheets on which the office still owes a value."""
        return self.filter(unset_count__gt=0)

    def for_listing(self):
        """Everything the list of sheets shows, in one query."""
        return self.select_related("unit_year__unit__category__parent", "unit_year__cycle__standard")


class ScoreSheet(models.Model):
    """The sum of one unit's year, recomputed with every decision that touches it."""

    VERBS = {
        "set_value": _("value entered"),
        "clear_value": _("value removed"),
        "add_adjustment": _("bonus or deduction entered"),
        "remove_adjustment": _("bonus or deduction removed"),
        "import_values": _("values taken over from a workbook"),
        "set_values": _("values entered in the score grid"),
        "set_traits": _("window and pairing set"),
        "moderate": _("moderated by a recorded decision"),
        "unmoderate": _("moderation taken back"),
        "recompute": _("recomputed"),
    }

    unit_year = models.OneToOneField(
        UnitYear, models.CASCADE, related_name="sheet", verbose_name=_("unit's year")
    )
    raw = models.DecimalField(_("raw points"), max_digits=8, decimal_places=2, default=0)
    applicable = models.DecimalField(_("applicable maximum"), max_digits=8, decimal_places=2, default=0)
    base = models.DecimalField(_("base score"), max_digits=6, decimal_places=2, default=0)
    # What an adopted moderation adds to the base score, or takes away.
    moderation = models.DecimalField(_("moderation"), max_digits=6, decimal_places=2, default=0)
    bonus = models.DecimalField(_("bonus"), max_digits=6, decimal_places=2, default=0)
    deductions = models.DecimalField(_("deductions"), max_digits=6, decimal_places=2, default=0)
    total = models.DecimalField(_("final score"), max_digits=6, decimal_places=2, default=0, db_index=True)
    # Indicators that apply and have no value yet (未评).
    unset_count = models.PositiveSmallIntegerField(_("not yet assessed"), default=0)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    # group code → points, for the tie rule and the bars
    groups = models.JSONField(_("points by group"), default=dict)
    computed_at = models.DateTimeField(_("computed at"), default=now)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["unit_year__unit__sort_order", "pk"]

    def __str__(self):
        return str(self.unit_year)

    def get_absolute_url(self):
        return reverse("assessments:sheet", args=[self.pk])

    @property
    def unit(self):
        return self.unit_year.unit

    @property
    def standard(self):
        return self.unit_year.cycle.standard

    @property
    def grade_name(self):
        """The grade as the edition calls it."""
        return self.standard.grade_name(self.grade)

    @property
    def grade_tone(self):
        """Good on the highest line, warning in between, bad on the lowest; the word says the rest."""
        codes = [grade["code"] for grade in self.standard.grades]
        if not self.grade or not codes:
            return "idle"
        return {codes[0]: "good", codes[-1]: "bad"}.get(self.grade, "warn")


class ScoreLine(models.Model):
    """A value the office enters: of an indicator that no ledger proves, a bonus or a deduction; or what
    an adopted moderation adds or takes away."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="lines", verbose_name=_("score sheet"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("indicator")
    )
    adjustment = models.ForeignKey(
        Adjustment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("bonus or deduction"),
    )
    # The only kind of line that may be below zero.
    moderated = models.OneToOneField(
        "assessments.ModerationLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="score_line",
        verbose_name=_("moderation"),
    )
    value = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    basis = models.CharField(_("basis"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered at"), default=now)

    class Meta:
        verbose_name = _("score line")
        verbose_name_plural = _("score lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "indicator"], name="one_value_per_indicator"),
            # One matter counts once under a rule; its basis tells matters apart.
            models.UniqueConstraint(
                fields=["sheet", "adjustment", "basis"],
                condition=Q(adjustment__isnull=False),
                name="one_matter_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(indicator__isnull=False, adjustment__isnull=True, moderated__isnull=True)
                | Q(indicator__isnull=True, adjustment__isnull=False, moderated__isnull=True)
                | Q(indicator__isnull=True, adjustment__isnull=True, moderated__isnull=False),
                name="score_line_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0) | Q(moderated__isnull=False), name="score_line_is_not_negative"
            ),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(moderated__isnull=False), name="sheet_has_one_moderation"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="score_line_names_its_basis"),
        ]

    def __str__(self):
        return f"{self.indicator or self.adjustment or _('moderation')} {self.value}"
