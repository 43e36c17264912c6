"""What a unit changed in a record since it was returned: the words, the ticks and the files."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from assessments.models import EvidenceFile, ReturnPoint, Review

from . import ledger, record_words

# A text is compared clause by clause: so people read it, and a long one is compared at once.
CLAUSE = re.compile(r"[^，。；！？,;!?\n]*[，。；！？,;!?\n]?")


@dataclass(frozen=True)
class Change:
    """One field that reads differently: its old and new value, a text also as (struck, added, kept) parts."""

    name: str
    label: str
    old: str
    new: str
    parts: tuple = ()


@dataclass(frozen=True)
class FileChange:
    """One file that came, went, came in another's place, or is described anew."""

    kind: str
    file: EvidenceFile
    old: EvidenceFile | None = None
    old_caption: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Answered:
    """A point of the return, and whether anything at its place is different now."""

    point: ReturnPoint
    is_touched: bool


@dataclass(frozen=True)
class Difference:
    """Everything that differs between what was returned and what was handed in again."""

    returned: Review
    changes: list
    files: list
    points: list


def of(entry):
    """What the unit changed since the last return that it answered; None where nothing was returned.

    Compared are the frozen copies: the one that lay before the reviewer, and the newest.
    """
    returned = next((one for one in reversed(entry.reviews.all()) if one.verdict == "returned"), None)
    if returned is None or returned.round >= entry.round:
        return None
    editions = list(entry.editions.order_by("number"))
    before = next((one for one in reversed(editions) if one.made_at <= returned.at), None)
    if before is None or before == editions[-1]:
        return None
    changes = field_changes(before, editions[-1])
    files = file_changes(before, editions[-1])
    points = returned.points.select_related("reason", "indicator", "file")
    return Difference(returned, changes, files, [answered(point, changes, files) for point in points])


def field_changes(before, after):
    """The fields that read differently, in the order of the record."""
    return [
        change(name, before.content.get(name), after.content.get(name))
        for name in ledger.TOLD
        if before.content.get(name) != after.content.get(name)
    ]


def change(name, old, new):
    old, new = record_words.in_words(name, old), record_words.in_words(name, new)
    return Change(name, record_words.label_of(name), old, new, parts(old, new) if name == "text" else ())


def parts(old, new):
    """A text clause by clause as (how, words): what was struck, added, and kept."""
    before, after = CLAUSE.findall(old), CLAUSE.findall(new)
    found = []
    for how, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("kept", "".join(before[a:b])))
            continue
        found += [("struck", "".join(before[a:b]))] if b > a else []
        found += [("added", "".join(after[c:d]))] if d > c else []
    return tuple(part for part in found if part[1])


def file_changes(before, after):
    """The files that came, went, came in another's place or are described anew."""
    old, new = files_of(before), files_of(after)
    replaced = {file.replaces_id: file for file in new.values() if file.replaces_id in old}
    found = []
    for pk, file in old.items():
        if pk in replaced:
            found.append(FileChange("replaced", replaced[pk], old=file))
        elif pk not in new:
            found.append(FileChange("removed", file))
    for pk, file in new.items():
        was, now = (edition.content["captions"].get(str(pk), "") for edition in (before, after))
        if pk in old and was != now:
            found.append(FileChange("described", file, old_caption=was, caption=now))
        elif pk not in old and file.replaces_id not in old:
            found.append(FileChange("added", file))
    return found


def files_of(edition):
    return {file.pk: file for file in EvidenceFile.every.filter(editions=edition)}


def answered(point, changes, files):
    """Whether anything changed where the point is pinned; for the whole record, anything at all."""
    added = any(one.kind in ("added", "replaced") for one in files)
    names = {one.name for one in changes}
    if point.is_whole:
        touched = bool(changes or files)
    elif point.field == ReturnPoint.FILES:
        touched = added
    elif point.field:
        touched = point.field in names
    elif point.indicator_id:
        touched = added or "indicators" in names
    else:
        touched = any(point.file_id in (one.file.pk, one.old and one.old.pk) for one in files)
    return Answered(point, touched)
