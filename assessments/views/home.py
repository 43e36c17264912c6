"""The first page of each person: what is mine to do now."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.actions import calibration_standing, gaps, overview, owing, question, xray
from assessments.forms.saved_view import with_counts
from assessments.models import (
    ConflictOverride,
    Cycle,
    Duty,
    LedgerEntry,
    Moderation,
    Plan,
    Question,
    RankingRelease,
    Review,
    Stage,
    UnitYear,
    WorkCalendar,
)
from civportal.lib.clock import today
from civportal.lib.money import plain_decimal
from civportal.lib.web import allow, page_of
from units.actions import history
from units.forms.unit import UnitFilter
from units.models import Category, Membership, Office, Role, TrailEvent, Unit

from . import saved_view

# How much of a list a first page shows; the whole list is a link away.
QUEUE_SHOWN, OWING_SHOWN = 6, 6
LINES_SHOWN, NAMES_SHOWN, ENTRIES_SHOWN, BRANCHES_SHOWN = 8, 12, 6, 30


def index(request):
    """The first page of the person's first role."""
    first_page = FIRST_PAGES.get(request.user.first_role)
    return first_page(request) if first_page else render(request, "assessments/home/none.html")


# The liaison: what do I still owe, by when, and what was returned?


@dataclass
class Task:
    """One line of the task list: what to do, why, by when, how it stands, and where to do it."""

    code: str
    title: str
    hint: str
    href: str
    tone: str = "idle"
    label: str = ""
    icon: str = ""
    note: str = ""
    due_on: date | None = None

    @property
    def days_left(self):
        return (self.due_on - today()).days if self.due_on else None

    @property
    def late_days(self):
        return -self.days_left


def liaison(request):
    years = question.with_turns(gaps.marked(UnitYear.objects.all(), today()))
    unit_year = years.current_of(request.user)
    if unit_year is None:
        return render(request, "assessments/home/waiting.html", {"unit": request.user.workplace})
    stages = {stage.kind: stage for stage in unit_year.cycle.stages.all()}
    newest = Review.objects.filter(entry=OuterRef("pk")).order_by("-round")
    entries = list(
        (LedgerEntry.objects.in_hand(unit_year) | LedgerEntry.objects.to_confirm(unit_year))
        .order_by("updated_at", "pk")
        .annotate(last_note=Subquery(newest.values("note")[:1]))
    )
    indicators = list(indicators_of(unit_year))
    returned = [
        task_of_entry(entry, stages) for entry in entries if entry.status == LedgerEntry.Status.RETURNED
    ]
    drafts = [task_of_entry(entry, stages) for entry in entries if entry.status == LedgerEntry.Status.DRAFT]
    entered = [task_of_entered(entry) for entry in entries if not entry.is_editable]
    missing = [task_of_indicator(it, stages) for it in indicators if not it.handed_in]
    duties = duty_tasks(unit_year.unit)
    owed = [*duties["owed"], *entered, *drafts, *missing]
    days = [task.due_on for task in [*owed, *returned] if task.due_on]
    context = {
        "unit_year": unit_year,
        "returned": [*duties["returned"], *returned],
        "missed": duties["missed"],
        "talks": talks(unit_year),
        "owed": owed,
        "done": [indicator for indicator in indicators if indicator.handed_in],
        "indicator_count": len(indicators),
        "gaps": gaps.of_unit(unit_year),
        "next_due": min((day for day in days if day and day >= today()), default=None),
        "stages": stages.values(),
        "today": today(),
    }
    return render(request, "assessments/home/liaison.html", context)


def indicators_of(unit_year):
    """The indicators that this unit's ledger proves, with what was handed in for each."""
    indicators = unit_year.cycle.standard.indicators.proved_by_ledger()
    return indicators.for_unit_year(unit_year).with_coverage(unit_year)


def duty_tasks(unit):
    """{returned, owed, missed} of everything the unit owes by now, the nearest day first.

    What is missed is taken no more unless the office gives more time. A year that is open for
    plans only asks for its plans as well.
    """
    running = [Cycle.Status.OPEN, Cycle.Status.PLANNING]
    owed = Duty.objects.open().begun().filter(unit=unit, cycle__status__in=running).for_listing()
    plans = Plan.objects.filter(unit=unit, cycle__status__in=running)
    begun = {
        (plan.cycle_id, plan.duty_kind, plan.period): plan
        for plan in plans.annotate(last_note=Subquery(notes_on(Plan, "send_back")[:1]))
    }
    tasks = defaultdict(list)
    for duty in owed:
        pile = "returned" if duty.returned_at else "owed" if duty.accepts() else "missed"
        tasks[pile].append(task_of_duty(duty, begun.get((duty.cycle_id, duty.kind, duty.period))))
    return tasks


