"""Values of the office and the sums that follow from every decision."""

from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.actions import review, score
from assessments.actions import standard as standards
from assessments.models import Claim, ScoreLine, ScoreSheet
from tests.factories import ClaimFactory, CycleFactory, EntryFactory, UnitYearFactory
from units.models import TrailEvent


@pytest.fixture
def year(ou):
    """The open year with the default standard."""
    standard = standards.load(standards.default_source(), year=2026, by=ou)
    return CycleFactory(standard=standards.freeze(standard, by=ou))


@pytest.fixture
def sheet(year, school):
    """Lan's unit has a window and no pairing."""
    UnitYearFactory(cycle=year, unit=school, has_window=True)
    score.open_sheets(year)
    return ScoreSheet.objects.get()


def indicator(year, code):
    return year.standard.indicators.get(code=code)


def rule(year, code):
    return year.standard.adjustments.get(code=code)


def accepted(year, unit, code, points):
    """A claim that a reviewer decided, and its consequence."""
    entry = EntryFactory(cycle=year, unit=unit, accepted=True)
    claim = ClaimFactory(entry=entry, indicator=indicator(year, code), points=points)
    score.refresh_unit(year, unit)
    return claim


def history(sheet):
    return [event.verb for event in TrailEvent.objects.about(sheet)]


# Sums


def test_every_unit_of_the_year_gets_one_sheet(year):
    UnitYearFactory.create_batch(3, cycle=year)

    assert score.open_sheets(year) == 3
    assert score.open_sheets(year) == 0
    assert ScoreSheet.objects.count() == 3


def test_a_new_sheet_knows_what_applies_and_what_is_missing(sheet):
    assert sheet.applicable == 96
    assert sheet.unset_count == 18
    assert (sheet.raw, sheet.total, sheet.grade) == (0, 0, "fail")


def test_accepted_claims_count_up_to_full_marks(year, sheet, school):
    accepted(year, school, "A1", D("1.50"))
    accepted(year, school, "A1", D("1.20"))
    accepted(year, school, "A2", D("2"))
    accepted(year, school, "A2", D("2"))

    sheet.refresh_from_db()
    assert sheet.raw == D("5.70")
    assert sheet.groups["A"] == "5.70"
    assert sheet.base == D("5.94")


@pytest.mark.parametrize("status", ["draft", "submitted", "returned"])
def test_claims_of_undecided_entries_count_nothing(year, sheet, school, status):
    claim = accepted(year, school, "A1", D(3))
    claim.entry.status = status
    claim.entry.save()

    score.refresh_unit(year, school)

    sheet.refresh_from_db()
    assert sheet.raw == 0


def test_a_foreign_units_claims_do_not_count(year, sheet, school, bank):
    UnitYearFactory(cycle=year, unit=bank)
    score.open_sheets(year)

    accepted(year, bank, "A1", D(3))

    sheet.refresh_from_db()
    assert sheet.raw == 0
    assert ScoreSheet.objects.get(unit_year__unit=bank).raw == 3


def test_another_years_claims_do_not_count(year, sheet, school):
    old = CycleFactory(year=2025, standard=year.standard, status="closed")

    accepted(old, school, "A1", D(3))
    score.refresh_unit(year, school)

    sheet.refresh_from_db()
    assert sheet.raw == 0


def test_accepting_an_entry_moves_the_sum_and_reopening_takes_it_back(year, sheet, school, rui, ou):
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    claim = ClaimFactory(entry=entry, indicator=indicator(year, "A1"))

    review.accept(entry, {claim.pk: D("2.50")}, by=rui)

    sheet.refresh_from_db()
    assert sheet.raw == D("2.50")

    review.reopen(entry, by=ou, note="复核")

    sheet.refresh_from_db()
    assert sheet.raw == 0


def test_tenths_add_up_exactly_on_every_database(year, sheet, school):
    for _n in range(3):
        accepted(year, school, "A1", D("0.10"))

    sheet.refresh_from_db()
    assert sheet.raw == D("0.30")


def test_a_unit_outside_the_year_has_no_sheet(year, bank):
    assert score.refresh_unit(year, bank) is None
    assert not ScoreSheet.objects.exists()


def test_what_no_longer_applies_no_longer_counts(year, sheet, rui):
    score.set_value(sheet, indicator(year, "D2"), D(3), "检查", by=rui)
    sheet.unit_year.has_window = False
    sheet.unit_year.save()

    fresh = score.refresh(sheet.unit_year)

    assert (fresh.applicable, fresh.raw) == (89, 0)


