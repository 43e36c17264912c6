"""Every check of the x-ray: a fault is found and leads to where it is mended; what is sound is not found."""

from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import make_aware

from assessments.actions import likeness, publication, xray
from assessments.actions.xray.checks import before_workdays
from assessments.actions.xray.subjects import ENTRIES, PLANS
from assessments.models import (
    Adjustment,
    Claim,
    ContentCheck,
    LikenessOpinion,
    PictureMark,
    RankingRelease,
    ScoreLine,
    ScoreSheet,
    WorkCalendar,
)
from civportal.lib.clock import end_of
from civportal.lib.workdays import Workdays
from tests.assessments.spring import at
from tests.assessments.standings import standing
from tests.factories import (
    AwardFactory,
    ClaimFactory,
    CycleFactory,
    DocumentFactory,
    DutyFactory,
    EntryFactory,
    EvidenceFactory,
    HonorItemFactory,
    LiaisonFactory,
    PlanFactory,
    PlanItemFactory,
    ReceiptFactory,
    ReviewFactory,
    UnitFactory,
    UnitYearFactory,
    WindowFactory,
)
from units.models import Category, TrailEvent, Unit

pytestmark = pytest.mark.django_db

PAST = {"opens_on": date(2026, 1, 1), "due_on": date(2026, 3, 31), "closes_on": date(2026, 12, 31)}


def moment(month, day, year=2026):
    return make_aware(datetime.combine(date(year, month, day), time(9)))


@dataclass
class World:
    """The year on 25 November, with one unit in it at which nothing is wrong."""

    year: object
    school: Unit
    sheet: ScoreSheet
    lan: object

    def unit(self, **fields):
        """A further unit of the year."""
        return UnitYearFactory(cycle=self.year, unit=UnitFactory(**fields)).unit

    def entry(self, unit=None, **said):
        """A record of the unit, handed in today unless it says otherwise."""
        fields = {
            "first_submitted_at": moment(11, 25),
            "submitted_at": moment(11, 25),
            "updated_at": moment(11, 25),
        }
        return EntryFactory(
            **{"cycle": self.year, "unit": unit or self.school, "created_by": self.lan, **fields, **said}
        )

    def accepted(self, points=2, **said):
        entry = self.entry(accepted=True, **said)
        ClaimFactory(entry=entry, points=points)
        return entry

    def plan(self, **said):
        return PlanFactory(cycle=self.year, unit=self.school, submitted_at=moment(11, 25), **said)


@pytest.fixture
def world(year, school, lan):
    year.stages.update(opens_on="2026-01-01", due_on="2026-11-30", closes_on="2026-12-10")
    Unit.objects.filter(pk=school.pk).update(leader_in_charge="乔岳", contact="兰晓", mobile="13900010001")
    Unit.objects.filter(pk=school.pk).update(town=UnitFactory(name="城关镇", participation="outside"))
    school.refresh_from_db()
    sheet = ScoreSheet.objects.create(unit_year=UnitYearFactory(cycle=year, unit=school), raw=2)
    with at(11, 25):
        yield World(year, school, sheet, lan)


# Each makes the fault, or what is nearly the same and no fault; answers the record and where it is mended.


def review_of(entry):
    return reverse("assessments:review", args=[entry.pk])


def unit_not_enrolled(world, is_faulty):
    unit = UnitFactory(participation="participating" if is_faulty else "exempt")
    return unit, reverse("assessments:cycles")


def unit_left_the_year(world, is_faulty):
    unit = world.unit(participation="withdrawn" if is_faulty else "participating")
    return unit.years.get(), unit.get_absolute_url()


def unit_without_liaison(world, is_faulty):
    unit = world.unit()
    LiaisonFactory(memberships__unit=unit, is_active=not is_faulty)
    return unit, unit.get_absolute_url()


def liaison_never_signed_in(world, is_faulty):
    unit = world.unit()
    LiaisonFactory(memberships__unit=unit, must_set_password=True)
    if not is_faulty:
        LiaisonFactory(memberships__unit=unit)
    return unit, unit.get_absolute_url()


def unit_without_leader(world, is_faulty):
    unit = world.unit(leader_in_charge="" if is_faulty else "王强")
    return unit, reverse("units:unit_edit", args=[unit.pk])


def unit_without_kind(world, is_faulty):
    unit = world.unit(category=None if is_faulty else Category.objects.get(code="bank"))
    return unit, reverse("units:unit_edit", args=[unit.pk])


def unit_without_place(world, is_faulty):
    unit = world.unit(supervisor=None if is_faulty else world.school)
    return unit, reverse("units:unit_edit", args=[unit.pk])


