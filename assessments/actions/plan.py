"""Plans of the year, its quarters and months: written and handed in by units, decided on item by item."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Deadline, Duty, Plan, PlanEdition, PlanItem
from assessments.models.plan import period_above
from civportal.lib.clock import now
from units.actions import notification, trail
from units.actions.move import MoveNotAllowed, lock, move

from . import cycle as cycles
from . import duty as duties
from . import evidence, plan_text

# What a line of a month takes over from the line before it.
LIGHT_FIELDS = ("what", "owner")


# begun


@transaction.atomic
def begin(cycle, unit, *, kind=Plan.Kind.ANNUAL, period=0, by):
    """The unit's plan of that kind and period, begun when it is first opened.

    A month begins with the lines of the last month, the first of a quarter with those of the quarter's
    scheme; a scheme with what the look-back found still open. Raises ValidationError where neither the
    unit owes such a plan nor the calendar knows one.
    """
    if not is_asked(cycle, unit, kind, period):
        raise ValidationError(_("The calendar of the year knows no such plan; ask the office."))
    plan, created = Plan.objects.get_or_create(cycle=cycle, unit=unit, kind=kind, period=period)
    if created:
        link(cycle, unit)
        plan.refresh_from_db()
        source = take_over(plan)
        trail.record(plan, "create", by=by, changes={"source": ["", str(source)]} if source else None)
    return plan


def is_asked(cycle, unit, kind, period):
    """Whether a unit may write it: every unit a plan of the year, of other periods what anybody owes."""
    if kind == Plan.Kind.ANNUAL:
        return True
    asked = {"cycle": cycle, "kind": f"{kind}_plan", "period": period}
    return Deadline.objects.filter(**asked).exists() or Duty.objects.filter(**asked, unit=unit).exists()


def link(cycle, unit):
    """Let every plan of the unit's year follow from the one above it, where there is one."""
    plans = {(plan.kind, plan.period): plan for plan in Plan.objects.filter(cycle=cycle, unit=unit)}
    for key, plan in plans.items():
        above = plans.get(period_above(*key))
        if plan.above_id != (above and above.pk):
            Plan.objects.filter(pk=plan.pk).update(above=above)


def take_over(plan):
    """Copy the lines with which a new plan begins; the plan they came from, or None."""
    source, items = lines_for_month(plan) if plan.is_light else lines_for_quarter(plan)
    names = LIGHT_FIELDS if plan.is_light else [name for name in plan_text.ITEM_FIELDS if name != "due_on"]
    PlanItem.objects.bulk_create(
        PlanItem(plan=plan, sort_order=number, **{name: getattr(item, name) for name in names})
        for number, item in enumerate(items)
    )
    return source if items else None


def lines_for_month(plan):
    """(plan, its items): those of the quarter for its first month, else those of the month before."""
    months = Plan.objects.filter(cycle=plan.cycle, unit=plan.unit, kind=plan.kind, period=plan.period - 1)
    sources = [months.first(), plan.above]
    if period_above(plan.kind, plan.period) != period_above(plan.kind, plan.period - 1):
        sources.reverse()
    found = [(source, list(source.items.all())) for source in sources if source]
    return next(((source, items) for source, items in found if items), (None, []))


def lines_for_quarter(plan):
    """(plan, its items): what the look-back on the year's plan found still open."""
    source = plan.above if plan.kind == Plan.Kind.QUARTERLY else None
    if source is None or source.looked_back_at is None:
        return None, []
    return source, list(source.items.filter(outcome__in=PlanItem.STILL_OPEN))


# written


@transaction.atomic
def edit(plan, *, seen, goals, items, key_points=None, by):
    """Save the goals and the items, gaps and all; `items` is a list of {field: value}, with `pk` if known.

    `key_points` maps numbers of files to what they come to. An item stays itself; changed, it loses its
    decision. After a return accepted items stay as they are, and the goals, new items and the files of
    before wait until the office asks for more than single items.
    Raises MoveNotAllowed when the plan is no longer the unit's to change or not the version `seen`.
    """
    plan = lock(plan)
    if not plan.is_editable or plan.version != seen:
        raise MoveNotAllowed(plan, "edit")
    before = plan_text.snapshot(plan)
    put_items(plan, items)
    put_key_points(plan, key_points or {}, by=by)
    plan.goals = goals if plan.is_whole_open else plan.goals
    changes = plan_text.told(before, plan_text.snapshot(plan))
    if changes:
        plan.version += 1
        plan.save()
        trail.record(plan, "edit", by=by, changes=changes)
    return plan


