"""Whatever leaves the portal as a table is text: nothing that people typed becomes a formula."""

import base64
import csv
import io
import re
import zipfile
from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import load_workbook

from assessments.actions import moderation, publication, score
from assessments.models import Award, HonorItem, RankingRelease, ScoreLine
from civportal.lib import tables
from civportal.lib.clock import now, today
from civportal.lib.listings import Column, Listing
from tests.factories import (
    AwardFactory,
    ClaimFactory,
    EntryFactory,
    LiaisonFactory,
    MarkFactory,
    MembershipFactory,
    PlanFactory,
    ReviewFactory,
    UnitFactory,
    UnitYearFactory,
    UserFactory,
)
from tests.units.lists import unit_row, workbook
from units import listings
from units.actions import intake, life
from units.models import Category, ImportBatch, Role, TrailEvent, Unit, User
from units.views import export

pytestmark = pytest.mark.django_db

TRICKS = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "＝1+1", '"=1+1']


def texts(content):
    """Every cell of a workbook; fails on the first formula."""
    cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    return {cell.value for cell in cells}


@pytest.mark.parametrize("trick", TRICKS)
def test_the_slips_of_new_accounts_are_text(client, admin, trick):
    UnitFactory(name=f"{trick}公司", contact=trick)
    client.force_login(admin)

    page = client.post(reverse("units:accounts_issue")).content.decode()

    workbook = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    assert trick.strip() in {str(text).strip() for text in texts(workbook)}


def test_the_list_of_what_was_left_out_is_text(client, admin):
    wrong = [unit_row(f"单位{n}", contact="甲", supervisor=trick) for n, trick in enumerate(TRICKS)]
    for row, trick in zip(wrong, TRICKS, strict=True):
        row[1] = trick
    batch = intake.preview(workbook(*wrong), "名册.xlsx", by=admin)
    client.force_login(admin)

    found = texts(client.get(reverse("units:import_left_out", args=[batch.pk])).content)

    assert {"@SUM(1)", "+1+1", "＝1+1"} <= found


# Every list: how it is taken out, by whom, and in which column of it the words stand.
OFFICE_LISTS = ["units:units", "units:people", "units:imports", "assessments:entries", "assessments:plans",
    "assessments:queue", "assessments:awards", "assessments:honors", "assessments:sheets",
    "assessments:ranking", "assessments:documents", "assessments:gaps", "assessments:gaps_absent",
    "assessments:gaps_rushed", "assessments:owing", "units:trail", "units:windows", "units:letters",
    "units:account_requests", "units:outbox", "assessments:wall_chart",
    "assessments:weak_units", "assessments:agreement", "assessments:binders", "assessments:calibrations",
    "assessments:moderated_ranking", "assessments:assignments", "assessments:assignments_records",
    "assessments:assignments_load",
    "assessments:bulks", "assessments:conflicts_all", "assessments:questions", "assessments:faq"]  # fmt: skip
ADMIN_LISTS = ["units_unit", "units_user", "units_trailevent", "units_category", "units_importbatch",
    "assessments_ledgerentry", "assessments_scoresheet", "assessments_scoreline", "assessments_honoritem",
    "assessments_award"]  # fmt: skip

# What a liaison may see as well, narrowed to the own unit; what the director may not.
EVERYBODYS = {
    "assessments:binders",
    "assessments:entries",
    "assessments:faq",
    "assessments:plans",
    "assessments:questions",
    "assessments:documents",
    "assessments:wall_chart",
    "units:windows",
    "units:letters",
}
ADMINISTRATORS = ("/admin/", "/people/requests/")


def taken(client, address, kind="xlsx", **query):
    """The list as a file; the answer is read as a browser would."""
    answer = client.post(f"{address}?{urlencode(query)}" if query else address, {"format": kind})
    assert answer.status_code == 200 and answer.streaming, answer.status_code
    return b"".join(answer.streaming_content)


def lines(content):
    """The rows of a csv."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def cells(content):
    """The rows of the first sheet of a workbook."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def desk(client, ou, admin):
    """The browser of somebody who may see the list at an address."""

    def signed_in(address):
        client.force_login(admin if address.startswith(ADMINISTRATORS) else ou)
        return client

    return signed_in


