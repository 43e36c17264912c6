"""Who may do what with units, people and imports, readable aloud."""

from rules import add_perm, predicate

from .models import Role
from .models.intake_kinds import UNITS, kind_of
from .models.person import WRITING_ROLES


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
    """A unit's liaison, or the deputy who stands in."""
    return user.has_role(*WRITING_ROLES)


@predicate
def is_auditor(user):
    return user.has_role(Role.AUDITOR)


@predicate
def is_supervisor(user):
    return user.has_role(Role.SUPERVISOR)


@predicate
def is_office(user):
    return user.is_office


@predicate
def is_anybody(user):
    """Whoever holds any role."""
    return bool(user.roles)


@predicate
def reads_all(user):
    """The office, its auditor, a county leader: they read whatever was handed in."""
    return user.reads_all


@predicate
def reads_register(user):
    """Those, and inspectors: they find every unit."""
    return user.reads_register


@predicate
def works_there(user, unit):
    return unit is not None and user.works_for(unit)


@predicate
def sees_unit(user, unit):
    """Of the own unit, one it came from, or one of the own tree."""
    return unit is not None and user.sees(unit)


@predicate
def has_not_ended(user, unit):
    return unit is None or not unit.has_ended


@predicate
def is_self(user, person):
    return person == user


@predicate
def is_in_use(user, person):
    return person is None or person.is_active


@predicate
def imports_this_kind(user, batch):
    """Whether the person may import lists of the batch's kind; asked without one, lists of units."""
    return user.has_perm(kind_of(batch.kind if batch else UNITS).permission)


# units
add_perm("units.list_units", reads_register | is_supervisor)
add_perm("units.view_unit_page", reads_register | sees_unit)
add_perm("units.view_contacts", is_office | works_there)
add_perm("units.view_history", reads_all)
add_perm("units.create_unit", is_office)
add_perm("units.edit_unit", is_office)
add_perm("units.change_unit", is_office & has_not_ended)
add_perm("units.rename_unit", (is_administrator | is_director) & has_not_ended)
add_perm("units.merge_units", (is_administrator | is_director) & has_not_ended)
add_perm("units.split_unit", (is_administrator | is_director) & has_not_ended)
add_perm("units.dissolve_unit", (is_administrator | is_director) & has_not_ended)
add_perm("units.view_paper", reads_register | sees_unit)
add_perm("units.add_paper", is_office | works_there)

# lists that come in: whose matter the kind of list is, may import it
add_perm("units.import_lists", is_administrator | is_director)
add_perm("units.import_units", is_administrator)
add_perm("units.import_people", is_administrator)
add_perm("units.view_import", is_office)
add_perm("units.preview_import", (is_administrator | is_director) & imports_this_kind)
add_perm("units.apply_import", (is_administrator | is_director) & imports_this_kind)
add_perm("units.decide_import", (is_administrator | is_director) & imports_this_kind)
add_perm("units.rearrange_import", (is_administrator | is_director) & imports_this_kind)
add_perm("units.download_import", (is_administrator | is_director) & imports_this_kind)
add_perm("units.discard_import", (is_administrator | is_director) & imports_this_kind)
add_perm("units.undo_import", (is_administrator | is_director) & imports_this_kind)

# people
add_perm("units.list_people", is_administrator | is_director | is_auditor)
add_perm("units.issue_account", is_administrator)
add_perm("units.give_role", is_administrator & is_in_use)
add_perm("units.take_role", is_administrator & ~is_self)
add_perm("units.hand_over", (is_administrator | is_director) & is_in_use & ~is_self)
add_perm("units.reset_password", is_administrator & ~is_self)
add_perm("units.block_account", is_administrator & ~is_self)

# the portal itself
add_perm("units.edit_office", is_administrator | is_director)
add_perm("units.view_trail", is_administrator | is_director | is_auditor)
add_perm("units.view_permissions", is_administrator | is_director | is_auditor)
add_perm("units.administer", is_administrator)
