"""Moderation: the order as it would be if all reviewers were equally severe, shown as a preview.

It changes nothing until it is adopted: proposed with a reason and a document number, confirmed by a second
person as it was looked at, and withdrawn whenever need be before a ranking is released.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from assessments.models import Claim, Cycle, LedgerEntry, Mark, Moderation, ModerationLine, Review, Stage
from assessments.scoring.agreement import Severity, severities
from assessments.scoring.moderation import (
    ENOUGH,
    Given,
    Moderated,
    correction,
    leaning,
    moderated,
)
from assessments.scoring.ranking import Standing
from assessments.scoring.ranking import places as places_of
from civportal.lib.clock import now
from civportal.lib.money import plain_decimal
from units.actions import notification, trail
from units.actions.move import lock, move
from units.models import Membership

from . import agreement, calibration_standing, publication, score
from .values import PreviewOutdated

# ── the preview ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reviewer:
    """A reviewer's severity, and what of it is believed."""

    who: int
    name: str
    severity: Severity
    leaning: Decimal


@dataclass(frozen=True)
class Record:
    """An accepted claim: what it got, who gave it, and how far they lean."""

    claim: Claim
    given: Given
    leaning: Decimal = Decimal(0)


@dataclass
class Part:
    """One indicator of one unit that its records prove."""

    indicator: object
    moderated: Moderated
    records: list[Record]


@dataclass
class Row:
    """One unit: as it stands, and as it would."""

    unit: object
    sheet: object
    before: Decimal
    rank_before: int
    value: Decimal
    parts: list[Part]
    rank_after: int = 0

    @property
    def after(self):
        return self.before + self.value

    @property
    def moved(self):
        """Places gained; below zero lost."""
        return self.rank_before - self.rank_after

    @property
    def moved_points(self):
        """The points from which the corrected base score is counted."""
        return self.sheet.raw + sum(part.moderated.difference for part in self.parts)

    @property
    def moderated_base(self):
        return self.sheet.base + self.value

    @property
    def moving(self):
        """The indicators that move."""
        return [part for part in self.parts if part.moderated.difference]


@dataclass(frozen=True)
class Board:
    """The units of one kind in the order in which they stand."""

    name: str
    rows: list[Row]


@dataclass
class Preview:
    """The year's ranking beside the one that moderation would give, and on how much it rests."""

    cycle: object
    compared: int
    reviewers: list[Reviewer]
    boards: list[Board] = field(default_factory=list)

    @property
    def is_enough(self):
        """Whether anything can be said at all."""
        return self.compared >= ENOUGH

    @property
    def rows(self):
        return [row for board in self.boards for row in board.rows]

    @property
    def moderated_rows(self):
        return [row for row in self.rows if row.value]

    @property
    def digest(self):
        """Changes with every number that was looked at."""
        said = [
            [row.sheet.pk, str(row.before), str(row.value), row.rank_before, row.rank_after]
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps([self.cycle.pk, self.compared, said]).encode()).hexdigest()


def preview(cycle):
    """The preview of the year as it stands now, in the same few queries however many units there are."""
    compared = compared_in(cycle)
    found = severities([one.marked for one in compared])
    names = {who: name for one in compared for who, name in one.names.items()}
    reviewers = [Reviewer(who, names[who], severity, leaning(severity)) for who, severity in found.items()]
    result = Preview(
        cycle,
        len(compared),
        sorted(reviewers, key=lambda one: (-abs(one.leaning), one.name)),
    )
    if result.is_enough:
        result.boards = boards_of(cycle, {one.who: one.leaning for one in reviewers})
    return result


def compared_in(cycle):
    """What several marked blind this year: for a decision, or in a closed calibration round.

    Both together. Alone the calibration is too few marks and made under observation; alone the double
    marks pair some more often than others.
    """
    blind = agreement.compared_in(agreement.told(cycle).filter(settles=False))
    both = [*blind, *calibration_standing.compared_in_year(cycle)]
    return [one for one in both if len(one.points) > 1]


def boards_of(cycle, known):
    """Kind by kind, each unit before and after."""
    records = records_of(cycle)
    indicators = {one.pk: one for one in cycle.standard.indicators.items().proved_by_ledger()}
    ranking = publication.live(cycle)
    return [
        Board(board.name, ranked([row_of(it, records, indicators, known) for it in board.rows], cycle))
        for board in ranking.boards
    ]


def records_of(cycle):
    """Unit number → indicator number → its accepted records, in three queries."""
    accepted = Claim.objects.filter(entry__cycle=cycle, entry__status=LedgerEntry.Status.ACCEPTED)
    claims = accepted.filter(points__isnull=False).select_related("entry").order_by("pk")
    # Of a record only what is shown: its text would fill the memory.
    claims = claims.only("points", "indicator", "entry__title", "entry__unit")
    marked, decided = markers_of(accepted), deciders_of(cycle)
    found = defaultdict(lambda: defaultdict(list))
    for claim in claims:
        by = marked.get(claim.pk) or decided.get(claim.entry_id, ())
        found[claim.entry.unit_id][claim.indicator_id].append(Record(claim, Given(claim.points, by)))
    return found


