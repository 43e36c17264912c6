"""Paging by key through a list that grows."""

import pytest
from django.test import RequestFactory

from assessments.models import LedgerEntry
from civportal.lib.paging import keyset_page
from tests.factories import EntryFactory


def page(query="", per_page=2, field="-updated_at"):
    return keyset_page(RequestFactory().get(f"/?{query}"), LedgerEntry.objects.all(), field, per_page)


def test_page_after_page_shows_every_row_once(db):
    entries = EntryFactory.create_batch(5)

    first = page()
    second = page(first.next_query)
    third = page(second.next_query)

    assert [*first, *second, *third] == entries[::-1]
    assert third.next_query == ""


def test_from_every_later_page_a_link_leads_back_to_the_start(db):
    entries = EntryFactory.create_batch(3)

    first = page()
    second = page(first.next_query)

    assert first.first_query == ""
    assert page(second.first_query).rows == [entries[2], entries[1]]
    assert second.first_query


def test_the_next_page_keeps_the_filter(db):
    EntryFactory.create_batch(3)

    assert page("q=志愿&after=").next_query.startswith("q=%E5%BF%97%E6%84%BF&after=")


@pytest.mark.parametrize("silly", ["x", "2026-06-01", "x,1", "2026-06-01T08:00Z,x", "2026-06-01T08:00Z,²"])
def test_an_address_that_makes_no_sense_shows_the_first_page(db, silly):
    entries = EntryFactory.create_batch(2)

    assert page(f"after={silly}").rows == entries[::-1]
