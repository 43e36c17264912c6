"""Where no timer calls the periodic jobs, visits do."""

import logging
from threading import Lock, Thread
from time import monotonic

from django.conf import settings
from django.db import connection

from units.actions import periodic

logger = logging.getLogger(__name__)

SECONDS = 600


class PeriodicMiddleware:
    """After an answer, at most every ten minutes in each process, start whatever is due.

    It runs in a thread of its own, so that no visitor waits for it and no page breaks with it.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.lock, self.last = Lock(), None

    def __call__(self, request):
        response = self.get_response(request)
        if settings.PERIODIC_LAZY and self.is_time():
            start()
        return response

    def is_time(self):
        """Whether this visit is the one that starts it."""
        with self.lock:
            if self.last is not None and monotonic() - self.last < SECONDS:
                return False
            self.last = monotonic()
            return True


def start():
    """Begin beside the visitor; the thread, or None where none can be had."""
    try:
        thread = Thread(target=run, name="periodic", daemon=True)
        thread.start()
    except RuntimeError:
        logger.exception("The periodic jobs could not be started")
        return None
    return thread


def run():
    """Do what is due, and give the connection back."""
    try:
        periodic.run_due()
    except Exception:
        logger.exception("The periodic jobs broke off")
    finally:
        connection.close()
