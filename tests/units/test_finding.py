"""Finding: whatever a record is called finds it, nothing else does, and the index is never old."""

from collections import defaultdict
from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.actions import honor
from assessments.models import Award, HonorItem, LedgerEntry, Plan
from civportal.lib import search
from civportal.lib.clock import now
from civportal.lib.names import clean_text
from tests.factories import (
    AwardFactory,
    EntryFactory,
    LiaisonFactory,
    MembershipFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
)
from tests.names import unit_names
from tests.units.lists import code, unit_row, workbook
from units.actions import finding, intake, person
from units.actions import unit as units
from units.models import Membership, Role, SearchEntry, Unit, UnitName, UnitPast, User
from units.models import finding as index
from units.models.finding import renewed_once

pytestmark = pytest.mark.django_db


def found(text, model=Unit, **how):
    return set(model.objects.finding(text, **how))


def several(name, many):
    """Units whose names begin alike."""
    return [UnitFactory(name=f"{name}{number}号") for number in range(many)]


@pytest.fixture(params=[True, False], ids=["few to look at", "many"])
def however_many(request, monkeypatch):
    """The same whether the index names the records or there are too many of them."""
    if not request.param:
        monkeypatch.setattr(index, "MANY", 2)


# ── what is found ────────────────────────────────────────────────────────────────────────────────


def test_a_thousand_units_are_found_by_all_they_are_called():
    """Every word of two characters, initials, pinyin, code and old name: all of those meant, and no other."""
    names, former = unit_names(1000), unit_names(1100)[1000:]
    made = Unit.objects.bulk_create(
        Unit(name=name.text, match_name=name.text, uscc=code(number)) for number, name in enumerate(names)
    )
    UnitName.objects.bulk_create(
        UnitName(unit=unit, name=name.text, match_name=name.text, is_alias=False)
        for unit, name in zip(made, former, strict=False)
    )
    with connection.cursor() as cursor:
        # What a database does by itself within a minute.
        cursor.execute("ANALYZE")
    meant = defaultdict(set)
    for unit, *called in [*zip(made, names, strict=True), *zip(made, former, strict=False)]:
        for name in called:
            for start in range(len(name.text) - 1):
                meant[name.text[start : start + 2]].add(unit.pk)

    missed = [
        word
        for word, pks in meant.items()
        if set(Unit.objects.finding(word).values_list("pk", flat=True)) != pks
    ]
    missed += [
        text
        for unit, name in [*zip(made[::10], names[::10], strict=True), *zip(made, former, strict=False)]
        for text in (name.text, name.initials, name.sound, unit.uscc, unit.uscc[-6:])
        if unit not in found(text)
    ]

    assert missed == []
    assert len(meant) > 300


@pytest.mark.parametrize(
    "text", ["教育局", "县 局", "JYJ", "jiaoyu", "ＪＹＪ", "j", "教", "111", "云泽县教育局"]
)
def test_a_unit_is_found_by(text, however_many):
    unit = UnitFactory(name="云泽县教育局", uscc="11140000000000001J")
    several("文化馆", 4)

    assert found(text) == {unit}


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "\\", "'", '"', "*", "\x00", "-", "()", "教育厅", "an", "育局号"]
)
def test_nothing_is_found_by(text, however_many):
    several("云泽县教育局", 4)

    assert found(text) == set()


def test_former_names_and_codes_and_other_names_find_the_unit(however_many):
    unit = UnitFactory(name="云泽县税务局", uscc="11140000000000001J")
    UnitFactory.create_batch(4)
    UnitName.objects.create(unit=unit, name="国税分局")
    UnitPast.objects.create(
        unit=unit,
        until_on="2018-06-15",
        name="云泽县地税局",
        uscc="11999900000000009X",
        participation="exempt",
    )

    for text in ("国税", "gsfj", "地税", "dishui", "99990000", "税务"):
        assert found(text) == {unit}, text


def test_the_public_finds_names_but_no_codes(however_many):
    unit = UnitFactory(name="云泽县税务局", uscc="11140000000000001J")
    UnitName.objects.create(unit=unit, name="国税分局")

    assert found("swj", openly=True) == found("shuiwu", openly=True) == found("国税", openly=True) == {unit}
    assert found("111400", openly=True) == found("1j", openly=True) == set()
    assert found("111400") == {unit}


