"""A small county with one of everything, for tests that walk the whole portal."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import NoReverseMatch, reverse

from assessments.actions import binder as binders
from assessments.actions import likeness, publication, score, xray
from assessments.actions import plan as plans
from assessments.models import (
    Adjustment,
    BulkDecision,
    BulkLine,
    Claim,
    HonorItem,
    LedgerEntry,
    PlanItem,
    ReturnReason,
    ReviewDraft,
    ScoreSheet,
)
from tests.factories import (
    AccountRequestFactory,
    AssignmentFactory,
    AwardFactory,
    CalibrationItemFactory,
    CalibrationMarkFactory,
    CalibrationRoundFactory,
    ChartedUnitFactory,
    ChartItemFactory,
    ClaimFactory,
    ConflictFactory,
    CycleFactory,
    DocumentFactory,
    DutyFactory,
    EntryEditionFactory,
    EntryFactory,
    EvidenceFactory,
    FaqFactory,
    FieldSurveyFactory,
    InternalNoteFactory,
    LetterFactory,
    ModerationFactory,
    OutgoingLetterFactory,
    OverrideFactory,
    PaperFactory,
    PlanFactory,
    PlanItemFactory,
    QuestionFactory,
    ReviewFactory,
    SavedViewFactory,
    SessionFactory,
    StandardFactory,
    UnitYearFactory,
    WindowFactory,
    files,
)
from tests.test_every_address import COMMON, OFFICE
from tests.test_every_address import OWN as ONES_OWN
from tests.units.lists import unit_row, workbook
from units.actions import intake, trail
from units.models import Notification, Organization, TrailEvent, Unit, WindowStaff

# What stands in a unit's records so that it can be found again wherever it turns up: the unit and
# the office may read OWN, nobody but the unit DRAFT.
OWN, DRAFT = "own{}seen", "draft{}seen"
# What stands in a calibration round: the office alone reads it.
CALIBRATED = "calibratedseen"
# What the office notes among itself about the unit: no unit and no department ever receives it.
NOTE = "note{}seen"
# What the director has in hand of a record that is not decided: nobody else receives it.
IN_HAND = "inhandseen"
EVERYBODYS_TEXT = (
    "为扎实推进文明单位创建工作，全体干部职工在文化广场开展清洁家园活动，清理杂物，"
    "擦拭栏杆，劝导乱停乱放，受到过往群众的一致好评。"
)
PRIVATE = ("address", "top_leader", "leader_in_charge", "contact", "email", "remark")
# The telephone numbers of each unit, by the person who works there.
MOBILES = {"lan": "13900010001", "mei": "13900020002"}
TELS = {"lan": "0999-8810011", "mei": "0999-8820022"}


@dataclass
class Records:
    """One unit's records, by what the addresses of the portal ask for."""

    unit: object
    person: object
    entry: object
    waiting: object
    returned: object
    accepted: object
    plan: object
    amended: object
    sheet: object
    line: object
    evidence: object
    award: object
    duty: object
    document: object
    message: object
    session: object
    window: object
    letter: object
    item: object
    assignment: object
    conflict: object
    override: object
    survey: object
    binder: object
    question: object

    @property
    def arguments(self):
        """The arguments of an address, by the word that stands in the tables of addresses."""
        item = self.sheet.unit_year.cycle.standard.indicators.items().exclude(method="M").first()
        return {
            "assignment": [self.assignment.pk],
            "award": [self.award.pk],
            "binder": [self.binder.pk],
            "binder volume": [self.binder.pk, 1],
            "duty": [self.duty.pk],
            "document": [self.document.pk],
            "document page": [self.document.pk, 1],
            "charted": [self.item.charted_id],
            "conflict": [self.conflict.pk],
            "override": [self.override.pk],
            "entry": [self.entry.pk],
            "entry edition": [self.waiting.pk, 1],
            "evidence": [self.evidence.pk],
            "evidence page": [self.evidence.pk, 1],
            "item": [self.item.pk],
            "message": [self.message.pk],
            "person": [self.person.pk],
            "person role": [self.person.pk, self.person.memberships.get().pk],
            "question": [self.question.pk],
            "plan": [self.plan.pk],
            "plan edition": [self.amended.pk, 1],
            "session": [self.session.pk],
            "sheet": [self.sheet.pk],
            "sheet indicator": [self.sheet.pk, item.pk],
            "sheet line": [self.sheet.pk, self.line.pk],
            "unit": [self.unit.pk],
            "unit year": [self.unit.pk, 2026],
            "window": [self.window.pk],
            "letter": [self.letter.pk],
            "paper": [self.letter.paper.pk],
            "survey": [self.survey.pk],
            "finding": [self.survey.rows.get().pk],
            "why": ["entry", self.waiting.pk],
        }