@pytest.fixture
def tricky(furnished, year, school, admin):
    """A county in which somebody typed tricks into everything that a list shows."""
    trick = "=cmd|' /C calc'!A0"
    for number, text in enumerate(TRICKS):
        UnitFactory(name=f"{text}公司{number}", contact=text, address=text, remark=text)
        EntryFactory(cycle=year, unit=school, submitted=True, title=text)
    Unit.objects.filter(pk=school.pk).update(name=trick)
    User.objects.filter(pk=admin.pk).update(name=trick)
    ImportBatch.objects.update(file_name=trick)
    HonorItem.objects.update(issuer=trick)
    Award.objects.update(unit_name=trick, document_number=trick)
    ScoreLine.objects.update(basis=trick)


def addresses():
    yield from (reverse(name) for name in OFFICE_LISTS)
    yield from (reverse(f"admin:{name}_export") for name in ADMIN_LISTS)


# A county takes seconds to furnish: one is enough for all lists.
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_no_list_leaves_with_a_formula(desk, tricky, kind):
    for address in addresses():
        content = taken(desk(address), address, kind)

        if kind == "xlsx":
            assert texts(content), address
            assert not re.search(rb"<f[ >/]", sheet_xml(content)), address
        else:
            found = [cell for row in lines(content) for cell in row]
            runs = [cell for cell in found if re.match(r"[\s\"]*[=+@＝＋＠\t\r]|-[^0-9]", cell)]
            assert not runs, address


