"""A sample of units is drawn, looked at on the spot, and closed with what the portal said of that day."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import make_aware

from assessments.actions import field_survey as surveys
from assessments.actions.gaps import Mark
from assessments.models import Duty, FieldSurvey, SurveyedUnit
from civportal.lib import clock
from tests.factories import DutyFactory, FieldSurveyFactory, SurveyedUnitFactory, UnitFactory, UnitYearFactory
from units.actions.editing import ChangedMeanwhile
from units.actions.move import MoveNotAllowed
from units.models import Notification, TrailEvent, Unit

ALL_THERE = dict.fromkeys(["plan_found", "deployment_found", "activity_found", "documents_found"], "yes")
END_OF_MAY = date(2026, 5, 29)


@pytest.fixture(autouse=True)
def may(year):
    with clock.at(make_aware(datetime.combine(END_OF_MAY, time(9)))):
        yield


@pytest.fixture
def units(year):
    return [UnitYearFactory(cycle=year, unit=UnitFactory(name=f"第{n}单位")).unit for n in range(6)]


@pytest.fixture
def survey(year, school):
    """The school alone, without a plan by the end of May."""
    UnitYearFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=school, due_on=date(2026, 2, 28))
    return FieldSurveyFactory(cycle=year, held_on=END_OF_MAY, units=[school])


def row_of(survey):
    return survey.rows.get()


def said(**more):
    return {"title": "五月底调研", "held_on": END_OF_MAY, "surveyors": "芮安、欧阳明", **more}


def test_the_stated_number_draws_the_same_units_again(year, units, rui):
    among = Unit.objects.filter(years__cycle=year)

    numbers, how = surveys.draw(among, size=3, seed=4711)
    survey = surveys.begin(year, **said(units=numbers, how=how), by=rui)

    assert how == {"size": 3, "seed": 4711, "of": 6, "kind": "", "town": ""}
    assert [row.unit_id for row in survey.rows.all()] == surveys.draw(among, size=3, seed=4711)[0]
    assert TrailEvent.objects.about(survey).get().changes["units"] == [0, 3]


def test_more_than_there_are_cannot_be_drawn(year, units, in_english):
    with pytest.raises(ValidationError, match="only 6 such units"):
        surveys.draw(Unit.objects.filter(years__cycle=year), size=7, seed=1)


def test_how_the_units_were_chosen_is_said_in_words(in_english):
    drawn = {"size": 12, "of": 85, "seed": 4711, "kind": "organ", "town": ""}

    assert FieldSurvey(drawn=drawn).how_chosen == "12 of 85 units, drawn by the number 4711（organ）"
    assert FieldSurvey(drawn={}).how_chosen == "picked by hand"


@pytest.mark.parametrize("count", [0, surveys.AT_MOST + 1])
def test_a_survey_has_units_and_not_too_many(year, rui, count, in_english):
    with pytest.raises(ValidationError, match="Choose one unit to 200"):
        surveys.begin(year, **said(units=list(range(1, count + 1))), by=rui)


def test_the_marks_are_those_of_the_day_while_it_is_open(survey):
    (row,) = surveys.rows_of(survey)

    assert (row.plan_mark, row.deployment_mark) == (Mark.MISSING, Mark.NOT_ASKED)
    assert row_of(survey).plan_mark is None


def test_a_survey_still_to_come_shows_how_it_stands_today(year, survey):
    survey.held_on = date(2026, 6, 30)

    assert survey.as_at == END_OF_MAY


def test_of_a_unit_that_left_the_year_the_portal_says_nothing(year, bank):
    survey = FieldSurveyFactory(cycle=year, units=[bank])

    (row,) = surveys.rows_of(survey)

    assert [answer.mark for answer in surveys.answers(row)] == [None] * 4


def test_a_finding_is_written_down_with_its_history(survey, rui):
    row = surveys.record(row_of(survey), {"plan_found": "unusable", "note": "规划锁在柜子里"}, seen=0, by=rui)

    assert (row.plan_found, row.note, row.version) == ("unusable", "规划锁在柜子里", 1)
    assert TrailEvent.objects.about(row).get().changes["plan_found"] == ["", "unusable"]


def test_two_who_write_about_one_unit_do_not_overwrite_each_other(survey, rui, ou):
    row = row_of(survey)
    surveys.record(row, {"note": "见到规划"}, seen=0, by=rui)

    with pytest.raises(ChangedMeanwhile):
        surveys.record(row, {"note": "未见规划"}, seen=0, by=ou)


@pytest.mark.parametrize(
    ("found", "may_close"),
    [
        (ALL_THERE, True),
        ({"note": "当日无人在岗"}, True),
        ({**ALL_THERE, "plan_found": ""}, False),
        ({**ALL_THERE, "plan_found": "", "note": "规划没看"}, False),
        ({}, False),
    ],
)
def test_every_unit_is_answered_or_says_why_not(survey, rui, found, may_close):
    row = surveys.record(row_of(survey), found, by=rui)

    assert row.is_answered is may_close
    assert SurveyedUnit.objects.answered().contains(row) is may_close


def test_it_is_not_closed_while_a_unit_is_left(survey, ou, in_english):
    with pytest.raises(ValidationError, match="1 unit has neither"):
        surveys.close(survey, by=ou)

    survey.refresh_from_db()
    assert survey.is_open


@pytest.fixture
def closed(survey, rui, ou):
    surveys.record(row_of(survey), ALL_THERE, by=rui)
    return surveys.close(survey, by=ou)


def test_what_the_portal_said_is_frozen_when_it_is_closed(closed):
    Duty.objects.update(fulfilled_at=clock.now(), handed_in_at=clock.now())

    (row,) = surveys.rows_of(closed)

    assert (closed.status, closed.closed_at) == ("closed", clock.now())
    assert row.plan_mark == Mark.MISSING


def test_a_closed_survey_changes_no_more(closed, rui):
    for act in (
        lambda: surveys.record(row_of(closed), {"note": "x"}, by=rui),
        lambda: surveys.edit(closed, {"title": "x"}, by=rui),
        lambda: surveys.discard(closed, by=rui),
        lambda: surveys.close(closed, by=rui),
    ):
        with pytest.raises(MoveNotAllowed):
            act()


def test_the_units_hear_of_their_own_findings(survey, rui, ou, lan, mei, django_capture_on_commit_callbacks):
    surveys.record(row_of(survey), ALL_THERE, by=rui)

    with django_capture_on_commit_callbacks(execute=True):
        surveys.close(survey, by=ou)

    message = Notification.objects.get()
    assert (message.to, message.subject, message.verb) == (lan, row_of(survey), "close")


@pytest.mark.parametrize(
    ("mark", "found", "differs"),
    [
        (Mark.DONE, "yes", False),
        (Mark.DONE, "no", True),
        (Mark.LATE, "unusable", True),
        (Mark.MISSING, "yes", True),
        (Mark.MISSING, "no", False),
        (Mark.OWED, "no", False),
        (Mark.NOT_ASKED, "yes", False),
        (Mark.DONE, "", False),
        (None, "yes", False),
    ],
)
def test_where_the_portal_and_the_spot_differ(mark, found, differs):
    assert surveys.Answer("plan", mark, found).differs is differs


def test_the_totals_count_answers_and_differences(closed):
    _heading, counts, differing = surveys.totals(surveys.rows_of(closed))[0]

    assert [count for _label, _tone, _icon, count in counts] == [1, 0, 0]
    assert differing == 1


def test_a_survey_that_is_thrown_away_stays_in_the_trail(survey, rui):
    surveys.discard(survey, by=rui)

    assert not SurveyedUnit.objects.exists()
    assert TrailEvent.objects.get(verb="delete").note.startswith(survey.title)


def test_the_sheet_asks_as_often_for_many_units_as_for_one(year, survey, units):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            surveys.rows_of(survey)
        return len(queries)

    of_one = asked()
    for number, unit in enumerate(units, 2):
        SurveyedUnitFactory(survey=survey, unit=unit, number=number)

    assert asked() == of_one == 2
