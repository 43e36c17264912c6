"""Rui sees who still owes what and copies the reminder; Lan is reminded by the portal and hands in."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from playwright.sync_api import expect

from assessments.actions import cycle as cycles
from assessments.models import Duty
from civportal.lib import clock
from tests.factories import UnitFactory
from units.models import Notification

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owed(year, school, bank, ou):
    """The annual plan, which both units owe by tomorrow."""
    school.town = UnitFactory(name="城关镇", participation="exempt")
    school.save()
    cycles.enrol_missing(year, by=ou)
    tomorrow = localdate() + timedelta(days=1)
    year.deadlines.update(due_on=tomorrow)
    Duty.objects.update(due_on=tomorrow)
    return Duty.objects.get(unit=school)


def test_who_owes_is_reminded_and_hands_in(window, rui, lan, owed, school, bank):
    office, unit = window(rui), window(lan)
    copy_the_reminder(office, owed, school, bank)
    with clock.at(localtime().replace(hour=10)):
        call_command("run_periodic", verbosity=0)
    read_it(unit, owed)
    hand_in(unit)
    is_done(office, school, bank)


def copy_the_reminder(page, owed, school, bank):
    page.goto("/home/")
    page.get_by_role("link", name=str(owed.label)).click()
    text = page.locator("#reminder-all")
    expect(text).to_have_value(re.compile(f"城关镇：{school.name}"))
    page.locator("[data-copy=reminder-all]").click()
    assert page.evaluate("document.getSelection().toString() || document.activeElement.value")
    rows = page.get_by_role("table")
    for name in (school.name, bank.name, "城关镇"):
        expect(rows).to_contain_text(name)


def read_it(page, owed):
    page.goto("/messages/")
    expect(page.get_by_role("main")).to_contain_text(str(owed))
    message = Notification.objects.get(to__username="lan")
    assert message.verb == "due_soon" and "1" in message.note


def hand_in(page):
    page.goto("/home/")
    page.locator("a.row").filter(has_text="年度规划").click()
    page.get_by_role("button", name="去填写").click()
    page.locator("[name=goals]").fill("全年开展志愿服务二十场，群众满意度有提高。")
    said = {
        "what": "志愿服务",
        "carrier": "志愿服务队",
        "serves": "方便群众办事",
        "owner": "办公室主任",
        "overseer": "分管领导",
        "measure": "二十场",
        "proof": "照片",
    }
    for name, text in said.items():
        page.locator(f"[name$='-0-{name}']").fill(text)
    page.locator("[name$='-0-due_on']").fill(f"{localdate() + timedelta(days=20):%Y-%m-%d}")
    page.locator("button[name=check]").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#messages")).to_contain_text("已提交")


def is_done(page, school, bank):
    page.goto(f"{reverse('assessments:owing')}?duty=2026-annual_plan-0-")

    expect(page.get_by_role("table")).to_contain_text(bank.name)
    expect(page.get_by_role("table")).not_to_contain_text(school.name)
    expect(page.locator("#reminder-all")).not_to_have_value(re.compile(school.name))
