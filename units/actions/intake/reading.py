"""What readers of lists other than the unit list have in common."""

import re

from . import cells
from .rows import ROOM, Reader, Row


class ListReader(Reader):
    """Finds the rows as the unit list's reader does; a subclass says what the cells of one mean."""

    nameless = "no name"
    room: int = ROOM["name"]

    def new_row(self, number, texts):
        """A row with its name, its cells as they stand, and what no field stands for."""
        row = Row(self.layout.sheet, number)
        raw = self.filled(row, number, texts)
        row.raw = {name: raw.get(name, "") for name in self.by_field}
        if "private" in row.raw and not cells.is_nothing(row.raw.pop("private")):
            row.say("remark", "ID number dropped", self.heading("private"), "")
        row.name = row.values["name"] = cells.name(row.raw.get("name", ""))[0]
        if not re.search(r"[^\W\d_]", row.name):
            self.refuse(row, self.nameless, "name")
        elif len(row.name) > self.room:
            self.refuse(row, "too long", "name")
        self.keep_further(row, texts)
        return row

    def refuse(self, row, reason, name):
        """The row cannot be taken in, because of what stands in that field."""
        row.verdict = "error"
        row.say("error", reason, self.heading(name) if name in self.by_field else None, row.raw.get(name, ""))

    def plain(self, row, name):
        """The text of a field; what says "nothing" is empty."""
        return cells.plain_text(row.raw.get(name, ""))[0]