def put_items(plan, wanted):
    """Change, add and drop items so that they are the wanted ones, as far as they are open."""
    known = {item.pk: item for item in plan.items.all()}
    for number, fields in enumerate(wanted):
        item = known.pop(fields.get("pk"), None)
        said = {name: value for name, value in fields.items() if name != "pk"}
        if item is not None:
            reword(plan, item, said)
        elif plan.is_whole_open:
            PlanItem.objects.create(plan=plan, sort_order=number, **said)
    dropped = [item.pk for item in known.values() if not plan.locks(item)]
    PlanItem.objects.filter(pk__in=dropped).delete()


def put_key_points(plan, wanted, *, by):
    """Write what files come to. A file of an accepted edition stays as it was, and a copy takes its place."""
    for file in plan.attachments:
        points = wanted.get(file.pk, file.key_points)
        if points == file.key_points or plan.locks_file(file):
            continue
        if file.since_edition:
            evidence.take_off(file, by=by)
            file.pk, file.since_edition = None, None
            file.fetch_back()
        file.key_points = points
        file.save()


def reword(plan, item, said):
    """Write what an item says now; a settled one says what it said."""
    if plan.locks(item) or all(getattr(item, name) == value for name, value in said.items()):
        return
    for name, value in said.items():
        setattr(item, name, value)
    item.verdict = PlanItem.Verdict.OPEN
    item.save()


# handed in


def submit(plan, *, by):
    """The unit hands the plan in, a light one is filed with it; its duty is fulfilled from that moment.

    Raises ValidationError while something is missing or the window is closed.
    """
    with move(plan, plan.hand_in_verb, by=by) as plan:
        missing = plan_text.gaps(plan)
        if missing:
            raise ValidationError(missing)
        if not plan.can_come_in:
            raise ValidationError(_("The plan cannot be handed in now; ask the office."))
        plan.receipt = plan.receipt or cycles.next_receipt(plan.cycle)
        plan.submitted_at = now()
        plan.submitted_by = by
        # While an amendment is decided on, the accepted edition fulfils the duty.
        if not plan.edition:
            duties.fulfil(duty_of(plan), by=by, at=plan.submitted_at)
        if plan.is_light:
            settle(plan, by=by)
    return plan


def withdraw(plan, *, by):
    """The unit takes the plan back before it is decided, to where it was; the duty is open again."""
    with move(plan, plan.withdraw_verb, by=by) as plan:
        plan.proposal = None
        undo = duties.give_back if plan.returned_count else duties.take_back
        if not plan.edition:
            undo(duty_of(plan))
    return plan


def amend(plan, *, by, note):
    """The unit begins to change an accepted plan and says why; the accepted edition stays in force."""
    if not note.strip():
        raise ValidationError(_("Say why the plan is changed."))
    with move(plan, "amend", by=by, note=note) as plan:
        pass
    return plan


# decided


def decide(plan, *, reasons, goals_note="", by, seen=None):
    """The office decides item by item: returned with the reasons, or accepted when there are none.

    `reasons` maps the number of each item to be changed to what is to be changed.
    """
    if reasons or goals_note.strip():
        return send_back(plan, note=goals_note, reasons=reasons, by=by, seen=seen)
    return accept(plan, by=by, seen=seen)


def accept(plan, *, by, note="", seen=None):
    """The office accepts the plan with all its items."""
    with move(plan, "accept", by=by, note=note, seen=seen) as plan:
        settle(plan, by=by)
    return plan


def settle(plan, *, by):
    """Keep what was accepted as the next edition; nothing is asked any more."""
    plan.items.update(verdict=PlanItem.Verdict.ACCEPTED, reason="")
    plan.goals_note, plan.returned_count = "", 0
    plan.when_returned = plan.proposal = None
    plan.edition += 1
    said = plan_text.snapshot(plan)
    PlanEdition.objects.create(plan=plan, number=plan.edition, accepted_at=now(), accepted_by=by, **said)
    plan.attachments.filter(since_edition__isnull=True).update(since_edition=plan.edition)


