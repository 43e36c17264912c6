"""Finding a unit from whatever page one is on."""

import pytest
from django.urls import reverse

from tests.factories import CaseOfficerFactory, UnitFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_unit_is_found_by_its_initials_and_opened_without_a_mouse(window):
    unit = UnitFactory(name="云泽县教育局")
    page = window(CaseOfficerFactory())
    page.goto(reverse("assessments:home"))

    page.keyboard.press("/")
    page.keyboard.type("jyj")
    page.locator("#suggest a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{unit.get_absolute_url()}")


def test_escape_and_going_elsewhere_put_the_suggestions_away(window):
    UnitFactory(name="云泽县教育局")
    page = window(CaseOfficerFactory())
    page.goto(reverse("assessments:home"))
    page.keyboard.press("Control+k")
    page.keyboard.type("教育")
    suggestions = page.locator("#suggest")
    suggestions.locator("a").first.wait_for()

    page.locator("h1").click()
    assert not suggestions.is_visible()
    page.keyboard.press("Control+k")
    assert suggestions.is_visible()
    page.keyboard.press("Escape")

    assert not suggestions.is_visible()


def test_on_a_telephone_and_without_a_script_the_page_finds_as_well(window):
    UnitFactory(name="云泽县教育局")
    page = window(CaseOfficerFactory(), viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto(reverse("assessments:home"))

    page.locator(".top a[href='/search/']").click()
    page.locator("[name=q]").fill("教育")
    page.locator("[name=q]").press("Enter")

    assert page.locator(".hits a").inner_text().startswith("云泽县教育局")
