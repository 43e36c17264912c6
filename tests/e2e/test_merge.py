"""Two units become one in the browser: what passes on is shown first, and nothing is lost."""

import pytest
from playwright.sync_api import expect

from assessments.actions import cycle as cycles
from tests.factories import AwardFactory, EntryFactory, HonorItemFactory
from units.models import Unit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_year(year, school, bank, lan, mei, ou):
    """Lan's school and Mei's bank in the open year; the bank holds an honor and has a returned record."""
    cycles.enrol_missing(year, by=ou)
    EntryFactory(cycle=year, unit=bank, created_by=mei, title="金融知识进村", returned=True)
    AwardFactory(unit=bank, item=HonorItemFactory(name="文明服务示范"))
    return year


def test_a_bank_is_merged_and_its_work_goes_on(window, open_year, school, bank, lan, mei, ou):
    director = window(ou)
    merge(director, bank, school)
    look_back(director, bank, school)
    recognize_the_honor(director, bank)
    go_on(window(mei), school)


def merge(page, bank, school):
    page.goto(bank.get_absolute_url())
    page.get_by_text("更名撤并").click()
    page.get_by_role("link", name="合并").click()
    page.get_by_label("并入单位").fill("没有这个单位")
    page.get_by_label("文号").fill("云编发[2026] 18号")
    page.get_by_role("button", name="查看办理后果").click()
    expect(page.get_by_role("main")).to_contain_text("名册中没有“没有这个单位”")

    page.get_by_label("并入单位").fill(school.name)
    page.get_by_role("button", name="查看办理后果").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"并入 {school.name}")
    expect(page.get_by_role("main")).to_contain_text("待文明委认定后承继")
    assert not Unit.objects.get(pk=bank.pk).has_ended

    page.get_by_role("button", name="确认合并").click()
    expect(page.locator("#messages")).to_contain_text("已合并")
    expect(page.get_by_role("heading", level=1)).to_have_text(school.name)


def look_back(page, bank, school):
    page.get_by_role("link", name=bank.name).click()
    expect(page.get_by_role("main")).to_contain_text("该单位已撤并")
    expect(page.get_by_role("link", name=school.name)).to_be_visible()
    page.goto(f"/units/?at=2026-01-01&q={bank.name}")
    expect(page.get_by_role("main").get_by_role("link", name=bank.name)).to_be_visible()


def recognize_the_honor(page, bank):
    page.goto("/honors/?status=awaiting")
    page.get_by_role("link", name=bank.name).click()
    page.get_by_role("link", name="认定承继…").click()
    page.get_by_label("认定文号").fill("云文明委〔2026〕9号")
    page.get_by_role("button", name="确认承继").click()
    expect(page.locator("#messages")).to_contain_text("承继")


def go_on(page, school):
    """Mei works for the school now and finds what was returned to her."""
    page.goto("/home/")
    expect(page.get_by_role("main")).to_contain_text("金融知识进村")
    expect(page.get_by_role("banner")).to_contain_text(school.name)
