"""The files that show what a ledger entry tells."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .ledger import LedgerEntry


class EvidenceFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is seen by those who see its entry."""
        return self.filter(entry__in=LedgerEntry.objects.visible_to(user))


class EvidenceFile(models.Model):
    """A file that shows what an entry tells, kept privately under the hash of its content."""

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

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="files", verbose_name=_("entry"))
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
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
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
        ]
        # Where else the same content is.
        indexes = [models.Index(fields=["sha256"], name="evidence_by_content")]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return self.kind in (self.Kind.JPG, self.Kind.PNG)
