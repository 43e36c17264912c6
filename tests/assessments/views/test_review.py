"""The review in the browser's terms."""

from datetime import date

import pytest
from django.urls import reverse

from assessments.actions import ledger, review
from assessments.models import LedgerEntry, ReturnReason
from tests.factories import (
    ClaimFactory,
    EntryFactory,
    EvidenceFactory,
    ReleaseFactory,
    ReviewFactory,
    UnitYearFactory,
)
from units.models import Category


@pytest.fixture
def waiting(year, school, lan):
    """Three entries in the order in which they were handed in."""
    UnitYearFactory(cycle=year, unit=school)
    entries = [EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True) for _ in range(3)]
    for entry in entries:
        ClaimFactory(entry=entry)
    return entries


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def points(entry, value="3.5"):
    return {"version": entry.version, **{f"points_{claim.pk}": value for claim in entry.claims.all()}}


def test_the_queue_is_oldest_first(as_rui, waiting):
    assert list(as_rui.get(address("queue")).context["page"]) == waiting


def test_accepting_leads_to_the_next_one(as_rui, waiting):
    response = as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))

    assert response.url == address("review", waiting[1].pk)
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "accepted"


def test_the_filter_stays_in_the_address_from_one_entry_to_the_next(as_rui, waiting):
    response = as_rui.post(address("entry_accept", waiting[0].pk) + "?q=志愿", points(waiting[0]))

    assert response.url == address("review", waiting[1].pk) + "?q=%E5%BF%97%E6%84%BF"


def test_the_skipped_ones_come_back_last(as_rui, waiting):
    assert as_rui.get(address("review", waiting[2].pk)).context["next"] == waiting[0]


def test_the_last_decision_leads_back_to_the_queue(as_rui, waiting):
    LedgerEntry.objects.exclude(pk=waiting[0].pk).delete()

    response = as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))

    assert response.url == address("queue")


@pytest.mark.parametrize("value", ["", "5", "-1", "x"])
def test_bad_points_are_explained_and_nothing_is_decided(as_rui, waiting, value):
    response = as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0], value))

    assert response.status_code == 422
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "submitted"


def test_returning_needs_a_reason_and_keeps_it(as_rui, waiting):
    entry = waiting[0]

    refused = as_rui.post(address("entry_send_back", entry.pk), {"back-version": entry.version})
    returned = as_rui.post(
        address("entry_send_back", entry.pk), {"back-version": entry.version, "back-note": "缺签到表"}
    )

    assert refused.status_code == 422
    assert returned.url == address("review", waiting[1].pk)
    assert entry.reviews.get().note == "缺签到表"


def test_who_comes_second_is_told_who_decided_what(as_rui, waiting, client, ou):
    as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))
    client.force_login(ou)

    response = client.post(
        address("entry_send_back", waiting[0].pk), {"back-version": waiting[0].version, "back-note": "重拍"}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "芮安" in page
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "accepted"


def test_opening_is_noted_once_and_by_reviewers_only(as_rui, waiting, client, admin):
    as_rui.post(address("review_open", waiting[0].pk))
    client.force_login(admin)

    assert LedgerEntry.objects.get(pk=waiting[0].pk).opened_at
    assert client.post(address("review_open", waiting[1].pk)).status_code == 403


def test_reading_a_page_changes_nothing(as_rui, waiting):
    before = LedgerEntry.objects.values().get(pk=waiting[0].pk)

    as_rui.get(address("review", waiting[0].pk))

    assert LedgerEntry.objects.values().get(pk=waiting[0].pk) == before


def test_a_decided_entry_is_read_on_its_own_page(as_rui, waiting):
    as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))

    assert as_rui.get(address("review", waiting[0].pk)).url == address("entry", waiting[0].pk)


def test_a_liaison_has_no_queue(client, lan, waiting):
    client.force_login(lan)

    assert client.get(address("queue")).status_code == 403
    assert client.post(address("entry_accept", waiting[0].pk), points(waiting[0])).status_code == 403


