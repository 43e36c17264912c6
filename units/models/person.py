"""People and what they are to the portal."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rules import has_perm

from civportal.lib.clock import now
from civportal.lib.names import plain_name

SYSTEM = "system"


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("administrator")
    DIRECTOR = "director", _("office director")
    CASE_OFFICER = "case_officer", _("case officer")
    LIAISON = "liaison", _("unit liaison")


OFFICE_ROLES = {Role.ADMINISTRATOR, Role.DIRECTOR, Role.CASE_OFFICER}


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        """A person with a login; without a password nobody can sign in as them yet."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        """The first administrator, made from a terminal."""
        user = self.create_user(username, password, **fields)
        Membership.objects.create(user=user, role=Role.ADMINISTRATOR)
        return user

    def system(self):
        """The named user as whom scripts act, so that the trail never has a gap."""
        user, _created = self.get_or_create(username=SYSTEM, defaults={"name": "系统", "is_active": False})
        return user


class UserQuerySet(models.QuerySet):
    def office(self):
        return self.filter(memberships__role__in=OFFICE_ROLES, is_active=True).distinct()

    def liaisons_of(self, unit):
        return self.filter(memberships__role=Role.LIAISON, memberships__unit=unit, is_active=True).distinct()

    def people(self):
        """Everybody except the system itself."""
        return self.exclude(username=SYSTEM)

    def visible_to(self, user):
        """Those who run the office know everybody; others know themselves."""
        if user.has_role(Role.ADMINISTRATOR, Role.DIRECTOR):
            return self.people()
        return self.filter(pk=user.pk)

    def named(self, text):
        """People whose name, account or unit holds the text."""
        return self.filter(
            Q(name__icontains=text)
            | Q(username__icontains=text)
            | Q(memberships__unit__match_name__contains=plain_name(text))
        )

    def blocked(self):
        return self.filter(is_active=False)

    def waiting(self):
        """Accounts whose one-time password has not been replaced yet."""
        return self.filter(is_active=True, must_set_password=True)

    def for_listing(self):
        """Everything the list of people shows, in two queries; the office's own people come first."""
        held = Membership.objects.select_related("unit")
        return (
            self.prefetch_related(models.Prefetch("memberships", held))
            .annotate(place=models.Min("memberships__unit__sort_order"))
            .order_by(models.F("place").asc(nulls_first=True), "pk")
        )


class User(AbstractBaseUser):
    """A person with an account, issued by the office.

    What a person may do follows from the roles held, by the policies; there are no groups and no
    permissions stored beside them.
    """

    VERBS = {
        "issue_account": _("account issued"),
        "set_password": _("password set"),
        "reset_password": _("one-time password issued"),
        "block": _("account blocked"),
        "unblock": _("account unblocked"),
    }

    username = models.CharField(_("account"), max_length=60, unique=True)
    name = models.CharField(_("full name"), max_length=60)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # Issued with a one-time password: the first sign-in leads to choosing one's own.
    must_set_password = models.BooleanField(_("must set a password"), default=False)
    joined_at = models.DateTimeField(_("issued"), default=now)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["pk"]

    def __str__(self):
        return self.name

    def has_perm(self, permission, record=None):
        """Ask the policies; a blocked account may do nothing."""
        return self.is_active and has_perm(permission, self, record)

    def has_module_perms(self, app_label):
        """The Django admin shows its apps to those who may open it."""
        return self.is_staff

    @cached_property
    def roles(self):
        """All memberships, read once per request."""
        return list(self.memberships.select_related("unit")) if self.pk else []

    def has_role(self, *roles):
        return any(membership.role in roles for membership in self.roles)

    @property
    def is_office(self):
        return self.has_role(*OFFICE_ROLES)

    @property
    def is_staff(self):
        """Who may open the Django admin."""
        return self.is_active and self.has_role(Role.ADMINISTRATOR)

    @property
    def unit_ids(self):
        """The units this person works for."""
        return [membership.unit_id for membership in self.roles if membership.unit_id]

    @property
    def workplace(self):
        """The unit this person works for, or None for the office's own people."""
        return next((membership.unit for membership in self.roles if membership.unit_id), None)

    @property
    def account_state(self):
        """Blocked, not made one's own yet, or in use: (tone, word)."""
        if not self.is_active:
            return "bad", _("blocked")
        return ("info", _("one-time password")) if self.must_set_password else ("good", _("in use"))

    def works_for(self, unit):
        return unit.pk in self.unit_ids


class Membership(models.Model):
    """A person in a role, for one unit or for the office."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        "units.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("unit"),
    )

    class Meta:
        verbose_name = _("role held")
        verbose_name_plural = _("roles held")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit"], name="membership_once_per_unit"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(unit__isnull=True), name="membership_once_in_the_office"
            ),
            models.CheckConstraint(
                condition=Q(role=Role.LIAISON, unit__isnull=False)
                | (~Q(role=Role.LIAISON) & Q(unit__isnull=True)),
                name="liaisons_have_a_unit_and_the_office_none",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} · {self.unit}" if self.unit_id else self.get_role_display()
