"""The permission table of units, people and imports. Lan and Mei are liaisons of two units."""

import pytest
from rules.permissions import permissions

from tests.factories import LiaisonFactory
from units.models import ImportBatch, Unit, User

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
    ("import_lists", None, {"ou", "an"}),
    ("import_units", None, {"an"}),
    ("import_people", None, {"an"}),
    ("view_import", None, OFFICE),
    ("preview_import", None, {"an"}),
    ("apply_import", None, {"an"}),
    ("decide_import", None, {"an"}),
    ("rearrange_import", None, {"an"}),
    ("download_import", None, {"an"}),
    ("discard_import", None, {"an"}),
    ("undo_import", None, {"an"}),
    ("list_people", None, {"ou", "an"}),
    ("issue_account", None, {"an"}),
    ("reset_password", "lan", {"an"}),
    ("reset_password", "an", set()),
    ("block_account", "lan", {"an"}),
    ("block_account", "an", set()),
    ("edit_office", None, {"ou", "an"}),
    ("administer", None, {"an"}),
]


@pytest.fixture
def cast(lan, mei, rui, ou, admin):
    return {person.username: person for person in (lan, mei, rui, ou, admin)}


@pytest.mark.parametrize(("permission", "asked_of", "who"), WHO_MAY)
def test_who_may(cast, school, permission, asked_of, who):
    record = school if asked_of == "lan's unit" else cast.get(asked_of)

    assert {name for name, user in cast.items() if user.has_perm(f"units.{permission}", record)} == who


def test_the_table_names_every_permission():
    known = {name.removeprefix("units.") for name in permissions if name.startswith("units.")}

    assert {permission for permission, _asked_of, _who in WHO_MAY} == known


def test_a_blocked_administrator_may_nothing(admin):
    admin.is_active = False

    assert not admin.has_perm("units.list_units")


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
