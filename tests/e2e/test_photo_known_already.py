"""A photo that another unit handed in: the liaison explains on the telephone, the officer decides."""

import os
import re

import pytest
from playwright.sync_api import expect

from assessments.actions import evidence, ledger
from tests.factories import ClaimFactory, EntryFactory, UnitYearFactory, files
from tests.likeness import writings
from tests.likeness.photos import photo

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TEXT = writings.text_of(writings.report("bank", "cleaning", 1))


@pytest.fixture
def entry(school, bank, lan, mei, year):
    """Lan's draft, and what Mei handed in before: the whole photo, and the text with a sentence more."""
    for unit in (school, bank):
        UnitYearFactory(cycle=year, unit=unit)
    theirs = EntryFactory(
        unit=bank, cycle=year, created_by=mei, title="银行职工清洁老街", text=f"{TEXT}银行也来了。"
    )
    ClaimFactory(entry=theirs)
    evidence.add(theirs, files.upload("银行原图.jpg", photo()), by=mei)
    ledger.submit(theirs, by=mei)
    entry = EntryFactory(unit=school, cycle=year, created_by=lan, title="清洁家园", text=TEXT)
    ClaimFactory(entry=entry)
    ledger.likeness.mark_text(entry)
    return entry


def test_what_is_known_already_shows_itself_right_after_the_upload(window, entry, lan):
    page = window(lan)
    page.goto(f"/ledger/{entry.pk}/edit/")
    note = page.locator("#likeness input[name=note]").first
    note.fill("两单位联合开展")

    page.set_input_files(
        "[data-pick] >> nth=0", {"name": "合影.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )

    expect(page.locator("#likeness article", has_text="合影.jpg")).to_be_visible(timeout=20_000)
    kept = page.locator("#likeness input[name=note]").evaluate_all("fields => fields.map((one) => one.value)")
    assert "两单位联合开展" in kept


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_known_already_is_explained_and_decided_by_people(window, entry, lan, rui, scripts):
    phone = window(lan, viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    phone.goto(f"/ledger/{entry.pk}/edit/")
    phone.set_input_files(
        "input[name=files] >> nth=0",
        {"name": "合影.jpg", "mimeType": "image/jpeg", "buffer": photo(change="20 % cut away")},
    )
    if not scripts:
        phone.locator("[data-needs-no-script] button").click()
    expect(phone.locator("#evidence-files .shot")).to_have_count(1)
    phone.goto(f"/ledger/{entry.pk}/submit/")
    box = phone.locator("#likeness")
    expect(box).to_contain_text("合影.jpg")
    expect(box).not_to_contain_text("银行")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390 if scripts else True
    picture(phone, f"phone-{scripts}")

    about_photo = box.locator("article", has_text="合影.jpg")
    about_photo.locator("input[name=note]").fill("两单位联合开展")
    about_photo.locator("button").click()
    expect(phone.locator("#likeness")).to_contain_text("两单位联合开展")
    phone.check("input[name=true]")
    phone.locator("main form:has(input[name=true]) button").click()
    phone.wait_for_load_state()

    desk = window(rui, viewport={"width": 1280, "height": 900}, java_script_enabled=scripts)
    desk.goto(f"/review/{entry.pk}/")
    about_photo = desk.locator("#likeness article", has_text="合影.jpg")
    expect(about_photo).to_contain_text("银行职工清洁老街")
    expect(about_photo).to_contain_text("两单位联合开展")
    expect(about_photo.locator("img")).to_have_count(2)
    desk.locator("#likeness summary").click()
    picture(desk, f"desk-{scripts}")
    desk.locator("[name^=points_]").fill("3")
    about_photo.locator("input[name=note]").fill("请换成本单位的照片")
    about_photo.locator("button[value=not_acceptable]").click()

    expect(desk.locator("#likeness article .badge--bad")).to_have_count(1)
    expect(desk).to_have_url(re.compile(f"/review/{entry.pk}/(#likeness)?$"))
    if scripts:
        expect(desk.locator("[name^=points_]")).to_have_value("3")
        expect(desk.locator("[name=back-note]")).to_have_value(re.compile("合影.jpg"))


def picture(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
