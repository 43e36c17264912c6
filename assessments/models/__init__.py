"""The creation year, in the order it happens. A module may import the ones above it."""

from .standard import Adjustment, Indicator, Standard
from .cycle import Cycle, Stage, UnitYear, WorkCalendar
from .duty import Deadline, Duty
from .plan import Goal, Plan, PlanEdition, PlanItem
from .document import Document
from .wall_chart import ChartedUnit, ChartItem
from .field_survey import FieldSurvey, SurveyedUnit
from .ledger import Claim, LedgerEntry
from .evidence import EvidenceFile
from .edition import EntryEdition
from .guide import RecordGuide
from .likeness import LikenessOpinion, PictureMark, PicturePair, PictureWord, TextMark, TextPiece
from .pre_review import PreReview
from .review import Review
from .mark import Mark
from .score import ScoreLine, ScoreSheet
from .honor import Award, HonorItem
from .publication import RankingRelease, RankingRow
from .binder import Binder, BinderVolume, LedgerClass

__all__ = [
    "Adjustment",
    "Award",
    "Binder",
    "BinderVolume",
    "ChartItem",
    "ChartedUnit",
    "Claim",
    "Cycle",
    "Deadline",
    "Document",
    "Duty",
    "EntryEdition",
    "EvidenceFile",
    "FieldSurvey",
    "Goal",
    "HonorItem",
    "Indicator",
    "LedgerClass",
    "LedgerEntry",
    "LikenessOpinion",
    "Mark",
    "PictureMark",
    "PicturePair",
    "PictureWord",
    "Plan",
    "PlanEdition",
    "PlanItem",
    "PreReview",
    "RankingRelease",
    "RankingRow",
    "RecordGuide",
    "Review",
    "ScoreLine",
    "ScoreSheet",
    "Stage",
    "Standard",
    "SurveyedUnit",
    "TextMark",
    "TextPiece",
    "UnitYear",
    "WorkCalendar",
]
