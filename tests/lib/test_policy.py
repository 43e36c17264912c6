"""Policies taken apart: ways, conditions, words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.lib import policy
from civportal.lib.policy import Condition, Question, Verdict, in_words, settled, shortened, ways_of

a, b, c = Condition("a"), Condition("b"), Condition("c")
not_a, not_b = Condition("a", False), Condition("b", False)


@pytest.fixture(autouse=True)
def questions(monkeypatch, in_english):
    """Three questions with words of their own."""
    made = {}
    for name in "abc":
        made[name] = Question(lambda user: True, name)
        made[name].yes, made[name].no = f"is {name}", f"is not {name}"
    monkeypatch.setattr(policy, "QUESTIONS", made)


@pytest.mark.parametrize(
    ("expression", "ways"),
    [
        ("a", ((a,),)),
        ("~a", ((not_a,),)),
        ("(a & b)", ((a, b),)),
        ("(a | b)", ((a,), (b,))),
        ("((a | b) & c)", ((a, c), (b, c))),
        ("(a | (b & ~c))", ((a,), (b, Condition("c", False)))),
        ("~(a & b)", ((not_a,), (not_b,))),
        ("~(a | b)", ((not_a, not_b),)),
        ("(a & a)", ((a,),)),
        ("(a | (a & b))", ((a,),)),
        ("((a & b) | (b & a))", ((a, b),)),
    ],
)
def test_an_expression_is_read_as_ways(expression, ways):
    assert ways_of(expression) == ways


def test_what_is_not_understood_is_refused():
    with pytest.raises(ValueError, match="not understood"):
        ways_of("a ^ b")


EXPRESSIONS = st.recursive(
    st.sampled_from("abc"),
    lambda inner: st.one_of(
        inner.map("~({})".format),
        st.tuples(inner, st.sampled_from("&|"), inner).map(lambda parts: "({} {} {})".format(*parts)),
    ),
    max_leaves=8,
)
ANSWERS = st.fixed_dictionaries(dict.fromkeys("abc", st.booleans()))


@given(EXPRESSIONS, ANSWERS)
def test_the_ways_say_what_the_expression_says(expression, answers):
    spoken = expression.replace("&", "and").replace("|", "or").replace("~", "not ")
    truth = eval(spoken, {}, answers)

    assert (settled(ways_of(expression), answers.get) is True) is truth


@given(EXPRESSIONS, ANSWERS, st.sampled_from("abc"))
def test_what_is_left_open_is_decided_by_the_rest(expression, answers, later):
    known = {name: answer for name, answer in answers.items() if name != later}
    left = settled(ways_of(expression), known.get)
    now = left if isinstance(left, bool) else settled(left, {later: answers[later]}.get)

    assert now is (settled(ways_of(expression), answers.get) is True)


def test_a_way_that_asks_for_more_than_another_is_left_out():
    assert shortened([(a, b), (a,), (c,), (b, a)]) == ((a,), (c,))


def test_ways_in_words():
    assert in_words(((a, not_b), (c,))) == "is a and is not b; or is c"


def test_a_verdict_says_why():
    verdict = Verdict([[(a, False), (b, True)], [(c, True)]])

    assert verdict.holds and verdict.because == "is c" and verdict.missing == ""
    assert verdict.conditions == [(a, False), (b, True), (c, True)]


def test_a_refusal_says_what_is_missing_where_least_is():
    verdict = Verdict([[(a, False), (b, False)], [(c, False)], [(not_b, False)]])

    assert not verdict.holds and verdict.because == ""
    assert verdict.missing == "is not c and is b"


def test_two_questions_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two questions"):
        policy.asks("yes", "no")(lambda user: True) and policy.asks("yes", "no")(lambda user: True)
