"""What happens to units."""

import re
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from civportal.lib.names import clean_text
from units.models import Category, Tag, TrailEvent, Unit

from . import editing, trail

# Between the words of a list typed by hand.
SEPARATORS = re.compile(r"[、，,;；\s]+")
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


@transaction.atomic
def create(values, *, tags="", by):
    """The office enters a unit by hand, behind all others where no place is given.

    Raises ValidationError when a unit of that name or code came in meanwhile.
    """
    if not values.get("sort_order"):
        last = Unit.objects.aggregate(last=Max("sort_order"))["last"] or 0
        values = {**values, "sort_order": last + 1}
    try:
        with transaction.atomic():
            unit = Unit.objects.create(**values)
    except IntegrityError as clash:
        raise ValidationError(_("A unit of this name or code has just been entered; look it up.")) from clash
    set_tags(unit, tags)
    trail.record(unit, "create", by=by)
    return unit


@transaction.atomic
def edit(unit, values, *, tags=None, by, seen=None):
    """The office corrects what the register says of a unit; every change is kept, old and new.

    `values` maps fields to values; `seen` is the version the form was opened with. Saving what is
    already there changes nothing. Raises ChangedMeanwhile when somebody was quicker, ValidationError
    when the unit would stand above its own supervisor.
    """
    hold_tree()
    refuse_circle(unit, values.get("supervisor"))
    # The organization of the work stands in the unit's history, too, but is no part of this form.
    lines = TrailEvent.objects.about(unit).exclude(verb="organize")
    further = partial(set_tags, text=tags) if tags is not None else None
    return editing.edit(unit, values, by=by, seen=seen, lines=lines, further=further)


def unmask(unit, *, by):
    """Somebody looks at the unit's telephone numbers in full; the trail says who and when."""
    return trail.record(unit, "unmask", by=by)


def set_tags(unit, text):
    """Give the unit exactly the tags that the text names; {"tags": [old, new]} when that changes them."""
    before = tags_of(unit)
    wanted = [word[:20] for word in dict.fromkeys(SEPARATORS.split(clean_text(text))) if word]
    if set(wanted) == set(before):
        return {}
    unit.tags.set([Tag.objects.get_or_create(name=word)[0] for word in wanted])
    return {"tags": ["、".join(before), "、".join(wanted)]}


def tags_of(unit):
    """The names of the unit's tags; none of a unit that is not saved yet."""
    return [tag.name for tag in unit.tags.all()] if unit.pk else []


def hold_tree():
    """Wait until nobody else changes who stands above whom: two such changes at once could close a circle.

    The tree has no row of its own; the first category stands for it.
    """
    Category.objects.select_for_update().order_by("pk").values_list("pk").first()


def refuse_circle(unit, supervisor):
    """Raise ValidationError when the unit stands, however far, above the one that is to supervise it."""
    if supervisor is None or unit.pk is None:
        return
    above, seen = supervisor.pk, set()
    while above is not None and above != unit.pk and above not in seen:
        seen.add(above)
        # Asked one by one, for the record in hand may be older than the tree.
        above = Unit.objects.values_list("supervisor", flat=True).get(pk=above)
    if above == unit.pk:
        text = _("This unit stands below; it cannot stand above at the same time.")
        raise ValidationError({"supervisor": text})
