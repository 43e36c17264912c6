"""Who reviews what, in the browser's terms."""

import pytest
from django.urls import reverse

from assessments.models import Assignment, Cycle, LedgerEntry
from tests import browsing
from tests.factories import (
    AssignmentFactory,
    CaseOfficerFactory,
    ClaimFactory,
    ConflictFactory,
    EntryFactory,
    UnitYearFactory,
)

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"assessments:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def as_ou(client, ou):
    client.force_login(ou)
    return client


@pytest.fixture
def units(year, school, bank):
    return [UnitYearFactory(cycle=year, unit=unit).unit for unit in (school, bank)]


def asked(rui, **more):
    return {"by": "unit", "each": 1, "limit": 50, "seed": 7, "reviewers": [rui.pk], **more}


def test_a_proposal_is_looked_at_and_locked_from_its_own_page(as_ou, units, rui):
    page = as_ou.get(address("assignments_propose"), asked(rui))
    before = Assignment.objects.count()
    forms = browsing.Page("/assignments/propose/", text(page)).forms
    form = next(form for form in forms if form.address == address("assignments_apply"))
    answer = as_ou.post(form.address, form.fields)

    assert before == 0
    assert rui.name in text(page)
    assert answer.url == address("assignments")
    assert {one.unit for one in Assignment.objects.all()} == set(units)
    assert all(
        [one.reviewer for one in unit.assigned] == [rui] for unit in as_ou.get(answer.url).context["page"]
    )


def test_the_first_look_proposes_a_number_and_everybody(as_ou, units, rui):
    form = as_ou.get(address("assignments_propose")).context["form"]

    assert not form.is_bound
    assert rui in form.initial["reviewers"]
    assert 0 <= form.initial["seed"] <= 999_999


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"each": 0}, "each"),
        ({"each": "x"}, "each"),
        ({"limit": "9" * 30}, "limit"),
        ({"seed": -1}, "seed"),
        ({"by": "town"}, "by"),
        ({"reviewers": []}, "reviewers"),
        ({"reviewers": ["9" * 40]}, "reviewers"),
    ],
)
def test_a_bad_wish_is_explained_at_its_field(as_ou, units, rui, said, field):
    wish = asked(rui, **said)

    looked = as_ou.get(address("assignments_propose"), wish)
    locked = as_ou.post(address("assignments_apply"), {**wish, "digest": "x"})

    assert (looked.status_code, locked.status_code) == (422, 422)
    assert field in looked.context["form"].errors and field in locked.context["form"].errors
    assert not Assignment.objects.exists()


def test_what_changed_since_is_shown_again_and_not_written(as_ou, units, rui):
    answer = as_ou.post(address("assignments_apply"), asked(rui, digest="0" * 64))

    assert answer.status_code == 200
    assert answer.context["preview"].count == 2
    assert not Assignment.objects.exists()


def test_one_by_hand_by_name(as_ou, units, school, rui):
    answer = as_ou.post(address("assignment_add"), {"unit": school.name, "reviewer": rui.pk})

    made = Assignment.objects.get()
    assert (answer.url, made.unit, made.reviewer) == (address("assignments"), school, rui)
    as_ou.post(address("assignment_remove", made.pk))
    assert not Assignment.objects.exists()


def test_by_hand_what_is_refused_stands_at_its_field(as_ou, units, school, rui):
    ConflictFactory(person=rui, unit=school)

    conflict = as_ou.post(address("assignment_add"), {"unit": school.name, "reviewer": rui.pk})
    nothing = as_ou.post(address("assignment_add"), {"reviewer": rui.pk})

    assert "reviewer" in conflict.context["form"].errors
    assert nothing.context["form"].non_field_errors()
    assert not Assignment.objects.exists()


def test_coverage_is_counted_narrowed_and_names_strays(as_ou, year, units, school, bank, rui):
    AssignmentFactory(cycle=year, unit=school, reviewer=rui)
    ConflictFactory(person=rui, unit=school)

    page = as_ou.get(address("assignments"))

    def listed(query):
        return list(as_ou.get(address("assignments") + query).context["page"])

    assert (page.context["cycle"].covered_count, page.context["cycle"].unit_count) == (1, 2)
    assert page.context["page"][0].assigned[0].is_stray
    assert listed("?open=on") == listed(f"?q={bank.name}") == [bank]
    assert listed(f"?reviewer={rui.pk}") == [school]
    assert len(listed("?reviewer=x")) == 2


def test_a_case_officer_looks_and_assigns_nothing(client, units, rui):
    client.force_login(rui)

    assert client.get(address("assignments")).status_code == 200
    assert client.get(address("assignments_load")).status_code == 200
    assert client.get(address("assignments_propose")).status_code == 403
    assert client.post(address("assignments_apply"), asked(rui, digest="x")).status_code == 403
    assert client.post(address("assignment_add"), {}).status_code == 403
    assert client.post(address("assignments_rule"), {"only_assigned": "on"}).status_code == 403


