"""The year, what is owed in it, its standard; and what a supervising department sees of its tree."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from civportal.lib.policy import asks, chapter
from units.policies import (
    is_administrator,
    is_anybody,
    is_case_officer,
    is_director,
    is_liaison,
    is_supervisor,
    reads_all,
)

from .shared import (
    is_draft,
    is_party_to_unit,
)


@asks(_("its year is closed"), _("its year is not closed"))
def is_closed(user, cycle):
    return cycle.status == "closed"


# the year
add_perm("assessments.view_cycle", is_anybody)
add_perm("assessments.prepare_cycle", is_director)
add_perm("assessments.open_cycle", is_director)
add_perm("assessments.close_cycle", is_director)
add_perm("assessments.enrol_units", is_director)
add_perm("assessments.open_planning_cycle", is_director)
add_perm("assessments.load_holidays", is_administrator | is_director)
add_perm("assessments.edit_goals", is_director & ~is_closed)
add_perm("assessments.set_reviewing", is_director & ~is_closed)

# what is owed
add_perm("assessments.view_duty", reads_all | is_party_to_unit)
add_perm("assessments.extend_duties", is_case_officer)
add_perm("assessments.view_owing", reads_all | is_supervisor)
add_perm("assessments.take_deadlines", is_liaison)

# the standard
add_perm("assessments.view_standard", is_anybody)
add_perm("assessments.import_standard", is_administrator | is_director)
add_perm("assessments.edit_standard", is_director & is_draft)

# a supervising department's own tree
add_perm("assessments.view_tree", is_supervisor)
add_perm("assessments.administer", is_administrator)

# What each permission is called: a sentence that completes "may …". Pages and the printed list use it.
chapter(
    "cycle",
    _("Years"),
    "assessments",
    {
        "view_cycle": _("see the year and its dates"),
        "prepare_cycle": _("prepare a year and change its dates"),
        "open_cycle": _("open the year"),
        "close_cycle": _("close the year"),
        "enrol_units": _("enrol units that joined later"),
        "open_planning_cycle": _("open the year for plans"),
        "load_holidays": _("load holiday tables"),
        "edit_goals": _("name the county's goals of the year"),
        "set_reviewing": _("say how the year's records are reviewed"),
    },
    at_large=["prepare_cycle", "load_holidays"],
)

chapter(
    "duty",
    _("What is owed"),
    "assessments",
    {
        "view_duty": _("see what the unit owes and by when"),
        "extend_duties": _("extend deadlines"),
        "view_owing": _("see who still owes what"),
        "take_deadlines": _("take the own unit's due days into a calendar"),
    },
    at_large=["extend_duties", "view_owing", "take_deadlines"],
)

chapter(
    "standard",
    _("Standard"),
    "assessments",
    {
        "view_standard": _("read the standard"),
        "edit_standard": _("correct the standard"),
        "import_standard": _("import a list of indicators"),
    },
    at_large=["import_standard"],
)

chapter(
    "tree",
    _("Supervision"),
    "assessments",
    {
        "view_tree": _("see how the units of the own tree stand"),
        "administer": _("work with the year's records in the administration"),
    },
    at_large=["view_tree", "administer"],
)
