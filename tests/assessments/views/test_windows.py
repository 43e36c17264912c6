"""What a liaison reads where nothing can be handed in today."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.actions import plan as plans
from assessments.models import Cycle, Duty, Stage
from civportal.lib.clock import today
from tests.factories import ClaimFactory, DutyFactory, EntryFactory, UnitYearFactory

HAND_IN = '<button class="btn btn--brand">提交</button>'
MONTH = timedelta(days=30)


@pytest.fixture
def as_lan(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)
    return client


@pytest.fixture
def pages(as_lan, year, school, lan):
    """The pages on which a plan and a ledger record are written and handed in."""
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)
    ClaimFactory(entry=entry)
    plan = plans.begin(year, school, by=lan)
    DutyFactory(cycle=year, unit=school)
    plans.edit(
        plan,
        seen=plan.version,
        goals="三件实事",
        items=[{"what": "道德讲堂", "owner": "德育主任", "overseer": "校长", "due_on": today(),
                "measure": "四次", "proof": "照片", "carrier": "道德讲堂", "serves": "立德树人"}],
        by=lan,
    )  # fmt: skip

    def read(noun, act):
        address = reverse(f"assessments:{noun}_{act}", args=[{"plan": plan, "entry": entry}[noun].pk])
        return as_lan.get(address).content.decode()

    return read


@pytest.mark.parametrize("noun", ["plan", "entry"])
def test_within_the_window_it_can_be_handed_in(pages, noun):
    assert HAND_IN in pages(noun, "submit")


@pytest.mark.parametrize("noun", ["plan", "entry"])
@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [(-2 * MONTH, -MONTH, "调整日期"), (MONTH, 2 * MONTH, "暂不能提交")],
)
def test_outside_the_window_the_page_says_why_and_offers_no_handing_in(pages, noun, opens, closes, sentence):
    dates = {"opens_on": today() + opens, "due_on": today() + closes, "closes_on": today() + closes}
    Stage.objects.update(**dates)
    Duty.objects.update(**dates)

    assert sentence in pages(noun, "edit")
    page = pages(noun, "submit")
    assert sentence in page and HAND_IN not in page


@pytest.mark.parametrize("noun", ["plan", "entry"])
def test_a_closed_year_says_so(pages, noun):
    Cycle.objects.update(status="closed")

    page = pages(noun, "submit")
    assert "2026 年度已关闭" in page and HAND_IN not in page


def test_the_first_page_names_a_date_that_is_still_to_come(as_lan):
    Stage.objects.update(opens_on=today() - 2 * MONTH, due_on=today() - MONTH, closes_on=today() + MONTH)

    assert as_lan.get(reverse("assessments:home")).context["next_due"] is None


def test_opening_a_year_warns_of_windows_that_are_over(client, ou, year):
    Cycle.objects.update(status="draft")
    Stage.objects.filter(kind="ledger").update(
        opens_on=today() - 2 * MONTH, due_on=today() - MONTH, closes_on=today() - MONTH
    )
    client.force_login(ou)

    page = client.get(reverse("assessments:cycle_open", args=[year.pk])).content.decode()

    assert page.count("不修改日期") == 1
