"""The ledger: written by the unit, handed in, taken back."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from assessments.models import (
    Claim,
    Duty,
    EntryEdition,
    EvidenceFile,
    Indicator,
    LedgerEntry,
    PreReview,
    Review,
)
from civportal.lib import files
from civportal.lib.clock import now, today
from units.actions import trail
from units.actions.editing import worded
from units.actions.move import MoveNotAllowed, lock, move
from units.models import User, overdue

from . import correction, likeness
from . import cycle as cycles
from . import duty as duties

# Of a day, as a place in the queue.
LAST_SECOND = 86_399
# So many working days a department above has for its word, counted from the day after handing in.
PRE_REVIEW_DAYS = 5
# What a unit tells in a record, in the order in which it is read.
TOLD = (
    "title", "kind", "held_on", "held_until", "place", "text", "news",
    "people", "attendance", "recorded_on", "links", "indicators",
)  # fmt: skip


@transaction.atomic
def write(
    *, cycle, unit, title, kind=LedgerEntry.Kind.ACTIVITY, answers=None, indicators=(), on_behalf=False, by
):
    """Begin a record; everything but its title may come later. The office writes `on_behalf` of a unit.

    A second click begins no second record: an own draft of this title, for the same indicators, in
    which nothing is written yet, is the one that was meant. A duty is answered by one record: who
    begins from it again goes on with the one that is there.
    """
    lock(unit)
    there = answers and in_hand_for(answers)
    if there:
        return there
    if answers:
        kind = LedgerEntry.ASKED_BY[answers.kind]
    begun = LedgerEntry.objects.untouched().filter(cycle=cycle, unit=unit, title=title, created_by=by)
    for entry in begun:
        if set(entry.claims.values_list("indicator_id", flat=True)) == {one.pk for one in indicators}:
            return entry
    entry = LedgerEntry.objects.create(
        cycle=cycle, unit=unit, title=title, kind=kind, answers=answers, on_behalf=on_behalf, created_by=by
    )
    claim(entry, {one.pk for one in indicators})
    trail.record(entry, "create", by=by)
    return entry


@transaction.atomic
def write_like(earlier, *, cycle, by):
    """Begin a record as one of an earlier year: its words, and the indicators of the same codes.

    Dates and files stay behind, for they are of that year. A second click goes on with the first.
    """
    lock(earlier.unit)
    there = LedgerEntry.objects.in_hands_of(cycle, earlier.unit).filter(based_on=earlier).first()
    if there:
        return there
    told = {name: getattr(earlier, name) for name in ("title", "kind", "place", "text", "people")}
    entry = LedgerEntry.objects.create(
        cycle=cycle, unit=earlier.unit, based_on=earlier, created_by=by, **told
    )
    codes = earlier.claims.values_list("indicator__code", flat=True)
    again = cycle.standard.indicators.proved_by_ledger().filter(code__in=codes)
    claim(entry, set(again.values_list("pk", flat=True)))
    trail.record(entry, "create", by=by, note=_("as in %(year)s") % {"year": earlier.cycle.year})
    return entry


def answerable(cycle, unit):
    """The unit's open duties that a record of the ledger can answer, due first."""
    owed = Duty.objects.open().filter(cycle=cycle, unit=unit, kind__in=LedgerEntry.ASKED_BY)
    return owed.order_by("until", "pk")


def in_hand_for(duty):
    """The record in the unit's hands that was begun to answer the duty, or None."""
    return duty.entries.in_hands_of(duty.cycle_id, duty.unit_id).order_by("pk").first()


