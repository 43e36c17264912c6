"""The permission table of a creation year: every permission, role, relation and state."""

from datetime import date, timedelta

import pytest
from rules.permissions import permissions

from assessments.models import (
    Award,
    Binder,
    BulkDecision,
    CalibrationRound,
    ChartedUnit,
    ChartItem,
    Conflict,
    ConflictOverride,
    Cycle,
    Document,
    Duty,
    EvidenceFile,
    Faq,
    FieldSurvey,
    InternalNote,
    LedgerEntry,
    Plan,
    Question,
    ScoreSheet,
    SurveyedUnit,
    UnitYear,
)
from civportal.lib.clock import now
from tests import matrix
from tests.factories import (
    AssignmentFactory,
    AwardFactory,
    CalibrationRoundFactory,
    CaseOfficerFactory,
    ChartedUnitFactory,
    ChartItemFactory,
    ClaimFactory,
    ConflictFactory,
    CycleFactory,
    DocumentFactory,
    DutyFactory,
    EntryFactory,
    EvidenceFactory,
    FaqFactory,
    FieldSurveyFactory,
    IndicatorFactory,
    InternalNoteFactory,
    MembershipFactory,
    OverrideFactory,
    PlanFactory,
    QuestionFactory,
    UnitFactory,
    UnitYearFactory,
)
from tests.matrix import JUDGES
from units.models import Role

from .permission_tables import all_sections
from .permission_tables.review import CALIBRATION_STATES
from .permission_tables.shared import MOMENT

pytestmark = pytest.mark.django_db


# Answers that no record can tell from the policy, and why.
SAME_BY_NATURE = {
    # What was never handed in is a draft; the policy says so for whoever reads it.
    ("delete_entry", "is_draft", True),
    ("restore_entry", "is_draft", True),
}


@pytest.fixture
def cycles(year, school):
    """The open year, one whose windows are over, and a closed one."""
    over = CycleFactory(year=2024, status="closed")
    over.stages.update(opens_on="2024-01-01", due_on="2024-02-01", closes_on="2024-03-01")
    over.status = "open"
    past = dict.fromkeys(["opens_on", "due_on", "closes_on"], date(2024, 3, 1))
    DutyFactory(cycle=over, unit=school, **past)
    DutyFactory(cycle=over, unit=school, kind="monthly_plan", period=5, **past)
    return {
        "open": year,
        "over": over,
        "planning": CycleFactory(year=2027, status="planning"),
        "closed": CycleFactory(year=2025, status="closed"),
    }


@pytest.fixture
def sections(school, bank, cycles):
    return all_sections(school, bank, cycles)


@pytest.fixture
def cast(school, bank, bureau):
    return matrix.cast_around(school, bureau, bank)


def test_the_policies_say_what_the_tables_say(cast, sections):
    assert [difference for section in sections for difference in section.differences(cast)] == []


def test_the_tables_name_every_permission_in_every_state(sections):
    known = {name for name in permissions if name.startswith("assessments.")}

    assert set.union(*(section.permissions for section in sections)) == known
    assert [section.gaps() for section in sections] == [set()] * len(sections)


@pytest.mark.parametrize(
    "model",
    [
        LedgerEntry,
        Plan,
        Document,
        ChartedUnit,
        ChartItem,
        FieldSurvey,
        Binder,
        Conflict,
        ConflictOverride,
        Question,
        Faq,
    ],
)
def test_every_status_has_a_state(sections, model):
    made = [make(None) for section in sections for make in section.states.values()]

    assert {it.status for it in made if isinstance(it, model)} == set(model.Status.values)


def test_a_policy_with_a_question_more_or_less_would_be_noticed(cast, sections, monkeypatch):
    unnoticed = {mutant for section in sections for mutant in matrix.unnoticed(section, cast, monkeypatch)}

    assert unnoticed == SAME_BY_NATURE


