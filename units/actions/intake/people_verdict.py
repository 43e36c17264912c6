"""Judging rows of people: who has an account already, and which roles are new."""

from collections import defaultdict

from civportal.lib.names import plain_name
from units.models import Membership, Role, User
from units.models.person import UNIT_ROLES

from . import judging
from .finding import Finder

ROLES = dict(Role.choices)


class Judge(judging.Judge):
    """Judges each row by the register and by those above it, in a fixed number of queries."""

    def __init__(self, layouts, county, *, locked=False):
        super().__init__()
        self.headings = {layout.sheet: layout.heading_of for layout in layouts}
        self.finder = Finder(county, locked=locked)
        self.read_people(locked)
        # Who stands above in this file: identity → row; and with which roles: (identity, role, unit).
        self.above, self.roles_above = {}, set()
        # (sheet, row) → the account it belongs to: a person, or the row that brings the person.
        self.whose = {}

    def read_people(self, locked):
        people = User.objects.select_for_update(no_key=True) if locked else User.objects
        self.people = {person.pk: person for person in people.people().order_by("pk")}
        self.by_account = {person.username.lower(): person for person in self.people.values()}
        self.by_name = defaultdict(list)
        for person in self.people.values():
            self.by_name[plain_name(person.name)].append(person)
        self.held = defaultdict(set)
        for user, role, unit in Membership.objects.current().values_list("user", "role", "unit"):
            self.held[user].add((role, unit))

    def speak(self, rows):
        for row in rows:
            if row.verdict not in ("skipped", "error"):
                self.decide(row)

    def decide(self, row):
        """Whose row it is, then whether the role is new."""
        if problem := self.place(row):
            return self.end(row, "error", problem, "unit")
        if row.decision == "leave":
            return self.end(row, "skipped", "left out by hand", None)
        person, problem = self.person(row)
        if problem:
            verdict = "suspected" if problem == "same name elsewhere" else "error"
            return self.end(row, verdict, problem, "name" if verdict == "suspected" else "username")
        return self.conclude(row, person)

    def place(self, row):
        """Find the unit for which the role is held; the reason why there is none."""
        text, code = row.values["unit"], row.values["uscc"]
        if row.values["role"] not in UNIT_ROLES:
            if text:
                self.say(row, "remark", "unit not needed", "unit", text)
            return ""
        if not text and not code:
            return "unit missing"
        row.unit, problem = self.finder.find(text, code, row.values["supervisor"])
        return problem or ("" if row.unit else "unit not in the register")

    def person(self, row):
        """(the person or None for a new one, problem): by account, else by name in the same unit."""
        if person := self.by_account.get(row.values["username"]):
            if plain_name(person.name) != row.plain:
                return None, "account of another"
            return (person, "") if person.is_active else (None, "account blocked")
        if row.values["username"]:
            return None, ""
        namesakes = self.by_name.get(row.plain, [])
        place = row.unit and row.unit.pk
        here = [one for one in namesakes if any(unit == place for _role, unit in self.held[one.pk])]
        if len(here) == 1 or (row.decision == "same" and len(namesakes) == 1):
            person = (here or namesakes)[0]
            return (person, "") if person.is_active else (None, "account blocked")
        if namesakes and row.decision != "new" and identity(row) not in self.above:
            self.show(row, namesakes[0])
            return None, "same name elsewhere"
        return None, ""

    def show(self, row, person):
        """What is shown beside the row: the person of the same name."""
        units = self.finder.registry.units
        held = [
            f"{ROLES[role]} {units[unit].name if unit in units else ''}".strip()
            for role, unit in sorted(self.held[person.pk], key=str)
        ]
        row.against = {"name": person.name, "sheet": "", "row": 0, "facts": [person.username, *held]}

    def conclude(self, row, person):
        """New with an account, one more role, or nothing new."""
        who = person.pk if person else identity(row)
        role = (row.values["role"], row.unit and row.unit.pk)
        if (who, *role) in self.roles_above:
            return self.end(row, "duplicate", "same person", "name")
        self.roles_above.add((who, *role))
        if person and role in self.held[person.pk]:
            row.verdict = "same"
            return None
        text = f"{ROLES[role[0]]} {row.unit.name if row.unit else ''}".strip()
        row.changes = {"roles": ["", text]}
        first = None if person else self.above.setdefault(who, row)
        self.whose[row.sheet, row.number] = person or first
        row.verdict = "new" if first is row else "update"
        if first is row and row.values["username"]:
            row.changes = {"account": ["", row.values["username"]], **row.changes}
        return None

    def end(self, row, verdict, reason, name):
        heading = self.headings[row.sheet].get(name) if name else None
        row.end(verdict, reason, heading, row.raw.get(name, "") if name else "")
        row.problems[0]["judged"] = True

    def say(self, row, level, reason, name, value):
        row.say(level, reason, self.headings[row.sheet].get(name), value)
        row.problems[-1]["judged"] = True


def identity(row):
    """By what two rows of one file are the same new person: the account, else name and unit."""
    return row.values["username"] or (row.plain, row.unit and row.unit.pk)
