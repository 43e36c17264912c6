"""The pages of docs/ that are printed from the code, so that they cannot grow old."""

import ast
import re
from functools import cache

from django.apps import apps
from django.conf import settings
from django.utils.translation import override
from rules import Predicate
from rules.permissions import permissions as permission_table

import assessments.policies
import units.policies
from units.models import Membership, Role, Stateful, Unit, User
from units.models.person import UNIT_ROLES

FOLDER = settings.BASE_DIR / "docs"
PRINTED = "<!-- Printed by `python3 run.py manage print_docs`; change the code, not this page. -->"
YES, NO = "yes", "—"

# The word that permissions and addresses use for a model with moves.
CONCEPTS = {
    "AccountRequest": "request",
    "Award": "award",
    "Cycle": "cycle",
    "ImportBatch": "import",
    "LedgerEntry": "entry",
    "Plan": "plan",
    "RankingRelease": "ranking",
}
# Moves that are part of another act, and the permission of that act.
MOVES_WITHIN = {
    ("Standard", "freeze"): "assessments.open_cycle",
    ("Award", "suspend"): "units.merge_units",
}

# Heading of the column, role, whether the record is of the own unit.
COLUMNS = [
    ("administrator", Role.ADMINISTRATOR, False),
    ("director", Role.DIRECTOR, False),
    ("case officer", Role.CASE_OFFICER, False),
    ("liaison, own unit", Role.LIAISON, True),
    ("liaison, elsewhere", Role.LIAISON, False),
]


def pages():
    """File → text of every printed page."""
    return {FOLDER / "permissions.md": permissions(), FOLDER / "workflow.md": workflow()}


# ── who may do what ──────────────────────────────────────────────────────────────────────────────


def permissions():
    """Permission × role, with what else has to hold."""
    lines = [
        "# Who may do what",
        "",
        PRINTED,
        "",
        "A dash means never. A condition means: only then. Whoever may not even know a record "
        "(`visible_to`) gets a 404, whoever may know it but not do this a 403. Somebody of the office who "
        "also works for a unit decides nothing about that unit.",
    ]
    for app in ("units", "assessments"):
        lines += ["", f"## {app}", ""]
        lines += [row(["permission", *(name for name, _role, _own in COLUMNS)])]
        lines += [row(["---"] * (len(COLUMNS) + 1))]
        lines += [
            row([f"`{name.partition('.')[2]}`", *cells(predicate.name)])
            for name, predicate in permission_table.items()
            if name.startswith(f"{app}.")
        ]
    return "\n".join(lines) + "\n"


def cells(expression):
    """What one permission says to each role."""
    tree = ast.parse(expression, mode="eval").body
    return [in_words(settled(tree, sample(role), own)) for _name, role, own in COLUMNS]


def sample(role):
    """A person in that role, in memory only."""
    person = User(name=role)
    person.roles = [Membership(role=role, unit=Unit(pk=1) if role in UNIT_ROLES else None)]
    return person


def settled(node, person, own):
    """The expression with everything decided that follows from the role: True, False, or what is left."""
    match node:
        case ast.BoolOp() | ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            both = isinstance(node.op, ast.BitAnd)
            return joined(both, settled(node.left, person, own), settled(node.right, person, own))
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            inner = settled(operand, person, own)
            return not inner if isinstance(inner, bool) else negated(inner)
        case ast.Name(id=name) if predicates()[name].num_args == 1:
            return bool(predicates()[name](person))
        case ast.Name(id=name) if name.startswith("works_"):
            return own
        case ast.Name(id=name):
            return re.sub(r"^(is|was)_", "", name).replace("_", " ")
    raise ValueError(f"not understood in a policy: {ast.unparse(node)}")


def joined(both, left, right):
    """Left and right (or: left or right), as short as it can be said."""
    if isinstance(left, bool):
        left, right = right, left
    if isinstance(right, bool):
        return left if right == both else right
    return f"{left} and {right}" if both else f"{left} or {right}"


def negated(words):
    return words.removeprefix("not ") if words.startswith("not ") else f"not {words}"


def in_words(answer):
    return (YES if answer else NO) if isinstance(answer, bool) else f"if {answer}"


@cache
def predicates():
    """Name → predicate, of both apps."""
    return {
        thing.name: thing
        for module in (units.policies, assessments.policies)
        for thing in vars(module).values()
        if isinstance(thing, Predicate)
    }


# ── what can happen to what ──────────────────────────────────────────────────────────────────────


def workflow():
    """A diagram and a table of moves for every model with a status."""
    lines = ["# What can happen to what", "", PRINTED, ""]
    lines += ["A status changes only by one of these moves, through `units.actions.move.move`."]
    for model in apps.get_models():
        if issubclass(model, Stateful):
            lines += ["", *moves_of(model)]
    return "\n".join(lines) + "\n"


def moves_of(model):
    """One model's part of the page."""
    return [
        f"## {model.__name__} · {spoken(model._meta.verbose_name)}",
        "",
        *diagram(model),
        "",
        row(["move", "from", "to", "on the screen", "who"]),
        row(["---"] * 5),
        *(
            row([f"`{verb}`", states(starts), states([end]), spoken(model.VERBS[verb]), who(model, verb)])
            for verb, (starts, end) in model.MOVES.items()
        ),
        "",
        row(["status", "on the screen"]),
        row(["---"] * 2),
        *(row([f"`{status.value}`", spoken(status.label)]) for status in model.Status),
    ]


def diagram(model):
    """The moves as a state diagram."""
    first = model._meta.get_field("status").default
    arrows = [
        f"    {start} --> {end.value}: {verb}"
        for verb, (starts, end) in model.MOVES.items()
        for start in in_order(starts)
    ]
    return ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}", *arrows, "```"]


def states(statuses):
    return ", ".join(f"`{status}`" for status in in_order(statuses))


def in_order(statuses):
    """A set of statuses in one order, whatever the run."""
    return sorted(status.value for status in statuses)


def permission_of(model, verb):
    """The permission that this move asks for."""
    named = f"{model._meta.app_label}.{verb}_{CONCEPTS.get(model.__name__, model.__name__.lower())}"
    return MOVES_WITHIN.get((model.__name__, verb), named)


def who(model, verb):
    """The permission of a move and the roles that can have it."""
    permission = permission_of(model, verb)
    said = zip(COLUMNS, cells(permission_table[permission].name), strict=True)
    roles = ", ".join(name for (name, _role, _own), cell in said if cell != NO)
    return f"`{permission.partition('.')[2]}`: {roles}"


def spoken(words):
    """A word of the code as the office says it, with the identifier's language behind it."""
    with override("zh-hans"):
        office = str(words)
    with override("en"):
        return f"{office} ({words})" if office != str(words) else office


def row(texts):
    return f"| {' | '.join(texts)} |"
