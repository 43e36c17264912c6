"""Plans in the browser's terms."""

import pytest
from django.urls import reverse

from assessments.actions import plan as plans
from assessments.models import Plan
from tests.factories import (
    CycleFactory,
    DeadlineFactory,
    DutyFactory,
    PlanFactory,
    PlanItemFactory,
    UnitYearFactory,
)


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_lan(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)
    return client


ITEM = {
    "what": "道德讲堂", "carrier": "道德讲堂", "owner": "兰晓", "overseer": "校长", "due_on": "2026-12-01",
    "measure": "四次", "proof": "照片", "serves": "立德树人",
}  # fmt: skip


def filled(plan, *, pks=(), **more):
    """The page of a plan with one new item, or with its items of these numbers as they stand."""
    management = {"items-TOTAL_FORMS": max(1, len(pks)), "items-INITIAL_FORMS": len(pks)}
    changed = {name: more.pop(name) for name in list(more) if name in ITEM}
    fields = {f"items-0-{name}": value for name, value in {**ITEM, **changed}.items()}
    fields |= {f"items-{number}-id": pk for number, pk in enumerate(pks)}
    return {**management, **fields, "goals": "争创", "version": plan.version, **more}


def decision(plan, *reasons, note="", **more):
    """The officer's answer: a reason for each item to be changed, "" for an accepted one."""
    said = {"version": plan.version, "goals_note": note, **more}
    for item, reason in zip(plan.items.all(), reasons, strict=True):
        said |= {f"verdict_{item.pk}": "returned" if reason else "accepted", f"reason_{item.pk}": reason}
    return said


@pytest.fixture
def waiting(year, school, lan):
    """Lan's plan with two items, handed in."""
    plan = PlanFactory(cycle=year, unit=school, submitted=True, submitted_by=lan)
    PlanItemFactory.create_batch(2, plan=plan)
    return plan


def test_the_plan_is_written_checked_and_handed_in(as_lan):
    plan_page = as_lan.post(address("plan_new"))
    plan = Plan.objects.get()
    checked = as_lan.post(address("plan_edit", plan.pk), filled(plan, check="1"))
    handed_in = as_lan.post(address("plan_submit", plan.pk), follow=True)

    assert plan_page.url == address("plan_edit", plan.pk)
    assert checked.url == address("plan_submit", plan.pk)
    assert "XX-2026-0001" in handed_in.content.decode()


def test_the_same_person_cannot_do_and_oversee(as_lan):
    as_lan.post(address("plan_new"))
    plan = Plan.objects.get()

    response = as_lan.post(address("plan_edit", plan.pk), filled(plan, overseer="兰晓"))

    assert response.status_code == 200
    assert response.context["items"].forms[0].errors["overseer"]


def test_an_incomplete_plan_is_not_handed_in(as_lan):
    as_lan.post(address("plan_new"))
    plan = Plan.objects.get()

    page = as_lan.get(address("plan_submit", plan.pk))
    response = as_lan.post(address("plan_submit", plan.pk))

    assert len(page.context["gaps"]) == 2
    assert response.url == address("plan_submit", plan.pk)
    assert Plan.objects.get().status == "draft"


def test_the_plan_is_begun_again_only_while_there_is_an_open_year(client, lan):
    client.force_login(lan)

    assert client.post(address("plan_new")).url == address("home")


# the office


def test_the_office_decides_item_by_item(client, rui, waiting):
    client.force_login(rui)
    first, second = waiting.items.all()

    page = client.get(address("plan_decide", waiting.pk))
    refused = client.post(address("plan_decide", waiting.pk), {"version": waiting.version})
    answer = client.post(address("plan_decide", waiting.pk), decision(waiting, "", "次数太少"))

    assert [fields is not None for _number, _item, fields in page.context["rows"]] == [True, True]
    assert refused.status_code == 422 and len(refused.context["form"].errors) == 2
    assert answer.url == address("plan", waiting.pk)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.verdict, second.verdict, second.reason) == ("accepted", "returned", "次数太少")


@pytest.mark.parametrize(("verdict", "reason", "field"), [
    ("returned", "", "reason"), ("accepted", "次数太少", "reason"), ("", "次数太少", "verdict"),
])  # fmt: skip
def test_a_decision_that_says_two_things_or_none_is_asked_again(client, rui, waiting, verdict, reason, field):
    client.force_login(rui)
    first = waiting.items.first()
    said = decision(waiting, "", "") | {f"verdict_{first.pk}": verdict, f"reason_{first.pk}": reason}

    response = client.post(address("plan_decide", waiting.pk), said)

    assert list(response.context["form"].errors) == [f"{field}_{first.pk}"]
    assert Plan.objects.get().status == "submitted"


