"""Several reviewers in the browser's terms: what each may see, and when."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.actions import mark as actions
from assessments.actions import score
from assessments.models import Indicator, LedgerEntry, Mark
from tests.browsing import without_drawings
from tests.factories import (
    CaseOfficerFactory,
    ClaimFactory,
    EntryFactory,
    IndicatorFactory,
    UnitYearFactory,
)

pytestmark = pytest.mark.django_db

# What must not be seen before all have marked.
POINTS, NOTE = "3.37", "材料乙页与去年雷同"


@pytest.fixture
def waiting(year, school, lan):
    score.refresh(UnitYearFactory(cycle=year, unit=school))
    Indicator.objects.update(reviewers_needed=2)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)
    ClaimFactory(entry=entry)
    return entry


@pytest.fixture
def third(db):
    return CaseOfficerFactory(username="third", name="单远")


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def mark(client, who, entry, value=POINTS, note=NOTE):
    """The reviewer's marks, sent from the page as it is now."""
    client.force_login(who)
    entry = LedgerEntry.objects.get(pk=entry.pk)
    points = {f"points_{claim.pk}": value for claim in entry.claims.all()}
    return client.post(
        address("entry_accept", entry.pk), {"version": entry.version, "note": note, **points}, follow=True
    )


def pages(entry, sheet_number):
    """Wherever a mark could turn up: pages, lists as files, history, administration, search."""
    shown = [
        address("review", entry.pk),
        address("entry", entry.pk),
        address("entry_edition", entry.pk, 1),
        address("entry_receipt", entry.pk),
        address("why", "entry", entry.pk),
        address("queue"),
        address("entries"),
        address("agreement"),
        address("sheet", sheet_number),
        address("my_scores"),
        address("home"),
        f"{address('search')}?q={NOTE}",
        reverse("units:trail"),
        reverse("units:notifications"),
        reverse("admin:assessments_claim_changelist"),
        reverse("admin:assessments_ledgerentry_change", args=[entry.pk]),
        reverse("admin:assessments_claim_change", args=[entry.claims.get().pk]),
    ]
    taken = [address("queue"), address("entries"), address("agreement"), reverse("units:trail")]
    return [("get", one) for one in shown] + [("post", one) for one in taken]


def seen_by(client, who, entry):
    """The addresses at which this person sees something of the mark."""
    client.force_login(who)
    found = []
    sheet = entry.cycle.unit_years.get().sheet.pk
    for method, place in pages(entry, sheet):
        answer = getattr(client, method)(place, *([{"format": "csv"}] if method == "post" else []))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # The box of the search repeats what was asked for.
        said = [POINTS] if "search" in place else [POINTS, NOTE]
        if any(word in without_drawings(content.decode(errors="ignore")) for word in said):
            found.append(place)
    return found


@pytest.fixture
def everybody(rui, ou, third, admin, lan, qiao, guan, shen, lin):
    return [rui, ou, third, admin, lan, qiao, guan, shen, lin]


def test_nobody_sees_a_mark_before_all_are_given(client, waiting, rui, everybody):
    mark(client, rui, waiting)

    assert Mark.objects.get().note == NOTE
    assert {who.username: seen_by(client, who, waiting) for who in everybody} == {
        who.username: [] for who in everybody
    }


def test_in_a_dispute_only_who_may_arbitrate_sees_the_marks(client, waiting, rui, ou, third, everybody):
    mark(client, rui, waiting)
    mark(client, ou, waiting, "0", "")

    assert LedgerEntry.objects.get().is_disputed
    for who in everybody:
        expected = [address("review", waiting.pk)] if who == third else []
        assert seen_by(client, who, waiting) == expected, who.username


def test_the_director_sees_the_marks_once_the_record_is_decided(client, waiting, rui, ou):
    mark(client, rui, waiting, "3.37", "")
    mark(client, ou, waiting, "3.37", "")

    client.force_login(ou)
    content = b"".join(client.post(address("agreement"), {"format": "csv"}).streaming_content).decode()
    assert content.count("3.37") == 2


