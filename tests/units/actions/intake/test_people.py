"""Lists of people, from the file to accounts and roles and back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import LiaisonFactory, UnitFactory, UserFactory
from tests.units.lists import workbook
from units.actions import intake
from units.actions import person as people
from units.models import Membership, Role, TrailEvent, UnitName, User

pytestmark = pytest.mark.django_db

HEADINGS = ["姓名", "单位名称", "角色", "账号", "手机"]


def preview(by, *rows, headings=HEADINGS, kinds=("people",)):
    return intake.preview(workbook(*rows, headings=headings), "联络员.xlsx", by=by, kinds=kinds)


def reasons(row):
    return [problem["reason"] for problem in row.problems]


def verdicts(batch):
    return [row.verdict for row in batch.rows.exclude(verdict="skipped")]


def test_new_people_get_an_account_a_role_and_a_slip(admin, school):
    batch = intake.apply(preview(admin, ["赵梅", school.name, "联络员", "", "13800000001"]), by=admin)

    person = User.objects.get(name="赵梅")
    assert person.must_set_password and person.works_for(school)
    [slip] = batch.slips
    assert (slip.person, slip.units) == (person, (school,))
    assert person.check_password(slip.password)
    assert TrailEvent.objects.about(person).get().verb == "issue_account"


def test_a_list_without_a_column_of_roles_is_one_of_liaisons(admin, school):
    intake.apply(preview(admin, ["赵梅", school.name], headings=["姓名", "单位名称"]), by=admin)

    assert Membership.objects.get(user__name="赵梅").role == Role.LIAISON


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("代理联络员", "deputy"),
        ("单位领导", "unit_leader"),
        ("主管部门", "supervisor"),
        ("分管领导", "unit_leader"),
    ],
)
def test_roles_are_understood_as_lists_call_them(admin, school, word, role):
    intake.apply(preview(admin, ["赵梅", school.name, word, "", ""]), by=admin)

    assert Membership.objects.get(user__name="赵梅").role == role


def test_roles_of_the_office_have_no_unit(admin, school):
    batch = intake.apply(preview(admin, ["赵梅", school.name, "经办人", "zhaomei", ""]), by=admin)

    held = Membership.objects.get(user__username="zhaomei")
    assert (held.role, held.unit) == (Role.CASE_OFFICER, None)
    assert reasons(batch.rows.get(name="赵梅")) == ["unit not needed"]


def test_the_list_of_people_as_it_was_exported_changes_nothing(client, admin, lan, mei):
    client.force_login(admin)
    exported = b"".join(client.post("/people/", {"format": "xlsx"}).streaming_content)

    batch = intake.preview(exported, "人员.xlsx", by=admin, kinds=("units", "people"))

    assert batch.kind == "people"
    assert list(batch.rows.exclude(verdict="skipped").values_list("verdict", flat=True)) == ["same"] * 3


def test_the_same_list_again_changes_nothing(admin, school):
    row = ["赵梅", school.name, "联络员", "", ""]
    intake.apply(preview(admin, row), by=admin)

    assert verdicts(preview(admin, row)) == ["same"]


def test_who_is_known_gets_one_more_role_and_no_second_account(admin, lan, school, bank):
    batch = preview(
        admin, ["兰晓", school.name, "单位领导", "", ""], ["兰晓", bank.name, "联络员", "lan", ""]
    )
    assert verdicts(batch) == ["update", "update"]

    batch = intake.apply(batch, by=admin)

    held = set(lan.memberships.current().values_list("role", "unit"))
    assert held == {("liaison", school.pk), ("unit_leader", school.pk), ("liaison", bank.pk)}
    assert batch.slips == [] and User.objects.filter(name="兰晓").count() == 1


def test_one_new_person_in_two_rows_gets_one_account(admin, school):
    batch = preview(admin, ["赵梅", school.name, "联络员", "", ""], ["赵梅", school.name, "单位领导", "", ""])

    intake.apply(batch, by=admin)

    assert Membership.objects.filter(user=User.objects.get(name="赵梅")).count() == 2


def test_when_one_row_is_left_out_the_next_one_brings_the_person(admin, school):
    batch = preview(admin, ["赵梅", school.name, "联络员", "", ""], ["赵梅", school.name, "单位领导", "", ""])
    batch = intake.decide(batch, batch.rows.get(verdict="new"), "leave", by=admin)

    assert verdicts(batch) == ["new"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["", "云泽县第一小学", "联络员", "", ""], "no person"),
        (["赵梅", "没有的单位", "联络员", "", ""], "unit not in the register"),
        (["赵梅", "", "联络员", "", ""], "unit missing"),
        (["赵梅", "云泽县第一小学", "皇帝", "", ""], "role unknown"),
        (["赵梅", "云泽县第一小学", "联络员", "lan", ""], "account of another"),
        (["赵梅", "云泽县第一小学", "联络员", "x" * 61, ""], "too long"),
    ],
)
def test_a_row_that_cannot_be_taken_in_says_why(admin, lan, row, reason):
    batch = preview(admin, ["孙涛", "云泽县第一小学", "联络员", "", ""], row)

    assert reason in reasons(batch.rows.get(verdict="error"))


def test_the_same_name_elsewhere_is_for_a_person_to_decide(admin, lan, bank):
    batch = preview(admin, ["兰晓", bank.name, "联络员", "", ""])
    row = batch.rows.get(verdict="suspected")
    assert row.beside["facts"][0] == "lan"

    same = intake.decide(batch, row, "same", by=admin)
    assert verdicts(same) == ["update"]
    new = intake.decide(batch, row, "new", by=admin)
    intake.apply(new, by=admin)

    assert User.objects.filter(name="兰晓").count() == 2


def test_a_blocked_account_gets_no_role(admin, lan, school):
    people.block(lan, by=admin)

    batch = preview(admin, ["兰晓", school.name, "单位领导", "", ""])

    assert reasons(batch.rows.get(verdict="error")) == ["account blocked"]


def test_a_unit_is_found_by_a_name_learnt_from_a_human_decision(admin, school):
    UnitName.objects.create(unit=school, name="一小")

    batch = preview(admin, ["赵梅", "一小", "联络员", "", ""])

    assert batch.rows.get(verdict="new").unit == school


def test_the_headings_tell_people_from_units(admin, school):
    kinds = ("units", "people")

    assert preview(admin, ["赵梅", school.name, "联络员", "", ""], kinds=kinds).kind == "people"
    units = preview(admin, [school.name, "赵梅"], headings=["单位名称", "联系人"], kinds=kinds)
    assert units.kind == "units"


def test_undoing_ends_the_roles_and_blocks_unused_accounts(admin, lan, school):
    batch = preview(admin, ["赵梅", school.name, "联络员", "", ""], ["兰晓", school.name, "单位领导", "", ""])
    batch = intake.apply(batch, by=admin)

    intake.undo(batch, by=admin)

    person = User.objects.get(name="赵梅")
    lan.refresh_from_db()
    assert not person.is_active and not person.memberships.current().exists()
    assert lan.is_active and lan.memberships.current().get().role == Role.LIAISON
    assert [event.verb for event in TrailEvent.objects.about(person)] == [
        "issue_account",
        "take_role",
        "block",
    ]


def test_an_account_that_was_used_keeps_the_import(admin, school):
    batch = intake.apply(preview(admin, ["赵梅", school.name, "联络员", "", ""]), by=admin)
    User.objects.filter(name="赵梅").update(must_set_password=False)

    with pytest.raises(intake.UndoRefused) as refusal:
        intake.undo(batch, by=admin)

    assert refusal.value.blockers == [("赵梅", "changed")]
    assert User.objects.get(name="赵梅").memberships.current().exists()


def test_queries_do_not_grow_with_the_rows(admin):
    UserFactory.create_batch(3)
    LiaisonFactory()

    def cost(count):
        units = UnitFactory.create_batch(count)
        rows = [[f"人{unit.pk}", unit.name, "联络员", "", ""] for unit in units]
        with CaptureQueriesContext(connection) as asked:
            intake.apply(preview(admin, *rows), by=admin)
        return len(asked)

    cost(2)

    assert cost(3) == cost(25)
