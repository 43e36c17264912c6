"""Accounts that people ask for themselves; the office decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from civportal.lib.names import plain_name

from .person import Role, User
from .state import Stateful

# What somebody may ask to be: roles for one unit, nothing in the office.
ASKABLE_ROLES = (Role.LIAISON, Role.DEPUTY, Role.UNIT_LEADER, Role.SUPERVISOR)


class AccountRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """They hold telephone numbers: for whoever issues accounts, and nobody else."""
        return self if user.has_role(Role.ADMINISTRATOR) else self.none()

    def pending(self):
        return self.filter(status=AccountRequest.Status.PENDING)

    def for_listing(self):
        """Everything the list shows, in one query: what waits comes first, the longest waiting at the top."""
        waits = models.Case(models.When(status=AccountRequest.Status.PENDING, then=0), default=1)
        return self.select_related("unit", "person").order_by(waits, "asked_at", "pk")


class AccountRequest(Stateful):
    """Somebody asks for an account; no account and no right follows from it until the office agrees."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    MOVES = {
        "approve": ({Status.PENDING}, Status.APPROVED),
        "refuse": ({Status.PENDING}, Status.REFUSED),
    }
    VERBS = {
        "ask": _("account asked for"),
        "approve": _("account approved"),
        "refuse": _("account refused"),
    }
    TONES = {"pending": "info", "approved": "good", "refused": "bad"}

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PENDING)
    # As it was typed; the unit, where exactly one of the register is called so.
    unit_name = models.CharField(_("unit as typed"), max_length=100)
    unit = models.ForeignKey(
        "units.Unit",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="account_requests",
        verbose_name=_("unit"),
    )
    name = models.CharField(_("full name"), max_length=60)
    match_name = models.CharField(max_length=100, editable=False)
    phone = models.CharField(_("telephone"), max_length=30)
    match_phone = models.CharField(max_length=30, editable=False)
    role = models.CharField(_("role"), max_length=20, choices=[(role, role.label) for role in ASKABLE_ROLES])
    reason = models.CharField(_("why"), max_length=300, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=now)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account issued"),
    )

    objects = AccountRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for an account")
        verbose_name_plural = _("requests for accounts")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            # Asked twice is one request: the second time says what the person means now.
            models.UniqueConstraint(
                fields=["match_name", "match_phone"],
                condition=Q(status="pending"),
                name="account_asked_for_once",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", person__isnull=False)
                | (~Q(status="approved") & Q(person__isnull=True)),
                name="approved_request_has_an_account",
            ),
        ]

    def __str__(self):
        return f"{self.name} · {self.unit_name}"

    def save(self, *args, **kwargs):
        for field, plain in self.matches.items():
            setattr(self, field, plain)
        super().save(*args, **kwargs)

    @property
    def matches(self):
        """Who asks, however name and number are written: field → value."""
        return {"match_name": plain_name(self.name), "match_phone": digits(self.phone)}

    def get_absolute_url(self):
        return reverse("units:account_request", args=[self.pk])

    def audience(self, verb):
        """Whoever issues accounts hears that somebody asks for one."""
        return User.objects.holding([Role.ADMINISTRATOR]).filter(is_active=True) if verb == "ask" else []


def digits(phone):
    """The number as it is dialed, however it is written."""
    return "".join(sign for sign in plain_name(phone) if sign in "0123456789")