def markers_of(claims):
    """Claim number → those whose marks counted: all who marked blind, or the arbiter alone."""
    marks = Mark.objects.told().filter(claim__in=claims.order_by(), round=F("claim__entry__round"))
    blind, arbiter = defaultdict(list), {}
    for claim, by, settles in marks.order_by("pk").values_list("claim", "by", "settles"):
        if settles:
            arbiter[claim] = (by,)
        else:
            blind[claim].append(by)
    return {claim: tuple(by) for claim, by in blind.items()} | arbiter


def deciders_of(cycle):
    """Record number → who accepted it, as a tuple of one."""
    accepted = Review.objects.filter(
        entry__cycle=cycle, verdict=Review.Verdict.ACCEPTED, round=F("entry__round")
    )
    return {entry: (by,) for entry, by in accepted.order_by().values_list("entry", "by")}


def row_of(place, records, indicators, known):
    """One unit's numbers: indicator by indicator, then its final score."""
    sheet = place.sheet
    traits = score.traits_of(sheet.unit_year)
    parts = [
        Part(
            it,
            moderated(it.maximum, [one.given for one in found], known),
            [leaned(one, known) for one in found],
        )
        for it in indicators.values()
        if score.item_of(it).applies_to(traits) and (found := records[place.unit.pk][it.pk])
    ]
    value = correction(sheet.raw, sheet.applicable, [part.moderated for part in parts])
    return Row(place.unit, sheet, sheet.total - sheet.moderation, 0, value, parts)


def leaned(record, known):
    """The record with how far those lean who gave its points."""
    return replace(record, leaning=record.given.leaning(known))


def ranked(rows, cycle):
    """The rows with their places before and after, in the order of before."""
    by_key = {row.sheet.pk: row for row in rows}
    ties = cycle.standard.ties
    before = places_of([standing(row, row.before) for row in rows], ties)
    for place in before:
        by_key[place.key].rank_before = place.rank
    for place in places_of([standing(row, row.after) for row in rows], ties):
        by_key[place.key].rank_after = place.rank
    return [by_key[place.key] for place in before]


def standing(row, total):
    """What a place depends on; ties are broken by the points as they were decided."""
    return Standing(row.sheet.pk, total, publication.points_by_group(row.sheet.groups))


def people_of(row):
    """Numbers of everybody who gave points to this unit."""
    return {who for part in row.parts for record in part.records for who in record.given.by}


# ── the decision ─────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def propose(cycle, *, reason, minutes, digest, by):
    """The director proposes to adopt the preview with this digest, and names reason and minutes.

    Raises ValidationError without them, where there is too little to go by or nothing moves, when one
    stands already, the year is not open or its ranking is released; PreviewOutdated when the numbers
    are no longer those that were looked at.
    """
    cycle = lock(cycle)
    refuse_frozen(cycle)
    reason, minutes = needed(reason, minutes)
    if Moderation.objects.standing().filter(cycle=cycle).exists():
        raise ValidationError(_("A moderation of this year is proposed or adopted already."))
    found = held_still(cycle, digest)
    moderation = Moderation.objects.create(
        cycle=cycle, reason=reason, minutes=minutes, digest=digest, compared=found.compared, proposed_by=by
    )
    ModerationLine.objects.bulk_create(line_of(moderation, row) for row in found.rows)
    trail.record(moderation, "propose", by=by, note=reason, to_status=moderation.status)
    transaction.on_commit(lambda: notification.announce(moderation, "propose", by=by, note=reason))
    return moderation


def refuse_frozen(cycle, since=None):
    """Raise ValidationError once the ranking is out, or the year is over: its scores are frozen.

    `since` is when the numbers were fixed; whatever was released later holds them.
    """
    if cycle.status != Cycle.Status.OPEN:
        raise ValidationError(_("The year is not open; its values can no longer be changed."))
    if is_frozen(cycle, since):
        raise ValidationError(
            _("The ranking of this year is released. Nothing is moderated any more, unless it is withdrawn.")
        )


def is_frozen(cycle, since=None):
    """Whether a ranking is out that nothing may contradict.

    An interim one, released before the stage of the results began, freezes nothing but itself.
    """
    results = cycle.stage(Stage.Kind.RESULTS)
    final = Q(released_at__date__gte=results.opens_on) if results else Q()
    return cycle.releases.published().filter(final | Q(released_at__gte=since) if since else final).exists()


