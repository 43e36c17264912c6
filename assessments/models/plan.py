"""What a unit means to do: in the year, the quarter, the month."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civportal.lib.search import Known
from units.models import Findable, Role, Stateful, User
from units.models.finding import FindableQuerySet

from .conflict import free_to_decide
from .cycle import Cycle
from .duty import Duty, duty_label, period_fits_plan

# The months of a quarter, the quarters of a year.
MONTHS_OF_A_QUARTER = 3


def period_above(kind, period):
    """What a plan follows from, as (kind, period): the month from its quarter, the quarter from the year."""
    if kind == Plan.Kind.MONTHLY:
        return Plan.Kind.QUARTERLY, (period - 1) // MONTHS_OF_A_QUARTER + 1
    return (Plan.Kind.ANNUAL, 0) if kind == Plan.Kind.QUARTERLY else None


def periods_below(kind, period):
    """What follows from a plan, as (kind, period): the quarters of the year, the months of the quarter."""
    if kind == Plan.Kind.ANNUAL:
        return [(Plan.Kind.QUARTERLY, quarter) for quarter in range(1, 5)]
    first = (period - 1) * MONTHS_OF_A_QUARTER + 1
    months = range(first, first + MONTHS_OF_A_QUARTER) if kind == Plan.Kind.QUARTERLY else ()
    return [(Plan.Kind.MONTHLY, month) for month in months]


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

    def to_decide_by(self, user):
        """What this person has to decide: of years that take plans, nothing with a conflict of interest."""
        waiting = self.awaiting_review().filter(cycle__status__in=Cycle.PLANS_IN)
        return waiting.filter(free_to_decide(user))

    def for_listing(self):
        """Everything the list shows, newest year first, in the office's order of units."""
        plans = self.select_related("unit", "cycle").annotate(
            item_count=models.Count("items", distinct=True),
            file_count=models.Count("files", filter=Q(files__removed_at__isnull=True), distinct=True),
        )
        return plans.order_by("-cycle__year", "unit__sort_order", "kind", "period", "pk")

    def in_hand(self):
        """Those that can still be written or decided on: of years that take plans, and not accepted."""
        of_years = self.filter(cycle__status__in=Cycle.PLANS_IN)
        return of_years.exclude(status=Plan.Status.ACCEPTED)

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
        # Taken back, what was returned is returned again, and an amendment is one again.
        "withdraw_again": ({Status.SUBMITTED}, Status.RETURNED),
        "withdraw_amendment": ({Status.SUBMITTED}, Status.AMENDING),
        "send_back": ({Status.SUBMITTED}, Status.RETURNED),
        "accept": ({Status.SUBMITTED}, Status.ACCEPTED),
        "amend": ({Status.ACCEPTED}, Status.AMENDING),
    }
    # While the unit writes.
    WRITTEN_IN = (Status.DRAFT, Status.RETURNED, Status.AMENDING)
    # As many as fit on a page that somebody reads: the rules, the work plan, what goes with them.
    MAX_FILES = 10
    VERBS = {
        "create": _("plan begun"),
        "edit": _("plan edited"),
        "add_file": _("file added"),
        "remove_file": _("file removed"),
        "submit": _("handed in"),
        "file": _("filed"),
        "withdraw": _("taken back"),
        "withdraw_again": _("taken back"),
        "withdraw_amendment": _("taken back"),
        "lay_before": _("laid before the director"),
        "send_back": _("returned"),
        "accept": _("accepted"),
        "amend": _("amendment begun"),
        "look_back": _("looked back"),
        "pass_on": _("passed to the successor"),
        "hand_over": _("passed to you to go on with"),
    }
    WRITING_VERBS = frozenset({"edit", "add_file", "remove_file"})
    TONES = {"submitted": "info", "returned": "bad", "accepted": "good", "amending": "warn"}
    # What changes in a plan besides its own fields.
    PARTS = {
        "item": _("item %(number)s"),
        "added": _("new item %(number)s"),
        "dropped": _("item %(number)s dropped"),
        "source": _("lines taken over from"),
        "file": _("key points of file %(number)s"),
    }
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
    # What the office asks to be changed in the goals and the whole: it opens both again.
    goals_note = models.CharField(_("what to change in the goals and the whole"), max_length=300, blank=True)
    # Since the last accepted edition; the second time takes the director.
    returned_count = models.PositiveSmallIntegerField(_("times returned"), default=0, editable=False)
    # What it said when it was returned, as `plan_text.snapshot` tells it: what changed since is shown first.
    when_returned = models.JSONField(_("what it said when it was returned"), null=True, editable=False)
    # A second return as an officer laid it before the director: {"reasons": {item: reason}, "goals_note"}.
    proposal = models.JSONField(_("return laid before the director"), null=True, editable=False)
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
        return self.status in self.WRITTEN_IN

    @property
    def is_light(self):
        """A monthly arrangement: a few lines, filed without a decision."""
        return self.kind == self.Kind.MONTHLY

    @property
    def hand_in_verb(self):
        """How it comes in: a light one is filed, the others wait for a decision."""
        return "file" if self.is_light else "submit"

    @property
    def withdraw_verb(self):
        """Where it goes back to when the unit takes it back."""
        if self.returned_count:
            return "withdraw_again"
        return "withdraw_amendment" if self.edition else "withdraw"

    @property
    def is_whole_open(self):
        """Whether goals can be written and items added; a return opens them only if it says so."""
        return not self.returned_count or bool(self.goals_note)

    def locks(self, item):
        """Whether the item is settled: an accepted one, unless the whole plan is being amended."""
        return item.is_accepted and self.status != self.Status.AMENDING

    @property
    def takes_files(self):
        """Whether it can have rules, a work plan and the like; a month is a few lines."""
        return not self.is_light

    @property
    def attachments(self):
        """Its files as they are now."""
        return self.files.all()

    def locks_file(self, file):
        """Whether the file is settled: it lay before the office, which asked for single items only."""
        return not self.is_whole_open and file.uploaded_at <= self.submitted_at

    @property
    def is_between_editions(self):
        """Whether an accepted edition is in force while the next one is written or decided on."""
        return self.edition > 0 and self.status != self.Status.ACCEPTED

    def keeps(self, event, user):
        """Whether a line of the trail is the unit's own: what it writes until it hands in again."""
        is_being_written = self.status == self.Status.AMENDING and event.at > self.submitted_at
        return event.verb in self.WRITING_VERBS and is_being_written and not user.works_for(self.unit)

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
        if not self.cycle.accepts_plans or self.edition:
            return self.cycle.accepts_plans
        return self.duty is None or self.duty.accepts() or self.comes_early

    @property
    def comes_early(self):
        """A plan of a year that is open for plans need not wait for its own day."""
        return self.cycle.status == Cycle.Status.PLANNING and self.duty is not None and self.duty.is_to_come

    @property
    def window(self):
        """The duty whose day keeps it from coming in, for the page that says so; None while it may."""
        return None if self.can_come_in else self.duty

    @cached_property
    def look_back_duty(self):
        """What the look-back fulfils; None where the calendar asks for none."""
        return Duty.objects.of(self.cycle_id, self.unit_id, Duty.Kind.LOOK_BACK).first()

    @property
    def can_be_looked_back_at(self):
        """In the year itself, within the days of its duty; once written it can be corrected all year."""
        if self.kind != self.Kind.ANNUAL or self.cycle.status != Cycle.Status.OPEN:
            return False
        duty = self.look_back_duty
        return duty is None or duty.accepts() or duty.fulfilled_at is not None

    def audience(self, verb):
        """The unit hears of every decision, the director of what waits for one."""
        if verb == "lay_before":
            return User.objects.holding([Role.DIRECTOR]).filter(is_active=True)
        return User.objects.liaisons_of(self.unit) if verb in ("send_back", "accept") else []


