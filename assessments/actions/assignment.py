"""Who reviews what: proposed by a rule and looked at, locked in one go, topped up, corrected by hand."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Assignment, Cycle, LedgerEntry
from assessments.models.conflict import JUDGES, recusal
from assessments.scoring.assigning import Proposal, propose
from units.actions import notification, trail
from units.actions.move import lock
from units.models import Unit, User

from . import mark

# Why somebody is not possible for a task, the weightiest first.
REASONS = {
    "conflict": gettext_lazy("has to keep away"),
    "last_year": gettext_lazy("had it last year"),
    "town": gettext_lazy("same town"),
    "full": gettext_lazy("at the limit"),
}


@dataclass(frozen=True)
class Wish:
    """How reviewers are dealt out: `by` unit or indicator, how many for each, and what is to be avoided."""

    by: str
    each: int
    limit: int
    seed: int
    reviewers: tuple[int, ...]
    rotate: bool = True
    other_town: bool = True


@dataclass
class Row:
    """One unit or indicator of the preview."""

    task: object
    held: list = field(default_factory=list)
    added: list = field(default_factory=list)
    missing: int = 0
    # (person, why not)
    excluded: list = field(default_factory=list)

    @property
    def badness(self):
        """What is not filled comes first, then what is new."""
        return -self.missing, not self.added


@dataclass
class Preview:
    """What would be assigned, task by task, and how much everybody would have."""

    wish: Wish
    rows: list
    # (person, how many before, how many then)
    loads: list
    proposal: Proposal
    digest: str

    @property
    def count(self):
        return sum(map(len, self.proposal.added.values()))

    @property
    def unfilled(self):
        return sum(1 for row in self.rows if row.missing)


def judges():
    """Whoever can be assigned: the office's case officers and directors."""
    return User.objects.holding(JUDGES).filter(is_active=True).order_by("name", "pk")


# ── the proposal ─────────────────────────────────────────────────────────────────────────────────


def preview(cycle, wish):
    """What the wish comes to now; nothing is written."""
    tasks, everybody = tasks_of(cycle, wish), {person.pk: person for person in judges()}
    reviewers = {pk: everybody[pk] for pk in wish.reviewers if pk in everybody}
    there = existing(cycle, wish, tasks)
    barred = excluded(cycle, wish, tasks, everybody)
    # Who may not have it any more does not fill the place; the row stays until somebody takes it back.
    conflicted = {pair for pair, reason in barred.items() if reason == "conflict"}
    counted = {
        task: {one for one in held if one in everybody and (task, one) not in conflicted}
        for task, held in there.items()
    }
    before = {pk: sum(pk in held for held in there.values()) for pk in everybody}
    proposal = propose(
        tasks,
        reviewers,
        each=wish.each,
        limit=wish.limit,
        barred=barred,
        existing=counted,
        loads=before,
        seed=wish.seed,
    )
    loads = [(one, before[pk], proposal.loads[pk]) for pk, one in reviewers.items()]
    names = everybody | User.objects.in_bulk(set().union(*there.values()) - set(everybody))
    rows = [row_of(task, pk, names, reviewers, there, barred, proposal, wish) for pk, task in tasks.items()]
    return Preview(wish, sorted(rows, key=lambda row: row.badness), loads, proposal, digest(there, proposal))


def tasks_of(cycle, wish):
    """Number → unit or indicator, in the office's order."""
    if wish.by == "unit":
        units = Unit.objects.filter(years__cycle=cycle).select_related("town")
        return {unit.pk: unit for unit in units.order_by("sort_order", "pk")}
    return {one.pk: one for one in cycle.standard.indicators.proved_by_ledger()}


def rows_by(cycle, wish):
    """The assignments of that kind in the year, and the name of what they are of."""
    rows = Assignment.objects.filter(cycle=cycle)
    return (rows.whole_units(), "unit") if wish.by == "unit" else (rows.whole_indicators(), "indicator")


def existing(cycle, wish, tasks):
    """Task → who has it already."""
    rows, name = rows_by(cycle, wish)
    found = defaultdict(set)
    for task, reviewer in rows.values_list(name, "reviewer"):
        found[task].add(reviewer)
    return {task: found[task] for task in tasks}


def excluded(cycle, wish, tasks, people):
    """(task, person) → why the two do not go together."""
    found = {}
    if wish.by == "unit":
        for pk, person in people.items():
            kept_away = recusal(person).units
            found |= {(task, pk): "conflict" for task in tasks if task in kept_away}
    if wish.rotate:
        for pair in last_year(cycle, wish, tasks):
            found.setdefault(pair, "last_year")
    if wish.by == "unit" and wish.other_town:
        for pair in of_own_town(tasks, people):
            found.setdefault(pair, "town")
    return found


