"""The administration shows scores and corrects drafts, and never goes past the rules."""

import io
from decimal import Decimal as D

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.actions import score
from assessments.actions import standard as standards
from assessments.models import Claim, ScoreSheet
from tests.factories import CycleFactory, EntryFactory, UnitYearFactory
from units.models import TrailEvent


@pytest.fixture
def draft(ou):
    return standards.load(standards.default_source(), year=2026, by=ou)


@pytest.fixture
def sheet(draft, ou, school):
    year = CycleFactory(standard=standards.freeze(draft, by=ou))
    UnitYearFactory(cycle=year, unit=school)
    score.open_sheets(year)
    return ScoreSheet.objects.get()


def of(model, view, *args):
    return reverse(f"admin:assessments_{model}_{view}", args=args)


@pytest.mark.parametrize("model", ["standard", "indicator", "adjustment", "scoresheet", "scoreline"])
def test_the_administrator_looks_and_searches(client, admin, rui, sheet, model):
    score.set_value(sheet, sheet.standard.indicators.get(code="D1"), D(4), "检查", by=rui)
    client.force_login(admin)

    assert client.get(of(model, "changelist"), {"q": "D1"}).status_code == 200
    assert client.get(of(model, "add")).status_code == 403


def test_an_indicator_of_a_draft_is_corrected_through_its_action(client, admin, draft):
    item = draft.indicators.get(code="A1")
    client.force_login(admin)

    client.post(of("indicator", "change", item.pk), {"name": item.name, "maximum": "2", "rule": "规则"})

    assert draft.indicators.get(code="A").maximum == 9
    assert TrailEvent.objects.about(draft).last().by == admin


def test_a_rule_of_a_draft_is_corrected_through_its_action(client, admin, draft):
    rule = draft.adjustments.get(code="P4")
    client.force_login(admin)
    values = {"name": rule.name, "points": '{"each": 1}', "limit": "2", "note": ""}

    client.post(of("adjustment", "change", rule.pk), values)

    rule.refresh_from_db()
    assert (rule.points, rule.limit) == ({"each": 1}, 2)
    assert TrailEvent.objects.about(draft).last().verb == "edit_adjustment"


@pytest.mark.parametrize("points", ['{"each": 0}', '{"each": "x"}', "[1]", "nonsense", '{"each": -1}'])
def test_points_that_are_none_are_said_at_the_field(client, admin, draft, points):
    rule = draft.adjustments.get(code="P4")
    client.force_login(admin)

    response = client.post(of("adjustment", "change", rule.pk), {"name": rule.name, "points": points})

    assert response.context["adminform"].form.errors["points"]


@pytest.mark.parametrize(("model", "code"), [("indicator", "A1"), ("adjustment", "P1")])
def test_a_frozen_edition_is_only_read(client, admin, sheet, model, code):
    related = {"indicator": sheet.standard.indicators, "adjustment": sheet.standard.adjustments}[model]
    part = related.get(code=code)
    client.force_login(admin)

    assert client.get(of(model, "change", part.pk)).status_code == 200
    assert client.post(of(model, "change", part.pk), {"name": "x"}).status_code == 403


def test_a_group_is_only_read(client, admin, draft):
    group = draft.indicators.get(code="A")
    client.force_login(admin)

    assert client.post(of("indicator", "change", group.pk), {"name": "x"}).status_code == 403


def test_scores_are_only_read(client, admin, sheet):
    client.force_login(admin)

    assert client.post(of("scoresheet", "change", sheet.pk), {"total": "100"}).status_code == 403
    assert client.post(of("scoresheet", "delete", sheet.pk), {"post": "yes"}).status_code == 403


def test_a_year_is_recomputed_on_request(client, admin, sheet, school):
    entry = EntryFactory(cycle=sheet.unit_year.cycle, unit=school, accepted=True)
    Claim.objects.create(entry=entry, indicator=sheet.standard.indicators.get(code="A1"), points=D(2))
    client.force_login(admin)

    client.post(of("scoresheet", "changelist"), {"action": "recompute", "_selected_action": [sheet.pk]})

    sheet.refresh_from_db()
    assert sheet.raw == 2
    assert TrailEvent.objects.about(sheet).get().verb == "recompute"


def test_full_marks_below_the_levels_are_said_at_the_field(client, admin, draft):
    item = draft.indicators.get(code="I2")
    client.force_login(admin)
    page = of("indicator", "change", item.pk)

    response = client.post(page, {"name": item.name, "maximum": "1", "rule": item.rule})

    assert "maximum" in response.context["adminform"].form.errors


@pytest.mark.parametrize("who", ["lan", "rui", "ou"])
def test_others_do_not_open_the_administration(client, request, who, sheet):
    client.force_login(request.getfixturevalue(who))

    assert client.get(of("scoresheet", "changelist")).status_code in (302, 403)


@pytest.mark.parametrize(("model", "said"), [("scoresheet", "云泽县第一小学"), ("scoreline", "检查 10-22")])
def test_scores_leave_as_a_table_and_that_is_in_the_trail(client, admin, rui, sheet, model, said):
    score.set_value(sheet, sheet.standard.indicators.get(code="D1"), D(4), "检查 10-22", by=rui)
    client.force_login(admin)

    answer = client.post(of(model, "export"), {"format": "xlsx"})

    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert said in {cell.value for row in book.active.iter_rows() for cell in row}
    assert TrailEvent.objects.about(admin).last().verb == "export"
