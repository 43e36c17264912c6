"""Checks of what was owed: plans, duties, documents."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.models import Document, Duty, Plan, PlanItem
from civportal.lib.clock import today

from .checks import Severity, Way, before_workdays, check
from .subjects import DUTIES, PLANS

# An answer within so many working days is what units are promised.
PROMISED_WITHIN = 3


def handed_in(cycle):
    return Plan.objects.filter(cycle=cycle).exclude(status=Plan.Status.DRAFT)


def due_outside_year(plan):
    """Its items that are due in another year."""
    return plan.items.filter(due_on__isnull=False).exclude(due_on__year=plan.cycle.year)


def without_owner(plan):
    return plan.items.filter(Q(owner="") | Q(overseer=""))


def where_decided(plan, user):
    """A plan that waits is mended by deciding on it."""
    if user.has_perm("assessments.accept_plan", plan):
        return reverse("assessments:plan_decide", args=[plan.pk])
    return plan.get_absolute_url()


@check(
    Severity.LOOK,
    DUTIES,
    way=Way.REMIND,
    title=_("Owed and overdue"),
    why=_("What does not come is missing in the four gaps and in the scores that rest on it."),
    remedy=_("Remind the units, or give them more time with a reason."),
    note=_("Hand it in, or ask the office for more time."),
)
def duty_overdue(cycle):
    return Duty.objects.missing().filter(cycle=cycle).exclude(kind=Duty.Kind.RECEIPT)


@check(
    Severity.LOOK,
    DUTIES,
    way=Way.REMIND,
    title=_("Documents not signed for in time"),
    why=_("Nobody can say that the unit knows what it was asked."),
    remedy=_("Remind the recipients on the document's page."),
    note=_("Open the document, read it and sign for it."),
)
def receipt_overdue(cycle):
    receipts = Duty.objects.missing().filter(cycle=cycle, kind=Duty.Kind.RECEIPT)
    return receipts.filter(document__status=Document.Status.ISSUED)


@check(
    Severity.LOOK,
    PLANS,
    way=Way.DECIDE,
    title=_("Plans that wait for a decision longer than promised"),
    why=_("Units are promised an answer within 3 working days."),
    remedy=_("Accept the plan, or return it with what to change."),
    place=where_decided,
)
def plan_waiting(cycle):
    waiting = Plan.objects.awaiting_review().filter(cycle=cycle)
    return waiting.filter(submitted_at__lt=before_workdays(PROMISED_WITHIN))


@check(
    Severity.LOOK,
    PLANS,
    way=Way.RETURN,
    title=_("Plans with an item that is due outside the year"),
    why=_("What is due in another year cannot be looked back at in this one."),
    remedy=_("Ask the unit to correct the date; an accepted plan can be amended."),
    note=_("Look at the dates of the items: one of them lies outside the year."),
    items=due_outside_year,
)
def plan_due_outside_year(cycle):
    items = PlanItem.objects.filter(plan=OuterRef("pk"), due_on__isnull=False)
    return handed_in(cycle).filter(Exists(items.exclude(due_on__year=cycle.year)))


@check(
    Severity.LOOK,
    PLANS,
    way=Way.RETURN,
    title=_("Plans with an item without owner or overseer"),
    why=_("Nobody does what nobody is named for."),
    remedy=_("Ask the unit to name who does it and who sees to it; an accepted plan can be amended."),
    note=_("Name for every item who does it and who sees to it."),
    items=without_owner,
)
def plan_item_without_owner(cycle):
    items = PlanItem.objects.filter(plan=OuterRef("pk"))
    bare = items.filter(owner="") | items.filter(overseer="")
    return handed_in(cycle).exclude(kind=Plan.Kind.MONTHLY).filter(Exists(bare))


@check(
    Severity.NOTE,
    PLANS,
    way=Way.RETURN,
    title=_("Plans with the goals of last year"),
    why=_("Goals that stay the same may be right; the plan says so or the office asks."),
    remedy=_("Ask the unit what is different this year."),
    note=_("The goals are word for word those of last year; say what is different, if anything is."),
)
def plan_like_last_year(cycle):
    last = Plan.objects.filter(
        unit=OuterRef("unit"),
        kind=OuterRef("kind"),
        period=OuterRef("period"),
        goals=OuterRef("goals"),
        cycle__year=cycle.year - 1,
    )
    return handed_in(cycle).exclude(kind=Plan.Kind.MONTHLY).exclude(goals="").filter(Exists(last))


@check(
    Severity.NOTE,
    PLANS,
    way=Way.REMIND,
    title=_("Annual plans with an item past its day and not looked back at"),
    why=_("Whether it was done stands nowhere."),
    remedy=_("The look-back of the year asks for it; remind the unit."),
    note=_("Say in the look-back what became of the items whose day has passed."),
)
def plan_item_unsettled(cycle):
    passed = PlanItem.objects.filter(plan=OuterRef("pk"), due_on__lt=today(), outcome="")
    accepted = Plan.objects.annual().filter(cycle=cycle, status=Plan.Status.ACCEPTED)
    return accepted.filter(Exists(passed))
