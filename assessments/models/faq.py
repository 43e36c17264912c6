"""Answers for everybody: what one unit asked, worded so that it helps all of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.clock import now
from civportal.lib.search import Known
from units.models import Findable, Stateful
from units.models.finding import FindableQuerySet

from .question import Question
from .standard import Indicator


class FaqQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """What is published, for everybody with a role; for the office what was withdrawn, too."""
        if user.is_office:
            return self
        return self.published() if user.roles else self.none()

    def published(self):
        return self.filter(status=Faq.Status.PUBLISHED)

    def for_listing(self):
        """In the order of the standard; what belongs to no indicator comes first."""
        rows = self.select_related("indicator__parent", "published_by")
        return rows.order_by(models.F("indicator__sort_order").asc(nulls_first=True), "indicator", "pk")


class Faq(Findable, Stateful):
    """A question and its answer, published to all units without saying who asked."""

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {"withdraw": ({Status.PUBLISHED}, Status.WITHDRAWN)}
    VERBS = {
        "publish": _("published to all units"),
        "edit": _("worded anew"),
        "withdraw": _("withdrawn"),
    }
    TONES = {"published": "good"}
    FIND_FIELDS = frozenset({"question", "answer"})
    FOUND_ORDER = ("indicator__sort_order", "pk")
    LONGEST_QUESTION, LONGEST_ANSWER = 300, 2000

    # Where it came from; who reads the list does not learn it.
    source = models.ForeignKey(Question, models.PROTECT, related_name="faqs", verbose_name=_("source"))
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="faqs", verbose_name=_("indicator")
    )
    question = models.CharField(_("question"), max_length=LONGEST_QUESTION)
    answer = models.TextField(_("answer"), max_length=LONGEST_ANSWER)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PUBLISHED)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), default=now)

    objects = FaqQuerySet.as_manager()

    class Meta:
        verbose_name = _("question often asked")
        verbose_name_plural = _("questions often asked")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(status="published"), name="faq_published_once"
            ),
            models.CheckConstraint(condition=~Q(question="") & ~Q(answer=""), name="faq_says_something"),
        ]

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        return f"{reverse('assessments:faq')}#faq-{self.pk}"

    def own_texts(self):
        """The question, and the words of the answer; the page shows both, so none needs a name."""
        return [Known(self.question), Known(self.answer)]
