"""The pages of the x-ray: who sees what, what they cost, returning a whole kind at once."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.actions import review, xray
from assessments.models import BulkDecision, LedgerEntry, RankingRelease, ReturnReason, ScoreSheet
from tests.assessments.standings import standing
from tests.factories import (
    CaseOfficerFactory,
    ClaimFactory,
    CycleFactory,
    EntryFactory,
    EvidenceFactory,
    LiaisonFactory,
    MembershipFactory,
    PlanFactory,
    PlanItemFactory,
    UnitFactory,
    UnitYearFactory,
    person_in,
)
from units.models import Category, Role, TrailEvent

pytestmark = pytest.mark.django_db

INDEX = reverse("assessments:xray")
CODE = "entry_without_proof"
LIST = reverse("assessments:xray_check", args=[CODE])
RETURN = reverse("assessments:xray_return", args=[CODE])


def of_unit(unit):
    return reverse("assessments:xray_of", args=[unit.pk])


def bare(year, unit=None, **said):
    """A record handed in without a file or a link, by a unit of the year."""
    unit = unit or UnitFactory()
    if not unit.years.exists():
        UnitYearFactory(cycle=year, unit=unit)
    said.setdefault("created_by", LiaisonFactory(memberships__unit=unit))
    return EntryFactory(cycle=year, unit=unit, submitted=True, **said)


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


def found(page):
    """Code of the check → how many, of everything that a page shows."""
    return {
        block.check.code: block.count for _weight, blocks in page.context["severities"] for block in blocks
    }


def chosen(page):
    """What the page that asks before a return would send."""
    entries = page.context["possible"]
    return sent(entries, note=str(page.context["form"].initial["note"]))


def sent(entries, **more):
    """What is sent for these entries as they stand."""
    seen = [f"{entry.pk}:{entry.version}" for entry in entries]
    return {"entry": [entry.pk for entry in entries], "seen": seen, "note": "请补充", **more}


# what is seen


def test_many_faults_of_one_kind_are_one_block_with_the_first_ten(as_rui, year):
    entries = [bare(year) for _ in range(17)]

    page = as_rui.get(INDEX)

    assert found(page)[CODE] == 17
    html = page.content.decode()
    shown = [entry for entry in entries if reverse("assessments:review", args=[entry.pk]) in html]
    assert shown == entries[: xray.SHOWN]
    assert LIST in html and RETURN in html


def test_the_gravest_stand_first_and_what_is_in_order_is_named(as_rui, year):
    UnitFactory()
    bare(year)

    page = as_rui.get(INDEX)

    weights = [weight for weight, _blocks in page.context["severities"]]
    assert weights == sorted(weights, key=list(xray.Severity).index) and weights[0] == "grave"
    assert page.context["grave_count"] == 1
    assert "points_out_of_range" in {check.code for check in page.context["passed"]}


def test_the_list_of_one_kind_narrows_by_kind_and_town(as_rui, year):
    town = UnitFactory(name="城关镇", category=Category.objects.get(code="town"), participation="exempt")
    here = bare(year, UnitFactory(town=town))
    village = bare(year, UnitFactory(category=Category.objects.get(code="village")))

    def listed(**query):
        return [line.what for line in as_rui.get(LIST, query).context["lines"]]

    assert listed() == [here.title, village.title]
    assert listed(town=town.pk) == [here.title]
    assert listed(kind="village") == [village.title]
    assert listed(q=here.unit.name) == [here.title]
    assert found(as_rui.get(INDEX, {"town": town.pk}))[CODE] == 1
    assert "indicator_unclaimed" not in found(as_rui.get(INDEX, {"town": town.pk})), "it has no town"


def test_a_list_leaves_as_a_file(as_rui, year):
    entry = bare(year, title="=1+1")

    answer = as_rui.post(LIST, {"format": "xlsx"})

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [entry.title, entry.unit.name] in [row[:2] for row in rows]


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_pages_cost_the_same_queries_however_many_rows(
    as_ou, year, rows, django_assert_num_queries, django_assert_max_num_queries
):
    for _ in range(rows):
        entry = bare(year)
        ClaimFactory(entry=EntryFactory(cycle=year, unit=entry.unit, accepted=True), points=2)
    kinds = len(found(as_ou.get(INDEX)))

    # Session, person, roles, year, numbers, unread messages and the queue; then one for each kind.
    with django_assert_num_queries(7 + kinds):
        as_ou.get(INDEX)
    with django_assert_num_queries(8):
        as_ou.get(LIST)
    # And the conflicts of interest, what several reviewers marked, and what the reasons are.
    with django_assert_max_num_queries(14):
        as_ou.get(RETURN)


def test_another_year_is_looked_at_by_the_address(as_rui, year):
    bare(CycleFactory(year=2025, status="closed"))

    assert CODE not in found(as_rui.get(INDEX))
    assert found(as_rui.get(INDEX, {"year": 2025}))[CODE] == 1
    assert as_rui.get(INDEX, {"year": "1999"}).status_code == 404


def test_before_there_is_a_year_the_page_says_so(as_rui):
    assert as_rui.get(INDEX).status_code == 200
    assert as_rui.get(LIST).status_code == 404


def test_an_unknown_check_is_not_found(as_rui, year):
    assert as_rui.get(reverse("assessments:xray_check", args=["nonsense"])).status_code == 404
    for code, check in xray.CHECKS.items():
        answer = as_rui.get(reverse("assessments:xray_return", args=[code]))
        assert answer.status_code == (200 if check.is_returnable else 404), code


# who sees what


def test_a_department_sees_its_own_tree_and_nothing_that_compares_units(client, guan, year, school, bank):
    mine, foreign = bare(year, school), bare(year, bank)
    photo = EvidenceFactory(entry=mine)
    EvidenceFactory(entry=foreign, sha256=photo.sha256, size=photo.size)
    bare(year, school, title="没有图片")
    client.force_login(guan)

    page = client.get(INDEX)

    assert found(page)[CODE] == 1
    assert bank.name not in page.content.decode()
    assert "entry_same_photo" not in found(page)
    assert client.get(reverse("assessments:xray_check", args=["entry_same_photo"])).status_code == 404
    assert RETURN not in page.content.decode() and client.get(RETURN).status_code == 403
    assert client.get(of_unit(school)).status_code == 200
    assert client.get(of_unit(bank)).status_code == 404


def test_a_unit_sees_its_own_lines_in_words_meant_for_it(client, lan, qiao, year, school, bank):
    mine, foreign = bare(year, school), bare(year, bank)
    check = xray.CHECKS[CODE]
    for person in (lan, qiao):
        client.force_login(person)

        page = client.get(of_unit(school))

        html = page.content.decode()
        assert found(page)[CODE] == 1
        assert mine.get_absolute_url() in html and foreign.get_absolute_url() not in html
        assert str(check.note) in html and str(check.remedy) not in html
        assert client.get(of_unit(bank)).status_code == 404
        assert client.get(INDEX).status_code == client.get(LIST).status_code == 403
        assert of_unit(school) in client.get(reverse("assessments:home")).content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COUNTY_LEADER])
def test_whoever_reads_everything_looks_and_returns_nothing(client, role, year):
    bare(year)
    client.force_login(person_in(role))

    page = client.get(INDEX)

    assert found(page)[CODE] == 1 and RETURN not in page.content.decode()
    assert client.post(RETURN).status_code == 403


def test_what_the_office_sees_to_stands_apart_on_a_units_page(client, lan, year, school):
    EntryFactory(
        cycle=year, unit=school, created_by=lan, submitted=True, submitted_at="2026-01-01T09:00+08:00"
    )
    client.force_login(lan)

    page = client.get(of_unit(school))

    offices = {block.check.code for block in page.context["offices"]}
    assert offices >= {"entry_waiting", "unit_not_enrolled"} and offices.isdisjoint(found(page))


def test_an_inspector_has_no_x_ray(client, xun, year, school):
    client.force_login(xun)

    assert client.get(INDEX).status_code == client.get(of_unit(school)).status_code == 403


# returning a whole kind


def test_a_whole_kind_goes_back_with_the_checks_own_sentence(as_rui, rui, year):
    entries = [bare(year) for _ in range(3)]
    page = as_rui.get(RETURN)

    assert page.context["possible"] == entries
    assert {entry.status for entry in LedgerEntry.objects.all()} == {"submitted"}, "looking changes nothing"
    answer = as_rui.post(RETURN, chosen(page) | {"due_on": "2099-01-05"}, follow=True)

    for entry in entries:
        entry.refresh_from_db()
        assert entry.status == "returned" and entry.last_review.by == rui
        assert entry.last_review.note == str(xray.CHECKS[CODE].note)
        assert str(entry.correct_by) == "2099-01-05"
    assert "3" in str(next(iter(answer.context["messages"])))
    assert as_rui.get(LIST).context["lines"] == []


def test_the_return_of_a_kind_is_undone_like_any_other(as_rui, year):
    entries = [bare(year) for _ in range(3)]
    as_rui.post(RETURN, chosen(as_rui.get(RETURN)))
    done = BulkDecision.objects.get()

    as_rui.post(reverse("assessments:bulk_undo", args=[done.pk]))

    assert list(as_rui.get(reverse("assessments:bulks")).context["page"]) == [done]
    assert {entry.status for entry in LedgerEntry.objects.all()} == {"submitted"}
    assert [line.what for line in as_rui.get(LIST).context["lines"]] == [entry.title for entry in entries]


def test_a_reason_of_the_library_goes_with_the_return_of_a_kind(as_rui, year):
    entry = bare(year)
    usual = ReturnReason.objects.create(title="缺照片", text="请补传现场照片。")

    as_rui.post(RETURN, chosen(as_rui.get(RETURN)) | {"reason": usual.pk, "note": "请于周五前补齐。"})

    assert entry.reviews.get().points.get().reason == usual
    assert entry.reviews.get().note == "请补传现场照片。 请于周五前补齐。"


def test_without_any_reason_nothing_goes_back_and_the_page_keeps_its_records(as_rui, year):
    entry = bare(year)

    page = as_rui.post(RETURN, sent([entry], note=""))

    assert page.context["form"].errors and page.context["possible"] == [entry]
    assert not BulkDecision.objects.exists()


def test_only_what_stood_on_the_page_is_returned(as_rui, year):
    seen = bare(year)
    page = as_rui.get(RETURN)
    later = bare(year)

    as_rui.post(RETURN, chosen(page))

    seen.refresh_from_db(), later.refresh_from_db()
    assert (seen.status, later.status) == ("returned", "submitted")


def test_what_is_not_ones_own_to_decide_is_left_out_and_named(client, ou, year, school, bank):
    MembershipFactory(user=ou, role=Role.LIAISON, unit=school)
    own, foreign = bare(year, school), bare(year, bank)
    client.force_login(ou)

    page = client.get(RETURN)
    client.post(RETURN, sent([own, foreign]))

    assert page.context["possible"] == [foreign]
    assert [one.entry for one in page.context["skipped"]] == [own] and page.context["skipped"][0].reason
    own.refresh_from_db(), foreign.refresh_from_db()
    assert (own.status, foreign.status) == ("submitted", "returned")


def test_what_came_back_as_often_as_the_year_allows_is_left_out_and_named(client, ou, year):
    client.cookies["django_language"] = "en"
    LedgerEntry.objects.filter(pk=bare(year).pk).update(returned_count=2)
    client.force_login(ou)

    (left,) = client.get(RETURN).context["skipped"]

    assert "as often as the year allows" in left.reason


def test_what_is_accepted_is_named_and_stays(as_rui, year):
    code = reverse("assessments:xray_return", args=["entry_outside_year"])
    waiting = bare(year, held_on="2025-05-01")
    accepted = EntryFactory(cycle=year, unit=waiting.unit, accepted=True, held_on="2025-05-01")

    page = as_rui.get(code)
    as_rui.post(code, sent([accepted]))

    assert page.context["possible"] == [waiting]
    assert [one.entry for one in page.context["skipped"]] == [accepted]
    accepted.refresh_from_db()
    assert accepted.status == "accepted"


def test_somebody_who_decided_first_hurts_no_other(as_rui, ou, year):
    first, changed, mended, last = (bare(year) for _ in range(4))
    page = as_rui.get(RETURN)
    review.send_back(first, by=ou, note="请补充")
    LedgerEntry.objects.filter(pk=changed.pk).update(version=changed.version + 1)
    EvidenceFactory(entry=mended)

    answer = as_rui.post(RETURN, chosen(page), follow=True)

    assert answer.status_code == 200
    statuses = [LedgerEntry.objects.get(pk=entry.pk).status for entry in (first, changed, mended, last)]
    assert statuses == ["returned", "submitted", "submitted", "returned"]
    assert LedgerEntry.objects.get(pk=first.pk).reviews.get().by == ou
    said = " ".join(map(str, answer.context["messages"]))
    assert changed.title in said and mended.title in said


@pytest.mark.parametrize("entry", [[], ["x"], ["9:"], ["99999999999999999999:1"], ["1:1:1"], ["987654:0"]])
def test_nonsense_returns_nothing(as_rui, year, entry):
    waiting = bare(year)

    for said in ({"entry": entry}, {"entry": [waiting.pk], "seen": entry}):
        assert as_rui.post(RETURN, said | {"note": "请补充"}).status_code in (200, 302)
    waiting.refresh_from_db()
    assert waiting.status == "submitted"


# what was accepted

ACCEPTED = reverse("assessments:xray_return", args=["accepted_without_proof"])


def unproved(year, **said):
    """A record that was accepted with two points although nothing shows it."""
    unit = UnitFactory()
    UnitYearFactory(cycle=year, unit=unit)
    liaison = LiaisonFactory(memberships__unit=unit)
    entry = EntryFactory(cycle=year, unit=unit, created_by=liaison, submitted=True, **said)
    claim = ClaimFactory(entry=entry)
    return review.accept(entry, {claim.pk: 2}, by=CaseOfficerFactory(), note="很好")


def test_what_was_accepted_without_proof_goes_back_in_one_step_and_history_tells_both(as_ou, ou, year):
    entries = [unproved(year) for _ in range(2)]
    page = as_ou.get(ACCEPTED)

    as_ou.post(ACCEPTED, chosen(page))

    assert (page.context["possible"], page.context["taken_back"]) == (entries, 2)
    for entry in entries:
        entry.refresh_from_db()
        assert (entry.status, entry.round, entry.returned_count) == ("returned", 2, 1)
        assert entry.claims.get().points is None
        assert [event.verb for event in TrailEvent.objects.about(entry)][-2:] == ["reopen", "send_back"]
        assert entry.last_review.by == ou
    assert not xray.grave(year)


def test_undoing_accepts_again_with_the_same_points(as_ou, year):
    entry = unproved(year)
    as_ou.post(ACCEPTED, chosen(as_ou.get(ACCEPTED)))

    as_ou.post(reverse("assessments:bulk_undo", args=[BulkDecision.objects.get().pk]))

    entry.refresh_from_db()
    assert (entry.status, entry.claims.get().points, entry.last_review.note) == ("accepted", 2, "很好")
    assert entry.unit.years.get().sheet.raw == 2


def test_only_the_director_takes_a_decision_back_and_the_others_are_told_why(as_rui, year):
    entry = unproved(year)

    page = as_rui.get(ACCEPTED)
    as_rui.post(ACCEPTED, sent([entry]))

    assert page.context["possible"] == [] and page.context["skipped"][0].reason
    entry.refresh_from_db()
    assert entry.status == "accepted"


def test_what_came_back_too_often_stays_accepted(as_ou, year):
    entry = unproved(year)
    LedgerEntry.objects.filter(pk=entry.pk).update(returned_count=2)
    entry.refresh_from_db()

    page = as_ou.get(ACCEPTED)
    as_ou.post(ACCEPTED, sent([entry]))

    assert page.context["possible"] == []
    entry.refresh_from_db()
    assert (entry.status, entry.round) == ("accepted", 1)


def test_from_the_queue_nothing_that_is_accepted_goes_back(as_ou, year):
    entry = unproved(year)

    as_ou.post(reverse("assessments:bulk_send_back"), sent([entry]))

    entry.refresh_from_db()
    assert entry.status == "accepted"


# plans

PLANS_BACK = reverse("assessments:xray_return", args=["plan_item_without_owner"])


def ownerless(year, **said):
    """A plan with one item that nobody oversees, and one at which nothing is wrong."""
    plan = PlanFactory(cycle=year, **said or {"submitted": True})
    PlanItemFactory(plan=plan, overseer="校长")
    PlanItemFactory(plan=plan, overseer="")
    return plan


def test_plans_go_back_pinned_to_the_items_that_have_the_problem(as_ou, year):
    plan, accepted = ownerless(year), ownerless(year, accepted=True)
    page = as_ou.get(PLANS_BACK)

    answer = as_ou.post(PLANS_BACK, sent([plan, accepted], note="写明督办人"), follow=True)

    assert page.context["possible"] == [plan]
    assert [one.entry for one in page.context["skipped"]] == [accepted]
    plan.refresh_from_db()
    assert plan.status == "returned"
    assert list(plan.items.values_list("verdict", "reason")) == [("accepted", ""), ("returned", "写明督办人")]
    assert len(list(answer.context["messages"])) == 2


def test_a_plan_that_changed_or_was_returned_before_is_left_out(as_rui, year):
    changed, before = ownerless(year), ownerless(year)
    type(before).objects.filter(pk=before.pk).update(returned_count=1)
    page = as_rui.get(PLANS_BACK)
    type(changed).objects.filter(pk=changed.pk).update(version=changed.version + 1)

    as_rui.post(PLANS_BACK, chosen(page))

    assert page.context["possible"] == [changed]
    changed.refresh_from_db()
    assert changed.status == "submitted"


def test_items_that_the_office_accepted_before_are_not_asked_for_again(as_ou, year):
    as_ou.cookies["django_language"] = "en"
    plan = ownerless(year)
    plan.items.update(verdict="accepted")

    answer = as_ou.post(PLANS_BACK, sent([plan]), follow=True)

    plan.refresh_from_db()
    assert plan.status == "submitted"
    (told,) = answer.context["messages"]
    assert str(told).endswith("The office has accepted these items; the unit changes them by an amendment.")


def test_where_no_return_makes_sense_the_page_says_what_does(as_rui, year):
    as_rui.cookies["django_language"] = "en"
    page = as_rui.get(reverse("assessments:xray_check", args=["entry_waiting"])).content.decode()

    assert "A decision of the office mends it" in page


# on the way to a release


def test_the_release_page_asks_for_a_reason_of_each_kind_and_keeps_it(as_ou, year):
    sheet = standing(year)
    liaison = LiaisonFactory(memberships__unit=sheet.unit)
    entry = EntryFactory(cycle=year, unit=sheet.unit, accepted=True, created_by=liaison)
    ClaimFactory(entry=entry, points=2)
    ScoreSheet.objects.update(raw=2)
    address = reverse("assessments:release_new")
    page = as_ou.get(address)
    said = {"title": "名次", "seen": page.context["ranking"].fingerprint}

    refused = as_ou.post(address, said)

    assert INDEX in page.content.decode() and 'name="reason_accepted_without_proof"' in page.content.decode()
    assert list(refused.context["form"].errors) == ["reason_accepted_without_proof"]
    assert not RankingRelease.objects.exists()
    answer = as_ou.post(address, {**said, "reason_accepted_without_proof": "纸质档案在办公室"}, follow=True)
    assert RankingRelease.objects.get().exceptions[0]["reason"] == "纸质档案在办公室"
    assert "纸质档案在办公室" in answer.content.decode()


def test_the_directors_first_page_counts_what_is_grave(client, ou, rui, year):
    UnitFactory()
    shown = {}
    for person in (ou, rui):
        client.force_login(person)
        shown[person] = "said tone--bad" in client.get(reverse("assessments:home")).content.decode()

    assert shown == {ou: True, rui: False}


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_directors_first_page_costs_the_same_queries(as_ou, year, rows, django_assert_max_num_queries):
    for _ in range(rows):
        bare(year)

    with django_assert_max_num_queries(10):
        as_ou.get(reverse("assessments:home"))
