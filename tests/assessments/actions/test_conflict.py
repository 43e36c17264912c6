"""Conflicts of interest: in force at once, lifted by others, and exceptions that take a second person."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.actions import conflict, conflict_hint
from assessments.models import Conflict, ConflictHint, ConflictOverride, LedgerEntry
from assessments.models.conflict import recusal, with_recusals
from civportal.lib import clock
from civportal.lib.clock import today
from tests.factories import (
    CaseOfficerFactory,
    ConflictFactory,
    DirectorFactory,
    EntryFactory,
    MembershipFactory,
    OverrideFactory,
    UnitFactory,
)
from units.actions.move import MoveNotAllowed
from units.models import (
    AccountRequest,
    LifeAct,
    Notification,
    Office,
    Organization,
    Role,
    Succession,
    TrailEvent,
    Unit,
    UnitPast,
    User,
)

pytestmark = pytest.mark.django_db


def again(user):
    """The person as the next request reads it."""
    return User.objects.get(pk=user.pk)


def lines(record):
    return [(event.verb, event.by) for event in TrailEvent.objects.about(record)]


# ── declared ─────────────────────────────────────────────────────────────────────────────────────


def test_a_declaration_is_in_force_at_once(school, rui, ou, django_capture_on_commit_callbacks):
    entry = EntryFactory(unit=school, submitted=True)
    before = rui.has_perm("assessments.accept_entry", entry)

    with django_capture_on_commit_callbacks(execute=True):
        found = conflict.declare(school, ground="family", note="妻子在该校任教", by=rui)

    assert before and not again(rui).has_perm("assessments.accept_entry", entry)
    assert not LedgerEntry.objects.to_decide_by(again(rui)).exists()
    assert lines(found) == [("declare", rui)]
    assert Notification.objects.get().to == ou


def test_one_conflict_with_a_unit_is_in_force_at_a_time(school, rui, in_english):
    conflict.declare(school, ground="family", by=rui)

    with pytest.raises(ValidationError, match="on record already"):
        conflict.declare(school, ground="former", by=rui)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConflictFactory(person=rui, unit=school)


def test_another_reason_has_to_be_said(school, rui):
    with pytest.raises(ValidationError) as refusal:
        conflict.declare(school, ground="other", note="  ", by=rui)

    assert "note" in refusal.value.message_dict


def test_confirming_changes_nothing_of_its_force(school, rui, ou):
    found = conflict.confirm(ConflictFactory(person=rui, unit=school), by=ou)

    assert found.status == "confirmed"
    assert recusal(again(rui)).bars(school.pk)


def test_lifting_takes_a_reason_and_lets_decide_again(school, rui, ou):
    found = ConflictFactory(person=rui, unit=school)

    with pytest.raises(ValidationError):
        conflict.lift(found, note=" ", by=ou)
    conflict.lift(found, note="已不在该校", by=ou)

    assert not recusal(again(rui)).bars(school.pk)
    assert conflict.declare(school, ground="family", by=rui).status == "declared"


# ── known by the roles ───────────────────────────────────────────────────────────────────────────


def left(person, unit, day, role=Role.LIAISON):
    moment = datetime(*day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    MembershipFactory(
        user=person, role=role, unit=unit, began_at=moment - timedelta(days=900), ended_at=moment
    )


@pytest.mark.parametrize(
    ("day", "counts"), [((2026, 5, 1), True), ((2023, 6, 2), True), ((2023, 5, 30), False)]
)
def test_a_former_unit_counts_for_three_years(school, rui, day, counts):
    left(rui, school, day)

    with clock.at(datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert recusal(rui).bars(school.pk) is counts
    assert recusal(rui).ground(school.pk) == ("former" if counts else "")


def test_for_how_long_it_counts_is_the_offices_to_say(school, rui):
    Office(recusal_years=1).save()
    left(rui, school, (2024, 6, 1))

    with clock.at(datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert not recusal(rui).bars(school.pk)


def test_years_ago_knows_leap_days():
    with clock.at(datetime(2028, 2, 29, 9, tzinfo=ZoneInfo("Asia/Shanghai"))):
        assert (clock.years_ago(3).date(), clock.years_ago(4).date()) == (
            date(2025, 2, 28),
            date(2024, 2, 29),
        )


def test_a_former_unit_counts_as_what_became_of_it(school, bank, rui, ou):
    act = LifeAct.objects.create(kind="merge", on=date(2026, 1, 1), document_number="1号", by=ou)
    Succession.objects.create(act=act, before=school, after=bank)
    ConflictFactory(person=rui, unit=school)

    assert recusal(rui).bars(bank.pk)
    assert not LedgerEntry.objects.to_decide_by(rui).contains(EntryFactory(unit=bank, submitted=True))


def test_the_own_tree_is_a_conflict_and_other_units_are_none(school, bureau, bank, rui):
    MembershipFactory(user=rui, role=Role.SUPERVISOR, unit=bureau)

    stand = recusal(rui)

    assert (stand.ground(school.pk), stand.ground(bureau.pk), stand.ground(bank.pk)) == ("tree", "tree", "")


# ── exceptions ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def entry(school):
    return EntryFactory(unit=school, submitted=True)


@pytest.fixture
def kin(school, rui):
    """Rui, with a relative in Lan's unit."""
    ConflictFactory(person=rui, unit=school)
    return rui


