"""The pre-review in the browser's terms."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from assessments.actions import pre_review
from assessments.models import LedgerEntry, PreReview, ReturnReason
from tests.factories import (
    ClaimFactory,
    EntryEditionFactory,
    EntryFactory,
    EvidenceFactory,
    UnitFactory,
    UnitYearFactory,
    person_in,
)
from units.models import Role, TrailEvent


def handed_in(year, unit, **fields):
    """A record that waits for the department for a week more."""
    day = localdate() + timedelta(days=7)
    entry = EntryFactory(cycle=year, unit=unit, submitted=True, pre_review_until=day, **fields)
    ClaimFactory(entry=entry)
    return entry


@pytest.fixture
def waiting(year, school, bureau, lan):
    """Three records of Lan's that wait for the department, in the order in which they came."""
    UnitYearFactory(cycle=year, unit=school)
    return [handed_in(year, school, created_by=lan) for _ in range(3)]


@pytest.fixture
def as_guan(client, guan):
    client.force_login(guan)
    return client


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def word(said, entry, note=""):
    return {f"{said}-version": entry.version, f"{said}-note": note}


def test_the_list_is_oldest_first_and_holds_the_own_tree_only(as_guan, waiting, year):
    handed_in(year, UnitFactory())

    assert list(as_guan.get(address("pre_reviews")).context["page"]) == waiting


def test_the_departments_first_page_leads_there(as_guan, waiting):
    page = as_guan.get(address("tree")).content.decode()

    assert page.count(f'href="{address("pre_reviews")}"') == 2


def test_where_nothing_waits_no_page_speaks_of_it(as_guan, bureau, year):
    assert address("pre_reviews") not in as_guan.get(address("tree")).content.decode()


def test_agreeing_leads_to_the_next_one(as_guan, waiting):
    response = as_guan.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))

    assert response.url == address("pre_review", waiting[1].pk)
    assert PreReview.objects.get().verdict == "approved"


def test_the_last_word_leads_back_to_the_list(as_guan, waiting):
    LedgerEntry.objects.exclude(pk=waiting[0].pk).delete()

    response = as_guan.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))

    assert response.url == address("pre_reviews")


@pytest.mark.parametrize(("said", "verdict"), [("send_back", "returned"), ("decline", "declined")])
def test_a_reason_is_asked_for_and_kept(as_guan, waiting, said, verdict):
    entry = waiting[0]

    refused = as_guan.post(address(f"pre_review_{said}", entry.pk), word(said, entry))
    as_guan.post(address(f"pre_review_{said}", entry.pk), word(said, entry, "照片不是本单位的"))

    assert refused.status_code == 422
    spoken = PreReview.objects.get()
    assert (spoken.verdict, spoken.note) == (verdict, "照片不是本单位的")


def test_the_page_of_one_that_waits_no_longer_is_the_records_own(as_guan, waiting):
    as_guan.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))

    assert as_guan.get(address("pre_review", waiting[0].pk)).url == address("entry", waiting[0].pk)


def test_who_comes_second_is_told_who_said_what(as_guan, waiting, bureau, client):
    as_guan.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))
    client.force_login(person_in(Role.SUPERVISOR, bureau, username="colleague"))

    response = client.post(
        address("pre_review_decline", waiting[0].pk), word("decline", waiting[0], "不属实")
    )

    assert response.status_code == 409
    assert "关宁" in response.content.decode()
    assert PreReview.objects.get().verdict == "approved"


def test_who_comes_after_the_day_is_told_so(as_guan, waiting):
    LedgerEntry.objects.update(pre_review_until=localdate() - timedelta(days=1))

    response = as_guan.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))

    assert response.status_code == 409
    assert TrailEvent.objects.about(waiting[0]).last().verb == "pre_lapse"


def test_the_office_decides_nothing_while_the_department_has_the_word(client, rui, waiting):
    client.force_login(rui)
    entry = waiting[0]
    points = {"version": entry.version, **{f"points_{claim.pk}": "1" for claim in entry.claims.all()}}

    assert client.post(address("entry_accept", entry.pk), points).status_code == 403
    assert entry not in client.get(address("queue")).context["page"].rows


def test_the_office_reads_the_word_beside_the_record(as_guan, waiting, rui, client):
    as_guan.post(address("pre_review_decline", waiting[0].pk), word("decline", waiting[0], "活动未开展"))
    client.force_login(rui)

    page = client.get(address("review", waiting[0].pk)).content.decode()

    assert "活动未开展" in page
    assert "关宁" in page


def test_the_unit_sees_where_its_record_is(client, lan, waiting):
    client.force_login(lan)

    page = client.get(address("entry", waiting[0].pk)).content.decode()

    assert 'class="callout' in page
    assert str(waiting[0].pre_review_until.day) in page


@pytest.mark.parametrize("who", ["rui", "ou", "lan", "qiao", "mei", "shen"])
def test_nobody_but_the_department_says_its_word(client, request, waiting, who):
    client.force_login(request.getfixturevalue(who))

    response = client.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))

    assert response.status_code in (403, 404)
    assert not PreReview.objects.exists()


def test_a_department_says_nothing_of_its_own_record(as_guan, bureau, year):
    own = handed_in(year, bureau)

    assert as_guan.get(address("pre_review", own.pk)).status_code == 403
    assert as_guan.post(address("pre_review_approve", own.pk), word("approve", own)).status_code == 403
    assert not PreReview.objects.exists()


