"""A field survey from the lot to the unit that reads it, in the browser.

Rui, the case officer, draws units, writes down what was found and closes; Lan of the school reads it.
"""

import pytest
from playwright.sync_api import expect

from assessments.models import FieldSurvey
from tests.factories import DutyFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def taking_part(year, school, bank):
    """The school, whose plan is overdue, and the bank."""
    for unit in (school, bank):
        UnitYearFactory(cycle=year, unit=unit)
    DutyFactory(cycle=year, unit=school, overdue=True)


def test_units_are_drawn_looked_at_and_read_their_own_finding(window, taking_part, school, lan, rui):
    rui_page, lan_page = window(rui), window(lan)
    draw_two(rui_page)
    write_down(rui_page)
    close_it(rui_page)
    read_it(lan_page, school)


def draw_two(page):
    page.goto("/field-surveys/new/")
    page.locator("[name=title]").fill("月末调研")
    page.locator("[name=held_on]").fill("2026-05-29")
    page.locator("[name=surveyors]").fill("芮安")
    page.locator("[name=size]").fill("2")
    page.locator("[name=seed]").fill("4711")
    page.get_by_role("button", name="开始调研").click()

    expect(page.get_by_role("main")).to_contain_text("4711")
    assert FieldSurvey.objects.get().rows.count() == 2


def write_down(page):
    """One unit after the other; saving leads on to the next."""
    rows = FieldSurvey.objects.get().rows.select_related("unit")
    page.goto(rows[0].get_finding_url())
    for row in rows:
        expect(page.get_by_role("heading", level=1)).to_have_text(row.unit.name)
        for name in ("plan", "deployment", "activity", "documents"):
            page.locator(f"[name={name}_found][value=unusable]").check()
        page.locator("[name=note]").fill(f"{row.unit.name}的方案在柜子里。")
        page.get_by_role("button", name="保存并看下一家").click()

    expect(page.get_by_role("button", name="办结调研")).to_be_visible()


def close_it(page):
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="办结调研").click()

    expect(page.locator("#messages")).to_be_visible()
    assert not FieldSurvey.objects.get().is_open


def read_it(page, school):
    page.goto(school.get_absolute_url())

    expect(page.locator("#surveys")).to_contain_text("云泽县第一小学的方案在柜子里。")
    expect(page.locator("body")).not_to_contain_text("云泽县农商银行")
