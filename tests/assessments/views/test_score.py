"""The list of sheets, the sheet that explains itself, and entering values on it."""

from decimal import Decimal as D

import pytest
from django.urls import reverse

from assessments.actions import score
from assessments.actions import standard as standards
from assessments.models import Review, ScoreLine, ScoreSheet
from tests.factories import ClaimFactory, CycleFactory, EntryFactory, UnitYearFactory
from units.models import TrailEvent


@pytest.fixture
def year(ou):
    """The open year with the default standard."""
    standard = standards.load(standards.default_source(), year=2026, by=ou)
    return CycleFactory(standard=standards.freeze(standard, by=ou))


@pytest.fixture
def sheet(year, school):
    """Lan's unit has a window and no pairing."""
    UnitYearFactory(cycle=year, unit=school, has_window=True)
    score.open_sheets(year)
    return ScoreSheet.objects.get(unit_year__unit=school)


@pytest.fixture
def foreign(year, bank, sheet):
    """The sheet of Mei's unit."""
    UnitYearFactory(cycle=year, unit=bank)
    score.open_sheets(year)
    return ScoreSheet.objects.get(unit_year__unit=bank)


def indicator(year, code):
    return year.standard.indicators.get(code=code)


def proved(year, unit, code, points, by):
    """An accepted entry with its review."""
    entry = EntryFactory(cycle=year, unit=unit, accepted=True, title="召开分析会")
    ClaimFactory(entry=entry, indicator=indicator(year, code), points=points)
    Review.objects.create(entry=entry, round=1, verdict="accepted", by=by)
    score.refresh_unit(year, unit)
    return entry


def html(response):
    return response.content.decode()


def test_the_sheet_tells_the_levels_of_an_indicator_beside_its_rule(client, lan, rui, sheet):
    for who in (lan, rui):
        client.force_login(who)

        assert "90% 起，不足 95%" in html(client.get(sheet.get_absolute_url()))


# The list


def test_the_office_sees_every_unit_with_its_sum(client, rui, sheet, foreign):
    client.force_login(rui)

    page = html(client.get(reverse("assessments:sheets")))

    assert sheet.unit.name in page
    assert foreign.unit.name in page


def test_liaisons_do_not_list_all_scores(client, lan, sheet):
    client.force_login(lan)

    assert client.get(reverse("assessments:sheets")).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "农商"}, {"云泽县农商银行"}),
        ({"kind": "unit"}, {"云泽县第一小学", "云泽县农商银行"}),
        ({"kind": "village"}, set()),
        ({"kind": "nonsense"}, {"云泽县第一小学", "云泽县农商银行"}),
        ({"missing": "on"}, {"云泽县农商银行"}),
        ({"page": "99"}, {"云泽县第一小学", "云泽县农商银行"}),
    ],
)
def test_the_list_narrows_by_what_the_address_asks(client, rui, sheet, foreign, query, names):
    ScoreSheet.objects.filter(pk=sheet.pk).update(unset_count=0)
    client.force_login(rui)

    response = client.get(reverse("assessments:sheets"), query)

    assert {row.unit.name for row in response.context["page"]} == names


def test_the_list_shows_the_year_that_the_address_asks_for(client, rui, year, sheet):
    CycleFactory(year=2025, standard=year.standard, status="closed")
    client.force_login(rui)

    response = client.get(reverse("assessments:sheets"), {"year": "2025"})

    assert not response.context["page"].object_list
    assert client.get(reverse("assessments:sheets"), {"year": "1999"}).status_code == 404
    assert client.get(reverse("assessments:sheets"), {"year": "9" * 18}).status_code == 404


def test_a_silly_year_gives_the_current_one(client, rui, year, sheet):
    client.force_login(rui)

    response = client.get(reverse("assessments:sheets"), {"year": "²"})

    assert response.context["cycle"] == year


def test_before_there_is_a_year_the_list_says_what_to_do(client, rui):
    client.force_login(rui)

    assert reverse("assessments:cycles") in html(client.get(reverse("assessments:sheets")))


