"""Sessions: who is signed in, from where, since when."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .person import User


class SessionQuerySet(models.QuerySet):
    def open(self):
        """Those that have not run out, last seen first."""
        return self.filter(expire_date__gt=now()).order_by("-seen_at", "-pk")

    def other_than(self, key):
        """All but the one with that key, which is the one that asks."""
        return self.exclude(session_key=key or "")


class Session(AbstractBaseSession):
    """One browser that is signed in, or a stranger's that has something to remember.

    Rows go by a plain number: the key opens the session and is shown to nobody.
    """

    id = models.BigAutoField(primary_key=True)
    session_key = models.CharField(_("session key"), max_length=40, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, editable=False, related_name="sessions", verbose_name=_("person")
    )
    address = models.GenericIPAddressField(_("network address"), null=True, editable=False)
    # The browser's words for itself, made short: "Chrome · Windows".
    device = models.CharField(_("device"), max_length=60, blank=True, editable=False)
    started_at = models.DateTimeField(_("signed in"), default=now, editable=False)
    # Written every ten minutes at most.
    seen_at = models.DateTimeField(_("last seen"), default=now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("open session")
        verbose_name_plural = _("open sessions")
        ordering = ["-seen_at", "-pk"]

    def __str__(self):
        return ", ".join(filter(None, [self.device, self.address]))
