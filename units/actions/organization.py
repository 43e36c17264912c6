"""What a unit says of how its creation work is organized."""

from django.db import transaction

from units.models import Organization, TrailEvent

from . import paper as papers
from . import trail
from .editing import check_seen, differences
from .move import lock


def of(unit):
    """What the unit has arranged; not saved yet when nobody has written it down."""
    return Organization.objects.filter(unit=unit).first() or Organization(unit=unit)


@transaction.atomic
def edit(unit, values, *, by, seen=None, new_papers=None):
    """Write down how the creation work is organized; a line in the unit's history tells what changed.

    `values` maps fields of Organization to values, `new_papers` maps a field to the arguments of
    `paper.add` for a document that comes with the form. Raises ChangedMeanwhile when somebody was
    quicker, ValidationError when a document is not taken; then nothing is saved.
    """
    unit = lock(unit)
    organization = of(unit)
    check_seen(organization, seen, lines_of(unit))
    brought = {name: papers.add(unit, **paper, by=by) for name, paper in (new_papers or {}).items()}
    values = {**values, **brought}
    changes = differences(organization, values)
    if not changes:
        return organization
    for name, value in values.items():
        setattr(organization, name, value)
    organization.version += 1
    organization.save()
    trail.record(unit, "organize", by=by, changes=changes)
    return organization


def lines_of(unit):
    """The lines of the unit's history that are about its organization."""
    return TrailEvent.objects.about(unit).filter(verb="organize")