@transaction.atomic
def edit(entry, values, *, by, seen=None, goes_on=False):
    """Save what was written, field by field, gaps and all; nobody's words are lost. Answers Saved.

    `values` are {field: value}, `indicators` a set of their numbers; what is not given stays. `seen`
    is what stood there when the writer began, by default the entry as given. A field that somebody
    else changed since then keeps theirs and comes back as a clash; ticks of two people are joined.
    Whoever `goes_on` is still writing: history gets its line when the sitting ends.
    Raises MoveNotAllowed when the entry, or what of it changed, is not the unit's to change.
    """
    seen = facts(entry, values) | (seen or {})
    entry = lock(entry)
    if not entry.is_editable:
        raise MoveNotAllowed(entry, "edit")
    met, before = entry.version, facts(entry, values)
    wanted, clashes = merged(before, seen, values)
    changed = {name: value for name, value in wanted.items() if before[name] != value}
    correction.check_fields(entry, {name: (before[name], value) for name, value in changed.items()})
    begin_sitting(entry, {name: before[name] for name in changed}, by=by)
    set_values(entry, changed)
    if not goes_on:
        end_sitting(entry)
    if changed or not goes_on:
        entry.save()
    if not goes_on:
        likeness.mark_text(entry)
    return Saved(entry, clashes, met)


@dataclass(frozen=True)
class Saved:
    """The entry as it stands now, {field: what somebody else wrote there}, and the version that was met."""

    entry: LedgerEntry
    clashes: dict
    met: int


def facts(entry, names):
    """What stands in these fields: {field: value}."""
    return {
        name: set(entry.claims.values_list("indicator_id", flat=True))
        if name == "indicators"
        else getattr(entry, name)
        for name in names
    }


def merged(before, seen, values):
    """Two people's writing put together: {field: what shall stand there}, and the clashes."""
    wanted, clashes = {}, {}
    for name, value in values.items():
        there, read = before[name], seen[name]
        if name == "indicators":
            wanted[name] = (there | (value - read)) - (read - value)
        elif value != read and there not in (read, value):
            clashes[name] = there
        elif value != read:
            wanted[name] = value
    return wanted, clashes


def set_values(entry, changed):
    """Set the changed fields on the locked entry; the caller saves."""
    for name, value in changed.items():
        if name == "indicators":
            claim(entry, value)
        else:
            setattr(entry, name, value)
    if changed:
        entry.version += 1
        entry.updated_at = now()


def begin_sitting(entry, before, *, by):
    """Keep what stood there when this person began to write; ends the sitting of anybody else."""
    if before and entry.sitting and entry.sitting["by"] != by.pk:
        end_sitting(entry)
    if before:
        sitting = entry.sitting or {"by": by.pk, "before": {}}
        entry.sitting = {"by": by.pk, "before": in_words(before) | sitting["before"]}


def end_sitting(entry):
    """Write the line of history of whoever wrote last, from what stood there to what stands there now."""
    if not entry.sitting:
        return
    before = entry.sitting["before"]
    after = in_words(facts(entry, before))
    changes = {name: [old, after[name]] for name, old in before.items() if old != after[name]}
    if changes:
        trail.record(entry, "edit", by=User.objects.get(pk=entry.sitting["by"]), changes=changes)
    entry.sitting = None


def in_words(values):
    """Field → value as history keeps it; indicators by their codes."""
    return {
        name: codes_of(value) if name == "indicators" else worded(value) for name, value in values.items()
    }


def codes_of(numbers):
    return sorted(Indicator.objects.filter(pk__in=numbers).values_list("code", flat=True))


def claim(entry, indicators):
    """Make the ticked indicators, given by their numbers, the entry's claims."""
    there = set(entry.claims.values_list("indicator_id", flat=True))
    entry.claims.exclude(indicator__in=indicators).delete()
    Claim.objects.bulk_create(
        Claim(entry=entry, indicator_id=number) for number in sorted(set(indicators) - there)
    )


