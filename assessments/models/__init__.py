"""The creation year, in the order it happens. A module may import the ones above it."""

from .standard import Adjustment, Indicator, Level, Standard
from .cycle import Cycle, Stage, UnitYear, WorkCalendar
from .conflict import Conflict, ConflictHint, ConflictOverride
from .assignment import Assignment
from .duty import Deadline, Duty
from .plan import Goal, Plan, PlanEdition, PlanItem
from .document import Document
from .wall_chart import ChartedUnit, ChartItem
from .field_survey import FieldSurvey, SurveyedUnit
from .ledger import Claim, LedgerEntry
from .evidence import EvidenceFile
from .content_check import ContentCheck
from .edition import EntryEdition
from .guide import RecordGuide
from .likeness import LikenessOpinion, PictureMark, PicturePair, PictureWord, TextMark, TextPiece
from .pre_review import PreReview
from .review import ReturnPoint, ReturnReason, Review
from .mark import Mark
from .review_draft import DraftMark, ReviewDraft
from .calibration import CalibrationItem, CalibrationMark, CalibrationReviewer, CalibrationRound
from .note import InternalNote
from .question import Question, QuestionMessage
from .faq import Faq
from .bulk import BulkDecision, BulkLine
from .saved_view import SavedView
from .score import ScoreLine, ScoreSheet
from .moderation import Moderation, ModerationLine
from .honor import Award, HonorItem
from .publication import RankingRelease, RankingRow
from .binder import Binder, BinderVolume, LedgerClass

__all__ = [
    "Adjustment",
    "Assignment",
    "Award",
    "Binder",
    "BinderVolume",
    "BulkDecision",
    "BulkLine",
    "CalibrationItem",
    "CalibrationMark",
    "CalibrationReviewer",
    "CalibrationRound",
    "ChartItem",
    "ChartedUnit",
    "Claim",
    "Conflict",
    "ConflictHint",
    "ConflictOverride",
    "ContentCheck",
    "Cycle",
    "Deadline",
    "Document",
    "DraftMark",
    "Duty",
    "EntryEdition",
    "EvidenceFile",
    "Faq",
    "FieldSurvey",
    "Goal",
    "HonorItem",
    "Indicator",
    "InternalNote",
    "LedgerClass",
    "LedgerEntry",
    "Level",
    "LikenessOpinion",
    "Mark",
    "Moderation",
    "ModerationLine",
    "PictureMark",
    "PicturePair",
    "PictureWord",
    "Plan",
    "PlanEdition",
    "PlanItem",
    "PreReview",
    "Question",
    "QuestionMessage",
    "RankingRelease",
    "RankingRow",
    "RecordGuide",
    "ReturnPoint",
    "ReturnReason",
    "Review",
    "ReviewDraft",
    "SavedView",
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
