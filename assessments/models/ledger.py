"""The ledger: what a unit did, what it proves, and the files that show it."""

from collections import defaultdict

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now, today
from civportal.lib.search import Known
from units.models import Findable, KeptManager, Removable, Stateful, User
from units.models.finding import FindableQuerySet

from .assignment import Assignment
from .conflict import free_to_decide
from .cycle import Cycle, Stage
from .duty import Duty
from .standard import Indicator


def assignments_of_outer():
    """A query of the assignments that reach the entry of the query around it."""
    claimed = Claim.objects.filter(entry=OuterRef(OuterRef("pk")), indicator=OuterRef("indicator"))
    here = Assignment.objects.filter(cycle=OuterRef("cycle")).order_by()
    here = here.filter(Q(entry__isnull=True) | Q(entry=OuterRef("pk")))
    here = here.filter(Q(unit__isnull=True) | Q(unit=OuterRef("unit")))
    return here.filter(Q(indicator__isnull=True) | Exists(claimed))


def marked_by(user):
    """Entries that this person, as one of several reviewers, has marked in the present round."""
    marked = Claim.objects.filter(marks__by=user, marks__round=OuterRef("round"), entry=OuterRef("pk"))
    return Exists(marked)


class LedgerEntryQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """The own units' entries, drafts included; those handed in by the units one sees; and what one
        writes oneself for a unit."""
        handed_in = ~Q(status=LedgerEntry.Status.DRAFT)
        seen = handed_in if user.reads_all else handed_in & Q(unit__in=user.seen_ids)
        own = Q(on_behalf=True, created_by=user) if user.is_office else Q()
        return self.filter(Q(unit__in=user.unit_ids) | seen | own)

    def awaiting_review(self):
        """What the office has to decide: the oldest day first, of one day the units seen least."""
        return self.filter(status=LedgerEntry.Status.SUBMITTED).order_by(*LedgerEntry.IN_LINE)

    def to_decide_by(self, user):
        """What this person has to decide, in line: of the open year; nothing where there is a conflict
        of interest, nothing that the person wrote for a unit or has marked already, and nothing that
        waits for the department above."""
        waiting = self.awaiting_review().filter(cycle__status=Cycle.Status.OPEN)
        waiting = waiting.exclude(pre_review_until__gte=today()).exclude(marked_by(user))
        waiting = waiting.filter(free_to_decide(user, "pk")).exclude(on_behalf=True, created_by=user)
        waiting = waiting.alias(is_assigned_here=Exists(assignments_of_outer().filter(reviewer=user)))
        anybodys = Q(cycle__only_assigned=False) | ~Exists(assignments_of_outer())
        return waiting.filter(Q(is_assigned_here=True) | anybodys)

    def disputed(self):
        """What waits for an arbiter: the marks of its present round lie too far apart."""
        return self.filter(disputed_round=F("round"))

    def assigned_to(self, user):
        """What is assigned to this person: by its unit, one of its indicators, or both."""
        return self.filter(Exists(assignments_of_outer().filter(reviewer=user)))

    def to_be_corrected(self):
        """What was returned and is the unit's to correct, in the year that is open."""
        return self.filter(status=LedgerEntry.Status.RETURNED, cycle__status=Cycle.Status.OPEN)

    def to_pre_review_by(self, user):
        """What waits for a word of this person's department, oldest first: of the open year and the units
        below; nothing of the own unit, and nothing that the person wrote for a unit."""
        waiting = self.awaiting_review().filter(cycle__status=Cycle.Status.OPEN)
        waiting = waiting.filter(pre_review_until__gte=today(), unit__in=user.below_ids)
        return waiting.exclude(on_behalf=True, created_by=user)

    def past_pre_review(self):
        """What a department let go by without a word, and nobody has noted yet."""
        return self.handed_in().filter(pre_review_until__lt=today())

    def for_listing(self):
        """Everything the lists show, in one query."""
        return self.select_related("unit__category", "cycle").annotate(
            file_count=Count("files", distinct=True), claim_count=Count("claims", distinct=True)
        )

    def thrown_away_by(self, user):
        """The drafts in the bin that this person writes, newest first; asked of `every`."""
        own = Q(unit__in=user.unit_ids) | Q(on_behalf=True, created_by=user)
        return self.filter(own, removed_at__isnull=False).order_by("-removed_at", "-pk")

    def to_go_by(self, unit_year):
        """The unit's records of earlier years, newest first: what is done again is begun from them."""
        earlier = self.filter(unit=unit_year.unit, cycle__year__lt=unit_year.cycle.year)
        return earlier.exclude(status=LedgerEntry.Status.DRAFT).order_by("-cycle__year", "-held_on", "-pk")

    def in_hand(self, unit_year):
        """What the unit has to finish or correct, longest untouched first."""
        return self.in_hands_of(unit_year.cycle, unit_year.unit).order_by("updated_at", "pk")

    def to_confirm(self, unit_year):
        """What the office handed in for the unit and the unit has not confirmed."""
        entered = self.handed_in().filter(cycle=unit_year.cycle, unit=unit_year.unit, on_behalf=True)
        return entered.filter(confirmed_at__isnull=True)

    def in_hands_of(self, cycle, unit):
        """What this unit writes or corrects in this year."""
        return self.filter(
            cycle=cycle, unit=unit, status__in=[LedgerEntry.Status.RETURNED, LedgerEntry.Status.DRAFT]
        )

    def untouched(self):
        """Drafts that were begun and nothing more: only a title, no word and no file yet."""
        return self.filter(
            status=LedgerEntry.Status.DRAFT,
            version=0,
            held_on__isnull=True,
            place="",
            text="",
            files__isnull=True,
        )

    def handed_in(self):
        """What a unit has let go of: handed in, whatever was decided."""
        return self.exclude(status=LedgerEntry.Status.DRAFT)

    def before_it(self, entry):
        """The unit's other records of the year that have been handed in."""
        return self.handed_in().filter(cycle=entry.cycle_id, unit=entry.unit_id).exclude(pk=entry.pk)

    def late(self):
        """First handed in after the due day of the duty that it answers, else of the ledger; China time."""
        recording = Stage.objects.filter(cycle=OuterRef("cycle"), kind=Stage.Kind.LEDGER)
        due = Coalesce("answers__until", Subquery(recording.values("due_on")[:1]))
        return self.alias(due=due).filter(first_submitted_at__date__gt=F("due"))

    def claiming(self, indicator):
        return self.filter(Exists(Claim.objects.filter(entry=OuterRef("pk"), indicator=indicator)))


