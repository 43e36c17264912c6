"""The standard by which a year is scored: an edition that freezes when a cycle opens with it."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.scoring import level
from assessments.scoring.sheet import NOT_RECOMMENDED
from units.models import Stateful


class Standard(Stateful):
    """One edition of the indicator tree with its bonus, deduction, floor, grade and tie rules."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        FROZEN = "frozen", _("frozen")

    MOVES = {"freeze": ({Status.DRAFT}, Status.FROZEN)}
    VERBS = {
        "load": _("edition loaded"),
        "edit_indicator": _("indicator changed"),
        "edit_levels": _("described levels changed"),
        "edit_adjustment": _("bonus or deduction rule changed"),
        "freeze": _("edition frozen"),
    }
    TONES = {"frozen": "info"}

    name = models.CharField(_("name"), max_length=80)
    # As the list from which it came calls it, so that the same list is known again.
    source_name = models.CharField(_("name in its list"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    bonus_cap = models.DecimalField(_("bonus at most"), max_digits=6, decimal_places=2, default=10)
    # [{from, zh, code}] from the highest line down
    grades = models.JSONField(_("grades"), default=list)
    # [{indicator, at_least | at_least_share}]
    floors = models.JSONField(_("floors"), default=list)
    # codes of the groups that break a tie, in order
    ties = models.JSONField(_("tie rule"), default=list)
    # Kept with the edition, so that it is whole; nothing decides by them yet.
    vetoes = models.JSONField(_("veto items"), default=list)

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        ordering = ["-year", "-edition"]
        constraints = [models.UniqueConstraint(fields=["year", "edition"], name="standard_edition_once")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("assessments:standard", args=[self.pk])

    @property
    def is_frozen(self):
        return self.status == self.Status.FROZEN

    def grade_name(self, code):
        """The grade as the edition calls it."""
        return grade_name(self.grades, code)


def grade_name(grades, code):
    """What these grade lines, [{code, zh, …}], call the grade."""
    if code == NOT_RECOMMENDED:
        return _("not recommended")
    return next((grade.get("zh", code) for grade in grades if grade["code"] == code), code)


class FrozenWithStandard(models.Model):
    """A part of a standard: it can be changed only until the edition freezes."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.clean()
        super().save(*args, **kwargs)

    def clean(self):
        super().clean()
        # Asked of the database: the standard at hand may be older than its freezing.
        if Standard.objects.filter(pk=self.standard_id, status=Standard.Status.FROZEN).exists():
            raise ValidationError(_("This edition is in use and frozen; make a new edition to change it."))

    def delete(self, *args, **kwargs):
        self.clean()
        return super().delete(*args, **kwargs)


class IndicatorQuerySet(models.QuerySet):
    def items(self):
        """The indicators that are scored, without the groups that hold them."""
        return self.filter(parent__isnull=False)

    def in_use(self):
        """The indicators of the year that is open; at most one is."""
        return self.filter(standard__cycles__status="open")

    def proved_by_ledger(self):
        return self.items().filter(method=Indicator.Method.MATERIALS)

    def for_unit_year(self, unit_year):
        """What applies to this unit this year: window and pairing items only where there is one."""
        applies = [Indicator.Applies.ALL]
        if unit_year.has_window:
            applies.append(Indicator.Applies.WINDOW)
        if unit_year.is_paired:
            applies.append(Indicator.Applies.PAIRED)
        return self.filter(applies__in=applies)

    def with_faq_count(self):
        """With how many questions often asked are published about each."""
        published = models.Q(faqs__status="published")
        return self.annotate(faq_count=models.Count("faqs", filter=published, distinct=True))

    def with_coverage(self, unit_year):
        """With what this unit handed in for each indicator and the points accepted so far."""
        own = models.Q(claims__entry__cycle=unit_year.cycle_id, claims__entry__unit=unit_year.unit_id)
        accepted = models.Q(claims__entry__status="accepted")
        waiting = models.Q(claims__entry__status="submitted")
        return self.annotate(
            handed_in=models.Count("claims", filter=own & (accepted | waiting)),
            waiting=models.Count("claims", filter=own & waiting),
            points=models.Sum("claims__points", filter=own & accepted),
        )


class Indicator(FrozenWithStandard):
    """A group of the tree, or an item in it that is scored."""

    class Method(models.TextChoices):
        MATERIALS = "M", _("materials")
        ON_SITE = "S", _("on site")
        QUESTIONNAIRE = "Q", _("questionnaire")
        DEPARTMENTS = "D", _("departments")
        COMPUTED = "K", _("computed")

    class Applies(models.TextChoices):
        ALL = "all", _("all units")
        WINDOW = "window", _("units with a window")
        PAIRED = "paired", _("paired units")

    standard = models.ForeignKey(
        Standard, models.CASCADE, related_name="indicators", verbose_name=_("standard")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="items", verbose_name=_("group")
    )
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    # Heads between the group and the item, where a list has more than two levels: 党建 › 学习型党组织.
    path = models.CharField(_("heads in between"), max_length=200, blank=True)
    maximum = models.DecimalField(_("full marks"), max_digits=6, decimal_places=2)
    method = models.CharField(_("way of assessing"), max_length=1, choices=Method, blank=True)
    applies = models.CharField(_("applies to"), max_length=10, choices=Applies, default=Applies.ALL)
    rule = models.TextField(_("rule"), blank=True)
    recipe = models.JSONField(_("recipe"), default=dict, blank=True)
    # How many give their marks, each without seeing the others', before a record that claims it is decided.
    reviewers_needed = models.PositiveSmallIntegerField(
        _("reviewers"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="indicator_code_once"),
            models.CheckConstraint(condition=Q(maximum__gt=0), name="indicator_gives_points"),
            models.CheckConstraint(
                condition=Q(reviewers_needed__range=(1, 5)), name="indicator_has_one_to_five_reviewers"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def must_show(self):
        """What only people can see in the files: the unit declares it, the reviewer confirms it."""
        return self.recipe.get("must_show", [])

    @property
    def bands(self):
        """Its described levels as plain values, the highest first."""
        return [one.band for one in self.levels.all()]

    @property
    def quick_points(self):
        """The points that a reviewer gives with one click: of its levels, else nothing, half and full."""
        levels = self.bands
        if not levels:
            return [0, self.maximum / 2, self.maximum]
        return [one.most for one in levels] + ([0] if levels[-1].least else [])

    @property
    def comes_from_ledger(self):
        """Whether accepted claims give its points; otherwise the office enters a value."""
        return self.method == self.Method.MATERIALS


class Level(FrozenWithStandard):
    """What an achievement is like that gets these points of an indicator; the highest level comes first.

    That levels share no points and lie within full marks is looked at when they are written.
    """

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="levels", verbose_name=_("indicator")
    )
    name = models.CharField(_("name of the level"), max_length=level.NAME_LENGTH, blank=True)
    least = models.DecimalField(_("points from"), max_digits=6, decimal_places=2)
    most = models.DecimalField(_("points to"), max_digits=6, decimal_places=2)
    words = models.CharField(_("what it is like"), max_length=level.TEXT_LENGTH)

    class Meta:
        verbose_name = _("described level")
        verbose_name_plural = _("described levels")
        ordering = ["indicator", "-most"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "most"], name="level_ends_once"),
            models.UniqueConstraint(fields=["indicator", "least"], name="level_begins_once"),
            models.CheckConstraint(
                condition=Q(least__gte=0, most__gte=models.F("least")), name="level_runs_upwards"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="level_is_described"),
        ]

    def __str__(self):
        return self.band.text

    @property
    def standard_id(self):
        return self.indicator.standard_id

    @property
    def band(self):
        """The level as a plain value."""
        return level.Band(self.least, self.most, self.words, self.name)


class Adjustment(FrozenWithStandard):
    """A rule by which points are added or taken away besides the indicators."""

    class Kind(models.TextChoices):
        BONUS = "bonus", _("bonus")
        DEDUCTION = "deduction", _("deduction")

    # How an edition names the levels of a rule → how people read them.
    LEVELS = {
        "nation": _("national level"),
        "province": _("province level"),
        "city": _("city level"),
        "county": _("county level"),
        "each": _("each"),
    }

    standard = models.ForeignKey(
        Standard, models.CASCADE, related_name="adjustments", verbose_name=_("standard")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    # level or "each" → points, as the edition gives them; always positive here
    points = models.JSONField(_("points"), default=dict, blank=True)
    limit = models.DecimalField(_("at most"), max_digits=6, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("bonus or deduction")
        verbose_name_plural = _("bonus and deductions")
        ordering = ["kind", "sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="adjustment_code_once"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(limit__gt=0), name="adjustment_limit_is_positive"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def amounts(self):
        """What one matter gives: [(level, points)]; empty where the office sets the points."""
        return [(self.LEVELS.get(level, level), value) for level, value in self.points.items()]
