"""One creation year in the browser, from the county's own list to the honors roll.

Points 1 to 6 of what the portal is for, by the people who do them: An administers, Ou directs,
Lan is a school's liaison, Rui reviews, and anybody reads the result.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assessments.models import Award, Cycle, LedgerEntry, RankingRelease, ScoreLine
from tests.factories import files
from units.models import Unit, User

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
UNIT_LIST = Path(__file__).resolve().parents[1] / "data" / "units-云泽县.xlsx"
SCHOOL = "县第一小学"


def test_from_the_unit_list_to_the_honors_roll(window, admin, ou, rui):
    import_the_list(window(admin))
    open_the_year(window(ou))
    password = issue_an_account(window(admin))
    lan = window()
    sign_in_for_the_first_time(lan, password)
    write_the_plan(lan)
    write_a_record(lan)
    rui_page = window(rui)
    return_it(rui_page)
    correct_it(lan)
    accept_it(rui_page)
    enter_a_value(rui_page)
    release_the_ranking(window(ou))
    grant_the_honor(window(ou))
    read_the_result(window())


def import_the_list(page):
    page.goto("/imports/new/")
    page.set_input_files("input[type=file]", UNIT_LIST)
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("123")
    expect(page.get_by_role("main")).to_contain_text("91999901W62YB0QG8D")

    page.get_by_role("button", name="写入 123 个单位").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("123")
    assert Unit.objects.participating().count() == 123


def open_the_year(page):
    page.goto("/years/")
    page.get_by_role("link", name="建立年度").click()
    page.get_by_label("年度", exact=True).fill("2026")
    page.get_by_role("button", name="建立年度").click()
    # Whatever day the test runs on, the windows are open.
    page.get_by_role("row", name="台账报送").get_by_role("link", name="修改日期").click()
    set_dates(page, "保存日期")
    page.get_by_role("link", name="年度规划", exact=True).click()
    set_dates(page, "保存事项")
    page.get_by_role("link", name="开启年度").click()
    page.get_by_role("button", name="开启年度").click()

    expect(page.locator("#messages")).to_contain_text("2026 年度已开启")
    assert Cycle.objects.get().unit_years.count() == 123


def set_dates(page, button):
    for name, days in (("opens_on", -30), ("due_on", 30), ("closes_on", 40)):
        page.locator(f"[name={name}]").fill((localdate() + timedelta(days=days)).isoformat())
    page.get_by_role("button", name=button).click()


def issue_an_account(page):
    page.goto("/people/new/")
    page.locator("[name=name]").fill("兰晓")
    page.locator("[name=username]").fill("lan")
    page.get_by_role("radio", name="单位联络员").check()
    page.locator("[name=unit]").fill(SCHOOL)
    page.get_by_role("button", name="发放账号").click()
    return page.locator(".slip__code b").inner_text()


def sign_in_for_the_first_time(page, password):
    page.goto("/login/")
    page.get_by_label("账号").fill("lan")
    page.get_by_label("密码").fill(password)
    page.get_by_label("密码").press("Enter")
    expect(page).to_have_url(re.compile("/password/$"))
    page.locator("[name=new_password1]").fill("sunny-school-2026")
    page.locator("[name=new_password2]").fill("sunny-school-2026")
    page.locator("[name=new_password2]").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("件待办")
    assert not User.objects.get(username="lan").must_set_password


def write_the_plan(page):
    page.get_by_role("link", name="年度规划").click()
    page.get_by_role("button", name="去填写").click()
    page.locator("[name=goals]").fill("争创县级文明校园。")
    item = {
        "what": "道德讲堂每季度一次", "carrier": "道德讲堂", "owner": "德育主任", "overseer": "校长",
        "due_on": "2026-12-10", "measure": "全年四次", "proof": "签到表、照片", "serves": "立德树人",
    }  # fmt: skip
    for name, value in item.items():
        page.locator(f"[name=items-0-{name}]").fill(value)
    page.get_by_role("button", name="保存并检查").click()
    page.get_by_role("button", name="提交").click()

    expect(page.locator("#messages")).to_contain_text("XX-2026-0001")


def write_a_record(page):
    page.goto("/home/")
    page.get_by_role("link", name="记一笔台账").click()
    page.get_by_label("做了什么？").fill("学雷锋清扫老街")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("时间").fill(localdate().isoformat())
    page.get_by_label("地点").fill("老街")
    page.get_by_label("经过和成效").fill("三十名师生参加，清扫两小时。")
    page.get_by_role("checkbox", name="F1").check()
    upload = [
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": files.jpg()},
        {"name": "通知.docx", "mimeType": "", "buffer": files.docx()},
        {"name": "坏的.pdf", "mimeType": "application/pdf", "buffer": b"rubbish"},
    ]
    page.set_input_files("[data-pick] >> nth=0", upload)
    expect(page.locator(".shot")).to_have_count(1)
    expect(page.locator("[data-queue]")).to_contain_text("坏的.pdf")
    page.get_by_role("button", name="保存并检查").click()
    hand_in(page)

    expect(page.locator("#messages")).to_contain_text("XX-2026-0002")
    assert LedgerEntry.objects.get().files.count() == 2


def hand_in(page):
    page.get_by_role("checkbox", name="内容真实").check()
    page.get_by_role("button", name="提交").click()


def return_it(page):
    page.goto("/review/")
    page.get_by_role("link", name="学雷锋清扫老街").click()
    expect(page.locator(".shot img")).to_be_visible()
    page.get_by_text("退回单位修改").click()
    page.get_by_label("需要单位修改什么？").fill("请写明服务时长。")
    page.get_by_role("button", name="按此原因退回").click()

    expect(page.locator("#messages")).to_contain_text("已退回")


def correct_it(page):
    page.goto("/home/")
    expect(page.get_by_role("main")).to_contain_text("请写明服务时长。")
    page.get_by_role("link", name="学雷锋清扫老街").click()
    page.get_by_label("经过和成效").fill("三十名师生参加，清扫两小时，共六十个志愿服务时。")
    page.get_by_role("button", name="保存并检查").click()
    hand_in(page)

    assert LedgerEntry.objects.get().round == 2


def accept_it(page):
    page.goto("/review/")
    page.get_by_role("link", name="学雷锋清扫老街").click()
    expect(page.get_by_role("main")).to_contain_text("请写明服务时长。")
    page.get_by_label("得分").fill("2.5")
    page.get_by_role("button", name="采用").click()

    expect(page.get_by_role("main")).to_contain_text("没有待审的了")
    assert LedgerEntry.objects.get().status == "accepted"


def enter_a_value(page):
    page.goto(f"/scores/?q={SCHOOL}")
    page.get_by_role("link", name=SCHOOL).click()
    expect(page.locator("#F1")).to_contain_text("2.50")
    line = page.locator("#C1")
    line.locator("summary").first.click()
    line.locator("[name$=value]").fill("8.1")
    line.locator("[name$=basis]").fill("县交办任务主责方评定")
    line.get_by_role("button").first.click()

    expect(page.locator("#C1")).to_contain_text("8.10")
    assert str(ScoreLine.objects.get().value) == "8.10"


def release_the_ranking(page):
    page.goto("/ranking/release/")
    for box in page.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("main").get_by_role("button").first.click()

    expect(page.locator("#messages")).to_contain_text("已发布")
    assert RankingRelease.objects.get().rows.count() == 123


def grant_the_honor(page):
    page.goto("/honors/grant/")
    page.locator("[name=item]").select_option(label="县级文明校园")
    page.get_by_role("main").get_by_role("button").first.click()
    page.locator("[name=document_number]").fill("云文明委[2026]3号")
    page.locator("[name=granted_on]").fill(localdate().isoformat())
    page.get_by_role("checkbox", name=SCHOOL).check()
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("main")).to_contain_text(SCHOOL)
    page.get_by_role("main").get_by_role("button").first.click()

    assert Award.objects.get().document_number == "云文明委〔2026〕3号"


def read_the_result(page):
    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("2026")
    page.goto("/roll/")
    page.get_by_role("link", name=SCHOOL).first.click()
    expect(page.get_by_role("main")).to_contain_text("文明校园")
    expect(page.get_by_role("main")).to_contain_text("云文明委〔2026〕3号")
