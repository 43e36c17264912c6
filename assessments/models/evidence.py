"""The files that show what a ledger entry tells."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import KeptManager, Removable

from .ledger import LedgerEntry


class EvidenceFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A file is seen by those who see its entry; thrown away, by its unit and where it was handed in."""
        shown = Q(removed_at__isnull=True) | Q(editions__isnull=False) | Q(entry__unit__in=user.unit_ids)
        return self.filter(shown, entry__in=LedgerEntry.objects.visible_to(user)).distinct()

    def thrown_away_from(self, entry):
        """The files in the entry's bin, newest first; asked of `every`."""
        return self.filter(entry=entry, removed_at__isnull=False).order_by("-removed_at", "-pk")


class EvidenceFile(Removable):
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
        DOC = "doc", _("old Word or WPS document")
        XLS = "xls", _("old spreadsheet")
        OFD = "ofd", _("OFD document")
        CSV = "csv", _("list in plain text")

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="files", verbose_name=_("entry"))
    name = models.CharField(_("file name"), max_length=200)
    caption = models.CharField(_("what it shows"), max_length=80, blank=True)
    position = models.PositiveIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    # The one in whose place it came; that one lies in the bin.
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("replaces")
    )
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
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return self.kind in (self.Kind.JPG, self.Kind.PNG)
