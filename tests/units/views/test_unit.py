import pytest
from django.urls import reverse

from tests.factories import UnitFactory
from tests.units.lists import code
from units.actions import unit as units
from units.models import Category, Unit, UnitName

pytestmark = pytest.mark.django_db

UNITS = "/units/"


@pytest.fixture
def desk(client, rui):
    client.force_login(rui)
    return client


def form_of(unit, **changes):
    """What the edit form sends back, with some fields changed."""
    values = {
        "name": unit.name,
        "uscc": unit.uscc or "",
        "category": unit.category_id or "",
        "participation": unit.participation,
        "supervisor": unit.supervisor or "",
        "town": "",
        "has_window": "unknown",
        "seen": unit.version,
    }
    return values | changes


def edit(client, unit, **changes):
    return client.post(reverse("units:unit_edit", args=[unit.pk]), form_of(unit, **changes))


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_register_costs_the_same_however_long(desk, django_assert_num_queries, count):
    UnitFactory.create_batch(count, supervisor=UnitFactory(), town=UnitFactory())
    desk.get(UNITS)

    with django_assert_num_queries(8):
        desk.get(UNITS)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "水 利"}, {"县水利局"}),
        ({"q": "文教"}, {"县教育局"}),
        ({"q": "11999901"}, {"县水利局"}),
        ({"participation": "exempt"}, {"县供销社"}),
        ({"q": "没有的"}, set()),
    ],
)
def test_units_are_found_by_name_other_name_code_and_participation(desk, asked, found):
    UnitFactory(name="县水利局", uscc=code(1))
    UnitName.objects.create(unit=UnitFactory(name="县教育局"), name="县文教局")
    UnitFactory(name="县供销社", participation="exempt")

    html = desk.get(UNITS, asked).content.decode()

    assert {name for name in ("县水利局", "县教育局", "县供销社") if name in html} == found


def test_an_upper_category_finds_those_below_it(desk):
    UnitFactory(name="县水利局")
    UnitFactory(name="东坝镇", category=Category.objects.get(code="town"))

    html = desk.get(UNITS, {"category": Category.objects.get(code="unit").pk}).content.decode()

    assert "县水利局" in html and "东坝镇" not in html


def test_an_empty_register_says_what_to_do(client, desk, admin):
    assert "由管理员导入" in desk.get(UNITS).content.decode()
    client.force_login(admin)
    assert "导入名单" in client.get(UNITS).content.decode()


def test_a_liaison_sees_the_own_unit_without_the_offices_remarks_and_no_other(client, lan, school, bank):
    Unit.objects.filter(pk=school.pk).update(mobile="13900000001", remark="内部")
    client.force_login(lan)

    own = client.get(school.get_absolute_url())

    assert own.status_code == 200
    assert "13900000001" in own.content.decode() and "内部" not in own.content.decode()
    assert client.get(bank.get_absolute_url()).status_code == 404
    assert client.get(UNITS).status_code == 403
    assert client.get(reverse("units:unit_edit", args=[school.pk])).status_code == 403


def test_the_office_sees_facts_names_branches_and_history(desk, rui, school):
    UnitFactory(name="教学点", supervisor=school)
    UnitName.objects.create(unit=school, name="一小")
    units.edit(school, {"mobile": "13900000001", "extra": {"党员人数": "12"}}, by=rui)

    html = desk.get(school.get_absolute_url()).content.decode()

    assert all(text in html for text in ("教学点", "一小", "139****0001", "党员人数", "芮安"))


def test_a_correction_is_saved(desk, school):
    response = edit(desk, school, name="云泽县 第一 小学", uscc=code(3).lower(), contact="赵梅")

    school.refresh_from_db()
    assert response.url == school.get_absolute_url()
    assert (school.name, school.uscc, school.contact) == ("云泽县第一小学", code(3), "赵梅")


def test_the_second_clerk_sees_what_the_first_changed_and_can_save_then(desk, school, ou):
    units.edit(school, {"contact": "赵梅"}, by=ou)

    response = edit(desk, school, contact="孙涛")

    html = response.content.decode()
    assert "欧阳明" in html and "赵梅" in html and "孙涛" in html
    assert edit(desk, school, contact="孙涛", seen=1).status_code == 302


def below(school):
    return UnitFactory(name="教学点", supervisor=UnitFactory(name="分校", supervisor=school))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "\u200b　"}, "单位名称"),
        ({"name": "县水利局"}, "同名单位"),
        ({"uscc": "91999901W62YB0QG8D"}, "代码不对"),
        ({"uscc": code(7)}, "县水利局"),
        ({"seen": ""}, ""),
    ],
)
def test_what_cannot_be_is_said_and_not_saved(desk, school, changes, said):
    UnitFactory(name="县水利局", uscc=code(7), supervisor=None)

    response = edit(desk, school, **changes)

    assert response.status_code == 200
    assert said in response.content.decode()
    school.refresh_from_db()
    assert (school.name, school.uscc) == ("云泽县第一小学", None)


def test_a_unit_cannot_be_below_one_that_is_below_it(desk, school):
    response = edit(desk, school, supervisor=below(school).name)

    assert "下属" in response.content.decode()
