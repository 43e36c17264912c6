"""The creation year."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.timezone import localdate, now
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait, post_generation
from factory.django import DjangoModelFactory

from assessments.models import (
    Assignment,
    Award,
    CalibrationItem,
    CalibrationMark,
    CalibrationRound,
    ChartedUnit,
    ChartItem,
    Claim,
    Conflict,
    ConflictOverride,
    Cycle,
    Deadline,
    Document,
    Duty,
    EntryEdition,
    EvidenceFile,
    Faq,
    FieldSurvey,
    HonorItem,
    Indicator,
    InternalNote,
    LedgerEntry,
    Level,
    Mark,
    Moderation,
    Plan,
    PlanItem,
    Question,
    QuestionMessage,
    RankingRelease,
    Review,
    SavedView,
    Stage,
    Standard,
    SurveyedUnit,
    UnitYear,
)
from civportal.lib import files as store

from . import files
from .units import CaseOfficerFactory, DirectorFactory, LiaisonFactory, UnitFactory


class StandardFactory(DjangoModelFactory):
    """One group with one indicator of each way of assessing, 4 points each."""

    class Meta:
        model = Standard
        django_get_or_create = ["year", "edition"]
        skip_postgeneration_save = True

    name = "测评标准"
    year = 2026
    edition = 1
    grades = [{"from": 90, "zh": "优秀", "code": "recommend"}, {"from": 0, "zh": "不合格", "code": "fail"}]

    @post_generation
    def indicators(self, create, extracted, **kwargs):
        if self.indicators.exists():
            return
        group = IndicatorFactory(standard=self, code="A", name="组织领导", maximum=20, method="", parent=None)
        for order, method in enumerate(Indicator.Method.values, start=1):
            IndicatorFactory(standard=self, parent=group, code=f"A{order}", method=method, sort_order=order)


class IndicatorFactory(DjangoModelFactory):
    class Meta:
        model = Indicator

    code = Sequence("X{}".format)
    name = LazyAttribute(lambda it: f"指标{it.code}")
    maximum = Decimal(4)
    method = Indicator.Method.MATERIALS


class CycleFactory(DjangoModelFactory):
    """An open year whose windows are all open today and due in a month; it asks for annual plans."""

    class Meta:
        model = Cycle
        django_get_or_create = ["year"]
        skip_postgeneration_save = True

    year = 2026
    status = Cycle.Status.OPEN
    standard = SubFactory(StandardFactory)

    @post_generation
    def stages(self, create, extracted, **kwargs):
        for kind in Stage.Kind.values:
            Stage.objects.get_or_create(
                cycle=self,
                kind=kind,
                defaults={
                    "opens_on": localdate() - timedelta(days=30),
                    "due_on": localdate() + timedelta(days=30),
                    "closes_on": localdate() + timedelta(days=40),
                },
            )

    @post_generation
    def deadlines(self, create, extracted, **kwargs):
        if not self.deadlines.exists():
            DeadlineFactory(cycle=self)


class UnitYearFactory(DjangoModelFactory):
    class Meta:
        model = UnitYear

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)


class DeadlineFactory(DjangoModelFactory):
    """The annual plan, due in a month, asked of all units."""

    class Meta:
        model = Deadline

    cycle = SubFactory(CycleFactory)
    kind = Duty.Kind.ANNUAL_PLAN
    opens_on = LazyFunction(lambda: localdate() - timedelta(days=30))
    due_on = LazyFunction(lambda: localdate() + timedelta(days=30))
    closes_on = LazyFunction(lambda: localdate() + timedelta(days=40))


class DutyFactory(DjangoModelFactory):
    """The annual plan, owed and due in a month; trait `done` has it handed in now."""

    class Meta:
        model = Duty

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)
    kind = Duty.Kind.ANNUAL_PLAN
    opens_on = LazyFunction(lambda: localdate() - timedelta(days=30))
    due_on = LazyFunction(lambda: localdate() + timedelta(days=30))
    closes_on = LazyAttribute(lambda duty: duty.due_on + timedelta(days=10))

    class Params:
        done = Trait(handed_in_at=LazyFunction(now), fulfilled_at=LazyFunction(now))
        overdue = Trait(
            due_on=LazyFunction(lambda: localdate() - timedelta(days=3)),
            closes_on=LazyFunction(lambda: localdate() + timedelta(days=7)),
        )


class DocumentFactory(DjangoModelFactory):
    """A draft for all units of the year; trait `issued` gives it out, to the units that `to` names."""

    class Meta:
        model = Document
        skip_postgeneration_save = True

    class Params:
        content = Sequence(lambda number: files.pdf(text=f"document {number}"))
        given_out = Trait(issued_at=LazyFunction(now))
        issued = Trait(given_out=True, status="issued")
        replaced = Trait(given_out=True, status="replaced")
        withdrawn = Trait(given_out=True, status="withdrawn", withdrawal_note="发错范围")

    cycle = SubFactory(CycleFactory)
    number = Sequence("云文明办〔2026〕{}号".format)
    title = Sequence("关于开展第{}次活动的通知".format)
    issued_on = LazyFunction(localdate)
    file_name = "通知.pdf"
    kind = "pdf"
    sha256 = LazyAttribute(lambda it: store.save(it.content, Document.FOLDER))
    size = LazyAttribute(lambda it: len(it.content))
    audience_rule = LazyFunction(lambda: {"all": True})
    created_by = SubFactory(CaseOfficerFactory)

    @post_generation
    def to(self, create, extracted, **kwargs):
        for unit in extracted or ():
            ReceiptFactory(document=self, unit=unit)


class ReceiptFactory(DutyFactory):
    """A receipt that is owed, due in three days; `done` has it signed now."""

    cycle = LazyAttribute(lambda it: it.document.cycle)
    document = SubFactory(DocumentFactory, issued=True)
    kind = Duty.Kind.RECEIPT
    title = LazyAttribute(lambda it: it.document.title)
    opens_on = LazyFunction(localdate)
    due_on = LazyFunction(lambda: localdate() + timedelta(days=3))


class EntryFactory(DjangoModelFactory):
    """A complete draft; traits `submitted`, `returned`, `accepted` place it further on."""

    class Meta:
        model = LedgerEntry

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)
    title = Sequence("第{}次志愿服务".format)
    held_on = date(2026, 6, 1)
    place = "会议室"
    text = "组织干部职工开展志愿服务。"
    created_by = SubFactory(LiaisonFactory)

    class Params:
        handed_in = Trait(
            receipt=Sequence("YZ-2026-{:04d}".format),
            first_submitted_at=LazyFunction(now),
            submitted_at=LazyFunction(now),
            in_line_at=LazyAttribute(lambda entry: entry.submitted_at),
            submitted_by=LazyAttribute(lambda entry: entry.created_by),
        )
        submitted = Trait(handed_in=True, status="submitted")
        returned = Trait(handed_in=True, status="returned")
        accepted = Trait(handed_in=True, status="accepted")


class ClaimFactory(DjangoModelFactory):
    class Meta:
        model = Claim

    entry = SubFactory(EntryFactory)
    indicator = LazyAttribute(lambda it: it.entry.cycle.standard.indicators.proved_by_ledger().first())


class EntryEditionFactory(DjangoModelFactory):
    """What was handed in the first time."""

    class Meta:
        model = EntryEdition

    entry = SubFactory(EntryFactory)
    number = 1
    content = LazyAttribute(lambda it: {"title": it.entry.title, "captions": {}})
    made_by = LazyAttribute(lambda it: it.entry.created_by)


class EvidenceFactory(DjangoModelFactory):
    """A small photo in the store; give `content` and `kind` for another file, or `plan` and no entry."""

    class Meta:
        model = EvidenceFile

    class Params:
        content = Sequence(lambda number: files.jpg(40 + number % 500))

    entry = SubFactory(EntryFactory)
    plan = None
    name = Sequence("照片{}.jpg".format)
    kind = EvidenceFile.Kind.JPG
    sha256 = LazyAttribute(lambda it: store.save(it.content, EvidenceFile.FOLDER))
    size = LazyAttribute(lambda it: len(it.content))
    uploaded_by = LazyAttribute(lambda it: it.entry.created_by if it.entry else LiaisonFactory())


class LevelFactory(DjangoModelFactory):
    """Full marks for what is wholly there."""

    class Meta:
        model = Level

    indicator = SubFactory(IndicatorFactory)
    least = LazyAttribute(lambda it: it.most)
    most = LazyAttribute(lambda it: it.indicator.maximum)
    words = "全部到位"


class AssignmentFactory(DjangoModelFactory):
    """Of the unit with all it hands in, by hand."""

    class Meta:
        model = Assignment

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)
    reviewer = SubFactory(CaseOfficerFactory)
    assigned_by = SubFactory(DirectorFactory)


class ConflictFactory(DjangoModelFactory):
    """A relative works there; declared by the person, and in force."""

    class Meta:
        model = Conflict

    person = SubFactory(CaseOfficerFactory)
    unit = SubFactory(UnitFactory)
    ground = Conflict.Ground.FAMILY
    declared_by = LazyAttribute(lambda it: it.person)


class OverrideFactory(DjangoModelFactory):
    """Asked for, about the unit, until in a week; trait `approved` has a second person permit it."""

    class Meta:
        model = ConflictOverride

    class Params:
        decided = Trait(decided_by=SubFactory(DirectorFactory), decided_at=LazyFunction(now))
        approved = Trait(decided=True, status="approved")
        refused = Trait(decided=True, status="refused")
        ended = Trait(decided=True, status="ended")

    person = SubFactory(CaseOfficerFactory)
    unit = LazyAttribute(lambda it: it.entry.unit if it.entry else UnitFactory())
    entry = None
    reason = "其他经办人都在外检查。"
    until = LazyFunction(lambda: localdate() + timedelta(days=7))


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review

    entry = SubFactory(EntryFactory)
    round = LazyAttribute(lambda it: it.entry.round)
    verdict = Review.Verdict.ACCEPTED
    by = SubFactory(CaseOfficerFactory)


class SavedViewFactory(DjangoModelFactory):
    """Somebody's view of the corrected ones."""

    class Meta:
        model = SavedView

    owner = SubFactory(CaseOfficerFactory)
    name = Sequence("视图{}".format)
    query = "again=on"


