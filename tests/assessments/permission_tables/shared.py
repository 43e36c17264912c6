"""What several tables say."""

from datetime import UTC, datetime

from assessments.models import LedgerEntry
from tests.matrix import ABOVE, DIRECTORS, OWN, READERS

MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
IMPARTIAL_DIRECTOR = {"director"}
HEADS = DIRECTORS | {"administrator"}
WHO_READ = READERS | OWN | ABOVE
# A department judges what stands below it, never itself.
BELOW_THEM = {"supervisor above", "director above"}


def fixed(record):
    return lambda user: record


def known_entry(reviews=(), **fields):
    """A record whose decisions are read already, as every page has them."""
    entry = LedgerEntry(pk=1, **fields)
    entry._prefetched_objects_cache = {"reviews": list(reviews)}
    return entry
