"""Plans between the unit and the office, item by item."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions import cycle as cycles
from assessments.actions import duty as duties
from assessments.actions import plan as plans
from assessments.actions import plan_chain, plan_text
from assessments.models import Duty, Plan, PlanEdition, PlanItem, UnitYear
from assessments.models.plan import period_above, periods_below
from civportal.lib import clock
from tests.factories import (
    CycleFactory,
    DeadlineFactory,
    DutyFactory,
    PlanFactory,
    PlanItemFactory,
    UnitYearFactory,
)
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent

ITEM = {
    "what": "每季度一次道德讲堂", "carrier": "道德讲堂", "owner": "兰晓", "overseer": "校长",
    "due_on": date(2026, 12, 1), "measure": "四次", "proof": "签到表、照片", "serves": "立德树人",
}  # fmt: skip
OTHER = {**ITEM, "what": "志愿服务进社区", "carrier": "志愿服务队"}
ANNUAL, QUARTERLY, MONTHLY = Plan.Kind.ANNUAL, Plan.Kind.QUARTERLY, Plan.Kind.MONTHLY


@pytest.fixture
def plan(year, school, lan):
    DutyFactory(cycle=year, unit=school)
    return plans.begin(year, school, by=lan)


@pytest.fixture
def full_plan(plan, lan):
    return plans.edit(plan, seen=plan.version, goals="争创县文明单位", items=[ITEM, OTHER], by=lan)


@pytest.fixture
def submitted(full_plan, lan):
    return plans.submit(full_plan, by=lan)


@pytest.fixture
def returned(submitted, rui):
    """Its first item is accepted, its second one is to be changed."""
    return plans.decide(submitted, reasons={second(submitted).pk: "次数太少"}, by=rui)


@pytest.fixture
def accepted(submitted, rui):
    return plans.accept(submitted, by=rui)


def first(plan):
    return plan.items.all()[0]


def second(plan):
    return plan.items.all()[1]


def known(item, **changed):
    """An item as the form gives it back."""
    return {"pk": item.pk, **{name: getattr(item, name) for name in plan_text.ITEM_FIELDS}, **changed}


def reworded(plan, item, *, by, **changed):
    """Save the plan with that one item changed."""
    items = [known(it, **(changed if it.pk == item.pk else {})) for it in plan.items.all()]
    return plans.edit(plan, seen=plan.version, goals=plan.goals, items=items, by=by)


def amended(plan, *, by, **changed):
    """An accepted plan that is changed in its first item and handed in again."""
    plan = plans.amend(plan, by=by, note="上级新部署")
    return plans.submit(reworded(plan, first(plan), by=by, **changed), by=by)


# written


def test_begin_twice_is_once(plan, year, school, lan):
    assert plans.begin(year, school, by=lan) == plan
    assert Plan.objects.count() == 1


def test_edit_keeps_what_changed(full_plan):
    event = TrailEvent.objects.about(full_plan).last()

    assert event.verb == "edit"
    assert event.changes["goals"] == ["", "争创县文明单位"]
    assert "道德讲堂" in event.changes["added 1"][1]


def test_the_trail_calls_the_parts_of_a_plan_by_their_names(full_plan, lan, in_english):
    plan = reworded(full_plan, second(full_plan), measure="八次", by=lan)

    assert TrailEvent.objects.about(plan).last().change_lines == [("item 2", "四次", "八次")]


def test_edit_of_an_older_version_is_refused(full_plan, lan):
    with pytest.raises(MoveNotAllowed):
        plans.edit(full_plan, seen=0, goals="", items=[], by=lan)


def test_edit_that_changes_nothing_leaves_no_line(full_plan, lan):
    reworded(full_plan, first(full_plan), by=lan)

    assert TrailEvent.objects.about(full_plan).count() == 2


def test_an_item_stays_itself_however_it_is_worded(full_plan, lan):
    before = [item.pk for item in full_plan.items.all()]

    plan = reworded(full_plan, first(full_plan), what="每月一次道德讲堂", by=lan)

    assert [item.pk for item in plan.items.all()] == before
    assert first(plan).what == "每月一次道德讲堂"


def test_an_item_left_out_is_dropped(full_plan, lan):
    plan = plans.edit(full_plan, seen=full_plan.version, goals="", items=[known(second(full_plan))], by=lan)

    assert [item.what for item in plan.items.all()] == [OTHER["what"]]
    assert "dropped 1" in TrailEvent.objects.about(plan).last().changes


def test_the_database_refuses_an_owner_who_oversees_himself(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.create(plan=plan, what="讲堂", owner="兰晓", overseer="兰晓")


# the year, its quarters, their months


@given(st.integers(1, 12))
def test_every_month_leads_through_its_quarter_to_the_year(month):
    quarter = period_above(MONTHLY, month)

    assert quarter == (QUARTERLY, {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(month, 4))
    assert period_above(*quarter) == (ANNUAL, 0)
    assert period_above(ANNUAL, 0) is None


@given(st.sampled_from([(ANNUAL, 0), *((QUARTERLY, n) for n in range(1, 5))]))
def test_what_follows_from_a_plan_follows_from_no_other(key):
    assert {period_above(*part) for part in periods_below(*key)} == {key}


def test_the_quarters_and_months_of_a_year_are_each_there_once():
    quarters = periods_below(ANNUAL, 0)
    months = [month for quarter in quarters for month in periods_below(*quarter)]

    assert [number for _kind, number in months] == list(range(1, 13))
    assert [periods_below(*month) for month in months] == [[]] * 12


@pytest.fixture
def asked(year):
    """The calendar asks for a scheme of every quarter and an arrangement of every month."""
    for quarter in range(1, 5):
        DeadlineFactory(cycle=year, kind="quarterly_plan", period=quarter)
    for month in range(1, 13):
        DeadlineFactory(cycle=year, kind="monthly_plan", period=month)
    return year


def test_a_plan_follows_from_the_one_above_it_whichever_came_first(asked, school, lan):
    month = plans.begin(asked, school, kind=MONTHLY, period=5, by=lan)
    year = plans.begin(asked, school, by=lan)
    quarter = plans.begin(asked, school, kind=QUARTERLY, period=2, by=lan)

    month.refresh_from_db()
    assert (month.above, quarter.above, year.above) == (quarter, year, None)


def test_a_plan_that_the_calendar_does_not_know_is_not_begun(year, school, lan, in_english):
    with pytest.raises(ValidationError, match="knows no such plan"):
        plans.begin(year, school, kind=MONTHLY, period=1, by=lan)

    assert not Plan.objects.exists()


def test_a_unit_that_alone_owes_a_scheme_begins_it(year, school, lan):
    DutyFactory(cycle=year, unit=school, kind="quarterly_plan", period=3)

    assert plans.begin(year, school, kind=QUARTERLY, period=3, by=lan).period == 3


def test_a_month_begins_with_the_lines_of_the_last_month(asked, school, lan):
    before = PlanFactory(cycle=asked, unit=school, kind=MONTHLY, period=4)
    PlanItemFactory(plan=before, what="道德讲堂", owner="兰晓")

    month = plans.begin(asked, school, kind=MONTHLY, period=5, by=lan)

    assert list(month.items.values_list("what", "owner", "due_on")) == [("道德讲堂", "兰晓", None)]


def test_the_first_month_of_a_quarter_begins_with_the_quarters_items(asked, school, lan):
    before = PlanFactory(cycle=asked, unit=school, kind=MONTHLY, period=3)
    PlanItemFactory(plan=before, what="上月的事")
    quarter = PlanFactory(cycle=asked, unit=school, kind=QUARTERLY, period=2)
    PlanItemFactory(plan=quarter, what="本季度的事")

    month = plans.begin(asked, school, kind=MONTHLY, period=4, by=lan)

    assert [item.what for item in month.items.all()] == ["本季度的事"]
    assert TrailEvent.objects.about(month).last().changes == {"source": ["", str(quarter)]}


def test_a_first_month_without_a_scheme_takes_the_last_months_lines(asked, school, lan):
    PlanItemFactory(plan=PlanFactory(cycle=asked, unit=school, kind=MONTHLY, period=3), what="上月的事")

    month = plans.begin(asked, school, kind=MONTHLY, period=4, by=lan)

    assert [item.what for item in month.items.all()] == ["上月的事"]


def test_nothing_is_taken_over_from_another_unit(asked, school, bank, lan):
    PlanItemFactory(plan=PlanFactory(cycle=asked, unit=bank, kind=MONTHLY, period=4), what="农商银行的事")

    assert not plans.begin(asked, school, kind=MONTHLY, period=5, by=lan).items.exists()


def test_a_monthly_arrangement_is_filed_and_waits_for_nobody(asked, school, lan):
    duty = DutyFactory(cycle=asked, unit=school, kind="monthly_plan", period=5)
    month = plans.begin(asked, school, kind=MONTHLY, period=5, by=lan)
    line = {"what": "道德讲堂", "owner": "兰晓"}
    month = plans.edit(month, seen=month.version, goals="", items=[line], by=lan)

    month = plans.submit(month, by=lan)

    duty.refresh_from_db()
    assert (month.status, month.edition, duty.fulfilled_at) == ("accepted", 1, month.submitted_at)
    assert TrailEvent.objects.about(month).last().verb == "file"


def test_a_line_of_a_month_needs_somebody_who_does_it(asked, school, lan, in_english):
    month = plans.begin(asked, school, kind=MONTHLY, period=5, by=lan)
    month = plans.edit(month, seen=month.version, goals="", items=[{"what": "道德讲堂"}], by=lan)

    with pytest.raises(ValidationError, match="still needs: owner"):
        plans.submit(month, by=lan)


def test_the_chain_tells_how_each_plan_stands(asked, school, lan, guan):
    UnitYearFactory(cycle=asked, unit=school)
    duties.make(asked)
    plans.begin(asked, school, kind=QUARTERLY, period=2, by=lan)

    own = plan_chain.chain(asked, school, lan)
    others = plan_chain.chain(asked, school, guan)

    assert own.duty and own.may_begin and own.plan is None
    assert [quarter.plan is not None for quarter in own.below] == [False, True, False, False]
    assert [len(quarter.below) for quarter in own.below] == [3, 3, 3, 3]
    assert others.below[1].plan is None and not others.may_begin


# handed in


def test_submit_fulfils_the_duty_and_gives_a_receipt(full_plan, lan):
    plan = plans.submit(full_plan, by=lan)

    assert plan.receipt == "XX-2026-0001"
    assert Duty.objects.get().fulfilled_at == plan.submitted_at


@pytest.mark.parametrize(("goals", "items", "sentence"), [
    ("", [ITEM], "goals"),
    ("争创", [], "at least one item"),
    ("争创", [{**ITEM, "overseer": ""}], "still needs: overseer"),
    ("争创", [{**ITEM, "carrier": "", "proof": ""}], "still needs: by which activity, proof"),
    ("争创", [{**ITEM, "serves": ""}], "still needs: goal of the county"),
])  # fmt: skip
def test_submit_says_what_is_missing(plan, lan, goals, items, sentence, in_english):
    plan = plans.edit(plan, seen=plan.version, goals=goals, items=items, by=lan)

    with pytest.raises(ValidationError, match=sentence):
        plans.submit(plan, by=lan)


def test_a_goal_of_the_county_stands_for_the_own_business(plan, year, lan):
    item = {**ITEM, "serves": "", "goal": year.goals.create(text="建成全国文明城市")}

    plan = plans.edit(plan, seen=plan.version, goals="争创", items=[item], by=lan)

    assert plan_text.gaps(plan) == []


@pytest.mark.parametrize(("seconds", "state"), [(-1, "done"), (0, "late")])
def test_the_last_second_of_the_last_day_is_in_time(full_plan, lan, seconds, state):
    end = clock.end_of(full_plan.duty.due_on)

    with clock.at(end + timedelta(seconds=seconds)):
        plans.submit(full_plan, by=lan)

    assert Duty.objects.get().state == state


def test_submit_is_refused_after_the_window(full_plan, lan, in_english):
    with clock.at(clock.end_of(full_plan.duty.closes_on) - timedelta(seconds=1)):
        assert full_plan.can_come_in

    with clock.at(clock.end_of(full_plan.duty.closes_on)), pytest.raises(ValidationError, match="cannot be"):
        plans.submit(full_plan, by=lan)


def test_an_extended_plan_is_taken_until_its_new_day(full_plan, lan, ou):
    duty = full_plan.duty
    until = duty.closes_on + timedelta(days=5)
    with clock.at(clock.end_of(duty.closes_on)):
        duties.extend(Duty.objects.all(), until=until, note="停电", by=ou)

    with clock.at(clock.end_of(until) - timedelta(seconds=1)):
        plans.submit(full_plan, by=lan)

    assert Duty.objects.get().state == "done"


# the year to come


@pytest.fixture
def next_year(year, school, ou):
    """The year after this one, open for plans while this one runs."""
    coming = CycleFactory(year=2027, status="draft", standard=year.standard)
    coming.deadlines.update(opens_on="2027-01-01", due_on="2027-02-28", closes_on="2027-03-31")
    return cycles.open_planning(coming, by=ou)


def test_next_years_plan_is_handed_in_while_the_old_year_runs(year, next_year, school, lan):
    plan = plans.begin(next_year, school, by=lan)
    plan = plans.edit(plan, seen=plan.version, goals="争创", items=[ITEM], by=lan)

    with clock.at(clock.end_of(date(2026, 11, 25))):
        plan = plans.submit(plan, by=lan)

    assert plan.status == "submitted"
    assert Duty.objects.get(cycle=next_year, unit=school).fulfilled_at


def test_both_years_are_the_liaisons_to_plan(year, next_year, school, lan, qiao):
    UnitYearFactory(cycle=year, unit=school)

    assert [it.cycle.year for it in UnitYear.objects.planned_by(lan)] == [2026, 2027]
    assert UnitYear.objects.current_of(lan).cycle == year
    assert not UnitYear.objects.planned_by(qiao)


# returned


def test_send_back_makes_the_duty_open_again(submitted, rui):
    plan = plans.send_back(submitted, by=rui, note="目标太笼统")

    duty = Duty.objects.get()
    assert plan.status == "returned"
    assert duty.fulfilled_at is None and duty.returned_at and duty.handed_in_at


def test_send_back_needs_a_reason(submitted, rui, in_english):
    with pytest.raises(ValidationError, match="what the unit should change"):
        plans.send_back(submitted, by=rui, note=" ")


def test_each_item_has_its_own_decision(in_english, returned):
    decided = list(returned.items.values_list("verdict", "reason"))

    assert decided == [("accepted", ""), ("returned", "次数太少")]
    assert returned.when_returned["items"][1]["what"] == OTHER["what"]
    assert TrailEvent.objects.about(returned).last().note == "Item 2 “志愿服务进社区”: 次数太少"


def test_only_what_was_returned_can_be_changed(returned, lan):
    items = [
        known(first(returned), what="偷换"),
        known(second(returned), measure="十二次"),
        {**ITEM, "what": "再加一项"},
    ]

    plan = plans.edit(returned, seen=returned.version, goals="偷换", items=items, by=lan)

    assert [item.what for item in plan.items.all()] == [ITEM["what"], OTHER["what"]]
    assert second(plan).measure == "十二次"
    assert plan.goals == "争创县文明单位"


def test_an_accepted_item_cannot_be_dropped_after_a_return(returned, lan):
    plan = plans.edit(returned, seen=returned.version, goals="", items=[], by=lan)

    assert [item.what for item in plan.items.all()] == [ITEM["what"]]


def test_a_note_on_the_whole_opens_the_goals_and_new_items(submitted, lan, rui):
    plan = plans.send_back(submitted, by=rui, note="请写明全年目标，补充一项")

    items = [known(first(plan)), known(second(plan)), {**ITEM, "what": "窗口培训"}]
    plan = plans.edit(plan, seen=plan.version, goals="建成县文明单位", items=items, by=lan)

    assert plan.goals == "建成县文明单位"
    assert plan.items.count() == 3
    assert plan_text.gaps(plan) == []


def test_what_was_returned_comes_back_changed_or_not_at_all(returned, lan, in_english):
    with pytest.raises(ValidationError, match="was returned and is not changed yet: 次数太少"):
        plans.submit(returned, by=lan)


def test_a_return_of_the_whole_asks_for_more_than_nothing(submitted, lan, rui, in_english):
    plan = plans.send_back(submitted, by=rui, note="目标太笼统")

    with pytest.raises(ValidationError, match="more than single items: 目标太笼统"):
        plans.submit(plan, by=lan)


def test_an_edited_item_loses_its_decision_and_keeps_what_was_asked(returned, lan):
    plan = reworded(returned, second(returned), measure="十二次", by=lan)

    assert (second(plan).verdict, second(plan).reason) == ("", "次数太少")
    assert first(plan).is_accepted


def test_the_office_sees_what_changed_since_it_returned_the_plan(returned, lan):
    plan = plans.submit(reworded(returned, second(returned), measure="十二次", by=lan), by=lan)

    (change,) = plan_text.since_returned(plan)

    assert (change.kind, change.number, change.pk) == ("changed", 2, second(plan).pk)
    assert [line[1:] for line in change.lines] == [("四次", "十二次")]


def test_a_returned_plan_comes_back_after_its_window(returned, lan):
    plan = reworded(returned, second(returned), measure="十二次", by=lan)

    with clock.at(clock.end_of(plan.duty.closes_on) + timedelta(days=3)):
        plan = plans.submit(plan, by=lan)

    assert plan.status == "submitted"
    # It first came in time, and a later correction does not make it late.
    assert Duty.objects.get().state == "done"


def test_a_second_return_can_be_laid_before_the_director(
    returned, lan, rui, ou, django_capture_on_commit_callbacks
):
    plan = plans.submit(reworded(returned, second(returned), measure="五次", by=lan), by=lan)
    reasons = {second(plan).pk: "仍然太少"}

    with django_capture_on_commit_callbacks(execute=True):
        plan = plans.lay_before(plan, reasons=reasons, by=rui, seen=plan.version)

    assert (plan.status, second(plan).verdict) == ("submitted", "")
    assert plan.proposal == {"reasons": {str(second(plan).pk): "仍然太少"}, "goals_note": ""}
    assert Notification.objects.get(verb="lay_before").to == ou

    plan = plans.decide(plan, reasons=reasons, by=ou)
    assert (plan.status, plan.returned_count, plan.proposal) == ("returned", 2, None)


def test_what_does_not_wait_is_not_laid_before_the_director(accepted, rui):
    with pytest.raises(MoveNotAllowed):
        plans.lay_before(accepted, reasons={}, goals_note="目标", by=rui)


# taken back


def test_a_plan_taken_back_never_came(submitted, lan):
    plan = plans.withdraw(submitted, by=lan)

    assert plan.status == "draft"
    assert Duty.objects.get().handed_in_at is None


def test_a_returned_plan_taken_back_is_returned_again(returned, lan):
    plan = plans.submit(reworded(returned, second(returned), measure="十二次", by=lan), by=lan)

    plan = plans.withdraw(plan, by=lan)

    duty = Duty.objects.get()
    assert plan.status == "returned" and plan.locks(first(plan))
    assert duty.returned_at and duty.handed_in_at and not duty.fulfilled_at


def test_an_amendment_taken_back_is_one_again(accepted, lan):
    fulfilled_at = Duty.objects.get().fulfilled_at
    plan = amended(accepted, measure="八次", by=lan)

    plan = plans.withdraw(plan, by=lan)

    assert plan.status == "amending"
    assert Duty.objects.get().fulfilled_at == fulfilled_at


# accepted, and changed again


def test_accepting_keeps_an_edition(accepted, rui):
    edition = accepted.editions.get()

    assert (accepted.status, accepted.edition, edition.number) == ("accepted", 1, 1)
    assert (edition.goals, edition.accepted_by) == ("争创县文明单位", rui)
    assert edition.items[0]["due_on"] == "2026-12-01" and edition.items[0]["pk"] == first(accepted).pk
    assert all(item.is_accepted for item in accepted.items.all())


def test_decide_without_reasons_accepts(submitted, rui):
    assert plans.decide(submitted, reasons={}, by=rui).status == "accepted"


def test_an_accepted_plan_cannot_be_taken_back(accepted, lan):
    with pytest.raises(MoveNotAllowed):
        plans.withdraw(accepted, by=lan)


def test_amending_needs_a_reason(accepted, lan, in_english):
    with pytest.raises(ValidationError, match="why"):
        plans.amend(accepted, by=lan, note=" ")


def test_while_a_plan_is_changed_the_accepted_edition_is_in_force(accepted, lan):
    plan = amended(accepted, measure="八次", by=lan)

    shown = plan_text.in_force(plan)

    assert (shown.items[0].measure, first(plan).measure) == ("四次", "八次")
    assert (shown.edition.number, shown.items[0].due_on) == (1, date(2026, 12, 1))


def test_the_duty_stays_fulfilled_while_a_plan_is_changed(accepted, lan, rui):
    came = list(Duty.objects.values(*duties.CAME))
    plan = amended(accepted, measure="八次", by=lan)

    plan = plans.decide(plan, reasons={first(plan).pk: "不宜改"}, by=rui)
    plan = plans.submit(reworded(plan, first(plan), measure="六次", by=lan), by=lan)
    plans.accept(plan, by=rui)

    assert list(Duty.objects.values(*duties.CAME)) == came


def test_only_what_was_changed_is_decided_on_again(accepted, lan):
    plan = amended(accepted, measure="八次", by=lan)

    assert [item.verdict for item in plan.items.all()] == ["", "accepted"]
    assert [change.number for change in plan_text.since_returned(plan)] == [1]


def test_the_next_edition_tells_what_it_changed(accepted, lan, rui):
    plan = plans.accept(amended(accepted, measure="八次", by=lan), by=rui)

    old, new = (plan_text.of_edition(edition) for edition in plan.editions.order_by("number"))
    (change,) = plan_text.differences(old, new)

    assert plan.edition == 2
    assert [line[1:] for line in change.lines] == [("四次", "八次")]


def test_an_amendment_comes_in_after_the_window_of_the_plan(accepted, lan):
    with clock.at(clock.end_of(accepted.duty.closes_on) + timedelta(days=60)):
        plan = amended(accepted, measure="八次", by=lan)

    assert plan.status == "submitted"


def test_the_first_return_of_an_amendment_is_no_second_one(returned, lan, rui):
    plan = plans.submit(reworded(returned, second(returned), measure="五次", by=lan), by=lan)
    plan = plans.accept(plan, by=rui)

    assert amended(plan, measure="八次", by=lan).returned_count == 0


# looked back at


def outcomes(plan, *said):
    return {item.pk: it for item, it in zip(plan.items.all(), said, strict=True)}


def test_a_look_back_fulfils_its_duty_and_is_offered_to_the_next_quarter(accepted, asked, school, lan):
    duty = DutyFactory(cycle=asked, unit=school, kind="look_back")

    said = outcomes(accepted, ("done", "四次"), ("under_way", "两次"))
    plan = plans.look_back(accepted, found="载体不足", outcomes=said, by=lan)
    quarter = plans.begin(asked, school, kind=QUARTERLY, period=4, by=lan)

    duty.refresh_from_db()
    assert duty.fulfilled_by == lan and plan.look_back == "载体不足"
    assert [item.what for item in quarter.items.all()] == [OTHER["what"]]
    assert quarter.items.get().due_on is None and quarter.items.get().overseer == "校长"


def test_a_look_back_is_corrected_without_coming_later(accepted, year, school, lan):
    duty = DutyFactory(cycle=year, unit=school, kind="look_back")
    said = outcomes(accepted, ("done", ""), ("under_way", ""))
    plan = plans.look_back(accepted, found="载体不足", outcomes=said, by=lan)
    duty.refresh_from_db()
    came = duty.fulfilled_at

    plan = plans.look_back(plan, found="载体不足，已补", outcomes=said, by=lan)

    duty.refresh_from_db()
    assert duty.fulfilled_at == came and plan.look_back == "载体不足，已补"


def test_a_look_back_waits_for_its_days(accepted, year, school, lan, in_english):
    after = accepted.duty.due_on + timedelta(days=300)
    DutyFactory(cycle=year, unit=school, kind="look_back", opens_on=after, due_on=after)
    said = outcomes(accepted, ("done", ""), ("done", ""))

    with pytest.raises(ValidationError, match="cannot be handed in now"):
        plans.look_back(accepted, found="好", outcomes=said, by=lan)


def test_a_plan_that_is_being_changed_is_not_looked_back_at(accepted, lan):
    plan = plans.amend(accepted, by=lan, note="上级新部署")

    with pytest.raises(MoveNotAllowed):
        plans.look_back(plan, found="好", outcomes={}, by=lan)


# the same as last year


@pytest.fixture
def last_year(year, school):
    before = CycleFactory(year=2025, status="closed", standard=year.standard)
    plan = PlanFactory(cycle=before, unit=school, goals="2025年，争创县文明单位！", accepted=True)
    PlanItemFactory(plan=plan, what="每季度一次  道德讲堂。", carrier="道德讲堂", measure="四次")
    return plan


def test_what_is_the_same_as_last_year_is_pointed_out(last_year, plan, lan, in_english):
    plan = plans.edit(plan, seen=plan.version, goals="2026年争创县文明单位", items=[ITEM, OTHER], by=lan)

    assert plan_text.repeats(plan) == [
        "The goals are those of last year.",
        "Item 1 “每季度一次道德讲堂” is the same as last year.",
    ]
    assert plan_text.gaps(plan) == []


def test_a_higher_measure_is_something_new(last_year, plan, lan):
    plan = plans.edit(
        plan, seen=plan.version, goals="更进一步", items=[{**ITEM, "measure": "十二次"}], by=lan
    )

    assert plan_text.repeats(plan) == []


def test_another_units_plan_is_no_repetition(last_year, year, bank):
    other = PlanFactory(cycle=year, unit=bank, goals=last_year.goals)

    assert plan_text.repeats(other) == []


def test_every_edition_can_be_shown_as_it_was(accepted):
    shown = plan_text.as_kept(PlanEdition.objects.get(plan=accepted))

    assert [item.what for item in shown.items] == [ITEM["what"], OTHER["what"]]
