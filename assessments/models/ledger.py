"""The ledger: what a unit did, what it proves, and the files that show it."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from civportal.lib.search import Known
from units.models import Findable, Stateful, User
from units.models.finding import FindableQuerySet

from .cycle import Cycle, Stage
from .duty import Duty
from .standard import Indicator


class LedgerEntryQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """The own units' entries, drafts included; and those handed in by the units one sees."""
        handed_in = ~Q(status=LedgerEntry.Status.DRAFT)
        seen = handed_in if user.reads_all else handed_in & Q(unit__in=user.seen_ids)
        return self.filter(Q(unit__in=user.unit_ids) | seen)

    def awaiting_review(self):
        """What the office has to decide, oldest first."""
        return self.filter(status=LedgerEntry.Status.SUBMITTED).order_by("submitted_at", "pk")

    def to_decide_by(self, user):
        """What this person has to decide, oldest first: of the open year, and not of the own unit or tree."""
        waiting = self.awaiting_review().filter(cycle__status=Cycle.Status.OPEN)
        return waiting.exclude(unit__in=user.seen_ids)

    def for_listing(self):
        """Everything the lists show, in one query."""
        return self.select_related("unit__category", "cycle").annotate(
            file_count=Count("files", distinct=True), claim_count=Count("claims", distinct=True)
        )

    def in_hand(self, unit_year):
        """What the unit has to finish or correct, longest untouched first."""
        return (
            self.filter(cycle=unit_year.cycle, unit=unit_year.unit)
            .filter(status__in=[LedgerEntry.Status.RETURNED, LedgerEntry.Status.DRAFT])
            .order_by("updated_at", "pk")
        )

    def untouched(self):
        """Drafts that were begun and nothing more: only a title, no word and no file yet."""
        return self.filter(
            status=LedgerEntry.Status.DRAFT,
            version=0,
            held_on__isnull=True,
            place="",
            text="",
            files__isnull=True,
        )

    def claiming(self, indicator):
        return self.filter(Exists(Claim.objects.filter(entry=OuterRef("pk"), indicator=indicator)))


class LedgerEntry(Findable, Stateful):
    """One record of the year: what, when, where, in words and files."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", _("activity")
        MEETING = "meeting", _("meeting")
        DEPLOYMENT = "deployment", _("deployment")
        REPORT = "report", _("report, summary or bulletin")
        SELF_CHECK = "self_check", _("self-check report")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    MOVES = {
        "submit": ({Status.DRAFT, Status.RETURNED}, Status.SUBMITTED),
        "withdraw": ({Status.SUBMITTED}, Status.DRAFT),
        "send_back": ({Status.SUBMITTED}, Status.RETURNED),
        "accept": ({Status.SUBMITTED}, Status.ACCEPTED),
        "reopen": ({Status.ACCEPTED}, Status.SUBMITTED),
    }
    VERBS = {
        "create": _("record begun"),
        "edit": _("record edited"),
        "add_file": _("file added"),
        "remove_file": _("file removed"),
        "submit": _("handed in"),
        "withdraw": _("taken back"),
        "send_back": _("returned"),
        "accept": _("accepted"),
        "reopen": _("decision reopened"),
        "pass_on": _("passed to the successor"),
        "hand_over": _("passed to you to go on with"),
    }
    TONES = {"submitted": "info", "returned": "bad", "accepted": "good"}
    FIND_FIELDS = frozenset({"title", "receipt", "unit"})
    FOUND_THROUGH = {"units.Unit": "unit"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="entries", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="entries", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    kind = models.CharField(_("kind of record"), max_length=20, choices=Kind, default=Kind.ACTIVITY)
    # What the unit owed and hands in with this record.
    answers = models.ForeignKey(
        Duty, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("answers")
    )
    # A draft may have gaps; handing in asks for all four.
    title = models.CharField(_("what"), max_length=80)
    held_on = models.DateField(_("when"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=80, blank=True)
    text = models.TextField(_("what happened"), max_length=2000, blank=True)
    indicators = models.ManyToManyField(Indicator, through="Claim", related_name="entries")
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    receipt = models.CharField(_("receipt"), max_length=20, null=True, blank=True, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), default=now)
    updated_at = models.DateTimeField(_("saved at"), default=now)
    first_submitted_at = models.DateTimeField(_("first handed in at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed in by"),
    )
    # Set when a reviewer first opens this round; from then on the unit cannot take it back.
    opened_at = models.DateTimeField(_("opened by the office"), null=True, blank=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    receipt__isnull=False,
                    held_on__isnull=False,
                ),
                name="entry_handed_in_has_receipt",
            )
        ]
        indexes = [
            models.Index(fields=["status", "submitted_at", "id"], name="entry_queue"),
            models.Index(fields=["unit", "cycle", "status"], name="entry_of_unit"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("assessments:entry", args=[self.pk])

    def own_texts(self):
        """What was done, and the receipt."""
        return [Known(self.title), Known(self.receipt or "", _("receipt"))]

    def found_with(self):
        return [self.unit]

    @classmethod
    def find_prefetch(cls):
        return ("unit__names", "unit__pasts")

    @classmethod
    def find_rows(cls):
        return super().find_rows().select_related("unit").only("title", "receipt", "unit__name")

    @property
    def is_editable(self):
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def is_late(self):
        """Handed in first after the due date of the ledger stage, China time."""
        stage = self.cycle.stage(Stage.Kind.LEDGER)
        return bool(stage and self.first_submitted_at and stage.is_late(localdate(self.first_submitted_at)))

    @property
    def last_review(self):
        """The newest decision, or None before the first; reviews come in the order of the rounds."""
        return next(iter(reversed(self.reviews.all())), None)

    def audience(self, verb):
        """The unit hears of every decision."""
        if verb in ("send_back", "accept", "reopen"):
            return User.objects.liaisons_of(self.unit)
        return []


class Claim(models.Model):
    """An entry offered as proof of one indicator; a reviewer gives it points."""

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="claims", verbose_name=_("entry"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="claims", verbose_name=_("indicator")
    )
    # Unknown until an accepted entry decides it; zero means looked at and not counted.
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["indicator__sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "indicator"], name="claim_once_per_indicator"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="claim_points_are_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.entry} · {self.indicator.code}"
