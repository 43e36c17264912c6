"""The permission table of a creation year: every permission, role, relation and state."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rules.permissions import permissions

from assessments.models import (
    Award,
    Binder,
    BinderVolume,
    BulkDecision,
    CalibrationItem,
    CalibrationRound,
    ChartedUnit,
    ChartItem,
    Conflict,
    ConflictHint,
    ConflictOverride,
    Cycle,
    Document,
    Duty,
    EvidenceFile,
    Faq,
    FieldSurvey,
    InternalNote,
    LedgerEntry,
    Moderation,
    Plan,
    Question,
    RankingRelease,
    Review,
    SavedView,
    ScoreSheet,
    Standard,
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
    ReceiptFactory,
    UnitFactory,
    UnitYearFactory,
    UserFactory,
)
from tests.matrix import (
    ABOVE,
    DIRECTORS,
    EVERYBODY,
    JUDGES,
    LIAISONS,
    NOBODY,
    OFFICE,
    OFFICERS,
    OWN,
    READERS,
    SUPERVISORS,
    WRITERS,
    Section,
    in_every,
    only,
)
from units.models import Role

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
IMPARTIAL_DIRECTOR = {"director"}
HEADS = DIRECTORS | {"administrator"}
WHO_READ = READERS | OWN | ABOVE
# A department judges what stands below it, never itself.
BELOW_THEM = {"supervisor above", "director above"}

# Answers that no record can tell from the policy, and why.
SAME_BY_NATURE = {
    # What was never handed in is a draft; the policy says so for whoever reads it.
    ("delete_entry", "is_draft", True),
    ("restore_entry", "is_draft", True),
}


def fixed(record):
    return lambda user: record


def known_entry(reviews=(), **fields):
    """A record whose decisions are read already, as every page has them."""
    entry = LedgerEntry(pk=1, **fields)
    entry._prefetched_objects_cache = {"reviews": list(reviews)}
    return entry


def entry_states(school, cycles):
    def entry(status, cycle="open", **fields):
        handed_in = None if status == "draft" else MOMENT
        said = {"first_submitted_at": handed_in, **fields}
        return fixed(known_entry(unit=school, cycle=cycles[cycle], status=status, **said))

    def entered(status, **said):
        """Written for the unit by whoever is asked about."""
        said |= {"status": status, "first_submitted_at": None if status == "draft" else MOMENT}
        return lambda user: known_entry(
            unit=school, cycle=cycles["open"], on_behalf=True, created_by=user, **said
        )

    def decided(status):
        """Decided by whoever is asked about."""
        said = {"status": status, "first_submitted_at": MOMENT}
        return lambda user: known_entry([Review(by=user)], unit=school, cycle=cycles["open"], **said)

    def marked(user):
        """By whoever is asked about."""
        it = entry("submitted", opened_at=MOMENT)(user)
        it.marker_ids = {user.pk} if user else set()
        return it

    asked = {"pre_review_until": date(2999, 1, 1)}
    return {
        "own hand draft": entered("draft"),
        "own hand submitted": entered("submitted"),
        "own hand with department": entered("submitted", **asked),
        "own hand accepted": entered("accepted"),
        "draft": entry("draft"),
        "draft taken back": entry("draft", first_submitted_at=MOMENT),
        "draft too late": entry("draft", "over"),
        "submitted": entry("submitted"),
        "submitted opened": entry("submitted", opened_at=MOMENT),
        "submitted year closed": entry("submitted", "closed"),
        "submitted to others": fixed(left_to_others(school, cycles["open"])),
        "marked": marked,
        "with department": entry("submitted", **asked),
        "with department year closed": entry("submitted", "closed", **asked),
        "past the department": entry("submitted", pre_review_until=date(2026, 6, 1)),
        "entered": entry("submitted", on_behalf=True),
        "returned": entry("returned"),
        "returned too late": entry("returned", "over"),
        "returned year closed": entry("returned", "closed"),
        "returned to others": fixed(left_to_others(school, cycles["open"], returned=True)),
        "own hand returned": entered("returned"),
        "accepted": entry("accepted"),
        "accepted year closed": entry("accepted", "closed"),
        "submitted again": entry("submitted", returned_count=1),
        "returned by oneself": decided("returned"),
        "accepted by oneself": decided("accepted"),
    }


def left_to_others(school, cycle, **status):
    """Handed in, in a year in which only those decide who are assigned; and somebody else is."""
    entry = EntryFactory(unit=school, cycle=cycle, opened_at=MOMENT, **status or {"submitted": True})
    entry.cycle = Cycle(pk=cycle.pk, year=cycle.year, status="open", only_assigned=True)
    AssignmentFactory(cycle=cycle, unit=school)
    return entry


def entries_section(school, cycles):
    states = entry_states(school, cycles)
    hands = {
        "draft": WRITERS,
        "draft_taken_back": WRITERS,
        "draft_too_late": WRITERS,
        "returned": WRITERS,
        "returned_too_late": WRITERS,
        "returned_by_oneself": WRITERS,
        "returned_year_closed": WRITERS,
        "returned_to_others": WRITERS,
        "own_hand_draft": WRITERS | JUDGES,
        "own_hand_returned": WRITERS | JUDGES,
    }
    entered = {"own_hand_submitted": WRITERS | JUDGES}
    waiting = {
        "submitted": JUDGES,
        "submitted_opened": JUDGES,
        "entered": JUDGES,
        "past_the_department": JUDGES,
        "marked": JUDGES,
        "submitted_again": JUDGES,
    }
    judged = only(states, **waiting)
    drafts = dict.fromkeys(["draft", "draft taken back", "draft too late"], OWN)
    drafts["own hand draft"] = OWN | OFFICE
    thrown = only(states, draft=WRITERS, draft_too_late=WRITERS, own_hand_draft=WRITERS | JUDGES)
    return Section("assessments", states, {
        "view_entry": in_every(states, WHO_READ) | drafts,
        "edit_entry": only(states, **hands),
        "delete_entry": thrown,
        "restore_entry": thrown,
        "submit_entry": only(
            states,
            draft=WRITERS,
            draft_taken_back=WRITERS,
            returned=WRITERS,
            returned_by_oneself=WRITERS,
            returned_to_others=WRITERS,
            own_hand_draft=WRITERS | JUDGES,
            own_hand_returned=WRITERS | JUDGES,
        ),
        "withdraw_entry": only(
            states,
            submitted=WRITERS,
            submitted_again=WRITERS,
            submitted_year_closed=WRITERS,
            entered=WRITERS,
            with_department=WRITERS,
            with_department_year_closed=WRITERS,
            past_the_department=WRITERS,
            own_hand_with_department=WRITERS | JUDGES,
            **entered,
        ),
        "confirm_entry": only(
            states, entered=WRITERS, own_hand_submitted=WRITERS, own_hand_accepted=WRITERS,
            own_hand_with_department=WRITERS, own_hand_returned=WRITERS,
        ),
        "pre_review_entry": only(states, with_department=BELOW_THEM),
        "explain_likeness_entry": only(states, **hands),
        "see_return_entry": only(
            states, returned=OWN, returned_too_late=OWN, returned_year_closed=OWN, returned_to_others=OWN,
            own_hand_returned=OWN, returned_by_oneself=OWN,
        ),
        "open_entry": judged,
        "accept_entry": judged | {"marked": set()},
        "send_back_entry": only(states, **waiting | {"submitted_again": IMPARTIAL_DIRECTOR}),
        "judge_likeness_entry": judged,
        "undo_entry": only(
            states,
            returned=IMPARTIAL_DIRECTOR,
            returned_too_late=IMPARTIAL_DIRECTOR,
            accepted=IMPARTIAL_DIRECTOR,
            returned_by_oneself=JUDGES,
            accepted_by_oneself=JUDGES,
        ),
        "extend_entry": only(
            states, returned=JUDGES, returned_too_late=JUDGES, returned_by_oneself=JUDGES
        ),
        "reopen_entry": only(states, accepted=IMPARTIAL_DIRECTOR, accepted_by_oneself=IMPARTIAL_DIRECTOR),
    })  # fmt: skip


def documents_section(school, cycles):
    """Every status, sent to the school; and once to nobody but open to everybody with an account."""

    def document(status, **said):
        trait = {} if status == "draft" else {status: True}
        sent = {} if status == "draft" else {"to": [school]}
        return fixed(DocumentFactory(cycle=cycles["open"], **sent | trait | said))

    states = {
        **{status: document(status) for status in Document.Status.values},
        "issued to all": document("issued", to=[], secrecy="public"),
        "withdrawn from all": document("withdrawn", to=[], secrecy="public"),
        "issued to others": document("issued", to=[]),
    }
    everybody = {"issued_to_all": EVERYBODY | {"nobody"}}
    sent = only(
        states, draft=OFFICE, issued=WHO_READ, replaced=WHO_READ, issued_to_others=READERS, **everybody
    )
    in_force = only(states, issued=OFFICERS, issued_to_all=OFFICERS, issued_to_others=OFFICERS)
    drafts = only(states, draft=OFFICERS)
    return Section("assessments", states, {
        "view_document": sent | {"withdrawn": WHO_READ, "withdrawn from all": EVERYBODY | {"nobody"}},
        "read_document": sent | {"withdrawn": READERS, "withdrawn from all": READERS},
        "edit_document": drafts,
        "issue_document": drafts,
        "send_document": in_force,
        "remind_document": in_force,
        "replace_document": in_force,
        "withdraw_document": in_force,
    })  # fmt: skip


def receipts_section(school, cycles):
    def receipt(status, **said):
        document = DocumentFactory(cycle=cycles["open"], **{status: True})
        return fixed(ReceiptFactory(document=document, unit=school, **said))

    states = {
        "open": receipt("issued"),
        "signed": receipt("issued", done=True),
        "lapsed": receipt("issued", lapsed_note="单位已撤并"),
        "replaced": receipt("replaced"),
        "withdrawn": receipt("withdrawn"),
    }
    return Section("assessments", states, {"sign_receipt": only(states, open=WRITERS, signed=WRITERS)})


def plans_section(school, cycles):
    def plan(status, cycle="open", **fields):
        return fixed(Plan(unit=school, cycle=cycles[cycle], status=status, **fields))

    monthly = {"kind": "monthly", "period": 5}

    states = {
        "draft": plan("draft"),
        "draft too late": plan("draft", "over"),
        "draft monthly": plan("draft", **monthly),
        "draft monthly too late": plan("draft", "over", **monthly),
        "draft next year": plan("draft", "planning"),
        "submitted": plan("submitted"),
        "submitted again": plan("submitted", returned_count=1),
        "submitted next year": plan("submitted", "planning"),
        "submitted year closed": plan("submitted", "closed"),
        "returned": plan("returned", returned_count=1),
        "accepted": plan("accepted"),
        "accepted monthly": plan("accepted", **monthly),
        "accepted next year": plan("accepted", "planning"),
        "accepted year closed": plan("accepted", "closed"),
        "amending": plan("amending", edition=1),
    }
    drafts = [state for state in states if state.startswith("draft")]
    written = dict.fromkeys([*drafts, "returned", "amending"], WRITERS)
    waiting = {"submitted": JUDGES, "submitted_again": JUDGES, "submitted_next_year": JUDGES}
    return Section("assessments", states, {
        "view_plan": in_every(states, WHO_READ) | dict.fromkeys(drafts, OWN),
        "edit_plan": only(states) | written,
        "submit_plan": only(
            states, draft=WRITERS, draft_next_year=WRITERS, returned=WRITERS, amending=WRITERS
        ),
        "file_plan": only(states, draft_monthly=WRITERS),
        "withdraw_plan": only(
            states,
            submitted=WRITERS,
            submitted_again=WRITERS,
            submitted_next_year=WRITERS,
            submitted_year_closed=WRITERS,
        ),
        "amend_plan": only(states, accepted=WRITERS, accepted_monthly=WRITERS, accepted_next_year=WRITERS),
        "look_back_plan": only(states, accepted=WRITERS),
        "accept_plan": only(states, **waiting),
        "send_back_plan": only(states, **waiting | {"submitted_again": IMPARTIAL_DIRECTOR}),
    })  # fmt: skip


def bulk_section():
    somebody = UserFactory()
    states = {
        "by oneself": lambda user: BulkDecision(by=user or somebody),
        "by another": fixed(BulkDecision(by=somebody)),
    }
    return Section("assessments", states, {"undo_bulk": only(states, by_oneself=OFFICERS)})


def gaps_section(school):
    states = {"": fixed(UnitYear(unit=school))}
    return Section("assessments", states, {"view_gaps": in_every(states, WHO_READ)})


def notes_section(school, cycles):
    """Asked about the record."""
    states = {"": fixed(known_entry(unit=school, cycle=cycles["open"], status="submitted"))}
    judges = in_every(states, JUDGES)
    return Section("assessments", states, {"view_notes": judges, "write_note": judges})


def questions_section(school, cycles):
    def question(status, cycle="open"):
        return fixed(Question(unit=school, cycle=cycles[cycle], status=status))

    states = {status: question(status) for status in Question.Status.values}
    states["open year closed"] = question("open", "closed")
    in_open_year = dict.fromkeys(Question.Status.values)
    return Section("assessments", states, {
        "view_question": in_every(states, OFFICERS | OWN),
        "ask_question": only(states) | dict.fromkeys(in_open_year, WRITERS),
        "put_question": only(states) | dict.fromkeys(in_open_year, JUDGES),
        "answer_question": in_every(states, JUDGES),
        "ask_back_question": in_every(states, JUDGES),
        "follow_up_question": in_every(states, WRITERS),
        "publish_faq": only(states, answered=DIRECTORS),
    })  # fmt: skip


def faqs_section():
    states = {status: fixed(Faq(status=status)) for status in Faq.Status.values}
    published = only(states, published=DIRECTORS)
    return Section("assessments", states, {
        "view_faq": only(states, published=EVERYBODY, withdrawn=OFFICE),
        "edit_faq": published,
        "withdraw_faq": published,
    })  # fmt: skip


def saved_views_section():
    """Of the asking person, and of a colleague who shares it."""
    somebody = UserFactory()
    states = {
        "own": lambda user: SavedView(owner=user),
        "shared": fixed(SavedView(owner=somebody, is_shared=True)),
    }
    owner = only(states, own=OFFICERS)
    return Section("assessments", states, {"edit_saved_view": owner, "delete_saved_view": owner})


def xrays_section(school):
    states = {"": fixed(UnitYear(unit=school))}
    return Section("assessments", states, {"view_xray": in_every(states, WHO_READ)})


def makings_section(school):
    states = {"": fixed(UnitYear(unit=school))}
    return Section("assessments", states, {"make_binder": in_every(states, OFFICE | OWN | ABOVE)})


def binders_section(school, bank, cycles):
    """Of the school in every status; of two units; and one that the asking person made."""
    somebody = UserFactory()

    def binder(status, *units, by=None):
        fields = {"ready_at": MOMENT, "sha256": "0" * 64} if status == "ready" else {}

        def make(user):
            made = Binder.objects.create(
                cycle=cycles["open"], scope="all", status=status, made_by=by or user or somebody, **fields
            )
            for number, unit in enumerate(units):
                BinderVolume.objects.create(binder=made, unit=unit, number=number)
            return made

        return make

    states = {
        **{status: binder(status, school, by=somebody) for status in Binder.Status.values},
        "making of two": binder("making", school, bank, by=somebody),
        "ready of two": binder("ready", school, bank, by=somebody),
        "ready own": binder("ready", school),
    }
    hands = OFFICE | OWN | ABOVE
    of_two = {"making of two": READERS, "ready of two": READERS}
    made = only(states, making=hands, making_of_two=OFFICE)
    return Section("assessments", states, {
        "view_binder": in_every(states, WHO_READ) | of_two,
        "take_binder": only(states, ready=WHO_READ, ready_of_two=READERS, ready_own=WHO_READ),
        "finish_binder": made,
        "cancel_binder": made,
        "remove_binder": only(states, ready=OFFICE, ready_of_two=OFFICE, ready_own=hands),
    })  # fmt: skip


def charted_section(school, cycles):
    def charted(status, cycle="open"):
        return fixed(ChartedUnit(unit=school, cycle=cycles[cycle], status=status))

    states = {
        "listed": charted("listed"),
        "listed year closed": charted("listed", "closed"),
        "removed": charted("removed"),
    }
    return Section("assessments", states, {
        "view_charted_unit": in_every(states, WHO_READ),
        "list_charted_unit": only(states, listed=JUDGES, removed=JUDGES),
        "remove_charted_unit": only(states, listed=JUDGES),
        "add_chart_item": only(states, listed=JUDGES),
    })  # fmt: skip


def chart_items_section(school, cycles):
    def item(status, charted="listed", cycle="open"):
        return fixed(
            ChartItem(charted=ChartedUnit(unit=school, cycle=cycles[cycle], status=charted), status=status)
        )

    states = {
        "open": item("open"),
        "open year closed": item("open", cycle="closed"),
        "open unit removed": item("open", "removed"),
        "closed": item("closed"),
        "closed year closed": item("closed", cycle="closed"),
        "closed unit removed": item("closed", "removed"),
    }
    return Section("assessments", states, {
        "edit_chart_item": only(states, open=JUDGES),
        "close_chart_item": only(states, open=JUDGES),
        "reopen_chart_item": only(states, closed=JUDGES),
    })  # fmt: skip


def field_surveys_section(cycles):
    states = {
        status: fixed(FieldSurvey(cycle=cycles["open"], status=status)) for status in ("open", "closed")
    }
    return Section("assessments", states, {
        "view_field_survey": in_every(states, READERS),
        "edit_field_survey": only(states, open=OFFICERS),
        "close_field_survey": only(states, open=OFFICERS),
        "discard_field_survey": only(states, open=OFFICERS),
    })  # fmt: skip


def findings_section(school):
    def row(status):
        return fixed(SurveyedUnit(unit=school, survey=FieldSurvey(status=status)))

    states = {"survey open": row("open"), "survey closed": row("closed")}
    return Section("assessments", states, {
        "view_finding": only(states, survey_open=READERS, survey_closed=WHO_READ),
        "record_finding": only(states, survey_open=JUDGES),
    })  # fmt: skip


def conflicts_section(school, somebody):
    def conflict(status, own=False):
        return lambda user: Conflict(unit=school, status=status, person=(own and user) or somebody)

    states = {status: conflict(status) for status in Conflict.Status.values}
    states["own"] = conflict("declared", own=True)
    return Section("assessments", states, {
        "confirm_conflict": only(states, declared=HEADS),
        "lift_conflict": only(states, declared=HEADS, confirmed=HEADS),
    })  # fmt: skip


def hints_section(school, somebody):
    states = {
        "other": lambda user: ConflictHint(unit=school, person=somebody),
        "own": lambda user: ConflictHint(unit=school, person=user or somebody),
    }
    return Section("assessments", states, {"answer_hint": only(states, other=HEADS)})


def overrides_section(school, somebody):
    def override(status, own=False):
        return lambda user: ConflictOverride(unit=school, status=status, person=(own and user) or somebody)

    states = {status: override(status) for status in ConflictOverride.Status.values}
    states |= {"own asked": override("asked", own=True), "own approved": override("approved", own=True)}
    return Section("assessments", states, {
        # Who belongs to the unit asks for nothing; who stands above it may.
        "ask_override": in_every(states, {"director above"}),
        "approve_override": only(states, asked=IMPARTIAL_DIRECTOR),
        "refuse_override": only(states, asked=DIRECTORS),
        "end_override": only(states, approved=DIRECTORS, own_approved=OFFICERS),
    })  # fmt: skip


def calibration_parts(status, part=None):
    """A round in that status; `part` says whether whoever is asked about has finished, None for no part."""

    def made(user):
        found = CalibrationRound(status=status)
        found.parts = {} if part is None or user is None else {user.pk: part}
        return found

    return made


CALIBRATION_STATES = {
    "draft": calibration_parts("draft"),
    "draft with part": calibration_parts("draft", part=False),
    "open": calibration_parts("open"),
    "open with part": calibration_parts("open", part=False),
    "open finished": calibration_parts("open", part=True),
    "closed": calibration_parts("closed"),
    "closed with part": calibration_parts("closed", part=False),
}


def calibrations_section():
    states = CALIBRATION_STATES
    held = dict.fromkeys(["draft", "draft_with_part"], DIRECTORS)
    being_marked = dict.fromkeys(["open", "open_with_part", "open_finished"], DIRECTORS)
    over = dict.fromkeys(["closed", "closed_with_part"], OFFICERS)
    return Section("assessments", states, {
        "view_calibration": only(
            states, **held, **over, open=DIRECTORS, open_with_part=OFFICERS, open_finished=OFFICERS
        ),
        "edit_calibration": only(states, **held),
        "open_calibration": only(states, **held),
        "finish_calibration": only(states, open_with_part=OFFICERS),
        "close_calibration": only(states, **being_marked),
        # Blind: a director who takes part waits like everybody else.
        "compare_calibration": only(states, **over, open=DIRECTORS, open_finished=OFFICERS),
    })  # fmt: skip


def calibration_items_section(school):
    def item(make, **entry):
        def made(user):
            said = {name: user if value == "user" else value for name, value in entry.items()}
            return CalibrationItem(round=make(user), entry=LedgerEntry(pk=1, unit=school, **said))

        return made

    states = {name: item(make) for name, make in CALIBRATION_STATES.items() if name != "draft with part"}
    still = CALIBRATION_STATES["open with part"]
    states["open own hand"] = item(still, on_behalf=True, created_by="user")
    over = dict.fromkeys(["closed", "closed_with_part"], DIRECTORS)
    return Section("assessments", states, {
        "mark_calibration_item": only(states, open_with_part=JUDGES),
        "refer_calibration_item": in_every(states, IMPARTIAL_DIRECTOR) | {"open own hand": NOBODY},
        "agree_calibration_item": only(states, **over),
    })  # fmt: skip


def moderations_section(somebody):
    def made(status, own=False):
        return lambda user: Moderation(status=status, proposed_by=(own and user) or somebody)

    states = {status: made(status) for status in Moderation.Status.values}
    states["own asked"] = made("asked", own=True)
    return Section("assessments", states, {
        "adopt_moderation": only(states, asked=HEADS),
        "refuse_moderation": only(states, asked=HEADS),
        "withdraw_moderation": only(states, asked=DIRECTORS, own_asked=DIRECTORS, adopted=DIRECTORS),
    })  # fmt: skip


def sheets_section(school, cycles):
    def sheet(status):
        return fixed(ScoreSheet(unit_year=UnitYear(unit=school, cycle=Cycle(status=status))))

    states = {status: sheet(status) for status in Cycle.Status.values}
    return Section("assessments", states, {
        "view_sheet": in_every(states, WHO_READ),
        "set_value": only(states, open=JUDGES),
    })  # fmt: skip


def awards_section(school):
    states = {status: fixed(Award(unit=school, status=status)) for status in Award.Status.values}
    return Section("assessments", states, {
        "view_award": in_every(states, WHO_READ),
        "revoke_award": only(states, active=DIRECTORS, awaiting=DIRECTORS),
        "recognize_award": only(states, awaiting=DIRECTORS),
        "terminate_award": only(states, awaiting=DIRECTORS),
        "confirm_award": only(states, pending=DIRECTORS),
        "drop_award": only(states, pending=DIRECTORS),
    })  # fmt: skip


def releases_section():
    states = {status: fixed(RankingRelease(status=status)) for status in RankingRelease.Status.values}
    return Section("assessments", states, {"withdraw_ranking": only(states, published=DIRECTORS)})


def standards_section():
    states = {status: fixed(Standard(status=status)) for status in Standard.Status.values}
    return Section("assessments", states, {
        "view_standard": in_every(states, EVERYBODY),
        "edit_standard": only(states, draft=DIRECTORS),
    })  # fmt: skip


def cycles_section():
    states = {status: fixed(Cycle(status=status)) for status in Cycle.Status.values}
    return Section("assessments", states, {
        "view_cycle": in_every(states, EVERYBODY),
        "open_cycle": in_every(states, DIRECTORS),
        "close_cycle": in_every(states, DIRECTORS),
        "enrol_units": in_every(states, DIRECTORS),
        "open_planning_cycle": in_every(states, DIRECTORS),
        "edit_goals": only(states, draft=DIRECTORS, planning=DIRECTORS, open=DIRECTORS),
        "set_reviewing": only(states, draft=DIRECTORS, planning=DIRECTORS, open=DIRECTORS),
    })  # fmt: skip


def duties_section(school, cycles):
    states = {"owed": fixed(Duty(unit=school, cycle=cycles["open"], kind="annual_plan"))}
    return Section("assessments", states, {"view_duty": in_every(states, WHO_READ)})


def general_section():
    who = {
        "prepare_cycle": DIRECTORS,
        "load_holidays": HEADS,
        "extend_duties": OFFICERS,
        "write_document": OFFICERS,
        "write_plan": LIAISONS,
        "write_entry": LIAISONS,
        "write_entry_for_unit": OFFICERS,
        "view_bin": LIAISONS | OFFICERS,
        "review_entries": OFFICERS,
        "view_agreement": DIRECTORS,
        "list_calibrations": OFFICERS,
        "hold_calibration": DIRECTORS,
        "view_moderation": HEADS,
        "propose_moderation": DIRECTORS,
        "edit_guide": HEADS,
        "edit_reason": HEADS,
        "view_weak_units": READERS,
        "keep_wall_chart": OFFICERS,
        "list_field_surveys": READERS,
        "hold_field_survey": OFFICERS,
        "declare_conflict": OFFICERS,
        "list_conflicts": HEADS,
        "list_assignments": OFFICERS,
        "assign_reviewers": DIRECTORS,
        "list_sheets": READERS,
        "import_values": OFFICERS,
        "list_awards": READERS,
        "grant_award": DIRECTORS,
        "import_honors": HEADS,
        "import_standard": HEADS,
        "view_ranking": READERS,
        "release_ranking": DIRECTORS,
        "list_gaps": READERS | SUPERVISORS,
        "list_xray": READERS | SUPERVISORS,
        "make_binders": OFFICE | SUPERVISORS,
        "view_burden": EVERYBODY,
        "view_owing": READERS | SUPERVISORS,
        "take_deadlines": LIAISONS,
        "view_tree": SUPERVISORS,
        "pre_review_entries": SUPERVISORS,
        "administer": {"administrator"},
    }
    return Section("assessments", {"": fixed(None)}, {name: {"": may} for name, may in who.items()})


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
    return [
        entries_section(school, cycles),
        documents_section(school, cycles),
        receipts_section(school, cycles),
        plans_section(school, cycles),
        duties_section(school, cycles),
        notes_section(school, cycles),
        questions_section(school, cycles),
        faqs_section(),
        saved_views_section(),
        gaps_section(school),
        xrays_section(school),
        makings_section(school),
        binders_section(school, bank, cycles),
        bulk_section(),
        charted_section(school, cycles),
        chart_items_section(school, cycles),
        field_surveys_section(cycles),
        findings_section(school),
        conflicts_section(school, UserFactory()),
        hints_section(school, UserFactory()),
        overrides_section(school, UserFactory()),
        calibrations_section(),
        calibration_items_section(school),
        moderations_section(UserFactory()),
        sheets_section(school, cycles),
        awards_section(school),
        releases_section(),
        standards_section(),
        cycles_section(),
        general_section(),
    ]


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


def test_a_department_is_asked_about_what_it_may_judge(cast, school):
    entry = EntryFactory(unit=school, submitted=True, pre_review_until=date(2999, 1, 1))

    for name, user in cast.items():
        may_judge = user.has_perm("assessments.pre_review_entry", entry)
        assert LedgerEntry.objects.to_pre_review_by(user).contains(entry) is may_judge, name
        assert not LedgerEntry.objects.to_decide_by(user).contains(entry), name
