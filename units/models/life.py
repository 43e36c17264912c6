"""The life of units: how they were before each act that changed them, and who came from whom."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .finding import Naming, NamingQuerySet
from .unit import Category, Unit

# What of a unit can be asked for any day; everything else is known as it is now.
DATED = (
    "name",
    "uscc",
    "category",
    "participation",
    "supervisor",
    "town",
    "top_leader",
    "leader_in_charge",
)


class LifeAct(models.Model):
    """An act that changed units from a day on, by a document."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("renamed")
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        DISSOLVE = "dissolve", _("dissolved")
        CHANGE = "change", _("changed")

    kind = models.CharField(_("act"), max_length=10, choices=Kind)
    # The first day on which the new state holds.
    on = models.DateField(_("from"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered"), default=now)

    class Meta:
        verbose_name = _("act in a unit's life")
        verbose_name_plural = _("acts in units' lives")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="change") | ~Q(document_number=""), name="life_act_has_a_document"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.on}"


class UnitPastQuerySet(NamingQuerySet):
    def in_force(self, day):
        """The one past of each unit that holds on the day; units that have not changed since have none."""
        earlier = self.model.objects.filter(
            unit=OuterRef("unit"), until_on__gt=day, until_on__lt=OuterRef("until_on")
        )
        return self.filter(~Exists(earlier), until_on__gt=day)


class UnitPast(Naming):
    """How a unit was until the day before `until_on`; what it is now stands in the unit itself."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="pasts", verbose_name=_("unit"))
    until_on = models.DateField(_("until"))
    act = models.ForeignKey(
        LifeAct, models.PROTECT, null=True, blank=True, related_name="pasts", verbose_name=_("act")
    )
    # The list that said otherwise from that day on; undoing it forgets this past.
    batch = models.ForeignKey(
        "units.ImportBatch",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="pasts",
        verbose_name=_("import"),
    )
    name = models.CharField(_("name"), max_length=100)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    participation = models.CharField(_("participation"), max_length=20, choices=Unit.Participation)
    supervisor = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supervising unit")
    )
    town = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("town")
    )
    top_leader = models.CharField(_("top leader"), max_length=60, blank=True)
    leader_in_charge = models.CharField(_("leader in charge"), max_length=60, blank=True)

    objects = UnitPastQuerySet.as_manager()

    class Meta:
        verbose_name = _("past of a unit")
        verbose_name_plural = _("pasts of units")
        ordering = ["unit", "until_on"]
        constraints = [models.UniqueConstraint(fields=["unit", "until_on"], name="unit_past_once_per_day")]

    def __str__(self):
        return f"{self.name} –{self.until_on}"


class Succession(models.Model):
    """One unit that came from another one, by merger or split."""

    act = models.ForeignKey(LifeAct, models.PROTECT, related_name="successions", verbose_name=_("act"))
    before = models.ForeignKey(Unit, models.PROTECT, related_name="successors", verbose_name=_("before"))
    after = models.ForeignKey(Unit, models.PROTECT, related_name="predecessors", verbose_name=_("after"))

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["act", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="succession_once"),
            models.CheckConstraint(condition=~Q(before=F("after")), name="nobody_succeeds_itself"),
        ]

    def __str__(self):
        return f"{self.before} → {self.after}"


def was(day, **facts):
    """The condition that these facts (fields of DATED) held of a unit on that day."""
    then = UnitPast.objects.in_force(day)
    unchanged = ~Q(pk__in=then.values("unit"))
    return Q(pk__in=then.filter(**facts).values("unit")) | (unchanged & Q(**facts))


def existing_on(units, day):
    """Those of the units that existed on that day; an unknown beginning excludes nobody."""
    founded = Q(founded_on__isnull=True) | Q(founded_on__lte=day)
    return units.filter(founded).exclude(was(day, participation=Unit.Participation.ENDED))


def as_they_were(units, day):
    """The units with what DATED names as it was on that day; in memory only, never to be saved."""
    units = list(units)
    then = UnitPast.objects.in_force(day).filter(unit__in=units)
    pasts = {past.unit_id: past for past in then.select_related("category__parent", "supervisor", "town")}
    for unit in units:
        for name in DATED if unit.pk in pasts else ():
            setattr(unit, name, getattr(pasts[unit.pk], name))
    return units
