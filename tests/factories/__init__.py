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
    AccountRequestFactory,
    CaseOfficerFactory,
    DirectorFactory,
    LiaisonFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
)

__all__ = [
    "AccountRequestFactory",
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
    "StandardFactory",
    "UnitFactory",
    "UnitYearFactory",
    "UserFactory",
]
