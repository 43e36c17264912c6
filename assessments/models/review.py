"""What the office decided on an entry."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .ledger import LedgerEntry


class Review(models.Model):
    """One decision on one round of an entry; the database allows no second one."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned")

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="reviews", verbose_name=_("entry"))
    round = models.PositiveSmallIntegerField(_("round"))
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    at = models.DateTimeField(_("when"), default=now)
    note = models.TextField(_("to the unit"), blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["entry", "round"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "round"], name="one_decision_per_round"),
            models.CheckConstraint(
                condition=models.Q(verdict="accepted") | ~models.Q(note=""), name="return_gives_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.entry} · {self.get_verdict_display()}"
