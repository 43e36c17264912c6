"""What a unit means to do: in the year, the quarter, the month."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civportal.lib.search import Known
from units.models import Findable, Stateful, User
from units.models.finding import FindableQuerySet

from .cycle import Cycle
from .duty import Duty, duty_label, period_fits_plan


class Goal(models.Model):
    """A goal of the county for the year, to which items of plans point."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="goals", verbose_name=_("year"))
    text = models.CharField(_("goal"), max_length=120)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("goal of the county")
        verbose_name_plural = _("goals of the county")
        ordering = ["sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["cycle", "text"], name="goal_once_per_cycle")]

    def __str__(self):
        return self.text


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
        return plans.order_by("-cycle__year", "unit__sort_order", "kind", "period", "pk")

    def annual(self):
        return self.filter(kind=Plan.Kind.ANNUAL)


class Plan(Findable, Stateful):
    """A unit's plan of the year, a quarter or a month, with items that each name an owner and an overseer."""

    class Kind(models.TextChoices):
        ANNUAL = "annual", _("annual plan")
        QUARTERLY = "quarterly", _("quarterly scheme")
        MONTHLY = "monthly", _("monthly arrangement")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")
        # The accepted edition stays in force until the next one is accepted.
        AMENDING = "amending", _("being amended")

    MOVES = {
        "submit": ({Status.DRAFT, Status.RETURNED, Status.AMENDING}, Status.SUBMITTED),
        # A monthly arrangement is light: it is filed and nobody has to decide on it.
        "file": ({Status.DRAFT, Status.RETURNED, Status.AMENDING}, Status.ACCEPTED),
        "withdraw": ({Status.SUBMITTED}, Status.DRAFT),
        "send_back": ({Status.SUBMITTED}, Status.RETURNED),
        "accept": ({Status.SUBMITTED}, Status.ACCEPTED),
        "amend": ({Status.ACCEPTED}, Status.AMENDING),
    }
    VERBS = {
        "create": _("plan begun"),
        "edit": _("plan edited"),
        "submit": _("handed in"),
        "file": _("filed"),
        "withdraw": _("taken back"),
        "send_back": _("returned"),
        "accept": _("accepted"),
        "amend": _("amendment begun"),
        "look_back": _("looked back"),
        "pass_on": _("passed to the successor"),
        "hand_over": _("passed to you to go on with"),
    }
    TONES = {"submitted": "info", "returned": "bad", "accepted": "good", "amending": "warn"}
    FIND_FIELDS = frozenset({"receipt", "unit"})
    FOUND_THROUGH = {"units.Unit": "unit"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="plans", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="plans", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ANNUAL)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    period = models.PositiveSmallIntegerField(_("quarter or month"), default=0)
    # The scheme serves the annual plan, the arrangement serves the scheme.
    above = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="below", verbose_name=_("follows from")
    )
    goals = models.TextField(_("goals"), blank=True)
    # How many editions were accepted; what they said is kept in `editions`.
    edition = models.PositiveSmallIntegerField(_("edition"), default=0, editable=False)
    looked_back_at = models.DateTimeField(_("looked back at"), null=True, blank=True)
    look_back = models.TextField(_("what the look-back found"), blank=True)
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
            models.UniqueConstraint(fields=["cycle", "unit", "kind", "period"], name="plan_once_per_unit"),
            models.CheckConstraint(condition=period_fits_plan(), name="plan_period_fits"),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, receipt__isnull=False),
                name="plan_handed_in_has_receipt",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.cycle} {self.label}"

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
        return self.status in (self.Status.DRAFT, self.Status.RETURNED, self.Status.AMENDING)

    @property
    def is_light(self):
        """A monthly arrangement: a few lines, filed without a decision."""
        return self.kind == self.Kind.MONTHLY

    @property
    def duty_kind(self):
        return f"{self.kind}_plan"

    @property
    def label(self):
        """“annual plan”, “quarterly scheme · quarter 2”."""
        return duty_label(self.duty_kind, self.period)

    @cached_property
    def duty(self):
        """What this plan fulfils; None where the calendar asks for none."""
        return Duty.objects.of(self.cycle_id, self.unit_id, self.duty_kind, self.period).first()

    @property
    def can_come_in(self):
        """Whether it can be handed in today: the year takes plans, and its own day has not gone by."""
        duty = self.duty
        return self.cycle.accepts_plans and (duty is None or duty.accepts() or self.edition > 0)

    def audience(self, verb):
        """The unit hears of every decision."""
        return User.objects.liaisons_of(self.unit) if verb in ("send_back", "accept") else []


class PlanItem(models.Model):
    """One thing to do: what, who does it, who oversees it, by when, how it is measured and proved."""

    class Verdict(models.TextChoices):
        OPEN = "", _("not decided")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("to be changed")

    class Outcome(models.TextChoices):
        UNKNOWN = "", _("not looked at yet")
        DONE = "done", _("done")
        UNDER_WAY = "under_way", _("under way")
        NOT_BEGUN = "not_begun", _("not begun")
        DROPPED = "dropped", _("dropped")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items", verbose_name=_("plan"))
    what = models.CharField(_("what"), max_length=200)
    carrier = models.CharField(_("by which activity"), max_length=120, blank=True)
    owner = models.CharField(_("owner"), max_length=60, blank=True)
    overseer = models.CharField(_("overseer"), max_length=60, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    measure = models.CharField(_("measure"), max_length=200, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    # What it is good for: a goal of the county, or one of the unit's own business.
    goal = models.ForeignKey(
        Goal,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("goal of the county"),
    )
    serves = models.CharField(_("own business that it serves"), max_length=120, blank=True)
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict, blank=True, default="")
    reason = models.CharField(_("what to change"), max_length=200, blank=True)
    outcome = models.CharField(_("how it went"), max_length=10, choices=Outcome, blank=True, default="")
    outcome_note = models.CharField(_("what was reached"), max_length=200, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner="") | ~Q(owner=F("overseer")), name="plan_item_owner_is_not_overseer"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="returned") | ~Q(reason=""), name="plan_item_returned_has_reason"
            ),
        ]

    def __str__(self):
        return self.what

    @property
    def is_complete(self):
        """Rule, owner and overseer for every item, before it can be handed in."""
        return all([self.what, self.owner, self.overseer, self.due_on, self.measure, self.proof])

    @property
    def is_returned(self):
        return self.verdict == self.Verdict.RETURNED

    @property
    def is_accepted(self):
        return self.verdict == self.Verdict.ACCEPTED


class PlanEdition(models.Model):
    """What a plan said when it was accepted; an amendment keeps the one before."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="editions", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("edition"))
    goals = models.TextField(_("goals"))
    # [{what, carrier, owner, overseer, due_on, measure, proof, goal, serves}] in their order
    items = models.JSONField(_("items"), default=list)
    accepted_at = models.DateTimeField(_("accepted at"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("accepted by")
    )

    class Meta:
        verbose_name = _("edition of a plan")
        verbose_name_plural = _("editions of plans")
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_edition_once")]

    def __str__(self):
        return _("edition %(number)s") % {"number": self.number}