def task_of_duty(duty, plan):
    """Something owed as a line of the task list; a plan that was begun is gone on with."""
    return Task(
        code=str(duty.cycle.year),
        title=duty.label,
        hint=str(DUTY_HINTS.get(duty.kind, "")),
        href=reverse("assessments:plan_edit", args=[plan.pk]) if plan else duty.get_absolute_url(),
        due_on=duty.next_day,
        tone="bad" if duty.returned_at else plan.tone if plan else "info",
        label=plan.get_status_display() if plan else duty.state.label,
        note=plan.last_note or "" if plan and duty.returned_at else "",
        icon="undo-2" if duty.returned_at else "pencil",
    )


# What each kind of duty asks for, said beside it.
DUTY_HINTS = {
    Duty.Kind.ANNUAL_PLAN: gettext_lazy(
        "Goals of the year, and for each item an owner, an overseer, a date, a measure and a proof"
    ),
    Duty.Kind.QUARTERLY_PLAN: gettext_lazy("What of the annual plan is done in this quarter, and by whom"),
    Duty.Kind.MONTHLY_PLAN: gettext_lazy("A few lines; last month's are copied for you"),
    Duty.Kind.DEPLOYMENT: gettext_lazy("The meeting or document by which the unit set the year's work going"),
    Duty.Kind.LOOK_BACK: gettext_lazy("What of the plan was reached by now, and what follows from it"),
    Duty.Kind.SELF_CHECK: gettext_lazy("How the unit sees its own year"),
    Duty.Kind.RECEIPT: gettext_lazy("Read it, then sign for it"),
}


def notes_on(model, verb):
    """The reasons given with that act, newest first, about the record of the outer query."""
    kind = ContentType.objects.get_for_model(model)
    events = TrailEvent.objects.filter(content_type=kind, object_id=OuterRef("pk"), verb=verb)
    return events.order_by("-number").values("note")


def task_of_entry(entry, stages):
    """An entry in the unit's hands: returned with a reason, or a draft waiting to be finished."""
    is_returned = entry.status == LedgerEntry.Status.RETURNED
    return Task(
        code=_("Record"),
        title=entry.title,
        hint=_("Returned; correct it and hand it in again") if is_returned else _("Draft, not handed in yet"),
        note=entry.last_note or "",
        href=reverse("assessments:entry_edit", args=[entry.pk]),
        due_on=entry.correct_by if is_returned and entry.correct_by else stages[Stage.Kind.LEDGER].due_on,
        tone="bad" if is_returned else "warn",
        label=entry.get_status_display(),
        icon="undo-2" if is_returned else "circle-dashed",
    )


def task_of_entered(entry):
    """What the office handed in for the unit and the unit should look at."""
    return Task(
        code=_("Record"),
        title=entry.title,
        hint=_("Entered by the office on your behalf; look at it and confirm it"),
        href=entry.get_absolute_url(),
        tone="warn",
        label=_("to be confirmed"),
        icon="file-pen",
    )


def talks(unit_year):
    """What the office asks of the unit, and the answers that nobody there has read: a line each."""
    address = reverse("assessments:questions")
    asked = ngettext("%(count)d question", "%(count)d questions", unit_year.asked_count)
    unread = ngettext("%(count)d answer", "%(count)d answers", unit_year.unread_count)
    found = [
        (unit_year.asked_count, asked, f"{address}?status=asked", "warn", _("the office asks")),
        (unit_year.unread_count, unread, f"{address}?status=unread", "good", _("not read yet")),
    ]
    return [
        Task(
            code=_("Q&A"), title=title % {"count": count},
            hint=str(_("Questions and answers with the office")),
            href=href, tone=tone, label=label, icon="messages-square",
        )
        for count, title, href, tone, label in found
        if count
    ]  # fmt: skip


def task_of_indicator(indicator, stages):
    """An indicator for which nothing was handed in yet."""
    return Task(
        code=indicator.code,
        title=indicator.name,
        hint=indicator.rule,
        href=f"{reverse('assessments:entry_new')}?indicator={indicator.code}",
        due_on=stages[Stage.Kind.LEDGER].due_on,
        tone="info",
        label=_("%(points)s points open") % {"points": plain_decimal(indicator.maximum)},
        icon="pencil",
    )


