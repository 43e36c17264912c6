"""Reviewing: decisions in bulk, talk, conflicts of interest, calibration."""

from assessments.models import (
    BulkDecision,
    CalibrationItem,
    CalibrationRound,
    Conflict,
    ConflictHint,
    ConflictOverride,
    Faq,
    LedgerEntry,
    Question,
    SavedView,
)
from tests.factories import UserFactory
from tests.matrix import (
    DIRECTORS,
    EVERYBODY,
    JUDGES,
    NOBODY,
    OFFICE,
    OFFICERS,
    OWN,
    WRITERS,
    Section,
    in_every,
    only,
)

from .shared import HEADS, IMPARTIAL_DIRECTOR, fixed, known_entry


def bulk_section():
    somebody = UserFactory()
    states = {
        "by oneself": lambda user: BulkDecision(by=user or somebody),
        "by another": fixed(BulkDecision(by=somebody)),
    }
    return Section("assessments", states, {
        "view_bulk": only(states, by_oneself=OFFICERS, by_another=DIRECTORS),
        "undo_bulk": only(states, by_oneself=OFFICERS),
    })  # fmt: skip


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
        # Another director's would tell who still marks blind.
        "refer_calibration_item": in_every(states, IMPARTIAL_DIRECTOR)
        | {"open with part": NOBODY, "open own hand": NOBODY},
        "agree_calibration_item": only(states, **over),
    })  # fmt: skip
