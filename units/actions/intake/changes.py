"""What a row would write: into a new unit everything it says, into a known one what differs."""

from civportal.lib.names import plain_name
from units.models import Unit

from . import cells

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
    """Set the row's `wanted` (column → value), its new `aliases`, and its `changes` as people read them."""
    unit = row.unit
    row.wanted = {
        column: value
        for column, value in said(row, judge).items()
        if unit is None or differs(getattr(unit, column), value, column)
    }
    row.aliases = new_aliases(row, judge)
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
    if values.get("has_window") is not None:
        wanted["has_window"] = values["has_window"]
    category = judge.registry.categories.get(values.get("category"))
    if category and not is_finer(unit, category, judge.registry):
        wanted["category_id"] = category.pk
    if values.get("participation"):
        wanted["participation"] = values["participation"]
    elif unit is not None and unit.participation == OUTSIDE:
        wanted["participation"] = PARTICIPATING
    if values.get("extra"):
        wanted["extra"] = {**(unit.extra if unit else {}), **values["extra"]}
    for column, whom in (("supervisor_id", judge.boss), ("town_id", judge.town)):
        reference = settled(whom[row.sheet, row.number])
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


def new_aliases(row, judge):
    """Names by which the unit was not known: the short name, and what a person said is the same."""
    names = [row.values.get("short_name") or ""]
    if row.decision == "same" and "name" not in row.wanted:
        names.append(row.name)
    own = plain_name(row.wanted.get("name", row.name if row.unit is None else row.unit.name))
    known = judge.registry.names_of[row.unit.pk] if row.unit else set()
    fresh = {plain_name(name): name for name in names if name}
    return [name for plain, name in fresh.items() if plain and plain != own and plain not in known]


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
    if row.aliases:
        read["names"] = ["", "、".join(row.aliases)]
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
