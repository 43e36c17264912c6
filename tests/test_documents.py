"""What stands beside the code, and must not grow older than it: translations and documents."""

import re

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.utils.translation import override

import run
from assessments.management import documents
from tests import messages
from units.models import Stateful

ROOT = settings.BASE_DIR
LOCALES = ["zh_Hans", "zh_Hant"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
OURS = {"units", "assessments"}


def catalogue(locale):
    return polib.pofile(str(ROOT / "locale" / locale / "LC_MESSAGES/django.po"))


def said(entry):
    """What the entry says, plural forms included."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


# ── translations ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated(locale):
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue(locale) if all(said(entry))}

    assert sorted(text for _context, text in messages.wanted() - known) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogue_keeps_no_text_that_is_gone(locale):
    entries = catalogue(locale)
    gone = {(entry.msgctxt, entry.msgid) for entry in entries} - messages.wanted()

    assert sorted(text for _context, text in gone) == []
    assert [entry.msgid for entry in entries if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_translations_keep_their_placeholders(locale):
    lost = [
        entry.msgid
        for entry in catalogue(locale)
        for text in said(entry)
        if text and not same_placeholders(entry, text)
    ]

    assert lost == []


def same_placeholders(entry, text):
    """Chinese has one form for all numbers, so the plural's placeholders are the ones that count."""
    original = entry.msgid_plural or entry.msgid
    return set(PLACEHOLDER.findall(original)) == set(PLACEHOLDER.findall(text))


@pytest.mark.parametrize("locale", LOCALES)
def test_compiled_catalogue_says_the_same(locale):
    compiled = polib.mofile(str(ROOT / "locale" / locale / "LC_MESSAGES/django.mo"))

    assert {(entry.msgctxt, entry.msgid): said(entry) for entry in compiled} == {
        (entry.msgctxt, entry.msgid): said(entry) for entry in catalogue(locale) if all(said(entry))
    }


def test_texts_are_found_wherever_they_stand():
    python = messages.in_python(
        '_("one") + ngettext("two", "twos", n) + pgettext("place", "three") + _(name)'
    )
    template = messages.in_template(
        """{% translate "four" %}{% blocktranslate with a=b %}five {{ a }}{% endblocktranslate %}
        {% blocktranslate count n=n %}six{% plural %}sixes{% endblocktranslate %}{% tag _("seven") %}"""
    )

    assert python == {(None, "one"), (None, "two"), ("place", "three")}
    assert template == {(None, "four"), (None, "five %(a)s"), (None, "six"), (None, "seven")}


# ── documents ────────────────────────────────────────────────────────────────────────────────────


def test_printed_pages_are_up_to_date():
    call_command("print_docs", check=True)


def test_an_old_page_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(documents, "FOLDER", tmp_path)

    call_command("print_docs")
    assert (tmp_path / "workflow.md").read_text(encoding="utf-8").startswith("# What can happen")
    call_command("print_docs", check=True)


def test_readme_begins_with_the_two_commands():
    code = re.search(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)

    assert re.findall(r"^python3 run\.py.*?(?=\s{2}|#|$)", code[1], re.M)[:2] == [
        "python3 run.py",
        "python3 run.py test",
    ]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_documents_name_commands_that_exist(page):
    text = page.read_text(encoding="utf-8")

    assert set(re.findall(r"python3 run\.py ([a-z]+)", text)) <= set(run.COMMANDS)
    assert set(re.findall(r"(?:run\.py manage|manage\.py) ([a-z_]+)", text)) <= set(get_commands())


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_documents_link_to_files_that_exist(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def glossary():
    """Identifier → the row it stands in."""
    rows = {}
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            rows.update((name, line) for name in re.findall(r"`([^`]+)`", line))
    return rows


def models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def test_glossary_holds_every_model_status_and_move():
    wanted = {model.__name__ for model in models()}
    for model in models():
        if issubclass(model, Stateful):
            wanted |= {status.value for status in model.Status} | set(model.MOVES)

    assert wanted - set(glossary()) == set()


def test_glossary_says_what_the_screen_says():
    rows = glossary()
    with override("zh-hans"):
        differing = [
            f"{model.__name__}: {model._meta.verbose_name}"
            for model in models()
            if str(model._meta.verbose_name) not in rows.get(model.__name__, "")
        ]

    assert differing == []


def test_glossary_names_only_what_exists():
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for top in (*OURS, "civportal")
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts
    )
    words = set(re.findall(r"\w+", code))

    assert {name for name in glossary() if not set(re.findall(r"\w+", name)) <= words} == set()
