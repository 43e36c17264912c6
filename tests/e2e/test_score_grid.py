"""A group's values for many units by the keyboard alone, beside a colleague at the same cell."""

import pytest
from playwright.sync_api import expect

from assessments.actions import score
from assessments.models import ScoreLine, ScoreSheet
from tests.factories import UnitFactory, UnitYearFactory
from units.models import TrailEvent

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LONG = "云泽县人民政府驻外联络与经济技术协作服务中心（原招商引资办公室）"


@pytest.fixture
def sheets(year):
    for order, name in enumerate([LONG, "县教育局", "县水利局"], 1):
        UnitYearFactory(cycle=year, unit=UnitFactory(name=name, sort_order=order))
    score.open_sheets(year)
    return list(ScoreSheet.objects.order_by("unit_year__unit__sort_order"))


def cell(page, sheet, item):
    return page.locator(f"[name=cell-{sheet.pk}-{item.pk}]")


def saved(page, sheet, item):
    return expect(page.locator("td.is-saved").filter(has=cell(page, sheet, item))).to_be_visible()


def values():
    return {
        (line.sheet_id, line.indicator.code): (line.value, line.basis) for line in ScoreLine.objects.all()
    }


def test_values_are_typed_like_in_a_spreadsheet_and_a_colleague_is_not_overwritten(
    window, rui, ou, year, sheets
):
    one, other = year.standard.indicators.filter(code__in=["A2", "A3"]).order_by("code")
    page = window(rui)
    page.goto("/scores/grid/")
    page.fill(f"[name=basis-{one.pk}]", "十月检查")
    page.fill(f"[name=basis-{other.pk}]", "问卷")
    keys = page.keyboard

    cell(page, sheets[0], one).focus()
    keys.type("3.5")
    keys.press("Enter")
    keys.type("２")
    keys.press("ArrowRight")
    keys.type("9")
    keys.press("ArrowDown")
    saved(page, sheets[0], one)
    saved(page, sheets[1], one)
    expect(cell(page, sheets[1], other)).to_have_attribute("aria-invalid", "true")

    score.set_value(sheets[2], other, 1, "抽查", by=ou)
    keys.type("2")
    keys.press("ArrowLeft")
    clash = page.get_by_role("alert").filter(has_text=ou.name)
    expect(clash).to_be_visible()
    assert values()[sheets[2].pk, "A3"] == (1, "抽查")
    clash.locator("[data-mine]").press("Enter")
    saved(page, sheets[2], other)

    cell(page, sheets[1], one).focus()
    keys.press("Delete")
    keys.press("Enter")
    expect(cell(page, sheets[1], one)).to_have_value("")
    keys.press("Control+z")
    expect(cell(page, sheets[1], one)).to_have_value("2")
    saved(page, sheets[1], one)

    assert values() == {
        (sheets[0].pk, "A2"): (3.5, "十月检查"),
        (sheets[1].pk, "A2"): (2, "十月检查"),
        (sheets[2].pk, "A3"): (2, "问卷"),
    }
    assert TrailEvent.objects.about(sheets[1]).count() == 3


def test_a_pasted_block_is_shown_before_it_is_written(window, rui, year, sheets):
    item = year.standard.indicators.get(code="A2")
    page = window(rui)
    page.goto("/scores/grid/")
    page.fill(f"[name=basis-{item.pk}]", "十月检查")

    cell(page, sheets[0], item).focus()
    page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "3\\r\\n2.5\\r\\n9\\r\\n");
          const about = { clipboardData, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", about));
        }"""
    )
    page.wait_for_url("**/values/preview/**")
    assert not ScoreLine.objects.exists()
    page.locator("form[action$='/values/apply/'] button").click()
    page.wait_for_url("**/scores/grid/**")

    assert values() == {(sheets[0].pk, "A2"): (3, "十月检查"), (sheets[1].pk, "A2"): (2.5, "十月检查")}

    page.locator("form[action$='/values/undo/'] button").click()
    expect(page.locator("form[action$='/values/undo/']")).to_have_count(0)
    assert values() == {}


def test_a_dozen_units_stand_below_the_tools_and_keep_their_headings(window, rui, year):
    for order in range(40):
        UnitYearFactory(cycle=year, unit=UnitFactory(name=f"县第{order}局", sort_order=order))
    score.open_sheets(year)
    page = window(rui, viewport={"width": 1280, "height": 900})
    page.goto("/scores/grid/")
    page.locator(".cells__value").first.click()

    box = page.locator(".cells-box").bounding_box()
    ends = [row.bounding_box() for row in page.locator(".cells tbody tr").all()]
    assert sum(row["y"] + row["height"] <= min(box["y"] + box["height"], 900) for row in ends) >= 12

    page.locator(".cells-box").evaluate("box => { box.scrollTop = 200; box.scrollLeft = 40; }")
    assert abs(page.locator(".cells thead th").first.bounding_box()["y"] - box["y"]) <= 2
    assert abs(page.locator(".cells tbody th").first.bounding_box()["x"] - box["x"]) <= 2


def test_on_a_phone_the_table_scrolls_and_the_page_does_not(window, rui, sheets):
    page = window(rui, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto("/scores/grid/")

    page.locator(".cells-box").evaluate("box => { box.scrollLeft = 300; }")

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    unit = page.locator("tbody th").first.bounding_box()
    assert 0 <= unit["x"] < 40
    assert unit["width"] <= 140


def test_an_answer_that_breaks_off_keeps_no_later_value_from_being_saved(window, rui, year, sheets):
    item = year.standard.indicators.get(code="A2")
    page = window(rui)
    page.goto("/scores/grid/")
    page.fill(f"[name=basis-{item.pk}]", "十月检查")
    half = {"status": 200, "content_type": "application/json", "body": '{"text": "3'}
    page.route("**/keep/", lambda route: route.fulfill(**half), times=1)

    cell(page, sheets[0], item).focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.keyboard.type("2")
    page.keyboard.press("Enter")

    saved(page, sheets[1], item)
    # The first one is sent again by itself.
    expect(page.locator("td.is-saved")).to_have_count(2, timeout=15_000)
    assert {value for value, _basis in values().values()} == {3, 2}


def test_a_value_on_its_way_while_the_filter_finds_nobody_keeps_no_later_one_back(window, rui, year, sheets):
    item = year.standard.indicators.get(code="A2")
    page = window(rui)
    page.goto("/scores/grid/")
    page.fill(f"[name=basis-{item.pk}]", "十月检查")
    on_its_way = []
    page.route("**/keep/", lambda route: on_its_way.append(route), times=1)
    cell(page, sheets[0], item).focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")

    page.fill(".filters [name=q]", "没有这样的单位")
    expect(page.locator("#score-grid")).to_have_count(0)
    with page.expect_response("**/keep/"):
        on_its_way.pop().continue_()
    page.fill(".filters [name=q]", "水利")
    expect(cell(page, sheets[0], item)).to_have_count(0)
    cell(page, sheets[2], item).focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")

    saved(page, sheets[2], item)
    assert {value for value, _basis in values().values()} == {3, 2}
