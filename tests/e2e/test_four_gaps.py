"""Absence made visible: Rui looks who has no plan after the spring, and why."""

import pytest
from playwright.sync_api import expect

from civportal.lib import clock
from tests.assessments import spring as springs
from tests.assessments.spring import NO_DEPLOYMENT, NO_PLAN

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def spring(ou):
    """Forty units up to 31 March."""
    told = springs.told(ou)
    with springs.at(3, 31):
        assert clock.today().isoformat() == "2026-03-31"
    return told


def test_who_has_no_plan_is_found_and_the_reason_opens(window, spring, rui):
    page = window(rui)
    page.goto("/home/")
    page.get_by_role("link", name="四项缺漏").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("40 个单位中有")
    lacking = len(spring.lacking(NO_PLAN))
    expect(page.get_by_role("link", name="无规划").first).to_contain_text(str(lacking))

    page.get_by_label("缺哪一项").select_option("plan")
    expect(page.locator("tbody tr")).to_have_count(lacking)
    expect(page).to_have_url("/gaps/?q=&kind=&town=&gap=plan&order=")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text(spring.units[0].name)
    expect(first).to_contain_text("没有部署")

    first.get_by_role("link", name="无规划").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("四件事缺")
    expect(page.locator("#plan")).to_contain_text("还没有提交规划")
    expect(page.locator("#deployment")).to_contain_text("还没有提交部署记录")
    expect(page.locator("#documents")).to_contain_text(spring.document.title)


def test_a_unit_sees_its_own_four_marks_and_what_they_rest_on(window, spring):
    number = next(n for n in range(1, 40) if n % NO_PLAN and n % NO_DEPLOYMENT)
    page = window(spring.liaisons[number])
    page.goto("/home/")
    marks = page.get_by_role("region").or_(page.locator("aside")).filter(has_text="每年四件事").first
    expect(marks).to_contain_text("部署")

    page.get_by_role("link", name="查看依据").click()
    page.locator("#deployment").get_by_role("link", name="春季工作").click()
    expect(page.get_by_role("main")).to_contain_text("部署记录")
