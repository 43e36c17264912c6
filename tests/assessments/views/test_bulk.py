"""The pages on which many entries are decided on at once."""

import pytest
from django.urls import reverse

from assessments.actions import bulk
from assessments.models import Assignment, BulkDecision, BulkLine, LedgerEntry, ReturnReason
from tests.factories import (
    CaseOfficerFactory,
    ClaimFactory,
    ConflictFactory,
    EntryFactory,
    MembershipFactory,
    ReleaseFactory,
    UnitYearFactory,
)
from units.models import Notification


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


@pytest.fixture
def waiting(year, school, lan):
    UnitYearFactory(cycle=year, unit=school)
    entries = EntryFactory.create_batch(3, cycle=year, unit=school, created_by=lan, submitted=True)
    for entry in entries:
        ClaimFactory(entry=entry)
    return entries


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


def chosen(entries, **more):
    pks = [entry.pk for entry in entries]
    return {"entry": pks, "seen": [f"{entry.pk}:{entry.version}" for entry in entries], **more}


def statuses():
    return list(LedgerEntry.objects.order_by("pk").values_list("status", flat=True))


def test_the_page_names_what_will_happen_and_what_is_left_out(as_rui, waiting):
    LedgerEntry.objects.filter(pk=waiting[2].pk).update(status="accepted")

    response = as_rui.get(address("bulk_accept"), {"entry": [entry.pk for entry in waiting]})

    assert response.context["possible"] == waiting[:2]
    assert [one.entry for one in response.context["skipped"]] == waiting[2:]
    assert statuses() == ["submitted", "submitted", "accepted"]


def test_the_ticked_ones_are_accepted_and_undone(as_rui, waiting):
    response = as_rui.post(address("bulk_accept"), chosen(waiting[:2], share="1"))
    done = BulkDecision.objects.get()

    assert response.url == address("bulk", done.pk)
    assert statuses() == ["accepted", "accepted", "submitted"]
    assert address("bulk_undo", done.pk) in as_rui.get(response.url).content.decode()

    as_rui.post(address("bulk_undo", done.pk))
    assert statuses() == ["submitted"] * 3


def test_all_that_the_filter_leaves_can_be_chosen(as_rui, waiting):
    waiting[0].title = "独一无二"
    waiting[0].save()

    everything = as_rui.get(address("bulk_accept"), {"all": "1"})
    narrowed = as_rui.get(address("bulk_accept"), {"all": "1", "q": "独一无二"})

    assert len(everything.context["possible"]) == 3
    assert narrowed.context["possible"] == [waiting[0]]


