"""The shape of the code: what may call what, and which doors have no second key."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.urls import URLPattern, get_resolver
from importlinter.cli import lint_imports
from rules import perm_exists

from assessments.management import documents
from units.models import Stateful

ROOT = settings.BASE_DIR
OURS = ("civportal", "units", "assessments")
TOP_LAYERS = re.compile(r"(views|admin|management)\b")
THE_ADMIN = re.compile(r"\badmin\b")
LONGEST_FUNCTION = 40

# What asks the policies; the second one, shared by two modules, always calls the first.
ASK = {"allow", "allow_decision"}
# Who calls an action without asking the policies first, and why that is right.
NEEDS_NO_PERMISSION = {
    "units/views/export.py:exported": "the list's own view asked before it called, or showed only one's own",
    "units/views/account.py:password": "everybody chooses the own password",
    "units/views/security.py:letters": "one's own letters",
    "units/views/security.py:confirm": "one's own second factor",
    "units/views/security.py:backup_codes": "one's own second factor",
    "units/views/security.py:switch_off": "one's own second factor",
    "units/views/security.py:end_session": "one's own sessions",
    "units/views/security.py:end_other_sessions": "one's own sessions",
    "units/views/notification.py:mark_seen": "one's own messages",
    "units/views/notification.py:follow": "one's own messages",
}
# What the Django admin calls only after it asked has_…_permission, which asks the policies.
ASKED_BY_THE_ADMIN = {"save_model", "save_formset", "save_related", "delete_model", "delete_queryset"}
# The demo county is told by its people through the real actions, on an empty database.
TELLS_A_STORY = re.compile(r"assessments/management/(demo/|commands/demo\.py)")

# Load a parser, and only after they have given up memory and time.
IN_A_PROCESS_OF_ITS_OWN = {"civportal/lib/preview_child.py", "civportal/lib/tables/child.py"}

# Where text goes into a page as it is, and why that is safe.
UNESCAPED = {
    "components/field.html": "help texts of our own forms",
    "assessments/evidence/_preview.html": "sanitised HTML of a Word document",
}


def files(*suffixes, under=OURS):
    return [
        path
        for top in under
        for path in sorted((ROOT / top).rglob("*"))
        if path.suffix in suffixes and "migrations" not in path.parts and "__pycache__" not in path.parts
    ]


def place(path):
    return path.relative_to(ROOT).as_posix()


def modules(under=OURS):
    """Path and syntax tree of every module of ours."""
    return [(place(path), ast.parse(path.read_text(encoding="utf-8"))) for path in files(".py", under=under)]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def called(node):
    """The last name of what is called: update for entries.filter(…).update(…)."""
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))


def stateful_models():
    return [model for model in apps.get_models() if issubclass(model, Stateful)]


# ── imports ──────────────────────────────────────────────────────────────────────────────────────


def test_import_contracts_hold(monkeypatch):
    monkeypatch.chdir(ROOT)

    assert lint_imports(no_cache=True) == 0


def test_imports_stand_at_the_top():
    inline = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        if not path.endswith("/apps.py") and path not in IN_A_PROCESS_OF_ITS_OWN
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inline == []


# ── status ───────────────────────────────────────────────────────────────────────────────────────

WRITERS = {"update", "create", "get_or_create", "update_or_create", "aupdate", "acreate"}


def sets_status(tree):
    """Whether the module gives a record a status: by assignment, by a query, or at its birth."""
    return any(
        assigns_status(node) or (isinstance(node, ast.Call) and writes_status(node))
        for node in ast.walk(tree)
    )


def assigns_status(node):
    return isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store)


def writes_status(call):
    name = called(call)
    words = {keyword.arg for keyword in call.keywords}
    texts = {node.value for node in ast.walk(call) if isinstance(node, ast.Constant)}
    if name in WRITERS:
        return "status" in words or ("defaults" in words and "status" in texts)
    if name in {"setattr", "bulk_update"}:
        return "status" in texts
    return name in {model.__name__ for model in stateful_models()} and "status" in words


def test_only_move_sets_a_status():
    assert {path for path, tree in modules() if sets_status(tree)} == {"units/actions/move.py"}


@pytest.mark.parametrize(
    "sneaky",
    [
        "entry.status = 'accepted'",
        "before, entry.status = entry.status, 'accepted'",
        "LedgerEntry.objects.filter(pk=1).update(status='accepted')",
        "LedgerEntry.objects.create(status='accepted')",
        "LedgerEntry(status='accepted').save()",
        "LedgerEntry.objects.update_or_create(pk=1, defaults={'status': 'accepted'})",
        "LedgerEntry.objects.bulk_update(entries, ['status'])",
        "setattr(entry, 'status', 'accepted')",
    ],
)
def test_every_way_round_the_door_would_be_noticed(sneaky):
    assert sets_status(ast.parse(sneaky))


@pytest.mark.parametrize(
    "innocent",
    [
        "entries.filter(status='accepted')",
        "render(request, 'page.html', status=409)",
        "class Entry: status = 1",
        "print(entry.status)",
    ],
)
def test_reading_a_status_is_free(innocent):
    assert not sets_status(ast.parse(innocent))


@pytest.mark.parametrize("model", stateful_models())
def test_moves_lead_from_status_to_status_and_have_words(model):
    for verb, (starts, end) in model.MOVES.items():
        assert set(starts) <= set(model.Status.values) and starts
        assert end in model.Status.values
        assert verb in model.VERBS, f"{model.__name__}.VERBS has no word for {verb}"
    assert model._meta.get_field("status").default in model.Status.values
    assert set(model.TONES) <= set(model.Status.values)


@pytest.mark.parametrize("model", stateful_models())
def test_every_move_has_its_permission(model):
    for verb in model.MOVES:
        assert perm_exists(documents.permission_of(model, verb))


# ── permissions ──────────────────────────────────────────────────────────────────────────────────


def action_names(tree):
    """The names under which the module knows modules of actions."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and re.fullmatch(r"(units|assessments)\.actions", node.module or "")
        for alias in node.names
    }


