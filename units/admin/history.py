"""What happened, to look at in the administration: lists taken in, messages, the trail, the index."""

from django.contrib import admin

from units.models import ImportBatch, ImportRow, Notification, SearchEntry, TrailEvent

from .portal import LookOnlyAdmin


@admin.register(ImportBatch)
class ImportBatchAdmin(LookOnlyAdmin):
    list_display = ("file_name", "status", "by", "at")
    list_filter = ("status",)
    list_select_related = ("by",)
    search_fields = ("file_name", "sha256")


@admin.register(ImportRow)
class ImportRowAdmin(LookOnlyAdmin):
    list_display = ("name", "sheet", "number", "verdict", "act", "batch")
    list_filter = ("verdict", "act")
    list_select_related = ("batch",)
    search_fields = ("name",)


@admin.register(Notification)
class NotificationAdmin(LookOnlyAdmin):
    list_display = ("title", "to", "at", "seen_at")
    list_select_related = ("to",)
    search_fields = ("title", "to__name")


@admin.register(TrailEvent)
class TrailEventAdmin(LookOnlyAdmin):
    list_display = ("at", "by", "content_type", "object_id", "verb", "to_status")
    list_filter = ("verb", "content_type")
    list_select_related = ("by", "content_type")
    search_fields = ("note", "by__name", "by__username")


@admin.register(SearchEntry)
class SearchEntryAdmin(LookOnlyAdmin):
    """By what each record is found; the portal keeps it, nobody edits it."""

    list_display = ("__str__", "content_type", "object_id")
    list_filter = ("content_type",)
    list_select_related = ("content_type",)
    search_fields = ("haystack",)
