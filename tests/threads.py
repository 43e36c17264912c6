"""Acts that begin at the same moment."""

from threading import Barrier, Thread

from django.db import connection


def at_once(*acts):
    """What became of each act, all begun at the same moment on connections of their own: its answer,
    or the exception."""
    start, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        start.wait()
        try:
            outcomes[number] = act()
        except Exception as problem:
            outcomes[number] = problem
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
