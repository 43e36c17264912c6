"""The demo county's calibration: what two reviewers gave the same ten records, and what they agreed on."""

from decimal import Decimal
from itertools import cycle

from assessments.actions import calibration, calibration_sample
from civportal.lib.money import half_up

from .texts import AGREED_LINES, TALK_NOTES

SIZE = 10
# Rui is the severe one; so many hundredths of full marks, in the order of the sample.
GIVEN = {"rui": (50, 75, 75, 100, 50), "ou": (75, 100, 75, 100, 75)}


class Calibrating:
    """A round that is over, so that whoever looks finds something to compare."""

    def __init__(self, story, day):
        self.story = story
        self.day = day
        self.people = {name: story.people[name] for name in GIVEN}

    def tell(self):
        ou = self.people["ou"]
        with self.story.at(self.day, 15):
            found = calibration_sample.prepare(
                self.story.cycle, size=SIZE, reviewers=self.people.values(), seed=self.day.year, by=ou
            )
            found = calibration.open_round(found, by=ou)
            for name, person in self.people.items():
                self.mark(found, person, GIVEN[name])
        with self.story.at(self.day, 17):
            found = calibration.close(found, by=ou)
            for item, line in zip(found.items.all(), AGREED_LINES, strict=False):
                calibration.agree(item, line, by=ou)

    def mark(self, found, person, hundredths):
        """Every record of the sample, and a word for the talk beside the first ones."""
        notes = [*TALK_NOTES, *[""] * SIZE]
        left = list(calibration.left(found, person).for_marking())
        for item, share, note in zip(left, cycle(hundredths), notes, strict=False):
            points = half_up(item.indicator.maximum * Decimal(share) / 100)
            calibration.give(item, points, note=note, by=person)
        calibration.finish(found, by=person)