def send_back(plan, *, by, note="", reasons=None, seen=None):
    """The office asks for changes and says which, of items or of the whole; the duty is open again.

    What is not named is accepted. While an accepted edition is in force, it fulfils the duty.
    """
    reasons, note = reasons or {}, note.strip()
    if not note and not reasons:
        raise ValidationError(_("Say what the unit should change."))
    with move(plan, "send_back", by=by, note=in_words(plan, reasons, note), seen=seen) as plan:
        judge_items(plan, reasons)
        plan.goals_note, plan.proposal = note, None
        plan.returned_count += 1
        plan.when_returned = plan_text.snapshot(plan)
        if not plan.edition:
            duties.give_back(duty_of(plan))
    return plan


def judge_items(plan, reasons):
    """Note at every item that is not settled whether it is accepted or what is to be changed."""
    for item in plan.items.exclude(verdict=PlanItem.Verdict.ACCEPTED):
        item.reason = reasons.get(item.pk, "")
        item.verdict = PlanItem.Verdict.RETURNED if item.reason else PlanItem.Verdict.ACCEPTED
        item.save(update_fields=["reason", "verdict"])


def in_words(plan, reasons, note):
    """What the unit is told: the note on the whole, then item by item."""
    lines = [note] if note else []
    for number, item in enumerate(plan.items.all(), 1):
        if item.pk in reasons:
            said = {"number": number, "what": item.what, "reason": reasons[item.pk]}
            lines.append(_("Item %(number)s “%(what)s”: %(reason)s") % said)
    return "\n".join(lines)


@transaction.atomic
def lay_before(plan, *, reasons, goals_note="", by, seen=None):
    """A case officer who wants to return a plan once more lays it before the director, who confirms it.

    Raises MoveNotAllowed when the plan does not wait any more or is not the version `seen`.
    """
    plan = lock(plan)
    if not plan.can("send_back") or seen not in (None, plan.version):
        raise MoveNotAllowed(plan, "send_back")
    plan.proposal = {"reasons": {str(pk): text for pk, text in reasons.items()}, "goals_note": goals_note}
    plan.version += 1
    plan.save()
    note = in_words(plan, reasons, goals_note)
    trail.record(plan, "lay_before", by=by, note=note)
    tell = partial(notification.announce, plan, "lay_before", by=by, note=note, at=now())
    transaction.on_commit(tell)
    return plan


# looked back at


@transaction.atomic
def look_back(plan, *, found, outcomes, by, seen=None):
    """The unit says how each item went and what it found; the duty of the look-back is fulfilled.

    `outcomes` maps the number of each item to (outcome, what was reached). Raises MoveNotAllowed
    while the plan is not in force as it stands, or is not the version `seen`; ValidationError outside
    the days for it.
    """
    plan = lock(plan)
    if plan.status != Plan.Status.ACCEPTED or seen not in (None, plan.version):
        raise MoveNotAllowed(plan, "look_back")
    if not plan.can_be_looked_back_at:
        raise ValidationError(_("The look-back cannot be handed in now; ask the office."))
    changes = note_outcomes(plan, outcomes)
    changes["look_back"] = [plan.look_back, found]
    plan.look_back = found
    plan.looked_back_at = plan.looked_back_at or now()
    plan.version += 1
    plan.save()
    duties.fulfil(look_back_duty_of(plan).filter(fulfilled_at__isnull=True), by=by)
    trail.record(plan, "look_back", by=by, changes=changes)
    return plan


def note_outcomes(plan, outcomes):
    """Write how each item went; what changed, for the trail."""
    changes = {}
    for number, item in enumerate(plan.items.all(), 1):
        before = how_it_went(item)
        item.outcome, item.outcome_note = outcomes[item.pk]
        item.save(update_fields=["outcome", "outcome_note"])
        if how_it_went(item) != before:
            changes[f"item {number}"] = [before, how_it_went(item)]
    return changes


def how_it_went(item):
    said = [item.get_outcome_display() if item.outcome else "", item.outcome_note]
    return " · ".join(str(text) for text in said if text)


def duty_of(plan):
    """The duty that this plan fulfils."""
    return Duty.objects.of(plan.cycle, plan.unit, plan.duty_kind, plan.period)


def look_back_duty_of(plan):
    """The duty that looking back at the year's plan fulfils."""
    return Duty.objects.of(plan.cycle, plan.unit, Duty.Kind.LOOK_BACK)
