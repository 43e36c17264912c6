"""The files of a plan in the browser's terms."""

import pytest
from django.urls import reverse

from assessments.actions import plan as plans
from assessments.models import EvidenceFile
from tests.factories import DutyFactory, EvidenceFactory, PlanFactory, PlanItemFactory, UnitYearFactory, files

FRAGMENT = {"HX-Request": "true"}


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def plan(year, school):
    UnitYearFactory(cycle=year, unit=school)
    DutyFactory(cycle=year, unit=school)
    plan = PlanFactory(cycle=year, unit=school)
    PlanItemFactory(plan=plan)
    return plan


@pytest.fixture
def rules(plan):
    """The creation rules in the plan, as a photo, with what they come to."""
    return EvidenceFactory(entry=None, plan=plan, name="创建细则.jpg", key_points="第一阶段：动员部署")


@pytest.fixture
def as_lan(client, lan):
    client.force_login(lan)
    return client


def test_a_file_is_added_on_the_page_on_which_the_plan_is_written(as_lan, plan):
    file = files.upload("创建细则.pdf", files.pdf())

    response = as_lan.post(address("plan_file_add", plan.pk), {"files": file}, headers=FRAGMENT)

    assert response.status_code == 200
    assert f'name="key_points_{plan.attachments.get().pk}"' in response.content.decode()
    assert "创建细则.pdf" in as_lan.get(address("plan_edit", plan.pk)).content.decode()


def test_a_file_that_is_no_file_is_refused_in_words(as_lan, plan):
    response = as_lan.post(
        address("plan_file_add", plan.pk), {"files": files.upload("空.pdf", b"")}, headers=FRAGMENT
    )

    assert "空.pdf" in response.content.decode()
    assert not EvidenceFile.objects.exists()


def test_the_key_points_are_written_beside_the_file(as_lan, plan, rules):
    said = {f"key_points_{rules.pk}": "一季度：部署", "goals": "争创", "version": plan.version}
    item = plan.items.get()
    fields = ("what", "carrier", "owner", "overseer", "due_on", "measure", "proof", "serves")
    said |= {f"items-0-{name}": getattr(item, name) for name in fields}
    management = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 1, "items-0-id": item.pk}

    as_lan.post(address("plan_edit", plan.pk), {**said, **management})

    rules.refresh_from_db()
    assert rules.key_points == "一季度：部署"


def test_what_was_typed_beside_a_file_survives_a_mistake_elsewhere(as_lan, plan, rules):
    management = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0}
    same = {"items-0-what": "讲堂", "items-0-owner": "校长", "items-0-overseer": "校长"}
    said = {f"key_points_{rules.pk}": "一季度：部署", "goals": "争创", "version": plan.version}

    page = as_lan.post(address("plan_edit", plan.pk), {**management, **same, **said})

    assert "一季度：部署" in page.content.decode()


def test_the_unit_takes_a_file_off_again(as_lan, plan, rules):
    as_lan.post(address("evidence_remove", rules.pk))

    assert not plan.attachments.exists()


@pytest.mark.parametrize("page", ["plan", "plan_decide"])
def test_the_office_reads_the_files_and_what_they_come_to(client, rui, plan, rules, lan, page):
    plans.submit(plan, by=lan)
    client.force_login(rui)

    text = client.get(address(page, plan.pk)).content.decode()

    assert "创建细则.jpg" in text and "第一阶段：动员部署" in text
    assert address("evidence_remove", rules.pk) not in text


def test_an_old_edition_still_leads_to_its_file(as_lan, plan, rules, rui, lan):
    plan = plans.accept(plans.submit(plan, by=lan), by=rui)
    plans.amend(plan, by=lan, note="细则修订")

    as_lan.post(address("evidence_remove", rules.pk))

    page = as_lan.get(address("plan_edition", plan.pk, 1)).content.decode()
    assert "创建细则.jpg" in page and address("evidence", rules.pk) in page
    assert as_lan.get(address("evidence", rules.pk)).status_code == 200
    assert "创建细则.jpg" in as_lan.get(address("evidence_preview", rules.pk)).content.decode()


def test_while_the_unit_changes_it_nobody_else_finds_the_new_file(client, plan, rules, rui, lan):
    plan = plans.accept(plans.submit(plan, by=lan), by=rui)
    plan = plans.amend(plan, by=lan, note="细则修订")
    new = EvidenceFactory(entry=None, plan=plan, name="还没交.jpg")
    client.force_login(rui)

    assert client.get(address("evidence", new.pk)).status_code == 404
    assert client.get(address("evidence", rules.pk)).status_code == 200
    assert "还没交" not in client.get(address("plan", plan.pk)).content.decode()


def test_the_file_of_a_foreign_plan_answers_like_an_absent_one(client, mei, plan, rules, lan):
    plans.submit(plan, by=lan)
    client.force_login(mei)

    ways = [("get", "evidence"), ("get", "evidence_preview"), ("post", "evidence_remove")]
    for verb, name in ways:
        assert getattr(client, verb)(address(name, rules.pk)).status_code == 404, name
    assert client.get(address("evidence_page", rules.pk, 1)).status_code == 404


@pytest.mark.parametrize("reader", ["rui", "shen", "guan", "qiao"])
def test_who_reads_a_plan_changes_none_of_its_files(client, request, plan, rules, lan, reader):
    plans.submit(plan, by=lan)
    client.force_login(request.getfixturevalue(reader))

    assert client.get(address("evidence", rules.pk)).status_code == 200
    assert client.post(address("evidence_remove", rules.pk)).status_code == 403
    assert client.post(address("plan_file_add", plan.pk)).status_code == 403


def test_the_list_counts_the_files_a_plan_has_now(client, rui, plan, rules, lan):
    plan = plans.accept(plans.submit(plan, by=lan), by=rui)
    EvidenceFactory(entry=None, plan=plan, since_edition=1, removed_at=plan.submitted_at)
    PlanItemFactory(plan=plan)
    client.force_login(rui)

    (listed,) = client.get(address("plans")).context["page"]

    assert (listed.item_count, listed.file_count) == (2, 1)


@pytest.mark.parametrize("name", ["plan", "plan_edit"])
def test_a_page_of_a_plan_asks_as_often_for_many_files_as_for_one(
    as_lan, plan, rules, name, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(40) as asked:
            as_lan.get(address(name, plan.pk))
        return len(asked)

    queries()
    of_one = queries()
    EvidenceFactory.create_batch(4, entry=None, plan=plan)

    assert queries() == of_one
