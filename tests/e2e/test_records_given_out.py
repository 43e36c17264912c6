"""A director gives records to a reviewer, who finds them and marks them by their described levels."""

import pytest
from playwright.sync_api import expect

from assessments.models import Assignment, LedgerEntry, Standard
from tests.factories import ClaimFactory, EntryFactory, LevelFactory, UnitFactory, UnitYearFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def entries(year, lan):
    """Three records of as many units; their indicator describes two levels."""
    indicator = year.standard.indicators.proved_by_ledger().get()
    Standard.objects.update(status="draft")
    LevelFactory(indicator=indicator, words="人人到场，有图有记录")
    LevelFactory(indicator=indicator, most=1, words="只有通知")
    made = []
    for number in range(3):
        unit = UnitFactory(name=f"云泽县第{number + 1}中学")
        UnitYearFactory(cycle=year, unit=unit)
        made.append(EntryFactory(cycle=year, unit=unit, created_by=lan, submitted=True))
        ClaimFactory(entry=made[-1], indicator=indicator)
    return made


def test_ticked_records_reach_their_reviewer_who_gives_a_level_at_a_digit(window, entries, ou, rui):
    page = window(ou)
    page.goto("/review/")
    ticked, everything = page.locator("[data-ticked]"), page.locator("[data-tick-all]")
    everything.check()
    expect(ticked).to_have_text("3")
    expect(page.locator("input[name=entry]:checked")).to_have_count(3)
    everything.uncheck()
    expect(ticked).to_have_text("0")
    for entry in entries[:2]:
        page.locator(f"input[name=entry][value='{entry.pk}']").check()
    expect(ticked).to_have_text("2")
    assert everything.evaluate("box => box.indeterminate")
    page.locator("[formaction$='/bulk/assign/']").click()
    page.locator("[name=reviewer]").select_option(str(rui.pk))
    page.locator("form[method=get] button").last.click()
    page.locator(".actions .btn--brand").click()
    page.wait_for_url("**/review/bulk/*/")
    assert set(Assignment.objects.values_list("entry", "reviewer")) == {
        (one.pk, rui.pk) for one in entries[:2]
    }

    page = window(rui)
    page.goto("/review/?assigned=on")
    assert page.locator("#results tbody tr").count() == 2
    page.goto(f"/review/{entries[0].pk}/?assigned=on")
    assert "只有通知" in page.locator("[data-claim]").inner_text()
    page.keyboard.press("2")
    page.keyboard.press("a")
    page.wait_for_url(f"**/review/{entries[1].pk}/**")

    decided = LedgerEntry.objects.get(pk=entries[0].pk)
    assert (decided.status, decided.claims.get().points) == ("accepted", 1)