def unit_with_shared_contact(world, is_faulty):
    world.school.participation = "exempt"
    world.school.save()
    unit = world.unit(contact="兰晓", mobile="13900010001" if is_faulty else "13900010002")
    return unit, unit.get_absolute_url()


def window_not_counted(world, is_faulty):
    unit_year = world.sheet.unit_year
    unit_year.has_window = not is_faulty
    unit_year.save()
    WindowFactory(unit=world.school)
    return unit_year, world.sheet.get_absolute_url()


def window_not_registered(world, is_faulty):
    unit_year = world.sheet.unit_year
    unit_year.has_window = is_faulty
    unit_year.save()
    return unit_year, world.school.get_absolute_url()


def duty_overdue(world, is_faulty):
    given = {} if is_faulty else {"extended_to": date(2026, 12, 1), "extension_note": "防汛"}
    duty = DutyFactory(cycle=world.year, unit=world.school, **PAST, **given)
    return duty, reverse("assessments:duty", args=[duty.pk])


def receipt_overdue(world, is_faulty):
    document = DocumentFactory(cycle=world.year, issued=is_faulty, withdrawn=not is_faulty)
    receipt = ReceiptFactory(document=document, unit=world.school, **PAST)
    return receipt, reverse("assessments:document_receipts", args=[document.pk])


def plan_waiting(world, is_faulty):
    plan = world.plan(submitted=True)
    type(plan).objects.filter(pk=plan.pk).update(submitted_at=moment(11, 21 if is_faulty else 22))
    return plan, reverse("assessments:plan_decide", args=[plan.pk])


def plan_due_outside_year(world, is_faulty):
    plan = world.plan(accepted=True)
    PlanItemFactory(plan=plan, due_on=date(2027 if is_faulty else 2026, 12, 1))
    return plan, plan.get_absolute_url()


def plan_item_without_owner(world, is_faulty):
    plan = world.plan(accepted=True)
    PlanItemFactory(plan=plan, overseer="" if is_faulty else "校长")
    return plan, plan.get_absolute_url()


def plan_like_last_year(world, is_faulty):
    plan = world.plan(accepted=True, goals="创建文明校园。")
    before = CycleFactory(year=2025, status="closed")
    PlanFactory(cycle=before, unit=world.school, goals="创建文明校园。" if is_faulty else "打基础。")
    return plan, plan.get_absolute_url()


def plan_item_unsettled(world, is_faulty):
    plan = world.plan(accepted=True)
    PlanItemFactory(plan=plan, due_on=date(2026, 6, 1), outcome="" if is_faulty else "done")
    return plan, plan.get_absolute_url()


def entry_waiting(world, is_faulty):
    entry = world.entry(submitted=True, submitted_at=moment(11, 21 if is_faulty else 22))
    return entry, review_of(entry)


def entry_returned_long(world, is_faulty):
    entry = world.entry(returned=True, updated_at=moment(11, 1))
    ReviewFactory(entry=entry, verdict="returned", note="补充", at=moment(11, 14 if is_faulty else 15))
    return entry, entry.get_absolute_url()


def entry_without_proof(world, is_faulty):
    entry = world.entry(submitted=True, links="" if is_faulty else "https://example.cn/1")
    return entry, review_of(entry)


def accepted_without_proof(world, is_faulty):
    entry = world.accepted()
    if not is_faulty:
        EvidenceFactory(entry=entry)
    return entry, entry.get_absolute_url()


def entry_outside_year(world, is_faulty):
    entry = world.entry(submitted=True, held_on=date(2025, 12, 31) if is_faulty else date(2026, 1, 1))
    return entry, review_of(entry)


def entry_late(world, is_faulty):
    duty = DutyFactory(cycle=world.year, unit=world.school, kind="self_check", **PAST)
    entry = world.entry(accepted=True, answers=duty, first_submitted_at=moment(4 if is_faulty else 3, 1))
    return entry, entry.get_absolute_url()


def entry_same_text(world, is_faulty):
    first = world.entry(accepted=True, text="开展清洁家园活动，清理楼道杂物，擦拭宣传栏。")
    entry = world.entry(submitted=True, text=first.text if is_faulty else "请老教师讲校史。")
    for one in (first, entry):
        likeness.mark_text(one)
    return entry, review_of(entry)


def entry_same_photo(world, is_faulty):
    entry, other = world.entry(submitted=True), world.entry(unit=world.unit(), returned=True)
    photo = EvidenceFactory(entry=entry)
    type(other).objects.filter(pk=other.pk).update(status="returned" if is_faulty else "draft")
    EvidenceFactory(entry=other, sha256=photo.sha256, size=photo.size)
    return entry, review_of(entry)


