"""What happens to units."""

from units.models import Category

# code, name, code of the upper category (architecture.md, "Settled"); the office may edit them.
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
