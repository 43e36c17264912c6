"""Releasing a ranking: frozen, numbered, taken back only with a reason."""

from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import honor, publication
from assessments.models import Award, HonorItem, RankingRelease, RankingRow, ScoreSheet
from assessments.models.publication import ReleaseIsFrozen
from tests.assessments.standings import standing
from tests.factories import UnitFactory, UnitYearFactory
from tests.threads import at_once
from units.actions.move import MoveNotAllowed
from units.models import Category, Notification, TrailEvent, Unit


def rows_of(version):
    return list(version.rows.values_list("kind_name", "rank", "unit_name", "total"))


def test_the_live_ranking_groups_by_top_kind_and_ranks_by_total(year):
    bank = standing(year, "91", code="bank")
    organ = standing(year, "88", code="organ")
    village = standing(year, "70", code="village")

    boards = publication.live(year).boards

    assert [(board.name, [(row.rank, row.unit) for row in board.rows]) for board in boards] == [
        ("单位", [(1, bank.unit), (2, organ.unit)]),
        ("村", [(1, village.unit)]),
    ]
    assert boards[0].rows[0].subkind_name == "银行"
    assert boards[1].rows[0].subkind_name == ""


def test_ties_follow_the_standards_groups_and_then_share_the_place(year):
    year.standard.ties = ["I", "C", "D", "shared rank"]
    year.standard.save()
    lower = standing(year, "90", I="3", C="9", D="9")
    higher = standing(year, "90", I=4, C=1)
    same = standing(year, "90", I="4.00", C="1.00")

    rows = publication.live(year).boards[0].rows

    assert [(row.unit, row.rank, row.is_shared) for row in rows] == [
        (higher.unit, 1, True),
        (same.unit, 1, True),
        (lower.unit, 3, False),
    ]


def test_a_unit_that_left_has_no_place(year):
    sheet = standing(year)
    sheet.unit.participation = "withdrawn"
    sheet.unit.save()

    assert publication.live(year).rows == []


def test_a_unit_without_a_kind_is_ranked_last_among_its_like(year):
    standing(year, unit=UnitFactory(category=None))
    standing(year, code="village")

    assert [board.name for board in publication.live(year).boards] == ["村", ""]


def test_the_board_splits_at_the_cut_line(year):
    above, below = standing(year, "90"), standing(year, "89.99")

    (board,) = publication.live(year).boards

    assert [row.unit for row in board.above] == [above.unit]
    assert [row.unit for row in board.below] == [below.unit]


def test_a_standard_without_grades_draws_no_line(year):
    year.standard.grades = []
    standing(year, "10")

    (board,) = publication.live(year).boards

    assert board.cut is None and len(board.above) == 1 and not board.below


def test_live_costs_one_query_however_many_units(year, django_assert_num_queries):
    for _ in range(12):
        standing(year, code="bank")

    year.standard  # noqa: B018 – the page has read it already
    with django_assert_num_queries(1):
        ranking = publication.live(year)
        assert [(row.subkind_name, row.sheet.grade_name) for row in ranking.rows] == [("银行", "")] * 12


def test_a_release_copies_every_number_and_never_follows_later_scores(year, ou):
    first = standing(year, "91.50", code="bank", grade="recommend")
    second = standing(year, "80", code="organ")
    version = publication.release(year, title="2026 年度名次", by=ou)
    before = rows_of(version)

    ScoreSheet.objects.update(total=Decimal("12.34"), base=Decimal("12.34"), grade="fail")
    Category.objects.filter(code="unit").update(name="改了的类别")
    first.unit.name = "改名后的单位"
    first.unit.save()
    year.standard.grades = [{"from": 10, "zh": "另一等次", "code": "recommend"}]
    year.standard.save()

    version = RankingRelease.objects.get()
    assert rows_of(version) == before
    assert before[0][2] != "改名后的单位" and before[0][3] == Decimal("91.50")
    assert [board.name for board in publication.boards_of(version)] == ["单位"]
    assert publication.boards_of(version)[0].rows[0].grade_name == "优秀"
    assert publication.boards_of(version)[0].cut == 90
    assert {row[2] for row in before} >= {second.unit.name}


def test_a_released_row_cannot_be_changed_or_deleted(year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)
    row = version.rows.get()

    for act in (row.save, row.delete, version.rows.all().delete, lambda: version.rows.update(rank=9)):
        with pytest.raises(ReleaseIsFrozen):
            act()

    assert RankingRow.objects.get().rank == 1


def test_a_second_release_is_the_next_version_and_leaves_the_first_alone(year, ou):
    sheet = standing(year, "80")
    first = publication.release(year, title="名次", by=ou)
    ScoreSheet.objects.filter(pk=sheet.pk).update(total=Decimal("85"))

    second = publication.release(year, title="名次（更正）", by=ou)

    assert [first.number, second.number] == [1, 2]
    assert [rows_of(first)[0][3], rows_of(second)[0][3]] == [Decimal("80"), Decimal("85")]
    assert first.newer_version() == second and second.newer_version() is None