# The office: what waits for me, where does the year stand, who still owes what?


def office(request):
    cycle = Cycle.objects.current()
    if cycle is None or cycle.status == Cycle.Status.DRAFT:
        return render(request, "assessments/home/setup.html", {"cycle": cycle, "steps": setup_steps(cycle)})
    queue = LedgerEntry.objects.to_decide_by(request.user).for_listing()[:QUEUE_SHOWN]
    matters = owing.matters(owing.asked_now(Duty.objects.visible_to(request.user)))
    views, numbers = saved_view.views_of(request.user)
    # Whether scores can be frozen is the director's concern; asked in the same statement.
    weighed = xray.numbers(cycle, xray.grave_checks()) if request.user.has_role(Role.DIRECTOR) else {}
    asked = numbers | weighed | asked_of(request.user) | calibration_standing.task_numbers(request.user)
    asked |= second_person_numbers(request.user) | dispute_numbers(request.user)
    figures = overview.figures(cycle, request.user, **asked)
    context = {
        "cycle": cycle,
        "figures": figures,
        "queue_count": figures["queue_count"],
        "views": with_counts(views, figures),
        "calibration": calibration_standing.task_in(figures),
        "grave_count": sum(1 for code in weighed if figures[code]),
        "queue": queue,
        "owing": owing.nearest(matters)[:OWING_SHOWN],
        "months": overview.months(cycle),
        "workdays": WorkCalendar.workdays(),
        "today": today(),
    }
    return render(request, "assessments/home/office.html", context)


def asked_of(user):
    """How many questions of units wait for an answer, for who answers them; asked in the same statement."""
    may_answer = user.has_perm("assessments.review_entries")
    return {"questions_open": overview.number_of(Question.objects.open())} if may_answer else {}


def second_person_numbers(user):
    """What waits for this person to confirm as the second one; asked in the same statement.

    Of moderations one stands in a year, so its number leads to it.
    """
    if not user.has_role(Role.DIRECTOR, Role.ADMINISTRATOR):
        return {}
    moderations = Moderation.objects.to_decide_by(user).filter(cycle=OuterRef("pk"))
    return {
        "moderation_asked": Subquery(moderations.order_by().values("pk")[:1]),
        "overrides_asked": xray.number_of(ConflictOverride.objects.to_decide_by(user)),
    }


def dispute_numbers(user):
    """How many records wait for this person to arbitrate, and the first of them; in the same statement."""
    if not user.has_perm("assessments.review_entries"):
        return {}
    disputes = LedgerEntry.objects.to_decide_by(user).disputed()
    return {
        "disputes_open": overview.number_of(disputes),
        "dispute_first": Subquery(disputes.values("pk")[:1]),
    }


@dataclass
class Step:
    """One step towards an open year: whose it is, where it is done, and whether it is."""

    title: str
    permission: str
    role: Role
    href: str
    is_done: bool = False


def setup_steps(cycle):
    """The way from an empty portal to an open year, in the order that works."""
    roles = set(Membership.objects.current().order_by().values_list("role", flat=True).distinct())
    opening = reverse("assessments:cycle_open", args=[cycle.pk]) if cycle else ""
    return [
        Step(
            _("Enter the names and telephone of the office"), "units.edit_office", Role.ADMINISTRATOR,
            reverse("units:office"), Office.objects.exists(),
        ),
        Step(
            _("Import the county's unit list"), "units.import_units", Role.ADMINISTRATOR,
            reverse("units:import_new"), Unit.objects.participating().exists(),
        ),
        Step(
            _("Issue accounts to the office and the liaisons"), "units.issue_account", Role.ADMINISTRATOR,
            reverse("units:people"), {Role.DIRECTOR, Role.CASE_OFFICER, Role.LIAISON} <= roles,
        ),
        Step(
            _("Prepare the year and check its dates"), "assessments.prepare_cycle", Role.DIRECTOR,
            reverse("assessments:cycle_new"), cycle is not None,
        ),
        Step(_("Open the year"), "assessments.open_cycle", Role.DIRECTOR, opening),
    ]  # fmt: skip


# A county leader: where does the year stand, on one page to print?


