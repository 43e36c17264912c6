"""The pages of acts in a unit's life."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import UnitFactory
from units.actions import life
from units.models import LifeAct, TrailEvent, Unit, UnitPast

pytestmark = pytest.mark.django_db

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)
DOCUMENT = "云编发〔2026〕3号"


@pytest.fixture
def desk(client, ou):
    client.force_login(ou)
    return client


def post(client, page, unit, **said):
    said = {"on": "2026-03-01", "document_number": DOCUMENT, "seen": unit.version} | said
    return client.post(reverse(page, args=[unit.pk]), said)


def change(client, unit, **said):
    facts = {"participation": unit.participation, "category": unit.category_id or ""}
    return post(client, "units:unit_change", unit, **facts | said)


def test_the_director_renames_a_unit(desk, school):
    response = post(desk, "units:unit_rename", school, name="云泽县实验小学")

    assert response.url == school.get_absolute_url()
    assert Unit.objects.get(pk=school.pk).name == "云泽县实验小学"
    html = desk.get(response.url).content.decode()
    assert "云泽县第一小学" in html and DOCUMENT in html


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(desk, school, bank):
    response = post(desk, "units:unit_rename", school, name=bank.name, note="区划调整")

    html = response.content.decode()
    assert response.status_code == 200 and "区划调整" in html and bank.name in html
    assert response.context["form"].errors.keys() == {"name"}
    assert not LifeAct.objects.exists()


def test_the_second_clerk_sees_what_the_first_did(desk, school, rui):
    life.change(school, {"top_leader": "周山"}, on=MARCH, by=rui)

    response = post(desk, "units:unit_rename", school, name="甲小学")

    html = response.content.decode()
    assert "芮安" in html and "周山" in html
    assert post(desk, "units:unit_rename", school, name="甲小学", seen=1).status_code == 302


def test_a_change_of_leaders_needs_no_document(desk, school):
    change(desk, school, top_leader="吴海", document_number="")

    assert Unit.objects.get(pk=school.pk).top_leader == "吴海"
    assert UnitPast.objects.get(unit=school).until_on == MARCH


def test_whoever_should_take_part_is_on_the_list_with_a_reason(desk, school):
    without = change(desk, school, participation="required")
    change(desk, school, participation="required", participation_note="窗口单位,多年未参创")

    assert "participation_note" in without.context["form"].errors
    unit = Unit.objects.get(pk=school.pk)
    assert (unit.participation, unit.participation_note) == ("required", "窗口单位,多年未参创")
    assert "窗口单位,多年未参创" in desk.get(school.get_absolute_url()).content.decode()


def test_nobody_ends_a_unit_without_an_act(desk, school):
    assert "participation" in change(desk, school, participation="ended").context["form"].errors


def test_of_an_ended_unit_nothing_changes_any_more(desk, school, ou):
    life.dissolve(school, on=MARCH, document_number=DOCUMENT, by=ou)

    for page in ("units:unit_change", "units:unit_rename", "assessments:unit_merge"):
        assert desk.get(reverse(page, args=[school.pk])).status_code == 403


# the register and a unit's page as at a date


def test_the_register_shows_who_was_who_on_a_day(desk, school, bank, ou):
    life.rename(school, "云泽县实验小学", on=MARCH, document_number=DOCUMENT, by=ou)
    life.merge([bank], into=school, on=MAY, document_number=DOCUMENT, by=ou)

    def names(**asked):
        return {unit.name for unit in desk.get("/units/", asked).context["page"]}

    assert names(at="2026-02-01") == {"云泽县第一小学", "云泽县农商银行"}
    assert names(at="2026-04-01") == {"云泽县实验小学", "云泽县农商银行"}
    assert names() == names(at="2026-06-01") == {"云泽县实验小学"}
    assert names(participation="ended") == {"云泽县农商银行"}
    assert names(at="2026-02-01", participation="ended") == set()
    assert names(q="农商") == {"云泽县实验小学", "云泽县农商银行"}, "old names find both"


def test_categories_are_asked_as_at_the_day_too(desk, school, rui):
    organ = school.category
    life.change(school, {"category": None}, on=MAY, by=rui)

    found = desk.get("/units/", {"at": "2026-04-01", "category": organ.pk}).context["page"]
    upper = desk.get("/units/", {"at": "2026-04-01", "category": organ.parent_id}).context["page"]

    assert [*found] == [*upper] == [school]
    assert [*desk.get("/units/", {"category": organ.pk}).context["page"]] == []


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_register_of_a_day_costs_the_same_however_long(desk, ou, django_assert_max_num_queries, count):
    for unit in UnitFactory.create_batch(count):
        life.change(unit, {"top_leader": "周山"}, on=MAY, by=ou)

    with django_assert_max_num_queries(9):
        desk.get("/units/", {"at": "2026-04-01"})


def test_a_day_that_is_none_asks_for_today(desk, school):
    assert [*desk.get("/units/", {"at": "31.31."}).context["page"]] == [school]
    assert desk.get(school.get_absolute_url(), {"at": "9999999"}).status_code == 200


# a unit entered by hand, and what is wrong with it


def test_a_unit_is_entered_by_hand_behind_all_others(desk, school, ou):
    school.sort_order = 7
    school.save()

    said = {"name": "县水利局", "participation": "participating", "has_window": "unknown", "seen": 0}
    response = desk.post(reverse("units:unit_new"), said | {"tags": "重点 窗口"})

    unit = Unit.objects.get(name="县水利局")
    assert response.url == unit.get_absolute_url()
    assert unit.sort_order == 8 and {tag.name for tag in unit.tags.all()} == {"重点", "窗口"}
    assert TrailEvent.objects.about(unit).get().verb == "create"
    assert [*desk.get("/units/", {"tag": "重点"}).context["page"]] == [unit]


def test_a_letter_for_a_digit_is_explained_and_not_mended(desk, school):
    wrong = "1132O9OOMBOOOOOO1X"
    said = {"name": school.name, "participation": "participating", "has_window": "unknown", "seen": 0}

    response = desk.post(reverse("units:unit_edit", args=[school.pk]), said | {"uscc": wrong})

    assert "uscc" in response.context["form"].errors
    assert Unit.objects.get(pk=school.pk).uscc is None
