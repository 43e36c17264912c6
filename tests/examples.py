"""How much made-up input the tests try: little each time, much when it is asked for.

pytest tests/lib/tables --hypothesis-profile long
"""

from hypothesis import HealthCheck, settings

LONG = 10_000


def register():
    """Make the profile known that tries much, and tells how to try again what failed.

    A busy machine is no fault of the program: no profile looks at the clock.
    """
    patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    settings.register_profile("long", max_examples=LONG, print_blob=True, **patient)
    settings.register_profile("usual", settings(), **patient)
    settings.load_profile("usual")


def at_least(count):
    """The number of examples of a test that names it: so many, or those of the long profile."""
    return max(count, LONG if settings().max_examples == LONG else 0)
