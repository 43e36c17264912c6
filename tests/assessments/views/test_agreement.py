"""The director's page on how far reviewers agree."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.browsing import without_drawings
from tests.factories import ClaimFactory, EntryFactory, MarkFactory, ReviewFactory, UnitFactory

pytestmark = pytest.mark.django_db
PAGE = "/review/agreement/"


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


def decided(year, unit, *marks, indicator=None, arbiter=None):
    """An accepted record with these blind marks, [(reviewer, points)], and an arbiter's."""
    entry = ReviewFactory(entry=EntryFactory(cycle=year, unit=unit, accepted=True)).entry
    claim = ClaimFactory(entry=entry, **({"indicator": indicator} if indicator else {}))
    for by, points in marks:
        MarkFactory(claim=claim, by=by, points=Decimal(points))
    if arbiter:
        MarkFactory(claim=claim, by=arbiter, points=Decimal(4), settles=True)
    return entry


def test_spread_severity_and_agreement_are_told(as_ou, year, school, bank, rui, ou):
    decided(year, school, (rui, "1"), (ou, "3"))
    decided(year, bank, (rui, "4"), (ou, "4"))

    found = as_ou.get(PAGE).context["agreement"]

    assert (found.total.count, found.total.mean, found.total.agreed) == (2, 25, 50)
    assert [(line.label, line.spread.mean) for line in found.units] == [(school.name, 50), (bank.name, 0)]
    severities = {one.name: (one.severity.difference, one.severity.count) for one in found.reviewers}
    assert severities == {rui.name: (Decimal("-12.5"), 2), ou.name: (Decimal("12.5"), 2)}


def test_an_arbiters_mark_is_compared_with_nobodys(as_ou, year, school, rui, ou, admin):
    decided(year, school, (rui, "1"), (ou, "3"), arbiter=admin)

    found = as_ou.get(PAGE).context["agreement"]

    assert found.total.largest == 50
    assert {one.name for one in found.reviewers} == {rui.name, ou.name}


def test_one_mark_alone_is_compared_with_nothing(as_ou, year, school, rui):
    decided(year, school, (rui, "1"))

    assert as_ou.get(PAGE).context["agreement"].total is None


def test_the_marks_are_narrowed_by_indicator(as_ou, year, school, rui, ou):
    second = year.standard.indicators.create(
        code="A9", name="另一项", maximum=4, method="M", sort_order=99,
        parent=year.standard.indicators.get(code="A"),
    )  # fmt: skip
    decided(year, school, (rui, "1"), (ou, "3"))
    decided(year, school, (rui, "4"), (ou, "4"), indicator=second)

    found = as_ou.get(PAGE, {"indicator": second.pk}).context["agreement"]

    assert [line.label for line in found.indicators] == ["A9 另一项"]
    assert found.total.count == 1


def test_what_waits_for_an_arbiter_is_listed_without_its_marks(as_ou, year, school, rui, ou):
    entry = EntryFactory(cycle=year, unit=school, submitted=True, disputed_round=1)
    claim = ClaimFactory(entry=entry)
    MarkFactory(claim=claim, by=rui, points=Decimal("1.17"))
    MarkFactory(claim=claim, by=ou, points=Decimal("3.91"))

    page = without_drawings(as_ou.get(PAGE).content.decode())

    assert entry.title in page
    assert "1.17" not in page and "3.91" not in page


@pytest.mark.parametrize("who", ["rui", "lan", "guan", "shen", "admin"])
def test_only_the_director_compares_reviewers(client, request, year, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"format": "csv"}).status_code == 403


def test_an_empty_year_and_no_year_at_all_say_so(as_ou, year):
    assert as_ou.get(PAGE).context["agreement"].total is None
    year.delete()
    assert as_ou.get(PAGE).status_code == 200


def test_the_queue_leads_there(as_ou, year):
    assert f'href="{PAGE}"' in as_ou.get(reverse("assessments:queue")).content.decode()


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_page_costs_the_same_queries_however_much_is_compared(
    as_ou, year, rui, ou, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        decided(year, UnitFactory(), (rui, "1"), (ou, "3"))
        EntryFactory(cycle=year, submitted=True, disputed_round=1)

    # Three lists and a filter on one page.
    with django_assert_max_num_queries(11):
        response = as_ou.get(PAGE)

    assert response.context["agreement"].total.count == rows