def test_what_is_too_much_for_one_page_comes_in_the_next_go(as_rui, waiting, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", len(waiting) - 1)

    page = as_rui.get(address("bulk_accept"), {"all": "1"})

    assert page.context["later"] == 1
    assert "下一批处理" in page.content.decode()


def test_nothing_ticked_says_so(as_rui, waiting):
    response = as_rui.get(address("bulk_send_back"))

    assert response.status_code == 200
    assert not response.context["possible"]


def test_a_return_without_a_reason_is_explained(as_rui, waiting):
    response = as_rui.post(address("bulk_send_back"), chosen(waiting))

    assert response.context["form"].errors
    assert statuses() == ["submitted"] * 3


def test_what_the_page_did_not_show_is_not_decided(as_rui, waiting):
    first, second, _third = waiting
    shown = ["x", "9:y", f"{first.pk}:{first.version}", f"{second.pk}:{second.version}:1", f"{second.pk}:"]
    sent = chosen(waiting, share="1") | {"seen": shown}

    as_rui.post(address("bulk_accept"), sent)

    assert statuses() == ["accepted", "submitted", "submitted"]


def test_a_second_return_is_left_to_the_director(client, rui, ou, waiting):
    LedgerEntry.objects.filter(pk=waiting[0].pk).update(returned_count=1)
    asked = {"entry": [waiting[0].pk]}

    client.force_login(rui)
    refused = client.get(address("bulk_send_back"), asked)
    client.force_login(ou)
    offered = client.get(address("bulk_send_back"), asked)

    assert not refused.context["possible"]
    assert offered.context["possible"] == [waiting[0]]


def test_nobody_decides_on_their_own_unit_in_bulk(client, rui, school, waiting):
    MembershipFactory(user=rui, unit=school, role="liaison")
    client.force_login(rui)

    client.post(address("bulk_accept"), chosen(waiting, share="1"))

    assert statuses() == ["submitted"] * 3


def test_more_time_from_the_list_of_what_is_corrected(as_rui, waiting):
    as_rui.post(address("bulk_send_back"), chosen(waiting, note="重拍"))

    listed = as_rui.get(address("returned"))
    entries = list(listed.context["page"])
    as_rui.post(address("bulk_extend"), chosen(entries, until="2099-01-05", note="停电"))

    assert len(entries) == 3
    assert {str(entry.correct_by) for entry in LedgerEntry.objects.all()} == {"2099-01-05"}


def test_a_bulk_decision_of_a_colleague_is_not_there_but_for_the_director(as_rui, client, ou, waiting):
    as_rui.post(address("bulk_accept"), chosen(waiting, share="1"))
    done = BulkDecision.objects.get()

    def seen_by(person):
        client.force_login(person)
        listed = list(client.get(address("bulks")).context["page"])
        return client.get(address("bulk", done.pk)).status_code, listed

    assert seen_by(CaseOfficerFactory()) == (404, [])
    assert seen_by(ou) == (200, [done])
    page = client.get(address("bulk", done.pk)).content.decode()
    assert address("bulk_undo", done.pk) not in page
    assert client.post(address("bulk_undo", done.pk)).status_code == 403


def test_what_was_decided_together_is_found_again_from_the_queue(as_rui, rui, waiting):
    as_rui.post(address("bulk_accept"), chosen(waiting[:2], share="1"))
    done = BulkDecision.objects.get()

    assert f'href="{address("bulks")}"' in as_rui.get(address("queue")).content.decode()
    assert f'href="{address("bulks")}"' in as_rui.get(address("bulk", done.pk)).content.decode()
    listed = as_rui.get(address("bulks"))
    (row,) = listed.context["page"]
    assert (row, row.by, row.line_count, row.standing_count) == (done, rui, 2, 2)
    assert f'href="{address("bulk", done.pk)}"' in listed.content.decode()


def test_the_list_says_what_can_still_be_undone_and_narrows_to_it(as_rui, year, waiting):
    as_rui.post(address("bulk_accept"), chosen(waiting, share="1"))
    done = BulkDecision.objects.get()

    open_before = list(as_rui.get(address("bulks"), {"open": "on"}).context["page"])
    ReleaseFactory(cycle=year)
    page = as_rui.get(address("bulk", done.pk)).content.decode()

    assert open_before == [done]
    assert list(as_rui.get(address("bulks"), {"open": "on"}).context["page"]) == []
    assert list(as_rui.get(address("bulks"), {"kind": "accept"}).context["page"]) == [done]
    assert list(as_rui.get(address("bulks"), {"kind": "extend"}).context["page"]) == []
    assert address("bulk_undo", done.pk) not in page


def test_what_was_undone_stays_in_the_list_and_says_so(as_rui, waiting):
    as_rui.post(address("bulk_accept"), chosen(waiting, share="1"))
    as_rui.post(address("bulk_undo", BulkDecision.objects.get().pk))

    (row,) = as_rui.get(address("bulks")).context["page"]

    assert row.undone_at and not row.standing_count


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same_queries_however_long(
    as_rui, rui, waiting, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        BulkLine.objects.create(bulk=BulkDecision.objects.create(kind="accept", by=rui), entry=waiting[0])

    with django_assert_max_num_queries(8):
        response = as_rui.get(address("bulks"))

    assert len(response.context["page"]) == rows


def test_the_list_goes_on_behind_its_fiftieth_row(as_rui, rui, waiting):
    for _ in range(51):
        BulkLine.objects.create(bulk=BulkDecision.objects.create(kind="accept", by=rui), entry=waiting[0])

    first = as_rui.get(address("bulks")).context["page"]
    second = as_rui.get(f"{address('bulks')}?{first.next_query}").context["page"]

    assert (len(first), len(second)) == (50, 1)


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("bulk_accept", {"share": "1"}, "已采用 3 条台账。"),
        ("bulk_send_back", {"note": "重拍"}, "已退回 3 条台账。"),
    ],
)
def test_the_result_says_how_many(as_rui, waiting, in_english, name, more, said):
    response = as_rui.post(address(name), chosen(waiting, **more), follow=True)

    assert [str(one) for one in response.context["messages"]] == [said]


