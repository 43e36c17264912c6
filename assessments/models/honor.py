"""Honors: what can be granted, and who was granted it."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.lib.search import Known, Sound
from units.models import Category, Findable, SearchEntry, Stateful, User
from units.models.finding import FindableQuerySet


class HonorItemQuerySet(models.QuerySet):
    def for_listing(self, day=None):
        """The catalogue with how many awards stand of each honor, or stood on that day."""
        held = Award.objects.as_at(day) if day else Award.objects.standing()
        return self.select_related("kind").annotate(
            held_count=Count("awards", filter=Q(awards__in=held), distinct=True),
            # Counted apart: who is about to be named holds nothing yet.
            pending_count=Count("awards", filter=Q(awards__status=Award.Status.PENDING), distinct=True),
        )


class HonorItem(models.Model):
    """An honor of the catalogue: its level, its name, and the kind of unit that can hold it."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("nationwide")
        PROVINCE = "province", _("province level")
        CITY = "city", _("city level")
        COUNTY = "county", _("county level")

    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.COUNTY)
    name = models.CharField(_("name"), max_length=60)
    kind = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="honor_items",
        verbose_name=_("for units of this kind"),
    )
    term_years = models.PositiveSmallIntegerField(_("term in years"), default=1)
    issuer = models.CharField(_("granted by"), max_length=80, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = HonorItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("honor")
        verbose_name_plural = _("honors catalogue")
        ordering = ["sort_order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["level", "name"], name="honor_once_per_level"),
            models.CheckConstraint(condition=Q(term_years__gte=1), name="honor_lasts_a_year"),
        ]

    def __str__(self):
        return gettext("%(level)s %(name)s") % {"level": self.get_level_display(), "name": self.name}

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        # What was granted is found by the honor's name.
        SearchEntry.objects.refresh(Award, self.awards.values_list("pk", flat=True))

    def suits(self, unit):
        """Whether a unit of this kind can hold it; an honor for every kind suits all."""
        if self.kind_id is None:
            return True
        return unit.category is not None and self.kind_id in (unit.category_id, unit.category.parent_id)


class AwardQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """Those who read everything see every award, others their units'; the public roll asks nobody."""
        return self if user.reads_all else self.filter(unit__in=user.seen_ids)

    def standing(self):
        """Honors that are held, not revoked."""
        return self.filter(status=Award.Status.ACTIVE)

    def pending(self):
        """Candidates that are about to be named; they are counted apart from honors held."""
        return self.filter(status=Award.Status.PENDING)

    def as_at(self, day):
        """Honors that were held on that day, whatever became of them since.

        Of one whose document is not known, the year counts; of one without a year, that it is known.
        """
        undated = Q(granted_on__isnull=True) & (Q(year__isnull=True) | Q(year__lte=day.year))
        ended = Q(ended_on__isnull=False) & ~Q(ended_on__gt=day)
        never_held = Q(status__in=[Award.Status.PENDING, Award.Status.DROPPED])
        return self.filter(Q(granted_on__lte=day) | undated).exclude(ended).exclude(never_held)

    def in_force(self, year):
        """Honors whose term covers that year."""
        return self.standing().in_term(year)

    def in_term(self, year):
        """Honors whose term, as granted, covers that year."""
        return self.filter(year__lte=year, year__gt=year - F("item__term_years"))

    def for_listing(self):
        """Everything a roll shows, in one query; newest document first, the highest level on top."""
        return self.select_related("item", "unit__category__parent")


class Award(Findable, Stateful):
    """An honor granted to one unit for one year by one document.

    One that was held before the portal may lack what the lists do not tell: document, date, year.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("candidate")
        DROPPED = "dropped", _("not named")
        ACTIVE = "active", _("held")
        AWAITING = "awaiting", _("to be recognized")
        TRANSFERRED = "transferred", _("passed to the successor")
        TERMINATED = "terminated", _("ended with the unit")
        REVOKED = "revoked", _("revoked")

    MOVES = {
        "confirm": ({Status.PENDING}, Status.ACTIVE),
        "drop": ({Status.PENDING}, Status.DROPPED),
        "suspend": ({Status.ACTIVE}, Status.AWAITING),
        "recognize": ({Status.AWAITING}, Status.TRANSFERRED),
        "terminate": ({Status.ACTIVE, Status.AWAITING}, Status.TERMINATED),
        "revoke": ({Status.ACTIVE, Status.AWAITING}, Status.REVOKED),
    }
    VERBS = {
        "grant": _("granted"),
        "take_over": _("taken over from a list"),
        "confirm": _("named"),
        "drop": _("not named"),
        "suspend": _("waits to be recognized"),
        "recognize": _("passed to the successor"),
        "terminate": _("ended with the unit"),
        "revoke": _("revoked"),
    }
    TONES = {"active": "good", "pending": "info", "awaiting": "warn", "revoked": "bad"}
    FIND_FIELDS = frozenset({"unit_name", "document_number", "item", "unit"})
    FOUND_THROUGH = {"units.Unit": "unit"}

    item = models.ForeignKey(HonorItem, models.PROTECT, related_name="awards", verbose_name=_("honor"))
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="awards", verbose_name=_("unit"))
    # As the document says it; later renames do not rewrite a document.
    unit_name = models.CharField(_("unit as named in the document"), max_length=100)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    # As the list of those days calls it: 第七届, 2019–2021年度.
    edition = models.CharField(_("edition"), max_length=60, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    granted_on = models.DateField(_("date of the document"), null=True, blank=True)
    # From a list of honors already held: what the list does not say stays unknown.
    is_carried_over = models.BooleanField(_("held before the portal"), default=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ACTIVE)
    # The first day on which it was not held any more, and why.
    ended_on = models.DateField(_("held until"), null=True, blank=True)
    ended_note = models.CharField(_("why it ended"), max_length=300, blank=True)
    # The honor of a predecessor that a decision passed on.
    passed_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="passed_to", verbose_name=_("passed from")
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = [F("granted_on").desc(nulls_last=True), "item__sort_order", "unit__sort_order", "pk"]
        indexes = [models.Index(fields=["status", "-granted_on"], name="award_roll")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "unit", "year"], condition=Q(status="active"), name="award_held_once_per_year"
            ),
            models.UniqueConstraint(
                fields=["item", "unit"],
                condition=Q(status="active", year__isnull=True),
                name="award_held_once_in_an_unknown_year",
            ),
            models.CheckConstraint(
                condition=Q(is_carried_over=True)
                | (~Q(document_number="") & Q(granted_on__isnull=False) & Q(year__isnull=False)),
                name="award_has_a_document_or_is_older",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["active", "pending"], ended_on__isnull=True)
                | (~Q(status__in=["active", "pending"]) & ~Q(ended_note="") & Q(ended_on__isnull=False)),
                name="award_that_ended_says_when_and_why",
            ),
        ]

    def __str__(self):
        return f"{self.unit_name} {self.item}"

    def get_absolute_url(self):
        return reverse("assessments:award", args=[self.pk])

    def own_texts(self):
        """The unit as the document names it, the honor, the document."""
        return [
            Known(self.unit_name, sound=Sound.INITIALS),
            Known(self.item.name),
            Known(self.document_number, _("document number")),
        ]

    def found_with(self):
        return [self.unit]

    @classmethod
    def find_prefetch(cls):
        return ("unit__names", "unit__pasts")

    @classmethod
    def find_rows(cls):
        rows = super().find_rows().select_related("unit", "item")
        return rows.only("unit_name", "document_number", "unit__name", "item__name")

    @property
    def last_year(self):
        """The last year that the term covers; None where the year is not known."""
        return None if self.year is None else self.year + self.item.term_years - 1

    @property
    def term(self):
        """The years it covers, as people write them; else what the list called it."""
        if self.year is None:
            return self.edition or _("year not known")
        return str(self.year) if self.last_year == self.year else f"{self.year}–{self.last_year}"

    def audience(self, verb):
        """The unit hears of what it gains and what it loses; once it has ended, its successors do."""
        units = [self.unit, *(passed.after for passed in self.unit.successors.select_related("after"))]
        return [person for unit in units for person in User.objects.liaisons_of(unit)]
