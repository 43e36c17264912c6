"""The ranking in the office: live, released, withdrawn."""

from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.actions import publication
from assessments.models import RankingRelease, ScoreSheet
from tests.assessments.standings import standing
from tests.factories import CycleFactory


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


def seen(page):
    return page.context["ranking"].fingerprint


@pytest.mark.parametrize("units", [1, 5, 50])
def test_the_live_ranking_costs_the_same_queries_however_long(as_rui, year, units, django_assert_num_queries):
    for number in range(units):
        standing(year, str(60 + number % 40), code="bank", unset=number % 2)

    with django_assert_num_queries(8):
        as_rui.get(address("ranking"))


def test_the_live_ranking_links_to_the_sheets_and_shows_what_is_missing(as_rui, year):
    sheet = standing(year, "91.5", unset=3)

    page = as_rui.get(address("ranking"))

    assert sheet.get_absolute_url() in page.content.decode()
    assert "还有 3 项未评" in page.content.decode()


def test_the_year_can_be_chosen(as_rui, year):
    old = standing(CycleFactory(year=2025, status="closed"), "70")
    new = standing(year, "80")

    def units(query):
        ranking = as_rui.get(address("ranking") + query).context["ranking"]
        return [row.unit for row in ranking.rows]

    assert units("") == units("?year=nonsense") == units("?year=1999") == [new.unit]
    assert units("?year=2025") == [old.unit]


def test_without_a_year_the_page_says_what_to_do(as_rui):
    page = as_rui.get(address("ranking"))

    assert page.status_code == 200
    assert address("cycles") in page.content.decode()


def test_only_the_director_releases(as_rui, year):
    standing(year)

    assert address("release_new") not in as_rui.get(address("ranking")).content.decode()
    assert as_rui.get(address("release_new")).status_code == 403
    assert as_rui.post(address("release_new")).status_code == 403


def test_liaisons_see_no_live_ranking(client, lan, year):
    client.force_login(lan)

    assert client.get(address("ranking")).status_code == 403


def test_the_release_page_names_what_will_be_published_and_changes_nothing(as_ou, year):
    standing(year, "91", code="bank")
    standing(year, "70", code="village", unset=4)

    page = as_ou.get(address("release_new"))

    assert [(board.name, len(board.rows)) for board in page.context["ranking"].boards] == [
        ("单位", 1),
        ("村", 1),
    ]
    assert "还有 4 项未评" in page.content.decode()
    assert "2026" in page.context["form"]["title"].value()
    assert not RankingRelease.objects.exists()


def test_the_director_releases_and_the_public_reads_it(as_ou, client, year):
    standing(year, "91")
    page = as_ou.get(address("release_new"))

    answer = as_ou.post(address("release_new"), {"title": "二〇二六年度名次", "seen": seen(page)})

    version = RankingRelease.objects.get()
    assert answer.url == address("release", version.pk)
    client.logout()
    assert "二〇二六年度名次" in client.get(version.get_absolute_url()).content.decode()


def test_without_the_confirmation_the_page_says_what_is_missing(as_ou, year):
    standing(year, "91", unset=2)
    page = as_ou.get(address("release_new"))

    refused = as_ou.post(address("release_new"), {"title": "名次", "seen": seen(page)})
    assert "还有 2 项未评" in str(refused.context["form"].non_field_errors())
    assert not RankingRelease.objects.exists()

    as_ou.post(address("release_new"), {"title": "名次", "seen": seen(page), "confirm_unset": "on"})
    assert RankingRelease.objects.get().unset_count == 2


def test_a_score_that_changed_meanwhile_is_looked_at_again_and_then_released(as_ou, year):
    sheet = standing(year, "80")
    page = as_ou.get(address("release_new"))
    ScoreSheet.objects.filter(pk=sheet.pk).update(total=Decimal("81"))

    refused = as_ou.post(address("release_new"), {"title": "名次", "seen": seen(page)})
    assert "重新核对" in refused.content.decode()
    assert f'value="{seen(refused)}"' in refused.content.decode()

    as_ou.post(address("release_new"), {"title": "名次", "seen": seen(refused)})
    assert RankingRelease.objects.get().rows.get().total == 81


def test_nothing_to_release_has_no_form(as_ou, year):
    page = as_ou.get(address("release_new"))

    assert "<textarea" not in page.content.decode() and 'name="title"' not in page.content.decode()


def test_releasing_without_any_year_leads_to_the_ranking(as_ou, db):
    assert as_ou.get(address("release_new")).url == address("ranking")


def test_the_director_withdraws_with_a_reason(as_ou, year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)

    form = as_ou.get(address("release_withdraw", version.pk))
    empty = as_ou.post(address("release_withdraw", version.pk), {"version": 0, "note": ""})
    as_ou.post(address("release_withdraw", version.pk), {"version": 0, "note": "口径有误"})

    version.refresh_from_db()
    assert form.status_code == 200
    assert empty.context["form"].errors["note"]
    assert (version.status, version.withdrawn_note) == ("withdrawn", "口径有误")
    assert "口径有误" in as_ou.get(address("release", version.pk)).content.decode()


def test_a_withdrawn_ranking_is_not_withdrawn_again(as_ou, year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)
    publication.withdraw(version, note="口径有误", by=ou)

    assert as_ou.get(address("release_withdraw", version.pk)).status_code == 403


def test_two_withdrawing_at_once_gives_the_second_the_conflict_page(as_ou, year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)

    answer = as_ou.post(address("release_withdraw", version.pk), {"version": 7, "note": "口径有误"})

    assert answer.status_code == 409
    version.refresh_from_db()
    assert version.is_published


def test_the_case_officer_reads_a_version_and_cannot_withdraw_it(as_rui, year, ou):
    standing(year)
    version = publication.release(year, title="名次", by=ou)

    page = as_rui.get(address("release", version.pk))

    assert address("release_withdraw", version.pk) not in page.content.decode()
    assert as_rui.post(address("release_withdraw", version.pk), {"note": "x"}).status_code == 403
