"""Calibration (评分校准): reviewers mark the same sample, each alone, and talk about what lies apart."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Role, Stateful, User

from .conflict import free_to_decide, recusal
from .cycle import Cycle, new_seed
from .ledger import LedgerEntry
from .standard import Indicator

# Where a record is in the office's hands: only then it is marked.
AT_HAND = (LedgerEntry.Status.SUBMITTED, LedgerEntry.Status.ACCEPTED)


class CalibrationRoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All of them to those who hold them; to reviewers the closed ones, and the open ones that are
        also theirs. People of units never learn that there are any."""
        if user.has_role(Role.DIRECTOR):
            return self
        if not user.has_role(Role.CASE_OFFICER):
            return self.none()
        open_ones = Q(status=CalibrationRound.Status.OPEN, pk__in=self.model.objects.of_reviewer(user))
        return self.filter(open_ones | Q(status=CalibrationRound.Status.CLOSED))

    def of_reviewer(self, user):
        """Numbers of the rounds in which this person takes part."""
        return CalibrationReviewer.objects.filter(person=user).order_by().values("round")

    def closed(self):
        return self.filter(status=CalibrationRound.Status.CLOSED)

    def for_listing(self):
        """The newest first, with how many items and reviewers, in one query."""
        return (
            self.select_related("cycle")
            .annotate(
                item_count=Count("items", distinct=True),
                reviewer_count=Count("reviewers", distinct=True),
                finished_count=Count(
                    "reviewers", filter=Q(reviewers__finished_at__isnull=False), distinct=True
                ),
            )
            .order_by("-cycle__year", "-number")
        )


class CalibrationRound(Stateful):
    """One sample of a year that several reviewers mark to compare their measure. It counts nowhere."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", _("being marked")
        CLOSED = "closed", _("closed")

    MOVES = {"open": ({Status.DRAFT}, Status.OPEN), "close": ({Status.OPEN}, Status.CLOSED)}
    VERBS = {
        "create": _("calibration round prepared"),
        "draw": _("sample drawn anew"),
        "add_item": _("item added by hand"),
        "remove_item": _("item taken out"),
        "choose": _("reviewers chosen"),
        "open": _("calibration round opened"),
        "mark": _("item marked"),
        "finish": _("marks finished"),
        "close": _("calibration round closed"),
        "delete": _("calibration round thrown away"),
    }
    TONES = {"open": "info", "closed": "good"}

    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="calibration_rounds", verbose_name=_("year")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    seed = models.PositiveBigIntegerField(_("number to draw by"), default=new_seed)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    created_at = models.DateTimeField(_("prepared at"), default=now)
    opened_at = models.DateTimeField(_("round opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("round closed at"), null=True, blank=True)

    objects = CalibrationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration round")
        verbose_name_plural = _("calibration rounds")
        ordering = ["-cycle", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="calibration_number_once"),
            models.UniqueConstraint(
                fields=["cycle"], condition=Q(status="open"), name="one_calibration_open"
            ),
        ]

    def __str__(self):
        return str(
            _("Calibration %(year)s no. %(number)s") % {"year": self.cycle.year, "number": self.number}
        )

    def get_absolute_url(self):
        return reverse("assessments:calibration", args=[self.pk])

    @property
    def is_draft(self):
        return self.status == self.Status.DRAFT

    @property
    def is_open(self):
        return self.status == self.Status.OPEN

    @property
    def is_closed(self):
        return self.status == self.Status.CLOSED

    @cached_property
    def parts(self):
        """Person's number → whether finished, of everybody who takes part."""
        rows = self.reviewers.values_list("person", "finished_at") if self.pk else ()
        return {person: finished_at is not None for person, finished_at in rows}

    def audience(self, verb):
        """Whoever takes part hears that there is something to mark, and that the marks can be compared."""
        return User.objects.filter(calibrations__round=self, is_active=True)


