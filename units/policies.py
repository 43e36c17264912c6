"""Who may do what with units, people and imports, readable aloud."""

from rules import add_perm, predicate

from .models import Role


@predicate
def is_administrator(user):
    return user.has_role(Role.ADMINISTRATOR)


@predicate
def is_director(user):
    return user.has_role(Role.DIRECTOR)


@predicate
def is_case_officer(user):
    return user.has_role(Role.CASE_OFFICER, Role.DIRECTOR)


@predicate
def is_liaison(user):
    return user.has_role(Role.LIAISON)


@predicate
def is_office(user):
    return user.is_office


@predicate
def works_there(user, unit):
    return unit is not None and user.works_for(unit)


@predicate
def is_self(user, person):
    return person == user


add_perm("units.list_units", is_office)
add_perm("units.view_unit_page", is_office | works_there)
add_perm("units.view_contacts", is_office)
add_perm("units.edit_unit", is_office)
add_perm("units.import_units", is_administrator)
add_perm("units.view_import", is_office)
add_perm("units.apply_import", is_administrator)
add_perm("units.decide_import", is_administrator)
add_perm("units.rearrange_import", is_administrator)
add_perm("units.download_import", is_administrator)
add_perm("units.discard_import", is_administrator)
add_perm("units.undo_import", is_administrator)
add_perm("units.list_people", is_administrator | is_director)
add_perm("units.issue_account", is_administrator)
add_perm("units.reset_password", is_administrator & ~is_self)
add_perm("units.block_account", is_administrator & ~is_self)
add_perm("units.edit_office", is_administrator | is_director)
add_perm("units.administer", is_administrator)
