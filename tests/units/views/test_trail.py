"""The trail of everything, on a page."""

import pytest
from django.urls import reverse

from civportal.lib import clock
from tests.factories import AccountRequestFactory, EntryFactory, UnitFactory
from units.actions import trail
from units.models import Category, TrailEvent, User

TRAIL = reverse("units:trail")

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_shen(client, shen):
    client.force_login(shen)
    return client


def told(client, **asked):
    return client.get(TRAIL, asked).context["lines"]


def verbs(client, **asked):
    return [line.event.verb for line in told(client, **asked)]


def test_the_newest_line_stands_first_with_all_it_says(as_shen, school, rui, ou):
    trail.record(school, "edit", by=rui, changes={"name": ["一小", "云泽县第一小学"]})
    trail.record(school, "rename", by=ou, note="按批复更名")

    first, second = told(as_shen)

    assert (first.event.by, first.about, first.note) == (ou, school.name, "按批复更名")
    assert first.href == school.get_absolute_url()
    assert [(old, new) for _label, old, new in second.changes] == [("一小", "云泽县第一小学")]


def test_telephone_numbers_are_masked(as_shen, school, rui):
    changes = {"mobile": ["13900010001", "13900010002"], "tel": ["8810011", "0999-8810012"]}
    trail.record(school, "edit", by=rui, changes=changes, note="来电 13900010003")

    page = as_shen.get(TRAIL).content.decode()

    assert "139****0001" in page and "139****0002" in page and "139****0003" in page
    assert "13900010001" not in page and "8810011" not in page and "8810012" not in page


def test_a_draft_stays_its_units_own(as_shen, school, lan):
    entry = EntryFactory(unit=school, title="还没交的")
    trail.record(entry, "edit", by=lan, note="草稿里的话", changes={"text": ["", "草稿里的字"]})

    [line] = told(as_shen)
    page = as_shen.get(TRAIL).content.decode()

    assert line.is_hidden and line.record is None and line.changes == []
    assert "还没交的" not in page and "草稿里" not in page


def test_what_is_kept_for_others_is_not_shown(client, as_shen, admin, shen):
    request = AccountRequestFactory(name="想开账号的人")
    trail.record(request, "ask", by=User.objects.system(), note="想开账号的人要账号")

    [line] = told(as_shen)
    assert line.is_hidden and line.note == "" and "想开账号的人" not in line.about

    client.force_login(admin)
    assert [it.is_hidden for it in told(client)] == [False]


def test_a_draft_that_was_thrown_away_says_nothing(as_shen, school, lan):
    entry = EntryFactory(unit=school)
    trail.record(entry, "edit", by=lan, changes={"text": ["", "草稿里的字"]})
    entry.delete()

    [line] = told(as_shen)

    assert line.is_hidden and line.changes == []


def test_what_is_handed_in_is_told(as_shen, school, lan):
    entry = EntryFactory(unit=school, submitted=True)
    trail.record(entry, "submit", by=lan, note="请审")

    [line] = told(as_shen)

    assert (line.about, line.note, line.is_hidden) == (entry.title, "请审", False)


def test_a_record_that_is_gone_keeps_its_history(as_shen, admin):
    unit = UnitFactory()
    trail.record(unit, "delete", by=admin, changes={"name": [unit.name, ""]})
    name = unit.name
    unit.delete()

    [line] = told(as_shen)

    assert line.record is None and not line.is_hidden and line.href == ""
    assert [old for _label, old, _new in line.changes] == [name]


def test_what_has_no_page_has_no_link(as_shen, admin):
    trail.record(Category.objects.first(), "edit", by=admin)

    [line] = told(as_shen)

    assert line.href == "" and line.about


def test_the_system_is_named_and_leads_nowhere(as_shen, school):
    trail.record(school, "edit", by=User.objects.system())

    page = as_shen.get(TRAIL).content.decode()

    assert "系统" in page and User.objects.system().get_absolute_url() not in page


def test_words_of_choices_and_answers_are_the_readers(as_shen, school, rui, in_english):
    changes = {
        "participation": ["required", "participating"],
        "has_window": [False, True],
        "tags": [[], ["a", "b"]],
    }
    trail.record(school, "edit", by=rui, changes=changes)

    page = told(as_shen)[0].changes

    # PostgreSQL keeps what changed in an order of its own.
    said = {(str(old), str(new)) for _label, old, new in page}
    assert said == {("should take part", "takes part"), ("no", "yes"), ("", "a、b")}


def test_the_list_is_narrowed(as_shen, school, rui, ou, lan):
    trail.record(school, "edit", by=rui)
    trail.record(school, "unmask", by=lan)
    trail.record(ou, "export", by=ou)

    assert verbs(as_shen, who="芮") == ["edit"]
    assert verbs(as_shen, who="lan") == ["unmask"]
    assert verbs(as_shen, act="protected") == ["export", "unmask"]
    assert verbs(as_shen, act=":edit") == ["edit"]
    assert verbs(as_shen, act="units.unit:unmask") == ["unmask"]
    assert verbs(as_shen, act="units.user:unmask", kind="units.user") != ["unmask"]
    assert verbs(as_shen, kind="units.user") == ["export"]


def test_the_days_are_those_of_china(as_shen, school, rui):
    for day, verb in (("2026-05-31T15:59:59+00:00", "edit"), ("2026-05-31T16:00:00+00:00", "rename")):
        with clock.at(clock.datetime.fromisoformat(day)):
            trail.record(school, verb, by=rui)

    assert verbs(as_shen, since="2026-06-01") == ["rename"]
    assert verbs(as_shen, until="2026-05-31") == ["edit"]
    assert verbs(as_shen, since="2026-05-31", until="2026-06-01") == ["rename", "edit"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "nonsense", "²"])
def test_a_day_that_no_calendar_means_narrows_nothing(as_shen, school, rui, day):
    trail.record(school, "edit", by=rui)

    assert verbs(as_shen, since=day, until=day) == ["edit"]


def test_an_unlikely_question_has_an_empty_answer(as_shen, school, rui):
    trail.record(school, "edit", by=rui)

    assert (
        "没有" in as_shen.get(TRAIL, {"who": "无此人"}).content.decode() or verbs(as_shen, who="无此人") == []
    )


def test_the_list_goes_on_by_key(as_shen, school, rui):
    for _ in range(51):
        trail.record(school, "edit", by=rui)

    first = as_shen.get(TRAIL).context["page"]
    second = as_shen.get(f"{TRAIL}?{first.next_query}").context["page"]

    assert (len(first), len(second)) == (50, 1)
    assert not set(first) & set(second)


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same_however_long(as_shen, rui, rows, django_assert_num_queries):
    for unit in UnitFactory.create_batch(rows):
        trail.record(unit, "edit", by=rui, changes={"name": ["a", "b"]})

    # session, person, roles, lines, records of their one kind, unread
    with django_assert_num_queries(6):
        assert len(as_shen.get(TRAIL).context["lines"]) == rows


@pytest.mark.parametrize("who", ["rui", "lan", "guan", "lin", "xun", "qiao", "dai"])
def test_the_trail_is_for_administrator_director_and_auditor(client, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(TRAIL).status_code == 403


def test_looking_leaves_no_line(as_shen, school, rui):
    trail.record(school, "edit", by=rui)

    as_shen.get(TRAIL)

    assert TrailEvent.objects.count() == 1
