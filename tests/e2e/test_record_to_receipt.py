"""A liaison goes from what is owed to a receipt, at the desk and on the telephone."""

import pytest
from playwright.sync_api import expect

from assessments.models import Indicator, LedgerEntry
from tests.factories import UnitYearFactory, files

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_from_what_is_owed_to_a_receipt(window, lan, school, year, screen):
    UnitYearFactory(cycle=year, unit=school)
    Indicator.objects.filter(standard=year.standard, code="A1").update(
        recipe={"photos_at_least": 1, "words_at_most": 500, "must_show": ["单位名称"]}
    )
    page = window(lan, **screen)

    page.goto("/home/")
    page.locator("a.row", has_text="A1").first.click()
    page.fill("#id_title", "清扫老街")
    page.locator("main form button.btn--brand").click()
    page.fill("#id_held_on", "2026-06-01")
    page.fill("#id_place", "老街")
    page.fill("#id_text", "三十人参加，清运垃圾四车。")
    photo = {"name": "签到.jpg", "mimeType": "image/jpeg", "buffer": files.jpg()}
    page.set_input_files("[data-pick] >> nth=0", [photo])
    with page.expect_response("**/describe/"):
        page.locator(".caption input[name=caption]").fill("签到处")
    asked = page.locator("#recipes")
    expect(asked.locator(".ask--met")).to_have_count(2, timeout=10_000)
    asked.locator("input[type=checkbox]").check()
    expect(asked.locator(".ask--met")).to_have_count(3)
    expect(page.locator("[data-saved]")).to_contain_text("已保存", timeout=10_000)
    page.locator("button[name=check]").click()
    page.locator("input[name=true]").check()
    page.locator("main form button.btn--brand").click()

    expect(page.locator("main")).to_contain_text("XX-2026-0001")
    entry = LedgerEntry.objects.get()
    assert (entry.status, entry.text) == ("submitted", "三十人参加，清运垃圾四车。")
    assert [file.caption for file in entry.files.all()] == ["签到处"]
    assert entry.claims.get().declared == ["单位名称"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