def test_everything_is_accepted_at_one_press(client, rui, waiting):
    client.force_login(rui)

    client.post(address("plan_decide", waiting.pk), {"version": waiting.version, "everything": "1"})

    assert Plan.objects.get().status == "accepted"


def test_a_note_on_the_whole_returns_a_plan_whose_items_are_accepted(client, rui, waiting):
    client.force_login(rui)

    client.post(address("plan_decide", waiting.pk), decision(waiting, "", "", note="目标太笼统"))

    plan = Plan.objects.get()
    assert (plan.status, plan.goals_note) == ("returned", "目标太笼统")


def test_after_a_return_only_the_returned_item_is_open_and_the_office_sees_what_changed(
    client, lan, rui, waiting
):
    client.force_login(rui)
    client.post(address("plan_decide", waiting.pk), decision(waiting, "", "次数太少"))
    client.force_login(lan)
    returned = waiting.items.last()

    page = client.get(address("plan_edit", waiting.pk))
    waiting.refresh_from_db()
    client.post(address("plan_edit", waiting.pk), filled(waiting, pks=[returned.pk], measure="十二次"))
    handed_in = client.post(address("plan_submit", waiting.pk), follow=True)
    client.force_login(rui)
    again = client.get(address("plan_decide", waiting.pk))

    assert [form is not None for _number, _item, form in page.context["rows"]] == [False, True]
    assert "goals" not in page.context["form"].fields
    assert "次数太少" in page.content.decode()
    assert handed_in.context["plan"].status == "submitted"
    (change,) = again.context["changes"]
    assert ("全年四次", "十二次") in [line[1:] for line in change.lines]
    assert [fields is not None for _number, _item, fields in again.context["rows"]] == [False, True]


def test_a_settled_item_cannot_be_sent_along(client, lan, rui, waiting):
    client.force_login(rui)
    client.post(address("plan_decide", waiting.pk), decision(waiting, "", "次数太少"))
    client.force_login(lan)
    waiting.refresh_from_db()

    settled = waiting.items.first()

    client.post(address("plan_edit", waiting.pk), filled(waiting, pks=[settled.pk], what="偷换"))

    assert waiting.items.first() == settled
    assert not waiting.items.filter(what="偷换").exists()


def test_a_second_return_waits_for_the_director(client, rui, ou, waiting):
    Plan.objects.update(returned_count=1)
    client.force_login(rui)
    page = client.get(address("plan_decide", waiting.pk))
    client.post(address("plan_decide", waiting.pk), decision(waiting, "", "仍然太少"))
    waiting.refresh_from_db()
    client.force_login(ou)
    confirming = client.get(address("plan_decide", waiting.pk))

    assert not page.context["may_return"] and waiting.status == "submitted"
    form = confirming.context["form"]
    assert form.initial[f"reason_{waiting.items.last().pk}"] == "仍然太少"
    assert form.initial[f"verdict_{waiting.items.first().pk}"] == "accepted"

    client.post(address("plan_decide", waiting.pk), decision(waiting, "", "仍然太少"))
    assert Plan.objects.get().status == "returned"


def test_who_comes_second_is_told(client, rui, waiting):
    client.force_login(rui)
    client.post(address("plan_decide", waiting.pk), decision(waiting, "", ""))

    response = client.post(
        address("plan_decide", waiting.pk), {"version": waiting.version, "goals_note": "太笼统"}
    )

    assert response.status_code == 409


@pytest.mark.parametrize("version", ["", "²", "x"])
def test_a_plan_is_not_accepted_without_the_version_that_was_read(client, rui, waiting, version):
    client.force_login(rui)

    response = client.post(address("plan_decide", waiting.pk), {"version": version, "everything": "1"})

    assert response.status_code == 422
    assert Plan.objects.get().status == "submitted"


def test_what_is_decided_is_not_decided_again(client, rui, year):
    plan = PlanFactory(cycle=year, accepted=True)
    client.force_login(rui)

    assert client.get(address("plan_decide", plan.pk)).url == address("plan", plan.pk)


# the unit


def test_a_plan_can_be_taken_back_before_it_is_decided(as_lan, lan, school):
    plan = PlanFactory(unit=school, submitted=True)

    as_lan.post(address("plan_withdraw", plan.pk))

    assert Plan.objects.get().status == "draft"


