"""Who may do what, as tables written by hand: role × how the unit stands to the person × state.

A person of the cast is called by role and relation: "liaison own" belongs to the record's unit,
"liaison above" to the unit that stands above it, "liaison elsewhere" to another one. Roles for the
whole county have no relation. "director own" and "director above" are also liaison of the unit, or
also work in the department above it: they must not judge it. "nobody" has an account and no role.
"""

from dataclasses import dataclass, field

from rules import always_false, always_true
from rules.permissions import permissions

from civportal.lib.policy import QUESTIONS, policy_of
from tests.factories import MembershipFactory, UserFactory, person_in
from units.models import Role
from units.models.person import UNIT_ROLES

FOR_THE_COUNTY = [role.value for role in Role if role not in UNIT_ROLES]
FOR_A_UNIT = [role.value for role in Role if role in UNIT_ROLES]
RELATIONS = ("own", "above", "elsewhere")

DIRECTORS = {"director", "director own", "director above"}
# Those of the office who judge, and those of them who are party to nothing.
OFFICERS = {"case_officer", *DIRECTORS}
JUDGES = {"case_officer", "director"}
OFFICE = {"administrator", *OFFICERS}
READERS = {"auditor", "county_leader", *OFFICE}
REGISTER = {"inspector", *READERS}
WRITERS = {"liaison own", "deputy own", "director own"}
OWN = {"unit_leader own", *WRITERS}
ABOVE = {"supervisor own", "supervisor above", "director above"}
SUPERVISORS = {"supervisor own", "supervisor above", "supervisor elsewhere", "director above"}
LIAISONS = {f"{role} {relation}" for role in ("liaison", "deputy") for relation in RELATIONS} | {
    "director own"
}
EVERYBODY = {*FOR_THE_COUNTY, *(f"{role} {relation}" for role in FOR_A_UNIT for relation in RELATIONS)}
EVERYBODY |= DIRECTORS
NOBODY = set()


def cast_around(unit, above, elsewhere):
    """Name → person, for every role in every relation to the unit."""
    places = dict(zip(RELATIONS, (unit, above, elsewhere), strict=True))
    cast = {role: person_in(role, username=role) for role in FOR_THE_COUNTY}
    for role in FOR_A_UNIT:
        for relation, place in places.items():
            cast[f"{role} {relation}"] = person_in(role, place, username=f"{role} {relation}")
    for relation, role in (("own", Role.LIAISON), ("above", Role.SUPERVISOR)):
        cast[f"director {relation}"] = person_in(Role.DIRECTOR, username=f"director {relation}")
        MembershipFactory(user=cast[f"director {relation}"], role=role, unit=places[relation])
    return cast | {"nobody": UserFactory(username="nobody")}


@dataclass
class Section:
    """The permissions of one concept: the record in every state, and who may what in which."""

    app: str
    # state → what makes the record for a person
    states: dict = field(default_factory=dict)
    # permission → state → who may
    table: dict = field(default_factory=dict)

    @property
    def permissions(self):
        return {f"{self.app}.{name}" for name in self.table}

    def gaps(self):
        """The permissions whose row does not name every state."""
        return {name for name, row in self.table.items() if set(row) != set(self.states)}

    def differences(self, cast, names=None):
        """(permission, state, who is allowed and should not be, who should be and is not)."""
        return [
            (name, state, allowed - who, who - allowed)
            for name in names or self.table
            for state, who in self.table[name].items()
            for allowed in [self.allowed(cast, name, state)]
            if allowed != who
        ]

    def allowed(self, cast, name, state):
        make = self.states[state]
        return {who for who, user in cast.items() if user.has_perm(f"{self.app}.{name}", make(user))}


def in_every(states, who):
    """A row that says the same in every state."""
    return dict.fromkeys(states, who)


def only(states, **where):
    """A row in which nobody may but where it is said; underscores stand for blanks."""
    said = {state.replace("_", " "): who for state, who in where.items()}
    assert set(said) <= set(states), set(said) - set(states)
    return {state: said.get(state, NOBODY) for state in states}


def mutants(permission):
    """(question, answer, policy) for every question of the policy answered always alike."""
    expression = permissions[permission].name
    for name in dict.fromkeys(condition.name for way in policy_of(permission) for condition in way):
        for answer, constant in ((True, always_true), (False, always_false)):
            yield name, answer, eval(expression, {}, {**QUESTIONS, name: constant})


def unnoticed(section, cast, monkeypatch):
    """Every mutant that the tables of the section do not tell from the policy."""
    found = set()
    for name in section.table:
        permission = f"{section.app}.{name}"
        for question, answer, mutant in mutants(permission):
            with monkeypatch.context() as patch:
                patch.setitem(permissions, permission, mutant)
                if not section.differences(cast, [name]):
                    found.add((name, question, answer))
    return found
