"""An entry as it was handed in: the frozen copy by which it is judged and scored."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .evidence import EvidenceFile
from .ledger import LedgerEntry


class EntryEdition(models.Model):
    """What the unit handed in that time, word for word and file for file; it never changes."""

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="editions", verbose_name=_("entry"))
    number = models.PositiveSmallIntegerField(_("number"))
    # {field: value in words}, and {captions: {file: caption}}
    content = models.JSONField(_("content"))
    files = models.ManyToManyField(EvidenceFile, related_name="editions", verbose_name=_("files"))
    made_at = models.DateTimeField(_("handed in at"), default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed in by")
    )

    class Meta:
        verbose_name = _("edition of a record")
        verbose_name_plural = _("editions of records")
        ordering = ["entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="entry_edition_numbered_once")
        ]

    def __str__(self):
        return f"{self.entry} · {self.number}"
