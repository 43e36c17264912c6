"""The wall chart in the browser: weak units are put on it, printed on one page of A3, and brought forward."""

import base64
from datetime import timedelta

import pypdfium2
import pytest
from playwright.sync_api import expect

from assessments.actions import cycle as cycles
from assessments.models import ChartedUnit, Duty
from civportal.lib.clock import today
from tests.factories import ChartedUnitFactory, ChartItemFactory, DutyFactory, UnitFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

A3 = (420, 297)
POINTS_PER_MM = 72 / 25.4
THINGS = ["窗口设施修好并可用", "服务承诺上墙并公开电话", "补齐上半年台账", "班子专题研究创建工作一次"]
DAYS = [-40, -12, -3, 0, 2, 5, 8, 14, 21, 30, 45, 60]


@pytest.fixture
def weak(year, school, bank, ou):
    """Lan's school and Mei's bank have no annual plan, and its day is over."""
    cycles.enrol_missing(year, by=ou)
    past = {"opens_on": today() - timedelta(days=90), "due_on": today() - timedelta(days=45)}
    Duty.objects.filter(cycle=year).update(**past, closes_on=today() - timedelta(days=30))
    return year


def test_two_weak_units_are_brought_forward_on_the_chart(window, weak, school, bank, rui, lan):
    office = window(rui)
    list_both(office, school, bank)
    add_an_item(office, school)
    assert pages_of(office) == [A3]
    close_it(office, school)
    look_on(window(lan), school)


def list_both(page, school, bank):
    page.goto("/wall-chart/")
    expect(page.get_by_role("main")).to_contain_text("尚无单位列入挂图")
    page.get_by_role("link", name="查看薄弱单位").click()
    expect(page.get_by_role("main")).to_contain_text("没有年度规划")
    for unit in (school, bank):
        page.get_by_role("checkbox", name=unit.name).check()
    page.get_by_role("button", name="将勾选单位列入挂图").click()
    expect(page.locator("#messages")).to_contain_text("2 个单位已列入挂图")
    assert ChartedUnit.objects.listed().count() == 2


def add_an_item(page, school):
    page.get_by_role("link", name=f"{school.name} 的挂图").click()
    page.get_by_role("link", name="新增事项").click()
    page.get_by_label("事项").fill("办事大厅坡道能用")
    page.get_by_label("责任人").fill("王强")
    page.get_by_label("督查人").fill("王强")
    page.get_by_role("button", name="列入挂图").click()
    expect(page.get_by_role("main")).to_contain_text("督查人")

    page.get_by_label("督查人").fill("李敏")
    page.get_by_role("button", name="列入挂图").click()
    expect(page.locator("#messages")).to_contain_text("事项已列入挂图")
    expect(page.get_by_role("row", name="办事大厅坡道能用")).to_contain_text("在办")


def close_it(page, school):
    page.goto(ChartedUnit.objects.get(unit=school).get_absolute_url())
    page.get_by_role("row", name="办事大厅坡道能用").get_by_role("link", name="销号…").click()
    page.get_by_label("达到的效果").fill("坡道已修好，轮椅可自行通过。")
    page.get_by_role("button", name="确认销号").click()
    expect(page.get_by_role("row", name="办事大厅坡道能用")).to_contain_text("轮椅可自行通过")


def look_on(page, school):
    """The unit reads its own row and can close nothing."""
    page.goto(ChartedUnit.objects.get(unit=school).get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("办事大厅坡道能用")
    expect(page.get_by_role("link", name="销号…")).to_have_count(0)
    page.goto("/wall-chart/")
    expect(page.locator("details.fold")).to_have_count(1)


@pytest.mark.parametrize("count", [1, 12, 30, 45])
def test_however_many_units_it_is_one_page_of_a3(window, year, rui, count):
    for number in range(count):
        chart_a_unit(year, number)

    page = window(rui)

    assert pages_of(page) == [A3]
    said = page.locator("svg.chart").text_content()
    assert ("未能印入本页" in said) is (count > 40)


def chart_a_unit(year, number):
    """A unit with four items at different days, and two things that it owes anyway."""
    unit = UnitFactory(name=f"云泽县第{number + 1}号单位", sort_order=number)
    UnitYearFactory(cycle=year, unit=unit)
    reasons = ["没有年度规划：应于2月28日前报送，已逾期268天。", "最近60天没有报送台账。"]
    charted = ChartedUnitFactory(cycle=year, unit=unit, reasons=reasons)
    for place, what in enumerate(THINGS):
        due_on = today() + timedelta(days=DAYS[(number + place * 5) % len(DAYS)])
        ChartItemFactory(charted=charted, what=what, due_on=due_on, closed=(number + place) % 9 == 0)
    DutyFactory(cycle=year, unit=unit, due_on=today() - timedelta(days=3 + number))
    coming = today() + timedelta(days=number % 30)
    DutyFactory(cycle=year, unit=unit, kind=Duty.Kind.DEPLOYMENT, due_on=coming)


def pages_of(page):
    """The sizes in mm of the pages that the browser prints."""
    page.goto("/wall-chart/print/")
    printer = page.context.new_cdp_session(page)
    answer = printer.send("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})
    content = base64.b64decode(answer["data"])
    document = pypdfium2.PdfDocument(content)
    return [
        tuple(round(side / POINTS_PER_MM) for side in document[n].get_size()) for n in range(len(document))
    ]
