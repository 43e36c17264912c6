"""Merging, splitting, dissolving: what will happen is shown first."""

import pytest
from django.urls import reverse

from assessments.actions import cycle as cycles
from assessments.models import Award
from tests.factories import AwardFactory, EntryFactory
from units.models import LifeAct, Unit

pytestmark = pytest.mark.django_db

SAID = {"on": "2026-05-01", "document_number": "云编发〔2026〕3号", "seen": 0}


@pytest.fixture
def desk(client, ou):
    client.force_login(ou)
    return client


def post(client, act, unit, **said):
    return client.post(reverse(f"assessments:unit_{act}", args=[unit.pk]), SAID | said)


def test_what_will_pass_on_is_shown_before_anything_is_written(desk, year, school, bank, mei, ou):
    cycles.enrol_missing(year, by=ou)
    EntryFactory(cycle=year, unit=bank, submitted=True)
    AwardFactory(unit=bank)

    html = post(desk, "merge", bank, into=school.name).content.decode()

    ((gone, outlook),) = desk.post(
        reverse("assessments:unit_merge", args=[bank.pk]), SAID | {"into": school.name}
    ).context["outlooks"]
    assert gone == bank and (outlook.people, outlook.open_records, outlook.awards) == (1, 1, 1)
    assert school.name in html and 'name="go_ahead"' in html
    assert not LifeAct.objects.exists()


def test_a_confirmed_merger_happens_and_leads_to_the_unit_that_goes_on(desk, year, school, bank):
    response = post(desk, "merge", bank, into=school.name, go_ahead=1)

    assert response.url == school.get_absolute_url()
    assert Unit.objects.get(pk=bank.pk).has_ended


def test_a_second_click_merges_nothing_twice(desk, year, school, bank):
    post(desk, "merge", bank, into=school.name, go_ahead=1)

    assert post(desk, "merge", bank, into=school.name, go_ahead=1).status_code == 403
    assert LifeAct.objects.count() == 1


def test_several_units_become_a_new_one(desk, year, school, bank):
    response = post(desk, "merge", bank, name="云泽县新单位", others=f"{school.name}\n", go_ahead=1)

    new = Unit.objects.get(name="云泽县新单位")
    assert response.url == new.get_absolute_url()
    assert {link.before for link in new.predecessors.all()} == {school, bank}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "into"),
        ({"into": "云泽县第一小学", "name": "新", "others": "云泽县第一小学"}, "into"),
        ({"name": "新单位"}, "others"),
        ({"into": "没有的单位"}, "into"),
        ({"into": "云泽县农商银行"}, None),
        ({"into": "云泽县第一小学", "on": "2999-01-01"}, "on"),
        ({"into": "云泽县第一小学", "document_number": "无号"}, "document_number"),
    ],
)
def test_a_merger_that_cannot_be_is_refused_at_its_field(desk, year, school, bank, said, field):
    response = post(desk, "merge", bank, **said, go_ahead=1)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {field or "__all__"}
    assert not Unit.objects.get(pk=bank.pk).has_ended


def test_entries_can_be_changed_again_after_the_look(desk, year, school, bank):
    response = post(desk, "merge", bank, into=school.name, again=1)

    assert 'name="go_ahead"' not in response.content.decode()
    assert school.name in response.content.decode()


def test_a_unit_is_split_and_one_is_dissolved(desk, year, school, bank):
    looked = post(desk, "split", bank, names="甲行\n乙行")
    split = post(desk, "split", bank, names="甲行\n乙行", go_ahead=1)
    dissolved = post(desk, "dissolve", school, go_ahead=1)

    assert "甲行" in looked.content.decode()
    assert split.url == Unit.objects.get(name="甲行").get_absolute_url()
    assert dissolved.url == school.get_absolute_url()
    assert set(Unit.objects.existing().values_list("name", flat=True)) == {"甲行", "乙行"}


def test_an_honor_that_waits_is_passed_on_by_a_decision(desk, year, school, bank):
    award = AwardFactory(unit=bank)
    post(desk, "merge", bank, into=school.name, go_ahead=1)
    award.refresh_from_db()
    address = reverse("assessments:award_recognize", args=[award.pk])
    said = {"successor": school.pk, "document_number": "云文明委〔2026〕9号", "decided_on": "2026-06-01"}

    asked = desk.get(address)
    response = desk.post(address, said | {"version": award.version})

    assert school.name in asked.content.decode()
    assert response.url == Award.objects.get(unit=school).get_absolute_url()
    assert desk.get(address).status_code == 403, "decided on once"


def test_an_honor_that_waits_can_be_let_end(desk, year, school, bank):
    award = AwardFactory(unit=bank)
    post(desk, "merge", bank, into=school.name, go_ahead=1)
    award.refresh_from_db()
    address = reverse("assessments:award_terminate", args=[award.pk])

    desk.post(address, {"note": "", "version": award.version})
    desk.post(address, {"note": "不再保留", "version": award.version})

    award.refresh_from_db()
    assert (award.status, award.ended_note) == ("terminated", "不再保留")


def test_a_recognition_that_cannot_be_is_said_at_its_field(desk, year, school, bank):
    award = AwardFactory(unit=bank)
    post(desk, "merge", bank, into=school.name, go_ahead=1)
    award.refresh_from_db()
    said = {"successor": school.pk, "document_number": "云文明委〔2026〕9号", "version": award.version}

    response = desk.post(
        reverse("assessments:award_recognize", args=[award.pk]), said | {"decided_on": "2026-04-01"}
    )

    assert "decided_on" in response.context["form"].errors


def test_the_catalogue_counts_what_was_held_on_a_day(desk, year, school):
    award = AwardFactory(unit=school, granted_on="2026-03-01")

    def held(**asked):
        items = desk.get(reverse("assessments:honors"), asked).context["items"]
        return items.get(pk=award.item_id).held_count

    assert (held(at="2026-02-28"), held(at="2026-03-01"), held()) == (0, 1, 1)


def test_the_roll_is_asked_as_at_a_day_by_everybody(client, db, school):
    AwardFactory(unit=school, granted_on="2026-03-01", unit_name="当时持有")
    roll = reverse("assessments:public_roll")

    assert "当时持有" not in client.get(roll, {"at": "2026-02-28"}).content.decode()
    assert "当时持有" in client.get(roll, {"at": "2026-03-01"}).content.decode()
