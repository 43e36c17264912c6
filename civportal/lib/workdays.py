"""Working days by the State Council's yearly table: holidays and the weekends worked for them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


class YearNotLoaded(LookupError):
    """A date lies past the last loaded holiday table; nothing is guessed."""

    def __init__(self, year):
        super().__init__(f"no holiday table for {year}")
        self.year = year


@dataclass(frozen=True)
class Workdays:
    """Which days are worked, for the years whose tables are loaded."""

    years: frozenset[int] = field(default_factory=frozenset)
    days_off: frozenset[date] = field(default_factory=frozenset)
    working_weekends: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def from_tables(cls, tables):
        """Read tables of the form {year, days_off: ["a/b" | "a"], working_weekends: ["a"]}."""
        off = {day for table in tables for span in table["days_off"] for day in days_of(span)}
        worked = {date.fromisoformat(day) for table in tables for day in table["working_weekends"]}
        return cls(frozenset(table["year"] for table in tables), frozenset(off), frozenset(worked))

    def is_worked(self, day):
        """Whether the office works on that day; raises YearNotLoaded past the tables."""
        if day.year not in self.years:
            raise YearNotLoaded(day.year)
        if day in self.days_off:
            return False
        return day.weekday() < SATURDAY or day in self.working_weekends

    def after(self, start, count, *, counting_start=False):
        """The last of `count` working days, counted from the next day or from the start itself."""
        day = start if counting_start else start + ONE_DAY
        while True:
            if self.is_worked(day):
                count -= 1
            if count == 0:
                return day
            day += ONE_DAY

    def between(self, start, end):
        """How many working days lie after `start` up to and with `end`; negative when late."""
        if end < start:
            return -self.between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_worked(day) for day in days)

    def passed(self, start, end):
        """Working days from `start` to `end`; calendar days where the tables do not reach."""
        try:
            return self.between(start, end)
        except YearNotLoaded:
            return (end - start).days


def days_of(span):
    """Every day of "2026-01-01/2026-01-03" or of a single date."""
    first, _, last = span.partition("/")
    first, last = date.fromisoformat(first), date.fromisoformat(last or first)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
