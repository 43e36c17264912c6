"""The permission table of units, people and imports. Lan and Mei are liaisons of two units."""

import pytest
from rules.permissions import permissions

from tests.factories import AccountRequestFactory, LiaisonFactory
from units.actions import account_request as request_actions
from units.models import AccountRequest, ImportBatch, Unit, User

pytestmark = pytest.mark.django_db

OFFICE = {"rui", "ou", "an"}

# permission, what it is asked about, who may
WHO_MAY = [
    ("list_units", None, OFFICE),
    ("view_unit_page", "lan's unit", {"lan", *OFFICE}),
    ("view_unit_page", None, OFFICE),
    ("view_contacts", "lan's unit", {"lan", *OFFICE}),
    ("view_history", None, OFFICE),
    ("create_unit", None, OFFICE),
    ("edit_unit", "lan's unit", OFFICE),
    ("change_unit", "lan's unit", OFFICE),
    ("rename_unit", "lan's unit", {"ou", "an"}),
    ("merge_units", "lan's unit", {"ou", "an"}),
    ("split_unit", "lan's unit", {"ou", "an"}),
    ("dissolve_unit", "lan's unit", {"ou", "an"}),
    ("view_paper", "lan's unit", {"lan", *OFFICE}),
    ("add_paper", "lan's unit", {"lan", *OFFICE}),
    ("list_windows", None, {"lan", "mei", *OFFICE}),
    ("view_window", "lan's unit", {"lan", *OFFICE}),
    ("add_window", "lan's unit", {"lan", *OFFICE}),
    ("edit_window", "lan's unit", {"lan", *OFFICE}),
    ("view_organization", "lan's unit", {"lan", *OFFICE}),
    ("edit_organization", "lan's unit", {"lan", *OFFICE}),
    ("list_letters", None, {"lan", "mei", *OFFICE}),
    ("view_letter", "lan's unit", {"lan", *OFFICE}),
    ("sign_letter", "lan's unit", {"lan", *OFFICE}),
    ("print_letters", "lan's unit", {"lan", *OFFICE}),
    ("print_letters", None, OFFICE),
    ("delete_letter", "lan's unit", OFFICE),
    ("edit_letter_text", None, {"ou", "an"}),
    ("import_units", None, {"an"}),
    ("view_import", None, OFFICE),
    ("apply_import", None, {"an"}),
    ("decide_import", None, {"an"}),
    ("rearrange_import", None, {"an"}),
    ("download_import", None, {"an"}),
    ("discard_import", None, {"an"}),
    ("undo_import", None, {"an"}),
    ("list_people", None, {"ou", "an"}),
    ("issue_account", None, {"an"}),
    ("give_role", "lan", {"an"}),
    ("give_role", "an", {"an"}),
    ("take_role", "lan", {"an"}),
    ("take_role", "an", set()),
    ("hand_over", "lan", {"ou", "an"}),
    ("hand_over", "rui", {"an"}),
    ("hand_over", "an", set()),
    ("list_requests", None, {"an"}),
    ("approve_request", "a request", {"an"}),
    ("refuse_request", "a request", {"an"}),
    ("reset_password", "lan", {"an"}),
    ("reset_password", "an", set()),
    ("block_account", "lan", {"an"}),
    ("block_account", "an", set()),
    ("reset_second_factor", "lan", {"an"}),
    ("reset_second_factor", "an", set()),
    ("edit_office", None, {"ou", "an"}),
    ("view_trail", None, {"ou", "an"}),
    ("view_permissions", None, {"ou", "an"}),
    ("administer", None, {"an"}),
]


@pytest.fixture
def cast(lan, mei, rui, ou, admin):
    return {person.username: person for person in (lan, mei, rui, ou, admin)}


@pytest.mark.parametrize(("permission", "asked_of", "who"), WHO_MAY)
def test_who_may(cast, school, permission, asked_of, who):
    records = {**cast, "lan's unit": school, "a request": AccountRequestFactory()}
    record = records.get(asked_of)

    assert {name for name, user in cast.items() if user.has_perm(f"units.{permission}", record)} == who


def test_the_table_names_every_permission():
    known = {name.removeprefix("units.") for name in permissions if name.startswith("units.")}

    assert {permission for permission, _asked_of, _who in WHO_MAY} == known


def test_a_blocked_administrator_may_nothing(admin):
    admin.is_active = False

    assert not admin.has_perm("units.list_units")


@pytest.mark.parametrize("permission", ["give_role", "hand_over"])
def test_nothing_begins_with_a_blocked_account(admin, lan, permission):
    lan.is_active = False

    assert not admin.has_perm(f"units.{permission}", lan)


def test_a_decided_request_is_not_decided_again(admin):
    request = AccountRequestFactory()
    request_actions.refuse(request, note="不是本单位的", by=admin)
    request.refresh_from_db()

    assert not admin.has_perm("units.approve_request", request)
    assert not admin.has_perm("units.refuse_request", request)


def test_requests_are_known_to_those_who_list_them(cast):
    AccountRequestFactory()

    sees = {name for name, user in cast.items() if AccountRequest.objects.visible_to(user).exists()}
    assert sees == {name for name, user in cast.items() if user.has_perm("units.list_requests")}


def test_lists_of_units_hold_what_may_be_viewed(cast, school, bank):
    for user in cast.values():
        viewable = {unit.pk for unit in Unit.objects.all() if user.has_perm("units.view_unit_page", unit)}
        assert viewable == set(Unit.objects.visible_to(user).values_list("pk", flat=True))


def test_imports_are_the_offices_own(cast, admin):
    ImportBatch.objects.create(file_name="a.xlsx", sha256="0" * 64, size=1, by=admin)

    sees = {name for name, user in cast.items() if ImportBatch.objects.visible_to(user).exists()}
    assert sees == {name for name, user in cast.items() if user.has_perm("units.view_import")}


def test_people_are_known_to_those_who_list_them_and_to_themselves(cast):
    LiaisonFactory()

    for user in cast.values():
        seen = set(User.objects.visible_to(user))
        assert (seen == set(User.objects.people())) == user.has_perm("units.list_people")
        assert user in seen
