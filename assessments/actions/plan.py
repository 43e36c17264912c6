"""The annual plan: written and handed in by the unit, accepted or returned by the office."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Duty, Plan, PlanItem
from civportal.lib.clock import now
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock, move

from . import cycle as cycles
from . import duty as duties

ITEM_FIELDS = ("what", "owner", "overseer", "due_on", "measure", "proof")


@transaction.atomic
def begin(cycle, unit, *, kind=Plan.Kind.ANNUAL, period=0, by):
    """The unit's plan of that kind and period, begun when it is first opened."""
    plan, created = Plan.objects.get_or_create(cycle=cycle, unit=unit, kind=kind, period=period)
    if created:
        trail.record(plan, "create", by=by)
    return plan


@transaction.atomic
def edit(plan, *, seen, goals, items, by):
    """Save the goals and the items, gaps and all; `items` is a list of {field: value}.

    Raises MoveNotAllowed when the plan is no longer the unit's to change or not the version `seen`.
    """
    plan = lock(plan)
    if not plan.is_editable or plan.version != seen:
        raise MoveNotAllowed(plan, "edit")
    before = as_text(plan.goals, plan.items.values(*ITEM_FIELDS))
    plan.items.all().delete()
    PlanItem.objects.bulk_create(PlanItem(plan=plan, **item) for item in items)
    plan.goals = goals
    after = as_text(goals, items)
    changes = {name: [before.get(name, ""), after.get(name, "")] for name in {*before, *after}}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        plan.version += 1
        plan.save()
        trail.record(plan, "edit", by=by, changes=changes)
    return plan


def as_text(goals, items):
    """The plan as lines of text by name, so that the trail can show what changed."""
    lines = {
        f"item {n}": " · ".join(str(item[f] or "") for f in ITEM_FIELDS) for n, item in enumerate(items, 1)
    }
    return {"goals": goals, **lines}


def gaps(plan):
    """What has to be filled in before the plan can be handed in, as sentences."""
    items = list(plan.items.all())
    found = [] if plan.goals.strip() else [_("Write down the goals of the year.")]
    if not items:
        found.append(_("Add at least one item."))
    found += [
        _("Item %(number)s “%(what)s” needs an owner, an overseer, a date, a measure and a proof.")
        % {"number": number, "what": item.what}
        for number, item in enumerate(items, 1)
        if not item.is_complete
    ]
    return found


def submit(plan, *, by):
    """The unit hands the plan in; its duty is fulfilled from that moment.

    Raises ValidationError while something is missing or the window is closed.
    """
    with move(plan, "submit", by=by) as plan:
        missing = gaps(plan)
        if missing:
            raise ValidationError(missing)
        if not plan.can_come_in:
            raise ValidationError(_("The plan cannot be handed in now; ask the office."))
        plan.receipt = plan.receipt or cycles.next_receipt(plan.cycle)
        plan.submitted_at = now()
        plan.submitted_by = by
        duties.fulfil(duty_of(plan), by=by, at=plan.submitted_at)
    return plan


def withdraw(plan, *, by):
    """The unit takes the plan back before it is decided; the duty is open again."""
    with move(plan, "withdraw", by=by) as plan:
        duties.take_back(duty_of(plan))
    return plan


def accept(plan, *, by, note="", seen=None):
    """The office accepts the plan."""
    with move(plan, "accept", by=by, note=note, seen=seen) as plan:
        pass
    return plan


def send_back(plan, *, by, note, seen=None):
    """The office asks for changes and says which; the duty is open again."""
    if not note.strip():
        raise ValidationError(_("Say what the unit should change."))
    with move(plan, "send_back", by=by, note=note, seen=seen) as plan:
        duties.give_back(duty_of(plan))
    return plan


def duty_of(plan):
    """The duty that this plan fulfils."""
    return Duty.objects.of(plan.cycle, plan.unit, plan.duty_kind, plan.period)
