"""Records of the ledger, what they lack, and their binders."""

from datetime import date

from assessments.models import Binder, BinderVolume, Cycle, Review, UnitYear
from tests.factories import AssignmentFactory, EntryFactory, UserFactory
from tests.matrix import ABOVE, JUDGES, OFFICE, OWN, READERS, WRITERS, Section, in_every, only

from .shared import BELOW_THEM, IMPARTIAL_DIRECTOR, MOMENT, WHO_READ, fixed, known_entry


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
        "with department again": entry("submitted", returned_count=1, **asked),
        "past the department": entry("submitted", pre_review_until=date(2026, 6, 1)),
        "entered": entry("submitted", on_behalf=True),
        "returned": entry("returned"),
        "returned too late": entry("returned", "over"),
        "returned year closed": entry("returned", "closed"),
        "returned to others": fixed(left_to_others(school, cycles["open"], returned=True)),
        "own hand returned": entered("returned"),
        "accepted": entry("accepted"),
        "accepted to others": fixed(left_to_others(school, cycles["open"], accepted=True)),
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
        "view_marks": in_every(states, JUDGES | {"auditor"}),
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
            with_department_again=WRITERS,
            past_the_department=WRITERS,
            own_hand_with_department=WRITERS | JUDGES,
            **entered,
        ),
        "confirm_entry": only(
            states, entered=WRITERS, own_hand_submitted=WRITERS, own_hand_accepted=WRITERS,
            own_hand_with_department=WRITERS, own_hand_returned=WRITERS,
        ),
        "pre_review_entry": only(states, with_department=BELOW_THEM, with_department_again=BELOW_THEM),
        # Once returned, it goes back again by the director's word alone.
        "pre_return_entry": only(states, with_department=BELOW_THEM),
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
        "reopen_entry": only(
            states,
            accepted=IMPARTIAL_DIRECTOR,
            accepted_by_oneself=IMPARTIAL_DIRECTOR,
            accepted_to_others=IMPARTIAL_DIRECTOR,
        ),
        "return_accepted_entry": only(
            states, accepted=IMPARTIAL_DIRECTOR, accepted_by_oneself=IMPARTIAL_DIRECTOR
        ),
    })  # fmt: skip


def gaps_section(school):
    states = {"": fixed(UnitYear(unit=school))}
    return Section("assessments", states, {"view_gaps": in_every(states, WHO_READ)})


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
