"""Judging rows of honors: whose they are, whether the portal has them already."""

from django.utils.translation import gettext as _

from assessments.models import Award, HonorItem
from civportal.lib.clock import today
from units.actions.intake import judging
from units.actions.intake.finding import Finder

LEVELS = dict(HonorItem.Level.choices)


class Judge(judging.Judge):
    """Judges each row by the register and by those above it, in a fixed number of queries."""

    def __init__(self, layouts, county, *, locked=False):
        super().__init__()
        self.headings = {layout.sheet: layout.heading_of for layout in layouts}
        self.finder = Finder(county, locked=locked)
        self.items = {(item.level, item.name): item for item in HonorItem.objects.select_related("kind")}
        self.known = {}
        for item, unit, year, status in Award.objects.exclude(
            status__in=[Award.Status.DROPPED, Award.Status.REVOKED]
        ).values_list("item", "unit", "year", "status"):
            self.known[unit, item, year] = status
        # What stands above in this file: (unit, honor, year).
        self.seen = set()
        # (sheet, row) → the honors of it that are to be written.
        self.wanted = {}

    def speak(self, rows):
        for row in rows:
            if row.verdict not in ("skipped", "error"):
                self.decide(row)

    def decide(self, row):
        """Find the unit, then sort its honors into new ones and known ones."""
        unit, problem = self.finder.find(row.name, row.values["uscc"], row.values["supervisor"])
        if problem:
            return self.end(row, "error", problem)
        row.unit = unit
        if row.decision == "leave":
            return self.end(row, "skipped", "left out by hand")
        fresh, known, doubled = [], 0, 0
        for said in row.values["honors"]:
            if self.is_future(said):
                return self.end(row, "error", "year in the future", "year")
            if self.is_doubled(row, said):
                doubled += 1
            elif self.is_known(row, said):
                known += 1
            else:
                fresh.append(said)
        return self.conclude(row, fresh, known, doubled)

    def conclude(self, row, fresh, known, doubled):
        if doubled and not fresh and not known:
            return self.end(row, "duplicate", "same honor")
        if not fresh:
            row.verdict = "same"
            return None
        self.wanted[row.sheet, row.number] = fresh
        row.changes = {"honors": ["", "；".join(spelled(said) for said in fresh)]}
        row.verdict = "new"
        if row.unit is None:
            self.say(row, "warning", "unit unknown", row.name)
        for said in fresh:
            self.remark_on(row, said)
        return None

    def remark_on(self, row, said):
        """What is to be looked after once the honor is in."""
        item = self.items.get((said["level"], said["name"]))
        if item is None:
            self.say(row, "warning", "honor not in the catalogue", spelled(said))
        elif said["last"] and said["last"] - said["first"] + 1 not in (1, item.term_years):
            self.say(row, "remark", "term differs", spelled(said))
        if said["first"] is None:
            self.say(row, "remark", "year unknown", spelled(said))

    def is_future(self, said):
        return (said["first"] or 0) > today().year + 1

    def is_doubled(self, row, said):
        """Whether the same honor of the same unit for the same year stands above."""
        whose = row.unit.pk if row.unit else row.plain
        key = (whose, said["level"], said["name"], said["first"])
        if key in self.seen:
            return True
        self.seen.add(key)
        return False

    def is_known(self, row, said):
        """Whether the portal has it, held or as a candidate."""
        item = self.items.get((said["level"], said["name"]))
        status = item and row.unit and self.known.get((row.unit.pk, item.pk, said["first"]))
        if status == Award.Status.PENDING and not said["pending"]:
            self.say(row, "warning", "candidate already", spelled(said))
        return bool(status)

    def end(self, row, verdict, reason, name="name"):
        headings = self.headings[row.sheet]
        # Where no column of its own tells it, the honor does.
        name = name if name in headings else next(one for one in ("honor", "held") if one in headings)
        row.end(verdict, reason, headings[name], row.raw.get(name, ""))
        row.problems[0]["judged"] = True

    def say(self, row, level, reason, value):
        row.say(level, reason, None, value)
        row.problems[-1]["judged"] = True


def spelled(said):
    """An honor as people read it: 省级 文明单位 2019–2021 候选."""
    years = "" if said["first"] is None else str(said["first"])
    if said["last"] and said["last"] != said["first"]:
        years += f"–{said['last']}"
    words = [LEVELS.get(said["level"], ""), said["name"], years or said["edition"], said["document"]]
    words += [_("candidate")] if said["pending"] else []
    return " ".join(str(word) for word in words if word)
