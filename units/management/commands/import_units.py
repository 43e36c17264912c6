"""manage.py import_units FILE --preview|--apply: the page's import of a unit list, from a terminal."""

from units.models.intake_kinds import UNITS

from . import import_list


class Command(import_list.Command):
    help = "Look at a list of units (.xlsx, .xls, .csv), or take it into the register."

    def add_kind(self, parser):
        parser.set_defaults(kind=UNITS)