def furnish(year, unit, person, *, by):
    """Give the unit one of everything, its own token in every text."""
    own, draft = OWN.format(person.username), DRAFT.format(person.username)
    said = {"cycle": year, "unit": unit, "created_by": person, "place": own, "text": own}
    numbers = {"mobile": MOBILES[person.username], "tel": TELS[person.username]}
    Unit.objects.filter(pk=unit.pk).update(**dict.fromkeys(PRIVATE, own), **numbers, extra={"further": own})
    window = WindowFactory(unit=unit)
    WindowStaff.objects.create(window=window, badge_number="101", duty="受理", name=own)
    Organization.objects.create(unit=unit, group_head=own, office_contact=own, office_tel=own)
    letter = LetterFactory(
        unit=unit, lower_signatory=own, paper=PaperFactory(unit=unit, title=own, added_by=person)
    )
    trail.record(unit, "edit", by=by, changes={name: ["", number] for name, number in numbers.items()})
    entry = EntryFactory(**said | {"title": draft, "place": draft, "text": draft})
    waiting, returned, accepted = (
        EntryFactory(**said, title=f"{own} {status}", **{status: True})
        for status in ("submitted", "returned", "accepted")
    )
    ClaimFactory(entry=waiting)
    AssignmentFactory(cycle=year, unit=None, entry=waiting)
    EntryEditionFactory(entry=waiting, content={"title": own, "text": own, "captions": {}})
    ClaimFactory(entry=accepted, points=1)
    for one in (returned, accepted):
        like_other_units(one, own)
    ReviewFactory(entry=returned, by=by, verdict="returned", note=own)
    EvidenceFactory(
        entry=waiting, name=f"{own}.xlsx", kind="xlsx", content=files.xlsx(rows=((own,),), sheets=(own,))
    )
    talked_about(year, unit, person, waiting, own)
    ReviewDraft.objects.create(entry=waiting, round=waiting.round, by=by, note=IN_HAND)
    plan = PlanFactory(cycle=year, unit=unit, goals=draft)
    DutyFactory(cycle=year, unit=unit, overdue=True)
    PlanItem.objects.create(plan=plan, what=draft, owner=draft)
    sheet = sheet_of(year, unit)
    line = values_on(sheet, own, by=by)
    trail.record(waiting, "submit", by=person, note=own)
    trail.record(entry, "edit", by=person, note=draft)
    return Records(
        unit=unit,
        person=person,
        entry=entry,
        waiting=waiting,
        returned=returned,
        accepted=accepted,
        plan=plan,
        amended=being_amended(year, unit, person, own, draft, by=by),
        sheet=sheet,
        line=line,
        evidence=EvidenceFactory(entry=entry, name=f"{draft}.jpg"),
        award=AwardFactory(unit=unit, item=HonorItem.objects.first()),
        duty=DutyFactory(
            cycle=year, unit=unit, kind="self_check", extended_to="2099-12-31", extension_note=own
        ),
        document=DocumentFactory(
            cycle=year,
            title=own,
            text=own,
            content=files.xlsx(rows=((own,),), sheets=(own,)),
            kind="xlsx",
            issued=True,
            to=[unit],
        ),
        message=message_to(person, own),
        session=SessionFactory(user=person),
        window=window,
        letter=letter,
        item=ChartItemFactory(
            charted=ChartedUnitFactory(cycle=year, unit=unit, reasons=[own], note=own, listed_by=by),
            what=own,
            owner=own,
        ),
        assignment=AssignmentFactory(cycle=year, unit=unit),
        conflict=ConflictFactory(unit=unit, note=own),
        override=OverrideFactory(unit=unit, reason=own),
        survey=surveyed(year, unit, own),
        binder=bound(year, unit, by=person),
        question=waiting.questions.get(),
    )


