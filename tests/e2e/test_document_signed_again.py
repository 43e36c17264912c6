"""A document goes out, Lan signs for it on the telephone, it is corrected, and she signs again."""

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from assessments.actions import cycle as cycles
from assessments.models import Document, Duty, WorkCalendar
from tests.factories import files

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TITLE = "关于评比文明窗口的通知"
PHONE = {"viewport": {"width": 360, "height": 720}}


@pytest.fixture
def enrolled(year, school, bank, ou):
    for number in (localdate().year, localdate().year + 1):
        WorkCalendar.objects.create(year=number)
    cycles.enrol_missing(year, by=ou)


def test_a_corrected_document_is_signed_for_again(window, enrolled, rui, lan, school, bank):
    office, phone = window(rui), window(lan, **PHONE)
    write(office)
    send_to(office, school, bank)
    sign(phone)
    who_owes(office, school, bank)
    correct(office)
    sign_again(phone)
    both_stay(phone, lan)


def write(page):
    page.goto("/documents/")
    page.get_by_role("link", name="新建文件").click()
    expect(page.get_by_role("main")).to_contain_text("涉密文件不得上传")
    page.get_by_label("文号").fill("云文明办(2026)3号")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("发文日期").fill(localdate().isoformat())
    choose_file(page, "通知.pdf", "first edition")
    page.get_by_role("button", name="保存并选择发送范围").click()


def choose_file(page, name, text):
    content = {"name": name, "mimeType": "application/pdf", "buffer": files.pdf(text=text)}
    page.locator("[name=file]").set_input_files(content)
    page.get_by_role("checkbox", name="不是涉密文件").check()


def send_to(page, *units):
    page.locator("[name=units]").fill("\n".join([units[0].name, "没有的单位"]))
    page.get_by_role("button", name="核对后印发").click()
    expect(page.get_by_role("alert")).to_contain_text("第2行")
    page.locator("[name=units]").fill("\n".join(unit.name for unit in units))
    page.get_by_role("button", name="核对后印发").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("将发给2个单位")
    for unit in units:
        expect(page.get_by_role("main")).to_contain_text(unit.name)
    page.get_by_role("button", name="印发给2个单位").click()
    expect(page.locator("#messages")).to_contain_text("已印发")
    expect(page.get_by_role("main")).to_contain_text("云文明办〔2026〕3号")


def sign(page):
    page.goto("/documents/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="阅读文件").click()
    expect(page.get_by_role("img", name="第 1 页")).to_be_visible()
    page.get_by_role("link", name="返回文件").click()
    page.get_by_role("button", name="签收").click()

    expect(page.get_by_role("main")).to_contain_text("兰晓")
    expect(page.get_by_role("button", name="签收")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


def who_owes(page, school, bank):
    page.reload()
    reminder = page.locator("#reminder").input_value()
    assert bank.name in reminder and school.name not in reminder


def correct(page):
    page.get_by_role("link", name="更正文件").click()
    page.get_by_label("更正了什么").fill("报送时间改为月底")
    choose_file(page, "更正.pdf", "second edition")
    page.get_by_role("button", name="保存并核对").click()
    page.get_by_role("button", name="印发给2个单位").click()

    expect(page.get_by_role("main")).to_contain_text("报送时间改为月底")


def sign_again(page):
    page.goto("/documents/")
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("第2版")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("main")).to_contain_text("报送时间改为月底")
    page.get_by_role("button", name="签收").click()

    expect(page.get_by_role("button", name="签收")).to_have_count(0)


def both_stay(page, lan):
    page.get_by_role("link", name="查看更正前的文件").click()
    expect(page.get_by_role("main")).to_contain_text("已被更正后的文件取代")
    expect(page.get_by_role("main")).to_contain_text("兰晓")
    assert list(Document.objects.order_by("edition").values_list("status", flat=True)) == [
        "replaced",
        "issued",
    ]
    assert Duty.objects.filter(kind="receipt", fulfilled_by=lan).count() == 2
