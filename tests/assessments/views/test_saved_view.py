"""Saved views in the browser's terms."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import LedgerEntry, SavedView
from tests.factories import ClaimFactory, EntryFactory, SavedViewFactory


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def counts(response):
    return {view.name: view.count for view in response.context["views"]}


def test_a_narrowed_queue_is_kept_without_what_the_filter_does_not_know(as_rui, rui, year):
    query = "?again=on&town=nowhere&after=x&evil=1&q=志愿&indicator="

    response = as_rui.post(address("saved_view_new") + query, {"name": "补正", "is_shared": "on"})

    view = rui.saved_views.get()
    assert response.url == view.get_absolute_url()
    assert view.query == "q=%E5%BF%97%E6%84%BF&again=on"
    assert view.is_shared


@pytest.mark.parametrize("name", ["", "长" * 41, "补正"])
def test_a_name_that_will_not_do_is_explained_at_the_field(as_rui, rui, name):
    SavedViewFactory(owner=rui, name="补正")

    response = as_rui.post(address("saved_view_new"), {"name": name})

    assert response.status_code == 422
    assert response.context["form"].errors["name"]
    assert rui.saved_views.count() == 1


def test_views_tell_how_many_wait_in_each_on_the_queue_and_the_first_page(as_rui, rui, ou, year):
    first, *_others = EntryFactory.create_batch(3, cycle=year, submitted=True)
    LedgerEntry.objects.filter(pk=first.pk).update(round=2)
    claim = ClaimFactory(entry=first)
    SavedViewFactory(owner=rui, name="全部", query="")
    SavedViewFactory(owner=rui, name="补正", query="again=on")
    SavedViewFactory(owner=ou, name="一项", query=f"indicator={claim.indicator_id}", is_shared=True)
    SavedViewFactory(owner=ou, name="无", query="q=火星", is_shared=True)
    SavedViewFactory(owner=ou, name="别人的")

    told = {"全部": 3, "补正": 1, "一项": 1, "无": 0}
    assert counts(as_rui.get(address("queue"))) == told
    assert counts(as_rui.get(address("home"))) == told


def test_a_view_of_what_is_no_longer_offered_has_no_number(as_rui, rui, year):
    EntryFactory(cycle=year, submitted=True)
    SavedViewFactory(owner=rui, name="去年的", query="indicator=987654")

    assert counts(as_rui.get(address("queue"))) == {"去年的": None}


def test_all_views_are_counted_at_once(as_rui, rui, year):
    EntryFactory(cycle=year, submitted=True)
    counted = set()
    for number in range(3):
        SavedViewFactory(owner=rui, query=f"q=志愿&kind=organ&late=on&looks=on&long=on&after={number}")
        as_rui.get(address("queue"))
        with CaptureQueriesContext(connection) as queries:
            as_rui.get(address("queue"))
        counted.add(len(queries))

    assert len(counted) == 1


def test_only_the_owner_changes_a_view(as_rui, rui, ou):
    own = SavedViewFactory(owner=rui)
    shared, hidden = SavedViewFactory(owner=ou, is_shared=True), SavedViewFactory(owner=ou)

    as_rui.post(address("saved_view_edit", own.pk), {"name": "新名"})
    answers = [
        as_rui.post(address(act, view.pk), {"name": "夺来"}).status_code
        for view in (shared, hidden)
        for act in ("saved_view_edit", "saved_view_delete")
    ]

    assert answers == [403, 403, 404, 404]
    assert rui.saved_views.get().name == "新名"
    as_rui.post(address("saved_view_delete", own.pk))
    assert set(SavedView.objects.all()) == {shared, hidden}


def test_what_is_asked_can_be_saved_from_the_queue(as_rui, year):
    EntryFactory(cycle=year, submitted=True)

    assert (
        address("saved_view_new") + "?again=on"
        in as_rui.get(address("queue"), {"again": "on"}).content.decode()
    )
    assert address("saved_view_new") not in as_rui.get(address("queue")).content.decode()
