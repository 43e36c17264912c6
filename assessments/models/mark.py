"""What each of several reviewers gave a claim, before the record is decided."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .ledger import Claim
from .review import Review


class MarkQuerySet(models.QuerySet):
    def of_round(self, entry):
        """The marks of the record's present round, the first one first."""
        return self.filter(claim__entry=entry, round=entry.round).order_by("at", "pk")

    def told(self):
        """Those that may be seen: the round is decided by them. All others are nobody's to see."""
        accepted = Review.objects.filter(
            entry=OuterRef("claim__entry"), round=OuterRef("round"), verdict=Review.Verdict.ACCEPTED
        )
        return self.filter(Exists(accepted))


class Mark(models.Model):
    """A reviewer's own points for one claim in one round. Blind: whoever marks sees no other mark."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="marks", verbose_name=_("claim"))
    round = models.PositiveSmallIntegerField(_("round"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="marks", verbose_name=_("reviewer")
    )
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    # The word to the unit that goes with all marks of this reviewer in this round.
    note = models.TextField(_("to the unit"), blank=True)
    # Of what the recipe wants to be seen: what this reviewer saw.
    confirmed = models.JSONField(_("confirmed"), default=list, blank=True)
    # Given by the one who saw the others' marks, which were too far apart; it counts alone.
    settles = models.BooleanField(_("arbitrates"), default=False)
    at = models.DateTimeField(_("when"), default=now)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("reviewer's mark")
        verbose_name_plural = _("reviewers' marks")
        ordering = ["claim", "round", "at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "round", "by"], name="mark_once_per_reviewer"),
            models.UniqueConstraint(
                fields=["claim", "round"], condition=Q(settles=True), name="claim_arbitrated_once"
            ),
            models.CheckConstraint(condition=Q(points__gte=0), name="mark_points_are_not_negative"),
        ]

    def __str__(self):
        return f"{self.claim} · {self.by}"
