"""Checks of the honors: held by whom, until when, decided or not."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models import Award
from units.models import Unit

from .checks import Severity, Way, check
from .subjects import AWARDS


@check(
    Severity.LOOK,
    AWARDS,
    way=Way.HONOR,
    title=_("Honors held by units that no longer exist"),
    why=_("The public roll names a unit that is gone."),
    remedy=_("Let the honor end with its unit, or recognize it for the successor."),
)
def award_on_ended_unit(cycle):
    return Award.objects.standing().filter(unit__participation=Unit.Participation.ENDED)


@check(
    Severity.LOOK,
    AWARDS,
    way=Way.HONOR,
    title=_("Honors that wait to be recognized for the successor"),
    why=_("Until then neither the old nor the new unit holds it."),
    remedy=_("Recognize it for the successor, or let it end."),
)
def award_awaiting(cycle):
    return Award.objects.filter(status=Award.Status.AWAITING)


@check(
    Severity.LOOK,
    AWARDS,
    way=Way.HONOR,
    title=_("Candidates of earlier years who are neither named nor dropped"),
    why=_("Nobody knows whether they hold the honor."),
    remedy=_("Name the candidate or drop it."),
)
def award_undecided(cycle):
    return Award.objects.pending().filter(year__lt=cycle.year)


@check(
    Severity.LOOK,
    AWARDS,
    way=Way.HONOR,
    title=_("Honors held by a unit of another kind"),
    why=_("The catalogue says for which kind of unit the honor is."),
    remedy=_(
        "Correct the unit's category in the register, or look whether the honor was meant for another unit."
    ),
)
def award_of_another_kind(cycle):
    kind = F("item__kind")
    held = Award.objects.standing().filter(item__kind__isnull=False, unit__category__isnull=False)
    return held.exclude(Q(unit__category=kind) | Q(unit__category__parent=kind))


@check(
    Severity.NOTE,
    AWARDS,
    way=Way.HONOR,
    title=_("Honors past their term"),
    why=_("They stand on the roll although their term is over."),
    remedy=_("Look whether they were confirmed again; else revoke them."),
    note=_("Ask the office whether the honor is reviewed again."),
)
def award_expired(cycle):
    return Award.objects.standing().filter(year__lte=cycle.year - F("item__term_years"))
