"""A department says its word on four records without a mouse."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assessments.models import LedgerEntry, PreReview, ReturnReason
from tests.factories import ClaimFactory, EntryFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(year, school, lan, guan):
    """Four records of Lan's that wait for Guan's department, oldest first."""
    UnitYearFactory(cycle=year, unit=school)
    week = localdate() + timedelta(days=7)
    entries = [
        EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True, pre_review_until=week)
        for _ in range(4)
    ]
    for entry in entries:
        ClaimFactory(entry=entry)
    return entries


@pytest.fixture
def page(window, guan):
    return window(guan, viewport={"width": 1280, "height": 900})


def at(page, entry):
    expect(page).to_have_url(re.compile(f"/pre-review/{entry.pk}/$"))
    expect(page.locator("[data-keys-open]")).to_be_visible()


def test_four_records_are_judged_by_keyboard_alone(page, waiting):
    first, second, third, fourth = waiting
    usual = ReturnReason.objects.create(title="缺照片", text="请补传现场照片。")
    page.goto("/pre-review/")
    expect(page.locator("[data-keys-rows]")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    at(page, first)
    page.keyboard.press("j")
    at(page, second)
    page.keyboard.press("k")
    at(page, first)
    page.keyboard.press("a")
    at(page, second)
    return_one(page, "照片看不清。")
    at(page, third)
    page.keyboard.press("a")
    at(page, fourth)
    page.locator('[data-pin="field:place"]').click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url(re.compile("/pre-review/$"))
    said = PreReview.objects.order_by("entry_id").values_list("verdict", flat=True)
    assert list(said) == ["approved", "returned", "approved", "returned"]
    point = LedgerEntry.objects.get(pk=fourth.pk).reviews.get().points.get()
    assert (point.field, point.reason) == ("place", usual)


def return_one(page, words):
    """R opens the form of the return; Ctrl+Enter sends it."""
    page.keyboard.press("r")
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