def sheet_xml(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"".join(package.read(name) for name in package.namelist() if "worksheets" in name)


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_typed_is_read_back_as_it_was_typed(client, rui, trick, kind):
    UnitFactory(name="云泽县第一小学", address=f"{trick}号")
    client.force_login(rui)

    [sheet, *_rest] = tables.read(taken(client, reverse("units:units"), kind))

    assert sheet.rows[1][5] == f"{trick}号"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_every_list_opens_where_people_open_it(desk, furnished, year, kind, monkeypatch):
    # One claim marked by two is enough here to show an order.
    monkeypatch.setattr(moderation, "ENOUGH", 0)
    PlanFactory(cycle=year, submitted=True)
    UnitFactory(participation="required", participation_note="应创未创")
    october = now().replace(year=2026, month=10, day=20)
    rushed = UnitYearFactory(cycle=year).unit
    EntryFactory.create_batch(3, cycle=year, unit=rushed, submitted=True, first_submitted_at=october)
    MarkFactory(claim=ClaimFactory(entry=ReviewFactory(entry__cycle=year, entry__accepted=True).entry))

    for address in addresses():
        first = tables.read(taken(desk(address), address, kind))[0]
        assert len(first.rows) > 1 and all(first.rows[0]), address


def test_cells_are_what_they_mean(client, rui, year, school):
    EntryFactory(cycle=year, unit=school, submitted=True, title="=1+1", receipt="YZ-2026-0412")
    Unit.objects.filter(pk=school.pk).update(uscc="12999901MB1234567X", staff_count=50, mobile="13800000001")
    client.force_login(rui)

    entries = load_workbook(io.BytesIO(taken(client, reverse("assessments:entries")))).worksheets[0]
    units = load_workbook(io.BytesIO(taken(client, reverse("units:units"), q="小学"))).worksheets[0]

    assert [cell.data_type for cell in entries[2]] == ["s", "s", "s", "d", "n", "n", "s", "s"]
    assert entries["A2"].number_format == "@" and entries["D2"].number_format.startswith("yyyy")
    found = {heading.value: cell for heading, cell in zip(units[1], units[2], strict=True)}
    assert (found["在职人数"].value, found["在职人数"].data_type) == (50, "n")
    assert (found["统一社会信用代码"].value, found["手机"].value) == ("12999901MB1234567X", "138****0001")
    # A code typed below the list stays text, too.
    assert units.column_dimensions["B"].number_format == "@"
    assert units.freeze_panes == "A2" and units.auto_filter.ref == "A1:Y2"
    assert units["A1"].font.bold and units.column_dimensions["A"].width > 20


def test_a_second_sheet_says_what_the_file_is(client, rui, school):
    client.force_login(rui)
    kind = Category.objects.get(code="organ")

    content = taken(client, reverse("units:units"), category=kind.pk, q="小学")
    sheet = load_workbook(io.BytesIO(content)).worksheets[1]

    said = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    for word in ("单位名册", "类别", "机关", "小学", "1", "芮安", "rui", f"{today():%Y-%m-%d}"):
        assert word in said


def test_what_is_filtered_away_does_not_leave(client, rui, school, bank):
    client.force_login(rui)

    found = lines(taken(client, reverse("units:units"), "csv", q="小学"))

    assert [row[0] for row in found[1:]] == ["云泽县第一小学"]


def test_all_pages_of_a_list_leave(client, rui):
    UnitFactory.create_batch(120)
    client.force_login(rui)

    assert len(lines(taken(client, reverse("units:units"), "csv", page=2))) == 121


def test_the_register_as_at_a_day_leaves_as_it_was(client, ou, rui, school):
    life.rename(school, "云泽县实验小学", on=date(2026, 6, 1), document_number="云编〔2026〕1号", by=ou)
    client.force_login(rui)

    found = lines(taken(client, reverse("units:units"), "csv", at="2026-05-01"))

    assert [row[0] for row in found[1:]] == ["云泽县第一小学"]


def test_a_liaison_takes_out_the_own_records_only(client, lan, furnished):
    client.force_login(lan)

    entries = taken(client, reverse("assessments:entries"), "csv").decode()
    plans = taken(client, reverse("assessments:plans"), "csv").decode()

    assert "ownlanseen" in entries and "ownmeiseen" not in entries + plans
    assert "农商银行" not in entries + plans


def test_who_may_not_see_a_list_does_not_take_it(client, lan, furnished):
    client.force_login(lan)

    for name in sorted({*OFFICE_LISTS} - EVERYBODYS):
        assert client.post(reverse(name), {"format": "csv"}).status_code in (403, 404), name


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR, Role.COUNTY_LEADER])
def test_readers_of_the_register_take_no_numbers(client, school, role):
    Unit.objects.filter(pk=school.pk).update(mobile="13800000001", email="a@example.cn", remark="内部")
    reader = UserFactory()
    MembershipFactory(user=reader, role=role)
    client.force_login(reader)

    content = taken(client, reverse("units:units"), "csv").decode()

    assert "138****0001" in content
    assert not [word for word in ("13800000001", "example.cn", "内部") if word in content]
    assert client.post(reverse("units:units_export"), {"reason": "想要电话"}).status_code == 403


# telephone numbers

CONTACTS = "units:units_export"


@pytest.mark.parametrize("reason", ["", "   ", "通知", " 开 会 "])
def test_without_a_stated_purpose_no_number_leaves(client, rui, school, reason):
    Unit.objects.filter(pk=school.pk).update(mobile="13800000001")
    client.force_login(rui)

    answer = client.post(reverse(CONTACTS), {"reason": reason, "format": "csv"})

    assert not answer.streaming and "13800000001" not in answer.content.decode()
    assert not TrailEvent.objects.filter(verb="export").exists()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_numbers_leave_with_their_purpose_and_the_copy_bears_it(client, rui, school, kind):
    Unit.objects.filter(pk=school.pk).update(mobile="13800000001", email="a@example.cn")
    client.force_login(rui)

    answer = client.post(reverse(CONTACTS), {"reason": "通知十二月会议", "format": kind})
    content = b"".join(answer.streaming_content)

    rows = cells(content) if kind == "xlsx" else lines(content)
    mark = rows[0 if kind == "xlsx" else -1][0]
    for word in ("芮安", "rui", "通知十二月会议", f"{today():%Y-%m-%d}"):
        assert word in mark
    assert "13800000001" in str(rows) and "a@example.cn" in str(rows)
    assert "通知十二月会议" in TrailEvent.objects.about(rui).get(verb="export").note
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        assert "通知十二月会议" in sheet.oddFooter.left.text and sheet.freeze_panes == "A3"