def test_the_message_of_given_records_leads_the_reviewer_to_the_queue(client, ou, rui, waiting, in_english):
    client.force_login(ou)
    done = client.post(address("bulk_assign"), chosen(waiting, reviewer=rui.pk, limit=9), follow=True)
    client.force_login(rui)
    message = Notification.objects.get(to=rui)

    response = client.get(reverse("units:notification", args=[message.pk]), follow=True)

    assert [str(one) for one in done.context["messages"]] == ["已分配 3 条台账。"]
    assert response.redirect_chain[-1][0] == f"{address('queue')}?assigned=on"
    assert set(response.context["page"]) == set(waiting)


def test_records_are_assigned_by_way_of_a_page_that_names_who_gets_what(client, ou, rui, waiting):
    client.force_login(ou)
    asked = {"entry": [entry.pk for entry in waiting], "limit": 2, "reviewer": rui.pk}

    first = client.get(address("bulk_assign"), {"all": "1"})
    shown = client.get(address("bulk_assign"), asked)
    done = client.post(address("bulk_assign"), chosen(waiting[:2], reviewer=rui.pk, limit=2))

    assert (first.context["deal"], ("all", "1") in first.context["carried"]) == (None, True)
    assert shown.context["possible"] == waiting[:2]
    assert [one.entry for one in shown.context["skipped"]] == waiting[2:]
    assert {one.entry for one in Assignment.objects.all()} == set(waiting[:2])
    assert client.get(done.url).status_code == 200

    client.post(address("bulk_undo", BulkDecision.objects.get().pk))
    assert not Assignment.objects.exists()


def test_assigning_leaves_out_what_does_not_wait_and_the_own_unit(client, ou, rui, school, waiting):
    LedgerEntry.objects.filter(pk=waiting[0].pk).update(status="accepted")
    ConflictFactory(person=ou, unit=UnitYearFactory(cycle=waiting[0].cycle).unit)
    kept_away = EntryFactory(cycle=waiting[0].cycle, unit=ou.conflicts.get().unit, submitted=True)
    client.force_login(ou)

    entries = [waiting[0], waiting[1], kept_away]
    response = client.get(address("bulk_assign"), chosen(entries, reviewer=rui.pk, limit=9))

    assert response.context["possible"] == [waiting[1]]
    assert {one.entry for one in response.context["skipped"]} == {waiting[0], kept_away}


@pytest.mark.parametrize("wrong", [{"reviewer": "x"}, {"reviewer": "987654"}, {"limit": "0"}])
def test_a_silly_choice_assigns_nothing_and_says_why(client, ou, rui, waiting, wrong):
    client.force_login(ou)

    response = client.post(address("bulk_assign"), chosen(waiting, reviewer=rui.pk, limit=9) | wrong)

    assert response.context["form"].errors
    assert not Assignment.objects.exists()


def test_only_directors_assign(as_rui, waiting, rui):
    assert as_rui.get(address("bulk_assign")).status_code == 403
    assert address("bulk_assign") not in as_rui.get(address("queue")).content.decode()
    assert as_rui.post(address("bulk_assign"), chosen(waiting, reviewer=rui.pk, limit=9)).status_code == 403


