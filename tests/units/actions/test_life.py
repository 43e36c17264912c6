"""Renamed, changed, merged, split, dissolved; and how it was on any day before."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from civportal.lib.clock import today
from tests.factories import LiaisonFactory, UnitFactory, WindowFactory
from tests.threads import at_once
from units.actions import life
from units.actions import unit as units
from units.actions.editing import ChangedMeanwhile
from units.models import LifeAct, Membership, TrailEvent, Unit, UnitPast
from units.models.life import as_they_were, existing_on, was

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
DOCUMENT = "云编发〔2026〕3号"


def rename(unit, name, on=MARCH, by=None):
    return life.rename(unit, name, on=on, document_number=DOCUMENT, by=by)


def merge(gone, into=None, on=MAY, by=None, **more):
    return life.merge(gone, into=into, on=on, document_number=DOCUMENT, by=by, **more)


def name_on(unit, day):
    (then,) = as_they_were([Unit.objects.get(pk=unit.pk)], day)
    return then.name


def refused(field, act, *args, **kwargs):
    """The sentence with which the act is refused, at that field; "" is the form as a whole."""
    with pytest.raises(ValidationError) as refusal:
        act(*args, **kwargs)
    if not field:
        return " ".join(refusal.value.messages)
    return " ".join(refusal.value.message_dict[field])


# renamed


def test_a_renamed_unit_bears_the_old_name_until_the_day_before(school, ou):
    rename(school, "云泽县实验小学", by=ou)

    assert name_on(school, MARCH - timedelta(days=1)) == "云泽县第一小学"
    assert name_on(school, MARCH) == "云泽县实验小学"
    assert Unit.objects.get(pk=school.pk).name == "云泽县实验小学"


def test_the_old_name_still_finds_it_and_says_until_when(school, ou):
    rename(school, "云泽县实验小学", by=ou)

    former = school.names.get()
    assert (former.name, former.is_alias, former.to_on) == ("云泽县第一小学", False, MARCH)


def test_of_two_renames_each_has_its_time(school, ou):
    rename(school, "甲小学", on=MARCH, by=ou)
    rename(school, "乙小学", on=JULY, by=ou)

    assert [name_on(school, day) for day in (MARCH - timedelta(1), MARCH, JULY - timedelta(1), JULY)] == [
        "云泽县第一小学",
        "甲小学",
        "甲小学",
        "乙小学",
    ]
    assert list(school.names.values_list("name", "from_on", "to_on")) == [
        ("云泽县第一小学", None, MARCH),
        ("甲小学", MARCH, JULY),
    ]


def test_two_renames_of_one_day_leave_no_day_between(school, ou):
    rename(school, "甲小学", by=ou)
    rename(school, "乙小学", by=ou)

    assert UnitPast.objects.filter(unit=school).count() == 1
    assert name_on(school, MARCH - timedelta(1)) == "云泽县第一小学"


def test_a_rename_is_history_with_its_document(school, ou):
    life.rename(school, "甲小学", on=MARCH, document_number="云编发[2026] 3 号", note="区划调整", by=ou)

    event = TrailEvent.objects.about(school).get()
    assert (event.verb, event.changes) == ("rename", {"name": ["云泽县第一小学", "甲小学"]})
    assert "云编发〔2026〕3号" in event.note and "区划调整" in event.note


@pytest.mark.parametrize(
    ("name", "on", "document", "field", "words"),
    [
        ("云泽县第一小学", MARCH, DOCUMENT, "name", "already"),
        ("  ", MARCH, DOCUMENT, "name", "Enter"),
        ("长" * 101, MARCH, DOCUMENT, "name", "100"),
        ("云泽县农商银行", MARCH, DOCUMENT, "name", "same supervisor"),
        ("甲小学", MARCH, "无", "document_number", "number of the document"),
        ("甲小学", date(2999, 1, 1), DOCUMENT, "on", "not come yet"),
        ("甲小学", date(1949, 1, 1), DOCUMENT, "on", "exists only since"),
    ],
)
def test_a_rename_that_cannot_be_is_refused_in_words(school, bank, ou, name, on, document, field, words):
    school.founded_on = date(1999, 9, 1)
    school.save()

    sentence = refused(field, life.rename, school, name, on=on, document_number=document, by=ou)

    assert words in sentence
    assert not LifeAct.objects.exists() and not TrailEvent.objects.about(school).exists()


def test_a_rename_before_a_later_one_is_refused_and_names_the_day(school, ou):
    rename(school, "甲小学", on=MAY, by=ou)

    assert "1 May 2026" in refused("on", rename, school, "乙小学", on=MARCH, by=ou)


def test_the_second_clerk_is_told_what_the_first_changed(school, ou, rui):
    units.edit(school, {"contact": "赵梅"}, by=rui)

    with pytest.raises(ChangedMeanwhile):
        life.rename(school, "甲小学", on=MARCH, document_number=DOCUMENT, by=ou, seen=0)


# changed from a day on


def test_a_change_of_leaders_is_known_for_every_day(school, rui):
    units.edit(school, {"top_leader": "周山"}, by=rui)

    life.change(school, {"top_leader": "吴海"}, on=MAY, by=rui)

    (before,) = as_they_were([Unit.objects.get(pk=school.pk)], MAY - timedelta(1))
    (after,) = as_they_were([Unit.objects.get(pk=school.pk)], MAY)
    assert (before.top_leader, after.top_leader) == ("周山", "吴海")


def test_what_did_not_change_again_may_be_entered_late(school, rui):
    """The supervisor changed in March is entered after the rename of May: both have their time."""
    above = UnitFactory(name="县教育局")
    rename(school, "甲小学", on=MAY, by=rui)

    life.change(school, {"supervisor": above}, on=MARCH, by=rui)

    april = date(2026, 4, 1)
    (then,) = as_they_were([Unit.objects.get(pk=school.pk)], april)
    assert (then.name, then.supervisor) == ("云泽县第一小学", above)
    (first,) = as_they_were([Unit.objects.get(pk=school.pk)], date(2026, 2, 1))
    assert first.supervisor is None


def test_a_correction_is_no_change_it_was_always_so(school, rui):
    rename(school, "甲小学", on=MAY, by=rui)
    units.edit(school, {"address": "人民路1号"}, by=rui)

    assert UnitPast.objects.count() == 1


def test_a_change_of_nothing_is_refused(school, rui):
    assert "Nothing" in refused("", life.change, school, {"top_leader": ""}, on=MAY, by=rui)


def test_nobody_stands_above_the_own_supervisor(school, bank, rui):
    life.change(bank, {"supervisor": school}, on=MARCH, by=rui)

    sentence = refused("supervisor", life.change, school, {"supervisor": bank}, on=MARCH, by=rui)

    assert "stands below" in sentence


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_close_no_circle(school, bank, rui, ou):
    at_once(
        lambda: life.change(bank, {"supervisor": school}, on=MARCH, by=rui),
        lambda: life.change(school, {"supervisor": bank}, on=MARCH, by=ou),
    )

    standing = Unit.objects.filter(pk__in=[school.pk, bank.pk], supervisor__isnull=False)
    assert standing.count() == 1


# asked as at a date


def test_a_list_holds_who_took_part_on_the_day(school, bank, rui):
    life.change(bank, {"participation": "withdrawn", "participation_note": "改制"}, on=MAY, by=rui)

    took_part = {
        day: set(Unit.objects.filter(was(day, participation="participating")))
        for day in (MAY - timedelta(1), MAY)
    }

    assert took_part == {MAY - timedelta(1): {school, bank}, MAY: {school}}


def test_a_merged_unit_existed_until_the_day_before(school, bank, ou):
    merge([bank], into=school, by=ou)

    assert set(existing_on(Unit.objects, MAY - timedelta(1))) == {school, bank}
    assert set(existing_on(Unit.objects, MAY)) == {school}


def test_a_new_unit_exists_from_its_day_on(school, bank, ou):
    new = merge([bank, school], name="云泽县新单位", by=ou)

    assert new not in existing_on(Unit.objects, MAY - timedelta(1))
    assert set(existing_on(Unit.objects, MAY)) == {new}


def test_as_at_questions_cross_a_rename_and_a_merger(school, bank, ou):
    rename(school, "云泽县实验小学", on=MARCH, by=ou)
    merge([bank], into=school, on=MAY, by=ou)
    rename(school, "云泽县教育集团", on=JULY, by=ou)

    names = {
        day: {unit.name for unit in as_they_were(existing_on(Unit.objects, day), day)}
        for day in (date(2026, 2, 1), date(2026, 4, 1), date(2026, 6, 1), date(2026, 8, 1))
    }

    assert list(names.values()) == [
        {"云泽县第一小学", "云泽县农商银行"},
        {"云泽县实验小学", "云泽县农商银行"},
        {"云泽县实验小学"},
        {"云泽县教育集团"},
    ]


def test_any_number_of_units_is_put_back_in_one_query(school, bank, ou, django_assert_num_queries):
    for unit in (school, bank):
        rename(unit, f"{unit.name}新名", by=ou)
    now = list(Unit.objects.all())

    with django_assert_num_queries(1):
        names = [unit.name for unit in as_they_were(now, date(2026, 2, 1))]

    assert names == ["云泽县第一小学", "云泽县农商银行"]


# merged


def test_a_merged_unit_stays_on_record_and_its_names_find_the_successor(school, bank, ou):
    rename(bank, "云泽县农村商业银行", on=MARCH, by=ou)

    merge([bank], into=school, by=ou)

    bank.refresh_from_db()
    assert bank.participation == "ended" and bank.name == "云泽县农村商业银行"
    assert set(school.names.values_list("name", flat=True)) == {"云泽县农商银行", "云泽县农村商业银行"}
    assert [link.after for link in bank.successors.all()] == [school]


def test_what_stands_below_lives_in_or_works_for_it_passes_on(school, bank, mei, ou):
    branch, resident = UnitFactory(supervisor=bank), UnitFactory(town=bank)

    merge([bank], into=school, by=ou)

    branch.refresh_from_db()
    resident.refresh_from_db()
    assert (branch.supervisor, resident.town) == (school, school)
    assert list(Membership.objects.current().filter(user=mei).values_list("unit", "role")) == [
        (school.pk, "liaison")
    ]
    assert Membership.objects.filter(user=mei, unit=bank, ended_at__isnull=False).exists()


def test_a_person_of_both_units_has_one_role_afterwards(school, bank, ou):
    both = LiaisonFactory(memberships__unit=school)
    Membership.objects.create(user=both, role="liaison", unit=bank)

    merge([bank], into=school, by=ou)

    assert Membership.objects.current().filter(user=both).count() == 1


def test_a_successor_that_stood_below_moves_up(bank, ou):
    top = UnitFactory(name="县金融办")
    bank.supervisor = top
    bank.save()
    branch = UnitFactory(name="农商银行营业部", supervisor=bank)

    merge([bank], into=branch, by=ou)

    branch.refresh_from_db()
    assert branch.supervisor == top


def test_people_of_the_successor_may_look_into_what_it_came_from(school, bank, lan, ou):
    merge([bank], into=school, by=ou)

    assert lan.seen_ids == {school.pk, bank.pk} and not lan.works_for(bank)


def test_windows_serve_on_under_the_successor_and_their_sheets_still_lead_there(school, bank, ou):
    hall, twin = WindowFactory(unit=bank, name="服务大厅"), WindowFactory(unit=bank, name="一号窗口")
    WindowFactory(unit=school, name="一号窗口")

    merge([bank], into=school, by=ou)

    hall.refresh_from_db()
    twin.refresh_from_db()
    assert (hall.unit, hall.name) == (school, "服务大厅")
    assert (twin.unit, twin.name) == (school, f"一号窗口（{bank.name}）")
    assert TrailEvent.objects.about(hall).get().changes["unit"] == [bank.name, school.name]


@pytest.mark.parametrize("case", ["itself", "ended", "namesake", "no name"])
def test_a_merger_that_cannot_be_is_refused_in_words(school, bank, ou, case):
    if case == "ended":
        life.dissolve(bank, on=MARCH, document_number=DOCUMENT, by=ou)
    acts = {
        "itself": lambda: merge([school], into=school, by=ou),
        "ended": lambda: merge([bank], into=school, by=ou),
        "namesake": lambda: merge([school, bank], name=school.name, by=ou),
        "no name": lambda: merge([school, bank], name="", by=ou),
    }
    acts_before = LifeAct.objects.count()

    with pytest.raises(ValidationError) as refusal:
        acts[case]()

    words = {"itself": "itself", "ended": "exist", "namesake": "same supervisor", "no name": "Enter"}
    assert words[case] in " ".join(refusal.value.messages)
    assert LifeAct.objects.count() == acts_before


@pytest.mark.django_db(transaction=True)
def test_of_two_mergers_of_one_unit_at_once_one_holds(school, bank, ou):
    other = UnitFactory(name="县联社")

    outcomes = at_once(
        lambda: merge([bank], into=school, by=ou),
        lambda: merge([bank], into=other, by=ou),
    )

    assert sum(isinstance(outcome, Unit) for outcome in outcomes) == 1
    assert bank.successors.count() == 1


# split and dissolved


def test_a_part_comes_from_the_unit_that_stays(bank, ou):
    (part,) = life.split(bank, ["城南支行"], stays=True, on=MAY, document_number=DOCUMENT, by=ou)

    bank.refresh_from_db()
    assert bank.participation == "participating"
    assert part.founded_on == MAY and part.category == bank.category
    assert [link.before for link in part.predecessors.all()] == [bank]


def test_the_first_part_takes_on_what_a_split_unit_leaves(bank, mei, ou):
    branch = UnitFactory(supervisor=bank)

    first, second = life.split(bank, ["甲行", "乙行"], stays=False, on=MAY, document_number=DOCUMENT, by=ou)

    branch.refresh_from_db()
    bank.refresh_from_db()
    assert bank.has_ended and branch.supervisor == first
    assert list(mei.memberships.current().values_list("unit", flat=True)) == [first.pk]
    assert second.memberships.count() == 0


def test_a_split_without_parts_is_refused(bank, ou):
    act = {"on": MAY, "document_number": DOCUMENT, "by": ou}

    assert "at least two" in refused("names", life.split, bank, ["甲行"], stays=False, **act)
    assert refused("names", life.split, bank, [" "], stays=True, **act)


def test_below_a_dissolved_unit_stands_its_supervisors_tree(school, bank, lan, ou):
    bank_branch, window = UnitFactory(supervisor=school), WindowFactory(unit=school)
    school.supervisor = bank
    school.save()

    life.dissolve(school, on=MAY, document_number=DOCUMENT, by=ou)

    bank_branch.refresh_from_db()
    window.refresh_from_db()
    assert bank_branch.supervisor == bank and window.closed_on == MAY
    assert not lan.memberships.current().exists()
    assert today() >= MAY and school not in existing_on(Unit.objects, today())


def test_a_name_and_code_are_free_again_when_a_unit_has_ended(bank, ou):
    Unit.objects.filter(pk=bank.pk).update(uscc="11320900MB0000001X")

    life.dissolve(bank, on=MAY, document_number=DOCUMENT, by=ou)

    again = UnitFactory(name=bank.name, uscc="11320900MB0000001X")
    assert again.pk