class CalibrationReviewer(models.Model):
    """Who takes part in a round, and whether the marks are finished: from then on they stay."""

    round = models.ForeignKey(
        CalibrationRound, models.CASCADE, related_name="reviewers", verbose_name=_("calibration round")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="calibrations", verbose_name=_("reviewer")
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("reviewer of a calibration round")
        verbose_name_plural = _("reviewers of calibration rounds")
        ordering = ["person__name", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="calibration_reviewer_once")]

    def __str__(self):
        return f"{self.round} · {self.person}"


class CalibrationItemQuerySet(models.QuerySet):
    def at_hand(self):
        """Those whose record is in the office's hands; what a unit corrects meanwhile is left out."""
        return self.filter(entry__status__in=AT_HAND)

    def markable_by(self, user):
        """Those that this person may judge: no conflict of interest, and not written by them for the unit."""
        free = LedgerEntry.objects.filter(free_to_decide(user, "pk"))
        free = free.exclude(on_behalf=True, created_by=user).order_by()
        return self.at_hand().filter(entry__in=free.values("pk"))

    def for_marking(self):
        """With all that a page shows of the record and its indicator."""
        found = self.select_related("round__cycle", "entry__unit", "entry__cycle", "indicator")
        return found.prefetch_related("indicator__levels")


class CalibrationItem(models.Model):
    """One record beside one indicator that it claims. It names no claim, so that it counts nowhere."""

    VERBS = {"edit": _("reference mark or agreed line changed")}

    round = models.ForeignKey(
        CalibrationRound, models.CASCADE, related_name="items", verbose_name=_("calibration round")
    )
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="+", verbose_name=_("entry"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    # What the one who holds the round would give; told with the marks, not before.
    reference = models.DecimalField(
        _("reference mark"), max_digits=6, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0)],
    )  # fmt: skip
    # What was agreed on in the talk (口径); it stands beside the indicator wherever it is reviewed.
    line = models.CharField(_("line agreed on"), max_length=300, blank=True)
    # Counts every change; a form carries the version it was opened with.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = CalibrationItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of a calibration round")
        verbose_name_plural = _("items of calibration rounds")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "entry", "indicator"], name="calibration_item_once"),
            models.CheckConstraint(
                condition=Q(reference__isnull=True) | Q(reference__gte=0),
                name="calibration_reference_is_not_negative",
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code} · {self.entry.told_title}"

    def get_absolute_url(self):
        return reverse("assessments:calibration_item", args=[self.pk])

    @property
    def is_at_hand(self):
        return self.entry.status in AT_HAND

    def bars(self, user):
        """Whether this person judges nothing of it; `markable_by` is the same for lists."""
        wrote = self.entry.on_behalf and self.entry.created_by_id == user.pk
        return wrote or recusal(user).bars(self.entry.unit_id, self.entry_id)


class CalibrationMarkQuerySet(models.QuerySet):
    def told(self):
        """Those that may be compared: of whoever has finished, and all of a closed round."""
        is_closed = Q(item__round__status=CalibrationRound.Status.CLOSED)
        finished = CalibrationReviewer.objects.filter(finished_at__isnull=False)
        is_finished = models.Exists(
            finished.filter(round=models.OuterRef("item__round"), person=models.OuterRef("by"))
        )
        return self.filter(is_closed | is_finished)


class CalibrationMark(models.Model):
    """What a reviewer would give for an item. Blind, and for comparing only."""

    item = models.ForeignKey(
        CalibrationItem, models.CASCADE, related_name="marks", verbose_name=_("item of a calibration round")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="calibration_marks",
        verbose_name=_("reviewer"),
    )
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    note = models.CharField(_("for the talk"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=now)

    objects = CalibrationMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration mark")
        verbose_name_plural = _("calibration marks")
        ordering = ["item", F("points").desc(), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "by"], name="calibration_mark_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="calibration_mark_is_not_negative"),
        ]

    def __str__(self):
        return f"{self.item} · {self.by}"
