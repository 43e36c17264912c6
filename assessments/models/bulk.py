"""Decisions made on many entries at once."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Role

from .assignment import Assignment
from .ledger import LedgerEntry
from .review import Review


class BulkDecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All of them to the director, to other reviewers the own ones."""
        if user.has_role(Role.DIRECTOR):
            return self
        return self.filter(by=user) if user.has_role(Role.CASE_OFFICER) else self.none()


class BulkDecision(models.Model):
    """One act on many entries: what, by whom, and whether it was undone."""

    class Kind(models.TextChoices):
        ACCEPT = "accept", _("accepted together")
        SEND_BACK = "send_back", _("returned together")
        EXTEND = "extend", _("given more time together")
        ASSIGN = "assign", _("assigned together")

    # What the reviewer is told of records given together.
    VERBS = {
        "assign": _("assigned to you"),
        "take_back": _("no longer assigned to you"),
    }

    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    note = models.TextField(_("to the units"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=now)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = BulkDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk decision")
        verbose_name_plural = _("bulk decisions")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.get_kind_display()

    def get_absolute_url(self):
        return reverse("assessments:bulk", args=[self.pk])


class BulkLine(models.Model):
    """One entry of it, with what undoing needs."""

    bulk = models.ForeignKey(BulkDecision, models.CASCADE, related_name="lines", verbose_name=_("act"))
    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="+", verbose_name=_("entry"))
    # Gone once that decision was undone.
    review = models.OneToOneField(
        Review, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("review")
    )
    # Gone once it was taken back.
    assignment = models.OneToOneField(
        Assignment, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("assignment")
    )
    # Of what was accepted before it went back: what each claim got, so that undoing accepts it again.
    points_before = models.JSONField(_("points before"), null=True, blank=True, editable=False)
    # Of more time: the day before, and the day that was given.
    day_before = models.DateField(_("due before"), null=True, blank=True)
    day_given = models.DateField(_("due now"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a bulk decision")
        verbose_name_plural = _("lines of bulk decisions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["bulk", "entry"], name="bulk_entry_once")]

    def __str__(self):
        return self.entry.told_title
