"""Finding records by any part of what they are called: the index, and how records keep it current.

A model that is `Findable` says in `own_texts()` by what it is found. Whatever writes such a record,
one or thousands at once, renews its entry in the same transaction; so do the names that hang on it
and the unit through which it is found. `rows.finding(text)` narrows any list, `rows.hits(text)`
gives the best few. What decides is the haystack alone, so that both databases find the same.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import islice

from django.apps import apps
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import Case, Count, Q, Value, When, Window
from django.utils.translation import gettext_lazy as _

from civportal.lib import search

BATCH = 500
# Up to so many records the index tells exactly; a word that more of them hold narrows nothing.
MANY = 2000
# Of a word that many records hold, so many of the first ones are put in order, and so many that
# are called exactly so.
FIRST, EXACT = 200, 50
# In SQLite one number says kind and record, so that the index gives one kind after the other.
KIND_STEP = 2**40
SQLITE_QUERY = """
    SELECT rowid - %(start)s FROM units_search
    WHERE units_search MATCH %(query)s AND rowid > %(start)s AND rowid < %(end)s LIMIT %(most)s
"""


# Inside `renewed_once`: model → numbers of the records whose entries are to be renewed at its end.
WAITING: ContextVar = ContextVar("waiting", default=None)


@contextmanager
def renewed_once():
    """For an act that writes the same records several times: their entries are renewed at its end, once.

    Stands inside the act's transaction; when the act fails, there is nothing to renew.
    """
    waiting: dict = defaultdict(set)
    token = WAITING.set(waiting)
    try:
        yield
    finally:
        WAITING.reset(token)
    for model, numbers in waiting.items():
        SearchEntry.objects.refresh(model, numbers)


class SearchEntryManager(models.Manager):
    @transaction.atomic(savepoint=False)
    def refresh(self, model, numbers):
        """Bring the entries of these records up to date, and of those that are found through them."""
        waiting = WAITING.get()
        if waiting is not None:
            waiting[model].update(numbers)
            return
        for changed in batches(self.write(model, numbers)):
            for dependent in found_through(model):
                self.refresh(dependent, dependent.found_through(model, changed))

    @transaction.atomic(savepoint=False)
    def write(self, model, numbers):
        """Write the entries of these records where they differ; gives the numbers of those written."""
        return [
            number for batch in batches(sorted(set(numbers))) for number in self.write_batch(model, batch)
        ]

    def write_batch(self, model, numbers):
        """The same for a few; the records are held meanwhile.

        Who adds a name at the same time waits, and then reads this one.
        """
        kind = ContentType.objects.get_for_model(model)
        held = model.find_rows().filter(pk__in=numbers).order_by("pk")
        records = held.select_for_update(of=("self",), no_key=True)
        kept = dict(
            self.filter(content_type=kind, object_id__in=numbers).values_list("object_id", "haystack")
        )
        fresh = [SearchEntry.about(record, kind) for record in records]
        changed = [entry for entry in fresh if kept.get(entry.object_id) != entry.haystack]
        self.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=["haystack", "grams"],
        )
        return [entry.object_id for entry in changed]

    def numbers(self, model, words, most):
        """Numbers of at most `most` records that offer every token of the words; None if none is asked."""
        asked = [alternatives for alternatives in map(search.needed, words) if alternatives]
        return self.offering(model, asked, most) if asked else None

    def offering(self, model, asked, most):
        """The same for tokens: of every item one alternative, of that all."""
        kind = ContentType.objects.get_for_model(model)
        if connection.vendor == "sqlite":
            start = kind.pk * KIND_STEP
            values = {"start": start, "end": start + KIND_STEP, "most": most}
            with connection.cursor() as cursor:
                cursor.execute(SQLITE_QUERY, values | {"query": search.match_query(asked)})
                return [number for (number,) in cursor.fetchall()]
        found = self.filter(content_type=kind)
        for alternatives in asked:
            found = found.filter(any_of("grams__offers", map(" ".join, alternatives)))
        return list(found.values_list("object_id", flat=True)[:most])


class SearchEntry(models.Model):
    """By what one record is found, ready for searching."""

    # The constraint below is its index; a second one would mislead the planner while tables are young.
    content_type = models.ForeignKey(
        ContentType, models.CASCADE, db_index=False, related_name="+", verbose_name=_("kind of record")
    )
    object_id = models.BigIntegerField(_("record number"))
    haystack = models.TextField(_("texts"))
    # Everything of the haystack that a word can ask the index for. PostgreSQL has an index of it,
    # SQLite a table beside it that triggers keep: see the migration, and make them anew when this
    # table is ever rebuilt.
    grams = models.TextField(_("tokens"))

    objects = SearchEntryManager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="search_entry_once")
        ]

    def __str__(self):
        return self.haystack.strip().partition(search.BREAK)[0]

    @classmethod
    def about(cls, record, kind):
        """The entry as it should be, not saved."""
        haystack, grams = search.entry_of(list(record.find_texts()))
        return cls(content_type=kind, object_id=record.pk, haystack=haystack, grams=grams)


@dataclass(frozen=True)
class Hits:
    """The best few; `count` of all that were found, or None when they are too many to be counted."""

    records: list
    count: int | None


class FindableQuerySet(models.QuerySet):
    def finding(self, text, *, openly=False):
        """Records that hold every word of the text in what they are called; in any case and width.

        `openly` looks only at what everybody may search by. Asks the index at once, the rest later.
        """
        words = search.words(text)
        return self.among(words, self.known_numbers(words), openly=openly) if words else self.none()

    def known_numbers(self, words):
        """Numbers of all records that may be meant, or None when there are too many to say."""
        numbers = SearchEntry.objects.numbers(self.model, words, MANY + 1)
        return numbers if numbers is not None and len(numbers) <= MANY else None

    def among(self, words, numbers, *, openly=False):
        """Records that hold the words, looked for among these numbers, or among all."""
        lookup = "search_entries__haystack__holds_openly" if openly else "search_entries__haystack__holds"
        holds_all = Q()
        for word in words:
            holds_all &= any_of(lookup, search.needles(word))
        rows = self if numbers is None else self.filter(pk__in=numbers)
        return rows.filter(holds_all)

    def hits(self, text, most=8):
        """The best few and how many there are: called so, beginning or ending so, then in usual order.

        Of a text that more than MANY records hold, those called exactly so and the first ones by
        record number are looked at, on every database the same.
        """
        words = search.words(text)
        if not words:
            return Hits([], 0)
        numbers = self.known_numbers(words)
        found = self.among(words, numbers)
        if numbers is None:
            numbers = list(found.order_by(self.model.FOUND_ORDER[-1]).values_list("pk", flat=True)[:FIRST])
            if len(numbers) == FIRST:
                found = self.among(words, {*numbers, *self.called(words)})
                return Hits(found.ranked(words, most), None)
        records = found.ranked(words, most) if numbers else []
        return Hits(records, records[0].found_count if records else 0)

    def called(self, words):
        """Numbers of some records that are called exactly so."""
        whole = [[[search.whole_token("".join(words))]]]
        return SearchEntry.objects.offering(self.model, whole, EXACT)

    def ranked(self, words, most):
        """The best few, with what shows why they were found; `found_count` says how many there are."""
        text = "".join(words)
        haystack = "search_entries__haystack__holds"
        called = Q(**{haystack: f"{search.BREAK}{text}{search.BREAK}"})
        at_an_end = any_of(haystack, [search.BREAK + text, text + search.BREAK])
        place = Case(When(called, then=Value(0)), When(at_an_end, then=Value(1)), default=Value(2))
        best = self.annotate(found_place=place, found_count=Window(Count("pk")))
        ordered = best.order_by("found_place", *self.model.FOUND_ORDER)
        return list(ordered.prefetch_related(*self.model.OWN_PREFETCH)[:most])

    def bulk_create(self, objs, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            made = super().bulk_create(objs, *args, **kwargs)
            if self.model.is_found_by(kwargs.get("update_fields")):
                SearchEntry.objects.refresh(self.model, [record.pk for record in made])
        return made

    def update(self, **kwargs):
        if not self.model.is_found_by(kwargs):
            return super().update(**kwargs)
        with transaction.atomic(savepoint=False):
            numbers = list(self.order_by().values_list("pk", flat=True))
            count = super().update(**kwargs)
            SearchEntry.objects.refresh(self.model, numbers)
        return count

    update.alters_data = True


class Findable(models.Model):
    """A record that is found by what it is called.

    A subclass gives `own_texts()`, in FIND_FIELDS the fields that these rest on, and where it is
    also found by the names of units, these in `found_with()` and in FOUND_THROUGH the way there.
    """

    FIND_FIELDS: frozenset[str] = frozenset()
    FOUND_THROUGH: dict = {}
    # What `own_texts` reads beside the record itself.
    OWN_PREFETCH: tuple = ()
    # The last one is the record number; in its order a common word is looked for.
    FOUND_ORDER: tuple = ("-pk",)

    # Deletes the entry with the record.
    search_entries = GenericRelation(SearchEntry)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            if self.is_found_by(kwargs.get("update_fields")):
                SearchEntry.objects.refresh(type(self), [self.pk])

    def own_texts(self):
        """By what the record itself is found: `search.Known`, its own name first."""
        raise NotImplementedError

    def found_with(self):
        """The units whose names find the record, too."""
        return ()

    def find_texts(self):
        """Everything by which the record is found."""
        yield from self.own_texts()
        for unit in self.found_with():
            yield from unit.lent_texts()

    @classmethod
    def find_prefetch(cls):
        """What `find_texts` reads beside the record itself."""
        return cls.OWN_PREFETCH

    @classmethod
    def find_rows(cls):
        """The records as `find_texts` needs them."""
        return cls._base_manager.prefetch_related(*cls.find_prefetch())

    @classmethod
    def is_found_by(cls, fields):
        """Whether one of these fields says how the record is called; None stands for all of them."""
        return fields is None or not cls.FIND_FIELDS.isdisjoint(fields)

    @classmethod
    def found_through(cls, model, numbers):
        """Numbers of the records that are found by the names of those others."""
        way = cls.FOUND_THROUGH[model._meta.label]
        return cls._base_manager.filter(**{f"{way}__in": numbers}).values_list("pk", flat=True)

    def known_as(self, text):
        """What was found of the record besides what one sees anyway, or None: a `search.Known`."""
        words = search.words(text)
        for known in self.own_texts():
            if all(word in search.plain(known.text) for word in words):
                return known if known.label else None
        return None


class NamingQuerySet(models.QuerySet):
    """Rows that say how another record is called."""

    def bulk_create(self, objs, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            made = super().bulk_create(objs, *args, **kwargs)
            self.model.renew(getattr(row, self.model.named_column()) for row in made)
        return made

    def update(self, **kwargs):
        return self.renewing(super().update, **kwargs)

    def delete(self):
        return self.renewing(super().delete)

    update.alters_data = delete.alters_data = True

    def renewing(self, act, **kwargs):
        """Act, and renew the entries of those whom the rows named before and name now."""
        column = self.model.named_column()
        with transaction.atomic(savepoint=False):
            rows = dict(self.order_by().values_list("pk", column))
            answer = act(**kwargs)
            now = self.model._base_manager.filter(pk__in=rows).values_list(column, flat=True)
            self.model.renew({*rows.values(), *now})
        return answer


class Naming(models.Model):
    """A row that says how another record is called; a subclass gives NAMES, the way to that record."""

    NAMES = "unit"

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            rows = type(self)._base_manager.filter(pk=self.pk)
            before = rows.values_list(self.named_column(), flat=True) if self.pk else ()
            named = set(before)
            super().save(*args, **kwargs)
            self.renew({*named, getattr(self, self.named_column())})

    def delete(self, *args, **kwargs):
        with transaction.atomic(savepoint=False):
            answer = super().delete(*args, **kwargs)
            self.renew([getattr(self, self.named_column())])
        return answer

    @classmethod
    def named_column(cls):
        return cls._meta.get_field(cls.NAMES).attname

    @classmethod
    def renew(cls, numbers):
        """Bring the entries of the records with these numbers up to date."""
        SearchEntry.objects.refresh(cls._meta.get_field(cls.NAMES).related_model, numbers)


def batches(numbers):
    """The numbers, some at a time."""
    rest = iter(numbers)
    while batch := list(islice(rest, BATCH)):
        yield batch


def any_of(lookup, values):
    """The condition that the lookup holds of one of the values."""
    condition = Q()
    for value in values:
        condition |= Q(**{lookup: value})
    return condition


def findable_models():
    """Every kind of record that can be found."""
    return [model for model in apps.get_models() if issubclass(model, Findable)]


@cache
def found_through(model):
    """The kinds of record that are found by the names of records of this model, too."""
    return [other for other in findable_models() if model._meta.label in other.FOUND_THROUGH]
