"""The county's goals of a year, to which items of plans point."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from assessments.models import Goal
from units.actions import trail
from units.actions.move import lock


@transaction.atomic
def put(cycle, wanted, *, by):
    """Let the goals of the year be these, in this order; `wanted` is a list of (goal's number or None, text).

    A goal stays itself however it is worded. Raises ValidationError for a text that stands twice, and for
    a goal left out to which items of plans point.
    """
    cycle = lock(cycle)
    texts = [text for _pk, text in wanted]
    if len(set(texts)) < len(texts):
        raise ValidationError(_("The same goal stands twice."))
    known = {goal.pk: goal for goal in cycle.goals.all()}
    before = [goal.text for goal in known.values()]
    kept = {pk for pk, _text in wanted}
    drop([goal for pk, goal in known.items() if pk not in kept])
    # Two goals may trade their texts, so all make room first.
    cycle.goals.update(text=Concat(Value("#"), Cast("pk", CharField())))
    for order, (pk, text) in enumerate(wanted):
        Goal.objects.update_or_create(pk=pk, cycle=cycle, defaults={"text": text, "sort_order": order})
    if before != texts:
        trail.record(cycle, "put_goals", by=by, changes={"goals": ["\n".join(before), "\n".join(texts)]})
    return cycle


def drop(goals):
    """Take goals out, unless items of plans point to them."""
    used = [goal.text for goal in goals if goal.items.exists()]
    if used:
        raise ValidationError(
            _("Items of plans point to “%(goal)s”; reword it instead of taking it out.") % {"goal": used[0]}
        )
    Goal.objects.filter(pk__in=[goal.pk for goal in goals]).delete()
