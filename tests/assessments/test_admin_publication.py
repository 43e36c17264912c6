"""Honors and releases in the administration."""

import pytest
from django.urls import reverse

from assessments.actions import publication
from assessments.models import Award, HonorItem, RankingRelease
from tests.assessments.standings import standing
from tests.factories import AwardFactory
from units.models import TrailEvent


def address(model, page, *args):
    return reverse(f"admin:assessments_{model}_{page}", args=args)


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def release(year, ou):
    standing(year)
    return publication.release(year, title="名次", by=ou)


@pytest.mark.parametrize("model", ["honoritem", "award", "rankingrelease", "rankingrow"])
def test_every_list_opens_and_searches(as_admin, release, model):
    AwardFactory()

    assert as_admin.get(address(model, "changelist"), {"q": "文明"}).status_code == 200


@pytest.mark.parametrize("model", ["award", "rankingrelease", "rankingrow"])
def test_what_acts_made_is_read_only(as_admin, release, model):
    record = {"award": AwardFactory(), "rankingrelease": release, "rankingrow": release.rows.get()}[model]

    assert as_admin.get(address(model, "change", record.pk)).status_code == 200
    assert as_admin.post(address(model, "change", record.pk), {"status": "revoked"}).status_code == 403
    assert as_admin.post(address(model, "delete", record.pk), {"post": "yes"}).status_code == 403
    assert as_admin.get(address(model, "add")).status_code == 403
    assert Award.objects.count() + RankingRelease.objects.count() >= 1


def test_the_catalogue_is_edited_and_the_trail_says_by_whom(as_admin, admin):
    item = HonorItem.objects.get(level="county", name="文明窗口")

    as_admin.post(
        address("honoritem", "change", item.pk),
        {"level": "county", "name": "文明窗口", "term_years": 2, "sort_order": item.sort_order},
    )

    item.refresh_from_db()
    event = TrailEvent.objects.about(item).get()
    assert item.term_years == 2
    assert (event.verb, event.by, event.changes) == ("edit", admin, {"term_years": [1, 2]})


def test_an_honor_that_was_granted_is_not_deleted(as_admin):
    award = AwardFactory()

    as_admin.post(address("honoritem", "delete", award.item_id), {"post": "yes"})

    assert HonorItem.objects.filter(pk=award.item_id).exists()
