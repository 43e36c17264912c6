"""What the office decided on an entry, and what exactly it wants changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .evidence import EvidenceFile
from .ledger import LedgerEntry
from .standard import Indicator


class ReturnReasonQuerySet(models.QuerySet):
    def offered(self):
        """Those that a reviewer can choose."""
        return self.filter(is_offered=True)

    def with_use(self):
        """Each with how often returns gave it, the most frequent first."""
        return self.annotate(use_count=models.Count("points")).order_by("-use_count", "sort_order", "pk")

    def frequent(self, kind):
        """Why records of this kind came back, the most frequent reason first."""
        of_kind = models.Count("points", filter=models.Q(points__review__entry__kind=kind))
        return self.annotate(use_count=of_kind).filter(use_count__gt=0).order_by("-use_count", "sort_order")


class ReturnReason(models.Model):
    """A reason that returns give often, worded once: what is wrong, and what the unit does about it."""

    VERBS = {"create": _("reason added"), "edit": _("reason changed")}

    title = models.CharField(_("reason"), max_length=40, unique=True)
    text = models.CharField(_("what the unit reads"), max_length=200)
    is_offered = models.BooleanField(_("offered to reviewers"), default=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    # Counts every change; a form carries the version it was opened with.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = ReturnReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason for a return")
        verbose_name_plural = _("reasons for returns")
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return self.title


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
    # The first person of the unit who opened what was returned.
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("seen by"),
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True, editable=False)

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


class ReturnPoint(models.Model):
    """One thing that a return wants changed: where in the record, and why.

    It is pinned to one field, one indicator or one file; without any of them it means the whole record.
    """

    # The place where further files are wanted, beside the fields of the record.
    FILES = "files"

    review = models.ForeignKey(Review, models.CASCADE, related_name="points", verbose_name=_("review"))
    field = models.CharField(_("field"), max_length=20, blank=True)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    file = models.ForeignKey(
        EvidenceFile, models.PROTECT, null=True, blank=True, related_name="points", verbose_name=_("file")
    )
    reason = models.ForeignKey(
        ReturnReason, models.PROTECT, null=True, blank=True, related_name="points", verbose_name=_("reason")
    )
    note = models.CharField(_("in your own words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("point of a return")
        verbose_name_plural = _("points of returns")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(field="", indicator__isnull=True)
                | models.Q(field="", file__isnull=True)
                | models.Q(indicator__isnull=True, file__isnull=True),
                name="point_is_pinned_to_one",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__isnull=False) | ~models.Q(note=""), name="point_says_why"
            ),
        ]

    def __str__(self):
        return f"{self.place} · {self.words}" if self.place else self.words

    @property
    def place(self):
        """Where in the record, as people call it; empty for the whole record."""
        if self.field == self.FILES:
            return str(_("evidence"))
        if self.field:
            return str(LedgerEntry._meta.get_field(self.field).verbose_name)
        return str(self.indicator or self.file or "")

    @property
    def words(self):
        """The reason of the library and the reviewer's own line."""
        return " ".join(filter(None, [self.reason and self.reason.text, self.note]))

    @property
    def is_whole(self):
        return not (self.field or self.indicator_id or self.file_id)
