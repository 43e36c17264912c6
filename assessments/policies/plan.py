"""Documents, plans, the wall chart and field surveys."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from civportal.lib.policy import asks, chapter
from units.policies import (
    is_case_officer,
    is_director,
    is_liaison,
    is_office,
    reads_all,
)

from .shared import (
    has_conflict,
    is_accepted,
    is_draft,
    is_editable,
    is_of_open_year,
    is_party_to_unit,
    is_submitted,
    was_returned,
    works_for_unit,
    writes_for_unit,
)


@asks(_("it can be handed in now"), _("it cannot be handed in now"))
def accepts_plans(user, plan):
    return plan.can_come_in


@asks(_("it is filed without a decision"), _("it waits for a decision once handed in"))
def is_light(user, plan):
    return plan.is_light


@asks(_("its year takes plans"), _("its year takes no plans"))
def is_of_planned_year(user, plan):
    return plan.cycle.accepts_plans


@asks(_("it can be looked back at now"), _("it cannot be looked back at now"))
def can_be_looked_back_at(user, plan):
    return plan.can_be_looked_back_at


@asks(_("the unit is on the wall chart"), _("the unit is not on the wall chart"))
def is_on_the_chart(user, charted):
    return charted.status == "listed"


@asks(_("its unit is on the wall chart"), _("its unit is not on the wall chart"))
def is_of_unit_on_the_chart(user, item):
    return item.charted.status == "listed"


@asks(_("it is not closed"), _("it is closed"))
def is_open_item(user, item):
    return item.status == "open"


@asks(_("it is not closed"), _("it is closed"))
def is_open_survey(user, survey):
    return survey.is_open


@asks(_("its survey is not closed"), _("its survey is closed"))
def is_of_open_survey(user, row):
    return row.survey.is_open


@asks(
    _("it was sent to the own unit, or to one in the own tree"), _("it was sent to no unit of one's own tree")
)
def is_recipient(user, document):
    return document.receipts.filter(unit__in=user.seen_ids).exists()


@asks(_("everybody with an account may read it"), _("it is for its recipients only"))
def is_for_everybody(user, document):
    return document.secrecy == "public"


@asks(_("it is in force"), _("it is not in force"))
def is_in_force(user, document):
    return document.is_in_force


@asks(_("it is given out"), _("it is withdrawn, or not issued yet"))
def is_given_out(user, document):
    """An edition that was corrected can still be read, so that everybody sees what changed."""
    return document.status in ("issued", "replaced")


@asks(_("its document is in force"), _("its document is not in force"))
def is_of_document_in_force(user, receipt):
    return receipt.document.is_in_force


@asks(_("it has lapsed"), _("it has not lapsed"))
def has_lapsed(user, receipt):
    return receipt.lapsed_note != ""


# documents
add_perm("assessments.write_document", is_case_officer)
add_perm("assessments.view_document", is_office | (~is_draft & (reads_all | is_for_everybody | is_recipient)))
add_perm(
    "assessments.read_document",
    is_office | (reads_all & ~is_draft) | (is_given_out & (is_for_everybody | is_recipient)),
)
add_perm("assessments.edit_document", is_case_officer & is_draft)
add_perm("assessments.issue_document", is_case_officer & is_draft)
add_perm("assessments.send_document", is_case_officer & is_in_force)
add_perm("assessments.remind_document", is_case_officer & is_in_force)
add_perm("assessments.replace_document", is_case_officer & is_in_force)
add_perm("assessments.withdraw_document", is_case_officer & is_in_force)
add_perm("assessments.sign_receipt", writes_for_unit & is_of_document_in_force & ~has_lapsed)

# plans
add_perm("assessments.write_plan", is_liaison)
add_perm("assessments.view_plan", works_for_unit | ((reads_all | is_party_to_unit) & ~is_draft))
add_perm("assessments.edit_plan", writes_for_unit & is_editable)
add_perm("assessments.submit_plan", writes_for_unit & is_editable & ~is_light & accepts_plans)
add_perm("assessments.file_plan", writes_for_unit & is_editable & is_light & accepts_plans)
add_perm("assessments.withdraw_plan", writes_for_unit & is_submitted)
add_perm("assessments.amend_plan", writes_for_unit & is_accepted & is_of_planned_year)
add_perm("assessments.look_back_plan", writes_for_unit & is_accepted & can_be_looked_back_at)
add_perm("assessments.accept_plan", is_case_officer & is_submitted & is_of_planned_year & ~has_conflict)

# A second return takes the director.
add_perm(
    "assessments.send_back_plan",
    is_case_officer & is_submitted & is_of_planned_year & ~has_conflict & (is_director | ~was_returned),
)

# wall chart
add_perm("assessments.view_weak_units", reads_all)
add_perm("assessments.keep_wall_chart", is_case_officer)
add_perm("assessments.view_charted_unit", reads_all | is_party_to_unit)
add_perm("assessments.list_charted_unit", is_case_officer & is_of_open_year & ~is_party_to_unit)
add_perm(
    "assessments.remove_charted_unit",
    is_case_officer & is_on_the_chart & is_of_open_year & ~is_party_to_unit,
)
add_perm(
    "assessments.add_chart_item", is_case_officer & is_on_the_chart & is_of_open_year & ~is_party_to_unit
)
is_chart_keeper = is_case_officer & is_of_unit_on_the_chart & is_of_open_year & ~is_party_to_unit
add_perm("assessments.edit_chart_item", is_chart_keeper & is_open_item)
add_perm("assessments.close_chart_item", is_chart_keeper & is_open_item)
add_perm("assessments.reopen_chart_item", is_chart_keeper & ~is_open_item)

# field surveys
add_perm("assessments.list_field_surveys", reads_all)
add_perm("assessments.hold_field_survey", is_case_officer)
add_perm("assessments.view_field_survey", reads_all)
add_perm("assessments.edit_field_survey", is_case_officer & is_open_survey)
add_perm("assessments.close_field_survey", is_case_officer & is_open_survey)
add_perm("assessments.discard_field_survey", is_case_officer & is_open_survey)
add_perm("assessments.view_finding", reads_all | (is_party_to_unit & ~is_of_open_survey))
add_perm("assessments.record_finding", is_case_officer & is_of_open_survey & ~is_party_to_unit)

chapter(
    "document",
    _("Documents of the office"),
    "assessments",
    {
        "write_document": _("write documents of the office"),
        "view_document": _("know the document"),
        "read_document": _("open and download the document"),
        "edit_document": _("go on writing the document, say to whom it goes, or throw it away"),
        "issue_document": _("issue the document"),
        "send_document": _("send the document to units that joined later"),
        "remind_document": _("remind those who have not signed for it"),
        "replace_document": _("correct the document"),
        "withdraw_document": _("withdraw the document"),
    },
    at_large=["write_document"],
)

chapter(
    "receipt",
    _("Receipts of documents"),
    "assessments",
    {"sign_receipt": _("sign for the document")},
)

chapter(
    "plan",
    _("Plans"),
    "assessments",
    {
        "write_plan": _("write the own unit's plan"),
        "view_plan": _("read the plan"),
        "edit_plan": _("go on writing the plan"),
        "submit_plan": _("hand the plan in"),
        "file_plan": _("file the monthly arrangement"),
        "withdraw_plan": _("take the plan back"),
        "amend_plan": _("change the accepted plan"),
        "look_back_plan": _("look back on the plan"),
        "accept_plan": _("accept the plan"),
        "send_back_plan": _("return the plan"),
    },
    at_large=["write_plan"],
)

chapter(
    "charted_unit",
    _("Wall chart"),
    "assessments",
    {
        "view_weak_units": _("see which units are weak, and why"),
        "keep_wall_chart": _("keep the wall chart"),
        "view_charted_unit": _("see the unit on the wall chart"),
        "list_charted_unit": _("put the unit on the wall chart"),
        "remove_charted_unit": _("take the unit off the wall chart"),
        "add_chart_item": _("add an item to the unit on the wall chart"),
    },
    at_large=["view_weak_units", "keep_wall_chart"],
)

chapter(
    "chart_item",
    _("Items of the wall chart"),
    "assessments",
    {
        "edit_chart_item": _("change the item"),
        "close_chart_item": _("close the item off"),
        "reopen_chart_item": _("open the item again"),
    },
)

chapter(
    "field_survey",
    _("Field surveys"),
    "assessments",
    {
        "list_field_surveys": _("see the field surveys"),
        "hold_field_survey": _("hold a field survey"),
        "view_field_survey": _("see the field survey with all its findings"),
        "edit_field_survey": _("correct title, day and who goes"),
        "close_field_survey": _("close the field survey"),
        "discard_field_survey": _("throw the field survey away"),
    },
    at_large=["list_field_surveys", "hold_field_survey"],
)

chapter(
    "finding",
    _("Findings of field surveys"),
    "assessments",
    {
        "view_finding": _("read what was found at the unit"),
        "record_finding": _("write down what was found at the unit"),
    },
)