@pytest.mark.parametrize("units", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(client, rui, year, units, django_assert_num_queries):
    UnitYearFactory.create_batch(units, cycle=year)
    score.open_sheets(year)
    client.force_login(rui)
    client.get(reverse("assessments:sheets"))

    with django_assert_num_queries(8):
        client.get(reverse("assessments:sheets"))


def test_htmx_gets_only_the_rows(client, rui, sheet):
    client.force_login(rui)

    page = html(client.get(reverse("assessments:sheets"), headers={"HX-Request": "true"}))

    assert "<html" not in page
    assert sheet.unit.name in page


# The sheet


def test_the_sheet_explains_a_point_with_entry_reviewer_and_rule(client, lan, rui, year, sheet, school):
    entry = proved(year, school, "A1", D("2.5"), rui)
    client.force_login(lan)

    page = html(client.get(sheet.get_absolute_url()))

    assert entry.get_absolute_url() in page
    assert rui.name in page
    assert "成立文件 1 分" in page
    assert "2.50" in page


def test_the_sheet_says_what_of_a_sum_counts(client, rui, year, sheet, school):
    proved(year, school, "A3", D("1.5"), rui)
    proved(year, school, "A3", D("1"), rui)
    client.force_login(rui)

    response = client.get(sheet.get_absolute_url())

    line = next(line for line in response.context["explanation"].lines if line.indicator.code == "A3")
    assert (line.line.found, line.line.points, line.is_capped) == (D("2.5"), 2, True)
    assert "1.5 + 1 = 2.5" in html(response)


def test_the_explanation_comes_to_the_stored_sum(client, rui, year, sheet, school):
    proved(year, school, "A1", D("2.5"), rui)
    score.set_value(sheet, indicator(year, "D1"), D("4.5"), "检查", by=rui)
    score.add_adjustment(sheet, year.standard.adjustments.get(code="P1"), D(3), "荣誉", by=rui)
    client.force_login(rui)

    result = client.get(sheet.get_absolute_url()).context["result"]

    sheet.refresh_from_db()
    assert (result.total, result.raw, result.unset) == (sheet.total, sheet.raw, sheet.unset_count)


def test_records_that_wait_are_told_but_not_counted(client, lan, year, sheet, school):
    entry = EntryFactory(cycle=year, unit=school, submitted=True)
    ClaimFactory(entry=entry, indicator=indicator(year, "A1"))
    client.force_login(lan)

    explanation = client.get(sheet.get_absolute_url()).context["explanation"]

    line = next(line for line in explanation.lines if line.indicator.code == "A1")
    assert (line.waiting, line.line.points) == (1, 0)


def test_a_foreign_sheet_is_not_to_be_known(client, mei, rui, year, sheet, foreign):
    client.force_login(mei)
    one = indicator(year, "D1")

    for name, args in [
        ("sheet", [sheet.pk]),
        ("sheet_set", [sheet.pk, one.pk]),
        ("sheet_clear", [sheet.pk, one.pk]),
        ("sheet_adjust", [sheet.pk]),
        ("sheet_unadjust", [sheet.pk, 1]),
    ]:
        method = client.get if name == "sheet" else client.post
        assert method(reverse(f"assessments:{name}", args=args)).status_code == 404


def test_a_liaison_reads_and_does_not_write(client, lan, year, sheet):
    client.force_login(lan)
    address = reverse("assessments:sheet_set", args=[sheet.pk, indicator(year, "D1").pk])

    assert address not in html(client.get(sheet.get_absolute_url()))
    assert client.post(address, {"value": "4", "basis": "x", "seen": ""}).status_code == 403
    assert not ScoreLine.objects.exists()


def test_nobody_scores_the_own_unit(client, rui, year, sheet, school):
    rui.memberships.create(role="liaison", unit=school)
    client.force_login(rui)
    address = reverse("assessments:sheet_set", args=[sheet.pk, indicator(year, "D1").pk])

    assert client.post(address, {"value": "4", "basis": "x", "seen": ""}).status_code == 403


def test_nothing_is_scored_in_a_closed_year(client, rui, year, sheet):
    type(year).objects.filter(pk=year.pk).update(status="closed")
    client.force_login(rui)
    address = reverse("assessments:sheet_set", args=[sheet.pk, indicator(year, "D1").pk])

    assert client.post(address, {"value": "4", "basis": "x", "seen": ""}).status_code == 403


@pytest.mark.parametrize("name", ["sheet_traits", "sheet_unadjust"])
def test_when_the_year_closes_in_the_same_moment_the_page_says_so(
    client, rui, year, sheet, name, monkeypatch
):
    rule = year.standard.adjustments.get(code="P1")
    line = score.add_adjustment(sheet, rule, 3, "国家级荣誉", by=rui)
    client.force_login(rui)
    refuse = score.refuse_closed

    def closed_just_before(cycle):
        type(year).objects.filter(pk=year.pk).update(status="closed")
        refuse(cycle)

    # After the page has asked whether the person may.
    monkeypatch.setattr(score, "refuse_closed", closed_just_before)
    response = post(client, name, sheet.pk, *([line.pk] if name == "sheet_unadjust" else []))

    told = client.get(response.url)
    assert "本年度未开放" in str(next(iter(told.context["messages"])))
    assert ScoreLine.objects.count() == 1


@pytest.mark.parametrize("entries", [1, 5, 50])
def test_the_sheet_costs_the_same_queries_however_much_there_is_to_tell(
    client, rui, year, sheet, school, entries, django_assert_num_queries
):
    for _n in range(entries):
        proved(year, school, "B1", D("0.01"), rui)
    items = year.standard.indicators.items().exclude(method="M").exclude(applies="paired")
    for one in items[: min(entries, 18)]:
        score.set_value(sheet, one, D(0), "检查", by=rui)
    client.force_login(rui)

    with django_assert_num_queries(14):
        client.get(sheet.get_absolute_url())


def test_my_scores_leads_a_liaison_to_the_own_sheet(client, lan, sheet, foreign):
    client.force_login(lan)

    response = client.get(reverse("assessments:my_scores"))

    assert response.url == sheet.get_absolute_url()


def test_my_scores_lists_the_sheets_of_several_units(client, lan, bank, sheet, foreign):
    lan.memberships.create(role="liaison", unit=bank)
    client.force_login(lan)

    page = html(client.get(reverse("assessments:my_scores")))

    assert sheet.get_absolute_url() in page
    assert foreign.get_absolute_url() in page


def test_my_scores_says_when_there_is_none(client, lan):
    client.force_login(lan)

    assert client.get(reverse("assessments:my_scores")).status_code == 200


# Entering


def post(client, name, *args, htmx=False, **values):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse(f"assessments:{name}", args=args), values, headers=headers)


