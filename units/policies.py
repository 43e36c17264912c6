"""Who may do what with units, people and imports, readable aloud."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from civportal.lib.policy import asks, chapter

from .models import Role
from .models.intake_kinds import UNITS, kind_of
from .models.person import WRITING_ROLES

# Every question has two phrases: what is said when it holds, and what when it does not.


@asks(_("is administrator"), _("is not administrator"))
def is_administrator(user):
    return user.has_role(Role.ADMINISTRATOR)


@asks(_("is office director"), _("is not office director"))
def is_director(user):
    return user.has_role(Role.DIRECTOR)


@asks(_("is case officer or office director"), _("is neither case officer nor office director"))
def is_case_officer(user):
    return user.has_role(Role.CASE_OFFICER, Role.DIRECTOR)


@asks(_("is a unit's liaison or deputy liaison"), _("is no unit's liaison or deputy liaison"))
def is_liaison(user):
    """A unit's liaison, or the deputy who stands in."""
    return user.has_role(*WRITING_ROLES)


@asks(_("is auditor"), _("is not auditor"))
def is_auditor(user):
    return user.has_role(Role.AUDITOR)


@asks(_("works in a supervising department"), _("works in no supervising department"))
def is_supervisor(user):
    return user.has_role(Role.SUPERVISOR)


@asks(_("works in the office"), _("does not work in the office"))
def is_office(user):
    return user.is_office


@asks(_("holds a role"), _("holds no role"))
def is_anybody(user):
    """Whoever holds any role."""
    return bool(user.roles)


@asks(_("reads everything that was handed in"), _("does not read everything that was handed in"))
def reads_all(user):
    """The office, its auditor, a county leader: they read whatever was handed in."""
    return user.reads_all


@asks(_("reads the whole register of units"), _("does not read the whole register of units"))
def reads_register(user):
    """Those, and inspectors: they find every unit."""
    return user.reads_register


@asks(_("belongs to this unit"), _("does not belong to this unit"), by_unit=True)
def works_there(user, unit):
    return unit is not None and user.works_for(unit)


@asks(_("writes for this unit"), _("does not write for this unit"), by_unit=True)
def writes_there(user, unit):
    return unit is not None and user.writes_for(unit)


@asks(
    _("the unit is one's own, a predecessor of it, or in one's own tree"),
    _("the unit is neither one's own nor in one's own tree"),
    by_unit=True,
)
def sees_unit(user, unit):
    """Of the own unit, one it came from, or one of the own tree."""
    return unit is not None and user.is_party_to(unit)


@asks(
    _("works in a department above this unit, or in it as the department"),
    _("works in no department above this unit"),
    by_unit=True,
)
def supervises_it(user, unit):
    """For the department above the unit, however many levels, and for the department's own one."""
    return unit is not None and user.supervises(unit)


@asks(_("the unit still exists"), _("the unit no longer exists"))
def has_not_ended(user, unit):
    return unit is None or not unit.has_ended


@asks(_("it is one's own account"), _("it is somebody else's account"))
def is_self(user, person):
    return person == user


@asks(_("the account is in use"), _("the account is blocked"))
def is_in_use(user, person):
    return person is None or person.is_active


@asks(_("the person works in the office"), _("the person does not work in the office"))
def is_of_the_office(user, person):
    return person is not None and person.is_office


@asks(_("the request waits for approval"), _("the request is decided"))
def is_pending(user, request):
    return request.status == "pending"


@asks(_("the letter lies still"), _("the letter does not lie still"))
def lies_still(user, letter):
    """It waits to be looked at, is held back, or was not delivered."""
    return letter.is_editable


@asks(_("the letter has not been held back yet"), _("the letter is held back already, or cannot be"))
def can_be_held(user, letter):
    return letter.can("hold")


@asks(_("the letter has not gone"), _("the letter has gone, or was discarded"))
def has_not_gone(user, letter):
    return letter.can("discard")


@asks(_("may import lists of this kind"), _("may not import lists of this kind"))
def imports_this_kind(user, batch):
    """Asked without an import, of lists of units."""
    return user.has_perm(kind_of(batch.kind if batch else UNITS).permission)


