"""What is thrown away lies in a bin for a month before it is gone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

KEPT_FOR = timedelta(days=30)


class KeptManager(models.Manager):
    """The records that are not in the bin."""

    def get_queryset(self):
        return super().get_queryset().filter(removed_at__isnull=True)


class Removable(models.Model):
    """A record that its people can throw away and fetch back.

    `objects` are the records that are kept: whatever lists them need not think of the bin. `every`
    has those in the bin, too.
    """

    removed_at = models.DateTimeField(_("thrown away at"), null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("thrown away by"),
    )

    every = models.Manager()
    objects = KeptManager()

    class Meta:
        abstract = True
        base_manager_name = "every"
        default_manager_name = "objects"

    @property
    def is_removed(self):
        return self.removed_at is not None

    @property
    def gone_on(self):
        """The moment from which it cannot be fetched back any more."""
        return self.removed_at + KEPT_FOR

    def throw_away(self, *, by):
        """Put it into the bin; the caller holds its lock and saves."""
        self.removed_at, self.removed_by = now(), by

    def fetch_back(self):
        """Take it out of the bin; the caller holds its lock and saves."""
        self.removed_at = self.removed_by = None


def overdue(records):
    """Of these records, those that have lain in the bin for a month."""
    return records.filter(removed_at__lt=now() - KEPT_FOR)
