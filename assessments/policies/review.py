"""How the office reviews: its queue and notes, questions and answers, who keeps away, who agrees."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from civportal.lib.policy import asks, chapter
from units.policies import (
    is_anybody,
    is_case_officer,
    is_director,
    is_office,
)

from .shared import (
    has_conflict,
    is_draft,
    is_keeper,
    is_of_open_year,
    is_published,
    works_for_unit,
    writes_for_unit,
)


@asks(_("it is about oneself"), _("it is about somebody else"))
def is_about_oneself(user, record):
    return record.person_id == user.pk


@asks(_("it is in force"), _("it is lifted"))
def is_unlifted(user, conflict):
    return conflict.status != "lifted"


@asks(_("nobody has confirmed it yet"), _("it is confirmed, or lifted"))
def is_unconfirmed(user, conflict):
    return conflict.status == "declared"


@asks(_("it waits for a second person"), _("it does not wait for a second person"))
def is_asked(user, override):
    return override.status == "asked"


@asks(_("it is approved"), _("it is not approved"))
def is_approved(user, override):
    return override.status == "approved"


@asks(_("has kept the view"), _("has not kept the view"))
def has_kept_it(user, view):
    return view.owner_id == user.pk


@asks(_("it is answered"), _("it is not answered"))
def is_answered(user, question):
    return question.status == "answered"


@asks(_("it is being marked"), _("it is not being marked"))
def is_being_marked(user, found):
    return found.status == "open"


@asks(_("it is closed"), _("it is not closed"))
def is_closed_round(user, found):
    return found.status == "closed"


@asks(_("takes part"), _("takes no part"))
def takes_part(user, found):
    return user.pk in found.parts


@asks(_("has finished the own marks"), _("has not finished the own marks"))
def has_finished(user, found):
    """From then on one's own marks stay, and the others' can be seen."""
    return found.parts.get(user.pk, False)


@asks(_("keeps away from the record"), _("does not keep away from the record"))
def is_barred_from(user, item):
    """A conflict of interest without exception, or entered by them for the unit."""
    return item.bars(user)


@asks(_("it is being marked"), _("it is not being marked"))
def is_of_round_being_marked(user, item):
    return item.round.status == "open"


@asks(_("takes part and has not finished"), _("takes no part, or has finished"))
def still_marks(user, item):
    return item.round.parts.get(user.pk) is False


@asks(_("its round is closed"), _("its round is not closed"))
def is_of_closed_round(user, item):
    return item.round.status == "closed"


@asks(_("made the decisions"), _("did not make the decisions"))
def has_made_it_all(user, bulk):
    return bulk.by_id == user.pk


add_perm("assessments.list_bulks", is_case_officer)
add_perm("assessments.view_bulk", is_director | (is_case_officer & has_made_it_all))
add_perm("assessments.undo_bulk", is_case_officer & has_made_it_all)

# calibration: blind until the own marks are finished, or the round is closed
add_perm("assessments.list_calibrations", is_case_officer)
add_perm("assessments.hold_calibration", is_director)
add_perm(
    "assessments.view_calibration",
    is_director | (is_case_officer & (is_closed_round | (is_being_marked & takes_part))),
)
add_perm("assessments.edit_calibration", is_director & is_draft)
add_perm("assessments.open_calibration", is_director & is_draft)
add_perm("assessments.finish_calibration", is_case_officer & is_being_marked & takes_part & ~has_finished)
add_perm("assessments.close_calibration", is_director & is_being_marked)
add_perm(
    "assessments.compare_calibration",
    is_case_officer
    & (
        is_closed_round
        | (is_being_marked & takes_part & has_finished)
        | (is_director & is_being_marked & ~takes_part)
    ),
)
add_perm(
    "assessments.mark_calibration_item",
    is_case_officer & is_of_round_being_marked & still_marks & ~is_barred_from,
)
add_perm(
    "assessments.refer_calibration_item",
    is_director & (is_of_closed_round | ~still_marks) & ~is_barred_from,
)
add_perm("assessments.agree_calibration_item", is_director & is_of_closed_round)

# what the office notes among itself about a record; asked about the record
add_perm("assessments.view_notes", is_case_officer & ~has_conflict)
add_perm("assessments.write_note", is_case_officer & ~has_conflict)
add_perm("assessments.ask_question", writes_for_unit & is_of_open_year)
add_perm("assessments.put_question", is_case_officer & is_of_open_year & ~has_conflict)
add_perm("assessments.view_question", is_case_officer | works_for_unit)
add_perm("assessments.answer_question", is_case_officer & ~has_conflict)
add_perm("assessments.ask_back_question", is_case_officer & ~has_conflict)
add_perm("assessments.follow_up_question", writes_for_unit)

# answers for everybody: they say how the standard is meant, which is the director's word
add_perm("assessments.publish_faq", is_director & is_answered)
add_perm("assessments.view_faq", is_office | (is_anybody & is_published))
add_perm("assessments.edit_faq", is_director & is_published)
add_perm("assessments.withdraw_faq", is_director & is_published)

# views of the queue
add_perm("assessments.edit_saved_view", is_case_officer & has_kept_it)
add_perm("assessments.delete_saved_view", is_case_officer & has_kept_it)
add_perm("assessments.declare_conflict", is_case_officer)
add_perm("assessments.list_conflicts", is_keeper)
add_perm("assessments.confirm_conflict", is_keeper & is_unconfirmed & ~is_about_oneself)
add_perm("assessments.lift_conflict", is_keeper & is_unlifted & ~is_about_oneself)
add_perm("assessments.answer_hint", is_keeper & ~is_about_oneself)
add_perm("assessments.ask_override", is_case_officer & has_conflict & ~works_for_unit)
add_perm("assessments.approve_override", is_director & is_asked & ~is_about_oneself & ~has_conflict)
add_perm("assessments.refuse_override", is_director & is_asked & ~is_about_oneself)
add_perm("assessments.end_override", is_case_officer & is_approved & (is_director | is_about_oneself))

# who reviews what
add_perm("assessments.list_assignments", is_case_officer)
add_perm("assessments.assign_reviewers", is_director)

chapter(
    "calibration",
    _("Calibration of reviewers"),
    "assessments",
    {
        "list_calibrations": _("see the calibration rounds that concern one"),
        "hold_calibration": _("prepare a calibration round"),
        "view_calibration": _("see the calibration round"),
        "edit_calibration": _("change the sample and who takes part, or throw the round away"),
        "open_calibration": _("open the calibration round"),
        "finish_calibration": _("finish the own marks"),
        "close_calibration": _("close the calibration round"),
        "compare_calibration": _("compare the marks of the round"),
    },
    at_large=["list_calibrations", "hold_calibration"],
)

chapter(
    "calibration_item",
    _("Items of calibration rounds"),
    "assessments",
    {
        "mark_calibration_item": _("mark the item"),
        "refer_calibration_item": _("set the reference mark of the item"),
        "agree_calibration_item": _("write down the line agreed on"),
    },
)

chapter(
    "bulk",
    _("Decisions on many records"),
    "assessments",
    {
        "list_bulks": _("see the list of decisions made together: the own ones, the director all of them"),
        "view_bulk": _("see what was decided together, and to which records"),
        "undo_bulk": _("undo decisions that were made together"),
    },
    at_large=["list_bulks"],
)

chapter(
    "note",
    _("Internal notes"),
    "assessments",
    {
        "view_notes": _("read what the office noted among itself about the record"),
        "write_note": _("write an internal note about the record"),
    },
)

chapter(
    "question",
    _("Questions and answers"),
    "assessments",
    {
        "view_question": _("read the question with its answers"),
        "ask_question": _("ask the office"),
        "put_question": _("ask the unit"),
        "answer_question": _("answer the question"),
        "ask_back_question": _("ask the unit back"),
        "follow_up_question": _("go on with the question for the unit"),
        "publish_faq": _("publish the answered question to all units"),
    },
)

chapter(
    "faq",
    _("Questions often asked"),
    "assessments",
    {
        "view_faq": _("read the question often asked"),
        "edit_faq": _("word it anew"),
        "withdraw_faq": _("withdraw it"),
    },
)

chapter(
    "saved_view",
    _("Views of the review queue"),
    "assessments",
    {
        "edit_saved_view": _("rename the view, share it or take it back"),
        "delete_saved_view": _("delete the view"),
    },
)

chapter(
    "conflict",
    _("Conflicts of interest"),
    "assessments",
    {
        "declare_conflict": _("declare a conflict of interest of one's own"),
        "list_conflicts": _("see everybody's conflicts of interest, and likely ones"),
        "confirm_conflict": _("confirm the conflict of interest"),
        "lift_conflict": _("lift the conflict of interest"),
        "answer_hint": _("say whether the likely conflict of interest is one"),
    },
    at_large=["declare_conflict", "list_conflicts"],
)

chapter(
    "assignment",
    _("Review assignments"),
    "assessments",
    {
        "list_assignments": _("see who reviews what"),
        "assign_reviewers": _("assign reviewers, take it back, and say whether only they decide"),
    },
    at_large=["list_assignments", "assign_reviewers"],
)

chapter(
    "override",
    _("Exceptions from recusal"),
    "assessments",
    {
        "ask_override": _("ask to decide in spite of a conflict of interest"),
        "approve_override": _("approve the exception, as the second person"),
        "refuse_override": _("refuse the exception"),
        "end_override": _("end the exception early"),
    },
)
