"""Binders: a unit's year as a bound book and as an archive, for one unit or for many."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Stateful

from .cycle import Cycle


def expiry():
    """Until when a binder is kept: it can be made anew at any time."""
    return now() + timedelta(days=Binder.KEPT_DAYS)


class LedgerClass(models.Model):
    """A class of the ledger's catalogue, and what files under it by itself: nobody is asked."""

    # What a kind of record that no class names files under.
    FOR_THE_REST = "09"

    number = models.CharField(_("number"), max_length=2, unique=True)
    name = models.CharField(_("name"), max_length=40)
    # Codes of kinds of record, and of what the portal knows besides records.
    kinds = models.JSONField(_("kinds of record"), default=list, blank=True)
    parts = models.JSONField(_("further parts"), default=list, blank=True)

    class Meta:
        verbose_name = _("class of the ledger")
        verbose_name_plural = _("classes of the ledger")
        ordering = ["number"]

    def __str__(self):
        return f"{self.number} {self.name}"


class BinderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who read everything see every binder; others those of which they see every unit."""
        if user.reads_all:
            return self
        parts = BinderVolume.objects.filter(binder=OuterRef("pk"))
        return self.filter(Exists(parts)).exclude(Exists(parts.exclude(unit__in=user.seen_ids)))

    def kept(self):
        """Those that are there, or on their way."""
        return self.filter(status__in=[Binder.Status.MAKING, Binder.Status.READY])

    def being_made(self, **of):
        """Those begun within a day; of older ones the first books no longer say how things stand."""
        since = now() - timedelta(days=1)
        return self.filter(status=Binder.Status.MAKING, begun_at__gt=since, **of).order_by("-begun_at")

    def for_listing(self):
        """Everything the list shows, in one query, newest first."""
        made = Q(volumes__made_at__isnull=False)
        counted = self.annotate(
            unit_count=models.Count("volumes"), made_count=models.Count("volumes", filter=made)
        )
        return counted.select_related("cycle", "unit", "made_by").order_by("-begun_at", "-pk")

    def expired(self):
        """Those whose time is over, begun ones that nobody finished among them."""
        return self.kept().filter(expires_at__lte=now())


class Binder(Stateful):
    """The year of one unit or of several, gathered, bound and packed; kept for two weeks."""

    # Where in the store its books and lists lie.
    FOLDER = "binders"
    KEPT_DAYS = 14
    # Whoever began a step and has not come back by then is taken to have broken off.
    STEP = timedelta(minutes=3)

    class Scope(models.TextChoices):
        UNIT = "unit", _("one unit")
        TOWN = "town", _("a town with its units")
        TREE = "tree", _("a department with the units below it")
        ALL = "all", _("all units")

    class Status(models.TextChoices):
        MAKING = "making", _("being made")
        READY = "ready", _("ready")
        CANCELLED = "cancelled", _("stopped")
        REMOVED = "removed", _("removed")

    MOVES = {
        "finish": ({Status.MAKING}, Status.READY),
        "cancel": ({Status.MAKING}, Status.CANCELLED),
        "remove": ({Status.READY}, Status.REMOVED),
    }
    VERBS = {
        "make": _("binder begun"),
        "finish": _("binder ready"),
        "cancel": _("binder stopped"),
        "remove": _("binder removed"),
        "take_book": _("book downloaded"),
        "take_archive": _("archive downloaded"),
    }
    TONES = {"making": "info", "ready": "good"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="binders", verbose_name=_("year"))
    scope = models.CharField(_("whose"), max_length=10, choices=Scope)
    # The unit, the town or the department; empty for all.
    unit = models.ForeignKey(
        "units.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.MAKING)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    begun_at = models.DateTimeField(_("begun"), default=now)
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), default=expiry)
    # Somebody's step is under way since then.
    stepping_at = models.DateTimeField(null=True, blank=True, editable=False)
    # As the archive calls it, whatever the unit is called later.
    folder = models.CharField(_("folder"), max_length=60, editable=False)
    # Of the archive as it is sent, and of the manifest in it, which holds the fingerprint of every file.
    size = models.PositiveBigIntegerField(_("size"), default=0)
    sha256 = models.CharField(_("fingerprint of the manifest"), max_length=64, blank=True)
    # The list of what stands beside the units' folders; empty where there is one unit.
    parts_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = BinderQuerySet.as_manager()

    class Meta:
        verbose_name = _("binder")
        verbose_name_plural = _("binders")
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="all", unit__isnull=True) | (~Q(scope="all") & Q(unit__isnull=False)),
                name="binder_names_its_unit",
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | (Q(ready_at__isnull=False) & ~Q(sha256="")),
                name="binder_ready_has_a_fingerprint",
            ),
        ]
        indexes = [models.Index(fields=["status", "expires_at"], name="binder_by_expiry")]

    def __str__(self):
        whose = self.unit.name if self.unit else self.get_scope_display()
        return f"{whose} {self.cycle.year}"

    def get_absolute_url(self):
        return reverse("assessments:binder", args=[self.pk])

    @property
    def is_making(self):
        return self.status == self.Status.MAKING

    @property
    def is_ready(self):
        return self.status == self.Status.READY

    @property
    def is_of_one(self):
        return self.scope == self.Scope.UNIT

    @cached_property
    def unit_numbers(self):
        """The numbers of the units in it, read once."""
        return set(self.volumes.values_list("unit_id", flat=True))


class BinderVolume(models.Model):
    """One unit's part of a binder: made file by file, then bound."""

    binder = models.ForeignKey(Binder, models.CASCADE, related_name="volumes", verbose_name=_("binder"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    number = models.PositiveIntegerField(_("number"))
    folder = models.CharField(_("folder"), max_length=60, editable=False)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    # While it is made: what became of every original, by "folder/sha256"; see `binder_files`.
    checked = models.JSONField(default=dict, editable=False)
    file_total = models.PositiveIntegerField(_("files to look at"), default=0)
    entry_count = models.PositiveIntegerField(_("records"), default=0)
    file_count = models.PositiveIntegerField(_("originals"), default=0)
    # Originals that are not in the archive because they are lost or changed, and those not in the book.
    missing_count = models.PositiveIntegerField(_("missing originals"), default=0)
    hidden_count = models.PositiveIntegerField(_("not shown in the book"), default=0)
    page_count = models.PositiveIntegerField(_("pages"), default=0)
    book_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    book_size = models.PositiveBigIntegerField(_("size of the book"), default=0)
    size = models.PositiveBigIntegerField(_("size of the archive"), default=0)
    sha256 = models.CharField(_("fingerprint of the manifest"), max_length=64, blank=True)
    # The list of everything in its folder of the archive, kept in the store.
    parts_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("part of a binder")
        verbose_name_plural = _("parts of a binder")
        ordering = ["binder", "number"]
        constraints = [
            models.UniqueConstraint(fields=["binder", "unit"], name="binder_holds_a_unit_once"),
            models.UniqueConstraint(fields=["binder", "number"], name="binder_volume_once_per_number"),
        ]

    def __str__(self):
        return f"{self.number} {self.unit}"

    @property
    def checked_count(self):
        """How many of its files are looked at so far."""
        return len(self.checked)
