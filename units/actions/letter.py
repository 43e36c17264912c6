"""Responsibility letters: signed, proved by a scan, struck out when entered wrongly."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from civportal.lib.clock import now, today
from units.models import LetterText, Office, ResponsibilityLetter, Unit

from . import editing, trail
from . import paper as papers
from .move import lock

SIGNING = {Unit.Participation.PARTICIPATING, Unit.Participation.REQUIRED}


def signs(unit):
    """Whether the unit owes a letter: it takes part, or should."""
    return unit.participation in SIGNING


def usual_upper(unit):
    """With whom the unit signs: its supervising unit if that signs itself, else the county (None)."""
    return unit.supervisor if unit.supervisor and signs(unit.supervisor) else None


def party_name(unit):
    """How a party is called in the letter; the county is its commission."""
    return unit.name if unit else Office.current().commission_name


def sign(unit, *, year, upper, signed_on, upper_signatory="", lower_signatory, file=None, by):
    """Record that the unit signed the year's letter with the upper party; None is the county.

    Raises ValidationError, with a remedy: not its supervising unit, a day ahead or of another year,
    recorded already, a file that is not taken.
    """
    check_parties(unit, upper)
    check_day(year, signed_on)
    with transaction.atomic():
        unit = lock(unit)
        check_once(unit, year, upper)
        letter = ResponsibilityLetter(
            unit=unit,
            year=year,
            upper=upper,
            signed_on=signed_on,
            upper_signatory=upper_signatory,
            lower_signatory=lower_signatory,
            recorded_by=by,
            recorded_at=now(),
        )
        letter.paper = scan_of(letter, file, by=by) if file else None
        letter.save()
        trail.record(unit, "sign_letter", by=by, note=told(letter))
    return letter


def check_parties(unit, upper):
    if upper is not None and upper.pk == unit.pk:
        raise ValidationError(_("A unit does not sign with itself."), code="itself")
    if upper is not None and upper.pk != unit.supervisor_id:
        raise ValidationError(
            _("The unit signs with its supervising unit or with the county."), code="stranger"
        )


def check_day(year, signed_on):
    if signed_on > today():
        raise ValidationError(_("The day of signing lies in the future."), code="future")
    if abs(signed_on.year - year) > 1:
        raise ValidationError(
            _("The day of signing does not fit the year %(year)s.") % {"year": year}, code="year"
        )


def check_once(unit, year, upper):
    there = ResponsibilityLetter.objects.filter(unit=unit, year=year, upper=upper).for_listing().first()
    if there:
        raise ValidationError(
            _("%(who)s has entered this letter already (signed on %(day)s).")
            % {"who": there.recorded_by, "day": there.signed_on},
            code="twice",
        )


def scan_of(letter, file, *, by):
    """The scan as a document of the lower party; raises ValidationError when it is not taken."""
    title = LetterText.of(letter.year).filled(upper=party_name(letter.upper), lower=letter.unit.name)[0]
    return papers.add(letter.unit, title=title[:120], dated_on=letter.signed_on, file=file, by=by)


@transaction.atomic
def attach(letter, file, *, by):
    """Add the scan later, or a better one; the earlier one stays among the unit's documents."""
    letter = lock(letter)
    letter.paper = scan_of(letter, file, by=by)
    letter.save(update_fields=["paper"])
    return letter


@transaction.atomic
def delete(letter, *, by, note):
    """Strike out a letter that was entered wrongly; the unit's history keeps what it said, and why."""
    unit = lock(letter.unit)
    deleted, _per_model = ResponsibilityLetter.objects.filter(pk=letter.pk).delete()
    if deleted:
        trail.record(unit, "delete_letter", by=by, note=f"{told(letter)}\n{note}")


def told(letter):
    """The letter in one line of history."""
    signatories = "、".join(filter(None, (letter.upper_signatory, letter.lower_signatory)))
    return f"{letter.year} · {party_name(letter.upper)} · {letter.signed_on} · {signatories}"


@transaction.atomic
def edit_text(year, values, *, by, seen=None):
    """The office words the letters of a year; raises ChangedMeanwhile when somebody was quicker.

    The first to save makes the year's own text out of the one that was proposed.
    """
    proposed = LetterText.of(year)
    said = {"title": proposed.title, "body": proposed.body}
    text, _created = LetterText.objects.get_or_create(year=year, defaults=said)
    return editing.edit(text, values, by=by, seen=seen)
