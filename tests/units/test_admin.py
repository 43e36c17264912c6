from datetime import date

import pytest
from django.contrib import admin as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from import_export.admin import ImportMixin

from civportal.lib import tables
from tests.factories import AccountRequestFactory, LetterFactory, PaperFactory, UnitFactory, WindowFactory
from tests.units.lists import EXPECTED, SAMPLE, unit_row, workbook
from units.actions import intake, life, notification, trail
from units.admin import LookOnlyAdmin
from units.models import (
    Category,
    ImportBatch,
    LetterText,
    Membership,
    Notification,
    Office,
    Organization,
    Tag,
    TrailEvent,
    Unit,
    UnitName,
    User,
    WindowStaff,
)
from units.models.intake_kinds import all_kinds

pytestmark = pytest.mark.django_db

OURS = sorted(
    (model for model in site.site._registry if model._meta.app_label == "units"), key=lambda m: m.__name__
)
LOOK_ONLY = [model for model in OURS if isinstance(site.site._registry[model], LookOnlyAdmin)]


@pytest.fixture
def desk(client, admin):
    """The administrator's browser."""
    client.force_login(admin)
    return client


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def one_of_each(admin, school, lan):
    """A record of every model of the app."""
    Office.objects.create(county="云泽县")
    UnitName.objects.create(unit=school, name="一小")
    AccountRequestFactory()
    school.tags.create(name="重点")
    life.merge(
        [UnitFactory()], into=school, on=date(2026, 5, 1), document_number="云编发〔2026〕3号", by=admin
    )
    WindowStaff.objects.create(window=WindowFactory(unit=school), badge_number="101")
    Organization.objects.create(unit=school)
    LetterFactory(unit=school, paper=PaperFactory(unit=school))
    LetterText.objects.create(year=2026, title="责任书", body="正文")
    batch = intake.preview(workbook(unit_row("县水利局", 1)), "x.xlsx", by=admin)
    notification.announce(batch, "apply", by=lan)
    kind = TrailEvent.objects.first().content_type
    Notification.objects.create(to=admin, content_type=kind, object_id=batch.pk, verb="apply", title="x")


def test_every_model_is_in_the_admin():
    assert {model.__name__ for model in OURS} == {
        "AccountRequest", "Category", "ImportBatch", "ImportRow", "LetterText", "LifeAct", "Membership",
        "Notification", "Office", "Organization", "Paper", "ResponsibilityLetter", "SearchEntry", "Session",
        "Succession",
        "Tag", "TrailEvent", "Unit", "UnitName", "UnitPast", "User", "Window", "WindowStaff",
    }  # fmt: skip


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_page_opens_for_the_administrator(desk, one_of_each, model):
    record = model._default_manager.first()
    may_add = model not in LOOK_ONLY and model is not Office

    assert desk.get(address(model, "changelist")).status_code == 200
    assert desk.get(address(model, "changelist"), {"q": "县"}).status_code == 200
    assert desk.get(address(model, "change", record.pk)).status_code == 200
    assert desk.get(address(model, "history", record.pk)).status_code == 200
    assert desk.get(address(model, "add")).status_code == (200 if may_add else 403)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nobody_else_gets_in(client, one_of_each, rui, lan, model):
    page = address(model, "changelist")

    assert client.get(page).url.startswith(reverse("units:login"))
    for person in (rui, lan):
        client.force_login(person)
        assert client.get(page, follow=True).status_code == 403
        assert client.get(reverse("admin:index"), follow=True).status_code == 403


@pytest.mark.parametrize("model", [*LOOK_ONLY, Membership, Office, User], ids=lambda model: model.__name__)
def test_what_happened_is_deleted_by_nobody(desk, one_of_each, model):
    record = model._default_manager.first()

    desk.post(address(model, "delete", record.pk), {"post": "yes"})
    desk.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"},
    )

    assert model._default_manager.filter(pk=record.pk).exists()


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_of_units_costs_the_same_however_long(desk, django_assert_num_queries, rows):
    UnitFactory.create_batch(rows, supervisor=UnitFactory())
    desk.get(address(Unit, "changelist"))

    with django_assert_num_queries(8):
        desk.get(address(Unit, "changelist"))


