"""Who reviews what: proposed, looked at, locked, topped up; conflicts of interest always left out."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from assessments.actions import assignment, review
from assessments.actions.assignment import Deal, Wish
from assessments.models import Assignment, LedgerEntry
from tests.factories import (
    AssignmentFactory,
    CaseOfficerFactory,
    ClaimFactory,
    ConflictFactory,
    CycleFactory,
    EntryFactory,
    IndicatorFactory,
    MarkFactory,
    MembershipFactory,
    OverrideFactory,
    StandardFactory,
    UnitFactory,
    UnitYearFactory,
)
from units.models import Category, Notification, Role, TrailEvent, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def units(year):
    """Six units of the year."""
    return [UnitYearFactory(cycle=year).unit for _ in range(6)]


@pytest.fixture
def people():
    return CaseOfficerFactory.create_batch(3)


def wish(people, **said):
    plain = {"by": "unit", "each": 1, "limit": 100, "seed": 7, "rotate": True, "other_town": True}
    return Wish(**plain | said, reviewers=tuple(person.pk for person in people))


def lock(year, asked, by):
    return assignment.apply(year, asked, digest=assignment.preview(year, asked).digest, by=by)


def of(unit):
    return set(Assignment.objects.filter(unit=unit, indicator=None).values_list("reviewer", flat=True))


def row_of(found, unit):
    return next(row for row in found.rows if row.task == unit)


# ── proposal and lock ────────────────────────────────────────────────────────────────────────────


def test_looking_writes_nothing_and_locking_writes_what_was_seen(year, units, people, ou):
    asked = wish(people, each=2)

    found = assignment.preview(year, asked)
    before = Assignment.objects.count()
    made = assignment.apply(year, asked, digest=found.digest, by=ou)

    assert (before, len(made), found.count, found.unfilled) == (0, 12, 12, 0)
    for row in found.rows:
        assert of(row.task) == {person.pk for person in row.added}
    assert [then for _person, _before, then in found.loads] == [4, 4, 4]
    assert {one.seed for one in made} == {7}


def test_the_history_of_the_year_says_by_which_rule(year, units, people, ou):
    lock(year, wish(people), ou)

    [line] = TrailEvent.objects.about(year)
    assert (line.verb, line.by) == ("assign_reviewers", ou)
    assert "7" in line.note and people[0].name in line.note


def test_everybody_is_told_once(year, units, people, ou, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        lock(year, wish(people), ou)

    told = Notification.objects.all()
    assert {one.to for one in told} == set(people) and len(told) == 3
    assert told[0].subject.get_absolute_url().endswith("?assigned=on")


def test_topping_up_fills_gaps_and_moves_nothing(year, units, people, ou):
    lock(year, wish(people), ou)
    kept = set(Assignment.objects.values_list("unit", "reviewer"))
    new = UnitYearFactory(cycle=year).unit

    made = lock(year, wish(people, seed=99), ou)

    assert [one.unit_id for one in made] == [new.pk]
    assert kept < set(Assignment.objects.values_list("unit", "reviewer"))


def test_without_a_gap_nothing_is_locked(year, units, people, ou):
    lock(year, wish(people), ou)

    with pytest.raises(ValidationError):
        lock(year, wish(people), ou)


def test_what_changed_since_is_not_locked_unseen(year, units, people, ou):
    asked = wish(people)
    seen = assignment.preview(year, asked)
    AssignmentFactory(cycle=year, unit=units[0], reviewer=people[0])

    with pytest.raises(ValidationError):
        assignment.apply(year, asked, digest=seen.digest, by=ou)

    assert Assignment.objects.count() == 1


def test_a_conflict_declared_since_is_not_assigned(year, units, people, ou):
    asked = wish(people)
    seen = assignment.preview(year, asked)
    row = seen.rows[0]
    ConflictFactory(person=row.added[0], unit=row.task)

    with pytest.raises(ValidationError):
        assignment.apply(year, asked, digest=seen.digest, by=ou)


def test_a_closed_year_takes_none(year, units, people, ou):
    asked = wish(people)
    year = CycleFactory(year=2025, status="closed", standard=StandardFactory(year=2025))

    with pytest.raises(ValidationError):
        assignment.apply(year, asked, digest="", by=ou)


# ── who is not possible ──────────────────────────────────────────────────────────────────────────


def test_conflicts_are_left_out_and_said_even_with_an_exception(year, units, people, ou):
    first, second, third = people
    for unit in units:
        ConflictFactory(person=first, unit=unit)
    OverrideFactory(person=first, unit=units[0], approved=True)
    MembershipFactory(user=second, role=Role.LIAISON, unit=units[0])

    found = assignment.preview(year, wish(people))
    lock(year, wish(people), ou)

    assert {str(why) for person, why in row_of(found, units[0]).excluded if person == first} != set()
    assert of(units[0]) == {third.pk}
    assert not Assignment.objects.filter(reviewer=first).exists()


def test_nobody_has_the_unit_of_last_year_unless_asked(year, units, people, ou):
    before = CycleFactory(year=2025, status="closed", standard=StandardFactory(year=2025))
    first, second, _third = people
    for unit in units:
        AssignmentFactory(cycle=before, unit=unit, reviewer=first)

    assert not {first} & {person for row in rotated(year, people) for person in row.added}
    assert {first} & {person for row in rotated(year, people, rotate=False) for person in row.added}
    assert rotated(year, [first])[0].missing == 1
    assert rotated(year, [first, second])[0].missing == 0


def rotated(year, people, **said):
    return assignment.preview(year, wish(people, **said)).rows


def test_nobody_reviews_in_the_town_of_the_own_unit(year, people):
    town = UnitFactory(name="城关镇", category=Category.objects.get(code="town"))
    there = UnitFactory(town=town)
    MembershipFactory(user=people[0], role=Role.LIAISON, unit=UnitFactory(town=town))
    for unit in (town, there):
        UnitYearFactory(cycle=year, unit=unit)

    alone = assignment.preview(year, wish(people[:1]))
    any_town = assignment.preview(year, wish(people[:1], other_town=False))

    assert (alone.count, any_town.count) == (0, 2)


def test_the_limit_counts_what_there_is_and_what_stays_empty_is_said_first(year, units, people, in_english):
    AssignmentFactory(cycle=year, unit=units[5], reviewer=people[0])

    found = assignment.preview(year, wish(people[:1], limit=3))

    assert (found.count, found.unfilled) == (2, 3)
    assert [row.missing for row in found.rows] == [1, 1, 1, 0, 0, 0]
    assert [str(why) for _person, why in found.rows[0].excluded] == ["at the limit"]
    assert found.loads == [(people[0], 1, 3)]


def test_who_may_not_have_it_any_more_does_not_fill_the_place(year, units, people, ou):
    stray = AssignmentFactory(cycle=year, unit=units[0], reviewer=people[0])
    ConflictFactory(person=people[0], unit=units[0])

    lock(year, wish(people), ou)

    assert of(units[0]) > {stray.reviewer_id} and len(of(units[0])) == 2
    assert Assignment.objects.filter(unit=units[0]).for_listing().filter(is_stray=True).get() == stray


def test_only_judges_are_assigned(year, units, people, lan):
    found = assignment.preview(year, wish([*people, lan]))

    assert {person for person, _before, _then in found.loads} == set(people)


def test_the_same_number_deals_the_same_way_and_another_does_not(year, units, people):
    def dealt(seed):
        return assignment.preview(year, replace(wish(people), seed=seed)).proposal.added

    assert dealt(5) == dealt(5)
    assert len({str(dealt(seed)) for seed in range(6)}) > 1


def test_indicators_are_dealt_out_too_and_rotate_by_their_code(year, people, ou):
    before = CycleFactory(year=2025, status="closed", standard=StandardFactory(year=2025))
    IndicatorFactory.create_batch(
        4, standard=year.standard, parent=year.standard.indicators.get(code="A"), sort_order=9
    )
    code = year.standard.indicators.proved_by_ledger().first().code
    twin = before.standard.indicators.get(code=code)
    AssignmentFactory(cycle=before, unit=None, indicator=twin, reviewer=people[0])

    found = assignment.preview(year, wish(people, by="indicator"))
    made = lock(year, wish(people, by="indicator"), ou)

    assert {one.unit for one in made} == {None}
    assert len(made) == year.standard.indicators.proved_by_ledger().count()
    row = next(row for row in found.rows if row.task.code == code)
    assert people[0] not in row.added


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────


def test_one_by_hand_and_back(year, units, rui, ou):
    made = assignment.add(year, unit=units[0], reviewer=rui, by=ou)
    assignment.remove(made, by=ou)

    assert not Assignment.objects.exists()
    assert [line.verb for line in TrailEvent.objects.about(year)] == ["assign_reviewers", "unassign_reviewer"]


def test_by_hand_a_conflict_is_refused(year, units, rui, ou):
    ConflictFactory(person=rui, unit=units[0])

    with pytest.raises(ValidationError) as refusal:
        assignment.add(year, unit=units[0], reviewer=rui, by=ou)

    assert "reviewer" in refusal.value.message_dict


@pytest.mark.parametrize("of", ["unit", "indicator", "both"])
def test_nothing_is_assigned_twice_to_one_person(year, units, rui, ou, of):
    indicator = year.standard.indicators.proved_by_ledger().first()
    what = {"unit": units[0] if of != "indicator" else None, "indicator": indicator if of != "unit" else None}
    assignment.add(year, **what, reviewer=rui, by=ou)

    with pytest.raises(ValidationError):
        assignment.add(year, **what, reviewer=rui, by=ou)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(cycle=year, **what, reviewer=rui)


def test_what_is_not_of_the_year_or_nothing_at_all_is_refused(year, rui, ou):
    for what in ({"unit": UnitFactory()}, {}):
        with pytest.raises(ValidationError):
            assignment.add(year, **what, reviewer=rui, by=ou)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(cycle=year, unit=None, indicator=None)


def test_the_rule_of_the_year_is_kept_with_who_changed_it(year, ou):
    assert assignment.set_rule(year, only_assigned=True, by=ou)
    assert not assignment.set_rule(year, only_assigned=True, by=ou)

    year.refresh_from_db()
    [line] = TrailEvent.objects.about(year)
    assert year.only_assigned and line.changes == {"only_assigned": [False, True]}


@pytest.mark.parametrize("count", [1, 5, 50])
def test_a_proposal_costs_the_same_for_any_number_of_units(
    year, people, count, django_assert_max_num_queries
):
    for _ in range(count):
        UnitYearFactory(cycle=year)

    with django_assert_max_num_queries(20):
        assignment.preview(year, wish(people))

    assert Unit.objects.count() == count


# ── single records ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def waiting(year, units):
    """Three records of one unit, in line."""
    entries = EntryFactory.create_batch(3, cycle=year, unit=units[0], submitted=True)
    for entry in entries:
        ClaimFactory(entry=entry)
    return entries


def given(entry):
    return {one.reviewer for one in entry.assignments}


def test_a_single_record_is_assigned_and_the_others_of_its_unit_are_not(waiting, rui, ou):
    assignment.give(waiting[0], Deal(rui, 10), by=ou)

    assert [given(entry) for entry in waiting] == [{rui}, set(), set()]
    assert list(LedgerEntry.objects.assigned_to(rui)) == [waiting[0]]
    told = TrailEvent.objects.get(verb="give")
    assert rui.name in told.note and told.by == ou
    # Its own history is read by the unit.
    assert not TrailEvent.objects.about(waiting[0]).filter(note__contains=rui.name)


def test_where_only_they_decide_the_others_of_the_unit_stay_everybodys(year, waiting, rui, ou, people):
    year.only_assigned = True
    year.save()
    assignment.give(waiting[0], Deal(rui, 10), by=ou)

    seen = set(LedgerEntry.objects.to_decide_by(people[0]))
    mine = set(LedgerEntry.objects.to_decide_by(rui))

    assert (seen, mine) == (set(waiting[1:]), set(waiting))
    assert not people[0].has_perm("assessments.accept_entry", LedgerEntry.objects.get(pk=waiting[0].pk))


def own_conflict(entry, rui):
    ConflictFactory(person=rui, unit=entry.unit)


def by_its_unit(entry, rui):
    AssignmentFactory(cycle=entry.cycle, unit=entry.unit, reviewer=rui)


def by_its_indicator(entry, rui):
    claimed = entry.claims.get().indicator
    AssignmentFactory(cycle=entry.cycle, unit=None, indicator=claimed, reviewer=rui)


def to_somebody_else(entry, rui):
    AssignmentFactory(cycle=entry.cycle, unit=None, entry=entry, reviewer=CaseOfficerFactory(name="别的人"))


def written_by_them(entry, rui):
    LedgerEntry.objects.filter(pk=entry.pk).update(on_behalf=True, created_by=rui)


def marked_by_them(entry, rui):
    MarkFactory(claim=entry.claims.get(), by=rui)


@pytest.mark.parametrize(
    ("hinder", "word"),
    [
        (own_conflict, "conflict of interest"),
        (by_its_unit, "assigned to"),
        (by_its_indicator, "assigned to"),
        (to_somebody_else, "别的人"),
        (written_by_them, "wrote it"),
        (marked_by_them, "given marks"),
    ],
)
def test_why_a_record_is_not_the_persons_to_get(waiting, rui, ou, hinder, word):
    hinder(waiting[0], rui)
    entry = LedgerEntry.objects.get(pk=waiting[0].pk)
    rui.recusal = None

    with translation.override("en"):
        reason = assignment.hindrances([entry], Deal(rui, 10))[entry.pk]

    assert word in reason
    with pytest.raises(ValidationError):
        assignment.give(entry, Deal(rui, 10), by=ou)


def test_what_somebody_else_has_can_be_shared(waiting, rui, ou):
    to_somebody_else(waiting[0], rui)

    assignment.give(waiting[0], Deal(rui, 10, shared=True), by=ou)

    assert len(given(waiting[0])) == 2


def test_the_limit_counts_what_waits_for_the_person_already(waiting, rui, ou):
    assignment.give(waiting[0], Deal(rui, 10), by=ou)

    found = assignment.hindrances(waiting[1:], Deal(rui, 2))

    assert found[waiting[1].pk] == ""
    assert "2" in found[waiting[2].pk]
    review.send_back(waiting[0], by=rui, note="改")
    assert assignment.hindrances(waiting[2:], Deal(rui, 1))[waiting[2].pk] == ""


def test_an_assignment_is_of_a_record_or_of_a_unit_never_both(waiting, rui):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(cycle=waiting[0].cycle, unit=waiting[0].unit, entry=waiting[0], reviewer=rui)


def test_taking_a_record_back_stands_in_the_history(waiting, rui, ou):
    made = assignment.give(waiting[0], Deal(rui, 10), by=ou)

    assignment.remove(made, by=ou)

    assert given(waiting[0]) == set()
    assert rui.name in TrailEvent.objects.get(verb="take_back").note
