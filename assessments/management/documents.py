"""The pages of docs/ that are printed from the code, so that they cannot grow old."""

from django.apps import apps
from django.conf import settings
from django.utils.translation import override
from rules.permissions import permissions as permission_table

from assessments.actions import access
from assessments.models import (
    CalibrationRound,
    ChartItem,
    ConflictOverride,
    Document,
    FieldSurvey,
    RankingRelease,
)
from civportal.lib.policy import in_words
from units.actions.permission import Relation, answer, holders
from units.models import AccountRequest, OutgoingLetter, Role, Stateful

FOLDER = settings.BASE_DIR / "docs"
PRINTED = "<!-- Printed by `python3 run.py manage print_docs`; change the code, not this page. -->"
YES, NO = "yes", "—"
# The word that permissions and addresses use for a model, where it is not the model's name.
CONCEPTS = {model: concept for concept, (model, *_rest) in access.CONCEPTS.items()}
CONCEPTS |= {
    AccountRequest: "request",
    CalibrationRound: "calibration",
    ChartItem: "chart_item",
    ConflictOverride: "override",
    Document: "document",
    FieldSurvey: "field_survey",
    OutgoingLetter: "mail",
    RankingRelease: "ranking",
}
# Moves that are part of another act, and the permission of that act.
MOVES_WITHIN = {
    ("Standard", "freeze"): "assessments.open_cycle",
    ("Award", "suspend"): "units.merge_units",
    ("Plan", "withdraw_again"): "assessments.withdraw_plan",
    ("Plan", "withdraw_amendment"): "assessments.withdraw_plan",
    ("OutgoingLetter", "send"): "units.queue_mail",
    ("OutgoingLetter", "fail"): "units.queue_mail",
}

# Heading of the column, role, how the record's unit stands to the person. Two tables for each app:
# who works for the office or the county, and who works for units.
OFFICE_COLUMNS = [
    ("administrator", Role.ADMINISTRATOR, Relation.ELSEWHERE),
    ("director", Role.DIRECTOR, Relation.ELSEWHERE),
    ("case officer", Role.CASE_OFFICER, Relation.ELSEWHERE),
    ("auditor", Role.AUDITOR, Relation.ELSEWHERE),
    ("county leader", Role.COUNTY_LEADER, Relation.ELSEWHERE),
    ("inspector", Role.INSPECTOR, Relation.ELSEWHERE),
]
UNIT_COLUMNS = [
    ("department, own unit", Role.SUPERVISOR, Relation.OWN),
    ("unit below", Role.SUPERVISOR, Relation.BELOW),
    ("elsewhere", Role.SUPERVISOR, Relation.ELSEWHERE),
    ("leader, own unit", Role.UNIT_LEADER, Relation.OWN),
    ("elsewhere", Role.UNIT_LEADER, Relation.ELSEWHERE),
    ("liaison, own unit", Role.LIAISON, Relation.OWN),
    ("elsewhere", Role.LIAISON, Relation.ELSEWHERE),
    ("deputy, own unit", Role.DEPUTY, Relation.OWN),
    ("elsewhere", Role.DEPUTY, Relation.ELSEWHERE),
]
TABLES = [
    ("People of the office and the county", OFFICE_COLUMNS),
    ("People of units and supervising departments", UNIT_COLUMNS),
]


def pages():
    """File → text of every printed page."""
    return {FOLDER / "permissions.md": permissions(), FOLDER / "workflow.md": workflow()}


# ── who may do what ──────────────────────────────────────────────────────────────────────────────


def permissions():
    """Permission × role × relation, with what else has to hold."""
    lines = [
        "# Who may do what",
        "",
        PRINTED,
        "",
        "A dash means never, and so does a permission that a table leaves out. A condition means: only "
        "then. Whoever may not even know a record "
        "(`visible_to`) gets a 404, whoever may know it but not do this a 403. Somebody of the office who "
        "also belongs to a unit, or to a department above it, decides nothing about that unit.",
        "",
        "The same, for one role or one permission at a time and with the people who hold it, stands on the "
        "page `/permissions/`; why a certain person sees a certain record, under “Why can I see this?” at "
        "the foot of the record's page.",
    ]
    for app in ("units", "assessments"):
        names = [name for name in permission_table if name.startswith(f"{app}.")]
        for heading, columns in TABLES:
            lines += ["", f"## {app}: {heading[0].lower()}{heading[1:]}", "", *table(names, columns)]
    return "\n".join(lines) + "\n"


def table(names, columns):
    """The permissions of these names against the columns."""
    return [
        row(["permission", *(heading for heading, _role, _relation in columns)]),
        row(["---"] * (len(columns) + 1)),
        *(row([f"`{name.partition('.')[2]}`", *said]) for name, said in spoken_of(names, columns)),
    ]


def spoken_of(names, columns):
    """(permission, its cells) where the table has anything but dashes to say."""
    said = [(name, cells(name, columns)) for name in names]
    return [(name, texts) for name, texts in said if set(texts) != {NO}]


def cells(name, columns):
    """What one permission says in each column."""
    return [in_short(answer(name, role, relation)) for _heading, role, relation in columns]


def in_short(said):
    """The answer as a cell of the table."""
    with override("en"):
        return (YES if said else NO) if isinstance(said, bool) else f"if {in_words(said)}"


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
    named = f"{model._meta.app_label}.{verb}_{CONCEPTS.get(model, model.__name__.lower())}"
    return MOVES_WITHIN.get((model.__name__, verb), named)


def who(model, verb):
    """The permission of a move and the roles that can have it."""
    permission = permission_of(model, verb)
    with override("en"):
        roles = ", ".join(str(role.label) for role, _said in holders(permission))
    return f"`{permission.partition('.')[2]}`: {roles}"


def spoken(words):
    """A word of the code as the office says it, with the identifier's language behind it."""
    with override("zh-hans"):
        office = str(words)
    with override("en"):
        return f"{office} ({words})" if office != str(words) else office


def row(texts):
    return f"| {' | '.join(texts)} |"
