"""What an indicator asks of a record: what can be counted is checked, what only people see is declared.

A recipe is data of the standard: {files_at_least, photos_at_least, words_at_least, words_at_most,
links_count, document_number, from, until, must_show}. Whatever it does not name is not asked. It never
holds a record back: the unit sees while writing what is open, the reviewer sees the same.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Claim
from units.actions import trail
from units.actions.move import MoveNotAllowed, lock

# 〔2026〕12号, also in the brackets that people type instead.
DOCUMENT_NUMBER = re.compile(r"[〔\[【（(]\s*20\d\d\s*[〕\]】）)]\s*\d+\s*号")


@dataclass(frozen=True)
class Check:
    """One thing that can be counted: what is asked, whether it is there, and how it stands."""

    asked: str
    is_met: bool
    stands: str = ""


@dataclass(frozen=True)
class Sight:
    """One thing that only people can see in a picture: the unit says so, the reviewer sees it, too."""

    name: str
    is_declared: bool
    is_confirmed: bool


@dataclass(frozen=True)
class Recipe:
    """What one of the ticked indicators asks, and what of it is there."""

    claim: Claim
    checks: list
    sights: list

    @property
    def open_count(self):
        checks = [check for check in self.checks if not check.is_met]
        return len(checks) + len([sight for sight in self.sights if not sight.is_declared])


def of(entry):
    """The recipes of the indicators that the entry claims; those that ask nothing are left out."""
    files = list(entry.files.all())
    recipes = [recipe_of(claim, entry, files) for claim in entry.claims.all()]
    return [recipe for recipe in recipes if recipe.checks or recipe.sights]


def open_count(recipes):
    """How many things are asked and not there."""
    return sum(recipe.open_count for recipe in recipes)


def recipe_of(claim, entry, files):
    asked = claim.indicator.recipe or {}
    checks = [check(entry, files, asked) for name, check in CHECKS.items() if asked.get(name)]
    sights = [
        Sight(name, name in claim.declared, name in claim.confirmed) for name in claim.indicator.must_show
    ]
    return Recipe(claim, checks, sights)


# what can be counted


def enough_files(entry, files, asked):
    """Files of any kind; a link to a public page counts like one where the recipe says so."""
    wanted = asked["files_at_least"]
    count = len(files) + (len(entry.link_list) if asked.get("links_count") else 0)
    if asked.get("links_count"):
        label = ngettext("%(n)s file or link", "%(n)s files or links", wanted)
    else:
        label = ngettext("%(n)s file", "%(n)s files", wanted)
    return Check(label % {"n": wanted}, count >= wanted, _("%(n)s there") % {"n": count})


def enough_photos(entry, files, asked):
    wanted = asked["photos_at_least"]
    count = len([file for file in files if file.is_picture])
    label = ngettext("%(n)s photo", "%(n)s photos", wanted) % {"n": wanted}
    return Check(label, count >= wanted, _("%(n)s there") % {"n": count})


def enough_words(entry, files, asked):
    wanted, count = asked["words_at_least"], length_of(entry)
    return Check(
        _("%(n)s characters at least") % {"n": wanted}, count >= wanted, _("%(n)s there") % {"n": count}
    )


def few_words(entry, files, asked):
    limit, count = asked["words_at_most"], length_of(entry)
    return Check(
        _("%(n)s characters at most") % {"n": limit}, count <= limit, _("%(n)s there") % {"n": count}
    )


def numbered(entry, files, asked):
    is_there = bool(DOCUMENT_NUMBER.search(f"{entry.title} {entry.text}"))
    return Check(_("a document number in the text, such as 〔2026〕5号"), is_there)


def not_before(entry, files, asked):
    return within(entry, asked["from"], _("held on %(day)s or later"), lambda held, day: held >= day)


def not_after(entry, files, asked):
    return within(entry, asked["until"], _("held by %(day)s"), lambda held, day: held <= day)


def within(entry, month_and_day, label, fits):
    """A date window of the year, given as "03-31"; open while the record has no date."""
    day = date.fromisoformat(f"{entry.cycle.year}-{month_and_day}")
    is_met = entry.held_on is not None and fits(entry.held_on, day)
    return Check(label % {"day": date_format(day, "DATE_FORMAT")}, is_met)


def length_of(entry):
    """Characters of the text, blanks not counted."""
    return len("".join(entry.text.split()))


# In the order in which they are read.
CHECKS = {
    "files_at_least": enough_files,
    "photos_at_least": enough_photos,
    "words_at_least": enough_words,
    "words_at_most": few_words,
    "document_number": numbered,
    "from": not_before,
    "until": not_after,
}


# what only people see


@transaction.atomic
def declare(entry, declared, *, by):
    """The unit says what its files show: {claim number: names}; a name that is not asked says nothing.

    Raises MoveNotAllowed when the entry is no longer the unit's to change.
    """
    entry = lock(entry)
    if not entry.is_editable:
        raise MoveNotAllowed(entry, "edit")
    for claim in entry.claims.select_related("indicator"):
        names = [name for name in claim.indicator.must_show if name in declared.get(claim.pk, ())]
        if names != claim.declared:
            changes = {"declared": [claim.declared, names]}
            claim.declared = names
            claim.save(update_fields=["declared"])
            trail.record(entry, "declare", by=by, note=claim.indicator.code, changes=changes)