def test_asking_for_the_numbers_keeps_the_filter(client, rui, school, bank):
    client.force_login(rui)

    asked = client.post(reverse("units:units") + "?q=小学", {"format": "contacts"})
    page = client.get(asked.url)
    answer = client.post(asked.url, {"format": "csv", "reason": "通知十二月会议"})

    assert page.context["count"] == 1
    assert "农商银行" not in b"".join(answer.streaming_content).decode()


# how it leaves


def test_the_trail_has_the_line_before_the_file_leaves(client, rui, school):
    client.force_login(rui)

    answer = client.post(reverse("units:units") + "?q=小学", {"format": "csv"})

    [event] = TrailEvent.objects.about(rui)
    assert event.verb == "export"
    assert "单位名册" in event.note and "小学" in event.note and "1" in event.note
    answer.close()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_is_named_after_the_list_and_the_day(client, rui, kind):
    client.force_login(rui)

    answer = client.post(reverse("units:units"), {"format": kind})

    name = quote(f"单位名册-{today():%Y-%m-%d}.{kind}")
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_an_unknown_kind_of_file_is_a_workbook(client, rui):
    client.force_login(rui)

    assert taken(client, reverse("units:units"), "exe").startswith(b"PK")


def test_a_list_costs_the_same_however_long(desk, furnished, year, django_assert_max_num_queries, subtests):
    def cost(address):
        client = desk(address)
        # The weak units ask once for each rule.
        with django_assert_max_num_queries(20) as asked:
            taken(client, address, "csv")
        return len(asked)

    for address in addresses():
        taken(desk(address), address, "csv")
    before = {address: cost(address) for address in addresses()}
    lengthen(year)
    # Each export leaves a line, so that the trail itself is longer as well.
    for address in addresses():
        with subtests.test(address):
            assert cost(address) == before[address]


def lengthen(year):
    """Five more of everything that the lists show."""
    for _number in range(5):
        unit = UnitFactory(supervisor=UnitFactory())
        EntryFactory(cycle=year, unit=unit, submitted=True)
        PlanFactory(cycle=year, unit=unit, submitted=True)
        AwardFactory(unit=unit)
        UnitYearFactory(cycle=year, unit=unit)
        LiaisonFactory(memberships__unit=unit)
    score.open_sheets(year)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_first_bytes_leave_before_the_last_row_is_read(kind):
    read = []

    def records():
        for number in range(20_000):
            read.append(number)
            yield Unit(name=f"单位{number}")

    listing = Listing("名册", (Column("单位", "name"),))
    chunks = export.answer(export.Copy(listing, (), now()), records(), kind).streaming_content
    first = next(chunks)

    assert first and not read
    while not read:
        next(chunks)
    assert len(read) <= 2000
    assert len(b"".join(chunks)) > 1000 and len(read) == 20_000


def test_rows_are_fetched_in_pieces(rui, django_assert_num_queries):
    UnitFactory.create_batch(5)

    # The units, and beside each piece of them their names, tags and further columns.
    with django_assert_num_queries(4):
        assert len(list(listings.REGISTER.rows(Unit.objects.all()))) == 5


# what everybody may take


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_everybody_takes_the_public_lists(client, furnished, kind):
    release = RankingRelease.objects.published().first()

    roll = client.get(reverse("assessments:public_roll"), {"format": kind})
    ranking = client.get(reverse("assessments:public_ranking", args=[release.pk]), {"format": kind})

    for answer in (roll, ranking):
        content = b"".join(answer.streaming_content)
        assert len(tables.read(content)[0].rows) > 1
    assert not TrailEvent.objects.filter(verb="export").exists()


def test_a_withdrawn_ranking_is_not_given_out(client, ou, furnished):
    release = RankingRelease.objects.published().first()
    publication.withdraw(release, note="有误", by=ou)

    answer = client.get(reverse("assessments:public_ranking", args=[release.pk]), {"format": "csv"})

    assert not answer.streaming and "有误" in answer.content.decode()
