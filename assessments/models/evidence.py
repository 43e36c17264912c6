"""The files that show what a ledger entry tells, or that belong to a plan."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from civportal.lib.filetypes import PICTURES
from units.models import KeptManager, Removable

from .ledger import LedgerEntry
from .plan import Plan


class EvidenceFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is seen by those who see its entry or plan; in the bin, by its unit or where it was frozen.

        What a unit lays to an accepted plan while it changes it is its own until it hands in again.
        """
        own = Q(entry__unit__in=user.unit_ids) | Q(plan__unit__in=user.unit_ids)
        kept = Q(removed_at__isnull=True) | Q(editions__isnull=False) | Q(since_edition__isnull=False)
        settled = ~Q(plan__status__in=Plan.WRITTEN_IN, plan__edition__gt=0) | Q(since_edition__isnull=False)
        of_entries = Q(entry__in=LedgerEntry.objects.visible_to(user))
        of_plans = Q(plan__in=Plan.objects.visible_to(user)) & settled
        of_own_plans = Q(plan__in=Plan.objects.visible_to(user), plan__unit__in=user.unit_ids)
        return self.filter(own | kept, of_entries | of_plans | of_own_plans).distinct()

    def first_photos(self):
        """The first three photos of each record that is listed; to be fetched for many records at once."""
        photos = self.filter(kind__in=PICTURES).order_by("position", "pk")
        return models.Prefetch("files", photos[:3], to_attr="first_photos")

    def thrown_away_from(self, record):
        """The files in the bin of an entry or a plan, newest first; asked of `every`."""
        of_record = Q(plan=record) if isinstance(record, Plan) else Q(entry=record)
        return self.filter(of_record, removed_at__isnull=False).order_by("-removed_at", "-pk")


class EvidenceFile(Removable):
    """A file of a ledger entry or a plan, kept privately under the hash of its content."""

    # Where in the store the contents lie.
    FOLDER = "evidence"
    # The word of its addresses.
    ADDRESS = "evidence"

    class Kind(models.TextChoices):
        DOCX = "docx", _("Word document")
        XLSX = "xlsx", _("spreadsheet")
        PDF = "pdf", "PDF"
        JPG = "jpg", _("photo")
        PNG = "png", _("picture")
        DOC = "doc", _("old Word or WPS document")
        XLS = "xls", _("old spreadsheet")
        OFD = "ofd", _("OFD document")
        CSV = "csv", _("list in plain text")

    entry = models.ForeignKey(
        LedgerEntry, models.CASCADE, null=True, blank=True, related_name="files", verbose_name=_("entry")
    )
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="files", verbose_name=_("plan")
    )
    name = models.CharField(_("file name"), max_length=200)
    caption = models.CharField(_("what it shows"), max_length=80, blank=True)
    position = models.PositiveIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    # Of a photo, as the camera says; empty is unknown, which says nothing against it.
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    # The one in whose place it came; that one lies in the bin.
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
    # What the file of a plan comes to, phase by phase.
    key_points = models.TextField(_("key points, phase by phase"), max_length=1000, blank=True)
    # The first accepted edition of the plan that has it. From then on it is kept, thrown away or not.
    since_edition = models.PositiveSmallIntegerField(_("since edition"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=now)

    objects = KeptManager.from_queryset(EvidenceFileQuerySet)()
    every = EvidenceFileQuerySet.as_manager()

    class Meta(Removable.Meta):
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="evidence_once_per_entry",
            ),
            models.UniqueConstraint(
                fields=["plan", "sha256"], condition=Q(removed_at__isnull=True), name="evidence_once_per_plan"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="evidence_taken_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, plan__isnull=True)
                | Q(entry__isnull=True, plan__isnull=False),
                name="evidence_belongs_to_one",
            ),
        ]
        # Where else the same content is.
        indexes = [models.Index(fields=["sha256"], name="evidence_by_content")]

    def __str__(self):
        return self.name

    @property
    def record(self):
        """What it belongs to."""
        return self.plan or self.entry

    @property
    def place(self):
        """Where a photo was taken, as latitude and longitude in plain digits; "" when that is unknown."""
        return "" if self.latitude is None else f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def is_picture(self):
        return self.kind in PICTURES