def talked_about(year, unit, person, entry, own):
    """A question about a record, answered, and what the office noted about it among itself."""
    QuestionFactory(cycle=year, unit=unit, entry=entry, asked_by=person, text=own, answered=True)
    QuestionFactory(cycle=year, unit=unit, asked_by=person, text=own)
    for text in (NOTE.format(person.username), f"{NOTE.format(person.username)} 又及"):
        InternalNoteFactory(entry=entry, text=text)


def surveyed(year, unit, own):
    """A closed field survey, whose finding the unit reads."""
    survey = FieldSurveyFactory(cycle=year, closed=True, units=[unit])
    survey.rows.update(note=own, plan_mark=4, plan_found="no")
    return survey


def like_other_units(entry, own):
    """A photo and a text that every unit has, each under its own name and with a word of its own."""
    EvidenceFactory(entry=entry, name=f"{own}.jpg", content=files.jpg(color="olive"))
    entry.text = f"{EVERYBODYS_TEXT}{own}"
    entry.save()
    likeness.mark_text(entry)


def bound(year, unit, *, by):
    """The unit's year, bound and ready."""
    binder = binders.make(year, "unit", unit, by=by)
    while binder.is_making:
        binder = binders.advance(binder, by=by)
    return binder


def being_amended(year, unit, person, own, draft, *, by):
    """A scheme of which others see the accepted edition, while the unit writes the next one."""
    plan = PlanFactory(
        cycle=year, unit=unit, kind="quarterly", period=1, goals=own, submitted=True, submitted_by=person
    )
    item = PlanItemFactory(plan=plan, what=own, owner=own)
    plan = plans.amend(plans.accept(plan, by=by), by=person, note=own)
    changed = {"pk": item.pk, "what": draft, "owner": draft}
    return plans.edit(plan, seen=plan.version, goals=draft, items=[changed], by=person)


def sheet_of(year, unit):
    unit_year = UnitYearFactory(cycle=year, unit=unit)
    score.open_sheets(year)
    return ScoreSheet.objects.get(unit_year=unit_year)


def values_on(sheet, basis, *, by):
    """A value and a bonus; answers the bonus."""
    standard = sheet.unit_year.cycle.standard
    offices = next(it for it in standard.indicators.items() if not it.comes_from_ledger)
    score.set_value(sheet, offices, Decimal(1), basis, by=by)
    rule = standard.adjustments.first() or Adjustment.objects.create(
        standard=standard, kind="bonus", code="P1", name="荣誉", points={"each": "1"}
    )
    return score.add_adjustment(sheet, rule, 1, basis, by=by)


def calibrated(year, *, by):
    """A closed calibration of every unit's waiting record, with marks, a word for the talk and a line."""
    found = CalibrationRoundFactory(cycle=year, closed=True, created_by=by, people=[by])
    for claim in Claim.objects.filter(entry__cycle=year, entry__status="submitted"):
        item = CalibrationItemFactory(
            round=found,
            entry=claim.entry,
            indicator=claim.indicator,
            line=CALIBRATED,
            reference=Decimal("3.77"),
        )
        CalibrationMarkFactory(item=item, by=by, note=CALIBRATED)
    # Handed in when they were drawn, taken back and written anew since.
    for entry in LedgerEntry.objects.filter(cycle=year, status="draft"):
        CalibrationItemFactory(round=found, entry=entry, indicator=item.indicator)
    return item


def returned_together(year, *, by):
    """A bulk decision about records that their units took back since."""
    made = BulkDecision.objects.create(kind="send_back", by=by)
    for entry in LedgerEntry.objects.filter(cycle=year, status="draft"):
        BulkLine.objects.create(bulk=made, entry=entry)
    return made


