"""A record of the ledger in words: what its receipt, its binder, its frozen copies and their differences say.

One wording for all of them; a value is worded from the plain form in which history and editions keep it.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from assessments.models import LedgerEntry
from units.actions.editing import worded

LABELS = {
    "title": _("What"),
    "kind": _("Kind of record"),
    "answers": _("Answers"),
    "news": _("Different this time"),
    "held_on": _("When"),
    "held_until": _("Until"),
    "recorded_on": _("Written down on"),
    "place": _("Where"),
    "people": _("Who took part"),
    "attendance": _("How many"),
    "links": _("Public pages"),
    "indicators": _("Indicators"),
    "text": _("What happened"),
}
DATES = {"held_on", "held_until", "recorded_on"}
# What a list of facts tells: the title stands above it, the text below it.
FACTS = tuple(name for name in LABELS if name not in ("title", "text"))
TOLD = (*FACTS, "text")


def facts(entry, proof=None):
    """[(label, value)] of everything but title and text; what was left empty is left out.

    `proof` words a claim, if not by its indicator alone. Where the claims and what it answers are fetched
    with the entry, the database is not asked.
    """
    return pairs({name: value_of(entry, name, proof or named) for name in FACTS})


def value_of(entry, name, proof):
    """A field's value as history keeps it."""
    if name == "indicators":
        return [proof(claim) for claim in entry.claims.all()]
    if name == "answers":
        return entry.answers.label if entry.answers else ""
    # The page says the day of writing down even where only the portal knows it.
    return worded(entry.written_on if name == "recorded_on" else getattr(entry, name))


def named(claim):
    """The indicator that a record proves."""
    return f"{claim.indicator.code} {claim.indicator.name}"


def of_edition(edition):
    """[(label, value)] of everything that the frozen copy tells but its title."""
    return pairs({name: edition.content.get(name) for name in TOLD})


def pairs(values):
    """[(label, words)] of the values that say something; nought is something."""
    return [
        (label_of(name), in_words(name, value))
        for name, value in values.items()
        if value not in ("", None, [])
    ]


def label_of(name):
    return str(LABELS[name])


def in_words(name, value):
    """A kept value as people read it; "" for none."""
    if value in ("", None, []):
        return ""
    if name == "kind":
        # A kind that was given up keeps its code.
        return str(dict(LedgerEntry.Kind.choices).get(value, value))
    if name in DATES:
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return "；".join(value) if isinstance(value, list) else str(value)