def county_leader(request):
    cycle = Cycle.objects.current()
    if cycle is None or cycle.status == Cycle.Status.DRAFT:
        return render(request, "assessments/home/early.html")
    late, silent = overview.without_plan(cycle), overview.silent(cycle)
    figures = overview.figures(cycle)
    context = {
        "cycle": cycle,
        "figures": figures,
        "months": overview.months(cycle),
        "release": RankingRelease.objects.filter(cycle=cycle).newest(),
        "honors": overview.honors_held(cycle.year),
        "late": named(duty.unit for duty in late),
        "silent": named(unit_year.unit for unit_year in silent),
        "lowest": overview.lowest(cycle)[:5],
        "today": today(),
    }
    return render(request, "assessments/home/county_leader.html", context)


def named(units):
    """Some units by name, and how many more there are."""
    units = list(units)
    return {"units": units[:NAMES_SHOWN], "count": len(units), "more": max(len(units) - NAMES_SHOWN, 0)}


# The auditor: what was done last, and which protected data was looked at or taken away?


def auditor(request):
    events = TrailEvent.objects.select_related("by", "content_type")
    newest = list(events[:LINES_SHOWN])
    protected = list(events.filter(verb__in=history.PROTECTED_VERBS)[:LINES_SHOWN])
    told = history.lines([*newest, *protected], request.user)
    context = {"newest": told[: len(newest)], "protected": told[len(newest) :], "today": today()}
    return render(request, "assessments/home/auditor.html", context)


# The inspector: where is the unit that I am to visit?


def inspector(request):
    existing = Unit.objects.existing().order_by()
    kind = Coalesce("category__parent", "category")
    numbers = dict(existing.annotate(kind=kind).values_list("kind").annotate(Count("pk")))
    kinds = [(kind, numbers.get(kind.pk, 0)) for kind in Category.objects.filter(parent__isnull=True)]
    return render(request, "assessments/home/inspector.html", {"kinds": kinds, "form": UnitFilter()})


# A supervising department: who of my tree is behind, and what came in?


def tree(request):
    """The units of the own tree that take part this year, who is behind first."""
    allow(request.user, "assessments.view_tree")
    cycle = Cycle.objects.current()
    if cycle is None or cycle.status == Cycle.Status.DRAFT:
        return render(request, "assessments/home/early.html")
    units = Unit.objects.filter(pk__in=request.user.supervised_ids)
    rows = overview.branches(units, cycle)
    totals = overview.totals(rows)
    page = page_of(request, rows, per_page=BRANCHES_SHOWN, count=totals["units"])
    context = {"cycle": cycle, "totals": totals, "page": page}
    return render(request, "assessments/home/tree.html", context)


# A unit's leader: how does my unit stand, and what is still open?


def leader(request):
    unit = request.user.workplace
    unit_year = gaps.marked(UnitYear.objects.all(), today()).current_at(unit)
    if unit_year is None:
        return render(request, "assessments/home/waiting.html", {"unit": unit})
    indicators = list(indicators_of(unit_year))
    entries = LedgerEntry.objects.filter(cycle=unit_year.cycle, unit=unit)
    listed = newest_with_returned(entries)
    context = {
        "unit": unit,
        "unit_year": unit_year,
        "duties": Duty.objects.filter(cycle=unit_year.cycle, unit=unit).open().begun().for_listing(),
        "plan": Plan.objects.annual().filter(cycle=unit_year.cycle, unit=unit).first(),
        "numbers": dict(entries.order_by().values_list("status").annotate(Count("pk"))),
        "returned": [it for it in listed if it.status == LedgerEntry.Status.RETURNED][:ENTRIES_SHOWN],
        "newest": listed[:ENTRIES_SHOWN],
        "open": [indicator for indicator in indicators if not indicator.handed_in],
        "indicator_count": len(indicators),
        "gaps": gaps.of_unit(unit_year),
        "today": today(),
    }
    return render(request, "assessments/home/leader.html", context)


def newest_with_returned(entries):
    """The newest of these records and all that are returned, the newest first, in one statement."""
    newest = entries.order_by("-updated_at", "-pk").values("pk")[:ENTRIES_SHOWN]
    chosen = Q(status=LedgerEntry.Status.RETURNED) | Q(pk__in=newest)
    return list(entries.filter(chosen).order_by("-updated_at", "-pk"))


FIRST_PAGES = {
    Role.DIRECTOR: office,
    Role.CASE_OFFICER: office,
    Role.ADMINISTRATOR: office,
    Role.LIAISON: liaison,
    Role.DEPUTY: liaison,
    Role.UNIT_LEADER: leader,
    Role.SUPERVISOR: tree,
    Role.AUDITOR: auditor,
    Role.COUNTY_LEADER: county_leader,
    Role.INSPECTOR: inspector,
}
