"""Lists of several kinds on one page; long ones read part by part; rows ticked together."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.units.lists import SAMPLE, unit_row, workbook
from units.actions import intake
from units.models import ImportBatch, ImportRow, Unit, User

pytestmark = pytest.mark.django_db

NEW = "/imports/new/"
HONORS = workbook(
    ["云泽县第一小学", "文明校园", "县级", "2020"], headings=["单位名称", "荣誉类别", "级别", "年度"]
)


@pytest.fixture
def desk(client, admin):
    client.force_login(admin)
    return client


def upload(client, content, **data):
    return client.post(NEW, {"file": SimpleUploadedFile("表.xlsx", content), **data})


def act(client, batch, name, **data):
    address = reverse(f"units:import_{name}", args=[batch.pk])
    return client.post(address, {"seen": batch.version, **data})


def test_the_headings_tell_what_is_listed(desk):
    upload(desk, HONORS)
    upload(desk, workbook(unit_row("县水利局", 1)))

    assert set(ImportBatch.objects.values_list("kind", flat=True)) == {"honors", "units"}


def test_a_person_may_say_what_is_listed(desk):
    upload(desk, workbook(["县水利局", "2020年县文明单位"], headings=["单位名称", "现有荣誉"]), kind="honors")

    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.tally["new"]) == ("honors", 1)


def test_what_was_misunderstood_is_read_anew(desk):
    upload(desk, workbook(["县水利局", "2020年县文明单位"], headings=["单位名称", "现有荣誉"]), kind="units")
    batch = ImportBatch.objects.get()

    act(desk, batch, "kind", kind="honors")

    batch.refresh_from_db()
    assert batch.kind == "honors"
    assert "文明单位" in desk.get(batch.get_absolute_url()).content.decode()


def test_what_cannot_be_read_so_is_said_and_changes_nothing(desk):
    upload(desk, HONORS)
    batch = ImportBatch.objects.get()

    response = act(desk, batch, "kind", kind="people")

    batch.refresh_from_db()
    assert (response.status_code, batch.kind) == (302, "honors")


def test_each_kind_is_imported_by_those_whose_matter_it_is(client, ou):
    client.force_login(ou)

    assert "导入" in client.get(NEW).content.decode()
    upload(client, HONORS)
    batch = ImportBatch.objects.get()
    assert act(client, batch, "apply").status_code == 302
    response = upload(client, workbook(unit_row("县水利局", 1)))
    assert response.status_code == 200 and ImportBatch.objects.count() == 1


def test_a_director_does_not_apply_a_list_of_units(client, ou, admin):
    batch = intake.preview(workbook(unit_row("县水利局", 1)), "名册.xlsx", by=admin)
    client.force_login(ou)

    assert act(client, batch, "apply").status_code == 403
    assert act(client, batch, "decide_rows", decision="leave").status_code == 403
    assert not Unit.objects.exists()


def test_a_case_officer_imports_nothing(client, rui):
    client.force_login(rui)

    assert client.get(NEW).status_code == 403


def test_one_time_passwords_are_in_the_answer_and_nowhere_else(desk, school):
    upload(desk, workbook(["赵梅", school.name], headings=["姓名", "单位名称"]))
    batch = ImportBatch.objects.get()

    response = act(desk, batch, "apply")

    assert response.status_code == 200 and "no-store" in response.headers["Cache-Control"]
    assert User.objects.get(name="赵梅").username in response.content.decode()
    assert desk.get(batch.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("kind", ["units", "people", "honors", "indicators"])
def test_every_kind_has_its_pages(desk, school, kind):
    files = {
        "units": workbook(unit_row("县水利局", 1)),
        "people": workbook(["赵梅", school.name], headings=["姓名", "单位名称"]),
        "honors": HONORS,
        "indicators": workbook(["组织", "研究", "4"], headings=["一级指标", "二级指标", "分值"]),
    }
    upload(desk, files[kind])
    batch = ImportBatch.objects.get()
    assert batch.kind == kind

    before = desk.get(batch.get_absolute_url())
    act(desk, batch, "apply")
    after = desk.get(batch.get_absolute_url())
    undone = act(desk, batch, "undo")

    assert (before.status_code, after.status_code, undone.status_code) == (200, 200, 302)
    assert desk.get("/imports/").status_code == 200


# ticked rows


@pytest.fixture
def batch(admin):
    rows = [unit_row(f"县第{number}局", number) for number in range(1, 6)]
    return intake.preview(workbook(*rows), "名册.xlsx", by=admin)


def test_ticked_rows_are_left_out_together_and_taken_after_all(desk, batch):
    rows = list(batch.rows.filter(verdict="new").values_list("pk", flat=True)[:3])

    act(desk, batch, "decide_rows", decision="leave", rows=rows)
    batch.refresh_from_db()
    assert (batch.tally["new"], batch.tally["skipped"]) == (2, 5)
    act(desk, batch, "decide_rows", decision="take", rows=rows[:1])

    batch.refresh_from_db()
    assert batch.tally["new"] == 3
    assert sum(batch.tally[verdict] for verdict in ImportRow.Verdict.values) == batch.rows.count()


def test_of_what_is_left_out_by_hand_nothing_is_to_be_supplied(desk, admin):
    batch = intake.preview(workbook(unit_row("县水利局"), unit_row("县林业局")), "名册.xlsx", by=admin)
    assert batch.tally["noted"] == 2

    act(desk, batch, "decide_rows", decision="leave", rows=[batch.rows.get(name="县林业局").pk])

    batch.refresh_from_db()
    assert batch.tally["noted"] == 1
    assert [row.name for row in batch.rows.to_put_right()] == ["县水利局"]


def test_ticking_leads_back_to_the_rows_one_was_looking_at(desk, batch):
    address = f"{batch.get_absolute_url()}?verdict=new&page=1"

    response = act(desk, batch, "decide_rows", decision="leave", next=address)

    assert response.url == address


@pytest.mark.parametrize(
    "data", [{}, {"decision": "leave"}, {"decision": "x", "rows": ["1"]}, {"rows": ["9" * 30]}]
)
def test_nothing_ticked_or_nonsense_changes_nothing(desk, batch, data):
    response = act(desk, batch, "decide_rows", **data)

    batch.refresh_from_db()
    assert (response.status_code, batch.tally["new"]) == (302, 5)


def test_rows_of_another_import_cannot_be_ticked(desk, batch, admin):
    other = intake.preview(workbook(unit_row("县林业局", 9)), "名册.xlsx", by=admin)

    act(desk, batch, "decide_rows", decision="leave", rows=[other.rows.get(verdict="new").pk])

    other.refresh_from_db()
    assert other.tally["new"] == 1


# long lists


@pytest.fixture
def reading(desk, monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE", 5)
    monkeypatch.setattr(intake, "PART", 100)
    upload(desk, SAMPLE.read_bytes())
    return ImportBatch.objects.get()


def test_a_long_list_shows_how_far_it_is_read(desk, reading):
    page = desk.get(reading.get_absolute_url()).content.decode()

    assert 'max="' in page and f'action="{reverse("units:import_step", args=[reading.pk])}"' in page
    assert not reading.rows.exists()


def test_without_a_script_every_step_is_a_button(desk, reading):
    for _step in range(3):
        response = act(desk, reading, "step")
        assert response.url == reading.get_absolute_url()

    reading.refresh_from_db()
    assert reading.is_previewed and reading.tally["new"] == 123


def test_with_a_script_the_page_asks_for_the_next_step_itself(desk, reading):
    address = reverse("units:import_step", args=[reading.pk])

    part = desk.post(address, headers={"HX-Request": "true"})
    desk.post(address, headers={"HX-Request": "true"})
    last = desk.post(address, headers={"HX-Request": "true"})

    assert 'id="reading"' in part.content.decode()
    assert last.headers["HX-Redirect"] == reading.get_absolute_url()


def test_reading_can_be_stopped(desk, reading):
    act(desk, reading, "step")

    assert desk.post(reverse("units:import_discard", args=[reading.pk])).status_code == 302

    reading.refresh_from_db()
    assert reading.status == "discarded" and not reading.rows.exists()


def test_a_long_file_without_a_row_is_put_aside_with_a_sentence(desk, monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE", 5)
    upload(desk, workbook(*[["合计"]] * 9), kind="units")
    batch = ImportBatch.objects.get()
    act(desk, batch, "step")

    response = act(desk, batch, "step")

    batch.refresh_from_db()
    assert (response.url, batch.status) == (NEW, "discarded")