def ask(kin, about, **said):
    return conflict.ask(
        about.unit, **{"entry": about, "reason": "别人都出差", "until": today(), **said}, by=kin
    )


def may(user, entry):
    return again(user).has_perm("assessments.accept_entry", entry)


def test_a_second_person_permits_one_record(kin, entry, ou):
    override = ask(kin, entry)
    before = may(kin, entry)

    conflict.approve(override, by=ou)

    assert not before and may(kin, entry)
    assert LedgerEntry.objects.to_decide_by(again(kin)).get() == entry
    assert not may(kin, EntryFactory(unit=entry.unit, submitted=True))
    assert lines(override) == [("ask", kin), ("approve", ou)]
    assert lines(entry) == [("permit_reviewer", ou)]


def test_an_exception_for_the_unit_reaches_every_record_until_its_day(kin, entry, ou):
    conflict.approve(ask(kin, entry, entry=None), by=ou)

    assert may(kin, entry)
    with clock.at(clock.now() + timedelta(days=1)):
        assert not may(kin, entry)


def test_nobody_permits_an_exception_to_oneself(school, ou):
    ConflictFactory(person=ou, unit=school)
    override = OverrideFactory(person=ou, unit=school)

    with pytest.raises(ValidationError):
        conflict.approve(override, by=ou)
    assert not ou.has_perm("assessments.approve_override", override)
    with pytest.raises(IntegrityError), transaction.atomic():
        OverrideFactory(person=ou, unit=school, status="approved", decided_by=ou)


def test_nothing_permits_to_decide_on_the_own_unit(lan, school, ou):
    MembershipFactory(user=lan, role=Role.CASE_OFFICER)
    entry = EntryFactory(unit=school, submitted=True)

    OverrideFactory(person=lan, unit=school, approved=True)
    OverrideFactory(person=lan, entry=entry, approved=True)

    assert not may(lan, entry)
    assert not LedgerEntry.objects.to_decide_by(again(lan)).exists()


def test_refused_or_ended_it_permits_nothing(kin, entry, ou):
    conflict.refuse(ask(kin, entry), note="等人回来", by=ou)
    refused = may(kin, entry)
    override = conflict.approve(ask(kin, entry), by=ou)
    approved = may(kin, entry)
    conflict.end(override, by=kin)

    assert (refused, approved, may(kin, entry)) == (False, True, False)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"until": date(2020, 1, 1)}, "until"),
        ({"until": date(2099, 1, 1)}, "until"),
    ],
)
def test_what_is_asked_for_needs_a_reason_and_a_near_day(kin, entry, said, field):
    with pytest.raises(ValidationError) as refusal:
        ask(kin, entry, **said)

    assert list(refusal.value.message_dict) == [field]
    assert not ConflictOverride.objects.exists()


