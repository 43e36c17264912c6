"""By what pictures and texts are known again, and what people said about those that were."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from civportal.lib.likeness import pictures

from .ledger import LedgerEntry


class PictureMark(models.Model):
    """By what one picture is known again; kept once for each content, whoever added it how often.

    Of the camera's remarks it keeps when the photo was taken and nothing else: a place belongs to the
    file of one record (EvidenceFile), the device to nobody.
    """

    # Raised when marks are drawn differently; older ones are then made anew.
    CURRENT = 1

    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True)
    version = models.PositiveSmallIntegerField(_("version"), default=CURRENT)
    is_readable = models.BooleanField(_("can be read"), default=True)
    # Empty is unknown, which says nothing against a picture.
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    width = models.PositiveSmallIntegerField(_("width"), default=0)
    height = models.PositiveSmallIntegerField(_("height"), default=0)
    points = models.BinaryField(_("points of the picture"), default=b"")
    detail = models.BinaryField(_("detail"), default=b"")

    class Meta:
        verbose_name = _("mark of a picture")
        verbose_name_plural = _("marks of pictures")

    def __str__(self):
        return self.sha256[:12]

    @property
    def marks(self):
        """As `civportal.lib.likeness.pictures` compares them."""
        points = pictures.unpacked(bytes(self.points))
        return pictures.Marks(points, self.width, self.height, bytes(self.detail))


class PictureWord(models.Model):
    """One of the words under which a picture is found."""

    pk = models.CompositePrimaryKey("word", "mark")
    word = models.IntegerField(_("number of the word"))
    mark = models.ForeignKey(PictureMark, models.CASCADE, related_name="words", verbose_name=_("mark"))

    class Meta:
        verbose_name = _("word of a picture")
        verbose_name_plural = _("words of pictures")

    def __str__(self):
        return f"{self.word:07x}"


class PicturePair(models.Model):
    """Two contents that show nearly the same picture; stands in both directions."""

    one = models.ForeignKey(PictureMark, models.CASCADE, related_name="pairs", verbose_name=_("picture"))
    other = models.ForeignKey(
        PictureMark, models.CASCADE, related_name="+", verbose_name=_("the other picture")
    )
    percent = models.PositiveSmallIntegerField(_("how alike, of 100"))

    class Meta:
        verbose_name = _("pair of like pictures")
        verbose_name_plural = _("pairs of like pictures")
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="pictures_paired_once")]

    def __str__(self):
        return f"{self.one} ~ {self.other}"


class TextMark(models.Model):
    """Under which pieces an entry's text is found; `sha256` tells whether the text changed since."""

    entry = models.OneToOneField(
        LedgerEntry, models.CASCADE, related_name="text_mark", verbose_name=_("entry")
    )
    sha256 = models.CharField(_("fingerprint"), max_length=64, db_index=True)

    class Meta:
        verbose_name = _("mark of a text")
        verbose_name_plural = _("marks of texts")

    def __str__(self):
        return self.sha256[:12]


class TextPiece(models.Model):
    """One of the pieces under which a text is found."""

    pk = models.CompositePrimaryKey("number", "mark")
    number = models.IntegerField(_("number of the piece"))
    mark = models.ForeignKey(TextMark, models.CASCADE, related_name="pieces", verbose_name=_("mark"))

    class Meta:
        verbose_name = _("piece of a text")
        verbose_name_plural = _("pieces of texts")

    def __str__(self):
        return f"{self.number:08x}"


class LikenessOpinion(models.Model):
    """What a person said about something worth a look: the unit explains, a reviewer decides.

    It is about a file's content or a wording, so a replaced photo or a new text begins anew.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("photo that is known already")
        FILE = "file", _("file that is known already")
        DATE = "date", _("photo taken on another day")
        TEXT = "text", _("text that is known already")

    class Verdict(models.TextChoices):
        EXPLAINED = "explained", _("explained by the unit")
        FINE = "fine", _("fine")
        NOT_ACCEPTABLE = "not_acceptable", _("not acceptable")

    TONES = {"explained": "info", "fine": "good", "not_acceptable": "bad"}

    entry = models.ForeignKey(
        LedgerEntry, models.CASCADE, related_name="likeness_opinions", verbose_name=_("entry")
    )
    kind = models.CharField(_("what about"), max_length=10, choices=Kind)
    subject = models.CharField(_("fingerprint"), max_length=64)
    verdict = models.CharField(_("opinion"), max_length=20, choices=Verdict)
    note = models.CharField(_("in one line"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"), default=now)

    class Meta:
        verbose_name = _("opinion on a likeness")
        verbose_name_plural = _("opinions on likenesses")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict="fine") | ~models.Q(note=""), name="opinion_says_why"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.get_verdict_display()}"

    @property
    def tone(self):
        return self.TONES[self.verdict]

    @property
    def is_of_unit(self):
        return self.verdict == self.Verdict.EXPLAINED
