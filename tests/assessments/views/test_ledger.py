"""The ledger in the browser's terms: pages, redirects, refusals."""

import html

import pytest
from django.urls import reverse

from assessments.forms.ledger import KIND_HINTS, EntryFilter
from assessments.models import LedgerEntry
from tests.factories import (
    ClaimFactory,
    DutyFactory,
    EntryFactory,
    EvidenceFactory,
    ReviewFactory,
    UnitYearFactory,
)


@pytest.fixture
def as_lan(client, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    client.force_login(lan)
    return client


@pytest.fixture
def draft(year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan)
    ClaimFactory(entry=entry)
    return entry


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def filled(entry, **changes):
    """What the browser posts from the edit page."""
    values = {
        "title": entry.title, "kind": entry.kind, "held_on": "2026-06-01", "place": "老街",
        "text": "三十人参加。",
        "indicators": [claim.indicator_id for claim in entry.claims.all()], "version": entry.version,
    }  # fmt: skip
    return {**values, **changes}


def test_a_record_begins_with_its_title_and_the_indicator_of_the_task(as_lan, year):
    response = as_lan.post(address("entry_new") + "?indicator=A1", {"title": "清扫老街"})

    entry = LedgerEntry.objects.get()
    assert response.url == address("entry_edit", entry.pk)
    assert [claim.indicator.code for claim in entry.claims.all()] == ["A1"]


def test_without_an_open_year_the_page_says_so(client, lan):
    client.force_login(lan)

    response = client.get(address("entry_new"))

    assert response.templates[0].name == "assessments/ledger/closed.html"


def test_saving_leads_back_to_the_page_and_checking_leads_on(as_lan, draft):
    saved = as_lan.post(address("entry_edit", draft.pk), filled(draft))
    draft.refresh_from_db()
    checked = as_lan.post(address("entry_edit", draft.pk), filled(draft, check="1"))

    assert saved.url == address("entry_edit", draft.pk)
    assert checked.url == address("entry_submit", draft.pk)
    assert draft.place == "老街"


def test_a_draft_may_have_gaps(as_lan, draft):
    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, held_on="", text="", indicators=[]))

    assert response.status_code == 302


def test_what_was_typed_stays_when_something_is_wrong(as_lan, draft):
    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, held_on="never", place="东门"))

    assert response.status_code == 200
    assert "东门" in response.content.decode()


