"""How a unit organizes its creation work: leaders, leading group, office, and who answers for what."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .unit import Unit


def paper_field(label):
    """A document of the unit that proves what stands beside it."""
    return models.ForeignKey(
        "units.Paper", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Organization(models.Model):
    """What a unit has arranged for its creation work; the leaders themselves stand in the unit."""

    JOINT = ("joint_party", "joint_administration", "joint_union", "joint_youth")
    TOGETHER = ("planned_together", "deployed_together", "checked_together", "rewarded_together")
    PAPERS = ("group_paper", "first_person_paper", "together_paper", "goals_paper")

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="organization", verbose_name=_("unit"))
    group_head = models.CharField(_("head of the leading group"), max_length=60, blank=True)
    group_deputies = models.TextField(_("deputy heads"), max_length=500, blank=True)
    group_members = models.TextField(_("members of the leading group"), max_length=2000, blank=True)
    group_paper = paper_field(_("document that set up the leading group"))
    office_name = models.CharField(_("creation office"), max_length=80, blank=True)
    office_contact = models.CharField(_("contact of the creation office"), max_length=60, blank=True)
    office_tel = models.CharField(_("telephone of the creation office"), max_length=60, blank=True)
    other_leaders = models.TextField(_("duty division of the other leaders"), max_length=2000, blank=True)
    first_person_responsibility = models.BooleanField(_("the first person is responsible"), default=False)
    first_person_paper = paper_field(_("document of the first-person responsibility"))
    joint_party = models.BooleanField(_("party organization takes part"), default=False)
    joint_administration = models.BooleanField(_("administration takes part"), default=False)
    joint_union = models.BooleanField(_("trade union takes part"), default=False)
    joint_youth = models.BooleanField(_("youth league takes part"), default=False)
    planned_together = models.BooleanField(_("planned together"), default=False)
    deployed_together = models.BooleanField(_("deployed together"), default=False)
    checked_together = models.BooleanField(_("checked together"), default=False)
    rewarded_together = models.BooleanField(_("rewarded and punished together"), default=False)
    together_paper = paper_field(_("document of the four togethers"))
    in_party_goals = models.BooleanField(_("among the party committee's goals"), default=False)
    goals_paper = paper_field(_("document of the goals"))
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        verbose_name = _("organization of the creation work")
        verbose_name_plural = _("organizations of the creation work")
        ordering = ["unit"]

    def __str__(self):
        return str(self.unit)

    def get_absolute_url(self):
        return reverse("units:organization", args=[self.unit_id])

    @property
    def joint_bodies(self):
        """(who takes part, whether) for party, administration, union and youth league."""
        return self.answers(self.JOINT)

    @property
    def four_togethers(self):
        """(what is done together with the other work, whether)."""
        return self.answers(self.TOGETHER)

    def answers(self, names):
        return [(self._meta.get_field(name).verbose_name, getattr(self, name)) for name in names]


@dataclass(frozen=True)
class Tenure:
    """Who held a post of the unit, from when until when; None where the register does not know."""

    name: str
    since: date | None
    until: date | None


def tenures(unit, post):
    """Everybody who was the unit's `top_leader` or `leader_in_charge`, newest first."""
    found, since = [], unit.founded_on
    pasts = unit.pasts.order_by("until_on").values_list(post, "until_on")
    for name, until_on in [*pasts, (getattr(unit, post), None)]:
        until = until_on and until_on - timedelta(days=1)
        if found and found[-1].name == name:
            found[-1] = Tenure(name, found[-1].since, until)
        else:
            found.append(Tenure(name, since, until))
        since = until_on
    return [tenure for tenure in reversed(found) if tenure.name]