def test_a_person_is_found_by_name_account_and_the_units_of_now(school, bank):
    lan = LiaisonFactory(username="zhang.san", name="曾晓", memberships__unit=school)
    before = MembershipFactory(user=lan, role=Role.LIAISON, unit=bank)

    assert found("曾晓", User) == found("zx", User) == found("zhangsan", User) == {lan}
    assert found("小学 曾", User) == found("农商", User) == {lan}
    assert found("大学 曾", User) == set()
    Membership.objects.filter(pk=before.pk).update(ended_at=before.began_at)
    assert found("农商", User) == set()


def test_records_are_found_by_their_words_receipts_and_units(year, school):
    UnitName.objects.create(unit=school, name="老一小")
    entry = EntryFactory(
        cycle=year, unit=school, title="志愿者清扫老街", receipt="YZ-2026-0412", submitted=True
    )
    plan = PlanFactory(cycle=year, unit=school)
    award = AwardFactory(unit=school, unit_name="云泽县第一小学校", document_number="云文明委〔2026〕3号")

    assert (
        found("老街", LedgerEntry)
        == found("yz20260412", LedgerEntry)
        == found("老一小 志愿", LedgerEntry)
        == {entry}
    )
    assert found("第一小学", Plan) == found("dyxx", Plan) == {plan}
    assert (
        found("云文明委[2026]3号", Award)
        == found("小学校", Award)
        == found(award.item.name, Award)
        == {award}
    )


ODD = st.text(st.sampled_from("云泽教育局县小学aAjyＪ12%_\\'\"*-~=() \x00\u3000é😀ü"), max_size=7)
WORDS = st.one_of(
    ODD, st.sampled_from(["AND", "OR", "NEAR", "a AND", "云*", '"云', "NOT 泽", "云 -泽", "{grams}: 云"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(ODD.map(clean_text), min_size=1, max_size=5), text=WORDS)
def test_what_is_found_is_what_a_look_at_every_haystack_finds(names, text, however_many):
    Unit.objects.all().delete()
    Unit.objects.bulk_create(
        Unit(name=name, match_name=f"{number}", uscc=None) for number, name in enumerate(names)
    )
    words = search.words(text)

    expected = {
        entry.object_id
        for entry in SearchEntry.objects.all()
        if words and all(any(needle in entry.haystack for needle in search.needles(word)) for word in words)
    }

    assert set(Unit.objects.finding(text).values_list("pk", flat=True)) == expected
    assert {unit.pk for unit in Unit.objects.hits(text).records} == expected


# ── the best few ─────────────────────────────────────────────────────────────────────────────────


def named(*names):
    return [UnitFactory(name=name) for name in names]


def test_what_is_called_so_comes_first_then_what_begins_or_ends_so_then_the_offices_order():
    named("云泽县教育局幼儿园", "教育局教研室", "县教育局", "教育局", "老教育局大院")

    assert [unit.name for unit in Unit.objects.hits("教育 局").records] == [
        "教育局",
        "教育局教研室",
        "县教育局",
        "云泽县教育局幼儿园",
        "老教育局大院",
    ]


def test_a_few_are_shown_and_all_are_counted():
    several("云泽县教育局", 11)

    hits = Unit.objects.hits("教育", 3)

    assert len(hits.records) == 3 and hits.count == 11


def test_of_a_common_word_the_first_ones_are_looked_at_and_those_called_exactly_so(monkeypatch):
    monkeypatch.setattr(index, "MANY", 3)
    monkeypatch.setattr(index, "FIRST", 4)
    *first, last = named("云泽一", "云泽二", "云泽三", "云泽四", "云泽五", "云泽")
    UnitFactory(name="别处")

    hits = Unit.objects.hits("云泽", 3)

    assert hits.records == [last, *first[:2]] and hits.count is None
    monkeypatch.setattr(index, "FIRST", 20)
    assert Unit.objects.hits("云泽", 3).count == 6


def test_hits_stay_within_the_rows_one_may_see(school, bank, lan, however_many):
    several("云泽县农商银行", 4)

    hits = Unit.objects.visible_to(lan).hits("云泽")

    assert (hits.records, hits.count) == ([school], 1)
    assert Unit.objects.visible_to(lan).hits("农商").records == []


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("税务", None),
        ("swj", None),
        ("国税", "国税分局"),
        ("1114", "11140000000000001J"),
    ],
)
def test_a_hit_knows_by_what_it_was_found(text, known):
    unit = UnitFactory(name="云泽县税务局", uscc="11140000000000001J")
    UnitName.objects.create(unit=unit, name="国税分局")

    (hit,) = Unit.objects.hits(text).records

    matched = hit.known_as(text)
    assert (matched and matched.text) == known


