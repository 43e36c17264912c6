"""Conflicts of interest (回避): from which units somebody of the office keeps away, and what was permitted
all the same."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civportal.lib.clock import now, today, years_ago
from units.models import Membership, Office, Role, Stateful, Succession, User
from units.models.person import UNIT_ROLES, with_roles

# Who keeps the list of conflicts: reads all of them, confirms and lifts those of others.
KEEPERS = (Role.DIRECTOR, Role.ADMINISTRATOR)
# Who judges, and therefore has to say from what to keep away.
JUDGES = (Role.CASE_OFFICER, Role.DIRECTOR)


class ConflictQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; all of them for those who keep the list."""
        return self if user.has_role(*KEEPERS) else self.filter(person=user)

    def in_force(self):
        return self.exclude(status=Conflict.Status.LIFTED)

    def for_listing(self):
        """Those in force first, the newest at the top."""
        is_lifted = models.Case(models.When(status=Conflict.Status.LIFTED, then=1), default=0)
        return self.select_related("person", "unit", "declared_by").order_by(is_lifted, "-declared_at", "-pk")


class Conflict(Stateful):
    """Why a person does not decide about a unit, beside what the roles tell by themselves.

    It is in force from the moment it is declared; that somebody confirms it is only for the record.
    """

    class Ground(models.TextChoices):
        FORMER = "former", _("worked there before")
        FAMILY = "family", _("a relative works there")
        OTHER = "other", _("another reason")

    class Status(models.TextChoices):
        DECLARED = "declared", pgettext_lazy("conflict of interest", "declared")
        CONFIRMED = "confirmed", _("confirmed")
        LIFTED = "lifted", _("lifted")

    MOVES = {
        "confirm": ({Status.DECLARED}, Status.CONFIRMED),
        "lift": ({Status.DECLARED, Status.CONFIRMED}, Status.LIFTED),
    }
    VERBS = {
        "declare": _("conflict of interest declared"),
        "confirm": _("confirmed"),
        "lift": _("lifted"),
    }
    TONES = {"declared": "warn", "confirmed": "warn"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflicts", verbose_name=_("person")
    )
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="conflicts", verbose_name=_("unit"))
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DECLARED)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared at"), default=now)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit"], condition=~Q(status="lifted"), name="conflict_once_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(ground="other") | ~Q(note=""), name="other_conflict_says_what"
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.unit}"

    def get_absolute_url(self):
        return f"{reverse('assessments:conflicts')}#conflict-{self.pk}"

    def audience(self, verb):
        """Directors hear of a declaration, the person of what becomes of it."""
        return (
            User.objects.holding([Role.DIRECTOR]).filter(is_active=True)
            if verb == "declare"
            else [self.person]
        )


class ConflictHint(models.Model):
    """A likely conflict that somebody looked at and found to be none; it is not asked about again."""

    VERBS = {"rule_out": _("found to be no conflict of interest")}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="conflict_hints", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "units.Unit", models.CASCADE, related_name="conflict_hints", verbose_name=_("unit")
    )
    # By which rule the two had been found; another rule may find them once more.
    rule = models.CharField(_("by which rule"), max_length=20)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=now)

    class Meta:
        verbose_name = _("likely conflict that is none")
        verbose_name_plural = _("likely conflicts that are none")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "unit", "rule"], name="hint_ruled_out_once")]

    def __str__(self):
        return f"{self.person} · {self.unit}"


class ConflictOverrideQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; all of them for those who keep the list."""
        return self if user.has_role(*KEEPERS) else self.filter(person=user)

    def asked(self):
        return self.filter(status=ConflictOverride.Status.ASKED)

    def to_decide_by(self, user):
        """What waits for this person as the second one: a director decides, and never on an own one."""
        is_director = user.has_role(Role.DIRECTOR)
        return self.asked().exclude(person=user) if is_director else self.none()

    def in_force(self):
        """Approved, and the last day has not gone by."""
        return self.filter(status=ConflictOverride.Status.APPROVED, until__gte=today())

    def of_entry(self, entry):
        """Those that reach this entry: for it alone, or for all of its unit."""
        return self.filter(Q(entry=entry) | Q(entry__isnull=True, unit=entry.unit_id))

    def for_listing(self):
        """What waits comes first, then the newest."""
        waits = models.Case(models.When(status=ConflictOverride.Status.ASKED, then=0), default=1)
        return self.select_related("person", "unit", "entry", "decided_by").order_by(
            waits, "-asked_at", "-pk"
        )


class ConflictOverride(Stateful):
    """In need somebody decides although there is a conflict: asked for with a reason, approved by a second
    person, for one record or for one unit, until a day."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waits for a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        ENDED = "ended", _("ended early")

    MOVES = {
        "approve": ({Status.ASKED}, Status.APPROVED),
        "refuse": ({Status.ASKED}, Status.REFUSED),
        "end": ({Status.APPROVED}, Status.ENDED),
    }
    VERBS = {
        "ask": _("exception asked for"),
        "approve": _("exception approved"),
        "refuse": _("exception refused"),
        "end": _("exception ended"),
    }
    TONES = {"asked": "info", "approved": "warn", "refused": "bad"}

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflict_overrides", verbose_name=_("person")
    )
    unit = models.ForeignKey(
        "units.Unit", models.PROTECT, related_name="conflict_overrides", verbose_name=_("unit")
    )
    # Empty: whatever the unit handed in.
    entry = models.ForeignKey(
        "assessments.LedgerEntry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conflict_overrides",
        verbose_name=_("for this record only"),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ASKED)
    reason = models.CharField(_("why it is needed"), max_length=300)
    until = models.DateField(_("until"))
    asked_at = models.DateTimeField(_("asked"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ConflictOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception from recusal")
        verbose_name_plural = _("exceptions from recusal")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=Q(status="asked", entry__isnull=True),
                name="override_of_unit_asked_once",
            ),
            models.UniqueConstraint(
                fields=["person", "entry"], condition=Q(status="asked"), name="override_of_entry_asked_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_gives_a_reason"),
            models.CheckConstraint(
                condition=Q(status="asked", decided_by__isnull=True)
                | (~Q(status="asked") & Q(decided_by__isnull=False) & ~Q(decided_by=F("person"))),
                name="override_takes_a_second_person",
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.entry.told_title if self.entry else self.unit}"

    def get_absolute_url(self):
        return reverse("assessments:override", args=[self.pk])

    @property
    def is_in_force(self):
        return self.status == self.Status.APPROVED and self.until >= today()

    def audience(self, verb):
        """Directors hear that one is asked for, the person of what is decided."""
        return (
            User.objects.holding([Role.DIRECTOR]).filter(is_active=True) if verb == "ask" else [self.person]
        )


# ── the one question ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Recusal:
    """From which units a person keeps away, as numbers, and what was permitted all the same."""

    # Works for it now: nobody decides on the own work, and no second person permits it.
    own: frozenset = frozenset()
    # Came into the own unit by merger or split, or stands in the tree of the own department.
    tree: frozenset = frozenset()
    # Worked for it, or for the department, not long ago; with what became of it by merger or split.
    former: frozenset = frozenset()
    declared: frozenset = frozenset()
    permitted_units: frozenset = frozenset()
    permitted_entries: frozenset = frozenset()

    @property
    def units(self):
        """Every unit with which there is a conflict, permitted or not: no work of theirs is assigned."""
        return self.own | self.tree | self.former | self.declared

    @property
    def closed(self):
        """The units about which the person decides nothing; single entries may be permitted."""
        return self.own | (self.units - self.permitted_units)

    def bars(self, unit, entry=None):
        """Whether the person may not decide about the unit of this number, or on this entry of it."""
        if unit in self.own or unit not in self.closed:
            return unit in self.own
        return entry is None or entry not in self.permitted_entries

    def ground(self, unit):
        """Why there is a conflict with the unit of this number: a word of `GROUNDS`, or "" without one."""
        kinds = ("own", "tree", "former", "declared")
        return next((kind for kind in kinds if unit in getattr(self, kind)), "")


# Why somebody keeps away, as a page says it after “because”.
GROUNDS = {
    "own": _("you work for this unit yourself"),
    "tree": _("this unit stands below your own department, or your own unit came from it"),
    "former": _("you worked for this unit not long ago"),
    "declared": _("a conflict of interest with this unit is on record"),
}


def recusal(user):
    """From which units this person keeps away; read once per request, like the roles."""
    # Asked by name: the person of a request is a lazy object, whose own dictionary holds nothing.
    if getattr(user, "recusal", None) is None:
        know_recusals([user])
    return user.recusal


def with_recusals(people):
    """The people, each knowing from which units to keep away, in the same statements for all of them."""
    people = with_roles(people)
    know_recusals(people)
    return people


def know_recusals(people):
    """In one statement, and one or two more where somebody left a unit or declared a conflict."""
    known = [person.pk for person in people if person.pk]
    rows = list(said_of(known)) if known else []
    came = came_from({what: {row[2] for row in rows if row[1] == what} for what in ("former", "declared")})
    for person in people:
        person.recusal = told_by([row[1:] for row in rows if row[0] == person.pk], person, came)


def came_from(units):
    """Kind of conflict → unit → what became of it by merger or split."""
    return {kind: successors_of(found) if found else {} for kind, found in units.items()}


def told_by(rows, person, came):
    """What a person keeps away from, as these rows (what, unit, entry) and the roles tell it."""
    told = {
        kind: {unit for what, unit, _entry in rows if what == kind} for kind in ("former", "declared", "unit")
    }
    for kind, successors_by_unit in came.items():
        told[kind] = told[kind].union(*(successors_by_unit.get(unit, ()) for unit in told[kind]))
    own = frozenset(person.unit_ids)
    return Recusal(
        own=own,
        tree=frozenset(person.seen_ids) - own,
        former=frozenset(told["former"]),
        declared=frozenset(told["declared"]),
        permitted_units=frozenset(told["unit"]),
        permitted_entries=frozenset(entry for what, _unit, entry in rows if what == "entry"),
    )


def said_of(people):
    """(person, what, unit, entry) of every role that ended, declaration and exception that counts now."""
    number = models.BigIntegerField()
    nothing = Value(0, output_field=number)

    def as_rows(rows, whose, what, entry=nothing):
        marked = rows.order_by().annotate(what=Value(what), about=entry)
        return marked.values_list(whose, "what", "unit_id", "about")

    permitted = ConflictOverride.objects.filter(person__in=people).in_force()
    return as_rows(former_roles(people), "user_id", "former").union(
        as_rows(Conflict.objects.filter(person__in=people).in_force(), "person_id", "declared"),
        as_rows(permitted.filter(entry__isnull=True), "person_id", "unit"),
        as_rows(
            permitted.filter(entry__isnull=False),
            "person_id",
            "entry",
            Coalesce("entry_id", nothing, output_field=number),
        ),
    )


def former_roles(people):
    """The people's roles for a unit that ended within the years for which a former unit counts."""
    return Membership.objects.filter(user__in=people, role__in=UNIT_ROLES, ended_at__gt=former_since())


def former_since():
    """A unit that somebody left after this moment still counts as a former one."""
    return years_ago(Office.current().recusal_years)


def successors_of(units):
    """Number of each unit → what became of it by merger or split, in one statement."""
    found = defaultdict(set)
    rows = succeeding(units).values_list("before", "before__predecessors__before", "after")
    for before, earlier, after in rows:
        for unit in {before, earlier} & units:
            found[unit].add(after)
    return found


def successors(units):
    """A query of the numbers of what came from the units, given as numbers or as a query of them.

    Through two acts: what was merged or split three times within the years of recusal is another unit.
    """
    return succeeding(units).values_list("after", flat=True)


def succeeding(units):
    """The acts by which something came from the units, right away or through one more."""
    came = Q(before__in=units) | Q(before__predecessors__before__in=units)
    return Succession.objects.filter(came).order_by()


def free_to_decide(user, entry=""):
    """`Recusal.bars` as a condition on records, without a statement of its own: lists can afford that.

    `entry` is how the query names an entry ("pk"), where single ones can be permitted.
    """
    former = former_roles([user.pk]).order_by().values("unit")
    declared = Conflict.objects.filter(person=user).in_force().order_by().values("unit")
    conflicted = Q(unit__in=user.seen_ids) | Q(unit__in=former) | Q(unit__in=declared)
    conflicted |= Q(unit__in=successors(former)) | Q(unit__in=successors(declared))
    overrides = ConflictOverride.objects.filter(person=user).in_force().order_by()
    permitted = Q(unit__in=overrides.filter(entry__isnull=True).values("unit"))
    if entry:
        permitted |= Q(**{f"{entry}__in": overrides.filter(entry__isnull=False).values("entry")})
    return ~conflicted | (permitted & ~Q(unit__in=user.unit_ids))
