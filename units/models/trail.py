"""The trail: who did what to which record, when, from what to what, and why."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.masking import mask


class TrailIsAppendOnly(RuntimeError):
    """Somebody tried to change or delete history."""


class TrailEventQuerySet(models.QuerySet):
    def about(self, record):
        """The history of one record, oldest first."""
        kind = ContentType.objects.get_for_model(record)
        return self.filter(content_type=kind, object_id=record.pk).select_related("by").order_by("number")

    def update(self, **kwargs):
        raise TrailIsAppendOnly("history is never changed")

    def delete(self):
        raise TrailIsAppendOnly("history is never deleted")


class TrailEvent(models.Model):
    """One line of history, chained by hash to the line before it about the same record."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of record"))
    object_id = models.BigIntegerField(_("record number"))
    subject = GenericForeignKey()
    number = models.PositiveIntegerField(_("line"))
    verb = models.CharField(_("act"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="deeds", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    from_status = models.CharField(_("from"), max_length=20, blank=True)
    to_status = models.CharField(_("to"), max_length=20, blank=True)
    note = models.TextField(_("why"), blank=True)
    # field → [old, new]
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    objects = TrailEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of history")
        verbose_name_plural = _("trail")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "number"], name="trail_one_line_per_number"
            )
        ]
        indexes = [
            models.Index(fields=["-at"], name="trail_newest_first"),
            # A rare act, such as looking at telephone numbers, is found without reading everything.
            models.Index(fields=["verb", "-at"], name="trail_by_act"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb_label}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TrailIsAppendOnly("history is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TrailIsAppendOnly("history is never deleted")

    @property
    def verb_label(self):
        """The act in the reader's language, as its model words it."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        return getattr(model, "VERBS", {}).get(self.verb) or COMMON_VERBS.get(self.verb, self.verb)

    @property
    def change_lines(self):
        """What changed as (label, old, new), each field under the name people know it by, numbers masked."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        fields, named = fields_of(model), getattr(model, "PARTS", {})
        return [
            (label_of(name, fields.get(name), named), *(shown(value, fields.get(name)) for value in pair))
            for name, pair in self.changes.items()
        ]

    @property
    def to_label(self):
        """The status arrived at, in the reader's language."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        status = getattr(model, "Status", None)
        return dict(status.choices).get(self.to_status, self.to_status) if status else ""


def fields_of(model):
    """Name → field; what stands one to one beside a record is told in its history, too."""
    beside = [relation.related_model for relation in model._meta.related_objects if relation.one_to_one]
    return {
        field.name: field
        for part in (*beside, model)
        for field in (*part._meta.concrete_fields, *part._meta.many_to_many)
    }


def label_of(name, field, named=()):
    """What people call the thing that changed; it need not be a column.

    `named` are the words of a model for its parts, such as "item" for "item 3".
    """
    word, _blank, number = name.partition(" ")
    if word in named:
        return named[word] % {"number": number}
    return field.verbose_name if field else FURTHER_LABELS.get(name, name)


def shown(value, field):
    """A kept value as people read it: the word of a choice, yes or no, a masked telephone number."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.name in NUMBERS:
        return mask(value)
    return dict(field.flatchoices).get(value, value) if getattr(field, "choices", None) else value


NUMBERS = {"mobile", "tel", "office_tel"}
# What changes beside columns.
FURTHER_LABELS = {"roles": _("roles held"), "names": _("other names"), "unit": _("unit")}
# Acts that any record can meet.
COMMON_VERBS = {
    "create": _("created"),
    "edit": _("edited"),
    "delete": _("deleted"),
    "import": _("imported"),
    "undo_import": _("import undone"),
    "export": _("exported"),
}
