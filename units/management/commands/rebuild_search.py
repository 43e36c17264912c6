"""The search index made anew, or compared with what it should be."""

from django.core.management.base import BaseCommand, CommandError

from units.actions import finding


class Command(BaseCommand):
    help = "Make the search index anew from the records; with --check only say whether it is right."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; fail when it is not right")

    def handle(self, *, check, **options):
        if not check:
            self.stdout.write(f"{finding.rebuild()} records can be found.")
            return
        differing = finding.stale()
        if differing:
            model, number = differing[0]
            raise CommandError(
                f"{len(differing)} entries differ, the first of {model.__name__} {number}; "
                "run rebuild_search."
            )
        self.stdout.write("The search index is right.")
