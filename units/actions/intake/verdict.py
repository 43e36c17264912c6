"""Judging rows against each other and against the registry, in a fixed number of queries.

Duplicate: the same code, or the same cleaned name under the same supervisor, earlier in the file.
Suspected: an alias, a full and a short name, or the same contact and phone; never likeness of names
alone. Whatever is not in the file (a blank cell, a missing column) says nothing and erases nothing.
"""

from collections import defaultdict

from civportal.lib.names import clean_name, local_name, plain_name
from units.models import Category, Office, Unit, UnitName
from units.models.unit import NO_TOWN, TOWN_ENDINGS, tags_by_unit

from . import changes
from .rows import says_own_town

# What is found where several units bear the name.
AMBIGUOUS = ("ambiguous", None)


class Registry:
    """The units as they are now, with every way of finding one."""

    def __init__(self, counties=(), *, locked=False):
        units = Unit.objects.select_for_update(no_key=True) if locked else Unit.objects
        # Units that have ended are no match for a row; their names find their successors.
        self.units = {unit.pk: unit for unit in units.existing().order_by("pk")}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.category_codes = {category.pk: code for code, category in self.categories.items()}
        self.counties = [plain_name(county) for county in dict.fromkeys([Office.current().county, *counties])]
        self.by_code, self.by_name, self.by_alias = {}, defaultdict(list), defaultdict(list)
        self.by_local, self.by_contact, self.names_of = defaultdict(list), defaultdict(list), defaultdict(set)
        for unit in self.units.values():
            self.add(unit)
        self.by_settled = defaultdict(list)
        names = UnitName.objects.exclude(unit__participation=Unit.Participation.ENDED)
        for unit_id, match_name, is_settled in names.values_list("unit_id", "match_name", "is_settled"):
            self.by_alias[match_name].append(self.units[unit_id])
            if is_settled:
                self.by_settled[match_name].append(self.units[unit_id])
            self.names_of[unit_id].add(match_name)
        self.tags_of = defaultdict(list, tags_by_unit(self.units))

    def add(self, unit):
        if unit.uscc:
            self.by_code[unit.uscc] = unit
        self.by_name[unit.match_name].append(unit)
        self.by_local[self.local(unit.match_name)].append(unit)
        if unit.contact and unit.mobile:
            self.by_contact[plain_name(unit.contact), unit.mobile].append(unit)

    def local(self, plain):
        return local_name(plain, self.counties)

    def towns(self):
        return [unit for unit in self.units.values() if self.code_of(unit) == "town"]

    def code_of(self, unit):
        return self.category_codes.get(unit.category_id, "")

    def knows(self, unit, plain):
        return plain == unit.match_name or plain in self.names_of[unit.pk]


