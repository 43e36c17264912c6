"""Judging rows against each other and against the registry, in a fixed number of queries.

Duplicate: the same code, or the same cleaned name under the same supervisor, earlier in the file.
Suspected: an alias, a full and a short name, or the same contact and phone; never likeness of names
alone. Whatever is not in the file (a blank cell, a missing column) says nothing and erases nothing.
"""

from collections import defaultdict

from civportal.lib.names import clean_name, local_name, plain_name
from units.models import Category, Office, Unit, UnitName
from units.models.unit import NO_TOWN, TOWN_ENDINGS, tags_by_unit

from . import changes, judging
from .rows import says_own_town

# What is found where several units bear the name.
AMBIGUOUS = ("ambiguous", None)
# What finding a unit needs to know of it; the first ones are kept for each.
KEPT = ("pk", "name", "match_name", "uscc", "supervisor_id", "category_id", "participation")
NEEDED = (*KEPT, "contact", "mobile")
READ_AT_ONCE = 2000


class Known:
    """What is kept in memory of each unit of the register: there may be 100,000 of them."""

    __slots__ = KEPT

    def __init__(self, *values):
        for name, value in zip(KEPT, values, strict=True):
            setattr(self, name, value)
        # Two equal texts are kept once.
        self.match_name = self.name if self.match_name == self.name else self.match_name


class Registry:
    """The units as they are now, with every way of finding one."""

    def __init__(self, counties=(), *, locked=False):
        self.categories = {category.code: category for category in Category.objects.all()}
        self.category_codes = {category.pk: code for code, category in self.categories.items()}
        self.counties = [plain_name(county) for county in dict.fromkeys([Office.current().county, *counties])]
        self.by_code, self.by_name, self.by_alias = {}, Index(), Index()
        self.by_local, self.by_contact, self.by_settled = Index(), Index(), Index()
        self.units = {}
        rows = Unit.objects.select_for_update(no_key=True) if locked else Unit.objects
        # Units that have ended are no match for a row; their names find their successors.
        for unit, contact, mobile in self.read(rows.existing().order_by("pk")):
            self.add(unit, contact, mobile)
        self.read_names()
        self.closer, self.names_of, self.tags_of = {}, {}, {}

    def read(self, rows):
        """Each unit with its contact and mobile number."""
        kinds = {kind: str(kind) for kind in Unit.Participation.values}
        for *kept, contact, mobile in rows.values_list(*NEEDED).iterator(chunk_size=READ_AT_ONCE):
            kept[-1] = kinds[kept[-1]]
            yield Known(*kept), contact, mobile

    def add(self, unit, contact, mobile):
        self.units[unit.pk] = unit
        if unit.uscc:
            self.by_code[unit.uscc] = unit
        self.by_name.put(unit.match_name, unit)
        self.by_local.put(self.local(unit.match_name), unit)
        if contact and mobile:
            self.by_contact.put(who_in(contact, mobile), unit)

    def read_names(self):
        names = UnitName.objects.exclude(unit__participation=Unit.Participation.ENDED)
        rows = names.values_list("unit_id", "match_name", "is_settled")
        for number, match_name, is_settled in rows.iterator(chunk_size=READ_AT_ONCE):
            self.by_alias.put(match_name, self.units[number])
            if is_settled:
                self.by_settled.put(match_name, self.units[number])

    def look_closer(self, numbers):
        """Know everything of these units, their names and tags, and of no others."""
        self.closer = dict(whole_units(numbers))
        self.names_of, self.tags_of = defaultdict(set), defaultdict(list, tags_by_unit(numbers))
        for number, name in UnitName.objects.filter(unit__in=numbers).values_list("unit_id", "match_name"):
            self.names_of[number].add(name)

    def local(self, plain):
        return local_name(plain, self.counties)

    def towns(self):
        return [unit for unit in self.units.values() if self.code_of(unit) == "town"]

    def code_of(self, unit):
        return self.category_codes.get(unit.category_id, "")

    def knows(self, unit, plain):
        """Whether the unit, one of those looked at closer, is known by that name."""
        return plain == unit.match_name or plain in self.names_of[unit.pk]


def whole_units(numbers):
    """(number, unit) of the units with these numbers."""
    return ((unit.pk, unit) for unit in Unit.objects.filter(pk__in=numbers))


class Index:
    """Text → everything that bears it; mostly that is one thing, for which no list is kept."""

    def __init__(self):
        self.first, self.several = {}, {}

    def put(self, text, thing):
        first = self.first.setdefault(text, thing)
        if first is not thing:
            self.several.setdefault(text, [first]).append(thing)

    def get(self, text):
        """All things of that text, in the order in which they came."""
        first = self.first.get(text)
        return () if first is None else self.several.get(text) or (first,)


