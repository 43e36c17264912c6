"""A review is kept while it is done, and an indicator is judged alone through all units."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.actions import mark, review, review_draft
from assessments.models import DraftMark, LedgerEntry, ReviewDraft
from tests.factories import ClaimFactory, EntryFactory, IndicatorFactory, UnitFactory, UnitYearFactory


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def indicators(year):
    first = year.standard.indicators.proved_by_ledger().get()
    other = IndicatorFactory(standard=year.standard, parent=first.parent, sort_order=9)
    return [first, other]


@pytest.fixture
def waiting(year, indicators):
    """Records of three units, each claiming both indicators, in the order of the register."""
    made = []
    for number in range(3):
        unit = UnitFactory(sort_order=number)
        UnitYearFactory(cycle=year, unit=unit)
        entry = EntryFactory(cycle=year, unit=unit, submitted=True)
        for indicator in indicators:
            ClaimFactory(entry=entry, indicator=indicator)
        made.append(entry)
    return made


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


def only(indicator):
    return f"?indicator={indicator.pk}&order=units"


def claim_of(entry, indicator):
    return entry.claims.get(indicator=indicator)


def given(entry, indicator, points="2", **more):
    return {f"points_{claim_of(entry, indicator).pk}": points, "version": entry.version, **more}


def kept(entry, user):
    return review_draft.held(LedgerEntry.objects.get(pk=entry.pk), user)


def test_one_indicator_is_marked_in_all_units_before_anything_is_decided(as_rui, rui, waiting, indicators):
    seen = []
    place = address("review", waiting[0].pk) + only(indicators[0])

    while "/review/items/" not in place:
        shown = as_rui.get(place).context
        entry = shown["entry"]
        seen.append(entry)
        assert [row[0].indicator for row in shown["claim_fields"]] == indicators[:1]
        sent = given(entry, indicators[0])
        place = as_rui.post(address("review_keep", entry.pk) + only(indicators[0]), sent).url

    assert seen == waiting
    assert {entry.status for entry in LedgerEntry.objects.all()} == {"submitted"}
    assert DraftMark.objects.given_by(rui).count() == 3


def test_the_last_indicator_of_a_record_accepts_it_with_all_points(as_rui, rui, waiting, indicators):
    entry = waiting[0]
    as_rui.post(address("review_keep", entry.pk) + only(indicators[0]), given(entry, indicators[0], "1.5"))

    page = as_rui.get(address("review", entry.pk) + only(indicators[1]))
    form = page.context["accept_form"]
    sent = {name: form[name].value() or "3" for name in form.fields if name.startswith("points_")}
    as_rui.post(address("entry_accept", entry.pk) + only(indicators[1]), sent | {"version": entry.version})

    entry.refresh_from_db()
    assert entry.status == "accepted"
    assert sorted(claim.points for claim in entry.claims.all()) == [Decimal("1.5"), 3]
    assert not ReviewDraft.objects.exists()


def test_going_through_the_units_needs_points_for_this_indicator_alone(as_rui, rui, waiting, indicators):
    entry = waiting[0]

    refused = as_rui.post(
        address("review_keep", entry.pk) + only(indicators[0]), given(entry, indicators[0], "")
    )
    too_many = as_rui.post(
        address("review_keep", entry.pk) + only(indicators[0]), given(entry, indicators[0], "99")
    )

    assert refused.status_code == too_many.status_code == 422
    assert not DraftMark.objects.exists()


def test_the_queue_begins_with_the_first_unit_without_points_and_shows_those_given(
    as_rui, rui, waiting, indicators
):
    claim = claim_of(waiting[0], indicators[0])
    review_draft.keep(waiting[0], {claim.pk: Decimal("2.5")}, by=rui)

    shown = as_rui.get(address("queue") + only(indicators[0]))
    items = as_rui.get(address("review_items")).context["items"]

    assert shown.context["first"] == waiting[1]
    assert shown.context["kept"] == {waiting[0].pk: Decimal("2.5")}
    assert {item.pk: (item.waiting, item.given) for item in items} == {
        indicators[0].pk: (3, 1),
        indicators[1].pk: (3, 0),
    }


def test_the_page_begins_with_what_one_had_in_hand(as_rui, rui, waiting, indicators):
    entry = waiting[0]
    sent = given(entry, indicators[0], "2.5", note="很好", by_itself="1")

    answer = as_rui.post(address("review_keep", entry.pk), sent)
    form = as_rui.get(address("review", entry.pk)).context["accept_form"]

    assert answer.json()["whole"] is True
    assert form["note"].value() == "很好"
    assert form[f"points_{claim_of(entry, indicators[0]).pk}"].value() == "2.5"


def test_without_scripts_a_button_keeps_it_and_the_page_stays(as_rui, rui, waiting, indicators):
    entry = waiting[0]

    answer = as_rui.post(address("review_keep", entry.pk), given(entry, indicators[0], "2.5"))

    assert answer.url == address("review", entry.pk)
    assert kept(entry, rui).points == {claim_of(entry, indicators[0]).pk: Decimal("2.5")}


@pytest.mark.parametrize("wrong", ["99", "-1", "x"])
def test_what_is_wrong_leaves_what_was_kept_and_the_rest_is_kept(as_rui, rui, waiting, indicators, wrong):
    entry = waiting[0]
    url = address("review_keep", entry.pk)
    as_rui.post(url, given(entry, indicators[0], "2.5", by_itself="1"))

    answer = as_rui.post(url, given(entry, indicators[0], wrong, note="新附言", by_itself="1"))

    assert answer.json()["whole"] is False
    assert kept(entry, rui).note == "新附言"
    assert list(kept(entry, rui).points.values()) == [Decimal("2.5")]


def test_an_emptied_field_is_empty_afterwards(as_rui, rui, waiting, indicators):
    entry = waiting[0]
    url = address("review_keep", entry.pk)
    as_rui.post(url, given(entry, indicators[0], "2.5", by_itself="1"))
    as_rui.post(url, given(entry, indicators[0], "", by_itself="1"))

    assert kept(entry, rui).points == {}


def test_nobody_sees_what_another_one_has_in_hand(client, rui, ou, waiting, indicators):
    entry = waiting[0]
    claim = claim_of(entry, indicators[0])
    review_draft.keep(entry, {claim.pk: Decimal("3.33")}, by=rui, note="只有芮安知道")
    client.force_login(ou)

    for place in (
        address("review", entry.pk),
        address("queue") + only(indicators[0]),
        address("entry", entry.pk),
    ):
        content = client.get(place).content.decode()
        assert "3.33" not in content and "只有芮安知道" not in content
    review_draft.keep(entry, {claim.pk: Decimal(1)}, by=ou)

    assert kept(entry, rui).points == {claim.pk: Decimal("3.33")}


def test_a_page_opened_before_the_record_changed_keeps_nothing(as_rui, rui, waiting, indicators):
    entry = waiting[0]
    LedgerEntry.objects.filter(pk=entry.pk).update(version=entry.version + 1)

    answers = [
        as_rui.post(address("review_keep", entry.pk), said).status_code
        for said in (given(entry, indicators[0]), given(entry, indicators[0], by_itself="1"))
    ]
    no_version = as_rui.post(address("review_keep", entry.pk), {"by_itself": "1", "note": "x"})

    assert answers == [409, 409]
    assert no_version.status_code == 422
    assert not ReviewDraft.objects.exists()


def test_it_is_gone_once_the_record_is_returned_or_marked(rui, ou, waiting, indicators, year):
    by_both, returned = waiting[:2]
    year.standard.indicators.filter(pk=indicators[0].pk).update(reviewers_needed=2)
    for person in (rui, ou):
        for entry in (by_both, returned):
            review_draft.keep(entry, {claim_of(entry, indicators[0]).pk: Decimal(1)}, by=person)

    mark.decide(by_both, {claim.pk: Decimal(1) for claim in by_both.claims.all()}, by=rui)
    review.send_back(returned, by=rui, note="重拍")

    assert list(ReviewDraft.objects.values_list("entry", "by")) == [(by_both.pk, ou.pk)]


def test_who_has_marked_keeps_nothing_more(as_rui, rui, waiting, indicators, year):
    entry = waiting[0]
    year.standard.indicators.filter(pk=indicators[0].pk).update(reviewers_needed=2)
    mark.decide(entry, {claim.pk: Decimal(1) for claim in entry.claims.all()}, by=rui)

    refused = as_rui.post(address("review_keep", entry.pk), given(entry, indicators[0], by_itself="1"))

    assert refused.status_code in (403, 422)
    assert not ReviewDraft.objects.exists()


def test_keeping_counts_as_opening_so_that_the_unit_cannot_change_what_was_judged(rui, waiting, indicators):
    review_draft.keep(waiting[0], {claim_of(waiting[0], indicators[0]).pk: Decimal(1)}, by=rui)

    assert LedgerEntry.objects.get(pk=waiting[0].pk).opened_at


def test_a_claim_of_another_record_is_left_alone(rui, waiting, indicators):
    foreign = claim_of(waiting[1], indicators[0])

    review_draft.keep(waiting[0], {foreign.pk: Decimal(1)}, by=rui)

    assert not DraftMark.objects.exists()


def test_only_who_may_decide_keeps_anything(client, lan, admin, waiting, indicators):
    for person, status in ((lan, 404), (admin, 403)):
        client.force_login(person)
        sent = given(waiting[0], indicators[0])
        assert client.post(address("review_keep", waiting[0].pk), sent).status_code == status


def test_judging_an_indicator_costs_the_same_queries_however_many_units(as_rui, rui, year, indicators):
    counted = set()
    for more in (1, 4, 15):
        for entry in EntryFactory.create_batch(more, cycle=year, submitted=True):
            for indicator in indicators:
                claim = ClaimFactory(entry=entry, indicator=indicator)
            review_draft.keep(entry, {claim.pk: Decimal(1)}, by=rui)
        as_rui.get(address("queue"))
        for place in (address("queue"), address("review", LedgerEntry.objects.first().pk)):
            with CaptureQueriesContext(connection) as queries:
                as_rui.get(place + only(indicators[1]))
            counted.add((place == address("queue"), len(queries)))

    assert len(counted) == 2
