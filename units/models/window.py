"""Service windows of a unit: where the public is served, and what it is promised there."""

import secrets

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import today
from civportal.lib.search import Known, Sound

from .finding import Findable, FindableQuerySet
from .unit import Unit

# No letter or digit that is mistaken for another one when somebody types the address from paper.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def new_code():
    """Twelve characters (59 bits) that nobody guesses; the public address of a window never changes."""
    return "".join(secrets.choice(READABLE) for _ in range(12))


class WindowQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """Who may read the unit's page may read about its windows."""
        return self if user.reads_register else self.filter(unit__in=user.seen_ids)

    def open(self):
        """Windows at which the public is served today."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=today()))

    def closed(self):
        return self.filter(closed_on__lte=today())

    def for_listing(self):
        """Everything the list of windows shows, in one query, in the office's order of units."""
        return self.select_related("unit__town").order_by("unit__sort_order", "unit", "sort_order", "pk")


class Window(Findable):
    """A place at which a unit serves the public, with a page and a QR sheet of its own."""

    VERBS = {"close": _("taken out of service"), "reopen": _("in service again")}
    FIND_FIELDS = frozenset({"name", "place", "unit"})
    FOUND_THROUGH = {"units.Unit": "unit"}
    # What everybody reads; no number of a person may stand in it.
    PUBLIC = ("name", "place", "hours", "services", "promise", "first_contact")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="windows", verbose_name=_("unit"))
    code = models.SlugField(_("public address"), max_length=20, unique=True, default=new_code, editable=False)
    name = models.CharField(_("name of the window"), max_length=60)
    place = models.CharField(_("where it is"), max_length=120)
    hours = models.CharField(_("opening hours"), max_length=200)
    services = models.TextField(_("services"), max_length=2000)
    promise = models.TextField(_("public promise"), max_length=2000, blank=True)
    first_contact = models.TextField(_("first-contact responsibility"), max_length=1000, blank=True)
    staff_count = models.PositiveSmallIntegerField(
        _("window staff"), null=True, blank=True, validators=[MaxValueValidator(9999)]
    )
    is_hot_post = models.BooleanField(_("hot post"), default=False)
    # The first day on which nobody is served here any more.
    closed_on = models.DateField(_("closed since"), null=True, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0, validators=[MaxValueValidator(9999)])
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = WindowQuerySet.as_manager()

    class Meta:
        verbose_name = _("service window")
        verbose_name_plural = _("service windows")
        ordering = ["unit", "sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="window_name_once_per_unit"),
            models.CheckConstraint(condition=~Q(name=""), name="window_has_a_name"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("units:window", args=[self.pk])

    def own_texts(self):
        """Its name and how it sounds, and where it is."""
        return [Known(self.name, sound=Sound.FULL), Known(self.place, _("where it is"))]

    def found_with(self):
        return [self.unit]

    @classmethod
    def find_prefetch(cls):
        return ["unit__names", "unit__pasts"]

    @property
    def public_address(self):
        """The page everybody may read, to which the QR sheet leads."""
        return reverse("units:public_window", args=[self.code])

    @property
    def is_open(self):
        return self.closed_on is None or self.closed_on > today()

    @property
    def state(self):
        """Open or closed, as a badge shows it: (tone, word)."""
        return ("good", _("in service")) if self.is_open else ("idle", _("out of service"))


class WindowStaff(models.Model):
    """Somebody who serves at a window, known to the public by the number on the badge."""

    window = models.ForeignKey(Window, models.CASCADE, related_name="staff", verbose_name=_("service window"))
    badge_number = models.CharField(_("badge number"), max_length=20)
    duty = models.CharField(_("duty at the window"), max_length=60, blank=True)
    # For the office and the unit; never on a public page.
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("window staff member")
        verbose_name_plural = _("window staff members")
        ordering = ["window", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["window", "badge_number"], name="badge_once_per_window"),
            models.CheckConstraint(condition=~Q(badge_number=""), name="window_staff_has_a_badge"),
        ]

    def __str__(self):
        return f"{self.badge_number} {self.duty}".strip()
