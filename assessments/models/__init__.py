"""The creation year, in the order it happens. A module may import the ones above it."""

from .standard import Adjustment, Indicator, Standard
from .cycle import Cycle, Duty, Stage, UnitYear, WorkCalendar
from .plan import Plan, PlanItem
from .ledger import Claim, LedgerEntry
from .evidence import EvidenceFile
from .review import Review
from .score import ScoreLine, ScoreSheet
from .honor import Award, HonorItem
from .publication import RankingRelease, RankingRow

__all__ = [
    "Adjustment",
    "Award",
    "Claim",
    "Cycle",
    "Duty",
    "EvidenceFile",
    "HonorItem",
    "Indicator",
    "LedgerEntry",
    "Plan",
    "PlanItem",
    "RankingRelease",
    "RankingRow",
    "Review",
    "ScoreLine",
    "ScoreSheet",
    "Stage",
    "Standard",
    "UnitYear",
    "WorkCalendar",
]
