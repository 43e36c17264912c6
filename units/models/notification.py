"""What people are told inside the portal."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(to=user)

    def unseen(self):
        return self.filter(seen_at__isnull=True)

    def unmailed(self):
        """What was not put into a letter yet and was not read in the portal either."""
        return self.filter(mailed_at__isnull=True, seen_at__isnull=True)


class Notification(models.Model):
    """One message to one person about one move of one record."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey()
    verb = models.CharField(max_length=40)
    title = models.CharField(_("about"), max_length=120)
    note = models.TextField(_("why"), blank=True)
    at = models.DateTimeField(_("when"), default=now)
    seen_at = models.DateTimeField(_("seen"), null=True)
    # Put into a letter; a person who is told daily or weekly gets one letter for many messages.
    mailed_at = models.DateTimeField(_("mailed"), null=True)
    # What must be told only once, however often the reminders run: "duty 12 in 3 days".
    key = models.CharField(max_length=80, null=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notification_told_once")]
        indexes = [models.Index(fields=["to", "seen_at"], name="notification_unseen")]

    def __str__(self):
        return self.title

    @property
    def verb_label(self):
        """The move in the reader's language, as the record's model words it."""
        model = ContentType.objects.get_for_id(self.content_type_id).model_class()
        return getattr(model, "VERBS", {}).get(self.verb, self.verb)
