"""Granting and revoking honors."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import honor
from assessments.models import Award, HonorItem
from civportal.lib.clock import today
from tests.assessments.standings import standing
from tests.factories import AwardFactory, HonorItemFactory, UnitFactory
from units.actions.move import MoveNotAllowed
from units.models import Category, Notification, TrailEvent

NUMBER = "云文明委〔2026〕3号"


def grant(item, units, *, by, year=2026, document_number=NUMBER, granted_on=date(2026, 1, 20)):
    return honor.grant(item, units, year=year, document_number=document_number, granted_on=granted_on, by=by)


@pytest.fixture
def item(db):
    """The county's 文明单位, for one year, for units of every kind."""
    return HonorItemFactory(name="样板单位")


def test_an_empty_portal_has_the_usual_catalogue(db):
    assert HonorItem.objects.get(level="county", name="文明单位").kind.code == "unit"
    assert set(HonorItem.objects.values_list("level", flat=True)) == set(HonorItem.Level.values)


def test_an_offices_own_catalogue_is_left_alone(item):
    HonorItem.objects.exclude(pk=item.pk).delete()

    honor.load_catalogue()

    assert HonorItem.objects.get() == item


def test_granting_makes_one_award_per_unit_with_its_name_and_its_trail(item, school, bank, ou):
    awards = grant(item, [school, bank], by=ou)

    assert {(award.unit, award.unit_name, award.year, award.document_number) for award in awards} == {
        (school, school.name, 2026, NUMBER),
        (bank, bank.name, 2026, NUMBER),
    }
    for award in Award.objects.all():
        event = TrailEvent.objects.about(award).get()
        assert (event.verb, event.by, event.note, event.to_status) == ("grant", ou, NUMBER, "active")


def test_the_number_is_kept_as_printed(item, school, ou):
    (award,) = grant(item, [school], by=ou, document_number=" 云文明委[2026] ３ 号")

    assert award.document_number == NUMBER


@pytest.mark.parametrize("number", ["", "  ", "云文明委"])
def test_a_document_without_a_number_grants_nothing(item, school, ou, number):
    with pytest.raises(ValidationError, match="文号"):
        grant(item, [school], by=ou, document_number=number)


def test_a_document_of_tomorrow_grants_nothing(item, school, ou):
    with pytest.raises(ValidationError, match="发文日期"):
        grant(item, [school], by=ou, granted_on=today() + timedelta(days=1))

    assert not Award.objects.exists()


def test_a_unit_that_holds_it_this_year_is_skipped_and_the_others_are_granted(item, school, bank, ou):
    AwardFactory(item=item, unit=school, year=2026)

    verdicts = honor.judge(item, [school, bank], 2026)
    awards = grant(item, [school, bank], by=ou)

    assert [(verdict.unit, verdict.is_granted) for verdict in verdicts] == [(school, False), (bank, True)]
    assert "已持有" in verdicts[0].reason
    assert [award.unit for award in awards] == [bank]


def test_a_term_of_three_years_is_held_in_each_of_them(school):
    item = HonorItemFactory(name="三年一届", term_years=3)
    AwardFactory(item=item, unit=school, year=2024)

    held = {year: honor.holders(item, year) == {school.pk} for year in range(2023, 2028)}

    assert held == {2023: False, 2024: True, 2025: True, 2026: True, 2027: False}


def test_a_revoked_honor_can_be_granted_again(item, school, ou):
    AwardFactory(item=item, unit=school, year=2026, status="revoked", ended_note="弄虚作假")

    assert grant(item, [school], by=ou)


def test_a_unit_of_another_kind_or_that_left_is_skipped(ou):
    item = HonorItem.objects.get(level="county", name="文明村")
    organ = UnitFactory()
    gone = UnitFactory(category=Category.objects.get(code="village"), participation="withdrawn")

    verdicts = honor.judge(item, [organ, gone], 2026)

    assert "另一类别" in verdicts[0].reason
    assert "未参加" in verdicts[1].reason
    assert not honor.candidates(item).exists()


def test_when_nobody_is_left_nothing_is_granted(item, school, ou):
    AwardFactory(item=item, unit=school, year=2026)

    with pytest.raises(ValidationError, match="都不能授予"):
        grant(item, [school], by=ou)


def test_candidates_are_narrowed_by_the_honors_kind_and_the_one_asked(db):
    organ, bank, village = (
        UnitFactory(category=Category.objects.get(code=code)) for code in ("organ", "bank", "village")
    )
    for_units = HonorItem.objects.get(level="county", name="文明单位")
    for_all = HonorItem.objects.get(level="county", name="文明窗口")

    assert list(honor.candidates(for_units)) == [organ, bank]
    assert list(honor.candidates(for_units, Category.objects.get(code="bank"))) == [bank]
    assert list(honor.candidates(for_all)) == [organ, bank, village]


def test_the_suggestion_is_the_top_grade_without_those_who_hold_it(item, year):
    top, holder, lower = (standing(year, "95", grade=grade) for grade in ("recommend", "recommend", "fail"))
    AwardFactory(item=item, unit=holder.unit, year=2026)

    assert honor.suggestion(item, 2026) == {top.unit.pk}
    assert lower.unit.pk not in honor.suggestion(item, 2026)


def test_a_year_without_sheets_suggests_nobody(item):
    assert honor.suggestion(item, 2031) == set()


def test_granting_is_all_or_nothing(item, school, ou, monkeypatch):
    monkeypatch.setattr(honor.trail, "record_all", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        grant(item, [school], by=ou)

    assert not Award.objects.exists()


def test_the_database_allows_one_standing_award_per_unit_and_year(item, school):
    AwardFactory(item=item, unit=school, year=2026)

    with pytest.raises(IntegrityError), transaction.atomic():
        AwardFactory(item=item, unit=school, year=2026)


@pytest.mark.parametrize("units", [1, 20])
def test_granting_costs_the_same_queries_however_many_units(
    item, ou, units, django_assert_num_queries, django_capture_on_commit_callbacks
):
    chosen = UnitFactory.create_batch(units)
    grant(item, [UnitFactory()], by=ou)

    with django_capture_on_commit_callbacks() as told, django_assert_num_queries(15):
        grant(item, chosen, by=ou)
    with django_assert_num_queries(1):
        told[0]()


def test_the_units_are_told_of_their_own_honor(
    item, school, bank, lan, mei, ou, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        grant(item, [school], by=ou)

    (told,) = Notification.objects.all()
    assert (told.to, told.note) == (lan, NUMBER)
    assert school.name in told.title


def test_revoking_keeps_the_record_and_the_reason(school, lan, ou, django_capture_on_commit_callbacks):
    award = AwardFactory(unit=school)

    with django_capture_on_commit_callbacks(execute=True):
        honor.revoke(award, note="隐瞒事故", by=ou)

    award.refresh_from_db()
    assert (award.status, award.ended_note) == ("revoked", "隐瞒事故")
    assert not Award.objects.standing().exists()
    assert TrailEvent.objects.about(award).get().note == "隐瞒事故"
    assert Notification.objects.get().to == lan


def test_revoking_needs_a_reason(ou, school):
    with pytest.raises(ValidationError, match="撤销原因"):
        honor.revoke(AwardFactory(unit=school), note=" ", by=ou)


def test_an_honor_is_revoked_once(ou, school):
    award = AwardFactory(unit=school)
    honor.revoke(award, note="隐瞒事故", by=ou)

    with pytest.raises(MoveNotAllowed):
        honor.revoke(award, note="再来一次", by=ou)
