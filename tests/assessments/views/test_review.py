"""The review in the browser's terms."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.actions import assignment, ledger, likeness, review
from assessments.models import LedgerEntry, PictureMark, PicturePair, ReturnReason, Standard
from civportal.lib import clock
from tests.factories import (
    AssignmentFactory,
    ClaimFactory,
    CycleFactory,
    DutyFactory,
    EntryFactory,
    EvidenceFactory,
    IndicatorFactory,
    LevelFactory,
    ReleaseFactory,
    ReviewFactory,
    StandardFactory,
    UnitFactory,
    UnitYearFactory,
    files,
)
from units.models import Category

MINUTE = timedelta(minutes=1)


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
    shown = as_rui.get(address("review", waiting[2].pk)).context

    assert (shown["previous"], shown["next"]) == (waiting[1].pk, waiting[0].pk)


def test_what_was_skipped_stays_behind_what_waits_for_a_day(as_rui, waiting):
    one, two, three = waiting

    skipped = as_rui.post(address("review_skip", one.pk) + "?again=")
    listed = as_rui.get(address("queue")).context
    second, third = (as_rui.get(address("review", entry.pk)).context for entry in (two, three))
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        a_day_later = as_rui.get(address("queue")).context

    assert skipped.url == address("review", two.pk) + "?again="
    assert (listed["first"], list(listed["page"])) == (two, [two, three, one])
    # Back leads to the skipped one all the same, and behind the last it comes again.
    assert (second["previous"], second["next"]) == (one.pk, three.pk)
    assert third["next"] == one.pk
    assert list(a_day_later["page"]) == waiting


def test_what_is_decided_is_skipped_no_longer(as_rui, waiting):
    as_rui.post(address("review_skip", waiting[0].pk))
    as_rui.post(address("entry_accept", waiting[0].pk), points(waiting[0]))
    as_rui.post(address("entry_undo", waiting[0].pk))

    assert list(as_rui.get(address("queue")).context["page"]) == waiting


def test_nobody_elses_queue_changes_by_skipping(as_rui, waiting, client, ou):
    as_rui.post(address("review_skip", waiting[0].pk))
    client.force_login(ou)

    assert list(client.get(address("queue")).context["page"]) == waiting


def test_before_the_oldest_there_is_none(as_rui, waiting):
    shown = as_rui.get(address("review", waiting[0].pk)).context

    assert (shown["previous"], shown["next"]) == (None, waiting[1].pk)


@pytest.fixture
def unit_by_unit(waiting, year, bank):
    """What is asked to judge the indicator of `waiting` through all units; the bank stands first."""
    indicator = waiting[0].claims.get().indicator
    bank.sort_order = 0
    bank.save()
    waiting[0].unit.sort_order = 1
    waiting[0].unit.save()
    return {"indicator": indicator.pk, "order": "units"}


def test_one_indicator_goes_through_all_units_in_their_order(as_rui, waiting, unit_by_unit, year, bank):
    late = EntryFactory(cycle=year, unit=bank, submitted=True)
    ClaimFactory(entry=late)
    EntryFactory(cycle=year, unit=bank, submitted=True)

    listed = as_rui.get(address("queue"), unit_by_unit).context["page"]
    shown = as_rui.get(address("review", late.pk), unit_by_unit).context

    assert list(listed) == [late, *waiting]
    assert (shown["previous"], shown["next"]) == (None, waiting[0].pk)


def test_the_indicator_stands_first_with_the_last_decisions(as_rui, waiting, unit_by_unit, year):
    first = waiting[0].claims.get().indicator
    other = IndicatorFactory(standard=year.standard, parent=first.parent)
    asked = {"indicator": other.pk, "order": "units"}
    claim = ClaimFactory(entry=waiting[0], indicator=other)
    anchor = ClaimFactory(entry=EntryFactory(cycle=year, accepted=True), indicator=other, points="1.5")

    shown = as_rui.get(address("review", waiting[0].pk), asked).context

    assert next(fields[0] for fields in shown["claim_fields"]) == claim
    assert list(shown["anchor"]) == [anchor]
    assert "anchor__unit" not in as_rui.get(address("review", waiting[0].pk)).content.decode()


def test_what_to_compare_with_comes_as_a_part_or_as_a_page(as_rui, waiting):
    around = address("review_context", waiting[0].pk)

    whole = as_rui.get(around).content.decode()
    part = as_rui.get(around, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in whole and "<html" not in part
    assert waiting[1].title in part
    assert around in as_rui.get(address("review", waiting[0].pk)).content.decode()


def test_the_list_of_indicators_leads_into_the_queue(as_rui, waiting, unit_by_unit):
    page = as_rui.get(address("review_items")).content.decode()

    assert f"?indicator={unit_by_unit['indicator']}&amp;order=units" in page


def test_the_way_forth_and_back_keeps_to_the_filter(as_rui, waiting):
    LedgerEntry.objects.filter(pk=waiting[1].pk).update(round=2)

    shown = as_rui.get(address("review", waiting[2].pk), {"again": "on"}).context

    assert (shown["previous"], shown["next"]) == (waiting[1].pk, waiting[1].pk)


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
        address("entry_send_back", waiting[0].pk) + "?q=志愿",
        {"back-version": waiting[0].version, "back-note": "重拍", "points-0-note": "第二张"},
    )

    page = response.content.decode()
    assert response.status_code == 409
    # What was written can be copied, and the work goes on with what waits.
    assert "重拍\n第二张</textarea>" in page
    onward = client.get(address("review_next") + "?q=志愿")
    assert f'href="{address("review_next")}?q=' in page
    assert onward.url.startswith(address("review", waiting[1].pk))
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
    organs = Category.objects.get(code="organ").parent.code
    LedgerEntry.objects.filter(pk=waiting[1].pk).update(round=2)

    def found(**asked):
        return list(as_rui.get(address("queue"), asked).context["page"])

    assert found(kind=organs) == waiting
    assert found(kind="village") == []
    assert found(indicator=claim.indicator_id) == waiting
    assert found(again="on") == [waiting[1]]
    assert found(q=waiting[2].receipt) == [waiting[2]]
    assert found(kind="nonsense") == waiting


def asked(client, **filters):
    """The titles that the queue still shows."""
    return {entry.title for entry in client.get(address("queue"), filters).context["page"]}


def test_a_row_shows_its_first_three_photos(as_rui, waiting):
    photos = [EvidenceFactory(entry=waiting[0], position=number) for number in range(4)]
    EvidenceFactory(entry=waiting[0], content=files.docx(), kind="docx")

    response = as_rui.get(address("queue"))

    assert response.context["page"][0].first_photos == photos[:3]
    assert reverse("assessments:evidence_page", args=[photos[0].pk, 1]) in response.content.decode()


def test_the_queue_is_narrowed_by_town_and_by_what_is_late(as_rui, year):
    town = UnitFactory(name="长沟镇", category=Category.objects.get(code="town"))
    due = year.recording.due_on
    EntryFactory(cycle=year, submitted=True, title="在镇", unit=UnitFactory(town=town))
    EntryFactory(cycle=year, submitted=True, title="按时", first_submitted_at=clock.end_of(due) - MINUTE)
    EntryFactory(cycle=year, submitted=True, title="迟交", first_submitted_at=clock.end_of(due))
    answers = DutyFactory(cycle=year, kind="deployment", overdue=True)
    EntryFactory(cycle=year, submitted=True, title="迟答", unit=answers.unit, answers=answers)

    assert asked(as_rui, town=town.pk) == {"在镇"}
    assert asked(as_rui, late="on") == {"迟交", "迟答"}
    late = {entry.title for entry in LedgerEntry.objects.all() if entry.is_late}
    assert late == {"迟交", "迟答"}


def test_longer_than_promised_means_more_than_three_working_days(as_rui, year):
    for title, day in (("周三", 25), ("周二", 24), ("周一", 23)):
        at = clock.end_of(date(2026, 11, day)) - MINUTE
        EntryFactory(cycle=year, submitted=True, title=title, submitted_at=at)

    with clock.at(clock.end_of(date(2026, 11, 28)) - MINUTE):
        assert asked(as_rui, long="on") == {"周二", "周一"}


def test_what_is_known_already_is_found_in_the_queue(as_rui, year, school, bank):
    def entry(title, **said):
        return EntryFactory(cycle=year, submitted=True, title=title, **{"text": title, **said})

    photo, paper = files.jpg(7), files.docx()
    for title, unit in (("原有", school), ("同一照片", bank)):
        EvidenceFactory(entry=entry(title, unit=unit), content=photo)
    for title, unit in (("文件", school), ("别人的文件", bank), ("自己的文件", bank)):
        EvidenceFactory(entry=entry(title, unit=unit), content=paper, name="通知.docx", kind="docx")
    EvidenceFactory(entry=entry("别的照片"))
    EvidenceFactory(entry=EntryFactory(cycle=year, text="草稿"), content=files.jpg(8))
    EvidenceFactory(entry=entry("与草稿相同"), content=files.jpg(8))
    for title in ("文字一", "文字二"):
        likeness.mark_text(entry(title, text="组织全体职工清洁家园。"))

    found = asked(as_rui, looks="on")

    assert found == {"原有", "同一照片", "别人的文件", "自己的文件", "文字一", "文字二"}


def test_a_photo_nearly_the_same_is_found_in_the_queue(as_rui, year):
    mine, theirs = (EvidenceFactory(entry=EntryFactory(cycle=year, submitted=True)) for _ in range(2))
    one, other = (PictureMark.objects.create(sha256=file.sha256) for file in (mine, theirs))
    PicturePair.objects.create(one=one, other=other, percent=90)

    assert asked(as_rui, looks="on") == {mine.entry.title}


def test_what_is_asked_stands_above_the_list_and_can_be_taken_back(as_rui, waiting, in_english):
    form = as_rui.get(
        address("queue"), {"again": "on", "late": "on", "after": "x", "order": "units"}
    ).context["form"]

    assert [query for _words, query in form.chips] == ["late=on&order=units", "again=on&order=units"]


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_queue_costs_the_same_queries_however_long(as_rui, year, rows, django_assert_num_queries):
    for entry in EntryFactory.create_batch(rows, cycle=year, submitted=True):
        claim = ClaimFactory(entry=entry)
        EvidenceFactory(entry=entry)
        AssignmentFactory(cycle=year, entry=entry, unit=None)
        AssignmentFactory(cycle=year, unit=None, indicator=claim.indicator)
    # What the filters offer is at hand in a running portal.
    as_rui.get(address("queue"))

    with django_assert_num_queries(9):
        response = as_rui.get(address("queue"))

    assert len(response.context["page"]) == rows


def test_the_queue_names_who_is_assigned_by_any_way(as_rui, waiting, year, rui, ou, bank):
    first, second, _third = waiting
    indicator, other = IndicatorFactory.create_batch(2, standard=year.standard)
    ClaimFactory(entry=first, indicator=indicator)
    ClaimFactory(entry=second, indicator=other)
    AssignmentFactory(cycle=year, entry=first, unit=None, reviewer=rui)
    AssignmentFactory(cycle=year, unit=None, indicator=indicator, reviewer=rui)
    AssignmentFactory(cycle=year, unit=second.unit, indicator=other, reviewer=ou)
    # What reaches none of them: another unit, another year.
    AssignmentFactory(cycle=year, unit=bank, indicator=other, reviewer=rui)
    AssignmentFactory(cycle=CycleFactory(year=2025, status="closed"), unit=second.unit, reviewer=rui)

    response = as_rui.get(address("queue"))

    assert response.context["reviewers"] == {first.pk: rui.name, second.pk: ou.name}
    assert response.context["reviewers"] == {
        entry.pk: "、".join(map(str, people))
        for entry, people in zip(waiting, assignment.reviewers_of(waiting).values(), strict=True)
        if people
    }
    page = response.content.decode()
    assert page.index(rui.name, page.index("<tbody>")) < page.index(ou.name, page.index("<tbody>"))
    assert rui.name in exported_queue(as_rui)


def exported_queue(client):
    """The queue as it leaves."""
    return b"".join(client.post(address("queue"), {"format": "csv"}).streaming_content).decode("utf-8-sig")


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


def described(entry):
    """Two levels for the indicator that the entry claims, written while its edition was a draft."""
    indicator = entry.claims.get().indicator
    Standard.objects.update(status="draft")
    LevelFactory(indicator=indicator, most=4, least=3, name="优", words="人人到场")
    LevelFactory(indicator=indicator, most=1, words="只有通知")
    Standard.objects.update(status="frozen")


def test_levels_stand_at_the_claim_and_their_points_are_offered(as_rui, waiting):
    plain = as_rui.get(address("review", waiting[0].pk)).content.decode()
    described(waiting[0])
    page = as_rui.get(address("review", waiting[0].pk)).content.decode()

    offered = [re.findall(r'data-value="([0-9.]+)"', one) for one in (plain, page)]

    assert offered == [["0", "2.00", "4.00"], ["4.00", "1.00", "0"]]
    assert page.index("人人到场") < page.index("只有通知")
    assert "人人到场" not in plain


def test_levels_cost_one_question_however_many_indicators(as_rui, waiting, year):
    described(waiting[0])
    for indicator in IndicatorFactory.create_batch(3, standard=StandardFactory(year=2031)):
        ClaimFactory(entry=waiting[0], indicator=indicator)

    with CaptureQueriesContext(connection) as queries:
        as_rui.get(address("review", waiting[0].pk))

    assert sum('FROM "assessments_level"' in query["sql"] for query in queries) == 1


def test_the_review_costs_the_same_queries_however_many_wait(as_rui, year):
    counted = set()
    for more in (1, 4, 45):
        for entry in EntryFactory.create_batch(more, cycle=year, submitted=True):
            ClaimFactory(entry=entry)
        for entry in (LedgerEntry.objects.first(), LedgerEntry.objects.last()):
            with CaptureQueriesContext(connection) as queries:
                as_rui.get(address("review", entry.pk))
            counted.add(len(queries))

    assert len(counted) == 1
    assert LedgerEntry.objects.count() == 50
