"""A liaison sends evidence: several files at once, a refused one among them, on a line that breaks."""

import re

import pytest
from django.utils.timezone import localtime
from playwright.sync_api import expect

from assessments.models import EvidenceFile
from tests.factories import EntryFactory, UnitYearFactory, files

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def entry(school, year):
    UnitYearFactory(cycle=year, unit=school)
    return EntryFactory(unit=school, cycle=year)


@pytest.fixture
def page(window, lan):
    """Lan's browser, signed in."""
    return window(lan)


def sent(name, content):
    return {"name": name, "mimeType": "image/jpeg" if name.endswith("jpg") else "", "buffer": content}


def choose(page, *uploads):
    page.set_input_files("[data-pick] >> nth=0", list(uploads))


def names():
    return set(EvidenceFile.objects.values_list("name", flat=True))


def test_the_good_files_arrive_and_the_bad_one_says_why(page, entry):
    page.goto(f"/ledger/{entry.pk}/edit/")

    choose(page, sent("好.jpg", files.jpg()), sent("坏.pdf", b"rubbish"), sent("也好.pdf", files.pdf()))

    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator(".attachment")).to_have_count(1)
    expect(page.locator("[data-queue] li")).to_have_count(1)
    expect(page.locator("[data-queue]")).to_contain_text("PNG")
    assert names() == {"好.jpg", "也好.pdf"}


def test_the_open_form_can_be_saved_after_an_upload(page, entry):
    page.goto(f"/ledger/{entry.pk}/edit/")
    page.fill("input[name=title]", "改过的标题")

    choose(page, sent("好.jpg", files.jpg()))
    expect(page.locator(".shot")).to_have_count(1)
    page.locator("button[form=entry-form]").last.click()
    page.wait_for_load_state()

    entry.refresh_from_db()
    assert entry.title == "改过的标题"


def test_a_broken_line_loses_nothing(page, entry):
    page.goto(f"/ledger/{entry.pk}/edit/")

    page.context.set_offline(True)
    choose(page, sent("好.jpg", files.jpg()))
    expect(page.locator("[data-queue] [data-retry]")).to_be_visible()
    page.context.set_offline(False)
    if page.locator("[data-retry]:visible").count():
        page.locator("[data-queue] [data-retry]").click()

    expect(page.locator(".shot")).to_have_count(1)
    assert names() == {"好.jpg"}


def test_a_large_photo_is_made_smaller_and_its_time_and_place_go_apart(page, entry):
    page.goto(f"/ledger/{entry.pk}/edit/")
    large = files.large_photo_lying_on_its_side()

    choose(page, sent("大.jpg", large))
    expect(page.locator(".shot")).to_have_count(1, timeout=15_000)

    file = EvidenceFile.objects.get()
    image = files.opened(file)
    assert len(large) > 2 * 2**20 > file.size
    assert image.size == (1500, 2000)
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info
    assert f"{localtime(file.taken_at):%Y-%m-%d %H:%M}" == "2026-06-01 09:00"
    assert file.place == "36.50500, 118.26000"


def test_without_scripts_the_form_uploads_the_plain_way(window, lan, entry):
    page = window(lan, java_script_enabled=False)
    page.goto(f"/ledger/{entry.pk}/edit/")

    choose(page, sent("好.jpg", files.jpg()), sent("坏.pdf", b"rubbish"))
    page.click("[data-needs-no-script] button")

    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator("#messages")).to_contain_text("坏.pdf")


def test_saving_waits_for_the_files_on_their_way(page, entry):
    page.goto(f"/ledger/{entry.pk}/edit/")
    page.fill("input[name=title]", "改过的标题")

    choose(page, *(sent(f"照片{n}.jpg", files.jpg(width=40 + n)) for n in range(4)))
    page.locator("button[form=entry-form]").last.click()
    expect(page.locator("#messages")).to_contain_text("已保存")

    entry.refresh_from_db()
    assert entry.title == "改过的标题"
    assert entry.files.count() == 4


def test_what_is_picked_and_typed_before_the_scripts_arrive_is_not_lost(page, entry):
    held = []
    for script in ("upload", "autosave"):
        page.route(re.compile(rf"/js/{script}[^/]*\.js"), lambda route: held.append(route))
    page.goto(f"/ledger/{entry.pk}/edit/", wait_until="commit")
    page.fill("input[name=title]", "早写的标题")
    choose(page, sent("早选.jpg", files.jpg()))
    assert held

    for route in held:
        route.continue_()

    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator("[data-saved]").first).to_contain_text("已保存")
    entry.refresh_from_db()
    assert entry.title == "早写的标题"