class Judge:
    """One pass over one file."""

    def __init__(self, rows, registry, headings):
        self.registry = registry
        self.headings = headings
        self.rows = [row for row in rows if row.verdict not in ("skipped", "error")]
        self.by_name, self.by_local, self.by_code = defaultdict(list), defaultdict(list), {}
        self.by_alias, self.by_contact = defaultdict(list), defaultdict(list)
        self.unit_rows = {}
        self.boss, self.town = {}, {}
        self.position = {key(row): place for place, row in enumerate(self.rows)}
        for row in self.rows:
            self.by_name[row.plain].append(row)
            self.by_local[registry.local(row.plain)].append(row)
        self.town_rows = [row for row in self.rows if is_town(row)]
        self.registry_towns = registry.towns()

    def run(self):
        for row in self.rows:
            self.place(row)
        for row in self.rows:
            self.decide(row)
        self.break_circles()
        for row in self.rows:
            self.compare(row)

    # whom it belongs to

    def place(self, row):
        """Resolve the supervisor and the town; each is ("unit", pk), ("row", row), ("body", name) or None."""
        text = row.values.get("supervisor") or ""
        if says_own_town(text):
            self.boss[key(row)] = self.town[key(row)] = self.own_town(row)
            if self.boss[key(row)] is None:
                self.remark(row, "town not found", "supervisor", text)
        else:
            self.boss[key(row)] = self.body(row, text)
            self.town[key(row)] = self.named_town(row)

    def own_town(self, row):
        """The town with whose name the unit's name begins; the longest one wins."""
        units = [("unit", unit.pk, unit.match_name) for unit in self.registry_towns]
        rows = [("row", town, town.plain) for town in self.town_rows]
        fitting = [
            (len(plain), kind == "unit", (kind, what))
            for kind, what, plain in units + rows
            if row.plain.startswith(plain) and row.plain != plain
        ]
        return max(fitting, key=lambda fit: fit[:2])[2] if fitting else None

    def named_town(self, row):
        """The town that the town column names, if it is known; else the one the name begins with, if any."""
        text = row.values.get("town") or ""
        if not text or says_own_town(text):
            return self.own_town(row)
        if text == NO_TOWN:
            return None
        found = self.find(plain_name(clean_name(text)))
        if found in (None, AMBIGUOUS):
            self.remark(row, "town not found", "town", text)
            return None
        return found

    def body(self, row, text):
        """The unit behind the text in the supervisor's column, or an outside body to be made."""
        name = clean_name(text)
        plain = plain_name(name)
        if not plain:
            return None
        found = self.find(plain)
        if found == ("row", row) or found == AMBIGUOUS or plain == row.plain:
            reason = "supervisor ambiguous" if found == AMBIGUOUS else "supervises itself"
            self.remark(row, reason, "supervisor", text)
            return None
        return found or ("body", name)

    def find(self, plain):
        """The one unit or row of that name: by its name, another name, or its name without the county."""
        local = self.registry.local(plain)
        for units, rows in (
            (self.registry.by_name.get(plain), self.by_name.get(plain)),
            (self.registry.by_alias.get(plain), None),
            (self.registry.by_local.get(local), self.by_local.get(local)),
        ):
            if units:
                return ("unit", units[0].pk) if len(units) == 1 else AMBIGUOUS
            if rows:
                return ("row", rows[0])
        return None

    # which unit it is

    def decide(self, row):
        """Is it a unit we know, a row we have had, perhaps one of these, or new?"""
        code = row.values.get("uscc") or ""
        unit = self.registry.by_code.get(code) if code else None
        if code and code in self.by_code:
            return self.duplicate(row, self.by_code[code], "same code", "uscc")
        namesake = self.namesake_unit(row)
        if unit and namesake and unit != namesake:
            return self.error(row, "code of another unit", "uscc", against=unit)
        unit = unit or namesake
        if unit is None:
            earlier = self.namesake_row(row)
            if earlier:
                return self.duplicate(row, earlier, "same name", "name")
            unit = self.suspect(row)
            if row.verdict:
                return None
        if unit is not None and unit.pk in self.unit_rows:
            same_code = bool(code) and unit.uscc == code
            reason, field = ("same code", "uscc") if same_code else ("same name", "name")
            return self.duplicate(row, self.unit_rows[unit.pk], reason, field)
        if unit is not None:
            self.unit_rows[unit.pk] = row
            row.unit = unit
        return self.remember(row)

    def namesake_unit(self, row):
        """The unit of that name under the same supervisor; without a supervisor in the list, the only one."""
        units = self.registry.by_name.get(row.plain, [])
        boss = self.boss[key(row)]
        if boss is None and len(units) == 1:
            return units[0]
        wanted = boss[1] if boss and boss[0] == "unit" else None
        exact = [unit for unit in units if unit.supervisor_id == wanted and (wanted or boss is None)]
        if exact:
            return exact[0]
        if not units and (settled := self.settled_unit(row, wanted)):
            return settled
        # A body that was made from a mere mention has no supervisor and no code: the list now tells.
        units = units or self.registry.by_local.get(self.registry.local(row.plain), [])
        mentioned = [unit for unit in units if was_mentioned(unit)]
        return mentioned[0] if len(mentioned) == 1 else None

    def settled_unit(self, row, wanted):
        """The unit of which a person said before that it bears this name too; nothing speaks against it."""
        units = self.registry.by_settled.get(row.plain, [])
        if len(units) != 1 or differ(row.values.get("uscc"), units[0].uscc):
            return None
        return None if differ(wanted, units[0].supervisor_id) else units[0]

    def namesake_row(self, row):
        """The earlier row with the same name under the same supervisor."""
        boss, place = self.boss_key(row), self.position[key(row)]
        twins = (
            other
            for other in self.by_name[row.plain]
            if self.position[key(other)] < place
            and other.verdict != "duplicate"
            and self.boss_key(other) == boss
        )
        return next(twins, None)

    def boss_key(self, row):
        """The supervisor in a form in which two spellings of one body are equal."""
        boss = self.boss[key(row)]
        if boss is None or boss[0] == "unit":
            return boss
        return ("row", key(boss[1])) if boss[0] == "row" else ("body", plain_name(boss[1]))

    def remember(self, row):
        """Later rows are compared with this one."""
        if row.values.get("uscc"):
            self.by_code[row.values["uscc"]] = row
        for plain in other_names(row):
            self.by_alias[plain].append(row)
        if who := contact_of(row):
            self.by_contact[who].append(row)

    # which unit it may be

    def suspect(self, row):
        """The unit a person said it is; otherwise the verdict "suspected" where there is reason to ask."""
        found = next(self.suspicions(row), None)
        if not found or row.decision == "new":
            return None
        reason, unit, earlier = found
        row.against = {"reason": reason, "unit": unit and unit.pk, "sheet": "", "row": 0, "name": ""}
        if earlier:
            row.against |= shown(earlier)
        if row.decision == "same" and unit:
            return unit
        if row.decision == "same":
            return self.duplicate(row, earlier, "decided same", "name")
        return self.end(row, "suspected", reason, "name")

    def suspicions(self, row):
        """(reason, unit, None) or (reason, None, earlier row), the surest first."""
        code = row.values.get("uscc")
        for reason, units, rows in self.likenesses(row):
            for unit in units:
                if not differ(code, unit.uscc):
                    yield reason, unit, None
            for earlier in rows:
                if self.is_before(earlier, row) and not differ(code, earlier.values.get("uscc")):
                    yield reason, None, earlier

    def likenesses(self, row):
        """Every way of being perhaps the same: reason, units, other rows."""
        registry, plain = self.registry, row.plain
        local, who = registry.local(plain), contact_of(row)
        yield "alias", registry.by_alias.get(plain, []), self.by_alias.get(plain, [])
        for other in other_names(row):
            known = registry.by_name.get(other, []) + registry.by_alias.get(other, [])
            yield "alias", known, self.by_name.get(other, [])
        yield "supervisor unknown", self.unsupervised(row), self.unsupervised_rows(row)
        full_units = [unit for unit in registry.by_local.get(local, []) if unit.match_name != plain]
        full_rows = [other for other in self.by_local.get(local, []) if other.plain != plain]
        yield "full and short name", full_units, full_rows
        if who:
            yield "same contact and phone", registry.by_contact.get(who, []), self.by_contact.get(who, [])

    def unsupervised(self, row):
        """Namesakes of which one side does not say whom it belongs to."""
        units = self.registry.by_name.get(row.plain, [])
        return [unit for unit in units if self.boss[key(row)] is None or unit.supervisor_id is None]

    def unsupervised_rows(self, row):
        boss = self.boss[key(row)]
        return [
            other for other in self.by_name[row.plain] if (boss is None) != (self.boss[key(other)] is None)
        ]

    def is_before(self, earlier, row):
        """Whether the other row was read before this one and stands for a unit."""
        is_earlier = self.position[key(earlier)] < self.position[key(row)]
        return is_earlier and earlier.verdict not in ("duplicate", "suspected")

    # what would change

    def break_circles(self):
        """Where rows supervise each other in a ring, the first of them says so and stands alone."""
        for row in self.rows:
            seen, step = {key(row)}, self.boss[key(row)]
            while step and step[0] == "row" and key(step[1]) not in seen:
                seen.add(key(step[1]))
                step = self.boss[key(step[1])]
            if step and step[0] == "row" and key(step[1]) == key(row):
                self.boss[key(row)] = None
                self.remark(row, "supervises itself", "supervisor", row.values.get("supervisor"))

    def compare(self, row):
        """New, update or same; and the warning that a code is missing where one was to be given."""
        if row.verdict:
            return
        if "uscc" in row.values and not row.values["uscc"] and not (row.unit and row.unit.uscc):
            self.say(row, "warning", "no code", "uscc", row.raw.get("uscc", ""))
        if row.decision == "leave":
            row.end("skipped", "left out by hand")
            row.problems[0]["judged"] = True
            return
        if row.unit is None:
            changes.work_out(row, self)
            row.verdict = "new"
            return
        changes.work_out(row, self)
        if row.unit.uscc and "uscc" in row.wanted:
            self.say(row, "warning", "code differs", "uscc", row.raw.get("uscc", ""))
        row.verdict = "update" if row.changes else "same"

    # saying it

    def duplicate(self, row, earlier, reason, field):
        row.against = {"reason": reason, "unit": None} | shown(earlier)
        row.problems = [problem for problem in row.problems if problem["level"] not in ("warning", "remark")]
        return self.end(row, "duplicate", reason, field)

    def error(self, row, reason, field, against=None):
        row.against = {"reason": reason, "unit": against and against.pk, "sheet": "", "row": 0, "name": ""}
        return self.end(row, "error", reason, field)

    def end(self, row, verdict, reason, field):
        row.end(verdict, reason, self.heading(row, field), row.raw.get(field, ""))
        row.problems[0]["judged"] = True

    def remark(self, row, reason, field, value):
        self.say(row, "remark", reason, field, value)

    def say(self, row, level, reason, field, value):
        row.say(level, reason, self.heading(row, field), value)
        row.problems[-1]["judged"] = True

    def heading(self, row, field):
        return self.headings[row.sheet].get(field, "")


