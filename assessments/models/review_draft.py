"""What a reviewer has in hand of a record that is not decided yet."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .ledger import Claim, LedgerEntry


class ReviewDraftQuerySet(models.QuerySet):
    def own(self, user, entry):
        """What this person has in hand of the record's present round; nobody else's is ever asked for."""
        return self.filter(by=user, entry=entry, round=entry.round)


class ReviewDraft(models.Model):
    """One reviewer's unfinished judgement of one round: blind, and gone once the record is decided."""

    # No way leads from a record to it, so that nothing that prints, lists or exports records comes upon it.
    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="+", verbose_name=_("entry"))
    round = models.PositiveSmallIntegerField(_("round"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("reviewer")
    )
    note = models.TextField(_("to the unit"), blank=True)
    at = models.DateTimeField(_("when"), default=now)

    objects = ReviewDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("review in hand")
        verbose_name_plural = _("reviews in hand")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "round", "by"], name="draft_once_per_reviewer")
        ]

    def __str__(self):
        return f"{self.entry} · {self.by}"


class DraftMarkQuerySet(models.QuerySet):
    def given_by(self, user):
        """The points that this person has in hand, of the present round of each record."""
        own = self.filter(draft__by=user, draft__round=F("draft__entry__round"))
        return own.filter(points__isnull=False).order_by()

    def left_by(self, user, entries, indicator):
        """Of these entries what the person opens to judge the indicator: those without points in hand
        for it, and those that have all their points and only wait to be accepted."""
        given = self.given_by(user).filter(draft__entry=OuterRef("pk"), claim__indicator=indicator)
        missing = Claim.objects.exclude(pk__in=self.given_by(user).values("claim"))
        return entries.filter(~Exists(given) | ~Exists(missing.filter(entry=OuterRef("pk"))))


class DraftMark(models.Model):
    """What a reviewer means to give one claim, with what was seen in its files."""

    draft = models.ForeignKey(ReviewDraft, models.CASCADE, related_name="marks", verbose_name=_("draft"))
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="+", verbose_name=_("claim"))
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    confirmed = models.JSONField(_("confirmed"), default=list, blank=True)

    objects = DraftMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("points in hand")
        verbose_name_plural = _("points in hand")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "claim"], name="draft_mark_once_per_claim"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="draft_points_are_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.draft} · {self.claim.indicator.code}"
