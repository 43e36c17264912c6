"""So often and not more often, each for itself."""

from django.core.cache import cache

from civportal.lib.throttle import is_too_often


def times(who, count, **more):
    return [is_too_often("ask", who, **{"limit": 3, "seconds": 60, **more}) for _ in range(count)]


def test_what_goes_beyond_the_limit_is_too_often():
    assert times("10.0.0.1", 5) == [False, False, False, True, True]


def test_one_address_does_not_use_up_another_ones_share():
    times("10.0.0.1", 5)

    assert times("10.0.0.2", 1) == [False]


def test_who_cannot_be_named_is_counted_together():
    assert times(None, 4)[-1] is True


def test_a_new_span_begins_when_the_old_one_is_forgotten():
    times("10.0.0.1", 5)

    cache.clear()

    assert times("10.0.0.1", 1) == [False]


def test_a_count_that_runs_out_in_between_begins_anew(monkeypatch):
    def lost(_key):
        raise ValueError

    monkeypatch.setattr(cache, "incr", lost)

    assert times("10.0.0.1", 2) == [False, False]
