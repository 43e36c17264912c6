"""Lan leaves in the browser: she is out at once, and her successor finishes what was returned to her."""

import re

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assessments.actions import cycle as cycles
from assessments.models import LedgerEntry
from tests.factories import ClaimFactory, EntryFactory, ReviewFactory
from units.models import TrailEvent, User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
RETURNED = "学雷锋清扫老街"


@pytest.fixture
def returned(year, school, lan, rui, ou):
    """A record of Lan's that the office sent back."""
    cycles.enrol_missing(year, by=ou)
    entry = EntryFactory(
        cycle=year, unit=school, created_by=lan, title=RETURNED, held_on=localdate(), returned=True
    )
    ClaimFactory(entry=entry)
    ReviewFactory(entry=entry, by=rui, verdict="returned", note="请写明服务时长。")
    return entry


def test_a_liaison_leaves_and_the_successor_goes_on(window, admin, lan, returned, school):
    lans, office, new = window(lan), window(admin), window()
    lans.goto("/home/")
    expect(lans.get_by_role("main")).to_contain_text(RETURNED)
    look_first(office, lan, school)
    link = confirm(office, school)
    is_out(lans)
    join(new, link, school)
    finish(new)
    signatures_stay(returned, lan)


def look_first(page, lan, school):
    page.goto(f"/people/{lan.pk}/")
    page.get_by_role("link", name="工作移交").click()
    page.get_by_role("button", name="查看办理后果").click()
    expect(page.get_by_role("main")).to_contain_text("请填写一名接任人")

    page.get_by_label("或新开账号的接任人").fill("齐悦")
    page.get_by_label("原因").fill("调离")
    page.get_by_role("button", name="查看办理后果").click()
    told = page.get_by_role("main")
    for words in (RETURNED, "账号立即停用", "仍署兰晓的名", school.name):
        expect(told).to_contain_text(words)
    assert User.objects.get(pk=lan.pk).is_active


def confirm(page, school):
    """The address behind the picture on the sheet; a telephone would read it from there."""
    page.get_by_role("button", name="确认移交").click()
    sheet = page.locator(".slip")
    expect(sheet).to_contain_text(school.name)
    expect(sheet.get_by_role("img", name="开通账号的二维码")).to_be_visible()
    account, password = sheet.locator(".slip__code").all_inner_texts()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    return f"/join/{account}/{password}/"


def is_out(page):
    """Lan's own window, at her next click."""
    page.get_by_role("link", name=RETURNED).click()

    expect(page).to_have_url(re.compile("/login/"))


def join(page, link, school):
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("齐悦")
    expect(page.get_by_role("main")).to_contain_text(school.name)
    page.get_by_role("button", name="开通账号").click()
    page.locator("[name=new_password1]").fill("sunny-school-2026")
    page.locator("[name=new_password2]").fill("sunny-school-2026")
    page.locator("[name=new_password2]").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("件待办")


def finish(page):
    expect(page.get_by_role("main")).to_contain_text("请写明服务时长。")
    page.get_by_role("link", name=RETURNED).click()
    page.get_by_label("经过和成效").fill("三十名师生参加，清扫两小时，共六十个志愿服务时。")
    page.get_by_role("button", name="保存并检查").click()
    page.get_by_role("checkbox", name="内容真实").check()
    page.get_by_role("button", name="提交").click()

    expect(page.locator("#messages")).to_contain_text("已提交")


def signatures_stay(entry, lan):
    entry = LedgerEntry.objects.get(pk=entry.pk)
    assert entry.created_by == lan and entry.submitted_by.name == "齐悦"
    assert TrailEvent.objects.about(lan).filter(verb="hand_over", note="调离").exists()
