"""Lists in the browser: the county's own, put right and undone; a template that is filled in."""

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from assessments.models import Award
from tests.factories import UnitFactory
from tests.units.lists import SAMPLE, filled_in
from units.models import ImportBatch, Unit, UnitName

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
LEFT_OUT = "云泽县财政局"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def known():
    """A unit of the register, of which an old list said another name."""
    unit = UnitFactory(name="云泽县教育体育局")
    UnitName.objects.create(unit=unit, name="云泽县教育局")
    return unit


def test_the_countys_list_is_put_right_written_and_undone(window, admin, known):
    page = window(admin)
    read_the_preview(page)
    leave_a_column_out(page)
    untick_a_row(page)
    say_it_is_the_same(page, known)
    write_it(page, known)
    read_the_marked_list(page)
    undo_it(page, known)


def read_the_preview(page):
    page.goto("/imports/new/")
    page.set_input_files("input[type=file]", SAMPLE)
    page.get_by_role("button", name="先看一看").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("将写入 122 个单位，现在还没有写")
    row = page.get_by_role("row", name="云泽县风力发电有限公司")
    expect(row).to_contain_text("91999901W62YB0QG8D")
    expect(row).to_contain_text("校验位不对")
    assert Unit.objects.count() == 1


def leave_a_column_out(page):
    page.get_by_text("认出的表头和各列的对应").click()
    sheet = page.get_by_role("group", name="县直单位")
    sheet.get_by_label("I · 申报类别").select_option(label="不导入")
    page.get_by_role("button", name="按这样重新认").click()

    expect(page.locator("#messages")).to_contain_text("列的对应已改")
    expect(page.get_by_role("heading", level=1)).to_contain_text("将写入 122 个单位")


def untick_a_row(page):
    page.get_by_role("searchbox", name="单位", exact=True).press_sequentially(LEFT_OUT)
    expect(page.locator("tbody tr")).to_have_count(1)
    tick = page.get_by_label(f"县直单位第 14 行：{LEFT_OUT}")
    tick.check()
    # Leaving the search field asks no second time, which would take the tick away.
    page.wait_for_timeout(500)
    expect(tick).to_be_checked()
    page.locator("#ticked").get_by_role("button", name="不写入").click()

    expect(page.get_by_role("row", name=LEFT_OUT)).to_contain_text("人工选了不写入")
    expect(page.get_by_role("heading", level=1)).to_contain_text("将写入 121 个单位")


def say_it_is_the_same(page, known):
    page.get_by_role("link", name="清除筛选").click()
    page.get_by_role("link", name="疑似同一个 1").click()
    row = page.get_by_role("row", name="云泽县教育局")
    expect(row).to_contain_text(known.name)
    row.get_by_role("button", name="是同一个单位").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("将写入 122 个单位")
    assert not Unit.objects.filter(contact="蒋海丽").exists()


def write_it(page, known):
    page.get_by_role("button", name="写入 122 个单位").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已写入 122 个单位")
    known.refresh_from_db()
    assert (known.contact, known.application_text) == ("蒋海丽", "")
    assert Unit.objects.participating().count() == 122
    # The column was left out on one sheet only.
    assert Unit.objects.exclude(application_text="").exists()
    assert not Unit.objects.filter(name=LEFT_OUT).exists()


def read_the_marked_list(page):
    with page.expect_download() as download:
        page.get_by_role("link", name="标红的原表").click()

    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes()))["县直单位"]
    assert "校验位不对" in sheet.cell(67, 14).value
    assert sheet.cell(67, 3).fill.fgColor.rgb == sheet.cell(67, 14).fill.fgColor.rgb
    assert sheet.cell(4, 14).value == "问题说明"


def undo_it(page, known):
    page.get_by_text("撤回这次导入").click()
    page.get_by_role("button", name="整批撤回").click()

    expect(page.locator("#messages")).to_contain_text("已整批撤回")
    assert list(Unit.objects.values_list("name", "contact")) == [("云泽县教育体育局", "")]
    assert ImportBatch.objects.get().status == "undone"


def test_the_template_of_honors_is_taken_filled_in_and_brought_back(window, admin, school, bank):
    page = window(admin)
    content = take_the_template(page)
    bring_it_back(page, content, school, bank)
    correct_it(page, content, school, bank)
    read_the_roll(window(), school)


def take_the_template(page):
    page.goto("/imports/new/")
    with page.expect_download() as download:
        page.get_by_role("link", name="持有的荣誉").click()
    assert download.value.suggested_filename.endswith("荣誉名册模板.xlsx")
    return download.value.path().read_bytes()


def chosen(page, content, *rows):
    page.goto("/imports/new/")
    file = {"name": "荣誉.xlsx", "mimeType": XLSX, "buffer": filled_in(content, *rows)}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="先看一看").click()


def held(unit, **said):
    return {"单位名称": unit.name, "荣誉名称": "文明单位", "级别": "县级", "年度": "2025", **said}


def bring_it_back(page, content, school, bank):
    """A level is missing: the row is shown, and put right in the list."""
    chosen(page, content, held(school, 级别=""), held(bank, 状态="候选"))

    expect(page.get_by_role("heading", level=1)).to_contain_text("1 行")
    expect(page.get_by_role("row", name=school.name)).to_contain_text("级别")
    page.get_by_role("button", name="放弃").click()
    assert not Award.objects.exists()


def correct_it(page, content, school, bank):
    chosen(page, content, held(school, 文号="云文明委〔2025〕3号"), held(bank, 状态="候选"))
    page.get_by_role("button", name="写入 2 行荣誉").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("已写入 2 行荣誉")
    assert dict(Award.objects.values_list("unit", "status")) == {school.pk: "active", bank.pk: "pending"}


def read_the_roll(page, school):
    """What was taken over is public; a candidate is not."""
    page.goto("/roll/")

    expect(page.get_by_role("main")).to_contain_text(school.name)
    expect(page.get_by_role("main")).to_contain_text("云文明委〔2025〕3号")
    expect(page.get_by_role("main")).not_to_contain_text("农商银行")
