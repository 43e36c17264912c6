"""Not too often: how many times something may happen within a time, counted in the cache."""

from django.core.cache import cache


def is_too_often(what, who, *, limit, seconds):
    """Count one more time, and say whether it is beyond the limit of the present span.

    A span begins with the first time and lasts `seconds`; what nobody can be named for is counted
    together. The cache may forget earlier, so this holds up a flood and proves nothing.
    """
    key = f"throttle:{what}:{who or ''}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > limit
    except ValueError:
        # It ran out between the two.
        cache.set(key, 1, seconds)
        return limit < 1
