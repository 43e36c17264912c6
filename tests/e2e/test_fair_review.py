"""Who decides and who keeps away: dealing out the review, a conflict of interest, the department above,
and the x-ray before scores are frozen."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assessments.models import Assignment, ConflictOverride, LedgerEntry, PreReview
from civportal.lib.clock import today
from tests.factories import ClaimFactory, EntryFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 800}


@pytest.fixture
def entries(year, school, bank, lan, mei):
    """A record of Lan's school and one of Mei's bank, each without a file, handed in and waiting."""
    made = []
    for unit, who, title in ((school, lan, "敬老院志愿服务"), (bank, mei, "文明窗口评比")):
        UnitYearFactory(cycle=year, unit=unit)
        entry = EntryFactory(cycle=year, unit=unit, created_by=who, title=title, submitted=True)
        ClaimFactory(entry=entry)
        made.append(entry)
    return made


def submit(page, within="main"):
    """Press the one coloured button of the page."""
    page.locator(f"{within} button.btn--brand").click()


def queue_of(page):
    page.goto("/review/")
    return page.locator("#results tbody tr")


def test_the_review_is_dealt_out_and_a_conflict_needs_a_second_person(window, entries, rui, ou):
    of_the_school = entries[0]
    desk = window(rui)
    declare(desk, of_the_school.unit)
    expect(queue_of(desk)).to_have_count(1)

    chief = window(ou)
    deal_out(chief)
    assert not Assignment.objects.filter(unit=of_the_school.unit, reviewer=rui).exists()

    ask_for_an_exception(desk, of_the_school)
    approve(chief, ConflictOverride.objects.get())
    desk.goto(f"/review/{of_the_school.pk}/")
    desk.locator("#notes summary").click()
    expect(desk.locator("#notes textarea")).to_be_visible()
    desk.locator("[name^=points_]").fill("3")
    submit(desk, "#accept-form")
    expect(desk).not_to_have_url(re.compile(f"/review/{of_the_school.pk}/"))
    of_the_school.refresh_from_db()
    assert of_the_school.status == "accepted"


def declare(page, unit):
    """From the person's own page of what one keeps away from."""
    page.goto("/conflicts/")
    page.locator("main a[href$='/conflicts/declare/']").first.click()
    page.locator("[name=unit]").fill(unit.name)
    page.locator("[name=ground][value=family]").check()
    page.locator("[name=note]").fill("近亲属在该单位工作")
    submit(page)
    expect(page.locator("main")).to_contain_text(unit.name)


def deal_out(page):
    """A proposal is looked at, then locked; nothing is written before."""
    page.goto("/assignments/")
    page.locator("main a[href$='/propose/']").first.click()
    page.locator("main form[method=get] button").click()
    expect(page.locator("main tbody")).to_have_count(2)
    assert not Assignment.objects.exists()
    page.locator("form[action$='/assignments/apply/'] button").click()
    expect(page).to_have_url(re.compile("/assignments/$"))
    assert Assignment.objects.count() == 2


def ask_for_an_exception(page, entry):
    page.goto(f"/review/{entry.pk}/")
    page.locator("a[href*='/conflicts/exceptions/ask/']").click()
    page.locator("[name=reason]").fill("其他审核人员均外出，年底前须办结")
    page.locator("[name=until]").fill(today().isoformat())
    submit(page)
    expect(page).to_have_url(re.compile("/conflicts/"))


def approve(page, override):
    """The director finds it on the page of recusals and decides as the second person."""
    page.goto("/conflicts/")
    page.locator(f"a[href$='/conflicts/exceptions/{override.pk}/']").first.click()
    page.on("dialog", lambda dialog: dialog.accept())
    submit(page)
    expect(page.locator("main form[action$='/end/']")).to_be_visible()


def test_the_department_above_has_its_word_on_the_phone(window, year, lan, guan, ou, school):
    UnitYearFactory(cycle=year, unit=school)
    until = today() + timedelta(days=5)
    said = {"cycle": year, "unit": school, "created_by": lan, "submitted": True, "pre_review_until": until}
    waiting = [EntryFactory(**said, title=title) for title in ("甲", "乙")]
    for entry in waiting:
        ClaimFactory(entry=entry)
    page = window(guan, viewport=PHONE)

    page.goto("/home/")
    page.locator("main a[href='/pre-review/']").first.click()
    page.locator(f"a[href='/pre-review/{waiting[0].pk}/']").first.click()
    submit(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("乙")
    page.locator("details:has(form[action$='/decline/']) summary").click()
    page.locator("form[action$='/decline/'] textarea").fill("活动未开展")
    page.locator("form[action$='/decline/'] button").click()
    expect(page).to_have_url(re.compile("/pre-review/$"))

    desk = window(ou)
    expect(queue_of(desk)).to_have_count(2)
    desk.goto(f"/review/{waiting[1].pk}/")
    expect(desk.locator("main")).to_contain_text("活动未开展")
    assert set(PreReview.objects.values_list("verdict", flat=True)) == {"approved", "declined"}


def test_what_the_x_ray_finds_is_returned_at_one_go(window, entries, ou, lan):
    page = window(ou)
    page.goto("/home/")
    page.locator("a[href='/x-ray/']").first.click()
    page.locator("#entry_without_proof a[href*='/return/']").click()
    expect(page.locator("main ul.rows").first.locator("li")).to_have_count(2)
    page.locator("main button.btn--bad").click()
    # Where it is told, and can be undone.
    expect(page).to_have_url(re.compile("/review/bulk/"))
    assert set(LedgerEntry.objects.values_list("status", flat=True)) == {"returned"}

    unit = window(lan, viewport=PHONE)
    unit.goto("/home/")
    expect(unit.locator("main")).to_contain_text("敬老院志愿服务")
