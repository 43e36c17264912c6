"""What the portal does by itself from time to time, and when it last did."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now


class PeriodicRun(models.Model):
    """One run of one job for one slot of time; the same slot never runs twice."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    job = models.CharField(_("job"), max_length=40)
    # "2026-11-25" for a daily job, "2026-11-25 08" for an hourly one.
    slot = models.CharField(_("for"), max_length=16)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.RUNNING)
    began_at = models.DateTimeField(_("began"), default=now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # What it did in a number, or why it failed in a line.
    done_count = models.PositiveIntegerField(_("how much"), default=0)
    error = models.CharField(_("why it failed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("run of a periodic job")
        verbose_name_plural = _("runs of periodic jobs")
        ordering = ["-began_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="periodic_run_once_per_slot")]

    def __str__(self):
        return f"{self.job} {self.slot}"
