"""The rhythm of a year: whether a unit was quiet until the month in which honors are applied for."""

from collections.abc import Sequence

# Applications are due by 31 October, so that is when those wake up who only want the award.
RUSH_MONTH = 10
# Fewer records than this show no rhythm at all.
LEAST_RECORDS = 3
# Quiet: at most one month in three had a record before.
QUIET_SHARE = 3


def is_rushed(counts: Sequence[int], month: int = RUSH_MONTH) -> bool:
    """Whether work shows up just for the award, by the records first handed in per month, January first.

    So it is when there are at least three records, at least half of all came in the month itself,
    and at most a third of the months before it had any.
    """
    before, within, total = counts[: month - 1], counts[month - 1], sum(counts)
    active = sum(1 for count in before if count)
    return total >= LEAST_RECORDS and within * 2 >= total and active * QUIET_SHARE <= len(before)