def test_only_the_director_reopens(client, rui, ou, year, school, lan):
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, accepted=True)
    ReviewFactory(entry=entry)
    client.force_login(rui)
    assert client.post(address("entry_reopen", entry.pk), {"note": "重复"}).status_code == 403
    client.force_login(ou)

    client.post(address("entry_reopen", entry.pk), {"note": ""})
    assert LedgerEntry.objects.get().status == "accepted"
    client.post(address("entry_reopen", entry.pk), {"note": "与去年照片相同"})

    assert LedgerEntry.objects.get().status == "submitted"


def test_the_queue_is_narrowed_by_kind_indicator_round_and_words(as_rui, waiting):
    claim = waiting[0].claims.get()
    organs = Category.objects.get(code="organ").parent
    LedgerEntry.objects.filter(pk=waiting[1].pk).update(round=2)

    def found(**asked):
        return list(as_rui.get(address("queue"), asked).context["page"])

    assert found(kind=organs.pk) == waiting
    assert found(kind=Category.objects.get(code="village").pk) == []
    assert found(indicator=claim.indicator_id) == waiting
    assert found(again="on") == [waiting[1]]
    assert found(q=waiting[2].receipt) == [waiting[2]]
    assert found(kind="nonsense") == waiting


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_queue_costs_the_same_queries_however_long(as_rui, year, rows, django_assert_num_queries):
    for entry in EntryFactory.create_batch(rows, cycle=year, submitted=True):
        ClaimFactory(entry=entry)
        EvidenceFactory(entry=entry)

    with django_assert_num_queries(8):
        response = as_rui.get(address("queue"))

    assert len(response.context["page"]) == rows


# returned place by place


def returning(entry, *points, **more):
    """What the page sends: each point as (place, reason number, own words)."""
    sent = {"back-version": entry.version, "points-TOTAL_FORMS": len(points), "points-INITIAL_FORMS": 0}
    for at, (place, reason, note) in enumerate(points):
        sent |= {f"points-{at}-place": place, f"points-{at}-reason": reason, f"points-{at}-note": note}
    return sent | {f"back-{name}": value for name, value in more.items()}


def test_a_reason_is_pinned_to_a_photo_and_the_unit_reads_it_there(as_rui, waiting, client, lan):
    entry = waiting[0]
    photo, other = EvidenceFactory.create_batch(2, entry=entry)
    usual = ReturnReason.objects.create(title="看不清", text="请重新拍摄。")

    as_rui.post(
        address("entry_send_back", entry.pk), returning(entry, (f"file:{photo.pk}", usual.pk, "横幅"))
    )
    client.force_login(lan)
    page = client.get(address("entry_edit", entry.pk)).content.decode()

    assert "请重新拍摄。 横幅" in page
    assert address("evidence_remove", photo.pk) in page
    assert address("evidence_remove", other.pk) not in page
    assert client.post(address("evidence_remove", other.pk)).status_code == 409
    # The text is there to be read, not to be written.
    assert 'name="text"' in page
    assert page.count("disabled") >= 4


def test_a_frozen_field_that_is_sent_all_the_same_is_left_alone(as_rui, waiting, client, lan):
    entry = waiting[0]
    as_rui.post(address("entry_send_back", entry.pk), returning(entry, ("field:place", "", "写全称")))
    client.force_login(lan)

    sent = {"fields": ["place", "title"], "place": "云泽县老街", "title": "另一个题目"}
    sent |= {"initial-place": entry.place, "initial-title": entry.title, "version": entry.version + 1}
    client.post(address("entry_keep", entry.pk), sent)

    entry.refresh_from_db()
    assert entry.place == "云泽县老街"
    assert entry.title != "另一个题目"