@pytest.mark.parametrize("count", [1, 5, 50])
def test_finding_costs_the_same_queries_however_many_are_found(django_assert_num_queries, count):
    for unit in several("云泽县教育局", count):
        UnitName.objects.create(unit=unit, name="文教局")

    # the index, the best few, their other names, what they were
    with django_assert_num_queries(4):
        hits = Unit.objects.hits("教育")
        assert [hit.known_as("教育") for hit in hits.records] == [None] * min(count, 8)


# ── kept current ─────────────────────────────────────────────────────────────────────────────────


def test_the_index_is_right_after_whatever_people_do(admin, ou, lan, year, school):
    EntryFactory(cycle=year, unit=school)
    PlanFactory(cycle=year, unit=school, submitted=True)
    AwardFactory(unit=school, item=HonorItem.objects.first())
    acts = [
        lambda: intake.take_in(workbook(unit_row("县水利局", 1)), "名册.xlsx", by=admin),
        lambda: person.issue_accounts(by=admin),
        lambda: person.issue_account(username="x", name="王", role=Role.LIAISON, units=[school], by=admin),
        lambda: person.block(lan, by=admin),
        lambda: units.edit(school, {"name": "云泽县实验小学", "uscc": code(5)}, by=admin),
        lambda: Unit.objects.filter(pk=school.pk).update(name="云泽县附属小学"),
        lambda: school.names.create(name="附小"),
        lambda: school.names.update(name="老附小"),
        lambda: Membership.objects.filter(unit=school).update(ended_at=now()),
        lambda: school.names.all().delete(),
        lambda: rename(HonorItem.objects.first(), "文明校园标兵"),
        lambda: grant(HonorItem.objects.last(), school, by=ou),
        lambda: LedgerEntry.objects.all().delete(),
    ]

    for act in acts:
        act()
        assert finding.stale() == []

    assert found("附属", User) == found("附属", LedgerEntry) == set()
    assert found("附属", Plan) and found("文明校园标兵", Award) and found("水利局", User)


def rename(item, name):
    item.name = name
    item.save()


def grant(item, unit, *, by):
    HonorItem.objects.filter(pk=item.pk).update(kind=None)
    document = {"document_number": "文〔2026〕1号", "granted_on": date(2026, 1, 1)}
    return honor.grant(item, [unit], year=2025, **document, by=by)


def test_an_import_and_its_undoing_leave_the_index_right(admin):
    intake.take_in(workbook(unit_row("县水利局", 1)), "一.xlsx", by=admin)
    again = intake.take_in(workbook(unit_row("县水务局", 1), unit_row("县林业局", 2)), "二.xlsx", by=admin)

    assert finding.stale() == [] and found("水利") == found("水务") and found("林业")
    intake.undo(again, by=admin)
    assert finding.stale() == [] and found("水利") and not found("水务") and not found("林业")


def test_records_that_were_there_before_the_index_get_their_entries_when_it_comes(school, lan, year):
    EntryFactory(cycle=year, unit=school)
    SearchEntry.objects.all().delete()
    step = object()

    for app in ("units", "assessments"):
        finding.fill(apps.get_app_config(app), plan=[(step, True)])
        assert SearchEntry.objects.count() == 0
    for app in ("units", "assessments"):
        finding.fill(apps.get_app_config(app), plan=[(step, False)])

    assert finding.stale() == [] and found("小学", LedgerEntry)


def look(*rows, headings, by):
    return intake.preview(workbook(*rows, headings=headings), "表.xlsx", by=by, kinds=("people", "honors"))