def entry_disputed(world, is_faulty):
    entry = world.accepted()
    said = {"entry": entry, "kind": "photo", "subject": "0" * 64, "by": world.lan}
    LikenessOpinion.objects.create(**said, verdict="not_acceptable", note="旧照片")
    if not is_faulty:
        LikenessOpinion.objects.create(**said, verdict="fine")
    return entry, entry.get_absolute_url()


def entry_picture_unreadable(world, is_faulty):
    entry = world.entry(submitted=True)
    PictureMark.objects.create(sha256=EvidenceFactory(entry=entry).sha256, is_readable=not is_faulty)
    return entry, review_of(entry)


def entry_content_lost(world, is_faulty):
    entry = world.accepted()
    state = ContentCheck.State.DAMAGED if is_faulty else ContentCheck.State.WHOLE
    ContentCheck.objects.create(sha256=EvidenceFactory(entry=entry).sha256, state=state)
    return entry, entry.get_absolute_url()


def entry_unconfirmed(world, is_faulty):
    confirmed = None if is_faulty else moment(11, 20)
    entry = world.entry(accepted=True, on_behalf=True, submitted_at=moment(11, 1), confirmed_at=confirmed)
    return entry, entry.get_absolute_url()


def entry_undescribed(world, is_faulty):
    entry = world.entry(submitted=True)
    EvidenceFactory(entry=entry, caption="" if is_faulty else "学生在清扫操场")
    return entry, review_of(entry)


def entry_paper_only(world, is_faulty):
    entry = world.accepted(kind="report")
    if not is_faulty:
        world.accepted(kind="activity")
    return entry, entry.get_absolute_url()


def points_out_of_range(world, is_faulty):
    entry = world.accepted(points=None if is_faulty else 4)
    return entry, entry.get_absolute_url()


def sheet_missing(world, is_faulty):
    unit_year = world.unit().years.get()
    if not is_faulty:
        ScoreSheet.objects.create(unit_year=unit_year)
    return unit_year, reverse("assessments:sheets")


def values_not_assessed(world, is_faulty):
    ScoreSheet.objects.filter(pk=world.sheet.pk).update(unset_count=int(is_faulty))
    return world.sheet, world.sheet.get_absolute_url()


def sheet_behind(world, is_faulty):
    world.accepted(points=2)
    ScoreSheet.objects.filter(pk=world.sheet.pk).update(raw=0 if is_faulty else 2)
    return world.sheet, world.sheet.get_absolute_url()


def value_above_maximum(world, is_faulty):
    line(world, value=5 if is_faulty else 4, indicator=world.year.standard.indicators.get(code="A2"))
    return world.sheet, world.sheet.get_absolute_url()


def line(world, **said):
    return ScoreLine.objects.create(
        sheet=world.sheet, basis=f"依据{ScoreLine.objects.count()}", by=world.lan, **said
    )


def zero_for_everything(world, is_faulty):
    world.accepted(points=0)
    if not is_faulty:
        world.accepted(points=1)
    return world.sheet, world.sheet.get_absolute_url()


def adjustments_over_limit(world, is_faulty):
    rule = Adjustment.objects.create(
        standard=world.year.standard, kind="bonus", code="P1", name="荣誉", limit=3
    )
    for value in (2, 2 if is_faulty else 1):
        line(world, value=value, adjustment=rule)
    return world.sheet, world.sheet.get_absolute_url()


def indicator_unclaimed(world, is_faulty):
    indicator = world.year.standard.indicators.get(code="A1")
    entry = world.entry(submitted=not is_faulty, status="draft" if is_faulty else "submitted")
    Claim.objects.create(entry=entry, indicator=indicator)
    return indicator, f"{world.year.standard.get_absolute_url()}#A1"


def unit_silent(world, is_faulty):
    DutyFactory(cycle=world.year, unit=world.school, **PAST)
    world.entry(submitted=not is_faulty, status="draft" if is_faulty else "submitted")
    return world.sheet.unit_year, world.school.get_absolute_url()


def unit_busy_once(world, is_faulty):
    for month in (10, 10, 10 if is_faulty else 5):
        world.entry(accepted=True, first_submitted_at=moment(month, 20))
    return world.sheet.unit_year, world.school.get_absolute_url()


def award_on_ended_unit(world, is_faulty):
    award = AwardFactory(unit=UnitFactory(participation="ended" if is_faulty else "exempt"))
    return award, award.get_absolute_url()


def award_awaiting(world, is_faulty):
    ended = {"status": "awaiting", "ended_note": "并入"} if is_faulty else {}
    award = AwardFactory(unit=world.school, **ended)
    return award, award.get_absolute_url()