# What every item needs that is not light (who does it, who sees to it, how one sees that it was done).
NEEDED = ["carrier", "owner", "overseer", "due_on", "measure", "proof"]


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

    # What is still to be done after the look-back.
    STILL_OPEN = (Outcome.UNDER_WAY, Outcome.NOT_BEGUN)
    TONES = {"accepted": "good", "returned": "bad"}
    OUTCOME_TONES = {"done": "good", "under_way": "info", "not_begun": "warn"}

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
    def missing(self):
        """The fields still to be filled in before it can be handed in, by the names people know.

        A light plan asks who does it; every other one for a carrier, owner, overseer, date, measure and
        proof, and for a goal of the county or of the own business that it serves.
        """
        names = ["owner"] if self.plan.is_light else NEEDED
        names = [name for name in names if not getattr(self, name)]
        if not self.plan.is_light and not self.goal_id and not self.serves:
            names.append("goal")
        return [self._meta.get_field(name).verbose_name for name in names]

    @property
    def is_complete(self):
        return not self.missing

    @property
    def tone(self):
        return self.TONES.get(self.verdict, "idle")

    @property
    def outcome_tone(self):
        return self.OUTCOME_TONES.get(self.outcome, "idle")

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
    # [{pk, what, carrier, owner, overseer, due_on, measure, proof, goal, serves}] in their order; the
    # goal and the date as text
    items = models.JSONField(_("items"), default=list)
    # [{pk, name, kind, size, sha256, key_points}]; the contents stay in the store
    files = models.JSONField(_("attachments"), default=list)
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
