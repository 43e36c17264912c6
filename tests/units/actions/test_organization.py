from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories import files
from units.actions import organization as organizations
from units.actions import unit as units
from units.actions.editing import ChangedMeanwhile
from units.models import Organization, Paper, TrailEvent, UnitPast
from units.models.organization import Tenure, tenures

pytestmark = pytest.mark.django_db


def paper(**said):
    return {"title": "通知", "number": "3号", "dated_on": None, "file": None, **said}


def test_what_is_written_down_stands_in_the_units_history(school, lan):
    organizations.edit(school, {"group_head": "林知远"}, by=lan, seen=0)

    event = TrailEvent.objects.about(school).get()
    assert (event.verb, event.changes) == ("organize", {"group_head": ["", "林知远"]})
    assert organizations.of(school).version == 1


def test_history_calls_the_fields_by_their_names(school, lan, in_english):
    organizations.edit(school, {"group_head": "林知远"}, by=lan)

    assert TrailEvent.objects.about(school).get().change_lines == [
        ("head of the leading group", "", "林知远")
    ]


def test_a_document_comes_with_the_form(school, lan):
    organizations.edit(school, {"group_head": "林知远"}, by=lan, new_papers={"group_paper": paper()})

    assert organizations.of(school).group_paper == Paper.objects.get(unit=school)


def test_a_document_that_is_not_taken_saves_nothing(school, lan):
    good, bad = paper(), paper(file=files.upload("a.docx", files.docx()))

    with pytest.raises(ValidationError):
        organizations.edit(
            school, {"group_head": "林知远"}, by=lan, new_papers={"group_paper": good, "goals_paper": bad}
        )

    assert not Paper.objects.exists() and not Organization.objects.exists()


def test_the_second_clerk_is_told_what_the_first_changed(school, lan, rui):
    organizations.edit(school, {"group_head": "林知远"}, by=lan, seen=0)
    units.edit(school, {"contact": "赵梅"}, by=rui)

    with pytest.raises(ChangedMeanwhile) as meanwhile:
        organizations.edit(school, {"group_head": "苏明远"}, by=rui, seen=0)

    assert [event.changes for event in meanwhile.value.events] == [{"group_head": ["", "林知远"]}]


def test_the_organization_is_no_change_of_the_unit_itself(school, lan, rui):
    units.edit(school, {"contact": "赵梅"}, by=rui, seen=0)
    organizations.edit(school, {"group_head": "林知远"}, by=lan)

    with pytest.raises(ChangedMeanwhile) as meanwhile:
        units.edit(school, {"contact": "孙涛"}, by=rui, seen=0)

    assert [event.changes for event in meanwhile.value.events] == [{"contact": ["", "赵梅"]}]


def past(unit, until_on, leader):
    return UnitPast.objects.create(
        unit=unit, until_on=until_on, name=unit.name, participation=unit.participation, top_leader=leader
    )


def test_leaders_are_known_with_the_days_they_came_and_went(school):
    past(school, date(2024, 3, 1), "江怀瑾")
    past(school, date(2025, 6, 1), "苏明远")
    past(school, date(2025, 9, 1), "苏明远")
    school.top_leader = "林知远"

    assert tenures(school, "top_leader") == [
        Tenure("林知远", date(2025, 9, 1), None),
        Tenure("苏明远", date(2024, 3, 1), date(2025, 8, 31)),
        Tenure("江怀瑾", None, date(2024, 2, 29)),
    ]


def test_a_unit_without_a_past_has_one_leader_or_none(school):
    assert tenures(school, "top_leader") == []
    school.top_leader, school.founded_on = "林知远", date(2020, 1, 1)

    assert tenures(school, "top_leader") == [Tenure("林知远", date(2020, 1, 1), None)]