def test_the_database_refuses_a_second_version_of_one_number(year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)
    version.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_values_not_assessed_hold_the_release_until_confirmed(year, ou):
    standing(year, unset=3)
    standing(year, unset=2)

    with pytest.raises(ValidationError, match="还有 5 项未评"):
        publication.release(year, title="名次", by=ou)
    assert not RankingRelease.objects.exists()

    version = publication.release(year, title="名次", by=ou, confirm_unset=True)
    assert version.unset_count == 5
    assert sorted(version.rows.values_list("unset_count", flat=True)) == [2, 3]


def test_a_unit_without_a_sheet_holds_the_release_too(year, ou):
    standing(year)
    forgotten = UnitYearFactory(cycle=year).unit

    assert publication.live(year).without_sheet == [forgotten]
    with pytest.raises(ValidationError, match="没有得分表"):
        publication.release(year, title="名次", by=ou)


def test_without_any_sheet_there_is_nothing_to_release(year, ou):
    with pytest.raises(ValidationError, match="没有可发布"):
        publication.release(year, title="名次", by=ou, confirm_unset=True)


def test_a_release_needs_a_title(year, ou):
    standing(year)

    with pytest.raises(ValidationError, match="标题"):
        publication.release(year, title="  ", by=ou)


def test_what_was_seen_must_still_be_so(year, ou):
    sheet = standing(year, "80")
    seen = publication.live(year).fingerprint
    ScoreSheet.objects.filter(pk=sheet.pk).update(total=Decimal("81"))

    with pytest.raises(ValidationError, match="重新核对"):
        publication.release(year, title="名次", by=ou, seen=seen)


def test_a_second_click_releases_nothing(year, ou):
    standing(year)
    seen = publication.live(year).fingerprint
    publication.release(year, title="名次", by=ou, seen=seen)

    with pytest.raises(ValidationError, match="重新核对"):
        publication.release(year, title="名次", by=ou, seen=seen)

    assert RankingRelease.objects.count() == 1


def test_a_release_is_in_the_trail_and_the_units_hear_of_it(
    year, ou, lan, school, mei, django_capture_on_commit_callbacks
):
    standing(year, unit=school)
    Unit.objects.filter(pk=mei.workplace.pk).update(participation="exempt")

    with django_capture_on_commit_callbacks(execute=True):
        version = publication.release(year, title="名次", by=ou)

    event = TrailEvent.objects.about(version).get()
    assert (event.verb, event.by, event.to_status) == ("release", ou, "published")
    assert event.changes == {"units": [0, 1], "unset": [0, 0]}
    assert [told.to for told in Notification.objects.all()] == [lan]


def test_a_failed_release_leaves_nothing_behind(year, ou, monkeypatch):
    standing(year)
    monkeypatch.setattr(publication, "copies", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        publication.release(year, title="名次", by=ou)

    assert not RankingRelease.objects.exists() and not TrailEvent.objects.exists()


def test_withdrawing_keeps_the_rows_and_says_why(year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)

    version = publication.withdraw(version, note="口径有误", by=ou)

    version.refresh_from_db()
    assert (version.status, version.withdrawn_note) == ("withdrawn", "口径有误")
    assert version.withdrawn_at is not None
    assert version.rows.count() == 1
    assert publication.boards_of(version) == []
    assert RankingRelease.objects.newest() is None
    assert TrailEvent.objects.about(version).last().note == "口径有误"


def test_withdrawing_needs_a_reason(year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)

    with pytest.raises(ValidationError, match="撤回原因"):
        publication.withdraw(version, note=" ", by=ou)

    version.refresh_from_db()
    assert version.is_published


def test_a_ranking_is_withdrawn_once(year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)
    publication.withdraw(version, note="口径有误", by=ou)

    with pytest.raises(MoveNotAllowed):
        publication.withdraw(version, note="再来一次", by=ou)


def test_the_newest_version_is_the_last_one_that_was_not_withdrawn(year, ou):
    standing(year)
    first = publication.release(year, title="一", by=ou)
    second = publication.release(year, title="二", by=ou)
    publication.withdraw(second, note="口径有误", by=ou)

    assert RankingRelease.objects.newest() == first


@pytest.mark.parametrize(
    ("totals", "bars"), [([], None), (["80", "81"], 2), (["40", "90"], 11), (["1", "100"], 21)]
)
def test_the_plot_has_few_enough_columns_to_read(totals, bars):
    plot = publication.plot([Decimal(total) for total in totals], Decimal(90))

    assert (plot and len(plot.bars)) == bars


def one_is_refused(outcomes):
    return sorted(isinstance(one, ValidationError) for one in outcomes) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_of_two_releasing_what_they_saw_at_once_one_is_told_to_look_again(year, ou):
    standing(year)
    seen = publication.live(year).fingerprint

    outcomes = at_once(*[partial(publication.release, year, title="名次", by=ou, seen=seen)] * 2)

    assert one_is_refused(outcomes)
    assert RankingRelease.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_granting_the_same_at_once_one_award_is_made(school, ou):
    item = HonorItem.objects.get(level="county", name="文明单位")
    grant = partial(
        honor.grant,
        item,
        [school],
        year=2026,
        document_number="文〔2026〕1号",
        granted_on=date(2026, 1, 9),
        by=ou,
    )

    assert one_is_refused(at_once(grant, grant))
    assert Award.objects.count() == 1
