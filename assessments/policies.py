"""Who may do what in a creation year, readable aloud."""

from rules import add_perm, predicate

from units.policies import is_administrator, is_anybody, is_case_officer, is_director, is_liaison, reads_all


@predicate
def works_for_unit(user, record):
    return user.works_for(record.unit)


@predicate
def writes_for_unit(user, record):
    return user.writes_for(record.unit)


@predicate
def sees_unit_of(user, record):
    return user.sees(record.unit)


@predicate
def is_editable(user, record):
    return record.is_editable


@predicate
def is_draft(user, record):
    return record.status == "draft"


@predicate
def is_submitted(user, record):
    return record.status == "submitted"


@predicate
def was_handed_in(user, entry):
    return entry.first_submitted_at is not None


@predicate
def is_accepted(user, record):
    return record.status == "accepted"


@predicate
def is_unopened(user, entry):
    return entry.opened_at is None


@predicate
def is_of_open_year(user, record):
    return record.cycle.status == "open"


@predicate
def accepts_plans(user, plan):
    return plan.cycle.accepts_plans


@predicate
def accepts_entries(user, entry):
    return entry.cycle.accepts_entries


@predicate
def works_for_scored_unit(user, sheet):
    return user.works_for(sheet.unit_year.unit)


@predicate
def sees_scored_unit(user, sheet):
    return user.sees(sheet.unit_year.unit)


@predicate
def is_scored_year_open(user, sheet):
    return sheet.unit_year.cycle.status == "open"


@predicate
def is_published(user, release):
    return release.status == "published"


@predicate
def is_held(user, award):
    return award.status == "active"


@predicate
def is_awaiting(user, award):
    return award.status == "awaiting"


@predicate
def is_candidate(user, award):
    return award.status == "pending"


# the year
add_perm("assessments.view_cycle", is_anybody)
add_perm("assessments.prepare_cycle", is_director)
add_perm("assessments.open_cycle", is_director)
add_perm("assessments.close_cycle", is_director)
add_perm("assessments.enrol_units", is_director)
add_perm("assessments.view_standard", is_anybody)
add_perm("assessments.import_standard", is_administrator | is_director)
add_perm("assessments.edit_standard", is_director & is_draft)

# plans
add_perm("assessments.write_plan", is_liaison)
add_perm("assessments.view_plan", works_for_unit | (sees_unit_of & ~is_draft))
add_perm("assessments.edit_plan", writes_for_unit & is_editable)
add_perm("assessments.submit_plan", writes_for_unit & is_editable & accepts_plans)
add_perm("assessments.withdraw_plan", writes_for_unit & is_submitted)
add_perm("assessments.accept_plan", is_case_officer & is_submitted & is_of_open_year & ~works_for_unit)
add_perm("assessments.send_back_plan", is_case_officer & is_submitted & is_of_open_year & ~works_for_unit)

# ledger
add_perm("assessments.write_entry", is_liaison)
add_perm("assessments.view_entry", works_for_unit | (sees_unit_of & ~is_draft))
add_perm("assessments.edit_entry", writes_for_unit & is_editable)
add_perm("assessments.delete_entry", writes_for_unit & is_draft & ~was_handed_in)
add_perm("assessments.submit_entry", writes_for_unit & is_editable & accepts_entries)
add_perm("assessments.withdraw_entry", writes_for_unit & is_submitted & is_unopened)

# review
add_perm("assessments.review_entries", is_case_officer)
add_perm("assessments.open_entry", is_case_officer & is_submitted & is_of_open_year & ~works_for_unit)
add_perm("assessments.accept_entry", is_case_officer & is_submitted & is_of_open_year & ~works_for_unit)
add_perm("assessments.send_back_entry", is_case_officer & is_submitted & is_of_open_year & ~works_for_unit)
add_perm("assessments.reopen_entry", is_director & is_accepted & is_of_open_year & ~works_for_unit)

# scores
add_perm("assessments.list_sheets", reads_all)
add_perm("assessments.view_sheet", sees_scored_unit)
add_perm("assessments.set_value", is_case_officer & is_scored_year_open & ~works_for_scored_unit)
add_perm("assessments.import_values", is_case_officer)

# honors
add_perm("assessments.list_awards", reads_all)
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

add_perm("assessments.administer", is_administrator)
