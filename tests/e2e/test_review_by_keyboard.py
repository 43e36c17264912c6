"""Twenty records reviewed without a mouse: from the first page to the empty queue."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Claim, LedgerEntry, Review
from tests.factories import ClaimFactory, EntryFactory, IndicatorFactory, UnitFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RETURNED, SKIPPED = (3, 11), 7


@pytest.fixture
def entries(year, lan):
    """Twenty records of as many units, in the order of the queue; every fifth claims two indicators."""
    first = year.standard.indicators.proved_by_ledger().get()
    second = IndicatorFactory(standard=year.standard, parent=first.parent, sort_order=9)
    made = []
    for number in range(20):
        unit = UnitFactory(name=f"云泽县第{number + 1}中学")
        UnitYearFactory(cycle=year, unit=unit)
        said = {"cycle": year, "unit": unit, "created_by": lan, "title": f"第{number + 1}项活动"}
        entry = EntryFactory(**said, submitted=True)
        ClaimFactory(entry=entry, indicator=first)
        if number % 5 == 0:
            ClaimFactory(entry=entry, indicator=second)
        made.append(entry)
    return made


@pytest.fixture
def page(window, rui):
    """Rui's window; only its keyboard is used."""
    return window(rui, viewport={"width": 1280, "height": 900})


def test_twenty_records_are_reviewed_by_keyboard_alone(page, entries):
    open_the_queue(page)
    look_at_the_help(page)
    open_the_first(page)
    for number in range(SKIPPED):
        decide(page, entries, number)
    skip(page, entries, SKIPPED)
    for number in (*range(SKIPPED + 1, 20), SKIPPED):
        decide(page, entries, number)

    expect(page).to_have_url(re.compile("/review/$"))
    expect(page.locator("#results .empty")).to_be_visible()
    assert not LedgerEntry.objects.awaiting_review().exists()
    assert Review.objects.order_by("pk").last().entry == entries[SKIPPED]
    returned = set(Review.objects.filter(verdict="returned").values_list("entry", flat=True))
    assert returned == {entries[number].pk for number in RETURNED}
    assert Review.objects.count() == 20


def test_what_the_digits_give(page, entries):
    page.goto(f"/review/{entries[0].pk}/")
    at(page, entries[0])
    first, second = Claim.objects.filter(entry=entries[0])

    page.keyboard.press("0")
    page.keyboard.press("3")
    page.keyboard.press("a")
    at(page, entries[1])

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.points, second.points) == (0, second.indicator.maximum)


def test_a_button_shows_points_only_and_tells_its_key_apart(page, entries):
    page.goto(f"/review/{entries[0].pk}/")
    at(page, entries[0])
    half = page.locator("[data-claim] [data-fill]").nth(1)

    expect(half).to_have_text(re.compile(r"^[\d.]+ 分$"))
    assert half.get_attribute("aria-keyshortcuts") == "2"
    expect(page.locator("#accept-form p[data-key-hint]")).to_be_visible()


def test_keys_are_letters_again_while_one_writes(page, entries):
    page.goto(f"/review/{entries[0].pk}/")
    at(page, entries[0])
    page.keyboard.press("n")
    page.keyboard.type("ajrk3?")

    expect(page.locator("#accept-form [name=note]")).to_have_value("ajrk3?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(page.locator("[name^=points_]").first).not_to_have_value("")
    assert not Review.objects.exists()


def test_what_an_input_method_composes_is_no_key(page, entries):
    page.goto(f"/review/{entries[0].pk}/")
    at(page, entries[0])
    page.evaluate(
        """document.body.dispatchEvent(
             new KeyboardEvent("keydown", { key: "j", bubbles: true, isComposing: true }))"""
    )

    expect(page).to_have_url(re.compile(f"/review/{entries[0].pk}/$"))


def at(page, entry):
    """The page of the entry stands there, and its keys work."""
    expect(page.get_by_role("heading", level=1)).to_have_text(entry.title)
    expect(page.locator("[data-keys-open]")).to_be_visible()


def open_the_queue(page):
    """From the first page by Tab and Enter."""
    page.goto("/home/")
    tab_to(page, page.locator(".section__head a[href='/review/']"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/review/$"))
    expect(page.locator("[data-keys-open]")).to_be_visible()


def tab_to(page, link):
    for _step in range(60):
        if link.evaluate("link => link === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("cannot be reached by Tab")


def look_at_the_help(page):
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def open_the_first(page):
    """Down two rows and up one."""
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("#results tbody tr a").first).to_be_focused()
    page.keyboard.press("Enter")


def skip(page, entries, number):
    """J leads on, K leads back, and J leads on again."""
    at(page, entries[number])
    for key, place in (("j", number + 1), ("k", number), ("j", number + 1)):
        page.keyboard.press(key)
        at(page, entries[place])


def decide(page, entries, number):
    at(page, entries[number])
    if number in RETURNED:
        page.keyboard.press("r")
        page.keyboard.type("缺签到表，请补上。")
        page.keyboard.press("Control+Enter")
    else:
        page.keyboard.press("3")
        if number % 5 == 0:
            page.keyboard.press("2")
        page.keyboard.press("a")
