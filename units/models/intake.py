"""Lists that came in as spreadsheets: the file, its rows, and what was decided on each."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from . import intake_words as words
from .intake_kinds import UNITS, kind_of
from .state import Stateful


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Imports are the office's own business."""
        return self if user.is_office else self.none()

    def for_listing(self):
        """Everything the list of imports shows, in one query."""
        return self.select_related("by")


class ImportBatch(Stateful):
    """One file, looked at, then applied, discarded or undone as a whole."""

    class Status(models.TextChoices):
        READING = "reading", _("being read")
        PREVIEWED = "previewed", _("previewed")
        APPLIED = "applied", _("applied")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    MOVES = {
        "preview": ({Status.READING}, Status.PREVIEWED),
        # A long list is then read in parts again; a short one at once, and stays where it is.
        "rearrange": ({Status.PREVIEWED}, Status.READING),
        "apply": ({Status.PREVIEWED}, Status.APPLIED),
        "discard": ({Status.READING, Status.PREVIEWED}, Status.DISCARDED),
        "undo": ({Status.APPLIED}, Status.UNDONE),
    }
    VERBS = {
        "begin": _("file taken in"),
        "preview": _("file read and judged"),
        "rearrange": _("columns assigned"),
        "decide": _("row decided"),
        "apply": _("import applied"),
        "discard": _("import discarded"),
        "undo": _("import undone"),
    }
    TONES = {"reading": "info", "previewed": "info", "applied": "good", "undone": "warn"}

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PREVIEWED)
    # What is listed; see `intake_kinds`.
    kind = models.CharField(_("kind of list"), max_length=20, default=UNITS)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=now)
    strict = models.BooleanField(_("all or nothing"), default=False)
    # As the title of the list names it; 云泽县教育局 and 县教育局 are then one name.
    county = models.CharField(_("county"), max_length=40, blank=True)
    # One item per sheet: its state, its heading rows and what its columns mean.
    layout = models.JSONField(_("layout"), default=list)
    # verdict → number of rows
    tally = models.JSONField(_("tally"), default=dict)
    # What had to be made besides the rows (outside bodies, catalogue items), so that undoing can remove it.
    made = models.JSONField(_("made besides"), default=list)
    # A long file is read in parts: the rows it has, the rows read so far, and where to go on.
    total = models.PositiveIntegerField(_("rows in the file"), default=0)
    done = models.PositiveIntegerField(_("rows read"), default=0)
    mark = models.JSONField(_("bookmark"), default=dict)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("units:import", args=[self.pk])

    @property
    def listed(self):
        """The kind of list it is."""
        return kind_of(self.kind)

    @property
    def is_reading(self):
        return self.status == self.Status.READING

    @property
    def steps(self):
        """For a bar: the rows to be read, and a tenth of them for judging at the end."""
        return self.total + max(1, self.total // 10)

    @property
    def is_previewed(self):
        return self.status == self.Status.PREVIEWED

    @property
    def is_applied(self):
        return self.status == self.Status.APPLIED

    @property
    def writable_count(self):
        """How many rows applying writes."""
        return self.tally.get("new", 0) + self.tally.get("update", 0)

    @property
    def left_out_count(self):
        """How many rows applying leaves out although they seem to be units."""
        return sum(self.tally.get(verdict, 0) for verdict in ImportRow.LEFT_OUT)

    @property
    def row_count(self):
        return sum(self.tally.get(verdict, 0) for verdict in ImportRow.Verdict.values)

    @property
    def sheets(self):
        """Each sheet with what became of it, and what it says by its looks, in words."""
        return [
            {
                **sheet,
                "state_label": words.SHEETS[sheet["state"]],
                "looks": [words.look_spelled(remark) for remark in sheet.get("remarks", [])],
            }
            for sheet in self.layout
        ]

    @property
    def looks(self):
        """[(sheet, sentence)] of all that only a person can understand."""
        return [(sheet["sheet"], said) for sheet in self.sheets for said in sheet["looks"]]


class ImportRowQuerySet(models.QuerySet):
    def left_out(self):
        """Rows that seem to be units and are not written."""
        return self.filter(verdict__in=ImportRow.LEFT_OUT)

    def to_put_right(self):
        """Rows of which something is to be corrected or supplied, in the list's order."""
        return self.filter(models.Q(verdict__in=ImportRow.LEFT_OUT) | models.Q(is_noted=True)).order_by("pk")

    def for_listing(self):
        """Everything the table of rows shows, in one query; what wants a look comes first."""
        order = [models.When(verdict=verdict, then=place) for place, verdict in enumerate(ImportRow.FIRST)]
        return self.select_related("unit__supervisor", "unit__category").order_by(
            models.Case(*order, default=len(order)), "pk"
        )


class ImportRow(models.Model):
    """One row of the file with its verdict, and what it did when it was applied."""

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        UPDATE = "update", _("update")
        SAME = "same", _("same")
        DUPLICATE = "duplicate", _("duplicate")
        SUSPECTED = "suspected", _("suspected duplicate")
        ERROR = "error", _("error")
        SKIPPED = "skipped", _("skipped")

    class Act(models.TextChoices):
        CREATE = "create", _("created")
        UPDATE = "update", _("updated")

    LEFT_OUT = (Verdict.ERROR, Verdict.DUPLICATE, Verdict.SUSPECTED)
    FIRST = (
        Verdict.SUSPECTED,
        Verdict.ERROR,
        Verdict.DUPLICATE,
        Verdict.UPDATE,
        Verdict.NEW,
        Verdict.SAME,
        Verdict.SKIPPED,
    )
    ICONS = {
        "new": "plus",
        "update": "pencil",
        "same": "equal",
        "duplicate": "copy",
        "suspected": "circle-question-mark",
    }
    TONES = {
        "new": "good",
        "update": "info",
        "duplicate": "warn",
        "suspected": "warn",
        "error": "bad",
    }

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name=_("import"))
    sheet = models.CharField(_("sheet"), max_length=100)
    number = models.PositiveIntegerField(_("row"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    # field → cleaned value; what applying writes
    values = models.JSONField(_("values"), default=dict)
    # Name and code as they stand in the file, for messages.
    raw = models.JSONField(_("as written"), default=dict)
    # field → [old, new]
    changes = models.JSONField(_("changes"), default=dict)
    # [{level, column, value, reason}]; level: error, duplicate, suspected, warning, remark, skipped
    problems = models.JSONField(_("problems"), default=list)
    unit = models.ForeignKey(
        "units.Unit", models.SET_NULL, null=True, related_name="import_rows", verbose_name=_("unit")
    )
    # Taken in, but with something to be supplied: a missing code, a destroyed number.
    is_noted = models.BooleanField(_("to be supplied"), default=False)
    # Of what it may be a double: {reason, unit, sheet, row, name}
    against = models.JSONField(_("double of"), default=dict)
    # What a person said of the row: "", "new", "same" or "leave".
    decision = models.CharField(_("decision"), max_length=10, blank=True)
    act = models.CharField(_("written"), max_length=10, choices=Act, blank=True)
    # What undoing needs: {version, before: {column: value}, names}
    written = models.JSONField(_("before"), default=dict)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once_per_place")
        ]

    def __str__(self):
        return f"{self.sheet} {self.number}"

    @property
    def tone(self):
        """The tone of the verdict's badge."""
        return self.TONES.get(self.verdict, "idle")

    @property
    def icon(self):
        """The icon of the verdict's badge."""
        return self.ICONS.get(self.verdict, "x" if self.verdict == self.Verdict.ERROR else "minus")

    @property
    def can_be_ticked(self):
        """Whether it can be left out, or was and can be taken after all."""
        return self.verdict in (self.Verdict.NEW, self.Verdict.UPDATE) or self.decision == "leave"

    @property
    def is_decided(self):
        """Whether a person had a say; that can be taken back until the list is applied."""
        return bool(self.decision)

    @property
    def spelled_problems(self):
        """Everything there is to say of the row, as sentences."""
        return [words.spelled(problem) for problem in self.problems]

    @property
    def spelled_changes(self):
        """[(field as people call it, old, new)] of an update."""
        kind = self.batch.listed
        return [
            (kind.label_of(name), kind.shown(name, old), kind.shown(name, new))
            for name, (old, new) in self.changes.items()
        ]

    @property
    def facts(self):
        """The main things the list says in this row, for the eye to check."""
        return self.batch.listed.facts(self)

    @property
    def beside(self):
        """What stands beside the row where it may be a double: {over, title, url, facts}."""
        return self.batch.listed.beside(self)
