"""What becomes of a unit's year and honors when it is merged, split up or dissolved.

The rule, also on the page that asks for confirmation (docs/decisions/0015):
- To a unit that was there already passes what is open: records not accepted yet. To a new unit
  everything of the open year passes, accepted records included.
- Plans pass, of every kind and period of which the successor has none, those of the year to come
  included; what else was owed lapses.
- Questions pass with what was said, open or answered: the successor goes on with them.
- Who has ended is taken off the wall chart; its items stay on record.
- Honors wait to be recognized by a decision; with a dissolved unit they end.
- Signatures, receipts and history stay whose they are.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assessments.models import Award, ChartedUnit, Cycle, Duty, LedgerEntry, Plan, Question, UnitYear
from units.actions import life, trail
from units.actions.move import lock

from . import cycle as cycles
from . import duty as duties
from . import honor, score, wall_chart
from . import plan as plans


@transaction.atomic
def merge(units, *, into=None, by, **act):
    """Merge units as `life.merge` does, and hand on their year and their honors. The unit that goes on."""
    years = open_years()
    goes_on = life.merge(units, into=into, by=by, **act)
    gone = [unit for unit in units if unit.pk != goes_on.pk]
    hand_on(gone, goes_on, years, on=act["on"], is_new=into is None, by=by)
    return goes_on


@transaction.atomic
def split(unit, names, *, stays, by, **act):
    """Split a unit as `life.split` does; when it ends, the first part takes on its year. The new units."""
    years = open_years()
    parts = life.split(unit, names, stays=stays, by=by, **act)
    if stays:
        enrol(parts, years, by=by)
    else:
        hand_on([unit], parts[0], years, on=act["on"], is_new=True, by=by)
        enrol(parts[1:], years, by=by)
    return parts


@transaction.atomic
def dissolve(unit, *, by, **act):
    """Dissolve a unit as `life.dissolve` does; it owes nothing any more, and its honors end with it."""
    years = open_years()
    unit = life.dissolve(unit, by=by, **act)
    leave([unit], years, _("The unit was dissolved."), by=by)
    for award in Award.objects.standing().filter(unit=unit):
        honor.finish(
            award, "terminate", on=act["on"], note=honor.checked_number(act["document_number"]), by=by
        )
    return unit


def open_years():
    """The years in which something can still be handed in, locked before any unit is."""
    return list(Cycle.objects.filter(status__in=Cycle.PLANS_IN).order_by("pk").select_for_update())


def hand_on(gone, heir, years, *, on, is_new, by):
    """Hand on what the merged units have open, year by year, and let their honors wait."""
    for cycle in years:
        if not UnitYear.objects.filter(cycle=cycle, unit__in=gone).exists():
            continue
        enrol([heir], [cycle], by=by)
        if UnitYear.objects.filter(cycle=cycle, unit=heir).exists():
            join_traits(gone, heir, cycle)
            pass_on_plans(gone, heir, cycle, by=by)
            pass_on_records(gone, heir, cycle, is_new=is_new, by=by)
    pass_on_questions(gone, heir, by=by)
    leave(gone, years, _("The unit was merged into %(unit)s.") % {"unit": heir}, by=by)
    for award in Award.objects.standing().filter(unit__in=gone).order_by("pk"):
        honor.finish(award, "suspend", on=on, note=str(heir), by=by)


def enrol(units, years, *, by):
    """Enrol those that take part and are not in the year yet."""
    for cycle in years:
        missing = cycles.not_enrolled(cycle).filter(pk__in=[unit.pk for unit in units])
        if missing:
            cycles.enrol(cycle, list(missing), by=by)


def join_traits(gone, heir, cycle):
    """The successor has a window, or is paired, if one of them was."""
    theirs = UnitYear.objects.filter(cycle=cycle, unit__in=gone)
    own = lock(UnitYear.objects.get(cycle=cycle, unit=heir))
    own.has_window = own.has_window or theirs.filter(has_window=True).exists()
    own.is_paired = own.is_paired or theirs.filter(is_paired=True).exists()
    own.save(update_fields=["has_window", "is_paired"])


def pass_on_plans(gone, heir, cycle, *, by):
    """Of every kind and period of which the successor has no plan, the one that got furthest passes.

    It fulfills for the successor what it fulfilled, and follows from the successor's plan above it.
    """
    own = set(Plan.objects.filter(cycle=cycle, unit=heir).values_list("kind", "period"))
    theirs = Plan.objects.filter(cycle=cycle, unit__in=gone).select_related("unit", "cycle")
    best = {}
    for plan in sorted(theirs.select_for_update(of=["self"]).order_by("pk"), key=how_far, reverse=True):
        best.setdefault((plan.kind, plan.period), plan)
    passing = [plan for key, plan in best.items() if key not in own]
    for plan in passing:
        pass_on_duties(plan, heir)
    note_passing(passing, heir, by=by)
    numbers = [plan.pk for plan in passing]
    Plan.objects.filter(pk__in=numbers).update(unit=heir, version=F("version") + 1)
    for unit in (*gone, heir):
        plans.link(cycle, unit)


# How far a plan got, among those of which an edition is in force and among those without.
FURTHEST = [
    Plan.Status.DRAFT,
    Plan.Status.AMENDING,
    Plan.Status.RETURNED,
    Plan.Status.SUBMITTED,
    Plan.Status.ACCEPTED,
]


def how_far(plan):
    return plan.edition > 0, FURTHEST.index(plan.status)


def pass_on_duties(plan, heir):
    """What the plan fulfilled for its unit it fulfills for the successor, the look-back included."""
    for kind, period in fulfilled_by(plan):
        owed = Duty.objects.filter(cycle=plan.cycle, kind=kind, period=period)
        came = owed.filter(unit=plan.unit).values(*duties.CAME).first()
        if came:
            owed.filter(unit=heir, fulfilled_at__isnull=True).update(**came)


def fulfilled_by(plan):
    """The duties, as (kind, period), that a plan fulfills."""
    looked_back = [(Duty.Kind.LOOK_BACK, 0)] if plan.looked_back_at else []
    return [(plan.duty_kind, plan.period), *looked_back]


def pass_on_records(gone, heir, cycle, *, is_new, by):
    """Records pass to the successor: the open ones, and to a new unit those accepted as well."""
    records = LedgerEntry.objects.filter(cycle=cycle, unit__in=gone)
    if not is_new:
        records = records.exclude(status=LedgerEntry.Status.ACCEPTED)
    passing = list(records.select_related("unit").select_for_update(of=["self"]).order_by("pk"))
    note_passing(passing, heir, by=by)
    numbers = [entry.pk for entry in passing]
    LedgerEntry.objects.filter(pk__in=numbers).update(unit=heir, version=F("version") + 1)
    for unit in (*gone, heir):
        score.refresh_unit(cycle, unit)


def pass_on_questions(gone, heir, *, by):
    """Questions of every year pass: what the office answered holds for the successor as well."""
    theirs = Question.objects.filter(unit__in=gone).select_related("unit")
    passing = list(theirs.select_for_update(of=["self"]).order_by("pk"))
    note_passing(passing, heir, by=by)
    numbers = [question.pk for question in passing]
    Question.objects.filter(pk__in=numbers).update(unit=heir, version=F("version") + 1)


def note_passing(records, heir, *, by):
    """History of each record: whose it was, and whose it is now."""
    changes = {record.pk: {"unit": [str(record.unit), str(heir)]} for record in records}
    trail.record_all(records, "pass_on", by=by, changes=changes)


def leave(units, years, note, *, by):
    """These units have ended: they owe nothing any more, and are off the wall chart, for that reason."""
    let_lapse(units, years, note, by=by)
    for charted in ChartedUnit.objects.listed().filter(unit__in=units).order_by("pk"):
        wall_chart.remove(charted, note=note[:200], by=by)


def let_lapse(units, years, note, *, by):
    """What these units still owe is owed no more, and the year says why."""
    for cycle in years:
        lapsed = Duty.objects.open().filter(cycle=cycle, unit__in=units).update(lapsed_note=note[:200])
        if lapsed:
            trail.record(cycle, "enrol", by=by, note=note, changes={"duties": [lapsed, 0]})


# what the confirming page says


@dataclass(frozen=True)
class Outlook:
    """What an act would do with a unit's people, year and honors, in numbers."""

    branches: int
    people: int
    windows: int
    open_records: int
    accepted_records: int
    questions: int
    duties: int
    awards: int


def outlook(unit):
    """The numbers of one unit, as they stand now."""
    records = LedgerEntry.objects.filter(unit=unit, cycle__status=Cycle.Status.OPEN)
    accepted = records.filter(status=LedgerEntry.Status.ACCEPTED)
    return Outlook(
        branches=unit.branches.existing().count(),
        windows=unit.windows.open().count(),
        people=unit.memberships.current().values("user").distinct().count(),
        open_records=records.count() - accepted.count(),
        accepted_records=accepted.count(),
        questions=Question.objects.filter(unit=unit).count(),
        duties=Duty.objects.open().filter(unit=unit, cycle__status=Cycle.Status.OPEN).count(),
        awards=Award.objects.standing().filter(unit=unit).count(),
    )
