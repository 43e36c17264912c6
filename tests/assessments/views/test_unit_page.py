"""A unit's page over both apps: everything in one place, numbers masked, today or as at a date."""

import re
from datetime import date

import pytest
from django.urls import reverse

from assessments.actions import cycle as cycles
from assessments.actions import succession
from tests.factories import AwardFactory, EntryFactory, HonorItemFactory, PlanFactory, UnitFactory
from units.actions import life
from units.models import TrailEvent, Unit

pytestmark = pytest.mark.django_db

MAY = date(2026, 5, 1)
ACT = {"on": MAY, "document_number": "云编发〔2026〕3号"}


@pytest.fixture
def page(client):
    """The page of a unit as somebody sees it."""

    def see(person, unit, **asked):
        client.force_login(person)
        return client.get(unit.get_absolute_url(), asked).content.decode()

    return see


@pytest.fixture
def reachable(school):
    Unit.objects.filter(pk=school.pk).update(mobile="13900000001", tel="0515-83000002")
    return Unit.objects.get(pk=school.pk)


# numbers


def test_the_office_sees_numbers_masked_until_it_asks(client, page, reachable, rui):
    before = page(rui, reachable)
    asked = client.post(reverse("assessments:unit_contacts", args=[reachable.pk])).content.decode()

    assert "13900000001" not in before and "139****0001" in before and "83000002" not in before
    assert "13900000001" in asked and "83000002" in asked


def test_each_look_at_the_numbers_is_recorded(client, reachable, rui):
    client.force_login(rui)

    for _look in range(2):
        client.post(reverse("assessments:unit_contacts", args=[reachable.pk]))

    looks = TrailEvent.objects.about(reachable).filter(verb="unmask")
    assert [event.by for event in looks] == [rui, rui]


def test_a_part_of_the_page_is_enough_for_the_script(client, reachable, rui):
    client.force_login(rui)

    answer = client.post(
        reverse("assessments:unit_contacts", args=[reachable.pk]), headers={"HX-Request": "true"}
    )

    html = answer.content.decode()
    assert "13900000001" in html and "<html" not in html
    assert "no-store" in answer.headers["Cache-Control"]


def test_ones_own_numbers_need_no_asking(client, page, reachable, lan):
    assert "13900000001" in page(lan, reachable)

    client.post(reverse("assessments:unit_contacts", args=[reachable.pk]))
    assert not TrailEvent.objects.about(reachable).exists()


def test_the_edit_form_shows_no_number_and_keeps_what_it_does_not_show(client, reachable, rui):
    client.force_login(rui)
    address = reverse("units:unit_edit", args=[reachable.pk])

    form = client.get(address)
    values = {field.name: field.value() for field in form.context["form"]}
    said = {name: "" if value is None else value for name, value in values.items()}
    client.post(address, said | {"contact": "赵梅", "has_window": "unknown"})

    assert "13900000001" not in form.content.decode()
    reachable.refresh_from_db()
    assert (reachable.contact, reachable.mobile, reachable.tel) == ("赵梅", "13900000001", "0515-83000002")


# one place


def test_everything_about_a_unit_stands_on_its_page(page, year, school, lan, ou):
    cycles.enrol_missing(year, by=ou)
    AwardFactory(unit=school, item=HonorItemFactory(name="文明单位标兵"))
    PlanFactory(cycle=year, unit=school, submitted=True)
    EntryFactory(cycle=year, unit=school, submitted=True)
    branch = UnitFactory(name="城南教学点", supervisor=school)
    life.change(school, {"top_leader": "吴海"}, on=MAY, by=ou)

    html = page(ou, school)

    for text in ("文明单位标兵", "吴海", "2026年5月1日", branch.name, lan.name):
        assert text in html


def test_nothing_the_unit_has_not_handed_in_is_counted(client, page, year, school, ou):
    cycles.enrol_missing(year, by=ou)
    EntryFactory(cycle=year, unit=school, title="草稿的标题")
    PlanFactory(cycle=year, unit=school)

    html = page(ou, school)

    assert "草稿的标题" not in html


@pytest.mark.parametrize("count", [1, 5, 50])
def test_the_page_costs_the_same_however_much_there_is(
    client, year, school, ou, django_assert_num_queries, count
):
    cycles.enrol_missing(year, by=ou)
    for number in range(count):
        UnitFactory(supervisor=school)
        AwardFactory(unit=school, year=1990 + number, item=HonorItemFactory())
        EntryFactory(cycle=year, unit=school, submitted=True)
    client.force_login(ou)
    client.get(school.get_absolute_url())

    with django_assert_num_queries(26):
        client.get(school.get_absolute_url())


# as at a date


def test_the_page_of_a_day_shows_name_leaders_and_honors_of_that_day(page, school, ou):
    item = HonorItemFactory(name="文明单位标兵")
    AwardFactory(unit=school, item=item, granted_on=date(2026, 6, 1))
    life.change(school, {"top_leader": "吴海"}, on=date(2026, 7, 1), by=ou)

    april, july = page(ou, school, at="2026-04-01"), page(ou, school, at="2026-07-01")

    assert "文明单位标兵" not in april and "文明单位标兵" in july
    leader = re.compile(r"主要负责人</dt><dd>(\S+)")
    assert (leader.search(april)[1].split("<")[0], leader.search(july)[1]) == ("—", "吴海")


def test_a_page_after_a_merger_leads_to_what_came_before_and_after(page, year, school, bank, ou):
    succession.merge([bank], into=school, by=ou, **ACT)
    bank.refresh_from_db()

    assert bank.get_absolute_url() in page(ou, school)
    assert school.get_absolute_url() in page(ou, bank)


def test_people_of_the_successor_read_the_page_of_what_it_came_from(client, year, school, bank, lan, ou):
    client.force_login(lan)
    before = client.get(bank.get_absolute_url()).status_code
    succession.merge([bank], into=school, by=ou, **ACT)

    assert (before, client.get(bank.get_absolute_url()).status_code) == (404, 200)