def gaps(entry):
    """What still has to be filled in before the entry can be handed in: [(field, sentence)]."""
    asked = [
        ("title", entry.title, _("Say what was done.")),
        ("held_on", entry.held_on, _("Say when it was done.")),
        ("place", entry.place, _("Say where it was done.")),
        ("text", entry.text, _("Tell in a few sentences what happened.")),
    ]
    # What the calendar asks for is owed, whether it proves an indicator or not.
    if not entry.to_answer:
        asked.append(("indicators", entry.claims.exists(), _("Tick at least one indicator that it proves.")))
    if entry.based_on_id:
        asked.append(("news", entry.news, _("Say what is different from the record that it was begun from.")))
    found = [(field, sentence) for field, value, sentence in asked if not value]
    if entry.on_behalf and not entry.files.exists():
        found.append(("files", _("Add the unit's paper as a scan or a photo: it is entered on its behalf.")))
    return found + wrong_days(entry)


def wrong_days(entry):
    """What cannot be true of its dates: [(field, sentence)]."""
    began, ended, written = entry.held_on, entry.held_until, entry.recorded_on
    checks = [
        ("held_on", began and began > today(), _("The date lies in the future.")),
        ("held_until", ended and ended > today(), _("The date lies in the future.")),
        ("held_until", began and ended and ended < began, _("It ended before it began.")),
        ("recorded_on", written and written > today(), _("The date lies in the future.")),
        (
            "recorded_on",
            began and written and written < began,
            _("It was written down before it took place; check both dates."),
        ),
    ]
    return [(field, sentence) for field, is_wrong, sentence in checks if is_wrong]


def submit(entry, *, by):
    """The unit hands the entry in and gets a receipt number; the duty that it answers is fulfilled.

    Where the year wants it, the department above has the word first.
    Raises ValidationError while something is missing or the window is closed: the duty's for what
    answers a duty, else the ledger's.
    """
    with move(entry, "submit", by=by) as entry:
        returned = entry.receipt is not None and entry.reviews.filter(round=entry.round).exists()
        missing = gaps(entry)
        if missing:
            raise ValidationError([sentence for _field, sentence in missing])
        end_sitting(entry)
        if not entry.can_come_in:
            raise ValidationError(_("The year does not accept records now; ask the office."))
        entry.answers = entry.to_answer
        entry.round += returned
        entry.receipt = entry.receipt or cycles.next_receipt(entry.cycle)
        entry.submitted_at = now()
        entry.submitted_by = by
        entry.first_submitted_at = entry.first_submitted_at or entry.submitted_at
        entry.confirmed_at = entry.confirmed_by = None
        entry.updated_at = entry.submitted_at
        entry.opened_at = None
        entry.pre_review_until = pre_review_until(entry)
        stand_in_line(entry, since=entry.submitted_at)
        duties.fulfil(duty_of(entry), by=by, at=entry.submitted_at)
        freeze(entry, by=by)
        likeness.mark_text(entry)
    return entry


def stand_in_line(entry, *, since):
    """Give the record its place in the office's queue: from the moment `since`, or from the day after the
    last one on which the department above has its word."""
    if entry.pre_review_until:
        since += timedelta(days=(entry.pre_review_until - localdate(since)).days + 1)
    entry.in_line_at = place_in_line(since, LedgerEntry.objects.before_it(entry).count())


def place_in_line(at, before):
    """The place in the queue of a record that comes in now after so many others of its unit: a moment.

    All that comes in on one day is promised an answer by one day. Of these a unit's first record of the
    year stands before another unit's tenth: each record before it puts it a second further into the day;
    those that are equal in this stand as they came. It changes only when the department above speaks early.
    """
    at = localtime(at)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    share_of_the_day = min((at - day) / timedelta(days=1), 0.999999)
    return day + timedelta(seconds=min(before, LAST_SECOND) + share_of_the_day)


def pre_review_until(entry):
    """The last day on which the department above has its word; None: it goes straight to the office.

    Straight goes what the department let pass before, with or without a word, when it comes corrected;
    what nobody above could judge; and, past the loaded holiday tables, whatever comes, for nothing is
    guessed.
    """
    if not entry.cycle.pre_review or has_passed(entry):
        return None
    if not User.objects.standing_above(entry.unit).exists():
        return None
    return duties.workdays_from_today(PRE_REVIEW_DAYS)