def last_year(cycle, wish, tasks):
    """(task, person) of the year before; indicators are the same where their code is."""
    before = Cycle.objects.filter(year=cycle.year - 1).first()
    rows, name = rows_by(before, wish)
    if wish.by == "unit":
        return set(rows.values_list(name, "reviewer"))
    by_code = {indicator.code: pk for pk, indicator in tasks.items()}
    held = rows.values_list("indicator__code", "reviewer")
    return {(by_code[code], one) for code, one in held if code in by_code}


def of_own_town(tasks, people):
    """(unit, person) where the unit lies in a town from which a unit of the person's is, or was."""
    own = {pk: recusal(person).own | recusal(person).former for pk, person in people.items()}
    units = Unit.objects.filter(pk__in=set().union(*own.values())).values_list("pk", "town")
    town_of = dict(units)
    for pk, numbers in own.items():
        towns = {town_of.get(number) or number for number in numbers}
        for task, unit in tasks.items():
            if unit.town_id in towns or task in towns:
                yield task, pk


def row_of(task, pk, names, reviewers, there, barred, proposal, wish):
    """One line of the preview, with who is not possible and why where places stay empty."""
    row = Row(
        task=task,
        held=[names[one] for one in sorted(there[pk])],
        added=[names[one] for one in proposal.added.get(pk, ())],
        missing=proposal.missing.get(pk, 0),
    )
    for one, person in reviewers.items():
        reason = barred.get((pk, one))
        if reason is None and row.missing and person not in row.held + row.added:
            reason = "full"
        if reason:
            row.excluded.append((person, REASONS[reason]))
    return row


def digest(there, proposal):
    """A short name of all that the preview shows: what is assigned already, and what would be."""
    told = [
        sorted([task, sorted(people)] for task, people in there.items() if people),
        sorted([task, sorted(people)] for task, people in proposal.added.items()),
    ]
    return sha256(json.dumps(told).encode("ascii")).hexdigest()


# ── acts ─────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def apply(cycle, wish, *, digest, by):
    """Lock the proposal that stood on the screen: all of it in one go, and nothing that is there moves.

    Raises ValidationError when the same wish comes to something else by now, or to nothing new.
    """
    cycle = held(cycle)
    found = preview(cycle, wish)
    if found.digest != digest:
        raise ValidationError(_("Something changed since you looked; this is how it stands now. Look again."))
    if not found.count:
        raise ValidationError(_("There is no gap that this could fill."))
    name = rows_by(cycle, wish)[1]
    made = Assignment.objects.bulk_create(
        Assignment(cycle=cycle, **{f"{name}_id": task}, reviewer_id=one, seed=wish.seed, assigned_by=by)
        for task, people in found.proposal.added.items()
        for one in people
    )
    trail.record(cycle, "assign_reviewers", by=by, note=in_words(found))
    transaction.on_commit(partial(tell, made, by))
    return made


def in_words(found):
    """What the history says of a proposal: by which rule, and what everybody got."""
    said = {"each": found.wish.each, "limit": found.wish.limit, "seed": found.wish.seed}
    rule = _("%(each)s each, at most %(limit)s a person, number of the draw %(seed)s") % said
    given = [f"{person} +{then - before}" for person, before, then in found.loads if then > before]
    return "；".join([rule, *given])


def tell(made, by):
    """Everybody who got something is told once, with a link to the queue."""
    first = {one.reviewer_id: one for one in reversed(made)}
    loaded = Assignment.objects.filter(pk__in=[one.pk for one in first.values()])
    pairs = [(one, one.reviewer) for one in loaded.for_listing()]
    notification.announce_each(pairs, "assign", by=by)


def held(cycle):
    """The year under lock; a closed one takes no assignments."""
    cycle = lock(cycle)
    if cycle.status == Cycle.Status.CLOSED:
        raise ValidationError(_("The year is closed."))
    return cycle


@transaction.atomic
def add(cycle, *, reviewer, unit=None, indicator=None, by):
    """Assign one by hand: a unit, an indicator, or one indicator of one unit.

    Raises ValidationError with a conflict of interest, for what is not of the year, or is there already.
    """
    cycle = held(cycle)
    check(cycle, reviewer, unit, indicator)
    made = Assignment.objects.create(
        cycle=cycle, unit=unit, indicator=indicator, reviewer=reviewer, assigned_by=by
    )
    trail.record(cycle, "assign_reviewers", by=by, note=str(made))
    transaction.on_commit(partial(tell, [made], by))
    return made


def check(cycle, reviewer, unit, indicator):
    if unit is None and indicator is None:
        raise ValidationError(_("Name a unit, an indicator, or both."))
    if unit and not cycle.unit_years.filter(unit=unit).exists():
        raise ValidationError({"unit": _("This unit takes no part in the year.")})
    if unit and unit.pk in recusal(reviewer).units:
        text = _("%(person)s has a conflict of interest with this unit.") % {"person": reviewer}
        raise ValidationError({"reviewer": text})
    there = Assignment.objects.filter(cycle=cycle, unit=unit, indicator=indicator, reviewer=reviewer)
    if there.exists():
        raise ValidationError({"reviewer": _("This is assigned to the person already.")})


