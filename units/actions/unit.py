"""What happens to units."""

from units.models import Category, TrailEvent

from . import editing
from .editing import ChangedMeanwhile

__all__ = ["ChangedMeanwhile", "edit", "load_categories"]

# code, name, code of the upper category; the office may edit them.
DEFAULT_CATEGORIES = [
    ("industry", "行业（系统）", None),
    ("unit", "单位", None),
    ("organ", "机关", "unit"),
    ("institution", "事业单位", "unit"),
    ("enterprise", "企业", "unit"),
    ("soe", "国有企业", "unit"),
    ("private", "民营企业", "unit"),
    ("bank", "银行", "unit"),
    ("vertical", "垂直管理单位", "unit"),
    ("town", "乡镇（街道）", None),
    ("village", "村", None),
    ("community", "社区", None),
    ("campus", "校园", None),
]


def load_categories(**_signal):
    """Give an empty portal the usual categories; an office's own list is left alone."""
    if Category.objects.exists():
        return
    made = {}
    for order, (code, name, parent) in enumerate(DEFAULT_CATEGORIES):
        made[code] = Category.objects.create(code=code, name=name, parent=made.get(parent), sort_order=order)


def edit(unit, values, *, by, seen=None):
    """The office corrects what the register says of a unit; every change is kept, old and new.

    `values` maps fields to values; `seen` is the version the form was opened with. Saving what is
    already there changes nothing. Raises ChangedMeanwhile when somebody was quicker.
    """
    # The organization of the work stands in the unit's history, too, but is no part of this form.
    lines = TrailEvent.objects.about(unit).exclude(verb="organize")
    return editing.edit(unit, values, by=by, seen=seen, lines=lines)
