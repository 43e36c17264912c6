"""Reading the trail: its lines as people read them, without what the reader may not see."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from civportal.lib.masking import mask
from units.models import TrailEvent

# Acts by which protected data left its place.
PROTECTED_VERBS = ("unmask", "export")


@dataclass
class Line:
    """One line of the trail; `record` is None where it is gone, or not the reader's to know."""

    event: TrailEvent
    record: object
    is_hidden: bool = False

    @property
    def about(self):
        """The record's name, or its kind and number."""
        kind = self.event.content_type.model_class()
        if self.record is not None:
            return str(self.record)
        named = kind._meta.verbose_name if kind else self.event.content_type.model
        return _("%(kind)s no. %(number)s") % {"kind": named, "number": self.event.object_id}

    @property
    def kind(self):
        model = self.event.content_type.model_class()
        return model._meta.verbose_name if model else ""

    @property
    def href(self):
        """The record's page, if it has one and the reader may open it."""
        return self.record.get_absolute_url() if hasattr(self.record, "get_absolute_url") else ""

    @property
    def note(self):
        return "" if self.is_hidden else mask(self.event.note)

    @property
    def changes(self):
        """(field, old, new) in words, telephone numbers masked wherever they stand."""
        if self.is_hidden or self.event.content_type.model_class() is None:
            return []
        return [(label, in_text(old), in_text(new)) for label, old, new in self.event.change_lines]


def lines(events, user):
    """The events with their records, as far as this person may know them; one query per kind of record."""
    events = list(events)
    found = records_of(events, user)
    return [line_of(event, found.get((event.content_type_id, event.object_id)), user) for event in events]


def line_of(event, record, user):
    """The line about the record, or without it: gone, kept for others, or perhaps a draft thrown away.

    A record that everybody may know can still keep the words of a line to its own people (`keeps`).
    """
    if record is None:
        return Line(event, None, has_drafts(event.content_type.model_class()))
    is_kept = hasattr(record, "keeps") and record.keeps(event, user)
    return Line(event, record if record.is_theirs else None, is_kept or not record.is_theirs)


def records_of(events, user):
    """(kind, number) → record with `is_theirs`: whether this person may know it."""
    numbers = defaultdict(set)
    for event in events:
        numbers[event.content_type_id].add(event.object_id)
    found = {}
    for kind, keys in numbers.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None:
            is_theirs = Exists(visible(model, user).filter(pk=OuterRef("pk")))
            rows = model._base_manager.filter(pk__in=keys).select_related().annotate(is_theirs=is_theirs)
            found |= {(kind, record.pk): record for record in rows}
    return found


def visible(model, user):
    """The records of the model that the person may know; what nobody hides is everybody's."""
    rows = model._default_manager
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows.all()


def has_drafts(model):
    """Whether records of the model begin as drafts, whose words are their unit's alone."""
    statuses = getattr(model, "Status", None)
    return (
        statuses is not None and "draft" in statuses.values and hasattr(model._default_manager, "visible_to")
    )


def in_text(value):
    """A kept value as one text."""
    if isinstance(value, list):
        return "、".join(map(in_text, value))
    return mask(value) if value not in ("", None, {}) else ""
