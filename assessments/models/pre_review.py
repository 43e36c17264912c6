"""What the department above said of a record before the office decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .ledger import LedgerEntry


class PreReview(models.Model):
    """The word of the department above on one round of a record; the database allows no second one."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("approved by the department")
        RETURNED = "returned", _("returned by the department")
        DECLINED = "declined", _("not supported by the department")
        # Five working days went by; the record came to the office by itself.
        LAPSED = "lapsed", _("the department did not say anything")

    TONES = {"approved": "good", "returned": "bad", "declined": "bad", "lapsed": "warn"}
    # Which need a reason.
    REASONED = (Verdict.RETURNED, Verdict.DECLINED)

    entry = models.ForeignKey(
        LedgerEntry, models.CASCADE, related_name="pre_reviews", verbose_name=_("entry")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    # Nobody, where nobody spoke.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=now)
    note = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("pre-review")
        verbose_name_plural = _("pre-reviews")
        ordering = ["entry", "round"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "round"], name="one_pre_review_per_round"),
            models.CheckConstraint(
                condition=Q(verdict__in=["approved", "lapsed"]) | ~Q(note=""),
                name="pre_review_gives_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(verdict="lapsed", by__isnull=True) | (~Q(verdict="lapsed") & Q(by__isnull=False)),
                name="pre_review_is_somebodys",
            ),
        ]

    def __str__(self):
        return f"{self.entry} · {self.get_verdict_display()}"

    @property
    def tone(self):
        return self.TONES[self.verdict]
