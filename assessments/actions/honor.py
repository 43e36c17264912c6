"""Honors: suggested by the ranking, granted by a document, revoked with a reason."""

from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.models import Award, HonorItem, ScoreSheet
from civportal.lib.clock import today
from civportal.lib.documents import document_number as printed
from units.actions import notification, trail
from units.actions.move import lock, move
from units.models import Category, Membership, Unit, of_kind
from units.models.person import WRITING_ROLES

from .shipped import shipped


@dataclass(frozen=True)
class Verdict:
    """Whether a unit can be granted an honor, and if not, why."""

    unit: Unit
    reason: str = ""

    @property
    def is_granted(self):
        return not self.reason


def load_catalogue(**_signal):
    """Give an empty portal the usual honors; an office's own catalogue is left alone."""
    if HonorItem.objects.exists():
        return
    kinds = {category.code: category for category in Category.objects.all()}
    HonorItem.objects.bulk_create(
        HonorItem(**{**item, "kind": kinds.get(item["kind"]), "sort_order": order})
        for order, item in enumerate(shipped("honors.json"))
    )


def candidates(item, kind=None):
    """The units that could hold this honor: those that take part, of its kind and of the one asked."""
    units = Unit.objects.participating().select_related("category__parent").order_by("sort_order", "pk")
    for category in filter(None, (item.kind, kind)):
        units = units.filter(of_kind(category))
    return units


def score_sheets(year):
    """Unit number → score sheet of that year, for showing beside the names."""
    sheets = ScoreSheet.objects.filter(unit_year__cycle__year=year).select_related(
        "unit_year__cycle__standard"
    )
    return {sheet.unit_year.unit_id: sheet for sheet in sheets}


def suggestion(item, year, *, scores=None, holding=None):
    """Numbers of the units whose score of that year has the top grade and who do not hold the honor.

    A suggestion only: sheets may still change, and the office decides.
    """
    scores = score_sheets(year) if scores is None else scores
    holding = holders(item, year) if holding is None else holding
    grades = grades_of(scores)
    top = grades[0]["code"] if grades else None
    return {number for number, sheet in scores.items() if sheet.grade == top} - holding


def grades_of(scores):
    """The grades of the edition by which these sheets were added up; empty without sheets."""
    sheet = next(iter(scores.values()), None)
    return sheet.unit_year.cycle.standard.grades if sheet else []


def holders(item, year):
    """Numbers of the units that already hold the honor in that year, by whichever year's document."""
    return set(Award.objects.filter(item=item).in_force(year).values_list("unit", flat=True))


def judge(item, units, year):
    """A verdict for every unit, in the office's order: granted, or skipped and why.

    Units are read afresh: what counts is how they stand now, not when the list was drawn.
    """
    holding = holders(item, year)
    now = Unit.objects.filter(pk__in=[unit.pk for unit in units]).select_related("category__parent")
    return [Verdict(unit, obstacle(item, unit, year, holding)) for unit in now.order_by("sort_order", "pk")]


def obstacle(item, unit, year, holding):
    """Why this unit cannot be granted the honor; empty when it can."""
    if unit.pk in holding:
        return _("It already holds this honor in %(year)s.") % {"year": year}
    if unit.participation != Unit.Participation.PARTICIPATING:
        return _("It does not take part in the creation work.")
    if not item.suits(unit):
        return _("The honor is for another kind of unit (%(kind)s).") % {"kind": item.kind}
    return ""


@transaction.atomic
def grant(item, units, *, year, document_number, granted_on, by):
    """Grant the honor to every unit that can hold it, by one document; the awards that were made.

    Judges again under a lock of the catalogue's row, so that two people granting at once make one
    award per unit and year. A unit that cannot hold the honor is left out, as `judge` says.
    Raises ValidationError when the document is not named, lies in the future, or nobody is left.
    """
    item = lock(item)
    number = checked_number(document_number)
    refuse_future(granted_on)
    chosen = [verdict.unit for verdict in judge(item, units, year) if verdict.is_granted]
    if not chosen:
        raise ValidationError(_("None of the chosen units can be granted this honor; choose others."))
    awards = Award.objects.bulk_create(
        Award(
            item=item,
            unit=unit,
            unit_name=unit.name,
            year=year,
            document_number=number,
            granted_on=granted_on,
            granted_by=by,
        )
        for unit in chosen
    )
    trail.record_all(awards, "grant", by=by, note=number)
    transaction.on_commit(partial(tell, awards, by=by))
    return awards


