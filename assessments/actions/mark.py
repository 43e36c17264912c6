"""Marks: where several reviewers are asked, each gives points without seeing the others'."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import LedgerEntry, Mark, ReviewDraft
from assessments.models.conflict import with_recusals
from assessments.scoring.agreement import Marked
from assessments.scoring.sampling import is_drawn
from civportal.lib.clock import now
from units.actions import notification, trail
from units.actions.move import MoveNotAllowed, lock
from units.models import TrailEvent, User

from . import review


@dataclass(frozen=True)
class Decision:
    """What became of the record: accepted, waiting for so many more reviewers, or in dispute."""

    entry: LedgerEntry
    missing: int = 0
    is_disputed: bool = False

    @property
    def is_accepted(self):
        return not self.missing and not self.is_disputed

    @property
    def sentence(self):
        """The same for the reviewer who has just decided."""
        said = {"entry": self.entry, "count": self.missing}
        if self.is_disputed:
            return _("Your marks are kept. They lie far from the others', so one more reviewer decides.")
        if self.missing:
            return (
                ngettext(
                    "Your marks for %(entry)s are kept; %(count)s more reviewer gives marks, too.",
                    "Your marks for %(entry)s are kept; %(count)s more reviewers give marks, too.",
                    self.missing,
                )
                % said
            )
        return _("Accepted: %(entry)s.") % said


@transaction.atomic
def decide(entry, points, *, by, note="", seen=None, shown=None):
    """A reviewer accepts the record with points for each claim, as `review.accept` takes them.

    Where one reviewer is enough, the record is accepted. Where several are asked, these are the marks of
    one of them, and the last one completes: if the marks of every claim lie within the year's share of
    full marks of each other, the record is accepted with their mean, rounded half up to a tenth;
    otherwise it goes to one more reviewer, who sees them all and whose points count.

    Raises ValidationError for points that are none or from who has marked already, MoveNotAllowed when
    the record is decided or not the version `seen`.
    """
    entry = locked(entry, seen)
    asked = reviewers_needed(entry)
    if asked == 1:
        return Decision(review.accept(entry, points, by=by, note=note, shown=shown))
    if entry.is_marked_by(by):
        raise ValidationError(_("You have given your marks already; they stay as they are."))
    keep(entry, points, by=by, note=note, shown=shown or {})
    if entry.is_disputed:
        return Decision(review.accept(entry, points, by=by, note=note, shown=shown))
    return complete(entry, asked, by=by)


def with_markers(entries):
    """The entries, each knowing who has marked it in this round, in one statement for all of them."""
    entries = list(entries)
    marked = Mark.objects.filter(claim__entry__in=entries, round=F("claim__entry__round")).order_by()
    known = defaultdict(set)
    for entry, by in marked.values_list("claim__entry", "by"):
        known[entry].add(by)
    for entry in entries:
        entry.marker_ids = known[entry.pk]
    return entries


def locked(entry, seen):
    """The record as it is now, which has to wait for a decision in the version seen."""
    entry = lock(entry)
    if not entry.can("accept") or seen not in (None, entry.version):
        last = TrailEvent.objects.about(entry).last()
        raise MoveNotAllowed(entry, "accept", last if entry.can("accept") else None)
    return entry


def reviewers_needed(entry):
    """How many give their marks: as many as the claimed indicator that asks for most, two where the
    record is drawn for a second reviewer, and two at least once one has marked blind."""
    asked = reviewers_asked(entry)
    return max(asked, 2) if entry.claims.all() and entry.marker_ids else asked


def reviewers_asked(entry):
    """How many the standard and the draw ask for, whatever was marked so far."""
    claims = entry.claims.all()
    if not claims:
        return 1
    cycle = entry.cycle
    second = 2 if is_drawn(entry.receipt or "", cycle.second_review_percent, cycle.review_seed) else 1
    return max(second, *(claim.indicator.reviewers_needed for claim in claims))


def keep(entry, points, *, by, note, shown):
    """Write this reviewer's marks down. History tells who and when, never what: the others are blind."""
    moment = now()
    Mark.objects.bulk_create(
        Mark(
            claim=claim,
            round=entry.round,
            by=by,
            points=review.checked_points(claim.indicator, points.get(claim.pk)),
            note=note,
            confirmed=[name for name in claim.indicator.must_show if name in shown.get(claim.pk, ())],
            settles=entry.is_disputed,
            at=moment,
        )
        for claim in entry.claims.select_related("indicator")
    )
    ReviewDraft.objects.own(by, entry).delete()
    # Who had marked was asked before.
    entry.marker_ids = entry.marker_ids | {by.pk}
    if entry.opened_at is None:
        entry.opened_at = moment
        entry.save(update_fields=["opened_at"])
    trail.record(entry, "mark", by=by)


