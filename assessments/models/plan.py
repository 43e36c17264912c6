"""What a unit means to do this year."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.search import Known
from units.models import Findable, Stateful, User
from units.models.finding import FindableQuerySet

from .cycle import Cycle


class PlanQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """The own units' plans, drafts included; and those handed in by the units one sees."""
        handed_in = ~Q(status=Plan.Status.DRAFT)
        seen = handed_in if user.reads_all else handed_in & Q(unit__in=user.seen_ids)
        return self.filter(Q(unit__in=user.unit_ids) | seen)

    def awaiting_review(self):
        return self.filter(status=Plan.Status.SUBMITTED)

    def for_listing(self):
        """Everything the list shows, newest year first, in the office's order of units."""
        plans = self.select_related("unit", "cycle").annotate(item_count=models.Count("items"))
        return plans.order_by("-cycle__year", "unit__sort_order", "pk")


class Plan(Findable, Stateful):
    """A unit's annual plan, with items that each name an owner and an overseer."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("annual plan")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    MOVES = {
        "submit": ({Status.DRAFT, Status.RETURNED}, Status.SUBMITTED),
        "withdraw": ({Status.SUBMITTED}, Status.DRAFT),
        "send_back": ({Status.SUBMITTED}, Status.RETURNED),
        "accept": ({Status.SUBMITTED}, Status.ACCEPTED),
    }
    VERBS = {
        "create": _("plan begun"),
        "edit": _("plan edited"),
        "submit": _("handed in"),
        "withdraw": _("taken back"),
        "send_back": _("returned"),
        "accept": _("accepted"),
        "pass_on": _("passed to the successor"),
        "hand_over": _("passed to you to go on with"),
    }
    TONES = {"submitted": "info", "returned": "bad", "accepted": "good"}
    FIND_FIELDS = frozenset({"receipt", "unit"})
    FOUND_THROUGH = {"units.Unit": "unit"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="plans", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="plans", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ANNUAL)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    goals = models.TextField(_("goals of the year"), blank=True)
    receipt = models.CharField(_("receipt"), max_length=20, null=True, blank=True, unique=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed in by"),
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-cycle__year", "unit__sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "unit", "kind"], name="plan_once_per_unit"),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, receipt__isnull=False),
                name="plan_handed_in_has_receipt",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.cycle} {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("assessments:plan", args=[self.pk])

    def own_texts(self):
        """Nothing but the receipt; a plan is called by its unit."""
        return [Known(self.receipt or "", _("receipt"))]

    def found_with(self):
        return [self.unit]

    @classmethod
    def find_prefetch(cls):
        return ("unit__names", "unit__pasts")

    @classmethod
    def find_rows(cls):
        return super().find_rows().select_related("unit").only("receipt", "unit__name")

    @property
    def is_editable(self):
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    def audience(self, verb):
        """The unit hears of every decision."""
        return User.objects.liaisons_of(self.unit) if verb in ("send_back", "accept") else []


class PlanItem(models.Model):
    """One thing to do: what, who does it, who oversees it, by when, how it is measured and proved."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items", verbose_name=_("plan"))
    what = models.CharField(_("what"), max_length=200)
    owner = models.CharField(_("owner"), max_length=60, blank=True)
    overseer = models.CharField(_("overseer"), max_length=60, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner="") | ~Q(owner=F("overseer")), name="plan_item_owner_is_not_overseer"
            )
        ]

    def __str__(self):
        return self.what

    @property
    def is_complete(self):
        """Rule, owner and overseer for every item, before it can be handed in."""
        return all([self.what, self.owner, self.overseer, self.due_on, self.measure, self.proof])
