"""Which texts the code asks to be translated, read from it without any tool beside Python."""

import ast
import re

from django.conf import settings
from django.utils.translation.template import templatize

# function → which of its arguments are texts, and which is the context
CALLS = {
    "_": (0, None),
    "gettext": (0, None),
    "gettext_lazy": (0, None),
    "gettext_noop": (0, None),
    "ngettext": (0, None),
    "ngettext_lazy": (0, None),
    "pgettext": (1, 0),
    "pgettext_lazy": (1, 0),
    "npgettext": (1, 0),
    "npgettext_lazy": (1, 0),
}
LITERAL = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_TEMPLATE = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*{LITERAL}(?:\s*,\s*{LITERAL})?")


def wanted():
    """Every (context, text) of the code and the templates."""
    found = set()
    for top in ("civportal", "units", "assessments"):
        for path in (settings.BASE_DIR / top).rglob("*.py"):
            found |= in_python(path.read_text(encoding="utf-8"))
    for path in (settings.BASE_DIR / "templates").rglob("*"):
        if path.suffix in {".html", ".txt", ".svg"}:
            found |= in_template(path.read_text(encoding="utf-8"))
    return found


def in_python(source):
    return {
        (text(call, context), text(call, place))
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and (name := name_of(call)) in CALLS
        for place, context in [CALLS[name]]
        if text(call, place)
    }


def name_of(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def text(call, place):
    """The text given at that place, or None when it is not written there."""
    given = call.args[place] if place is not None and place < len(call.args) else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def in_template(source):
    found = set()
    for name, first, second in IN_TEMPLATE.findall(templatize(source)):
        with_context = name in ("pgettext", "npgettext")
        first, second = ast.literal_eval(first), ast.literal_eval(second) if second else None
        found.add((first, second) if with_context else (None, first))
    return found
