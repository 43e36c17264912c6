import pytest
from django.urls import reverse

from tests.factories import AwardFactory, EntryFactory, PlanFactory, UnitFactory
from units.models import UnitName
from units.models import finding as index

pytestmark = pytest.mark.django_db

SEARCH = reverse("assessments:search")


@pytest.fixture
def ask(client):
    """Search as somebody; gives the answer."""

    def search(user, text, **headers):
        client.force_login(user)
        return client.get(SEARCH, {"q": text}, headers=headers)

    return search


def hits(response):
    """What was found: kind's icon → names."""
    return {
        group["icon"]: ["".join(part for part, _ in hit["parts"]) for hit in group["hits"]]
        for group in response.context["groups"]
    }


def test_one_box_finds_units_people_records_plans_and_honors(ask, ou, lan, school, year):
    EntryFactory(cycle=year, unit=school, title="志愿服务", submitted=True)
    PlanFactory(cycle=year, unit=school, submitted=True)
    AwardFactory(unit=school)

    assert hits(ask(ou, "第一小学")) == {
        "building-2": ["云泽县第一小学"],
        "users": ["兰晓"],
        "book-open": ["志愿服务"],
        "calendar-check": ["云泽县第一小学 年度规划"],
        "award": ["云泽县第一小学"],
    }


@pytest.mark.parametrize("text", ["一小 云泽", "dyxx", "diyixiaoxue", "老校名"])
def test_a_unit_is_found_by_parts_of_its_name_its_sound_and_its_former_name(ask, rui, school, text):
    UnitName.objects.create(unit=school, name="老校名一小", is_alias=False)

    assert hits(ask(rui, text))["building-2"] == ["云泽县第一小学"]


def test_a_hit_says_by_which_other_name_it_was_found(ask, rui, school):
    UnitName.objects.create(unit=school, name="实验学校", is_alias=False)

    html = ask(rui, "实验").content.decode()

    assert "实验学校" in html and "曾用名" in html
    assert "实验学校" not in ask(rui, "小学").content.decode()


def test_the_words_are_marked_and_never_taken_as_html(ask, rui):
    UnitFactory(name="云泽县<b>教育</b>局")

    html = ask(rui, "教育").content.decode()

    assert "&lt;b&gt;<mark>教育</mark>&lt;/b&gt;" in html
    assert "<script" not in ask(rui, "<script>alert(1)</script>").content.decode().split("<main")[1]


def test_a_liaison_never_learns_of_foreign_units_people_or_records(ask, lan, mei, school, bank, year):
    EntryFactory(cycle=year, unit=bank, title="农商行的台账", submitted=True)
    EntryFactory(cycle=year, unit=school, title="自己的台账")
    AwardFactory(unit=school)

    assert hits(ask(lan, "云泽")) == {"building-2": ["云泽县第一小学"], "book-open": ["自己的台账"]}
    for text in ("农商", "nsyh", "梅青", "mei"):
        assert hits(ask(lan, text)) == {}


def test_a_liaison_never_learns_of_foreign_units_by_a_common_word_either(ask, lan, school, bank, monkeypatch):
    monkeypatch.setattr(index, "MANY", 1)
    monkeypatch.setattr(index, "FIRST", 1)

    assert hits(ask(lan, "云泽")) == {"building-2": ["云泽县第一小学"]}


def test_the_office_finds_no_drafts_and_a_case_officer_no_accounts(ask, rui, lan, school, year):
    EntryFactory(cycle=year, unit=school, title="还是草稿")

    assert hits(ask(rui, "草稿")) == {}
    assert set(hits(ask(rui, "第一小学"))) == {"building-2"}


def test_more_than_fit_are_a_link_away(ask, rui, lan):
    for number in range(10):
        UnitFactory(name=f"云泽县第{number}幼儿园")

    (group,) = ask(rui, "幼儿园").context["groups"]

    assert (len(group["hits"]), group["count"]) == (8, 10)
    assert group["all"] == reverse("units:units") + "?q=%E5%B9%BC%E5%84%BF%E5%9B%AD"


def test_who_may_not_open_a_list_is_not_led_to_it(ask, lan, year, school):
    for number in range(10):
        EntryFactory(cycle=year, unit=school, title=f"第{number}次清扫")

    (group,) = ask(lan, "清扫").context["groups"]

    assert group["all"].startswith(reverse("assessments:entries"))
    assert ask(lan, "小学").context["groups"][0]["all"] == ""


def test_every_list_that_is_led_to_shows_as_many(client, ask, ou, lan, school, year):
    for number in range(9):
        unit = UnitFactory(name=f"云泽县第{number}实验小学")
        EntryFactory(cycle=year, unit=unit, submitted=True)
        PlanFactory(cycle=year, unit=unit, submitted=True)
        AwardFactory(unit=unit)

    groups = [group for group in ask(ou, "实验小学").context["groups"] if group["all"]]

    assert len(groups) == 4
    for group in groups:
        page = client.get(group["all"]).context["page"]
        assert len(page.object_list if hasattr(page, "object_list") else page) == group["count"] == 9


@pytest.mark.parametrize("text", ["", "   ", "%", "'", "\x00", "没有的", "的" * 5000, "AND NEAR( *"])
def test_whatever_is_asked_is_answered_with_what_to_do(ask, rui, school, text):
    response = ask(rui, text)

    assert response.status_code == 200
    assert response.context["groups"] == [] and 'class="empty"' in response.content.decode()


def test_one_hit_is_shown_and_not_jumped_to(ask, rui, school):
    assert ask(rui, "云泽县第一小学").status_code == 200


def test_typing_gets_a_few_hits_and_no_page_around_them(ask, rui):
    for number in range(10):
        UnitFactory(name=f"云泽县第{number}幼儿园")

    response = ask(rui, "幼儿园", **{"HX-Request": "true", "HX-Target": "suggest"})

    assert len(response.context["groups"][0]["hits"]) == 4
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 5, 50])
def test_a_search_costs_the_same_queries_however_much_is_found(
    client, ou, year, count, django_assert_num_queries
):
    for number in range(count):
        unit = UnitFactory(name=f"云泽县第{number}小学")
        UnitName.objects.create(unit=unit, name="小学部")
        EntryFactory(cycle=year, unit=unit, submitted=True)
        PlanFactory(cycle=year, unit=unit, submitted=True)
        AwardFactory(unit=unit)
    client.force_login(ou)
    client.get(SEARCH)

    # session, person, roles, unread, queue; of five kinds the index, of the four found the hits, and of
    # units what they are called besides and what they were
    with django_assert_num_queries(18):
        client.get(SEARCH, {"q": "小学"})


def test_every_page_has_the_box_and_the_search_page_only_its_own(client, rui):
    client.force_login(rui)

    for page in (reverse("units:notifications"), SEARCH):
        assert client.get(page).content.decode().count("data-find") == 1