def needed(reason, minutes):
    """Both in one line; raises ValidationError for what is missing or too long."""
    reason, minutes = " ".join(reason.split()), " ".join(minutes.split())
    if not reason:
        raise ValidationError({"reason": _("Say why points have to be moderated.")})
    if not minutes:
        raise ValidationError({"minutes": _("Name the document or the minutes that decided it.")})
    if len(reason) > 300 or len(minutes) > 100:
        raise ValidationError(_("A reason has 300 characters at most, a document number 100."))
    return reason, minutes


def held_still(cycle, digest):
    """The preview, if it can be adopted and is the one that was looked at.

    Every sheet is held from here on: no decision comes between what was looked at and what is adopted.
    """
    score.all_held(cycle)
    found = preview(cycle)
    if not found.is_enough:
        raise ValidationError(_("Too little was marked by several reviewers to go by."))
    if found.digest != digest:
        raise PreviewOutdated
    if not found.moderated_rows:
        raise ValidationError(_("No score would move; there is nothing to adopt."))
    return found


def line_of(moderation, row):
    """What is kept of one unit: every number as it was looked at."""
    return ModerationLine(
        moderation=moderation,
        sheet=row.sheet,
        value=row.value,
        total=row.before,
        rank_before=row.rank_before,
        rank_after=row.rank_after,
        parts=[kept(part) for part in row.moving],
    )


def kept(part):
    """One indicator that moves, without anybody's name: the unit reads it, too."""
    return {
        "code": part.indicator.code,
        "name": part.indicator.name,
        "maximum": plain_decimal(part.indicator.maximum),
        "counted": plain_decimal(part.moderated.counted),
        "corrected": plain_decimal(part.moderated.corrected),
    }


def adopt(moderation, *, by, seen=None):
    """A second person adopts it: every unit's line stands on its sheet from now on.

    Raises ValidationError for who proposed it and once a ranking is out, PreviewOutdated when the
    numbers changed since it was proposed, MoveNotAllowed when somebody else decided first.
    """
    with transaction.atomic():
        # The year first, as a release does: one of the two waits for the other.
        cycle = lock(moderation.cycle)
        refuse_frozen(cycle, since=moderation.proposed_at)
        check_second_person(moderation, by)
        with move(moderation, "adopt", by=by, note=moderation.minutes, seen=seen) as moderation:
            moderation.decided_by, moderation.decided_at = by, now()
            held_still(cycle, moderation.digest)
        basis = basis_of(moderation)
        moved = score.moderate(cycle, list(moderation.lines.exclude(value=0)), basis=basis, by=by)
        tell_units(moved, "moderate", ADOPTED_NOTE, basis, by=by)
    return moderation


# What a unit is told when its final score moves, and moves back.
ADOPTED_NOTE = gettext_lazy(
    "Final score %(before)s → %(after)s. The reason stands on the score sheet under “Moderation by "
    "severity”: %(why)s"
)
WITHDRAWN_NOTE = gettext_lazy(
    "Final score %(before)s → %(after)s: the moderation was withdrawn. The reason stands in the history of "
    "the score sheet: %(why)s"
)


def tell_units(moved, verb, words, why, *, by):
    """After the commit, tell who writes for each unit whose final score moved; one message each."""
    writers = Membership.objects.writers_of([sheet.unit.pk for sheet, _before in moved])
    with override(settings.LANGUAGE_CODE):
        told = [
            (sheet, person, words % {"before": f"{before:.2f}", "after": f"{sheet.total:.2f}", "why": why})
            for sheet, before in moved
            for person in writers.get(sheet.unit.pk, ())
        ]
    transaction.on_commit(partial(notification.announce_notes, told, verb, by=by, at=now()))


def basis_of(moderation):
    """What the sheet names as the basis of the line."""
    return _("%(minutes)s: %(reason)s") % {"minutes": moderation.minutes, "reason": moderation.reason[:190]}


def check_second_person(moderation, by):
    if moderation.proposed_by_id == by.pk:
        raise ValidationError(_("Nobody adopts an own proposal; another person decides on it."))


def refuse(moderation, *, note, by, seen=None):
    """A second person does not adopt it, and says why."""
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why it is refused."))
    check_second_person(moderation, by)
    with move(moderation, "refuse", by=by, note=note, seen=seen) as moderation:
        moderation.decided_by, moderation.decided_at = by, now()
    return moderation


def withdraw(moderation, *, note, by, seen=None):
    """Take the proposal back, or the lines off the sheets again; until a ranking is released.

    Raises ValidationError without a reason or once a ranking is out.
    """
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why it is withdrawn."))
    with transaction.atomic():
        cycle = lock(moderation.cycle)
        standing = lock(moderation)
        was_adopted = standing.is_adopted
        refuse_frozen(cycle, since=standing.decided_at if was_adopted else None)
        with move(moderation, "withdraw", by=by, note=note, seen=seen) as moderation:
            pass
        if was_adopted:
            moved = score.unmoderate(cycle, list(moderation.lines.exclude(value=0)), basis=note, by=by)
            tell_units(moved, "unmoderate", WITHDRAWN_NOTE, note, by=by)
    return moderation
