"""Questions between a unit and the office, about a record or about an indicator of the standard."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from units.models import Role, Stateful, User

from .assignment import Assignment
from .conflict import with_recusals
from .cycle import Cycle
from .ledger import LedgerEntry
from .standard import Indicator

# The acts of the office; all others are the unit's.
BY_OFFICE = ("put", "answer", "ask_back")


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The own unit's; all of them for who reviews."""
        if user.has_role(Role.CASE_OFFICER, Role.DIRECTOR):
            return self
        return self.filter(unit__in=user.unit_ids)

    def open(self):
        """What waits for the office, longest first."""
        return self.filter(status=Question.Status.OPEN).order_by("moved_at", "pk")

    def waiting_for(self, user):
        """What the list has for this person to do: to answer, or to read what was answered.

        Each as the list shows it: the office's own begins with what waits for the office.
        """
        if user.has_role(Role.CASE_OFFICER, Role.DIRECTOR):
            return self.open()
        own = self.visible_to(user)
        return own.asked_of_units() | own.unread_by_units()

    def of(self, entry):
        """About one record, the oldest first."""
        return self.filter(entry=entry).order_by("asked_at", "pk")

    def asked_of_units(self):
        """What waits for a word of the unit."""
        return self.filter(status=Question.Status.ASKED)

    def unread_by_units(self):
        """What the office answered and nobody of the unit has seen."""
        unseen = QuestionMessage.objects.filter(question=OuterRef("pk"), is_units=False, seen_at__isnull=True)
        return self.filter(Exists(unseen), status=Question.Status.ANSWERED)

    def for_listing(self):
        """With what the lists show: of what, of whom, and who asked."""
        return self.select_related("unit", "indicator", "entry", "asked_by")

    def with_messages(self):
        """With every message and who wrote and saw it, in one further statement."""
        told = QuestionMessage.objects.select_related("by", "seen_by")
        return self.for_listing().prefetch_related(Prefetch("messages", told))


class Question(Stateful):
    """One matter that a unit and the office talk about until it is answered.

    It is about an indicator, a record, or a record's indicator. Whoever is asked has the turn; when the
    office has answered nobody has, and a further word of the unit opens it again.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("waits for the office")
        ASKED = "asked", _("waits for the unit")
        ANSWERED = "answered", _("answered")

    MOVES = {
        "answer": (set(Status), Status.ANSWERED),
        "ask_back": ({Status.OPEN, Status.ANSWERED}, Status.ASKED),
        "follow_up": (set(Status), Status.OPEN),
    }
    VERBS = {
        "ask": _("question asked"),
        "put": _("the office asks"),
        "answer": _("the office has answered"),
        "ask_back": _("the office asks back"),
        "follow_up": _("question gone on with"),
        "pass_on": _("passed to the successor"),
    }
    TONES = {"open": "info", "asked": "warn", "answered": "good"}
    LONGEST = 1000

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="questions", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="questions", verbose_name=_("unit"))
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("indicator"),
    )
    entry = models.ForeignKey(
        LedgerEntry, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("record")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    # The first message as it was asked, so that lists need not look for it.
    text = models.TextField(_("question"), max_length=LONGEST)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), default=now)
    # When somebody last said something: since then the other side has the turn.
    moved_at = models.DateTimeField(_("last message"), default=now)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-moved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=False) | Q(entry__isnull=False),
                name="question_is_about_something",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_says_something"),
        ]
        indexes = [models.Index(fields=["status", "moved_at", "id"], name="question_in_line")]

    def __str__(self):
        return self.text if len(self.text) <= 40 else f"{self.text[:39]}…"

    def get_absolute_url(self):
        return reverse("assessments:question", args=[self.pk])

    @property
    def about(self):
        """What it is about, as a line."""
        named = [self.indicator, self.entry and self.entry.told_title]
        return " · ".join(str(one) for one in named if one)

    def told_as(self, verb):
        """What a message about it is headed by: what it is about, and for the office of whom."""
        return self.about if verb in BY_OFFICE else f"{self.unit} · {self.about}"

    def audience(self, verb):
        """The unit's writers hear of what the office says; of the office, who has answered it before.

        Where nobody of the office has said anything yet, those who may answer hear of it.
        """
        if verb in BY_OFFICE:
            return User.objects.liaisons_of(self.unit)
        return self.answerers()

    def answerers(self):
        """Who of the office is to answer: who has said something, else who is assigned, else the case
        officers, else whoever leads.

        Nobody who has left the office, or has a conflict of interest with the unit.
        """
        free = [one for one in with_recusals(User.objects.reviewers()) if not one.recusal.bars(self.unit_id)]
        spoken = set(self.messages.filter(is_units=False).values_list("by", flat=True))
        officers = set(User.objects.holding([Role.CASE_OFFICER]).values_list("pk", flat=True))
        for wanted in (spoken, self.assigned(), officers):
            if found := [one for one in free if one.pk in wanted]:
                return found
        return free

    def assigned(self):
        """Numbers of those to whom its unit, its indicator of this unit, or its record is assigned."""
        of_unit = Q(unit=self.unit_id) & (Q(indicator=None) | Q(indicator=self.indicator_id))
        reached = of_unit | Q(entry=self.entry_id) if self.entry_id else of_unit
        rows = Assignment.objects.filter(reached, cycle=self.cycle_id)
        return set(rows.values_list("reviewer", flat=True))


class QuestionMessage(models.Model):
    """One message of a question; it stays as it was sent, and the other side's first look is noted."""

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="messages", verbose_name=_("question")
    )
    # Whose word it is: the unit's, or the office's.
    is_units = models.BooleanField(_("by the unit"), editable=False)
    text = models.TextField(_("text"), max_length=Question.LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=now)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("seen by"),
    )
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("message of a question")
        verbose_name_plural = _("messages of questions")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="message_seen_by_somebody",
            ),
        ]

    def __str__(self):
        return self.text if len(self.text) <= 40 else f"{self.text[:39]}…"
