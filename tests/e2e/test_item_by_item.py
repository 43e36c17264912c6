"""One indicator judged through all units by keyboard, and a review that is still there after a reload."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Claim, DraftMark, LedgerEntry, ReviewDraft
from tests.factories import ClaimFactory, EntryFactory, IndicatorFactory, UnitFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def indicators(year):
    first = year.standard.indicators.proved_by_ledger().get()
    return [first, IndicatorFactory(standard=year.standard, parent=first.parent, sort_order=9)]


@pytest.fixture
def entries(year, lan, indicators):
    made = []
    for number in range(3):
        unit = UnitFactory(name=f"云泽县第{number + 1}中学", sort_order=number)
        UnitYearFactory(cycle=year, unit=unit)
        entry = EntryFactory(cycle=year, unit=unit, created_by=lan, title=f"第{number + 1}项", submitted=True)
        for indicator in indicators:
            ClaimFactory(entry=entry, indicator=indicator)
        made.append(entry)
    return made


@pytest.fixture
def page(window, rui):
    return window(rui, viewport={"width": 1280, "height": 900})


def at(page, entry):
    expect(page.get_by_role("heading", level=1)).to_have_text(entry.title)
    expect(page.locator("[data-keys-open]")).to_be_visible()


def test_two_indicators_are_judged_one_after_the_other_through_all_units(page, entries, indicators):
    for indicator, status in zip(indicators, ("submitted", "accepted"), strict=True):
        page.goto(f"/review/?indicator={indicator.pk}&order=units")
        page.locator("main a.btn--brand").click()
        for entry in entries:
            at(page, entry)
            expect(page.locator("[data-claim]:visible")).to_have_count(1)
            page.keyboard.press("3")
            page.keyboard.press("a")
        page.wait_for_url(re.compile("/review/(items/)?$"))
        assert set(LedgerEntry.objects.values_list("status", flat=True)) == {status}

    assert {claim.points == claim.indicator.maximum for claim in Claim.objects.all()} == {True}
    assert not ReviewDraft.objects.exists()


def test_what_was_typed_is_there_after_a_reload_and_after_a_question(page, entries):
    page.goto(f"/review/{entries[0].pk}/")
    at(page, entries[0])
    page.keyboard.press("2")
    page.locator("#accept-form [name=note]").fill("数据已核对")
    expect(page.locator("[data-kept]")).to_contain_text(":")
    page.reload()
    expect(page.locator("#accept-form [name=note]")).to_have_value("数据已核对")
    expect(page.locator("[name^=points_]").first).not_to_have_value("")

    # Left in the middle of a word: what leaves with the page arrives, too.
    page.locator("#accept-form [name=note]").press("Control+End")
    page.locator("#accept-form [name=note]").press_sequentially("，请留意")
    page.locator("#questions summary").first.click()
    page.locator("a[href^='/questions/new/']").first.click()
    page.wait_for_url(re.compile("/questions/new/"))
    page.goto(f"/review/{entries[0].pk}/")
    expect(page.locator("#accept-form [name=note]")).to_have_value("数据已核对，请留意")
    assert DraftMark.objects.filter(points__isnull=False).count() == 1
