"""What becomes of a year and its honors when units are merged, split up or dissolved."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from assessments.actions import cycle as cycles
from assessments.actions import honor, question, score, succession
from assessments.actions.duty import DATES
from assessments.models import Award, Duty, LedgerEntry, Plan, Question, ScoreSheet, UnitYear
from tests.factories import (
    AwardFactory,
    ChartedUnitFactory,
    ChartItemFactory,
    ClaimFactory,
    CycleFactory,
    DutyFactory,
    EntryFactory,
    HonorItemFactory,
    PlanFactory,
    QuestionFactory,
)
from units.actions import life
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

MAY = date(2026, 5, 1)
ACT = {"on": MAY, "document_number": "云编发〔2026〕3号"}


@pytest.fixture
def enrolled(year, school, bank, ou):
    """Both units in the open year, each with a record in every state."""
    cycles.enrol_missing(year, by=ou)
    for unit in (school, bank):
        for status in ("draft", "submitted", "returned", "accepted"):
            traits = {} if status == "draft" else {status: True}
            EntryFactory(cycle=year, unit=unit, title=f"{unit} {status}", **traits)
    return year


def titles(unit):
    return set(LedgerEntry.objects.filter(unit=unit).values_list("title", flat=True))


def test_to_a_unit_that_was_there_passes_what_is_open(enrolled, school, bank, ou):
    succession.merge([bank], into=school, by=ou, **ACT)

    assert titles(bank) == {f"{bank} accepted"}
    assert titles(school) >= {f"{bank} draft", f"{bank} submitted", f"{bank} returned"}


def test_to_a_new_unit_passes_the_whole_year(enrolled, school, bank, ou):
    for entry in LedgerEntry.objects.filter(status="accepted"):
        ClaimFactory(entry=entry, points=1)

    new = succession.merge([school, bank], name="云泽县新单位", by=ou, **ACT)

    assert titles(school) == titles(bank) == set()
    assert LedgerEntry.objects.filter(unit=new).count() == 8
    assert UnitYear.objects.filter(cycle=enrolled, unit=new).exists()
    sheet = ScoreSheet.objects.get(unit_year__unit=new)
    assert sheet.raw > 0 and sheet.raw == score.refresh(sheet.unit_year).raw


def test_signatures_and_receipts_stay_whose_they_are(enrolled, school, bank, mei, ou):
    entry = EntryFactory(cycle=enrolled, unit=bank, created_by=mei, submitted=True)

    succession.merge([bank], into=school, by=ou, **ACT)

    passed = LedgerEntry.objects.get(pk=entry.pk)
    assert (passed.unit, passed.created_by, passed.receipt) == (school, mei, entry.receipt)
    event = TrailEvent.objects.about(passed).last()
    assert (event.verb, event.changes) == ("pass_on", {"unit": [bank.name, school.name]})


def test_the_plan_passes_to_a_successor_without_one_and_fulfills_its_duty(enrolled, school, bank, ou):
    plan = PlanFactory(cycle=enrolled, unit=bank, submitted=True)
    Duty.objects.filter(unit=bank).update(handed_in_at=plan.submitted_at, fulfilled_at=plan.submitted_at)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert Plan.objects.get().unit == school
    assert Duty.objects.get(unit=school).fulfilled_at == plan.submitted_at


def test_a_successor_with_a_plan_keeps_its_own(enrolled, school, bank, ou):
    theirs = PlanFactory(cycle=enrolled, unit=bank, submitted=True)
    own = PlanFactory(cycle=enrolled, unit=school)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert Plan.objects.get(pk=theirs.pk).unit == bank and Plan.objects.get(pk=own.pk).unit == school


def test_what_a_merged_unit_owed_lapses_and_says_why(enrolled, school, bank, ou):
    succession.merge([bank], into=school, by=ou, **ACT)

    assert not Duty.objects.open().filter(unit=bank).exists()
    assert school.name in Duty.objects.get(unit=bank).lapsed_note
    assert Duty.objects.open().filter(unit=school).exists()


def test_a_window_of_one_of_them_is_a_window_of_the_successor(enrolled, school, bank, ou):
    UnitYear.objects.filter(unit=bank).update(has_window=True)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert UnitYear.objects.get(unit=school).has_window


def test_closed_years_stay_as_they_were(year, school, bank, ou):
    cycles.enrol_missing(year, by=ou)
    entry = EntryFactory(cycle=year, unit=bank, submitted=True)
    cycles.close(year, by=ou)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert LedgerEntry.objects.get(pk=entry.pk).unit == bank
    assert Duty.objects.get(unit=bank).lapsed_note == ""


def test_a_part_of_a_unit_that_stays_begins_with_nothing(enrolled, bank, ou):
    (part,) = succession.split(bank, ["城南支行"], stays=True, by=ou, **ACT)

    assert titles(part) == set() and len(titles(bank)) == 4
    assert Duty.objects.open().filter(unit=part).exists()


def test_the_first_part_of_a_split_unit_takes_on_its_year(enrolled, bank, ou):
    first, second = succession.split(bank, ["甲行", "乙行"], stays=False, by=ou, **ACT)

    assert len(titles(first)) == 4 and titles(second) == set()


# honors


@pytest.fixture
def held(bank):
    return AwardFactory(unit=bank, item=HonorItemFactory(term_years=3), granted_on=date(2026, 1, 10))


@pytest.fixture
def waiting(held, school, bank, ou):
    """Mei's bank was merged into Lan's school; its honor waits."""
    succession.merge([bank], into=school, by=ou, **ACT)
    return Award.objects.get(pk=held.pk)


def test_an_honor_of_a_merged_unit_waits_to_be_recognized(waiting, lan):
    assert (waiting.status, waiting.ended_on) == ("awaiting", MAY)
    assert waiting not in Award.objects.standing()


def test_honors_are_counted_for_every_day(waiting, school, ou):
    honor.recognize(
        waiting, school, document_number="云文明委〔2026〕9号", decided_on=date(2026, 6, 1), by=ou
    )

    held = {
        day: [award.unit_name for award in Award.objects.as_at(day)]
        for day in (date(2026, 1, 1), date(2026, 4, 30), MAY, date(2026, 6, 1))
    }
    assert list(held.values()) == [[], ["云泽县农商银行"], [], ["云泽县第一小学"]]


def test_a_decision_passes_it_to_the_successor_without_a_new_term(
    waiting, school, lan, ou, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        passed = honor.recognize(
            waiting, school, document_number="云文明委[2026]9号", decided_on=date(2026, 6, 1), by=ou
        )

    waiting.refresh_from_db()
    assert waiting.status == "transferred"
    assert (passed.unit, passed.year, passed.passed_from) == (school, waiting.year, waiting)
    assert passed.document_number == "云文明委〔2026〕9号"
    assert Notification.objects.filter(to=lan, verb="recognize").count() == 1


def test_two_merged_holders_do_not_make_two_honors(held, school, bank, ou):
    AwardFactory(unit=school, item=held.item, granted_on=date(2026, 1, 10))
    succession.merge([bank], into=school, by=ou, **ACT)
    held.refresh_from_db()

    with pytest.raises(ValidationError, match="do not make two"):
        honor.recognize(held, school, document_number="云文明委〔2026〕9号", decided_on=MAY, by=ou)

    held.refresh_from_db()
    assert held.status == "awaiting"
    honor.terminate(held, note="已有同一荣誉", by=ou)
    assert Award.objects.standing().get().unit == school


def test_an_honor_is_decided_on_once(waiting, school, ou):
    honor.terminate(waiting, note="不再保留", by=ou)

    with pytest.raises(MoveNotAllowed):
        honor.recognize(waiting, school, document_number="云文明委〔2026〕9号", decided_on=MAY, by=ou)

    assert Award.objects.count() == 1


def test_only_a_successor_can_be_given_it_and_not_before_the_act(waiting, bank, school, ou):
    decision = {"document_number": "云文明委〔2026〕9号", "by": ou}

    with pytest.raises(ValidationError, match="came from"):
        honor.recognize(waiting, bank, decided_on=MAY, **decision)
    with pytest.raises(ValidationError, match="older"):
        honor.recognize(waiting, school, decided_on=date(2026, 4, 1), **decision)
    with pytest.raises(ValidationError, match="not passed on"):
        honor.terminate(waiting, note=" ", by=ou)


def test_the_honors_of_a_dissolved_unit_end_with_it(held, bank, ou):
    succession.dissolve(bank, by=ou, **ACT)

    held.refresh_from_db()
    assert (held.status, held.ended_on, held.ended_note) == ("terminated", MAY, ACT["document_number"])


def test_a_renamed_unit_keeps_its_honors_under_the_name_of_the_document(held, bank):
    held.refresh_from_db()

    assert held.status == "active" and held.unit_name == bank.name


# what the page says before


def test_the_outlook_counts_what_would_happen(enrolled, school, bank, mei, ou):
    AwardFactory(unit=bank)

    outlook = succession.outlook(bank)

    assert (outlook.people, outlook.open_records, outlook.accepted_records) == (1, 3, 1)
    assert (outlook.branches, outlook.windows, outlook.duties, outlook.awards) == (0, 0, 1, 1)


def test_nothing_is_half_done_when_a_part_fails(enrolled, school, bank, ou, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(succession, "let_lapse", fail)

    with pytest.raises(RuntimeError):
        succession.merge([bank], into=school, by=ou, **ACT)

    bank.refresh_from_db()
    assert not bank.has_ended and len(titles(bank)) == 4


# plans


@pytest.mark.parametrize(("kind", "period"), [("annual", 0), ("quarterly", 2), ("monthly", 5)])
def test_plans_of_every_kind_pass_and_fulfil_what_they_fulfilled(enrolled, school, bank, ou, kind, period):
    plan = PlanFactory(cycle=enrolled, unit=bank, kind=kind, period=period, accepted=True)
    owed = {"cycle": enrolled, "kind": f"{kind}_plan", "period": period}
    for unit in (school, bank):
        Duty.objects.get_or_create(unit=unit, **owed, defaults=dict.fromkeys(DATES, MAY))
    came = {"handed_in_at": plan.submitted_at, "fulfilled_at": plan.submitted_at}
    Duty.objects.filter(unit=bank, **owed).update(**came)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert Plan.objects.get().unit == school
    assert Duty.objects.get(unit=school, **owed).fulfilled_at == plan.submitted_at


def test_a_plan_that_passed_follows_from_the_successors_own(enrolled, school, bank, ou):
    theirs = PlanFactory(cycle=enrolled, unit=bank)
    quarter = PlanFactory(cycle=enrolled, unit=bank, kind="quarterly", period=2, above=theirs)
    own = PlanFactory(cycle=enrolled, unit=school)

    succession.merge([bank], into=school, by=ou, **ACT)

    quarter.refresh_from_db()
    assert (quarter.unit, quarter.above) == (school, own)


def test_of_two_plans_the_one_in_force_passes(enrolled, school, bank, ou):
    PlanFactory(cycle=enrolled, unit=bank, submitted=True)
    in_force = PlanFactory(cycle=enrolled, unit=school, submitted=True, status="amending", edition=1)

    new = succession.merge([school, bank], name="云泽县新单位", by=ou, **ACT)

    assert Plan.objects.get(unit=new) == in_force


def test_the_plan_of_the_year_to_come_passes_as_well(enrolled, school, bank, ou):
    coming = CycleFactory(year=2027, status="draft")
    cycles.open_planning(coming, by=ou)
    plan = PlanFactory(cycle=coming, unit=bank)

    succession.merge([bank], into=school, by=ou, **ACT)

    plan.refresh_from_db()
    assert plan.unit == school


def test_a_look_back_that_was_done_is_done_for_the_successor(enrolled, school, bank, ou):
    plan = PlanFactory(cycle=enrolled, unit=bank, accepted=True)
    Plan.objects.update(looked_back_at=plan.submitted_at)
    for unit in (school, bank):
        DutyFactory(cycle=enrolled, unit=unit, kind="look_back", done=unit == bank)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert Duty.objects.get(unit=school, kind="look_back").fulfilled_at


# the wall chart


def test_a_merged_unit_is_off_the_wall_chart_and_the_trail_says_why(enrolled, school, bank, ou):
    item = ChartItemFactory(charted=ChartedUnitFactory(cycle=enrolled, unit=bank))
    stays = ChartedUnitFactory(cycle=enrolled, unit=school)

    succession.merge([bank], into=school, by=ou, **ACT)

    item.refresh_from_db()
    assert (item.charted.status, item.status) == ("removed", "open")
    assert TrailEvent.objects.about(item.charted).last().note == f"The unit was merged into {school}."
    stays.refresh_from_db()
    assert stays.status == "listed"


def test_a_dissolved_unit_is_off_the_wall_chart(enrolled, bank, ou):
    charted = ChartedUnitFactory(cycle=enrolled, unit=bank)

    succession.dissolve(bank, by=ou, **ACT)

    charted.refresh_from_db()
    assert charted.status == "removed"


def test_a_unit_that_is_split_and_stays_keeps_its_place_on_the_chart(enrolled, bank, ou):
    charted = ChartedUnitFactory(cycle=enrolled, unit=bank)

    succession.split(bank, ["云泽县农商银行东坝支行"], stays=True, by=ou, **ACT)

    charted.refresh_from_db()
    assert charted.status == "listed"


def test_a_successor_goes_on_with_open_questions_and_reads_answered_ones(
    enrolled, school, bank, lan, mei, ou, rui
):
    open_one = QuestionFactory(cycle=enrolled, unit=bank, asked_by=mei)
    told = QuestionFactory(cycle=enrolled, unit=bank, asked_by=mei, answered=True)

    succession.merge([bank], into=school, by=ou, **ACT)

    assert set(Question.objects.visible_to(lan)) == {open_one, told}
    open_one.refresh_from_db()
    assert (open_one.status, open_one.asked_by) == ("open", mei)
    assert TrailEvent.objects.about(open_one).last().changes == {"unit": [bank.name, school.name]}
    answered = question.answer(open_one, "算。", by=rui)
    assert question.follow_up(answered, "盖章吗？", by=lan).status == "open"
    assert told.messages.count() == 2


def test_a_new_unit_takes_on_the_questions_of_all_it_came_from(enrolled, school, bank, ou):
    for unit in (school, bank):
        QuestionFactory(cycle=enrolled, unit=unit)

    new = succession.merge([school, bank], name="云泽县新单位", by=ou, **ACT)

    assert Question.objects.filter(unit=new).count() == 2


def test_a_renamed_unit_keeps_its_questions(enrolled, school, lan, ou):
    asked = QuestionFactory(cycle=enrolled, unit=school)

    life.rename(school, "云泽县实验小学", by=ou, **ACT)

    assert Question.objects.visible_to(lan).contains(asked)


def test_what_waits_is_not_handed_on_when_a_unit_ends_without_successor(enrolled, bank, ou):
    QuestionFactory(cycle=enrolled, unit=bank)

    succession.dissolve(bank, by=ou, **ACT)

    assert Question.objects.get().unit == bank
