"""The field surveys of the demo county: two closed ones, and one that is being done."""

import random
from datetime import date, timedelta

from assessments.actions import field_survey as surveys
from assessments.actions import gaps, weak_units
from assessments.models.field_survey import QUESTIONS, Found

# (title, day, how many, by which number)
HELD = [("五月底调研", (5, 29), 8, 5029), ("八月底调研", (8, 28), 8, 8028)]
NOTES = {
    Found.YES: "台账齐全，工作人员说得清年度重点。",
    Found.UNUSABLE: "规划装订成册，但科室无人知晓内容。",
    Found.NO: "现场未见相关材料，已提醒一周内补齐。",
}


class Surveys:
    """Tells of them; a chance of its own, so that the year stays as it is told."""

    def __init__(self, story, year):
        self.story, self.year = story, year
        self.chance = random.Random(year)  # noqa: S311 – a story, no secret

    def tell(self):
        for title, day, size, seed in HELD:
            day = date(self.year, *day)
            if day < self.story.today:
                survey = self.hold(title, day, size, seed)
                with self.story.at(day, 17):
                    surveys.close(survey, by=self.story.people["ou"])
        self.hold("年末抽查调研", self.story.today - timedelta(days=1), 6, 1100, left=3)

    def hold(self, title, day, size, seed, left=0):
        """A survey of that day; the last `left` units nobody has looked at yet."""
        with self.story.at(day, 9):
            numbers, how = surveys.draw(weak_units.takers(self.story.cycle), size=size, seed=seed)
            said = {"title": title, "held_on": day, "surveyors": "芮安、欧阳明"}
            survey = surveys.begin(
                self.story.cycle, **said, units=numbers, how=how, by=self.story.people["rui"]
            )
        rows = survey.rows.select_related("survey__cycle", "unit")
        marked = {row.pk: row for row in surveys.with_marks(survey, rows)}
        for row in list(marked.values())[: size - left]:
            with self.story.at(day, 10 + row.number % 6):
                surveys.record(row, self.found(row), by=self.story.people["rui"])
        return survey

    def found(self, row):
        """Mostly what the portal says; now and then the papers are of no use, or were there all along."""
        said = {f"{name}_found": self.answer(getattr(row, f"{name}_mark")) for name in QUESTIONS}
        return said | {"note": NOTES[max(said.values(), key=list(Found).index)]}

    def answer(self, mark):
        usual = Found.YES if mark in surveys.SAID_THERE else Found.NO
        if mark == gaps.Mark.NOT_ASKED:
            return Found.YES
        return self.chance.choices([usual, Found.UNUSABLE, Found.YES], weights=[8, 1, 1])[0]