class QuestionFactory(DjangoModelFactory):
    """A unit's question about the first indicator, not answered; trait `answered` answers it."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)
    indicator = LazyAttribute(lambda it: it.cycle.standard.indicators.items().first())
    text = Sequence("第{}问：联合开展的活动算不算？".format)
    asked_by = SubFactory(LiaisonFactory)

    class Params:
        answered = Trait(status="answered")

    @post_generation
    def lines(self, create, extracted, **kwargs):
        """The first message, and the office's answer where there is one."""
        line = {"question": self, "text": self.text}
        QuestionMessage.objects.create(**line, is_units=self.status != "asked", by=self.asked_by)
        if self.status == "answered":
            answered = {**line, "text": "可以，签到表单列本单位人员。"}
            QuestionMessage.objects.create(**answered, is_units=False, by=CaseOfficerFactory())


class FaqFactory(DjangoModelFactory):
    """An answer that was published to all units."""

    class Meta:
        model = Faq

    source = SubFactory(QuestionFactory, answered=True)
    indicator = LazyAttribute(lambda it: it.source.indicator)
    question = Sequence("第{}问：联合开展的活动可以计入吗？".format)
    answer = "可以计入，签到表上单列本单位人员。"
    published_by = SubFactory(DirectorFactory)


class InternalNoteFactory(DjangoModelFactory):
    """What a reviewer noted for colleagues."""

    class Meta:
        model = InternalNote

    entry = SubFactory(EntryFactory, submitted=True)
    text = "与去年材料对照过。"
    by = SubFactory(CaseOfficerFactory)


