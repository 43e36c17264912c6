"""What points would be if all reviewers were equally severe."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.agreement import Marked, Severity, severities
from assessments.scoring.moderation import LIMIT, Given, Moderated, correction, leaning, moderated
from assessments.scoring.ranking import Standing, places
from assessments.scoring.sheet import scaled

FULL = D(4)
cents = st.decimals(min_value=0, max_value=4, places=2)
people = st.integers(1, 6)
marked = st.builds(Marked, st.just(FULL), st.dictionaries(people, cents, min_size=2, max_size=5))
several = st.lists(marked, max_size=12)
claims = st.lists(
    st.builds(Given, cents, st.lists(people, min_size=1, max_size=3).map(tuple)), min_size=1, max_size=5
)
leans = st.dictionaries(people, st.decimals(min_value=-10, max_value=10, places=3))


def leanings(marked):
    """As the preview makes them of what several marked."""
    return {who: leaning(severity) for who, severity in severities(marked).items()}


def of(*values):
    return Marked(FULL, {number: D(value) for number, value in enumerate(values, 1)})


@pytest.mark.parametrize(
    ("difference", "count", "believed"),
    [("-6", 10, "-3"), ("6", 30, "4.5"), ("6", 0, "0"), ("60", 90, "10"), ("-60", 90, "-10")],
)
def test_of_few_marks_little_is_believed_and_of_none_too_much(difference, count, believed):
    assert leaning(Severity(D(difference), count)) == D(believed)


@given(several)
def test_nobody_leans_by_more_than_the_limit(them):
    assert all(abs(one) <= LIMIT for one in leanings(them).values())


@given(several, st.decimals(min_value=-2, max_value=2, places=2))
def test_milder_times_change_nobodys_leaning(them, shift):
    shifted = [
        Marked(one.maximum, {who: points + shift for who, points in one.points.items()}) for one in them
    ]

    before, after = leanings(them), leanings(shifted)

    assert before.keys() == after.keys()
    assert all(abs(before[who] - after[who]) < D("1e-20") for who in before)


@given(st.lists(st.tuples(cents, st.sets(people, min_size=2)), max_size=9), claims)
def test_where_all_reviewers_are_equal_nothing_moves(them, records):
    known = leanings([Marked(FULL, dict.fromkeys(who, points)) for points, who in them])

    assert set(known.values()) <= {D(0)}
    assert moderated(FULL, records, known).difference == 0


@given(claims, leans)
def test_corrected_points_lie_between_nothing_and_full_marks(records, known):
    line = moderated(FULL, records, known)

    assert 0 <= line.corrected <= FULL
    assert line.corrected == line.corrected.quantize(D("0.01"))


@given(claims, leans)
def test_an_indicator_moves_by_no_more_than_the_limit_of_its_full_marks(records, known):
    assert abs(moderated(FULL, records, known).difference) <= FULL * LIMIT / 100 + D("0.01")


@given(claims, leans)
def test_the_order_of_the_records_changes_nothing(records, known):
    one, other = moderated(FULL, records, known), moderated(FULL, records[::-1], known)

    assert abs(one.leaning - other.leaning) < D("1e-20")


@given(st.lists(claims, min_size=1, max_size=6), leans, cents)
def test_the_base_score_stays_between_nothing_and_a_hundred(indicators, known, others):
    lines = [moderated(FULL, records, known) for records in indicators]
    raw = sum(line.counted for line in lines) + others
    applicable = FULL * (len(lines) + 1)

    counted = scaled(raw, applicable) + correction(raw, applicable, lines)

    assert 0 <= counted <= 100


@given(st.dictionaries(st.integers(1, 9), claims, min_size=2, max_size=6))
def test_where_nobody_is_more_severe_the_order_stays(units):
    known = dict.fromkeys(range(1, 7), D(0))
    lines = {unit: moderated(FULL, records, known) for unit, records in units.items()}
    before = places(Standing(unit, scaled(line.counted, FULL)) for unit, line in lines.items())
    after = places(
        Standing(unit, scaled(line.counted, FULL) + correction(line.counted, FULL, [line]))
        for unit, line in lines.items()
    )

    assert before == after


@pytest.mark.parametrize(
    ("found", "leans", "corrected"),
    [
        ("2", "-5", "2.20"),
        ("2", "5", "1.80"),
        ("2", "-0.125", "2.01"),
        ("2", "0.125", "2.00"),
        ("0", "-10", "0"),
        ("4", "-10", "4"),
        ("6", "5", "4"),
        ("0.1", "10", "0"),
    ],
)
def test_points_are_corrected_by_the_leaning_in_percent_of_full_marks(found, leans, corrected):
    assert Moderated(FULL, D(found), D(leans)).corrected == D(corrected)


def test_records_weigh_by_their_points_and_those_who_gave_them_together():
    known = {1: D(-6), 2: D(2)}

    line = moderated(FULL, [Given(D(3), (1,)), Given(D(1), (1, 2)), Given(D(0), (2,))], known)

    assert line.leaning == (3 * D(-6) + 1 * D(-2)) / 4
    assert moderated(FULL, [Given(D(3), (9,))], known).leaning == 0
    assert moderated(FULL, [Given(D(3))], known).leaning == 0


def test_where_nothing_applies_nothing_moves():
    assert correction(D(0), D(0), []) == 0


def test_severe_and_mild_are_known_from_what_several_marked():
    known = leanings([of("2", "3")] * 10)

    assert known == {1: D("-6.25"), 2: D("6.25")}
