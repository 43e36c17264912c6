"""Returning all entries of one kind at once: first who and why not, then one after the other."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.actions import review
from assessments.models import LedgerEntry
from civportal.lib.policy import judged
from units.actions.move import MoveNotAllowed

PERMISSION = "assessments.send_back_entry"
# So many are returned in one go; the rest comes in the next one.
MOST = 200


@dataclass
class Outcome:
    """The entries that are (or were) returned, and the others by the reason why they are not."""

    returned: list = field(default_factory=list)
    skipped: dict = field(default_factory=lambda: defaultdict(list))
    # Entries that would be returned in the next go, and those that do not wait for a decision.
    later: int = 0
    decided: int = 0

    @property
    def skipped_count(self):
        return sum(map(len, self.skipped.values())) + self.decided

    @property
    def reasons(self):
        """(why, entries) of what is skipped; a template cannot read a defaultdict."""
        return list(self.skipped.items())


def outlook(check, cycle, units=None, *, by):
    """What a return of the kind would do now; changes nothing, in three statements."""
    rows = check.listed(cycle, units)
    waiting = rows.filter(status=LedgerEntry.Status.SUBMITTED)
    found, number = Outcome(), waiting.count()
    for entry in waiting[:MOST]:
        if by.has_perm(PERMISSION, entry):
            found.returned.append(entry)
        else:
            found.skipped[why_not(entry, by)].append(entry)
    found.later, found.decided = max(number - MOST, 0), rows.count() - number
    return found


def why_not(entry, by):
    """What is in the way of this person's returning the entry, in words."""
    return judged(PERMISSION, by, entry).missing


def send_back_all(check, cycle, seen, *, by, more=""):
    """Return these entries, {number: version seen}, with the check's own sentence as the reason.

    Each by itself, so that one that somebody decided on first, that changed, or that was put right
    meanwhile is skipped with the reason and hurts no other. `more` is said after the sentence.
    """
    outcome = Outcome()
    entries = LedgerEntry.objects.visible_to(by).filter(pk__in=seen).select_related("unit", "cycle")
    still = set(check.rows(cycle).filter(pk__in=seen).values_list("pk", flat=True))
    note = " ".join(filter(None, [str(check.note), more.strip()]))
    for entry in entries.order_by("submitted_at", "pk"):
        refused = refusal(entry, still, note, seen=seen[entry.pk], by=by)
        if refused:
            outcome.skipped[refused].append(entry)
        else:
            outcome.returned.append(entry)
    return outcome


def refusal(entry, still, note, *, seen, by):
    """Return the entry, or answer why it was not."""
    if entry.pk not in still:
        return _("it was put right in the meantime")
    if not by.has_perm(PERMISSION, entry):
        return why_not(entry, by)
    try:
        review.send_back(entry, by=by, note=note, seen=seen)
    except MoveNotAllowed:
        return _("somebody decided or changed it in the meantime")
    except ValidationError as problem:
        return " ".join(problem.messages)
    return ""