# changes and their history


def unit_form(unit=None, **values):
    unit = unit or Unit(participation="participating")
    form = {"names-TOTAL_FORMS": 0, "names-INITIAL_FORMS": 0, "has_window": "unknown"}
    for name in ("name", "uscc", "category_id", "participation", "supervisor_id", "town_id", "sort_order"):
        form[name.removesuffix("_id")] = getattr(unit, name) or ""
    form["sort_order"] = unit.sort_order
    return form | values


def test_a_unit_is_added_and_its_history_begins(desk, admin):
    response = desk.post(address(Unit, "add"), unit_form(name="县 水 利 局"))

    unit = Unit.objects.get()
    assert response.status_code == 302
    assert unit.name == "县水利局"
    assert [(event.verb, event.by) for event in TrailEvent.objects.about(unit)] == [("create", admin)]


def test_a_change_is_history_with_old_and_new_and_a_new_version(desk, school):
    above = UnitFactory(name="县教育局")

    desk.post(address(Unit, "change", school.pk), unit_form(school, contact="赵梅", supervisor=above.pk))

    school.refresh_from_db()
    assert school.version == 1
    assert TrailEvent.objects.about(school).get().changes == {
        "contact": ["", "赵梅"],
        "supervisor": ["", "县教育局"],
    }
    desk.post(address(Unit, "change", school.pk), unit_form(school, contact="赵梅", supervisor=""))
    assert TrailEvent.objects.about(school).last().changes == {"supervisor": ["县教育局", ""]}


def test_saving_without_a_change_leaves_no_line(desk, school):
    desk.post(address(Unit, "change", school.pk), unit_form(school))

    assert not TrailEvent.objects.exists()


def test_the_admin_knows_the_rules_of_codes_too(desk, school):
    response = desk.post(address(Unit, "change", school.pk), unit_form(school, uscc="91999901W62YB0QG8D"))

    assert response.status_code == 200 and "代码不对" in response.content.decode()


def test_rows_inside_a_page_are_history_of_the_record(desk, school):
    name = {
        "names-TOTAL_FORMS": 1,
        "names-0-name": "一小",
        "names-0-is_alias": "on",
        "names-0-unit": school.pk,
    }

    desk.post(address(Unit, "change", school.pk), unit_form(school, **name))

    assert UnitName.objects.get().unit == school
    [event] = TrailEvent.objects.about(school)
    assert list(event.changes.values()) == [["", "一小"]]


def test_deleting_one_and_deleting_many_is_history(desk):
    one, *many = (Tag.objects.create(name=name) for name in ("重点", "窗口", "新增"))

    desk.post(address(Tag, "delete", one.pk), {"post": "yes"})
    desk.post(
        address(Tag, "changelist"),
        {"action": "delete_selected", "_selected_action": [tag.pk for tag in many], "post": "yes"},
    )

    assert not Tag.objects.exists()
    assert TrailEvent.objects.filter(verb="delete").count() == 3


def test_a_unit_is_never_deleted_it_ends_by_an_act(desk, school):
    assert desk.post(address(Unit, "delete", school.pk), {"post": "yes"}).status_code == 403

    assert Unit.objects.filter(pk=school.pk).exists()
    assert not TrailEvent.objects.exists()


def test_a_status_cannot_be_typed(desk, one_of_each):
    batch = ImportBatch.objects.get()

    desk.post(address(ImportBatch, "change", batch.pk), {"status": "applied", "file_name": "y"})

    assert ImportBatch.objects.get().is_previewed


