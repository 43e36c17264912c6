"""Who may do what, asked of the policies themselves: role by role, and permission by permission."""

from enum import IntEnum
from types import SimpleNamespace

from django.utils.translation import gettext_lazy as _

from civportal.lib.policy import QUESTIONS, policy_of, settled
from units.models import Membership, Role, Unit, User
from units.models.person import OWN_ROLES, UNIT_ROLES


class Relation(IntEnum):
    """How a record's unit stands to the person; the value is the number of a unit made up for it."""

    OWN = 1
    BELOW = 2
    ELSEWHERE = 3


# What each role is for, as the page of permissions says it.
WHAT_FOR = {
    Role.ADMINISTRATOR: _("Runs the portal: imports, accounts, settings."),
    Role.DIRECTOR: _("Leads the office: opens the year, decides, releases rankings, grants honors."),
    Role.CASE_OFFICER: _("Decides on plans and records, enters values."),
    Role.AUDITOR: _("Reads whatever was handed in and the whole trail; decides nothing."),
    Role.INSPECTOR: _("Finds every unit in the register; reads no ledger."),
    Role.COUNTY_LEADER: _("Reads whatever was handed in and where the year stands; decides nothing."),
    Role.SUPERVISOR: _("Reads what the units of its own tree handed in; decides nothing yet."),
    Role.UNIT_LEADER: _("Reads everything of the own unit, drafts too; writes nothing."),
    Role.LIAISON: _("Writes for the own unit and hands in."),
    Role.DEPUTY: _("Stands in for the liaison: writes and hands in."),
}


def sample(role):
    """A person who holds that one role, in memory only; a role for a unit is for the unit OWN."""
    person = User(name=role)
    person.roles = [Membership(role=role, unit=Unit(pk=Relation.OWN) if role in UNIT_ROLES else None)]
    person.supervised_ids = {Relation.OWN, Relation.BELOW} if role == Role.SUPERVISOR else set()
    person.seen_ids = person.supervised_ids | ({Relation.OWN} if role in OWN_ROLES else set())
    return person


def record_of(relation):
    """A record of a unit that stands so to the person; it passes for the unit and its score sheet, too."""
    unit = Unit(pk=relation)
    return SimpleNamespace(pk=unit.pk, unit=unit, unit_year=SimpleNamespace(unit=unit))


def decided_by(role, relation=None):
    """What follows from the role, and from the relation to the record's unit where one is given.

    Answers the name of a question with True, False, or None for "it depends".
    """
    person = sample(role)
    relations = list(Relation) if relation is None else [relation]

    def decide(name):
        question = QUESTIONS[name]
        if question.num_args == 1:
            return question.test(person)
        if not question.by_unit:
            return None
        answers = {question.test(person, record_of(one)) for one in relations}
        return answers.pop() if len(answers) == 1 else None

    return decide


def answer(permission, role, relation=None):
    """What the permission says to a role: True, False, or the ways in which it is had."""
    return settled(policy_of(permission), decided_by(role, relation))


def holders(permission):
    """The roles that can have the permission, with what is said to each, in the order of the roles."""
    answers = [(role, answer(permission, role)) for role in Role]
    return [(role, said) for role, said in answers if said is not False]
