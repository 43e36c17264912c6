"""Whom a row of any list means: the unit behind a name, a code and perhaps a supervisor."""

from civportal.lib.codes import clean_code
from civportal.lib.names import clean_name, plain_name

from .verdict import NEEDED, READ_AT_ONCE, Registry


class Register(Registry):
    """The units as records, to which others may point."""

    def read(self, rows):
        for unit in rows.only(*NEEDED).iterator(chunk_size=READ_AT_ONCE):
            yield unit, unit.contact, unit.mobile


class Finder:
    """The register, read once, asked for one unit after the other."""

    def __init__(self, county="", *, locked=False):
        self.registry = Register([county] if county else [], locked=locked)

    def find(self, text, code="", supervisor=""):
        """(unit or None, problem): "unit ambiguous" where several bear the name.

        By its code, its name, another name (former names and those a person said are the same
        included), or its name without the county.
        """
        code = clean_code(code)
        if code in self.registry.by_code:
            return self.registry.by_code[code], ""
        plain = plain_name(clean_name(text))
        for units in self.known_as(plain):
            if found := self.settled(units, supervisor):
                return found
        return None, ""

    def known_as(self, plain):
        """Units of that name, the surest way of knowing them first."""
        registry = self.registry
        yield registry.by_name.get(plain)
        yield registry.by_alias.get(plain)
        yield registry.by_local.get(registry.local(plain))

    def settled(self, units, supervisor):
        """The only one, or the one under that supervisor; None when there is none of that name."""
        distinct = list({unit.pk: unit for unit in units}.values())
        if len(distinct) > 1 and supervisor:
            above, _problem = self.find(supervisor)
            distinct = [unit for unit in distinct if above and unit.supervisor_id == above.pk] or distinct
        if len(distinct) == 1:
            return distinct[0], ""
        return (None, "unit ambiguous") if distinct else None
