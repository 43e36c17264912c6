"""The annual plan between the unit and the office."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import plan as plans
from assessments.models import Duty, Plan, PlanItem
from civportal.lib import clock
from tests.factories import DutyFactory
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent

ITEM = {
    "what": "每季度一次道德讲堂", "owner": "兰晓", "overseer": "校长", "due_on": date(2026, 12, 1),
    "measure": "四次", "proof": "签到表、照片",
}  # fmt: skip


@pytest.fixture
def plan(year, school, lan):
    DutyFactory(cycle=year, unit=school)
    return plans.begin(year, school, by=lan)


@pytest.fixture
def full_plan(plan, lan):
    return plans.edit(plan, seen=plan.version, goals="争创县文明单位", items=[ITEM], by=lan)


def test_begin_twice_is_once(plan, year, school, lan):
    assert plans.begin(year, school, by=lan) == plan
    assert Plan.objects.count() == 1


def test_edit_keeps_what_changed(full_plan):
    event = TrailEvent.objects.about(full_plan).last()

    assert event.verb == "edit"
    assert event.changes["goals"] == ["", "争创县文明单位"]
    assert "道德讲堂" in event.changes["item 1"][1]


def test_edit_of_an_older_version_is_refused(full_plan, lan):
    with pytest.raises(MoveNotAllowed):
        plans.edit(full_plan, seen=0, goals="", items=[], by=lan)


def test_edit_that_changes_nothing_leaves_no_line(full_plan, lan):
    plans.edit(full_plan, seen=full_plan.version, goals=full_plan.goals, items=[ITEM], by=lan)

    assert TrailEvent.objects.about(full_plan).count() == 2


def test_submit_fulfils_the_duty_and_gives_a_receipt(full_plan, lan):
    plan = plans.submit(full_plan, by=lan)

    assert plan.receipt == "XX-2026-0001"
    assert Duty.objects.get().fulfilled_at == plan.submitted_at


@pytest.mark.parametrize(("goals", "items", "sentence"), [
    ("", [ITEM], "goals"),
    ("争创", [], "at least one item"),
    ("争创", [{**ITEM, "overseer": ""}], "needs an owner, an overseer"),
])  # fmt: skip
def test_submit_says_what_is_missing(plan, lan, goals, items, sentence, in_english):
    plan = plans.edit(plan, seen=plan.version, goals=goals, items=items, by=lan)

    with pytest.raises(ValidationError, match=sentence):
        plans.submit(plan, by=lan)


def test_submit_is_refused_after_the_window(full_plan, lan, in_english):
    after = clock.end_of(full_plan.duty.closes_on) + timedelta(seconds=1)

    with clock.at(after), pytest.raises(ValidationError, match="cannot be handed in"):
        plans.submit(full_plan, by=lan)


def test_send_back_makes_the_duty_open_again(full_plan, lan, rui):
    plan = plans.submit(full_plan, by=lan)

    plan = plans.send_back(plan, by=rui, note="目标太笼统")

    assert plan.status == "returned"
    assert Duty.objects.get().fulfilled_at is None


def test_send_back_needs_a_reason(full_plan, lan, rui, in_english):
    plan = plans.submit(full_plan, by=lan)

    with pytest.raises(ValidationError, match="what the unit should change"):
        plans.send_back(plan, by=rui, note="")


def test_accept_and_withdraw_follow_the_table(full_plan, lan, rui):
    plan = plans.withdraw(plans.submit(full_plan, by=lan), by=lan)
    assert Duty.objects.get().fulfilled_at is None

    plan = plans.accept(plans.submit(plan, by=lan), by=rui)

    assert plan.status == "accepted"
    with pytest.raises(MoveNotAllowed):
        plans.withdraw(plan, by=lan)


def test_the_database_refuses_an_owner_who_oversees_himself(plan):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanItem.objects.create(plan=plan, what="讲堂", owner="兰晓", overseer="兰晓")
