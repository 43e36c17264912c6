"""Both orders side by side, and the decision, in the browser's terms."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.actions import moderation as moderations
from assessments.actions import score
from assessments.models import Moderation, ScoreSheet
from tests.browsing import without_drawings
from tests.factories import (
    CalibrationItemFactory,
    CalibrationMarkFactory,
    CalibrationRoundFactory,
    ClaimFactory,
    EntryFactory,
    ReleaseFactory,
    ReviewFactory,
    UnitFactory,
    UnitYearFactory,
)

pytestmark = pytest.mark.django_db
D = Decimal
PAGE = "/ranking/moderated/"


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text(response):
    return without_drawings(response.content.decode())


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


@pytest.fixture
def compared(year, rui, ou):
    """A closed calibration of ten records, in which Rui is severe and Ou is mild."""
    found = CalibrationRoundFactory(cycle=year, closed=True, people=[rui, ou])
    for _ in range(10):
        item = CalibrationItemFactory(round=found)
        CalibrationMarkFactory(item=item, by=rui, points=D("1.5"))
        CalibrationMarkFactory(item=item, by=ou, points=D("2.5"))


@pytest.fixture
def scored(year, school, bank, rui, ou, compared):
    for unit, by, points in ((school, rui, "2.0"), (bank, ou, "2.1")):
        decided(year, unit, by, points)
    return ScoreSheet.objects.get(unit_year__unit=school)


def decided(year, unit, by, points="2"):
    UnitYearFactory(cycle=year, unit=unit)
    entry = ReviewFactory(entry=EntryFactory(cycle=year, unit=unit, accepted=True), by=by).entry
    ClaimFactory(entry=entry, points=D(points))
    score.open_sheets(year)


def proposal(year, **said):
    digest = moderations.preview(year).digest
    return {"minutes": "会议纪要〔2026〕3号", "reason": "审核尺度不一", "digest": digest} | said


def test_both_orders_stand_side_by_side(as_ou, scored, school, bank):
    page = text(as_ou.get(PAGE))

    assert "↑1" in page and "↓1" in page
    assert "11.25" in page and "+1.25" in page
    assert address("moderated_unit", scored.pk) in page


def test_every_number_of_a_unit_is_explained(as_ou, scored, school, rui):
    page = text(as_ou.get(address("moderated_unit", scored.pk)))

    assert rui.name in page and "-6.25" in page
    assert "2.25" in page and "11.25" in page


def test_what_is_taken_away_stands_once_with_its_sign(client, as_ou, year, scored, bank, admin):
    as_ou.post(address("moderation_propose"), proposal(year))
    client.force_login(admin)
    client.post(address("moderation_adopt", Moderation.objects.get().pk), {"version": 0})
    sheet = ScoreSheet.objects.get(unit_year__unit=bank)

    page = text(client.get(sheet.get_absolute_url()))

    total = page[page.index('class="sum"') : page.index("sum__op")]
    assert re.findall(r"[+−-]\d[\d.]*", total) == [f"−{abs(sheet.moderation)}"]


def test_too_little_to_go_by_shows_no_order(as_ou, year, school, rui):
    decided(year, school, rui)
    sheet = ScoreSheet.objects.get()

    page = as_ou.get(PAGE)

    assert page.context["preview"].rows == [] and "moderation_propose" not in text(page)
    assert as_ou.get(address("moderated_unit", sheet.pk)).status_code == 404
    assert as_ou.post(address("moderation_propose"), proposal(year)).status_code == 422


def test_proposed_by_one_adopted_by_another_read_by_the_unit(client, as_ou, year, scored, admin, lan, ou):
    answer = as_ou.post(address("moderation_propose"), proposal(year))
    found = Moderation.objects.get()
    assert answer.url == found.get_absolute_url()
    assert as_ou.post(address("moderation_adopt", found.pk), {"version": 0}).status_code == 403

    client.force_login(admin)
    assert "11.25" in text(client.get(found.get_absolute_url()))
    client.post(address("moderation_adopt", found.pk), {"version": found.version})

    assert Moderation.objects.get().is_adopted
    client.force_login(lan)
    sheet = text(client.get(scored.get_absolute_url()))
    assert "会议纪要〔2026〕3号" in sheet and "+1.25" in sheet and "11.25" in sheet
    # How severe anybody is stays with the office.
    assert "6.25" not in sheet.replace("26.25", "") and PAGE not in sheet


@pytest.mark.parametrize("said", [{"minutes": ""}, {"reason": " "}, {"minutes": "长" * 101}, {"digest": ""}])
def test_what_is_missing_is_said(as_ou, year, scored, said):
    answer = as_ou.post(address("moderation_propose"), proposal(year, **said))

    assert answer.status_code == 422 and answer.context["form"].errors
    assert not Moderation.objects.exists()


def test_another_preview_than_the_one_seen_is_shown_again(as_ou, year, scored, school, rui):
    said = proposal(year)
    ClaimFactory(
        entry=ReviewFactory(entry=EntryFactory(cycle=year, unit=school, accepted=True), by=rui).entry,
        points=1,
    )
    score.refresh_all(year)

    answer = as_ou.post(address("moderation_propose"), said)

    assert answer.status_code == 422 and answer.context["form"].non_field_errors()
    again = answer.context["form"]["digest"].value()
    assert as_ou.post(address("moderation_propose"), said | {"digest": again}).status_code == 302


def test_a_released_ranking_refuses_with_a_sentence(as_ou, year, scored):
    said = proposal(year)
    ReleaseFactory(cycle=year)

    answer = as_ou.post(address("moderation_propose"), said)

    assert answer.status_code == 422 and answer.context["form"].non_field_errors()


def test_refused_and_withdrawn_with_a_reason(client, as_ou, year, scored, admin):
    as_ou.post(address("moderation_propose"), proposal(year))
    found = Moderation.objects.get()
    client.force_login(admin)
    blank = client.post(address("moderation_refuse", found.pk), {"refuse-note": " ", "refuse-version": 0})
    assert blank.status_code == 422
    client.post(address("moderation_refuse", found.pk), {"refuse-note": "样本太小", "refuse-version": 0})
    assert Moderation.objects.get().status == "refused"

    client.force_login(found.proposed_by)
    client.post(address("moderation_propose"), proposal(year))
    second = Moderation.objects.exclude(pk=found.pk).get()
    blank = client.post(
        address("moderation_withdraw", second.pk), {"withdraw-note": "", "withdraw-version": 0}
    )
    assert blank.status_code == 422
    client.post(address("moderation_withdraw", second.pk), {"withdraw-note": "改期", "withdraw-version": 0})

    second.refresh_from_db()
    assert second.status == "withdrawn"


def test_who_comes_too_late_is_told(client, as_ou, year, scored, admin):
    as_ou.post(address("moderation_propose"), proposal(year))
    found = Moderation.objects.get()
    moderations.withdraw(found, note="改期", by=found.proposed_by)
    client.force_login(admin)

    assert client.post(address("moderation_adopt", found.pk), {"version": 0}).status_code == 409
    assert client.post(address("moderation_adopt", found.pk), {}).status_code == 302


@pytest.mark.parametrize("who", ["rui", "lan", "guan", "shen", "lin"])
def test_severity_is_nobody_elses(client, request, year, scored, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"format": "csv"}).status_code == 403
    assert client.get(address("moderated_unit", scored.pk)).status_code == 403


def test_the_order_leaves_as_a_table(as_ou, scored):
    answer = as_ou.post(PAGE, {"format": "csv"})

    assert "11.25" in b"".join(answer.streaming_content).decode()


def test_without_a_year_it_says_so(as_ou, year):
    assert as_ou.get(PAGE).status_code == 200
    year.delete()
    assert as_ou.get(PAGE).status_code == 200
    assert as_ou.post(address("moderation_propose"), {}).status_code == 404


def test_the_ranking_and_the_agreement_lead_there(as_ou, scored):
    for name in ("ranking", "agreement"):
        assert f'href="{PAGE}' in text(as_ou.get(address(name)))


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_page_costs_the_same_queries_however_many_units(
    as_ou, year, compared, rui, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        unit = UnitFactory()
        UnitYearFactory(cycle=year, unit=unit)
        entry = ReviewFactory(entry=EntryFactory(cycle=year, unit=unit, accepted=True), by=rui).entry
        ClaimFactory(entry=entry, points=2)
    score.open_sheets(year)

    # Marks, decisions, units, the standard, what was decided: each read once.
    with django_assert_max_num_queries(16):
        response = as_ou.get(PAGE)

    assert len(response.context["preview"].rows) == rows
