"""The files that show what a ledger entry tells, or that belong to a plan."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .ledger import LedgerEntry
from .plan import Plan


class EvidenceFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is seen by those who see its entry or its plan.

        What a unit lays to an accepted plan while it changes it is its own until it hands in again.
        """
        of_entries = Q(entry__in=LedgerEntry.objects.visible_to(user))
        of_plans = Q(plan__in=Plan.objects.visible_to(user))
        seen = ~Q(plan__status__in=Plan.WRITTEN_IN, plan__edition__gt=0) | Q(edition__isnull=False)
        return self.filter(of_entries | of_plans & (Q(plan__unit__in=user.unit_ids) | seen))

    def current(self):
        """Those that were not taken off."""
        return self.filter(removed_at__isnull=True)


class EvidenceFile(models.Model):
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

    entry = models.ForeignKey(
        LedgerEntry, models.CASCADE, null=True, blank=True, related_name="files", verbose_name=_("entry")
    )
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="files", verbose_name=_("plan")
    )
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    # What the file of a plan comes to, phase by phase.
    key_points = models.TextField(_("key points, phase by phase"), max_length=1000, blank=True)
    # The first accepted edition of the plan that has it. From then on it is kept, taken off or not.
    edition = models.PositiveSmallIntegerField(_("since edition"), null=True, blank=True)
    removed_at = models.DateTimeField(_("taken off at"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=now)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "sha256"], name="evidence_once_per_entry"),
            models.UniqueConstraint(
                fields=["plan", "sha256"], condition=Q(removed_at__isnull=True), name="evidence_once_per_plan"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, plan__isnull=True)
                | Q(entry__isnull=True, plan__isnull=False),
                name="evidence_belongs_to_one",
            ),
            # What is taken off a record, or a plan before it was accepted, is gone.
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(plan__isnull=False, edition__isnull=False),
                name="evidence_kept_for_an_edition",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def record(self):
        """What it belongs to."""
        return self.plan or self.entry

    @property
    def is_picture(self):
        return self.kind in (self.Kind.JPG, self.Kind.PNG)
