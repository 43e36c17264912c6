"""What a kind of list is: everything that tells units from people, honors or indicators.

One module makes one kind and registers it in its app's `ready()`; the pages, the command and the
administration then know it. The pipeline around it is the same for all: read → clean → map →
verdict → ImportRow → set-based apply → undo.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from civportal.lib.tables import TemplateColumn
from units.models import Category, intake_words
from units.models import intake_kinds as shelf

from .rows import Reader


@dataclass
class Written:
    """What applying made beside the rows: notes for undoing it, and slips to be handed out once."""

    made: object = field(default_factory=list)
    slips: list = field(default_factory=list)


@dataclass(frozen=True)
class Template:
    """An empty list of one kind, to be filled in: what it is called, and its columns."""

    title: str
    columns: tuple[TemplateColumn, ...]


# With what every template begins; a row that says 示例 is skipped.
NUMBERED = TemplateColumn("序号", "示例", "“示例”行不会导入，可删可留", 7)


class UndoRefused(Exception):
    """Something depends on what the import wrote; `blockers` lists (name, what) pairs.

    `what` is a kind of record, or "changed" when the record itself is not as it was left.
    """

    def __init__(self, blockers):
        super().__init__("; ".join(f"{name}: {what}" for name, what in blockers[:10]))
        self.blockers = blockers


class ListKind:
    """One kind of list. A subclass fills in what stands here and nothing else needs to know of it."""

    # What an import remembers of it, and what people read.
    code = ""
    label: Any = ""
    hint: Any = ""
    # Who may import such a list.
    permission = ""
    # The headings it is read by, and of which at least one has to be there to recognize it.
    vocabulary: Any = None
    needs: tuple[str, ...] = ("name",)
    # What makes cleaned rows of a sheet.
    reader: type[Reader] = Reader
    # Whether the name of a row is a unit's, and leads to its page.
    lists_units = False
    # Cells that are kept as they stand in the file, to be shown.
    shown_cells: tuple[str, ...] = ("name",)
    # Field → as people call it; stable word of a problem → sentence.
    labels: dict[str, Any] = {}
    reasons: dict[str, Any] = {}
    # What is counted in headings and buttons.
    written: Any = ngettext_lazy("%(n)s row is written", "%(n)s rows are written", "n")
    would_be_written: Any = ngettext_lazy(
        "%(n)s row would be written; nothing is yet", "%(n)s rows would be written; nothing is yet", "n"
    )
    write: Any = ngettext_lazy("Write %(n)s row", "Write %(n)s rows", "n")
    is_written: Any = ngettext_lazy("%(count)s row is written.", "%(count)s rows are written.", "count")
    nothing_to_write: Any = _("There is nothing to write: everything in the list is known already.")
    column: Any = _("Row of the list")
    name_missing: Any = _("Say which column holds what is listed.")
    undoing: Any = _(
        "What it created is taken back, what it changed is put back. If anything depends on it by now, "
        "nothing is undone and you are told what."
    )

    # reading, judging, writing, taking back

    @property
    def template(self):
        """The empty list: its headings are of the vocabulary, its choices are all understood."""
        raise NotImplementedError

    def reader_of(self, sheet, layout):
        """What cleans the rows of this sheet."""
        return self.reader(sheet, layout)

    def judge(self, layouts, county, *, locked=False):
        """Who gives the rows their verdicts, and what they would change; `locked` while applying."""
        raise NotImplementedError

    def save(self, batch, judge, *, by):
        """Write the rows that the judge chose, per set, and note in their records what was done."""
        raise NotImplementedError

    def take_back(self, batch, *, by):
        """Take everything back that the batch wrote, or raise UndoRefused and change nothing."""
        raise NotImplementedError

    def hold(self):
        """One import at a time: the next one waits here and then sees what this one wrote."""
        list(Category.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))

    # showing

    def label_of(self, name):
        """A field as people call it."""
        return self.labels.get(name, name)

    def shown(self, name, value):
        """A kept value as people read it."""
        return value

    def facts(self, row):
        """The main things the list says in this row, for the eye to check."""
        return [text for text in row.raw.values() if text and text != row.name]

    def beside(self, row):
        """What stands beside a row that may be a double: {over, title, url, facts}."""
        return above_in_list(row)

    def recognizes(self, layout):
        """How surely a sheet is of this kind: the number of headings it knows, or 0."""
        fields = {column.field for column in layout.columns if column.field}
        return len(fields) if fields & set(self.needs) else 0


def above_in_list(row):
    """The row above that this one may double."""
    against = row.against
    over = _("Above in this list: %(sheet)s, row %(number)s") % {
        "sheet": against.get("sheet", ""),
        "number": against.get("row", ""),
    }
    facts = [text for text in against.get("facts", []) if text]
    return {"over": over, "title": against.get("name", ""), "url": "", "facts": facts}


def register(kind):
    """Make a kind known, with the sentences for what can be wrong with its rows."""
    intake_words.REASONS.update(kind.reasons)
    return shelf.register(kind)