@pytest.mark.parametrize("answer", [True, False])
def test_a_policy_wide_open_or_shut_fails_the_table(cast, sections, monkeypatch, answer):
    constant = matrix.always_true if answer else matrix.always_false
    for section in sections:
        for name in section.table:
            with monkeypatch.context() as patch:
                patch.setitem(permissions, f"{section.app}.{name}", constant)
                assert section.differences(cast, [name]), name


# ── lists and permissions agree ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", LedgerEntry.Status.values)
def test_the_list_and_the_permission_agree_on_entries(cast, school, status):
    entry = EntryFactory(unit=school, **({} if status == "draft" else {status: True}))
    evidence = EvidenceFactory(entry=entry)

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_entry", entry)
        assert LedgerEntry.objects.visible_to(user).contains(entry) is may_view, name
        assert EvidenceFile.objects.visible_to(user).contains(evidence) is may_view, name


@pytest.mark.parametrize("status", Plan.Status.values)
def test_the_list_and_the_permission_agree_on_plans(cast, school, status):
    plan = PlanFactory(unit=school, **({} if status == "draft" else {"submitted": True, "status": status}))

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_plan", plan)
        assert Plan.objects.visible_to(user).contains(plan) is may_view, name


@pytest.mark.parametrize("status", Plan.Status.values)
@pytest.mark.parametrize("edition", [0, 1])
def test_a_file_is_seen_with_its_plan_except_while_the_unit_changes_it(cast, school, status, edition):
    handed_in = {} if status == "draft" else {"submitted": True, "status": status, "edition": edition}
    plan = PlanFactory(unit=school, **handed_in)
    new = EvidenceFactory(entry=None, plan=plan)
    accepted = EvidenceFactory(entry=None, plan=plan, since_edition=1)
    is_being_changed = status in Plan.WRITTEN_IN and edition > 0

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_plan", plan)
        may_view_new = may_view and (not is_being_changed or user.works_for(school))
        assert EvidenceFile.objects.visible_to(user).contains(accepted) is may_view, name
        assert EvidenceFile.objects.visible_to(user).contains(new) is may_view_new, name


@pytest.mark.parametrize("secrecy", Document.Secrecy.values)
@pytest.mark.parametrize("status", Document.Status.values)
def test_the_list_and_the_permission_agree_on_documents(cast, school, status, secrecy):
    issued = {} if status == "draft" else {status: True, "to": [school]}
    document = DocumentFactory(secrecy=secrecy, **issued)

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_document", document)
        assert Document.objects.visible_to(user).contains(document) is may_view, name


def test_the_list_and_the_permission_agree_on_sheets_and_duties(cast, school, year):
    sheet = ScoreSheet.objects.create(unit_year=UnitYearFactory(cycle=year, unit=school))
    duty = DutyFactory(cycle=year, unit=school)

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_sheet", sheet)
        assert ScoreSheet.objects.visible_to(user).contains(sheet) is may_view, name
        assert UnitYear.objects.visible_to(user).contains(sheet.unit_year) is may_view, name
        assert Duty.objects.visible_to(user).contains(duty) is may_view, name


@pytest.mark.parametrize("status", ChartedUnit.Status.values)
def test_the_list_and_the_permission_agree_on_the_wall_chart(cast, school, status):
    item = ChartItemFactory(charted=ChartedUnitFactory(unit=school, status=status))

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_charted_unit", item.charted)
        assert ChartedUnit.objects.visible_to(user).contains(item.charted) is may_view, name
        assert ChartItem.objects.visible_to(user).contains(item) is may_view, name


@pytest.mark.parametrize("status", Question.Status.values)
def test_the_list_and_the_permission_agree_on_questions(cast, school, year, status):
    question = QuestionFactory(cycle=year, unit=school, status=status)

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_question", question)
        assert Question.objects.visible_to(user).contains(question) is may_view, name


