"""Whatever the wishes: nobody barred or overloaded, all filled that can be, evenly, and nothing moved."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scoring.assigning import propose

TASKS, REVIEWERS = range(1, 9), range(101, 106)


@st.composite
def questions(draw, tasks=TASKS, reviewers=REVIEWERS):
    """A question of any shape: some barred, some assigned already, perhaps more than asked for."""
    chosen = draw(st.sets(st.sampled_from(list(tasks)), min_size=1))
    people = draw(st.sets(st.sampled_from(list(reviewers)), min_size=1))
    pairs = st.sampled_from(list(product(sorted(chosen), sorted(people))))
    there = draw(st.sets(pairs, max_size=6))
    existing = {task: {one for mine, one in there if mine == task} for task in chosen}
    loads = {one: sum(one in held for held in existing.values()) for one in people}
    extra = draw(st.dictionaries(st.sampled_from(sorted(people)), st.integers(0, 3), max_size=2))
    return {
        "tasks": chosen,
        "reviewers": people,
        "each": draw(st.integers(1, 3)),
        "limit": draw(st.integers(0, 6)),
        "barred": draw(st.sets(pairs, max_size=12)),
        "existing": existing,
        "loads": {one: count + extra.get(one, 0) for one, count in loads.items()},
        "seed": draw(st.integers(0, 999)),
    }


def pairs_of(proposal):
    return [(task, one) for task, people in proposal.added.items() for one in people]


@given(questions())
def test_nobody_barred_nobody_twice_nobody_unknown(asked):
    added = pairs_of(propose(**asked))

    assert not set(added) & asked["barred"]
    assert len(added) == len(set(added))
    assert not {(task, one) for task, one in added if one in asked["existing"][task]}
    assert {one for _task, one in added} <= asked["reviewers"]


@given(questions())
def test_nobody_gets_more_than_the_limit(asked):
    proposal = propose(**asked)

    for one in {one for _task, one in pairs_of(proposal)}:
        assert proposal.loads[one] <= asked["limit"]


@given(questions())
def test_no_task_gets_more_than_asked_and_what_is_missing_is_said(asked):
    proposal = propose(**asked)

    for task in asked["tasks"]:
        there, added = len(asked["existing"][task]), len(proposal.added.get(task, ()))
        assert added == 0 or there + added <= asked["each"]
        assert proposal.missing.get(task, 0) == max(asked["each"] - there - added, 0)


@given(questions())
def test_loads_count_what_there_was_and_what_is_new(asked):
    proposal = propose(**asked)

    new = [one for _task, one in pairs_of(proposal)]
    assert proposal.loads == {one: asked["loads"].get(one, 0) + new.count(one) for one in asked["reviewers"]}


@given(questions())
def test_the_same_question_has_the_same_answer_in_whatever_order(asked):
    turned = asked | {
        "tasks": sorted(asked["tasks"], reverse=True),
        "reviewers": sorted(asked["reviewers"], reverse=True),
    }

    assert propose(**asked) == propose(**turned)


@given(questions(), st.integers(0, 999))
def test_topping_up_finds_nothing_to_do_and_moves_nothing(asked, seed):
    first = propose(**asked)
    there = {task: asked["existing"][task] | set(first.added.get(task, ())) for task in asked["tasks"]}

    again = propose(**asked | {"existing": there, "loads": first.loads, "seed": seed})

    assert again.added == {}
    assert again.missing == first.missing


small = questions(tasks=range(1, 5), reviewers=range(101, 104))


@settings(max_examples=150, deadline=None)
@given(small)
def test_no_other_way_fills_more_or_spreads_more_evenly(asked):
    proposal = propose(**asked)

    best = max(map(worth, every_way(asked)))
    found = [(task, tuple(proposal.added.get(task, ()))) for task in sorted(asked["tasks"])]
    assert worth((found, proposal.loads)) == best


def every_way(asked):
    """Every set of assignments that is allowed, with its loads."""
    choices = []
    for task in sorted(asked["tasks"]):
        there = asked["existing"][task]
        free = [
            one
            for one in sorted(asked["reviewers"])
            if (task, one) not in asked["barred"] and one not in there
        ]
        most = max(min(asked["each"] - len(there), len(free)), 0)
        choices.append([(task, chosen) for size in range(most + 1) for chosen in combinations(free, size)])
    for way in product(*choices):
        loads = {one: asked["loads"].get(one, 0) for one in asked["reviewers"]}
        for _task, chosen in way:
            for one in chosen:
                loads[one] += 1
        new = {one for _task, chosen in way for one in chosen}
        if all(loads[one] <= asked["limit"] for one in new):
            yield list(way), loads


def worth(way):
    """How many places are filled, and how evenly: the sum of squares is least where loads are even."""
    chosen, loads = way
    return sum(len(people) for _task, people in chosen), -sum(count**2 for count in loads.values())


@given(st.integers(1, 60), st.integers(1, 7), st.integers(1, 3), st.integers(0, 999))
def test_without_wishes_everybody_has_the_same_give_or_take_one(tasks, people, each, seed):
    reviewers = range(1, people + 1)
    loads = propose(range(1, tasks + 1), reviewers, each=each, limit=1000, seed=seed).loads

    assert max(loads.values()) - min(loads.values()) <= 1
    assert sum(loads.values()) == tasks * min(each, people)


def test_one_for_every_task_comes_before_a_second_for_any():
    proposal = propose([1, 2, 3], [101, 102], each=2, limit=2, seed=7)

    assert {len(people) for people in proposal.added.values()} == {1, 2}
    assert len(proposal.added) == 3


def test_somebody_passes_a_task_on_so_that_another_is_filled():
    # 102 alone may do task 2, and each may have one.
    proposal = propose([1, 2], [101, 102], each=1, limit=1, barred={(2, 101)}, seed=3)

    assert proposal.added == {1: [101], 2: [102]}


def test_another_seed_deals_another_way():
    answers = {
        tuple(sorted(pairs_of(propose(range(1, 21), [101, 102, 103], each=1, limit=99, seed=seed))))
        for seed in range(5)
    }

    assert len(answers) == 5


def test_a_county_is_dealt_out_whole():
    tasks, people = range(1, 401), range(1001, 1013)
    barred = {(task, one) for task in tasks for one in people if (task + one) % 5 == 0}

    proposal = propose(tasks, people, each=2, limit=70, barred=barred, seed=2026)

    assert proposal.missing == {}
    assert max(proposal.loads.values()) - min(proposal.loads.values()) <= 2
