"""Who takes part, and what people did. A module may import the ones above it."""

from .state import Stateful
from .trail import TrailEvent
from .finding import Findable, SearchEntry
from .office import Office
from .unit import Category, Tag, Unit, UnitName, of_kind
from .life import DATED, LifeAct, Succession, UnitPast
from .person import Membership, Role, User
from .paper import Paper
from .intake import ImportBatch, ImportRow
from .notification import Notification

__all__ = [
    "DATED",
    "Category",
    "Findable",
    "ImportBatch",
    "ImportRow",
    "LifeAct",
    "Membership",
    "Notification",
    "Office",
    "Paper",
    "Role",
    "SearchEntry",
    "Stateful",
    "Succession",
    "Tag",
    "TrailEvent",
    "Unit",
    "UnitName",
    "UnitPast",
    "User",
    "of_kind",
]