def test_the_rule_is_set_and_taken_back(as_ou, year):
    as_ou.post(address("assignments_rule"), {"only_assigned": "on"})
    is_set = Cycle.objects.get(pk=year.pk).only_assigned
    as_ou.post(address("assignments_rule"), {})

    assert is_set and not Cycle.objects.get(pk=year.pk).only_assigned


def test_the_queue_shows_what_is_assigned_to_me(client, year, units, school, bank, rui):
    mine, other = (EntryFactory(cycle=year, unit=unit, submitted=True) for unit in (school, bank))
    AssignmentFactory(cycle=year, unit=school, reviewer=rui)
    client.force_login(rui)

    whole = client.get(address("queue")).context["page"]
    narrowed = client.get(address("queue") + "?assigned=on").context["page"]

    assert list(whole) == [mine, other]
    assert list(narrowed) == list(LedgerEntry.objects.assigned_to(rui)) == [mine]


def test_where_the_year_says_so_the_others_are_kept_out(client, year, units, school, rui):
    entry = ClaimFactory(entry=EntryFactory(cycle=year, unit=school, submitted=True)).entry
    AssignmentFactory(cycle=year, unit=school)
    client.force_login(rui)

    helped = client.get(address("review", entry.pk))
    Cycle.objects.filter(pk=year.pk).update(only_assigned=True)
    kept_out = client.get(address("review", entry.pk))

    assert (helped.status_code, kept_out.status_code) == (200, 403)
    assert list(client.get(address("queue")).context["page"]) == []


def test_what_was_given_alone_stands_in_a_list_until_it_is_decided_or_taken_back(as_ou, year, units, rui):
    entries = EntryFactory.create_batch(2, cycle=year, unit=units[0], submitted=True)
    given = [AssignmentFactory(cycle=year, unit=None, entry=entry, reviewer=rui) for entry in entries]
    LedgerEntry.objects.filter(pk=entries[0].pk).update(status="accepted")

    listed = list(as_ou.get(address("assignments_records")).context["page"])
    people = as_ou.get(address("assignments_load")).context["people"]
    back = as_ou.post(address("assignment_remove", given[1].pk))

    assert listed == [given[1]]
    assert next(one for one in people if one == rui).record_count == 1
    assert (back.url, Assignment.objects.count()) == (address("assignments_records"), 1)


def taken(client, name, query=""):
    """The list as a file, row by row."""
    answer = client.post(address(name) + query, {"format": "csv"})
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


def test_who_has_what_leaves_as_it_stands_and_why_nobody_may_is_not_in_it(client, year, units, rui, ou):
    AssignmentFactory(cycle=year, unit=units[0], reviewer=rui)
    part = year.standard.indicators.proved_by_ledger().first()
    AssignmentFactory(cycle=year, unit=units[0], indicator=part, reviewer=ou)
    ConflictFactory(person=rui, unit=units[0], ground="family", note="妻子在该单位工作")
    AssignmentFactory(
        cycle=year, unit=None, entry=EntryFactory(cycle=year, unit=units[1], submitted=True), reviewer=rui
    )
    colleague = CaseOfficerFactory()
    client.force_login(colleague)

    everything = taken(client, "assignments")
    narrowed = taken(client, "assignments", f"?reviewer={rui.pk}")
    records = taken(client, "assignments_records")

    assert (len(everything), len(narrowed), len(records)) == (3, 2, 2)
    assert rui.name in everything[1] and f"{ou.name} {part}" in everything[1]
    assert units[1].name in everything[2] and units[1].name in records[1]
    assert "妻子" not in "".join(everything + records)


def test_how_the_work_is_spread_leaves_as_it_stands(client, year, units, rui, ou):
    indicator = year.standard.indicators.proved_by_ledger().first()
    AssignmentFactory(cycle=year, unit=units[0], reviewer=rui, assigned_by=ou)
    AssignmentFactory(cycle=year, unit=None, indicator=indicator, reviewer=rui, assigned_by=ou)
    client.force_login(rui)

    lines = taken(client, "assignments_load")[1:]

    assert lines == [f'"{ou.name}","0","0","0",""', f'"{rui.name}","1","1","0","{indicator}"']


@pytest.mark.parametrize("rows", [1, 5, 50])
@pytest.mark.parametrize("name", ["assignments", "assignments_load", "assignments_records"])
def test_the_lists_cost_the_same(as_ou, year, name, rows, django_assert_max_num_queries):
    for _ in range(rows):
        reviewer = CaseOfficerFactory()
        unit = UnitYearFactory(cycle=year).unit
        AssignmentFactory(cycle=year, unit=unit, reviewer=reviewer)
        alone = EntryFactory(cycle=year, unit=unit, submitted=True)
        AssignmentFactory(cycle=year, unit=None, entry=alone, reviewer=reviewer)
    as_ou.get(address(name))

    with django_assert_max_num_queries(8):
        as_ou.get(address(name))


def test_without_a_year_the_page_says_what_comes_first(as_ou):
    assert as_ou.get(address("assignments")).status_code == 200
    assert as_ou.get(address("assignments_load")).status_code == 200
    assert as_ou.get(address("assignments_records")).status_code == 200
    assert as_ou.get(address("assignments_propose")).status_code == 404
