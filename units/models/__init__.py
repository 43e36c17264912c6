"""Who takes part, and what people did. A module may import the ones above it."""

from .state import Stateful
from .trail import TrailEvent
from .office import Office
from .unit import Category, Unit, UnitName, of_kind
from .person import Membership, Role, User
from .intake import ImportBatch, ImportRow
from .notification import Notification

__all__ = [
    "Category",
    "ImportBatch",
    "ImportRow",
    "Membership",
    "Notification",
    "Office",
    "Role",
    "Stateful",
    "TrailEvent",
    "Unit",
    "UnitName",
    "User",
    "of_kind",
]
