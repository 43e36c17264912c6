"""Papers: the documents that prove what the register says."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who may read the unit's page may read its papers."""
        return self if user.reads_register else self.filter(unit__in=user.seen_ids)


class Paper(models.Model):
    """A document about a unit: its number and date, and the scan where there is one."""

    FOLDER = "papers"

    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="papers", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=120)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    dated_on = models.DateField(_("date of the document"), null=True, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    # jpg, png or pdf, by content; empty when only the number is known.
    kind = models.CharField(_("kind"), max_length=10, blank=True)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"), default=now)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a unit")
        verbose_name_plural = _("documents of units")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(number="") | ~models.Q(sha256=""), name="paper_has_a_number_or_a_file"
            )
        ]

    def __str__(self):
        return f"{self.title} {self.number}".strip()

    def get_absolute_url(self):
        return reverse("units:paper", args=[self.pk])
