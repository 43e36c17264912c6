"""Scores, honors and rankings."""

from assessments.models import Award, Cycle, Moderation, RankingRelease, ScoreSheet, UnitYear
from tests.matrix import DIRECTORS, JUDGES, Section, in_every, only

from .shared import HEADS, WHO_READ, fixed


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