# units
add_perm("units.list_units", reads_register | is_supervisor)
add_perm("units.view_unit_page", reads_register | sees_unit)
add_perm("units.view_contacts", is_office | works_there)
add_perm("units.view_history", reads_all | sees_unit)
add_perm("units.create_unit", is_office)
add_perm("units.edit_unit", is_office)
add_perm("units.change_unit", is_office & has_not_ended)
add_perm("units.rename_unit", (is_administrator | is_director) & has_not_ended)
add_perm("units.merge_units", (is_administrator | is_director) & has_not_ended)
add_perm("units.split_unit", (is_administrator | is_director) & has_not_ended)
add_perm("units.dissolve_unit", (is_administrator | is_director) & has_not_ended)
add_perm("units.view_paper", reads_register | sees_unit)
add_perm("units.add_paper", is_office | writes_there)

# service windows of a unit; asked about the unit
add_perm("units.list_windows", is_anybody)
add_perm("units.view_window", reads_register | sees_unit)
add_perm("units.add_window", (is_office | writes_there) & has_not_ended)
add_perm("units.edit_window", is_office | writes_there)

# how a unit organizes its creation work; asked about the unit
add_perm("units.view_organization", reads_register | sees_unit)
add_perm("units.edit_organization", (is_office | writes_there) & has_not_ended)

# responsibility letters; asked about the lower party, or about the upper one when all below it are meant
add_perm("units.list_letters", is_anybody)
add_perm("units.view_letter", reads_register | sees_unit)
add_perm("units.sign_letter", (is_office | writes_there | supervises_it) & has_not_ended)
add_perm("units.print_letters", is_office | works_there | supervises_it)
add_perm("units.delete_letter", is_office)
add_perm("units.edit_letter_text", is_administrator | is_director)

# lists that come in: whose matter the kind of list is, may import it
add_perm("units.import_lists", is_administrator | is_director)
add_perm("units.import_units", is_administrator)
add_perm("units.import_people", is_administrator)
add_perm("units.view_import", is_office)
add_perm("units.preview_import", imports_this_kind)
add_perm("units.apply_import", imports_this_kind)
add_perm("units.decide_import", imports_this_kind)
add_perm("units.rearrange_import", imports_this_kind)
add_perm("units.download_import", imports_this_kind)
add_perm("units.discard_import", imports_this_kind)
add_perm("units.undo_import", imports_this_kind)

# people
add_perm("units.list_people", is_administrator | is_director | is_auditor)
add_perm("units.view_person", is_administrator | is_director | is_auditor | is_self)
add_perm("units.issue_account", is_administrator)
add_perm("units.give_role", is_administrator & is_in_use)
add_perm("units.take_role", is_administrator & ~is_self)
# Who hands over an office role makes somebody an administrator or director: for administrators only.
add_perm("units.hand_over", (is_administrator | (is_director & ~is_of_the_office)) & is_in_use & ~is_self)
add_perm("units.reset_password", is_administrator & ~is_self)
add_perm("units.block_account", is_administrator & ~is_self)
add_perm("units.reset_second_factor", is_administrator & ~is_self)

# accounts that people ask for
add_perm("units.list_requests", is_administrator)
add_perm("units.approve_request", is_administrator & is_pending)
add_perm("units.refuse_request", is_administrator & is_pending)

# letters by e-mail
add_perm("units.list_mail", is_administrator | is_director)
add_perm("units.let_mail_go", is_administrator | is_director)
add_perm("units.view_mail", is_administrator | is_director)
add_perm("units.edit_mail", (is_administrator | is_director) & lies_still)
add_perm("units.queue_mail", (is_administrator | is_director) & lies_still)
add_perm("units.hold_mail", (is_administrator | is_director) & can_be_held)
add_perm("units.discard_mail", (is_administrator | is_director) & has_not_gone)

# the portal itself
add_perm("units.view_health", is_administrator)
add_perm("units.edit_office", is_administrator | is_director)
add_perm("units.view_trail", is_administrator | is_director | is_auditor)
add_perm("units.view_permissions", is_administrator | is_director | is_auditor)
add_perm("units.administer", is_administrator)

