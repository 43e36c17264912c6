"""Who may do what in a creation year, readable aloud."""

from django.utils.translation import gettext_lazy as _
from rules import add_perm

from assessments.models import LedgerEntry
from assessments.models.conflict import recusal
from civportal.lib.policy import asks, chapter
from units.policies import (
    is_administrator,
    is_anybody,
    is_case_officer,
    is_director,
    is_liaison,
    is_office,
    is_supervisor,
    reads_all,
)


@asks(_("belongs to this unit"), _("does not belong to this unit"), by_unit=True)
def works_for_unit(user, record):
    return user.works_for(record.unit)


@asks(_("writes for this unit"), _("does not write for this unit"), by_unit=True)
def writes_for_unit(user, record):
    return user.writes_for(record.unit)


@asks(
    _("is party to it: the unit is one's own or in one's own tree"),
    _("is not party to it: the unit is neither one's own nor in one's own tree"),
    by_unit=True,
)
def is_party_to_unit(user, record):
    """Who belongs to the unit or a department above it reads what it handed in, and judges nothing of it."""
    return user.is_party_to(record.unit)


@asks(
    _("has a conflict of interest with the unit, and no exception"),
    _("has no conflict of interest with the unit, or an exception"),
)
def has_conflict(user, record):
    """Own, former or supervised unit, or one that was declared; `free_to_decide` is the same for lists."""
    entry = record.pk if isinstance(record, LedgerEntry) else None
    return recusal(user).bars(record.unit.pk, entry)


@asks(
    _("only others who are assigned to it decide on it"),
    _("nobody is assigned to it alone, or the person is"),
)
def is_left_to_others(user, entry):
    """Only in a year that says so, and only where somebody is assigned."""
    if not entry.cycle.only_assigned:
        return False
    assigned = set(entry.assignments.values_list("reviewer", flat=True))
    return bool(assigned) and user.pk not in assigned


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


@asks(_("it is in the hands of the unit"), _("it is not in the hands of the unit"))
def is_editable(user, record):
    return record.is_editable


@asks(_("it is a draft"), _("it is no draft"))
def is_draft(user, record):
    return record.status == "draft"


@asks(_("it waits for a decision"), _("it does not wait for a decision"))
def is_submitted(user, record):
    return record.status == "submitted"


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


@asks(_("it is accepted"), _("it is not accepted"))
def is_accepted(user, record):
    return record.status == "accepted"


@asks(_("the office has not opened it yet"), _("the office has opened it already"))
def is_unopened(user, entry):
    return entry.opened_at is None


@asks(_("its year is open"), _("its year is not open"))
def is_of_open_year(user, record):
    return record.cycle.status == "open"


@asks(_("it can be handed in now"), _("it cannot be handed in now"))
def accepts_plans(user, plan):
    return plan.can_come_in


@asks(_("it is filed without a decision"), _("it waits for a decision once handed in"))
def is_light(user, plan):
    return plan.is_light


@asks(_("its year takes plans"), _("its year takes no plans"))
def is_of_planned_year(user, plan):
    return plan.cycle.accepts_plans


@asks(_("it was returned before"), _("it was never returned before"))
def was_returned(user, plan):
    return plan.returned_count > 0


@asks(_("it can be looked back at now"), _("it cannot be looked back at now"))
def can_be_looked_back_at(user, plan):
    return plan.can_be_looked_back_at


@asks(_("has kept the view"), _("has not kept the view"))
def has_kept_it(user, view):
    return view.owner_id == user.pk


@asks(_("its year is closed"), _("its year is not closed"))
def is_closed(user, cycle):
    return cycle.status == "closed"


@asks(_("records can be handed in now"), _("records cannot be handed in now"))
def accepts_entries(user, entry):
    return entry.can_come_in


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


@asks(_("it is published"), _("it is withdrawn"))
def is_published(user, release):
    return release.status == "published"


