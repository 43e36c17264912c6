"""Who takes part, and what people did. A module may import the ones above it."""

from .state import Stateful
from .bin import KeptManager, Removable, overdue
from .trail import TrailEvent
from .finding import Findable, SearchEntry
from .office import Office
from .unit import Category, Tag, Unit, UnitName, of_kind
from .life import DATED, LifeAct, Succession, UnitPast
from .person import Membership, Role, User
from .session import Session
from .account_request import AccountRequest
from .paper import Paper
from .window import Window, WindowStaff
from .organization import Organization
from .letter import LetterText, ResponsibilityLetter
from .intake import ImportBatch, ImportRow
from .notification import Notification
from .outbox import OutgoingLetter
from .periodic import PeriodicRun

__all__ = [
    "DATED",
    "AccountRequest",
    "Category",
    "Findable",
    "ImportBatch",
    "ImportRow",
    "KeptManager",
    "LetterText",
    "LifeAct",
    "Membership",
    "Notification",
    "Office",
    "Organization",
    "OutgoingLetter",
    "Paper",
    "PeriodicRun",
    "Removable",
    "ResponsibilityLetter",
    "Role",
    "SearchEntry",
    "Session",
    "Stateful",
    "Succession",
    "Tag",
    "TrailEvent",
    "Unit",
    "UnitName",
    "UnitPast",
    "User",
    "Window",
    "WindowStaff",
    "of_kind",
    "overdue",
]