def key(row):
    return row.sheet, row.number


def shown(row):
    """What is kept of the row that another one may double, to be shown beside it."""
    kept = {name: row.values.get(name) or "" for name in ("uscc", "supervisor", "contact", "mobile")}
    return {"sheet": row.sheet, "row": row.number, "name": row.name, **kept}


def other_names(row):
    """The plain names, other than its own, by which the list says the row's unit is or was known."""
    names = [row.values.get("short_name") or ""]
    names += [name for field in ("names", "former_names") for name, *_days in row.values.get(field) or []]
    plain_names = dict.fromkeys(plain_name(name) for name in names)
    return [plain for plain in plain_names if plain and plain != row.plain]


def is_town(row):
    """Whether the row is a town that villages below may be named after."""
    category = row.values.get("category")
    return category == "town" or (not category and row.plain.endswith(TOWN_ENDINGS))


def was_mentioned(unit):
    """Whether the unit exists only because a list named it as a supervisor."""
    return unit.participation == Unit.Participation.OUTSIDE and not unit.uscc


def contact_of(row):
    """The contact and phone by which two rows may be one unit, or None."""
    contact, mobile = row.values.get("contact"), row.values.get("mobile")
    return (plain_name(contact), mobile) if contact and mobile else None


def differ(one, other):
    """Two known codes that differ prove two units."""
    return bool(one and other and one != other)
