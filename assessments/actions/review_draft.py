"""Reviews in hand: what a reviewer gives is kept while it is given, for nobody else to see."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import DraftMark, ReviewDraft
from civportal.lib.clock import now

from . import mark, review


@dataclass(frozen=True)
class Held:
    """What one reviewer has in hand of a record: {claim number: points}, {claim number: names seen}."""

    points: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)
    note: str = ""
    at: datetime | None = None

    def has_all_but(self, claim, claims):
        """Whether every other claim of the record has its points."""
        return all(one.pk in self.points for one in claims if one != claim)


def held(entry, user):
    """What this person has in hand of the record's present round."""
    draft = ReviewDraft.objects.own(user, entry).prefetch_related("marks").first()
    if draft is None:
        return Held()
    marks = draft.marks.all()
    return Held(
        points={mark.claim_id: mark.points for mark in marks if mark.points is not None},
        shown={mark.claim_id: mark.confirmed for mark in marks},
        note=draft.note,
        at=draft.at,
    )


def points_for(indicator, entries, user):
    """Entry number → what this person has in hand for the indicator, for a list in one statement."""
    given = DraftMark.objects.given_by(user).filter(draft__entry__in=entries, claim__indicator=indicator)
    return dict(given.values_list("draft__entry", "points"))


@transaction.atomic
def keep(entry, points, *, by, note=None, shown=None, seen=None):
    """A reviewer's points so far, {claim number: points or None}; claims that are not named stay.

    It counts as opening the record, so that the unit cannot change what was judged, and leaves no line
    in the history: the others are blind.
    Raises ValidationError for points that are none or from who has marked already, MoveNotAllowed when
    the record is decided or not the version `seen`.
    """
    entry = mark.locked(entry, seen)
    if entry.is_marked_by(by):
        raise ValidationError(_("You have given your marks already; they stay as they are."))
    # The lock on the record lets one write at a time; the constraints stand behind it.
    draft, _is_new = ReviewDraft.objects.get_or_create(entry=entry, round=entry.round, by=by)
    draft.note = draft.note if note is None else note
    draft.at = now()
    draft.save()
    write_marks(draft, points, shown or {})
    review.open_entry(entry)
    return draft


def points_or_none(claim, points):
    """Empty is allowed while it is in hand; what is there is checked like points that count."""
    return None if points is None else review.checked_points(claim.indicator, points)


def write_marks(draft, points, shown):
    claims = draft.entry.claims.filter(pk__in=points).select_related("indicator")
    marks = [
        DraftMark(
            draft=draft,
            claim=claim,
            points=points_or_none(claim, points[claim.pk]),
            confirmed=[name for name in claim.indicator.must_show if name in shown.get(claim.pk, ())],
        )
        for claim in claims
    ]
    DraftMark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["draft", "claim"], update_fields=["points", "confirmed"]
    )