def checked_number(document_number):
    """The number as printed; one without a digit names no document. Raises ValidationError."""
    number = printed(document_number)
    if not any(character.isdigit() for character in number):
        raise ValidationError(_("Give the number of the document, for example 云文明委〔2026〕3号."))
    return number


def refuse_future(granted_on):
    """A document that is not out yet grants nothing. Raises ValidationError."""
    if granted_on > today():
        raise ValidationError(_("The document's date lies in the future; grant when it has been issued."))


def tell(awards, *, by):
    """Tell the units' liaisons what was granted, all in one query and one insert."""
    by_unit = {award.unit_id: award for award in awards}
    liaisons = (
        Membership.objects.current()
        .filter(role__in=WRITING_ROLES, unit__in=by_unit, user__is_active=True)
        .select_related("user")
    )
    notification.announce_each(
        [(by_unit[liaison.unit_id], liaison.user) for liaison in liaisons],
        "grant",
        by=by,
        note=awards[0].document_number,
    )


def revoke(award, *, note, by, seen=None):
    """Take an honor back; the record stays, with the reason.

    Raises ValidationError without a reason, MoveNotAllowed when it is revoked already.
    """
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why the honor is revoked."))
    return finish(award, "revoke", on=today(), note=note, by=by, seen=seen)


def finish(award, verb, *, on, note, by, seen=None):
    """Let an honor not be held from a day on; what waits for a decision keeps the day it began to wait."""
    with move(award, verb, by=by, note=note, seen=seen) as award:
        award.ended_on = award.ended_on or on
        award.ended_note = note
    return award


@transaction.atomic
def recognize(award, successor, *, document_number, decided_on, by, seen=None):
    """A decision passes an honor that waits to the unit that goes on; the successor's own award.

    The term is not begun anew. Two merged holders do not make two honors: raises ValidationError when
    the successor holds it already, is no successor, or the decision is not named or not made yet;
    MoveNotAllowed when it was decided on already.
    """
    item = lock(award.item)
    number = checked_number(document_number)
    refuse_future(decided_on)
    if not award.unit.successors.filter(after=successor).exists():
        raise ValidationError({"successor": _("Choose one of the units that came from the holder.")})
    if decided_on < award.ended_on:
        raise ValidationError({"decided_on": _("The decision cannot be older than the act it follows.")})
    if holds_in_term(successor, award):
        raise ValidationError(
            _("%(unit)s holds this honor already; two merged holders do not make two. End this one instead.")
            % {"unit": successor}
        )
    ended = finish(award, "recognize", on=decided_on, note=number, by=by, seen=seen)
    passed = Award.objects.create(
        item=item,
        unit=successor,
        unit_name=successor.name,
        year=ended.year,
        edition=ended.edition,
        is_carried_over=ended.is_carried_over,
        document_number=number,
        granted_on=decided_on,
        granted_by=by,
        passed_from=ended,
    )
    trail.record(passed, "grant", by=by, note=number)
    return passed


def holds_in_term(unit, award):
    """Whether the unit holds the same honor for the same year, or within the award's term."""
    standing = Award.objects.standing().filter(item=award.item, unit=unit)
    same = Q(year=award.year)
    if award.year is not None:
        same |= Q(pk__in=standing.in_term(award.last_year))
    return standing.filter(same).exists()


@transaction.atomic
def confirm(award, *, document_number, granted_on, by, seen=None):
    """The document is out and names the candidate: from now on the honor is held.

    Raises ValidationError when the document is not named, lies in the future, or the unit holds the
    honor already; MoveNotAllowed when it was decided on already.
    """
    number = checked_number(document_number)
    refuse_future(granted_on)
    lock(award.item)
    if holds_in_term(award.unit, award):
        raise ValidationError(_("%(unit)s holds this honor already.") % {"unit": award.unit})
    with move(award, "confirm", by=by, note=number, seen=seen) as award:
        award.document_number, award.granted_on = number, granted_on
        award.year = award.year or granted_on.year
    return award


def drop(award, *, note, by, seen=None):
    """The candidate was not named; the record stays, with the reason.

    Raises ValidationError without a reason, MoveNotAllowed when it was decided on already.
    """
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why it was not named."))
    return finish(award, "drop", on=today(), note=note, by=by, seen=seen)


def terminate(award, *, note, by, seen=None):
    """Let an honor that waits end with its unit; the record stays, with the reason.

    Raises ValidationError without a reason, MoveNotAllowed when it was decided on already.
    """
    note = note.strip()
    if not note:
        raise ValidationError(_("Say why the honor is not passed on."))
    return finish(award, "terminate", on=today(), note=note, by=by, seen=seen)
