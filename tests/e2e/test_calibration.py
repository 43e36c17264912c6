"""Three records are marked by two reviewers, each alone; the director compares and writes the line.

Ou, the director, opens the round; Rui and Wen mark it, Rui by keyboard; the line then stands beside the
indicator where Rui reviews.
"""

import pytest
from playwright.sync_api import expect

from assessments.models import CalibrationItem, CalibrationMark, CalibrationRound, Claim
from tests.factories import CaseOfficerFactory, ClaimFactory, EntryFactory, UnitFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LINE = "有签到表才给满分"


@pytest.fixture
def records(year, lan):
    made = []
    for number in range(3):
        unit = UnitFactory(name=f"云泽县第{number + 1}中学")
        UnitYearFactory(cycle=year, unit=unit)
        entry = EntryFactory(cycle=year, unit=unit, created_by=lan, submitted=True, title=f"活动{number + 1}")
        made.append(ClaimFactory(entry=entry).entry)
    return made


def test_a_round_from_the_draw_to_the_line(window, records, ou, rui):
    wen = CaseOfficerFactory(username="wen", name="温和")
    desk = window(ou)
    desk.on("dialog", lambda dialog: dialog.accept())

    open_a_round(desk, without=ou)
    mark_by_keyboard(window(rui), "2")
    mark_by_mouse(window(wen), "4")
    compare_and_agree(desk)

    expect_the_line(window(rui), records[0])
    assert not Claim.objects.filter(points__isnull=False).exists()


def open_a_round(page, *, without):
    page.goto("/review/agreement/")
    page.locator("main a[href='/review/calibration/']").click()
    page.locator("main a[href='/review/calibration/new/']").first.click()
    page.fill("#id_size", "3")
    page.locator(f"input[name=reviewers][value='{without.pk}']").uncheck()
    page.locator("main form button.btn--brand").click()
    # The sample is looked at, and only then fixed.
    expect(page.locator("main")).to_contain_text("活动1")
    assert CalibrationRound.objects.get().is_draft
    page.locator("form[action$='/open/'] button").click()
    expect(page.locator("form[action$='/close/']")).to_be_visible()


def mark_by_keyboard(page, digit):
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/home/")
    page.locator("main .said a").click()
    page.locator("main .head__actions a.btn--brand").click()
    for _ in range(3):
        # The keys are told once they work.
        expect(page.locator("[data-key-accept] [data-key-hint]")).to_be_visible()
        page.keyboard.press(digit)
        with page.expect_navigation():
            page.keyboard.press("a")
    page.locator("form[action$='/finish/'] button").click()
    expect(page.locator("form[action$='/finish/']")).to_have_count(0)


def mark_by_mouse(page, points):
    page.on("dialog", lambda dialog: dialog.accept())
    for item in CalibrationItem.objects.all():
        page.goto(item.get_absolute_url())
        page.locator("[name^=points_]").fill(points)
        with page.expect_navigation():
            page.locator("#accept-form button[data-key-accept]").click()
    page.locator("form[action$='/finish/'] button").click()
    expect(page.locator("form[action$='/finish/']")).to_have_count(0)
    assert CalibrationMark.objects.count() == 6


def compare_and_agree(page):
    page.reload()
    expect(page.locator(".stats")).to_contain_text("50")
    page.locator("form[action$='/close/'] button").click()
    expect(page.locator("form[action$='/close/']")).to_have_count(0)
    page.locator("tbody a[href*='/calibration/items/']").first.click()
    page.locator("#id_line-line").fill(LINE)
    page.locator("form[action$='/line/'] button").click()
    expect(page.locator("#messages")).not_to_be_empty()
    assert CalibrationItem.objects.filter(line=LINE).exists()


def expect_the_line(page, entry):
    page.goto(f"/review/{entry.pk}/")
    expect(page.locator("[data-claim]")).to_contain_text(LINE)
