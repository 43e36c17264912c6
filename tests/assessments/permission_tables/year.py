"""The year, its standard and its duties."""

from assessments.models import Cycle, Duty, Standard
from tests.matrix import DIRECTORS, EVERYBODY, Section, in_every, only

from .shared import WHO_READ, fixed


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
