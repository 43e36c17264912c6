"""Lan asks on the telephone, the director answers and publishes, Mei of another unit reads it."""

import pytest
from playwright.sync_api import expect

from assessments.models import Question
from tests.factories import UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_one_unit_asks_and_every_unit_reads_the_answer(window, year, school, bank, lan, mei, ou):
    for unit in (school, bank):
        UnitYearFactory(cycle=year, unit=unit)
    phone, desk = window(lan, **PHONE), window(ou)
    phone.goto("/questions/new/")
    phone.select_option("#id_indicator", index=1)
    phone.fill("#id_text", "联合开展的算不算？")
    phone.locator("main form button.btn--brand").click()
    asked = Question.objects.get()

    desk.goto("/questions/")
    desk.locator("main td a").first.click()
    with desk.expect_response(f"**/questions/{asked.pk}/seen/"):
        desk.reload()
    desk.fill(f"#q{asked.pk}_text", "可以计入。")
    desk.locator("article form button.btn--brand").click()
    desk.locator("a[href$='/publish/']").click()
    desk.fill("#id_question", "联合开展的活动可以计入吗？")
    desk.locator("main form button.btn--brand").first.click()
    expect(desk.locator("#messages")).to_be_visible()

    phone.reload()
    expect(phone.get_by_role("main")).to_contain_text("欧阳明")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    other = window(mei, **PHONE)
    other.goto("/faq/?q=计入")
    expect(other.get_by_role("main")).to_contain_text("可以计入。")
    assert school.name not in other.content()
