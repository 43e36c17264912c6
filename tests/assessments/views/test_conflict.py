"""Recusal in the browser's terms."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Conflict, ConflictHint, ConflictOverride
from civportal.lib.clock import today
from tests.factories import (
    ClaimFactory,
    ConflictFactory,
    DirectorFactory,
    EntryFactory,
    MembershipFactory,
    OverrideFactory,
    PlanFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Role, Unit

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def as_rui(client, rui):
    client.force_login(rui)
    return client


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


@pytest.fixture
def entry(year, school, lan):
    UnitYearFactory(cycle=year, unit=school)
    entry = EntryFactory(cycle=year, unit=school, created_by=lan, submitted=True)
    ClaimFactory(entry=entry)
    return entry


@pytest.fixture
def kin(school, rui):
    return ConflictFactory(person=rui, unit=school)


# ── declaring ────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_is_declared_by_its_name(as_rui, rui, school):
    answer = as_rui.post(address("conflict_declare"), {"unit": school.name, "ground": "family", "note": ""})

    assert answer.url == address("conflicts")
    assert Conflict.objects.get().person == rui
    assert school.name in text(as_rui.get(answer.url))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"unit": "没有这个单位", "ground": "family"}, "unit"),
        ({"unit": "", "ground": "family"}, "unit"),
        ({"unit": "云泽县第一小学", "ground": "other"}, "note"),
        ({"unit": "云泽县第一小学", "ground": "x"}, "ground"),
    ],
)
def test_what_is_missing_is_said_at_the_field(as_rui, school, said, field):
    answer = as_rui.post(address("conflict_declare"), said)

    assert field in answer.context["form"].errors
    assert not Conflict.objects.exists()


def test_what_roles_tell_stands_there_by_itself(as_rui, rui, school, bank):
    MembershipFactory(user=rui, role=Role.SUPERVISOR, unit=school)

    page = text(as_rui.get(address("conflicts")))

    assert school.name in page and bank.name not in page


def test_one_reads_ones_own_and_not_the_others(as_rui, kin, bank):
    ConflictFactory(unit=bank)

    page = text(as_rui.get(address("conflicts")))

    assert kin.unit.name in page and bank.name not in page
    assert as_rui.get(address("conflicts_all")).status_code == 403
    assert as_rui.get(address("conflicts_likely")).status_code == 403
    assert as_rui.post(address("conflict_lift", kin.pk), {"note": "x", "version": 0}).status_code == 403


# ── the review ───────────────────────────────────────────────────────────────────────────────────


def test_who_opens_the_record_by_its_address_is_told_why_not(as_rui, kin, entry):
    answer = as_rui.get(address("review", entry.pk))

    assert answer.status_code == 403
    assert "回避" in text(answer) or entry.unit.name in text(answer)
    assert f"?entry={entry.pk}" in text(answer)


@pytest.mark.parametrize("name", ["entry_accept", "entry_send_back", "likeness_judge", "review_open"])
def test_every_decision_says_the_same(as_rui, kin, entry, name):
    answer = as_rui.post(address(name, entry.pk))

    assert answer.status_code == 403
    assert answer.templates[0].name == "assessments/conflict/refused.html"


def test_a_plan_is_not_decided_on_either(as_rui, kin, year):
    plan = PlanFactory(cycle=year, unit=kin.unit, submitted=True)

    answer = as_rui.get(address("plan_decide", plan.pk))

    assert answer.status_code == 403
    assert answer.templates[0].name == "assessments/conflict/refused.html"


def test_what_is_refused_for_another_reason_is_not_blamed_on_a_conflict(as_rui, kin, entry):
    answer = as_rui.get(address("entry_edit", entry.pk))

    assert answer.status_code == 403
    assert answer.templates[0].name == "403.html"


def test_the_own_unit_offers_no_exception(client, lan, entry):
    MembershipFactory(user=lan, role=Role.CASE_OFFICER)
    client.force_login(lan)

    answer = client.get(address("review", entry.pk))

    assert answer.status_code == 403
    assert "?entry=" not in text(answer)


def test_queue_count_and_first_page_agree(as_rui, kin, entry, bank, year):
    other = EntryFactory(cycle=year, unit=bank, submitted=True)

    queue = as_rui.get(address("queue"))
    home = as_rui.get(address("home"))

    assert list(queue.context["page"]) == [other]
    assert queue.context["queue_count"] == 1
    assert list(home.context["queue"]) == [other]


def test_plans_that_wait_for_me_are_counted_and_listed_alike(as_rui, kin, year, bank):
    PlanFactory(cycle=year, unit=kin.unit, submitted=True)
    other = PlanFactory(cycle=year, unit=bank, submitted=True)

    home = as_rui.get(address("home"))
    listed = as_rui.get(address("plans") + "?waiting=on")

    assert home.context["figures"]["plans_waiting"] == 1
    assert address("plans") + "?waiting=on" in text(home)
    assert list(listed.context["page"]) == [other]


# ── exceptions ───────────────────────────────────────────────────────────────────────────────────


def test_an_exception_is_asked_for_approved_and_named_on_the_record(client, rui, ou, kin, entry):
    client.force_login(rui)
    asked = client.post(
        f"{address('override_ask')}?entry={entry.pk}", {"reason": "别人都在外检查", "until": today()}
    )
    override = ConflictOverride.objects.get()
    own_page = text(client.get(asked.url))
    client.force_login(ou)
    waiting = text(client.get(address("conflicts")))
    approved = client.post(address("override_approve", override.pk), {"version": override.version})
    client.force_login(rui)
    review = client.get(address("review", entry.pk))

    assert address("override_approve", override.pk) not in own_page
    assert override.get_absolute_url() in waiting
    assert approved.url == override.get_absolute_url()
    assert review.status_code == 200
    assert "别人都在外检查" in text(review) and ou.name in text(review)


def test_for_a_unit_it_is_typed(as_rui, kin):
    as_rui.post(address("override_ask"), {"unit": kin.unit.name, "reason": "人手不足", "until": today()})

    override = ConflictOverride.objects.get()
    assert (override.unit, override.entry) == (kin.unit, None)


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "", "until": "2026-11-28"},
        {"reason": "x", "until": ""},
        {"reason": "x", "until": "9999-12-31"},
        {"reason": "x", "until": "2020-01-01"},
    ],
)
def test_a_bad_request_for_an_exception_is_explained(as_rui, kin, said):
    answer = as_rui.post(address("override_ask"), {"unit": kin.unit.name, **said})

    assert answer.status_code == 200 and answer.context["form"].errors
    assert not ConflictOverride.objects.exists()


def test_without_a_conflict_no_exception_is_needed(as_rui, bank):
    answer = as_rui.post(address("override_ask"), {"unit": bank.name, "reason": "x", "until": today()})

    assert answer.context["form"].non_field_errors()
    assert not ConflictOverride.objects.exists()


def test_a_second_approval_is_told_who_was_first(as_ou, school):
    override = OverrideFactory(unit=school)
    as_ou.post(address("override_approve", override.pk), {"version": 0})

    as_ou.force_login(DirectorFactory())
    late = as_ou.post(address("override_approve", override.pk), {"version": 0})

    assert late.status_code == 409


def test_a_refusal_needs_its_reason(as_ou, school):
    override = OverrideFactory(unit=school)

    bare = as_ou.post(address("override_refuse", override.pk), {"refuse-version": 0, "refuse-note": ""})
    said = as_ou.post(
        address("override_refuse", override.pk), {"refuse-version": 0, "refuse-note": "等人回来"}
    )

    assert (bare.status_code, said.status_code) == (422, 302)
    assert ConflictOverride.objects.get().status == "refused"


def test_the_person_ends_the_own_exception(as_rui, rui, school):
    override = OverrideFactory(person=rui, unit=school, approved=True, until=today() + timedelta(days=3))

    as_rui.post(address("override_end", override.pk), {"version": 0})

    assert ConflictOverride.objects.get().status == "ended"


# ── those who keep the list ──────────────────────────────────────────────────────────────────────


def test_everybodys_are_confirmed_lifted_and_narrowed(as_ou, kin, bank):
    other = ConflictFactory(unit=bank)

    as_ou.post(address("conflict_confirm", kin.pk), {"version": 0})
    as_ou.post(address("conflict_lift", other.pk), {"version": 0, "note": "填错单位"})

    def listed(query):
        return list(as_ou.get(address("conflicts_all") + query).context["page"])

    assert listed("?status=confirmed") == listed(f"?q={kin.unit.name}") == [kin]
    assert listed("?status=lifted") == listed(f"?q={bank.name}") == [other]
    assert listed("?q=没有") == []


def test_the_own_conflict_is_lifted_by_somebody_else(as_ou, ou, school):
    own = ConflictFactory(person=ou, unit=school)

    assert as_ou.get(address("conflict_lift", own.pk)).status_code == 403


def test_a_likely_one_is_shown_with_why_and_answered_either_way(as_ou, rui, school, bank):
    Unit.objects.filter(pk__in=[school.pk, bank.pk]).update(contact="芮安")

    page = as_ou.get(address("conflicts_likely"))
    for unit, verdict in ((school, "conflict"), (bank, "none")):
        as_ou.post(address("conflict_answer"), {"person": rui.pk, "unit": unit.pk, "verdict": verdict})

    assert page.context["page"].paginator.count == 2
    assert Conflict.objects.get().unit == school
    assert ConflictHint.objects.get().unit == bank
    assert as_ou.get(address("conflicts_likely")).context["page"].paginator.count == 0


def test_who_could_answer_what_is_about_oneself_is_named(as_ou, ou, school):
    Unit.objects.filter(pk=school.pk).update(contact=ou.name)

    alone = text(as_ou.get(address("conflicts_likely")))
    other = DirectorFactory(name="方主任")
    DirectorFactory(name="离任主任", is_active=False)
    page = text(as_ou.get(address("conflicts_likely")))
    as_ou.force_login(other)
    answered = as_ou.post(address("conflict_answer"), {"person": ou.pk, "unit": school.pk, "verdict": "none"})

    assert 'name="verdict"' not in alone + page
    assert "方主任" in page and "离任主任" not in page
    assert answered.status_code == 302 and ConflictHint.objects.get().by == other


def test_an_administrator_can_answer_what_is_about_the_only_director(client, admin, ou, school):
    Unit.objects.filter(pk=school.pk).update(contact=ou.name)
    client.force_login(ou)
    assert admin.name in text(client.get(address("conflicts_likely")))

    client.force_login(admin)
    client.post(address("conflict_answer"), {"person": ou.pk, "unit": school.pk, "verdict": "conflict"})

    assert Conflict.objects.get().person == ou


def test_the_list_leaves_as_it_stands_for_those_who_keep_it_only(client, rui, ou, admin, kin, lan, shen):
    lifted = ConflictFactory(note="远房表亲", status="lifted")
    for who in (ou, admin):
        client.force_login(who)
        everything = taken(client, address("conflicts_all"))
        narrowed = taken(client, address("conflicts_all") + "?status=lifted")

        assert kin.unit.name in everything and "远房表亲" in everything
        assert lifted.unit.name in narrowed and kin.unit.name not in narrowed
    for who in (rui, lan, shen):
        client.force_login(who)
        assert client.post(address("conflicts_all"), {"format": "csv"}).status_code == 403


def taken(client, place):
    answer = client.post(place, {"format": "csv"})
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.parametrize(
    "sent", [{}, {"person": "x", "unit": "9" * 40, "verdict": "none"}, {"verdict": "maybe"}]
)
def test_nonsense_is_answered_in_words(as_ou, sent):
    answer = as_ou.post(address("conflict_answer"), sent, follow=True)

    assert answer.redirect_chain[0][0] == address("conflicts_likely")
    assert not ConflictHint.objects.exists()


def test_about_oneself_somebody_else_answers(as_ou, ou, school):
    Unit.objects.filter(pk=school.pk).update(contact=ou.name)

    page = text(as_ou.get(address("conflicts_likely")))
    answer = as_ou.post(address("conflict_answer"), {"person": ou.pk, "unit": school.pk, "verdict": "none"})

    assert school.name in page and 'value="none"' not in page
    assert answer.status_code == 403


def test_no_sentence_accuses(as_ou, rui, school):
    Unit.objects.filter(pk=school.pk).update(contact="芮安")

    page = text(as_ou.get(address("conflicts_likely")))

    assert not re.search("违规|隐瞒|嫌疑|涉嫌", page)


@pytest.mark.parametrize("rows", [1, 5, 50])
def test_the_list_costs_the_same(as_ou, rows, django_assert_max_num_queries):
    for _ in range(rows):
        ConflictFactory(unit=UnitFactory())
    as_ou.get(address("conflicts_all"))

    with django_assert_max_num_queries(8):
        as_ou.get(address("conflicts_all"))
