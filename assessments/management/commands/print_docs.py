"""Print docs/permissions.md and docs/workflow.md from the code."""

from django.core.management.base import BaseCommand, CommandError

from assessments.management import documents


class Command(BaseCommand):
    help = "Print docs/permissions.md and docs/workflow.md from the policies and the tables of moves."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only say whether they are up to date")

    def handle(self, *, check, **options):
        old = [page for page, text in documents.pages().items() if text != read(page)]
        if check and old:
            names = ", ".join(page.name for page in old)
            raise CommandError(f"Not up to date: {names}. Run: python3 run.py manage print_docs")
        for page in old:
            page.write_text(documents.pages()[page], encoding="utf-8")
            self.stdout.write(f"printed {page.name}")


def read(page):
    return page.read_text(encoding="utf-8") if page.exists() else ""
