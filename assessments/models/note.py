"""What the office writes down about a record among itself. No unit ever reads it.

It is a table of its own, not a kind of message: nothing that a unit opens asks this table.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Role

from .conflict import free_to_decide
from .ledger import LedgerEntry
from .standard import Indicator


class InternalNoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For who reviews, about units with which there is no conflict of interest."""
        if not user.has_role(Role.CASE_OFFICER, Role.DIRECTOR):
            return self.none()
        return self.filter(entry__in=LedgerEntry.objects.filter(free_to_decide(user, "pk")))

    def of(self, entry):
        """The notes about one record, the oldest first, with what their list shows."""
        return self.filter(entry=entry).select_related("by", "indicator")


class InternalNote(models.Model):
    """One remark of a reviewer to the colleagues; it stays as it was written."""

    # What happened to it is told without its words: history is read by more people than notes are.
    VERBS = {"write": _("internal note written")}
    LONGEST = 1000

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="+", verbose_name=_("entry"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("indicator")
    )
    text = models.TextField(_("internal note"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=now)

    objects = InternalNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something")]

    def __str__(self):
        return str(_("internal note %(number)s")) % {"number": self.pk}
