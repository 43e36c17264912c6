"""Scores, their moderation, honors and rankings."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from civportal.lib.policy import asks, chapter
from units.policies import (
    is_administrator,
    is_case_officer,
    is_director,
    reads_all,
)

from .shared import (
    has_conflict,
    is_keeper,
    is_party_to_unit,
    is_published,
)


@asks(
    _("is party to it: the unit is one's own or in one's own tree"),
    _("is not party to it: the unit is neither one's own nor in one's own tree"),
    by_unit=True,
)
def is_party_to_scored_unit(user, sheet):
    return user.is_party_to(sheet.unit_year.unit)


@asks(_("its year is open"), _("its year is not open"))
def is_scored_year_open(user, sheet):
    return sheet.unit_year.cycle.status == "open"


@asks(_("the honor is held"), _("the honor is no longer held"))
def is_held(user, award):
    return award.status == "active"


@asks(_("the honor waits to be recognized"), _("the honor does not wait to be recognized"))
def is_awaiting(user, award):
    return award.status == "awaiting"


@asks(_("the unit is a candidate for the honor"), _("the unit is no candidate for the honor"))
def is_candidate(user, award):
    return award.status == "pending"


@asks(_("it waits for a second person"), _("it does not wait for a second person"))
def is_proposed(user, moderation):
    return moderation.status == "asked"


@asks(_("it stands: proposed or adopted"), _("it does not stand: refused or withdrawn"))
def is_standing(user, moderation):
    return moderation.status in moderation.STANDING


@asks(_("proposed it"), _("did not propose it"))
def has_proposed(user, moderation):
    return moderation.proposed_by_id == user.pk


# scores
add_perm("assessments.list_sheets", reads_all)
add_perm("assessments.view_sheet", reads_all | is_party_to_scored_unit)
add_perm("assessments.set_value", is_case_officer & is_scored_year_open & ~has_conflict)
add_perm("assessments.import_values", is_case_officer)

# moderation by severity; nobody adopts the own proposal
add_perm("assessments.view_moderation", is_director | is_administrator)
add_perm("assessments.propose_moderation", is_director)
add_perm("assessments.adopt_moderation", is_keeper & is_proposed & ~has_proposed)
add_perm("assessments.refuse_moderation", is_keeper & is_proposed & ~has_proposed)
add_perm("assessments.withdraw_moderation", is_director & is_standing)

# honors
add_perm("assessments.list_awards", reads_all)
add_perm("assessments.view_award", reads_all | is_party_to_unit)
add_perm("assessments.grant_award", is_director)
add_perm("assessments.import_honors", is_administrator | is_director)
add_perm("assessments.confirm_award", is_director & is_candidate)
add_perm("assessments.drop_award", is_director & is_candidate)
add_perm("assessments.revoke_award", is_director & (is_held | is_awaiting))
add_perm("assessments.recognize_award", is_director & is_awaiting)
add_perm("assessments.terminate_award", is_director & is_awaiting)

# publication
add_perm("assessments.view_ranking", reads_all)
add_perm("assessments.release_ranking", is_director)
add_perm("assessments.withdraw_ranking", is_director & is_published)

chapter(
    "moderation",
    _("Moderation by severity"),
    "assessments",
    {
        "view_moderation": _("see the ranking beside the one corrected by severity"),
        "propose_moderation": _("propose that scores are moderated"),
        "adopt_moderation": _("adopt the moderation, as the second person"),
        "refuse_moderation": _("refuse the moderation"),
        "withdraw_moderation": _("withdraw the moderation"),
    },
    at_large=["view_moderation", "propose_moderation"],
)

chapter(
    "sheet",
    _("Scores"),
    "assessments",
    {
        "list_sheets": _("see the scores of all units"),
        "view_sheet": _("see the unit's score and its reasons"),
        "set_value": _("enter values, bonus and deductions"),
        "import_values": _("enter many values at once, in the score grid or by workbook"),
    },
    at_large=["list_sheets", "import_values"],
)

chapter(
    "award",
    _("Honors"),
    "assessments",
    {
        "list_awards": _("see the honors of all units, revoked ones too"),
        "view_award": _("see the honor with its document"),
        "grant_award": _("grant honors"),
        "import_honors": _("import a list of honors already held"),
        "confirm_award": _("name the candidate"),
        "drop_award": _("drop the candidate"),
        "revoke_award": _("revoke the honor"),
        "recognize_award": _("recognize the honor for the successor"),
        "terminate_award": _("let the honor end with its unit"),
    },
    at_large=["list_awards", "grant_award", "import_honors"],
)

chapter(
    "ranking",
    _("Ranking and release"),
    "assessments",
    {
        "view_ranking": _("see the ranking before it is released"),
        "release_ranking": _("release a ranking"),
        "withdraw_ranking": _("withdraw the ranking"),
    },
    at_large=["view_ranking", "release_ranking"],
)
