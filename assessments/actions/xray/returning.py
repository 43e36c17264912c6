"""Returning all records of one kind at once: only those that still have the problem."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.actions import plan as plans
from assessments.actions.bulk import Skipped, why
from assessments.models import Plan
from civportal.lib.policy import judged
from units.actions.move import MoveNotAllowed

RETURN_PLAN = "assessments.send_back_plan"


def still(check, cycle, possible, skipped):
    """The same two lists, without what was put right since the page was shown, which is named as skipped."""
    numbers = [entry.pk for entry in possible]
    left = set(check.rows(cycle).filter(pk__in=numbers).values_list("pk", flat=True))
    mended = [
        Skipped(entry, _("It was put right in the meantime.")) for entry in possible if entry.pk not in left
    ]
    return [entry for entry in possible if entry.pk in left], [*mended, *skipped]


# plans


def plans_divided(check, rows, *, by):
    """([plans that this person may return], [Skipped])."""
    possible, skipped = [], []
    for plan in rows.prefetch_related("items"):
        reason = why_plan_stays(check, plan, by)
        if reason:
            skipped.append(Skipped(plan, reason))
        else:
            possible.append(plan)
    return possible, skipped


def why_plan_stays(check, plan, by):
    """Why this person does not return the plan for the problem; None where they can."""
    if plan.status == Plan.Status.ACCEPTED:
        return _("It is accepted; the unit changes it by an amendment. Remind the unit.")
    if plan.status != Plan.Status.SUBMITTED:
        return _("It is in the hands of the unit already.")
    if not by.has_perm(RETURN_PLAN, plan):
        return _("You cannot return it: %(why)s.") % {"why": judged(RETURN_PLAN, by, plan).missing}
    return None


def send_back_plans(check, chosen, *, by, note):
    """Return every plan of [(plan, version seen)], pinned to the items that have the problem.

    Answers ([plans that were returned], [Skipped]): one refusal holds up no other.
    """
    returned, skipped = [], []
    for plan, seen in chosen:
        try:
            with transaction.atomic():
                returned.append(send_back_plan(check, plan, by=by, note=note, seen=seen))
        except (MoveNotAllowed, ValidationError) as refusal:
            skipped.append(Skipped(plan, why(refusal)))
    return returned, skipped


def send_back_plan(check, plan, *, by, note, seen):
    """Return one plan; raises ValidationError where the office has accepted those very items before."""
    if check.items is None:
        return plans.send_back(plan, by=by, note=note, seen=seen)
    open_items = [item for item in check.items(plan) if not plan.locks(item)]
    if not open_items:
        raise ValidationError(
            _("The office has accepted these items; the unit changes them by an amendment.")
        )
    reasons = {item.pk: note for item in open_items}
    return plans.send_back(plan, by=by, reasons=reasons, seen=seen)
