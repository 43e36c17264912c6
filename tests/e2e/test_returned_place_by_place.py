"""One photo of a record is returned, replaced on the telephone, and only the change is reviewed.

Rui, the case officer, pins the reason to the photo; Lan, the school's liaison, takes it anew.
"""

import pytest
from playwright.sync_api import expect

from assessments.actions import ledger, reason
from assessments.models import LedgerEntry, ReturnReason
from tests.factories import ClaimFactory, EntryFactory, EvidenceFactory, UnitYearFactory, files

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def entry(year, school, lan, rui):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, title="清扫老街")
    ClaimFactory(entry=entry)
    for position, name in enumerate(["合影.jpg", "签到.jpg"]):
        EvidenceFactory(entry=entry, name=name, position=position)
    reason.add_usual(by=rui)
    return ledger.submit(entry, by=lan)


def test_one_photo_comes_back_and_only_that(window, entry, lan, rui):
    desk, phone = window(rui), window(lan, **PHONE)
    pin_the_photo(desk, entry)
    take_it_anew(phone, entry)
    accept_the_change(desk, entry)


def pin_the_photo(page, entry):
    photo = entry.files.get(name="签到.jpg")
    page.goto(f"/review/{entry.pk}/")
    page.locator(f"[data-pin='file:{photo.pk}']").click()
    expect(page.locator("#id_points-0-place")).to_have_value(f"file:{photo.pk}")
    page.select_option("#id_points-0-reason", label="文件打不开或看不清")
    # A second pin takes the next row.
    page.locator("[data-pin='field:place']").click()
    page.fill("#id_points-1-note", "请写明哪条街")
    page.locator("form[data-points] button.btn--bad").click()

    expect(page.locator("#messages")).to_contain_text("清扫老街")
    assert LedgerEntry.objects.get().returned_count == 1
    assert ReturnReason.objects.with_use().first().title == "文件打不开或看不清"


def take_it_anew(page, entry):
    page.goto("/home/")
    page.locator("a.row", has_text="清扫老街").first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("请重新扫描后上传")
    expect(main).to_contain_text("请写明哪条街")
    expect(page.locator("#id_text")).to_be_disabled()
    expect(page.locator("[data-replaces]")).to_have_count(1)
    page.fill("#id_place", "云泽县老街东段")
    photo = {"name": "重拍.jpg", "mimeType": "image/jpeg", "buffer": files.jpg(888)}
    page.locator("[data-replaces]").set_input_files([photo])
    expect(main).to_contain_text("重拍.jpg")
    expect(page.locator("[data-saved]")).to_contain_text("已保存", timeout=10_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("button[name=check]").click()
    page.locator("input[name=true]").check()
    page.locator("main form button.btn--brand").click()
    expect(page.locator("#messages")).to_contain_text("XX-2026-0001")


def accept_the_change(page, entry):
    page.goto(f"/review/{entry.pk}/")
    changes = page.locator("section", has=page.locator("#difference-title")).last
    expect(changes).to_contain_text("重拍.jpg")
    expect(changes.locator("ins")).to_have_text(["云泽县老街东段"])
    expect(changes.locator(".badge--warn")).to_have_count(0)
    page.locator("input[name^=points_]").fill("4")
    page.locator("#accept-form button.btn--brand").click()

    expect(page.locator(".last-decision")).to_contain_text("清扫老街")
    page.locator(".last-decision button").click()
    expect(page).to_have_url(f"{page.url.split('/review')[0]}/review/{entry.pk}/")
    assert LedgerEntry.objects.get().status == "submitted"
