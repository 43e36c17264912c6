"""A unit's plans of a year as a chain: the year, its quarters, their months, each as it stands."""

from dataclasses import dataclass, field

from assessments.models import Deadline, Duty, Plan
from assessments.models.duty import duty_label
from assessments.models.plan import periods_below


@dataclass
class Link:
    """One plan that there is or that is asked for, and those that follow from it."""

    kind: str
    period: int
    plan: Plan | None = None
    duty: Duty | None = None
    may_begin: bool = False
    below: list = field(default_factory=list)

    @property
    def label(self):
        return duty_label(f"{self.kind}_plan", self.period)

    @property
    def is_told(self):
        """Whether there is anything to tell: a plan, a duty, or something that follows from it."""
        return bool(self.plan or self.duty or self.may_begin or self.below)


def chain(cycle, unit, user):
    """The chain as this person may see it, from the plan of the year down."""
    known = {"cycle": cycle, "unit": unit}
    plans = Plan.objects.visible_to(user).filter(**known).select_related("unit", "cycle")
    duties = Duty.objects.visible_to(user).owed().filter(**known, kind__in=PLAN_DUTIES)
    writes = user.writes_for(unit) and cycle.accepts_plans
    asked = cycle.deadlines.filter(kind__in=PLAN_DUTIES) if writes else Deadline.objects.none()
    return link(
        (Plan.Kind.ANNUAL, 0),
        {(plan.kind, plan.period): plan for plan in plans},
        {(duty.kind.removesuffix("_plan"), duty.period): duty for duty in duties},
        {(line.kind.removesuffix("_plan"), line.period) for line in asked} | ({ANNUAL} if writes else set()),
    )


ANNUAL = (Plan.Kind.ANNUAL, 0)
PLAN_DUTIES = [Duty.Kind.ANNUAL_PLAN, Duty.Kind.QUARTERLY_PLAN, Duty.Kind.MONTHLY_PLAN]


def link(key, plans, duties, asked):
    """One link with all that follow from it and have something to tell."""
    below = [link(part, plans, duties, asked) for part in periods_below(*key)]
    plan, duty = plans.get(key), duties.get(key)
    may_begin = plan is None and key in asked and (duty is None or duty.is_open)
    return Link(*key, plan, duty, may_begin, [part for part in below if part.is_told])
