"""What the county's browsers (Chromium 90) and our content policy allow in styles, scripts and templates."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
JS = sorted((settings.BASE_DIR / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"

TOO_NEW_CSS = {
    "cascade layers": r"@layer",
    ":has()": r":has\(",
    "color-mix()": r"color-mix\(",
    "container queries": r"@container|container-type",
    "@property": r"@property",
    "nesting": r"(^|[{;])\s*&",
    "modern colors": r"\b(oklch|oklab|lch|lab|light-dark)\(",
    "dynamic viewport": r"\d(dvh|svh|lvh|dvw)\b",
    "subgrid": r"\bsubgrid\b",
}
TOO_NEW_JS = {
    "Array.at": r"\.at\(",
    "structuredClone": r"structuredClone",
    "crypto.randomUUID": r"randomUUID",
    "Object.hasOwn": r"Object\.hasOwn",
    "findLast": r"\.findLast",
    "copying array methods": r"\.(toSorted|toReversed|toSpliced|with)\(",
    "Object.groupBy": r"\.groupBy\(",
    "AbortSignal.timeout": r"AbortSignal\.timeout",
    "static blocks": r"\bstatic\s*\{",
    "error causes": r"\bcause:",
}
INLINE = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an event handler": r"<[^>]*\son[a-z]+\s*=",
    "a javascript: address": r"javascript:",
    "an htmx handler": r"\bhx-on",
    "an address outside": r"(src|href)=[\"']https?://",
}
NAMED = "black|white|red|green|blue|gray|grey|silver|orange|yellow|purple|brown|pink|navy|teal"
A_COLOR = rf"#[0-9a-fA-F]{{3,8}}\b|\b(rgba?|hsla?)\(|:[^;{{}}]*(?<![\w-])({NAMED})(?![\w-])[^;{{}}]*[;}}]"


def without_comments(path):
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)


def named(path):
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", CSS, ids=named)
def test_styles_use_nothing_that_chromium_90_lacks(path):
    text = without_comments(path)

    assert not [name for name, pattern in TOO_NEW_CSS.items() if re.search(pattern, text, re.M)]


@pytest.mark.parametrize("path", [path for path in CSS if path != TOKENS], ids=named)
def test_every_color_outside_the_tokens_is_a_token(path):
    found = [match.group(0) for match in re.finditer(A_COLOR, without_comments(path))]

    # "#id" in a selector is no color: it stands before the brace.
    assert not [color for color in found if not re.match(r"#[a-z-]+$", color)]


@pytest.mark.parametrize("path", JS, ids=named)
def test_scripts_use_nothing_that_chromium_90_lacks(path):
    text = re.sub(r"//[^\n]*", "", without_comments(path))

    assert not [name for name, pattern in TOO_NEW_JS.items() if re.search(pattern, text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_hold_nothing_inline(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"))

    assert not [name for name, pattern in INLINE.items() if re.search(pattern, text)]


def test_both_ways_into_the_dark_say_the_same():
    chosen, by_system = re.findall(r"color-scheme: dark;([^}]*)\}", without_comments(TOKENS))

    assert chosen.split() == by_system.split()


def test_every_token_that_is_used_exists():
    defined = set(re.findall(r"(--[a-z0-9-]+)\s*:", "".join(map(without_comments, CSS))))
    used = {name for path in CSS for name in re.findall(r"var\((--[a-z0-9-]+)", without_comments(path))}

    assert used <= defined


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def palette(theme):
    block = re.search(rf'\[data-theme="{theme}"\] \{{([^}}]*)\}}', without_comments(TOKENS)).group(1)
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_every_ground_it_stands_on(theme):
    colors = palette(theme)
    pairs = [
        (ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in ("paper", "surface", "raised")
    ]
    pairs += [(ink, ground) for ink in ("accent", "brand-ink") for ground in ("paper", "surface")]
    pairs += [(tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "info", "idle", "accent")]
    pairs += [(tone, "surface") for tone in ("good", "warn", "bad", "info")]
    pairs += [("on-brand", "brand"), ("ink-soft", "paper-deep")]

    weak = [pair for pair in pairs if contrast(colors[pair[0]], colors[pair[1]]) < 4.5]

    assert not weak


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_edges_of_controls_and_the_focus_stand_out(theme):
    colors = palette(theme)

    assert contrast(colors["line-strong"], colors["surface"]) >= 3
    assert contrast(colors["focus"], colors["surface"]) >= 3


def test_every_component_says_what_it_takes():
    components = (settings.BASE_DIR / "templates" / "components").glob("*.html")

    assert not [path.name for path in components if not path.read_text(encoding="utf-8").startswith("{#")]


def test_every_class_of_a_component_template_has_a_rule():
    rules = set(re.findall(r"\.([a-z][\w-]*)", "".join(map(without_comments, CSS))))
    used = set()
    for path in Path(settings.BASE_DIR / "templates" / "components").glob("*.html"):
        text = re.sub(r"\{[%{#].*?[%}#]\}", " ", path.read_text(encoding="utf-8"))
        used |= {word for value in re.findall(r'class="([^"]*)"', text) for word in value.split()}

    # What begins or ends with a joint was put together by the template.
    assert {word for word in used if not re.match(r"^[-_]|.*[-_]$", word)} <= rules
