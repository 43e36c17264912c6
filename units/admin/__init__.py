"""The Django admin: plain tables for bulk work, opened by the policies, and all of it in the trail."""

from . import history, person, unit
from .list_in import ListInMixin
from .portal import LookOnlyAdmin, PortalAdmin

__all__ = ["ListInMixin", "LookOnlyAdmin", "PortalAdmin", "history", "person", "unit"]