def message_to(person, title):
    kind = TrailEvent.objects.last().content_type
    return Notification.objects.create(to=person, content_type=kind, object_id=1, verb="accept", title=title)


def shared(year, *, by, admin):
    """What is no unit's own, by the words of the tables: an import being looked at, a draft edition, a
    year to come, a ranking."""
    batch = intake.preview(workbook(unit_row("县水利局", 1), unit_row("县林业局", 2)), "名册.xlsx", by=admin)
    draft = StandardFactory(year=2027)
    coming = CycleFactory(year=2027, status="draft", standard=draft)
    stands = dict.fromkeys((check.code for check in xray.grave(year)), "演示")
    release = publication.release(year, title="名次", confirm_unset=True, exceptions=stands, by=by)
    item = calibrated(year, by=by)
    return {
        "": [],
        "calibration": [item.round_id],
        "calibration item": [item.pk],
        "moderation": [ModerationFactory(cycle=year, reason=CALIBRATED, proposed_by=by).pk],
        "request": [AccountRequestFactory().pk],
        "batch": [batch.pk],
        "batch row": [batch.pk, batch.rows.first().pk],
        "check": ["entry_without_proof"],
        "cycle": [coming.pk],
        "deadline": [coming.deadlines.first().pk],
        "kind": ["units"],
        "faq": [FaqFactory(source__cycle=year).pk],
        "indicator": [draft.indicators.items().first().pk],
        "permission": ["assessments.accept_entry"],
        "mail": [OutgoingLetterFactory(to=by).pk],
        "record kind": ["activity"],
        "bulk": [returned_together(year, by=by).pk],
        "reason": [ReturnReason.objects.create(title="缺签到表", text="请补传签到表。").pk],
        "release": [release.pk],
        "stage": [coming.stages.first().pk],
        "view": [SavedViewFactory(owner=by, is_shared=True).pk],
        "year": [2026],
    }


@dataclass
class County:
    """The whole of it: two units' records and what is shared."""

    units: dict
    shared: dict

    @property
    def starts(self):
        """Every address that can be asked for, with every record; and those of the public pages."""
        named = {**ONES_OWN, **OFFICE}
        own = [reverse(name, args=args[word]) for args in self.arguments for name, word in named.items()]
        return list(dict.fromkeys([*own, *self.common, *self.further, *self.explained]))

    @property
    def explained(self):
        """Why one sees each kind of record."""
        for records in self.units.values():
            shown = {"unit": records.unit, "entry": records.waiting, "plan": records.plan,
                     "sheet": records.sheet, "award": records.award, "person": records.person,
                     "charted_unit": records.item.charted}  # fmt: skip
            for concept, record in shown.items():
                yield reverse("assessments:why", args=[concept, record.pk])

    @property
    def further(self):
        """Searches for what is planted, an invitation that fails, every unit's entries in each state."""
        yield reverse("units:join", args=["lan", "abcd-efgh-jkmn"])
        yield from (f"{reverse('assessments:search')}?q={text}" for text in ("own", "draft", "seen", "云泽"))
        for records in self.units.values():
            for entry in (records.waiting, records.returned, records.accepted):
                yield from (
                    reverse(f"assessments:{page}", args=[entry.pk]) for page in ("entry", "review", "notes")
                )
            table = records.waiting.files.get().pk
            yield from (
                reverse(f"assessments:{page}", args=[table]) for page in ("evidence", "evidence_preview")
            )

    @property
    def arguments(self):
        return [self.shared | records.arguments for records in self.units.values()]

    @property
    def common(self):
        """Everybody's addresses; those of one record with the records there are."""
        for name in sorted(COMMON - {"units:join", "units:logout", "units:styleguide", "set_language"}):
            try:
                yield reverse(name)
            except NoReverseMatch:
                yield from (reverse(name, args=[pk]) for pk in (1, 2, *self.pks))

    @property
    def pks(self):
        return [*self.shared["release"], *(records.unit.pk for records in self.units.values())]
