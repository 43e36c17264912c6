"""Who still owes what: counted, named, reminded of, and in the unit's own calendar."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from assessments.actions import owing
from assessments.models import Duty
from tests.factories import CycleFactory, DutyFactory, MembershipFactory, UnitFactory
from tests.test_exports import lines, taken
from units.models import Category, Office, Unit, User

OWING, MINE = reverse("assessments:owing"), reverse("assessments:my_deadlines")
PLAN = "2026-annual_plan-0-"

pytestmark = pytest.mark.django_db


def duty_in(state, year, unit=None, **said):
    """A duty that stands so today."""
    today, moment = localdate(), now()
    passed = {"opens_on": today - timedelta(days=40), "due_on": today - timedelta(days=3)}
    made = {
        "owed": {},
        "missing": passed,
        "returned": {"returned_at": moment, "handed_in_at": moment, "supplement_by": today},
        "done": {"handed_in_at": moment, "fulfilled_at": moment},
        "late": {**passed, "handed_in_at": moment, "fulfilled_at": moment},
        "to_come": {"opens_on": today + timedelta(days=1)},
        "lapsed": {"lapsed_note": "已并入其他单位"},
    }[state]
    return DutyFactory(cycle=year, unit=unit or UnitFactory(), **made | said)


@pytest.fixture
def one_of_each(year):
    return {state: duty_in(state, year) for state in Duty.State.values}


def context(client, user, **query):
    client.force_login(user)
    return client.get(OWING, query).context


# ── all that is asked ────────────────────────────────────────────────────────────────────────────


def test_the_database_says_how_a_duty_stands_as_the_record_does(one_of_each):
    told = {duty.pk: duty.standing for duty in owing.asked_now(Duty.objects.all())}

    begun = {state: duty for state, duty in one_of_each.items() if state not in ("to_come", "lapsed")}
    assert told == {duty.pk: duty.state for duty in begun.values()}
    assert set(told.values()) == set(begun)


def test_each_thing_is_counted(client, rui, one_of_each):
    [matter] = context(client, rui)["matters"]

    assert [(state, count) for state, _label, count in matter.cells] == [
        ("done", 1), ("late", 1), ("returned", 1), ("missing", 1), ("owed", 1)
    ]  # fmt: skip
    assert (matter.total, matter.open_count, matter.late_count) == (5, 3, 1)


def test_things_differ_by_kind_period_title_and_year(client, rui, year, school):
    DutyFactory(cycle=year, unit=school)
    for period in (3, 4):
        DutyFactory(cycle=year, unit=school, kind="monthly_plan", period=period)
    for title in ("春节值班表", "节前-检查"):
        DutyFactory(cycle=year, unit=school, kind="request", title=title)
    DutyFactory(cycle=CycleFactory(year=2027, status="planning"), unit=school)
    DutyFactory(cycle=CycleFactory(year=2025, status="closed"), unit=school)

    matters = context(client, rui)["matters"]

    assert len(matters) == 6 and {matter.year for matter in matters} == {2026, 2027}
    for matter in matters:
        assert context(client, rui, duty=matter.slug)["matter"].label == matter.label
        assert len(context(client, rui, duty=matter.slug)["groups"][0].duties) == 1
    assert [matter.year for matter in context(client, rui, year=2025)["matters"]] == [2025]


def test_what_nobody_owes_any_more_stands_last(client, rui, year, school):
    duty_in("done", year, school, due_on=localdate() - timedelta(days=9))
    DutyFactory(cycle=year, unit=school, kind="self_check")

    assert [matter.kind for matter in context(client, rui)["matters"]] == ["self_check", "annual_plan"]


def test_more_time_for_some_is_said(client, rui, year, school, bank):
    DutyFactory(cycle=year, unit=school)
    later = localdate() + timedelta(days=60)
    DutyFactory(cycle=year, unit=bank, extended_to=later, extension_note="停电")

    [matter] = context(client, rui)["matters"]

    assert (matter.due_on, matter.last_due_on) == (localdate() + timedelta(days=30), later)
    assert "停电" in client.get(OWING, {"duty": PLAN}).content.decode()


@pytest.fixture
def places(year):
    """A town with a village, a bank that lies in no town; all owe the plan."""
    kinds = {category.code: category for category in Category.objects.all()}
    town = UnitFactory(name="城关镇", category=kinds["town"], sort_order=1)
    village = UnitFactory(name="城关镇东村", category=kinds["village"], town=town, sort_order=3)
    organ = UnitFactory(name="云泽县水利局", category=kinds["organ"], sort_order=2)
    duties = {unit.name: DutyFactory(cycle=year, unit=unit) for unit in (town, village, organ)}
    return town, kinds, duties


def test_a_filter_narrows_by_kind_town_and_state(client, rui, places):
    town, kinds, duties = places
    Duty.objects.filter(pk=duties["云泽县水利局"].pk).update(handed_in_at=now(), fulfilled_at=now())

    def counted(**query):
        return sum(matter.total for matter in context(client, rui, **query)["matters"])

    assert counted(kind=kinds["village"].pk) == 1
    assert counted(town=town.pk) == 2
    assert (counted(state="done"), counted(state="owed")) == (1, 2)
    assert counted(kind="x", town="99999", state="to_come", year="x", duty="x") == 3


def test_a_department_narrows_its_own_tree_by_kind_and_town(client, year, bureau, guan):
    town = UnitFactory(name="城关镇", supervisor=bureau, category=Category.objects.get(code="town"))
    village = Category.objects.get(code="village")
    for unit in (town, UnitFactory(name="东村", supervisor=bureau, town=town, category=village)):
        DutyFactory(cycle=year, unit=unit)
    DutyFactory(cycle=year, unit=UnitFactory(name="别处", category=Category.objects.get(code="community")))

    def counted(**query):
        return sum(matter.total for matter in context(client, guan, **query)["matters"])

    assert (counted(), counted(kind=village.pk), counted(town=town.pk)) == (2, 1, 2)
    kinds = [label for _code, label in context(client, guan)["form"].fields["kind"].choices]
    assert len(kinds) == 3


# ── one thing ────────────────────────────────────────────────────────────────────────────────────


def test_names_stand_town_by_town_and_without_a_town_by_kind(client, rui, places):
    _town, kinds, _duties = places

    groups = context(client, rui, duty=PLAN)["groups"]

    assert [(group.name, [unit.name for unit in group.units]) for group in groups] == [
        ("城关镇", ["城关镇", "城关镇东村"]),
        (kinds["unit"].name, ["云泽县水利局"]),
    ]


def test_only_those_who_owe_it_are_named_unless_asked(client, rui, one_of_each):
    def named(**query):
        groups = context(client, rui, duty=PLAN, **query)["groups"]
        return {duty.state for group in groups for duty in group.duties}

    assert named() == {"returned", "missing", "owed"}
    assert named(state="late") == {"late"}


def test_counts_stay_whole_when_a_state_is_asked_for(client, rui, one_of_each):
    assert context(client, rui, duty=PLAN, state="late")["matter"].total == 5


@pytest.mark.parametrize("slug", ["", "2026", "2026-plan-0-", "x-annual_plan-0-", "2026-receipt-0-x",
    "2026-annual_plan-99999999999-", "9" * 200, "²-annual_plan-0-"])  # fmt: skip
def test_an_address_that_makes_no_sense_shows_everything(client, rui, year, school, slug):
    DutyFactory(cycle=year, unit=school)

    assert "matters" in context(client, rui, duty=slug)


def test_a_thing_nobody_owes_is_an_empty_page(client, rui, year):
    assert context(client, rui, duty=PLAN)["groups"] == []


def test_two_documents_of_one_title_are_two_things():
    one, other = (owing.Matter(2026, "receipt", 0, "通知", number) for number in (7, 8))

    assert one.slug != other.slug
    assert owing.about(one.slug).document == 7


# ── the reminder ─────────────────────────────────────────────────────────────────────────────────


def test_the_reminder_is_ready_to_be_copied(client, rui, places, settings):
    settings.PORTAL_URL = "https://portal.example/"
    Office(county="云泽县", office_name="云泽县文明办", contact_phone="0999-88001200").save()
    duty = places[2]["城关镇东村"]
    Duty.objects.filter(pk=duty.pk).update(returned_at=now(), handed_in_at=now())

    seen = context(client, rui, duty=PLAN)

    text = seen["reminder"]
    for words in (
        "云泽县文明办",
        "https://portal.example/",
        "0999-88001200",
        "云泽县水利局",
        str(duty.label),
    ):
        assert words in text
    assert "\n城关镇：城关镇东村\n" in text, "returned, on a line of its own"
    assert "<" not in text and "\n城关镇：城关镇\n" in text
    by_group = {group.name: text for group, text in seen["reminders"]}
    assert "云泽县水利局" not in by_group["城关镇"] and "城关镇东村" in by_group["城关镇"]


def test_the_reminder_needs_no_script(client, rui, places):
    client.force_login(rui)

    page = client.get(OWING, {"duty": PLAN}).content.decode()

    assert re.search(r'<textarea[^>]*id="reminder-all"[^>]*readonly>[^<]*云泽县水利局', page)
    assert 'data-copy="reminder-all" hidden' in page


def test_what_is_overdue_is_said_otherwise(client, rui, year):
    duty = duty_in("missing", year)
    soon = context(client, rui, duty=PLAN)["reminder"]
    Duty.objects.filter(pk=duty.pk).update(due_on=localdate(), closes_on=localdate())

    assert context(client, rui, duty=PLAN)["reminder"].splitlines()[1] != soon.splitlines()[1]


def test_nobody_is_reminded_of_what_is_done(client, rui, year):
    duty_in("done", year)

    seen = context(client, rui, duty=PLAN, state="done")

    assert seen["groups"] and "reminder" not in seen


def test_a_name_never_becomes_markup(client, rui, year):
    DutyFactory(cycle=year, unit=UnitFactory(name="</textarea><script>"))
    client.force_login(rui)

    assert "</textarea><script>" not in client.get(OWING, {"duty": PLAN}).content.decode()


# ── who sees it, and what it costs ───────────────────────────────────────────────────────────────


def test_a_department_sees_its_own_tree(client, guan, year, school, bank):
    for unit in (school, bank):
        DutyFactory(cycle=year, unit=unit)

    assert context(client, guan)["matters"][0].total == 1
    assert [group.units for group in context(client, guan, duty=PLAN)["groups"]] == [[school]]
    assert bank.name not in context(client, guan, duty=PLAN)["reminder"]


@pytest.mark.parametrize("who", ["lan", "qiao", "xun"])
def test_others_do_not_open_it(client, request, year, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(OWING).status_code == 403


@pytest.mark.parametrize("who", ["rui", "guan"])
@pytest.mark.parametrize("query", [{}, {"duty": PLAN}, {"duty": PLAN, "state": "done"}])
@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_page_costs_the_same_queries(
    client, request, year, bureau, who, query, rows, django_assert_max_num_queries
):
    town = UnitFactory()
    for unit in UnitFactory.create_batch(rows, supervisor=bureau, town=town):
        DutyFactory(cycle=year, unit=unit)
        DutyFactory(cycle=year, unit=unit, kind="self_check", done=True)
    client.force_login(request.getfixturevalue(who))

    # A department's tree is read level by level, and its navigation counts what waits for its word.
    with django_assert_max_num_queries(10 if who == "guan" else 8):
        assert client.get(OWING, query).status_code == 200


def test_the_list_leaves_as_it_is_filtered(client, rui, year, school):
    duty_in("missing", year, school)
    duty_in("done", year)
    client.force_login(rui)

    headings, *rows = lines(taken(client, OWING, "csv", state="missing"))

    [row] = [dict(zip(headings, row, strict=True)) for row in rows]
    assert row["单位"] == school.name and "3" in row.values()


# ── the own calendar ─────────────────────────────────────────────────────────────────────────────


def test_a_liaison_takes_the_own_days_into_a_calendar(client, lan, school, bank, year):
    plan = DutyFactory(cycle=year, unit=school)
    duty_in("to_come", year, school, kind="self_check")
    duty_in("done", year, school, kind="deployment")
    DutyFactory(cycle=year, unit=bank, kind="look_back")
    client.force_login(lan)

    answer = client.get(MINE)
    again = client.get(MINE).content.decode()

    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert ".ics" in answer.headers["Content-Disposition"]
    assert text.count("BEGIN:VEVENT") == 2 and f"{plan.due_on:%Y%m%d}" in text
    uids = re.findall(r"UID:(\S+)", text)
    assert uids == re.findall(r"UID:(\S+)", again) and f"duty-{plan.pk}@testserver" in uids


def test_the_calendar_is_of_the_unit_one_works_for(client, lan, school, bank, year):
    MembershipFactory(user=lan, role="liaison", unit=bank)
    DutyFactory(cycle=year, unit=bank)
    lan = User.objects.get(pk=lan.pk)
    client.force_login(lan)
    assert b"VEVENT" not in client.get(MINE).content

    client.post(reverse("units:work_for", args=[bank.pk]))

    assert b"VEVENT" in client.get(MINE).content


def test_a_leader_takes_no_calendar(client, qiao, year):
    client.force_login(qiao)

    assert client.get(MINE).status_code == 403 and Unit.objects.exists()
