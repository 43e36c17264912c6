"""The search index as a whole: filled where it is empty, made anew, compared with what it should be."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from units.models import SearchEntry
from units.models.finding import BATCH, findable_models


def fill(app_config, plan=(), **_signal):
    """After a migration: records that were there before the index, get their entries."""
    forward = any(not backwards for _migration, backwards in plan)
    for model in app_config.get_models() if forward else ():
        if model in findable_models() and not entries_of(model).exists():
            SearchEntry.objects.write(model, model._base_manager.values_list("pk", flat=True))


@transaction.atomic
def rebuild():
    """Make every entry anew; gives how many there are."""
    SearchEntry.objects.all().delete()
    for model in findable_models():
        SearchEntry.objects.write(model, model._base_manager.values_list("pk", flat=True))
    return SearchEntry.objects.count()


def stale():
    """What a rebuild would change: (model, record number) of entries that are missing, old or left over."""
    return [difference for model in findable_models() for difference in stale_of(model)]


def stale_of(model):
    kind = ContentType.objects.get_for_model(model)
    kept = {entry.object_id: (entry.haystack, entry.grams) for entry in entries_of(model).iterator()}
    due = {
        record.pk: (entry.haystack, entry.grams)
        for record in model.find_rows().iterator(chunk_size=BATCH)
        for entry in [SearchEntry.about(record, kind)]
    }
    return [(model, number) for number in sorted({*kept, *due}) if kept.get(number) != due.get(number)]


def entries_of(model):
    return SearchEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