class MarkFactory(DjangoModelFactory):
    """One reviewer's marks for a claim, blind; nothing is decided by it."""

    class Meta:
        model = Mark

    claim = SubFactory(ClaimFactory)
    round = LazyAttribute(lambda it: it.claim.entry.round)
    by = SubFactory(CaseOfficerFactory)
    points = Decimal(3)


class PlanFactory(DjangoModelFactory):
    """A draft without items; trait `submitted` hands it in."""

    class Meta:
        model = Plan

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)
    goals = "创建县级文明单位。"

    class Params:
        submitted = Trait(
            status="submitted",
            receipt=Sequence("YZ-2026-9{:03d}".format),
            submitted_at=LazyFunction(now),
            submitted_by=SubFactory(LiaisonFactory),
        )
        accepted = Trait(submitted=True, status="accepted", edition=1)


class PlanItemFactory(DjangoModelFactory):
    """Complete, and not decided yet."""

    class Meta:
        model = PlanItem

    plan = SubFactory(PlanFactory)
    what = Sequence("第{}项工作".format)
    carrier = "道德讲堂"
    owner = "德育主任"
    overseer = "校长"
    due_on = date(2026, 12, 1)
    measure = "全年四次"
    proof = "签到表、照片"
    serves = "立德树人"


class ChartedUnitFactory(DjangoModelFactory):
    """On the chart since now, for one reason; trait `removed` has it taken off."""

    class Meta:
        model = ChartedUnit

    cycle = SubFactory(CycleFactory)
    unit = SubFactory(UnitFactory)
    reasons = ["没有年度规划。"]
    listed_by = SubFactory(CaseOfficerFactory)

    class Params:
        removed = Trait(status="removed")


