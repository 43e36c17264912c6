"""Field surveys: a sample is drawn or picked, looked at on the spot, and closed with what the portal said."""

from collections import Counter
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import FieldSurvey, SurveyedUnit, UnitYear
from assessments.models.field_survey import QUESTIONS, Found
from assessments.scoring.sampling import drawn
from civportal.lib.clock import now
from units.actions import editing, notification, trail
from units.actions.move import MoveNotAllowed, lock, move
from units.models import Membership
from units.models.person import WRITING_ROLES

from . import gaps

# More units nobody looks at in a month's end; a survey of all would be an inspection.
AT_MOST = 200
FOUND_TONES = {Found.YES: "good", Found.UNUSABLE: "warn", Found.NO: "bad"}
FOUND_ICONS = {Found.YES: "check", Found.UNUSABLE: "triangle-alert", Found.NO: "x"}
# What the portal takes for there, and for not there; the rest is not due yet.
SAID_THERE = (gaps.Mark.DONE, gaps.Mark.LATE)


# ── begun ────────────────────────────────────────────────────────────────────────────────────────


def draw(units, *, size, seed, kind="", town=""):
    """`size` of these units, a query, by the number `seed`: (numbers in drawn order, how they were drawn).

    `kind` and `town` are the names by which the query was narrowed. Raises ValidationError when there
    are not so many.
    """
    members = list(units.order_by().values_list("pk", flat=True).distinct())
    if size > len(members):
        text = ngettext(
            "There is only %(count)s such unit.", "There are only %(count)s such units.", len(members)
        )
        raise ValidationError({"size": text % {"count": len(members)}})
    told = {"size": size, "seed": seed, "of": len(members), "kind": kind, "town": town}
    return drawn(members, size, seed), told


@transaction.atomic
def begin(cycle, *, title, held_on, surveyors, units, how=None, by):
    """A survey of these units, by their numbers and in this order; `how` as `draw` tells it.

    Raises ValidationError without units, or with more than anybody can look at.
    """
    if not units or len(units) > AT_MOST:
        raise ValidationError({"units": _("Choose one unit to %(count)s units.") % {"count": AT_MOST}})
    survey = FieldSurvey.objects.create(
        cycle=cycle, title=title, held_on=held_on, surveyors=surveyors, drawn=how or {}, created_by=by
    )
    SurveyedUnit.objects.bulk_create(
        SurveyedUnit(survey=survey, unit_id=unit, number=number) for number, unit in enumerate(units, 1)
    )
    changes = {"units": [0, len(units)], "drawn": ["", str(survey.how_chosen)]}
    trail.record(survey, "create", by=by, changes=changes)
    return survey


@transaction.atomic
def edit(survey, values, *, seen=None, by):
    """Correct title, day and who goes, until it is closed; the sample stays as it was drawn."""
    survey = open_one(survey, "edit")
    return editing.edit(survey, values, by=by, seen=seen)


@transaction.atomic
def discard(survey, *, by):
    """Throw a survey away that is not closed, findings and all; the trail keeps that it was there."""
    survey = open_one(survey, "delete")
    trail.record(survey, "delete", by=by, note=f"{survey} · {survey.how_chosen}")
    survey.delete()


def open_one(survey, verb):
    """The survey locked; raises MoveNotAllowed once it is closed."""
    survey = lock(survey)
    if not survey.is_open:
        raise MoveNotAllowed(survey, verb)
    return survey


# ── looked at ────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def record(row, values, *, seen=None, by):
    """Write down what was found at a unit, until the survey is closed.

    Raises ChangedMeanwhile when somebody else wrote since the version `seen`.
    """
    # The survey first, as whoever closes it does.
    open_one(row.survey, "record")
    return editing.edit(row, values, by=by, seen=seen)


def close(survey, *, seen=None, by):
    """Close it: what the portal says of its day is kept beside every finding, and the units read theirs.

    Raises ValidationError while a unit has neither its four answers nor a line that says why not.
    """
    with move(survey, "close", by=by, seen=seen) as survey:
        rows = with_marks(survey, survey.rows.all())
        left = sum(not row.is_answered for row in rows)
        if left:
            text = ngettext(
                "%(count)s unit has neither four answers nor a line that says why not.",
                "%(count)s units have neither four answers nor a line that says why not.",
                left,
            )
            raise ValidationError(text % {"count": left})
        SurveyedUnit.objects.bulk_update(rows, [f"{name}_mark" for name in QUESTIONS])
        survey.closed_at = now()
        transaction.on_commit(lambda: tell(rows, by=by))
    return survey


def tell(rows, *, by):
    """Whoever writes for a surveyed unit hears that its finding can be read."""
    of_unit = {row.unit_id: row for row in rows}
    writers = Membership.objects.current().filter(
        unit__in=of_unit, role__in=WRITING_ROLES, user__is_active=True
    )
    pairs = [(of_unit[held.unit_id], held.user) for held in writers.select_related("user")]
    notification.announce_each(pairs, "close", by=by)


# ── as it stands ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answer:
    """One question about one unit: the portal's mark of that day, and what was found."""

    name: str
    mark: gaps.Mark | None
    found: str

    @property
    def heading(self):
        return gaps.COLUMNS[self.name]

    @property
    def mark_label(self):
        return gaps.GAPS[self.name] if self.mark == gaps.Mark.MISSING else self.mark.label

    @property
    def mark_tone(self):
        return gaps.LOOKS[self.mark][0]

    @property
    def mark_icon(self):
        return gaps.LOOKS[self.mark][1]

    @property
    def found_label(self):
        return Found(self.found).label if self.found else _("not looked at")

    @property
    def found_tone(self):
        return FOUND_TONES.get(self.found, "idle")

    @property
    def found_icon(self):
        return FOUND_ICONS.get(self.found, "minus")

    @property
    def differs(self):
        """Whether the portal says it is there and it is not, or of no use; or the other way round."""
        if self.found == Found.YES:
            return self.mark == gaps.Mark.MISSING
        return bool(self.found) and self.mark in SAID_THERE


def answers(row):
    """The four questions about a unit, in the order of the columns."""
    said = [(name, getattr(row, f"{name}_mark"), getattr(row, f"{name}_found")) for name in QUESTIONS]
    return [Answer(name, None if mark is None else gaps.Mark(mark), found) for name, mark, found in said]


def rows_of(survey):
    """The units with their marks: as they were kept, or as they stand while it is open; in two statements."""
    rows = survey.rows.select_related("unit__category", "unit__town")
    return with_marks(survey, rows) if survey.is_open else list(rows)


def with_marks(survey, rows):
    """These rows, a query, with what the portal says of the survey's day; unknown of who left the year."""
    rows = list(rows)
    years = UnitYear.objects.filter(unit__in=[row.unit_id for row in rows])
    marked = {year.unit_id: year for year in gaps.rows(years, survey.cycle, survey.as_at)}
    for row in rows:
        year = marked.get(row.unit_id)
        for name in QUESTIONS:
            setattr(row, f"{name}_mark", year and getattr(year, f"{name}_mark"))
    return rows


def totals(rows):
    """[(heading, [(answer, tone, icon, how many)], how many differ)] for each question."""
    by_name = {name: [] for name in QUESTIONS}
    for row in rows:
        for answer in answers(row):
            by_name[answer.name].append(answer)
    return [(gaps.COLUMNS[name], counted(found), differing(found)) for name, found in by_name.items()]


def counted(found):
    numbers = Counter(answer.found for answer in found)
    return [(one.label, FOUND_TONES[one], FOUND_ICONS[one], numbers[one]) for one in Found]


def differing(found):
    return sum(answer.differs for answer in found)