def test_the_same_is_asked_for_once(kin, entry):
    ask(kin, entry)

    with pytest.raises(ValidationError):
        ask(kin, entry)
    ask(kin, entry, entry=None)

    assert ConflictOverride.objects.count() == 2


def test_an_exception_whose_day_went_by_is_not_approved(kin, entry, ou):
    override = OverrideFactory(person=kin, entry=entry, until=today() - timedelta(days=1))

    with pytest.raises(ValidationError):
        conflict.approve(override, by=ou)


def test_who_comes_second_is_told(kin, entry, ou):
    override = ask(kin, entry)
    conflict.approve(override, by=ou)

    with pytest.raises(MoveNotAllowed):
        conflict.refuse(override, note="不同意", by=DirectorFactory())


# ── likely ones ──────────────────────────────────────────────────────────────────────────────────


def only_hint():
    [hint] = conflict_hint.hints()
    return hint


def test_nothing_is_likely_without_a_reason(school, rui, ou):
    assert conflict_hint.hints() == []


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"contact": "芮　安"}, "same_name"),
        ({"contact": "李敏、王建国"}, "like_name"),
        ({"top_leader": "王卫军"}, "like_name"),
        ({"leader_in_charge": "王建国"}, "like_name"),
        ({"mobile": "139 0000 7777"}, "same_phone"),
        ({"tel": "0999-123、13900007777"}, "same_phone"),
        ({"email": "RUI@yunze-school.example"}, "same_email"),
        ({"email": "office@yunze-school.example"}, "same_domain"),
    ],
)
def test_what_the_unit_and_the_person_share_is_pointed_out_with_why(school, facts, rule):
    person = CaseOfficerFactory(
        name="芮安" if rule == "same_name" else "王建军", email="rui@yunze-school.example"
    )
    AccountRequest.objects.create(
        unit_name="甲", name="甲", phone="13900007777", role="liaison", status="approved", person=person
    )
    Unit.objects.filter(pk=school.pk).update(**facts)

    hint = only_hint()

    assert (hint.person, hint.unit, hint.rules) == (person, school, [rule])
    assert len(hint.sentences) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"contact": "王强"},
        {"contact": "李建军"},
        {"email": "school@qq.com"},
        {"email": "x@notyunze-school.example"},
        {"mobile": "13900007778"},
    ],
)
def test_what_says_nothing_is_not_pointed_out(school, facts):
    CaseOfficerFactory(name="王建军", email="rui@qq.com")
    CaseOfficerFactory(name="芮安", email="rui@yunze-school.example")
    Unit.objects.filter(pk=school.pk).update(**facts)

    assert conflict_hint.hints() == []


def test_a_house_of_many_units_says_nothing(rui):
    User.objects.filter(pk=rui.pk).update(email="rui@yunze.example")
    for number in range(4):
        UnitFactory(email=f"u{number}@yunze.example")

    assert conflict_hint.hints() == []


def test_former_roles_and_posts_are_pointed_out(school, bank, rui):
    left(rui, school, (2019, 6, 1))
    UnitPast.objects.create(unit=bank, until_on=date(2020, 1, 1), name="旧", top_leader="芮安")

    found = conflict_hint.hints()

    assert [(hint.unit, hint.rules) for hint in found] == [(school, ["former_role"]), (bank, ["former_post"])]
    assert {hint.ground for hint in found} == {"former"}


def test_the_creation_office_and_the_accounts_are_looked_at_too(school, lan):
    CaseOfficerFactory(name="王建军")
    Organization.objects.create(unit=school, office_contact="王建国")
    User.objects.filter(pk=lan.pk).update(name="王卫军")

    assert len(only_hint().sentences) == 2


def test_what_is_a_conflict_already_is_not_asked_about(school, bank, rui):
    left(rui, school, (2026, 1, 1))
    Unit.objects.filter(pk__in=[school.pk, bank.pk]).update(contact="芮安")
    found = ConflictFactory(person=rui, unit=bank)

    declared = conflict_hint.hints()
    Conflict.objects.filter(pk=found.pk).update(status="lifted")

    assert declared == conflict_hint.hints() == []