def award_undecided(world, is_faulty):
    award = AwardFactory(unit=world.school, status="pending", year=2025 if is_faulty else 2026)
    return award, award.get_absolute_url()


def award_of_another_kind(world, is_faulty):
    kind = Category.objects.get(code="village" if is_faulty else "unit")
    award = AwardFactory(unit=world.school, item=HonorItemFactory(kind=kind))
    return award, award.get_absolute_url()


def award_expired(world, is_faulty):
    award = AwardFactory(
        unit=world.school, year=2024, item=HonorItemFactory(term_years=2 if is_faulty else 3)
    )
    return award, award.get_absolute_url()


MAKERS = {
    make.__name__: make
    for make in (
        unit_not_enrolled, unit_left_the_year, unit_without_liaison, liaison_never_signed_in,
        unit_without_leader, unit_without_kind, unit_without_place, unit_with_shared_contact,
        window_not_counted, window_not_registered, duty_overdue, receipt_overdue, plan_waiting,
        plan_due_outside_year, plan_item_without_owner, plan_like_last_year, plan_item_unsettled,
        entry_waiting, entry_returned_long, entry_without_proof, accepted_without_proof,
        entry_outside_year, entry_late, entry_same_text, entry_same_photo, entry_disputed,
        entry_picture_unreadable, entry_content_lost, entry_unconfirmed, entry_undescribed,
        entry_paper_only, points_out_of_range, sheet_missing, values_not_assessed, sheet_behind,
        value_above_maximum, zero_for_everything, adjustments_over_limit, indicator_unclaimed,
        unit_silent, unit_busy_once, award_on_ended_unit, award_awaiting, award_undecided,
        award_of_another_kind, award_expired,
    )
}  # fmt: skip


def test_every_check_has_its_fault():
    assert set(MAKERS) == set(xray.CHECKS)
    assert len(MAKERS) >= 25


@pytest.mark.parametrize("code", MAKERS)
def test_the_fault_is_found_and_leads_to_where_it_is_mended(world, ou, code):
    record, href = MAKERS[code](world, True)

    check = xray.CHECKS[code]

    assert record in check.rows(world.year)
    assert check.line(check.listed(world.year).get(pk=record.pk), ou).href == href
    assert xray.counts(world.year, [check]) == {check: check.rows(world.year).count()}


@pytest.mark.parametrize("code", MAKERS)
def test_what_is_nearly_the_same_and_sound_is_not_found(world, code):
    record, _href = MAKERS[code](world, False)

    assert record not in xray.CHECKS[code].rows(world.year)


@pytest.mark.parametrize("code", MAKERS)
def test_a_check_asks_only_about_the_units_it_is_asked_about(world, code):
    MAKERS[code](world, True)
    check, elsewhere = xray.CHECKS[code], UnitFactory(participation="exempt")

    assert check.subject.unit is None or not check.rows(world.year, [elsewhere.pk]).exists()


# By what each kind is mended.
WAYS = {
    "unit_not_enrolled": "register",
    "unit_left_the_year": "register",
    "unit_without_liaison": "register",
    "liaison_never_signed_in": "remind",
    "unit_without_leader": "register",
    "unit_without_kind": "register",
    "unit_without_place": "register",
    "unit_with_shared_contact": "register",
    "window_not_counted": "sheet",
    "window_not_registered": "remind",
    "duty_overdue": "remind",
    "receipt_overdue": "remind",
    "plan_waiting": "decide",
    "plan_due_outside_year": "return",
    "plan_item_without_owner": "return",
    "plan_like_last_year": "return",
    "plan_item_unsettled": "remind",
    "entry_waiting": "decide",
    "entry_returned_long": "remind",
    "entry_without_proof": "return",
    "accepted_without_proof": "return",
    "entry_outside_year": "return",
    "entry_late": "none",
    "entry_same_text": "return",
    "entry_same_photo": "decide",
    "entry_disputed": "decide",
    "entry_picture_unreadable": "return",
    "entry_content_lost": "return",
    "entry_unconfirmed": "remind",
    "entry_undescribed": "return",
    "entry_paper_only": "remind",
    "points_out_of_range": "decide",
    "sheet_missing": "register",
    "values_not_assessed": "sheet",
    "sheet_behind": "sheet",
    "value_above_maximum": "sheet",
    "zero_for_everything": "decide",
    "adjustments_over_limit": "none",
    "indicator_unclaimed": "standard",
    "unit_silent": "remind",
    "unit_busy_once": "none",
    "award_on_ended_unit": "honor",
    "award_awaiting": "honor",
    "award_undecided": "honor",
    "award_of_another_kind": "honor",
    "award_expired": "honor",
}


