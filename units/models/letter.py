"""Responsibility letters: signed every year between the county and its units, and on down the tree."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now

from .unit import Unit

FIRST_YEAR, LAST_YEAR = 2000, 2099

# What stands for the parties and the year in the text of a letter.
UPPER, LOWER, YEAR = "【甲方】", "【乙方】", "【年度】"
DEFAULT_TITLE = f"{YEAR}年度文明创建责任书"
DEFAULT_BODY = """为落实文明创建工作责任，形成一级抓一级、层层抓落实的工作格局，甲乙双方签订本责任书。

一、工作责任
（一）乙方把文明创建工作纳入党委（党组）工作目标和年度工作计划，与业务工作同规划、同部署、同检查、同奖惩。
（二）乙方实行一把手负责制：主要负责人对本单位创建工作负总责，分管负责人具体抓，明确联络员负责日常工作。
（三）乙方健全服务承诺、首问接待负责等制度，改进窗口服务，自觉接受群众监督。
（四）乙方按时报送年度规划、台账和佐证材料，内容真实，不弄虚作假。

二、层层分解
乙方与所属单位逐级签订责任书，把任务分解到岗、落实到人，并将签订情况在系统中登记。

三、检查与奖惩
甲方对责任落实情况进行检查，检查结果作为年度测评和推荐评先的依据。因工作不力造成不良影响的，按有关规定处理。

四、其他
本责任书一式两份，甲乙双方各执一份，自签订之日起生效。责任人变动的，由接任者继续履行。"""


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who may read the unit's page may read what it signed."""
        return self if user.reads_register else self.filter(unit__in=user.seen_ids)

    def of_year(self, year):
        return self.filter(year=year)

    def for_listing(self):
        """Everything that is shown of a letter, in one query."""
        return self.select_related("unit", "upper", "paper", "recorded_by")


class ResponsibilityLetter(models.Model):
    """One letter of one year: who signed it with whom, and the scan where there is one."""

    year = models.PositiveSmallIntegerField(_("year"))
    # The county itself when empty.
    upper = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters_below",
        verbose_name=_("upper party"),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="letters", verbose_name=_("lower party"))
    signed_on = models.DateField(_("signed on"))
    upper_signatory = models.CharField(_("signed for the upper party by"), max_length=60, blank=True)
    lower_signatory = models.CharField(_("signed for the lower party by"), max_length=60)
    paper = models.ForeignKey(
        "units.Paper", models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("scan")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    recorded_at = models.DateTimeField(_("entered"), default=now)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("responsibility letter")
        verbose_name_plural = _("responsibility letters")
        ordering = ["-year", "unit", "pk"]
        constraints = [
            # Two constraints, because to a database one county differs from another.
            models.UniqueConstraint(fields=["year", "unit", "upper"], name="letter_once_a_year"),
            models.UniqueConstraint(
                fields=["year", "unit"],
                condition=Q(upper__isnull=True),
                name="letter_with_the_county_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(upper__isnull=True) | ~Q(upper=F("unit")), name="nobody_signs_with_itself"
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="letter_of_a_sensible_year"
            ),
            models.CheckConstraint(condition=~Q(lower_signatory=""), name="letter_is_signed_by_somebody"),
        ]

    def __str__(self):
        return f"{self.year} {self.unit}"

    def get_absolute_url(self):
        return reverse("units:letter", args=[self.pk])


def bearing(units, year):
    """The units with `is_signed`: whether they signed a letter of that year as the lower party."""
    letters = ResponsibilityLetter.objects.filter(year=year, unit=OuterRef("pk"))
    return units.annotate(is_signed=Exists(letters))


class LetterText(models.Model):
    """What the letters of a year say; the office words it."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    title = models.CharField(_("title"), max_length=80)
    body = models.TextField(_("text of the letter"), max_length=10_000)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        verbose_name = _("text of the responsibility letters")
        verbose_name_plural = _("texts of the responsibility letters")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="letter_text_of_a_sensible_year"
            )
        ]

    def __str__(self):
        return f"{self.title} {self.year}"

    def get_absolute_url(self):
        return reverse("units:letter_text", args=[self.year])

    @classmethod
    def of(cls, year):
        """The year's own text, else the newest one before it, else the usual one; maybe not saved yet."""
        known = cls.objects.filter(year__lte=year).order_by("-year").first()
        if known and known.year == year:
            return known
        title, body = (known.title, known.body) if known else (DEFAULT_TITLE, DEFAULT_BODY)
        return cls(year=year, title=title, body=body)

    def filled(self, *, upper, lower):
        """(title, paragraphs) with the parties' names and the year in their places."""
        places = {UPPER: upper, LOWER: lower, YEAR: str(self.year)}
        title, body = self.title, self.body
        for mark, text in places.items():
            title, body = title.replace(mark, text), body.replace(mark, text)
        return title, [line for line in body.splitlines() if line.strip()]