def test_two_editors_see_each_other_instead_of_losing_work(as_lan, draft):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第一人写的"))

    response = as_lan.post(address("entry_edit", draft.pk), filled(draft, place="第二人写的"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "第一人写的" in page and "第二人写的" in page
    draft.refresh_from_db()
    assert draft.place == "第一人写的"


def test_handing_in_shows_the_receipt(as_lan, draft):
    response = as_lan.post(address("entry_submit", draft.pk), follow=True)

    assert "XX-2026-0001" in response.content.decode()


def test_the_check_page_names_the_gaps_and_offers_no_hand_in(as_lan, draft):
    LedgerEntry.objects.update(place="")

    response = as_lan.get(address("entry_submit", draft.pk))

    assert [field for field, _sentence in response.context["gaps"]] == ["place"]


def test_handing_in_with_gaps_leads_back_to_the_check(as_lan, draft):
    LedgerEntry.objects.update(place="")

    response = as_lan.post(address("entry_submit", draft.pk))

    assert response.url == address("entry_submit", draft.pk)
    assert LedgerEntry.objects.get().status == "draft"


def test_a_returned_entry_shows_the_reason_and_can_be_corrected(as_lan, year, school, lan, rui):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, returned=True)
    ReviewFactory(entry=entry, verdict="returned", note="缺签到表", by=rui)

    response = as_lan.get(address("entry_edit", entry.pk))

    assert "缺签到表" in response.content.decode()


def test_taking_back_and_throwing_away(as_lan, draft):
    as_lan.post(address("entry_submit", draft.pk))
    as_lan.post(address("entry_withdraw", draft.pk))

    assert LedgerEntry.objects.get().status == "draft"
    assert as_lan.post(address("entry_delete", draft.pk)).status_code == 403


def test_a_draft_never_handed_in_can_be_thrown_away(as_lan, draft):
    as_lan.post(address("entry_delete", draft.pk))

    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("name", ["entry", "entry_edit", "entry_submit"])
def test_a_foreign_record_is_not_there(client, mei, draft, name):
    client.force_login(mei)

    assert client.get(address(name, draft.pk)).status_code == 404
    assert client.get(address(name, 999_999)).status_code == 404


@pytest.mark.parametrize(
    "name", ["entry_edit", "entry_submit", "entry_withdraw", "entry_delete", "entry_reopen", "entry_accept",
             "entry_send_back", "review_open"]
)  # fmt: skip
def test_a_foreign_record_is_not_there_to_be_changed(client, mei, draft, name):
    client.force_login(mei)

    assert client.post(address(name, draft.pk), filled(draft)).status_code == 404


def test_a_draft_is_not_there_for_the_office(client, rui, draft):
    client.force_login(rui)

    assert client.get(address("entry", draft.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 5, 50])
@pytest.mark.parametrize("who", ["lan", "rui"])
def test_the_list_costs_the_same_queries_however_long(
    client, request, year, school, lan, rows, who, django_assert_num_queries
):
    for entry in EntryFactory.create_batch(rows, cycle=year, unit=school, created_by=lan, accepted=True):
        ClaimFactory(entry=entry)
        EvidenceFactory(entry=entry)
    client.force_login(request.getfixturevalue(who))

    with django_assert_num_queries(7 if who == "rui" else 6):
        response = client.get(address("entries"))

    assert len(response.context["page"]) == rows


def test_the_list_goes_on_by_key_and_back_to_its_start(client, rui, year):
    EntryFactory.create_batch(51, cycle=year, submitted=True)
    client.force_login(rui)

    first = client.get(address("entries")).context["page"]
    second = client.get(f"{address('entries')}?{first.next_query}").context["page"]

    assert len(first) == 50 and not first.first_query
    assert len(second) == 1 and not second.next_query
    assert not set(first) & set(second)


@pytest.mark.parametrize("after", ["nonsense", "2026-01-01,x", "x,1", ",", "2026-13-45T00:00:00,1"])
def test_an_address_that_makes_no_sense_shows_the_first_page(client, rui, year, after):
    EntryFactory(cycle=year, submitted=True)
    client.force_login(rui)

    assert len(client.get(address("entries"), {"after": after}).context["page"]) == 1


def test_the_list_is_narrowed_by_words_status_and_indicator(as_lan, draft, year, school, lan):
    other = EntryFactory(cycle=year, unit=school, created_by=lan, accepted=True, title="道德讲堂")

    by_word = as_lan.get(address("entries"), {"q": "讲堂"}).context["page"]
    by_status = as_lan.get(address("entries"), {"status": "accepted"}).context["page"]
    by_indicator = as_lan.get(address("entries"), {"indicator": draft.claims.get().indicator_id}).context[
        "page"
    ]

    assert list(by_word) == list(by_status) == [other]
    assert list(by_indicator) == [draft]


# ── records that answer a duty ───────────────────────────────────────────────────────────────────


def begun_from(duty):
    return f"{address('entry_new')}?duty={duty}"


def test_a_record_begun_from_a_duty_answers_it(as_lan, year, school):
    duty = DutyFactory(cycle=year, unit=school, kind="deployment")

    page = as_lan.get(begun_from(duty.pk))
    as_lan.post(begun_from(duty.pk), {"title": "部署会"})

    entry = LedgerEntry.objects.get()
    assert page.context["form"].initial["title"]
    assert (entry.kind, entry.answers) == ("deployment", duty)
    assert as_lan.get(begun_from(duty.pk)).url == address("entry_edit", entry.pk), "begun already"


def test_the_page_shows_whose_dates_count(as_lan, year, school):
    duty = DutyFactory(cycle=year, unit=school, kind="deployment", done=False)
    entry = EntryFactory(cycle=year, unit=school, answers=duty, kind="deployment")

    shown = as_lan.get(address("entry_edit", entry.pk)).context["entry"]

    assert shown.window == duty


@pytest.mark.parametrize("state", ["elsewhere", "done", "of no record"])
def test_a_duty_that_is_not_the_units_to_answer_is_no_page(as_lan, year, school, bank, state):
    duty = {
        "elsewhere": lambda: DutyFactory(cycle=year, unit=bank, kind="deployment"),
        "done": lambda: DutyFactory(cycle=year, unit=school, kind="deployment", done=True),
        "of no record": lambda: DutyFactory(cycle=year, unit=school, kind="annual_plan"),
    }[state]()

    assert as_lan.get(begun_from(duty.pk)).status_code == 404
    assert as_lan.post(begun_from(duty.pk), {"title": "部署会"}).status_code == 404


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_a_duty_that_is_no_number_is_no_page(as_lan, number):
    assert as_lan.get(begun_from(number)).status_code == 404


def test_every_kind_is_offered_once_and_says_what_it_tells():
    offered = [kind for _label, kinds in LedgerEntry.GROUPS for kind in kinds]

    assert sorted(offered) == sorted(LedgerEntry.Kind)
    assert set(KIND_HINTS) == set(LedgerEntry.Kind)


def test_the_page_tells_what_each_kind_is_for(as_lan, draft):
    text = as_lan.get(address("entry_edit", draft.pk)).content.decode()

    assert all(str(hint) in html.unescape(text) for hint in KIND_HINTS.values())


@pytest.mark.parametrize("kind", LedgerEntry.Kind.values)
def test_a_record_of_every_kind_can_be_written(as_lan, draft, kind):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, kind=kind))

    draft.refresh_from_db()
    assert draft.kind == kind


def test_the_kind_is_chosen_on_the_form_and_narrows_the_list(as_lan, draft, year, school):
    as_lan.post(address("entry_edit", draft.pk), filled(draft, kind="meeting"))
    EntryFactory(cycle=year, unit=school, title="别的")

    found = as_lan.get(address("entries") + "?kind=meeting").context["page"]

    assert [entry.pk for entry in found] == [draft.pk]


def test_an_export_says_by_which_kind_it_was_narrowed():
    form = EntryFilter({"kind": "site_visit"})
    form.is_valid()

    assert str(LedgerEntry.Kind.SITE_VISIT.label) in form.said[0]