def test_looking_changes_nothing(as_guan, waiting):
    before = LedgerEntry.objects.values().get(pk=waiting[0].pk)

    as_guan.get(address("pre_review", waiting[0].pk))

    assert LedgerEntry.objects.values().get(pk=waiting[0].pk) == before


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(
    as_guan, year, school, bureau, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        EvidenceFactory(entry=handed_in(year, school))

    with django_assert_max_num_queries(8):
        response = as_guan.get(address("pre_reviews"))

    assert len(response.context["page"]) == rows


def test_what_was_returned_before_says_why_it_cannot_be_again_and_what_to_do(as_guan, waiting):
    as_guan.cookies["django_language"] = "en"
    LedgerEntry.objects.update(returned_count=1)

    page = as_guan.get(address("pre_review", waiting[0].pk)).content.decode()
    refused = as_guan.post(
        address("pre_review_send_back", waiting[0].pk), word("send_back", waiting[0], "照片不清楚")
    )

    assert "Only the director of the office returns a record a second time" in page
    assert address("pre_review_send_back", waiting[0].pk) not in page
    assert refused.status_code == 403
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "submitted"


def test_a_return_that_the_year_no_longer_allows_is_refused_in_words(as_guan, waiting, year):
    year.corrections_allowed = 0
    year.save()

    refused = as_guan.post(
        address("pre_review_send_back", waiting[0].pk), word("send_back", waiting[0], "照片不清楚")
    )

    assert refused.status_code == 422
    assert not PreReview.objects.exists()


# the page of one record, with what the office's page has


def pinned(entry, **point):
    counts = {"points-TOTAL_FORMS": "6", "points-INITIAL_FORMS": "0"}
    said = {f"points-0-{name}": value for name, value in point.items()}
    return {"send_back-version": entry.version, "send_back-note": "", **counts, **said}


def test_a_return_is_pinned_to_a_place_with_a_reason_of_the_library(as_guan, waiting):
    entry = waiting[0]
    usual = ReturnReason.objects.create(title="缺照片", text="请补传现场照片。")
    said = pinned(entry, place="field:place", reason=usual.pk, note="")

    as_guan.post(address("pre_review_send_back", entry.pk), said | {"send_back-correct_by": "2099-01-05"})

    entry.refresh_from_db()
    point = entry.reviews.get().points.get()
    assert (entry.status, str(entry.correct_by)) == ("returned", "2099-01-05")
    assert (point.field, point.reason) == ("place", usual)
    assert "请补传现场照片。" in PreReview.objects.get().note


def test_a_pinned_place_without_a_reason_is_explained_and_kept(as_guan, waiting):
    page = as_guan.post(
        address("pre_review_send_back", waiting[0].pk), pinned(waiting[0], place="field:place")
    )

    assert page.status_code == 422
    assert '<option value="field:place" selected>' in page.content.decode()
    assert not PreReview.objects.exists()


def test_a_corrected_record_opens_on_what_is_different(as_guan, guan, waiting):
    entry = waiting[0]
    EntryEditionFactory(entry=entry, content={"title": "旧题目", "captions": {}})
    pre_review.send_back(entry, by=guan, note="题目写具体")
    EntryEditionFactory(entry=entry, number=2, content={"title": "新题目", "captions": {}})
    week = localdate() + timedelta(days=7)
    LedgerEntry.objects.filter(pk=entry.pk).update(status="submitted", round=2, pre_review_until=week)

    page = as_guan.get(address("pre_review", entry.pk))

    assert [change.name for change in page.context["difference"].changes] == ["title"]
    assert 'id="difference-title"' in page.content.decode()


def test_the_page_says_how_many_are_done_and_where_one_stands(as_guan, waiting):
    as_guan.post(address("pre_review_approve", waiting[0].pk), word("approve", waiting[0]))

    shown = as_guan.get(address("pre_review", waiting[2].pk)).context

    assert (shown["decided"], shown["waiting"]) == (1, 2)
    assert (shown["previous"], shown["next"]) == (waiting[1], waiting[1])
    assert as_guan.get(address("pre_review", waiting[1].pk)).context["previous"] is None


def test_the_keys_of_the_review_page_have_something_to_act_on(as_guan, waiting):
    page = as_guan.get(address("pre_review", waiting[1].pk)).content.decode()

    for part in (
        "js/review.js",
        "js/pins.js",
        'id="accept-form"',
        "data-key-accept",
        "data-key-next",
        "data-key-previous",
        "data-keys-help",
        "data-points",
    ):
        assert part in page, part


def test_what_was_returned_before_offers_no_pins(as_guan, waiting):
    LedgerEntry.objects.update(returned_count=1)
    EvidenceFactory(entry=waiting[0])

    page = as_guan.get(address("pre_review", waiting[0].pk)).content.decode()

    assert "data-pin=" not in page


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_page_costs_the_same_queries_however_many_wait(
    as_guan, year, school, bureau, rows, django_assert_max_num_queries
):
    UnitYearFactory(cycle=year, unit=school)
    entries = [handed_in(year, school) for _ in range(rows)]

    with django_assert_max_num_queries(30):
        as_guan.get(address("pre_review", entries[0].pk))
