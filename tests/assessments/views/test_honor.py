"""Honors in the office."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Award, HonorItem
from civportal.lib.clock import today
from tests.assessments.standings import standing
from tests.factories import AwardFactory, HonorItemFactory, UnitFactory
from units.models import Category

NUMBER = "云文明委〔2026〕3号"


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


@pytest.fixture
def item(db):
    return HonorItem.objects.get(level="county", name="文明单位")


def grant_form(item, *units, **changes):
    return {
        "item": item.pk,
        "year": 2026,
        "document_number": "云文明委[2026] 3号",
        "granted_on": "2026-01-20",
        "units": [unit.pk for unit in units],
        **changes,
    }


@pytest.mark.parametrize("name", ["awards", "honors"])
@pytest.mark.parametrize("awards", [1, 5, 50])
def test_lists_cost_the_same_queries_however_long(
    as_rui, item, name, awards, django_assert_max_num_queries, django_assert_num_queries
):
    for _ in range(awards):
        AwardFactory(item=item)

    with django_assert_num_queries({"awards": 8, "honors": 6}[name]):
        as_rui.get(address(name))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"学校2026", "银行2025", "撤销2026"}),
        ("q=银行", {"银行2025"}),
        ("q=云文明委[2025]", {"银行2025"}),
        ("level=city", {"银行2025"}),
        ("year=2026", {"学校2026", "撤销2026"}),
        ("status=revoked", {"撤销2026"}),
        ("year=abc&level=mars&item=99999", {"学校2026", "银行2025", "撤销2026"}),
    ],
)
def test_the_list_is_narrowed_by_what_is_validly_asked(as_rui, item, query, found):
    city = HonorItem.objects.get(level="city", name="文明单位")
    AwardFactory(item=item, unit_name="学校2026")
    AwardFactory(item=city, unit_name="银行2025", year=2025, document_number="云文明委〔2025〕1号")
    AwardFactory(item=item, unit_name="撤销2026", status="revoked", ended_note="弄虚作假")

    page = as_rui.get(f"{address('awards')}?{query}")

    assert {award.unit_name for award in page.context["page"]} == found


def test_the_list_is_narrowed_by_the_honor(as_rui, item):
    mine = AwardFactory(item=item)
    AwardFactory()

    assert list(as_rui.get(address("awards"), {"item": item.pk}).context["page"]) == [mine]


def test_htmx_gets_only_the_rows(as_rui, item):
    AwardFactory(item=item)

    answer = as_rui.get(address("awards"), headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode() and "<table" in answer.content.decode()


def test_an_empty_roll_says_what_to_do(as_ou, db):
    assert address("grant") in as_ou.get(address("awards")).content.decode()
    assert address("awards") in as_ou.get(address("awards"), {"q": "没有的"}).content.decode()


@pytest.mark.parametrize("name", ["grant", "grant_check", "award_grant"])
def test_only_the_director_grants(as_rui, item, name):
    unit = UnitFactory()
    send = as_rui.post if name == "award_grant" else as_rui.get

    assert send(address(name), grant_form(item, unit)).status_code == 403
    assert not Award.objects.exists()


def test_liaisons_see_no_office_list(client, lan, item):
    award = AwardFactory(item=item)
    client.force_login(lan)

    assert client.get(address("awards")).status_code == 403
    assert client.get(address("award", award.pk)).status_code == 404


def test_the_first_page_asks_for_honor_and_year(as_ou, item):
    assert str(item) in as_ou.get(address("grant")).content.decode()
    assert as_ou.get(address("grant"), {"item": item.pk, "year": 3000}).context["form"].errors["year"]


def test_the_suggestion_is_ticked_and_said_to_be_one(as_ou, item, year):
    top, lower = standing(year, "95", grade="recommend"), standing(year, "70", grade="fail")
    village = standing(year, "96", grade="recommend", code="village")

    page = as_ou.get(address("grant"), {"item": item.pk, "year": 2026})

    offered = {choice["unit"] for choice in page.context["options"]}
    assert offered == {top.unit, lower.unit} and village.unit not in offered
    assert page.context["suggested"] == [top.unit]
    assert "建议名单：1 个单位" in page.content.decode()
    assert [box.data["value"] for box in page.context["form"]["units"] if box.data["selected"]] == [
        top.unit.pk
    ]


def test_units_can_be_narrowed_by_kind(as_ou, item):
    UnitFactory()
    bank = UnitFactory(category=Category.objects.get(code="bank"))

    page = as_ou.get(
        address("grant"), {"item": item.pk, "year": 2026, "kind": Category.objects.get(code="bank").pk}
    )

    assert [choice["unit"] for choice in page.context["options"]] == [bank]


def test_the_check_page_names_the_units_and_who_is_left_out_and_writes_nothing(as_ou, item):
    new, holder = UnitFactory(), UnitFactory()
    AwardFactory(item=item, unit=holder, year=2026)

    page = as_ou.get(address("grant_check"), grant_form(item, new, holder))

    text = page.content.decode()
    assert [verdict.unit for verdict in page.context["granted"]] == [new]
    assert [verdict.unit for verdict in page.context["skipped"]] == [holder]
    assert NUMBER in text and new.name in text and "已持有" in text
    assert Award.objects.count() == 1


def test_the_way_back_keeps_what_was_typed(as_ou, item):
    unit, other = UnitFactory(), UnitFactory()
    page = as_ou.get(address("grant_check"), grant_form(item, unit))

    back = as_ou.get(page.context["back"])

    assert back.context["form"]["document_number"].value() == "云文明委[2026] 3号"
    ticked = [box.data["value"] for box in back.context["form"]["units"] if box.data["selected"]]
    assert ticked == [unit.pk] and other.pk not in ticked


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"units": []}, "units"),
        ({"units": [999999]}, "units"),
        ({"document_number": "云文明委"}, "document_number"),
        ({"document_number": ""}, "document_number"),
        ({"granted_on": "昨天"}, "granted_on"),
        ({"granted_on": (today() + timedelta(days=3)).isoformat()}, "granted_on"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_keeps_the_rest(as_ou, item, changes, field):
    unit = UnitFactory()
    typed = grant_form(item, unit, **changes)

    checked = as_ou.get(address("grant_check"), typed)
    posted = as_ou.post(address("award_grant"), typed)

    assert checked.context["form"].errors[field] and posted.context["form"].errors[field]
    assert not Award.objects.exists()


@pytest.mark.parametrize("name", ["grant_check", "award_grant"])
def test_an_unknown_honor_leads_back_to_the_first_page(as_ou, db, name):
    send = as_ou.post if name == "award_grant" else as_ou.get

    assert send(address(name), {"item": 99999, "year": 2026}).context["form"].errors["item"]


def test_the_director_grants_to_the_chosen_units(as_ou, item):
    first, second = UnitFactory(), UnitFactory()

    answer = as_ou.post(address("award_grant"), grant_form(item, first, second), follow=True)

    assert {award.unit for award in Award.objects.all()} == {first, second}
    assert {award.document_number for award in Award.objects.all()} == {NUMBER}
    assert "已授予 2 个单位" in answer.content.decode()
    assert len(answer.context["page"].object_list) == 2


def test_granting_what_somebody_granted_meanwhile_says_so(as_ou, item):
    unit = UnitFactory()
    AwardFactory(item=item, unit=unit, year=2026)

    answer = as_ou.post(address("award_grant"), grant_form(item, unit))

    assert "都不能授予" in str(answer.context["form"].errors["units"])


def test_granting_by_address_alone_is_refused(as_ou, item):
    assert as_ou.get(address("award_grant")).status_code == 405


def test_the_director_revokes_with_a_reason(as_ou, item):
    award = AwardFactory(item=item)

    asked = as_ou.get(address("award_revoke", award.pk))
    empty = as_ou.post(address("award_revoke", award.pk), {"version": 0})
    as_ou.post(address("award_revoke", award.pk), {"version": 0, "note": "隐瞒事故"})

    award.refresh_from_db()
    assert asked.status_code == 200 and empty.context["form"].errors["note"]
    assert (award.status, award.ended_note) == ("revoked", "隐瞒事故")
    assert "隐瞒事故" in as_ou.get(award.get_absolute_url()).content.decode()
    assert as_ou.get(address("award_revoke", award.pk)).status_code == 403


def test_the_case_officer_reads_an_award_and_cannot_revoke_it(as_rui, item):
    award = AwardFactory(item=item)

    assert address("award_revoke", award.pk) not in as_rui.get(award.get_absolute_url()).content.decode()
    assert as_rui.post(address("award_revoke", award.pk), {"note": "x"}).status_code == 403


def test_the_catalogue_counts_what_stands(as_rui, item):
    AwardFactory(item=item)
    AwardFactory(item=item, status="revoked", ended_note="弄虚作假")

    items = as_rui.get(address("honors")).context["items"]

    assert {one.pk: one.held_count for one in items}[item.pk] == 1


def test_an_empty_catalogue_says_what_to_do(as_rui, db):
    HonorItem.objects.all().delete()

    assert "荣誉目录为空" in as_rui.get(address("honors")).content.decode()


@pytest.mark.parametrize("units", [1, 5, 50])
def test_choosing_units_costs_the_same_queries_however_many(
    as_ou, item, year, units, django_assert_num_queries
):
    for _ in range(units):
        standing(year, "95", grade="recommend", code="bank")

    with django_assert_num_queries(9):
        as_ou.get(address("grant"), {"item": item.pk, "year": 2026})


def test_an_honor_for_a_kind_nobody_is_of_says_so(as_ou, item):
    empty = HonorItemFactory(kind=Category.objects.get(code="industry"))

    assert (
        "没有该类别的参创单位"
        in as_ou.get(address("grant"), {"item": empty.pk, "year": 2026}).content.decode()
    )