@pytest.mark.parametrize("name", ["plan", "plan_edit", "plan_submit"])
def test_a_foreign_plan_is_not_there(client, mei, year, school, name):
    plan = PlanFactory(unit=school, submitted=True)
    client.force_login(mei)

    assert client.get(address(name, plan.pk)).status_code == 404


@pytest.mark.parametrize(
    "name", ["plan_edit", "plan_submit", "plan_withdraw", "plan_amend", "plan_look_back", "plan_decide"]
)
def test_a_foreign_plan_is_not_there_to_be_changed(client, mei, year, school, name):
    plan = PlanFactory(unit=school, submitted=True)
    client.force_login(mei)

    assert client.post(address(name, plan.pk), filled(plan)).status_code == 404


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(client, rui, year, rows, django_assert_max_num_queries):
    PlanFactory.create_batch(rows, cycle=year, submitted=True)
    client.force_login(rui)

    with django_assert_max_num_queries(8):
        response = client.get(address("plans"))

    assert len(response.context["page"].object_list) == rows


def test_the_list_is_narrowed_by_unit_and_status(client, rui, year, school):
    plan = PlanFactory(unit=school, submitted=True)
    PlanFactory(submitted=True)
    client.force_login(rui)

    found = client.get(address("plans"), {"q": "小学", "status": "submitted"}).context["page"].object_list

    assert list(found) == [plan]


def test_the_list_is_narrowed_by_kind(client, rui, year, school):
    PlanFactory(cycle=year, unit=school, submitted=True)
    scheme = PlanFactory(cycle=year, unit=school, kind="quarterly", period=2, submitted=True)
    client.force_login(rui)

    found = client.get(address("plans"), {"kind": "quarterly"})

    assert list(found.context["page"].object_list) == [scheme]
    assert scheme.label in found.content.decode()


# the year, its quarters, their months


def test_a_scheme_is_begun_from_the_list_of_what_is_asked(as_lan, year):
    DeadlineFactory(cycle=year, kind="quarterly_plan", period=2)

    page = as_lan.get(address("plan_new"))
    begun = as_lan.post(address("plan_new"), {"kind": "quarterly", "period": "2", "year": "2026"})

    plan = Plan.objects.get()
    assert page.content.decode().count('name="period"') == 2
    assert begun.url == address("plan_edit", plan.pk)
    assert (plan.kind, plan.period) == ("quarterly", 2)


def test_the_address_of_a_duty_says_which_plan_is_meant(as_lan, year):
    DeadlineFactory(cycle=year, kind="monthly_plan", period=5)

    as_lan.post(f"{address('plan_new')}?kind=monthly&period=5")

    assert Plan.objects.get().period == 5


def test_nothing_is_begun_by_looking(as_lan, year):
    as_lan.get(address("plan_new"), {"kind": "annual"})

    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "quarterly", "period": "5"},
        {"kind": "monthly"},
        {"kind": "daily"},
        {"period": "3"},
        {"year": "2031"},
        {"period": "x"},
    ],
)
def test_a_plan_that_no_year_has_is_not_begun(as_lan, said):
    assert as_lan.post(address("plan_new"), said).status_code == 422
    assert not Plan.objects.exists()


def test_a_plan_that_the_calendar_does_not_know_is_not_begun(as_lan):
    response = as_lan.post(address("plan_new"), {"kind": "monthly", "period": "1"})

    assert response.url == address("plan_new") and not Plan.objects.exists()


def test_next_years_plan_is_begun_beside_this_years(as_lan, school):
    coming = CycleFactory(year=2027, status="planning")
    UnitYearFactory(cycle=coming, unit=school)

    page = as_lan.get(address("plan_new"))
    as_lan.post(address("plan_new"), {"kind": "annual", "period": "0", "year": "2027"})

    assert [cycle.year for cycle, _chain in page.context["chains"]] == [2026, 2027]
    assert Plan.objects.get().cycle == coming


def test_a_month_is_written_as_lines_and_filed(as_lan, year, school):
    DutyFactory(cycle=year, unit=school, kind="monthly_plan", period=5)
    as_lan.post(address("plan_new"), {"kind": "monthly", "period": "5"})
    plan = Plan.objects.get()
    page = as_lan.get(address("plan_edit", plan.pk))
    as_lan.post(address("plan_edit", plan.pk), filled(plan, check="1"))

    as_lan.post(address("plan_submit", plan.pk))

    assert list(page.context["items"].forms[0].fields) == ["what", "owner", "id", "DELETE", "plan"]
    plan.refresh_from_db()
    assert (plan.status, plan.items.get().overseer) == ("accepted", "")


