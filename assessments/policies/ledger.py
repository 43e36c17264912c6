"""The ledger from the first word to the decision, its binders, and what is missing in it."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from civportal.lib.policy import asks, chapter
from units.policies import (
    is_administrator,
    is_anybody,
    is_auditor,
    is_case_officer,
    is_director,
    is_liaison,
    is_office,
    is_supervisor,
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


@asks(
    _("only others who are assigned to it decide on it"),
    _("nobody is assigned to it alone, or the person is"),
)
def is_left_to_others(user, entry):
    """Only in a year that says so, and only where somebody is assigned."""
    if not entry.cycle.only_assigned:
        return False
    return bool(entry.assigned_ids) and user.pk not in entry.assigned_ids


@asks(
    _("works in a department above the unit, and not for the unit"),
    _("works in no department above the unit, or for the unit itself"),
    by_unit=True,
)
def stands_above_unit(user, record):
    return user.stands_above(record.unit)


@asks(_("it waits for the department above"), _("it does not wait for the department above"))
def waits_for_department(user, entry):
    return entry.waits_for_department


@asks(_("has marked it already"), _("has not marked it yet"))
def has_marked(user, entry):
    """One of several reviewers, who gives marks once a round."""
    return entry.is_marked_by(user)


@asks(_("it was handed in before"), _("it was never handed in"))
def was_handed_in(user, entry):
    return entry.first_submitted_at is not None


@asks(_("wrote it for the unit"), _("did not write it for the unit"))
def wrote_for_unit(user, entry):
    """The office's clerk who entered it writes it like the unit, and judges nothing of it."""
    return entry.on_behalf and entry.created_by_id == user.pk


@asks(_("it waits for the unit to confirm it"), _("it does not wait for the unit to confirm it"))
def is_to_be_confirmed(user, entry):
    return entry.on_behalf and entry.confirmed_at is None and entry.status != "draft"


@asks(_("it is returned"), _("it is not returned"))
def is_returned(user, entry):
    return entry.status == "returned"


@asks(_("made the newest decision"), _("did not make the newest decision"))
def decided_it(user, entry):
    return entry.last_review is not None and entry.last_review.by_id == user.pk


@asks(_("the office has not opened it yet"), _("the office has opened it already"))
def is_unopened(user, entry):
    return entry.opened_at is None


@asks(_("records can be handed in now"), _("records cannot be handed in now"))
def accepts_entries(user, entry):
    return entry.can_come_in


@asks(
    _("is party to every unit in it: the own one or one of the own tree"),
    _("is not party to every unit in it"),
)
def is_party_to_its_units(user, binder):
    """A binder of several units is read by who reads of each of them."""
    return bool(binder.unit_numbers) and binder.unit_numbers <= user.seen_ids


@asks(_("it is being made"), _("it is not being made"))
def is_in_the_making(user, binder):
    return binder.is_making


@asks(_("it is ready"), _("it is not ready"))
def is_ready(user, binder):
    return binder.is_ready


@asks(_("made it"), _("did not make it"))
def has_made_it(user, binder):
    return binder.made_by_id == user.pk


# ledger
is_writer = writes_for_unit | (is_case_officer & wrote_for_unit & ~is_party_to_unit)
add_perm("assessments.write_entry", is_liaison)
add_perm("assessments.write_entry_for_unit", is_case_officer)
add_perm(
    "assessments.view_entry",
    works_for_unit | ((reads_all | is_party_to_unit) & ~is_draft) | (is_office & wrote_for_unit),
)
add_perm("assessments.edit_entry", is_writer & is_editable)
add_perm("assessments.delete_entry", is_writer & is_draft & ~was_handed_in)
add_perm("assessments.restore_entry", is_writer & is_draft & ~was_handed_in)
add_perm("assessments.submit_entry", is_writer & is_editable & accepts_entries)
add_perm("assessments.withdraw_entry", is_writer & is_submitted & is_unopened)
add_perm("assessments.view_bin", is_liaison | is_case_officer)
add_perm("assessments.confirm_entry", writes_for_unit & is_to_be_confirmed)
add_perm("assessments.edit_guide", is_director | is_administrator)
add_perm("assessments.explain_likeness_entry", is_writer & is_editable)

# review
is_impartial = ~has_conflict & ~wrote_for_unit & ~is_left_to_others
is_reviewer = is_case_officer & is_impartial
add_perm("assessments.review_entries", is_case_officer)
add_perm("assessments.view_agreement", is_director)
is_decided_on = is_submitted & is_of_open_year & ~waits_for_department
add_perm("assessments.open_entry", is_reviewer & is_decided_on)
# Blind before the decision: until then there is nothing to see.
add_perm("assessments.view_marks", (is_case_officer & ~has_conflict) | is_auditor)
add_perm("assessments.accept_entry", is_reviewer & is_decided_on & ~has_marked)

