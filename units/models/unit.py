"""Units that take part: who they are and under which names they are known."""

from collections import defaultdict

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.lib.names import plain_name
from civportal.lib.search import Known, Sound

from .finding import Findable, FindableQuerySet, Naming, NamingQuerySet


class Category(models.Model):
    """A kind of unit, two levels deep; rankings group by the upper level."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    sort_order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["sort_order", "pk"]

    def __str__(self):
        return self.name


def of_kind(category, unit=""):
    """Units of that category or of one below it; `unit` leads there from other records: "unit__"."""
    return Q(**{f"{unit}category": category}) | Q(**{f"{unit}category__parent": category})


class Tag(models.Model):
    """A word by which the office groups units as it likes."""

    name = models.CharField(_("tag"), max_length=20, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self):
        return self.name


# A unit without category that is called so is a town, after which villages may be named.
TOWN_ENDINGS = ("镇", "乡", "街道")
# How a list says that a unit lies in no town although its name begins with that of one.
NO_TOWN = "无"


def tags_by_unit(numbers):
    """The number of each of these units → its tags, in their order; nothing of those that bear none."""
    found = defaultdict(list)
    bears = Unit.tags.through.objects.filter(unit__in=numbers)
    for number, tag in bears.values_list("unit", "tag__name"):
        found[number].append(tag)
    return {number: sorted(tags) for number, tags in found.items()}


class Headings(models.Func):
    """The keys of a JSON object in one text, a line each."""

    output_field = models.TextField()

    def as_sqlite(self, compiler, connection, **context):
        template = "(SELECT group_concat(key, char(10)) FROM json_each(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        template = "(SELECT string_agg(key, chr(10)) FROM jsonb_object_keys(%(expressions)s) AS key)"
        return self.as_sql(compiler, connection, template=template, **context)


class UnitQuerySet(FindableQuerySet):
    def visible_to(self, user):
        """Readers of the register see every unit, others the own ones, what these were, and their tree."""
        return self if user.reads_register else self.filter(pk__in=user.seen_ids)

    def existing(self):
        """Units that were not merged away, split up or dissolved."""
        return self.exclude(participation=Unit.Participation.ENDED)

    def participating(self):
        return self.filter(participation=Unit.Participation.PARTICIPATING)

    def for_listing(self):
        """Everything the list of units shows, in one query."""
        return self.select_related("category__parent", "supervisor", "town")

    def towns(self):
        """Towns, by their category or, where they have none, by their name."""
        named = Q()
        for ending in TOWN_ENDINGS:
            named |= Q(category=None, match_name__endswith=ending)
        return self.existing().filter(Q(category__code="town") | named)

    def further_headings(self):
        """The headings of what lists said of these units beside all fields, in an order of their own."""
        rows = self.exclude(extra={}).order_by().annotate(found_headings=Headings("extra"))
        together = rows.values_list("found_headings", flat=True).distinct()
        return sorted({heading for headings in together for heading in headings.split("\n")})


class Unit(Findable):
    """A body that takes part in the creation work, or stands above one that does."""

    class Participation(models.TextChoices):
        PARTICIPATING = "participating", _("takes part")
        REQUIRED = "required", _("should take part")
        EXEMPT = "exempt", _("exempt")
        WITHDRAWN = "withdrawn", _("has left")
        OUTSIDE = "outside", _("outside body")
        ENDED = "ended", _("no longer exists")

    VERBS = {
        "issue_account": _("account issued"),
        "import": _("taken in from a list"),
        "rename": _("renamed"),
        "merge": _("merged"),
        "split": _("split"),
        "dissolve": _("dissolved"),
        "change": _("changed from a date on"),
        "hand_over": _("work handed over"),
        "unmask": _("telephone numbers looked at"),
        "add_paper": _("document added"),
        "organize": _("organization of the work edited"),
        "sign_letter": _("responsibility letter signed"),
        "delete_letter": _("responsibility letter struck out"),
    }
    TONES = {"participating": "good", "required": "bad", "withdrawn": "warn"}
    # Standings that have to say why.
    EXPLAINED = {Participation.REQUIRED, Participation.EXEMPT, Participation.WITHDRAWN}
    FIND_FIELDS = frozenset({"name", "uscc"})
    FOUND_ORDER = ("sort_order", "pk")
    OWN_PREFETCH = ("names", "pasts")

    name = models.CharField(_("name"), max_length=100)
    match_name = models.CharField(_("name for matching"), max_length=100, editable=False, db_index=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("category")
    )
    participation = models.CharField(
        _("participation"), max_length=20, choices=Participation, default=Participation.PARTICIPATING
    )
    participation_note = models.CharField(_("why so"), max_length=200, blank=True)
    is_new_participant = models.BooleanField(_("new participant"), default=False)
    founded_on = models.DateField(_("exists since"), null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="units", verbose_name=_("tags"))
    supervisor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        verbose_name=_("supervising unit"),
    )
    town = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="residents", verbose_name=_("town")
    )
    sort_order = models.PositiveIntegerField(_("office order"), default=0, db_index=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    staff_count = models.PositiveIntegerField(_("headcount"), null=True, blank=True)
    staff_count_is_approximate = models.BooleanField(_("headcount is approximate"), default=False)
    top_leader = models.CharField(_("top leader"), max_length=60, blank=True)
    leader_in_charge = models.CharField(_("leader in charge"), max_length=60, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    mobile = models.CharField(_("mobile"), max_length=60, blank=True)
    tel = models.CharField(_("office telephone"), max_length=60, blank=True)
    email = models.CharField(_("e-mail"), max_length=100, blank=True)
    has_window = models.BooleanField(_("has a service window"), null=True, blank=True)
    # Kept as the list wrote them until the registry can hold honors and tasks.
    honors_text = models.TextField(_("honors as listed"), blank=True)
    application_text = models.TextField(_("application as listed"), blank=True)
    pairing_text = models.TextField(_("pairing as listed"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    # Columns of an imported list that no field stands for: heading → text.
    extra = models.JSONField(_("further columns"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_order", "pk"]
        constraints = [
            # Two constraints, because to a database one unknown supervisor differs from another.
            # A unit that has ended keeps its name and code, and its successor may bear the same.
            models.UniqueConstraint(
                fields=["match_name", "supervisor"],
                condition=~Q(participation="ended"),
                name="unit_name_once_per_supervisor",
            ),
            models.UniqueConstraint(
                fields=["match_name"],
                condition=Q(supervisor__isnull=True) & ~Q(participation="ended"),
                name="unit_name_once_without_supervisor",
            ),
            models.UniqueConstraint(
                fields=["uscc"], condition=~Q(participation="ended"), name="unit_code_once"
            ),
            models.CheckConstraint(
                condition=Q(supervisor__isnull=True) | ~Q(supervisor=models.F("id")),
                name="unit_does_not_supervise_itself",
            ),
            models.CheckConstraint(condition=~Q(match_name=""), name="unit_has_a_name"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.match_name = plain_name(self.name)
        self.uscc = self.uscc or None
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("unit", args=[self.pk])

    def own_texts(self):
        """Its names of all times, how they sound, and its codes."""
        yield Known(self.name, sound=Sound.FULL)
        yield from (Known(one.name, one.label, Sound.FULL) for one in self.names.all())
        yield from (Known(past.name, _("former name"), Sound.FULL) for past in self.pasts.all())
        yield Known(self.uscc or "", _("credit code"), is_open=False)
        yield from (Known(past.uscc or "", _("former code"), is_open=False) for past in self.pasts.all())

    @classmethod
    def find_rows(cls):
        return super().find_rows().only("name", "uscc")

    def lent_texts(self):
        """By what the unit's records are found: its names, and their initials."""
        names = [self, *self.names.all(), *self.pasts.all()]
        return [Known(one.name, sound=Sound.INITIALS) for one in names]

    @property
    def has_ended(self):
        return self.participation == self.Participation.ENDED

    @property
    def tone(self):
        """The tone of the participation's badge."""
        return self.TONES.get(self.participation, "idle")

    @property
    def headcount(self):
        """The headcount as people write it; an approximate one says so."""
        if self.staff_count is None:
            return ""
        return f"≈{self.staff_count}" if self.staff_count_is_approximate else str(self.staff_count)

    @property
    def kind(self):
        """The upper category, by which rankings are grouped."""
        return self.category and (self.category.parent or self.category)


class UnitName(Naming):
    """Another name by which a unit is found: a short name, or one it had before."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=100)
    match_name = models.CharField(max_length=100, editable=False, db_index=True)
    is_alias = models.BooleanField(_("alias"), default=True)
    # A person said so, by an act in the unit's life or of a row of a list: a list need not ask again.
    is_settled = models.BooleanField(_("settled by a person"), default=False)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = NamingQuerySet.as_manager()

    class Meta:
        verbose_name = _("further name")
        verbose_name_plural = _("further names")
        ordering = ["unit", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "match_name"], name="unit_has_a_name_once"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(from_on__isnull=True) | Q(to_on__gte=models.F("from_on")),
                name="name_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.match_name = plain_name(self.name)
        super().save(*args, **kwargs)

    @property
    def label(self):
        """What the name is to the unit."""
        return _("other name") if self.is_alias else _("former name")
