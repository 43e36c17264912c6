"""Periodic jobs: each once in its slot, whoever asks and however often."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from civportal.lib import clock
from tests.threads import at_once
from units.actions import periodic
from units.actions.periodic import Job, Slot
from units.models import PeriodicRun
from units.views import periodic as visits

# 08:05 in China.
MORNING = datetime(2026, 11, 25, 0, 5, tzinfo=UTC)


@pytest.fixture
def jobs(monkeypatch):
    """No jobs but those a test registers."""
    monkeypatch.setattr(periodic, "JOBS", {})


@pytest.fixture
def counted(jobs):
    """A job of every hour that counts how often it was done."""
    done = []
    periodic.register(Job("count", "count", Slot.HOURLY, lambda: done.append(1) or len(done)))
    return done


def run_at(moment):
    with clock.at(moment):
        return periodic.run_due()


@pytest.mark.parametrize(
    ("slot", "name"),
    [
        (Slot.DAILY, "2026-11-25"),
        (Slot.HOURLY, "2026-11-25 08"),
        (Slot.TEN_MINUTES, "2026-11-25 08:0"),
    ],
)
def test_a_slot_is_named_in_the_time_of_the_county(slot, name):
    assert slot.at(MORNING) == name


def test_a_job_is_done_once_in_its_slot_and_again_in_the_next(db, counted):
    [run] = run_at(MORNING)

    assert run_at(MORNING + timedelta(minutes=50)) == []
    assert (run.outcome, run.slot, run.done_count) == ("done", "2026-11-25 08", 1)
    assert [run.slot for run in run_at(MORNING + timedelta(hours=1))] == ["2026-11-25 09"]
    assert len(counted) == 2


def test_a_daily_job_waits_for_its_hour(db, jobs):
    periodic.register(Job("remind", "remind", Slot.DAILY, lambda: 0, from_hour=9))

    assert run_at(MORNING) == []
    assert len(run_at(MORNING + timedelta(hours=1))) == 1


def test_what_is_done_once_a_day_comes_before_the_letters(db, jobs):
    order = []
    periodic.register(Job("letters", "", Slot.TEN_MINUTES, lambda: order.append("letters")))
    periodic.register(Job("reminders", "", Slot.DAILY, lambda: order.append("reminders")))

    run_at(MORNING)

    assert order == ["reminders", "letters"]


def test_a_job_that_fails_says_why_and_hurts_no_other(db, jobs, counted):
    periodic.register(Job("break", "break", Slot.DAILY, lambda: 1 / 0))

    runs = {run.job: run for run in run_at(MORNING)}

    assert runs["break"].outcome == "failed" and "ZeroDivisionError" in runs["break"].error
    assert runs["break"].ended_at and runs["count"].outcome == "done"
    assert run_at(MORNING + timedelta(minutes=10)) == []
    assert "break" in {run.job for run in run_at(MORNING + timedelta(days=1))}


@pytest.mark.parametrize(("minutes", "is_taken"), [(59, False), (61, True)])
def test_a_run_that_broke_off_is_taken_over_after_an_hour(db, jobs, minutes, is_taken):
    periodic.register(Job("make", "make", Slot.DAILY, lambda: 7))
    PeriodicRun.objects.create(job="make", slot="2026-11-25", began_at=MORNING)

    run_at(MORNING + timedelta(minutes=minutes))

    run = PeriodicRun.objects.get()
    assert (run.outcome, run.done_count) == (("done", 7) if is_taken else ("running", 0))


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broke_off", [False, True])
def test_of_several_at_once_one_does_it(counted, broke_off):
    if broke_off:
        began = clock.now() - timedelta(hours=2)
        PeriodicRun.objects.create(job="count", slot=Slot.HOURLY.at(clock.now()), began_at=began)

    outcomes = at_once(*[periodic.run_due] * 4)

    assert [one for one in outcomes if isinstance(one, Exception)] == []
    assert sorted(map(len, outcomes)) == [0, 0, 0, 1]
    assert len(counted) == PeriodicRun.objects.count() == 1


def test_the_command_tells_what_it_did(db, counted):
    told = StringIO()

    call_command("run_periodic", stdout=told)
    call_command("run_periodic", stdout=told)

    assert told.getvalue().count("count") == 1 and "done 1" in told.getvalue()


def test_the_command_does_one_job_only(db, counted):
    periodic.register(Job("other", "other", Slot.DAILY, lambda: 0))

    call_command("run_periodic", job="other", stdout=StringIO())

    assert counted == [] and PeriodicRun.objects.get().job == "other"


def test_the_command_ends_with_an_error_when_a_job_fails(db, jobs):
    periodic.register(Job("break", "break", Slot.DAILY, lambda: 1 / 0))

    with pytest.raises(CommandError, match="break"):
        call_command("run_periodic", stdout=StringIO())


def test_the_standing_of_a_job_is_its_last_run(db, counted):
    periodic.register(Job("never", "never", Slot.DAILY, lambda: 0, from_hour=24))
    run_at(MORNING)
    run_at(MORNING + timedelta(hours=1))

    with clock.at(MORNING + timedelta(hours=2)):
        standing = {one.job.name: one for one in periodic.standings()}
    with clock.at(MORNING + timedelta(hours=5)):
        later = {one.job.name: one for one in periodic.standings()}

    assert standing["count"].last.slot == "2026-11-25 09" and not standing["count"].is_late
    assert later["count"].is_late
    assert standing["never"].last is None and standing["never"].is_late


def test_runs_of_long_ago_are_forgotten(db, counted):
    run_at(MORNING)

    with clock.at(MORNING + timedelta(days=31)):
        assert periodic.forget() == 1


# where no timer runs


@pytest.fixture
def visit(settings, monkeypatch):
    """A visit to the portal; answers the threads it has started."""
    settings.PERIODIC_LAZY = True
    started = []
    begin = visits.start
    monkeypatch.setattr(visits, "start", lambda: started.append(begin()))
    middleware = visits.PeriodicMiddleware(lambda request: "page")

    def pay():
        assert middleware(RequestFactory().get("/")) == "page"
        for thread in started:
            thread.join(10)
        return started

    return pay


@pytest.mark.django_db(transaction=True)
def test_a_visit_starts_what_is_due_and_the_next_one_nothing(counted, visit):
    visit()

    assert len(visit()) == 1 and counted == [1]


@pytest.mark.django_db(transaction=True)
def test_a_page_comes_even_when_the_jobs_break(counted, visit, monkeypatch):
    monkeypatch.setattr(periodic, "run_due", lambda: 1 / 0)

    assert len(visit()) == 1


def test_a_page_comes_even_when_there_is_no_thread_left(counted, visit, monkeypatch):
    def none_left(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(visits.Thread, "start", none_left)
    monkeypatch.setattr(visits.Thread, "join", lambda self, timeout: None)

    assert visits.start() is None


def test_visits_start_nothing_where_a_timer_does(counted, visit, settings):
    settings.PERIODIC_LAZY = False

    assert visit() == []
