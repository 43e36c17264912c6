"""Do what is due: called every ten minutes by cron or a systemd timer (docs/operations.md)."""

from django.core.management.base import BaseCommand, CommandError

from units.actions import periodic


class Command(BaseCommand):
    help = "Do the periodic jobs that are due; what was done in its slot of time is not done again."

    def add_arguments(self, parser):
        parser.add_argument("--job", choices=sorted(periodic.JOBS), help="only this one")

    def handle(self, *, job, **options):
        runs = periodic.run_due(job)
        for run in runs:
            self.stdout.write(f"{run} {run.outcome} {run.done_count} {run.error}".rstrip())
        failed = [run.job for run in runs if run.outcome == run.Outcome.FAILED]
        if failed:
            raise CommandError(f"failed: {', '.join(failed)}")
