"""What the demo county's units have on record: windows, organization of the work, responsibility letters."""

import random
from datetime import date, timedelta

from django.core.files.base import ContentFile

from units.actions import letter as letters
from units.actions import organization, window
from units.actions import unit as units
from units.models import Organization, Unit

from . import papers
from .texts import FAMILY_NAMES, GIVEN_NAMES, WINDOWS

# How many of the units have written their organization down, and have signed the year's letter.
ORGANIZED, SIGNED = 0.85, 0.8
SCANS = 12


class Registry:
    """Tells the register's part of the story; a chance of its own, so that the year stays as it is told."""

    def __init__(self, story, year):
        self.story = story
        self.year = year
        self.chance = random.Random(year)  # noqa: S311 – a story, no secret
        self.units = {unit.pk: unit for unit in Unit.objects.select_related("supervisor")}

    def tell(self):
        self.leaders()
        self.windows()
        for number, (unit, liaison) in enumerate(self.story.liaisons):
            unit = self.units[unit.pk]
            if self.chance.random() < ORGANIZED:
                self.organize(unit, liaison, with_scan=number < SCANS)
            if self.chance.random() < SIGNED:
                self.sign(unit, with_scan=number < SCANS)

    def name(self):
        return self.chance.choice(FAMILY_NAMES) + self.chance.choice(GIVEN_NAMES)

    def leaders(self):
        """The list names none; every unit that takes part gets a top leader and a leader in charge."""
        with self.story.at(date(self.year, 1, 16), 10):
            for unit in [unit for unit in self.units.values() if letters.signs(unit)]:
                named = {"top_leader": self.name(), "leader_in_charge": self.name()}
                self.units[unit.pk] = units.edit(unit, named, by=self.story.people["rui"])

    def windows(self):
        """A few units that serve the public, each with its windows."""
        with self.story.at(date(self.year, 1, 20), 10):
            for part, found in WINDOWS.items():
                unit = self.unit_named(part)
                for number, (values, duties) in enumerate(found, start=1):
                    staff = [
                        {"badge_number": f"{number}{place:02d}", "duty": duty, "name": self.name()}
                        for place, duty in enumerate(duties, start=1)
                    ]
                    values = {**values, "staff_count": len(staff) + 1, "sort_order": number}
                    window.add(unit, values, staff, by=self.liaison_of(unit))

    def unit_named(self, part):
        found = (unit for unit in self.units.values() if part in unit.name and letters.signs(unit))
        return next(found)

    def liaison_of(self, unit):
        return next(liaison for place, liaison in self.story.liaisons if place.pk == unit.pk)

    def organize(self, unit, liaison, *, with_scan):
        day = date(self.year, 1, 20) + timedelta(days=self.chance.randint(0, 20))
        number = f"{self.short(unit)}〔{self.year}〕{self.chance.randint(1, 9)}号"
        paper = {"title": "关于调整创建工作领导小组的通知", "number": number, "dated_on": day}
        if with_scan:
            paper["file"] = self.scan()
        values = {
            "group_head": unit.top_leader,
            "group_deputies": unit.leader_in_charge,
            "group_members": "\n".join(self.name() for _ in range(self.chance.randint(3, 6))),
            "office_name": "办公室",
            "office_contact": unit.contact,
            "office_tel": unit.tel[:60],
            "other_leaders": f"{self.name()}：志愿服务和结对共建\n{self.name()}：窗口服务和环境整治",
            "first_person_responsibility": True,
            **dict.fromkeys((*Organization.JOINT, *Organization.TOGETHER), True),
            "joint_youth": self.chance.random() < 0.7,
            "in_party_goals": self.chance.random() < 0.8,
        }
        with self.story.at(day, 15):
            organization.edit(unit, values, by=liaison, new_papers={"group_paper": paper})

    def short(self, unit):
        """How a unit's documents are headed: 云 and the first letters of its name."""
        return f"云{unit.name.removeprefix('云泽县').removeprefix('县')[:2]}发"

    def sign(self, unit, *, with_scan):
        day = date(self.year, 2, 1) + timedelta(days=self.chance.randint(0, 25))
        upper = letters.usual_upper(unit)
        with self.story.at(day, 16):
            letters.sign(
                unit, year=self.year, upper=self.units[upper.pk] if upper else None, signed_on=day,
                upper_signatory=self.units[upper.pk].top_leader if upper else self.story.people["ou"].name,
                lower_signatory=unit.top_leader, file=self.scan() if with_scan else None,
                by=self.story.people["rui"],
            )  # fmt: skip

    def scan(self):
        return ContentFile(papers.scan(self.chance.randint(1, 9)), name="扫描件.pdf")
