"""Values by workbook: out, filled in, previewed, taken over; and everything that can be wrong with it."""

import io
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from assessments import exports
from assessments.actions import score, values
from assessments.actions import standard as standards
from assessments.models import ScoreLine, ScoreSheet
from tests.factories import CycleFactory, UnitFactory, UnitYearFactory
from units.models import TrailEvent


@pytest.fixture
def year(ou):
    """The open year with the default standard."""
    standard = standards.load(standards.default_source(), year=2026, by=ou)
    return CycleFactory(standard=standards.freeze(standard, by=ou))


@pytest.fixture
def sheets(year, school, bank):
    """Sheets of the school, which has a window, and of the bank, by unit."""
    UnitYearFactory(cycle=year, unit=school, has_window=True)
    UnitYearFactory(cycle=year, unit=bank)
    score.open_sheets(year)
    return {sheet.unit: sheet for sheet in ScoreSheet.objects.all()}


def exported(client):
    """The workbook that the portal gives, opened."""
    response = client.post(reverse("assessments:values_export"))
    assert response.status_code == 200
    return load_workbook(io.BytesIO(response.content))


def saved(book):
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def book_of(*rows, title="实地"):
    """A workbook of one sheet with these rows."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def upload(client, content, name="values.xlsx"):
    """Choose a file; the page that follows."""
    if isinstance(content, Workbook):
        content = saved(content)
    return client.post(
        reverse("assessments:values_import"), {"file": SimpleUploadedFile(name, content)}, follow=True
    )


def confirm(client, page):
    """Confirm what a preview showed."""
    form = page.context["form"]
    return client.post(
        reverse("assessments:values_apply"),
        {"token": form.initial["token"], "digest": form.initial["digest"]},
        follow=True,
    )


def column_of(sheet, start):
    """The number of the column whose heading begins so."""
    return next(cell.column for cell in sheet[1] if str(cell.value).startswith(start))


def row_of(sheet, unit):
    return next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == unit.name)


def value_of(sheet, code):
    line = ScoreLine.objects.filter(sheet=sheet, indicator__code=code).first()
    return line and (line.value, line.basis)


# Out


def test_the_workbook_has_a_sheet_per_way_and_a_row_per_unit(client, rui, year, sheets):
    client.force_login(rui)

    book = exported(client)

    assert book.sheetnames[:4] == ["实地考察", "问卷调查", "部门评价", "系统自动"]
    on_site = book["实地考察"]
    assert {row[0].value for row in on_site.iter_rows(min_row=2)} == {unit.name for unit in sheets}
    assert on_site.freeze_panes == "D2"
    headings = [cell.value for cell in on_site[1]]
    assert [heading[:2] for heading in headings[3:7]] == ["B4", "B4", "D1", "D1"]


def test_the_workbook_holds_what_was_entered_and_marks_what_does_not_apply(client, rui, year, sheets, bank):
    sheet = sheets[bank]
    score.set_value(sheet, year.standard.indicators.get(code="D1"), D("4.5"), "检查 10-22", by=rui)
    score.add_adjustment(sheet, year.standard.adjustments.get(code="P1"), D(3), "国家级荣誉", by=rui)
    client.force_login(rui)

    book = exported(client)

    on_site = book["实地考察"]
    row, column = row_of(on_site, bank), column_of(on_site, "D1")
    assert on_site.cell(row, column).value == 4.5
    assert on_site.cell(row, column + 1).value == "检查 10-22"
    assert on_site.cell(row, column_of(on_site, "D2")).value == "不适用"
    matters = [[cell.value for cell in row] for row in book["加分与扣分"].iter_rows(min_row=2)]
    assert matters[0][0] == bank.name
    assert matters[0][3].startswith("P1")
    assert matters[0][4:6] == [3, "国家级荣誉"]


def test_codes_are_text_and_nothing_is_a_formula(client, rui, year, sheets, school):
    school.uscc = "12320000MB0000001X"
    school.save()
    score.set_value(
        sheets[school], year.standard.indicators.get(code="D1"), D(4), '=HYPERLINK("x","y")', by=rui
    )
    client.force_login(rui)

    on_site = exported(client)["实地考察"]

    row = row_of(on_site, school)
    assert on_site.cell(row, 3).value == "12320000MB0000001X"
    assert on_site.cell(row, 3).number_format == "@"
    basis = on_site.cell(row, column_of(on_site, "D1") + 1)
    assert (basis.data_type, basis.value) == ("s", '=HYPERLINK("x","y")')


def test_taking_the_workbook_is_in_the_trail(client, rui, year, sheets):
    client.force_login(rui)

    exported(client)

    assert TrailEvent.objects.about(year).last().verb == "export"
    assert client.get(reverse("assessments:values_export")).status_code == 405


@pytest.mark.parametrize("units", [1, 5, 50])
def test_writing_the_workbook_costs_the_same_queries(year, units, django_assert_num_queries):
    UnitYearFactory.create_batch(units, cycle=year)
    score.open_sheets(year)

    with django_assert_num_queries(4):
        exports.values_workbook(year)


# Round trip


def test_the_same_workbook_back_changes_nothing(client, rui, year, sheets, bank):
    score.set_value(sheets[bank], year.standard.indicators.get(code="D1"), D("4.5"), "检查", by=rui)
    score.add_adjustment(sheets[bank], year.standard.adjustments.get(code="P1"), D(3), "荣誉", by=rui)
    client.force_login(rui)

    page = upload(client, exported(client))

    preview = page.context["preview"]
    assert (preview.changes, preview.faults, preview.same) == ([], [], 2)


def test_filled_in_values_are_previewed_and_then_taken_over_together(client, rui, year, sheets, school, bank):
    score.set_value(sheets[bank], year.standard.indicators.get(code="D1"), D(4), "检查", by=rui)
    client.force_login(rui)
    book = exported(client)
    on_site = book["实地考察"]
    column = column_of(on_site, "D1")
    for unit, points in [(school, 4.5), (bank, 3)]:
        on_site.cell(row_of(on_site, unit), column).value = points
        on_site.cell(row_of(on_site, unit), column + 1).value = "检查 10-22"

    page = upload(client, book, name="实地.xlsx")

    assert len(page.context["preview"].changes) == 2
    assert value_of(sheets[bank], "D1") == (4, "检查")
    assert not ScoreLine.objects.filter(sheet=sheets[school]).exists()

    confirm(client, page)

    assert value_of(sheets[school], "D1") == (D("4.5"), "检查 10-22")
    assert value_of(sheets[bank], "D1") == (3, "检查 10-22")
    sheets[school].refresh_from_db()
    assert sheets[school].raw == D("4.5")
    event = TrailEvent.objects.about(sheets[bank]).last()
    assert (event.verb, event.by, event.note) == ("import_values", rui, "实地.xlsx")
    assert event.changes["D1"] == ["4", "3"]

    again = upload(client, book)

    assert (again.context["preview"].changes, again.context["preview"].same) == ([], 2)


def test_a_workbook_made_in_another_language_is_read_too(client, rui, year, sheets, school):
    client.force_login(rui)
    client.cookies["django_language"] = "en"
    book = exported(client)
    on_site = next(sheet for sheet in book if any(str(cell.value).startswith("D1") for cell in sheet[1]))
    column = column_of(on_site, "D1")
    on_site.cell(row_of(on_site, school), column).value = 5
    on_site.cell(row_of(on_site, school), column + 1).value = "x"
    client.cookies["django_language"] = "zh-hans"

    page = upload(client, book)

    assert [change.target.code for change in page.context["preview"].changes] == ["D1"]
    assert page.context["preview"].faults == []


def test_bonus_and_deductions_come_in_by_matter(client, rui, year, sheets, school):
    score.add_adjustment(sheets[school], year.standard.adjustments.get(code="P1"), D(3), "国家级", by=rui)
    score.add_adjustment(sheets[school], year.standard.adjustments.get(code="N1"), D(2), "无计划", by=rui)
    client.force_login(rui)
    heading = ["单位", "评分规则", "得分", "依据"]

    page = upload(
        client,
        book_of(
            heading,
            [school.name, "P1", 2, "国家级"],
            [school.name, "P1", 1, "市级"],
            [school.name, "N1", "未评", "无计划"],
            [school.name, "N2 所发文件未收全", "１.５", "三份文件"],
            [school.name, "N3", 1, "投诉"],
            [school.name, "P1", 1, "市级"],
        ),
    )
    preview = page.context["preview"]

    assert [(change.target.code, change.value) for change in preview.changes] == [
        ("P1", 2),
        ("P1", 1),
        ("N1", None),
        ("N2", D("1.5")),
    ]
    assert [fault.place.row for fault in preview.faults] == [6, 7]

    confirm(client, page)

    sheets[school].refresh_from_db()
    assert (sheets[school].bonus, sheets[school].deductions) == (3, D("1.5"))


# What cells say


@pytest.mark.parametrize(
    ("text", "basis", "outcome"),
    [
        ("4.5", "检查", D("4.5")),
        ("４．５", "检查", D("4.5")),
        (" 4.5 ", "检查", D("4.5")),
        (4.5, "检查", D("4.5")),
        (8.4 / 2.1, "检查", D("4.00")),
        (0, "检查", D(0)),
        ("5.01", "检查", "5.01"),
        ("-1", "检查", "-1"),
        ("1.234", "检查", "1.234"),
        ("很多", "检查", "很多"),
        ("NaN", "检查", "NaN"),
        ("1e9", "检查", "1e9"),
        ("4", "", "4"),
        ("4", "长" * 301, "4"),
        ("", "检查", "检查"),
        ("", "", None),
        ("—", "不适用", None),
        ("未评", "", None),
    ],
)
def test_a_cell_is_a_change_a_fault_with_its_place_or_nothing(
    client, rui, year, sheets, school, text, basis, outcome
):
    client.force_login(rui)

    page = upload(
        client, book_of(["说明"], [], ["单位", "D1 五项规范", "D1 依据"], [school.name, text, basis])
    )
    preview = page.context["preview"]

    if outcome is None:
        assert (preview.changes, preview.faults) == ([], [])
    elif isinstance(outcome, D):
        assert [(change.value, change.basis) for change in preview.changes] == [(outcome, "检查")]
    else:
        (fault,) = preview.faults
        assert (fault.place.sheet, fault.place.row, fault.place.column) == ("实地", 4, "B")
        assert fault.value == outcome
        assert fault.reason
    assert not ScoreLine.objects.exists()


def test_saying_not_assessed_takes_a_value_back(client, rui, year, sheets, school):
    score.set_value(sheets[school], year.standard.indicators.get(code="D1"), D(4), "检查", by=rui)
    client.force_login(rui)

    page = upload(client, book_of(["单位", "D1", "D1 依据"], [school.name, "未评", ""]))
    confirm(client, page)

    assert value_of(sheets[school], "D1") is None
    assert TrailEvent.objects.about(sheets[school]).last().changes["D1"] == ["4", ""]


def test_the_same_points_keep_their_basis_when_none_is_given(client, rui, year, sheets, school):
    score.set_value(sheets[school], year.standard.indicators.get(code="D1"), D(4), "检查", by=rui)
    client.force_login(rui)

    page = upload(client, book_of(["单位", "D1"], [school.name, 4]))

    assert page.context["preview"].same == 1


def test_faults_stay_out_and_the_rest_is_taken_over(client, rui, year, sheets, school, bank):
    client.force_login(rui)

    page = upload(
        client, book_of(["单位", "D1", "D1 依据"], [school.name, 9, "检查"], [bank.name, 5, "检查"])
    )
    assert len(page.context["preview"].faults) == 1

    confirm(client, page)

    assert value_of(sheets[school], "D1") is None
    assert value_of(sheets[bank], "D1") == (5, "检查")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["云泽县无名单位", "", "", 4, "检查"], "没有这个名称"),
        (["", "", "", 4, "检查"], "没有写明单位"),
        (["云泽县农商银行", "", "12320000MB0000001X", 4, "检查"], "代码属于"),
    ],
)
def test_a_row_whose_unit_is_not_clear_is_a_fault(client, rui, year, sheets, school, row, message):
    school.uscc = "12320000MB0000001X"
    school.save()
    client.force_login(rui)

    page = upload(client, book_of(["单位", "主管单位", "统一社会信用代码", "D1", "D1 依据"], row))

    (fault,) = page.context["preview"].faults
    assert message in fault.reason


def test_the_code_finds_a_unit_without_its_name(client, rui, year, sheets, school):
    school.uscc = "12320000MB0000001X"
    school.save()
    client.force_login(rui)

    page = upload(
        client,
        book_of(
            ["单位", "统一社会信用代码", "D1", "依据 D1", "D1 依据"],
            ["", " １２320000mb0000001x", 4, "", "检查"],
        ),
    )

    assert [change.sheet for change in page.context["preview"].changes] == [sheets[school]]


def test_units_of_one_name_are_told_apart_by_their_supervisor(client, rui, year, sheets, school, bank):
    twins = [UnitFactory(name="供销社", supervisor=above) for above in (school, bank)]
    for twin in twins:
        UnitYearFactory(cycle=year, unit=twin)
    score.open_sheets(year)
    client.force_login(rui)

    page = upload(
        client,
        book_of(
            ["单位", "主管单位", "D1", "D1 依据"],
            ["供销社", bank.name, 4, "检查"],
            ["供销社", "", 4, "检查"],
        ),
    )
    preview = page.context["preview"]

    assert [change.sheet.unit for change in preview.changes] == [twins[1]]
    assert "同名" in preview.faults[0].reason or preview.faults[0].reason


def test_two_cells_for_one_value_are_a_fault(client, rui, year, sheets, school):
    client.force_login(rui)

    page = upload(
        client, book_of(["单位", "D1", "D1 依据"], [school.name, 4, "检查"], [school.name, 5, "检查"])
    )

    assert len(page.context["preview"].changes) == 1
    assert "第 2 行" in page.context["preview"].faults[0].reason


def test_what_the_ledger_proves_or_nobody_knows_is_a_fault(client, rui, year, sheets, school, bank):
    client.force_login(rui)

    page = upload(
        client,
        book_of(
            ["单位", "A1", "A1 依据", "Z9", "Z9 依据", "D2", "D2 依据"],
            [school.name, 1, "x", 1, "x", "", ""],
            [bank.name, "", "", "", "", 1, "x"],
        ),
    )

    assert [fault.place.column for fault in page.context["preview"].faults] == ["B", "D", "F"]


def test_nobody_enters_values_of_the_own_unit(client, rui, year, sheets, school):
    rui.memberships.create(role="liaison", unit=school)
    client.force_login(rui)

    page = upload(client, book_of(["单位", "D1", "D1 依据"], [school.name, 4, "检查"]))

    assert "回避" in page.context["preview"].faults[0].reason


def test_of_many_faults_the_page_shows_some_and_says_how_many_more(client, rui, year, sheets, monkeypatch):
    monkeypatch.setattr("assessments.views.values.SHOWN", 5)
    client.force_login(rui)
    rows = [[f"无名单位{number}", 4, "检查"] for number in range(12)]

    page = upload(client, book_of(["单位", "D1", "D1 依据"], *rows))

    text = page.content.decode()
    assert "无名单位4" in text and "无名单位5" not in text
    assert "另有 7 项" in text


# Files that are none


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 200),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 200),
        ("page.xls", b"<html><table><tr><td>D1</td></tr></table></html>"),
        ("no-heading.xlsx", None),
    ],
)
def test_a_file_that_holds_no_values_is_refused_with_a_sentence(client, rui, year, sheets, name, content):
    client.force_login(rui)
    content = content if content is not None else saved(book_of(["甲", "乙"], [1, 2]))

    page = upload(client, content, name)

    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert not ScoreLine.objects.exists()


def test_no_file_at_all_is_said(client, rui, year, sheets):
    client.force_login(rui)

    page = client.post(reverse("assessments:values_import"), {})

    assert page.context["form"].errors["file"]


def test_a_file_over_the_limit_is_refused(client, rui, year, sheets, settings):
    settings.IMPORT_FILE_BYTES = 1000
    client.force_login(rui)

    page = upload(client, b"x" * 2000)

    assert "太大" in page.context["form"].errors["file"][0]


# Confirming


def ready(client, school):
    """A preview of one change."""
    return upload(client, book_of(["单位", "D1", "D1 依据"], [school.name, 4, "检查"]))


def test_what_changed_since_the_preview_is_not_overwritten_unseen(client, rui, ou, year, sheets, school):
    client.force_login(rui)
    page = ready(client, school)
    score.set_value(sheets[school], year.standard.indicators.get(code="D1"), D(2), "抽查", by=ou)

    answer = confirm(client, page)

    assert value_of(sheets[school], "D1") == (2, "抽查")
    assert answer.context["preview"].changes[0].line.value == 2


def test_a_preview_belongs_to_whoever_made_it(client, rui, ou, year, sheets, school):
    client.force_login(rui)
    page = ready(client, school)
    client.force_login(ou)

    confirm(client, page)

    assert not ScoreLine.objects.exists()


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c"])
def test_an_address_that_was_made_up_leads_back(client, rui, year, sheets, token):
    client.force_login(rui)

    for response in (
        client.get(reverse("assessments:values_preview"), {"token": token}),
        client.post(reverse("assessments:values_apply"), {"token": token, "digest": "x"}),
        client.post(reverse("assessments:values_apply")),
    ):
        assert response.url == reverse("assessments:values_import")


def test_nothing_is_taken_over_in_a_closed_year(client, rui, year, sheets, school):
    client.force_login(rui)
    page = ready(client, school)
    type(year).objects.filter(pk=year.pk).update(status="closed")

    confirm(client, page)

    assert not ScoreLine.objects.exists()


@pytest.mark.parametrize("name", ["values_import", "values_preview"])
def test_a_liaison_has_no_part_in_workbooks(client, lan, year, sheets, name):
    client.force_login(lan)

    assert client.get(reverse(f"assessments:{name}")).status_code == 403
    assert client.post(reverse("assessments:values_export")).status_code == 403
    assert client.post(reverse("assessments:values_apply")).status_code == 403


def test_without_a_year_there_is_no_workbook(client, rui):
    client.force_login(rui)

    assert client.get(reverse("assessments:values_import")).status_code == 404


@pytest.mark.parametrize("units", [1, 5, 50])
def test_taking_over_costs_the_same_queries_however_many_units(year, rui, units, django_assert_num_queries):
    made = [one.unit for one in UnitYearFactory.create_batch(units, cycle=year)]
    score.open_sheets(year)
    content = saved(book_of(["单位", "D1", "D1 依据"], *[[unit.name, 4, "检查"] for unit in made]))
    cells, _passed_over = exports.read_values(content)
    digest = values.judge(year, cells, by=rui).digest
    rui.roles  # noqa: B018 – read once per request

    with django_assert_num_queries(19):
        values.apply(year, cells, digest=digest, source="x", by=rui)

    assert ScoreLine.objects.count() == units