def test_people_are_found_as_a_list_brought_them_and_by_no_role_that_was_undone(admin, lan, school, bank):
    headings = ["姓名", "单位名称", "角色", "账号"]
    rows = ["赵梅", school.name, "联络员", ""], ["兰晓", bank.name, "单位领导", "lan"]
    batch = intake.apply(look(*rows, headings=headings, by=admin), by=admin)
    zhao = User.objects.get(name="赵梅")
    assert finding.stale() == []
    assert found("赵梅", User) == found("小学 zm", User) == {zhao} and found("农商", User) == {lan}

    intake.undo(batch, by=admin)

    assert finding.stale() == []
    assert found("赵梅", User) == {zhao} and found("小学", User) == {lan}
    assert found("农商", User) == found("小学 赵", User) == set()


def test_honors_are_found_as_a_list_brought_them_and_by_nothing_once_undone(admin, school):
    headings = ["单位名称", "荣誉名称", "级别", "年度", "文号"]
    rows = [
        [school.name, "最佳文明单位", "省级", "2020", "苏文明委〔2021〕3号"],
        ["河东县某村", "文明村", "市级", "2020", ""],
    ]
    batch = intake.apply(look(*rows, headings=headings, by=admin), by=admin)
    first, second = Award.objects.order_by("pk")
    assert finding.stale() == []
    assert found("苏文明委[2021]3号", Award) == found("最佳", Award) == {first}
    assert found("河东", Award) == {second} and found("河东") == {second.unit}

    intake.undo(batch, by=admin)

    assert finding.stale() == []
    assert found("最佳", Award) == found("河东", Award) == found("河东") == set()


def test_the_index_is_right_after_more_rows_than_are_written_at_once(admin):
    many = 600
    units = UnitFactory.create_batch(30)
    people = [[f"人{n}", units[n % 30].name, "联络员", f"ren{n}"] for n in range(many)]
    honors = [[units[n % 30].name, "文明单位", "县级", str(2000 + n // 30)] for n in range(many)]
    batches = [
        intake.apply(look(*people, headings=["姓名", "单位名称", "角色", "账号"], by=admin), by=admin),
        intake.apply(look(*honors, headings=["单位名称", "荣誉名称", "级别", "年度"], by=admin), by=admin),
    ]
    assert [batch.tally["new"] for batch in batches] == [many, many]
    call_command("rebuild_search", "--check")

    for batch in batches:
        intake.undo(batch, by=admin)

    call_command("rebuild_search", "--check")


def test_a_stale_index_is_noticed_and_made_anew(school):
    SearchEntry.objects.filter(object_id=school.pk).update(haystack="", grams="")

    assert finding.stale() == [(Unit, school.pk)]
    finding.rebuild()
    assert finding.stale() == [] and found("小学") == {school}


def test_a_record_that_goes_takes_its_entry_along(school):
    UnitFactory().delete()
    person = UserFactory()
    User.objects.filter(pk=person.pk).delete()

    assert SearchEntry.objects.count() == Unit.objects.count() == 1
    assert found("小学") == {school}


def test_a_former_name_that_moves_to_another_unit_finds_that_one(school, bank):
    name = UnitName.objects.create(unit=school, name="别名")

    name.unit = bank
    name.save()

    assert found("别名") == {bank}


def test_what_does_not_say_how_a_record_is_called_writes_no_entry(school, django_assert_num_queries):
    with django_assert_num_queries(1):
        Unit.objects.filter(pk=school.pk).update(remark="x")
    with django_assert_num_queries(1):
        school.save(update_fields=["remark"])


def test_many_writes_of_one_act_renew_the_entry_once(school, monkeypatch):
    renewed = []
    about = SearchEntry.about
    monkeypatch.setattr(
        SearchEntry, "about", lambda record, kind: renewed.append(record) or about(record, kind)
    )

    with renewed_once():
        school.save()
        UnitName.objects.create(unit=school, name="附小")

    assert renewed == [school] and found("附小") == {school}


def test_an_act_that_fails_renews_nothing(school):
    with pytest.raises(ValueError, match="no"), renewed_once():
        school.save()
        raise ValueError("no")

    assert index.WAITING.get() is None