def has_passed(entry):
    """Whether a department let it pass in an earlier round; a day gone by that nobody noted counts, too."""
    let_pass = entry.pre_reviews.exclude(verdict=PreReview.Verdict.RETURNED)
    return entry.pre_review_until is not None or let_pass.exists()


def freeze(entry, *, by):
    """Keep the entry as it is handed in now, word for word and file for file."""
    shown = list(entry.files.all())
    told = in_words(facts(entry, TOLD))
    edition = EntryEdition.objects.create(
        entry=entry,
        number=entry.editions.count() + 1,
        content={**told, "captions": {str(file.pk): file.caption for file in shown}},
        made_at=entry.submitted_at,
        made_by=by,
    )
    edition.files.set(shown)


def duty_of(entry):
    """The duty that this entry fulfilled; none where the unit that owed it has ended since."""
    return Duty.objects.filter(pk=entry.answers_id, unit=entry.unit_id)


def withdraw(entry, *, by):
    """The unit takes the entry back while nobody in the office has opened it; its duty is open again.

    A correction that is taken back leaves the duty returned, or its day would have gone by.
    """
    with move(entry, "withdraw", by=by) as entry:
        if entry.opened_at is not None:
            raise MoveNotAllowed(entry, "withdraw")
        entry.updated_at = now()
        entry.pre_review_until = None
        if entry.reviews.filter(verdict=Review.Verdict.RETURNED).exists():
            duties.give_back(duty_of(entry))
        else:
            duties.take_back(duty_of(entry))
    return entry


@transaction.atomic
def confirm(entry, *, by):
    """The unit confirms what the office handed in for it; the first one's word counts."""
    entry = lock(entry)
    if entry.on_behalf and not entry.confirmed_at:
        entry.confirmed_at, entry.confirmed_by = now(), by
        entry.save(update_fields=["confirmed_at", "confirmed_by"])
        trail.record(entry, "confirm", by=by)
    return entry


@transaction.atomic
def delete(entry, *, by):
    """Throw away a draft that was never handed in; for a month it can be fetched back.

    Raises MoveNotAllowed once the office has seen the entry.
    """
    entry = lock(entry)
    if entry.status != LedgerEntry.Status.DRAFT or entry.first_submitted_at or entry.is_removed:
        raise MoveNotAllowed(entry, "delete")
    end_sitting(entry)
    entry.throw_away(by=by)
    entry.save()
    trail.record(entry, "delete", by=by, note=entry.title)


@transaction.atomic
def restore(entry, *, by):
    """Fetch a draft back out of the bin; somebody may have done so already."""
    entry = lock(entry)
    if entry.is_removed:
        entry.fetch_back()
        entry.updated_at = now()
        entry.save()
        trail.record(entry, "restore", by=by, note=entry.title)
    return entry


@transaction.atomic
def empty_bins():
    """Let go of what has lain in a bin for a month; what was handed in stays with its edition.

    Contents that nothing else points to leave the store; answers how many records and files went.
    """
    entries = overdue(LedgerEntry.every.all())
    thrown = EvidenceFile.every.filter(Q(pk__in=overdue(EvidenceFile.every.all())) | Q(entry__in=entries))
    # What was handed in, or a return was about, is kept.
    loose = thrown.filter(editions__isnull=True, since_edition__isnull=True, points__isnull=True)
    doomed = dict(loose.values_list("pk", "sha256"))
    gone = entries.count() + len(doomed)
    EvidenceFile.every.filter(pk__in=doomed).delete()
    entries.delete()
    contents = set(doomed.values())
    transaction.on_commit(partial(sweep, contents))
    return gone


def sweep(contents):
    """Take contents out of the store to which no file points any more."""
    wanted = set(EvidenceFile.every.filter(sha256__in=contents).values_list("sha256", flat=True))
    for sha256 in contents - wanted:
        files.delete(EvidenceFile.FOLDER, sha256)
