"""Every unit gets a sheet; its liaison scans it and begins. A sheet that is used or too old says so."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assessments.actions import cycle as cycles
from civportal.lib.clock import now
from units.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_year(year, school, bank, ou):
    """Two units in the open year, nobody of whom can sign in yet."""
    cycles.enrol_missing(year, by=ou)
    return year


def test_every_unit_is_invited_and_begins(window, admin, open_year, school, bank):
    links = issue_to_all(window(admin), school, bank)
    telephone = window(viewport={"width": 360, "height": 740})
    scan(telephone, links[school.name])
    begin(telephone)
    is_refused(window(), links[school.name])
    run_out(window(), links[bank.name])


def issue_to_all(page, *units):
    """Unit → where its sheet leads."""
    page.goto("/people/")
    page.get_by_role("link", name="为无账号单位批量发放").click()
    page.get_by_role("button", name=f"发放 {len(units)} 个账号").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"账号通知单 {len(units)} 份")
    assert page.evaluate("[...document.querySelectorAll('.slip__qr')].every(it => it.naturalWidth > 0)")
    links = {}
    for sheet in page.locator(".slip").all():
        account, password = sheet.locator(".slip__code").all_inner_texts()
        links[sheet.locator(".slip__to b").inner_text()] = f"/join/{account}/{password}/"
    with page.expect_download() as download:
        page.get_by_role("link", name="下载为表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    return links


def scan(page, link):
    """What opens when the picture is scanned; looked at twice, as chat programs do, it still holds."""
    page.goto(link)
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text("云泽县第一小学")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    page.get_by_role("button", name="开通账号").click()
    expect(page).to_have_url(re.compile("/password/$"))


def begin(page):
    page.goto("/home/")
    expect(page).to_have_url(re.compile("/password/$"))
    page.locator("[name=new_password1]").fill("sunny-school-2026")
    page.locator("[name=new_password2]").fill("sunny-school-2026")
    page.locator("[name=new_password2]").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("件待办")


def is_refused(page, link):
    page.goto(link)

    expect(page.get_by_role("heading", level=1)).to_contain_text("通知单无效")
    expect(page.get_by_role("button", name="开通账号")).to_have_count(0)


def run_out(page, link):
    page.goto(link)
    expect(page.get_by_role("button", name="开通账号")).to_be_visible()
    User.objects.waiting().update(one_time_until=now() - timedelta(minutes=1))

    page.get_by_role("button", name="开通账号").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("通知单无效")
    account, password = link.strip("/").split("/")[1:]
    page.get_by_role("link", name="登录").click()
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(password)
    page.get_by_label("密码").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("一次性密码已过期")
