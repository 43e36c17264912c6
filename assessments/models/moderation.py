"""Moderation (宽严校正): the decision that points are corrected by how severe their reviewers are."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Role, Stateful, User

from .cycle import Cycle
from .score import ScoreSheet

# Who reads and decides on it: whoever leads the office, and who keeps the portal as a second person.
KEEPERS = (Role.DIRECTOR, Role.ADMINISTRATOR)


class ModerationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who decide on it; units see the line on their own sheet."""
        return self if user.has_role(*KEEPERS) else self.none()

    def standing(self):
        """What waits for a second person, or is adopted: one at a time for a year."""
        return self.filter(status__in=Moderation.STANDING)

    def to_decide_by(self, user):
        """What waits for this person as the second one: nobody adopts an own proposal."""
        return self.visible_to(user).filter(status=Moderation.Status.ASKED).exclude(proposed_by=user)

    def for_listing(self):
        return self.select_related("cycle", "proposed_by", "decided_by").order_by("-proposed_at", "-pk")


class Moderation(Stateful):
    """One proposal with all its numbers as they were looked at, adopted by a second person or not."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waits for a second person")
        ADOPTED = "adopted", _("adopted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        "adopt": ({Status.ASKED}, Status.ADOPTED),
        "refuse": ({Status.ASKED}, Status.REFUSED),
        "withdraw": ({Status.ASKED, Status.ADOPTED}, Status.WITHDRAWN),
    }
    VERBS = {
        "propose": _("moderation proposed"),
        "adopt": _("moderation adopted"),
        "refuse": _("moderation refused"),
        "withdraw": _("moderation withdrawn"),
    }
    TONES = {"asked": "info", "adopted": "good", "refused": "bad", "withdrawn": "warn"}
    STANDING = (Status.ASKED, Status.ADOPTED)

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="moderations", verbose_name=_("year"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ASKED)
    reason = models.CharField(_("why it is needed"), max_length=300)
    minutes = models.CharField(_("document number or minutes"), max_length=100)
    # Tells whether what is adopted is still what was looked at.
    digest = models.CharField(max_length=64, editable=False)
    compared = models.PositiveIntegerField(_("marked by several"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ModerationQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderation")
        verbose_name_plural = _("moderations")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(status__in=["asked", "adopted"]), name="one_moderation_stands"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(minutes=""), name="moderation_gives_reason_and_minutes"
            ),
            models.CheckConstraint(
                condition=~Q(status="adopted")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="moderation_takes_a_second_person",
            ),
        ]

    def __str__(self):
        return f"{self.cycle.year} · {self.minutes}"

    def get_absolute_url(self):
        return reverse("assessments:moderation", args=[self.pk])

    @property
    def is_adopted(self):
        return self.status == self.Status.ADOPTED

    def audience(self, verb):
        """Whoever could be the second person hears that one is proposed, the proposer what is decided."""
        keepers = User.objects.holding(KEEPERS).filter(is_active=True)
        return keepers if verb == "propose" else [self.proposed_by]


class ModerationLine(models.Model):
    """By how much one unit's final score moves, with every number it comes from."""

    moderation = models.ForeignKey(
        Moderation, models.CASCADE, related_name="lines", verbose_name=_("moderation")
    )
    sheet = models.ForeignKey(
        ScoreSheet, models.CASCADE, related_name="moderation_lines", verbose_name=_("score sheet")
    )
    value = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    # As looked at: final score and place before and after.
    total = models.DecimalField(_("final score"), max_digits=6, decimal_places=2)
    rank_before = models.PositiveIntegerField(_("place before"))
    rank_after = models.PositiveIntegerField(_("place after"))
    # [{code, name, maximum, counted, corrected}] of every indicator that moves.
    parts = models.JSONField(_("indicators"), default=list)

    class Meta:
        verbose_name = _("line of a moderation")
        verbose_name_plural = _("lines of moderations")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["moderation", "sheet"], name="sheet_moderated_once")]

    def __str__(self):
        return f"{self.sheet} {self.value:+}"

    @property
    def moderated_total(self):
        return self.total + self.value

    @property
    def moved(self):
        """Places gained; below zero lost."""
        return self.rank_before - self.rank_after
