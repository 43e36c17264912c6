"""Letters by e-mail: written by the portal, and held until the office or the clock lets them go."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .person import Role
from .state import Stateful


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The outbox is kept by the administrator and the director."""
        return self if user.has_role(Role.ADMINISTRATOR, Role.DIRECTOR) else self.none()

    def for_listing(self):
        return self.select_related("to").order_by("-written_at", "-pk")

    def holding_still(self):
        """Those that go only when somebody lets them go."""
        return self.filter(status__in=OutgoingLetter.MOVES["queue"][0])

    def waiting(self):
        """What goes out with the next run; nothing goes to a blocked account, or without an address."""
        queued = self.filter(status=OutgoingLetter.Status.QUEUED, to__is_active=True)
        return queued.exclude(address="")


class OutgoingLetter(Stateful):
    """One e-mail to one person."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("to be looked at")
        HELD = "held", _("held back")
        QUEUED = "queued", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")
        DISCARDED = "discarded", _("discarded")

    MOVES = {
        "queue": ({Status.DRAFT, Status.HELD, Status.FAILED}, Status.QUEUED),
        "hold": ({Status.DRAFT, Status.QUEUED}, Status.HELD),
        "discard": ({Status.DRAFT, Status.HELD, Status.QUEUED, Status.FAILED}, Status.DISCARDED),
        # Marked before the mail server has it, so that none goes out twice; taken back if it is refused.
        "send": ({Status.QUEUED}, Status.SENT),
        "fail": ({Status.SENT}, Status.FAILED),
    }
    VERBS = {
        "create": _("letter written"),
        "edit": _("letter changed"),
        "queue": _("let go"),
        "hold": _("held back"),
        "discard": _("discarded"),
        "send": _("sent"),
        "fail": _("not delivered"),
    }
    TONES = {"draft": "info", "held": "warn", "queued": "info", "sent": "good", "failed": "bad"}

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters", verbose_name=_("to")
    )
    address = models.EmailField(_("e-mail"))
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("text"))
    # One letter for one occasion, however often the run that writes it is repeated.
    key = models.CharField(max_length=120, unique=True, editable=False)
    written_at = models.DateTimeField(_("written"), default=now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("why it was not delivered"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing letter")
        verbose_name_plural = _("outbox")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False), name="letter_sent_has_moment"
            )
        ]
        indexes = [models.Index(fields=["status", "id"], name="letter_queue")]

    def __str__(self):
        return self.subject

    def get_absolute_url(self):
        return reverse("units:outgoing_letter", args=[self.pk])

    @property
    def is_editable(self):
        return self.status in (self.Status.DRAFT, self.Status.HELD, self.Status.FAILED)
