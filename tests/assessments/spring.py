"""A spring of forty units, told through the actions: some plan, deploy, act and sign; others do not."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.timezone import make_aware

from assessments.actions import cycle as cycles
from assessments.actions import duty as duties
from assessments.actions import ledger, plan
from assessments.models import Document, Duty, LedgerEntry
from civportal.lib import clock
from tests.factories import CycleFactory, IndicatorFactory, LiaisonFactory, UnitFactory

UNITS = 40
ITEM = {"what": "道德讲堂", "carrier": "讲堂", "serves": "优化服务", "owner": "办公室",
        "overseer": "分管领导", "due_on": date(2026, 12, 10), "measure": "每季度一次",
        "proof": "签到表"}  # fmt: skip


@dataclass
class Spring:
    """The year, its units in order, and who writes for each."""

    cycle: object
    units: list
    liaisons: list
    document: Document

    def lacking(self, every):
        """Every so-manieth unit: of its number each unit can be told what it lacks."""
        return {unit.pk for number, unit in enumerate(self.units) if number % every == 0}


# Every so-manieth unit lacks it.
NO_PLAN, NO_DEPLOYMENT, NO_ACTIVITY, NOT_SIGNED = 4, 5, 8, 10
LATE_PLAN = 3


def at(month, day, year=2026):
    return clock.at(make_aware(datetime.combine(date(year, month, day), time(9))))


def told(by):
    """Forty units up to 31 March: every 4th has no plan, every 5th no deployment, every 8th no activity
    (a report alone), every 10th did not sign; of those with a plan, every 3rd was late."""
    with at(1, 5):
        cycle = opened(by)
        units = UnitFactory.create_batch(UNITS)
        liaisons = [LiaisonFactory(memberships__unit=unit) for unit in units]
        cycles.enrol_missing(cycle, by=by)
    spring = Spring(cycle, units, liaisons, issued(cycle, units, by))
    for number, (unit, liaison) in enumerate(zip(units, liaisons, strict=True)):
        if number % NO_PLAN:
            with at(3 if number % LATE_PLAN == 0 else 2, 20):
                plan_of(cycle, unit, liaison)
        if number % NO_DEPLOYMENT:
            with at(3, 10):
                record(cycle, unit, liaison, LedgerEntry.Kind.DEPLOYMENT)
        with at(3, 15):
            record(cycle, unit, liaison, kind_of(number))
        if number % NOT_SIGNED:
            with at(3, 4):
                sign(spring, unit, liaison)
    return spring


def kind_of(number):
    return LedgerEntry.Kind.ACTIVITY if number % NO_ACTIVITY else LedgerEntry.Kind.REPORT


def opened(by):
    """The year with the usual calendar of plans and deployments, open all year."""
    cycle = CycleFactory(year=2026)
    cycle.stages.update(opens_on="2026-01-01", due_on="2026-11-30", closes_on="2026-12-10")
    cycle.deadlines.all().delete()
    kept = {Duty.Kind.ANNUAL_PLAN, Duty.Kind.DEPLOYMENT}
    for deadline in cycles.default_deadlines(cycle):
        if deadline.kind in kept:
            duties.set_deadline(deadline, by=by)
    IndicatorFactory(standard=cycle.standard, parent=cycle.standard.indicators.get(code="A"), code="A9")
    return cycle


def plan_of(cycle, unit, liaison):
    begun = plan.begin(cycle, unit, by=liaison)
    begun = plan.edit(begun, seen=begun.version, goals="创建县级文明单位", items=[ITEM], by=liaison)
    return plan.submit(begun, by=liaison)


def record(cycle, unit, liaison, kind):
    entry = ledger.write(cycle=cycle, unit=unit, title="春季工作", kind=kind, by=liaison)
    said = {"held_on": clock.today(), "place": "会议室", "text": "按计划开展。"}
    proved = set(cycle.standard.indicators.filter(code="A9").values_list("pk", flat=True))
    entry = ledger.edit(entry, {**said, "indicators": proved}, by=liaison).entry
    return ledger.submit(entry, by=liaison)


def issued(cycle, units, by, number="云文明办〔2026〕1号"):
    """A document that every unit has to sign for by 6 March."""
    document = Document.objects.create(
        cycle=cycle, number=number, title="关于做好创建工作的通知", issued_on=date(2026, 3, 3),
        sha256="0" * 64, created_by=by,
    )  # fmt: skip
    document.status, document.issued_at = "issued", clock.now()
    document.save()
    dates = {"opens_on": date(2026, 3, 3), "due_on": date(2026, 3, 6), "closes_on": date(2026, 12, 31)}
    Duty.objects.bulk_create(
        Duty(cycle=cycle, unit=unit, kind=Duty.Kind.RECEIPT, document=document, **dates) for unit in units
    )
    return document


def sign(spring, unit, liaison):
    duties.fulfil(spring.document.receipts.filter(unit=unit), by=liaison)
