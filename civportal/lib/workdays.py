"""Working days by the State Council's yearly table: holidays and the weekends worked for them."""

import re
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

    def last_before(self, day):
        """The last working day before that day; raises YearNotLoaded past the tables."""
        day -= ONE_DAY
        while not self.is_worked(day):
            day -= ONE_DAY
        return day

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

    def latest_before(self, count, end):
        """The latest day from which more than `count` working days have passed by `end`."""
        day = end
        while self.passed(day, end) <= count:
            day -= ONE_DAY
        return day


def days_of(span):
    """Every day of "2026-01-01/2026-01-03" or of a single date."""
    first, _, last = span.partition("/")
    first, last = date.fromisoformat(first), date.fromisoformat(last or first)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


# “1月1日（周四）至3日（周六）放假”, “2月15日至23日放假”, “6月19日放假”; brackets may hold anything.
DAY = r"(\d{1,2})月(\d{1,2})日"
REST = re.compile(DAY + r"(?:[至—–-](?:(\d{1,2})月)?(\d{1,2})日)?[^。；;\n]*?放假")
WORKED = re.compile(r"((?:\d{1,2}月)?\d{1,2}日(?:[、和及,，](?:\d{1,2}月)?\d{1,2}日)*)[^。；;\n]*?上班")
BRACKETS = re.compile(r"[（(][^（()）]*[）)]")


def read_notice(text, year):
    """Days off and working weekends as tables hold them, from the words of the yearly notice.

    Gives ([“a/b”], [“a”]), each in order. Raises ValueError for a day that no calendar has.
    """
    plain = re.sub(r"[ \u3000]", "", BRACKETS.sub("", text))
    spans, worked = [], []
    for sentence in re.split(r"[。；;\n]", plain):
        for month, day, until_month, until_day in REST.findall(sentence):
            first = date(year, int(month), int(day))
            last = date(year, int(until_month or month), int(until_day)) if until_day else first
            spans.append(f"{first}/{last}" if last > first else str(first))
        for listed in WORKED.findall(sentence):
            worked += days_listed(listed, year)
    return sorted(spans), sorted(str(day) for day in worked)


def days_listed(text, year):
    """“2月14日、28日” as days; the month is said once."""
    month, days = None, []
    for said, day in re.findall(r"(?:(\d{1,2})月)?(\d{1,2})日", text):
        month = int(said) if said else month
        if month:
            days.append(date(year, month, int(day)))
    return days