def test_all_marks_of_a_settled_dispute_stay_readable_for_the_office(client, waiting, rui, ou, third, lan):
    for who, value, note in ((rui, "0.37", "只有通知"), (ou, "3.87", "很完整"), (third, "2.11", "折中")):
        mark(client, who, waiting, value, note)

    page = without_drawings(client.get(waiting.get_absolute_url()).content.decode())
    assert all(said in page for said in ("0.37", "3.87", "2.11", "只有通知", "仲裁"))
    client.force_login(ou)
    compared = without_drawings(client.get(address("agreement")).content.decode())
    assert all(said in compared for said in ("0.37", "3.87", "2.11"))
    client.force_login(lan)
    theirs = without_drawings(client.get(waiting.get_absolute_url()).content.decode())
    assert not any(said in theirs for said in ("0.37", "3.87", "只有通知"))


def test_the_page_says_how_many_are_asked_and_that_the_mark_is_kept(client, waiting, rui, ou):
    response = mark(client, rui, waiting)

    assert len(response.context["messages"]) == 1
    assert response.redirect_chain[-1][0] == address("queue")
    client.force_login(ou)
    assert client.get(address("review", waiting.pk)).context["marking"].given == 1


def test_who_has_marked_reads_the_record_on_its_own_page_and_marks_no_more(client, waiting, rui):
    mark(client, rui, waiting)

    assert client.get(address("review", waiting.pk)).url == address("entry", waiting.pk)
    assert 'class="callout' in client.get(address("entry", waiting.pk)).content.decode()
    assert mark(client, rui, waiting).status_code == 403
    assert Mark.objects.count() == 1


def test_the_arbiter_sees_both_and_decides(client, waiting, rui, ou, third):
    mark(client, rui, waiting)
    mark(client, ou, waiting, "0", "缺原件")
    client.force_login(third)

    page = client.get(address("review", waiting.pk)).content.decode()
    mark(client, third, waiting, "2")

    assert all(word in page for word in (POINTS, NOTE, "缺原件", "芮安", "欧阳明"))
    entry = LedgerEntry.objects.get()
    assert (entry.status, entry.claims.get().points) == ("accepted", 2)


def offered(client, who, entry):
    """What stands in the field of each claim's points, and what is offered beside it."""
    client.force_login(who)
    page = client.get(address("review", entry.pk))
    form = page.context["accept_form"]
    stands = [form[f"points_{claim.pk}"].value() for claim in entry.claims.all()]
    return stands, re.findall(r'data-value="([0-9.]+)"', page.content.decode())


def test_the_arbiter_begins_with_what_all_agree_on_and_is_offered_the_marks(client, waiting, rui, ou, third):
    ClaimFactory(entry=waiting, indicator=IndicatorFactory(standard=waiting.cycle.standard))
    first, second = waiting.claims.all()
    marks = {rui: ("3.37", "2"), ou: ("0", "2")}
    for who, (one, other) in marks.items():
        points = {first.pk: Decimal(one), second.pk: Decimal(other)}
        actions.decide(LedgerEntry.objects.get(pk=waiting.pk), points, by=who)

    assert offered(client, third, waiting) == ([None, "2"], ["0.00", "3.37", "2.00"])


def test_before_a_dispute_nothing_of_the_marks_is_offered(client, waiting, rui, ou):
    mark(client, rui, waiting, "3.37", "")

    assert offered(client, ou, waiting) == ([None], ["0", "2.00", "4.00"])


def test_a_page_from_before_the_dispute_is_refused(client, waiting, rui, ou, third):
    old = {"version": waiting.version, f"points_{waiting.claims.get().pk}": "2"}
    mark(client, rui, waiting)
    mark(client, ou, waiting, "0")
    client.force_login(third)

    assert client.post(address("entry_accept", waiting.pk), old).status_code == 409
    assert Mark.objects.count() == 2