def test_a_value_is_entered_and_one_is_back_at_its_line(client, rui, year, sheet):
    one = indicator(year, "D1")
    client.force_login(rui)

    response = post(client, "sheet_set", sheet.pk, one.pk, value="4.5", basis="检查 10-22", seen="")

    assert response.url == f"{sheet.get_absolute_url()}#D1"
    assert ScoreLine.objects.get().value == D("4.5")
    assert ScoreLine.objects.get().by == rui


def test_htmx_gets_the_sheet_with_the_new_sum(client, rui, year, sheet):
    client.force_login(rui)
    one = indicator(year, "D1")

    page = html(post(client, "sheet_set", sheet.pk, one.pk, htmx=True, value="4.8", basis="检查", seen=""))

    assert "<html" not in page
    assert "5.00" in page


@pytest.mark.parametrize(
    "values",
    [
        {"value": "7", "basis": "检查"},
        {"value": "-1", "basis": "检查"},
        {"value": "much", "basis": "检查"},
        {"value": "1.234", "basis": "检查"},
        {"value": "NaN", "basis": "检查"},
        {"value": "3", "basis": "  "},
        {"value": "3", "basis": "长" * 301},
        {},
    ],
)
def test_a_value_that_does_not_fit_is_said_at_its_form_and_kept(client, rui, year, sheet, values):
    client.force_login(rui)
    one = indicator(year, "D1")

    response = post(client, "sheet_set", sheet.pk, one.pk, seen="", **values)

    assert response.status_code == 200
    line = next(line for line in response.context["explanation"].lines if line.indicator == one)
    assert line.form.errors
    assert line.form["value"].value() == values.get("value")
    assert not ScoreLine.objects.exists()


