"""The server's clock, in one place, so that a story of the past can be told with the real rules."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_told = ContextVar("told_moment", default=None)


def now():
    """The moment at which things happen: the server's, or the one told with `at`."""
    return _told.get() or timezone.now()


def today():
    """The calendar day in China; a deadline "by 31 October" runs until that day has ended there."""
    return timezone.localdate(now())


@contextmanager
def at(moment):
    """Let everything inside happen at that moment: demo data and tests of deadlines."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
