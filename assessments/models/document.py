"""Documents that the office sends to units, and asks them to sign for."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now, today
from civportal.lib.filetypes import PICTURES
from civportal.lib.search import Known
from units.models import Findable, Stateful, User
from units.models.finding import FindableQuerySet

from .cycle import Cycle
from .duty import Duty


class DocumentQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """Those who read everything see every document, others what was sent to their units or to all."""
        if user.is_office:
            return self
        sent = self.exclude(status=Document.Status.DRAFT)
        if user.reads_all:
            return sent
        receipts = Duty.objects.filter(document=OuterRef("pk"), unit__in=user.seen_ids)
        return sent.filter(Exists(receipts) | Q(secrecy=Document.Secrecy.PUBLIC))

    def for_listing(self, user):
        """Everything the list shows: how many of the recipients this person sees signed, or are overdue."""
        owed = Q(receipts__lapsed_note="")
        if not user.reads_all:
            owed &= Q(receipts__unit__in=user.seen_ids)
        unsigned = owed & Q(receipts__fulfilled_at__isnull=True)
        return (
            self.select_related("cycle")
            .annotate(
                recipient_count=models.Count("receipts", filter=owed),
                unsigned_count=models.Count("receipts", filter=unsigned),
                overdue_count=models.Count("receipts", filter=unsigned & Q(receipts__until__lt=today())),
            )
            .order_by("-issued_on", "-pk")
        )


class Document(Findable, Stateful):
    """A document of the office: number, date, file; a corrected one is a further edition of it."""

    # Where in the store the contents lie, and the word of their addresses.
    FOLDER = "documents"
    ADDRESS = "document"

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", _("issued to units")
        REPLACED = "replaced", _("replaced by a corrected one")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Secrecy(models.TextChoices):
        PUBLIC = "public", _("everybody with an account")
        INTERNAL = "internal", _("for the recipients only")

    MOVES = {
        "issue": ({Status.DRAFT}, Status.ISSUED),
        "replace": ({Status.ISSUED}, Status.REPLACED),
        "withdraw": ({Status.ISSUED}, Status.WITHDRAWN),
    }
    VERBS = {
        "create": _("document begun"),
        "edit": _("document edited"),
        "delete": _("draft thrown away"),
        "issue": _("issued to units"),
        "replace": _("replaced by a corrected one"),
        "withdraw": _("withdrawn"),
        "send": _("sent to units that joined later"),
        "remind": _("recipients reminded"),
        "sign": _("receipt signed"),
    }
    TONES = {"draft": "idle", "issued": "good", "replaced": "idle", "withdrawn": "bad"}
    FIND_FIELDS = frozenset({"number", "title"})

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="documents", verbose_name=_("year"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    number = models.CharField(_("document number"), max_length=60)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what it is about"), max_length=1000, blank=True)
    issued_on = models.DateField(_("date of the document"))
    secrecy = models.CharField(_("who may read it"), max_length=10, choices=Secrecy, default=Secrecy.INTERNAL)
    sign_within = models.PositiveSmallIntegerField(_("working days to sign"), default=3)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    kind = models.CharField(_("kind of file"), max_length=5, blank=True)
    sha256 = models.CharField(_("fingerprint"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    # To whom it goes: {"all": true} or {"categories": [...], "towns": [...], "units": [...]}.
    audience_rule = models.JSONField(_("recipients"), default=dict, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    correction_note = models.CharField(_("what was corrected, and why"), max_length=200, blank=True)
    withdrawal_note = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), default=now)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["number", "edition"], name="document_number_once"),
            models.CheckConstraint(
                condition=Q(status="draft") | (Q(issued_at__isnull=False) & ~Q(sha256="")),
                name="document_issued_has_file",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, corrects__isnull=True) | Q(edition__gt=1, corrects__isnull=False),
                name="document_corrected_has_first",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("pk")), name="document_corrects_another"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(correction_note=""),
                name="document_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | ~Q(withdrawal_note=""),
                name="document_withdrawal_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self):
        return reverse("assessments:document", args=[self.pk])

    def own_texts(self):
        """Its title and its number."""
        return [Known(self.title), Known(self.number, _("document number"))]

    @property
    def is_editable(self):
        return self.status == self.Status.DRAFT

    @property
    def is_in_force(self):
        """Whether receipts can be signed: late as well, until it is replaced or withdrawn."""
        return self.status == self.Status.ISSUED

    @property
    def is_picture(self):
        return self.kind in PICTURES

    def audience(self, verb):
        """Everybody who writes for a recipient hears of what was issued, corrected or withdrawn."""
        if verb not in ("issue", "withdraw"):
            return []
        units = self.receipts.filter(lapsed_note="") if verb == "issue" else self.receipts.all()
        return User.objects.writing_for(units.values("unit"))
