"""A way of narrowing the queue that somebody gave a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The own ones first, then those that colleagues share; each by name."""
        seen = self.filter(Q(owner=user) | Q(is_shared=True))
        return seen.order_by(models.Case(models.When(owner=user, then=0), default=1), "name", "pk")


class SavedView(models.Model):
    """The filter of the queue under a name: one's own, or shared with everybody who reviews."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("whose")
    )
    name = models.CharField(_("name"), max_length=40)
    # As it stands in the address, of fields that the filter knows; empty: the whole queue.
    query = models.CharField(_("filter"), max_length=1000, blank=True)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)
    created_at = models.DateTimeField(_("saved at"), default=now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_by_name"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        query = f"?{self.query}" if self.query else ""
        return reverse("assessments:queue") + query
