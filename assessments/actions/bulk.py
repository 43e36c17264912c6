"""Deciding on many entries at once: each by its own door, all of it undone in one step."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import BulkDecision, BulkLine, LedgerEntry, Mark, Plan, RankingRelease, Review
from civportal.lib.clock import now
from units.actions import notification, trail
from units.actions.move import MoveNotAllowed, lock

from . import assignment, mark, review
from .overview import number_of

# More than a person looks through on one page.
AT_ONCE = 200


@dataclass(frozen=True)
class Skipped:
    """An entry, or a plan, that was left as it is, and why."""

    entry: LedgerEntry | Plan
    reason: str


def accept(chosen, *, share, by, note=""):
    """Accept every entry of [(entry, version seen)] with the same share of full marks, 0 or 1.

    Answers (BulkDecision, [Skipped]). What somebody else decided or changed meanwhile is left out.
    """

    def act(entry, seen):
        if mark.reviewers_needed(entry) > 1:
            raise ValidationError(several())
        points = {claim.pk: claim.indicator.maximum * share for claim in entry.claims.all()}
        return {"review": review.accept(entry, points, by=by, note=note, seen=seen).last_review}

    return each(BulkDecision.Kind.ACCEPT, chosen, act, by=by, note=note)


def several():
    """Why what several reviewers mark is not accepted in one go with others."""
    return _("Several reviewers give marks for it; open it by itself.")


def send_back(chosen, *, by, reason=None, note="", due_on=None, lines=None):
    """Return every entry of [(entry, version seen)] for one shared reason; each unit corrects its own.

    `lines` says something more about single ones, {entry number: words}. Of an accepted one the decision
    is taken back with it. Answers (BulkDecision, [Skipped]).
    """
    points = [review.Asked(reason=reason, note=note)] if reason else []

    def act(entry, seen):
        words = "\n".join(filter(None, ["" if reason else note, (lines or {}).get(entry.pk)]))
        is_accepted = entry.status == LedgerEntry.Status.ACCEPTED
        before = points_of(entry) if is_accepted else None
        send = review.send_back_accepted if is_accepted else review.send_back
        back = send(entry, by=by, note=words, points=points, due_on=due_on, seen=seen)
        return {"review": back.last_review, "points_before": before}

    said = " ".join(filter(None, [reason and reason.text, note]))
    return each(BulkDecision.Kind.SEND_BACK, chosen, act, by=by, note=said)


def points_of(entry):
    """What the accepted entry got, {claim number: [points, what was seen in its files]}."""
    claims = entry.claims.all()
    return {
        str(claim.pk): [str(claim.points), claim.confirmed] for claim in claims if claim.points is not None
    }


def extend(chosen, *, until, by, note):
    """Give every returned entry of [(entry, version seen)] until that day to be corrected, with a reason.

    Answers (BulkDecision, [Skipped]). Raises ValidationError for a day that has passed.
    """
    review.day_to_come(until)

    def act(entry, seen):
        before = extend_one(entry, until, seen=seen, by=by, note=note)
        return {"day_before": before, "day_given": until}

    return each(BulkDecision.Kind.EXTEND, chosen, act, by=by, note=note)


def extend_one(entry, until, *, by, note="", seen=None):
    """Move the day by which a returned entry is to be corrected; answers the day before."""
    entry = lock(entry)
    if entry.status != LedgerEntry.Status.RETURNED or seen not in (None, entry.version):
        raise MoveNotAllowed(entry, "extend")
    before, entry.correct_by = entry.correct_by, until
    entry.save(update_fields=["correct_by"])
    trail.record(
        entry, "extend", by=by, note=note, changes={"correct_by": [str(before or ""), str(until or "")]}
    )
    return before


def assign(chosen, deal, *, by):
    """Give every waiting entry of [(entry, version seen)] to one reviewer, each of them alone.

    Answers (BulkDecision, [Skipped]); the reviewer is told once.
    """

    def act(entry, seen):
        return {"assignment": assignment.give(entry, deal, by=by, seen=seen)}

    bulk, skipped = each(BulkDecision.Kind.ASSIGN, chosen, act, by=by, note=str(deal.reviewer))
    tell(bulk, "assign", {deal.reviewer: bulk.lines.count()}, by=by)
    return bulk, skipped


def tell(bulk, verb, counts, *, by):
    """Tell each reviewer of {reviewer: number of records} once, with the number."""
    for reviewer, count in counts.items():
        title = ngettext("%(count)d record", "%(count)d records", count) % {"count": count}
        if count:
            notification.announce_each([(bulk, reviewer)], verb, by=by, title=title)


def each(kind, chosen, act, *, by, note):
    """Do it entry by entry, each in a transaction of its own, so that one refusal holds up no other."""
    bulk = BulkDecision.objects.create(kind=kind, by=by, note=note)
    skipped = []
    for entry, seen in chosen:
        try:
            with transaction.atomic():
                BulkLine.objects.create(bulk=bulk, entry=entry, **act(entry, seen))
        except (MoveNotAllowed, ValidationError) as refusal:
            skipped.append(Skipped(entry, why(refusal)))
    return bulk, skipped


def why(refusal):
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return _("Somebody decided on it or changed it meanwhile.")


def undo(bulk, *, by):
    """Put every entry back that nothing was built on since; answers the [Skipped] others.

    A second click finds nothing left to do.
    """
    skipped, lost = [], Counter()
    with transaction.atomic():
        bulk = BulkDecision.objects.select_for_update().get(pk=bulk.pk)
        if bulk.undone_at:
            return skipped
        bulk.undone_at = now()
        bulk.save(update_fields=["undone_at"])
        for line in bulk.lines.select_related("entry", "review", "assignment__cycle", "assignment__reviewer"):
            try:
                with transaction.atomic():
                    undo_line(bulk, line, by=by)
                    lost.update([line.assignment.reviewer] if line.assignment else [])
            except (MoveNotAllowed, ValidationError) as refusal:
                skipped.append(Skipped(line.entry, why(refusal)))
    tell(bulk, "take_back", lost, by=by)
    return skipped


def undo_line(bulk, line, *, by):
    """Put one entry back; raises MoveNotAllowed where another decision has taken the place of this one."""
    if not stands(bulk, line):
        raise MoveNotAllowed(line.entry, "undo")
    if bulk.kind == BulkDecision.Kind.EXTEND:
        extend_one(line.entry, line.day_before, by=by)
    elif bulk.kind == BulkDecision.Kind.ASSIGN:
        assignment.remove(line.assignment, by=by)
    else:
        review.undo(line.entry, by=by)
        if line.points_before is not None:
            accept_again(line, by=by)


def accept_again(line, *, by):
    """Give what was accepted before it went back the same points and the same word to the unit."""
    points = {int(claim): Decimal(given) for claim, (given, _seen) in line.points_before.items()}
    shown = {int(claim): seen for claim, (_given, seen) in line.points_before.items()}
    accepted = line.entry.reviews.filter(verdict=Review.Verdict.ACCEPTED).last()
    review.accept(line.entry, points, by=by, note=accepted.note if accepted else "", shown=shown)


def stands(bulk, line):
    """Whether what was done to the entry is still the newest of its kind."""
    if bulk.kind == BulkDecision.Kind.EXTEND:
        return line.entry.correct_by == line.day_given
    if bulk.kind == BulkDecision.Kind.ASSIGN:
        return line.assignment_id is not None
    return line.review_id is not None and line.entry.last_review == line.review


# what became of it


def with_standing(bulks):
    """The decisions, each with how many records it was done to, and at how many of them it still stands
    and can be undone: `line_count`, `standing_count`."""
    lines = BulkLine.objects.all()
    return bulks.annotate(
        line_count=number_of(lines, "bulk"), standing_count=number_of(standing(lines), "bulk")
    )


def standing(lines):
    """The lines that undoing would put back; the same as `undo_line` asks of each."""
    marked = Mark.objects.filter(claim__entry=OuterRef("entry"), round=OuterRef("entry__round"))
    published = RankingRelease.objects.filter(
        cycle=OuterRef("entry__cycle"),
        status=RankingRelease.Status.PUBLISHED,
        released_at__gte=OuterRef("review__at"),
    )
    decided = Q(
        ~Exists(marked),
        ~Exists(published),
        review__round=F("entry__round"),
        entry__status__in=[LedgerEntry.Status.RETURNED, LedgerEntry.Status.ACCEPTED],
        entry__updated_at__lte=F("review__at"),
    )
    given = Q(day_given__isnull=False, entry__correct_by=F("day_given"))
    extended = given & Q(entry__status=LedgerEntry.Status.RETURNED)
    return lines.filter(decided | extended | Q(assignment__isnull=False), bulk__undone_at__isnull=True)


def state_of(undone_at, line_count, standing_count):
    """How the decision stands, in words."""
    if undone_at:
        return _("undone")
    if not standing_count:
        return _("stands: it was built on, or published, since")
    if standing_count == line_count:
        return _("can be undone")
    return _("can be undone for %(count)d of them") % {"count": standing_count}
