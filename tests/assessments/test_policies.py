"""The permission table: who may do what, and in which state. Lan and Mei are liaisons of two units."""

import pytest

from assessments.models import EvidenceFile, LedgerEntry, Plan, ScoreSheet, UnitYear
from tests.factories import (
    AwardFactory,
    EntryFactory,
    EvidenceFactory,
    PlanFactory,
    ReleaseFactory,
    UnitYearFactory,
)

OFFICE = {"rui", "ou", "an"}
REVIEWERS = {"rui", "ou"}

# permission, state of Lan's record, who may
ENTRY = [
    ("view_entry", "draft", {"lan"}),
    ("view_entry", "submitted", {"lan", *OFFICE}),
    ("view_entry", "returned", {"lan", *OFFICE}),
    ("view_entry", "accepted", {"lan", *OFFICE}),
    ("edit_entry", "draft", {"lan"}),
    ("edit_entry", "submitted", set()),
    ("edit_entry", "returned", {"lan"}),
    ("edit_entry", "accepted", set()),
    ("delete_entry", "draft", {"lan"}),
    ("delete_entry", "submitted", set()),
    ("delete_entry", "returned", set()),
    ("submit_entry", "draft", {"lan"}),
    ("submit_entry", "submitted", set()),
    ("submit_entry", "returned", {"lan"}),
    ("submit_entry", "accepted", set()),
    ("withdraw_entry", "draft", set()),
    ("withdraw_entry", "submitted", {"lan"}),
    ("withdraw_entry", "accepted", set()),
    ("open_entry", "draft", set()),
    ("open_entry", "submitted", REVIEWERS),
    ("accept_entry", "draft", set()),
    ("accept_entry", "submitted", REVIEWERS),
    ("accept_entry", "returned", set()),
    ("accept_entry", "accepted", set()),
    ("send_back_entry", "draft", set()),
    ("send_back_entry", "submitted", REVIEWERS),
    ("send_back_entry", "accepted", set()),
    ("reopen_entry", "submitted", set()),
    ("reopen_entry", "accepted", {"ou"}),
]
PLAN = [
    ("view_plan", "draft", {"lan"}),
    ("view_plan", "submitted", {"lan", *OFFICE}),
    ("edit_plan", "draft", {"lan"}),
    ("edit_plan", "submitted", set()),
    ("submit_plan", "draft", {"lan"}),
    ("submit_plan", "submitted", set()),
    ("withdraw_plan", "draft", set()),
    ("withdraw_plan", "submitted", {"lan"}),
    ("accept_plan", "draft", set()),
    ("accept_plan", "submitted", REVIEWERS),
    ("send_back_plan", "draft", set()),
    ("send_back_plan", "submitted", REVIEWERS),
]
GENERAL = [
    ("view_cycle", {"lan", "mei", *OFFICE}),
    ("prepare_cycle", {"ou"}),
    ("open_cycle", {"ou"}),
    ("close_cycle", {"ou"}),
    ("enrol_units", {"ou"}),
    ("view_standard", {"lan", "mei", *OFFICE}),
    ("write_plan", {"lan", "mei"}),
    ("write_entry", {"lan", "mei"}),
    ("review_entries", REVIEWERS),
    ("list_sheets", OFFICE),
    ("import_values", REVIEWERS),
    ("list_awards", OFFICE),
    ("grant_award", {"ou"}),
    ("import_honors", {"ou", "an"}),
    ("import_standard", {"ou", "an"}),
    ("view_ranking", OFFICE),
    ("release_ranking", {"ou"}),
]


@pytest.fixture
def cast(lan, mei, rui, ou, admin):
    return {"lan": lan, "mei": mei, "rui": rui, "ou": ou, "an": admin}


def allowed(cast, permission, record=None):
    return {name for name, user in cast.items() if user.has_perm(f"assessments.{permission}", record)}


def entry_in(status, school, lan):
    traits = {} if status == "draft" else {status: True}
    return EntryFactory(unit=school, created_by=lan, **traits)


