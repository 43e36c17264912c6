import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import EntryFactory, UnitFactory
from tests.units.lists import SAMPLE, code, unit_row, workbook
from units.actions import intake
from units.actions import unit as units
from units.models import ImportBatch, ImportRow, Unit

pytestmark = pytest.mark.django_db

NEW = "/imports/new/"


@pytest.fixture
def desk(client, admin):
    """The administrator's browser."""
    client.force_login(admin)
    return client


@pytest.fixture
def sample(admin):
    return intake.preview(SAMPLE.read_bytes(), SAMPLE.name, by=admin)


def upload(client, content, name="名册.xlsx"):
    return client.post(NEW, {"file": SimpleUploadedFile(name, content)})


def page(client, batch, **asked):
    return client.get(batch.get_absolute_url(), asked).content.decode()


def act(client, batch, name, row=None, **data):
    address = reverse(f"units:import_{name}", args=[batch.pk, row.pk] if row else [batch.pk])
    return client.post(address, {"seen": batch.version, **data})


def test_the_list_leads_to_its_preview_and_writes_nothing(desk):
    response = upload(desk, SAMPLE.read_bytes(), SAMPLE.name)

    batch = ImportBatch.objects.get()
    assert response.url == batch.get_absolute_url()
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 字节"),
        (b"\x89PNG\x00\x01", "不是电子表格"),
        (workbook(headings=["甲", "乙"]), "没有认出表头"),
        (workbook(), "下面没有内容"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_its_field(desk, content, said):
    response = upload(desk, content)

    assert response.status_code == 200
    assert said in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_over_the_limit_is_refused_before_it_is_read(desk, settings):
    settings.IMPORT_FILE_BYTES = 10

    assert "MB" in upload(desk, SAMPLE.read_bytes()).content.decode()


def test_nothing_chosen_is_said(desk):
    assert "field--bad" in desk.post(NEW, {}).content.decode()


def test_the_numbers_of_the_preview_add_up(desk, sample):
    html = page(desk, sample)
    numbers = [int(number) for number in re.findall(r'class="chip[^>]*>[^<]*?(\d+)</a>', html)]

    assert numbers[0] == 152 == sum(numbers[1:-1])
    assert "写入 123 个单位" in html
    assert "旧名单" in html


def test_what_wants_a_look_comes_first_with_its_sentence(desk, sample):
    html = page(desk, sample)

    assert html.index("云泽县风力发电有限公司") < html.index("云泽县人民政府办公室")
    assert "校验位不对" in html and "91999901W62YB0QG8D" in html


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"verdict": "duplicate"}, 3),
        ({"verdict": "noted"}, 5),
        ({"verdict": "left_out"}, 4),
        ({"sheet": "学校", "verdict": "new"}, 16),
        ({"q": "烟草"}, 2),
        ({"verdict": "nonsense"}, 50),
    ],
)
def test_rows_are_narrowed_by_verdict_sheet_and_name(desk, sample, asked, rows):
    assert page(desk, sample, **asked).count('id="row-') == rows


