"""Units with a score, for what ranks and honors them."""

from decimal import Decimal

from assessments.models import ScoreSheet
from tests.factories import UnitFactory, UnitYearFactory
from units.models import Category


def standing(cycle, total="86", *, unit=None, code="organ", grade="", unset=0, **groups):
    """A unit of that category whose sheet of the year shows this total; gives the sheet."""
    unit = unit or UnitFactory(category=Category.objects.get(code=code))
    return ScoreSheet.objects.create(
        unit_year=UnitYearFactory(cycle=cycle, unit=unit),
        base=Decimal(total),
        total=Decimal(total),
        grade=grade,
        unset_count=unset,
        groups=groups,
    )