def acts(function, names):
    """Whether the function calls an action for somebody: module.verb(…, by=…)."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") in names
        and "by" in {keyword.arg for keyword in node.keywords}
        for node in ast.walk(function)
    )


def top_functions(tree):
    """Functions and methods; one inside another counts as part of it."""
    inner = {
        id(node)
        for function in functions(tree)
        for node in ast.walk(function)
        if node is not function and isinstance(node, ast.FunctionDef)
    }
    return [function for function in functions(tree) if id(function) not in inner]


def asking(tree):
    """The functions that ask the policies: themselves, through a helper, or before they are called."""
    calls = {
        function.name: {called(node) for node in ast.walk(function) if isinstance(node, ast.Call)}
        for function in top_functions(tree)
    }
    found = set(ASK)
    while more := {
        name for name in calls if name not in found and (calls[name] & found or sheltered(name, calls, found))
    }:
        found |= more
    return found


def sheltered(name, calls, found):
    """Whether everybody in the module who calls this function has asked."""
    callers = {caller for caller, made in calls.items() if name in made and caller != name}
    return bool(callers) and callers <= found


def unasked(path, tree):
    names, sure = action_names(tree), asking(tree)
    if THE_ADMIN.search(path):
        sure |= ASKED_BY_THE_ADMIN
    return {
        f"{path}:{function.name}"
        for function in top_functions(tree)
        if acts(function, names) and function.name not in sure
    }


def test_whoever_acts_for_a_person_asks_first():
    found = {
        caller
        for path, tree in modules(("units", "assessments"))
        if TOP_LAYERS.search(path) and not TELLS_A_STORY.match(path)
        for caller in unasked(path, tree)
    }

    assert found <= set(NEEDS_NO_PERMISSION)


def test_a_view_that_forgot_to_ask_would_be_noticed():
    careless = """
from units.actions import person
def block(request, pk):
    person.block(find(pk), by=request.user)
"""

    assert unasked("units/views/x.py", ast.parse(careless)) == {"units/views/x.py:block"}
    assert not unasked("x", ast.parse(careless.replace("find(pk)", "find(allow(pk))")))


@pytest.fixture
def visit(rf):
    """A look into the Django admin."""

    def request(user):
        asked = rf.get("/admin/")
        asked.user = user
        return asked

    return request


@pytest.mark.django_db
def test_the_admin_opens_nothing_to_those_who_may_not(visit, lan, rui, ou):
    for page in site._registry.values():
        for user in (lan, rui, ou):
            asked = visit(user)
            assert not page.has_view_permission(asked) and not page.has_change_permission(asked)
            assert not page.has_add_permission(asked) and not page.has_delete_permission(asked)


@pytest.mark.django_db
def test_the_admin_changes_no_status(visit, admin):
    for model, page in site._registry.items():
        if issubclass(model, Stateful) and page.has_change_permission(visit(admin)):
            assert "status" not in page.get_form(visit(admin), model(), change=True).base_fields


def patterns(resolver=None, prefix=""):
    """Every address of ours under its name; the Django admin looks after its own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry.callback
        elif entry.namespace != "admin":
            yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else prefix)


def test_only_these_pages_are_open_without_signing_in():
    is_open = {name for name, view in patterns() if not getattr(view, "login_required", True)}

    assert {name for name in is_open if not name.startswith("assessments:public_")} <= {
        "set_language",
        "units:account_ask",
        "units:appearance",
        "units:join",
        "units:login",
        "units:logout",
        "units:public_window",
        "units:styleguide",
        "healthz",
        "readyz",
    }


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def test_templates_escape_everything_but_these():
    raw = re.compile(r"\|\s*safe\b|autoescape\s+off")
    found = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in files(".html", under=["templates"])
        if raw.search(path.read_text(encoding="utf-8"))
    }

    assert found <= set(UNESCAPED)


def test_functions_are_short():
    long = {
        f"{path}:{function.name}": function.end_lineno - function.lineno + 1
        for path, tree in modules()
        for function in functions(tree)
        if function.end_lineno - function.lineno >= LONGEST_FUNCTION
    }

    assert long == {}


def test_the_project_names_no_machine():
    # Each in two halves, so that this file does not find itself.
    halves = [("/wo", "rk/"), ("../sha", "red"), ("/ro", "ot/"), ("/op", "t/")]
    halves += [("py", "pi.org"), ("python", "hosted"), ("npm", "js.org"), ("deb.deb", "ian.org")]
    forbidden = [first + second for first, second in halves]
    kinds = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".in", ".json", ".po", ".example", ""}
    tops = [*OURS, "templates", "static", "tests", "docs", "locale", ".ci"]
    texts = [path for path in ROOT.iterdir() if path.is_file() and path.name not in {".env", ".coverage"}]
    texts += files(*kinds, under=tops)

    found = {
        f"{place(path)}: {word}"
        for path in texts
        if path.is_file() and path.suffix in kinds
        for word in forbidden
        if word in path.read_text(encoding="utf-8", errors="ignore")
    }

    assert found == set()


def test_every_setting_is_explained():
    source = Path(settings.BASE_DIR / "civportal/settings.py").read_text(encoding="utf-8")
    asked = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', source))
    explained = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M))

    assert asked == explained
