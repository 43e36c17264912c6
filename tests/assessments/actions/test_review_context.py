"""What a reviewer compares with."""

from decimal import Decimal

import pytest

from assessments.actions import review_context
from tests.factories import ClaimFactory, EntryFactory, IndicatorFactory, ReviewFactory


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
