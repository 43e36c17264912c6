"""Field surveys (调研): what the portal says of a sample of units beside what was found on the spot."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now, today
from units.models import Stateful

from .cycle import Cycle

# What is looked for at every unit: the four columns of what is missing.
QUESTIONS = ("plan", "deployment", "activity", "documents")


class Found(models.TextChoices):
    """What was found on the spot."""

    YES = "yes", _("there")
    # Papers on a shelf that nobody works by are no plan (不走过场): an answer of its own.
    UNUSABLE = "unusable", _("there but of no use")
    NO = "no", _("not there")


class FieldSurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.reads_all else self.none()

    def for_listing(self):
        """Everything the list shows, newest first: how many units, and how many are done with."""
        answered = Q(rows__in=SurveyedUnit.objects.answered())
        return (
            self.select_related("cycle")
            .annotate(unit_count=models.Count("rows"), answered_count=models.Count("rows", filter=answered))
            .order_by("-held_on", "-pk")
        )


class FieldSurvey(Stateful):
    """A look at a sample of units: do plan, deployment, activities and documents stand up to it?"""

    class Status(models.TextChoices):
        OPEN = "open", _("being done")
        CLOSED = "closed", _("done and closed")

    MOVES = {"close": ({Status.OPEN}, Status.CLOSED)}
    VERBS = {
        "create": _("field survey begun"),
        "edit": _("field survey edited"),
        "record": _("finding written down"),
        "close": _("field survey closed"),
        "delete": _("field survey thrown away"),
    }
    TONES = {"open": "info", "closed": "good"}
    # What changes in a survey besides its own fields.
    PARTS = {"units": _("units surveyed")}

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="field_surveys", verbose_name=_("year"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    title = models.CharField(_("title"), max_length=80)
    held_on = models.DateField(_("day"))
    surveyors = models.CharField(_("who goes"), max_length=120)
    # How the units were drawn: {"size", "seed", "of", "kind", "town"}, kind and town by name; empty where
    # they were picked by hand.
    drawn = models.JSONField(_("how the units were drawn"), default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), default=now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = FieldSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("field survey")
        verbose_name_plural = _("field surveys")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status="closed", closed_at__isnull=False),
                name="field_survey_closed_has_moment",
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("assessments:field_survey", args=[self.pk])

    @property
    def is_open(self):
        return self.status == self.Status.OPEN

    @property
    def as_at(self):
        """The day of which the portal's marks speak: that of the survey, today while it is still to come."""
        return min(self.held_on, today())

    @property
    def how_chosen(self):
        """How the units got into the sample, in words that let anybody draw them again."""
        if not self.drawn:
            return _("picked by hand")
        text = _("%(size)s of %(of)s units, drawn by the number %(seed)s") % self.drawn
        among = [self.drawn[name] for name in ("kind", "town") if self.drawn.get(name)]
        return f"{text}（{'、'.join(among)}）" if among else text


class SurveyedUnitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Who reads everything sees every finding, a unit and the department above it theirs, once closed."""
        if user.reads_all:
            return self
        return self.filter(unit__in=user.seen_ids).of_closed()

    def of_closed(self):
        return self.filter(survey__status=FieldSurvey.Status.CLOSED)

    def answered(self):
        """Looked at in all four ways, or with a line that says why not."""
        blank = {f"{name}_found": "" for name in QUESTIONS}
        none, every = Q(**blank), Q(*(~Q(**{name: value}) for name, value in blank.items()))
        return self.filter(every | none & ~Q(note=""))


def mark_of(label):
    """What the portal says, as `gaps.Mark`; unknown until the survey is closed."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, editable=False)


def found_of(label):
    return models.CharField(label, max_length=10, choices=Found, blank=True, default="")


class SurveyedUnit(models.Model):
    """One unit of a survey: the portal's four marks of that day, and what was found."""

    VERBS = {"edit": _("finding written down"), "close": _("finding of a field survey")}
    # A surveyed unit has no status of its own; the history asks for the words of one.
    TONES: dict = {}

    survey = models.ForeignKey(FieldSurvey, models.CASCADE, related_name="rows", verbose_name=_("survey"))
    unit = models.ForeignKey(
        "units.Unit", models.PROTECT, related_name="field_surveys", verbose_name=_("unit")
    )
    number = models.PositiveSmallIntegerField(_("No."))
    plan_mark = mark_of(_("plan, by the portal"))
    deployment_mark = mark_of(_("deployment, by the portal"))
    activity_mark = mark_of(_("activity, by the portal"))
    documents_mark = mark_of(_("documents, by the portal"))
    plan_found = found_of(_("Is there a plan, and do people work by it?"))
    deployment_found = found_of(_("Was the work deployed?"))
    activity_found = found_of(_("Are there activities?"))
    documents_found = found_of(_("Are all documents of the year there?"))
    note = models.CharField(_("what was seen"), max_length=200, blank=True)
    # Counts every change; a form carries the version it was opened with.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = SurveyedUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("surveyed unit")
        verbose_name_plural = _("surveyed units")
        ordering = ["survey", "number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "unit"], name="unit_once_per_field_survey"),
            models.UniqueConstraint(fields=["survey", "number"], name="number_once_per_field_survey"),
        ]

    def __str__(self):
        return f"{self.survey} · {self.unit}"

    def get_absolute_url(self):
        """Where the unit reads it."""
        return f"{reverse('unit', args=[self.unit_id])}#surveys"

    def get_finding_url(self):
        """Where the finding is written down."""
        return reverse("assessments:field_finding", args=[self.pk])

    @property
    def is_answered(self):
        """Looked at in all four ways, or with a line that says why not; as `answered` says it."""
        found = [getattr(self, f"{name}_found") for name in QUESTIONS]
        return all(found) or (not any(found) and bool(self.note))
