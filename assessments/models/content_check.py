"""How the contents in the store were when they were last looked at."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now


class ContentCheck(models.Model):
    """The last look at one content of evidence: whether it is there and still the one that was kept."""

    class State(models.TextChoices):
        WHOLE = "whole", _("whole")
        MISSING = "missing", _("not found in the store")
        DAMAGED = "damaged", _("changed since it was kept")

    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True)
    state = models.CharField(_("how it was found"), max_length=10, choices=State)
    looked_at = models.DateTimeField(_("looked at"), default=now, db_index=True)

    class Meta:
        verbose_name = _("look at a content")
        verbose_name_plural = _("looks at contents")
        ordering = ["looked_at", "pk"]

    def __str__(self):
        return f"{self.sha256[:12]} {self.get_state_display()}"
