"""What a row would write: into a new unit everything it says, into a known one what differs."""

from datetime import date
from typing import NamedTuple

from civportal.lib.names import plain_name
from units.models import Unit

from . import cells


class OtherName(NamedTuple):
    """A further name that a row gives its unit, or one that it bore before."""

    name: str
    is_alias: bool = True
    from_on: date | None = None
    to_on: date | None = None


# Cells that are written as they are; name, code, category, supervisor, town and extra have rules.
PLAIN_FIELDS = (
    "address",
    "top_leader",
    "leader_in_charge",
    "contact",
    "mobile",
    "tel",
    "email",
    "honors_text",
    "application_text",
    "pairing_text",
    "participation_note",
    "remark",
)
# How each of them is read: what was typed by hand is compared as a list would have said it.
SPELLED = dict.fromkeys(PLAIN_FIELDS, cells.plain_text) | {"mobile": cells.mobile, "tel": cells.tel}
# A list that says 企业 does not take back that the office knows which kind of enterprise.
FINER = {"enterprise": {"soe", "private", "bank", "vertical"}, "village": {"community"}}
OUTSIDE, PARTICIPATING = Unit.Participation.OUTSIDE, Unit.Participation.PARTICIPATING


def work_out(row, judge):
    """Set the row's `wanted` (column → value), its new `names` and `tags`, and its `changes` in words."""
    unit = row.unit
    row.wanted = {
        column: value
        for column, value in said(row, judge).items()
        if unit is None or differs(getattr(unit, column), value, column)
    }
    row.names = new_names(row, judge)
    row.tags = new_tags(row, judge)
    if unit is not None:
        row.changes = as_read(row, judge)


def differs(current, value, column):
    """Whether the list says something else, and not the same in another spelling: ０１２ and 012."""
    if current == value:
        return False
    return column not in SPELLED or not current or SPELLED[column](current)[0] != value


def said(row, judge):
    """Column → value for everything that the row says; what it leaves blank is not among it."""
    unit, values = row.unit, row.values
    wanted = {name: values[name] for name in PLAIN_FIELDS if values.get(name)}
    if renames(row, judge):
        wanted["name"] = row.name
    if values.get("uscc"):
        wanted["uscc"] = values["uscc"]
    if values.get("staff_count") is not None:
        wanted["staff_count"] = values["staff_count"]
        wanted["staff_count_is_approximate"] = values["staff_count_is_approximate"]
    for name in ("has_window", "is_new_participant"):
        if values.get(name) is not None:
            wanted[name] = values[name]
    if values.get("founded_on"):
        wanted["founded_on"] = date.fromisoformat(values["founded_on"])
    category = judge.registry.categories.get(values.get("category"))
    if category and not is_finer(unit, category, judge.registry):
        wanted["category_id"] = category.pk
    if values.get("participation"):
        wanted["participation"] = values["participation"]
    elif unit is not None and unit.participation == OUTSIDE:
        wanted["participation"] = PARTICIPATING
    if values.get("extra"):
        wanted["extra"] = {**(unit.extra if unit else {}), **values["extra"]}
    gist = judge.gist_of(row)
    for column, whom in (("supervisor_id", gist.boss), ("town_id", gist.town)):
        reference = settled(whom)
        if reference is not None and not (unit and reference == unit.pk):
            wanted[column] = reference
    return wanted


def renames(row, judge):
    """Whether the row's name becomes the unit's: never where the unit is known by it already."""
    unit = row.unit
    if unit is None:
        return True
    if row.plain == unit.match_name:
        return False
    if unit.participation == OUTSIDE and not unit.uscc:
        return True
    return row.decision != "same" and not judge.registry.knows(unit, row.plain)


def is_finer(unit, category, registry):
    """Whether the registry knows the kind more closely than the list says it."""
    return unit is not None and registry.code_of(unit) in FINER.get(category.code, ())


def settled(reference):
    """A known unit's number; whom it means where that unit is still to be made."""
    if reference is None:
        return None
    kind, whom = reference
    if kind == "row" and whom.unit is not None:
        return whom.unit.pk
    return whom if kind == "unit" else reference


def new_names(row, judge):
    """Names by which the unit was not known: those the list says, and what a person said is the same."""
    own = plain_name(row.wanted.get("name", row.name if row.unit is None else row.unit.name))
    known = set(judge.registry.names_of[row.unit.pk]) if row.unit else set()
    fresh = []
    for name in said_names(row):
        plain = plain_name(name.name)
        # A name that the unit bore before may be the one it bears again.
        if plain and plain not in known and (plain != own or name.to_on):
            fresh.append(name)
            known.add(plain)
    return fresh


def said_names(row):
    """Every name that the row says beside its own."""
    values = row.values
    if values.get("short_name"):
        yield OtherName(values["short_name"])
    if row.decision == "same" and "name" not in row.wanted:
        yield OtherName(row.name)
    for field, is_alias in (("names", True), ("former_names", False)):
        for name, *days in values.get(field) or []:
            yield OtherName(name, is_alias, *(day and date.fromisoformat(day) for day in days))


def new_tags(row, judge):
    """The tags that the unit is to bear, or None where the list does not say otherwise."""
    tags = row.values.get("tags")
    known = judge.registry.tags_of[row.unit.pk] if row.unit else []
    return tags if tags and set(tags) != set(known) else None


def as_read(row, judge):
    """Field → [old, new] in words, for the page and the trail."""
    read = {}
    for column, value in row.wanted.items():
        if column == "staff_count_is_approximate":
            continue
        name = column.removesuffix("_id")
        read[name] = [words(getattr(row.unit, column), column, judge), words(value, column, judge)]
    count = ("staff_count", "staff_count_is_approximate")
    if any(column in row.wanted for column in count):
        new = [row.wanted.get(column, getattr(row.unit, column)) for column in count]
        read["staff_count"] = [about(*(getattr(row.unit, column) for column in count)), about(*new)]
    if row.names:
        read["names"] = ["", "、".join(name.name for name in row.names)]
    if row.tags is not None:
        read["tags"] = ["、".join(judge.registry.tags_of[row.unit.pk]), "、".join(row.tags)]
    return read


def about(number, is_approximate):
    """A headcount as a person writes it."""
    return "" if number is None else f"≈{number}" if is_approximate else str(number)


def words(value, column, judge):
    """A value as a person reads it."""
    if value is None or value == "":
        return ""
    if column in ("supervisor_id", "town_id"):
        return name_of(value, judge)
    if column == "category_id":
        return next(c.name for c in judge.registry.categories.values() if c.pk == value)
    if column == "extra":
        return "；".join(f"{heading}：{text}" for heading, text in value.items())
    return value if isinstance(value, bool) else str(value)


def name_of(reference, judge):
    """The name of a unit by its number, or of the row or body that is to become one."""
    if isinstance(reference, int):
        return judge.registry.units[reference].name
    kind, whom = reference
    return whom.name if kind == "row" else whom
