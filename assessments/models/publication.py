"""What the public sees: rankings released as frozen, dated versions."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib import search
from units.models import Stateful, Unit, User
from units.models.person import OWN_ROLES

from .cycle import Cycle, UnitYear
from .honor import Award
from .standard import grade_name


class ReleaseIsFrozen(RuntimeError):
    """Somebody tried to change or delete a row of a released ranking."""


class RankingReleaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every version is public, a withdrawn one with its note."""
        return self

    def published(self):
        return self.filter(status=RankingRelease.Status.PUBLISHED)

    def for_listing(self):
        """Every version ever released, newest first, in one query."""
        return self.select_related("cycle", "released_by").order_by("-released_at", "-pk")

    def newest(self):
        """The version in force, or None before the first."""
        return self.published().for_listing().first()


class RankingRelease(Stateful):
    """One dated version of a year's ranking. Its rows are copies and never follow later scores."""

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {"withdraw": ({Status.PUBLISHED}, Status.WITHDRAWN)}
    VERBS = {"release": _("ranking released"), "withdraw": _("ranking withdrawn")}
    TONES = {"published": "good", "withdrawn": "warn"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="releases", verbose_name=_("year"))
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=80)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PUBLISHED)
    released_at = models.DateTimeField(_("released at"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    # Values still missing when the director confirmed the release all the same.
    unset_count = models.PositiveIntegerField(_("not yet assessed"), default=0)
    unit_count = models.PositiveIntegerField(_("units"), default=0)
    # By what the places were found: kept here, so that the version explains itself for ever.
    standard_name = models.CharField(_("standard"), max_length=80, blank=True)
    # What the x-ray still showed and why it may stand: [{code, title, count, reason}]; for the office.
    exceptions = models.JSONField(_("released although"), default=list, blank=True)
    grades = models.JSONField(_("grades"), default=list)
    ties = models.JSONField(_("tie rule"), default=list)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_note = models.CharField(_("why withdrawn"), max_length=300, blank=True)

    objects = RankingReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("ranking release")
        verbose_name_plural = _("ranking releases")
        ordering = ["-released_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="release_number_once"),
            models.CheckConstraint(
                condition=Q(status="published") | (~Q(withdrawn_note="") & Q(withdrawn_at__isnull=False)),
                name="withdrawn_release_says_why",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="release_has_a_title"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("assessments:public_ranking", args=[self.pk])

    @property
    def is_published(self):
        return self.status == self.Status.PUBLISHED

    def newer_version(self):
        """The newest published version of the same year that came after this one, or None."""
        return self.cycle.releases.published().filter(number__gt=self.number).order_by("-number").first()

    def grade_name(self, code):
        """The grade as the edition called it on the day of the release."""
        return grade_name(self.grades, code)

    def audience(self, verb):
        """Every unit that has a place in it hears that it is out, and that it was taken back."""
        return User.objects.holding(OWN_ROLES, unit__places__release=self).filter(is_active=True)


class RankingRowQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise ReleaseIsFrozen("a released ranking is never changed")

    def delete(self):
        raise ReleaseIsFrozen("a released ranking is never deleted")


class RankingRow(models.Model):
    """One unit's place in a released ranking, frozen with every number it rests on."""

    release = models.ForeignKey(
        RankingRelease, models.PROTECT, related_name="rows", verbose_name=_("ranking release")
    )
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="places", verbose_name=_("unit"))
    unit_name = models.CharField(_("unit"), max_length=100)
    # Empty for units that the register has not sorted into a kind.
    kind_name = models.CharField(_("kind"), max_length=40, blank=True)
    kind_order = models.PositiveSmallIntegerField(default=0)
    # The second level of the kind "unit": organ, institution, enterprise …
    subkind_name = models.CharField(_("category"), max_length=40, blank=True)
    rank = models.PositiveIntegerField(_("place"))
    base = models.DecimalField(_("base score"), max_digits=6, decimal_places=2)
    # What an adopted moderation of severity added or took away.
    moderation = models.DecimalField(_("moderation"), max_digits=6, decimal_places=2, default=0)
    bonus = models.DecimalField(_("bonus"), max_digits=6, decimal_places=2)
    deductions = models.DecimalField(_("deductions"), max_digits=6, decimal_places=2)
    total = models.DecimalField(_("final score"), max_digits=6, decimal_places=2)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    unset_count = models.PositiveSmallIntegerField(_("not yet assessed"), default=0)

    objects = RankingRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a ranking")
        verbose_name_plural = _("places in a ranking")
        ordering = ["kind_order", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "unit"], name="unit_ranked_once"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="places_start_at_one"),
        ]

    def __str__(self):
        return f"{self.rank} {self.unit_name}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ReleaseIsFrozen("a released ranking is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ReleaseIsFrozen("a released ranking is never deleted")

    @property
    def grade_name(self):
        """The grade as the release calls it."""
        return self.release.grade_name(self.grade)


def public_units():
    """The units that have a public page: those that take part, and those that once did.

    A body outside the county or one that never took part is nobody's to look up here.
    """
    took_part = (
        Exists(UnitYear.objects.filter(unit=OuterRef("pk")))
        | Exists(Award.objects.filter(unit=OuterRef("pk")))
        | Exists(RankingRow.objects.filter(unit=OuterRef("pk")))
    )
    return Unit.objects.filter(Q(participation=Unit.Participation.PARTICIPATING) | took_part)


def public_units_named(text):
    """Public units whose present or former name holds the text; codes and contacts find nothing."""
    return public_units().finding(text, openly=True) if search.words(text) else public_units()
