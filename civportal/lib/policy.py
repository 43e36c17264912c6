"""What permissions say, taken apart: for printed pages, and for pages that explain themselves.

A policy combines named questions, and the library behind it remembers their names: "(is_office &
~is_self)". Here that is read back into ways: a permission is had in any of several ways, and a way
asks for conditions that must all hold.
"""

import ast
from dataclasses import dataclass, field
from functools import cache

from django.utils.translation import gettext as _
from rules import Predicate
from rules.permissions import permissions


class Question(Predicate):
    """A predicate with words: what is said when it holds, and what when it does not."""

    yes = no = ""
    # Whether the answer follows from the record's unit and the person's roles alone.
    by_unit = False


QUESTIONS: dict[str, Question] = {}


def asks(yes, no, *, by_unit=False):
    """Make the function a question with these words; its name stands for it in every policy."""

    def make(function):
        question = Question(function)
        if question.name in QUESTIONS:
            raise ValueError(f"two questions are called {question.name}")
        question.yes, question.no, question.by_unit = yes, no, by_unit
        QUESTIONS[question.name] = question
        return question

    return make


@dataclass(frozen=True)
class Chapter:
    """The permissions about one concept, each as a sentence that completes "may …"."""

    concept: str
    title: str
    sentences: dict[str, str]
    # Those that are about the concept at large and not about one record of it.
    at_large: frozenset = field(default_factory=frozenset)

    @property
    def about_one(self):
        """The permissions that concern one record."""
        return [permission for permission in self.sentences if permission not in self.at_large]

    @property
    def view(self):
        """The permission to see one record, or None when nothing of the kind is seen one by one."""
        return next((one for one in self.about_one if one.partition(".")[2].startswith("view_")), None)


CHAPTERS: dict[str, Chapter] = {}


def chapter(concept, title, app, sentences, at_large=()):
    """Give the permissions of a concept their sentences; pages show chapters in the order of these calls."""
    named = {f"{app}.{name}": sentence for name, sentence in sentences.items()}
    CHAPTERS[concept] = Chapter(concept, title, named, frozenset(f"{app}.{name}" for name in at_large))


def sentence_of(permission):
    """The permission in words, as completing "may …"."""
    return next(
        chapter.sentences[permission] for chapter in CHAPTERS.values() if permission in chapter.sentences
    )


@dataclass(frozen=True)
class Condition:
    """A question and the answer that a policy wants."""

    name: str
    wanted: bool = True

    def __str__(self):
        return str(QUESTIONS[self.name].yes if self.wanted else QUESTIONS[self.name].no)

    @property
    def otherwise(self):
        """What is said when the condition does not hold."""
        return str(Condition(self.name, not self.wanted))


def policy_of(permission):
    """The ways to a permission, each a tuple of conditions."""
    return ways_of(permissions[permission].name)


@cache
def ways_of(expression):
    """The ways in which the expression holds, in its own order. Raises ValueError when not understood."""
    return shortened(unfolded(ast.parse(expression, mode="eval").body, True))


def unfolded(node, wanted):
    """The ways in which the node of the expression is true, or false when that is wanted."""
    match node:
        case ast.Name(id=name):
            return [(Condition(name, wanted),)]
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return unfolded(operand, not wanted)
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            first, second = unfolded(node.left, wanted), unfolded(node.right, wanted)
            # Not (a and b) is not-a or not-b.
            if isinstance(node.op, ast.BitAnd) is wanted:
                return [tuple(dict.fromkeys(one + other)) for one in first for other in second]
            return first + second
    raise ValueError(f"not understood in a policy: {ast.unparse(node)}")


def shortened(ways):
    """The ways without those that only ask for more than another one does."""
    different = list({frozenset(way): way for way in reversed(ways)}.values())[::-1]
    return tuple(way for way in different if not any(set(other) < set(way) for other in different))


def settled(ways, decide):
    """Yes or no where that is decided, else the ways that are left.

    `decide` answers the name of a question with True, False, or None for "it depends".
    """
    left = []
    for way in ways:
        answers = [(condition, decide(condition.name)) for condition in way]
        if any(answer is not None and answer is not condition.wanted for condition, answer in answers):
            continue
        depends = tuple(condition for condition, answer in answers if answer is None)
        if not depends:
            return True
        left.append(depends)
    return shortened(left) or False


def in_words(ways):
    """The ways as one phrase."""
    return _("; or ").join(_(" and ").join(map(str, way)) for way in ways)


@dataclass(frozen=True)
class Verdict:
    """What a policy says of one person and one record: every way with what holds of it."""

    # (condition, whether it holds), way by way.
    ways: list

    @property
    def holds(self):
        return any(all(holds for _condition, holds in way) for way in self.ways)

    @property
    def conditions(self):
        """Every condition once, with whether it holds."""
        return list(dict.fromkeys(pair for way in self.ways for pair in way))

    @property
    def because(self):
        """What holds in the way that leads there, in words; empty when none does."""
        way = next((way for way in self.ways if all(holds for _condition, holds in way)), ())
        return _(" and ").join(str(condition) for condition, _holds in way)

    @property
    def missing(self):
        """What is in the way of it, along every way on which the least is; empty when nothing is."""
        lacking = [[condition.otherwise for condition, holds in way if not holds] for way in self.ways]
        least = min(map(len, lacking), default=0)
        return _(" and ").join(dict.fromkeys(one for way in lacking if len(way) == least for one in way))


def judged(permission, user, record):
    """Ask every question of the permission about this person and this record."""
    ways = policy_of(permission)
    asked = {condition.name: None for way in ways for condition in way}
    answers = {name: bool(QUESTIONS[name].test(user, record)) for name in asked}
    return Verdict(
        [[(condition, answers[condition.name] is condition.wanted) for condition in way] for way in ways]
    )
