"""manage.py import_list FILE --kind honors --preview|--apply: the page's import, from a terminal."""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from civportal.lib.tables import TableRefused
from civportal.lib.web import allow
from units.actions import intake
from units.actions.intake import report
from units.models import User
from units.models.intake_kinds import all_kinds, kind_of


class Command(BaseCommand):
    help = "Look at a list (.xlsx, .xls, .csv) of units, people or another kind, or take it in."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the list")
        self.add_kind(parser)
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--preview", action="store_true", help="say what every row would do; write nothing")
        act.add_argument("--apply", action="store_true", help="write the rows that are new or changed")
        parser.add_argument("--strict", action="store_true", help="write all rows or none")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--by", metavar="ACCOUNT", help="in whose name; the system's when left out")

    def add_kind(self, parser):
        codes = [kind.code for kind in all_kinds()]
        parser.add_argument("--kind", choices=codes, help="what is listed; the headings tell when left out")

    def handle(self, *, file, kind, apply, strict, by, **options):
        content = self.content(file)
        kinds = [kind] if kind else [known.code for known in all_kinds()]
        try:
            seen = (
                self.applied(content, file.name, strict, self.person(by, kinds), kinds)
                if apply
                else self.seen(content, file.name, kinds)
            )
        except (TableRefused, intake.ImportRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        found = report.of(*seen)
        self.stdout.write(
            json.dumps(found, ensure_ascii=False, indent=1) if options["json"] else spelled(found)
        )

    def content(self, file):
        try:
            intake.check_upload(file.stat().st_size)
            return file.read_bytes()
        except OSError as error:
            raise CommandError(_("The file cannot be opened: %(file)s") % {"file": file}) from error
        except TableRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def person(self, account, kinds):
        """The person named, who must be allowed to import all of these; else the system itself."""
        if not account:
            return User.objects.system()
        person = User.objects.filter(username=account, is_active=True).first()
        if person is None:
            raise CommandError(_("There is no account of this name: %(account)s") % {"account": account})
        try:
            for code in kinds:
                allow(person, kind_of(code).permission)
        except PermissionDenied as error:
            raise CommandError(_("This account may not import units.")) from error
        return person

    def seen(self, content, name, kinds):
        look = intake.look(content, name, kinds=kinds)
        return look.rows, look.layouts

    def applied(self, content, name, strict, by, kinds):
        batch = intake.take_in(content, name, by=by, strict=strict, kinds=kinds)
        for slip in batch.slips:
            # To whoever stands at the terminal, and nowhere else.
            self.stderr.write(f"{slip.person.username}\t{slip.person.name}\t{slip.password}")
        return batch.rows.all(), intake.layouts_of(batch)


def spelled(found):
    """The report for a person: the counts, then one line for each thing to look at."""
    lines = [f"{name}: {found[name]}" for name in ("new", "update", "same")]
    for name, places in found.items():
        if isinstance(places, list):
            lines.append(f"{name}: {len(places)}")
            lines += [spelled_line(place) for place in places]
    return "\n".join(lines)


def spelled_line(place):
    row = f" {place['row']}" if place["row"] else ""
    where = f"  {place['sheet']}{row}"
    what = " · ".join(str(place[part]) for part in ("name", "column", "value", "reason") if place[part])
    return f"{where}: {what}"