def plan_in(status, school):
    return PlanFactory(unit=school, **({} if status == "draft" else {status: True}))


@pytest.mark.parametrize(("permission", "status", "who"), ENTRY)
def test_who_may_do_what_with_an_entry(cast, school, lan, permission, status, who):
    assert allowed(cast, permission, entry_in(status, school, lan)) == who


@pytest.mark.parametrize(("permission", "status", "who"), PLAN)
def test_who_may_do_what_with_a_plan(cast, school, permission, status, who):
    assert allowed(cast, permission, plan_in(status, school)) == who


@pytest.mark.parametrize(("permission", "who"), GENERAL)
def test_who_may_do_what_at_all(cast, permission, who):
    assert allowed(cast, permission) == who


def test_a_sheet_is_seen_by_its_unit_and_the_office_and_filled_by_reviewers(cast, school, year):
    sheet = ScoreSheet.objects.create(unit_year=UnitYearFactory(cycle=year, unit=school))

    assert allowed(cast, "view_sheet", sheet) == {"lan", *OFFICE}
    assert allowed(cast, "set_value", sheet) == REVIEWERS


def test_nobody_fills_a_sheet_of_a_year_that_is_not_open(cast, school, year):
    year.status = "closed"
    sheet = ScoreSheet.objects.create(unit_year=UnitYearFactory(cycle=year, unit=school))

    assert allowed(cast, "view_sheet", sheet) == {"lan", *OFFICE}
    assert allowed(cast, "set_value", sheet) == set()


@pytest.mark.parametrize(("status", "who"), [("draft", {"ou"}), ("frozen", set())])
def test_only_the_director_corrects_a_standard_and_only_a_draft(cast, year, status, who):
    year.standard.status = status

    assert allowed(cast, "edit_standard", year.standard) == who


@pytest.mark.parametrize(("permission", "status"), [
    ("open_entry", "submitted"), ("accept_entry", "submitted"), ("send_back_entry", "submitted"),
    ("reopen_entry", "accepted"),
])  # fmt: skip
def test_nobody_decides_in_a_closed_year(cast, school, lan, year, permission, status):
    entry = entry_in(status, school, lan)
    entry.cycle.status = "closed"

    assert allowed(cast, permission, entry) == set()


def test_only_the_director_takes_an_honor_or_a_release_back(cast):
    assert allowed(cast, "revoke_award", AwardFactory()) == {"ou"}
    assert allowed(cast, "revoke_award", AwardFactory(status="revoked", ended_note="材料不实")) == set()
    assert allowed(cast, "withdraw_ranking", ReleaseFactory()) == {"ou"}


def test_the_office_cannot_take_back_what_it_has_opened(cast, school, lan):
    entry = entry_in("submitted", school, lan)
    entry.opened_at = entry.submitted_at

    assert allowed(cast, "withdraw_entry", entry) == set()


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "accepted"])
def test_the_list_and_the_permission_agree_on_entries(cast, school, lan, status):
    entry = entry_in(status, school, lan)
    evidence = EvidenceFactory(entry=entry)

    for user in cast.values():
        may_view = user.has_perm("assessments.view_entry", entry)
        assert LedgerEntry.objects.visible_to(user).contains(entry) is may_view
        assert EvidenceFile.objects.visible_to(user).contains(evidence) is may_view


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_the_list_and_the_permission_agree_on_plans(cast, school, status):
    plan = plan_in(status, school)

    for user in cast.values():
        may_view = user.has_perm("assessments.view_plan", plan)
        assert Plan.objects.visible_to(user).contains(plan) is may_view


def test_the_list_and_the_permission_agree_on_sheets(cast, school, year):
    sheet = ScoreSheet.objects.create(unit_year=UnitYearFactory(cycle=year, unit=school))

    for user in cast.values():
        may_view = user.has_perm("assessments.view_sheet", sheet)
        assert ScoreSheet.objects.visible_to(user).contains(sheet) is may_view
        assert UnitYear.objects.visible_to(user).contains(sheet.unit_year) is may_view
