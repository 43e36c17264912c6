"""What the portal does by itself: each job once in its slot of time, however many processes ask."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from django.db.models import Max
from django.utils.timezone import localtime

from civportal.lib.clock import now
from units.models import PeriodicRun

logger = logging.getLogger(__name__)

# A run that has not ended by then broke off; whoever asks next takes it over.
STALE = timedelta(hours=1)
# Runs are remembered that long.
KEPT = timedelta(days=30)


class Slot(IntEnum):
    """How often: how much of "2026-11-25 08:10" tells one slot from the next."""

    DAILY = 10
    HOURLY = 13
    TEN_MINUTES = 15

    def at(self, moment):
        """The slot of that moment, China time."""
        return f"{localtime(moment):%Y-%m-%d %H:%M}"[: self.value]

    @property
    def length(self):
        """After how long the next slot begins."""
        return {Slot.DAILY: timedelta(days=1), Slot.HOURLY: timedelta(hours=1)}.get(
            self, timedelta(minutes=10)
        )


@dataclass(frozen=True)
class Job:
    """Something done in every slot of time; `act` answers how much it did."""

    name: str
    label: str
    slot: Slot
    act: Callable[[], int]
    # A daily job waits until that hour, so that nobody is written to at midnight.
    from_hour: int = 0

    def is_due(self, moment):
        return localtime(moment).hour >= self.from_hour


JOBS: dict[str, Job] = {}


def register(job):
    """Let the portal do this by itself; an app says so when it is ready."""
    JOBS[job.name] = job


def run_due(only=None):
    """Do what is due and not done yet in its slot, or only that of one job; the runs.

    What is done once a day comes first, so that letters carry the reminders of the day.
    """
    moment = now()
    jobs = [job for job in JOBS.values() if only in (None, job.name) and job.is_due(moment)]
    done = settled(jobs, moment)
    left = [job for job in sorted(jobs, key=lambda job: job.slot) if job.name not in done]
    runs = [run_once(job, moment) for job in left]
    return [run for run in runs if run]


def settled(jobs, moment):
    """The names of those that somebody did, or is at, in the slot of this moment."""
    slots = {job.slot.at(moment) for job in jobs}
    runs = PeriodicRun.objects.filter(slot__in=slots).exclude(**broken_off(moment))
    found = set(runs.values_list("job", "slot"))
    return {job.name for job in jobs if (job.name, job.slot.at(moment)) in found}


def broken_off(moment):
    """What tells a run that will never end."""
    return {"outcome": PeriodicRun.Outcome.RUNNING, "began_at__lt": moment - STALE}


def run_once(job, moment):
    """Do one job if the slot is ours; the run, or None when somebody else has it.

    A job that fails is recorded with the reason and does not hurt the others; its next slot tries again.
    """
    run = claim(job, moment)
    if run is None:
        return None
    try:
        run.done_count = job.act() or 0
        run.outcome = PeriodicRun.Outcome.DONE
    except Exception as problem:
        logger.exception("The job %s failed", job.name)
        run.outcome = PeriodicRun.Outcome.FAILED
        run.error = f"{type(problem).__name__}: {problem}"[:300]
    run.ended_at = now()
    run.save()
    return run


def claim(job, moment):
    """The run of the slot, for the one who comes first or takes over what broke off; None for all others."""
    run, is_fresh = PeriodicRun.objects.get_or_create(
        job=job.name, slot=job.slot.at(moment), defaults={"began_at": moment}
    )
    if is_fresh:
        return run
    left = PeriodicRun.objects.filter(pk=run.pk, **broken_off(moment))
    return run if left.update(began_at=moment) else None


@dataclass(frozen=True)
class Standing:
    """How a job stands: its last run, and whether it is late."""

    job: Job
    last: PeriodicRun | None
    is_late: bool


def standings():
    """Every job with its last run, for the page that shows the portal's health."""
    last = PeriodicRun.objects.order_by().values("job").annotate(last=Max("pk")).values("last")
    newest = {run.job: run for run in PeriodicRun.objects.filter(pk__in=last)}
    return [Standing(job, newest.get(job.name), is_late(job, newest.get(job.name))) for job in JOBS.values()]


def is_late(job, last):
    """Whether two slots have gone by without it."""
    return last is None or now() - last.began_at > 2 * job.slot.length + STALE


def forget():
    """Drop the runs of long ago; how many."""
    count, _by_model = PeriodicRun.objects.filter(began_at__lt=now() - KEPT).delete()
    return count