@pytest.mark.parametrize("status", Faq.Status.values)
def test_the_list_and_the_permission_agree_on_questions_often_asked(cast, year, status):
    faq = FaqFactory(source__cycle=year, status=status)

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_faq", faq)
        assert Faq.objects.visible_to(user).contains(faq) is may_view, name


def test_the_list_and_the_permission_agree_on_internal_notes(cast, school):
    note = InternalNoteFactory(entry__unit=school)
    people = with_every_standing(cast, school, note.entry)
    reading = set()

    for name, user in people.items():
        may_read = user.has_perm("assessments.view_notes", note.entry)
        assert InternalNote.objects.visible_to(user).contains(note) is may_read, name
        reading |= {name} if may_read else set()
    permitted = {"permitted for the unit", "permitted for the record"}
    assert reading == JUDGES | {"left long ago", "lifted"} | permitted


@pytest.mark.parametrize("status", FieldSurvey.Status.values)
def test_the_list_and_the_permission_agree_on_field_surveys(cast, school, year, status):
    survey = FieldSurveyFactory(cycle=year, units=[school], closed=status == "closed")
    row = survey.rows.get()

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_field_survey", survey)
        assert FieldSurvey.objects.visible_to(user).contains(survey) is may_view, name
        may_read = user.has_perm("assessments.view_finding", row)
        assert SurveyedUnit.objects.visible_to(user).contains(row) is may_read, name


def test_the_list_and_the_permission_agree_on_awards(cast, school):
    award = AwardFactory(unit=school)

    for name, user in cast.items():
        may_view = user.has_perm("assessments.view_award", award)
        assert Award.objects.visible_to(user).contains(award) is may_view, name


def with_every_standing(cast, school, entry):
    """The cast, and a case officer for each way to stand to the unit: name → person."""
    people = {name: CaseOfficerFactory() for name in STANDINGS}
    left = now() - timedelta(days=400)
    role = {"role": Role.LIAISON, "unit": school, "began_at": left - timedelta(days=400)}
    MembershipFactory(user=people["left a year ago"], **role, ended_at=left)
    long_ago = role | {"began_at": left - timedelta(days=4000)}
    MembershipFactory(user=people["left long ago"], **long_ago, ended_at=left - timedelta(days=3000))
    for name in STANDINGS[2:]:
        ConflictFactory(person=people[name], unit=school)
    Conflict.objects.filter(person=people["lifted"]).update(status="lifted")
    OverrideFactory(person=people["permitted for the unit"], unit=school, approved=True)
    OverrideFactory(person=people["permitted for the record"], entry=entry, approved=True)
    OverrideFactory(
        person=people["permitted for another record"], entry=EntryFactory(unit=school), approved=True
    )
    OverrideFactory(person=people["permission over"], unit=school, approved=True, until=date(2020, 1, 1))
    OverrideFactory(person=people["permission asked"], unit=school)
    return cast | people


STANDINGS = [
    "left a year ago",
    "left long ago",
    "declared",
    "lifted",
    "permitted for the unit",
    "permitted for the record",
    "permitted for another record",
    "permission over",
    "permission asked",
]


def test_the_queue_holds_what_one_may_decide(cast, school):
    entry = EntryFactory(unit=school, submitted=True)
    people = with_every_standing(cast, school, entry)
    deciding = set()

    for name, user in people.items():
        if user.has_perm("assessments.review_entries"):
            may_decide = user.has_perm("assessments.accept_entry", entry)
            assert LedgerEntry.objects.to_decide_by(user).contains(entry) is may_decide, name
            deciding |= {name} if may_decide else set()
    permitted = {"permitted for the unit", "permitted for the record"}
    assert deciding == JUDGES | {"left long ago", "lifted"} | permitted


