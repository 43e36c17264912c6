"""Lists of honors and indicators in the administration: the same pipeline as on the portal's page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.actions import honor
from assessments.models import Award, HonorItem, Standard, WorkCalendar
from civportal.lib import tables
from tests.factories import AwardFactory
from tests.units.lists import workbook
from units.actions import intake
from units.models import ImportBatch, TrailEvent

pytestmark = pytest.mark.django_db

HONORS = workbook(
    ["云泽县第一小学", "文明校园", "县级", "2020"], headings=["单位名称", "荣誉名称", "级别", "年度"]
)
INDICATORS = workbook(
    ["组织", "研究", "40"], ["服务", "窗口", "60"], headings=["一级指标", "指标名称", "分值"]
)
LISTS = [("award", "honors", HONORS, Award, 1), ("indicator", "indicators", INDICATORS, Standard, 2)]


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def address(model, page, *args):
    return reverse(f"admin:assessments_{model}_{page}", args=args)


def look(client, model, content):
    return client.post(
        address(model, "import"),
        {"import_file": SimpleUploadedFile("表.xlsx", content)},
    )


def taken(client, model, kind):
    """The list as the administration gives it out."""
    return b"".join(client.post(address(model, "export"), {"format": kind}).streaming_content)


@pytest.mark.parametrize(("model", "kind", "content", "made", "rows"), LISTS)
def test_a_list_is_looked_at_applied_and_undone(desk, admin, school, model, kind, content, made, rows):
    assert address(model, "import") in desk.get(address(model, "changelist")).content.decode()

    looked = look(desk, model, content)
    batch = ImportBatch.objects.get()
    assert (batch.kind, looked.context["result"].totals["new"]) == (kind, rows)
    assert not made.objects.exists()

    applied = desk.post(address(model, "process_import"), {"batch": batch.pk, "seen": batch.version})
    batch.refresh_from_db()
    assert applied.url == batch.get_absolute_url() and batch.is_applied
    assert TrailEvent.objects.about(made.objects.get()).get().by == admin

    intake.undo(batch, by=admin)
    assert not made.objects.exists()


@pytest.mark.parametrize(("model", "kind", "content", "made", "rows"), LISTS)
def test_the_same_list_gives_the_same_rows_as_on_the_portals_page(
    desk, school, model, kind, content, made, rows
):
    look(desk, model, content)
    desk.post("/imports/new/", {"file": SimpleUploadedFile("表.xlsx", content), "kind": kind})

    here, there = ImportBatch.objects.order_by("pk")
    told = ("number", "verdict", "values", "changes", "problems")
    assert list(here.rows.values(*told)) == list(there.rows.values(*told))


@pytest.mark.parametrize("model", ["award", "indicator"])
def test_only_the_administrator_imports_here(client, ou, model):
    """The director imports honors and indicators on the portal's page; the administration is not his."""
    client.force_login(ou)

    for page in ("import", "process_import", "export"):
        assert client.get(address(model, page), follow=True).status_code == 403


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_roll_that_went_out_comes_back_as_what_it_is(desk, school, bank, ou, kind):
    AwardFactory(unit=school, unit_name=school.name)
    AwardFactory(unit=bank, unit_name=bank.name, status="pending")
    honor.revoke(AwardFactory(unit=bank, unit_name=bank.name, year=2019), note="材料不实", by=ou)

    seen = intake.look(taken(desk, "award", kind), f"荣誉.{kind}", kinds=("honors",))

    told = sorted(row.verdict for row in seen.rows if row.name)
    assert told == ["same", "same", "skipped"]


@pytest.mark.parametrize("model", ["honoritem", "workcalendar"])
def test_catalogues_are_kept_by_hand_and_go_out(desk, model):
    with pytest.raises(Exception, match="import"):
        address(model, "import")

    WorkCalendar.objects.get_or_create(year=2031, defaults={"days_off": ["2031-01-01/2031-01-03"]})
    [sheet, *_rest] = tables.read(taken(desk, model, "csv"))
    assert (
        len(sheet.rows) == {"honoritem": HonorItem, "workcalendar": WorkCalendar}[model].objects.count() + 1
    )
    assert model == "honoritem" or any("2031-01-01/2031-01-03" in row for row in sheet.rows)