class Gist:
    """What judging needs of a row while all others are judged: of a long list, no more is in memory."""

    __slots__ = (
        "against",
        "boss",
        "code",
        "contact",
        "decision",
        "is_town",
        "made",
        "mobile",
        "name",
        "notes",
        "number",
        "order",
        "others",
        "pk",
        "place",
        "plain",
        "sheet",
        "supervisor",
        "town",
        "town_text",
        "unit",
        "verdict",
    )

    def __init__(self, row, place):
        said = row.values
        self.sheet, self.number, self.pk, self.place = row.sheet, row.number, row.pk, place
        self.name, self.plain, self.decision = row.name, row.plain, row.decision
        self.plain = self.name if self.plain == self.name else self.plain
        self.code = said.get("uscc") or ""
        self.supervisor, self.town_text = said.get("supervisor") or "", said.get("town") or ""
        self.contact, self.mobile = said.get("contact") or "", said.get("mobile") or ""
        self.others, self.is_town = other_names(row), is_town(row)
        # Set while judging: as in `Row`, but the unit is the register's short form of it; what is to
        # be said of the row; whom it belongs to.
        self.verdict, self.unit, self.against, self.notes = "", None, None, ()
        self.boss = self.town = None
        # Set while writing: the place in the office's order, and the number of the unit that was made.
        self.order = self.made = None