@pytest.mark.parametrize("units", [1, 5, 50])
def test_the_whole_year_is_recounted_in_the_same_queries(year, units):
    for unit_year in UnitYearFactory.create_batch(units, cycle=year):
        entry = EntryFactory(cycle=year, unit=unit_year.unit, accepted=True)
        ClaimFactory(entry=entry, indicator=indicator(year, "A1"), points=2)
    ScoreSheet.objects.bulk_create(ScoreSheet(unit_year=one) for one in year.unit_years.all())

    with CaptureQueriesContext(connection) as queries:
        changed = score.refresh_all(year)

    assert len(changed) == units
    assert set(ScoreSheet.objects.values_list("raw", flat=True)) == {D(2)}
    # savepoint pair, sheets, indicators, rules, claims, lines, one update
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"] and q["sql"] != "BEGIN IMMEDIATE"]) == 6


def test_a_recount_that_changes_nothing_writes_nothing(year, sheet):
    before = ScoreSheet.objects.get().computed_at

    assert score.refresh_all(year) == []
    assert ScoreSheet.objects.get().computed_at == before


def test_recounting_all_finds_what_recounting_one_found(year, sheet, school, rui):
    accepted(year, school, "A1", D("2.70"))
    score.set_value(sheet, indicator(year, "C1"), D("7.65"), "任务评定", by=rui)
    score.add_adjustment(sheet, rule(year, "P1"), D(3), "国家级荣誉", by=rui)

    assert score.refresh_all(year) == []


def test_recomputing_on_request_is_in_the_trail_of_what_differs(year, sheet, school, ou):
    UnitYearFactory(cycle=year)
    score.open_sheets(year)
    entry = EntryFactory(cycle=year, unit=school, accepted=True)
    Claim.objects.create(entry=entry, indicator=indicator(year, "A1"), points=D("2.40"))

    changed = score.recompute(year, by=ou)

    assert changed == [sheet]
    event = TrailEvent.objects.about(sheet).get()
    assert (event.verb, event.changes) == ("recompute", {"total": ["0.00", "2.50"]})


# Values


def test_an_office_value_counts_at_once_and_is_in_the_trail(year, sheet, rui):
    line = score.set_value(sheet, indicator(year, "D1"), D("4"), " 检查  10-22 ", by=rui)

    sheet.refresh_from_db()
    assert (sheet.raw, sheet.unset_count) == (4, 17)
    assert (line.basis, line.by) == ("检查 10-22", rui)
    event = TrailEvent.objects.about(sheet).get()
    assert (event.verb, event.by, event.note) == ("set_value", rui, "检查 10-22")
    assert event.changes["D1"] == ["", "4"]
    assert ["0.00", "4.17"] in event.changes.values()


def test_a_value_is_replaced_and_the_trail_keeps_the_old_one(year, sheet, rui, ou):
    score.set_value(sheet, indicator(year, "D1"), D(4), "检查", by=rui)

    score.set_value(sheet, indicator(year, "D1"), D("4.5"), "复查", by=ou)

    line = ScoreLine.objects.get()
    assert (line.value, line.by) == (D("4.5"), ou)
    event = TrailEvent.objects.about(sheet).last()
    assert event.changes["D1"] == ["4", "4.5"]
    assert ["检查", "复查"] in event.changes.values()


def test_the_same_value_again_leaves_no_trail(year, sheet, rui, ou):
    score.set_value(sheet, indicator(year, "D1"), D(4), "检查", by=rui)

    score.set_value(sheet, indicator(year, "D1"), D("4.00"), "检查", by=ou)

    assert history(sheet) == ["set_value"]
    assert ScoreLine.objects.get().by == rui


def test_clearing_a_value_makes_the_indicator_unset_again(year, sheet, rui):
    score.set_value(sheet, indicator(year, "D1"), D(4), "检查", by=rui)

    score.clear_value(sheet, indicator(year, "D1"), by=rui)
    score.clear_value(sheet, indicator(year, "D1"), by=rui)

    sheet.refresh_from_db()
    assert (sheet.raw, sheet.unset_count) == (0, 18)
    assert history(sheet) == ["set_value", "clear_value"]
    assert TrailEvent.objects.about(sheet).last().changes["D1"] == ["4", ""]