def test_units_have_no_such_pages(client, lan, waiting):
    client.force_login(lan)

    for name in ("bulk_accept", "bulk_send_back", "bulk_extend", "returned"):
        assert client.get(address(name)).status_code == 403
    assert client.post(address("bulk_accept"), chosen(waiting, share="1")).status_code == 403


@pytest.mark.parametrize("number", [1, 5, 50])
def test_the_pages_cost_the_same_queries_however_many(
    as_rui, client, rui, ou, year, school, lan, number, django_assert_max_num_queries
):
    UnitYearFactory(cycle=year, unit=school)
    for entry in EntryFactory.create_batch(number, cycle=year, unit=school, created_by=lan, submitted=True):
        ClaimFactory(entry=entry)
    EntryFactory.create_batch(number, cycle=year, unit=school, created_by=lan, returned=True)
    as_rui.get(address("returned"))

    with django_assert_max_num_queries(8):
        as_rui.get(address("returned"))
    with django_assert_max_num_queries(11):
        response = as_rui.get(address("bulk_accept"), {"all": "1"})
    assert len(response.context["possible"]) == number

    client.force_login(ou)
    with django_assert_max_num_queries(16):
        asked = {"all": "1", "reviewer": rui.pk, "limit": 100}
        response = client.get(address("bulk_assign"), asked)
    assert len(response.context["possible"]) == number


# what is said to single units, and what is said where nothing is left


def test_a_line_for_one_record_stands_beside_the_shared_reason(as_rui, waiting):
    first, second, _third = waiting
    lines = {f"line_{first.pk}": "第二张照片重拍", f"line_{second.pk}": "  ", "line_x": "x"}

    as_rui.post(address("bulk_send_back"), chosen(waiting, note="缺签到表", **lines))

    notes = [entry.reviews.get().note for entry in waiting]
    assert notes == ["缺签到表\n第二张照片重拍", "缺签到表", "缺签到表"]
    assert BulkDecision.objects.get().note == "缺签到表"


def test_a_line_stands_beside_a_reason_of_the_library(as_rui, waiting):
    usual = ReturnReason.objects.create(title="缺照片", text="请补传现场照片。")
    said = {"reason": usual.pk, f"line_{waiting[0].pk}": "第二张照片重拍"}

    as_rui.post(address("bulk_send_back"), chosen(waiting, **said))

    assert waiting[0].reviews.get().note == "第二张照片重拍\n请补传现场照片。"
    assert waiting[1].reviews.get().note == "请补传现场照片。"
    assert usual.points.count() == 3


def test_lines_alone_are_no_shared_reason_and_are_kept(as_rui, waiting):
    page = as_rui.post(address("bulk_send_back"), chosen(waiting, **{f"line_{waiting[0].pk}": "重拍"}))

    assert page.context["form"].errors
    assert 'value="重拍"' in page.content.decode()
    assert statuses() == ["submitted"] * 3


def test_a_line_longer_than_a_reason_can_be_is_refused(as_rui, waiting):
    page = as_rui.post(
        address("bulk_send_back"), chosen(waiting, note="改", **{f"line_{waiting[0].pk}": "改" * 201})
    )

    assert page.context["form"].non_field_errors()
    assert statuses() == ["submitted"] * 3


def test_the_form_says_when_which_of_two_is_needed(as_rui, waiting):
    as_rui.cookies["django_language"] = "en"

    together = as_rui.get(address("bulk_send_back"), {"all": 1}).content.decode()
    alone = as_rui.get(address("review", waiting[0].pk)).content.decode()

    for page in (together, alone):
        assert "(this or words of your own)" in page and "(needed unless a reason is chosen)" in page
    assert "(needed unless a reason is given below)" in alone


@pytest.mark.parametrize("name", ["bulk_accept", "bulk_send_back", "bulk_assign"])
def test_an_emptied_list_has_its_own_words(client, ou, year, name):
    client.force_login(ou)
    client.cookies["django_language"] = "en"

    page = client.get(address(name), {"all": 1}).content.decode()

    assert "Nothing is listed any more" in page and "Nothing to " in page
    assert "ticked" not in page and "0 record" not in page