class ChartItemFactory(DjangoModelFactory):
    """Open and due in a month; trait `closed` has it done today."""

    class Meta:
        model = ChartItem

    charted = SubFactory(ChartedUnitFactory)
    what = Sequence("整改事项{}".format)
    owner = "王强"
    overseer = "李敏"
    due_on = LazyFunction(lambda: localdate() + timedelta(days=30))

    class Params:
        closed = Trait(status="closed", closed_on=LazyFunction(localdate), closing_note="已办成")


class FieldSurveyFactory(DjangoModelFactory):
    """Being done today, of no unit yet; `units` puts these into it, trait `closed` closes it as it is."""

    class Meta:
        model = FieldSurvey
        skip_postgeneration_save = True

    class Params:
        closed = Trait(status="closed", closed_at=LazyFunction(now))

    cycle = SubFactory(CycleFactory)
    title = Sequence("第{}次调研".format)
    held_on = LazyFunction(localdate)
    surveyors = "芮安、欧阳明"
    created_by = SubFactory(CaseOfficerFactory)

    @post_generation
    def units(self, create, units, **_more):
        for number, unit in enumerate(units or (), 1):
            SurveyedUnitFactory(survey=self, unit=unit, number=number)


class SurveyedUnitFactory(DjangoModelFactory):
    class Meta:
        model = SurveyedUnit

    survey = SubFactory(FieldSurveyFactory)
    unit = SubFactory(UnitFactory)
    number = 1


class HonorItemFactory(DjangoModelFactory):
    class Meta:
        model = HonorItem

    name = Sequence("文明单位{}".format)


class AwardFactory(DjangoModelFactory):
    class Meta:
        model = Award

    item = SubFactory(HonorItemFactory)
    unit = SubFactory(UnitFactory)
    unit_name = LazyAttribute(lambda it: it.unit.name)
    year = 2026
    document_number = "云文明委〔2026〕3号"
    granted_on = date(2026, 12, 20)
    granted_by = SubFactory(DirectorFactory)
    # The day is known of every honor that is not held any more.
    status = "active"
    ended_on = LazyAttribute(lambda it: None if it.status in ("active", "pending") else it.granted_on)


class ReleaseFactory(DjangoModelFactory):
    """A published ranking without rows."""

    class Meta:
        model = RankingRelease

    cycle = SubFactory(CycleFactory)
    number = Sequence(lambda number: number + 1)
    title = "2026年度名次"
    released_at = LazyFunction(now)
    released_by = SubFactory(DirectorFactory)


class CalibrationRoundFactory(DjangoModelFactory):
    """A draft without items; traits `opened`, `closed` place it further on. `people` take part."""

    class Meta:
        model = CalibrationRound
        skip_postgeneration_save = True

    cycle = SubFactory(CycleFactory)
    number = Sequence(lambda number: number + 1)
    seed = 4711
    created_by = SubFactory(DirectorFactory)

    class Params:
        opened = Trait(status="open", opened_at=LazyFunction(now))
        closed = Trait(status="closed", opened_at=LazyFunction(now), closed_at=LazyFunction(now))

    @post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or ():
            self.reviewers.create(person=person)


class CalibrationItemFactory(DjangoModelFactory):
    """A waiting record in the sample, beside the indicator that it claims."""

    class Meta:
        model = CalibrationItem

    round = SubFactory(CalibrationRoundFactory)
    entry = LazyAttribute(
        lambda it: ClaimFactory(entry=EntryFactory(cycle=it.round.cycle, submitted=True)).entry
    )
    indicator = LazyAttribute(lambda it: it.entry.claims.get().indicator)
    position = Sequence(lambda number: number + 1)


class CalibrationMarkFactory(DjangoModelFactory):
    class Meta:
        model = CalibrationMark

    item = SubFactory(CalibrationItemFactory)
    by = SubFactory(CaseOfficerFactory)
    points = Decimal(2)


class ModerationFactory(DjangoModelFactory):
    """A proposal without lines, which waits for a second person."""

    class Meta:
        model = Moderation

    cycle = SubFactory(CycleFactory)
    reason = "审核尺度不一"
    minutes = "会议纪要〔2026〕3号"
    digest = "0" * 64
    compared = 12
    proposed_by = SubFactory(DirectorFactory)
