"""A plan is returned for one of its items and comes back corrected, in the browser.

Rui, the case officer, judges item by item; Lan, the school's liaison, corrects only what came back.
"""

import pytest
from playwright.sync_api import expect

from assessments.models import Plan
from tests.factories import DutyFactory, PlanFactory, PlanItemFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan(year, school, lan):
    UnitYearFactory(cycle=year, unit=school)
    plan = PlanFactory(cycle=year, unit=school, submitted=True, submitted_by=lan)
    DutyFactory(
        cycle=year, unit=school, done=True, handed_in_at=plan.submitted_at, fulfilled_at=plan.submitted_at
    )
    for what in ("道德讲堂每季度一次", "志愿服务进社区"):
        PlanItemFactory(plan=plan, what=what)
    return plan


def test_a_plan_is_returned_for_one_item_and_comes_back(window, plan, lan, rui):
    rui_page, lan_page = window(rui), window(lan)
    return_one_item(rui_page, plan)
    correct_it(lan_page, plan)
    see_the_change_and_accept(rui_page, plan)
    read_the_edition(lan_page)


def return_one_item(page, plan):
    kept, returned = plan.items.all()
    page.goto("/plans/?status=submitted")
    page.get_by_role("link", name="县第一小学").first.click()
    page.locator(f"a[href='/plans/{plan.pk}/decide/']").click()
    # By keyboard: a space picks the decision, the tab goes on to what is to be changed.
    page.locator(f"[name=verdict_{kept.pk}][value=accepted]").press("Space")
    page.locator(f"[name=verdict_{returned.pk}][value=returned]").press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("请写明每次参加人数。")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("规划已退回单位修改")
    assert [item.verdict for item in plan.items.all()] == ["accepted", "returned"]


def correct_it(page, plan):
    page.goto("/home/")
    expect(page.get_by_role("main")).to_contain_text("请写明每次参加人数。")
    page.goto(f"/plans/{plan.pk}/edit/")
    # The accepted item and the goals are there to be read only.
    expect(page.locator("[name$=-what]")).to_have_count(1)
    expect(page.locator("[name=goals]")).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("道德讲堂每季度一次")
    page.locator("[name=items-0-measure]").fill("全年六次，每次不少于二十人")
    page.get_by_role("button", name="保存并检查").click()
    page.get_by_role("button", name="提交", exact=True).click()

    expect(page.locator("#messages")).to_contain_text(plan.receipt)
    assert Plan.objects.get().status == "submitted"


def see_the_change_and_accept(page, plan):
    page.goto(f"/plans/{plan.pk}/decide/")
    expect(page.locator(".changes del")).to_have_text("全年四次")
    expect(page.locator(".changes ins")).to_have_text("全年六次，每次不少于二十人")
    # Only what changed is asked again.
    expect(page.locator("input[type=radio]")).to_have_count(2)
    page.locator("button[name=everything]").click()

    expect(page.locator("#messages")).to_contain_text("规划已采用")


def read_the_edition(page):
    plan = Plan.objects.get()
    page.goto(f"/plans/{plan.pk}/editions/1/")

    expect(page.get_by_role("main")).to_contain_text("全年六次，每次不少于二十人")
    assert (plan.edition, plan.returned_count) == (1, 0)