def test_the_queue_and_the_permission_agree_on_what_is_left_to_others(cast, school, bank, year):
    Cycle.objects.filter(pk=year.pk).update(only_assigned=True)
    indicator, other = IndicatorFactory.create_batch(2, standard=year.standard)
    entry = ClaimFactory(entry=EntryFactory(unit=school, submitted=True), indicator=indicator).entry
    free = EntryFactory(unit=bank, submitted=True)
    named = {
        "unit": {"unit": school},
        "indicator": {"unit": None, "indicator": indicator},
        "both": {"unit": school, "indicator": indicator},
        "another indicator": {"unit": None, "indicator": other},
        "another unit": {"unit": UnitFactory()},
        "another part": {"unit": school, "indicator": other},
    }
    people = {name: CaseOfficerFactory() for name in [*named, "nobody's"]}
    for name, of in named.items():
        AssignmentFactory(cycle=year, reviewer=people[name], **of)
    entry, free = (LedgerEntry.objects.get(pk=one.pk) for one in (entry, free))

    for name, user in people.items():
        queue = LedgerEntry.objects.to_decide_by(user)
        is_assigned = name in ("unit", "indicator", "both")
        assert queue.contains(entry) is user.has_perm("assessments.accept_entry", entry) is is_assigned, name
        assert LedgerEntry.objects.assigned_to(user).contains(entry) is is_assigned, name
        assert queue.contains(free) and user.has_perm("assessments.accept_entry", free), name


def test_the_waiting_plans_are_those_one_may_decide_on(cast, school):
    plan = PlanFactory(unit=school, submitted=True)
    people = with_every_standing(cast, school, EntryFactory(unit=school, submitted=True))
    deciding = set()

    for name, user in people.items():
        if user.has_perm("assessments.review_entries"):
            may_decide = user.has_perm("assessments.accept_plan", plan)
            assert Plan.objects.to_decide_by(user).contains(plan) is may_decide, name
            deciding |= {name} if may_decide else set()
    assert deciding == JUDGES | {"left long ago", "lifted", "permitted for the unit"}


def test_the_list_and_the_permission_agree_on_conflicts(cast, school):
    for name, user in cast.items():
        other, own = ConflictFactory(unit=school), ConflictFactory(unit=school, person=user)
        override, own_override = OverrideFactory(unit=school), OverrideFactory(unit=school, person=user)
        keeps = user.has_perm("assessments.list_conflicts")
        assert Conflict.objects.visible_to(user).contains(other) is keeps, name
        assert ConflictOverride.objects.visible_to(user).contains(override) is keeps, name
        assert Conflict.objects.visible_to(user).contains(own), name
        assert ConflictOverride.objects.visible_to(user).contains(own_override), name


@pytest.mark.parametrize("name", CALIBRATION_STATES)
def test_the_list_and_the_permission_agree_on_calibrations(cast, name):
    for who, user in cast.items():
        status, part = name.split()[0], {"part": False, "finished": True}.get(name.split()[-1])
        found = CalibrationRoundFactory(**{} if status == "draft" else {STATES_BY_TRAIT[status]: True})
        if part is not None:
            found.reviewers.create(person=user, finished_at=MOMENT if part else None)

        listed = CalibrationRound.objects.visible_to(user).contains(found)

        assert listed is user.has_perm("assessments.view_calibration", found), who
        found.delete()


STATES_BY_TRAIT = {"open": "opened", "closed": "closed"}


def test_the_list_and_the_permission_agree_on_bulk_decisions(cast):
    for who, user in cast.items():
        for by in (user, CaseOfficerFactory()):
            made = BulkDecision.objects.create(kind="accept", by=by)

            listed = BulkDecision.objects.visible_to(user).contains(made)

            assert listed is user.has_perm("assessments.view_bulk", made), who


def test_a_department_is_asked_about_what_it_may_judge(cast, school):
    entry = EntryFactory(unit=school, submitted=True, pre_review_until=date(2999, 1, 1))

    for name, user in cast.items():
        may_judge = user.has_perm("assessments.pre_review_entry", entry)
        assert LedgerEntry.objects.to_pre_review_by(user).contains(entry) is may_judge, name
        assert not LedgerEntry.objects.to_decide_by(user).contains(entry), name