def test_a_value_for_what_the_ledger_proves_is_refused(client, rui, year, sheet):
    client.force_login(rui)

    response = post(client, "sheet_set", sheet.pk, indicator(year, "A1").pk, value="1", basis="x", seen="")

    assert response.status_code == 200
    assert not ScoreLine.objects.exists()


def test_an_indicator_that_is_not_on_the_sheet_is_not_found(client, rui, sheet):
    client.force_login(rui)

    assert post(client, "sheet_set", sheet.pk, 10**6, value="1", basis="x").status_code == 404


def test_the_loser_of_two_is_told_who_entered_what(client, rui, ou, year, sheet):
    one = indicator(year, "D1")
    score.set_value(sheet, one, D(4), "检查", by=ou)
    client.force_login(rui)

    page = html(post(client, "sheet_set", sheet.pk, one.pk, value="2", basis="抽查", seen=""))

    assert ou.name in page
    assert ScoreLine.objects.get().value == 4


def test_a_value_is_taken_back(client, rui, year, sheet):
    one = indicator(year, "D1")
    score.set_value(sheet, one, D(4), "检查", by=rui)
    client.force_login(rui)

    post(client, "sheet_clear", sheet.pk, one.pk, seen="4.00 检查")

    assert not ScoreLine.objects.exists()


def test_a_value_that_changed_is_not_taken_back_unseen(client, rui, ou, year, sheet):
    one = indicator(year, "D1")
    score.set_value(sheet, one, D(4), "检查", by=ou)
    client.force_login(rui)

    response = client.post(
        reverse("assessments:sheet_clear", args=[sheet.pk, one.pk]), {"seen": "2.00 抽查"}, follow=True
    )

    assert ou.name in html(response)
    assert ScoreLine.objects.exists()


def test_a_bonus_is_entered_and_taken_back(client, rui, year, sheet):
    rule = year.standard.adjustments.get(code="P1")
    client.force_login(rui)

    post(client, "sheet_adjust", sheet.pk, adjustment=rule.pk, value="3", basis="国家级荣誉")

    line = ScoreLine.objects.get()
    assert line.adjustment == rule
    assert "国家级荣誉" in html(client.get(sheet.get_absolute_url()))

    post(client, "sheet_unadjust", sheet.pk, line.pk)
    post(client, "sheet_unadjust", sheet.pk, line.pk)

    assert not ScoreLine.objects.exists()
    assert [event.verb for event in TrailEvent.objects.about(sheet)] == [
        "add_adjustment",
        "remove_adjustment",
    ]


def test_points_that_a_rule_does_not_give_are_said_at_the_form(client, rui, year, sheet):
    rule = year.standard.adjustments.get(code="P1")
    client.force_login(rui)

    response = post(client, "sheet_adjust", sheet.pk, adjustment=rule.pk, value="2.5", basis="荣誉")

    assert response.context["adjustment_form"].errors
    assert not ScoreLine.objects.exists()


def test_a_rule_of_another_edition_cannot_be_chosen(client, rui, ou, year, sheet):
    other = standards.load(standards.default_source(), year=2026, by=ou)
    client.force_login(rui)

    response = post(
        client,
        "sheet_adjust",
        sheet.pk,
        adjustment=other.adjustments.get(code="P1").pk,
        value="3",
        basis="荣誉",
    )

    assert response.context["adjustment_form"].errors


def test_looking_changes_nothing(client, rui, year, sheet):
    client.force_login(rui)
    one = indicator(year, "D1")

    for name, args in [
        ("sheet_set", [sheet.pk, one.pk]),
        ("sheet_clear", [sheet.pk, one.pk]),
        ("sheet_adjust", [sheet.pk]),
        ("sheet_unadjust", [sheet.pk, 1]),
    ]:
        assert client.get(reverse(f"assessments:{name}", args=args)).status_code == 405