# What each permission is called: a sentence that completes "may …". Pages and the printed list use it.
chapter(
    "unit",
    _("Register of units"),
    "units",
    {
        "list_units": _("open the register of units"),
        "view_unit_page": _("open the unit's page"),
        "view_contacts": _("see whom to talk to in the unit"),
        "view_history": _("read the unit's history"),
        "create_unit": _("enter a unit by hand"),
        "edit_unit": _("correct the unit's data"),
        "change_unit": _("change the unit from a day on"),
        "rename_unit": _("rename the unit"),
        "merge_units": _("merge the unit with others"),
        "split_unit": _("split the unit up"),
        "dissolve_unit": _("dissolve the unit"),
    },
    at_large=["list_units", "create_unit"],
)
chapter(
    "paper",
    _("Documents of units"),
    "units",
    {"view_paper": _("read the unit's documents"), "add_paper": _("add a document of the unit")},
)
chapter(
    "window",
    _("Service windows"),
    "units",
    {
        "list_windows": _("open the list of service windows"),
        "view_window": _("see the unit's service windows"),
        "add_window": _("add a service window"),
        "edit_window": _("edit or close a service window"),
    },
    at_large=["list_windows"],
)
chapter(
    "organization",
    _("Organization of the work"),
    "units",
    {
        "view_organization": _("see how the unit organizes the work"),
        "edit_organization": _("edit how the unit organizes the work"),
    },
)
chapter(
    "letter",
    _("Responsibility letters"),
    "units",
    {
        "list_letters": _("see who has signed"),
        "view_letter": _("read the unit's letter"),
        "sign_letter": _("enter a signed letter"),
        "print_letters": _("print letters to be signed"),
        "delete_letter": _("strike a letter out"),
        "edit_letter_text": _("change the text of the letters"),
    },
    at_large=["list_letters", "edit_letter_text"],
)
chapter(
    "import",
    _("Imports"),
    "units",
    {
        "import_lists": _("import lists"),
        "import_units": _("import a list of units"),
        "import_people": _("import a list of people"),
        "view_import": _("look at the import"),
        "preview_import": _("let it be read to its end"),
        "rearrange_import": _("say what its columns mean"),
        "decide_import": _("decide on doubtful rows"),
        "apply_import": _("take the list into the register"),
        "discard_import": _("put the list aside"),
        "undo_import": _("undo the import"),
        "download_import": _("download the list as it came"),
    },
    at_large=["import_lists", "import_units", "import_people"],
)
chapter(
    "person",
    _("People and accounts"),
    "units",
    {
        "list_people": _("open the list of people"),
        "view_person": _("open the person's page"),
        "issue_account": _("issue accounts"),
        "give_role": _("give the person a role"),
        "take_role": _("end a role of the person"),
        "hand_over": _("hand the person's work over to a successor"),
        "reset_password": _("issue a new one-time password"),
        "block_account": _("block or unblock the account"),
        "reset_second_factor": _("take a lost second factor away"),
    },
    at_large=["list_people", "issue_account"],
)
chapter(
    "request",
    _("Requests for accounts"),
    "units",
    {
        "list_requests": _("see who asks for an account"),
        "approve_request": _("approve the request"),
        "refuse_request": _("refuse the request"),
    },
    at_large=["list_requests"],
)
chapter(
    "mail",
    _("Letters by e-mail"),
    "units",
    {
        "list_mail": _("open the outbox"),
        "let_mail_go": _("let several letters go at once"),
        "view_mail": _("read the letter"),
        "edit_mail": _("reword the letter"),
        "queue_mail": _("let the letter go"),
        "hold_mail": _("hold the letter back"),
        "discard_mail": _("discard the letter"),
    },
    at_large=["list_mail", "let_mail_go"],
)
chapter(
    "portal",
    _("The portal itself"),
    "units",
    {
        "view_health": _("see whether the portal is well"),
        "edit_office": _("change the office's names and telephone"),
        "view_trail": _("read the trail of everything that was done"),
        "view_permissions": _("look up who may do what"),
        "administer": _("work with units and people in the administration"),
    },
    at_large=["view_health", "edit_office", "view_trail", "view_permissions", "administer"],
)