class Judge(judging.Judge):
    """Judges one list of units: all rows by their gist, then the changes part by part."""

    def __init__(self, registry, headings):
        super().__init__()
        self.registry = registry
        self.headings = headings
        self.gists = []
        # Sheet → row → gist.
        self.by_place = defaultdict(dict)
        self.by_name, self.by_local, self.by_code = Index(), Index(), {}
        self.by_alias, self.by_contact = Index(), Index()
        self.unit_rows = {}
        self.found, self.words = {}, {}

    def hear(self, rows):
        for row in rows:
            if row.verdict not in ("skipped", "error"):
                self.add(Gist(row, len(self.gists)))

    def add(self, gist):
        # What the register says too, and the few words that stand in thousands of rows, are kept once.
        if known := self.registry.by_name.get(gist.plain):
            gist.plain = known[0].match_name
            gist.name = gist.plain if gist.name == gist.plain else gist.name
        if known := self.registry.by_code.get(gist.code):
            gist.code = known.uscc
        gist.supervisor, gist.town_text, gist.sheet = map(
            self.once, (gist.supervisor, gist.town_text, gist.sheet)
        )
        self.gists.append(gist)
        self.by_place[gist.sheet][gist.number] = gist
        self.by_name.put(gist.plain, gist)
        self.by_local.put(self.registry.local(gist.plain), gist)

    def once(self, text):
        return self.words.setdefault(text, text)

    def settle(self):
        self.towns = self.known_towns()
        for gist in self.gists:
            self.place(gist)
        for gist in self.gists:
            self.decide(gist)
        self.break_circles()
        self.leave_lower_towns()

    def speak(self, rows):
        pairs = [(row, gist) for row in rows if (gist := self.gist_of(row))]
        self.registry.look_closer([gist.unit.pk for _row, gist in pairs if gist.unit])
        for row, gist in pairs:
            self.hand_over(row, gist)
            self.compare(row)

    def gist_of(self, row):
        return self.by_place[row.sheet].get(row.number)

    def hand_over(self, row, gist):
        """The row learns what was found out by its gist."""
        row.decision, row.unit = gist.decision, gist.unit and self.registry.closer[gist.unit.pk]
        for level, reason, field, value in gist.notes:
            self.tell(row, level, reason, field, value)
        row.against = shown_against(gist.against) if gist.against else {}

    def choose(self, rows, records):
        """The verdicts of these rows are final; what they say is read again when they are written."""
        for row in rows:
            if gist := self.gist_of(row):
                gist.verdict = row.verdict

    # whom it belongs to

    def known_towns(self):
        """Plain name of each town → the unit, else the row of the list."""
        towns = {}
        for unit in self.registry.towns():
            towns.setdefault(unit.match_name, ("unit", unit.pk))
        for gist in self.gists:
            if gist.is_town:
                towns.setdefault(gist.plain, ("row", gist))
        return towns

    def place(self, row):
        """Resolve supervisor and town; each is ("unit", pk), ("row", gist), ("body", name) or None."""
        if says_own_town(row.supervisor):
            row.boss = row.town = self.own_town(row)
            if row.boss is None:
                self.remark(row, "town not found", "supervisor", row.supervisor)
        else:
            row.boss = self.body(row)
            row.town = self.named_town(row)

    def own_town(self, row):
        """The town with whose name the unit's name begins; the longest one wins."""
        beginnings = (row.plain[:end] for end in range(len(row.plain) - 1, 0, -1)) if self.towns else ()
        return next((self.towns[plain] for plain in beginnings if plain in self.towns), None)

    def named_town(self, row):
        """The town that the town column names, if it is known; else the one the name begins with, if any."""
        if not row.town_text or says_own_town(row.town_text):
            return self.own_town(row)
        if row.town_text == NO_TOWN:
            return None
        _plain, found, _body = self.meant(row.town_text)
        if found in (None, AMBIGUOUS):
            self.remark(row, "town not found", "town", row.town_text)
            return None
        return found

    def body(self, row):
        """The unit behind the text in the supervisor's column, or an outside body to be made."""
        plain, found, body = self.meant(row.supervisor)
        if not plain:
            return None
        if found == ("row", row) or found == AMBIGUOUS or plain == row.plain:
            reason = "supervisor ambiguous" if found == AMBIGUOUS else "supervises itself"
            self.remark(row, reason, "supervisor", row.supervisor)
            return None
        return found or body

    def meant(self, text):
        """(plain name, who is found by it, the body to be made otherwise); asked once for each text."""
        if text not in self.found:
            name = clean_name(text)
            plain = plain_name(name)
            self.found[text] = (plain, self.find(plain), ("body", name))
        return self.found[text]

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
        code = row.code
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
        units = self.registry.by_name.get(row.plain)
        boss = row.boss
        if boss is None and len(units) == 1:
            return units[0]
        wanted = boss[1] if boss and boss[0] == "unit" else None
        exact = [unit for unit in units if unit.supervisor_id == wanted and (wanted or boss is None)]
        if exact:
            return exact[0]
        if not units and (settled := self.settled_unit(row, wanted)):
            return settled
        # A body that was made from a mere mention has no supervisor and no code: the list now tells.
        units = units or self.registry.by_local.get(self.registry.local(row.plain))
        mentioned = [unit for unit in units if was_mentioned(unit)]
        return mentioned[0] if len(mentioned) == 1 else None

    def settled_unit(self, row, wanted):
        """The unit of which a person said before that it bears this name too; nothing speaks against it."""
        units = self.registry.by_settled.get(row.plain)
        if len(units) != 1 or differ(row.code, units[0].uscc):
            return None
        return None if differ(wanted, units[0].supervisor_id) else units[0]

    def namesake_row(self, row):
        """The earlier row with the same name under the same supervisor."""
        boss = boss_key(row)
        twins = (
            other
            for other in self.by_name.get(row.plain)
            if other.place < row.place and other.verdict != "duplicate" and boss_key(other) == boss
        )
        return next(twins, None)

    def remember(self, row):
        """Later rows are compared with this one."""
        if row.code:
            self.by_code[row.code] = row
        for plain in row.others:
            self.by_alias.put(plain, row)
        if who := who_in(row.contact, row.mobile):
            self.by_contact.put(who, row)

    # which unit it may be

    def suspect(self, row):
        """The unit a person said it is; otherwise the verdict "suspected" where there is reason to ask."""
        found = next(self.suspicions(row), None)
        if not found or row.decision == "new":
            return None
        reason, unit, earlier = found
        row.against = (reason, unit, earlier)
        if row.decision == "same" and unit:
            return unit
        if row.decision == "same":
            return self.duplicate(row, earlier, "decided same", "name")
        return self.end(row, "suspected", reason, "name")

    def suspicions(self, row):
        """(reason, unit, None) or (reason, None, earlier row), the surest first."""
        for reason, units, rows in self.likenesses(row):
            for unit in units:
                if not differ(row.code, unit.uscc):
                    yield reason, unit, None
            for earlier in rows:
                if is_before(earlier, row) and not differ(row.code, earlier.code):
                    yield reason, None, earlier

    def likenesses(self, row):
        """Every way of being perhaps the same: reason, units, other rows."""
        registry, plain, who = self.registry, row.plain, who_in(row.contact, row.mobile)
        local = registry.local(plain)
        yield "alias", registry.by_alias.get(plain), self.by_alias.get(plain)
        for other in row.others:
            known = [*registry.by_name.get(other), *registry.by_alias.get(other)]
            yield "alias", known, self.by_name.get(other)
        yield "supervisor unknown", self.unsupervised(row), self.unsupervised_rows(row)
        full_units = [unit for unit in registry.by_local.get(local) if unit.match_name != plain]
        full_rows = [other for other in self.by_local.get(local) if other.plain != plain]
        yield "full and short name", full_units, full_rows
        if who:
            yield "same contact and phone", registry.by_contact.get(who), self.by_contact.get(who)

    def unsupervised(self, row):
        """Namesakes of which one side does not say whom it belongs to."""
        units = self.registry.by_name.get(row.plain)
        return [unit for unit in units if row.boss is None or unit.supervisor_id is None]

    def unsupervised_rows(self, row):
        namesakes = self.by_name.get(row.plain)
        return [other for other in namesakes if (row.boss is None) != (other.boss is None)]

    # what would change

    def break_circles(self):
        """Where rows supervise each other in a ring, the first of them says so and stands alone."""
        # Rows above which the supervisors come to an end.
        ending = set()
        for row in self.gists:
            seen, above = {row}, row_meant(row.boss)
            while above and above not in seen and above not in ending:
                seen.add(above)
                above = row_meant(above.boss)
            if above is row:
                row.boss = None
                self.remark(row, "supervises itself", "supervisor", row.supervisor)
            if above not in seen or above is row:
                ending |= seen

    def leave_lower_towns(self):
        """A town that hangs below the row itself, through whomever, is none for it."""
        for row in self.gists:
            town = row_meant(row.town)
            if town is None or not may_be_new(row):
                continue
            if town is row:
                row.town = None
            elif row in all_above(town):
                row.town = None
                self.remark(row, "town not found", "town", row.town_text)

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
        row.against = (reason, None, earlier)
        return self.end(row, "duplicate", reason, field)

    def error(self, row, reason, field, against=None):
        row.against = (reason, against, None)
        return self.end(row, "error", reason, field)

    def end(self, row, verdict, reason, field):
        row.verdict = verdict
        row.notes += ((verdict, reason, field, None),)

    def remark(self, row, reason, field, value):
        row.notes += (("remark", reason, field, value),)

    def tell(self, row, level, reason, field, value):
        """Say of the row what was noted of its gist; of a double there is nothing else to say."""
        if level == "remark":
            return self.say(row, level, reason, field, value)
        if level == "duplicate":
            row.problems = [said for said in row.problems if said["level"] not in ("warning", "remark")]
        row.end(level, reason, self.heading(row, field), row.raw.get(field, ""))
        row.problems[0]["judged"] = True
        return None

    def say(self, row, level, reason, field, value):
        row.say(level, reason, self.heading(row, field), value)
        row.problems[-1]["judged"] = True

    def heading(self, row, field):
        return self.headings[row.sheet].get(field, "")


