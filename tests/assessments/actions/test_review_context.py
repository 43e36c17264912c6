"""What a reviewer compares with."""

from decimal import Decimal

import pytest

from assessments.actions import review_context
from tests.factories import (
    ClaimFactory,
    CycleFactory,
    EntryFactory,
    IndicatorFactory,
    ReviewFactory,
    StandardFactory,
)


@pytest.fixture
def indicator(year):
    return year.standard.indicators.proved_by_ledger().first()


def decided(year, indicator, points, **said):
    """An accepted record with points for the indicator, decided now."""
    entry = EntryFactory(cycle=year, accepted=True, **said)
    ReviewFactory(entry=entry)
    return ClaimFactory(entry=entry, indicator=indicator, points=points)


def test_items_say_what_waits_what_was_decided_today_and_the_mean(year, indicator, rui):
    for points in ("1", "2"):
        decided(year, indicator, Decimal(points))
    ClaimFactory(entry=EntryFactory(cycle=year, submitted=True), indicator=indicator)
    ClaimFactory(entry=EntryFactory(cycle=year), indicator=indicator)

    item = review_context.items(rui).get(pk=indicator.pk)

    assert (item.waiting, item.decided, item.accepted, item.mean) == (1, 2, 2, Decimal("1.5"))


def test_items_count_nothing_that_one_may_not_decide(year, indicator, rui):
    own = EntryFactory(cycle=year, submitted=True, on_behalf=True, created_by=rui)
    ClaimFactory(entry=own, indicator=indicator)

    assert review_context.items(rui).get(pk=indicator.pk).waiting == 0


def test_items_cost_one_query(year, indicator, rui, django_assert_num_queries):
    decided(year, indicator, 1)
    IndicatorFactory(standard=year.standard, parent=indicator.parent)
    assert rui.roles

    with django_assert_num_queries(1):
        assert len(review_context.items(rui)) == 2


def test_the_last_decisions_come_newest_first_and_only_for_the_indicator(year, indicator):
    older, newer = decided(year, indicator, 1), decided(year, indicator, 2)
    other = IndicatorFactory(standard=year.standard, parent=indicator.parent)
    decided(year, other, 1)

    assert list(review_context.last_decisions(indicator)) == [newer, older]


# what lies around an entry


@pytest.fixture
def entry(year, school, indicator):
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    ClaimFactory(entry=entry, indicator=indicator)
    return entry


def claims(compared):
    return [claim.entry.title for claim in compared.claims]


def test_an_entry_is_compared_with_earlier_years_other_units_and_the_units_other_records(
    year, school, indicator, entry, rui
):
    last_year = CycleFactory(year=2025, status="closed", standard=StandardFactory(year=2025))
    same_code = last_year.standard.indicators.get(code=indicator.code)
    other = IndicatorFactory(standard=year.standard, parent=indicator.parent)
    for claimed, said in (
        (same_code, {"cycle": last_year, "unit": school, "accepted": True, "title": "去年的"}),
        (same_code, {"cycle": last_year, "accepted": True, "title": "别人去年的"}),
        (indicator, {"cycle": year, "submitted": True, "title": "别人待审的"}),
        (indicator, {"cycle": year, "unit": school, "returned": True, "title": "自己的"}),
        (indicator, {"cycle": year, "unit": school, "title": "草稿"}),
    ):
        ClaimFactory(entry=EntryFactory(**said), indicator=claimed)
    decided(year, indicator, 2, title="别人的")
    decided(year, other, 2, title="别的指标")

    found = review_context.around(entry, rui)

    assert {name: claims(compared) for name, compared in found.items()} == {
        "earlier": ["去年的"],
        "others": ["别人的"],
        "own": ["自己的"],
    }


def test_eight_are_shown_and_said_to_be_not_all(year, indicator, entry, rui, django_assert_num_queries):
    for _number in range(9):
        decided(year, indicator, 1)
    assert rui.roles

    with django_assert_num_queries(3):
        found = review_context.around(entry, rui)

    assert (len(found["others"].claims), found["others"].has_more) == (8, True)
    assert not found["own"].has_more
    assert found["others"].indicators == [indicator]