# changed again


@pytest.fixture
def amending(waiting, lan, rui):
    """Accepted, and changed since in its first item."""
    plan = plans.amend(plans.accept(waiting, by=rui), by=lan, note="上级新部署")
    first, second = plan.items.all()
    items = [{"pk": first.pk, "what": "换了说法"}, {"pk": second.pk}]
    return plans.edit(plan, seen=plan.version, goals="换了目标", items=items, by=lan)


def test_an_accepted_plan_is_changed_for_a_reason(client, lan, rui, waiting):
    plans.accept(waiting, by=rui)
    client.force_login(lan)

    without = client.post(address("plan_amend", waiting.pk), {"note": " "})
    begun = client.post(address("plan_amend", waiting.pk), {"note": "上级新部署"})

    assert without.url == address("plan", waiting.pk)
    assert begun.url == address("plan_edit", waiting.pk)
    assert Plan.objects.get().status == "amending"


@pytest.mark.parametrize("reader", ["rui", "guan", "lin"])
def test_others_read_the_accepted_edition_while_a_plan_is_changed(client, amending, request, reader):
    client.force_login(request.getfixturevalue(reader))

    page = client.get(address("plan", amending.pk))

    assert page.context["text"].edition.number == 1
    assert "换了" not in page.content.decode()


def test_the_trail_keeps_to_the_unit_what_it_has_not_handed_in_again(client, lan, ou, rui, amending):
    client.force_login(ou)

    while_writing = client.get("/trail/").content.decode()
    plans.submit(amending, by=lan)
    handed_in = client.get("/trail/").content.decode()

    assert "上级新部署" in while_writing and "换了" not in while_writing
    assert "换了说法" in handed_in


@pytest.mark.parametrize("reader", ["lan", "qiao"])
def test_the_unit_reads_what_it_is_writing(client, amending, request, reader):
    client.force_login(request.getfixturevalue(reader))

    page = client.get(address("plan", amending.pk))

    assert "换了说法" in page.content.decode() and page.context["text"].edition is None


def test_an_old_edition_stays_with_what_the_next_one_changed(client, lan, rui, amending):
    amending = plans.edit(
        amending, seen=amending.version, goals="换了目标", by=lan,
        items=[{"pk": item.pk} for item in amending.items.all()],
    )  # fmt: skip
    plans.accept(plans.submit(amending, by=lan), by=rui)
    client.force_login(rui)

    first = client.get(address("plan_edition", amending.pk, 1))
    second = client.get(address("plan_edition", amending.pk, 2))

    assert [change.number for change in first.context["changes"]] == [0, 1]
    assert second.context["changes"] == [] and second.context["next"] is None
    assert client.get(address("plan_edition", amending.pk, 3)).status_code == 404


# looked back at


def test_looking_back_says_of_every_item_how_it_went(client, lan, rui, year, school, waiting):
    duty = DutyFactory(cycle=year, unit=school, kind="look_back")
    plan = plans.accept(waiting, by=rui)
    client.force_login(lan)
    first, second = plan.items.all()
    said = {"version": plan.version, "found": "载体不足", f"outcome_{first.pk}": "done",
            f"note_{first.pk}": "四次", f"outcome_{second.pk}": "under_way"}  # fmt: skip

    refused = client.post(address("plan_look_back", plan.pk), said | {f"outcome_{first.pk}": ""})
    client.post(address("plan_look_back", plan.pk), said)
    page = client.get(address("plan", plan.pk))

    assert refused.status_code == 200 and list(refused.context["form"].errors) == [f"outcome_{first.pk}"]
    duty.refresh_from_db()
    assert duty.fulfilled_by == lan
    assert "载体不足" in page.content.decode()


# the same as last year


def test_both_sides_are_told_what_is_the_same_as_last_year(client, lan, rui, year, school, waiting):
    before = PlanFactory(cycle=CycleFactory(year=2025, status="closed"), unit=school, accepted=True)
    item = waiting.items.first()
    PlanItemFactory(plan=before, what=item.what)
    client.force_login(rui)
    office = client.get(address("plan_decide", waiting.pk)).content.decode()
    plans.withdraw(waiting, by=lan)
    client.force_login(lan)
    unit = client.get(address("plan_submit", waiting.pk)).content.decode()

    for page in (office, unit):
        assert page.count(f"“{item.what}”") == 1
