import pytest

from tests.factories import UnitFactory
from units.actions import unit as units
from units.actions.editing import ChangedMeanwhile
from units.models import Category, TrailEvent, Unit

pytestmark = pytest.mark.django_db


def test_an_edit_is_history_with_old_and_new(school, rui):
    above = UnitFactory(name="县教育局")

    units.edit(school, {"contact": "赵梅", "supervisor": above, "staff_count": 7, "has_window": True}, by=rui)

    event = TrailEvent.objects.about(school).get()
    assert event.changes == {
        "contact": ["", "赵梅"],
        "supervisor": ["", "县教育局"],
        "staff_count": ["", 7],
        "has_window": ["", True],
    }
    assert Unit.objects.get(pk=school.pk).version == 1


def test_saving_what_is_already_there_changes_nothing(school, rui):
    units.edit(school, {"name": school.name}, by=rui, seen=0)

    assert Unit.objects.get(pk=school.pk).version == 0
    assert not TrailEvent.objects.exists()


def test_the_second_clerk_is_told_what_the_first_changed(school, rui, ou):
    units.edit(school, {"contact": "赵梅"}, by=rui, seen=0)
    units.edit(school, {"address": "人民路1号"}, by=rui, seen=1)

    with pytest.raises(ChangedMeanwhile) as meanwhile:
        units.edit(school, {"contact": "孙涛"}, by=ou, seen=0)

    assert [event.changes for event in meanwhile.value.events] == [
        {"contact": ["", "赵梅"]},
        {"address": ["", "人民路1号"]},
    ]
    assert Unit.objects.get(pk=school.pk).contact == "赵梅"


def test_the_usual_categories_are_loaded_once(db):
    Category.objects.filter(code="campus").update(name="学校")

    units.load_categories()

    assert Category.objects.get(code="campus").name == "学校"
    assert Category.objects.get(code="bank").parent.code == "unit"