def test_htmx_gets_the_rows_alone(desk, sample):
    html = desk.get(sample.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()

    assert "<h1" not in html and 'id="row-' in html


@pytest.mark.parametrize("status", ["previewed", "applied"])
@pytest.mark.parametrize("name", ["units:import", "units:imports"])
def test_pages_cost_the_same_however_many_rows(desk, admin, django_assert_max_num_queries, name, status):
    def cost(count, first):
        rows = [unit_row(f"县第{number}局", number) for number in range(first, first + count)]
        batch = intake.preview(workbook(*rows, unit_row(f"县第{first}局")), "x.xlsx", by=admin)
        if status == "applied":
            intake.apply(batch, by=admin)
        address = reverse(name, args=[batch.pk] if name == "units:import" else [])
        desk.get(address)
        with django_assert_max_num_queries(10) as asked:
            desk.get(address + "?verdict=")
        return len(asked)

    assert cost(1, 100) == cost(5, 200) == cost(50, 300)


def test_applying_shows_what_was_left_out(desk, sample):
    response = act(desk, sample, "apply")

    html = desk.get(response.url).content.decode()
    assert "已写入 123 个单位" in html
    assert html.count('id="row-') == 4


def test_all_or_nothing_is_refused_in_words(desk, sample):
    response = act(desk, sample, "apply", strict="on")

    assert "4 行写不进去" in desk.get(response.url).content.decode()
    assert not Unit.objects.exists()


def test_an_apply_without_version_goes_back_to_the_page(desk, sample):
    response = desk.post(reverse("units:import_apply", args=[sample.pk]), {})

    assert response.url == sample.get_absolute_url() and not Unit.objects.exists()


def test_the_second_to_apply_is_told_by_whom_it_was_done(desk, sample):
    act(desk, sample, "apply")

    response = act(desk, sample, "apply")

    assert response.status_code == 409
    assert "安宁" in response.content.decode()


def test_a_doubtful_row_stands_beside_its_double_and_is_decided(desk, admin):
    UnitFactory(name="云泽县教育局")
    batch = intake.preview(workbook(unit_row("县教育局", contact="赵梅")), "x.xlsx", by=admin)
    row = batch.rows.get(verdict="suspected")
    html = page(desk, batch)
    assert "云泽县教育局" in html and "是同一个单位" in html

    response = act(desk, batch, "decide", row, decision="same", verdict="suspected")

    row.refresh_from_db()
    assert response.url.endswith("?verdict=suspected")
    assert row.verdict == "update"
    assert "收回定夺" in page(desk, batch)


def test_a_doubtful_row_may_double_one_above_it(desk, admin):
    rows = workbook(unit_row("云泽县教育局", 1), unit_row("县教育局"))
    batch = intake.preview(rows, "x.xlsx", by=admin)

    assert "第 3 行" in page(desk, batch, verdict="suspected")


def test_a_decision_that_makes_no_sense_changes_nothing(desk, sample):
    row = sample.rows.filter(verdict="new").first()

    act(desk, sample, "decide", row, decision="perhaps")

    assert ImportRow.objects.get(pk=row.pk).decision == ""


def test_a_row_of_another_list_is_not_found(desk, sample, admin):
    other = intake.preview(workbook(unit_row("县水利局", 1)), "x.xlsx", by=admin)

    assert act(desk, other, "decide", sample.rows.first(), decision="leave").status_code == 404


def columns(batch, **changes):
    """The fields of the columns form as the page has them, with some changed."""
    data = {}
    for number, layout in enumerate(batch.layout):
        if layout["state"] == "read":
            data |= {f"sheet{number}-first": layout["first"], f"sheet{number}-last": layout["last"]}
            for column in layout["columns"]:
                data[f"sheet{number}-column{column['index']}"] = column["field"]
    return data | changes


def test_another_meaning_of_a_column_judges_anew(desk, sample):
    response = act(desk, sample, "rearrange", **columns(sample, **{"sheet0-column12": "address"}))

    sample.refresh_from_db()
    assert response.url == sample.get_absolute_url()
    assert sample.tally["new"] == 123 and sample.version == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sheet0-column1": ""}, "单位名称"),
        ({"sheet0-column12": "name"}, "只能选一列"),
        ({"sheet0-first": "9", "sheet0-last": "3"}, "表头占一行"),
        ({"sheet0-first": "x"}, "整数"),
    ],
)
def test_an_arrangement_that_makes_no_sense_is_said_at_its_sheet(desk, sample, changes, said):
    response = act(desk, sample, "rearrange", **columns(sample, **changes))

    assert response.status_code == 422
    assert said in response.content.decode()
    sample.refresh_from_db()
    assert sample.version == 0


def test_headings_below_the_list_leave_no_unit_and_are_refused(desk, admin):
    batch = intake.preview(workbook(unit_row("县水利局", 1)), "x.xlsx", by=admin)

    response = act(desk, batch, "rearrange", **columns(batch, **{"sheet0-first": 3, "sheet0-last": 3}))

    assert "下面没有内容" in desk.get(response.url).content.decode()
    assert batch.rows.filter(verdict="new").exists()


def test_a_list_can_be_put_aside(desk, sample):
    response = act(desk, sample, "discard")

    assert response.url == reverse("units:imports")
    assert "已放弃" in desk.get(response.url).content.decode()
    assert "已放弃" in page(desk, sample)


def test_undoing_takes_everything_back(desk, sample):
    act(desk, sample, "apply")

    response = act(desk, sample, "undo")

    assert "已撤销" in desk.get(response.url).content.decode()
    assert not Unit.objects.exists()


def test_undoing_names_what_is_in_the_way(desk, sample, rui):
    act(desk, sample, "apply")
    EntryFactory(unit=Unit.objects.get(name="县水利局"))

    response = act(desk, sample, "undo")

    html = response.content.decode()
    assert response.status_code == 409
    assert "县水利局" in html and "台账" in html
    assert Unit.objects.count() > 120


def test_undoing_names_what_was_changed(desk, sample, rui):
    act(desk, sample, "apply")
    units.edit(Unit.objects.get(name="县水利局"), {"contact": "何强"}, by=rui)

    assert "导入后又改过" in act(desk, sample, "undo").content.decode()


