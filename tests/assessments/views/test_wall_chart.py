"""The wall chart in the browser's terms."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import ChartedUnit, ChartItem, Duty
from civportal.lib.clock import today
from tests.factories import (
    ChartedUnitFactory,
    ChartItemFactory,
    DutyFactory,
    MembershipFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Role

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def weak(year, school):
    UnitYearFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=school, overdue=True)
    return school


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


def text_of(client, name, *args):
    return client.get(address(name, *args)).content.decode()


# who is weak


def test_the_ticked_unit_is_put_on_the_chart(as_rui, weak):
    page = as_rui.get(address("weak_units"))
    answer = as_rui.post(address("weak_units_list"), {"units": [weak.pk]})

    charted = ChartedUnit.objects.get()
    assert page.context["may_list"] == {weak.pk}
    assert answer.url == charted.get_absolute_url()
    assert charted.reasons[0] in text_of(as_rui, "charted_unit", charted.pk)
    assert as_rui.get(address("weak_units")).context["may_list"] == set()


def test_nothing_ticked_is_said(as_rui, year):
    answer = as_rui.post(address("weak_units_list"), follow=True)

    assert answer.redirect_chain[0][0] == address("weak_units")
    assert not ChartedUnit.objects.exists()


def test_the_list_is_narrowed_by_rule_and_name(as_rui, weak):
    def count(query):
        return as_rui.get(address("weak_units") + query).context["page"].paginator.count

    assert count("") == count("?rule=no_plan") == count(f"?q={weak.name}") == 1
    assert count("?rule=silent") == count("?q=没有这个单位") == 0
    assert count("?rule=nonsense") == 1


def test_one_may_look_and_not_list(client, weak, shen):
    client.force_login(shen)

    assert client.get(address("weak_units")).context["may_list"] == set()
    assert client.post(address("weak_units_list"), {"units": [weak.pk]}).status_code == 403


def test_who_is_party_to_a_unit_cannot_list_it(as_rui, rui, weak):
    MembershipFactory(user=rui, role=Role.LIAISON, unit=weak)

    assert as_rui.get(address("weak_units")).context["may_list"] == set()
    assert as_rui.post(address("weak_units_list"), {"units": [weak.pk]}).status_code == 403
    assert not ChartedUnit.objects.exists()


def test_another_unit_needs_a_reason(as_rui, year, school):
    UnitYearFactory(cycle=year, unit=school)

    refused = as_rui.post(address("charted_unit_list"), {"unit": school.name, "note": " "})
    as_rui.post(address("charted_unit_list"), {"unit": school.name, "note": "来信较多"})

    assert refused.context["form"].errors.keys() == {"note"}
    assert ChartedUnit.objects.get().note == "来信较多"


def test_without_a_year_there_is_nothing_to_list(as_rui):
    assert as_rui.get(address("weak_units")).status_code == 200
    assert as_rui.get(address("wall_chart")).status_code == 200
    assert as_rui.get(address("wall_chart_print")).status_code == 200
    assert as_rui.get(address("charted_unit_list")).status_code == 404


# items

ITEM = {"what": "坡道能用", "owner": "王强", "overseer": "李敏"}


@pytest.fixture
def charted(year, weak):
    return ChartedUnitFactory(cycle=year, unit=weak)


def test_an_item_lives_from_its_day_to_its_closing(as_rui, charted):
    new = address("chart_item_new", charted.pk)
    refused = as_rui.post(new, {**ITEM, "overseer": "王强", "due_on": f"{today()}"})
    as_rui.post(new, {**ITEM, "due_on": f"{today()}"})
    item = ChartItem.objects.get()
    as_rui.post(
        address("chart_item_edit", item.pk), {**ITEM, "owner": "赵明", "due_on": f"{today()}", "version": 0}
    )
    as_rui.post(address("chart_item_close", item.pk), {"note": "修好了", "version": 1})
    closed = text_of(as_rui, "charted_unit", charted.pk)
    as_rui.post(address("chart_item_reopen", item.pk), {"note": "又坏了", "version": 2})
    as_rui.post(address("charted_unit_remove", charted.pk), {"note": "", "version": 0})
    kept = ChartedUnit.objects.get().status
    as_rui.post(address("charted_unit_remove", charted.pk), {"note": "另案推进", "version": 0})

    assert "overseer" in refused.context["form"].errors
    assert "修好了" in closed
    item.refresh_from_db()
    assert (item.owner, item.status) == ("赵明", "open")
    assert (kept, ChartedUnit.objects.get().status) == ("listed", "removed")


def test_a_duty_is_taken_over_with_its_words(as_rui, charted, weak, bank):
    duty = weak.duties.get()
    there = address("chart_item_new", charted.pk) + f"?duty={duty.pk}"

    proposed = as_rui.get(there).context["form"].initial
    as_rui.post(there, {**ITEM, "due_on": f"{today()}"})

    assert proposed == {"what": duty.label, "due_on": today() + timedelta(days=14)}
    assert ChartItem.objects.get().duty == duty
    for wrong in (DutyFactory(cycle=charted.cycle, unit=bank).pk, 987_654):
        assert as_rui.get(address("chart_item_new", charted.pk) + f"?duty={wrong}").status_code == 404


def test_who_comes_second_is_told(as_rui, charted):
    item = ChartItemFactory(charted=charted)
    closing = address("chart_item_close", item.pk)
    as_rui.post(closing, {"note": "好了", "version": 0})

    again = as_rui.post(closing, {"note": "好了", "version": 0})
    stale = as_rui.post(address("chart_item_reopen", item.pk), {"note": "又坏了", "version": 0})

    assert (again.status_code, stale.status_code, as_rui.get(closing).status_code) == (409, 409, 403)


@pytest.mark.parametrize("who", ["lan", "qiao", "dai", "guan"])
def test_the_unit_and_its_department_see_their_row_and_close_nothing(client, request, charted, who):
    ChartItemFactory(charted=ChartedUnitFactory(cycle=charted.cycle), what="别家的事项")
    item = ChartItemFactory(charted=charted)
    client.force_login(request.getfixturevalue(who))

    chart, row = text_of(client, "wall_chart"), text_of(client, "charted_unit", charted.pk)

    assert item.what in chart and item.what in row
    assert "别家的事项" not in chart + text_of(client, "wall_chart_print")
    assert address("chart_item_close", item.pk) not in chart + row
    assert client.post(address("chart_item_close", item.pk), {"note": "x", "version": 0}).status_code == 403


# the picture


def test_the_picture_has_a_table_behind_it_and_links(as_rui, charted):
    item = ChartItemFactory(charted=charted, due_on=today())

    page = text_of(as_rui, "wall_chart")

    assert f'href="{charted.get_absolute_url()}#item-{item.pk}"' in page
    assert page.count('href="#sign-amber"') >= 3
    assert "<th scope" in page


def test_paper_says_what_found_no_room(as_rui, year):
    for number in range(80):
        ChartItemFactory(charted__cycle=year, charted__unit=UnitFactory(name=f"单位{number}"))

    page = as_rui.get(address("wall_chart_print"))

    drawing = page.context["drawing"]
    assert drawing.left_out == 80 - len(drawing.rows) > 0
    assert len(re.findall(r"<svg class=\"chart[ \"]", page.content.decode())) == 1


# cost


@pytest.mark.parametrize("count", [1, 5, 50])
@pytest.mark.parametrize(("name", "queries"), [("wall_chart", 9), ("wall_chart_print", 7)])
def test_the_chart_costs_the_same_however_many_units(
    as_rui, year, django_assert_max_num_queries, count, name, queries
):
    for _ in range(count):
        item = ChartItemFactory(charted__cycle=year, duty=DutyFactory(cycle=year))
        DutyFactory(cycle=year, unit=item.unit)
        ChartItemFactory(charted=item.charted, closed=True)

    with django_assert_max_num_queries(queries):
        as_rui.get(address(name))


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_weak_units_cost_the_same_however_many(as_rui, year, django_assert_max_num_queries, count):
    for _ in range(count):
        unit = UnitFactory()
        UnitYearFactory(cycle=year, unit=unit)
        DutyFactory(cycle=year, unit=unit, overdue=True)
        DutyFactory(cycle=year, unit=unit, kind=Duty.Kind.DEPLOYMENT, overdue=True)

    # eight rules, each asking once
    with django_assert_max_num_queries(12):
        page = as_rui.get(address("weak_units"))
    assert page.context["page"].paginator.count == count
