"""Lists that came in as spreadsheets: the file, its rows, and what was decided on each."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .state import Stateful


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Imports are the office's own business."""
        return self if user.is_office else self.none()


class ImportBatch(Stateful):
    """One file, looked at, then applied, discarded or undone as a whole."""

    class Status(models.TextChoices):
        PREVIEWED = "previewed", _("previewed")
        APPLIED = "applied", _("applied")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    MOVES = {
        "apply": ({Status.PREVIEWED}, Status.APPLIED),
        "discard": ({Status.PREVIEWED}, Status.DISCARDED),
        "undo": ({Status.APPLIED}, Status.UNDONE),
    }
    VERBS = {
        "preview": _("file read and judged"),
        "decide": _("suspected duplicate decided"),
        "apply": _("import applied"),
        "discard": _("import discarded"),
        "undo": _("import undone"),
    }
    TONES = {"previewed": "info", "applied": "good", "undone": "warn"}

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PREVIEWED)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), default=now)
    strict = models.BooleanField(_("all or nothing"), default=False)
    # One item per sheet: name, state, heading rows, columns found, columns unknown.
    layout = models.JSONField(_("layout"), default=list)
    # verdict → number of rows
    tally = models.JSONField(_("tally"), default=dict)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return self.file_name


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

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name=_("import"))
    sheet = models.CharField(_("sheet"), max_length=100)
    number = models.PositiveIntegerField(_("row"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    # field → cleaned value; what applying writes
    values = models.JSONField(_("values"), default=dict)
    # field → [old, new]
    changes = models.JSONField(_("changes"), default=dict)
    # [{level: error|warning|remark, column, value, reason}]
    problems = models.JSONField(_("problems"), default=list)
    unit = models.ForeignKey(
        "units.Unit", models.SET_NULL, null=True, related_name="import_rows", verbose_name=_("unit")
    )
    # What a person said of a suspected duplicate: "", "new", or "same".
    decision = models.CharField(_("decision"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once_per_place")
        ]

    def __str__(self):
        return f"{self.sheet} {self.number}"