@asks(_("it is answered"), _("it is not answered"))
def is_answered(user, question):
    return question.status == "answered"


@asks(_("the honor is held"), _("the honor is no longer held"))
def is_held(user, award):
    return award.status == "active"


@asks(_("the honor waits to be recognized"), _("the honor does not wait to be recognized"))
def is_awaiting(user, award):
    return award.status == "awaiting"


@asks(_("the unit is a candidate for the honor"), _("the unit is no candidate for the honor"))
def is_candidate(user, award):
    return award.status == "pending"


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


@asks(_("it waits for a second person"), _("it does not wait for a second person"))
def is_proposed(user, moderation):
    return moderation.status == "asked"


@asks(_("it stands: proposed or adopted"), _("it does not stand: refused or withdrawn"))
def is_standing(user, moderation):
    return moderation.status in moderation.STANDING


@asks(_("proposed it"), _("did not propose it"))
def has_proposed(user, moderation):
    return moderation.proposed_by_id == user.pk


@asks(_("made the decisions"), _("did not make the decisions"))
def has_made_it_all(user, bulk):
    return bulk.by_id == user.pk


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
is_reviewer = is_case_officer & ~has_conflict & ~wrote_for_unit & ~is_left_to_others
add_perm("assessments.review_entries", is_case_officer)
add_perm("assessments.view_agreement", is_director)
is_decided_on = is_submitted & is_of_open_year & ~waits_for_department
add_perm("assessments.open_entry", is_reviewer & is_decided_on)
add_perm("assessments.accept_entry", is_reviewer & is_decided_on & ~has_marked)
# A second return takes the director.
add_perm("assessments.send_back_entry", is_reviewer & is_decided_on & (is_director | ~was_returned))
add_perm(
    "assessments.undo_entry",
    is_reviewer & (is_returned | is_accepted) & is_of_open_year & (is_director | decided_it),
)
add_perm("assessments.extend_entry", is_reviewer & is_returned & is_of_open_year)
add_perm("assessments.undo_bulk", is_case_officer & has_made_it_all)
add_perm("assessments.edit_reason", is_director | is_administrator)
add_perm(
    "assessments.reopen_entry",
    is_director & is_accepted & is_of_open_year & ~has_conflict & ~wrote_for_unit,
)
add_perm("assessments.judge_likeness_entry", is_reviewer & is_decided_on)
add_perm(
    "assessments.pre_review_entry",
    stands_above_unit & waits_for_department & is_of_open_year & ~wrote_for_unit,
)

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
add_perm("assessments.refer_calibration_item", is_director & ~is_barred_from)
add_perm("assessments.agree_calibration_item", is_director & is_of_closed_round)
# what the office notes among itself about a record; asked about the record
add_perm("assessments.view_notes", is_case_officer & ~has_conflict)
add_perm("assessments.write_note", is_case_officer & ~has_conflict)

# questions between a unit and the office
add_perm("assessments.see_return_entry", works_for_unit & is_returned)
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
# conflicts of interest; a declaration binds at once, and nobody decides about the own one
is_keeper = is_director | is_administrator
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

# a supervising department's own tree
add_perm("assessments.view_tree", is_supervisor)
add_perm("assessments.pre_review_entries", is_supervisor)

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
        "send_back_entry": _("return the record"),
        "judge_likeness_entry": _("judge what in the record is worth a look"),
        "undo_entry": _("undo the newest decision"),
        "reopen_entry": _("reopen the decision"),
        "see_return_entry": _("be noted as having seen the return"),
        "extend_entry": _("give the unit more time to correct the record"),
        "edit_reason": _("word the reasons for returns"),
        "pre_review_entries": _("see what waits for a word of the own department"),
        "pre_review_entry": _("say the word of the department above on the record"),
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
    "bulk",
    _("Decisions on many records"),
    "assessments",
    {"undo_bulk": _("undo decisions that were made together")},
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
