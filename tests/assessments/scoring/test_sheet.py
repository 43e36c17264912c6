"""The arithmetic of a sheet, as rows of tables and as properties that hold for every unit."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.edition import BONUS, DEDUCTION, Edition, Floor, Grade, Item, Rule
from assessments.scoring.sheet import (
    NO_RECORD,
    NOT_APPLICABLE,
    NOT_RECOMMENDED,
    SCORED,
    UNSET,
    Facts,
    add_up,
    scaled,
)

GRADES = (Grade("recommend", D(90)), Grade("pass", D(85)), Grade("rectify", D(80)), Grade("fail", D(0)))
ITEMS = (
    Item("A1", "A", D(60), from_ledger=True),
    Item("B1", "B", D(29)),
    Item("D2", "D", D(7), applies="window"),
    Item("F2", "F", D(4), applies="paired"),
)
RULES = (
    Rule("P1", BONUS, (D(3), D(2), D(1)), limit=D(4)),
    Rule("P2", BONUS, limit=D(9)),
    Rule("N2", DEDUCTION, each=D("0.5"), limit=D(3)),
    Rule("N3", DEDUCTION, each=D(2)),
)
BOTH = frozenset({"window", "paired"})


def edition(**parts):
    return Edition(**{"items": ITEMS, "rules": RULES, "grades": GRADES, **parts})


@pytest.mark.parametrize(
    ("raw", "applicable", "base"),
    [
        ("83.70", "93", "90.00"),  # no window
        ("80.10", "89", "90.00"),  # no window and no pairing
        ("90.85", "100", "90.85"),
        ("0", "100", "0.00"),
        ("93", "93", "100.00"),
        ("1", "3", "33.33"),
        ("2", "3", "66.67"),
        ("0.01", "8", "0.13"),  # 0.125 goes up, not to the even digit
        ("0.03", "8", "0.38"),  # 0.375
        ("84.995", "100", "85.00"),
        ("0", "0", "0.00"),  # nothing applies
    ],
)
def test_points_are_scaled_to_a_hundred_half_up_at_the_end(raw, applicable, base):
    assert str(scaled(D(raw), D(applicable))) == base


@pytest.mark.parametrize(
    ("traits", "applicable"),
    [(BOTH, 100), ({"window"}, 96), ({"paired"}, 93), (set(), 89)],
)
def test_only_what_applies_counts_as_full_marks(traits, applicable):
    result = add_up(edition(), Facts(traits=frozenset(traits)))

    assert result.applicable == applicable
    assert result.groups["D"].maximum == (7 if "window" in traits else 0)


def test_each_line_says_what_stands_behind_its_points():
    facts = Facts(traits=frozenset({"window"}), claimed={"A1": D(50)}, values={"F2": D(4)})

    states = {line.item.code: line.state for line in add_up(edition(), facts).lines}

    assert states == {"A1": SCORED, "B1": UNSET, "D2": UNSET, "F2": NOT_APPLICABLE}


def test_a_ledger_indicator_without_record_counts_nothing_and_is_not_missing():
    result = add_up(edition(), Facts(values={"B1": D(29)}))

    assert result.lines[0].state == NO_RECORD
    assert result.unset == 0
    assert result.raw == 29


def test_a_missing_office_value_counts_nothing_and_is_reported():
    result = add_up(edition(), Facts(traits=BOTH, claimed={"A1": D(60)}))

    assert result.unset == 3
    assert result.base == 60


def test_zero_is_a_value():
    result = add_up(edition(), Facts(values={"B1": D(0)}))

    assert result.lines[1].state == SCORED
    assert result.unset == 0


def test_the_ledger_counts_up_to_full_marks():
    result = add_up(edition(), Facts(claimed={"A1": D(75)}))

    line = result.lines[0]
    assert (line.found, line.points, line.is_full) == (75, 60, True)


def test_values_of_what_does_not_apply_count_nothing():
    result = add_up(edition(), Facts(claimed={"A1": D(60)}, values={"B1": D(29), "D2": D(7), "F2": D(4)}))

    assert (result.raw, result.applicable, result.base) == (89, 89, 100)


@pytest.mark.parametrize(
    ("adjusted", "bonus", "deductions"),
    [
        ({}, "0", "0"),
        ({"P1": ["3"]}, "3", "0"),
        ({"P1": ["3", "2"]}, "4", "0"),  # the rule's limit
        ({"P1": ["3", "2"], "P2": ["9"]}, "10", "0"),  # the cap over all rules
        ({"N2": ["0.5", "1"]}, "0", "1.5"),
        ({"N2": ["2.5", "1"]}, "0", "3"),  # the rule's limit
        ({"N3": ["2", "2", "2", "2"]}, "0", "8"),  # no limit
        ({"P1": ["1"], "N2": ["0.5"], "N3": ["2"]}, "1", "2.5"),
    ],
)
def test_bonus_and_deductions_count_up_to_their_limits(adjusted, bonus, deductions):
    facts = Facts(
        values={"B1": D(29)},
        claimed={"A1": D(60)},
        adjusted={code: [D(value) for value in values] for code, values in adjusted.items()},
    )

    result = add_up(edition(), facts)

    assert (result.bonus, result.deductions) == (D(bonus), D(deductions))
    assert result.total == 100 + D(bonus) - D(deductions)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("60", "fail"),
        ("79.99", "fail"),
        ("80", "rectify"),
        ("84.99", "rectify"),
        ("85", "pass"),
        ("89.99", "pass"),
        ("90", "recommend"),
        ("100", "recommend"),
    ],
)
def test_grades_begin_on_their_line(points, grade):
    items = (Item("A1", "A", D(100)),)

    assert add_up(edition(items=items), Facts(values={"A1": D(points)})).grade == grade


def test_a_sum_below_every_line_has_the_lowest_grade():
    facts = Facts(values={"B1": D(0)}, adjusted={"N3": [D(2)]})

    result = add_up(edition(), facts)

    assert (result.total, result.grade) == (-2, "fail")


def test_an_edition_without_grades_gives_none():
    assert add_up(edition(grades=()), Facts()).grade == ""


FLOORS = (Floor("I1", at_least=D(2)), Floor("C1", share=D("0.6")))
FLOORED = (Item("A1", "A", D(87)), Item("I1", "I", D(4)), Item("C1", "C", D(9)))


@pytest.mark.parametrize(
    ("satisfaction", "tasks", "grade"),
    [
        ("2", "5.40", "recommend"),  # both exactly on the floor
        ("1.99", "9", NOT_RECOMMENDED),
        ("4", "5.39", NOT_RECOMMENDED),
        (None, "9", NOT_RECOMMENDED),  # 未评 counts 0
    ],
)
def test_ninety_is_not_recommended_when_a_floor_is_missed(satisfaction, tasks, grade):
    values = {"A1": D(87), "I1": satisfaction and D(satisfaction), "C1": D(tasks)}
    facts = Facts(values={code: value for code, value in values.items() if value is not None})

    result = add_up(edition(items=FLOORED, floors=FLOORS), facts)

    assert result.total >= 90
    assert result.grade == grade
    assert [floor.needed for floor in result.floors] == [2, D("5.40")]


def test_a_missed_floor_changes_nothing_below_the_top_line():
    facts = Facts(values={"A1": D(80), "I1": D(0), "C1": D(8)})

    assert add_up(edition(items=FLOORED, floors=FLOORS), facts).grade == "pass"


def test_a_floor_on_what_does_not_apply_asks_nothing():
    items = (Item("A1", "A", D(96)), Item("D2", "D", D(4), applies="window"))
    floors = (Floor("D2", at_least=D(2)), Floor("Z9", at_least=D(1)))

    result = add_up(edition(items=items, floors=floors), Facts(values={"A1": D(96)}))

    assert result.floors == ()
    assert result.grade == "recommend"


def test_a_floor_that_names_no_number_asks_nothing():
    assert Floor("A1").needed(D(9)) == 0


# Properties

cents = st.integers(0, 10_000).map(lambda n: D(n) / 100)
items = st.lists(
    st.tuples(cents.filter(bool), st.booleans(), st.sampled_from(["all", "window", "paired"])),
    min_size=1,
    max_size=40,
).map(lambda rows: tuple(Item(f"X{n}", f"G{n % 9}", *row) for n, row in enumerate(rows)))


@st.composite
def years(draw):
    """An edition and what is known of a unit in it."""
    tree = draw(items)
    found = {item.code: draw(cents) for item in tree if draw(st.booleans())}
    facts = Facts(
        traits=frozenset(draw(st.sets(st.sampled_from(["window", "paired"])))),
        claimed={item.code: found[item.code] for item in tree if item.from_ledger and item.code in found},
        values={item.code: found[item.code] for item in tree if not item.from_ledger and item.code in found},
        adjusted={rule.code: draw(st.lists(cents, max_size=3)) for rule in RULES},
        moderation=draw(st.decimals(min_value=-20, max_value=20, places=2)),
    )
    return edition(items=tree), facts


@given(years())
def test_every_sum_holds_together(year):
    rules, facts = year

    result = add_up(rules, facts)

    assert 0 <= result.raw <= result.applicable
    assert 0 <= result.base <= 100
    assert result.base == result.base.quantize(D("0.01"))
    assert result.raw == sum(line.points for line in result.lines)
    assert result.raw == sum(group.points for group in result.groups.values())
    assert result.applicable == sum(group.maximum for group in result.groups.values())
    assert 0 <= result.bonus <= rules.bonus_cap
    assert 0 <= result.base + result.moderation <= 100
    assert result.total == result.base + result.moderation + result.bonus - result.deductions
    assert all(line.points <= line.maximum for line in result.lines)
    assert result.unset == sum(line.state == UNSET for line in result.lines)


@given(years(), cents)
def test_more_points_never_lower_a_score(year, more):
    rules, facts = year
    first = rules.items[0]
    known = facts.claimed if first.from_ledger else facts.values
    richer = {**known, first.code: known.get(first.code, D(0)) + more}
    name = "claimed" if first.from_ledger else "values"

    better = add_up(rules, Facts(**{**vars(facts), name: richer}))

    assert better.total >= add_up(rules, facts).total


@given(years())
def test_an_entered_zero_changes_no_sum_but_the_count_of_what_is_missing(year):
    rules, facts = year
    before = add_up(rules, facts)
    missing = {line.item.code: D(0) for line in before.lines if line.state == UNSET}

    after = add_up(rules, Facts(**{**vars(facts), "values": {**facts.values, **missing}}))

    assert (after.total, after.unset) == (before.total, 0)