@pytest.mark.parametrize(
    ("code", "value", "problem"),
    [
        ("D1", "5.01", "above_maximum"),
        ("D1", "-1", "negative"),
        ("D1", "1.234", "too_fine"),
        ("A1", "1", "from_ledger"),
        ("F2", "1", "not_applicable"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(year, sheet, rui, code, value, problem):
    with pytest.raises(ValidationError) as refusal:
        score.set_value(sheet, indicator(year, code), D(value), "检查", by=rui)

    assert refusal.value.code == problem
    assert code in refusal.value.messages[0] or problem == "too_fine"
    assert not ScoreLine.objects.exists()
    assert history(sheet) == []


@pytest.mark.parametrize("basis", ["", "  ", "\n"])
def test_a_value_without_basis_is_refused(year, sheet, rui, basis):
    with pytest.raises(ValidationError):
        score.set_value(sheet, indicator(year, "D1"), D(1), basis, by=rui)


def test_an_indicator_of_another_edition_is_refused(year, sheet, rui, ou):
    other = standards.load(standards.default_source(), year=2026, by=ou)

    with pytest.raises(ValidationError):
        score.set_value(sheet, other.indicators.get(code="D1"), D(1), "检查", by=rui)
    with pytest.raises(ValidationError):
        score.add_adjustment(sheet, other.adjustments.get(code="P1"), D(3), "荣誉", by=rui)


def test_a_value_entered_meanwhile_is_not_overwritten_unseen(year, sheet, rui, ou):
    score.set_value(sheet, indicator(year, "D1"), D(4), "检查", by=rui, seen="")

    with pytest.raises(score.ValueChanged) as refusal:
        score.set_value(sheet, indicator(year, "D1"), D(2), "抽查", by=ou, seen="")

    assert refusal.value.line.by == rui
    assert rui.name in refusal.value.messages[0]
    score.set_value(sheet, indicator(year, "D1"), D(2), "抽查", by=ou, seen="4.00 检查")
    assert ScoreLine.objects.get().value == 2


def test_a_value_removed_meanwhile_is_not_brought_back_unseen(year, sheet, rui, ou):
    score.set_value(sheet, indicator(year, "D1"), D(4), "检查", by=rui)
    score.clear_value(sheet, indicator(year, "D1"), by=rui)

    with pytest.raises(score.ValueChanged):
        score.set_value(sheet, indicator(year, "D1"), D(2), "抽查", by=ou, seen="4.00 检查")


# Bonus and deductions


def test_bonus_and_deductions_move_the_total(year, sheet, rui):
    score.add_adjustment(sheet, rule(year, "P1"), D(3), "国家级荣誉", by=rui)
    score.add_adjustment(sheet, rule(year, "P1"), D(2), "省级荣誉", by=rui)
    score.add_adjustment(sheet, rule(year, "N2"), D("1.5"), "三份文件未签收", by=rui)

    sheet.refresh_from_db()
    assert (sheet.bonus, sheet.deductions, sheet.total) == (4, D("1.5"), D("2.5"))
    assert history(sheet) == ["add_adjustment"] * 3


def test_removing_an_adjustment_takes_its_points_back(year, sheet, rui):
    line = score.add_adjustment(sheet, rule(year, "N1"), D(2), "年初无计划", by=rui)

    score.remove_adjustment(line, by=rui)
    score.remove_adjustment(line, by=rui)

    sheet.refresh_from_db()
    assert sheet.deductions == 0
    assert history(sheet) == ["add_adjustment", "remove_adjustment"]
    assert TrailEvent.objects.about(sheet).last().changes["N1"] == ["2", ""]


@pytest.mark.parametrize(
    ("code", "value", "problem"),
    [
        ("P1", "2.5", "not_an_amount"),
        ("P1", "5", "above_limit"),
        ("N2", "0.7", "not_a_multiple"),
        ("N2", "-0.5", "not_positive"),
        ("N9", "1.234", "too_fine"),
    ],
)
def test_points_that_the_rule_does_not_give_are_refused(year, sheet, rui, code, value, problem):
    with pytest.raises(ValidationError) as refusal:
        score.add_adjustment(sheet, rule(year, code), D(value), "依据", by=rui)

    assert refusal.value.code == problem
    assert not ScoreLine.objects.exists()


def test_one_matter_counts_once_under_a_rule(year, sheet, rui):
    score.add_adjustment(sheet, rule(year, "P2"), D(1), "省报报道", by=rui)

    with pytest.raises(ValidationError):
        score.add_adjustment(sheet, rule(year, "P2"), D(2), "省报报道", by=rui)

    assert ScoreLine.objects.count() == 1


def test_what_applies_is_set_and_the_sheet_follows_at_once(sheet, rui):
    score.set_traits(sheet, has_window=False, is_paired=True, by=rui)

    again = ScoreSheet.objects.get(pk=sheet.pk)
    assert (sheet.applicable, again.applicable) == (D(96), D(93))
    event = TrailEvent.objects.about(again).last()
    assert event.verb == "set_traits"
    assert sorted(event.changes.values()) == [[False, True], [True, False]]


def test_saying_again_what_applies_leaves_no_line(sheet, rui):
    score.set_traits(sheet, has_window=True, is_paired=False, by=rui)

    assert not TrailEvent.objects.about(sheet).exists()
