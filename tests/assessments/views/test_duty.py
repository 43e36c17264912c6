"""The pages of the calendar and of what is owed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from assessments.actions import cycle as cycles
from assessments.actions import duty as duties
from assessments.models import Duty, WorkCalendar
from civportal.lib.clock import today
from tests.factories import (
    DeadlineFactory,
    DutyFactory,
    LiaisonFactory,
    PlanFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Category

LINE = {"opens_on": "2026-01-01", "due_on": "2026-03-10", "closes_on": "2026-04-30", "is_owed": "on"}
WINDOW = {"opens_on": date(2026, 1, 1), "due_on": date(2026, 2, 28), "closes_on": date(2026, 3, 31)}


def calendar(year):
    return reverse("assessments:cycle", args=[year.pk])


def extend(duty, how="duty", more=""):
    return f"{reverse('assessments:duties_extend')}?{how}={duty.pk}{more}"


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


# ── the calendar ─────────────────────────────────────────────────────────────────────────────────


def test_the_calendar_shows_every_line_with_how_far_it_has_come(as_ou, year, school, bank, lan):
    DutyFactory(cycle=year, unit=school, done=True)
    DutyFactory(cycle=year, unit=bank, overdue=True)

    page = as_ou.get(calendar(year)).content.decode()

    assert "按时 1 · 迟报 0 · 退回 0 · 缺报 1" in page


def test_a_line_for_a_kind_makes_its_duties(as_ou, year, school):
    UnitYearFactory(cycle=year, unit=school)
    organ = Category.objects.get(code="organ")
    type(school).objects.update(category=organ)

    response = as_ou.post(
        reverse("assessments:deadline_new", args=[year.pk]),
        {**LINE, "kind": "request", "period": "0", "title": "志愿服务统计", "category": organ.pk},
    )

    assert response.url == calendar(year)
    assert Duty.objects.get(title="志愿服务统计").until == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"due_on": "2025-12-31"}, "依次"),
        ({"kind": "request"}, "拟一个名称"),
        ({"kind": "quarterly_plan", "period": "5"}, "请选择 1 至 4"),
        ({"kind": "monthly_plan", "period": "0"}, "请选择 1 至 12"),
        ({"kind": "receipt"}, "选择一个有效的选项"),
        ({"kind": "annual_plan"}, "日程中已有这一项"),
        ({"unit": "没有的单位"}, "没有的单位"),
        ({"opens_on": "春节"}, "日期"),
    ],
)
def test_a_bad_line_is_refused_in_words_and_nothing_is_saved(as_ou, year, said, sentence):
    before = year.deadlines.count()

    page = as_ou.post(
        reverse("assessments:deadline_new", args=[year.pk]), {**LINE, "kind": "self_check", **said}
    )

    assert sentence in page.content.decode()
    assert year.deadlines.count() == before


def test_a_line_is_changed_and_taken_out(as_ou, year, school):
    UnitYearFactory(cycle=year, unit=school)
    line = year.deadlines.get()
    duties.make(year)

    as_ou.post(reverse("assessments:deadline_edit", args=[line.pk]), LINE)
    assert Duty.objects.get().until == date(2026, 3, 10)

    as_ou.post(reverse("assessments:deadline_remove", args=[line.pk]))
    assert not Duty.objects.exists()


@pytest.mark.parametrize("lines", [1, 5, 50])
def test_the_calendar_costs_the_same_queries(as_ou, year, lines, django_assert_max_num_queries):
    for number in range(lines):
        DeadlineFactory(cycle=year, kind="request", title=f"统计{number}")
    WorkCalendar.workdays()

    with django_assert_max_num_queries(13):
        as_ou.get(calendar(year))


def test_a_year_like_the_last_one_is_prepared_from_the_page(as_ou, year):
    DeadlineFactory(cycle=year, kind="request", title="志愿服务统计", **WINDOW)

    as_ou.post(
        reverse("assessments:cycle_new"), {"year": 2027, "standard": year.standard_id, "like": year.pk}
    )

    following = type(year).objects.get(year=2027)
    assert following.deadlines.get(title="志愿服务统计").due_on == date(2027, 2, 28)
    page = as_ou.post(reverse("assessments:cycle_open_planning", args=[following.pk]), follow=True)
    assert "开放编报" in page.content.decode()


# ── holidays ─────────────────────────────────────────────────────────────────────────────────────


def test_a_pasted_notice_becomes_the_table_of_that_year(as_ou):
    as_ou.post(
        reverse("assessments:holidays"),
        {
            "year": 2027,
            "notice": "元旦：1月1日（周五）至3日放假。1月9日（周六）上班。",
            "source": "国办发明电",
        },
    )

    table = WorkCalendar.objects.get(year=2027)
    assert (table.days_off, table.working_weekends) == (["2027-01-01/2027-01-03"], ["2027-01-09"])
    assert not WorkCalendar.workdays().is_worked(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("notice", "sentence"),
    [
        ("各单位做好值班。", "没有找到放假"),
        ("2月30日放假", "不存在的日期"),
        ("1月1日放假，1月4日上班。1月1日至3日放假。", "不是周六或周日"),
    ],
)
def test_a_notice_that_cannot_be_right_is_refused(as_ou, notice, sentence):
    page = as_ou.post(reverse("assessments:holidays"), {"year": 2027, "notice": notice})

    assert sentence in page.content.decode()
    assert not WorkCalendar.objects.exists()


def test_past_the_last_table_the_calendar_warns(as_ou, year):
    page = as_ou.get(calendar(year)).content.decode()
    assert "2026 年的节假日安排尚未载入" in page

    WorkCalendar.objects.create(year=2026)
    year.deadlines.update(closes_on=date(2026, 12, 31), due_on=date(2026, 12, 31), opens_on=date(2026, 1, 1))
    assert "尚未载入" not in as_ou.get(calendar(year)).content.decode()


# ── one unit's duty ──────────────────────────────────────────────────────────────────────────────


def test_a_liaison_reads_what_it_is_and_begins_it(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    year.deadlines.update(hint="写明全年做哪几件事")
    duty = DutyFactory(cycle=year, unit=school)
    client.force_login(lan)

    page = client.get(duty.get_absolute_url()).content.decode()

    assert "写明全年做哪几件事" in page
    assert f"{reverse('assessments:plan_new')}?kind=annual&amp;period=0" in page


def test_a_begun_plan_is_gone_on_with(client, lan, year, school):
    plan = PlanFactory(cycle=year, unit=school)
    duty = DutyFactory(cycle=year, unit=school)
    client.force_login(lan)

    page = client.get(duty.get_absolute_url()).content.decode()

    assert reverse("assessments:plan_edit", args=[plan.pk]) in page


def test_the_office_does_not_see_a_units_draft_there(client, rui, year, school):
    plan = PlanFactory(cycle=year, unit=school)
    client.force_login(rui)

    page = client.get(DutyFactory(cycle=year, unit=school).get_absolute_url()).content.decode()

    assert plan.get_absolute_url() not in page


# ── more time ────────────────────────────────────────────────────────────────────────────────────


def test_one_unit_gets_more_time(as_ou, year, school, bank):
    duty, other = DutyFactory(cycle=year, unit=school), DutyFactory(cycle=year, unit=bank)
    until = duty.due_on + timedelta(days=60)

    response = as_ou.post(extend(duty), {"until": until, "note": "换届"})

    assert response.url == duty.get_absolute_url()
    assert Duty.objects.get(pk=duty.pk).until == until
    assert Duty.objects.get(pk=other.pk).until == other.due_on
    assert "换届" in as_ou.get(duty.get_absolute_url()).content.decode()


def test_all_of_one_town_get_more_time(as_ou, year, school):
    town = UnitFactory(name="望湖镇", category=Category.objects.get(code="town"))
    village = UnitFactory(name="望湖镇临湖村", town=town)
    duty = DutyFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=village)
    until = duty.due_on + timedelta(days=60)

    as_ou.post(extend(duty, "like", f"&town={town.pk}"), {"until": until, "note": "防汛"})

    assert list(Duty.objects.filter(extended_to=until).values_list("unit", flat=True)) == [village.pk]


def test_nobody_gives_the_own_unit_more_time(client, ou, year, school):
    LiaisonFactory(name="欧阳")
    ou.memberships.create(role="liaison", unit=school)
    duty = DutyFactory(cycle=year, unit=school)
    client.force_login(ou)

    client.post(extend(duty), {"until": duty.due_on + timedelta(days=60), "note": "自己"})

    assert Duty.objects.get().extended_to is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({"note": ""}, "请填写"), ({"until": ""}, "请填写"), ({"until": "2020-01-01"}, "已经过去")],
)
def test_more_time_is_refused_in_words(as_ou, year, school, said, sentence):
    duty = DutyFactory(cycle=year, unit=school)

    page = as_ou.post(extend(duty), {"until": today() + timedelta(days=90), "note": "停电", **said})

    assert sentence in page.content.decode()
    assert Duty.objects.get().extended_to is None


def test_after_more_time_a_closed_plan_can_be_handed_in(client, ou, lan, year, school):
    cycles.enrol_missing(year, by=ou)
    past = today() - timedelta(days=9)
    Duty.objects.update(opens_on=past, due_on=past, closes_on=past)
    plan = PlanFactory(cycle=year, unit=school)
    client.force_login(lan)
    address = reverse("assessments:plan_submit", args=[plan.pk])
    assert client.post(address).status_code == 403

    client.force_login(ou)
    client.post(extend(Duty.objects.get()), {"until": today(), "note": "停电"})

    client.force_login(lan)
    assert client.post(address).status_code == 302
