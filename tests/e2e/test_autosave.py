"""A record saves itself: through a lost session, a lost line, and beside a colleague."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.factories import EntryFactory, LiaisonFactory, UnitYearFactory
from units.models import Session, TrailEvent

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def entry(school, year, lan):
    UnitYearFactory(cycle=year, unit=school)
    return EntryFactory(unit=school, cycle=year, created_by=lan, place="", text="")


def edit_page(page, entry):
    page.goto(f"/ledger/{entry.pk}/edit/")
    return page


def saved(page):
    """The time at which the page says that everything is saved."""
    line = page.locator("[data-saved]")
    expect(line).to_contain_text("已保存", timeout=12_000)
    return line.inner_text()


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_what_is_typed_is_saved_without_a_button(window, lan, entry, screen):
    page = edit_page(window(lan, **screen), entry)

    page.fill("#id_place", "老街")
    page.locator("#id_text").press_sequentially("三十人参加")
    page.select_option("#id_kind", "volunteering")

    assert saved(page).count(":") == 2
    entry.refresh_from_db()
    assert (entry.place, entry.text, entry.kind) == ("老街", "三十人参加", "volunteering")
    expect(page.locator("#guide")).to_contain_text("志愿服务")


def test_after_signing_in_again_on_this_device_the_words_are_back(window, lan, entry):
    page = edit_page(window(lan), entry)
    write_signed_out(page)

    sign_in_again(page, lan)
    page.reload()

    assert page.input_value("#id_text") == "三十人参加。"
    saved(page)
    entry.refresh_from_db()
    assert entry.text == "三十人参加。"


def test_signing_in_again_in_another_tab_saves_by_itself(window, lan, entry):
    page = edit_page(window(lan), entry)
    write_signed_out(page)

    sign_in_again(page, lan)

    saved(page)
    entry.refresh_from_db()
    assert entry.text == "三十人参加。"


def write_signed_out(page):
    """The session ends while somebody writes."""
    Session.objects.all().delete()
    page.fill("#id_text", "三十人参加。")
    expect(page.locator("[data-saved]")).to_contain_text("重新登录")


def sign_in_again(page, user):
    client = Client()
    client.force_login(user)
    here = page.url.split("/ledger/")[0]
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": here}
    page.context.add_cookies([session])


def test_a_broken_line_is_told_and_made_good(window, lan, entry):
    page = edit_page(window(lan), entry)

    page.context.set_offline(True)
    page.fill("#id_place", "老街")
    expect(page.locator("[data-saved]")).to_contain_text("网络")
    page.context.set_offline(False)

    saved(page)
    entry.refresh_from_db()
    assert entry.place == "老街"


def test_two_at_one_record_see_each_other_instead_of_losing_work(window, lan, school, entry):
    dan = LiaisonFactory(username="dan", name="单丹", memberships__unit=school)
    lans, dans = edit_page(window(lan), entry), edit_page(window(dan), entry)

    lans.fill("#id_place", "老街")
    saved(lans)
    dans.fill("#id_text", "三十人参加。")
    expect(dans.locator("#id_place")).to_have_value("老街")
    lans.fill("#id_place", "老街东口")
    saved(lans)
    dans.fill("#id_place", "新街")

    clash = dans.locator("[role=alert]", has_text="老街东口")
    expect(clash).to_be_visible()
    clash.locator("[data-mine]").click()
    saved(dans)
    dans.locator("button[form=entry-form][name=check]").click()
    dans.wait_for_url("**/submit/")

    entry.refresh_from_db()
    assert (entry.place, entry.text) == ("新街", "三十人参加。")
    assert {event.by for event in TrailEvent.objects.about(entry)} == {lan, dan}


def test_a_mistake_is_told_where_it_stands_and_the_rest_is_saved(window, lan, entry):
    page = edit_page(window(lan), entry)
    page.locator("summary", has_text="人员").click()

    page.fill("#id_links", "见公众号")
    page.fill("#id_place", "老街")

    expect(page.locator("[data-mistake]")).to_contain_text("网址")
    entry.refresh_from_db()
    assert entry.place == "老街"
