"""The server's clock, in one place, so that a story of the past can be told with the real rules."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time, timedelta

from django.utils import timezone

_told = ContextVar("told_moment", default=None)


def now():
    """The moment at which things happen: the server's, or the one told with `at`."""
    return _told.get() or timezone.now()


def today():
    """The calendar day in China; a deadline "by 31 October" runs until that day has ended there."""
    return timezone.localdate(now())


def years_ago(years):
    """This moment so many years before; of 29 February, the 28th where that year has none."""
    moment = timezone.localtime(now())
    try:
        return moment.replace(year=moment.year - years)
    except ValueError:
        return moment.replace(year=moment.year - years, day=28)


def end_of(day):
    """The first moment after the day in China: what is due "by" the day must come before it."""
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    return timezone.make_aware(midnight)


@contextmanager
def at(moment):
    """Let everything inside happen at that moment: demo data and tests of deadlines."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