def test_every_check_says_by_what_it_is_mended():
    assert {code: check.way.value for code, check in xray.CHECKS.items()} == WAYS


def test_what_can_be_returned_tells_the_unit_what_to_do():
    returnable = [check for check in xray.CHECKS.values() if check.is_returnable]

    assert {check.subject for check in returnable} == {ENTRIES, PLANS}
    assert all(0 < len(check.note) <= 200 and not check.is_inside for check in returnable)


@pytest.mark.parametrize("code", [code for code, way in WAYS.items() if way == "return"])
def test_each_kind_that_can_be_returned_goes_back(world, ou, client, code):
    record, _href = MAKERS[code](world, True)
    if record._meta.model_name == "plan":
        type(record).objects.filter(pk=record.pk).update(status="submitted")
    address = reverse("assessments:xray_return", args=[code])
    client.force_login(ou)

    page = client.get(address)
    seen = [f"{one.pk}:{one.version}" for one in page.context["possible"]]
    said = {"entry": [record.pk], "seen": seen, "note": str(page.context["form"].initial["note"])}
    client.post(address, said)

    assert page.context["possible"] == [record]
    record.refresh_from_db()
    assert record.status == "returned"


def test_waiting_counts_at_once_when_the_ledger_is_closed(world):
    entry = world.entry(submitted=True)
    world.year.stages.update(due_on="2026-11-20", closes_on="2026-11-24")

    assert list(xray.CHECKS["entry_waiting"].rows(world.year)) == [entry]


def test_a_sheet_that_counts_more_than_there_is_is_found(world):
    world.accepted(points=1)

    assert list(xray.CHECKS["sheet_behind"].rows(world.year)) == [world.sheet]


def test_working_days_are_counted_where_the_table_reaches(world, monkeypatch):
    # 25 November 2026 is a Wednesday; three working days before it began the Friday.
    monkeypatch.setattr(WorkCalendar, "workdays", lambda: Workdays(frozenset({2026})))

    assert before_workdays(3) == end_of(date(2026, 11, 19))
    assert before_workdays(0) == end_of(date(2026, 11, 24))


def test_without_a_table_days_of_the_calendar_count(world):
    assert before_workdays(3) == end_of(date(2026, 11, 21))


# the gate before a release


@pytest.fixture
def unclean(year):
    """A ranking that could go out if one record had not been accepted without proof."""
    sheet = standing(year)
    liaison = LiaisonFactory(memberships__unit=sheet.unit)
    entry = EntryFactory(cycle=year, unit=sheet.unit, accepted=True, created_by=liaison)
    ClaimFactory(entry=entry, points=2)
    ScoreSheet.objects.filter(pk=sheet.pk).update(raw=2)
    return entry


def test_a_release_is_refused_while_something_has_to_be_mended(year, ou, unclean, in_english):
    with pytest.raises(ValidationError, match=r"Accepted records with points and without a file.*\(1\)"):
        publication.release(year, title="名次", by=ou)

    assert not RankingRelease.objects.exists()


def test_mended_it_goes_out_without_a_word(year, ou, unclean):
    EvidenceFactory(entry=unclean)

    version = publication.release(year, title="名次", by=ou)

    assert version.exceptions == [] and TrailEvent.objects.about(version).get().note == ""


def test_with_a_reason_for_each_kind_it_goes_out_and_the_reasons_stay(year, ou, unclean, in_english):
    version = publication.release(
        year, title="名次", exceptions={"accepted_without_proof": " 纸质档案在办公室 "}, by=ou
    )

    version.refresh_from_db()
    title = "Accepted records with points and without a file or a link"
    assert version.exceptions == [
        {"code": "accepted_without_proof", "title": title, "count": 1, "reason": "纸质档案在办公室"}
    ]
    assert f"{title} (1): 纸质档案在办公室" in TrailEvent.objects.about(version).get().note


@pytest.mark.parametrize("exceptions", [{"accepted_without_proof": "  "}, {"entry_waiting": "别的原因"}])
def test_a_blank_reason_or_one_for_something_else_does_not_do(year, ou, unclean, exceptions):
    with pytest.raises(ValidationError):
        publication.release(year, title="名次", exceptions=exceptions, by=ou)


def test_what_only_should_be_looked_at_holds_nothing_up(year, ou):
    sheet = standing(year)
    DutyFactory(cycle=year, unit=sheet.unit, **PAST)

    with at(11, 25):
        assert publication.release(year, title="名次", by=ou).exceptions == []
