"""Creation rules and work plans as files of a plan: in its editions, and never lost from one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import evidence, plan_text
from assessments.actions import plan as plans
from assessments.models import EvidenceFile, Plan
from civportal.lib import files as store
from tests.factories import (
    CycleFactory,
    DutyFactory,
    EntryFactory,
    EvidenceFactory,
    PlanFactory,
    PlanItemFactory,
    files,
)
from units.actions.move import MoveNotAllowed
from units.models import TrailEvent

POINTS = "第一阶段：动员部署\n第二阶段：全面创建"


@pytest.fixture
def plan(year, school):
    DutyFactory(cycle=year, unit=school)
    plan = PlanFactory(cycle=year, unit=school)
    PlanItemFactory(plan=plan)
    return plan


def upload(plan, name="创建细则.pdf", content=None, *, by):
    return evidence.add(plan, files.upload(name, content or files.pdf()), by=by)


def written(plan, key_points, *, by):
    """The plan saved with what its files come to, and else as it is."""
    plan.refresh_from_db()
    items = [
        {"pk": item.pk, **{name: getattr(item, name) for name in plan_text.ITEM_FIELDS}}
        for item in plan.items.all()
    ]
    said = {"goals": plan.goals, "items": items, "key_points": key_points}
    return plans.edit(plan, seen=plan.version, **said, by=by)


def names(plan):
    return [file.name for file in plan.attachments]


def names_of(text):
    return [file.name for file in text.files]


@pytest.fixture
def accepted(plan, lan, rui):
    """With the creation rules in its first edition."""
    upload(plan, by=lan)
    return plans.accept(plans.submit(plan, by=lan), by=rui)


@pytest.fixture
def amending(accepted, lan):
    return plans.amend(accepted, by=lan, note="细则修订")


def test_a_file_of_a_plan_can_be_read_again_and_is_a_line_of_history(plan, lan):
    content = files.pdf()

    file = upload(plan, content=content, by=lan)

    with store.open_file(EvidenceFile.FOLDER, file.sha256) as again:
        assert again.read() == content
    line = TrailEvent.objects.about(plan).last()
    assert (line.verb, line.note, line.changes) == ("add_file", "创建细则.pdf", {"sha256": ["", file.sha256]})


def test_the_key_points_are_saved_with_the_plan(plan, lan):
    file = upload(plan, by=lan)

    written(plan, {file.pk: POINTS}, by=lan)

    file.refresh_from_db()
    assert file.key_points == POINTS
    assert TrailEvent.objects.about(plan).last().changes == {"file 1": ["", POINTS]}


def test_accepting_freezes_the_files_with_the_edition(plan, lan, rui):
    file = upload(plan, by=lan)
    plan = plans.submit(written(plan, {file.pk: POINTS}, by=lan), by=lan)

    plan = plans.accept(plan, by=rui)

    file.refresh_from_db()
    kept = {"pk": file.pk, "name": file.name, "kind": "pdf", "size": file.size, "sha256": file.sha256}
    assert plan.editions.get().files == [{**kept, "key_points": POINTS}]
    assert file.since_edition == 1


def test_an_amendment_keeps_the_files_of_the_edition_before(amending, lan, rui):
    (old,) = amending.attachments

    evidence.remove(old, by=lan)
    upload(amending, "创建细则（修订）.pdf", files.pdf(pages=2), by=lan)
    plan = plans.accept(plans.submit(amending, by=lan), by=rui)

    first, second = plan.editions.order_by("number")
    assert names(plan) == names_of(plan_text.as_kept(second)) == ["创建细则（修订）.pdf"]
    assert names_of(plan_text.as_kept(first)) == ["创建细则.pdf"]
    assert store.exists(EvidenceFile.FOLDER, EvidenceFile.every.get(pk=old.pk).sha256)
    changes = plan_text.differences(*(plan_text.of_edition(it) for it in (first, second)))
    assert [(change.kind, change.of, change.title) for change in changes] == [
        ("added", "file", "创建细则（修订）.pdf"),
        ("dropped", "file", "创建细则.pdf"),
    ]


def test_new_key_points_leave_those_of_the_edition_alone(amending, lan):
    (old,) = amending.attachments

    plan = written(amending, {old.pk: POINTS}, by=lan)

    old.refresh_from_db()
    (new,) = plan.attachments
    assert (old.key_points, new.key_points, new.sha256) == ("", POINTS, old.sha256)
    assert [change.title for change in plan_text.since_returned(plan)] == ["创建细则.pdf"]


def test_readers_see_the_files_of_the_edition_in_force(amending, lan):
    upload(amending, "草稿.pdf", files.pdf(pages=2), by=lan)

    assert names_of(plan_text.in_force(amending)) == ["创建细则.pdf"]
    assert names_of(plan_text.as_it_is(amending)) == ["创建细则.pdf", "草稿.pdf"]


def test_a_file_that_was_in_no_edition_is_gone_when_it_is_taken_off(plan, lan):
    file = upload(plan, by=lan)

    evidence.remove(file, by=lan)

    assert not EvidenceFile.objects.exists()


def test_a_plan_that_was_handed_in_takes_and_loses_no_file(plan, lan):
    file = upload(plan, by=lan)
    plan = plans.submit(plan, by=lan)

    with pytest.raises(MoveNotAllowed):
        upload(plan, "再来一份.pdf", files.pdf(pages=2), by=lan)
    with pytest.raises(MoveNotAllowed):
        evidence.remove(file, by=lan)


def test_after_a_return_of_single_items_files_can_be_added_and_those_of_before_stay(plan, lan, rui):
    file = upload(plan, by=lan)
    plan = plans.submit(plan, by=lan)
    plan = plans.decide(plan, reasons={plan.items.get().pk: "请附工作计划"}, by=rui)

    upload(plan, "工作计划.pdf", files.pdf(pages=2), by=lan)
    plan = written(plan, {file.pk: POINTS}, by=lan)
    with pytest.raises(MoveNotAllowed):
        evidence.remove(file, by=lan)

    assert names(plan) == ["创建细则.pdf", "工作计划.pdf"]
    assert [file.key_points for file in plan.attachments] == ["", ""]


def test_a_new_file_answers_a_return_of_the_whole(plan, lan, rui, in_english):
    plan = plans.decide(plans.submit(plan, by=lan), reasons={}, goals_note="请附创建细则", by=rui)
    assert plan_text.gaps(plan) == ["The office asks for more than single items: 请附创建细则"]

    upload(plan, by=lan)

    assert plan_text.gaps(plan) == []


def test_a_month_is_a_few_lines_without_files(year, school, lan, in_english):
    month = PlanFactory(cycle=year, unit=school, kind=Plan.Kind.MONTHLY, period=3)

    with pytest.raises(ValidationError, match="few lines"):
        upload(month, by=lan)


def test_the_same_file_twice_and_one_too_many_are_refused_in_words(plan, lan, monkeypatch, in_english):
    content = files.pdf()
    upload(plan, content=content, by=lan)
    with pytest.raises(ValidationError, match="The plan has this file already"):
        upload(plan, "另一个名字.pdf", content, by=lan)

    monkeypatch.setattr(Plan, "MAX_FILES", 1)
    with pytest.raises(ValidationError, match="A plan holds 1 files at most"):
        upload(plan, "工作计划.pdf", files.pdf(pages=2), by=lan)


def test_last_years_file_is_pointed_out(plan, school, lan, in_english):
    before = PlanFactory(cycle=CycleFactory(year=2025, status="closed"), unit=school, accepted=True)
    content = files.pdf()
    EvidenceFactory(entry=None, plan=before, content=content, kind="pdf", since_edition=1)

    upload(plan, "今年的细则.pdf", content, by=lan)

    assert plan_text.repeats(plan)[-1] == "The file “今年的细则.pdf” is last year's."


def test_the_database_keeps_a_file_with_one_owner(plan, school, year):
    file = EvidenceFactory(entry=None, plan=plan)

    for wrong in ({"plan": None}, {"entry": EntryFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceFile.objects.filter(pk=file.pk).update(**wrong)