def complete(entry, asked, *, by):
    """Accept the record if these were the last marks and they agree; another reviewer's, if they do not."""
    marks = list(Mark.objects.of_round(entry).select_related("claim__indicator"))
    missing = asked - len({mark.by_id for mark in marks})
    if missing > 0:
        return Decision(entry, missing=missing)
    together = by_claim(marks)
    if not all(one.is_agreed(entry.cycle.spread_percent) for one in together.values()):
        return dispute(entry, by=by)
    points = {claim: one.settled for claim, one in together.items()}
    return Decision(
        review.accept(entry, points, by=by, note=joined_notes(marks), shown=seen_by_anybody(marks))
    )


def by_claim(marks):
    """Claim number → its marks as plain values; an arbiter's is not among them."""
    points, maximum = defaultdict(dict), {}
    for mark in marks:
        if not mark.settles:
            points[mark.claim_id][mark.by_id] = mark.points
            maximum[mark.claim_id] = mark.claim.indicator.maximum
    return {claim: Marked(maximum[claim], given) for claim, given in points.items()}


def dispute(entry, *, by):
    """One more reviewer arbitrates and is told. The version goes up: a page opened before did not show
    the marks."""
    entry.disputed_round = entry.round
    entry.version += 1
    entry.save(update_fields=["disputed_round", "version"])
    trail.record(entry, "dispute", by=by)
    transaction.on_commit(partial(tell_arbiters, entry, by=by))
    return Decision(entry, is_disputed=True)


def tell_arbiters(entry, *, by):
    """Whoever may arbitrate hears that the record waits for that; nobody who marked it, nor the unit."""
    reviewers = with_recusals(User.objects.reviewers())
    arbiters = [user for user in reviewers if user.has_perm("assessments.accept_entry", entry)]
    notification.announce_each([(entry, arbiter) for arbiter in arbiters], "dispute", by=by)


def joined_notes(marks):
    """What the reviewers want to say to the unit, each word once, in the order of marking."""
    return "\n".join(dict.fromkeys(mark.note for mark in marks if mark.note))


def seen_by_anybody(marks):
    """What one reviewer saw in the files was there to be seen, {claim number: names}."""
    found = defaultdict(list)
    for mark in marks:
        found[mark.claim_id] += mark.confirmed
    return found


# ── how a record stands, for one who looks at it ─────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """What a reviewer may know of the marks: how many are asked and given, whether one's own is, and,
    only for the arbiter of a dispute, what they are: [(claim, its marks)]."""

    asked: int = 1
    given: int = 0
    has_marked: bool = False
    is_disputed: bool = False
    marks: list = field(default_factory=list)

    @property
    def missing(self):
        return max(self.asked - self.given, 0)


def standing(entry, user):
    """How the record stands for this person; only who may decide it is told more than the number."""
    has_marked = entry.is_marked_by(user)
    sees = entry.is_disputed and user.has_perm("assessments.accept_entry", entry)
    return Standing(
        asked=reviewers_needed(entry),
        given=len(entry.marker_ids),
        has_marked=has_marked,
        is_disputed=entry.is_disputed and entry.can("accept"),
        marks=side_by_side(entry, Mark.objects.all()) if sees else [],
    )


def told(entry, user):
    """What each of several reviewers gave a decided record, for whoever may read it; [] before, and
    where one reviewer decided alone."""
    if not user.has_perm("assessments.view_marks", entry):
        return []
    return side_by_side(entry, Mark.objects.told())


def side_by_side(entry, marks):
    """[(claim, those of the marks of this round)] in the order of the standard; [] where there are none."""
    found = defaultdict(list)
    for mark in marks.of_round(entry).select_related("by"):
        found[mark.claim_id].append(mark)
    return [(claim, found[claim.pk]) for claim in entry.claims.all()] if found else []
