"""What becomes of the demo county's plans after the first answer: corrected, divided up, looked back at."""

import random
from datetime import date, timedelta

from assessments.actions import plan as plans
from assessments.models import Plan, PlanItem

from .texts import CAST_UNITS, ITEM_REASONS, LOOK_BACKS, PLAN_ITEMS

# How many units' plans come back for one item, and how many units write schemes of the quarters.
CORRECTED, DIVIDED = 0.12, 0.5
# When a quarter's scheme comes in; the first one with the annual plan.
SCHEMES = {1: (3, 2), 2: (4, 8), 3: (7, 9), 4: (10, 9)}


def item_of(year, line, county_goals):
    """One line of the texts as `plan.edit` takes an item."""
    what, carrier, measure, proof, due, purpose = line
    own = purpose if isinstance(purpose, str) else ""
    return {
        "what": what, "carrier": carrier, "owner": "办公室主任", "overseer": "分管领导",
        "due_on": date(year, *due), "measure": measure, "proof": proof,
        "goal": None if own else county_goals[purpose], "serves": own,
    }  # fmt: skip


class Planning:
    """Tells the plans' part of the story; a chance of its own, so that the year stays as it is told."""

    def __init__(self, story, year):
        self.story = story
        self.year = year
        self.chance = random.Random(year)  # noqa: S311 – a story, no secret

    def tell(self):
        for unit, liaison in self.story.liaisons:
            self.correct(unit, liaison)
            is_cast = liaison.username in CAST_UNITS
            if is_cast or self.chance.random() < DIVIDED:
                self.divide(unit, liaison, with_months=is_cast)

    def correct(self, unit, liaison):
        """A plan that waits is returned for one item, and comes back corrected three days later."""
        waiting = Plan.objects.awaiting_review().filter(cycle=self.story.cycle, unit=unit).first()
        if waiting is None or self.chance.random() > CORRECTED * 4:
            return
        item = self.chance.choice(list(waiting.items.all()))
        answered = max(waiting.submitted_at.date() + timedelta(days=3), date(self.year, 3, 2))
        if answered + timedelta(days=3) > self.story.today:
            return
        with self.story.at(answered, 10):
            returned = {item.pk: self.chance.choice(ITEM_REASONS)}
            plan = plans.decide(waiting, reasons=returned, by=self.story.people["rui"])
        with self.story.at(answered + timedelta(days=3), 16):
            items = [{"pk": it.pk} for it in plan.items.all()]
            items = [
                it | ({"measure": f"{item.measure}，每次不少于20人"} if it["pk"] == item.pk else {})
                for it in items
            ]
            plan = plans.edit(plan, seen=plan.version, goals=plan.goals, items=items, by=liaison)
            plans.submit(plan, by=liaison)

    def divide(self, unit, liaison, *, with_months):
        """Schemes of the quarters, the months of some units, and a look-back in August."""
        for quarter, (month, day) in SCHEMES.items():
            if quarter == 4:
                self.look_back(unit, liaison)
            self.scheme(unit, liaison, quarter, date(self.year, month, day))
        for month in range(3, 13) if with_months else ():
            self.arrange(unit, liaison, month, date(self.year, month, self.chance.randint(1, 5)))

    def scheme(self, unit, liaison, quarter, day):
        """A scheme of two or three items, accepted two days later."""
        if day > self.story.today:
            return
        with self.story.at(day, self.chance.randint(8, 17)):
            plan = plans.begin(self.story.cycle, unit, kind=Plan.Kind.QUARTERLY, period=quarter, by=liaison)
            due = (3 * quarter, 25)
            lines = [(*line[:4], due, line[5]) for line in self.chance.sample(PLAN_ITEMS, 2)]
            items = [item_of(self.year, line, self.story.county_goals) for line in lines]
            kept = [{"pk": it.pk, "due_on": date(self.year, *due)} for it in plan.items.all()]
            goals = "按年度规划推进，重点事项逐项落实到人。"
            plan = plans.edit(plan, seen=plan.version, goals=goals, items=[*kept, *items], by=liaison)
            plan = plans.submit(plan, by=liaison)
        if day + timedelta(days=2) <= self.story.today:
            with self.story.at(day + timedelta(days=2), 15):
                plans.accept(plan, by=self.story.people["rui"])

    def arrange(self, unit, liaison, month, day):
        """A few lines for the month, taken over and filed."""
        if day > self.story.today:
            return
        with self.story.at(day, 9):
            plan = plans.begin(self.story.cycle, unit, kind=Plan.Kind.MONTHLY, period=month, by=liaison)
            items = [{"pk": item.pk} for item in plan.items.all()]
            items += [] if items else [{"what": "道德讲堂", "owner": "办公室主任"}]
            plan = plans.edit(plan, seen=plan.version, goals="", items=items, by=liaison)
            plans.submit(plan, by=liaison)

    def look_back(self, unit, liaison):
        """What the unit found in August, where its plan of the year is accepted."""
        day = date(self.year, 8, self.chance.randint(5, 28))
        plan = Plan.objects.annual().filter(cycle=self.story.cycle, unit=unit, status="accepted").first()
        if plan is None or day > self.story.today:
            return
        outcome = PlanItem.Outcome
        with self.story.at(day, 15):
            said = {
                item.pk: (self.chance.choice([outcome.DONE, outcome.DONE, outcome.UNDER_WAY]), "")
                for item in plan.items.all()
            }
            plans.look_back(plan, found=self.chance.choice(LOOK_BACKS), outcomes=said, by=liaison)