def test_the_original_comes_back_byte_by_byte_to_the_administrator_only(desk, client, sample, rui):
    address = reverse("units:import_file", args=[sample.pk])
    response = desk.get(address)

    assert b"".join(response.streaming_content) == SAMPLE.read_bytes()
    assert response["Content-Disposition"].startswith("attachment")
    client.force_login(rui)
    assert client.get(address).status_code == 403


def test_what_to_put_right_is_a_workbook_with_places_and_reasons(desk, sample):
    response = desk.get(reverse("units:import_left_out", args=[sample.pk]))

    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert len(rows) == 1 + 9
    assert ("县直单位", 67, "云泽县风力发电有限公司") in {row[:3] for row in rows}


def test_the_own_list_comes_back_with_its_errors_in_red_to_the_administrator_only(desk, client, sample, rui):
    address = reverse("units:import_marked", args=[sample.pk])
    assert address in page(desk, sample)

    response = desk.get(address)

    sheet = load_workbook(io.BytesIO(response.content))["县直单位"]
    name, code_of, reason = (sheet.cell(67, column) for column in (2, 3, 14))
    assert "%E4%BA%91%E6%B3%BD" in response["Content-Disposition"]
    assert name.value == "云泽县风力发电有限公司" and "校验位不对" in reason.value
    assert code_of.fill.fgColor.rgb == reason.fill.fgColor.rgb != name.fill.fgColor.rgb
    client.force_login(rui)
    assert client.get(address).status_code == 403
    assert address not in page(client, sample)


def test_what_the_sheets_say_by_their_looks_is_shown(desk, sample):
    html = page(desk, sample)

    assert "_looks" not in html and html.count("<li>县直单位") == 2


@pytest.mark.parametrize(
    ("kind", "heading"),
    [("units", "单位名称*"), ("people", "姓名*"), ("honors", "荣誉名称*"), ("indicators", "指标名称*")],
)
def test_the_empty_lists_are_offered_where_a_list_is_chosen(desk, kind, heading):
    address = reverse("units:import_template", args=[kind])
    assert address in desk.get(NEW).content.decode()

    response = desk.get(address)

    sheet = load_workbook(io.BytesIO(response.content)).active
    assert response["Content-Type"].endswith("sheet") and heading in {cell.value for cell in sheet[3]}


def test_only_what_one_may_import_is_offered_empty(client, ou):
    client.force_login(ou)

    html = client.get(NEW).content.decode()

    assert reverse("units:import_template", args=["honors"]) in html
    assert reverse("units:import_template", args=["units"]) not in html


def test_there_is_no_empty_list_of_an_unknown_kind(desk):
    assert desk.get(reverse("units:import_template", args=["nonsense"])).status_code == 404


def test_an_empty_list_of_imports_says_what_to_do(desk, client, rui):
    assert "导入名单" in desk.get(reverse("units:imports")).content.decode()
    client.force_login(rui)
    assert "由管理员导入" in client.get(reverse("units:imports")).content.decode()


ADDRESSES = ["import", "import_file", "import_left_out", "import_marked"]
ACTS = ["import_rearrange", "import_apply", "import_discard", "import_undo"]


@pytest.mark.parametrize("name", ADDRESSES + ACTS)
def test_an_import_does_not_exist_for_a_liaison(client, lan, sample, name):
    client.force_login(lan)
    address = reverse(f"units:{name}", args=[sample.pk])

    assert (client.post if name in ACTS else client.get)(address).status_code == 404


@pytest.mark.parametrize("name", ACTS)
def test_a_case_officer_looks_and_does_not_act(client, rui, sample, name):
    client.force_login(rui)

    assert client.get(sample.get_absolute_url()).status_code == 200
    assert client.post(reverse(f"units:{name}", args=[sample.pk])).status_code == 403
    assert client.get(NEW).status_code == 403


@pytest.mark.parametrize("name", ACTS)
def test_acts_are_never_a_get(desk, sample, name):
    assert desk.get(reverse(f"units:{name}", args=[sample.pk])).status_code == 405


def test_a_list_that_changes_nothing_offers_nothing_to_write(desk, admin):
    body = UnitFactory(name="县人民政府")
    UnitFactory(name="县水利局", uscc=code(1), supervisor=body)
    batch = intake.preview(workbook(unit_row("县水利局", 1)), "x.xlsx", by=admin)

    html = page(desk, batch)

    assert "不改动任何单位" in html and "btn--brand" not in html