@transaction.atomic
def remove(assignment, *, by):
    """Take one back; what the person decided stays decided."""
    cycle = held(assignment.cycle)
    said = str(assignment)
    if not Assignment.objects.filter(pk=assignment.pk).delete()[0]:
        return
    if assignment.entry_id:
        trail.record(assignment, "take_back", by=by, note=said)
    else:
        trail.record(cycle, "unassign_reviewer", by=by, note=said)


@transaction.atomic
def set_rule(cycle, *, only_assigned, by):
    """Say whether only who is assigned decides where somebody is; whether that changed anything."""
    cycle = held(cycle)
    if cycle.only_assigned == only_assigned:
        return False
    changes = {"only_assigned": [cycle.only_assigned, only_assigned]}
    cycle.only_assigned = only_assigned
    cycle.version += 1
    cycle.save(update_fields=["only_assigned", "version"])
    trail.record(cycle, "rule_assignment", by=by, changes=changes)
    return True


# ── single records ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Deal:
    """To whom records are given one by one, and how many may wait for the person at most.

    `shared`: also records that somebody else is assigned to.
    """

    reviewer: User
    limit: int
    shared: bool = False


@transaction.atomic
def give(entry, deal, *, by, seen=None):
    """Assign this one waiting record; the others of its unit are not touched.

    Raises ValidationError saying why the reviewer does not get it, MoveNotAllowed when it is decided or
    not the version `seen`.
    """
    # The record before the year, like whoever decides: two locks in one order. Under the year's,
    # the limit holds although two directors give to the same person at once.
    entry = mark.locked(entry, seen)
    held(entry.cycle)
    reason = hindrances([entry], deal)[entry.pk]
    if reason:
        raise ValidationError(reason)
    made = Assignment.objects.create(cycle=entry.cycle, entry=entry, reviewer=deal.reviewer, assigned_by=by)
    # About the assignment: the history of the record is read by its unit, which is not told who judges.
    trail.record(made, "give", by=by, note=str(made))
    return made


def hindrances(entries, deal):
    """Record number → why the reviewer does not get it, or "": asked in the order given, up to the limit."""
    there, room = reviewers_of(entries), deal.limit - waiting_for(deal.reviewer)
    found = {}
    for entry in entries:
        found[entry.pk] = why_not(entry, there[entry.pk], deal) or ("" if room > 0 else full(deal))
        room -= not found[entry.pk]
    return found


def why_not(entry, assigned, deal):
    """Why the record is not this reviewer's to get, whatever the limit; "" where it is."""
    reviewer = deal.reviewer
    if entry.unit_id in recusal(reviewer).units:
        return _("%(person)s has a conflict of interest with this unit.") % {"person": reviewer}
    if entry.on_behalf and entry.created_by_id == reviewer.pk:
        return _("%(person)s wrote it for the unit.") % {"person": reviewer}
    if entry.is_marked_by(reviewer):
        return _("%(person)s has given marks for it already.") % {"person": reviewer}
    if reviewer in assigned:
        return _("It is assigned to %(person)s already.") % {"person": reviewer}
    if assigned and not deal.shared:
        others = "、".join(sorted(map(str, assigned)))
        return _("Somebody else is assigned to it: %(people)s.") % {"people": others}
    return ""


def full(deal):
    said = {"person": deal.reviewer, "limit": deal.limit}
    return _("%(person)s would have more than %(limit)s waiting records.") % said


def waiting_for(reviewer):
    """How many records of open years wait for a decision and are assigned to the person."""
    waiting = LedgerEntry.objects.awaiting_review().filter(cycle__status=Cycle.Status.OPEN)
    return waiting.assigned_to(reviewer).count()


def reviewers_of(entries):
    """Record number → whoever is assigned to it by any way, in one question for all of them."""
    rows = Assignment.objects.filter(cycle__in={entry.cycle_id for entry in entries})
    rows = rows.filter(Q(entry=None) | Q(entry__in=entries)).select_related("reviewer")
    by_way = defaultdict(set)
    for row in rows.filter(Q(unit=None) | Q(unit__in={entry.unit_id for entry in entries})):
        by_way[row.entry_id, row.unit_id, row.indicator_id].add(row.reviewer)
    return {entry.pk: set().union(*(by_way[way] for way in ways_to(entry))) for entry in entries}


def ways_to(entry):
    """How an assignment can reach the record: (record, unit, indicator)."""
    yield entry.pk, None, None
    yield None, entry.unit_id, None
    for claim in entry.claims.all():
        yield from ((None, None, claim.indicator_id), (None, entry.unit_id, claim.indicator_id))