class LedgerEntry(Removable, Findable, Stateful):
    """One record of the year: what, when, where, in words and files."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", _("activity")
        MEETING = "meeting", _("meeting")
        ANALYSIS = "analysis", _("analysis or joint-handling meeting")
        COUNTY_MEETING = "county_meeting", _("county meeting taken part in")
        SITE_VISIT = "site_visit", _("site observation")
        LEDGER_VIEWING = "ledger_viewing", _("ledger viewing")
        EXPERIENCE_TALK = "experience_talk", _("experience talk")
        DEPLOYMENT = "deployment", _("deployment")
        TRAINING = "training", _("training")
        VOLUNTEERING = "volunteering", _("volunteering")
        PAIRING = "pairing", _("pairing")
        SERVICE = "service", _("window and service")
        RULES = "rules", _("rules made")
        INVESTMENT = "investment", _("investment")
        ENFORCEMENT = "enforcement", _("enforcement")
        PUBLICITY = "publicity", _("publicity")
        EXAMPLE = "example", _("example set")
        FOUR_TOGETHERS = "four_togethers", _("proof of the four togethers")
        PARTY_GOALS = "party_goals", _("among the party committee's goals")
        SERVICE_STANDARD = "service_standard", _("service standards")
        REPORT = "report", _("report, summary or bulletin")
        SELF_CHECK = "self_check", _("self-check report")

    # Papers about the work. They are kept and counted, but are never the only proof that anything
    # was done (not by reports and papers alone).
    PAPERS = frozenset({Kind.REPORT, Kind.SELF_CHECK})
    # Rules and arrangements: they prove what they say, but nothing has happened by them yet.
    RULES = frozenset({Kind.RULES, Kind.FOUR_TOGETHERS, Kind.PARTY_GOALS, Kind.SERVICE_STANDARD})
    # What is no activity.
    QUIET = PAPERS | RULES
    # The kinds as a list offers them.
    GROUPS = (
        (
            _("What was done"),
            (
                Kind.ACTIVITY,
                Kind.DEPLOYMENT,
                Kind.TRAINING,
                Kind.VOLUNTEERING,
                Kind.PAIRING,
                Kind.SERVICE,
                Kind.INVESTMENT,
                Kind.ENFORCEMENT,
                Kind.PUBLICITY,
                Kind.EXAMPLE,
            ),
        ),
        (_("Meetings"), (Kind.MEETING, Kind.ANALYSIS, Kind.COUNTY_MEETING)),
        (_("Learning from each other"), (Kind.SITE_VISIT, Kind.LEDGER_VIEWING, Kind.EXPERIENCE_TALK)),
        (
            _("Rules and arrangements"),
            (Kind.RULES, Kind.FOUR_TOGETHERS, Kind.PARTY_GOALS, Kind.SERVICE_STANDARD),
        ),
        (_("Reports"), (Kind.REPORT, Kind.SELF_CHECK)),
    )
    # The kind of record that a duty asks for. A request may ask for any kind.
    ASKED_BY = {
        Duty.Kind.DEPLOYMENT: Kind.DEPLOYMENT,
        Duty.Kind.SELF_CHECK: Kind.SELF_CHECK,
        Duty.Kind.REQUEST: Kind.REPORT,
    }
    # What such a record fulfils although it was not begun from the duty.
    FULFILS = {Kind.DEPLOYMENT: Duty.Kind.DEPLOYMENT, Kind.SELF_CHECK: Duty.Kind.SELF_CHECK}

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
        "reopen": ({Status.ACCEPTED}, Status.SUBMITTED),
        "undo": ({Status.RETURNED, Status.ACCEPTED}, Status.SUBMITTED),
    }
    VERBS = {
        "create": _("record begun"),
        "edit": _("record edited"),
        "add_file": _("file added"),
        "remove_file": _("file removed"),
        "restore_file": _("file fetched back"),
        "caption_file": _("file described"),
        "declare": _("said what the files show"),
        "order_files": _("files put in order"),
        "delete": _("thrown away"),
        "restore": _("fetched back"),
        "explain_likeness": _("explained what is worth a look"),
        "judge_likeness": _("judged what is worth a look"),
        "submit": _("handed in"),
        "confirm": _("confirmed by the unit"),
        "withdraw": _("taken back"),
        "send_back": _("returned"),
        "accept": _("accepted"),
        "reopen": _("decision reopened"),
        "undo": _("decision undone"),
        "extend": _("given more time to correct"),
        "permit_reviewer": _("reviewer permitted by exception"),
        "pass_on": _("passed to the successor"),
        "hand_over": _("passed to you to go on with"),
        "mark": _("marked by one of several reviewers"),
        "dispute": _("marks too far apart, one more reviewer arbitrates"),
        "pre_approve": _("approved by the department above"),
        "pre_decline": _("not supported by the department above"),
        "pre_lapse": _("passed on without a word of the department above"),
    }
    TONES = {"submitted": "info", "returned": "bad", "accepted": "good"}
    # What changes in a record besides its own fields.
    PARTS = {"declared": _("declared"), "caption": _("what it shows")}
    # Working days within which the office promises an answer.
    PROMISED_DAYS = 3
    # The orders of the queue: as they stand in line, and unit by unit as the register lists them.
    IN_LINE = ("in_line_at", "pk")
    UNIT_BY_UNIT = ("unit__sort_order", "unit_id", "in_line_at", "pk")
    FIND_FIELDS = frozenset({"title", "receipt", "unit"})
    FOUND_THROUGH = {"units.Unit": "unit"}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="entries", verbose_name=_("year"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="entries", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    kind = models.CharField(_("kind of record"), max_length=20, choices=Kind, default=Kind.ACTIVITY)
    # What the unit owed and hands in with this record.
    answers = models.ForeignKey(
        Duty, models.SET_NULL, null=True, blank=True, related_name="entries", verbose_name=_("answers")
    )
    # A draft may have gaps; handing in asks for all four.
    title = models.CharField(_("what"), max_length=80)
    # Begun as a record of an earlier year; then it says what is different this time.
    based_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("as")
    )
    news = models.CharField(_("different this time"), max_length=200, blank=True)
    held_on = models.DateField(_("when"), null=True, blank=True)
    held_until = models.DateField(_("until"), null=True, blank=True)
    # The day of the original record, of the minutes or the sheet of signatures; empty: when typed in.
    recorded_on = models.DateField(_("written down on"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=80, blank=True)
    people = models.CharField(_("who took part"), max_length=200, blank=True)
    attendance = models.PositiveIntegerField(
        _("how many"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    text = models.TextField(_("what happened"), max_length=2000, blank=True)
    # Public pages that show it, one address a line: instead of files.
    links = models.TextField(_("links"), max_length=2000, blank=True)
    indicators = models.ManyToManyField(Indicator, through="Claim", related_name="entries")
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    # The round in which its reviewers' marks were too far apart.
    disputed_round = models.PositiveSmallIntegerField(
        _("disputed in round"), null=True, blank=True, editable=False
    )
    receipt = models.CharField(_("receipt"), max_length=20, null=True, blank=True, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), default=now)
    # Written by the office from the unit's paper; the unit confirms it later.
    on_behalf = models.BooleanField(_("entered by the office"), default=False, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    updated_at = models.DateTimeField(_("saved at"), default=now)
    # What stood there before the one who writes now began, {by, before: {field: value}}: history gets
    # one line for a sitting, not one for each pause in typing.
    sitting = models.JSONField(null=True, blank=True, editable=False)
    first_submitted_at = models.DateTimeField(_("first handed in at"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    # Its place in the queue, as `actions/ledger.py` gives it, on the day from which the office's promise
    # counts; means nothing before it is handed in.
    in_line_at = models.DateTimeField(_("place in the queue"), default=now, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed in by"),
    )
    # How often the office returned it, and by when it expects the correction that it waits for now.
    returned_count = models.PositiveSmallIntegerField(_("returned"), default=0, editable=False)
    correct_by = models.DateField(_("correction due"), null=True, blank=True, editable=False)
    # Set when a reviewer first opens this round; from then on the unit cannot take it back.
    opened_at = models.DateTimeField(_("opened by the office"), null=True, blank=True)
    # The last day on which the department above has its word; empty when it has spoken, or is not asked.
    pre_review_until = models.DateField(_("with the department until"), null=True, blank=True, editable=False)

    objects = KeptManager.from_queryset(LedgerEntryQuerySet)()
    every = LedgerEntryQuerySet.as_manager()

    class Meta(Removable.Meta):
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                    receipt__isnull=False,
                    held_on__isnull=False,
                ),
                name="entry_handed_in_has_receipt",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "returned"])
                | Q(held_until__isnull=True)
                | Q(held_until__gte=F("held_on")),
                name="entry_handed_in_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "in_line_at", "id"], name="entry_in_line"),
            models.Index(fields=["unit", "cycle", "status"], name="entry_of_unit"),
        ]

    def __str__(self):
        return self.title

    @property
    def is_told(self):
        """Whether the office may read it; what was taken back is the unit's own again."""
        return self.status != self.Status.DRAFT

    @property
    def told_title(self):
        """What the office calls it, also where it only knows that it was there."""
        return self.title if self.is_told else str(_("a record that was taken back"))

    def get_absolute_url(self):
        return reverse("assessments:entry", args=[self.pk])

    def own_texts(self):
        """What was done, and the receipt."""
        return [Known(self.title), Known(self.receipt or "", _("receipt"))]

    def found_with(self):
        return [self.unit]

    @classmethod
    def find_prefetch(cls):
        return ("unit__names", "unit__pasts")

    @classmethod
    def find_rows(cls):
        return super().find_rows().select_related("unit").only("title", "receipt", "unit__name")

    @property
    def is_editable(self):
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def duty(self):
        """What it answers; None for an ordinary record."""
        return self.to_answer if self.is_editable else self.answers

    @cached_property
    def to_answer(self):
        """What it would hand in: the duty from which it was begun, else the open one its kind fulfils.

        None for an ordinary record, and once another record has fulfilled the duty first.
        """
        if self.answers and self.answers.is_open and self.kind_suits(self.answers):
            return self.answers
        return self.fulfillable if self.kind in self.FULFILS else None

    @property
    def fulfillable(self):
        """The open duty of the unit that this kind of record fulfils, while it is taken."""
        asked = Duty.objects.of(self.cycle_id, self.unit_id, self.FULFILS[self.kind]).open()
        return next((duty for duty in asked if duty.accepts()), None)

    def kind_suits(self, duty):
        """Whether a record of this kind can be what the duty asks for."""
        return self.FULFILS.get(self.kind) == duty.kind or duty.kind == Duty.Kind.REQUEST

    @property
    def window(self):
        """By whose dates it is handed in: those of the duty that it answers, else of the ledger."""
        return self.duty or self.cycle.recording

    @property
    def can_come_in(self):
        """Whether it can be handed in today; a correction also until its own due day."""
        if self.cycle.status != Cycle.Status.OPEN:
            return False
        if self.correct_by and today() <= self.correct_by:
            return True
        window = self.to_answer or self.cycle.recording
        return window is not None and window.accepts(today())

    @property
    def is_late(self):
        """First handed in after the due day of the duty that it answers, else of the ledger; China time."""
        if self.first_submitted_at is None or self.window is None:
            return False
        return self.window.is_late(localdate(self.first_submitted_at))

    @property
    def written_on(self):
        """The day of the original record; China time."""
        return self.recorded_on or localdate(self.created_at)

    @property
    def link_list(self):
        """The public pages that show it."""
        return self.links.split()

    @property
    def is_paper(self):
        return self.kind in self.PAPERS

    @property
    def assignments(self):
        """Whoever is assigned to it: alone, by its unit, by an indicator it claims, or by both."""
        here = Assignment.objects.filter(Q(entry__isnull=True) | Q(entry=self.pk), cycle=self.cycle_id)
        here = here.filter(Q(unit__isnull=True) | Q(unit=self.unit_id))
        return here.filter(Q(indicator__isnull=True) | Q(indicator__in=self.claims.values("indicator")))

    @cached_property
    def assigned_ids(self):
        """The reviewers who are assigned to it, read once however many people are asked about."""
        return set(self.assignments.values_list("reviewer", flat=True))

    @property
    def last_review(self):
        """The newest decision, or None before the first; reviews come in the order of the rounds."""
        return next(iter(reversed(self.reviews.all())), None)

    @property
    def correction(self):
        """The return that the unit corrects now, or None."""
        last = self.last_review if self.is_editable and self.returned_count else None
        return last if last and last.verdict == "returned" else None

    @property
    def waits_for_department(self):
        """Whether the department above has the word now; the day counts until midnight in China."""
        is_asked = self.status == self.Status.SUBMITTED and self.pre_review_until is not None
        return is_asked and today() <= self.pre_review_until

    @property
    def is_disputed(self):
        """Whether its marks of this round lie too far apart, so that one more reviewer arbitrates."""
        return self.disputed_round == self.round

    @cached_property
    def marker_ids(self):
        """The reviewers who have marked it in this round."""
        if not self.pk:
            return set()
        return set(self.claims.filter(marks__round=self.round).values_list("marks__by", flat=True))

    def is_marked_by(self, user):
        return user.pk in self.marker_ids

    @cached_property
    def department_word(self):
        """The newest word of a department above, or None."""
        return self.pre_reviews.select_related("by").last()

    def audience(self, verb):
        """The unit hears of every decision, and of what the office hands in for it; the department above
        of what waits for its word."""
        people = []
        if verb in ("send_back", "accept", "reopen", "undo", "pre_approve", "pre_decline"):
            people += User.objects.liaisons_of(self.unit)
        if verb == "submit" and self.on_behalf:
            people += User.objects.liaisons_of(self.unit)
        if verb == "submit" and self.waits_for_department:
            people += User.objects.standing_above(self.unit)
        return people


