"""What the public sees: rankings released as frozen, dated versions."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from units.models import Stateful

from .cycle import Cycle


class RankingReleaseQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=RankingRelease.Status.PUBLISHED)


class RankingRelease(Stateful):
    """One dated version of a year's ranking. Its rows are copies and never follow later scores."""

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {"withdraw": ({Status.PUBLISHED}, Status.WITHDRAWN)}
    VERBS = {"release": _("ranking released"), "withdraw": _("ranking withdrawn")}
    TONES = {"published": "good", "withdrawn": "warn"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="releases", verbose_name=_("year"))
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=80)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PUBLISHED)
    released_at = models.DateTimeField(_("released at"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    # Values still missing when the director confirmed the release all the same.
    unset_count = models.PositiveIntegerField(_("not yet assessed"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_note = models.CharField(_("why withdrawn"), max_length=300, blank=True)

    objects = RankingReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("ranking release")
        verbose_name_plural = _("ranking releases")
        ordering = ["-released_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=models.Q(status="published") | ~models.Q(withdrawn_note=""),
                name="withdrawn_release_says_why",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("assessments:public_ranking", args=[self.pk])


class RankingRow(models.Model):
    """One unit's place in a released ranking, frozen with every number it rests on."""

    release = models.ForeignKey(
        RankingRelease, models.CASCADE, related_name="rows", verbose_name=_("ranking release")
    )
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="places", verbose_name=_("unit"))
    unit_name = models.CharField(_("unit"), max_length=100)
    kind_name = models.CharField(_("kind"), max_length=40)
    kind_order = models.PositiveSmallIntegerField(default=0)
    rank = models.PositiveIntegerField(_("place"))
    base = models.DecimalField(_("base score"), max_digits=6, decimal_places=2)
    bonus = models.DecimalField(_("bonus"), max_digits=6, decimal_places=2)
    deductions = models.DecimalField(_("deductions"), max_digits=6, decimal_places=2)
    total = models.DecimalField(_("final score"), max_digits=6, decimal_places=2)
    grade = models.CharField(_("grade"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("place in a ranking")
        verbose_name_plural = _("places in a ranking")
        ordering = ["kind_order", "rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["release", "unit"], name="unit_ranked_once")]

    def __str__(self):
        return f"{self.rank} {self.unit_name}"