def test_a_likely_one_becomes_a_confirmed_conflict(school, rui, ou):
    Unit.objects.filter(pk=school.pk).update(contact="芮安")

    found = conflict.take_hint(rui, school, by=ou)

    assert (found.status, found.declared_by, found.person) == ("confirmed", ou, rui)
    assert "芮安" in found.note
    assert recusal(again(rui)).bars(school.pk)
    assert conflict_hint.hints() == []


def test_what_is_none_does_not_come_back_for_the_same_reason(school, rui, ou):
    Unit.objects.filter(pk=school.pk).update(contact="芮安")

    [ruled_out] = conflict.rule_out(rui, school, by=ou)

    assert conflict_hint.hints() == []
    assert lines(ruled_out) == [("rule_out", ou)]
    assert not recusal(again(rui)).bars(school.pk)


def test_a_new_reason_is_pointed_out_again(school, rui, ou):
    Unit.objects.filter(pk=school.pk).update(contact="芮安")
    conflict.rule_out(rui, school, by=ou)
    left(rui, school, (2019, 6, 1))

    assert only_hint().rules == ["former_role"]


def test_answering_what_nobody_hints_at_is_refused(school, rui, ou):
    for answer in (conflict.take_hint, conflict.rule_out):
        with pytest.raises(ValidationError):
            answer(rui, school, by=ou)
    assert not Conflict.objects.exists() and not ConflictHint.objects.exists()


@pytest.mark.parametrize("units", [1, 5, 50])
def test_looking_costs_the_same_for_any_number_of_units(django_assert_max_num_queries, rui, units):
    for _ in range(units):
        UnitFactory(contact="芮安")

    with django_assert_max_num_queries(16):
        assert len(conflict_hint.hints()) == units


# ── of many people at once ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def all_kinds(school, bank):
    """Case officers, each with another kind of conflict, some with several, and one with none."""
    heir, grandheir = UnitFactory(), UnitFactory()
    act = LifeAct.objects.create(kind="merge", on=date(2026, 1, 1), document_number="1", by=DirectorFactory())
    Succession.objects.create(act=act, before=school, after=heir)
    Succession.objects.create(act=act, before=heir, after=grandheir)
    below = UnitFactory(supervisor=UnitFactory(supervisor=bank))
    people = CaseOfficerFactory.create_batch(7)
    MembershipFactory(user=people[0], role="liaison", unit=grandheir)
    MembershipFactory(user=people[1], role="supervisor", unit=bank)
    MembershipFactory(
        user=people[2], role="liaison", unit=school, began_at=clock.now() - timedelta(9), ended_at=clock.now()
    )
    ConflictFactory(person=people[3], unit=heir)
    ConflictFactory(person=people[4], unit=below)
    OverrideFactory(person=people[4], unit=below, approved=True)
    ConflictFactory(person=people[5], unit=bank)
    OverrideFactory(person=people[5], unit=bank, entry=EntryFactory(unit=bank), approved=True)
    MembershipFactory(user=people[5], role="supervisor", unit=heir)
    return people


def test_read_for_many_it_is_what_is_read_for_each(all_kinds):
    together = with_recusals(User.objects.filter(pk__in=[one.pk for one in all_kinds]).order_by("pk"))

    for person in together:
        alone = again(person)
        assert person.recusal == recusal(alone)
        assert (person.seen_ids, person.supervised_ids) == (alone.seen_ids, alone.supervised_ids)
        assert person.roles == alone.roles


@pytest.mark.parametrize("count", [1, 20])
def test_read_for_many_it_takes_the_same_statements(all_kinds, count, django_assert_num_queries):
    place = all_kinds[0].roles[-1].unit
    for person in CaseOfficerFactory.create_batch(count):
        MembershipFactory(user=person, role="liaison", unit=place)
        ConflictFactory(person=person, unit=place)

    with django_assert_num_queries(11):
        with_recusals(User.objects.all())