@pytest.mark.parametrize(
    "point",
    [
        ("file:999", "", "改"), ("field:status", "", "改"), ("indicator:x", "", "改"), ("nonsense", "", "改"),
        ("field:place", "", ""), ("field:place", "999", ""),
    ],
)  # fmt: skip
def test_a_bad_point_is_explained_and_nothing_is_decided(as_rui, waiting, point):
    response = as_rui.post(address("entry_send_back", waiting[0].pk), returning(waiting[0], point))

    assert response.status_code == 422
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "submitted"


def test_the_day_of_the_correction_must_come(as_rui, waiting):
    entry = waiting[0]

    refused = as_rui.post(
        address("entry_send_back", entry.pk), returning(entry, note="改", correct_by="2020-01-01")
    )
    as_rui.post(address("entry_send_back", entry.pk), returning(entry, note="改", correct_by="2099-01-05"))

    assert refused.status_code == 422
    assert LedgerEntry.objects.get(pk=entry.pk).correct_by == date(2099, 1, 5)


def test_the_second_return_is_the_directors(as_rui, waiting, client, ou):
    LedgerEntry.objects.update(returned_count=1)
    as_rui.get(address("review", waiting[0].pk))

    refused = as_rui.post(address("entry_send_back", waiting[0].pk), returning(waiting[0], note="再改"))
    client.force_login(ou)
    client.post(address("entry_send_back", waiting[0].pk), returning(waiting[0], note="再改"))

    assert refused.status_code == 403
    assert LedgerEntry.objects.get(pk=waiting[0].pk).returned_count == 2


def test_the_last_decision_can_be_undone_from_the_next_page(as_rui, waiting):
    as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))

    page = as_rui.get(address("review", waiting[1].pk)).content.decode()
    undone = as_rui.post(address("entry_undo", waiting[0].pk))

    assert address("entry_undo", waiting[0].pk) in page
    assert undone.url == address("review", waiting[0].pk)
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "submitted"


def test_what_came_too_late_to_undo_says_why(as_rui, waiting, year):
    as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))
    ReleaseFactory(cycle=year)

    response = as_rui.post(address("entry_undo", waiting[0].pk), follow=True)

    assert "名次" in response.content.decode()
    assert LedgerEntry.objects.get(pk=waiting[0].pk).status == "accepted"


def test_the_library_is_worded_by_the_director(client, rui, ou):
    client.force_login(rui)
    assert client.get(address("reasons")).status_code == 200
    assert client.get(address("reason_new")).status_code == 403
    client.force_login(ou)
    client.post(address("reasons_add_usual"))
    first = ReturnReason.objects.first()

    client.post(address("reason_new"), {"title": "其他", "text": "请看说明。", "seen": 0, "is_offered": "on"})
    twice = client.post(address("reason_new"), {"title": "其他", "text": "又一条。", "seen": 0})
    client.post(address("reason", first.pk), {"title": "改过", "text": first.text, "seen": 0})
    stale = client.post(address("reason", first.pk), {"title": "又改", "text": first.text, "seen": 0})

    first.refresh_from_db()
    assert (first.title, first.is_offered) == ("改过", False)
    assert twice.status_code == stale.status_code == 200
    assert ReturnReason.objects.filter(title="其他").count() == 1


def test_the_page_of_a_correction_opens_on_the_difference(client, rui, lan, year, school):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, text="三十人参加，清运垃圾四车。")
    ClaimFactory(entry=entry)
    entry = ledger.submit(entry, by=lan)
    entry = review.send_back(entry, by=rui, points=[review.Asked(field="text", note="人数不符")])
    ledger.edit(entry, {"text": "四十人参加，清运垃圾四车。"}, by=lan)
    ledger.submit(LedgerEntry.objects.get(), by=lan)
    client.force_login(rui)

    page = client.get(address("review", entry.pk)).content.decode()

    assert "<del>三十人参加，</del><ins>四十人参加，</ins>" in page