def test_a_person_added_here_cannot_sign_in_before_a_password_is_issued(desk, school):
    form = {"username": "lin", "name": "林", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    form |= {"memberships-0-role": "liaison", "memberships-0-unit": school.pk}

    desk.post(address(User, "add"), form)

    person = User.objects.get(username="lin")
    assert not person.has_usable_password() and person.must_set_password
    assert Membership.objects.get(user=person).unit == school


def test_a_role_added_here_holds_since_now_and_ends_here(desk, lan, school):
    form = {"user": lan.pk, "role": "deputy", "unit": school.pk}

    desk.post(address(Membership, "add"), form)
    held = lan.memberships.current().get(role="deputy")
    ended = {"ended_at_0": "2099-01-01", "ended_at_1": "08:00:00"}
    desk.post(address(Membership, "change", held.pk), form | ended)

    assert not lan.memberships.current().filter(role="deputy").exists()


def test_the_last_administrator_stays_one_in_the_admin_too(desk, admin):
    held = admin.memberships.get()
    form = {"user": admin.pk, "role": "director"}

    response = desk.post(address(Membership, "change", held.pk), form)

    assert response.context["adminform"].form.errors
    held.refresh_from_db()
    assert held.role == "administrator"


def test_blocking_is_no_tick_in_the_admin(desk, lan):
    form = {"username": "lan", "name": "兰晓", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}

    desk.post(address(User, "change", lan.pk), form)

    lan.refresh_from_db()
    assert lan.is_active


def test_categories_are_edited_by_the_administrator(desk):
    bank = Category.objects.get(code="bank")

    desk.post(
        address(Category, "change", bank.pk),
        {"code": "bank", "name": "金融机构", "parent": bank.parent_id, "sort_order": 7},
    )

    assert TrailEvent.objects.about(bank).get().changes == {"name": ["银行", "金融机构"]}


# import and export

IMPORT = "/admin/units/unit/import/"
PROCESS = "/admin/units/unit/process_import/"
EXPORT = "/admin/units/unit/export/"


def chosen(content=None, name=SAMPLE.name):
    return {"import_file": SimpleUploadedFile(name, content or SAMPLE.read_bytes())}


def confirm(batch):
    return {"batch": batch.pk, "seen": batch.version}


def test_the_admin_imports_the_same_list_with_the_same_result(desk):
    assert desk.get(IMPORT).status_code == 200
    looked = desk.post(IMPORT, chosen())
    batch = ImportBatch.objects.get()

    assert "校验位不对" in looked.content.decode()
    assert not Unit.objects.exists()
    assert looked.context["result"].totals["new"] == EXPECTED["new"]

    applied = desk.post(PROCESS, confirm(batch))

    assert applied.url == batch.get_absolute_url()
    assert Unit.objects.participating().count() == 123
    assert TrailEvent.objects.filter(verb="import").count() == 125


@pytest.mark.parametrize("ending", [".xlsx", ".xls", "-县直单位.csv"])
def test_the_format_needs_no_choice(desk, ending):
    content = SAMPLE.with_name(SAMPLE.stem + ending).read_bytes()

    assert "confirm_form" in desk.post(IMPORT, chosen(content, "名册")).context


def test_a_file_that_is_no_list_is_refused_in_the_admin_too(desk, settings):
    assert "不是电子表格" in desk.post(IMPORT, chosen(b"\x89PNG\x00")).content.decode()
    settings.IMPORT_FILE_BYTES = 10
    assert "MB" in desk.post(IMPORT, chosen()).content.decode()
    assert not ImportBatch.objects.exists()


def test_a_list_is_applied_once(desk):
    desk.post(IMPORT, chosen())
    batch = ImportBatch.objects.get()
    desk.post(PROCESS, confirm(batch))

    assert desk.post(PROCESS, confirm(batch)).url == IMPORT
    assert desk.get(PROCESS).url == IMPORT


def test_a_list_that_was_changed_since_is_not_applied_unseen(desk, admin):
    desk.post(IMPORT, chosen())
    batch = ImportBatch.objects.get()
    intake.decide(batch, batch.rows.filter(verdict="new").first(), "leave", by=admin)

    assert desk.post(PROCESS, confirm(batch)).status_code == 409
    assert not Unit.objects.exists()


def test_a_refusal_is_said_on_the_imports_own_page(desk, monkeypatch):
    desk.post(IMPORT, chosen())
    batch = ImportBatch.objects.get()

    def refuse(*args, **kwargs):
        raise intake.ImportRefused("nothing was written")

    monkeypatch.setattr(intake, "apply", refuse)

    assert desk.post(PROCESS, confirm(batch)).url == batch.get_absolute_url()


def test_nobody_else_imports_or_exports_in_the_admin(client, rui):
    client.force_login(rui)

    for page in (IMPORT, PROCESS, EXPORT, USERS):
        assert client.get(page, follow=True).status_code == 403


USERS = "/admin/units/user/import/"
PEOPLE = workbook(["赵梅", "云泽县第一小学", "联络员"], headings=["姓名", "单位名称", "角色"])


def test_people_come_in_with_their_one_time_passwords_in_the_answer_only(desk, school):
    looked = desk.post(USERS, chosen(PEOPLE, "联络员.xlsx"))
    batch = ImportBatch.objects.get()
    assert batch.kind == "people" and "写入" not in looked.context["write_label"]
    assert not User.objects.filter(name="赵梅").exists()

    answer = desk.post("/admin/units/user/process_import/", confirm(batch))

    person = User.objects.get(name="赵梅")
    [slip] = answer.context["slips"]
    assert person.check_password(slip.password) and slip.password in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert Membership.objects.get(user=person).unit == school


def test_a_list_of_another_kind_is_refused_where_it_does_not_belong(desk):
    honors = workbook(["县水利局", "文明单位", "县级"], headings=["单位名称", "荣誉名称", "级别"])

    assert "result" not in desk.post(USERS, chosen(honors)).context
    assert not ImportBatch.objects.exists()


def test_a_list_that_changes_nothing_offers_nothing_to_write(desk, admin):
    content = workbook(unit_row("县水利局", 1))
    intake.take_in(content, "名册.xlsx", by=admin)

    html = desk.post(IMPORT, chosen(content)).content.decode()

    assert "没有要写入的" in html and PROCESS not in html


def test_a_long_list_is_read_on_its_own_page(desk, monkeypatch):
    monkeypatch.setattr(intake, "AT_ONCE", 5)

    response = desk.post(IMPORT, chosen())

    assert response.url == ImportBatch.objects.get().get_absolute_url()


def test_a_list_comes_in_through_the_pipeline_or_not_at_all():
    """No catalogue is saved row by row past the trail, the locks and the undoing."""
    importing = {
        model.__name__: admin.kind.code
        for model, admin in site.site._registry.items()
        if isinstance(admin, ImportMixin)
    }

    assert importing == {"Unit": "units", "User": "people", "Award": "honors", "Indicator": "indicators"}
    assert set(importing.values()) == {kind.code for kind in all_kinds()}


@pytest.fixture
def tricky(school):
    return UnitFactory(name="=1+1 公司", supervisor=school, has_window=True, staff_count=50, contact="@赵梅")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_register_goes_out_like_everywhere_and_comes_back_the_same(desk, admin, tricky, kind):
    assert desk.get(EXPORT).status_code == 200
    response = desk.post(EXPORT, {"format": kind})
    seen = intake.look(b"".join(response.streaming_content), "x")

    assert [row.verdict for row in seen.rows] == ["skipped", "same", "same"]
    assert TrailEvent.objects.about(admin).last().verb == "export"


def test_no_number_leaves_through_the_administration(desk, school):
    Unit.objects.filter(pk=school.pk).update(mobile="13800000001")

    content = b"".join(desk.post(EXPORT, {"format": "csv"}).streaming_content).decode()

    assert "138****0001" in content and "13800000001" not in content


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_catalogue_goes_out_as_it_is_listed(desk, kind):
    content = b"".join(desk.post("/admin/units/category/export/", {"format": kind}).streaming_content)

    [sheet, *_rest] = tables.read(content)

    assert sheet.rows[0] == ["名称", "代码", "上级类别", "排序"]
    assert len(sheet.rows) == Category.objects.count() + 1


@pytest.mark.parametrize("page", [IMPORT, EXPORT, "/admin/", "/admin/units/unit/"])
def test_no_page_of_the_admin_needs_inline_script_or_style(desk, page):
    html = desk.get(page).content.decode()

    assert " style=" not in html and " onchange=" not in html and " onclick=" not in html


def test_the_trail_of_what_was_deleted_stays(desk, admin):
    tag = Tag.objects.create(name="重点")
    trail.record(tag, "edit", by=admin)
    desk.post(address(Tag, "delete", tag.pk), {"post": "yes"})

    assert [event.verb for event in TrailEvent.objects.filter(object_id=tag.pk)] == ["delete", "edit"]
