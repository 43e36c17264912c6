"""Dull factories: what they make is valid and without surprises."""

from .assessments import (
    AwardFactory,
    ClaimFactory,
    CycleFactory,
    EntryFactory,
    EvidenceFactory,
    HonorItemFactory,
    IndicatorFactory,
    PlanFactory,
    ReleaseFactory,
    ReviewFactory,
    StandardFactory,
    UnitYearFactory,
)
from .units import (
    CaseOfficerFactory,
    DirectorFactory,
    LiaisonFactory,
    MembershipFactory,
    SessionFactory,
    UnitFactory,
    UserFactory,
    person_in,
)

__all__ = [
    "AwardFactory",
    "CaseOfficerFactory",
    "ClaimFactory",
    "CycleFactory",
    "DirectorFactory",
    "EntryFactory",
    "EvidenceFactory",
    "HonorItemFactory",
    "IndicatorFactory",
    "LiaisonFactory",
    "MembershipFactory",
    "PlanFactory",
    "ReleaseFactory",
    "ReviewFactory",
    "SessionFactory",
    "StandardFactory",
    "UnitFactory",
    "UnitYearFactory",
    "UserFactory",
    "person_in",
]
