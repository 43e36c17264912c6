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


def after_all(function, number):
    """The function, answering only when so many have their answers: all have looked, none has written on.
    For controls, so that the race which a lock prevents is run every time, not now and then."""
    looked = Barrier(number, timeout=20)

    def answer(*args, **kwargs):
        found = function(*args, **kwargs)
        looked.wait()
        return found

    return answer


def side_by_side(*lanes):
    """Lanes of acts, each lane on a connection of its own; the first of all lanes begin at the same
    moment, then the second, and so on. Answers a tuple of answers for each moment."""
    start = Barrier(len(lanes))
    answers = [[None] * len(lane) for lane in lanes]

    def run(number, lane):
        try:
            for at, act in enumerate(lane):
                start.wait(30)
                answers[number][at] = act()
        except Exception as problem:
            answers[number][-1] = problem
            start.abort()
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(lanes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(zip(*answers, strict=True))
