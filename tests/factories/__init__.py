"""Dull factories: what they make is valid and without surprises."""

from .assessments import (
    ClaimFactory,
    CycleFactory,
    EntryFactory,
    IndicatorFactory,
    PlanFactory,
    ReviewFactory,
    StandardFactory,
    UnitYearFactory,
)
from .units import (
    CaseOfficerFactory,
    DirectorFactory,
    LiaisonFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
)

__all__ = [
    "CaseOfficerFactory",
    "ClaimFactory",
    "CycleFactory",
    "DirectorFactory",
    "EntryFactory",
    "IndicatorFactory",
    "LiaisonFactory",
    "MembershipFactory",
    "PlanFactory",
    "ReviewFactory",
    "StandardFactory",
    "UnitFactory",
    "UnitYearFactory",
    "UserFactory",
]