# A second return takes the director.
add_perm("assessments.send_back_entry", is_reviewer & is_decided_on & (is_director | ~was_returned))
add_perm(
    "assessments.undo_entry",
    is_reviewer & (is_returned | is_accepted) & is_of_open_year & (is_director | decided_it),
)
add_perm("assessments.extend_entry", is_reviewer & is_returned & is_of_open_year)
add_perm("assessments.edit_reason", is_director | is_administrator)
add_perm(
    "assessments.reopen_entry",
    is_director & is_accepted & is_of_open_year & ~has_conflict & ~wrote_for_unit,
)
add_perm("assessments.return_accepted_entry", is_director & is_impartial & is_accepted & is_of_open_year)
add_perm("assessments.judge_likeness_entry", is_reviewer & is_decided_on)
add_perm(
    "assessments.pre_review_entry",
    stands_above_unit & waits_for_department & is_of_open_year & ~wrote_for_unit,
)

# A second return takes the director of the office; the department agrees, or does not support it.
add_perm(
    "assessments.pre_return_entry",
    stands_above_unit & waits_for_department & is_of_open_year & ~wrote_for_unit & ~was_returned,
)

# questions between a unit and the office
add_perm("assessments.see_return_entry", works_for_unit & is_returned)

# what is missing, and how much is asked
add_perm("assessments.list_gaps", reads_all | is_supervisor)
add_perm("assessments.view_gaps", reads_all | is_party_to_unit)
add_perm("assessments.view_burden", is_anybody)

# the x-ray; of one unit it is asked about the unit's year
add_perm("assessments.list_xray", reads_all | is_supervisor)
add_perm("assessments.view_xray", reads_all | is_party_to_unit)

# binders; the first is asked about the unit's year
add_perm("assessments.make_binder", is_office | is_party_to_unit)
add_perm("assessments.make_binders", is_office | is_supervisor)
add_perm("assessments.view_binder", reads_all | is_party_to_its_units)
add_perm("assessments.take_binder", is_ready & (reads_all | is_party_to_its_units))
add_perm("assessments.finish_binder", is_in_the_making & (is_office | is_party_to_its_units))
add_perm("assessments.cancel_binder", is_in_the_making & (is_office | is_party_to_its_units))
add_perm("assessments.remove_binder", is_ready & (is_office | (has_made_it & is_party_to_its_units)))
add_perm("assessments.pre_review_entries", is_supervisor)

chapter(
    "entry",
    _("Ledger and review"),
    "assessments",
    {
        "write_entry": _("write records of the own unit"),
        "view_entry": _("read the record"),
        "write_entry_for_unit": _("enter a record on behalf of a unit"),
        "confirm_entry": _("confirm what the office entered for the unit"),
        "edit_entry": _("go on writing the record, with its files"),
        "delete_entry": _("throw the draft away"),
        "view_bin": _("see the drafts that one threw away"),
        "restore_entry": _("fetch the draft back out of the bin"),
        "submit_entry": _("hand the record in"),
        "withdraw_entry": _("take the record back"),
        "edit_guide": _("word how records are written well"),
        "explain_likeness_entry": _("explain what in the record is worth a look"),
        "review_entries": _("open the review queue"),
        "view_agreement": _("see how far reviewers agree"),
        "open_entry": _("begin to review the record"),
        "accept_entry": _("accept the record and give points"),
        "view_marks": _("read what each of several reviewers gave, once the record is decided"),
        "send_back_entry": _("return the record"),
        "judge_likeness_entry": _("judge what in the record is worth a look"),
        "undo_entry": _("undo the newest decision"),
        "reopen_entry": _("reopen the decision"),
        "return_accepted_entry": _("reopen the decision and return the record in one step"),
        "see_return_entry": _("be noted as having seen the return"),
        "extend_entry": _("give the unit more time to correct the record"),
        "edit_reason": _("word the reasons for returns"),
        "pre_review_entries": _("see what waits for a word of the own department"),
        "pre_review_entry": _("say the word of the department above on the record"),
        "pre_return_entry": _("return the record as the department above"),
    },
    at_large=[
        "write_entry",
        "write_entry_for_unit",
        "view_bin",
        "review_entries",
        "view_agreement",
        "pre_review_entries",
        "edit_guide",
        "edit_reason",
    ],
)

chapter(
    "gaps",
    _("What is missing"),
    "assessments",
    {
        "list_gaps": _("see what is missing of the units one reads about"),
        "view_gaps": _("see what is missing of the unit, and why"),
        "view_burden": _("see how much the office asks of units"),
    },
    at_large=["list_gaps", "view_burden"],
)

chapter(
    "xray",
    _("X-ray"),
    "assessments",
    {
        "list_xray": _("see the x-ray of the units one reads about"),
        "view_xray": _("see the x-ray of the unit"),
    },
    at_large=["list_xray"],
)

chapter(
    "binder",
    _("Binders"),
    "assessments",
    {
        "make_binder": _("make the binder of the unit's year"),
        "make_binders": _("make binders of several units at once"),
        "view_binder": _("see the binder"),
        "take_binder": _("download the binder as a book or an archive"),
        "finish_binder": _("go on making the binder"),
        "cancel_binder": _("stop making the binder"),
        "remove_binder": _("remove the binder"),
    },
    at_large=["make_binders"],
)