class Claim(models.Model):
    """An entry offered as proof of one indicator; a reviewer gives it points."""

    entry = models.ForeignKey(LedgerEntry, models.CASCADE, related_name="claims", verbose_name=_("entry"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="claims", verbose_name=_("indicator")
    )
    # Unknown until an accepted entry decides it; zero means looked at and not counted.
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    # Of what the recipe wants to be seen: what the unit says its files show, and what the reviewer saw.
    declared = models.JSONField(_("declared"), default=list, blank=True)
    confirmed = models.JSONField(_("confirmed"), default=list, blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["indicator__sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "indicator"], name="claim_once_per_indicator"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0), name="claim_points_are_not_negative"
            ),
        ]

    def __str__(self):
        return f"{self.entry} · {self.indicator.code}"


def reviewers_by_entry(numbers):
    """The number of each of these entries → who is assigned to it by any way, in one question.

    Nothing of those that nobody is assigned to.
    """
    entries = LedgerEntry.every.filter(pk__in=numbers).order_by()
    here, claimed = "unit__assignments", "claims__indicator__assignments"
    by_unit = entries.filter(**{f"{here}__cycle": F("cycle"), f"{here}__indicator": None})
    of_unit = Q(**{f"{claimed}__unit": None}) | Q(**{f"{claimed}__unit": F("unit")})
    by_indicator = entries.filter(of_unit, **{f"{claimed}__cycle": F("cycle")})
    alone = Assignment.objects.filter(entry__in=numbers).order_by().values_list("entry", "reviewer__name")
    found = defaultdict(set)
    for number, name in alone.union(
        by_unit.values_list("pk", f"{here}__reviewer__name"),
        by_indicator.values_list("pk", f"{claimed}__reviewer__name"),
    ):
        found[number].add(name)
    return {number: "、".join(sorted(names)) for number, names in found.items()}
