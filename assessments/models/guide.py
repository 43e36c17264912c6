"""How a record of a kind is written well: why it is asked, a good and a bad example, a text to begin with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .ledger import LedgerEntry


class RecordGuide(models.Model):
    """The office's own words for one kind of record; a kind without a row has the usual ones."""

    VERBS = {"edit": _("guide changed")}

    kind = models.CharField(_("kind of record"), max_length=20, choices=LedgerEntry.Kind, unique=True)
    why = models.CharField(_("why it is asked"), max_length=200)
    good = models.TextField(_("a good example"), max_length=500)
    bad = models.TextField(_("a bad example"), max_length=500, blank=True)
    template = models.TextField(_("text to begin with"), max_length=500, blank=True)
    # Counts every change; a form carries the version it was opened with.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        verbose_name = _("guide to a kind of record")
        verbose_name_plural = _("guides to the kinds of record")
        ordering = ["kind"]

    def __str__(self):
        return self.get_kind_display()