def shown_against(against):
    """What is kept of the unit or the row that another row may double, to be shown beside it."""
    reason, unit, row = against
    kept = {"reason": reason, "unit": unit and unit.pk, "sheet": "", "row": 0, "name": ""}
    if row is None:
        return kept
    place = {"sheet": row.sheet, "row": row.number, "name": row.name}
    return (
        kept
        | place
        | {
            "uscc": row.code,
            "supervisor": row.supervisor,
            "contact": row.contact,
            "mobile": row.mobile,
        }
    )


def boss_key(row):
    """The supervisor in a form in which two spellings of one body are equal."""
    if row.boss and row.boss[0] == "body":
        return ("body", plain_name(row.boss[1]))
    return row.boss


def is_before(earlier, row):
    """Whether the other row was read before this one and stands for a unit."""
    return earlier.place < row.place and earlier.verdict not in ("duplicate", "suspected")


def all_above(row):
    """Every row of the list that has to be written before this one, and it."""
    seen, left = set(), [row]
    while left:
        one = left.pop()
        seen.add(one)
        left += [other for other in rows_above(one) if other not in seen]
    return seen


def rows_above(row):
    """The rows that it names as its supervisor and its town, as far as they may be new units."""
    return [above for above in map(row_meant, (row.boss, row.town)) if above and may_be_new(above)]


def may_be_new(row):
    return row.unit is None and row.verdict in ("", "new")


def row_meant(reference):
    """The row of the list that is meant, or None where it is a unit, a body, or nobody."""
    return reference[1] if reference and reference[0] == "row" else None


def other_names(row):
    """The plain names, other than its own, by which the list says the row's unit is or was known."""
    names = [row.values.get("short_name") or ""]
    names += [name for field in ("names", "former_names") for name, *_days in row.values.get(field) or []]
    plain_names = dict.fromkeys(plain_name(name) for name in names if name)
    return tuple(plain for plain in plain_names if plain and plain != row.plain)


def is_town(row):
    """Whether the row is a town that villages below may be named after."""
    category = row.values.get("category")
    return category == "town" or (not category and row.plain.endswith(TOWN_ENDINGS))


def was_mentioned(unit):
    """Whether the unit exists only because a list named it as a supervisor."""
    return unit.participation == Unit.Participation.OUTSIDE and not unit.uscc


def who_in(contact, mobile):
    """The contact and phone by which two rows may be one unit, in one text, or ""."""
    return f"{plain_name(contact)}\n{mobile}" if contact and mobile else ""


def differ(one, other):
    """Two known codes that differ prove two units."""
    return bool(one and other and one != other)
